"""Tables: the cells of a file as text, below the header that was found; and what is done to whole tables."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.cells import plain, unique_names

if TYPE_CHECKING:
    from collections.abc import Sequence


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
        text = self.text if pa.types.is_dictionary(self.text.type) else self.text.dictionary_encode()
        whole = text.unify_dictionaries().combine_chunks() if text.num_chunks != 1 else text.chunk(0)
        return whole.indices.to_numpy(zero_copy_only=False), whole.dictionary.to_pylist()

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
        codes, distinct = column.encoded
        found: np.ndarray = np.array([not value.strip() for value in distinct] or [False])[codes[places]]
        return found
    cells = column.text if len(places) == len(column.text) else column.text.take(pa.array(places))
    white: np.ndarray = pc.match_substring_regex(cells, _WHITE).to_numpy(zero_copy_only=False)
    return white


def with_rows(table: Table, numbers: Sequence[int], cells: Sequence[Sequence[str]]) -> Table:
    """The table with further rows, each in its place by its record's number."""
    if not cells:
        return table
    every = np.append(table.numbers, np.array(numbers, dtype=np.int64))
    order = np.argsort(every, kind="stable")
    places = pa.array(order)
    columns = []
    for place, column in enumerate(table.columns):
        more = pa.array([row[place] for row in cells], pa.large_string())
        old = column.text.cast(pa.large_string()) if column.text.type != pa.large_string() else column.text
        columns.append(replace(column, text=pa.chunked_array([*old.chunks, more]).take(places)))
    return replace(table, columns=tuple(columns), numbers=every[order])


def side_by_side(header: Sequence[str]) -> list[tuple[int, int]]:
    """The column spans of tables that stand beside one another, apart by a blank header; [] for one table.

    They are parts of one table when at least half of their headers are the same.
    """
    spans: list[tuple[int, int]] = []
    for place, cell in enumerate(header):
        if not cell.strip():
            continue
        if spans and spans[-1][1] == place:
            spans[-1] = spans[-1][0], place + 1
        else:
            spans.append((place, place + 1))
    if len(spans) < 2 or any(last - first < 2 for first, last in spans):  # noqa: PLR2004 - two tables of two columns
        return []
    sets = [{plain(cell) for cell in header[first:last]} for first, last in spans]
    alike = all(2 * len(sets[0] & other) >= max(len(sets[0]), len(other)) for other in sets[1:])
    return spans if alike else []


def stack(parts: Sequence[Table], note: str, *, marks: tuple[str, Sequence[str]] | None = None) -> Table:
    """Tables under one another, columns matched by name; `marks` adds a column that tells the parts apart."""
    names = list(dict.fromkeys(name for part in parts for name in part.names))
    columns = []
    for name in names:
        label = next(column.label for part in parts for column in part.columns if column.name == name)
        cells = [
            cell
            for part in parts
            for cell in (part.column(name).values() if name in part.names else [""] * len(part))
        ]
        columns.append(text_column(name, cells, label))
    if marks is not None:
        title, values = marks
        cells = [value for part, value in zip(parts, values, strict=True) for _ in range(len(part))]
        columns.append(text_column(unique_names([*names, title])[-1], cells))
    return replace(
        parts[0],
        columns=tuple(columns),
        numbers=np.concatenate([part.numbers for part in parts]),
        problems=tuple(problem for part in parts for problem in part.problems),
        notes=(*parts[0].notes, note),
    )
