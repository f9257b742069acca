"""The ground of a deck: the colours behind its slides, and what can be read on all of them."""

from __future__ import annotations

import colorsys
from typing import TYPE_CHECKING, Any

from nps_core.charts.colours import ACCENT, COLOURS, DARK, LIGHT, ON_COLOUR
from nps_core.report.shapes import A, P

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

WORDS, LARGE = 4.5, 3.0
"""Contrast with the ground that WCAG asks of words; and of large ones, lines and dots."""

_WHITE, _INK = "#ffffff", "#1b2430"
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
    return max((_INK, _WHITE), key=lambda ink: contrast(ink, grounds))


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
