"""Native charts of a workbook: each draws the cells of its own sheet, in the colours of the app."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range_formula

from nps_core.charts.base import ACCENT, QUIET
from nps_core.words import MINUS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.report.blocks import Block, Drawn
    from nps_core.report.story import Plot

WIDTH = 620
"""Of a chart, in pixels."""

_INK, _QUIET_INK, _GRID, _WHISKER = "#1b2430", "#5b6673", "#e6e9ee", "#3c4654"
_FONT = {"name": "Arial", "size": 9, "color": _QUIET_INK}
_HEIGHT, _ROW, _FRAME = (
    320,
    30,
    120,
)  # pixels: of an upright chart; of a row of a lying one, and around its rows
_TALLEST = 1600
_POINTS = f"+0;{MINUS}0;0"
_FORMATS = {"points": _POINTS, "percent": '0"%"', "share": "0%", "responses": "#,##0"}
_LOW = 4  # times as high as the most responses: their bars stay in the lowest quarter under the line
_ON = {"#9aa4ae": _INK}  # what is written on a group's colour; white on the others
_ROOM_FOR_SHARE = 6.0  # percent of a bar that its label needs


@dataclass(frozen=True)
class Place:
    """Where a block stands: on which sheet, the row of its heads, and the sheet's column of each of its own."""

    sheet: str
    top: int
    columns: Sequence[int]


def native_chart(book: Any, plot: Plot, block: Block, place: Place, title: tuple[int, int] | None) -> Any:  # noqa: ANN401 - xlsxwriter's own
    """The chart of a block; its title is the cell at `title`, None for no title."""
    drawing = _Drawing(book, plot, block, place)
    chart = _KINDS[plot.kind](drawing)
    if title:
        font = {"name": "Arial", "size": 12, "bold": True, "color": _INK}
        chart.set_title({"name": [place.sheet, *title], "name_font": font})
    else:
        chart.set_title({"none": True})
    chart.set_chartarea({"border": {"none": True}, "fill": {"color": "#ffffff"}})
    chart.set_size({"width": WIDTH, "height": height_of(plot)})
    chart.show_blanks_as("gap")
    return chart


def height_of(plot: Plot) -> int:
    """The height of a plot's chart in pixels."""
    if plot.kind in {"columns", "line"}:
        return _HEIGHT
    return min(_TALLEST, max(200, _FRAME + _ROW * len(plot.categories)))


class _Drawing:
    """What the kinds of charts share: references to the cells, series and axes."""

    def __init__(self, book: Any, plot: Plot, block: Block, place: Place) -> None:  # noqa: ANN401
        self.book, self.plot, self.block, self.place = book, plot, block, place
        self.first, self.last = place.top + 1, place.top + len(block.table.rows)

    def cells(self, column: int) -> list[Any]:
        at = self.place.columns[column]
        return [self.place.sheet, self.first, at, self.last, at]

    def head(self, column: int) -> list[Any]:
        return [self.place.sheet, self.place.top, self.place.columns[column]]

    def reference(self, column: int) -> str:
        """The same as a formula, as error bars want it."""
        return str(xl_range_formula(*self.cells(column)))

    def series(self, drawn: Drawn, **look: Any) -> dict[str, Any]:  # noqa: ANN401 - xlsxwriter's own options
        """One series; its name is the head of its column."""
        return {
            "name": self.head(drawn.values),
            "categories": self.cells(self.block.categories),
            "values": self.cells(drawn.values),
            **look,
        }

    def bars(self, drawn: Drawn) -> dict[str, Any]:
        """The interval of a series as error bars, fed by cells."""
        if drawn.less is None or drawn.more is None:
            return {}
        return {
            "y_error_bars": {
                "type": "custom",
                "plus_values": f"={self.reference(drawn.more)}",
                "minus_values": f"={self.reference(drawn.less)}",
                "line": {"color": _WHISKER, "width": 1.25},
            }
        }

    def values_axis(self, **own: Any) -> dict[str, Any]:  # noqa: ANN401
        low, high = self.plot.axis
        return {
            "min": low, "max": high, "num_format": _FORMATS[self.plot.unit], "num_font": _FONT,
            "major_gridlines": {"visible": True, "line": {"color": _GRID, "width": 0.75}}, "line": {"none": True}, **own,
        }  # fmt: skip

    def names_axis(self, **own: Any) -> dict[str, Any]:  # noqa: ANN401
        return {"num_font": {**_FONT, "color": _INK}, "line": {"color": "#c9ced6"}, "major_tick_mark": "none", "label_position": "low", **own}  # fmt: skip

    def lying(self, kind: dict[str, str], **values: Any) -> Any:  # noqa: ANN401
        """A bar chart whose first row stands on top; its y axis is that of the names."""
        chart = self.book.add_chart(kind)
        chart.set_y_axis(self.names_axis(reverse=True, crossing="max"))
        chart.set_x_axis(self.values_axis(**values))
        return chart

    def across(self, column: int, **axis: bool) -> dict[str, Any]:
        """A level or a target: a dashed line."""
        return {
            "name": self.head(column), "categories": self.cells(self.block.categories), "values": self.cells(column),
            "line": {"color": _QUIET_INK, "width": 1.25, "dash_type": "dash"}, **axis,
        }  # fmt: skip


