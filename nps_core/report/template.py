"""A firm's own template: opened with care, and understood by the types of its placeholders."""

from __future__ import annotations

import colorsys
import io
import re
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE

from nps_core.charts.base import ACCENT
from nps_core.errors import ReportError
from nps_core.report.base import MARK, base_deck
from nps_core.report.measure import font_factor
from nps_core.report.shapes import A, Box, P

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pptx.presentation import Presentation as Deck

PREFIX = "nps:"
"""Names of shapes in a template that are filled start so."""

_TEMPLATE = b"application/vnd.openxmlformats-officedocument.presentationml.template.main+xml"
_DECK = b"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_MOST_BYTES = 400_000_000  # of a template, unpacked; pictures of a large one are some tens of millions
_EMU = 12700
_FOOTERS = {"dt", "ftr", "sldNum"}
_LEAST_WIDTH, _LEAST_HEIGHT = (
    0.4,
    0.4,
)  # of the slide: a title narrower than that stands at a side, a body lower is too low
_EDGE = 0.045  # of the slide, left free where a template says nothing
_READABLE = 2.2  # contrast of lines and dots with the ground
_TITLE_SIZES = (18.0, 30.0)  # points; more is for titles of two words, which takeaways are not


@dataclass(frozen=True)
class Look:
    """Where things go on a slide of a deck, and how they look; places in points.

    Parameters
    ----------
    layout, cover
        The layouts of a slide with a title and of the first slide; `cover` None where there is none for it.
    title
        The place of the title; None for a deck without one (then a text box stands in).
    body
        The room that is left for subtitle, chart and source.
    title_size, title_bold, title_factor, factor
        The title's type; how wide the fonts of titles and of text run beside Arial.
    accent, ink, hair
        Colours for what is beyond chance, for text and for thin lines: of the theme, or their own.
    title_ink
        The colour of titles, where the template's own could not be read on its ground; else empty.
    unit
        One point on a slide 540 points high.
    doubts
        Sentences about what the template does not have.
    """

    layout: Any
    cover: Any
    title: Box | None
    body: Box
    title_size: float
    title_bold: bool
    title_factor: float
    factor: float
    accent: str
    ink: str
    hair: str
    unit: float
    width: float
    height: float
    title_ink: str = ""
    own: bool = False
    doubts: tuple[str, ...] = field(default=())


def open_template(data: bytes | None) -> tuple[Deck, Look]:
    """A deck to draw on, with all its slides, and its look; the built-in one for None.

    Raises
    ------
    ReportError
        Not a PowerPoint file, damaged, with macros, or larger than one may be.
    """
    deck = base_deck() if data is None else _opened(data)
    return deck, _look(deck, own=any(shape.name == MARK for shape in deck.slide_master.shapes))


def is_named(shape: Any) -> bool:  # noqa: ANN401 - python-pptx has no types
    """Whether a shape of a template is one to be filled."""
    return str(shape.name).strip().lower().startswith(PREFIX)


def _opened(data: bytes) -> Deck:
    hint = "Save the template in PowerPoint as .pptx or .potx and try again."
    try:
        deck = Presentation(io.BytesIO(_as_deck(data)))
        deck.slide_width, list(deck.slide_layouts), [list(slide.shapes) for slide in deck.slides]
    except ReportError:
        raise
    except Exception as error:  # python-pptx and lxml raise whatever a damaged file makes them meet
        raise ReportError("The template could not be read as a PowerPoint file.", hint=hint) from error
    if not deck.slide_width or not deck.slide_height or not len(deck.slide_layouts):
        raise ReportError("The template has no slide layout to draw on.", hint=hint)
    return deck


