"""The same people across the waves of a survey: one line each, with their score in every wave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from nps_core.formatting import format_count, plural
from nps_core.identities import has_ids, keys_of
from nps_core.report.tables import filtered_responses
from nps_core.workspace.joining import WAVE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.scope import Scope

_TWO = 2


@dataclass(frozen=True, eq=False)
class SamePeople:
    """People who answered in more than one wave, those who fell furthest first.

    Parameters
    ----------
    people, accounts
        Their id or e-mail address, and the account of their last answer; None where it is not known.
    waves
        The names of the waves, in their order.
    scores
        A row a person, a column a wave: the last score in it; NaN where they did not answer.
    respondents
        Different people who answered at all.
    words
        What is looked at.
    """

    people: tuple[str, ...]
    accounts: tuple[str | None, ...]
    waves: tuple[str, ...]
    scores: NDArray[np.float64]
    respondents: int
    words: str

    @property
    def n(self) -> int:
        """People who answered in more than one wave."""
        return len(self.people)

    @property
    def changes(self) -> NDArray[np.float64]:
        """By how much the score of each moved, from their first wave to their last."""
        if not self.n:
            return np.empty(0)
        there = ~np.isnan(self.scores)
        rows = np.arange(self.n)
        first = there.argmax(axis=1)
        last = len(self.waves) - 1 - there[:, ::-1].argmax(axis=1)
        moved: NDArray[np.float64] = self.scores[rows, last] - self.scores[rows, first]
        return moved

    @property
    def title(self) -> str:
        """Such as: 120 of 800 people answered in more than one wave: 40 rose, 30 fell, 50 stayed."""
        if not self.n:
            return "Nobody is known to have answered in more than one wave"
        moved = self.changes
        rose, fell = int((moved > 0).sum()), int((moved < 0).sum())
        return (
            f"{format_count(self.n)} of {plural(self.respondents, 'respondent')} answered in more than one wave:"
            f" {format_count(rose)} rose, {format_count(fell)} fell, {format_count(self.n - rose - fell)} stayed"
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """How to read it."""
        return (
            (
                "People are known again by their id or e-mail address, never by a name; of several answers in a wave"
                " the last is shown."
            ),
            (
                "Those who were unhappiest rise by themselves, and those who were happiest fall (regression to the"
                " mean): a rise after a call is no proof that the call helped."
            ),
        )

    def table(self) -> pd.DataFrame:
        """One line a person: respondent, account, the score in each wave (missing where none), and the change."""
        scores = {
            name: pd.array(np.where(np.isnan(column), 0, column).astype(np.int8), dtype="Int8")
            for name, column in zip(self.waves, self.scores.T, strict=True)
        }
        for (name, column), told in zip(scores.items(), self.scores.T, strict=True):
            column[np.isnan(told)] = pd.NA
            scores[name] = column
        accounts = {"account": self.accounts} if any(self.accounts) else {}
        return pd.DataFrame(
            {"respondent": self.people, **accounts, **scores, "change": self.changes.astype(np.int8)}
        )


def find_same_people(scope: Scope) -> SamePeople:
    """The people among the responses looked at who answered in more than one wave.

    Parameters
    ----------
    scope
        Of a survey that `Workspace.open_survey` gave, with the attribute `WAVE`; of another one nobody is found.

    Returns
    -------
    SamePeople
        Empty where respondents have no ids or e-mail addresses, or the survey has no scores.

    Raises
    ------
    FilterError
        An attribute, a value or a group that is not in the survey.
    """
    survey = scope.survey
    if WAVE not in survey.attributes or not has_ids(survey) or survey.scale.words:
        return SamePeople((), (), (), np.empty((0, 0)), 0, scope.words)
    frame = filtered_responses(scope)
    waves = [str(name) for name in frame[WAVE].cat.categories]
    encoded = pc.dictionary_encode(keys_of(frame["respondent"])).combine_chunks()
    who = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    told = (who >= 0) & (frame[WAVE].cat.codes.to_numpy() >= 0)
    order = np.argsort(
        frame["date"].to_numpy(), kind="stable"
    )  # a missing date comes last: as it stands in the file
    order = order[told[order]]
    people = len(encoded.dictionary)
    scores = np.full((people, len(waves)), np.nan)
    scores[who[order], frame[WAVE].cat.codes.to_numpy()[order]] = frame["score"].to_numpy(
        float, na_value=np.nan
    )[order]
    last = np.zeros(people, dtype=np.int64)
    last[who[order]] = order
    again = np.flatnonzero((~np.isnan(scores)).sum(axis=1) >= _TWO)
    found = SamePeople(
        tuple(frame["respondent"].iloc[last[again]]),
        tuple(_none(value) for value in frame["account"].iloc[last[again]]),
        tuple(waves),
        scores[again],
        people,
        scope.words,
    )
    return _sorted(found)


def _none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _sorted(found: SamePeople) -> SamePeople:
    order = np.lexsort((np.array(found.people, dtype=str), found.changes)).tolist()
    return SamePeople(
        tuple(found.people[place] for place in order),
        tuple(found.accounts[place] for place in order),
        found.waves,
        found.scores[order],
        found.respondents,
        found.words,
    )
