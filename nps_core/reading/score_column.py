"""Which column holds the answers to the recommend question, and on which scale; or why none does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading import score_evidence as evidence
from nps_core.reading.cells import says
from nps_core.reading.score_evidence import ENOUGH, IN_QUESTION, UNASKED, Otherwise, scale_of
from nps_core.reading.scores import MOST, cut_offs, group_of, read_score
from nps_core.reading.vocabulary import alternation, table
from nps_core.survey import GROUPS, Candidate, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Profile


_QUESTION = re.compile(rf"^{alternation('question')}(?: text)?$")

ASKED = 80.0
"""Points from which on a header asks for a recommendation, or a column of groups follows the scores."""

_WHOLE_RATING = 5.0
"""Points of a rating of the whole, which is read where nothing else is."""

_SOME_SCORE = 40.0
"""Points of a plain "score"."""


@dataclass(frozen=True)
class ScoreColumn:
    """The column chosen, its scale, and what could have been chosen instead."""

    name: str
    scale: Scale
    strength: float
    group: str | None = None
    percent: bool = False
    codes: bool = False
    doubts: tuple[Otherwise, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The score column, or the reasons why the likeliest columns are none; and all that were looked at.

    `could_be` names columns of whole numbers from 0 to 10 whose headers ask for no recommendation.
    """

    chosen: ScoreColumn | None
    refused: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    could_be: tuple[str, ...] = ()


@dataclass
class _Candidate:
    profile: Profile
    strength: float
    recommends: bool = False
    percent: bool = False
    group: Profile | None = None
    cuts: tuple[int, int] | None = None
    whole: bool = False
    named: bool = False
    """Whether something else in the file, or its name, speaks of NPS."""


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
    blank: set[str] = set()
    found: list[_Candidate] = []
    asked_for = says(context, "nps")
    question = _question_says(seen)
    for profile in seen:
        recommends = _asks_to_recommend(profile.header) or (
            bool(question) and any(evidence.ANSWER.match(name) for name in profile.names)
        )
        if recommends and (why := evidence.why_not(profile)):
            refused[profile.name] = why
            blank |= {profile.name} if not profile.filled else set()
        elif candidate := _candidate(profile, recommends=recommends, context=asked_for, headers=headers):
            candidate.whole = not recommends and evidence.rates_the_whole(profile, seen)
            found.append(candidate)
    groups = [profile for profile in seen if _is_group_column(profile)]
    most = max((candidate.profile.answers.scored for candidate in found), default=0)
    for candidate in found:
        _confirm(candidate, groups, most)
    looked = _all_looked_at(found, groups, refused)
    if made := _ready_made(found, seen):
        return Verdict(None, (made,), looked)
    # A column that asks for the reason may well speak of the recommendation, and is no refused question; nor is
    # one that nobody answered, where another was.
    others = blank | {one.name for one in seen if evidence.asks_for_words(one)}
    chosen = _pick(found, groups, {name: why for name, why in refused.items() if name not in others})
    if chosen is not None:
        return Verdict(chosen, (), looked)
    could_be = [one.profile.name for one in found if evidence.looks_like_scores(one.profile.answers)]
    return Verdict(None, tuple(refused.values()), looked, tuple(could_be))


def _pick(found: list[_Candidate], groups: list[Profile], refused: dict[str, str]) -> ScoreColumn | None:
    """The best of the columns that ask for a recommendation; of the others only where none was refused."""
    strong = [one for one in found if (one.recommends and one.strength >= ASKED) or one.cuts]
    if strong:
        return _choose(strong, found)
    figures = bool(refused) and all("ready-made" in why for why in refused.values())
    weak = [one for one in found if one.strength >= _SOME_SCORE] if figures else [] if refused else found
    if groups and refused:
        weak = found
    chosen = (_choose(weak, found) if weak else None) or _from_groups(groups)
    whole = [one for one in found if one.whole]
    return _rating(whole[0]) if chosen is None and len(whole) == 1 and not refused else chosen


def _ready_made(found: Sequence[_Candidate], seen: Sequence[Profile]) -> str:
    """Why the table holds no responses but figures made of them; "" where it holds responses."""
    if not found:
        return ""
    if made := _stands_for_many(seen):
        return made
    best = max(found, key=lambda candidate: candidate.strength).profile
    if _is_distribution(best, seen):
        return (
            f"“{best.name}” lists each score once, beside a count: a distribution (ready-made figures), not"
            " its responses"
        )
    return ""


_GROUP_COUNTS = {word: GROUPS.index(group) for word, group in table("group_counts").items()}
"""Headers of columns that count the responses of a group -> place in `survey.GROUPS`."""


_MOST_LINES = 500
"""A table of ready-made figures has one row a month, country or team, and never more than this."""


_MANY_RESPONSES = 10
"""Responses that a row of ready-made figures stands for, at the median, at least."""


