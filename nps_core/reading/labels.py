"""Scores with words beside them: the labels of a scale, and not what people write that has a number in it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from nps_core.reading import words
from nps_core.reading.cells import plain
from nps_core.reading.group_words import group_in

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST = 150
"""Letters of the longest labelled score; anything longer is a comment."""

_MOST_WORDS = 6
"""Words of a label without a mark between it and its number; "3 of those I told would recommend it" has more."""

_OFTEN = 3
"""So often the very same words with the same number are no chance."""

_UNITS = (
    r"(?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|min(?:ute)?s?|sec(?:ond)?s?|times?|people|employees|users|items?|"
    r"jahre?|monate?|tage?|ans?|mois|jours?|anos?|años?|meses|dias?|días?|jaar|maanden|dagen|anni|mesi|giorni)\b"
)
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

_STEMS = (
    r"likel[iy]|probab|provav|wahrschein|waarschijn|verosimil|sannolik|sandsynlig|sannsynlig|todennakoi|prawdopodob|"
    r"pravdepodob|вероятн|olasi|satisf|satisfe|soddisf|zufried|tevred|agree|excell?en|definit|defini[dt]iv|certain"
)
"""Within the words of a scale."""

_WHOLE = (
    r"scores?|rating|rated|rate|points?|punkte?|puntos|pontos|punti|punten|note|nota|voto|cijfer|good|gut|bien|bon|bom|"
    r"bueno|buena|buono|goed|bad|schlecht|mauvais|malo|mala|mau|cattivo|slecht|poor|terrible|awful|great|perfect|perfekt|"
    r"parfait|fair|average|okay|ok|neutral|neutro|neutre|sicher|zeker|happy|unhappy"
)
"""Whole words of a scale."""

_OF_A_SCALE = re.compile(rf"{_STEMS}|(?<!\w)(?:{_WHOLE})(?!\w)")
_LAST_WORD = re.compile(r"(?<!\w)(\w++)(?: (?:is|was|of|ist|von|est|de|es|e|van))?\W*$")
_NAME_OF_A_SCALE = re.compile(rf"{_WHOLE}|recomm?[ae]nd\w*|consigli\w*|aanbevel\w*|nps")
_STEM_OF_A_SCALE = re.compile(rf"{_STEMS}|empfehl")
_NO_MARK = re.compile(r"[^\W\d_]|[$€£¥₹%°#/]")
"""What makes more of a text than an exclamation or a smiley: letters, currencies, units."""

_SMILEY = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff\ufe0f\u200d\\s]+$")
_OF_THOSE = re.compile(r"(of|out|von|aus|de[slr]?|d'|di|da|do|van)\b")
_AND_WHY = re.compile(
    r"(because|but|as|since|weil|aber|denn|da|car|parce|mais|porque|pero|pois|mas|perche|ma|omdat|maar)\b"
)
"""What joins a score to the sentence that explains it."""


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
    scale = _OF_A_SCALE.search(label) or words.RECOMMEND.search(label)
    return bool(scale) and label.count(" ") < _MOST_WORDS and not _OF_THOSE.match(label)


def _leads(label: str) -> bool:
    """True for words before a number that end in what a scale is called, or in one of its labels."""
    return bool(_SMILEY.match(label)) or _ends_in_a_scale(label) or group_in(label) is not None


def _ends_in_a_scale(label: str) -> bool:
    last = _LAST_WORD.search(label)
    if last is None:
        return False
    return bool(_NAME_OF_A_SCALE.fullmatch(last[1]) or _STEM_OF_A_SCALE.search(last[1]))


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
