"""The data sheet of a native chart: the figures that it draws, in a workbook embedded beside it."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from nps_core.charts.spec import LEVEL_LINES, SHADES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.spec import Chart, Mark, Series, Value

_CREATED = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - one for all: the same figures make the same bytes

_FIRST = 2  # row of the sheet under the heads

LEVELS = {"level", "aim"}
"""Marks that are a value of the axis."""

NAME = "nps"
"""The name of the sheet: charts whose formulas name it were made here."""


@dataclass(frozen=True)
class Column:
    """A column of the sheet.

    Parameters
    ----------
    head
        What stands over it.
    cells
        A number, a text or nothing in each row.
    formulas
        What each cell follows from, "" for a figure of its own: what somebody changes in the sheet is drawn. They are
        made of the names of cells alone, never of a text.
    """

    head: str
    cells: tuple[Value | str, ...]
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The columns of a data sheet, from A."""

    columns: tuple[Column, ...]

    def place(self, head: str) -> int:
        """Which column has a head."""
        return [column.head for column in self.columns].index(head)

    def has(self, head: str) -> bool:
        """Whether a column has a head."""
        return any(column.head == head for column in self.columns)

    def reference(self, place: int, rows: int | None = None) -> str:
        """The cells of a column, as formulas of charts name them."""
        letter = xl_col_to_name(place)
        last = 1 + (rows or max(1, len(self.columns[place].cells)))
        return f"{NAME}!${letter}$2:${letter}${last}"

    def head(self, place: int) -> str:
        """The cell of a head."""
        return f"{NAME}!${xl_col_to_name(place)}$1"

    def xlsx(self) -> bytes:
        """The workbook; every text in it is text, and what helps to draw follows from the figures."""
        buffer = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        with xlsxwriter.Workbook(buffer, options) as book:
            book.set_properties({"created": _CREATED})
            sheet = book.add_worksheet(NAME)
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, 0, 28)
            bold = book.add_format({"bold": True})
            for place, column in enumerate(self.columns):
                sheet.write_string(0, place, column.head, bold)
                for row, cell in enumerate(column.cells, 1):
                    if isinstance(cell, str):
                        sheet.write_string(row, place, cell)
                    elif cell is not None and any(column.formulas[row - 1 : row]):
                        sheet.write_formula(row, place, f"={column.formulas[row - 1]}", None, cell)
                    elif cell is not None:
                        sheet.write_number(row, place, cell)
        return buffer.getvalue()


def sheet_of(chart: Chart) -> Sheet:
    """The sheet of a chart: its categories, each series with its interval, unrounded, and what helps to draw."""
    columns = [Column(_CATEGORY.get(chart.kind, ""), chart.categories)]
    at: list[_Cells] = []
    for series in chart.series:
        at.append(_Cells(*(xl_col_to_name(len(columns) + place) for place in range(3))))
        columns.append(Column(series.name, series.values))
        if series.low:
            columns += [
                Column(f"{series.name}: 95% from", series.low),
                Column(f"{series.name}: 95% to", series.high),
            ]
    if chart.kind in {"line", "lengths", "plane"} and chart.series[0].low:
        columns += _lengths(chart.series[0], at[0])
    if chart.kind in {"dots", "strip", "steps"}:
        columns += _row_columns(chart, at)
    if chart.kind == "plane":
        columns += [
            *_dots_columns(chart.series[0], at[0]),
            *(_mean_columns(chart, at) if chart.corners else []),
        ]
    return Sheet((*columns, *_mark_columns(chart)))


@dataclass(frozen=True)
class _Cells:
    """The columns of a series and of its interval, by their letters."""

    value: str
    low: str
    high: str


def mark_head(place: int, mark: Mark) -> str:
    """The head of a level's column: its place among the marks tells those of one name apart."""
    return f"{mark.kind} {place + 1}: {mark.name}"


def row_of(chart: Chart, place: int) -> float:
    """The height of a row of a chart that has a number for it; the first stands at the top."""
    return float(len(chart.categories) - place)


