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
