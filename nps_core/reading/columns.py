"""Every column of the file: what it was taken for and why, what else it could be, and what it holds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.cells import says
from nps_core.reading.responses import read_scores
from nps_core.reading.roles import (
    DATES,
    MOST_SHOWN,
    date_points,
    is_customer_date,
    is_machine_date,
    never_varies,
    ranked,
    reason_points,
    respondent_points,
    says_date,
    shortened,
    why_no_attribute,
)
from nps_core.reading.score_evidence import ScaleFound, scale_of
from nps_core.reading.typed import stored_name
from nps_core.survey import GROUPS, Candidate, ColumnProfile, ColumnUse, Mapping, RoleChoice, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.score_column import Verdict
    from nps_core.reading.tables import Profile, Table


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
    scored = next((profile for profile in seen if profile.name == mapping.score), None)
    found = {
        "score": (mapping.score, verdict.candidates),
        "date": (mapping.date, date_candidates(others, scored)),
        "reason": (mapping.reason, reason_candidates(others, scored)),
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
    """What a column would be read as if it were chosen: see `overrides.settle`."""
    answers = profile.answers
    if not answers.scored and not answers.grouped:
        return None
    in_words = answers.grouped > answers.scored
    found = ScaleFound(Scale(words=True)) if in_words else scale_of(profile)
    scored = read_scores(profile.column, found.scale, codes=found.codes)
    kept = scored.group[(scored.why == 0) & (skipped == 0)]
    detractors, passives, promoters = np.bincount(kept, minlength=len(GROUPS)).tolist()
    return detractors, passives, promoters


def looks_of(seen: Sequence[Profile]) -> tuple[ColumnProfile, ...]:
    """What each column holds, for a person who looks for the right one."""
    return tuple(
        ColumnProfile(
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


_CHOSEN = ("score", "date", "reason")
"""Roles of which one column is chosen among several that could play them."""


def uses_of(
    table: Table,
    seen: Sequence[Profile],
    mapping: Mapping,
    choices: Sequence[RoleChoice],
    marks: frozenset[str],
) -> tuple[ColumnUse, ...]:
    """What became of each column of the file, in its order, each exactly once.

    Parameters
    ----------
    table, seen, mapping
        The table as it was read, its columns, and their roles.
    choices
        As `choices_of` found them.
    marks
        The columns that tell which rows are no responses, besides that of the status.
    """
    profiles = {profile.name: profile for profile in seen}
    made = {part: column.name for column in table.columns for part in column.parts}
    candidates = {(choice.role, one.column): one.reason for choice in choices for one in choice.candidates}
    found = []
    for name in table.file_columns or table.names:
        if name in made:
            roles = _roles_of(made[name], mapping) or ("shape",)
            why = f"It was read together with others as “{made[name]}”."
            found.append(ColumnUse(name, roles, why=why, part_of=made[name]))
        elif name in profiles:
            scored = profiles.get(mapping.score or "")
            found.append(_use(profiles[name], scored, mapping, candidates, marks))
        else:
            found.append(
                ColumnUse(name, ("shape",), why="It says which question or response each of its rows is of.")
            )
    return tuple(found)


def _roles_of(name: str, mapping: Mapping) -> tuple[str, ...]:
    own = mapping.roles_of(name)
    stored = stored_name(name, mapping)
    return (*own, "attributes") if stored in mapping.attributes and "attributes" not in own else own


def _use(
    profile: Profile,
    scored: Profile | None,
    mapping: Mapping,
    candidates: dict[tuple[str, str], str],
    marks: frozenset[str],
) -> ColumnUse:
    roles = _roles_of(profile.name, mapping)
    if roles:
        why = candidates.get((roles[0], profile.name)) or proof(roles[0], profile)
        return ColumnUse(profile.name, roles, why=why)
    if profile.name in marks:
        return ColumnUse(profile.name, ("status",), why="It tells which rows are no responses.")
    could_be = [role for role in _CHOSEN if (role, profile.name) in candidates and profile.filled]
    no_date, no_attribute = why_no_date(profile), why_no_attribute(profile, scored)
    could_be += ["date"] if no_date and "date" not in could_be else []
    could_be += ["respondent"] if could_be_respondent(profile) else []
    could_be += ["attributes"] if not could_be and _has_groups(profile) else []
    taken = [
        f"“{other}” was taken as the {role}"
        for role in could_be
        if (other := getattr(mapping, role)) and isinstance(other, str)
    ]
    return ColumnUse(
        profile.name, (), tuple(could_be), no_date or "; ".join(taken) or no_attribute or _NOTHING
    )


def _has_groups(profile: Profile) -> bool:
    """Whether a column parts the responses into a few groups, whatever speaks against it."""
    return 1 < len(profile.cells) <= MOST_SHOWN and profile.distinct_share < _REPEATS


_REPEATS = 0.5
"""Distinct values per filled cell below which values repeat."""

_NOTHING = "nothing in its header or its cells says what it is"


_NAMED = 4
"""Values named of a column."""


def date_candidates(seen: Sequence[Profile], scored: Profile | None = None) -> tuple[Candidate, ...]:
    """The columns that hold dates, the likeliest date of the response first, each with its reason."""
    found = ranked(seen, lambda one: date_points(one, scored))
    return tuple(Candidate(one.name, _why_date(one)) for one in found)


def reason_candidates(seen: Sequence[Profile], scored: Profile | None) -> tuple[Candidate, ...]:
    """The columns that hold comments, the likeliest reason for the score first, each with its reason."""
    found = ranked(seen, lambda one: reason_points(one, scored))
    return tuple(Candidate(one.name, _why_reason(one)) for one in found)


def why_no_date(profile: Profile) -> str:
    """Why a column of dates is no date of the responses; "" where it may be, or holds no dates."""
    if not profile.filled or profile.dates(numbers=says_date(profile)) < DATES:
        return ""
    if is_machine_date(profile):
        return "its header names a moment at which a machine wrote the row"
    if is_customer_date(profile):
        return "its header names a date of the customer or of a contract"
    if never_varies(profile):
        return "it is one and the same moment in every row"
    return ""


def could_be_respondent(profile: Profile) -> bool:
    """Whether a column could tell who answered."""
    return respondent_points(profile) > 0


def proof(role: str, profile: Profile) -> str:
    """What of its cells proves that a column plays a role, as one sentence."""
    distinct = len(profile.cells)
    if role in ("respondent", "account"):
        what = "e-mail addresses" if profile.share("email") > 0.8 else "values"  # noqa: PLR2004
        return (
            f"It holds {distinct:,} different {what} in {profile.filled:,} filled cells{_of_looked(profile)}."
        )
    if role in ("csat", "ces"):
        values = profile.answers.between(0, 10)
        ends = (
            f"from {values[0]:.0f} to {values[-1]:.0f}" if values else f"in words, {_values_named(profile)}"
        )
        return f"It holds opinions {ends}."
    if role == "invited":
        return f"Its header says so, and {profile.filled:,} of {profile.looked:,} cells looked at are filled."
    if role in ("weight", "revenue"):
        return f"Its header says so, and it holds {distinct:,} different numbers."
    if role == "attributes" and distinct > MOST_SHOWN:
        return f"It holds {distinct:,} values that repeat; charts draw the largest, filters have all."
    return f"It holds {_values_named(profile)}."


def _values_named(profile: Profile) -> str:
    common = [f"“{shortened(value)}”" for value, _ in profile.cells.most_common(_NAMED)]
    more = len(profile.cells) - len(common)
    return ", ".join(common) + (f" and {more:,} more" if more > 0 else "")


def _of_looked(profile: Profile) -> str:
    """How many cells a sentence is about, where these are not all of them."""
    return f" (of {profile.looked:,} looked at)" if profile.looked < profile.rows else ""


def _why_date(profile: Profile) -> str:
    header = profile.header
    if says(header, "other_date"):
        sentence = "Its header names a moment that need not be the answer’s"
    elif says(header, "answer_date"):
        sentence = "Its header says when the answer came in"
    elif says(header, "date"):
        sentence = "Its header says that it is a date"
    else:
        sentence = "Its header does not say which date it is"
    share = profile.dates(numbers=says_date(profile))
    return (
        f"{sentence}; {share:.0%} of its cells{_of_looked(profile)} can be read as dates, "
        f"{len(profile.cells):,} different ones."
    )


def _why_reason(profile: Profile) -> str:
    if says(profile.header, "reason"):
        sentence = "Its header asks for a reason"
    elif says(profile.header, "comment"):
        sentence = "Its header speaks of a comment"
    else:
        sentence = "Its header does not ask for a reason"
    if not profile.filled:
        return f"{sentence}, but every cell is blank."
    full = profile.filled / max(profile.looked, 1)
    return f"{sentence}; {full:.0%} of its cells are filled, with {profile.words:.0f} words on average."
