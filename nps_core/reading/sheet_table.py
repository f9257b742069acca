"""The cells of a large sheet -> a Table, column by column; what `headers.to_tables` makes of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.headers import LOOK, find_header, to_tables, without_ghosts
from nps_core.reading.repeated_header import HeaderMatch
from nps_core.reading.stacking import side_by_side
from nps_core.reading.tables import Column, Grid, Header, Table, without_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEAD = 4 * LOOK
"""Rows that tell the header."""

_REPEATS = 0.5
"""A column with fewer distinct values per row is kept as codes."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The filled cells of a sheet.

    Parameters
    ----------
    title
        The sheet's name.
    rows, columns
        Each cell's row and column, from 1; row by row.
    codes
        Each cell's place in `values`.
    values
        The distinct cells as text.
    """

    title: str
    rows: np.ndarray
    columns: np.ndarray
    codes: np.ndarray
    values: Sequence[str]

    def grid(self, rows: int | None = None) -> Grid:
        """All cells, or those of the first rows, as a grid from the sheet's first row on."""
        first, last = self.span
        height = min(rows or last[0], last[0])
        found = [[""] * (last[1] - first[1] + 1) for _ in range(height)]
        upto = int(np.searchsorted(self.rows, height, side="right"))
        places = (self.rows[:upto] - 1).tolist(), (self.columns[:upto] - first[1]).tolist()
        for row, column, code in zip(*places, self.codes[:upto].tolist(), strict=True):
            if 0 <= column < len(found[row]):
                found[row][column] = self.values[code]
        return Grid(rows=found, first=1, origin="workbook", title=self.title)

    @cached_property
    def texts(self) -> pa.Array:
        """The distinct cells, and a blank one behind them."""
        return pa.array([*self.values, ""], pa.large_string())

    @cached_property
    def span(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """The corners of what is filled, as (row, column)."""
        filled = pc.not_equal(self.texts, "").to_numpy(zero_copy_only=False)[self.codes]
        rows, columns = (
            (self.rows, self.columns) if filled.all() else (self.rows[filled], self.columns[filled])
        )
        return (int(rows[0]), int(columns.min())), (int(rows[-1]), int(columns.max()))


def tables_of_cells(cells: Cells) -> list[Table]:
    """The tables of a large sheet: at once where it holds one, else as the careful way finds them."""
    if not any(cells.values):
        return []
    head = cells.grid(_HEAD)
    header = find_header(head.rows)
    if header.body - header.start == 1 and side_by_side(head.rows[header.start]):
        return to_tables(cells.grid())
    texts, height = _columns(cells, header)
    if header.body > header.start and len(HeaderMatch(head.rows[header.body - 1]).places(texts)):
        return to_tables(cells.grid())
    texts += [pa.chunked_array([_blank(height)])] * (len(header.names) - len(texts))
    columns = tuple(
        Column(name, text, label)
        for name, label, text in zip(header.names, header.labels, texts, strict=False)  # notes stand beside
    )
    table = Table(
        columns=without_ghosts(columns) if header.body > header.start else columns,
        numbers=np.arange(header.body + 1, header.body + height + 1, dtype=np.int64),
        origin="workbook",
        title=cells.title,
        header_rows=header.body - header.start,
        preamble=tuple(" ".join(cell for cell in row if cell.strip()) for row in head.rows[: header.start]),
    )
    return [without_blank(table)]


def _columns(cells: Cells, header: Header) -> tuple[list[pa.ChunkedArray], int]:
    """Every column of the sheet below the header, and how many rows there are."""
    (_, first), (last, right) = cells.span
    height = max(last - header.body, 0)
    begin = int(np.searchsorted(cells.rows, header.body, side="right"))
    rows, columns, codes = cells.rows[begin:], cells.columns[begin:], cells.codes[begin:]
    within = rows <= last
    order = np.argsort(columns, kind="stable")
    order = order[within[order]]
    values = cells.texts
    bounds = np.searchsorted(columns[order], np.arange(first, right + 2))
    found = []
    for left, end in pairwise(bounds.tolist()):
        taken = order[left:end]
        whole = np.full(height, len(values) - 1, dtype=np.int32)
        whole[rows[taken] - header.body - 1] = codes[taken]
        found.append(pa.chunked_array([_text(whole, values)]))
    return found, height


def _text(codes: np.ndarray, values: pa.Array) -> pa.Array:
    """A column of codes with its own distinct values, or as letters where hardly a value repeats."""
    used = np.zeros(len(values), dtype=bool)
    used[codes] = True
    own = np.flatnonzero(used)
    if len(own) > _REPEATS * len(codes):
        return values.take(pa.array(codes))
    place = np.zeros(len(values), dtype=np.int32)
    place[own] = np.arange(len(own), dtype=np.int32)
    # Cells that are apart in the file (a number, the same number as text) may be the same text.
    texts = values.take(pa.array(own)).dictionary_encode()
    return pa.DictionaryArray.from_arrays(
        pa.array(texts.indices.to_numpy()[place[codes]]), texts.dictionary.cast(pa.string())
    )


def _blank(height: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(height, np.int32)), pa.array([""], pa.string()))
