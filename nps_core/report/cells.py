"""Cells of a workbook: typed numbers and dates, text that stays text, and the formats of the house."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from nps_core.formatting import MINUS, short
from nps_core.user_text import clean

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from nps_core.charts.table import Table

LONGEST_TEXT = 32_767
"""Characters that a cell of Excel holds; longer texts are cut with "…"."""

MOST_ROWS = 1_048_576
"""Rows of a sheet, its heads included."""

LINE = 14
"""Height of a line, in points."""

_MOST_LINES = 20  # of a row; a sheet's row cannot be much taller
_NAME_LENGTH = 31  # of a sheet
_NOT_IN_A_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_WIDTHS = (9.0, 46.0)  # of a column, in characters
_LOOKED_AT = 200  # rows whose length sets the width of a column
_FIRST_YEAR = 1900  # Excel counts no days before

_FONT = "Arial"  # on every machine that opens a workbook, or with a stand-in of the same widths
_INK, _QUIET, _LINE, _GROUND = "#1b2430", "#5b6673", "#c9ced6", "#f3f5f8"
_STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 15},
    "subtitle": {"font_color": _QUIET},
    "section": {"bold": True, "font_size": 11},
    "big": {"bold": True, "font_size": 30, "align": "left", "num_format": f"+0;{MINUS}0;0"},
    "head": {"bold": True, "bottom": 1, "bottom_color": _LINE, "text_wrap": True, "valign": "bottom",
             "bg_color": _GROUND},
    "head inset": {"bold": True, "bottom": 1, "bottom_color": _LINE, "text_wrap": True, "valign": "bottom",
                   "indent": 1, "bg_color": _GROUND},
    "head number": {"bold": True, "bottom": 1, "bottom_color": _LINE, "text_wrap": True, "valign": "bottom",
                    "align": "right", "bg_color": _GROUND},
    "line": {},
    "wrapped": {"text_wrap": True},
    "inset": {"text_wrap": True, "indent": 1},
    "flag": {"align": "right"},
    # By the value that stands in the cell, so that a figure somebody changes is still read as the app writes it.
    "points": {"num_format": f"[>=0.5]+0;[<=-0.5]{MINUS}0;0"},
    "reach": {"num_format": '"±"0.0'},
    "length": {"num_format": "0.0", "font_color": _QUIET},
    "share": {"num_format": '[=0]0%;[<0.005]"<1%";0%'},
    "percent": {"num_format": '[=0]0"%";[<0.5]"<1%";0"%"'},
    "mean": {"num_format": "0.0"},
    "count": {"num_format": "#,##0"},
    "parts": {"num_format": "#,##0.0"},
    "p": {"num_format": '[<0.001]"<0.001";0.000'},
    "number": {"num_format": "General"},
    "day": {"num_format": "d mmm yyyy", "align": "left"},
    "moment": {"num_format": "d mmm yyyy hh:mm", "align": "left"},
}  # fmt: skip


class Book:
    """A workbook while it is written: its formats, and sheet names that are free.

    Parameters
    ----------
    lean
        Whether each row goes to disk as it is written: for tables that would fill the memory.
    """

    def __init__(self, *, lean: bool = False) -> None:
        self._buffer = io.BytesIO()
        options = {
            "in_memory": not lean,
            "constant_memory": lean,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "nan_inf_to_errors": False,
            "default_format_properties": {"font_name": _FONT, "font_size": 10, "font_color": _INK},
        }
        self.book = xlsxwriter.Workbook(self._buffer, options)
        self.styles = {name: self.book.add_format({"valign": "top", **own}) for name, own in _STYLES.items()}
        self._names: set[str] = {"history"}  # Excel keeps this one for itself

    def sheet(self, name: str) -> Any:  # noqa: ANN401 - xlsxwriter's own
        """A new sheet; its name is cut, and numbered where another has it."""
        plain = " ".join(clean(name).translate(_NOT_IN_A_NAME).split()) or "Sheet"
        free, number = short(plain, _NAME_LENGTH), 1
        while free.casefold() in self._names:
            number += 1
            free = f"{short(plain, _NAME_LENGTH - len(str(number)) - 1)} {number}"
        self._names.add(free.casefold())
        made = self.book.add_worksheet(free)
        made.hide_gridlines(2)
        made.set_landscape()
        made.set_paper(9)  # A4
        made.fit_to_pages(1, 0)  # as wide as a page, as long as it needs
        return made

    def text(self, sheet: Any, row: int, column: int, text: str, style: str = "wrapped") -> None:  # noqa: ANN401
        """Write a text as text, whatever it starts with."""
        sheet.write_string(row, column, fitted(text), self.styles[style])

    def cell(self, sheet: Any, row: int, column: int, value: object, kind: str) -> None:  # noqa: ANN401
        """Write a figure of a table with its kind's format; nothing where there is none."""
        if value is None or (isinstance(value, float) and math.isnan(value)):
            return
        if kind == "flag":
            self.text(sheet, row, column, "yes" if value else "no", "flag")
        elif isinstance(value, int | float) and kind != "text":
            sheet.write_number(row, column, value, self.styles[style_of(float(value), kind)])
        elif value != "":
            style = "line" if kind == "line" else "inset" if column else "wrapped"
            self.text(sheet, row, column, str(value), style)

    def table(
        self,
        sheet: Any,  # noqa: ANN401
        top: int,
        table: Table,
        columns: Sequence[int] | None = None,
        differences: Mapping[int, tuple[int, int]] | None = None,
    ) -> int:
        """Write a table with its heads at row `top`, side by side or in these columns; returns the row after it.

        A column of `differences` is the one less the other of two columns, as a formula: the only ones in a workbook.
        """
        places = range(len(table.heads)) if columns is None else columns
        for column, head, kind in zip(places, table.heads, table.kinds, strict=True):
            style = "head number" if kind != "text" else "head inset" if column else "head"
            self.text(sheet, top, column, head, style)
        sheet.set_row(top, 2 * LINE)
        room = widths(table.heads, table.rows)
        for row, cells in enumerate(table.rows, top + 1):
            sheet.set_row(row, LINE * _lines(cells, room))
            for place, (column, cell, kind) in enumerate(zip(places, cells, table.kinds, strict=True)):
                pair = (differences or {}).get(place)
                if pair is None or not isinstance(cell, float):
                    self.cell(sheet, row, column, cell, kind)
                    continue
                one, other = (xl_rowcol_to_cell(row, places[own]) for own in pair)
                sheet.write_formula(row, column, f"={one}-{other}", self.styles[kind], cell)
        return top + 1 + len(table.rows)

    def done(self) -> bytes:
        """The bytes of the workbook."""
        self.book.close()
        return self._buffer.getvalue()


