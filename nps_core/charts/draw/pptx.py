"""Native charts: a chart and its data sheet as XML that PowerPoint edits and LibreOffice draws, kind by kind."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from nps_core.charts.axes import Axis
from nps_core.charts.draw.datasheet import LEVELS, Sheet, mark_head, sheet_of
from nps_core.charts.draw.pptx_parts import Pieces, Style, colour_xml, line_xml, marker_xml
from nps_core.charts.draw.text_width import LINE, width
from nps_core.charts.spec import LIGHT, SHADES
from nps_core.formatting import short

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.charts.spec import Chart, Mark, Series


_ROOM_FOR_SHARE = 6.0  # percent of a bar that its label needs
_NAME = 34  # characters of an intervention that stand over its line
_ALONG = 130  # characters of such names along a chart
_SMALL = 0.9  # type of names beside dots, of the chart's
_SHARE_STEP = 0.1  # from tick to tick along shares
_LEVEL_LOOKS = {
    "stretch": (2.25, 100, ""),
    "start": (6.0, 25, ""),
    "window": (2.0, 60, ""),
}  # points, alpha, dash
_DASH = 20  # points: of the mark of a level of one period
_NO_MARKER = '<c:marker><c:symbol val="none"/></c:marker>'
_MANY = 24  # more points than that and each carries no marker and no label of its own


def chart_xml(chart: Chart, style: Style, *, counts: bool = False) -> tuple[str, Sheet]:
    """The XML of a chart, and the sheet that its formulas name; cells are no chart there, but a table.

    With `counts`, those behind a line, as thin bars under it.
    """
    sheet = sheet_of(chart)
    made = Pieces(chart, sheet, style)
    return made.whole((_count_bars if counts else _BODIES[chart.kind])(made)), sheet


def _bar_series(made: Pieces, series: Series, labels: str, bars: str = "") -> str:
    place = made.sheet.place(series.name)
    own = "".join(
        f'<c:dPt><c:idx val="{row}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/>'
        f"<c:spPr>{colour_xml(made.paint(series.colour(row)))}</c:spPr></c:dPt>"
        for row in range(len(series.values))
        if len(series.colours) > 1
    )
    return (
        f"<c:ser>{made.head(place)}<c:spPr>{colour_xml(made.paint(series.colours[0]))}</c:spPr>"
        f'<c:invertIfNegative val="0"/>{own}{labels}'
        f"{bars}{made.categories()}<c:val>{made.numbers(place)}</c:val></c:ser>"
    )


def _bars(series: str, *, way: str, grouping: str, gap: int) -> str:
    """A bar chart of series, on the axes 1 (categories) and 2 (values)."""
    overlap = '<c:overlap val="100"/>' if grouping == "stacked" else ""
    return (
        f'<c:barChart><c:barDir val="{way}"/><c:grouping val="{grouping}"/><c:varyColors val="0"/>{series}'
        f'<c:gapWidth val="{gap}"/>{overlap}<c:axId val="1"/><c:axId val="2"/></c:barChart>'
    )


def _stacked(made: Pieces) -> str:
    """Lying bars, stacked: the groups of a side, or the comments of a theme."""
    is_share = made.chart.kind == "groups"
    series = ""
    for one in made.chart.series:
        labels = ""
        if is_share:
            shown = [row for row, value in enumerate(one.values) if (value or 0) >= _ROOM_FOR_SHARE]
            labels = made.labels(
                "ctr", shown=shown, colour=made.style.on_paints.get(one.colours[0], LIGHT), scale=1.15
            )
        series += _bar_series(made, one, labels)
    return _lying(made, series, gap=60 if is_share else 45)


def _lengths(made: Pieces) -> str:
    """Lying bars from 0 with their intervals."""
    one = made.chart.series[0]
    bars = made.error_bars(one.name, line=line_xml("tx1", 1.5, alpha=75), lying=True)
    return _lying(made, _bar_series(made, one, "", bars), gap=90)


def _lying(made: Pieces, series: str, *, gap: int) -> str:
    return (
        _bars(series, way="bar", grouping="stacked", gap=gap)
        + made.category_axis(place="l", backwards=True, line=False)
        + made.value_axis(2, 1, place="b", shown=False)
    )


def _columns(made: Pieces) -> str:
    series = ""
    for one in made.chart.series:
        shown = [row for row, text in enumerate(one.labels) if text]
        labels = made.labels("outEnd", shown=shown, texts=one.labels) if shown else ""
        series += _bar_series(made, one, labels)
    return (
        _bars(series, way="col", grouping="clustered", gap=22)
        + made.category_axis(place="b")
        + made.value_axis(2, 1, place="l", shown=made.chart.axis.unit == "share")
    )


def _count_bars(made: Pieces) -> str:
    one = made.chart.series[1]
    few = len(one.values) <= _MANY // 2
    shown = [row for row, value in enumerate(one.values) if value] if few else []
    labels = made.labels("outEnd", shown=shown, unit="responses", bold=False, scale=0.85) if shown else ""
    top = max((value or 0.0 for value in one.values), default=1.0) * (1.5 if few else 1.05) or 1.0
    return (
        _bars(_bar_series(made, one, labels), way="col", grouping="clustered", gap=60)
        + made.category_axis(place="b")
        + made.value_axis(
            2,
            1,
            place="l",
            ends=Axis(0.0, top, "responses"),
            step=_round_unit(top),
            shown=not few,
            grid=False,
        )
    )


def _round_unit(top: float) -> float:
    """Two steps of one leading digit, up to the highest bar."""
    size = 10 ** math.floor(math.log10(max(top, 2.0)) - 0.3)
    return float(max(1, math.floor(top / 2 / size) * size))


def _line(made: Pieces) -> str:
    """The first series over time: marks under it, then its interval and its line."""
    chart, one = made.chart, made.chart.series[0]
    place, size = made.sheet.place(one.name), len(chart.categories)
    few = size <= _MANY
    last = max((row for row, value in enumerate(one.values) if value is not None), default=0)
    # The levels of a story are named; more figures would stand on them.
    all_named = few and not chart.lines_along()
    shown = [row for row, value in enumerate(one.values) if value is not None and (all_named or row == last)]
    thick = max(1.5, min(9.0, 150 / max(1, size)))
    bars = made.error_bars(one.name, line=line_xml(made.style.accent, thick, alpha=28))
    marker = marker_xml(made.style.accent, 8 if few else 3)
    drawn = (
        f"<c:ser>{made.head(place)}<c:spPr>{line_xml(made.style.accent, 2.5, cap='rnd')}</c:spPr>{marker}"
        f"{made.labels('t', shown=shown)}{bars}{made.categories()}"
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )
    levels = "".join(
        _level_line(made, place, mark) for place, mark in enumerate(chart.marks) if mark.kind in LEVELS
    )
    levels += "".join(_story_line(made, place, mark) for place, mark in chart.lines_along())
    names, values = made.category_axis(place="b"), made.value_axis(2, 1, place="l")
    return (
        f'{_shades(made)}<c:lineChart><c:grouping val="standard"/>'
        f'<c:varyColors val="0"/>{drawn}{levels}{_actions(made)}'
        f'<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>{names}{values}'
    )


def _shades(made: Pieces) -> str:
    """Alerts, and the days that are looked at, as pale columns behind the line."""
    return "".join(_shade(made, kind) for kind in SHADES if made.sheet.has(kind))


def _shade(made: Pieces, kind: str) -> str:
    names = [mark.name for mark in made.chart.marks if mark.kind == kind]
    place = made.sheet.place(kind)
    cells = made.sheet.columns[place].cells
    starts = [
        row for row, cell in enumerate(cells) if cell is not None and (not row or cells[row - 1] is None)
    ]
    texts = dict(zip(starts, names, strict=False))
    label = made.labels("inBase", shown=list(texts), texts=texts, bold=False, scale=0.85)
    return _bars(
        f"<c:ser>{made.head(place)}<c:spPr>{colour_xml(SHADES[kind], 16)}</c:spPr>"
        f'<c:invertIfNegative val="0"/>{label}'
        f"{made.categories()}<c:val>{made.numbers(place)}</c:val></c:ser>",
        way="col",
        grouping="clustered",
        gap=0,
    )


def _actions(made: Pieces) -> str:
    """Interventions as upright lines in their period, named at the top."""
    marks = [mark for mark in made.chart.marks if mark.kind == "action"]
    if not marks:
        return ""
    place = made.sheet.place("action")
    cells = made.sheet.columns[place].cells
    axis = made.chart.axis
    texts: dict[int, str] = {}
    for row, cell in enumerate(cells):
        if cell is not None:
            own = [mark.name for mark in marks if row - 0.5 <= mark.first < row + 0.5]
            texts[row] = "; ".join(own)
    # A name ends before the next one begins.
    rows = [*texts, len(cells) - 1 + _NAME]
    for row, after in pairwise(rows):
        texts[row] = short(texts[row], max(2, min(_NAME, int((after - row) * _ALONG / len(cells)))))
    bars = (
        '<c:errBars><c:errDir val="y"/><c:errBarType val="minus"/><c:errValType val="fixedVal"/>'
        '<c:noEndCap val="1"/>'
        f'<c:val val="{axis.high - axis.low!r}"/><c:spPr>{line_xml("tx1", 1.5, alpha=60)}</c:spPr>'
        "</c:errBars>"
    )
    return (
        f"<c:ser>{made.head(place)}<c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:marker>"
        '<c:symbol val="none"/></c:marker>'
        f"{made.labels('r', shown=list(texts), texts=texts, bold=False, scale=0.85)}{bars}{made.categories()}"
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _level_line(made: Pieces, number: int, mark: Mark) -> str:
    """A target or benchmark as a dotted level, named where it begins."""
    place = made.sheet.place(mark_head(number, mark))
    label = made.labels("t", shown=[0], texts=[short(mark.name, _NAME)], bold=False, scale=0.85)
    return (
        f"<c:ser>{made.head(place)}<c:spPr>{line_xml('tx1', 1.5, alpha=55, dash='sysDash')}</c:spPr>"
        f"{_NO_MARKER}{label}{made.categories()}"
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _story_line(made: Pieces, number: int, mark: Mark) -> str:
    """A level of the story over its periods, named where it begins; a dash where it has one period alone."""
    place = made.sheet.place(mark_head(number, mark))
    rows = [row for row, cell in enumerate(made.sheet.columns[place].cells) if cell is not None]
    if not rows:  # between two points
        return ""
    width, alpha, dash = _LEVEL_LOOKS[mark.kind]
    label = (
        made.labels(
            "b" if made.chart.named_below(mark) else "t",
            shown=rows[:1],
            texts={rows[0]: short(mark.name, _NAME)},
            bold=False,
            scale=0.85,
        )
        if mark.name
        else ""
    )
    alone = marker_xml("tx1", _DASH, symbol="dash") if len(rows) == 1 and mark.kind != "start" else ""
    return (
        f"<c:ser>{made.head(place)}<c:spPr>{line_xml('tx1', width, alpha=alpha, dash=dash)}</c:spPr>"
        f"{alone or _NO_MARKER}{label}{made.categories()}"
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _dots(made: Pieces) -> str:
    """A dot and its interval a row, diamonds of a second series, levels and targets as dotted lines."""
    one, *others = made.chart.series
    none = "<a:ln><a:noFill/></a:ln>"
    series = ""
    for number, colour in enumerate(dict.fromkeys(one.colours)):
        paint = made.paint(colour)
        series += _path(made, f"interval {number + 1}", line_xml(paint, 3.5))
        series += _path(
            made, f"dots {number + 1}", none, marker=marker_xml(paint, made.style.dot), rows="row"
        )
    for other in others:
        diamond = marker_xml("tx1", made.style.dot * 2 // 3, symbol="diamond")
        series += _path(made, other.name, none, marker=diamond, rows="row")
    for place, mark in enumerate(made.chart.marks):
        if mark.kind in LEVELS:
            series += _path(made, mark_head(place, mark), line_xml("tx1", 1.5, alpha=50, dash="sysDash"))
    return _scatter(series) + made.value_axis(1, 2, place="b") + _rows_axis(made)


def _steps(made: Pieces) -> str:
    """A waterfall of rows: thick lines for the steps, thin ones for their intervals."""
    points = made.chart.series[0]
    thick = max(6.0, min(22.0, 150 / max(1, len(made.chart.categories))))
    series = ""
    for number, colour in enumerate(dict.fromkeys(points.colours)):
        series += _path(made, f"step {number + 1}", line_xml(made.paint(colour), thick))
    series += _path(made, "interval 1", line_xml("tx1", 1.75, alpha=75))
    series += _path(made, "no difference", line_xml("tx1", 1, alpha=45))
    return _scatter(series) + made.value_axis(1, 2, place="b") + _rows_axis(made)


def _plane(made: Pieces) -> str:
    """Dots between two axes with upright intervals, each named; thin lines at the means."""
    chart = made.chart
    up, right = chart.series
    x, middle = (
        made.sheet.place(right.name),
        (chart.across.low + chart.across.high) / 2 if chart.across else 0.5,
    )
    sides = ["l" if (value or 0.0) > middle else "r" for value in right.values]
    names = [short(name, _NAME) for name in chart.categories]
    named = set(range(len(names)))
    if made.style.room and chart.across:
        sides, named = names_beside_dots(chart, names, made.style.room, made.style.size * _SMALL)
    series = ""
    for number, colour in enumerate(dict.fromkeys(up.colours)):
        paint, y = made.paint(colour), made.sheet.place(f"dots {number + 1}")
        own = [place for place, cell in enumerate(made.sheet.columns[y].cells) if cell is not None]
        series += (
            f"<c:ser>{made.head(y)}<c:spPr><a:ln><a:noFill/></a:ln>"
            f"</c:spPr>{marker_xml(paint, made.style.dot)}"
            f"{made.labels(sides, shown=[one for one in own if one in named], texts=names, bold=False, scale=_SMALL)}"
            f"{made.error_bars(up.name, line=line_xml(paint, 2))}"
            f'<c:xVal>{made.numbers(x)}</c:xVal><c:yVal>{made.numbers(y)}</c:yVal><c:smooth val="0"/></c:ser>'
        )
    if chart.corners:
        series += _path(made, "mean to the right", line_xml("tx1", 1, alpha=30))
        series += _path(made, "mean upwards", line_xml("tx1", 1, alpha=30))
    return (
        _scatter(series)
        + made.value_axis(1, 2, place="b", ends=chart.across, step=_SHARE_STEP, grid=False)
        + made.value_axis(2, 1, place="l")
    )


def _path(made: Pieces, head: str, line: str, *, marker: str = "", rows: str = "") -> str:
    """One series of a scatter chart from two columns of the sheet: a path with gaps, or dots."""
    x, y = made.sheet.place(head), made.sheet.place(rows or f"{head}, row")
    return (
        f"<c:ser>{made.head(x)}<c:spPr>{line}</c:spPr>{marker or _NO_MARKER}"
        f'<c:xVal>{made.numbers(x)}</c:xVal><c:yVal>{made.numbers(y)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _scatter(series: str) -> str:
    return (
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{series}'
        '<c:axId val="1"/><c:axId val="2"/></c:scatterChart>'
    )


def _rows_axis(made: Pieces) -> str:
    """The hidden axis along which rows stand at whole numbers."""
    size = len(made.chart.categories)
    return (
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:max val="{size + 0.5!r}"/>'
        '<c:min val="0.5"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        '<c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="1"/><c:crosses val="min"/>'
        '<c:crossBetween val="midCat"/></c:valAx>'
    )


_BODIES: dict[str, Callable[[Pieces], str]] = {
    "groups": _stacked,
    "bars": _stacked,
    "lengths": _lengths,
    "columns": _columns,
    "line": _line,
    "dots": _dots,
    "strip": _dots,
    "steps": _steps,
    "plane": _plane,
}


_DOT, _WIDER = 7.0, 1.1  # points around the middle of a dot; how much wider the widest font runs


def names_beside_dots(
    chart: Chart, names: Sequence[str], room: tuple[float, float], size: float
) -> tuple[list[str], set[int]]:
    """On which side of its dot each name stands, and which names have room: no two meet, nor a name a dot."""
    up, right = chart.series
    across, axis = chart.across or chart.axis, chart.axis
    dots = [
        (
            room[0] * ((x or 0.0) - across.low) / (across.high - across.low),
            room[1] * (axis.high - (y or 0.0)) / (axis.high - axis.low),
        )
        for x, y in zip(right.values, up.values, strict=True)
    ]
    taken = [(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in dots]
    sides, named = ["r"] * len(names), set[int]()
    for place, (name, (x, y)) in enumerate(zip(names, dots, strict=True)):
        wide, high = width(name, size) * _WIDER, size * LINE
        boxes = {
            "r": (x + _DOT, y - high / 2, x + _DOT + wide, y + high / 2),
            "l": (x - _DOT - wide, y - high / 2, x - _DOT, y + high / 2),
            "t": (x - wide / 2, y - _DOT - high, x + wide / 2, y - _DOT),
            "b": (x - wide / 2, y + _DOT, x + wide / 2, y + _DOT + high),
        }
        first = ["l", "r"] if x > room[0] / 2 else ["r", "l"]
        for side in (*first, "t", "b"):
            box = boxes[side]
            inside = box[0] >= 0 and box[2] <= room[0] and box[1] >= 0 and box[3] <= room[1]
            if inside and not any(_meet(box, other) for other in taken):
                sides[place] = side
                named.add(place)
                taken.append(box)
                break
    return sides, named


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
