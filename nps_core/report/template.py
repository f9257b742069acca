"""A firm's own template: opened with care, and understood by the types of its placeholders."""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pptx import Presentation

from nps_core.charts.draw.text_width import font_factor
from nps_core.charts.spec import GROUP_COLOURS
from nps_core.errors import ReportError
from nps_core.report.shapes import A, Box, P
from nps_core.report.template_theme import (
    LARGE,
    MARK,
    accent_of,
    base_deck,
    colours_of,
    fonts_of,
    grounds_of,
    ink_in,
    ink_of,
    mixed,
    paints_of,
    ph_type,
    quiet_of,
    readable,
    theme_of,
    title_type,
    wider_titles,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
_GROUND, _HAIR, _GAP = (
    0.3,
    3.0,
    4.0,
)  # of the slide, what is a ground; points of a hair line, and beside what stands there
_BAND = 0.1  # of the slide: a title that is read upwards stands in a band as narrow as that
_LEAST_UNDER = 0.1  # of the slide, under the title of a first slide: three lines
_FAINT = 20_000  # thousandths of a percent: what is no stronger is seen as a part of the ground
_USUAL_INSET = 91_440  # EMU
_LEAST_LEFT = 0.6  # of a title's place, beside what else is drawn there
_EDGE = 0.045  # of the slide, left free where a template says nothing


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
        The title's type; how wide the fonts of titles and of text run beside what is measured.
    accent, ink, hair
        Colours for what is beyond chance, for text and for thin lines: of the theme, or their own.
    quiet
        The colour of words that stand back and can still be read.
    groups
        The colours of promoters, passives and detractors as words, dark or light enough for the ground.
    paints, on_paints
        The colours of marks by their meaning, and of what is written on them.
    title_ink
        The colour of titles, where the template's own could not be read on its ground; else empty.
    cover_inks
        The same for the title of the first slide and for what stands under it.
    unit
        One point on a slide 540 points high.
    upright
        Whether titles are read upwards or downwards; `title` is as wide as they are long.
    footer
        What stands at the foot of the template's sample slides; empty where nothing does.
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
    quiet: str
    hair: str
    groups: Mapping[str, str]
    paints: Mapping[str, str]
    on_paints: Mapping[str, str]
    unit: float
    width: float
    height: float
    title_ink: str = ""
    cover_inks: tuple[str, str] = ("", "")
    upright: bool = False
    own: bool = False
    footer: str = ""
    doubts: tuple[str, ...] = field(default=())


def open_template(data: bytes | None) -> tuple[Deck, Look]:
    """A deck to draw on, with all its slides, and its look; the built-in one for None.

    Raises
    ------
    ReportError
        An old .ppt, with macros, without a layout, or larger than one may be.
    Exception
        Whatever zipfile, lxml and python-pptx make of a damaged file: the sandbox tells its cause.
    """
    deck = base_deck() if data is None else _opened(data)
    return deck, _look(deck, own=any(shape.name == MARK for shape in deck.slide_master.shapes))


def is_named(shape: Any) -> bool:  # noqa: ANN401 - python-pptx has no types
    """Whether a shape of a template is one to be filled."""
    return str(shape.name).strip().lower().startswith(PREFIX)


def _opened(data: bytes) -> Deck:
    deck = Presentation(io.BytesIO(_as_deck(data)))
    if not deck.slide_width or not deck.slide_height or not len(deck.slide_layouts):
        raise ReportError(
            "The template has no slide layout to draw on.",
            hint="Save the template in PowerPoint as .pptx or .potx and try again.",
        )
    return deck


def _as_deck(data: bytes) -> bytes:
    """The bytes of a presentation: a .potx differs from a .pptx by one content type."""
    if data[:4] == b"\xd0\xcf\x11\xe0":
        raise ReportError(
            "The template is an old .ppt, or locked with a password.",
            hint="Save it as .pptx or .potx without a password.",
        )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = package.infolist()
        if sum(part.file_size for part in parts) > _MOST_BYTES:
            raise ReportError(
                "The template is larger than a template may be.",
                hint="Take large pictures and films out of it.",
            )
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
    usable = sorted(
        ((worth, place) for place, (worth, _) in enumerate(found) if worth is not None),
        key=lambda one: (-one[0], one[1]),
    )
    doubts: tuple[str, ...] = ()
    if usable:
        layout = found[usable[0][1]][1]
    else:
        layout = min(deck.slide_layouts, key=lambda one: len(list(one.placeholders)))
        doubts = (
            (
                "The template has no layout with a title over an empty body: titles are drawn as text boxes"
                " on its plainest layout."
            ),
        )
    shape = _title_of(layout) if usable else None
    title = _box(shape) if shape is not None else None
    upright = title is not None and title.h > title.w
    body = _body(layout, title, width, height)
    if title is not None and not upright:
        title = _beside(title, _obstacles(layout, width, height))
    cover = next((one for one in deck.slide_layouts if _is_cover(one, width, height)), None)
    colours = colours_of(layout.slide_master)
    grounds = grounds_of(layout, colours, theme_of(layout.slide_master))
    ink = ink_of(colours, grounds)
    fonts = fonts_of(layout.slide_master)
    size, bold = title_type(layout, shape)
    paints, on_paints = paints_of(grounds)
    return Look(
        layout=layout,
        cover=cover,
        cover_inks=("", "") if cover is None else _cover_inks(cover),
        # Upright words have the height for their width.
        title=Box(title.x, title.y, title.h, title.w) if title and upright else title,
        upright=upright,
        body=body,
        title_size=size,
        title_bold=bold,
        title_factor=font_factor(fonts[0], bold=bold) * wider_titles(layout, shape, size),
        factor=font_factor(fonts[1]),
        accent=accent_of(colours, grounds),
        groups={name: readable(colour, grounds, LARGE) for name, colour in GROUP_COLOURS.items()},
        paints=paints,
        on_paints=on_paints,
        ink=ink,
        quiet=quiet_of(colours.get(ink, ink), grounds),
        hair=mixed(colours.get(ink, ink), grounds[0], 0.16),
        unit=height / 540,
        width=width,
        height=height,
        title_ink=ink_in(layout, shape, colours),
        own=own,
        footer=_footer(deck),
        doubts=doubts,
    )


def _cover_inks(cover: Any) -> tuple[str, str]:  # noqa: ANN401
    colours = colours_of(cover.slide_master)
    return (
        ink_in(cover, _title_of(cover), colours),
        ink_in(cover, place_under(cover.placeholders), colours, "body"),
    )


def _footer(deck: Deck) -> str:
    """What most sample slides with a footer say in it."""
    feet = [one for slide in deck.slides for one in slide.placeholders if ph_type(one) == "ftr"]
    said = Counter(one.text_frame.text.strip() for one in feet)
    said.pop("", None)
    return said.most_common(1)[0][0] if said else ""


def _worth(layout: Any, width: float, height: float) -> float | None:  # noqa: ANN401
    """How well a layout suits a title over a chart; None for one that does not."""
    shape = _title_of(layout)
    title = _box(shape) if shape is not None else None
    if shape is None or title is None:
        return None
    upright = _is_vertical(shape, layout)
    if title.h > title.w and not (upright and title.w < _BAND * width):
        return None
    body = _body(layout, title, width, height)
    inside = title.x >= -1 and title.y >= -1 and title.right <= width + 1 and title.bottom <= height + 1
    if (
        not inside
        or (title.h < _LEAST_WIDTH * height if upright else title.w < _LEAST_WIDTH * width)
        or body.h < _LEAST_HEIGHT * height
        or body.w < _LEAST_WIDTH * width
    ):
        return None
    others = [one for one in layout.placeholders if ph_type(one) not in {"title", "ctrTitle", *_FOOTERS}]
    over = [one for one in layout.shapes if not one.is_placeholder and _meets(_box(one), body)]
    # A title page or a section header is the last resort, a title that is read upwards the last but one.
    unusual = 2 if ph_type(shape) == "ctrTitle" else 1 if upright else 0
    return body.w * body.h / (width * height) - 0.1 * len(others) - 0.5 * len(over) - unusual


def place_under(placeholders: Iterable[Any]) -> Any:  # noqa: ANN401
    """Where a first slide has what stands under its title: the subtitle, else the largest text; None without either."""
    texts = [one for one in placeholders if ph_type(one) in {"subTitle", "body"}]
    return max(texts, key=lambda one: (ph_type(one) == "subTitle", _area(one)), default=None)


def _area(shape: Any) -> float:  # noqa: ANN401
    box = _box(shape)
    return box.w * box.h if box else 0.0


def _is_cover(layout: Any, width: float, height: float) -> bool:  # noqa: ANN401
    shape = place_under(layout.placeholders)
    title = next((_box(one) for one in layout.placeholders if ph_type(one) == "ctrTitle"), None)
    under = _box(shape) if shape is not None else None
    return bool(
        title
        and under
        and title.w > _LEAST_WIDTH * width
        and under.w > _LEAST_WIDTH * width
        and under.h > _LEAST_UNDER * height
        and not _meets(title, under)
        and max(title.bottom, under.bottom) <= height + 1
        and max(title.right, under.right) <= width + 1
    )


def _body(layout: Any, title: Box | None, width: float, height: float) -> Box:  # noqa: ANN401
    """The room over the footers and under the title, or over it where that is more."""
    feet = [_box(one) for one in layout.placeholders if ph_type(one) in _FOOTERS]
    feet += [_box(one) for one in layout.slide_master.placeholders if ph_type(one) in _FOOTERS]
    low = [box.y for box in feet if box and box.y > height * 0.75]
    bottom = min([*low, height * (1 - _EDGE)])
    left, right = width * _EDGE, width * (1 - _EDGE)
    if title is not None and title.h > title.w:  # a title at a side, read upwards
        top = height * _EDGE
        return _clear(Box(left, top, right - left, bottom - top), [title, *_obstacles(layout, width, height)])
    if title is not None:
        texts = [_box(one) for one in layout.placeholders if ph_type(one) in {"title", "body", "obj"}]
        wide = [title, *(box for box in texts if box and box.w > _LEAST_WIDTH * width)]
        left, right = min(box.x for box in wide), max(box.right for box in wide)
        left, right = max(0.0, min(left, width * 0.2)), min(width, max(right, width * 0.8))
        free = _inset(layout)  # so that what stands under a title begins where its words do
        left, right = max(left + free, width * 0.02), min(right - free, width * 0.98)
    top = height * _EDGE if title is None else title.bottom
    if title is not None and title.y - height * _EDGE > bottom - top:
        top, bottom = height * _EDGE, title.y
    return _clear(Box(left, top, right - left, max(0.0, bottom - top)), _obstacles(layout, width, height))


def _inset(layout: Any) -> float:  # noqa: ANN401
    """What is left free beside the words of titles, within their place."""
    titles = [
        _title_of(layout),
        *(one for one in layout.slide_master.placeholders if ph_type(one) == "title"),
    ]
    bodies = (body for one in titles if one is not None for body in one._element.iter(f"{{{A}}}bodyPr"))  # noqa: SLF001
    return int(next(filter(None, (body.get("lIns") for body in bodies)), _USUAL_INSET)) / _EMU


def _beside(title: Box, obstacles: Sequence[Box]) -> Box:
    """The place of titles without what else is drawn there, unless most of it is: then they stand on it."""
    left = _clear(title, obstacles)
    return left if left.w >= _LEAST_LEFT * title.w and left.h >= _LEAST_LEFT * title.h else title


def _obstacles(layout: Any, width: float, height: float) -> list[Box]:  # noqa: ANN401
    """What master and layout draw themselves: logos, bars, stamps; not what is a ground, nor hair lines."""
    holders = [layout] if layout._element.get("showMasterSp") == "0" else [layout, layout.slide_master]  # noqa: SLF001
    boxes = [box for holder in holders for box in _drawn(holder.shapes)]
    return [box for box in boxes if min(box.w, box.h) > _HAIR and box.w * box.h < _GROUND * width * height]


def _drawn(shapes: Iterable[Any]) -> Iterator[Box]:
    """The places of shapes that are no placeholders; of a group those of its parts, as they stand on the slide."""
    for shape in shapes:
        box = None if shape.is_placeholder else _box(shape)
        if box is None or _is_faint(shape):
            continue
        inner = shape._element.find(f"{{{P}}}grpSpPr/{{{A}}}xfrm") if hasattr(shape, "shapes") else None  # noqa: SLF001
        if inner is None or inner.find(f"{{{A}}}chExt") is None:
            yield box
            continue
        x, y = (int(inner.find(f"{{{A}}}chOff").get(side)) / _EMU for side in "xy")
        wide, high = (int(inner.find(f"{{{A}}}chExt").get(side)) / _EMU or 1.0 for side in ("cx", "cy"))
        across, down = box.w / wide, box.h / high
        for one in _drawn(shape.shapes):
            yield Box(box.x + (one.x - x) * across, box.y + (one.y - y) * down, one.w * across, one.h * down)


def _is_faint(shape: Any) -> bool:  # noqa: ANN401
    """Whether a shape is drawn so thinly that it belongs to the ground."""
    look = shape._element.find(f"{{{P}}}spPr")  # noqa: SLF001
    colours = [] if look is None else list(look.iter(f"{{{A}}}srgbClr", f"{{{A}}}schemeClr"))
    strong = [one.find(f"{{{A}}}alpha") for one in colours]
    return bool(colours) and all(one is not None and int(one.get("val")) <= _FAINT for one in strong)


def _clear(room: Box, obstacles: Sequence[Box]) -> Box:
    """The room without what stands in it: cut off, each time, at the side that costs least."""
    for box in obstacles:
        if _meets(room, box):
            cuts = (
                Box(room.x, room.y, room.w, box.y - _GAP - room.y),
                Box(room.x, box.bottom + _GAP, room.w, room.bottom - box.bottom - _GAP),
                Box(room.x, room.y, box.x - _GAP - room.x, room.h),
                Box(box.right + _GAP, room.y, room.right - box.right - _GAP, room.h),
            )
            room = max(cuts, key=lambda cut: max(0.0, cut.w) * max(0.0, cut.h))
    return Box(room.x, room.y, max(0.0, room.w), max(0.0, room.h))


def _title_of(layout: Any) -> Any:  # noqa: ANN401
    return next((one for one in layout.placeholders if ph_type(one) in {"title", "ctrTitle"}), None)


def _box(shape: Any) -> Box | None:  # noqa: ANN401
    sides = (shape.left, shape.top, shape.width, shape.height)
    return None if any(side is None for side in sides) else Box(*(side / _EMU for side in sides))


def _meets(one: Box | None, other: Box | None) -> bool:
    if one is None or other is None:
        return False
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    return wide > 1 and high > 1


def _is_vertical(shape: Any, layout: Any) -> bool:  # noqa: ANN401
    """Whether words are read upwards or downwards: the title says so, or that of its master."""
    titles = [shape, *(one for one in layout.slide_master.placeholders if ph_type(one) == "title")]
    said = (body.get("vert") for one in titles for body in one._element.iter(f"{{{A}}}bodyPr"))  # noqa: SLF001
    return next(filter(None, said), "horz") != "horz"
