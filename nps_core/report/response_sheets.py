"""The sheets of rows: every response under the filters, typed, and the rows of the file that are none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nps_core.formatting import format_count, plural
from nps_core.masking import EMAIL, PHONE, mask
from nps_core.report.cells import MOST_ROWS, countable, fitted, widths
from nps_core.report.tables import filtered_responses
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.report.cells import Book
    from nps_core.report.model import Report

LEAN_FROM = 100_000
"""Responses from which on each row goes to disk as it is written."""

_MAY_BE_EMPTY = ("score", "date", "comment", "respondent", "account")  # what a file need not have
_LOOKED_AT = 200  # rows that set the width of a column
_MOST_COLUMNS = 16_384  # of a sheet


def responses_sheet(book: Book, story: Report) -> tuple[str, str]:
    """Every response that the filters leave; returns the sheet's name and what it holds."""
    frame = filtered_responses(story.scope, story.themes)
    said = [f"{plural(len(frame), 'response')} under these filters, one a row."]
    if len(frame) > MOST_ROWS - 1:
        said.append(f"Here are the first {format_count(MOST_ROWS - 1)}: a sheet has no more rows.")
    gone = [name for name in _MAY_BE_EMPTY if not frame[name].notna().any()]
    if story.masked and _tells_nothing(frame["respondent"]):
        gone.append("respondent")
        said.append("The respondents' addresses are left out.")
    if story.masked and "comment" not in gone:
        said.append("E-mail addresses and phone numbers in comments are masked.")
    hide = ("comment", "respondent") if story.masked else ()
    sheet = _sheet_of_frame(
        book, "Responses", frame.drop(columns=gone), lambda name: mask if name in hide else None
    )
    return str(sheet.name), " ".join(said)


def _tells_nothing(respondents: pd.Series) -> bool:
    """Whether nothing of the respondents is left once addresses are masked."""
    some = respondents.dropna()[:_LOOKED_AT]
    return len(some) > 0 and all(mask(str(one)) in {EMAIL, PHONE} for one in some)


def left_out_sheet(book: Book, story: Report) -> list[tuple[str, str]]:
    """The rows of the file that are no responses, each with its reason; nothing where all are."""
    frame = story.scope.survey.left_out
    if not len(frame):
        return []
    hide = mask if story.masked else None
    sheet = _sheet_of_frame(
        book, "Left out", frame, lambda name: hide if name not in {"row", "why"} else None
    )
    return [
        (
            str(sheet.name),
            (
                f"{plural(len(frame), 'row')} of the file that {'is' if len(frame) == 1 else 'are'} not among"
                " the responses, each with its reason."
            ),
        )
    ]


def _sheet_of_frame(
    book: Book, name: str, frame: pd.DataFrame, hidden: Callable[[str], Callable[[str], str] | None]
) -> Any:  # noqa: ANN401 - xlsxwriter's own
    """A frame from the first row on: its heads frozen, with a filter."""
    sheet = book.sheet(name)
    frame = frame.iloc[: MOST_ROWS - 1, :_MOST_COLUMNS]
    heads = [plain(column) for column in frame.columns]
    columns = [
        _Column(frame.iloc[:, place], hidden(str(column))) for place, column in enumerate(frame.columns)
    ]
    seen = [column.cells(slice(0, _LOOKED_AT)) for column in columns]
    for place, width in enumerate(widths(heads, list(zip(*seen, strict=True)))):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, len(frame), max(0, len(heads) - 1))
    for place, (head, column) in enumerate(zip(heads, columns, strict=True)):
        book.text(sheet, 0, place, head, "head number" if column.kind == "number" else "head")
    for start in range(0, len(frame), _CHUNK):
        part = [column.cells(slice(start, start + _CHUNK)) for column in columns]
        for row, cells in enumerate(zip(*part, strict=True), start + 1):
            _row(book, sheet, row, cells, columns)
    return sheet


_CHUNK = 10_000  # rows made into Python's own values at a time


def _row(book: Book, sheet: Any, row: int, cells: Sequence[Any], columns: Sequence[_Column]) -> None:  # noqa: ANN401
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        if cell is None:
            continue
        if column.kind == "number":
            sheet.write_number(row, place, cell)
        elif column.kind == "text" or not countable(cell):
            sheet.write_string(row, place, fitted(str(cell)))
        else:
            sheet.write_datetime(row, place, cell, book.styles[column.kind])


class _Column:
    """A column of a frame: its kind ("number", "day", "moment", "text"), and its cells as Python's own values."""

    def __init__(self, values: pd.Series, hide: Callable[[str], str] | None) -> None:
        self._values, self._hide = values, hide
        if pd.api.types.is_datetime64_any_dtype(values):
            self.kind = "day" if (values.dropna().dt.normalize() == values.dropna()).all() else "moment"
        elif pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            self.kind = "number"
        else:
            self.kind = "text"

    def cells(self, where: slice) -> list[Any]:
        """The cells of some rows; None for a missing one."""
        values = self._values.iloc[where]
        if self.kind in {"day", "moment"}:
            made = list(values.dt.to_pydatetime())
        else:
            made = values.astype(object).tolist()
        known = values.notna().tolist()
        found = [cell if there else None for cell, there in zip(made, known, strict=True)]
        return [cell and self._hide(str(cell)) for cell in found] if self._hide else found
