"""The workbook: the report's figures as typed cells, with native charts beside the cells that they draw."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pandas as pd

from nps_core.charts.draw.ranges import Block, block_of
from nps_core.charts.draw.xlsx import WIDTH, Place, height_of, native_chart, shaded_cells
from nps_core.column_profile import doubt_words
from nps_core.formatting import format_count, format_day, plural
from nps_core.masking import EMAIL, PHONE, mask
from nps_core.report.cells import MOST_ROWS, Book, countable, fitted, widths
from nps_core.report.model import CHANCE_METHOD, INTERVAL_METHOD, NOT_A_CAUSE, NPS_METHOD, Part, Report
from nps_core.report.sections import NAMES
from nps_core.report.tables import filtered_responses
from nps_core.summary import overview
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.charts.spec import Chart
    from nps_core.charts.table import Table
    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate


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


_ON_SUMMARY = ("answer", "score")  # parts that stand on the first sheet, not on one of their own
_COLUMN, _ROW = 64, 18  # pixels of a column and a row that nobody set
_HEADS = 3  # the row of the heads of a part's sheet, from 0
_GAP = WIDTH // _COLUMN + 3  # columns that a chart covers, with one free on either side
_LONGEST_TITLE = 90  # characters that a chart has two lines for
_SUMMARY_WIDTHS = (33, 14, 14, 14)


def workbook(story: Report) -> bytes:
    """A report as a workbook (xlsx): a summary, a sheet a part with its chart, the responses, and what was left out.

    Charts are native, and draw the cells beside them with their intervals as error bars. Text of a file is written
    as text, there is no link, and formulas are differences of two cells of ours. Figures are unrounded; their formats
    write them as the app does.

    Raises
    ------
    FilterError
        The filters of the story name what its survey does not have.
    """
    book = Book(lean=len(story.scope.survey.responses) >= LEAN_FROM)
    first = book.sheet("Summary")
    # The first sheet says what the others hold, so it is written when they are there.
    held = [
        _part_sheet(book, part)
        for part in story.parts
        if part.key not in _ON_SUMMARY and (part.table or part.chart)
    ]
    held += [responses_sheet(book, story), *left_out_sheet(book, story), _method_sheet(book, story)]
    _summary(book, first, story, held)
    first.activate()
    return book.done()


def sheet_name(key: str) -> str:
    """The name of a part's sheet: "Trend", "Plan", "Chart 2"."""
    name, _, argument = key.partition(": ")
    if name == "segments":
        return argument
    return _NAMES.get(name) or (f"{name.capitalize()} {argument}" if argument else NAMES.get(name, name))


_NAMES = {
    "summary": "Findings",
    "distribution": "Answers",
    "trend": "Trend",
    "change": "Change",
    "why": "Where it moved",
    "themes": "Themes",
    "quotes": "Quotes",
    "roles": "Roles",
    "measures": "CSAT and CES",
    "drivers": "Drivers",
    "rows": "Row account",
}


