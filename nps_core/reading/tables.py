"""Tables: the cells of a file as text below the header that was found, and what each column says."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import compress
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.cells import is_no_answer, kind, plain, read_amount
from nps_core.reading.dates import date_share
from nps_core.reading.scores import Answers, read_answers
from nps_core.reading.vocabulary import sequences

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


_WHITE = r"^[\s\pZ\x0b\x1c-\x1f\x85]*$"
"""A cell that Python would strip to nothing."""

SAMPLE = 4000
"""Cells looked at to tell what a column holds; enough to see a share of 1 % within 0.3 points."""


RUN = 50
"""Neighbouring rows taken together, where a column is larger than the sample."""


@dataclass(frozen=True)
class Problem:
    """A record of the file that could not be read as it stands."""

    record: int
    line: int
    what: str
    cells: tuple[str, ...] = ()
    reason: str = "unreadable"


@dataclass(frozen=True)
class Header:
    """Where a table begins: its header rows, the first record of its body, names and question texts."""

    start: int
    body: int
    names: tuple[str, ...]
    labels: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Column:
    """One column of a table as text, "" where the cell is blank."""

    name: str
    text: pa.ChunkedArray
    label: str = ""
    parts: tuple[str, ...] = ()
    """The columns of the file that it was put together from; () for one of the file's own."""

    @cached_property
    def encoded(self) -> tuple[np.ndarray, list[str]]:
        """The column as codes (int32, one a row) and the distinct values they stand for."""
        # What is encoded here has one dictionary in all chunks: to unify them would go through it once a chunk.
        told = pa.types.is_dictionary(self.text.type)
        text = self.text.unify_dictionaries() if told else self.text.dictionary_encode()
        whole = text.combine_chunks() if text.num_chunks != 1 else text.chunk(0)
        codes, values = whole.indices.to_numpy(zero_copy_only=False), whole.dictionary.to_pylist()
        used = np.bincount(codes, minlength=len(values)) > 0
        if used.all():
            return codes, values
        # A workbook's codes are those of its header, too, and of rows that were cut off.
        return (used.cumsum() - 1).astype(np.int32)[codes], list(compress(values, used))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name and question text apart, in plain words, for patterns that want the whole header."""
        return tuple({plain(self.name).strip(" .:"), plain(self.label).strip(" .:")} - {""})

    def where(self, test: Callable[[str], bool]) -> np.ndarray:
        """Which rows hold a value for which something is true; each distinct value is asked once."""
        codes, distinct = self.encoded
        found: np.ndarray = np.array([test(value) for value in distinct] or [False], dtype=bool)[codes]
        return found

    @cached_property
    def answered(self) -> np.ndarray:
        """Which rows hold more than a spelling of "no answer"."""
        return self.where(lambda value: not is_no_answer(value))

    @cached_property
    def counts(self) -> dict[str, int]:
        """How often each distinct value occurs, as it stands."""
        codes, distinct = self.encoded
        return dict(zip(distinct, np.bincount(codes, minlength=len(distinct)).tolist(), strict=True))

    @cached_property
    def answers(self) -> Answers:
        """The cells of the sample read as scores."""
        return read_answers(self.sample)

    def _runs(self) -> tuple[np.ndarray, int]:
        """Where each run of neighbouring rows of the sample begins, and how long they are.

        Runs cost a fraction of as many rows taken one by one.
        """
        rows = len(self.text)
        starts = np.linspace(0, rows - RUN, SAMPLE // RUN).astype(int) if rows > SAMPLE else np.array([0])
        return starts, RUN if rows > SAMPLE else rows

    @cached_property
    def looked(self) -> list[str]:
        """The cells of some `SAMPLE` rows spread over the column, in their order; the same rows of each column."""
        starts, length = self._runs()
        if pa.types.is_dictionary(self.text.type):
            codes, distinct = self.encoded
            return [distinct[code] for code in codes[_places(starts, length)].tolist()]
        return [cell for start in starts.tolist() for cell in self.text.slice(start, length).to_pylist()]

    @cached_property
    def sample(self) -> Counter[str]:
        """How often each stripped, non-blank value occurs among some `SAMPLE` rows spread over the column."""
        starts, length = self._runs()
        if pa.types.is_dictionary(self.text.type):
            codes, distinct = self.encoded
            raw = {distinct[code]: count for code, count in _counted(codes[_places(starts, length)])}
        else:
            runs = [self.text.slice(start, length) for start in starts.tolist()]
            raw = Counter(cell for run in runs for cell in run.to_pylist())
        counted: Counter[str] = Counter()
        for value, count in raw.items():  # values repeat, so they are counted before they are stripped
            counted[value.strip()] += count
        counted.pop("", None)
        return counted

    def values(self) -> list[str]:
        """Every cell, as text."""
        found: list[str] = self.text.to_pylist()
        return found


def _places(starts: np.ndarray, length: int) -> np.ndarray:
    places: np.ndarray = (starts[:, None] + np.arange(length)).ravel()
    return places


def _counted(codes: np.ndarray) -> list[tuple[int, int]]:
    """Each code and how often it occurs, in the order in which they first do."""
    found, first, counts = np.unique(codes, return_index=True, return_counts=True)
    order = np.argsort(first)
    return list(zip(found[order].tolist(), counts[order].tolist(), strict=True))


@dataclass(frozen=True, eq=False)
class Table:
    """A table whose header was found: columns by name, each as text.

    Parameters
    ----------
    columns
        The columns, in the order of the file.
    numbers
        Each row's record number in the file, from 1 (int64).
    origin
        How it was read, for people: "UTF-8, comma".
    encoding
        The name of the encoding of a text; "" for a workbook, which says it itself.
    title
        The sheet's name, if it has one.
    problems
        Records that are not among the rows.
    notes
        Sentences about what was done on the way.
    header_rows
        How many records made up the header.
    preamble
        The text of the records above the header.
    file_columns
        The names of the file's columns, before any were put together.
    added
        The name of the column that was put together of others by hand, which stand beside it; "" for none.
    """

    columns: tuple[Column, ...]
    numbers: np.ndarray
    origin: str = ""
    encoding: str = ""
    title: str = ""
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    header_rows: int = 1
    preamble: tuple[str, ...] = ()
    source: np.ndarray | None = field(default=None)
    file_columns: tuple[str, ...] = ()
    added: str = ""

    def __len__(self) -> int:
        """How many rows."""
        return len(self.numbers)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names."""
        return tuple(column.name for column in self.columns)

    def column(self, name: str) -> Column:
        """The column of a name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def head(self, count: int) -> list[tuple[str, ...]]:
        """The first rows, as text."""
        heads = [column.text.slice(0, count).to_pylist() for column in self.columns]
        return list(zip(*heads, strict=True))

    def tail(self, count: int) -> list[tuple[str, ...]]:
        """The last rows, as text."""
        start = max(len(self) - count, 0)
        tails = [column.text.slice(start).to_pylist() for column in self.columns]
        return list(zip(*tails, strict=True))


def text_column(name: str, cells: Sequence[str], label: str = "") -> Column:
    """A column from a list of cells."""
    return Column(name, pa.chunked_array([pa.array(cells, pa.large_string())]), label)


def stripped(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The cells as plain text, less the blanks around them."""
    return pc.utf8_trim_whitespace(cells.cast(pa.large_string()))


