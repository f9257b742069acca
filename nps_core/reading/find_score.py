"""Which column holds the answers to the recommend question, and on which scale; or why none does."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading import words
from nps_core.reading.find_scale import ENOUGH, scale_of
from nps_core.reading.scores import Answers, cut_offs, read_score
from nps_core.survey import Candidate, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.profiles import Profile

_MOST = 0.8
"""A column holds scores when this share of its filled cells are scores."""

_SOME = 0.5
"""... or this share, when the others are a handful of codes for "no answer"."""

_ODD = 0.2
"""... and no more than this share are words."""

_CODES = 4
"""So many distinct values outside the scale may be codes (-1, 99, 98, 97)."""


_FLAG = 5
"""From so many answers on, a column of nothing but 0 and 1 is a flag."""


_EMPLOYER = re.compile(
    r"work (at|for|here)|place to work|employer|arbeitgeber|arbeitsplatz|travailler|trabajar|trabalhar|lavorare|"
    r"werkgever|\benps\b|職場|働"
)


@dataclass(frozen=True)
class ScoreColumn:
    """The column chosen, its scale, and what could have been chosen instead."""

    name: str
    scale: Scale
    strength: float
    group: str | None = None
    percent: bool = False
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The score column, or the reasons why the likeliest columns are none; and all that were looked at."""

    chosen: ScoreColumn | None
    refused: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


@dataclass
class _Candidate:
    profile: Profile
    strength: float
    recommends: bool = False
    percent: bool = False
    group: Profile | None = None
    cuts: tuple[int, int] | None = None
    doubts: list[str] = field(default_factory=list)


def find_score(seen: Sequence[Profile], *, context: str = "", headers: bool = True) -> Verdict:
    """Choose the score column of a table.

    Parameters
    ----------
    seen
        The columns.
    context
        File name, sheet name and title rows, as plain text: "nps" there makes a plain "score" more likely.
    headers
        False when the table has no header row, so that only the cells can tell.
    """
    refused: dict[str, str] = {}
    found: list[_Candidate] = []
    asked_for = bool(words.NPS_WORD.search(context))
    question = _question_says(seen)
    for profile in seen:
        recommends = bool(words.RECOMMEND.search(profile.header)) or (
            bool(question) and any(words.ANSWER.match(name) for name in profile.names)
        )
        if recommends and (why := _why_not(profile)):
            refused[profile.name] = why
        elif candidate := _candidate(profile, recommends=recommends, context=asked_for, headers=headers):
            found.append(candidate)
    groups = [profile for profile in seen if _is_group_column(profile)]
    for candidate in found:
        _confirm(candidate, groups)
    strong = [candidate for candidate in found if candidate.strength >= 100 or candidate.cuts]  # noqa: PLR2004 - see _candidate
    pool = strong or ([] if refused and not groups else found)
    reasons = tuple(refused.values())
    chosen = _choose(pool) if pool else _from_groups(groups)
    return Verdict(chosen, () if chosen else reasons, _all_looked_at(found, groups, refused))


def _all_looked_at(
    found: Sequence[_Candidate], groups: Sequence[Profile], refused: dict[str, str]
) -> tuple[Candidate, ...]:
    """Every column that could hold the score, the likeliest first, each with what speaks for or against it."""
    ranked = sorted(found, key=lambda candidate: -candidate.strength)
    looked = {one.profile.name: Candidate(one.profile.name, _sentence(one)) for one in ranked}
    for group in groups:
        looked.setdefault(group.name, Candidate(group.name, "It holds the groups in words, and no scores."))
    for name, why in refused.items():
        looked.setdefault(name, Candidate(name, f"{why}."))
    return tuple(looked.values())


