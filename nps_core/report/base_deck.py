"""The deck that a report is drawn on when nobody brings a template: 16:9, light ground, large type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Pt

from nps_core.charts.colours import ACCENT, GROUP_COLOURS
from nps_core.report.shapes import A

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Deck

MARK = "NPS base"
"""The name of the bar over the titles, by which a deck that was made on this base is known again."""

WIDTH, HEIGHT = 960, 540  # points: 13.33 by 7.5 inches
EDGE = 44  # points that are left free on either side

_INK, _QUIET, _PAPER, _MIST = "1B2430", "5B6673", "FFFFFF", "F3F5F8"
_FONT = "Arial"  # on every machine that shows a deck, or with a stand-in of the same widths
_COLOURS = {
    "dk1": _INK,
    "lt1": _PAPER,
    "dk2": "2E3A4A",
    "lt2": _MIST,
    "accent1": ACCENT[1:],
    "accent2": GROUP_COLOURS["promoter"][1:],
    "accent3": GROUP_COLOURS["passive"][1:],
    "accent4": GROUP_COLOURS["detractor"][1:],
    "accent5": "7A5EA8",
    "accent6": "B8860B",
    "hlink": ACCENT[1:],
    "folHlink": _QUIET,
}
_KEPT = ("Title Slide", "Title and Content", "Title Only", "Blank")
_PLACES = {  # type of placeholder: x, y, width, height in points
    "title": (EDGE, 36, WIDTH - 2 * EDGE, 72),
    "body": (EDGE, 150, WIDTH - 2 * EDGE, 330),
    "dt": (EDGE, 508, 160, 20),
    "ftr": (220, 508, 520, 20),
    "sldNum": (WIDTH - EDGE - 80, 508, 80, 20),
    "ctrTitle": (EDGE, 120, WIDTH - 2 * EDGE, 150),
    "subTitle": (EDGE, 286, WIDTH - 2 * EDGE, 170),
}


def base_deck() -> Deck:
    """A new deck without slides.

    Its masters and layouts are python-pptx's, made anew in their places, type and colours.
    """
    deck = Presentation()
    deck.slide_width, deck.slide_height = Pt(WIDTH), Pt(HEIGHT)
    for layout in list(deck.slide_layouts):
        if layout.name not in _KEPT:
            deck.slide_layouts.remove(layout)
    master = deck.slide_master
    _theme(master)
    for holder in (master, *deck.slide_layouts):
        for shape in holder.placeholders:
            _place(shape)
    _type(master)
    _bar(master)
    return deck


def _theme(master: Any) -> None:  # noqa: ANN401 - python-pptx has no types
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    theme = parse_xml(part.blob)
    for name, colour in _COLOURS.items():
        slot = theme.find(f".//{{{A}}}{name}")
        slot.clear()
        etree.SubElement(slot, f"{{{A}}}srgbClr", val=colour.upper())
    for latin in theme.iter(f"{{{A}}}latin"):
        latin.set("typeface", _FONT)
    # A part of raw bytes has no other way in.
    part._blob = etree.tostring(  # noqa: SLF001
        theme, encoding="UTF-8", xml_declaration=True, standalone=True
    )


def _place(shape: Any) -> None:  # noqa: ANN401
    kind = shape._element.ph.get("type", "body")  # noqa: SLF001 - the type as the file has it
    if kind in _PLACES:
        shape.left, shape.top, shape.width, shape.height = (Pt(value) for value in _PLACES[kind])
    body = shape._element.txBody.bodyPr  # noqa: SLF001
    for side in ("lIns", "rIns", "tIns", "bIns"):
        body.set(side, "0")
    if kind in {"title", "subTitle"}:
        body.set("anchor", "t")
    if kind == "ctrTitle":
        body.set("anchor", "b")
    for fitted in body.findall(f"{{{_A}}}normAutofit"):
        body.remove(fitted)


def _type(master: Any) -> None:  # noqa: ANN401
    """Titles bold, from the left; text from large to small."""
    styles = master._element.find(f"{{{_P}}}txStyles")  # noqa: SLF001
    title = styles.find(f"{{{_P}}}titleStyle/{{{_A}}}lvl1pPr")
    title.set("algn", "l")
    title.find(f"{{{_A}}}defRPr").attrib.update({"sz": "2800", "b": "1"})
    for level, size in enumerate((1800, 1600, 1400, 1400, 1400), 1):
        own = styles.find(f"{{{_P}}}bodyStyle/{{{_A}}}lvl{level}pPr")
        own.find(f"{{{_A}}}defRPr").set("sz", str(size))
    for layout in master.slide_layouts:
        for shape in layout.placeholders:
            kind = shape._element.ph.get("type")  # noqa: SLF001
            if kind in {"ctrTitle", "subTitle"}:
                for level in shape._element.iter(f"{{{_A}}}lvl1pPr"):  # noqa: SLF001
                    level.set("algn", "l")
                _first_size(shape, 4000 if kind == "ctrTitle" else 1800)


def _first_size(shape: Any, size: int) -> None:  # noqa: ANN401
    style = shape._element.txBody.find(f"{{{_A}}}lstStyle")  # noqa: SLF001
    level = style.find(f"{{{_A}}}lvl1pPr")
    if level is None:
        level = style.makeelement(f"{{{_A}}}lvl1pPr", {"algn": "l"})
        style.insert(0, level)
    own = level.find(f"{{{_A}}}defRPr")
    if own is None:
        own = level.makeelement(f"{{{_A}}}defRPr", {})
        level.append(own)
    own.set("sz", str(size))
    for fill in own.findall(f"{{{_A}}}solidFill"):
        own.remove(fill)


def _bar(master: Any) -> None:  # noqa: ANN401
    """A short bar over every title."""
    master.shapes._spTree.append(  # noqa: SLF001 - masters have no way to add a shape
        parse_xml(
            f'<p:sp xmlns:p="{_P}" xmlns:a="{_A}"><p:nvSpPr><p:cNvPr id="99"'
            f' name="{MARK}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm><a:off'
            f' x="{Pt(EDGE)}" y="{Pt(22)}"/><a:ext cx="{Pt(48)}" cy="{Pt(5)}"/></a:xfrm><a:prstGeom'
            ' prst="rect"><a:avLst/></a:prstGeom><a:solidFill><a:schemeClr'
            ' val="accent1"/></a:solidFill><a:ln><a:noFill/></a:ln></p:spPr></p:sp>'
        )
    )


_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_P = "http://schemas.openxmlformats.org/presentationml/2006/main"
