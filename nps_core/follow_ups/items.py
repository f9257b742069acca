"""Whom to call, and what is promised: an item a respondent or an account, the most at stake first, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from nps_core.follow_ups.follow_up import RESPONDENT, FollowUp, bare
from nps_core.follow_ups.ranking import OpenWave, Ranking, rank, refusal, scores_of
from nps_core.formatting import NOTHING, format_count, format_day, plural, with_article
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.themes.result import Themes

    Places = NDArray[np.integer]

PLANS = {
    "detractor": ("Detractors to call", "Listen, name one next step, and come back with it."),
    "passive": ("Passives to win over", "Ask what would have made it better, and send what helps."),
    "promoter": ("Promoters to ask for a reference", "Thank them, and ask for a quote, a case or a call."),
}
"""Of each group what is to be done, as a title and as the plan."""


@dataclass(frozen=True)
class Item:
    """Somebody to follow up.

    Parameters
    ----------
    follow_up
        What is promised so far; version 0 where nobody changed anything.
    place
        The response that it answers, as a position (from 0) of `Survey.responses`.
    name, account, score, group
        Who it is as the file writes it, their account ("" for none), the score as given, and the group.
    reasons
        Why it stands where it stands, what weighs most first.
    """

    follow_up: FollowUp
    place: int
    name: str
    account: str
    score: str
    group: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Items:
    """All that could be followed up, those with the most at stake first.

    Parameters
    ----------
    refused
        Why there is none, as a sentence; "" where there could be.
    ranking
        What follows from the responses; None where it is refused.
    kept
        What is promised so far, by the key of whom it is promised to.
    """

    scope: Scope
    kind: str
    refused: str = ""
    ranking: Ranking | None = None
    kept: Mapping[str, Sequence[FollowUp]] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """How many there are."""
        return 0 if self.ranking is None else self.ranking.n

    @cached_property
    def closed(self) -> NDArray[np.bool_]:
        """Of each whether it is done with; shape (n,)."""
        found = np.zeros(self.n, dtype=np.bool_)
        for number in self._numbers_of_kept.values():
            found[number] = self.follow_up(number).is_closed
        return found

    @cached_property
    def _numbers_of_kept(self) -> dict[str, int]:
        """The numbers of those to whom something is promised, by their keys."""
        if self.ranking is None or not self.kept:
            return {}
        keys, numbers = self.ranking.known.keys, self.ranking.number
        some = self.ranking.known.places(self.kept)
        return {
            str(keys[place].as_py()): int(numbers[place]) for place in some.tolist() if numbers[place] >= 0
        }

    def of(self, group: str, *, closed: bool = False) -> Places:
        """The numbers of the items of a group that are, or are not, done with."""
        if self.ranking is None:
            return np.empty(0, dtype=np.intp)
        return np.flatnonzero((self.ranking.groups == GROUPS.index(group)) & (self.closed == closed))

    def read(self, numbers: Iterable[int]) -> tuple[Item, ...]:
        """The items of these numbers, from 0."""
        return tuple(self._item(int(number)) for number in numbers)

    def number_of(self, who: str) -> int | None:
        """The number of the item about somebody, as `FollowUp.who` has it; None for none."""
        return None if self.ranking is None else self.ranking.number_of(who)

    def follow_up(self, number: int) -> FollowUp:
        """What is promised so far to whom an item is about."""
        ranking = self._ranked
        who, wave = ranking.key(number), int(ranking.wave[number])
        return _at(self.kept.get(who, ()), self._places, wave) or FollowUp(
            self.kind, who, ranking.waves[wave].id
        )

    def refs(self, link: str) -> dict[str, int]:
        """The numbers of all items by their ids in files."""
        return {self.follow_up(number).ref(link): number for number in range(self.n)}

    @property
    def waves(self) -> Sequence[OpenWave]:
        """The waves that are open."""
        return self._ranked.waves

    def answers(self) -> pd.DataFrame:
        """One row a response that is looked at and whose respondent (or account) is known.

        Columns: `who` and `account` (numbers; -1 for no account), `key` (as `FollowUp.who` has it), `wave` (its place),
        `order` (rising with the moment), `date`, `group` (its place in GROUPS), `first` (the score, else the group) and
        `persona` (a number).
        """
        ranking, survey = self._ranked, self.scope.survey
        frame, rows, persona = survey.responses, ranking.rows, survey.mapping.persona
        codes = ranking.known.codes[rows]
        return pd.DataFrame(
            {
                "who": codes,
                "key": ranking.known.keys.take(pa.array(codes)).to_pylist(),
                "account": pd.factorize(frame["account"].iloc[rows])[0],
                "wave": ranking.wave_of,
                "order": ranking.order,
                "date": frame["date"].iloc[rows].array,
                "group": frame["group"].cat.codes.to_numpy()[rows].astype(int),
                "first": scores_of(frame, rows),
                "persona": 0 if persona is None else pd.factorize(frame[persona].iloc[rows])[0],
            }
        )

    def held(self) -> tuple[FollowUp, ...]:
        """What is promised, closed ones of earlier waves too, to those who are among the items."""
        return tuple(one for own in self.kept.values() for one in own if one.who in self._numbers_of_kept)

    def responses_of(self, number: int) -> Places:
        """All responses of whom an item is about, within the scope, the latest first."""
        return self._ranked.responses_of(number)

    def scores_of(self, number: int, most: int = 12) -> tuple[str, ...]:
        """The scores of whom an item is about, the latest first, each with its day: 4 on 3 Mar 2026."""
        frame = self.scope.survey.responses
        scores, groups, days = (frame[name] for name in ("score", "group", "date"))
        return tuple(
            f"{groups.iloc[row] if pd.isna(scores.iloc[row]) else scores.iloc[row]}"
            + ("" if pd.isna(days.iloc[row]) else f" on {format_day(days.iloc[row].date())}")
            for row in self.responses_of(number)[:most].tolist()
        )

    @property
    def _ranked(self) -> Ranking:
        assert self.ranking is not None  # noqa: S101 - there is no number without
        return self.ranking

    @cached_property
    def _places(self) -> dict[int, int]:
        """The places of the waves by their ids."""
        return {one.id: place for place, one in enumerate(self._ranked.waves)}

    def _item(self, number: int) -> Item:
        frame, place = self.scope.survey.responses, int(self._ranked.places[number])
        row = {name: frame[name].iloc[place] for name in ("respondent", "account", "score", "group")}
        told = {name: "" if pd.isna(value) else str(value) for name, value in row.items()}
        return Item(
            self.follow_up(number),
            place,
            told[self.kind],
            told["account"],
            told["score"] or NOTHING,
            told["group"],
            _reasons(self._ranked, number, told),
        )


def find_items(
    scope: Scope,
    waves: Sequence[OpenWave],
    kept: Sequence[FollowUp] = (),
    *,
    today: dt.date,
    kind: str = RESPONDENT,
    wave_attribute: str = "",
    themes: Themes | None = None,
) -> Items:
    """Whom to call among the responses looked at, those with the most at stake first: see `rank`, and `items_of`.

    Raises
    ------
    FilterError
        An attribute, a value or a group that is not in the survey.
    """
    if refused := refusal(scope, kind):
        return Items(scope, kind, refused)
    ranking = rank(scope, waves, today=today, kind=kind, wave_attribute=wave_attribute, themes=themes)
    return items_of(scope, ranking, kept)


def items_of(scope: Scope, ranking: Ranking, kept: Sequence[FollowUp]) -> Items:
    """Those of a ranking, with what is promised to them.

    Parameters
    ----------
    ranking
        What `rank` gave of the same scope.
    kept
        What is promised so far. One that is not closed holds on when its respondent answers again; one that is closed
        gives way to a new one. To a viewer who sees a part of the responses no notes are given: they may speak of
        others.
    """
    told: dict[str, list[FollowUp]] = {}
    for one in kept:
        if one.kind == ranking.kind:
            told.setdefault(one.who, []).append(bare(one) if scope.viewer.is_restricted else one)
    return Items(scope, ranking.kind, "", ranking, told)


def _at(own: Sequence[FollowUp], place_of: Mapping[int, int], wave: int) -> FollowUp | None:
    """What holds of somebody's follow-ups at a wave, by its place: an open one, else that of this wave or a later."""
    for one in reversed(own):
        if not one.is_closed or place_of.get(one.wave, -1) >= wave:
            return one
    return None


def _reasons(ranking: Ranking, number: int, told: Mapping[str, str]) -> tuple[str, ...]:
    score = f"{told['group']} with {with_article(told['score'])}" if told["score"] else told["group"]
    worth = ranking.worth[number]
    said = [
        (True, score),
        (ranking.decides[number], "decision maker"),
        (not np.isnan(worth), f"revenue {format_count(worth)}"),
        (True, f"{plural(int(ranking.waiting[number]), 'day')} since the response"),
        (ranking.theme[number], f"speaks of {ranking.theme_name}, as most detractors do"),
    ]
    return tuple(text for counts, text in said if counts)