def _stands_for_many(seen: Sequence[Profile]) -> str:
    """Why every figure of a table stands for many responses; "" for a table with a response a row."""
    for profile in seen:
        numbers = profile.answers.numbers
        counted = profile.share("number") == 1 and all(number.is_integer() for number in numbers)
        whole = counted and profile.filled == profile.rows <= _MOST_LINES and profile.rows > 1
        named = whole and any(says(name, "responses") for name in profile.names)
        if named and not _numbers_rows(profile) and median(profile.answers.spread()) >= _MANY_RESPONSES:
            return f"“{profile.name}” counts responses, so each row stands for many (ready-made figures)"
    found = {
        place: profile
        for profile in seen
        if len(name := profile.header.split(" ")) == 1 and (place := _GROUP_COUNTS.get(name[0])) is not None
        if profile.share("number") == 1 and max(profile.answers.numbers, default=0) > 1
    }
    if {0, 2} <= found.keys():
        return (
            f"“{found[2].name}” and “{found[0].name}” count responses, so each row stands for many "
            "(ready-made figures)"
        )
    return ""


def _is_distribution(profile: Profile, seen: Sequence[Profile]) -> bool:
    """True where a column lists each score once, in order, beside a column of numbers: counts by score."""
    # Twelve rows: 0 to 10 and a total.
    cells = [cell.strip() for cell in profile.column.values()] if profile.rows <= 12 else []  # noqa: PLR2004
    numbers = [int(cell) for cell in cells if cell.isdigit()]
    step = 1 if numbers[:1] < numbers[-1:] else -1
    listed = len(numbers) >= ENOUGH and numbers == list(
        range(numbers[0], numbers[0] + step * len(numbers), step)
    )
    counts = [
        other
        for other in seen
        if other is not profile and other.share("number") == 1 and not _numbers_rows(other)
        if max(other.answers.numbers, default=0) >= _MANY_RESPONSES
    ]
    return listed and bool(counts) and len(seen) <= 4  # noqa: PLR2004 - score, count, share, group


def _numbers_rows(profile: Profile) -> bool:
    """True for a column that numbers the rows, from 0 or 1."""
    numbers = profile.answers.numbers
    first = min(numbers, default=-1)
    return first in (0, 1) and len(numbers) == profile.rows == max(numbers) - first + 1


def _all_looked_at(
    found: Sequence[_Candidate], groups: Sequence[Profile], refused: dict[str, str]
) -> tuple[Candidate, ...]:
    """Every column that could hold the score, the likeliest first, each with what speaks for or against it."""
    ranked = sorted(found, key=lambda candidate: -candidate.strength)
    looked = {
        one.profile.name: Candidate(
            one.profile.name,
            evidence.sentence(
                one.profile,
                recommends=one.recommends,
                percent=one.percent,
                group=one.group.name if one.group else None,
            ),
        )
        for one in ranked
    }
    for name, why in refused.items():
        looked.setdefault(name, Candidate(name, f"{why}."))
    for group in groups:
        looked.setdefault(group.name, Candidate(group.name, "It holds the groups, and no scores."))
    return tuple(looked.values())


def _asks_to_recommend(header: str) -> bool:
    """True for a header that asks for a recommendation, and not how useful or how frequent recommendations are."""
    return says(header, "recommend") and not says(header, "other_recommendation")


def _question_says(seen: Sequence[Profile]) -> str:
    """The recommend question where it stands in a column of its own, one and the same in each row."""
    for profile in seen:
        if any(_QUESTION.match(name) for name in profile.names) and len(profile.cells) == 1:
            text = next(iter(profile.cells))
            return text if says(text.lower(), "recommend") else ""
    return ""


def _candidate(profile: Profile, *, recommends: bool, context: bool, headers: bool) -> _Candidate | None:
    answers = profile.answers
    percent = recommends and evidence.is_percent(answers)
    fits = percent or evidence.fits(answers, tenths=recommends)
    if not answers.scored or answers.scored < answers.grouped or not fits:
        return None
    strength = evidence.strength(profile, recommends=recommends, context=context)
    if not headers:
        strength = 20.0 if evidence.looks_like_scores(answers) else 0.0
    if not recommends and not evidence.may_be_scored(profile, context=context):
        return None
    # One without a word in its header is still of use when a group column confirms it.
    if strength > 0 or evidence.looks_like_scores(answers):
        return _Candidate(profile, max(strength, 0.0), recommends and strength > 0, percent, named=context)
    return None


def _is_group_column(profile: Profile) -> bool:
    answers = profile.answers
    telling = answers.groups.keys() & {0, 2}
    neutral_only = not telling
    in_words = bool(answers.filled) and not neutral_only and answers.grouped >= MOST * answers.filled
    return in_words or bool(evidence.group_numbers(profile))


