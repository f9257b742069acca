"""The natural order of an attribute's values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nps_core.reading.cells import plain
from nps_core.reading.vocabulary import alternation, pattern, sequences, table, words

if TYPE_CHECKING:
    from collections.abc import Mapping

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")
_LESS = re.compile(rf"^{alternation('less')}")
_MORE = pattern("more")

_SCALES = sequences("ordinals")
"""Known ordinals; a column follows one when all its values are in it."""

_IN_TIME = tuple(
    {word: int(place) for word, place in names.items()} for names in (table("months"), table("weekdays"))
)
_REST = words("rest")


def ordered(counts: Mapping[str, int]) -> list[str]:
    """The values of an attribute in the order to show them.

    Months, weekdays and known ordinals in their own order; numbers and ranges ("18-24", "65+", "Q1 2026")
    by size; everything else by how often it occurs, most frequent first, then by alphabet.

    >>> ordered({"35-44": 5, "65+": 1, "18-24": 2, "under 18": 1})
    ['under 18', '18-24', '35-44', '65+']
    """
    values = list(counts)
    words = {value: plain(value) for value in values}
    for scale in _IN_TIME:
        if all(word.split(" ")[0].strip(".,") in scale for word in words.values()) and len(values) > 1:
            return sorted(values, key=lambda value: (scale[words[value].split(" ")[0].strip(".,")], value))
    for known in _SCALES:
        places = {name: place for place, name in enumerate(known)}
        if len(values) > 1 and all(word in places for word in words.values()):
            return sorted(values, key=lambda value: places[words[value]])
    if all(_NUMBER.search(value) for value in values if not _is_rest(words[value])) and _mostly_numbers(
        values
    ):
        return sorted(values, key=lambda value: _size(value, words[value]))
    return sorted(values, key=lambda value: (-counts[value], value))


def _is_rest(word: str) -> bool:
    return word in _REST


def _mostly_numbers(values: list[str]) -> bool:
    """A value such as "Team 7" is a name; a range is mostly digits, or begins with one or with "under"."""
    led = sum(1 for value in values if value[:1].isdigit() or _LESS.match(plain(value)) or _is_quarter(value))
    signs = sum(1 for value in values if value[:1] in "<>$€£+-")
    return led + signs >= len(values) * 0.7


def _is_quarter(value: str) -> bool:
    return bool(re.match(r"[QqTtHhKkWw]\d{1,2}\b", value))


def _size(value: str, word: str) -> tuple[float, ...]:
    if _is_rest(word):
        return (1, 0, 0)
    if _is_quarter(value):
        parts = re.findall(r"\d+", value)
        return (0, float(parts[-1]), float(parts[0])) if len(parts) > 1 else (0, float(parts[0]), 0)
    numbers = [
        float(found.replace(",", ""))
        for found in _NUMBER.findall(value)
        if found.replace(",", "").count(".") <= 1
    ]
    first = abs(numbers[0]) if numbers else 0.0
    if len(numbers) > 1 and value.lstrip("$€£ ")[:1].isdigit():
        return (0, first, abs(numbers[1]))
    shift = -0.5 if _LESS.match(word) else 0.5 if _MORE.search(word) else 0.0
    return (0, first + shift, 0)
