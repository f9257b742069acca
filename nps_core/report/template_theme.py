"""The theme of a deck, ours or a template's: its fonts, its colours, and which of them can be read on its ground."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Pt

from nps_core.charts.colours import ACCENT, GROUP_COLOURS
from nps_core.report.shapes import A, P
from nps_core.report.template_ground import LARGE, WORDS, colours_in, contrast, grounds_of, ink_of

if TYPE_CHECKING:
    from pptx.presentation import Presentation as Deck

_EMU = 12700
_CAPITALS = 1.35  # times as wide as small letters
_LETTER = 0.55  # of the type size, a letter's width
_TITLE_SIZES = (18.0, 30.0)  # points; more is for titles of two words, which takeaways are not


def ph_type(shape: Any) -> str:  # noqa: ANN401
    """The type of a placeholder, as the file has it: "title", "body", "sldNum", ..."""
    # Not by python-pptx, which has no name for some types.
    return str(shape._element.ph.get("type", "obj"))  # noqa: SLF001


def _styles(layout: Any, shape: Any, kind: str = "title") -> list[Any]:  # noqa: ANN401
    """Where type is said, the nearest first: in the layout, in the master's place of that kind, in its style."""
    master = layout.slide_master
    places = [shape._element] if shape is not None else []  # noqa: SLF001
    places += [one._element for one in master.placeholders if ph_type(one) == kind]  # noqa: SLF001
    styles = master._element.find(f"{{{P}}}txStyles/{{{P}}}{kind}Style")  # noqa: SLF001
    places += [styles] if styles is not None else []
    return [
        run
        for place in places
        for level in place.iter(f"{{{A}}}lvl1pPr")
        for run in level.iter(f"{{{A}}}defRPr")
    ]


def title_type(layout: Any, shape: Any) -> tuple[float, bool]:  # noqa: ANN401
    """Size in points and weight of titles."""
    own = _styles(layout, shape)
    size = next((int(run.get("sz")) / 100 for run in own if str(run.get("sz", "")).isdigit()), 28.0)
    bold = next((run.get("b") in {"1", "true"} for run in own if run.get("b")), False)
    unit = float(layout.part.package.presentation_part.presentation.slide_height or 0) / _EMU / 540
    return min(max(size, _TITLE_SIZES[0] * unit), _TITLE_SIZES[1] * unit), bold


def wider_titles(layout: Any, shape: Any, size: float) -> float:  # noqa: ANN401
    """How much wider titles run than they are measured, where they are set in capitals or apart."""
    own = _styles(layout, shape)
    caps = next((run.get("cap") for run in own if run.get("cap")), "none")
    apart = next((int(run.get("spc")) / 100 for run in own if run.get("spc")), 0.0)
    return (_CAPITALS if caps == "all" else 1.0) * (1 + max(0.0, apart) / (_LETTER * size))


def ink_in(layout: Any, shape: Any, colours: dict[str, str], kind: str = "title") -> str:  # noqa: ANN401
    """The colour that words need in a place of a layout whose own cannot be read on its ground; else empty."""
    grounds = grounds_of(layout, colours, theme_of(layout.slide_master))
    fills = [fill for run in _styles(layout, shape, kind) for fill in run.findall(f"{{{A}}}solidFill")]
    own = next((one for fill in fills for one in colours_in(fill, colours)), colours["tx1"])
    ink = ink_of(colours, grounds)
    return "" if contrast(own, grounds) >= (LARGE if kind == "title" else WORDS) else colours.get(ink, ink)


def theme_of(master: Any) -> Any:  # noqa: ANN401
    """The root of the theme; an empty one where there is none that can be read."""
    try:
        return parse_xml(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    except (KeyError, SyntaxError):  # lxml's error is a SyntaxError
        return parse_xml(f'<a:theme xmlns:a="{A}"/>')


def fonts_of(master: Any) -> tuple[str, str]:  # noqa: ANN401
    """The fonts of titles and of text; empty where the theme names none."""
    theme = theme_of(master)
    latin = [theme.find(f".//{{{A}}}{kind}Font/{{{A}}}latin") for kind in ("major", "minor")]
    return tuple(  # type: ignore[return-value]
        found.get("typeface", "") if found is not None else "" for found in latin
    )


def colours_of(master: Any) -> dict[str, str]:  # noqa: ANN401
    """The colours of the theme by the names that slides use: tx1, bg1, accent1, ..."""
    theme = theme_of(master)
    own = {}
    for name in ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7))):
        found = theme.find(f".//{{{A}}}{name}/*")
        value = "" if found is None else found.get("lastClr", found.get("val", ""))
        known = re.fullmatch(r"[0-9A-Fa-f]{6}", value)
        own[name] = f"#{value}" if known else ("#ffffff" if name in {"lt1", "lt2"} else "#000000")
    mapped = master._element.find(f"{{{P}}}clrMap")  # noqa: SLF001
    names = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
    if mapped is not None:
        names.update({name: mapped.get(name, names[name]) for name in names})
    return {**own, **{name: own.get(to, "#000000") for name, to in names.items()}}


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


_FOOT = {"dt", "ftr", "sldNum"}


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
    _set_theme(master)
    for holder in (master, *deck.slide_layouts):
        for shape in holder.placeholders:
            _place(shape)
    _type(master)
    _bar(master)
    return deck


def _set_theme(master: Any) -> None:  # noqa: ANN401 - python-pptx has no types
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
    for holder in (master, *master.slide_layouts):
        for shape in holder.placeholders:
            kind = shape._element.ph.get("type")  # noqa: SLF001
            if kind in _FOOT:  # their grey is too light to be read at that size
                for run in shape._element.iter(f"{{{_A}}}defRPr"):  # noqa: SLF001
                    for tint in run.iter(f"{{{_A}}}tint"):
                        tint.getparent().remove(tint)
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
