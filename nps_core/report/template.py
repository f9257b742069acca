"""A firm's own template: opened with care, and understood by the types of its placeholders."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pptx import Presentation

from nps_core.charts.colours import GROUP_COLOURS
from nps_core.charts.draw.text_width import font_factor
from nps_core.errors import ReportError
from nps_core.report.shapes import A, Box
from nps_core.report.template_theme import (
    MARK,
    accent_of,
    base_deck,
    colours_of,
    fonts_of,
    ground_of,
    ink_of,
    mixed,
    ph_type,
    readable,
    title_ink,
    title_type,
    wider_titles,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
    groups
        The colours of promoters, passives and detractors as words, dark or light enough for the ground.
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
    groups: Mapping[str, str]
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
    colours = colours_of(layout.slide_master)
    ground = ground_of(layout, colours)
    fonts = fonts_of(layout.slide_master)
    size, bold = title_type(layout, shape)
    return Look(
        layout=layout,
        cover=next((one for one in deck.slide_layouts if _is_cover(one, width, height)), None),
        # Upright words have the height for their width.
        title=Box(title.x, title.y, title.h, title.w) if title and upright else title,
        body=_body(layout, title, width, height),
        title_size=size,
        title_bold=bold,
        title_factor=font_factor(fonts[0], bold=bold) * wider_titles(layout, shape, size),
        factor=font_factor(fonts[1]),
        accent=accent_of(colours, ground),
        groups={name: readable(colour, ground) for name, colour in GROUP_COLOURS.items()},
        ink=ink_of(colours, ground),
        hair=mixed(colours.get(ink_of(colours, ground), ink_of(colours, ground)), ground, 0.16),
        unit=height / 540,
        width=width,
        height=height,
        title_ink=title_ink(layout, shape, colours, ground),
        own=own,
        doubts=doubts,
    )


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
        left, right = max(0.0, min(title.x, width * 0.2)), min(width, max(title.right, width * 0.8))
        left, right = max(left, width * 0.02), min(right, width * 0.98)
    top = height * _EDGE if title is None else title.bottom
    if title is not None and title.y - height * _EDGE > bottom - top:
        top, bottom = height * _EDGE, title.y
    return _clear(Box(left, top, right - left, max(0.0, bottom - top)), _obstacles(layout, width, height))


def _obstacles(layout: Any, width: float, height: float) -> list[Box]:  # noqa: ANN401
    """What master and layout draw themselves: logos, bars, stamps; not what is a ground, nor hair lines."""
    holders = [layout] if layout._element.get("showMasterSp") == "0" else [layout, layout.slide_master]  # noqa: SLF001
    boxes = [_box(one) for holder in holders for one in holder.shapes if not one.is_placeholder]
    return [
        box for box in boxes if box and min(box.w, box.h) > _HAIR and box.w * box.h < _GROUND * width * height
    ]


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