def style_of(value: float, kind: str) -> str:
    """The format of a figure: counts of weighted responses have a decimal."""
    return "parts" if kind == "count" and not value.is_integer() else kind


def fitted(text: str) -> str:
    """A text that a cell can hold."""
    whole = clean(text)
    # Excel counts what lies beyond the basic plane, such as emoji, as two.
    if len(whole) * 2 <= LONGEST_TEXT or len(whole.encode("utf-16-le")) // 2 <= LONGEST_TEXT:
        return whole
    return whole.encode("utf-16-le")[: 2 * (LONGEST_TEXT - 1)].decode("utf-16-le", "ignore") + "…"


def countable(moment: dt.datetime) -> bool:
    """Whether Excel can hold a day as a day."""
    return moment.year > _FIRST_YEAR


def widths(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> list[float]:
    """A width for each column, from the longest of its first texts; heads may take two lines."""
    low, high = _WIDTHS
    found = []
    for column, head in enumerate(heads):
        longest = max((_shown(row[column]) for row in rows[:_LOOKED_AT]), default=0)
        found.append(min(high, max(low, 1.15 * longest + 1, 0.62 * len(head) + 2)))
    return found


def _lines(cells: Sequence[object], room: Sequence[float]) -> int:
    """How many lines the longest text of a row takes."""
    texts = [(str(cell), width) for cell, width in zip(cells, room, strict=True) if isinstance(cell, str)]
    return min(
        _MOST_LINES, max((math.ceil(0.95 * len(text) / width) for text, width in texts), default=1) or 1
    )


def _shown(cell: object) -> int:
    """About how many characters a cell shows; the last digits of a float are not shown."""
    return 6 if isinstance(cell, float) else max(map(len, str(cell)[:200].split("\n")))
