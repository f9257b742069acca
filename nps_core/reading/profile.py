"""What a column's header and cells say, gathered once for all who ask."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.cells import is_no_answer, kind, plain
from nps_core.reading.dates import date_share
from nps_core.reading.scores import Answers, read_answers
from nps_core.reading.tables import SAMPLE
from nps_core.reading.vocabulary import sequences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column


_MANY_BLANK = 10
"""Rows without an answer from which on it tells something that another column is blank in them, too."""

_ALIKE = 0.98
"""The share of rows in which two columns that are filled together are both filled or both blank."""

_DATES_LOOKED = 400
"""Distinct values tried as dates; a column of dates shows itself sooner."""


@dataclass(frozen=True, eq=False)
class Profile:
    """A column seen through its header and a sample of its cells."""

    column: Column
    place: int
    rows: int

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @cached_property
    def header(self) -> str:
        """Name and question text, for matching."""
        name, label = plain(self.column.name), plain(self.column.label)
        return name if label in (name, "") else f"{name} {label}"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name and question text apart, for patterns that want the whole header."""
        return tuple({plain(self.column.name).strip(" .:"), plain(self.column.label).strip(" .:")} - {""})

    @cached_property
    def cells(self) -> Counter[str]:
        """The sample less blanks and spellings of "no answer"."""
        return Counter(
            {value: count for value, count in self.column.sample.items() if not is_no_answer(value)}
        )

    @cached_property
    def filled(self) -> int:
        """Cells of the sample that say something."""
        return sum(self.cells.values())

    @cached_property
    def looked(self) -> int:
        """Rows in the sample, blank ones included."""
        return min(self.rows, SAMPLE)

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many cells look like "number", "date", "email" or "text"."""
        found: Counter[str] = Counter()
        for value, count in self.cells.items():
            found[kind(value)] += count
        return found

    def share(self, what: str) -> float:
        """The share of filled cells of a kind."""
        return self.kinds[what] / self.filled if self.filled else 0.0

    @cached_property
    def answers(self) -> Answers:
        """The cells read as scores."""
        return read_answers(self.column.sample)

    @cached_property
    def words(self) -> float:
        """Words in a cell, on average; a text without spaces (Japanese) counts three letters a word."""
        total = sum(
            max(value.count(" ") + 1, _wide_letters(value) / 3) * count for value, count in self.cells.items()
        )
        return total / self.filled if self.filled else 0.0

    @cached_property
    def distinct_share(self) -> float:
        """Distinct values per filled cell of the sample."""
        return len(self.cells) / self.filled if self.filled else 0.0

    @cached_property
    def says_something(self) -> np.ndarray:
        """Which of the rows looked at hold more than a spelling of "no answer"; the same rows in each column."""
        cells = self.column.looked
        known = {cell: not is_no_answer(cell) for cell in set(cells)}
        return np.array([known[cell] for cell in cells], dtype=np.bool_)

    def filled_beside(self, other: Profile | None) -> float:
        """The share of filled cells, 0 to 1, among the rows in which another column is filled."""
        if other is None or not other.says_something.any():
            return self.filled / max(self.looked, 1)
        return float(self.says_something[other.says_something].mean())

    def filled_only_beside(self, other: Profile) -> bool:
        """True where a column is filled in the rows in which another is, and in next to none of its many others."""
        mine, others = self.says_something, other.says_something
        return int((~others).sum()) >= _MANY_BLANK and bool((mine == others).mean() > _ALIKE)

    def dates(self, *, numbers: bool) -> float:
        """The share of filled cells that can be read as dates."""
        return self._dates_and_numbers if numbers else self._dates_alone

    @cached_property
    def _dates_and_numbers(self) -> float:
        return date_share(dict(self.cells.most_common(_DATES_LOOKED)), numbers=True)

    @cached_property
    def _dates_alone(self) -> float:
        return date_share(dict(self.cells.most_common(_DATES_LOOKED)), numbers=False)


def _wide_letters(text: str) -> int:
    return 0 if text.isascii() else sum(1 for letter in text if letter > "\u3040")


def profiles(columns: tuple[Column, ...], rows: int) -> list[Profile]:
    """The profile of each column."""
    return [Profile(column, place, rows) for place, column in enumerate(columns)]


_OPINIONS = sequences("opinions")
_MOST_SPELLINGS = 4 * max(map(len, _OPINIONS))
"""Different cells of a column of opinions: each word of the longest scale in a few spellings."""


def opinion_scale(profile: Profile) -> tuple[int, int] | None:
    """The ends of the scale of a column of opinions in words ("agree", "very good"), from 1; None for any other."""
    if len(profile.cells) > _MOST_SPELLINGS:
        return None
    words = {plain(cell) for cell in profile.cells}
    known = next((scale for scale in _OPINIONS if words <= set(scale)), None)
    return (1, len(known)) if known and len(words) > 2 else None  # noqa: PLR2004 - two words may be anything


def opinions_in(cells: Sequence[str]) -> dict[str, int] | None:
    """Each of some cells as its place on a scale of words, from 1; None where they are on no known one."""
    words = {cell: plain(cell) for cell in cells if not is_no_answer(cell)}
    known = next((scale for scale in _OPINIONS if set(words.values()) <= set(scale)), None)
    return {cell: known.index(word) + 1 for cell, word in words.items()} if known and words else None


_NOISE = re.compile(r"[\s\u00a0\u202f'’_]|[$€£¥]|\b(usd|eur|gbp|chf|brl|jpy)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"[-+−]?\d{1,3}([.,])\d{3}(?:\1\d{3})*$")
_SHORT = {"k": 1e3, "m": 1e6}


def read_amount(cell: str) -> float:
    """Read one cell as a number; NaN for what is none.

    Of "1.204" and "1,204" the mark parts thousands; of "0,85", "12,5" and "1.204,50" the last one is the decimal.

    Examples
    --------
    >>> [read_amount(cell) for cell in ("0.85", "0,85", "€ 1.204,50", "12,000", "3.5k", "-1")]
    [0.85, 0.85, 1204.5, 12000.0, 3500.0, -1.0]
    >>> read_amount("many")
    nan
    """
    text = _NOISE.sub("", cell).replace("−", "-").lower()
    factor = _SHORT.get(text[-1:], 1.0)
    text = text[:-1] if factor > 1 else text
    if _THOUSANDS.match(text) and not text.lstrip("+-").startswith("0"):
        text = re.sub("[.,]", "", text)
    elif text.rfind(",") > text.rfind("."):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        value = float(text) * factor
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def amounts_of(column: Column) -> np.ndarray:
    """A column as numbers, NaN where blank or none; each distinct cell is read once."""
    codes, distinct = column.encoded
    values: np.ndarray = np.array([read_amount(cell) for cell in distinct] or [math.nan])[codes]
    return values
