"""The frame of a slide: its title, what it is of, its sentences and its source; what is left is for the chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pptx.dml.color import RGBColor
from pptx.util import Pt

from nps_core.charts.draw.pptx_parts import Style
from nps_core.charts.draw.text_width import LINE, cut, fit, width, wrap
from nps_core.charts.spec import KINDS
from nps_core.report.model import OWN
from nps_core.report.shapes import Box, Paragraph, Run, say, text_box
from nps_core.report.template_theme import ph_type

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.spec import Chart
    from nps_core.charts.table import Table
    from nps_core.report.model import Part
    from nps_core.report.template import Look

_GAP = 10.0
TEXT, SMALL = 14.0, 12.0
"""Type of sentences and of what stands beside charts, in points on a slide 540 points high."""
_SOURCE = 10.0
_ROOM_FOR_SENTENCES = 250.0  # points; in a lower room they are left to the notes, and the chart has it all
_LEGENDS = (12.0, 11.0, 10.0, 9.0, 8.0)
TITLES = (28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
"""Type of titles, in points; the first in which nearly all titles of a deck fit is theirs."""
_UPRIGHT = (16.0, 14.0)  # more sizes of titles that are read upwards, in a narrow band
_WITH_SENTENCES = set(KINDS)


@dataclass(frozen=True)
class Page:
    """A slide that is being drawn: the part, the look, and the room that is left."""

    slide: Any
    part: Part
    look: Look
    room: Box

    @property
    def chart(self) -> Chart:
        """The chart of a part that is of a kind with one; see `kind_of`."""
        return cast("Chart", self.part.chart)

    @property
    def table(self) -> Table:
        """The table of a part that is drawn as one."""
        return cast("Table", self.part.table)

    @property
    def u(self) -> float:
        """One point on a slide 540 points high."""
        return self.look.unit

    def name(self, what: str = "") -> str:
        """The name of a shape: what a template names to have it filled."""
        return f"nps:{self.part.key}" + (f" {what}" if what else "")

    def width(self, text: str, size: float, *, bold: bool = False) -> float:
        """The width of a line in the deck's font."""
        return width(text, size, bold=bold) * self.look.factor

    def cut(self, text: str, room: float, size: float, *, lines: int = 1, bold: bool = False) -> str:
        """The text, cut to so many lines in the deck's font."""
        return cut(text, room / self.look.factor, size, lines=lines, bold=bold)

    def say(
        self,
        text: str,
        size: float,
        *,
        quiet: bool = False,
        align: str = "l",
        before: float = 0,
        **own: Any,  # noqa: ANN401 - of the run
    ) -> Paragraph:
        """A paragraph in the deck's ink."""
        return say(
            text,
            size,
            align=align,
            before=before,
            **{"colour": self.look.quiet if quiet else self.look.ink, **own},
        )


def put_title(slide: Any, part: Part, look: Look) -> float:  # noqa: ANN401
    """Put the title in its placeholder, or in a text box where there is none; where what follows may begin."""
    shape = next((one for one in slide.placeholders if ph_type(one) in {"title", "ctrTitle"}), None)
    bold = look.title_bold
    if shape is None or look.title is None:
        size, said = fit(
            part.title,
            (look.body.w / look.factor, 62 * look.unit),
            tuple(one * look.unit for one in (26, 24, 22, 20)),
            bold=True,
        )
        box = Box(look.body.x, look.body.y, look.body.w, 66 * look.unit)
        text_box(slide, f"nps:{part.key} title", box, [say(said, size, bold=True, colour=look.ink)])
        return box.bottom
    shape.name = f"nps:{part.key} title"
    frame = shape.text_frame
    frame.word_wrap = True
    if look.upright:  # a narrow band: its width is for two lines
        frame.margin_left = frame.margin_right = 0
    elif not look.own:
        places = (look.title.x, look.title.y, look.title.w, look.title.h)
        shape.left, shape.top, shape.width, shape.height = (Pt(value) for value in places)
    along, across = (frame.margin_left, frame.margin_right), (frame.margin_top, frame.margin_bottom)
    if look.upright:
        along, across = across, along
    free = [0.0 if look.own else sum(sides) / 12700 for sides in (along, across)]
    room = ((look.title.w - free[0]) / look.title_factor, look.title.h - free[1])
    size, said = fit(part.title, room, title_sizes(look), bold=bold)
    frame.text = said
    for run in frame.paragraphs[0].runs:
        run.font.size = round(size * 12700)
    inked(shape, look.title_ink)
    if not look.own:
        return look.body.y
    # Titles of the built-in base stand at the top: what follows moves up under a short one.
    height = len(wrap(said, room[0], size, bold=bold)) * size * LINE + 2 * look.unit
    places = (look.title.x, look.title.y, look.title.w, height)
    shape.left, shape.top, shape.width, shape.height = (Pt(value) for value in places)
    return look.title.y + height + 2 * look.unit