def stretches(
    chart: Chart, ends: Sequence[tuple[Value, Value]], rows: Sequence[int]
) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Lines along some rows as points of one series: from, to, a gap, and so on; their x and their heights."""
    there = _there(ends, rows)
    x = tuple(value for row in there for value in (*ends[row], None))
    return x, tuple(value for row in there for value in (row_of(chart, row), row_of(chart, row), None))


def _there(ends: Sequence[tuple[Value, Value]], rows: Sequence[int]) -> list[int]:
    return [row for row in rows if ends[row][0] is not None and ends[row][1] is not None]


def _lengths(series: Series, at: _Cells) -> list[Column]:
    """How far the interval reaches to either side: error bars are told so."""
    rows = range(_FIRST, _FIRST + len(series.values))
    less = tuple(map(minus, series.values, series.low))
    more = tuple(map(minus, series.high, series.values))
    return [
        Column(f"{series.name} less from", less, tuple(f"{at.value}{row}-{at.low}{row}" for row in rows)),
        Column(f"to less {series.name}", more, tuple(f"{at.high}{row}-{at.value}{row}" for row in rows)),
    ]


def _row_columns(chart: Chart, at: Sequence[_Cells]) -> list[Column]:
    """Rows of a scatter chart: their heights, and their intervals and steps as lines, a colour each."""
    one = chart.series[0]
    size = len(chart.categories)
    found = [Column("row", tuple(row_of(chart, place) for place in range(size)))]
    interval = (f"{at[0].low}{{0}}", f"{at[0].high}{{0}}")
    if chart.kind == "steps":
        starts = chart.series[1].values
        ends = [(start, _sum(start, value)) for start, value in zip(starts, one.values, strict=True)]
        step = (f"{at[1].value}{{0}}", f"{at[1].value}{{0}}+{at[0].value}{{0}}")
        for number, rows in enumerate(_by_colour(one)):
            found += _stretch(f"step {number + 1}", chart, ends, rows, step)
        found += _stretch("interval 1", chart, one.ends, range(size), interval)
        return [*found, Column("no difference", (0.0, 0.0)), Column("no difference, row", (0.5, size + 0.5))]
    for number, (dots, rows) in enumerate(zip(_dots_columns(one, at[0]), _by_colour(one), strict=True)):
        found += [dots, *_stretch(f"interval {number + 1}", chart, one.ends, rows, interval)]
    return found


def _by_colour(one: Series) -> list[list[int]]:
    """The places of each colour of a series."""
    colours = [one.colour(place) for place in range(len(one.values))]
    return [
        [place for place, own in enumerate(colours) if own == colour] for colour in dict.fromkeys(one.colours)
    ]


def _dots_columns(one: Series, at: _Cells) -> list[Column]:
    """The values of a series, a column a colour."""
    formulas = tuple(f"{at.value}{_FIRST + place}" for place in range(len(one.values)))
    return [
        Column(
            f"dots {number + 1}",
            tuple(value if place in places else None for place, value in enumerate(one.values)),
            formulas,
        )
        for number, places in enumerate(map(set, _by_colour(one)))
    ]


def _mean_columns(chart: Chart, at: Sequence[_Cells]) -> list[Column]:
    """The thin lines of a plane: at the mean of either series, over the whole of the other axis."""
    size = len(chart.categories)
    up, right = (sum(value or 0.0 for value in one.values) / size for one in chart.series)
    means = [(f"AVERAGE({one.value}{_FIRST}:{one.value}{_FIRST + size - 1})",) * 2 for one in at]
    across = chart.across or chart.axis
    return [
        Column("mean to the right", (right, right), means[1]),
        Column("mean to the right, row", (chart.axis.low, chart.axis.high)),
        Column("mean upwards", (across.low, across.high)),
        Column("mean upwards, row", (up, up), means[0]),
    ]


def _stretch(
    head: str,
    chart: Chart,
    ends: Sequence[tuple[Value, Value]],
    rows: Sequence[int],
    formulas: tuple[str, str],
) -> list[Column]:
    """A line along each of some rows; `formulas` of its two ends, with {0} for the row of the sheet."""
    x, heights = stretches(chart, ends, rows)
    told = tuple(
        text for row in _there(ends, rows) for text in (*(one.format(_FIRST + row) for one in formulas), "")
    )
    return [Column(head, x, told), Column(f"{head}, row", heights)]


def _mark_columns(chart: Chart) -> list[Column]:
    """A column a level, one for all alerts, one for all interventions: the top of the axis where they are."""
    places = range(len(chart.categories))
    found: list[Column] = []
    for number, mark in enumerate(chart.marks):
        head = mark_head(number, mark)
        if mark.kind in LEVELS and chart.kind == "line":
            found.append(Column(head, (mark.first,) * len(places)))
        elif mark.kind in LEVEL_LINES:
            found.append(Column(head, mark.along(len(places))))
        elif mark.kind in LEVELS:
            found.append(Column(head, (mark.first, mark.first)))
            found.append(Column(f"{head}, row", (0.5, len(places) + 0.5)))
    for kind in (*SHADES, "action"):
        spans = [(mark.first, mark.last) for mark in chart.marks if mark.kind == kind]
        if spans:
            top = tuple(
                chart.axis.high if any(_inside(place, *span) for span in spans) else None for place in places
            )
            found.append(Column(kind, top))
    return found


def _inside(place: int, first: float, last: float) -> bool:
    """Whether a stretch touches a period by more than a tenth; a day is in one period alone."""
    if first == last:
        return place - 0.5 <= first < place + 0.5
    return min(last, place + 0.5) - max(first, place - 0.5) > 0.1  # noqa: PLR2004 - a tenth


def minus(a: Value, b: Value) -> Value:
    """A value less another; None where either is missing."""
    return None if a is None or b is None else a - b


def _sum(a: Value, b: Value) -> Value:
    return None if a is None or b is None else a + b


_CATEGORY = {
    "groups": "side",
    "columns": "score",
    "line": "period",
    "dots": "segment",
    "strip": "segment",
    "lengths": "attribute",
    "plane": "question",
    "bars": "theme",
    "steps": "part",
}
