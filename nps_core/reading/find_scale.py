"""Which scale a score column is on, by what its header says and else by its values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nps_core.reading.scores import Answers, default_scale, read_score
from nps_core.reading.vocabulary import alternation
from nps_core.survey import Scale

if TYPE_CHECKING:
    from nps_core.reading.profiles import Profile

ENOUGH = 10
"""From so many answers on, scores that never pass 5 are taken for another scale than 0-10."""


_ZERO_EXPECTED = 100
"""From so many answers on, a column without a single 0 may be on 1-10."""


_RANGE = re.compile(rf"\b(0|1) ?(?:\([^)]{{0,60}}\))? ?{alternation('range_to')} ?(10|7|5)\b(?! ?%)")


_ENDS = re.compile(
    r"\b(10|7|5) ?[=(]? ?[^\d]{3,60}\b(0|1) ?[=(]? ?[^\d]{3,}|\b(0|1) ?[=(]? ?[^\d]{3,80}\b(10|7|5) ?[=(]? ?[^\d]{3,}"
)


def scale_of(profile: Profile, *, percent: bool = False) -> tuple[Scale, list[str]]:
    """The scale of a score column, by what its header says and else by its values, with doubts."""
    answers = profile.answers
    if percent:
        return Scale(), [f"“{profile.name}” holds percentages in tens; each was divided by ten."]
    if found := _RANGE.search(profile.header):
        return _told(int(found[1]), int(found[2]), answers)
    if found := _ENDS.search(profile.header):
        ends = sorted(int(end) for end in found.groups() if end)
        return _told(ends[0], ends[1], answers)
    return _from_values(profile)


def _told(low: int, high: int, answers: Answers) -> tuple[Scale, list[str]]:
    """The scale that the header names, unless the values go beyond it."""
    values = answers.between(0, 10)
    if values and values[-1] > high:
        return Scale(), []
    scale = default_scale(low if not values or values[0] >= low else 0, high)
    said = "" if (low, high) == (0, 10) else (
        f"Read on the scale {scale.name}, as the question says: detractors to {scale.detractor_to}, "
        f"promoters from {scale.promoter_from}."
    )  # fmt: skip
    return scale, [said] if said else []


def _from_values(profile: Profile) -> tuple[Scale, list[str]]:
    answers = profile.answers
    values = answers.between(0, 10)
    labelled = _labelled_top(profile)
    top = labelled or (values[-1] if values else 10)
    # 1-5 and 1-7 have no 0: of a few low answers with a 0 the likelier reading is 0-10.
    needed = _ZERO_EXPECTED if values[:1] == [0] and not labelled else ENOUGH
    many = answers.scored >= needed
    if many and values and top in (5, 7) and values[-1] <= top:
        scale = default_scale(int(min(1, values[0])), int(top))
        said = (
            f"No answer of “{profile.name}” is above {top:.0f}: read on the scale {scale.name}, detractors to "
            f"{scale.detractor_to}, promoters from {scale.promoter_from}."
        )
        return scale, [said]
    if answers.scored >= _ZERO_EXPECTED and values and values[0] >= 1:
        return Scale(), ["No answer is 0: the scale may be 1-10; the cut-offs, and so the NPS, are the same."]
    if answers.scored >= ENOUGH and values and values[-1] <= 6:  # noqa: PLR2004 - nothing above a detractor
        return Scale(), [
            f"No answer of “{profile.name}” is above {values[-1]:.0f}: is the scale really 0-10?"
        ]
    return Scale(), []


def _labelled_top(profile: Profile) -> float:
    """The highest score that carries a label ("7 - Extremely likely"), which is the top of its scale."""
    labelled = [
        value
        for cell in profile.cells
        if not cell.strip()[-1:].isdigit() and (value := read_score(cell).value)
    ]
    return max(labelled, default=0.0)