def inked(shape: Any, ink: str) -> None:  # noqa: ANN401
    """Write the words of a placeholder in another colour than its own; in its own for none."""
    for paragraph in shape.text_frame.paragraphs if ink else ():
        for run in paragraph.runs:
            run.font.color.rgb = RGBColor.from_string(ink[1:].upper())


def title_sizes(look: Look) -> tuple[float, ...]:
    """The sizes that titles may have, in points, the largest first."""
    smaller = (size * look.unit for size in (*TITLES, *(_UPRIGHT if look.upright else ())))
    return (look.title_size, *(size for size in smaller if size < look.title_size))


def put_frame(page: Page) -> Page:
    """Draw the subtitle at the top, source and sentences at the bottom; what is left is for the body."""
    u, part, room = page.u, page.part, page.room
    y, bottom = room.y, room.bottom
    if part.subtitle:
        lines = min(2, len(wrap(part.subtitle, room.w / page.look.factor, TEXT * u)))
        box = Box(room.x, y, room.w, lines * TEXT * u * LINE + 2)
        text_box(
            page.slide,
            page.name("subtitle"),
            box,
            [page.say(page.cut(part.subtitle, room.w, TEXT * u, lines=2), TEXT * u, quiet=True)],
        )
        y = box.bottom + _GAP * u
    source = _as_drawn(part.source, page.look)
    if source:
        lines = min(2, len(wrap(source, room.w / page.look.factor, _SOURCE * u)))
        box = Box(room.x, bottom - lines * _SOURCE * u * LINE - 1, room.w, lines * _SOURCE * u * LINE + 1)
        text_box(
            page.slide,
            page.name("source"),
            box,
            [page.say(page.cut(source, room.w, _SOURCE * u, lines=2), _SOURCE * u, quiet=True)],
        )
        bottom = box.y - 6 * u
    if part.bullets and kind_of(part) in _WITH_SENTENCES and bottom - y > _ROOM_FOR_SENTENCES * u:
        bottom = _sentences(page, Box(room.x, y, room.w, bottom - y))
    return Page(page.slide, part, page.look, Box(room.x, y, room.w, max(0.0, bottom - y)))


def _as_drawn(source: str, look: Look) -> str:
    """The source line with its words for what is drawn otherwise here than on screen."""
    if look.accent != "accent1" or not look.own:
        source = source.replace("Blue:", "Coloured:")
    return (
        source.replace("Band:", "Pale bars:").replace("Lines: 95%", "Bars: 95%")
        if "Band:" in source
        else source
    )


def _sentences(page: Page, room: Box) -> float:
    """The first sentences at the foot of the room, two lines each at most; where they begin."""
    u = page.u
    size = TEXT * u
    said = [page.cut(text, room.w, size, lines=2) for text in page.part.said]
    lines = [len(wrap(text, room.w / page.look.factor, size)) for text in said]
    height = sum(lines) * size * LINE + 4 * u * (len(said) - 1) + 2
    box = Box(room.x, room.bottom - height, room.w, height)
    text_box(
        page.slide,
        page.name("text"),
        box,
        [page.say(text, size, before=4 * u if place else 0) for place, text in enumerate(said)],
    )
    return box.y - 8 * u


