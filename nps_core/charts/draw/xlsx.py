"""Native charts of a workbook: each draws the cells of its own sheet; a chart of cells is shaded cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xlsxwriter.utility import xl_range_formula

from nps_core.charts.spec import ACCENT, COLOURS, LIGHT, ON_COLOUR, QUIET, ROWS, SHADES, Chart, Mark, on_white
from nps_core.formatting import MINUS, short

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from nps_core.charts.draw.ranges import Block, Drawn

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
_FORMATS = {
    "points": _POINTS,
    "size": "0",
    "percent": '0"%"',
    "mean": "0.0",
    "share": "0%",
    "responses": "#,##0",
}
_LEVEL_LOOKS = {
    "stretch": {"color": _INK, "width": 2.0},
    "start": {"color": QUIET, "width": 6.0, "transparency": 60},
    "window": {"color": _WHISKER, "width": 1.5},
    **{kind: {"color": colour, "width": 6.0, "transparency": 60} for kind, colour in SHADES.items()},
}
_LOW = 4  # times as high as the most responses: their bars stay in the lowest quarter under the line
_ROOM_FOR_SHARE = 6.0  # percent of a bar that its label needs


@dataclass(frozen=True)
class Place:
    """Where a block stands: on which sheet, the row of its heads, and the sheet's column of each of its own."""

    sheet: str
    top: int
    columns: Sequence[int]


def native_chart(
    book: Any,  # noqa: ANN401
    chart: Chart,
    block: Block,
    place: Place,
    title: tuple[int, int] | None,
) -> Any:  # noqa: ANN401
    """The chart of a block; its title is the cell at `title`, None for no title."""
    drawing = _Drawing(book, chart, block, place)
    made = _KINDS[chart.kind](drawing)
    if title:
        font = {"name": "Arial", "size": 12, "bold": True, "color": _INK}
        made.set_title({"name": [place.sheet, *title], "name_font": font})
    else:
        made.set_title({"none": True})
    made.set_chartarea({"border": {"none": True}, "fill": {"color": "#ffffff"}})
    made.set_size({"width": WIDTH, "height": height_of(chart)})
    made.show_blanks_as("gap")
    return made


def height_of(chart: Chart) -> int:
    """The height of a chart in pixels."""
    if chart.kind not in ROWS:
        return _HEIGHT
    return min(_TALLEST, max(200, _FRAME + _ROW * len(chart.categories)))


class _Drawing:
    """What the kinds of charts share: references to the cells, series and axes."""

    def __init__(self, book: Any, chart: Chart, block: Block, place: Place) -> None:  # noqa: ANN401
        self.book, self.chart, self.block, self.place = book, chart, block, place
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
        axis = self.chart.axis
        return {
            "min": axis.low,
            "max": axis.high,
            "num_format": _FORMATS[axis.unit],
            "num_font": _FONT,
            "major_gridlines": {"visible": True, "line": {"color": _GRID, "width": 0.75}},
            "line": {"none": True},
            **own,
        }

    def names_axis(self, **own: Any) -> dict[str, Any]:  # noqa: ANN401
        return {
            "num_font": {**_FONT, "color": _INK},
            "line": {"color": "#c9ced6"},
            "major_tick_mark": "none",
            "label_position": "low",
            **own,
        }

    def lying(self, kind: dict[str, str], **values: Any) -> Any:  # noqa: ANN401
        """A bar chart whose first row stands on top; its y axis is that of the names."""
        chart = self.book.add_chart(kind)
        chart.set_y_axis(self.names_axis(reverse=True, crossing="max"))
        chart.set_x_axis(self.values_axis(**values))
        return chart

    def across(self, column: int, **axis: bool) -> dict[str, Any]:
        """A level or a target: a dashed line."""
        return {
            "name": self.head(column),
            "categories": self.cells(self.block.categories),
            "values": self.cells(column),
            "line": {"color": _QUIET_INK, "width": 1.25, "dash_type": "dash"},
            **axis,
        }

    def level(self, mark: Mark, column: int, **axis: bool) -> dict[str, Any]:
        """A level of the story over its periods, with its value where it begins."""
        cells = mark.along(len(self.chart.categories))
        first = next((place for place, cell in enumerate(cells) if cell is not None), 0)
        look = _LEVEL_LOOKS[mark.kind]
        custom = [{"value": mark.name} if place == first else {"delete": True} for place in range(len(cells))]
        label = {
            "value": True,
            "custom": custom,
            "position": "below" if self.chart.named_below(mark) else "above",
            "font": {**_FONT, "color": _INK},
        }
        alone = sum(cell is not None for cell in cells) == 1
        return {
            "name": self.head(column),
            "categories": self.cells(self.block.categories),
            "values": self.cells(column),
            "line": look,
            "marker": {"type": "long_dash", "size": 12, "fill": {"color": _INK}}
            if alone
            else {"type": "none"},
            **({"data_labels": label} if mark.name else {}),
            **axis,
        }


