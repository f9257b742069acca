"""Text boxes, tables and charts put on a slide at a place in points."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml import parse_xml
from pptx.util import Pt

from nps_core.charts.draw.pptx_parts import colour_xml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.draw.datasheet import Sheet

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
_SPACES = f'xmlns:a="{A}" xmlns:p="{P}"'
_MARGIN = 360  # of a cell, in EMU: LibreOffice makes margins of 0 its own wide ones
_LONGEST_ALT = 1200  # characters; a screen reader reads them all aloud


@dataclass(frozen=True)
class Box:
    """A place on a slide, in points from its upper left corner."""

    x: float
    y: float
    w: float
    h: float

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.y + self.h

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.x + self.w


@dataclass(frozen=True)
class Run:
    """Words of one look: size in points, colour of the theme ("tx1") or its own, strength in percent."""

    text: str
    size: float
    bold: bool = False
    colour: str = "tx1"
    alpha: int = 100


@dataclass(frozen=True)
class Paragraph:
    """A line or more of runs."""

    runs: tuple[Run, ...]
    align: str = "l"
    before: float = 0


def say(
    text: str,
    size: float,
    *,
    align: str = "l",
    before: float = 0,
    **look: Any,  # noqa: ANN401 - of the run
) -> Paragraph:
    """A paragraph of one run."""
    return Paragraph((Run(text, size, **look),), align, before)


def text_box(
    slide: Any,  # noqa: ANN401
    name: str,
    box: Box,
    paragraphs: Sequence[Paragraph],
    *,
    anchor: str = "t",
) -> None:
    """Words in a box that neither grows nor shrinks: what does not fit was cut before."""
    tree = slide.shapes._spTree  # noqa: SLF001 - written as a whole: ten times quicker than run by run
    tree.append(
        parse_xml(
            f'<p:sp {_SPACES}><p:nvSpPr><p:cNvPr id="{_next_id(slide)}" name={quoteattr(name)}/><p:cNvSpPr'
            ' txBox="1"/><p:nvPr/></p:nvSpPr>'
            f'<p:spPr>{_place(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/></p:spPr>'
            '<p:txBody><a:bodyPr wrap="square" lIns="0" tIns="0" rIns="0" bIns="0" rtlCol="0"'
            f' anchor="{anchor}"><a:noAutofit/></a:bodyPr><a:lstStyle/>'
            f"{''.join(map(_paragraph, paragraphs))}</p:txBody></p:sp>"
        )
    )


def rectangle(slide: Any, name: str, box: Box, colour: str) -> None:  # noqa: ANN401
    """A filled place without words."""
    slide.shapes._spTree.append(  # noqa: SLF001
        parse_xml(
            f'<p:sp {_SPACES}><p:nvSpPr><p:cNvPr id="{_next_id(slide)}"'
            f" name={quoteattr(name)}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>"
            f"<p:spPr>{_place(box)}<a:prstGeom"
            f' prst="rect"><a:avLst/></a:prstGeom>{colour_xml(colour)}<a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
        )
    )


def table(  # noqa: PLR0913 - what a table is made of, each by its name
    slide: Any,  # noqa: ANN401
    name: str,
    box: Box,
    columns: Sequence[tuple[float, Sequence[Paragraph]]],
    heights: Sequence[float],
    *,
    alt: str = "",
    rule: str = "tx1",
    fills: Sequence[Sequence[tuple[str, int] | None]] = (),
    gap: float = 0.0,
) -> None:
    """A table without boxes: columns of (width, one paragraph a row), thin lines between the rows; `gap` between them.

    `fills` colours the cells, a column a sequence: a colour and its strength in percent, None for no ground.
    """
    grid = "".join(f'<a:gridCol w="{Pt(width)}"/>' for width, _ in columns)
    rows = "".join(
        f'<a:tr h="{Pt(height)}">'
        + "".join(
            _cell(cells[row], rule=rule if row else "", fill=fills[place][row] if fills else None, gap=gap)
            for place, (_, cells) in enumerate(columns)
        )
        + "</a:tr>"
        for row, height in enumerate(heights)
    )
    slide.shapes._spTree.append(  # noqa: SLF001
        parse_xml(
            f'<p:graphicFrame {_SPACES}><p:nvGraphicFramePr><p:cNvPr id="{_next_id(slide)}"'
            f" name={quoteattr(name)} descr={quoteattr(alt[:_LONGEST_ALT])}/>"
            "<p:cNvGraphicFramePr><a:graphicFrameLocks"
            ' noGrp="1"/></p:cNvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr>'
            f'<p:xfrm><a:off x="{Pt(box.x)}" y="{Pt(box.y)}"/><a:ext cx="{Pt(box.w)}"'
            f' cy="{Pt(box.h)}"/></p:xfrm>'
            '<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/table">'
            "<a:tbl><a:tblPr"
            f' firstRow="1"/><a:tblGrid>{grid}</a:tblGrid>{rows}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
        )
    )


def chart(slide: Any, name: str, box: Box, made: tuple[str, Sheet], alt: str) -> None:  # noqa: ANN401
    """A native chart with its data sheet."""
    xml, sheet = made
    put_chart(slide, name, (box.x, box.y, box.w, box.h), (xml, sheet.xlsx()), alt)


def put_chart(slide: Any, name: str, box: Sequence[float], made: tuple[str, bytes], alt: str) -> None:  # noqa: ANN401
    """A chart that is written already, and the workbook behind it."""
    frame = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *map(Pt, box), _Ready(*made))
    frame.name = name
    frame._element.nvGraphicFramePr.cNvPr.set("descr", alt[:_LONGEST_ALT])  # noqa: SLF001 - python-pptx has no alt text


def take_out(slide: Any, shape: Any) -> None:  # noqa: ANN401
    """Take a shape off a slide, the chart behind it too: figures of another time must not live on unseen."""
    chart_id = shape._element.chart_rId if getattr(shape, "has_chart", False) else ""  # noqa: SLF001
    shape._element.getparent().remove(shape._element)  # noqa: SLF001
    if chart_id:
        slide.part.drop_rel(chart_id)


def is_rtl(text: str) -> bool:
    """Whether a text is read from the right: its first letter says."""
    for char in text:
        way = unicodedata.bidirectional(char)
        if way in {"R", "AL"}:
            return True
        if way == "L":
            return False
    return False


class _Ready:
    """A chart that is written already, as python-pptx takes chart data."""

    def __init__(self, xml: str, book: bytes) -> None:
        self._xml, self._workbook_writer = xml, self
        self.xlsx_blob = book

    def xml_bytes(self, _kind: object) -> bytes:
        return self._xml.encode("utf-8")


def _next_id(slide: Any) -> int:  # noqa: ANN401
    return int(slide.shapes._next_shape_id)  # noqa: SLF001


def _place(box: Box) -> str:
    return (
        f'<a:xfrm><a:off x="{Pt(box.x)}" y="{Pt(box.y)}"/><a:ext cx="{Pt(box.w)}" cy="{Pt(box.h)}"/></a:xfrm>'
    )


def _paragraph(one: Paragraph) -> str:
    backwards = is_rtl("".join(run.text for run in one.runs))
    align = "r" if backwards and one.align == "l" else one.align
    rtl = ' rtl="1"' if backwards else ""
    before = f'<a:spcBef><a:spcPts val="{round(one.before * 100)}"/></a:spcBef>'
    runs = "".join(
        f'<a:r><a:rPr lang="en-GB" sz="{round(run.size * 100)}" b="{int(run.bold)}"'
        f' dirty="0">{colour_xml(run.colour, run.alpha)}</a:rPr><a:t>{escape(run.text)}</a:t></a:r>'
        for run in one.runs
    )
    return (
        f'<a:p><a:pPr algn="{align}" marL="0" indent="0"{rtl}><a:lnSpc><a:spcPct'
        f' val="100000"/></a:lnSpc>{before}<a:buNone/></a:pPr>{runs}</a:p>'
    )


def _cell(one: Paragraph, *, rule: str, fill: tuple[str, int] | None = None, gap: float = 0.0) -> str:
    none = "<a:noFill/>"
    ground = colour_xml(*fill) if fill else none
    top = f'<a:lnT w="9525">{colour_xml(rule)}</a:lnT>' if rule else f'<a:lnT w="0">{none}</a:lnT>'
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{_paragraph(one)}</a:txBody>"
        f'<a:tcPr marL="{_MARGIN}" marR="{max(_MARGIN, Pt(gap))}" marT="{_MARGIN}" marB="{_MARGIN}" anchor="ctr">'
        f'<a:lnL w="0">{none}</a:lnL><a:lnR w="0">{none}</a:lnR>{top}'
        f'<a:lnB w="0">{none}</a:lnB>{ground}</a:tcPr></a:tc>'
    )
