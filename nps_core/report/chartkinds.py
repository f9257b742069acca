"""Native charts: a plot and its data sheet as the XML that PowerPoint edits and LibreOffice draws, kind by kind."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nps_core.charts.base import GROUP_COLOURS
from nps_core.report.chartxml import (
    PERCENT,
    POINTS,
    SHARE,
    WHOLE,
    Pieces,
    Style,
    colour_xml,
    line_xml,
    marker_xml,
    ticks_of,
)
from nps_core.report.sheets import Sheet, mark_head, sheet_of
from nps_core.words import short

if TYPE_CHECKING:
    from nps_core.report.story import Plot, PlotMark, Series

_DARK, _LIGHT = "#1b2430", "#ffffff"
_ON = {"#9aa4ae": _DARK}  # what is written on a group's colour; on the others white
_ROOM_FOR_SHARE = 6.0  # percent of a bar that its label needs
_NAME = 34  # characters of an intervention that stand over its line
_MANY = 24  # more points than that and each carries no marker and no label of its own


def chart_xml(plot: Plot, style: Style) -> tuple[str, Sheet]:
    """The XML of a plot's chart, and the sheet that its formulas name."""
    sheet = sheet_of(plot)
    made = Pieces(plot, sheet, style)
    return made.whole(_BODIES[plot.kind](made)), sheet


def count_chart_xml(plot: Plot, style: Style) -> tuple[str, Sheet]:
    """The responses behind a trend, as thin bars under it."""
    sheet = sheet_of(plot)
    made = Pieces(plot, sheet, style)
    return made.whole(_count_bars(made)), sheet


def _bar_series(made: Pieces, series: Series, labels: str) -> str:
    place = made.sheet.place(series.name)
    own = "".join(
        f'<c:dPt><c:idx val="{row}"/><c:invertIfNegative val="0"/><c:bubble3D val="0"/><c:spPr>{colour_xml(made.paint(series.colour(row)))}</c:spPr></c:dPt>'
        for row in range(len(series.values))
        if len(series.colours) > 1
    )
    return (
        f'<c:ser>{made.head(place)}<c:spPr>{colour_xml(made.paint(series.colour(0)))}</c:spPr><c:invertIfNegative val="0"/>{own}{labels}'
        f"{made.categories()}<c:val>{made.numbers(place)}</c:val></c:ser>"
    )


def _stacked(made: Pieces) -> str:
    """Lying bars, stacked: the groups of a side, or the comments of a theme."""
    plot = made.plot
    is_share = plot.kind == "groups"
    series = ""
    for one in plot.series:
        labels = ""
        if is_share:
            shown = [row for row, value in enumerate(one.values) if (value or 0) >= _ROOM_FOR_SHARE]
            labels = made.labels(
                "ctr", PERCENT, shown=shown, colour=_ON.get(one.colours[0], _LIGHT), scale=1.15
            )
        series += _bar_series(made, one, labels)
    return (
        '<c:barChart><c:barDir val="bar"/><c:grouping val="stacked"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="{60 if is_share else 45}"/><c:overlap val="100"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        + made.category_axis(1, 2, place="l", backwards=True, line=False)
        + made.value_axis(2, 1, place="b", form=WHOLE, shown=False)
    )


def _columns(made: Pieces) -> str:
    plot = made.plot
    form = SHARE if plot.unit == "share" else WHOLE
    series = ""
    for one in plot.series:
        shown = [row for row, text in enumerate(one.labels) if text]
        labels = made.labels("outEnd", form, shown=shown, texts=one.labels) if shown else ""
        series += _bar_series(made, one, labels)
    return (
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{series}<c:gapWidth val="22"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
        + made.category_axis(1, 2, place="b")
        + made.value_axis(2, 1, place="l", form=form, shown=plot.unit == "share")
    )


