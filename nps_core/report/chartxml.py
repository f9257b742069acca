"""Native charts: a plot and its data sheet as the XML that PowerPoint edits and LibreOffice draws."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from nps_core.charts.base import ACCENT, GROUP_COLOURS
from nps_core.report.figures import MOST_TICKS, TICKS
from nps_core.report.sheets import Sheet, mark_head, sheet_of
from nps_core.words import short

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.report.story import Plot, PlotMark, Series, Value

_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
POINTS, WHOLE, PERCENT, SHARE = "+0;−0;0", "#,##0", '0"%"', "0%"
_EMU = 12700  # in a point
_DARK, _LIGHT = "#1b2430", "#ffffff"
_ON = {"#9aa4ae": _DARK}  # what is written on a group's colour; on the others white
_ROOM_FOR_SHARE = 6.0  # percent of a bar that its label needs
_NAME = 34  # characters of an intervention that stand over its line
_MANY = 24  # more points than that and each carries no marker and no label of its own


@dataclass(frozen=True)
class Style:
    """How a chart is drawn: its type size in points, its accent, and its plot area as shares of the frame.

    Parameters
    ----------
    accent
        "#3b76d6", or a colour of the theme such as "accent1".
    ink
        The colour of text and thin lines, in the same way.
    area
        Left, top, width and height of the inner plot area, 0..1; None lets the program place it.
    labels
        Whether the category axis is labelled.
    dot
        The size of the dots of rows, in points.
    """

    size: float = 14
    accent: str = ACCENT
    ink: str = "tx1"
    area: tuple[float, float, float, float] | None = None
    labels: bool = True
    dot: int = 12


def chart_xml(plot: Plot, style: Style) -> tuple[str, Sheet]:
    """The XML of a plot's chart, and the sheet that its formulas name."""
    sheet = sheet_of(plot)
    made = _Chart(plot, sheet, style)
    return made.whole(_BODIES[plot.kind](made)), sheet


def count_chart_xml(plot: Plot, style: Style) -> tuple[str, Sheet]:
    """The responses behind a trend, as thin bars under it."""
    sheet = sheet_of(plot)
    made = _Chart(plot, sheet, style)
    return made.whole(_count_bars(made)), sheet


def colour_xml(colour: str, alpha: int = 100) -> str:
    """A colour, of the theme or its own, as a solid fill; `alpha` in percent."""
    inside = "" if alpha == 100 else f'<a:alpha val="{alpha * 1000}"/>'  # noqa: PLR2004 - opaque
    if colour.startswith("#"):
        return f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}">{inside}</a:srgbClr></a:solidFill>'
    return f'<a:solidFill><a:schemeClr val="{colour}">{inside}</a:schemeClr></a:solidFill>'


def ticks_of(low: float, high: float) -> float:
    """Points from tick to tick: as on screen, a few more than a handful."""
    return next(size for size in TICKS if size == TICKS[-1] or (high - low) / size <= MOST_TICKS)


