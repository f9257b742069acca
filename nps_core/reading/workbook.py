"""Workbooks (xlsx, xlsm, xlsb, xls, ods): bytes -> Tables, the cells read by a worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from nps_core.errors import UnreadableFile
from nps_core.reading.gate import check_columns, check_fields
from nps_core.reading.headers import LOOK, find_header, finished
from nps_core.reading.sandbox import open_file
from nps_core.reading.tables import Column, Table, without_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_HEAD = 4 * LOOK
"""Rows that tell the header."""

_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The part of an Office file that is there once it has a password."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of a sheet as text, from its first row on.

    Parameters
    ----------
    title
        Its name; empty for a table of a page.
    origin
        What it was read from, for people.
    columns
        The columns, all of the same length.
    """

    title: str
    origin: str
    columns: Sequence[pa.ChunkedArray]

    def rows(self, count: int | None = None) -> list[list[str]]:
        """The first rows, or all of them."""
        cells = [column.slice(0, count).to_pylist() for column in self.columns]
        return [list(row) for row in zip(*cells, strict=True)]


def read_workbook(
    data: bytes, name: str, progress: Callable[[float], None] = lambda _share: None
) -> list[Table]:
    """Every table of the visible sheets that hold cells; `progress` is told the share read, 0 to 1.

    Raises
    ------
    UnreadableFile
        The file is damaged, locked with a password, or no workbook.
    RefusedFile
        It asks for more memory, time, cells, columns or letters in a cell than is let through.
    """
    if data.startswith(_OLE) and _LOCKED in data:
        raise UnreadableFile(
            f"“{name}” is locked with a password.",
            hint="Open it, save it without a password, and use that file.",
        )
    facts, found = open_file("workbook", data, name, "a workbook", progress)
    sheets = [
        Sheet(str(sheet["title"]), "workbook", columns)
        for sheet, columns in zip(facts["sheets"], found, strict=True)
    ]
    return [table for sheet in sheets for table in tables_of(sheet, name)]


def tables_of(sheet: Sheet, name: str) -> list[Table]:
    """The table of a sheet, or none where nothing stands on it.

    What stands beside the table is a note in the margin, not a part of its rows.
    """
    check_columns(len(sheet.columns), name)
    check_fields(sheet.columns, name)
    head = sheet.rows(_HEAD)
    header = find_header(head)
    below = [column.slice(header.body) for column in sheet.columns]
    height = len(below[0]) if below else 0
    blank = pa.chunked_array([pa.array([""] * height, pa.large_string())])
    below += [blank] * (len(header.names) - len(below))
    table = Table(
        columns=tuple(
            Column(title, text, label)
            for title, label, text in zip(
                header.names, header.labels, below, strict=False
            )  # notes stand beside
        ),
        numbers=np.arange(header.body + 1, header.body + height + 1, dtype=np.int64),
        origin=sheet.origin,
        title=sheet.title,
    )
    found = finished(without_blank(table), header, head, header.body + 1)
    return [found] if found.columns else []