def _count_bars(made: Pieces) -> str:
    one = made.plot.series[1]
    few = len(one.values) <= _MANY // 2
    shown = [row for row, value in enumerate(one.values) if value] if few else []
    bars = _bar_series(
        made, one, made.labels("outEnd", WHOLE, shown=shown, bold=False, scale=0.85) if shown else ""
    )
    top = max((value or 0.0 for value in one.values), default=1.0) * (1.5 if few else 1.05) or 1.0
    axis = made.value_axis(2, 1, place="l", form=WHOLE, shown=not few, grid=False)
    low, high = made.plot.axis
    axis = axis.replace(
        f'<c:max val="{high!r}"/><c:min val="{low!r}"/>', f'<c:max val="{top!r}"/><c:min val="0"/>'
    )
    axis = axis.replace(
        f'<c:majorUnit val="{ticks_of(low, high):g}"/>', f'<c:majorUnit val="{_round_unit(top)!r}"/>'
    )
    return (
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'{bars}<c:gapWidth val="60"/><c:axId val="1"/><c:axId val="2"/></c:barChart>{made.category_axis(1, 2, place="b")}{axis}'
    )


def _round_unit(top: float) -> float:
    """Two steps of one leading digit, up to the highest bar."""
    size = 10 ** math.floor(math.log10(max(top, 2.0)) - 0.3)
    return float(max(1, math.floor(top / 2 / size) * size))


def _line(made: Pieces) -> str:
    """The score over time: marks under it, then its interval and its line."""
    plot, nps = made.plot, made.plot.series[0]
    place, size = made.sheet.place("NPS"), len(plot.categories)
    few = size <= _MANY
    last = max((row for row, value in enumerate(nps.values) if value is not None), default=0)
    shown = [row for row, value in enumerate(nps.values) if value is not None and (few or row == last)]
    thick = max(1.5, min(9.0, 150 / max(1, size)))
    bars = made.error_bars(made.sheet.place("to less NPS"), made.sheet.place("NPS less from"), line=line_xml(made.style.accent, thick, alpha=28)
    )  # fmt: skip
    marker = marker_xml(made.style.accent, 8 if few else 3)
    drawn = (
        f"<c:ser>{made.head(place)}<c:spPr>{line_xml(made.style.accent, 2.5, cap='rnd')}</c:spPr>{marker}"
        f"{made.labels('t', POINTS, shown=shown)}{bars}{made.categories()}"
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )
    levels = "".join(
        _level_line(made, place, mark) for place, mark in enumerate(plot.marks) if mark.kind == "aim"
    )
    zero = made.category_axis(1, 2, place="b")
    axis = made.value_axis(2, 1, place="l", form=POINTS)
    return (
        f'{_shades(made)}<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{drawn}{levels}{_actions(made)}'
        f'<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>{zero}{axis}'
    )


def _shades(made: Pieces) -> str:
    """Alerts as pale columns behind the line."""
    names = [mark.name for mark in made.plot.marks if mark.kind == "alert"]
    if not names:
        return ""
    place = made.sheet.place("alert")
    cells = made.sheet.columns[place].cells
    starts = [
        row for row, cell in enumerate(cells) if cell is not None and (not row or cells[row - 1] is None)
    ]
    texts = dict(zip(starts, names, strict=False))
    label = made.labels("inBase", POINTS, shown=list(texts), texts=texts, bold=False, scale=0.85)
    return (
        '<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>'
        f'<c:ser>{made.head(place)}<c:spPr>{colour_xml(GROUP_COLOURS["detractor"], 16)}</c:spPr><c:invertIfNegative val="0"/>{label}'
        f"{made.categories()}<c:val>{made.numbers(place)}</c:val></c:ser>"
        '<c:gapWidth val="0"/><c:axId val="1"/><c:axId val="2"/></c:barChart>'
    )


