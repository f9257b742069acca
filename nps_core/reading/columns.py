"""What is done to the rows of a table as a whole, column by column: the quick way of `body.gather`."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.body import Again

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table

_WHITE = r"^[\s\pZ\x0b\x1c-\x1f\x85]*$"
"""A cell that Python would strip to nothing."""


def without_blank(table: Table) -> Table:
    """The table less rows that are blank in every column."""
    coded = [column for column in table.columns if pa.types.is_dictionary(column.text.type)]
    others = [column for column in table.columns if not pa.types.is_dictionary(column.text.type)]
    blank: np.ndarray | None = None  # places of rows that are blank in all columns looked at
    for column in [*coded, *others]:
        if blank is None:
            blank = np.flatnonzero(_blank(column))
        else:
            taken = column.text.take(pa.array(blank)).to_pylist()
            blank = blank[np.array([not cell.strip() for cell in taken], dtype=bool)]
        if not len(blank):
            return table
    kept = np.ones(len(table), dtype=bool)
    kept[blank] = False
    columns = tuple(replace(column, text=column.text.filter(pa.array(kept))) for column in table.columns)
    return replace(table, columns=columns, numbers=table.numbers[kept])


def _blank(column: Column) -> np.ndarray:
    if pa.types.is_dictionary(column.text.type):
        codes, distinct = column.encoded
        found: np.ndarray = np.array([not value.strip() for value in distinct] or [False])[codes]
        return found
    white: np.ndarray = pc.match_substring_regex(column.text, _WHITE).to_numpy(zero_copy_only=False)
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


def header_again(
    columns: Sequence[pa.ChunkedArray], uneven: Sequence[str], header: Sequence[str], delimiter: str
) -> tuple[bool, np.ndarray]:
    """Whether the header may come again, so that another table begins there.

    Returns
    -------
    tuple
        True when a record of another width is the header once more; and the places of the rows that may be.
    """
    again = Again(header)
    among = any(again.is_header(row) for row in csv.reader(uneven, delimiter=delimiter))
    needed = again.needed
    alike = np.zeros(len(columns[0]), dtype=np.int32) if columns else np.zeros(0, dtype=np.int32)
    left = len(columns)
    best = 0
    # Columns of codes first: where they do not hold a name, as a rule, the others need not be looked at.
    for column in sorted(columns, key=lambda column: not pa.types.is_dictionary(column.type)):
        if best + left < needed:
            return among, np.zeros(0, dtype=np.int64)
        left -= 1
        if (found := _holds(column, again.names)) is not None:
            alike += found
            best = int(alike.max(initial=0))
    return among, np.flatnonzero(alike >= needed)


def _holds(column: pa.ChunkedArray, names: frozenset[str]) -> np.ndarray | None:
    """Which cells are one of the names; None for none of them."""
    if pa.types.is_dictionary(column.type):
        whole = column.unify_dictionaries().combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        stripped = pc.utf8_trim_whitespace(whole.dictionary)
        among = pc.is_in(stripped, pa.array(sorted(names), stripped.type)).to_numpy(zero_copy_only=False)
        return among[whole.indices.to_numpy()] if among.any() else None
    found: np.ndarray = pc.is_in(column, pa.array(sorted(names), column.type)).to_numpy(zero_copy_only=False)
    return found if found.any() else None
