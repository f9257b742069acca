"""Exports put under one another with their headers, column by column: the quick way of `body.gather`.

However often the header comes again, each column is looked at a fixed number of times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.body import SAME_ROWS, Again, further_note
from nps_core.reading.columns import without_blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table

_MOST_ALIKE = 1_000
"""Rows like a header that are looked at one by one, at most."""

_BETWEEN = "\x1f"
"""Set between cells where rows are compared as a whole: the separator of units, which nobody types."""


@dataclass(frozen=True)
class Further:
    """Where the header comes again for the first time, and which rows are it (both by place, from 0)."""

    first: int
    headers: np.ndarray


ONE_TABLE = Further(0, np.zeros(0, dtype=np.int64))
"""The header does not come again."""


def further_rows(
    columns: Sequence[pa.ChunkedArray], alike: np.ndarray, header: Sequence[str]
) -> Further | None:
    """Tell the headers among the rows of a text that are like one; None where it is not just further rows.

    So it is where what comes first is another header, or where the rows below it are those above it once more.

    Parameters
    ----------
    columns
        The cells below the header.
    alike
        Places of the rows that may be the header, rising.
    header
        The header's last record.
    """
    names = [cell.strip() for cell in header]
    if "".join(names[len(columns) :]):
        return None
    names = [*names, *[""] * len(columns)][: len(columns)]
    places = alike[alike > 0]  # the record below the header is part of it or a row
    same = np.ones(len(places), dtype=bool)
    for column, name in zip(columns, names, strict=True):
        same &= _stripped(column.take(pa.array(places)), name)
    if not same.any():
        return None
    first = int(places[same][0])
    before = places[places < first]
    again = Again(header)
    if len(before) > _MOST_ALIKE or any(again.is_header(_row(columns, place)) for place in before.tolist()):
        return None
    found = Further(first, places[same])
    return None if _repeats(columns, found) else found


def often_header(columns: Sequence[pa.ChunkedArray], alike: np.ndarray, header: Sequence[str]) -> bool:
    """True when the header, or one like it, stands in hundreds of rows: no export puts as many tables in a file."""
    again = Again(header)
    looked = alike[:_MOST_ALIKE].tolist()
    return len(looked) == _MOST_ALIKE and 2 * sum(
        again.is_header(_row(columns, place)) for place in looked
    ) > len(looked)


def joined(table: Table, further: Further) -> Table:
    """The table less the headers among its rows, and with the note that says so.

    Cells below the second header are stripped, as the careful reader strips them.
    """
    kept = np.ones(len(table), dtype=bool)
    kept[further.headers] = False
    number = int(table.numbers[further.first])
    columns = tuple(replace(column, text=_joined(column, further.first, kept)) for column in table.columns)
    found = without_blank(replace(table, columns=columns, numbers=table.numbers[kept]))
    taken = int((found.numbers > number).sum())
    return replace(found, notes=(further_note(number, taken), *table.notes))


def _joined(column: Column, first: int, kept: np.ndarray) -> pa.ChunkedArray:
    # As text: the codes would go on counting the header among their values.
    text = column.text.cast(pa.large_string())
    above = text.slice(0, first).filter(pa.array(kept[:first]))
    below = pc.utf8_trim_whitespace(text.slice(first).filter(pa.array(kept[first:])))
    return pa.chunked_array([pa.concat_arrays([*above.chunks, *below.chunks])])


def _stripped(cells: pa.ChunkedArray, name: str) -> np.ndarray:
    found: np.ndarray = pc.equal(pc.utf8_trim_whitespace(cells.cast(pa.large_string())), name).to_numpy(
        zero_copy_only=False
    )
    return found


def _row(columns: Sequence[pa.ChunkedArray], place: int) -> list[str]:
    return [column[place].as_py() for column in columns]


def _repeats(columns: Sequence[pa.ChunkedArray], further: Further) -> bool:
    """True when the rows below the second header are, nearly all, among those above it."""
    rows = len(columns[0])
    below = np.arange(further.first, rows)
    below = below[~np.isin(below, further.headers)]
    # One column after another, since most tell; only where none does are rows compared as a whole.
    for column in columns:
        if not _enough(column, further.first, below):
            return False
    text = [pc.utf8_trim_whitespace(column.cast(pa.large_string())) for column in columns]
    whole = pc.binary_join_element_wise(*text, pa.scalar(_BETWEEN, pa.large_string()))
    return _enough(whole, further.first, below)


def _enough(column: pa.ChunkedArray, first: int, below: np.ndarray) -> bool:
    """True when enough of the cells `below` also stand above the place `first`."""
    text = pc.utf8_trim_whitespace(column.cast(pa.large_string()))
    seen = pc.is_in(text, text.slice(0, first).unique()).to_numpy(zero_copy_only=False)[below]
    return bool(seen.sum() >= SAME_ROWS * len(seen) > 0)
