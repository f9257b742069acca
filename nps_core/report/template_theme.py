"""The theme of a deck, ours or a template's: its fonts, its colours, and which of them can be read on its ground."""

from __future__ import annotations

import colorsys
import re
from typing import TYPE_CHECKING, Any

from lxml import etree
from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.util import Pt

from nps_core.charts.spec import ACCENT, COLOURS, DARK, GROUP_COLOURS, LIGHT, ON_COLOUR
from nps_core.report.shapes import A, P

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from pptx.presentation import Presentation as Deck


WORDS, LARGE = 4.5, 3.0
"""Contrast with the ground that WCAG asks of words; and of large ones, lines and dots."""

_WHITE, _DARK = "#ffffff", "#1b2430"
_FIRST_GROUND = 1001  # of the theme's grounds, as a slide master names them
_STRENGTHS = range(70, 101, 5)  # percent of the ink that quiet words may have
_GREY = 0.25  # saturation up to which a colour is a grey


def grounds_of(layout: Any, colours: Mapping[str, str], theme: Any) -> tuple[str, ...]:  # noqa: ANN401 - lxml
    """The colours behind the slides of a layout: one, or the stops of a gradient; the theme's where it is a picture."""
    usual = (colours["bg1"],)
    for holder in (layout, layout.slide_master):
        ground = holder._element.find(f"{{{P}}}cSld/{{{P}}}bg")  # noqa: SLF001
        if ground is None:
            continue
        named = ground.find(f"{{{P}}}bgRef")
        if named is None:
            return colours_in(ground, colours) or usual
        own = colours_in(named, colours) or usual
        fills = theme.find(f".//{{{A}}}bgFillStyleLst")
        place = int(named.get("idx", "0")) - _FIRST_GROUND
        if fills is None or not 0 <= place < len(fills):
            return own
        return colours_in(fills[place], {**colours, "phClr": own[0]}) or own
    return usual


def contrast(one: str, grounds: Sequence[str]) -> float:
    """Contrast of a colour with the one of some grounds that it can be told from least, 1 to 21 (WCAG 2.1)."""
    return min(_contrast(one, ground) for ground in grounds)


def readable(colour: str, grounds: Sequence[str], least: float = WORDS) -> str:
    """A colour, darkened or lightened until it can be read on all grounds; the best there is where none can."""
    ends = [[mixed(end, colour, step / 10) for step in range(11)] for end in ("#000000", _WHITE)]
    for near, far in zip(*ends, strict=True):
        best: str = max((near, far), key=lambda mix: contrast(mix, grounds))
        if contrast(best, grounds) >= least:
            return best
    return max((one[-1] for one in ends), key=lambda end: contrast(end, grounds))


