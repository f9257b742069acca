"""Whom to call: one item a respondent or an account, those with the most at stake first, each with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from nps_core.accounts.roles import likely_roles
from nps_core.follow_ups.follow_up import ACCOUNT, RESPONDENT, FollowUp
from nps_core.formatting import NOTHING, format_count, format_day, plural
from nps_core.identities import has_ids, keys_of
from nps_core.score.weighting import amounts
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.themes.result import Themes

    Places = NDArray[np.intp]

PLANS = {
    "detractor": ("Detractors to call", "Listen, name one next step, and come back with it."),
    "passive": ("Passives to win over", "Ask what would have made it a 9, and send what helps."),
    "promoter": ("Promoters to ask for a reference", "Thank them, and ask for a quote, a case or a call."),
}
"""Of each group what is to be done, as a title and as the plan."""

_ELSEWHERE = "The responses of a table stay where they are, under pseudonyms: there is nobody here to call."
_MASKED = "Who answered is masked for you, so that nobody can be followed up from here."
_NOBODY = "The file does not say who answered: a follow-up needs an id or e-mail address, or an account."
_NO_IDS = "Respondents have no ids or e-mail addresses: they can be followed up by account."
_NO_ACCOUNTS = "The file names no accounts: follow up by respondent."


@dataclass(frozen=True)
class OpenWave:
    """A wave that is open: its id and name, and when its responses came in (UTC)."""

    id: int
    name: str
    added: dt.datetime


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
    places
        Of each the response that it answers, as a position (from 0) of `Survey.responses`; shape (n,).
    groups, closed
        Of each its group, by its place in GROUPS, and whether it is done with; shape (n,).
    """

    scope: Scope
    kind: str
    refused: str = ""
    places: Places = field(default_factory=lambda: np.empty(0, dtype=np.intp))
    groups: NDArray[np.integer] = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    closed: NDArray[np.bool_] = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    _facts: _Facts | None = None

    @property
    def n(self) -> int:
        """How many there are."""
        return len(self.places)

    def of(self, group: str, *, closed: bool = False) -> Places:
        """The numbers of the items of a group that are, or are not, done with."""
        return np.flatnonzero((self.groups == GROUPS.index(group)) & (self.closed == closed))

    def read(self, numbers: Iterable[int]) -> tuple[Item, ...]:
        """The items of these numbers, from 0."""
        return tuple(self._item(int(number)) for number in numbers)

    def number_of(self, who: str) -> int | None:
        """The number of the item about somebody, as `FollowUp.who` has it; None for none."""
        return self._known.who.index(who) if who in self._known.who else None

    def follow_up(self, number: int) -> FollowUp:
        """What is promised so far to whom an item is about."""
        facts = self._known
        who, wave = facts.who[number], facts.waves[facts.wave[number]]
        return _at(facts.kept.get(who, ()), facts.place_of, facts.wave[number]) or FollowUp(
            self.kind, who, wave.id
        )

    def refs(self, link: str) -> dict[str, int]:
        """The numbers of all items by their ids in files."""
        return {self.follow_up(number).ref(link): number for number in range(self.n)}

    @property
    def waves(self) -> Sequence[OpenWave]:
        """The waves that are open."""
        return self._known.waves

    def answers(self) -> pd.DataFrame:
        """One row a response that is looked at and whose respondent (or account) is known.

        Columns: `who` and `account` (numbers; -1 for no account), `key` (as `FollowUp.who` has it), `wave` (its place),
        `order` (rising with the moment), `date`, `group` (its place in GROUPS), `first` (the score, else the group) and
        `persona` (a number).
        """
        facts, survey = self._known, self.scope.survey
        frame, rows, groups = survey.responses, facts.rows, survey.responses["group"].cat.codes.to_numpy()
        keys = dict(zip(facts.code.tolist(), facts.who, strict=True))
        persona = survey.mapping.persona
        return pd.DataFrame(
            {
                "who": facts.codes,
                "key": [keys[code] for code in facts.codes.tolist()],
                "account": pd.factorize(frame["account"].iloc[rows])[0],
                "wave": facts.wave_of,
                "order": facts.order,
                "date": frame["date"].iloc[rows].array,
                "group": groups[rows].astype(int),
                "first": _scores(frame, rows, groups[rows]),
                "persona": 0 if persona is None else pd.factorize(frame[persona].iloc[rows])[0],
            }
        )

    def held(self) -> tuple[FollowUp, ...]:
        """What is promised, closed ones of earlier waves too, to those who are among the items."""
        facts = self._facts
        if facts is None:
            return ()
        there = {facts.who[number] for number in range(self.n)} if facts.kept else set()
        return tuple(one for own in facts.kept.values() for one in own if one.who in there)

    def responses_of(self, number: int) -> Places:
        """All responses of whom an item is about, within the scope, the latest first."""
        facts = self._known
        own = np.flatnonzero(facts.codes == facts.code[number])
        return facts.rows[own[np.argsort(facts.order[own], kind="stable")[::-1]]]

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
    def _known(self) -> _Facts:
        assert self._facts is not None  # noqa: S101 - there is no number without
        return self._facts

    def _item(self, number: int) -> Item:
        frame, place = self.scope.survey.responses, int(self.places[number])
        row = {name: frame[name].iloc[place] for name in ("respondent", "account", "score", "group")}
        told = {name: "" if pd.isna(value) else str(value) for name, value in row.items()}
        facts = self._known
        return Item(
            self.follow_up(number),
            place,
            told[self.kind],
            told["account"],
            told["score"] or NOTHING,
            told["group"],
            _reasons(facts, number, told),
        )