def _groups(drawing: _Drawing) -> Any:  # noqa: ANN401
    chart = drawing.lying({"type": "bar", "subtype": "stacked"})
    for drawn in drawing.block.series:
        colour = drawn.series.colour(0)
        hidden = [{"delete": (value or 0) < _ROOM_FOR_SHARE} for value in drawn.series.values]
        label = {"value": True, "num_format": '0"%"', "custom": hidden, "font": {**_FONT, "bold": True, "color": _ON.get(colour, "#ffffff")}}  # fmt: skip
        chart.add_series(
            drawing.series(drawn, fill={"color": colour}, gap=45, overlap=100, data_labels=label)
        )
    chart.set_legend({"position": "bottom", "font": _FONT})
    return chart


def _columns(drawing: _Drawing) -> Any:  # noqa: ANN401
    chart = drawing.book.add_chart({"type": "column"})
    series = drawing.block.series
    for drawn in series:
        chart.add_series(drawing.series(drawn, fill={"color": drawn.series.colour(0)}, points=_points(drawn), gap=35))  # fmt: skip
    chart.set_x_axis(drawing.names_axis())
    chart.set_y_axis(drawing.values_axis(max=None))
    chart.set_legend({"position": "bottom", "font": _FONT} if len(series) > 1 else {"none": True})
    return chart


def _line(drawing: _Drawing) -> Any:  # noqa: ANN401
    """The line on the second axis, so that it lies over the bars of the responses; both are labelled."""
    score, *rest = drawing.block.series
    line = drawing.book.add_chart({"type": "line"})
    second = {"y2_axis": True} if rest else {}
    line.add_series(drawing.series(
        score, line={"color": ACCENT, "width": 2.25},
        marker={"type": "circle", "size": 6, "fill": {"color": ACCENT}, "border": {"color": "#ffffff"}},
        data_labels=_last_label(drawing, score), **drawing.bars(score), **second,
    ))  # fmt: skip
    for _, column in drawing.block.levels:
        line.add_series(drawing.across(column, **second))
    if not rest:
        line.set_x_axis(drawing.names_axis())
        line.set_y_axis(drawing.values_axis())
        line.set_legend({"none": True})
        return line
    most = max((value or 0.0 for value in rest[0].series.values), default=0.0) or 1.0
    bars = drawing.book.add_chart({"type": "column"})
    bars.add_series(drawing.series(rest[0], fill={"color": QUIET, "transparency": 65}, gap=60))
    line.set_y2_axis(drawing.values_axis())
    bars.combine(line)
    bars.set_x_axis(drawing.names_axis())
    bars.set_y_axis({"min": 0, "max": _LOW * most, "visible": False, "major_gridlines": {"visible": False}})
    bars.set_legend({"position": "bottom", "font": _FONT})
    return bars


def _dots(drawing: _Drawing) -> Any:  # noqa: ANN401
    """Bars from 0, whose axis therefore has to hold it, with their intervals."""
    low, high = drawing.plot.axis
    return _with_intervals(drawing, drawing.lying({"type": "bar"}, min=min(low, 0.0), max=max(high, 0.0)))


def _steps(drawing: _Drawing) -> Any:  # noqa: ANN401
    """Each step from 0: spreadsheets draw no waterfall that stays right when its cells change."""
    return _with_intervals(drawing, drawing.lying({"type": "bar"}, min=None, max=None))


def _with_intervals(drawing: _Drawing, chart: Any) -> Any:  # noqa: ANN401
    for drawn in drawing.block.series:
        chart.add_series(drawing.series(drawn, fill={"color": drawn.series.colour(0)}, points=_points(drawn), gap=90, **drawing.bars(drawn)))  # fmt: skip
    chart.set_legend({"none": True})
    return chart


def _bars(drawing: _Drawing) -> Any:  # noqa: ANN401
    chart = drawing.lying({"type": "bar", "subtype": "stacked"}, max=None)
    for drawn in drawing.block.series:
        chart.add_series(drawing.series(drawn, fill={"color": drawn.series.colour(0)}, gap=45, overlap=100))
    chart.set_legend({"position": "bottom", "font": _FONT})
    return chart


def _points(drawn: Drawn) -> list[dict[str, Any]]:
    return [{"fill": {"color": drawn.series.colour(place)}} for place in range(len(drawn.series.values))]


def _last_label(drawing: _Drawing, drawn: Drawn) -> dict[str, Any]:
    """The label of the last figure alone, as it stands on the chart of the app."""
    custom = [{"delete": not label} for label in drawn.series.labels]
    font = {**_FONT, "bold": True, "color": ACCENT, "size": 11}
    return {"value": True, "num_format": _FORMATS[drawing.plot.unit], "position": "right", "custom": custom, "font": font}  # fmt: skip


_KINDS: dict[str, Callable[[_Drawing], Any]] = {
    "groups": _groups,
    "columns": _columns,
    "line": _line,
    "dots": _dots,
    "bars": _bars,
    "steps": _steps,
}