def paints_of(grounds: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    """The colours of marks by their meaning, and those of what is written on them.

    A colour stays what it is where it is told from the ground as well as from white, or at 3:1; else it is darkened or
    lightened until it is.
    """
    paints = {
        meaning: colour
        if contrast(colour, grounds) >= min(LARGE, contrast(colour, (_WHITE,)))
        else readable(colour, grounds, LARGE)
        for meaning, colour in COLOURS.items()
    }
    written = {
        meaning: ON_COLOUR.get(meaning, LIGHT)
        if paint == COLOURS[meaning]
        else max((DARK, LIGHT), key=lambda ink: contrast(ink, (paint,)))
        for meaning, paint in paints.items()
    }
    return paints, written


def accent_of(colours: Mapping[str, str], grounds: Sequence[str]) -> str:
    """The first accent of the theme that has a colour and can be told from the ground."""
    for number in range(1, 7):
        colour = colours[f"accent{number}"]
        if contrast(colour, grounds) >= LARGE and colorsys.rgb_to_hls(*_rgb(colour))[2] > _GREY:
            return f"accent{number}"
    return readable(ACCENT, grounds, LARGE)


def ink_of(colours: Mapping[str, str], grounds: Sequence[str]) -> str:
    """The theme's colour of text, unless the ground was painted over in one that it cannot be read on."""
    if contrast(colours["tx1"], grounds) >= WORDS:
        return "tx1"
    return max((_DARK, _WHITE), key=lambda ink: contrast(ink, grounds))


def quiet_of(ink: str, grounds: Sequence[str]) -> str:
    """The colour of words that stand back behind others and can be read: solid, as some clip what is not."""
    mixes = (mixed(ink, grounds[0], part / 100) for part in _STRENGTHS)
    return next((mix for mix in mixes if contrast(mix, grounds) >= WORDS), ink)


def mixed(ink: str, ground: str, part: float) -> str:
    """So much of one colour on the other: borders of tables are drawn solid by some programs."""
    return _hex(part * one + (1 - part) * other for one, other in zip(_rgb(ink), _rgb(ground), strict=True))


def colours_in(holder: Any, colours: Mapping[str, str]) -> tuple[str, ...]:  # noqa: ANN401
    """The colours that an element names, as they are drawn; one that cannot be seen is none."""
    found = []
    for one in holder.iter(f"{{{A}}}srgbClr", f"{{{A}}}schemeClr", f"{{{A}}}sysClr"):
        value = one.get("lastClr", one.get("val", ""))
        plain = colours.get(value, "") if one.tag.endswith("schemeClr") else f"#{value}"
        seen = one.find(f"{{{A}}}alpha")
        if plain and (seen is None or seen.get("val") != "0"):
            found.append(_changed(plain, one))
    return tuple(dict.fromkeys(found))


def _changed(colour: str, element: Any) -> str:  # noqa: ANN401
    """A colour after what a theme does to it, in the order of the file."""
    rgb = _rgb(colour)
    for one in element:
        change = _CHANGES.get(one.tag.rpartition("}")[2])
        if change is not None:
            rgb = tuple(
                min(1.0, max(0.0, value)) for value in change(rgb, int(one.get("val", "100000")) / 100_000)
            )
    return _hex(rgb)


def _in_light(rgb: Sequence[float], change: Callable[[float], float]) -> tuple[float, ...]:
    """Tints and shades are mixed as light is."""
    return tuple(_curved(change(_linear(value))) for value in rgb)


def _in_hls(rgb: Sequence[float], change: Callable[[float, float], tuple[float, float]]) -> tuple[float, ...]:
    hue, light, full = colorsys.rgb_to_hls(*rgb)
    light, full = (min(1.0, max(0.0, value)) for value in change(light, full))
    return colorsys.hls_to_rgb(hue, light, full)


_CHANGES: dict[str, Callable[[Sequence[float], float], tuple[float, ...]]] = {
    "tint": lambda rgb, part: _in_light(rgb, lambda value: part * value + 1 - part),
    "shade": lambda rgb, part: _in_light(rgb, lambda value: part * value),
    "lumMod": lambda rgb, part: _in_hls(rgb, lambda light, full: (light * part, full)),
    "lumOff": lambda rgb, part: _in_hls(rgb, lambda light, full: (light + part, full)),
    "satMod": lambda rgb, part: _in_hls(rgb, lambda light, full: (light, full * part)),
}


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def _hex(rgb: Iterable[float]) -> str:
    return "#" + "".join(f"{round(255 * value):02x}" for value in rgb)


def _contrast(one: str, other: str) -> float:
    light = sorted((_luminance(_rgb(colour)) for colour in (one, other)), reverse=True)
    return (light[0] + 0.05) / (light[1] + 0.05)


def _luminance(rgb: Iterable[float]) -> float:
    return sum(weight * _linear(value) for weight, value in zip((0.2126, 0.7152, 0.0722), rgb, strict=True))


def _linear(value: float) -> float:
    """The transfer function of sRGB."""
    return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004


def _curved(value: float) -> float:
    return value * 12.92 if value <= 0.00304 else 1.055 * value ** (1 / 2.4) - 0.055  # noqa: PLR2004


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