def without_blank(table: Table) -> Table:
    """The table less rows that are blank in every column."""
    places = np.arange(len(table))  # of rows that are blank in all columns looked at
    # Columns of codes first: looking at them costs least.
    for column in sorted(table.columns, key=lambda column: not pa.types.is_dictionary(column.text.type)):
        places = places[_blank(column, places)]
        if not len(places):
            return table
    kept = np.ones(len(table), dtype=bool)
    kept[places] = False
    columns = tuple(replace(column, text=column.text.filter(pa.array(kept))) for column in table.columns)
    return replace(table, columns=columns, numbers=table.numbers[kept])


def _blank(column: Column, places: np.ndarray) -> np.ndarray:
    """Which of the cells at those places are blank."""
    if pa.types.is_dictionary(column.text.type):
        found: np.ndarray = column.where(lambda value: not value.strip())[places]
        return found
    cells = column.text if len(places) == len(column.text) else column.text.take(pa.array(places))
    white: np.ndarray = pc.match_substring_regex(cells, _WHITE).to_numpy(zero_copy_only=False)
    return white


_MANY_BLANK = 10
"""Rows without an answer from which on it tells something that another column is blank in them, too."""


_FILLED_ALIKE = 0.98
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
        return self.column.names

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
        """The cells of the sample read as scores."""
        return self.column.answers

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
        return int((~others).sum()) >= _MANY_BLANK and bool((mine == others).mean() > _FILLED_ALIKE)

    def dates(self, *, numbers: bool) -> float:
        """The share of filled cells that can be read as dates."""
        return self._dates_and_numbers if numbers else self._dates_alone

    @cached_property
    def _dates_and_numbers(self) -> float:
        return self._date_share(numbers=True)

    @cached_property
    def _dates_alone(self) -> float:
        return self._date_share(numbers=False)

    def _date_share(self, *, numbers: bool) -> float:
        cells = dict(self.cells.most_common(_DATES_LOOKED))
        # Without a figure nothing is a date, and figures alone only where they may be.
        figures = any(any(map(str.isdigit, cell)) and (numbers or not cell.isdigit()) for cell in cells)
        return date_share(cells, numbers=numbers) if figures else 0.0


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


def amounts_of(column: Column) -> np.ndarray:
    """A column as numbers, NaN where blank or none; each distinct cell is read once."""
    codes, distinct = column.encoded
    values: np.ndarray = np.array([read_amount(cell) for cell in distinct] or [math.nan])[codes]
    return values
