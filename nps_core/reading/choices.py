"""Which columns could play the roles that matter most, for a person to see and to change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.find_scale import scale_of
from nps_core.reading.responses import read_scores
from nps_core.reading.roles import date_candidates, reason_candidates
from nps_core.survey import GROUPS, Candidate, ColumnLook, Mapping, RoleChoice, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.find_score import Verdict
    from nps_core.reading.profiles import Profile
    from nps_core.reading.tables import Table

MOST = 8
"""Candidates named of a role; a longer list is read by nobody."""

_COMMON = 3
"""Values named of a column; they say what it is about."""


def choices_of(
    seen: Sequence[Profile], verdict: Verdict, mapping: Mapping, skipped: np.ndarray
) -> tuple[RoleChoice, ...]:
    """The score, the date and the reason: the column chosen, then those that could be it as well.

    `skipped` marks the rows that the survey tool itself leaves out, which no candidate's counts hold.
    """
    others = [profile for profile in seen if profile.name != mapping.score]
    found = {
        "score": (mapping.score, verdict.candidates),
        "date": (mapping.date, date_candidates(others)),
        "reason": (mapping.reason, reason_candidates(others, mapping.score)),
    }
    choices = tuple(
        RoleChoice(role, chosen, _chosen_first(chosen, candidates)[:MOST])
        for role, (chosen, candidates) in found.items()
        if chosen is not None or candidates
    )
    profiles = {profile.name: profile for profile in seen}
    return tuple(
        _counted(choice, profiles, skipped) if choice.role == "score" else choice for choice in choices
    )


def _counted(choice: RoleChoice, profiles: dict[str, Profile], skipped: np.ndarray) -> RoleChoice:
    """The candidates for the score with the groups that each would give; a single one needs no comparison."""
    if len(choice.candidates) == 1:
        return choice
    counted = (replace(one, counts=_groups(profiles[one.column], skipped)) for one in choice.candidates)
    return replace(choice, candidates=tuple(counted))


def _groups(profile: Profile, skipped: np.ndarray) -> tuple[int, int, int] | None:
    """What a column would be read as if it were chosen: see `overrule.settle`."""
    answers = profile.answers
    if not answers.scored and not answers.grouped:
        return None
    in_words = answers.grouped > answers.scored
    scored = read_scores(profile.column, Scale(words=True) if in_words else scale_of(profile)[0])
    kept = scored.group[(scored.why == 0) & (skipped == 0)]
    detractors, passives, promoters = np.bincount(kept, minlength=len(GROUPS)).tolist()
    return detractors, passives, promoters


def looks_of(seen: Sequence[Profile]) -> tuple[ColumnLook, ...]:
    """What each column holds, for a person who looks for the right one."""
    return tuple(
        ColumnLook(
            profile.name,
            "" if profile.column.label == profile.name else profile.column.label,
            profile.looked,
            profile.filled,
            len(profile.cells),
            tuple((int(value), profile.answers.numbers[value]) for value in profile.answers.between(0, 10)),
            tuple(value for value, _ in profile.cells.most_common(_COMMON)),
        )
        for profile in seen
    )


def _chosen_first(chosen: str | None, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    if chosen is None:
        return candidates
    by_name = {candidate.column: candidate for candidate in candidates}
    first = by_name.pop(chosen, None) or Candidate(chosen, "It was chosen by hand.")
    return (first, *by_name.values())


def labels_of(table: Table) -> dict[str, str]:
    """The question text of each column that has one besides its name."""
    return {column.name: column.label for column in table.columns if column.label not in ("", column.name)}
