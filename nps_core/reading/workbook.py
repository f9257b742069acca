"""Workbooks (xlsx, ods, xls): bytes -> one Grid a sheet, or Cells where it is large."""

from __future__ import annotations

import io
import secrets
import zipfile
from typing import TYPE_CHECKING

import python_calamine

from nps_core.errors import UnreadableFile
from nps_core.reading.apart import cell_text, read_apart
from nps_core.reading.gate import check_columns
from nps_core.reading.sheet_table import Cells
from nps_core.reading.tables import Grid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nps_core.reading.sheet import Scanned

_ACROSS = 64
"""Cells in a row of the sheet of distinct cells."""

_NAMES = [f"{'' if place < 26 else chr(64 + place // 26)}{chr(65 + place % 26)}" for place in range(_ACROSS)]  # noqa: PLR2004 - letters


def read_workbook(data: bytes, name: str, scanned: Mapping[str, Scanned] | None = None) -> list[Grid | Cells]:
    """Every visible sheet that holds cells, as text.

    Parameters
    ----------
    data
        The workbook.
    name
        Its name, for errors.
    scanned
        The large sheets whose cells were found already, by their names in the archive. The parser is given
        the workbook with each distinct cell of theirs once instead.

    Raises
    ------
    UnreadableFile
        The file is damaged or locked with a password.
    """
    marks = {secrets.token_hex(16): one for one in (scanned or {}).values()}
    if scanned:
        data = _with_distinct(data, dict(zip(scanned, marks, strict=True)), scanned)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        read = [_sheet(book, sheet, marks, name) for sheet in sheets]
    except python_calamine.CalamineError as error:
        raise UnreadableFile(
            f"“{name}” could not be opened as a workbook ({str(error)[:120]}).",
            hint="Open it in a spreadsheet program and save it again as .xlsx or .csv, without a password.",
        ) from None
    return [one for one in read if isinstance(one, Cells) or any(any(row) for row in one.rows)]


def read_old(data: bytes, name: str) -> list[Grid]:
    """Every visible sheet of an old binary workbook (.xls), read in a process of its own.

    Raises
    ------
    UnreadableFile
        The file is damaged, locked with a password, or too much for that process.
    """
    sheets = read_apart(data)
    if sheets is None:
        raise UnreadableFile(
            f"“{name}” could not be opened as a workbook (.xls).",
            hint="Open it in a spreadsheet program and save it as .xlsx or .csv, without a password.",
        )
    grids = []
    for sheet in sheets:
        rows = sheet["rows"]
        width = max(map(len, rows), default=0)
        check_columns(width, name)
        # Rows come without their blank ends.
        filled = [row + [""] * (width - len(row)) for row in rows]
        grids.append(Grid(rows=filled, first=sheet["first"], origin="workbook", title=sheet["title"]))
    return [grid for grid in grids if any(any(row) for row in grid.rows)]


def _sheet(
    book: python_calamine.CalamineWorkbook, sheet: str, marks: Mapping[str, Scanned], name: str
) -> Grid | Cells:
    opened = book.get_sheet_by_name(sheet)
    start = opened.start or (0, 0)
    rows = (
        [[cell if type(cell) is str else cell_text(cell) for cell in row] for row in opened.iter_rows()]
        if opened.height
        else []
    )
    if rows and (mine := marks.get(rows[0][0])) is not None:
        values = [cell for row in rows[1:] for cell in row][: len(mine.forms)]
        return Cells(sheet, mine.rows, mine.columns, mine.codes, values)
    check_columns(max(map(len, rows), default=0), name)
    # iter_rows begins at the sheet's first row, whatever the first filled one.
    first = 1 if len(rows) > opened.height else start[0] + 1
    return Grid(rows=rows, first=first, origin="workbook", title=sheet)


def _with_distinct(data: bytes, marks: Mapping[str, str], scanned: Mapping[str, Scanned]) -> bytes:
    """The workbook with each large sheet's distinct cells, once each, below a row that holds its mark."""
    changed = io.BytesIO(data)
    with zipfile.ZipFile(changed, "a") as archive:
        for part, mark in marks.items():
            archive.filelist.remove(archive.NameToInfo.pop(part))
            archive.writestr(part, _distinct_sheet(scanned[part], mark.encode()))
    return changed.getvalue()


def _distinct_sheet(sheet: Scanned, mark: bytes) -> bytes:
    # Each row reaches as far as the others, so that the parser gives rows of one length.
    corner = f'<c r="{_NAMES[-1]}1" t="inlineStr"><is><t>.</t></is></c>'.encode()
    parts = [
        sheet.head,
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>',
        mark,
        b"</t></is></c>",
        corner,
    ]
    starts = [f'<c r="{name}'.encode() for name in _NAMES]
    for row, place in enumerate(range(0, len(sheet.forms), _ACROSS), start=2):
        number = b'%d"' % row
        parts.append(b'</row><row r="' + number + b">")
        forms = sheet.forms[place : place + _ACROSS]
        parts += [start + number + form for start, form in zip(starts, forms, strict=False)]
    parts.append(b"</row></sheetData></worksheet>")
    return b"".join(parts)
