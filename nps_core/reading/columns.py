"""What is done to the rows of a table as a whole, column by column."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table

_WHITE = r"^[\s\pZ\x0b\x1c-\x1f\x85]*$"
"""A cell that Python would strip to nothing."""


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
