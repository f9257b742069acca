"""Which columns could play the roles that matter most, for a person to see and to change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.reading.roles import date_candidates, reason_candidates
from nps_core.survey import Candidate, Mapping, RoleChoice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.find_score import Verdict
    from nps_core.reading.profiles import Profile
    from nps_core.reading.tables import Table

MOST = 8
"""Candidates named of a role; a longer list is read by nobody."""


def choices_of(seen: Sequence[Profile], verdict: Verdict, mapping: Mapping) -> tuple[RoleChoice, ...]:
    """The score, the date and the reason: the column chosen, then those that could be it as well."""
    others = [profile for profile in seen if profile.name != mapping.score]
    found = {
        "score": (mapping.score, verdict.candidates),
        "date": (mapping.date, date_candidates(others)),
        "reason": (mapping.reason, reason_candidates(others, mapping.score)),
    }
    return tuple(
        RoleChoice(role, chosen, _chosen_first(chosen, candidates)[:MOST])
        for role, (chosen, candidates) in found.items()
        if chosen is not None or candidates
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
