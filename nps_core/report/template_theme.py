"""The theme of a template: its fonts, its colours, and which of them can be read on its ground."""

from __future__ import annotations

import colorsys
import re
from typing import TYPE_CHECKING, Any

from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml

from nps_core.charts.colours import ACCENT
from nps_core.report.shapes import A, P

if TYPE_CHECKING:
    from collections.abc import Iterable

_EMU = 12700
_READABLE = 2.2  # contrast of lines and dots with the ground
_TITLE_SIZES = (18.0, 30.0)  # points; more is for titles of two words, which takeaways are not


def ph_type(shape: Any) -> str:  # noqa: ANN401
    """The type of a placeholder, as the file has it: "title", "body", "sldNum", ..."""
    # Not by python-pptx, which has no name for some types.
    return str(shape._element.ph.get("type", "obj"))  # noqa: SLF001


def _title_styles(layout: Any, shape: Any) -> list[Any]:  # noqa: ANN401
    """Where the type of titles is said, the nearest first: in the layout, in the master's title, in its title style."""
    master = layout.slide_master
    places = [shape._element] if shape is not None else []  # noqa: SLF001
    places += [one._element for one in master.placeholders if ph_type(one) == "title"]  # noqa: SLF001
    styles = master._element.find(f"{{{P}}}txStyles/{{{P}}}titleStyle")  # noqa: SLF001
    places += [styles] if styles is not None else []
    return [
        run
        for place in places
        for level in place.iter(f"{{{A}}}lvl1pPr")
        for run in level.iter(f"{{{A}}}defRPr")
    ]


def title_type(layout: Any, shape: Any) -> tuple[float, bool]:  # noqa: ANN401
    """Size in points and weight of titles."""
    own = _title_styles(layout, shape)
    size = next((int(run.get("sz")) / 100 for run in own if str(run.get("sz", "")).isdigit()), 28.0)
    bold = next((run.get("b") in {"1", "true"} for run in own if run.get("b")), False)
    unit = float(layout.part.package.presentation_part.presentation.slide_height or 0) / _EMU / 540
    return min(max(size, _TITLE_SIZES[0] * unit), _TITLE_SIZES[1] * unit), bold


def title_ink(layout: Any, shape: Any, colours: dict[str, str], ground: str) -> str:  # noqa: ANN401
    """The colour that titles need where their own cannot be read on the ground; else empty."""
    fills = [fill for run in _title_styles(layout, shape) for fill in run.findall(f"{{{A}}}solidFill")]
    own = next((_colour_in(fill, colours) for fill in fills), colours["tx1"])
    ink = ink_of(colours, ground)
    return "" if _contrast(own, ground) >= _READABLE else colours.get(ink, ink)


def _colour_in(holder: Any, colours: dict[str, str]) -> str:  # noqa: ANN401
    """The first colour that an element names."""
    for one in holder.iter(f"{{{A}}}srgbClr", f"{{{A}}}schemeClr"):
        value = one.get("val", "")
        return f"#{value}" if one.tag.endswith("srgbClr") else colours.get(value, colours["bg1"])
    return colours["bg1"]


def _theme(master: Any) -> Any:  # noqa: ANN401
    """The root of the theme; an empty one where there is none that can be read."""
    try:
        return parse_xml(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob)
    except (KeyError, SyntaxError):  # lxml's error is a SyntaxError
        return parse_xml(f'<a:theme xmlns:a="{A}"/>')


def fonts_of(master: Any) -> tuple[str, str]:  # noqa: ANN401
    """The fonts of titles and of text; empty where the theme names none."""
    theme = _theme(master)
    latin = [theme.find(f".//{{{A}}}{kind}Font/{{{A}}}latin") for kind in ("major", "minor")]
    return tuple(  # type: ignore[return-value]
        found.get("typeface", "") if found is not None else "" for found in latin
    )


def colours_of(master: Any) -> dict[str, str]:  # noqa: ANN401
    """The colours of the theme by the names that slides use: tx1, bg1, accent1, ..."""
    theme = _theme(master)
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


def ground_of(layout: Any, colours: dict[str, str]) -> str:  # noqa: ANN401
    """The colour behind the slide, as far as it is one; the theme's where it is a picture."""
    for holder in (layout, layout.slide_master):
        ground = holder._element.find(f"{{{P}}}cSld/{{{P}}}bg")  # noqa: SLF001
        if ground is not None:
            return _colour_in(ground, colours)
    return colours["bg1"]


def accent_of(colours: dict[str, str], ground: str) -> str:
    """The first accent of the theme that has a colour and can be told from the ground."""
    for number in range(1, 7):
        colour = colours[f"accent{number}"]
        # A saturation above 0.25 is no grey.
        if _contrast(colour, ground) >= _READABLE and colorsys.rgb_to_hls(*_rgb(colour))[2] > 0.25:  # noqa: PLR2004
            return f"accent{number}"
    return ACCENT


def ink_of(colours: dict[str, str], ground: str) -> str:
    """The theme's colour of text, unless the ground was painted over in one that it cannot be read on."""
    if _contrast(colours["tx1"], ground) >= 4.5:  # noqa: PLR2004 - what WCAG asks of text
        return "tx1"
    return "#1b2430" if _contrast("#1b2430", ground) > _contrast("#ffffff", ground) else "#ffffff"


def mixed(ink: str, ground: str, part: float) -> str:
    """So much of one colour on the other: borders of tables are drawn solid by some programs."""
    mixed = (part * one + (1 - part) * other for one, other in zip(_rgb(ink), _rgb(ground), strict=True))
    return "#" + "".join(f"{round(255 * value):02x}" for value in mixed)


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))


def _contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21 (WCAG 2.1)."""
    light = sorted((_luminance(_rgb(colour)) for colour in (one, other)), reverse=True)
    return (light[0] + 0.05) / (light[1] + 0.05)


def _luminance(rgb: Iterable[float]) -> float:
    # The transfer function of sRGB.
    linear = (
        value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004
        for value in rgb
    )
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