def _as_deck(data: bytes) -> bytes:
    """The bytes of a presentation: a .potx differs from a .pptx by one content type."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise ReportError("The template is an old .ppt, or locked with a password.", hint="Save it as .pptx or .potx without a password.")  # fmt: skip
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if sum(part.file_size for part in parts) > _MOST_BYTES:
            raise ReportError("The template is larger than a template may be.", hint="Take large pictures and films out of it.")  # fmt: skip
        if any("vbaproject" in part.filename.lower() for part in parts):
            raise ReportError("The template holds macros.", hint="Save it without them, as .pptx or .potx.")
        types = package.read("[Content_Types].xml")
        if _TEMPLATE not in types:
            return data
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in parts:
                own = package.read(part)
                copy.writestr(
                    part, own.replace(_TEMPLATE, _DECK) if part.filename == "[Content_Types].xml" else own
                )
        return out.getvalue()


def _look(deck: Deck, *, own: bool) -> Look:
    width, height = float(deck.slide_width or 0) / _EMU, float(deck.slide_height or 0) / _EMU
    found = [(_worth(layout, width, height), layout) for layout in deck.slide_layouts]
    usable = sorted(((worth, place) for place, (worth, _) in enumerate(found) if worth is not None), key=lambda one: (-one[0], one[1]))  # fmt: skip
    doubts: tuple[str, ...] = ()
    if usable:
        layout = found[usable[0][1]][1]
    else:
        layout = min(deck.slide_layouts, key=lambda one: len(list(one.placeholders)))
        doubts = ("The template has no layout with a title over an empty body: titles are drawn as text boxes on its plainest layout.",)  # fmt: skip
    shape = _title_of(layout) if usable else None
    title = _box(shape) if shape is not None else None
    colours = _colours(layout.slide_master)
    ground = _ground(layout, colours)
    fonts = _fonts(layout.slide_master)
    size, bold = _title_type(layout, shape)
    return Look(
        layout=layout,
        cover=next((one for one in deck.slide_layouts if _is_cover(one, width, height)), None),
        title=title,
        body=_body(layout, title, width, height),
        title_size=size,
        title_bold=bold,
        title_factor=font_factor(fonts[0]),
        factor=font_factor(fonts[1]),
        accent=_accent(colours, ground),
        ink=_ink(colours, ground),
        hair=_mixed(colours.get(_ink(colours, ground), _ink(colours, ground)), ground, 0.16),
        unit=height / 540,
        width=width,
        height=height,
        title_ink=_title_ink(layout, shape, colours, ground),
        own=own,
        doubts=doubts,
    )


def _worth(layout: Any, width: float, height: float) -> float | None:  # noqa: ANN401
    """How well a layout suits a title over a chart; None for one that does not."""
    shape = _title_of(layout)
    title = _box(shape) if shape is not None else None
    if shape is None or title is None or _is_vertical(shape):
        return None
    body = _body(layout, title, width, height)
    inside = title.x >= -1 and title.y >= -1 and title.right <= width + 1 and title.bottom <= height + 1
    if (
        not inside
        or title.w < _LEAST_WIDTH * width
        or body.h < _LEAST_HEIGHT * height
        or body.w < _LEAST_WIDTH * width
    ):
        return None
    others = [one for one in layout.placeholders if ph_type(one) not in {"title", "ctrTitle", *_FOOTERS}]
    over = [one for one in layout.shapes if not one.is_placeholder and _meets(_box(one), body)]
    centred = 2 if ph_type(shape) == "ctrTitle" else 0
    return body.h / height - 0.1 * len(others) - 0.5 * len(over) - centred


def _is_cover(layout: Any, width: float, height: float) -> bool:  # noqa: ANN401
    kinds = {ph_type(one): _box(one) for one in layout.placeholders}
    title, under = kinds.get("ctrTitle"), kinds.get("subTitle")
    return bool(
        title and under and title.w > _LEAST_WIDTH * width and under.w > _LEAST_WIDTH * width
        and not _meets(title, under) and max(title.bottom, under.bottom) <= height + 1 and max(title.right, under.right) <= width + 1
    )  # fmt: skip


def _body(layout: Any, title: Box | None, width: float, height: float) -> Box:  # noqa: ANN401
    """The room over the footers and under the title, or over it where that is more."""
    feet = [_box(one) for one in layout.placeholders if ph_type(one) in _FOOTERS]
    feet += [_box(one) for one in layout.slide_master.placeholders if ph_type(one) in _FOOTERS]
    low = [box.y for box in feet if box and box.y > height * 0.75]
    bottom = min([*low, height * (1 - _EDGE)])
    left, right = width * _EDGE, width * (1 - _EDGE)
    if title is not None:
        left, right = max(0.0, min(title.x, width * 0.2)), min(width, max(title.right, width * 0.8))
        left, right = max(left, width * 0.02), min(right, width * 0.98)
    top = height * _EDGE if title is None else title.bottom
    if title is not None and title.y - height * _EDGE > bottom - top:
        return Box(left, height * _EDGE, right - left, title.y - height * _EDGE)
    return Box(left, top, right - left, max(0.0, bottom - top))


def _title_of(layout: Any) -> Any:  # noqa: ANN401
    return next((one for one in layout.placeholders if ph_type(one) in {"title", "ctrTitle"}), None)


def ph_type(shape: Any) -> str:  # noqa: ANN401
    """The type of a placeholder, as the file has it: "title", "body", "sldNum", ..."""
    return str(shape._element.ph.get("type", "obj"))  # noqa: SLF001 - as the file has it; some types have no name in python-pptx


def _box(shape: Any) -> Box | None:  # noqa: ANN401
    sides = (shape.left, shape.top, shape.width, shape.height)
    return None if any(side is None for side in sides) else Box(*(side / _EMU for side in sides))


def _meets(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return False
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    return wide > 1 and high > 1


def _is_vertical(shape: Any) -> bool:  # noqa: ANN401
    return any(body.get("vert", "horz") != "horz" for body in shape._element.iter(f"{{{A}}}bodyPr"))  # noqa: SLF001


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


def _title_type(layout: Any, shape: Any) -> tuple[float, bool]:  # noqa: ANN401
    """Size in points and weight of titles."""
    own = _title_styles(layout, shape)
    size = next((int(run.get("sz")) / 100 for run in own if str(run.get("sz", "")).isdigit()), 28.0)
    bold = next((run.get("b") in {"1", "true"} for run in own if run.get("b")), False)
    unit = float(layout.part.package.presentation_part.presentation.slide_height or 0) / _EMU / 540
    return min(max(size, _TITLE_SIZES[0] * unit), _TITLE_SIZES[1] * unit), bold


def _title_ink(layout: Any, shape: Any, colours: dict[str, str], ground: str) -> str:  # noqa: ANN401
    fills = [fill for run in _title_styles(layout, shape) for fill in run.findall(f"{{{A}}}solidFill")]
    own = next((_colour_in(fill, colours) for fill in fills), colours["tx1"])
    ink = _ink(colours, ground)
    return "" if _contrast(own, ground) >= _READABLE else colours.get(ink, ink)


def _colour_in(holder: Any, colours: dict[str, str]) -> str:  # noqa: ANN401
    """The first colour that an element names."""
    for one in holder.iter(f"{{{A}}}srgbClr", f"{{{A}}}schemeClr"):
        value = one.get("val", "")
        return f"#{value}" if one.tag.endswith("srgbClr") else colours.get(value, colours["bg1"])
    return colours["bg1"]


def _theme(master: Any) -> str:  # noqa: ANN401
    try:
        return str(master.part.part_related_by(RELATIONSHIP_TYPE.THEME).blob.decode("utf-8", "replace"))
    except KeyError:
        return ""


def _fonts(master: Any) -> tuple[str, str]:  # noqa: ANN401
    theme = _theme(master)
    names = [
        re.search(rf'<a:{kind}Font>.*?<a:latin typeface="([^"]*)"', theme, re.DOTALL)
        for kind in ("major", "minor")
    ]
    return tuple(found[1] if found else "" for found in names)  # type: ignore[return-value]


def _colours(master: Any) -> dict[str, str]:  # noqa: ANN401
    """The colours of the theme by the names that slides use: tx1, bg1, accent1, ..."""
    theme = _theme(master)
    own = {}
    for name in ("dk1", "lt1", "dk2", "lt2", *(f"accent{number}" for number in range(1, 7))):
        found = re.search(
            rf'<a:{name}>\s*<a:(?:srgbClr val|sysClr val="\w+" lastClr)="([0-9A-Fa-f]{{6}})"', theme
        )
        own[name] = f"#{found[1]}" if found else ("#ffffff" if name in {"lt1", "lt2"} else "#000000")
    mapped = master._element.find(f"{{{P}}}clrMap")  # noqa: SLF001
    names = {"tx1": "dk1", "bg1": "lt1", "tx2": "dk2", "bg2": "lt2"}
    if mapped is not None:
        names.update({name: mapped.get(name, names[name]) for name in names})
    return {**own, **{name: own.get(to, "#000000") for name, to in names.items()}}


def _ground(layout: Any, colours: dict[str, str]) -> str:  # noqa: ANN401
    """The colour behind the slide, as far as it is one; the theme's where it is a picture."""
    for holder in (layout, layout.slide_master):
        ground = holder._element.find(f"{{{P}}}cSld/{{{P}}}bg")  # noqa: SLF001
        if ground is not None:
            return _colour_in(ground, colours)
    return colours["bg1"]


def _accent(colours: dict[str, str], ground: str) -> str:
    """The first accent of the theme that has a colour and can be told from the ground."""
    for number in range(1, 7):
        colour = colours[f"accent{number}"]
        if _contrast(colour, ground) >= _READABLE and colorsys.rgb_to_hls(*_rgb(colour))[2] > 0.25:  # noqa: PLR2004 - no grey
            return f"accent{number}"
    return ACCENT


def _ink(colours: dict[str, str], ground: str) -> str:
    """The theme's colour of text, unless the ground was painted over in one that it cannot be read on."""
    if _contrast(colours["tx1"], ground) >= 4.5:  # noqa: PLR2004 - what WCAG asks of text
        return "tx1"
    return "#1b2430" if _contrast("#1b2430", ground) > _contrast("#ffffff", ground) else "#ffffff"


def _mixed(ink: str, ground: str, part: float) -> str:
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
    linear = (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in rgb)  # noqa: PLR2004 - sRGB
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
