"""The pieces of a native chart's XML: text, numbers with the cells they stand in, axes, labels, error bars."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from nps_core.charts.spec import ACCENT, COLOURS, ON_COLOUR, Chart, Value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.charts.axes import Axis
    from nps_core.charts.draw.datasheet import Sheet

_SPACES = (
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
FORMS = {
    "points": "+0;−0;0",
    "size": "0",
    "responses": "#,##0",
    "percent": '0"%"',
    "mean": "0.0",
    "share": "0%",
}
"""How numbers are written, by the unit of their axis."""
_EMU = 12700  # in a point


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
    quiet
        The colour of the labels of axes.
    room
        Width and height of the plot area in points, so that names beside dots keep clear of each other; None where
        they are not known.
    paints, on_paints
        The colours of marks by their meaning, and of what is written on them (light where none is named).
    """

    size: float = 14
    accent: str = ACCENT
    ink: str = "tx1"
    area: tuple[float, float, float, float] | None = None
    labels: bool = True
    dot: int = 12
    quiet: str = "tx1"
    room: tuple[float, float] | None = None
    paints: Mapping[str, str] = field(default_factory=lambda: COLOURS)
    on_paints: Mapping[str, str] = field(default_factory=lambda: ON_COLOUR)


def colour_xml(colour: str, alpha: int = 100) -> str:
    """A colour, of the theme or its own, as a solid fill; `alpha` in percent."""
    inside = "" if alpha == 100 else f'<a:alpha val="{alpha * 1000}"/>'  # noqa: PLR2004 - opaque
    if colour.startswith("#"):
        return f'<a:solidFill><a:srgbClr val="{colour[1:].upper()}">{inside}</a:srgbClr></a:solidFill>'
    return f'<a:solidFill><a:schemeClr val="{colour}">{inside}</a:schemeClr></a:solidFill>'


