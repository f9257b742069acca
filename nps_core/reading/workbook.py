"""Workbooks (xlsx, xls, xlsb, ods): bytes -> one Grid a sheet."""

from __future__ import annotations

import datetime as dt
import io

import python_calamine

from nps_core.errors import UnreadableFile
from nps_core.reading.tables import Grid

_WHOLE = 2.0**53
"""Above this a float holds no exact whole numbers."""


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
        grids = [_grid(book, sheet) for sheet in sheets]
    except python_calamine.CalamineError as error:
        raise UnreadableFile(
            f"“{name}” could not be opened as a workbook ({str(error)[:120]}).",
            hint="Open it in a spreadsheet program and save it again as .xlsx or .csv, without a password.",
        ) from None
    return [grid for grid in grids if any(any(row) for row in grid.rows)]


def _grid(book: python_calamine.CalamineWorkbook, sheet: str) -> Grid:
    opened = book.get_sheet_by_name(sheet)
    start = opened.start or (0, 0)
    rows = (
        [[cell if type(cell) is str else cell_text(cell) for cell in row] for row in opened.iter_rows()]
        if opened.height
        else []
    )
    # iter_rows begins at the sheet's first row, whatever the first filled one.
    first = 1 if len(rows) > opened.height else start[0] + 1
    return Grid(rows=rows, first=first, origin="workbook", title=sheet)


def cell_text(cell: object) -> str:
    """A workbook's cell as the text that its owner meant: 10.0 is "10", a date is ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)