def _actions(made: Pieces) -> str:
    """Interventions as upright lines in their period, named at the top."""
    marks = [mark for mark in made.plot.marks if mark.kind == "action"]
    if not marks:
        return ""
    place = made.sheet.place("action")
    cells = made.sheet.columns[place].cells
    low, high = made.plot.axis
    texts: dict[int, str] = {}
    for row, cell in enumerate(cells):
        if cell is not None:
            own = [mark.name for mark in marks if row - 0.5 <= mark.first < row + 0.5]
            texts[row] = short("; ".join(own), _NAME)
    bars = (
        '<c:errBars><c:errDir val="y"/><c:errBarType val="minus"/><c:errValType val="fixedVal"/><c:noEndCap val="1"/>'
        f'<c:val val="{high - low!r}"/><c:spPr>{line_xml("tx1", 1.5, alpha=60)}</c:spPr></c:errBars>'
    )
    return (
        f'<c:ser>{made.head(place)}<c:spPr><a:ln><a:noFill/></a:ln></c:spPr><c:marker><c:symbol val="none"/></c:marker>'
        f"{made.labels('r', POINTS, shown=list(texts), texts=texts, bold=False, scale=0.85)}{bars}{made.categories()}"
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _level_line(made: Pieces, number: int, mark: PlotMark) -> str:
    """A target or benchmark as a dotted level, named where it begins."""
    place = made.sheet.place(mark_head(number, mark))
    label = made.labels("t", POINTS, shown=[0], texts=[short(mark.name, _NAME)], bold=False, scale=0.85)
    return (
        f"<c:ser>{made.head(place)}<c:spPr>{line_xml('tx1', 1.5, alpha=55, dash='sysDash')}</c:spPr>"
        f'<c:marker><c:symbol val="none"/></c:marker>{label}{made.categories()}'
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _dots(made: Pieces) -> str:
    """A dot and its interval a row; the level of all responses as a dotted line."""
    one = made.plot.series[0]
    series = ""
    for number, colour in enumerate(dict.fromkeys(one.colours)):
        paint = made.paint(colour)
        series += _path(made, f"interval {number + 1}", line_xml(paint, 3.5))
        series += _path(
            made,
            f"dots {number + 1}",
            "<a:ln><a:noFill/></a:ln>",
            marker=marker_xml(paint, made.style.dot),
            rows="row",
        )
    for place, mark in enumerate(made.plot.marks):
        if mark.kind == "level":
            series += _path(made, mark_head(place, mark), line_xml("tx1", 1.5, alpha=50, dash="sysDash"))
    return _scatter(made, series)


def _steps(made: Pieces) -> str:
    """A waterfall of rows: thick lines for the steps, thin ones for their intervals."""
    points = made.plot.series[0]
    thick = max(6.0, min(22.0, 150 / max(1, len(made.plot.categories))))
    series = ""
    for number, colour in enumerate(dict.fromkeys(points.colours)):
        series += _path(made, f"step {number + 1}", line_xml(made.paint(colour), thick))
    series += _path(made, "interval 1", line_xml("tx1", 1.75, alpha=75))
    return _scatter(made, series + _path(made, "no difference", line_xml("tx1", 1, alpha=45)))


def _path(made: Pieces, head: str, line: str, *, marker: str = "", rows: str = "") -> str:
    """One series of a scatter chart from two columns of the sheet: a path with gaps, or dots."""
    x, y = made.sheet.place(head), made.sheet.place(rows or f"{head}, row")
    none = '<c:marker><c:symbol val="none"/></c:marker>'
    return (
        f"<c:ser>{made.head(x)}<c:spPr>{line}</c:spPr>{marker or none}"
        f'<c:xVal>{made.numbers(x)}</c:xVal><c:yVal>{made.numbers(y)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _scatter(made: Pieces, series: str) -> str:
    size = len(made.plot.categories)
    rows = (
        f'<c:valAx><c:axId val="2"/><c:scaling><c:orientation val="minMax"/><c:max val="{size + 0.5!r}"/><c:min val="0.5"/></c:scaling>'
        '<c:delete val="1"/><c:axPos val="l"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        '<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="1"/><c:crosses val="min"/><c:crossBetween val="midCat"/></c:valAx>'
    )
    return (
        f'<c:scatterChart><c:scatterStyle val="lineMarker"/><c:varyColors val="0"/>{series}<c:axId val="1"/><c:axId val="2"/></c:scatterChart>'
        + made.value_axis(1, 2, place="b", form=POINTS).replace(
            'crossBetween val="between"', 'crossBetween val="midCat"'
        )
        + rows
    )


_BODIES = {
    "groups": _stacked,
    "bars": _stacked,
    "columns": _columns,
    "line": _line,
    "dots": _dots,
    "steps": _steps,
}