LATE = 90
"""Days after a response from which on a call comes too late to come first: a quarter, and often another survey, has passed."""


@dataclass(frozen=True, eq=False)
class _Facts:
    """What the order of items follows from, one entry an item; `rows`, `codes`, `order` and `wave_of` one a response looked at."""

    who: tuple[str, ...]
    code: Places
    wave: Places
    waves: Sequence[OpenWave]
    place_of: Mapping[int, int]
    kept: Mapping[str, Sequence[FollowUp]]
    decides: NDArray[np.bool_]
    worth: NDArray[np.float64]
    waiting: Places
    theme: NDArray[np.bool_]
    theme_name: str
    rows: Places
    codes: Places
    order: Places
    wave_of: Places


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
    """Whom to call among the responses looked at, those with the most at stake first.

    In this order weigh: detractors before passives before promoters; those who answered in the last 90 days, whom a call
    still reaches with what they said in mind; decision makers; the revenue of the account; days since the response; and
    whether the comment speaks of the theme that most detractors speak of. What is closed stands behind all others of its
    group.

    Parameters
    ----------
    scope
        Of a kept survey. A respondent is followed up for the latest response, an account for the lowest score of its
        latest wave.
    waves
        The waves that are open, in their order; `wave_attribute` tells which a response is of, where they are several.
    kept
        What is promised so far. One that is not closed holds on when its respondent answers again; one that is closed
        gives way to a new one.
    themes
        Of the same survey; without them no theme weighs.

    Returns
    -------
    Items
        Without any, and with the reason in `refused`, where nobody can be told apart or the viewer may not know who
        answered. To a viewer who sees a part of the responses no notes are given: they may speak of others.

    Raises
    ------
    FilterError
        An attribute, a value or a group that is not in the survey.
    """
    survey, viewer = scope.survey, scope.viewer
    if refused := _refusal(scope, kind):
        return Items(scope, kind, refused)
    frame, rows = survey.responses, scope.counts.rows
    encoded = pc.dictionary_encode(keys_of(frame[kind].iloc[rows])).combine_chunks()
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.intp)
    rows, codes = rows[codes >= 0], codes[codes >= 0]
    groups = frame["group"].cat.codes.to_numpy()[rows]
    wave = _waves_of(frame, rows, waves, wave_attribute)
    days = frame["date"].to_numpy(dtype="datetime64[s]")[rows]
    moment = np.where(np.isnat(days), np.iinfo(np.int64).min, days.view(np.int64))
    # Of what is sorted the last one of each counts: the latest; of an account the lowest of its latest wave.
    by = (moment, wave) if kind == RESPONDENT else (moment, -_scores(frame, rows, groups), wave)
    sort = np.lexsort((np.arange(len(rows)), *by))
    order = np.empty(len(rows), dtype=np.intp)
    order[sort] = np.arange(len(rows))
    last = np.zeros(len(encoded.dictionary), dtype=np.intp)
    last[codes[sort]] = sort
    last = last[np.unique(codes)]  # ids that nobody looked at has
    keys = encoded.dictionary.to_pylist()
    told: dict[str, list[FollowUp]] = {}
    for one in kept:
        if one.kind == kind:
            told.setdefault(one.who, []).append(_bare(one) if viewer.is_restricted else one)
    place_of = {one.id: place for place, one in enumerate(waves)}
    closed = np.zeros(len(last), dtype=np.bool_)
    if told:
        for number, place in enumerate(last):
            own = told.get(keys[codes[place]])
            held = own and _at(own, place_of, wave[place])
            closed[number] = bool(held and held.is_closed)
    decides = _deciders(scope)[rows[last]]
    worth = _worth(scope)[rows[last]]
    waiting = _waiting(days[last], wave[last], waves, today)
    about, name = _about_worst(themes, rows, groups)
    weighs = (
        ~about[last], -waiting, -np.nan_to_num(worth), ~decides, waiting > LATE, closed, groups[last]
    )  # fmt: skip
    best = np.lexsort((rows[last], *weighs))
    last = last[best]
    facts = _Facts(
        tuple(keys[code] for code in codes[last]),
        codes[last],
        wave[last],
        waves,
        place_of,
        told,
        decides[best],
        worth[best],
        waiting[best],
        about[last],
        name,
        rows,
        codes,
        order,
        wave,
    )
    return Items(scope, kind, "", rows[last], groups[last], closed[best], facts)