class _Chart:
    """The pieces of one chart's XML."""

    def __init__(self, plot: Plot, sheet: Sheet, style: Style) -> None:
        self.plot, self.sheet, self.style, self.count = plot, sheet, style, 0
        has_rows = plot.kind in {"dots", "steps"}
        self.longest = max(len(column.cells) for column in sheet.columns) if has_rows else 0

    def whole(self, body: str) -> str:
        area = ""
        if self.style.area:
            x, y, w, h = (f"{part:.5f}" for part in self.style.area)
            area = (
                '<c:manualLayout><c:layoutTarget val="inner"/><c:xMode val="edge"/><c:yMode val="edge"/>'
                f'<c:x val="{x}"/><c:y val="{y}"/><c:w val="{w}"/><c:h val="{h}"/></c:manualLayout>'
            )
        whole = (
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><c:chartSpace {_SPACES}>'
            '<c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/>'
            f"<c:plotArea><c:layout>{area}</c:layout>{body}<c:spPr><a:noFill/></c:spPr></c:plotArea>"
            '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
            "<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>"
            f"{self.text()}</c:chartSpace>"
        )
        if self.style.ink == "tx1":
            return whole
        own = rf'<a:srgbClr val="{self.style.ink[1:].upper()}">\1</a:srgbClr>'
        return re.sub(r'<a:schemeClr val="tx1">(.*?)</a:schemeClr>', own, whole)

    def text(self, *, bold: bool = False, colour: str = "tx1", scale: float = 1.0, alpha: int = 100) -> str:
        size = round(self.style.size * scale * 100)
        return (
            '<c:txPr><a:bodyPr rot="0" vert="horz"/><a:lstStyle/><a:p><a:pPr>'
            f'<a:defRPr sz="{size}" b="{int(bold)}">{colour_xml(colour, alpha)}</a:defRPr></a:pPr>'
            '<a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
        )

    def numbers(self, place: int, cells: Sequence[Value | str] | None = None, form: str = "General") -> str:
        if cells is None:
            # All columns of rows are as long as the longest: LibreOffice loses what it read before a longer one.
            cells = self.sheet.columns[place].cells
            cells = (*cells, *[None] * (self.longest - len(cells)))
        points = "".join(
            f'<c:pt idx="{row}"><c:v>{float(cell)!r}</c:v></c:pt>'
            for row, cell in enumerate(cells)
            if isinstance(cell, int | float) and math.isfinite(cell)
        )
        return (
            f"<c:numRef><c:f>{self.sheet.reference(place, len(cells))}</c:f><c:numCache><c:formatCode>{escape(form)}</c:formatCode>"
            f'<c:ptCount val="{len(cells)}"/>{points}</c:numCache></c:numRef>'
        )

    def categories(self) -> str:
        points = "".join(
            f'<c:pt idx="{row}"><c:v>{escape(str(cell))}</c:v></c:pt>'
            for row, cell in enumerate(self.plot.categories)
        )
        return (
            f'<c:cat><c:strRef><c:f>{self.sheet.reference(0)}</c:f><c:strCache><c:ptCount val="{len(self.plot.categories)}"/>'
            f"{points}</c:strCache></c:strRef></c:cat>"
        )

    def head(self, place: int) -> str:
        """The start of a series: its number and the cell of its name."""
        number = self.count
        self.count += 1
        name = escape(self.sheet.columns[place].head)
        return (
            f'<c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef><c:f>{self.sheet.head(place)}</c:f>'
            f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        )

    def paint(self, colour: str) -> str:
        """The accent of the app is the theme's."""
        return self.style.accent if colour == ACCENT else colour

    def labels(
        self, position: str, form: str, *, shown: Sequence[int], texts: Sequence[str] | Mapping[int, str] = (), colour: str = "tx1",
        bold: bool = True, scale: float = 1.0,
    ) -> str:  # fmt: skip
        """Data labels at some points: their values, or a text for each."""
        text = self.text(bold=bold, colour=colour, scale=scale).replace(
            "<a:bodyPr ", '<a:bodyPr wrap="none" '
        )
        size = round(self.style.size * scale * 100)
        show = '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>'
        each = ""
        for place in shown:
            said = (
                f'<c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/><a:p><a:r><a:rPr lang="en-GB" sz="{size}" b="{int(bold)}">{colour_xml(colour)}</a:rPr>'
                f"<a:t>{escape(texts[place])}</a:t></a:r></a:p></c:rich></c:tx>"
                if texts
                else f'<c:numFmt formatCode="{escape(form, {chr(34): "&quot;"})}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{text}'
            )
            each += f'<c:dLbl><c:idx val="{place}"/>{said}<c:dLblPos val="{position}"/>{show}</c:dLbl>'
        none = show.replace('showVal val="1"', 'showVal val="0"')
        return f"<c:dLbls>{each}{none}</c:dLbls>"

    def error_bars(self, plus: int, minus: int, *, line: str) -> str:
        """Upright error bars from two columns of the sheet."""
        return (
            '<c:errBars><c:errDir val="y"/><c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
            f"<c:plus>{self.numbers(plus)}</c:plus><c:minus>{self.numbers(minus)}</c:minus><c:spPr>{line}</c:spPr></c:errBars>"
        )

    def value_axis(
        self, own: int, other: int, *, place: str, form: str, shown: bool = True, grid: bool = True
    ) -> str:
        low, high = self.plot.axis
        unit = f'<c:majorUnit val="{ticks_of(low, high):g}"/>' if self.plot.unit == "points" else ""
        lines = (
            f"<c:majorGridlines><c:spPr>{line_xml('tx1', 0.75, alpha=14)}</c:spPr></c:majorGridlines>"
            if grid and shown
            else ""
        )
        return (
            f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/><c:max val="{high!r}"/><c:min val="{low!r}"/></c:scaling>'
            f'<c:delete val="{int(not shown)}"/><c:axPos val="{place}"/>{lines}'
            f'<c:numFmt formatCode="{escape(form, {chr(34): "&quot;"})}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
            f'<c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{self.text(alpha=70)}'
            f'<c:crossAx val="{other}"/><c:crosses val="min"/><c:crossBetween val="{"midCat" if place == "x" else "between"}"/>{unit}</c:valAx>'
        )

    def category_axis(
        self, own: int, other: int, *, place: str, backwards: bool = False, line: bool = True
    ) -> str:
        size = len(self.plot.categories)
        skip = max(1, -(-size // 10)) if place == "b" else 1
        ink = line_xml("tx1", 1, alpha=45) if line else "<a:ln><a:noFill/></a:ln>"
        return (
            f'<c:catAx><c:axId val="{own}"/><c:scaling><c:orientation val="{"maxMin" if backwards else "minMax"}"/></c:scaling>'
            f'<c:delete val="{int(not self.style.labels)}"/><c:axPos val="{place}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
            f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:spPr>{ink}</c:spPr>{self.text(alpha=80)}'
            f'<c:crossAx val="{other}"/><c:crosses val="min"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="40"/>'
            f'<c:tickLblSkip val="{skip}"/><c:tickMarkSkip val="{skip}"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        )


def line_xml(colour: str, points: float, *, alpha: int = 100, dash: str = "", cap: str = "flat") -> str:
    """A line of a width in points."""
    way = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(points * _EMU)}" cap="{cap}">{colour_xml(colour, alpha)}{way}<a:round/></a:ln>'


def _bar_series(made: _Chart, series: Series, labels: str) -> str:
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


def _stacked(made: _Chart) -> str:
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


def _columns(made: _Chart) -> str:
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


def _count_bars(made: _Chart) -> str:
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


def _line(made: _Chart) -> str:
    """The score over time: marks under it, then its interval and its line."""
    plot, nps = made.plot, made.plot.series[0]
    place, size = made.sheet.place("NPS"), len(plot.categories)
    few = size <= _MANY
    last = max((row for row, value in enumerate(nps.values) if value is not None), default=0)
    shown = [row for row, value in enumerate(nps.values) if value is not None and (few or row == last)]
    thick = max(1.5, min(9.0, 150 / max(1, size)))
    bars = made.error_bars(made.sheet.place("to less NPS"), made.sheet.place("NPS less from"), line=line_xml(made.style.accent, thick, alpha=28)
    )  # fmt: skip
    marker = _marker(made.style.accent, 8 if few else 3)
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


def _shades(made: _Chart) -> str:
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


def _actions(made: _Chart) -> str:
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


def _level_line(made: _Chart, number: int, mark: PlotMark) -> str:
    """A target or benchmark as a dotted level, named where it begins."""
    place = made.sheet.place(mark_head(number, mark))
    label = made.labels("t", POINTS, shown=[0], texts=[short(mark.name, _NAME)], bold=False, scale=0.85)
    return (
        f"<c:ser>{made.head(place)}<c:spPr>{line_xml('tx1', 1.5, alpha=55, dash='sysDash')}</c:spPr>"
        f'<c:marker><c:symbol val="none"/></c:marker>{label}{made.categories()}'
        f'<c:val>{made.numbers(place)}</c:val><c:smooth val="0"/></c:ser>'
    )


def _marker(colour: str, size: int) -> str:
    return (
        f'<c:marker><c:symbol val="circle"/><c:size val="{size}"/><c:spPr>{colour_xml(colour)}'
        "<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"
    )


def _dots(made: _Chart) -> str:
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
            marker=_marker(paint, made.style.dot),
            rows="row",
        )
    for place, mark in enumerate(made.plot.marks):
        if mark.kind == "level":
            series += _path(made, mark_head(place, mark), line_xml("tx1", 1.5, alpha=50, dash="sysDash"))
    return _scatter(made, series)


def _steps(made: _Chart) -> str:
    """A waterfall of rows: thick lines for the steps, thin ones for their intervals."""
    points = made.plot.series[0]
    thick = max(6.0, min(22.0, 150 / max(1, len(made.plot.categories))))
    series = ""
    for number, colour in enumerate(dict.fromkeys(points.colours)):
        series += _path(made, f"step {number + 1}", line_xml(made.paint(colour), thick))
    series += _path(made, "interval 1", line_xml("tx1", 1.75, alpha=75))
    return _scatter(made, series + _path(made, "no difference", line_xml("tx1", 1, alpha=45)))


def _path(made: _Chart, head: str, line: str, *, marker: str = "", rows: str = "") -> str:
    """One series of a scatter chart from two columns of the sheet: a path with gaps, or dots."""
    x, y = made.sheet.place(head), made.sheet.place(rows or f"{head}, row")
    none = '<c:marker><c:symbol val="none"/></c:marker>'
    return (
        f"<c:ser>{made.head(x)}<c:spPr>{line}</c:spPr>{marker or none}"
        f'<c:xVal>{made.numbers(x)}</c:xVal><c:yVal>{made.numbers(y)}</c:yVal><c:smooth val="0"/></c:ser>'
    )


def _scatter(made: _Chart, series: str) -> str:
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
