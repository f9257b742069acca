"""Question texts on a sheet of their own (a codebook) -> the labels of the columns that they name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.reading.cells import kind, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table

_MOST_ROWS = 2_000
"""No table has more columns."""

_NAMED = 0.8
"""A codebook's rows, in this share at least, name columns of the table that it explains."""

_WORDED = 0.6
"""So much of its texts are words, and no figures made of the answers."""

_FEW = 2


def with_texts(tables: Sequence[Table]) -> list[Table]:
    """The tables, each with the question texts that another sheet has for its columns' names."""
    if len(tables) < 2 or not all(table.title for table in tables):  # noqa: PLR2004
        return list(tables)
    return [_explained(table, [other for other in tables if other is not table]) for table in tables]


def _explained(table: Table, others: Sequence[Table]) -> Table:
    names = {plain(column.name) for column in table.columns if column.label in ("", column.name)}
    for other in others:
        if not _FEW <= len(other) + 1 <= _MOST_ROWS or len(other) >= len(table):
            continue
        texts = _texts(other, names)
        if texts:
            columns = tuple(
                replace(column, label=texts.get(plain(column.name), column.label)) for column in table.columns
            )
            note = f"The question texts are those of the sheet “{other.title}”."
            return replace(table, columns=columns, notes=(*table.notes, note))
    return table


def _texts(book: Table, names: set[str]) -> dict[str, str]:
    """The text of each column that the codebook names; none where it is no codebook."""
    for key in book.columns:
        # Without a header of its own, the first entry was taken for one.
        entry = book.header_rows > 0 and plain(key.name) in names
        cells = _cells(key, entry=entry)
        named = sum(plain(cell) in names for cell in cells)
        if named < max(_FEW, _NAMED * len(cells)) or len(set(cells)) < len(cells):
            continue
        others = [_cells(column, entry=entry) for column in book.columns if column is not key]
        worded = [
            cells for cells in others if sum(kind(cell) == "text" for cell in cells) > _WORDED * len(cells)
        ]
        if worded:
            longest = max(worded, key=lambda texts: sum(map(len, texts)))
            return {plain(cell): text for cell, text in zip(cells, longest, strict=True) if text}
    return {}


def _cells(column: Column, *, entry: bool) -> list[str]:
    cells = [cell.strip() for cell in column.values()]
    return [column.name.strip(), *cells] if entry else cells