def kinds_of(scope: Scope) -> tuple[str, ...]:
    """By what can be followed up: "respondent", "account", both or none."""
    return tuple(kind for kind in (RESPONDENT, ACCOUNT) if not _refusal(scope, kind))


def _refusal(scope: Scope, kind: str) -> str:
    survey = scope.survey
    has = {RESPONDENT: has_ids(survey), ACCOUNT: survey.mapping.account is not None}
    if scope.viewer.masks or scope.viewer.smallest:  # one respondent is the smallest group of all
        return _MASKED
    if survey.elsewhere is not None:
        return _ELSEWHERE
    if has[kind]:
        return ""
    return _NOBODY if not any(has.values()) else _NO_IDS if kind == RESPONDENT else _NO_ACCOUNTS


def _bare(one: FollowUp) -> FollowUp:
    return FollowUp(one.kind, one.who, one.wave, one.status, one.owner, one.due, version=one.version)


def _at(own: Sequence[FollowUp], place_of: Mapping[int, int], wave: int) -> FollowUp | None:
    """What holds of somebody's follow-ups at a wave, by its place: an open one, else the one of this wave or a later."""
    for one in reversed(own):
        if not one.is_closed or place_of.get(one.wave, -1) >= wave:
            return one
    return None


def _waves_of(frame: pd.DataFrame, rows: Places, waves: Sequence[OpenWave], attribute: str) -> Places:
    """The wave of each response, by its place."""
    if not attribute or attribute not in frame or len(waves) == 1:
        return np.zeros(len(rows), dtype=np.intp)
    places = {one.name: place for place, one in enumerate(waves)}
    of = np.array([*(places.get(str(name), 0) for name in frame[attribute].cat.categories), 0], dtype=np.intp)
    return of[frame[attribute].cat.codes.to_numpy()[rows]]


def _scores(frame: pd.DataFrame, rows: Places, groups: NDArray[np.integer]) -> NDArray[np.float64]:
    given = frame["score"].to_numpy(dtype=float, na_value=np.nan)[rows]
    return np.where(np.isnan(given), groups, given)  # group words hold no scores


def _deciders(scope: Scope) -> NDArray[np.bool_]:
    """Whether each response is of somebody who reads like a decision maker."""
    survey = scope.survey
    persona = survey.mapping.persona
    if persona is None or persona not in survey.attributes:
        return np.zeros(len(survey.responses), dtype=np.bool_)
    values = survey.responses[persona].cat
    deciders, _ = likely_roles([str(value) for value in values.categories])
    return np.array([*(str(value) in deciders for value in values.categories), False])[
        values.codes.to_numpy()
    ]


def _worth(scope: Scope) -> NDArray[np.float64]:
    """The revenue of each response's account; NaN where it is not known."""
    survey = scope.survey
    revenue = survey.mapping.revenue
    if revenue is None or revenue not in survey.responses:
        return np.full(len(survey.responses), np.nan)
    return amounts(survey, revenue)


def _waiting(days: NDArray[np.datetime64], wave: Places, waves: Sequence[OpenWave], today: dt.date) -> Places:
    """Days since each response; without a date since its wave came in."""
    added = np.array([one.added.date() for one in waves], dtype="datetime64[D]")[wave]
    since = np.where(np.isnat(days), added, days.astype("datetime64[D]"))
    return np.maximum((np.datetime64(today, "D") - since).astype(np.intp), 0)


def _about_worst(
    themes: Themes | None, rows: Places, groups: NDArray[np.integer]
) -> tuple[NDArray[np.bool_], str]:
    """Which responses speak of the theme that most detractors speak of, and its name."""
    nothing = np.zeros(len(rows), dtype=np.bool_)
    if themes is None or not themes.k:
        return nothing, ""
    kinds, of_each = themes.kinds
    own = of_each[rows]
    spoken = np.bincount(own[(own >= 0) & (groups == 0)], minlength=len(kinds)) @ kinds
    if not spoken.any():
        return nothing, ""
    worst = int(spoken.argmax())
    return (own >= 0) & kinds[own, worst], themes.titles[worst]


def _reasons(facts: _Facts, number: int, told: Mapping[str, str]) -> tuple[str, ...]:
    score = f"{told['group']} with a {told['score']}" if told["score"] else told["group"]
    worth = facts.worth[number]
    said = [
        (True, score),
        (facts.decides[number], "decision maker"),
        (not np.isnan(worth), f"revenue {format_count(worth)}"),
        (True, f"{plural(int(facts.waiting[number]), 'day')} since the response"),
        (facts.theme[number], f"speaks of {facts.theme_name}, as most detractors do"),
    ]
    return tuple(text for counts, text in said if counts)