def _sentence(candidate: _Candidate) -> str:
    """What speaks for a column of scores, or against it."""
    profile, answers = candidate.profile, candidate.profile.answers
    if candidate.recommends and _EMPLOYER.search(profile.header):
        said = "Its header asks for a recommendation, but as an employer"
    elif candidate.recommends:
        said = "Its header asks for a recommendation"
    elif words.OTHER_SCORE.search(profile.header):
        said = "Its header names another question than the recommendation"
    elif words.SCORE.search(profile.header):
        said = "Its header speaks of a score and asks for no recommendation"
    else:
        said = "Its header does not ask for a recommendation"
    if candidate.group is not None:
        said += f"; “{candidate.group.name}” holds the groups that follow from it"
    if candidate.percent:
        return f"{said}; its {answers.filled:,} answers are percentages in tens."
    return f"{said}; {answers.within(0, 10):.0%} of the {answers.filled:,} answers looked at are whole numbers from 0 to 10."


def _question_says(seen: Sequence[Profile]) -> str:
    """The recommend question where it stands in a column of its own, one and the same in each row."""
    for profile in seen:
        if any(words.QUESTION.match(name) for name in profile.names) and len(profile.cells) == 1:
            text = next(iter(profile.cells))
            return text if words.RECOMMEND.search(text.lower()) else ""
    return ""


def _why_not(profile: Profile) -> str:
    """Why a column that asks for a recommendation holds no scores; "" when it may."""
    answers = profile.answers
    name = f"“{profile.name}”"
    if not answers.filled:
        return f"{name} is blank in every row"
    if answers.grouped >= _SOME * answers.filled:
        return ""
    values = set(answers.numbers)
    example = ", ".join(f"“{cell[:30]}”" for cell, _ in profile.cells.most_common(3))
    if answers.other > _SOME * answers.filled:
        return f"{name} holds words and no scores ({example})"
    if values <= {0.0, 1.0} and answers.filled >= _FLAG:
        return f"{name} holds only 0 and 1, which is a yes/no flag and no 0-10 answer"
    if _is_percent(answers) or _fits(answers):
        return ""
    return f"{name} holds values such as {example}, which are no 0-10 answers (ready-made figures?)"


def _fits(answers: Answers) -> bool:
    inside = answers.within(0, 10)
    outside = [value for value in answers.numbers if not (0 <= value <= 10 and value.is_integer())]  # noqa: PLR2004
    return inside >= _MOST or (
        inside >= _SOME and len(outside) <= _CODES and answers.other <= _ODD * answers.filled
    )


def _is_percent(answers: Answers) -> bool:
    """Scores as percentages in tens: 0, 10, ... 100, at least some of them above 10."""
    values = set(answers.numbers)
    tens = {float(value) for value in range(0, 101, 10)}
    return values <= tens and len(values) > 2 and answers.scored >= ENOUGH and max(values) > 10  # noqa: PLR2004


def _candidate(profile: Profile, *, recommends: bool, context: bool, headers: bool) -> _Candidate | None:
    answers = profile.answers
    percent = recommends and _is_percent(answers)
    if not answers.scored or answers.scored < answers.grouped or not (percent or _fits(answers)):
        return None
    strength = _strength(profile, recommends=recommends, context=context)
    if not recommends and headers and strength <= 0:
        # Still of use when a group column confirms it.
        strength = 0.0
    if not headers:
        strength = 20.0 if _looks_like_scores(answers) else 0.0
    if not recommends and (values := answers.between(0, 10)) and values[-1] < 8 and answers.scored >= ENOUGH:  # noqa: PLR2004
        return None
    if strength > 0 or _looks_like_scores(answers):
        return _Candidate(profile, strength, recommends, percent)
    return None


def _strength(profile: Profile, *, recommends: bool, context: bool) -> float:
    """Header evidence, in points: 100 for the recommend question, 40 for some score, less for another question."""
    header = profile.header
    points = 0.0
    if recommends:
        points = 120.0
        points -= 15.0 * bool(_EMPLOYER.search(header))
        points -= 10.0 * bool(words.OTHER_SCORE.search(header))
        # "Q1_NPS_GROUP" with 1, 2, 3 is the group as a code.
        coded = len(profile.answers.numbers) <= 3 and words.GROUP_CODE.search(header)  # noqa: PLR2004
        points -= 60.0 * bool(coded)
    elif words.SCORE.search(header) and not words.OTHER_SCORE.search(header):
        points = 40.0 - 30.0 * bool(words.NOT_A_SCORE.search(header))
    elif context and any(words.ANSWER.match(name) for name in profile.names):
        points = 30.0
    if points and not recommends:
        points += 10.0 * context
    return points and points + 5.0 * profile.filled / max(profile.looked, 1) - 0.01 * profile.place