def _groups(drawing: _Drawing) -> Any:  # noqa: ANN401
    chart = drawing.lying({"type": "bar", "subtype": "stacked"})
    for drawn in drawing.block.series:
        meaning = drawn.series.colours[0]
        hidden = _labels((value or 0) >= _ROOM_FOR_SHARE for value in drawn.series.values)
        label = {
            "value": True,
            "num_format": '0"%"',
            "custom": hidden,
            "font": {**_FONT, "bold": True, "color": ON_COLOUR.get(meaning, LIGHT)},
        }
        chart.add_series(
            drawing.series(drawn, fill={"color": COLOURS[meaning]}, gap=45, overlap=100, data_labels=label)
        )
    chart.set_legend({"position": "bottom", "font": _FONT})
    return chart


def _columns(drawing: _Drawing) -> Any:  # noqa: ANN401
    chart = drawing.book.add_chart({"type": "column"})
    series = drawing.block.series
    for drawn in series:
        chart.add_series(
            drawing.series(
                drawn, fill={"color": COLOURS[drawn.series.colours[0]]}, points=_points(drawn), gap=35
            )
        )
    chart.set_x_axis(drawing.names_axis())
    chart.set_y_axis(drawing.values_axis(max=None))
    chart.set_legend({"position": "bottom", "font": _FONT} if len(series) > 1 else {"none": True})
    return chart


def _line(drawing: _Drawing) -> Any:  # noqa: ANN401
    """The line on the second axis, so that it lies over the bars of the responses; both are labelled."""
    score, *rest = drawing.block.series
    line = drawing.book.add_chart({"type": "line"})
    second = {"y2_axis": True} if rest else {}
    line.add_series(
        drawing.series(
            score,
            line={"color": ACCENT, "width": 2.25},
            marker={"type": "circle", "size": 6, "fill": {"color": ACCENT}, "border": {"color": "#ffffff"}},
            data_labels=_last_label(drawing, score),
            **drawing.bars(score),
            **second,
        )
    )
    for _, column in drawing.block.levels:
        line.add_series(drawing.across(column, **second))
    for mark, column in drawing.block.lines:
        line.add_series(drawing.level(mark, column, **second))
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
    axis = drawing.chart.axis
    return _with_intervals(
        drawing, drawing.lying({"type": "bar"}, min=min(axis.low, 0.0), max=max(axis.high, 0.0))
    )


def _steps(drawing: _Drawing) -> Any:  # noqa: ANN401
    """Each step from 0: spreadsheets draw no waterfall that stays right when its cells change."""
    return _with_intervals(drawing, drawing.lying({"type": "bar"}, min=None, max=None))


def _with_intervals(drawing: _Drawing, chart: Any) -> Any:  # noqa: ANN401
    for drawn in drawing.block.series:
        chart.add_series(
            drawing.series(
                drawn,
                fill={"color": COLOURS[drawn.series.colours[0]]},
                points=_points(drawn),
                gap=90,
                **drawing.bars(drawn),
            )
        )
    chart.set_legend(
        {"position": "bottom", "font": _FONT} if len(drawing.block.series) > 1 else {"none": True}
    )
    return chart


def _bars(drawing: _Drawing) -> Any:  # noqa: ANN401
    chart = drawing.lying({"type": "bar", "subtype": "stacked"}, max=None)
    for drawn in drawing.block.series:
        chart.add_series(
            drawing.series(drawn, fill={"color": COLOURS[drawn.series.colours[0]]}, gap=45, overlap=100)
        )
    chart.set_legend({"position": "bottom", "font": _FONT})
    return chart