def _part_sheet(book: Book, part: Part) -> tuple[str, str]:
    """A part on a sheet of its own: takeaway, figures, chart, then what is to be known about them."""
    sheet = book.sheet(sheet_name(part.key))
    _heading(book, sheet, part.title, part.subtitle)
    block = block_of(part.chart) if part.chart and part.chart.kind != "cells" else None
    behind = part.table if part.table and not (block and block.whole) else None
    _set_widths(sheet, [table for table in (block and block.read, behind) if table])
    row = _HEADS
    if block and part.chart:
        row = _with_chart(book, sheet, (row, block), (part, part.chart), (0, 0)) + 1
    elif part.chart:
        row = shaded_cells(book.book, sheet, row, part.chart) + 1
    if behind:
        row = book.table(sheet, row, behind)
    _freeze(sheet, block.read if block else None if part.chart else behind)
    if block and part.chart:  # the chart must not cover what is said under it
        row = max(row, _HEADS + 1 + height_of(part.chart) // _ROW)
    for place, sentence in enumerate(dict.fromkeys((*part.bullets, *part.notes, part.source)), row + 1):
        book.text(sheet, place, 0, sentence, "subtitle")
    if block:  # the columns made for the chart alone are not printed
        sheet.print_area(0, 0, row + len(part.bullets) + len(part.notes) + 1, block.own + _GAP - 2)
    return str(sheet.name), part.title


def _heading(book: Book, sheet: Any, title: str, subtitle: str) -> None:  # noqa: ANN401 - xlsxwriter's own
    sheet.set_row(0, 22)
    book.text(sheet, 0, 0, title, "title")
    book.text(sheet, 1, 0, subtitle, "subtitle")


def _with_chart(
    book: Book,
    sheet: Any,  # noqa: ANN401 - xlsxwriter's own
    at: tuple[int, Block],
    what: tuple[Part, Chart],
    title: tuple[int, int],
) -> int:
    """A block from a row on, with its chart on its right; returns the row after the block."""
    (top, block), (part, drawn) = at, what
    columns = block.columns(_GAP)
    row = book.table(sheet, top, block.table, columns, block.differences)
    fits = title if len(part.title) <= _LONGEST_TITLE else None  # else it stands over the sheet alone
    chart = native_chart(book.book, drawn, block, Place(sheet.name, top, columns), fits)
    place = {
        "description": part.alt,
        "object_position": 3,
    }  # neither moved nor squeezed when rows are filtered away
    sheet.insert_chart(top, block.own + 1, chart, place)
    return row


def _set_widths(sheet: Any, tables: Sequence[Table]) -> None:  # noqa: ANN401
    for table in tables[::-1]:  # the first one has the last word, where both have a column
        for place, width in enumerate(widths(table.heads, table.rows)):
            sheet.set_column(place, place, width)


def _freeze(sheet: Any, table: Table | None) -> None:  # noqa: ANN401
    sheet.freeze_panes(_HEADS + 1, 1)
    if table is not None and table.rows:
        sheet.autofilter(_HEADS, 0, _HEADS + len(table.rows), len(table.heads) - 1)


def _summary(book: Book, sheet: Any, story: Report, held: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401
    """The first sheet: the score, what was looked at, the groups with their chart, what the others hold."""
    found, shown = overview(story.scope), story.scope
    for place, width in enumerate(_SUMMARY_WIDTHS):
        sheet.set_column(place, place, width)
    _heading(book, sheet, found.title, f"{story.name} · {story.subtitle}")
    sheet.set_row(3, 40)
    row = 3
    for name, value, style in _figures(found.estimate, shown):
        book.text(sheet, row, 0, name, "line")
        book.cell(sheet, row, 1, value, style)
        row += 1
    answer, score = story.part("answer"), story.part("score")
    row = _lines(book, sheet, row + 1, "Findings", answer.bullets if answer else ())
    if score and score.chart:
        block = block_of(score.chart)
        book.text(sheet, row, 0, score.title, "section")
        _with_chart(book, sheet, (row + 1, block), (score, score.chart), (row, 0))
        row += 3 + height_of(score.chart) // _ROW
    book.text(sheet, row, 0, "Sheets", "section")
    for place, (name, what) in enumerate(held, row + 1):
        book.text(sheet, place, 0, name, "line")
        book.text(sheet, place, 1, what, "line")
    _lines(book, sheet, row + 2 + len(held), "Not in this report", story.left_out)


def _figures(score: Estimate, shown: Scope) -> list[tuple[str, object, str]]:
    days = (
        f"{format_day(shown.first)} to {format_day(shown.last)}" if shown.first and shown.last else "no dates"
    )
    return [
        ("NPS", float(score.nps), "big"),
        ("95% interval from", float(score.low), "points"),
        ("95% interval to", float(score.high), "points"),
        ("Responses", float(shown.n), "count"),
        ("of all in the survey", float(shown.total), "count"),
        ("Filters", plain(shown.filters.words()), "line"),
        ("Period", days, "line"),
    ]


def _lines(book: Book, sheet: Any, row: int, head: str, sentences: Sequence[str]) -> int:  # noqa: ANN401
    """A section of sentences; returns the row after it and a free one."""
    if not sentences:
        return row
    book.text(sheet, row, 0, head, "section")
    for place, sentence in enumerate(sentences, row + 1):
        book.text(sheet, place, 0, sentence, "line")
    return row + len(sentences) + 2


def _method_sheet(book: Book, story: Report) -> tuple[str, str]:
    """How the file was read and how the figures were computed."""
    sheet, survey = book.sheet("Method"), story.scope.survey
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    book.text(sheet, 0, 0, "Method", "title")
    roles = [
        (one.name, value if isinstance(value, str) else ", ".join(value))
        for one in fields(survey.mapping)
        if (value := getattr(survey.mapping, one.name))
    ]
    lines = [
        ("survey", survey.name),
        ("read as", survey.layout),
        ("scale", survey.scale.name),
        ("repeated respondents", survey.repeats),
        *((f"column: {role}", column) for role, column in roles),
        *(("could be read otherwise", doubt_words(doubt)) for doubt in survey.doubts),
        *(("method", sentence) for sentence in _method(story)),
    ]
    for row, (name, words) in enumerate(lines, 2):
        book.text(sheet, row, 0, name)
        book.text(sheet, row, 1, plain(words))
    return str(sheet.name), "How the file was read and how the figures were computed"


def _method(story: Report) -> list[str]:
    notes = (note for part in story.parts for note in part.notes)
    return list(dict.fromkeys((NPS_METHOD, INTERVAL_METHOD, CHANCE_METHOD, NOT_A_CAUSE, *notes)))
