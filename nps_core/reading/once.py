"""A header that stands in several rows, one and the same: each column is called what one of them says."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.reading.names import unique_names

if TYPE_CHECKING:
    from nps_core.reading.tables import Table


def is_written_again(table: Table) -> bool:
    """True where every name is its header written as often as the table has header rows ("score score")."""
    titled = [column for column in table.columns if column.label]
    return (
        table.header_rows > 1
        and bool(titled)
        and all(column.name.startswith(" ".join([column.label] * table.header_rows)) for column in titled)
    )


def named_once(table: Table) -> Table:
    """The same table with each of these names once; any other table as it is."""
    if not is_written_again(table):
        return table
    names = unique_names([column.label or column.name for column in table.columns])
    columns = tuple(replace(column, name=name) for column, name in zip(table.columns, names, strict=True))
    return replace(table, columns=columns)