def _plane(drawing: _Drawing) -> Any:  # noqa: ANN401
    """Dots between two axes with upright intervals, each named."""
    up, right = drawing.block.series
    chart, across = drawing.book.add_chart({"type": "scatter"}), drawing.chart.across or drawing.chart.axis
    names = [{"value": short(name, _NAME)} for name in drawing.chart.categories]
    dots = [{"fill": one["fill"], "border": {"color": LIGHT}} for one in _points(up)]
    chart.add_series(
        {
            **drawing.series(up, points=dots, **drawing.bars(up)),
            "categories": drawing.cells(right.values),
            "marker": {"type": "circle", "size": 9, "fill": {"color": ACCENT}},
            "line": {"none": True},
            "data_labels": {"value": True, "custom": names, "position": "right", "font": _FONT},
        }
    )
    chart.set_x_axis(
        drawing.values_axis(
            min=across.low, max=across.high, num_format=_FORMATS[across.unit], label_position="low"
        )
    )
    chart.set_y_axis(drawing.values_axis(label_position="low"))
    chart.set_legend({"none": True})
    return chart


def shaded_cells(book: Any, sheet: Any, top: int, chart: Chart) -> int:  # noqa: ANN401
    """A chart of cells as cells of the sheet in their shades; returns the row after them."""
    quiet = book.add_format({**_CELL, "bold": True, "bottom": 1, "bottom_color": "#c9ced6"})
    name_look = book.add_format({"text_wrap": True, "valign": "vcenter"})
    for place, head in enumerate(chart.heads, 1):
        sheet.write_string(top, place, head, quiet)
    looks: dict[tuple[str, float] | None, Any] = {None: book.add_format(_CELL)}
    for shade in (chart.shade_of(cell) for cells in chart.cells for cell in cells):
        if shade not in looks and shade is not None:
            looks[shade] = book.add_format({**_CELL, "bg_color": on_white(*shade)})
    for row, (name, cells) in enumerate(zip(chart.categories, chart.cells, strict=True), top + 1):
        sheet.write_string(row, 0, name, name_look)
        lines = max((len(cell.small) + 1 for cell in cells), default=1)
        sheet.set_row_pixels(row, _CELL_LINE * lines)
        for place, cell in enumerate(cells, 1):
            sheet.write_string(
                row, place, "\n".join(filter(None, (cell.figure, *cell.small))), looks[chart.shade_of(cell)]
            )
    sheet.set_column_pixels(0, 0, 160)
    sheet.set_column_pixels(1, max(1, len(chart.heads)), 104)
    return top + 1 + len(chart.cells)


_CELL = {"align": "center", "valign": "vcenter", "text_wrap": True, "border": 1, "border_color": LIGHT}
_CELL_LINE, _NAME = 20, 34  # pixels of a line; characters of a name beside its dot


def _points(drawn: Drawn) -> list[dict[str, Any]]:
    return [
        {"fill": {"color": COLOURS[drawn.series.colour(place)]}} for place in range(len(drawn.series.values))
    ]


def _labels(shown: Iterable[bool]) -> list[dict[str, Any] | None]:
    """Which figures have a label: of one that is only not deleted, xlsxwriter writes what no schema allows."""
    return [None if one else {"delete": True} for one in shown]


def _last_label(drawing: _Drawing, drawn: Drawn) -> dict[str, Any]:
    """The label of the last figure alone, as it stands on the chart of the app."""
    custom = _labels(bool(label) for label in drawn.series.labels)
    font = {**_FONT, "bold": True, "color": ACCENT, "size": 11}
    return {
        "value": True,
        "num_format": _FORMATS[drawing.chart.axis.unit],
        "position": "right",
        "custom": custom,
        "font": font,
    }


_KINDS: dict[str, Callable[[_Drawing], Any]] = {
    "groups": _groups,
    "columns": _columns,
    "line": _line,
    "dots": _dots,
    "bars": _bars,
    "lengths": _dots,
    "strip": _dots,
    "steps": _steps,
    "plane": _plane,
}