def style_of(
    page: Page,
    *,
    area: tuple[float, float, float, float] | None = None,
    size: float = SMALL,
    labels: bool = True,
    dot: int = 12,
) -> Style:
    """The style of a chart of the page; `size` in points on a slide 540 points high."""
    return Style(
        size=size * page.u,
        accent=page.look.accent,
        ink=page.look.ink,
        area=area,
        labels=labels,
        dot=dot,
        quiet=page.look.quiet,
        paints=page.look.paints,
        on_paints=page.look.on_paints,
    )


def put_big(page: Page, room: Box) -> float:
    """The score in large type with its interval and n under it; how wide that is."""
    u, (score, *under) = page.u, page.part.big
    size = 80 * u
    wide = max(page.width(score, size, bold=True), *(page.width(text, 16 * u) for text in under)) + 6 * u
    wide = min(wide, room.w * 0.36)
    small = (
        next(
            (one for one in (16.0, 14.0, 12.0) if all(page.width(text, one * u) <= wide for text in under)),
            12.0,
        )
        * u
    )
    height = size * LINE + len(under) * small * LINE + 4
    box = Box(room.x, room.y + max(0.0, (room.h - height) / 2) * 0.6, wide, min(height, room.h))
    lines = [page.say(score, size, bold=True, colour=page.look.accent)]
    lines += [
        page.say(page.cut(text, wide, small), small, quiet=place > 0) for place, text in enumerate(under)
    ]
    text_box(page.slide, "nps:score" if page.part.key == "score" else page.name("big"), box, lines)
    return wide


def put_bullets(page: Page, room: Box, largest: float, said: Sequence[str] | None = None) -> None:
    """All sentences of the part, as large as they fit; the last ones are left to the notes where they do not."""
    u, said = page.u, list(page.part.bullets if said is None else said)
    sizes = [one * u for one in (20.0, 18.0, 16.0, 14.0, 12.0) if one <= largest]
    size = next(
        (one for one in sizes if height_of(said, room.w / page.look.factor, one) <= room.h), sizes[-1]
    )
    kept: list[str] = []
    for text in said:
        if height_of([*kept, text], room.w / page.look.factor, size) <= room.h:
            kept.append(text)
    if kept:
        height = min(room.h, height_of(kept, room.w / page.look.factor, size) + 2)
        text_box(
            page.slide,
            page.name("text"),
            Box(room.x, room.y, room.w, height),
            [page.say(text, size, before=0.35 * size if place else 0) for place, text in enumerate(kept)],
        )


def height_of(said: Sequence[str], room: float, size: float) -> float:
    """The height of paragraphs with a third of a line between them."""
    return sum(len(wrap(text, room, size)) * size * LINE + 0.35 * size for text in said)


def put_legend(page: Page, box: Box, entries: Sequence[tuple[str, str]]) -> None:
    """What each colour (by its meaning) is, on one line, as large as it fits."""
    u = page.u
    words = "".join(f"■ {name}   " for name, _ in entries)
    size = next((one * u for one in _LEGENDS if page.width(words, one * u) <= box.w), _LEGENDS[-1] * u)
    each = box.w / max(1, len(entries)) - page.width("■    ", size)
    fits = page.width(words, size) <= box.w
    runs: list[Run] = []
    for name, meaning in entries:
        said = name if fits else page.cut(name, each, size)
        runs.append(
            Run("■ ", size, colour=page.look.accent if meaning == "accent" else page.look.paints[meaning])
        )
        runs.append(Run(f"{said}   ", size, colour=page.look.quiet))
    text_box(page.slide, page.name("key"), box, [Paragraph(tuple(runs))], anchor="ctr")


def kind_of(part: Part) -> str:
    """How a part is drawn."""
    if part.quotes:
        return "quotes"
    if part.key.startswith(OWN):
        return "own"
    if part.key in {"answer", "summary", "actions", "score", "rows"}:
        return part.key
    return part.chart.kind if part.chart else "table"
