"""Workbooks (xlsx, ods, xls): bytes -> one Grid a sheet."""

from __future__ import annotations

import io

import python_calamine

from nps_core.errors import UnreadableFile
from nps_core.reading.apart import cell_text, read_apart
from nps_core.reading.gate import check_columns
from nps_core.reading.tables import Grid


def read_workbook(data: bytes, name: str) -> list[Grid]:
    """Every visible sheet that holds cells, as text.

    Raises
    ------
    UnreadableFile
        The file is damaged or locked with a password.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        sheets = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == python_calamine.SheetVisibleEnum.Visible
        ]
        grids = [_grid(book, sheet, name) for sheet in sheets]
    except python_calamine.CalamineError as error:
        raise UnreadableFile(
            f"“{name}” could not be opened as a workbook ({str(error)[:120]}).",
            hint="Open it in a spreadsheet program and save it again as .xlsx or .csv, without a password.",
        ) from None
    return [grid for grid in grids if any(any(row) for row in grid.rows)]


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


def _grid(book: python_calamine.CalamineWorkbook, sheet: str, name: str) -> Grid:
    opened = book.get_sheet_by_name(sheet)
    start = opened.start or (0, 0)
    rows = (
        [[cell if type(cell) is str else cell_text(cell) for cell in row] for row in opened.iter_rows()]
        if opened.height
        else []
    )
    check_columns(max(map(len, rows), default=0), name)
    # iter_rows begins at the sheet's first row, whatever the first filled one.
    first = 1 if len(rows) > opened.height else start[0] + 1
    return Grid(rows=rows, first=first, origin="workbook", title=sheet)