class Pieces:
    """The pieces of one chart's XML."""

    def __init__(self, chart: Chart, sheet: Sheet, style: Style) -> None:
        self.chart, self.sheet, self.style, self.count = chart, sheet, style, 0
        self.is_scatter = chart.kind in {"dots", "strip", "steps", "plane"}
        self.longest = max(len(column.cells) for column in sheet.columns) if self.is_scatter else 0

    def whole(self, body: str) -> str:
        """The chart of these pieces."""
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
        return re.sub(r'<a:schemeClr val="tx1">((?:<a:alpha val="\d+"/>)?)</a:schemeClr>', own, whole)

    def text(self, *, bold: bool = False, colour: str = "tx1", scale: float = 1.0, alpha: int = 100) -> str:
        """How text is written, as a share of the chart's type."""
        size = round(self.style.size * scale * 100)
        return (
            '<c:txPr><a:bodyPr rot="0" vert="horz"/><a:lstStyle/><a:p><a:pPr>'
            f'<a:defRPr sz="{size}" b="{int(bold)}">{colour_xml(colour, alpha)}</a:defRPr></a:pPr>'
            '<a:endParaRPr lang="en-GB"/></a:p></c:txPr>'
        )

    def numbers(self, place: int, cells: Sequence[Value | str] | None = None, form: str = "General") -> str:
        """Numbers with the cells that they stand in."""
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
            f"<c:numRef><c:f>{self.sheet.reference(place, len(cells))}</c:f><c:numCache>"
            f"<c:formatCode>{escape(form)}</c:formatCode>"
            f'<c:ptCount val="{len(cells)}"/>{points}</c:numCache></c:numRef>'
        )

    def categories(self) -> str:
        """The categories with their cells."""
        points = "".join(
            f'<c:pt idx="{row}"><c:v>{escape(str(cell))}</c:v></c:pt>'
            for row, cell in enumerate(self.chart.categories)
        )
        return (
            f"<c:cat><c:strRef><c:f>{self.sheet.reference(0)}</c:f><c:strCache>"
            f'<c:ptCount val="{len(self.chart.categories)}"/>'
            f"{points}</c:strCache></c:strRef></c:cat>"
        )

    def head(self, place: int) -> str:
        """The start of a series: its number and the cell of its name."""
        number = self.count
        self.count += 1
        name = escape(self.sheet.columns[place].head)
        return (
            f'<c:idx val="{number}"/><c:order val="{number}"/><c:tx><c:strRef>'
            f"<c:f>{self.sheet.head(place)}</c:f>"
            f'<c:strCache><c:ptCount val="1"/><c:pt idx="0"><c:v>{name}</c:v></c:pt></c:strCache>'
            "</c:strRef></c:tx>"
        )

    def paint(self, meaning: str) -> str:
        """The look of a colour; the accent is the theme's."""
        return self.style.accent if meaning == "accent" else self.style.paints[meaning]

    def labels(
        self,
        position: str | Sequence[str],
        *,
        shown: Sequence[int],
        texts: Sequence[str] | Mapping[int, str] = (),
        unit: str = "",
        colour: str = "tx1",
        bold: bool = True,
        scale: float = 1.0,
    ) -> str:
        """Data labels at some points: their values, or a text for each; in one position, or one for each."""
        text = self.text(bold=bold, colour=colour, scale=scale).replace(
            "<a:bodyPr ", '<a:bodyPr wrap="none" '
        )
        size = round(self.style.size * scale * 100)
        show = (
            '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
            '<c:showPercent val="0"/><c:showBubbleSize val="0"/>'
        )
        form = escape(FORMS[unit or self.chart.axis.unit], {'"': "&quot;"})
        each = ""
        for place in shown:
            said = (
                '<c:tx><c:rich><a:bodyPr wrap="none"/><a:lstStyle/><a:p><a:r>'
                f'<a:rPr lang="en-GB" sz="{size}" b="{int(bold)}">{colour_xml(colour)}</a:rPr>'
                f"<a:t>{escape(texts[place])}</a:t></a:r></a:p></c:rich></c:tx>"
                if texts
                else f'<c:numFmt formatCode="{form}" sourceLinked="0"/><c:spPr><a:noFill/></c:spPr>{text}'
            )
            where = position if isinstance(position, str) else position[place]
            each += f'<c:dLbl><c:idx val="{place}"/>{said}<c:dLblPos val="{where}"/>{show}</c:dLbl>'
        none = show.replace('showVal val="1"', 'showVal val="0"')
        return f"<c:dLbls>{each}{none}</c:dLbls>"

    def error_bars(self, name: str, *, line: str, lying: bool = False) -> str:
        """The interval of a series as error bars along its values, from two columns of the sheet."""
        if not self.sheet.has(f"to less {name}"):
            return ""
        plus, minus = self.sheet.place(f"to less {name}"), self.sheet.place(f"{name} less from")
        way = "" if lying else '<c:errDir val="y"/>'  # bars that lie know one direction alone
        return (
            f'<c:errBars>{way}<c:errBarType val="both"/><c:errValType val="cust"/><c:noEndCap val="1"/>'
            f"<c:plus>{self.numbers(plus)}</c:plus><c:minus>{self.numbers(minus)}</c:minus>"
            f"<c:spPr>{line}</c:spPr></c:errBars>"
        )

    def value_axis(
        self,
        own: int,
        other: int,
        *,
        place: str,
        ends: Axis | None = None,
        step: float = 0.0,
        shown: bool = True,
        grid: bool = True,
    ) -> str:
        """An axis of numbers, with thin grid lines."""
        axis = ends or self.chart.axis
        step = step or axis.step
        unit = f'<c:majorUnit val="{step:g}"/>' if step else ""
        between = "midCat" if self.is_scatter else "between"
        lines = (
            f"<c:majorGridlines><c:spPr>{line_xml('tx1', 0.75, alpha=14)}</c:spPr></c:majorGridlines>"
            if grid and shown
            else ""
        )
        return (
            f'<c:valAx><c:axId val="{own}"/><c:scaling><c:orientation val="minMax"/>'
            f'<c:max val="{axis.high!r}"/><c:min val="{axis.low!r}"/></c:scaling>'
            f'<c:delete val="{int(not shown)}"/><c:axPos val="{place}"/>{lines}'
            f'<c:numFmt formatCode="{escape(FORMS[axis.unit], {chr(34): "&quot;"})}" sourceLinked="0"/>'
            '<c:majorTickMark val="none"/><c:minorTickMark val="none"/>'
            f'<c:tickLblPos val="low"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>{self.text(colour=self.style.quiet)}'
            f'<c:crossAx val="{other}"/><c:crosses val="min"/>'
            f'<c:crossBetween val="{between}"/>{unit}</c:valAx>'
        )

    def category_axis(self, *, place: str, backwards: bool = False, line: bool = True) -> str:
        """The axis of names, 1, across that of values, 2; of many names, every so many are written."""
        size = len(self.chart.categories)
        skip = max(1, -(-size // 10)) if place == "b" else 1
        ink = line_xml("tx1", 1, alpha=45) if line else "<a:ln><a:noFill/></a:ln>"
        return (
            '<c:catAx><c:axId val="1"/><c:scaling>'
            f'<c:orientation val="{"maxMin" if backwards else "minMax"}"/></c:scaling>'
            f'<c:delete val="{int(not self.style.labels)}"/><c:axPos val="{place}"/>'
            '<c:numFmt formatCode="General" sourceLinked="0"/>'
            '<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>'
            f"<c:spPr>{ink}</c:spPr>{self.text(colour=self.style.quiet)}"
            '<c:crossAx val="2"/><c:crosses val="min"/><c:auto val="0"/><c:lblAlgn val="ctr"/>'
            '<c:lblOffset val="40"/>'
            f'<c:tickLblSkip val="{skip}"/><c:tickMarkSkip val="{skip}"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        )


def line_xml(colour: str, points: float, *, alpha: int = 100, dash: str = "", cap: str = "flat") -> str:
    """A line of a width in points."""
    way = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{round(points * _EMU)}" cap="{cap}">{colour_xml(colour, alpha)}{way}<a:round/></a:ln>'


def marker_xml(colour: str, size: int, *, symbol: str = "circle") -> str:
    """A dot of a size in points."""
    return (
        f'<c:marker><c:symbol val="{symbol}"/><c:size val="{size}"/><c:spPr>{colour_xml(colour)}'
        "<a:ln><a:noFill/></a:ln></c:spPr></c:marker>"
    )
