"""What stands below the responses: totals and averages, which are no responses."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from nps_core.reading.cells import plain
from nps_core.reading.tables import Problem
from nps_core.reading.vocabulary import alternation

if TYPE_CHECKING:
    from nps_core.reading.tables import Table

_LOOK = 12
"""Rows at the end that are looked at."""

_TOTAL = re.compile(rf"{alternation('total')}( \d.*)?$")


def without_totals(table: Table) -> Table:
    """The table less the totals at its end, which stay in the row account.

    A total is a row among the last whose first filled cell is nothing but a word such as "Average", and that
    leaves half of the cells blank that the rows have filled.
    """
    rows = len(table)
    if rows < 2 or len(table.columns) < 2:  # noqa: PLR2004 - a total wants something to stand under
        return table
    tail = table.tail(_LOOK)
    filled = [sum(1 for cell in row if cell.strip()) for row in tail]
    usual = max(filled)
    found = 0
    for row, count in zip(reversed(tail), reversed(filled), strict=True):
        first = next((cell for cell in row if cell.strip()), "")
        if not _TOTAL.match(plain(first).strip(" .:()")) or count > max(2, usual / 2):
            break
        found += 1
    if not found or found == rows:
        return table
    return _cut(table, found)


def _cut(table: Table, count: int) -> Table:
    kept = len(table) - count
    gone = [
        Problem(
            int(number),
            0,
            f"“{next(cell for cell in row if cell.strip())[:30]}” is a total and no response",
            row,
        )
        for number, row in zip(table.numbers[kept:], table.tail(count), strict=True)
    ]
    rows = (
        "The row of totals at the end (row"
        if count == 1
        else f"{count:,} rows of totals at the end (from row"
    )
    read = "was not read as a response" if count == 1 else "were not read as responses"
    note = f"{rows} {gone[0].record:,}) {read}."
    return replace(
        table,
        columns=tuple(
            replace(column, text=pa.chunked_array(column.text.slice(0, kept).chunks, column.text.type))
            for column in table.columns
        ),
        numbers=table.numbers[:kept],
        problems=(*table.problems, *gone),
        notes=(*table.notes, note),
    )