_CONFIRMED = 0.5
"""A column of groups proves a score, where it follows this share of the answers that the fullest column has."""


def _confirm(candidate: _Candidate, groups: Sequence[Profile], most: int) -> None:
    """Look for a column of groups that follows the candidate's scores; it tells the cut-offs.

    What it proves grows with the answers that it follows: a handful says nothing beside a column with many.
    """
    if candidate.profile.answers.scored < _CONFIRMED * most:
        return
    codes, distinct = candidate.profile.column.encoded
    for group in groups:
        other_codes, other = group.column.encoded
        as_numbers = evidence.group_numbers(group)
        size = len(other)
        pairs, often = np.unique(codes.astype(np.int64) * size + other_codes, return_counts=True)
        read = [
            (read_score(distinct[pair // size]).value, _group_of(other[pair % size], as_numbers))
            for pair in pairs
        ]
        known = [(value, place) for value, place in read if value is not None and place is not None]
        followed = sum(
            int(count)
            for (value, place), count in zip(read, often, strict=True)
            if value is not None and place is not None
        )
        scored = sum(int(count) for (value, _), count in zip(read, often, strict=True) if value is not None)
        if followed >= _CONFIRMED * scored and (cuts := cut_offs(known)):
            candidate.group, candidate.cuts = group, cuts
            candidate.strength += 60.0


def _group_of(cell: str, as_numbers: dict[float, int]) -> int | None:
    read = read_score(cell)
    return read.group if read.value is None else as_numbers.get(read.value)


def _from_groups(groups: Sequence[Profile]) -> ScoreColumn | None:
    in_words = [profile for profile in groups if profile.answers.groups]
    named = sorted(in_words, key=lambda profile: not says(profile.header, "recommend"))
    if not named:
        return None
    doubts = (Otherwise("The file holds the groups only, no scores: there is no 0-10 distribution."),)
    return ScoreColumn(named[0].name, Scale(words=True), 90.0, doubts=doubts)


def _rating(one: _Candidate) -> ScoreColumn:
    """A rating of the whole thing, read as if it were the question, with the heaviest doubt there is."""
    found = scale_of(one.profile)
    text = (
        f"No question asks for a recommendation. “{one.profile.name}” rates the whole from 0 to 10 and was"
        " read in its place; the result is no NPS that could be set beside others."
    )
    return ScoreColumn(
        one.profile.name,
        found.scale,
        _WHOLE_RATING,
        codes=found.codes,
        doubts=(Otherwise(text, moves=IN_QUESTION), *found.doubts),
    )


def _choose(pool: list[_Candidate], found: list[_Candidate]) -> ScoreColumn | None:
    best = max(pool, key=lambda candidate: candidate.strength)
    if best.strength <= 0:
        return None
    found_scale = scale_of(best.profile, percent=best.percent)
    scale, doubts = found_scale.scale, list(found_scale.doubts)
    if best.cuts and best.group is not None and not best.percent:
        doubts += _other_cuts(best, scale, best.cuts, best.group)
    rivals = [other for other in pool if other is not best and other.strength >= best.strength - 25]
    if best.recommends:
        rivals += [one for one in found if one.recommends and one is not best and one not in rivals]
    rivals = [one for one in rivals if not evidence.is_group_code(one.profile)]
    if rivals:
        names = ", ".join(f"“{other.profile.name}”" for other in rivals[:3])
        text = f"“{best.profile.name}” was taken as the score; {names} could be it as well."
        other = scale_of(rivals[0].profile, percent=rivals[0].percent)
        rival = None if rivals[0].percent else other.scale
        doubts.append(Otherwise(text, rivals[0].profile.name, rival, codes=other.codes))
    elif not best.recommends and not best.cuts:
        text = f"No header asks for a recommendation; “{best.profile.name}” was taken as the score."
        doubts.append(Otherwise(text, moves=UNASKED if best.named else IN_QUESTION))
    return ScoreColumn(
        best.profile.name,
        scale,
        best.strength,
        best.group.name if best.group else None,
        best.percent,
        found_scale.codes,
        tuple(doubts),
    )


def _other_cuts(best: _Candidate, scale: Scale, cuts: tuple[int, int], group: Profile) -> list[Otherwise]:
    """A doubt where a group column puts answers of the file into other groups than the scale's usual cut-offs."""
    if not scale.low <= cuts[0] < cuts[1] <= scale.high:
        return []
    other = replace(scale, detractor_to=cuts[0], promoter_from=cuts[1])
    # A score that nobody gave says nothing of the line beside it.
    if all(group_of(value, scale) == group_of(value, other) for value in best.profile.answers.numbers):
        return []
    text = (
        f"“{group.name}” draws the lines elsewhere (detractors to {cuts[0]}, promoters from {cuts[1]}); "
        f"choose the scale {other.written} to follow it."
    )
    return [Otherwise(text, scale=other)]
