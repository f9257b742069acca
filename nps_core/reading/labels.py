"""Scores with words beside them: the labels of a scale, and not what people write that has a number in it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING

from nps_core.reading.cells import plain
from nps_core.reading.vocabulary import alternation, pattern, table
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Mapping

_RECOMMEND = pattern("recommend")

_LONGEST = 150
"""Letters of the longest labelled score; anything longer is a comment."""

_MOST_WORDS = 6
"""Words of a label without a mark between it and its number; "3 of those I told would recommend it" has more."""

_OFTEN = 3
"""So often the very same words with the same number are no chance."""

_UNITS = rf"{alternation('unit')}\b"
"""What follows a number that is a quantity and no score."""

_MARKED = re.compile(
    r"(\d{1,2})(?:[.,]0+)?(?:\s?[-–—:=)(.,•|]\s?|\s?[点點分점]\s?|\s?$)(?!\d)\D{0,120}$",
    re.DOTALL | re.IGNORECASE,
)
_NUMBER_FIRST = re.compile(
    rf"(\d{{1,2}})(?:[.,]0+)?\s+(?!{_UNITS})(?P<label>\D{{1,120}})$", re.DOTALL | re.IGNORECASE
)
_LABEL_FIRST = re.compile(
    r"(?P<label>\D{1,120}?)\s?(?:[(\[]|[:=]\s?|\s[-–—]\s?|\s)(\d{1,2})[)\]]?$", re.DOTALL
)

_OF_A_SCALE = re.compile(rf"{alternation('scale_stem')}|(?<!\w){alternation('scale_word')}(?!\w)")
_LAST_WORD = re.compile(rf"(?<!\w)(\w++)(?: {alternation('copula')})?\W*$")
_NAME_OF_A_SCALE = pattern("scale_word", "scale_name")
_STEM_OF_A_SCALE = pattern("scale_stem", "scale_name_stem")
_NO_MARK = re.compile(r"[^\W\d_]|[$€£¥₹%°#/]")
"""What makes more of a text than an exclamation or a smiley: letters, currencies, units."""

_SMILEY = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d\\s]+$")
_OF_THOSE = re.compile(rf"{alternation('of')}\b")
_AND_WHY = re.compile(rf"{alternation('because')}\b")
"""What joins a score to the sentence that explains it."""

GROUP_WORDS = {word: GROUPS.index(group) for word, group in table("groups").items()}
"""Words for a promoter, a passive, a detractor -> place in `survey.GROUPS`."""

_BETWEEN = re.compile(r"[^\w]+|(?<=\d)(?=[^\W\d])|_")
_MOST = 5
"""Words of a cell beyond which it is a sentence, in which a group word is chance."""


def score_beside(cell: str) -> float | None:
    """The score of a cell in which words stand beside it; None where the words are of no scale.

    >>> score_beside("10 - Extremely likely"), score_beside("Very good (9)"), score_beside("see ticket 7")
    (10.0, 9.0, None)
    """
    if len(cell) > _LONGEST:
        return None
    if found := _MARKED.match(cell):
        return float(found[1])
    if found := _NUMBER_FIRST.match(cell):
        return float(found[1]) if _follows(plain(found["label"])) else None
    found = _LABEL_FIRST.match(cell)
    return float(found[2]) if found and _leads(plain(found["label"])) else None


def _follows(label: str) -> bool:
    """True for words that stand behind a score without a mark between them, and for a smiley."""
    if not _NO_MARK.search(label) or _AND_WHY.match(label) or group_in(label) is not None:
        return True
    scale = _OF_A_SCALE.search(label) or _RECOMMEND.search(label)
    return bool(scale) and label.count(" ") < _MOST_WORDS and not _OF_THOSE.match(label)


def _leads(label: str) -> bool:
    """True for words before a number that end in what a scale is called, or in one of its labels."""
    return bool(_SMILEY.match(label)) or _ends_in_a_scale(label) or group_in(label) is not None


def _ends_in_a_scale(label: str) -> bool:
    last = _LAST_WORD.search(label)
    if last is None:
        return False
    return bool(_NAME_OF_A_SCALE.fullmatch(last[1]) or _STEM_OF_A_SCALE.search(last[1]))


@lru_cache(maxsize=4096)
def group_in(cell: str) -> int | None:
    """The group that a cell names, alone or with its scores ("9-10 Promoter", "Detractors (0-6)"); None for none.

    >>> group_in("Promoters (9-10)"), group_in("a promoter called us back today"), group_in("Neutro")
    (2, None, 1)
    """
    words = [word for word in _BETWEEN.split(plain(cell)) if word and not word.isdigit()]
    if not words or len(words) > _MOST:
        return None
    found = {GROUP_WORDS[word] for word in words if word in GROUP_WORDS}
    alone = len(words) == 1 or words[0] in GROUP_WORDS or words[-1] in GROUP_WORDS
    return found.pop() if len(found) == 1 and alone else None


def known_by_repeating(counts: Mapping[str, int]) -> dict[str, float]:
    """The cells of a column in which words of no known scale are labels all the same, each with its score.

    They are where the very same words with the same number come three times or more, and words before a number never
    with another one, or where the same words stand in most of the cells ("Q1: 8", "Q1: 3").

    >>> known_by_repeating({"Bai zeharo 10": 3, "see ticket 7": 1, "8": 90})
    {'Bai zeharo 10': 10.0}
    """
    apart = {cell: found for cell in counts if (found := words_apart(cell)) is not None}
    numbers: dict[str, set[float]] = defaultdict(set)
    often: Counter[str] = Counter()
    for cell, (label, number) in apart.items():
        numbers[label].add(number)
        often[label] += counts[cell]
    most = sum(counts.values()) / 2
    return {
        cell: number
        for cell, (label, number) in apart.items()
        if often[label] > most
        or (counts[cell] >= _OFTEN and (len(numbers[label]) == 1 or _NUMBER_FIRST.match(cell.strip())))
    }


def words_apart(cell: str) -> tuple[str, float] | None:
    """The words and the number of a cell whose words are of no known scale; None for any other cell."""
    bare = cell.strip()
    if len(bare) > _LONGEST or score_beside(bare) is not None:
        return None
    if found := _NUMBER_FIRST.match(bare):
        return plain(found["label"]), float(found[1])
    found = _LABEL_FIRST.match(bare)
    return (plain(found["label"]), float(found[2])) if found else None