def _looks_like_scores(answers: Answers) -> bool:
    """Whole numbers from 0 to 10 of which many are high, as only scores are."""
    values = answers.between(0, 10)
    high = sum(count for value, count in answers.numbers.items() if 7 <= value <= 10)  # noqa: PLR2004
    various = len(values) >= 3 and values[-1] >= 9  # noqa: PLR2004
    return various and answers.within(0, 10) >= _MOST and high >= answers.filled / 3


def _is_group_column(profile: Profile) -> bool:
    answers = profile.answers
    telling = answers.groups.keys() & {0, 2}
    neutral_only = not telling
    return bool(answers.filled) and not neutral_only and answers.grouped >= _MOST * answers.filled


def _confirm(candidate: _Candidate, groups: Sequence[Profile]) -> None:
    """Look for a column of group words that follows the candidate's scores; it tells the cut-offs."""
    codes, distinct = candidate.profile.column.encoded
    for group in groups:
        other_codes, other = group.column.encoded
        size = len(other)
        pairs = np.unique(codes.astype(np.int64) * size + other_codes)
        read = [
            (read_score(distinct[pair // size]).value, read_score(other[pair % size]).group) for pair in pairs
        ]
        known = [(value, place) for value, place in read if value is not None and place is not None]
        if cuts := cut_offs(known):
            candidate.group, candidate.cuts = group, cuts
            candidate.strength += 60.0


def _from_groups(groups: Sequence[Profile]) -> ScoreColumn | None:
    named = sorted(groups, key=lambda profile: not words.RECOMMEND.search(profile.header))
    if not named:
        return None
    doubts = ("The file holds the groups only, no scores: there is no 0-10 distribution.",)
    return ScoreColumn(named[0].name, Scale(words=True), 90.0, doubts=doubts)


def _choose(pool: list[_Candidate]) -> ScoreColumn | None:
    best = max(pool, key=lambda candidate: candidate.strength)
    if best.strength <= 0:
        return None
    scale, doubts = scale_of(best.profile, percent=best.percent)
    if best.cuts and best.group is not None and not best.percent:
        said = _other_cuts(scale, best.cuts, best.group)
        doubts = [*doubts, said] if said else doubts
    rivals = [other for other in pool if other is not best and other.strength >= best.strength - 25]
    if rivals:
        names = ", ".join(f"“{other.profile.name}”" for other in rivals[:3])
        doubts = [*doubts, f"“{best.profile.name}” was taken as the score; {names} could be it as well."]
    elif best.strength < 100:  # noqa: PLR2004 - the header does not ask for a recommendation
        doubts = [
            *doubts,
            f"No header asks for a recommendation; “{best.profile.name}” was taken as the score.",
        ]
    return ScoreColumn(
        best.profile.name,
        scale,
        best.strength,
        best.group.name if best.group else None,
        best.percent,
        tuple(doubts),
    )


def _other_cuts(scale: Scale, cuts: tuple[int, int], group: Profile) -> str:
    """A doubt where a group column draws the lines elsewhere than the scale's usual cut-offs."""
    same = cuts == (scale.detractor_to, scale.promoter_from)
    within = scale.low <= cuts[0] < cuts[1] <= scale.high
    # On 0-10 a rare score may be missing, which moves the lines that one sees.
    if same or not within or scale.high == 10:  # noqa: PLR2004
        return ""
    other = f"{scale.name}:{cuts[0]}/{cuts[1]}"
    return (
        f"“{group.name}” draws the lines elsewhere (detractors to {cuts[0]}, promoters from {cuts[1]}); "
        f"choose the scale {other} to follow it."
    )
