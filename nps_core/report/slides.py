"""Slides: a part of a story drawn on a slide, measured so that nothing overlaps, leaves the slide or is cut unsaid."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pptx.util import Pt

from nps_core.charts.draw.pptx import chart_xml
from nps_core.charts.draw.text_width import LINE, cut, fit, wrap
from nps_core.charts.spec import GROUP_COLOURS
from nps_core.report.shapes import Box, chart, rectangle, text_box
from nps_core.report.slide_frame import (
    SMALL,
    TEXT,
    Page,
    height_of,
    inked,
    kind_of,
    put_big,
    put_bullets,
    put_frame,
    put_legend,
    put_title,
    style_of,
)
from nps_core.report.table_slides import draw_account, draw_cells, draw_rows, draw_sentences, draw_table
from nps_core.report.template import place_under

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.charts.spec import Mark
    from nps_core.report.model import Part
    from nps_core.report.template import Look


def draw(slide: Any, part: Part, look: Look, *, titled: bool = True) -> None:  # noqa: ANN401 - python-pptx has no types
    """Draw a part on a slide: title, subtitle, what it shows, sentences, source."""
    bottom = put_title(slide, part, look) if titled else look.body.y
    room = Box(look.body.x, bottom, look.body.w, max(0.0, look.body.bottom - bottom))
    page = put_frame(Page(slide, part, look, room))
    _BODIES[kind_of(part)](page)


def draw_cover(slide: Any, part: Part, look: Look) -> None:  # noqa: ANN401
    """The first slide: the strongest finding as its title, where the score stands, and what follows under it.

    A slide that opens a section has a title alone.
    """
    drawn = bool(part.standing) and look.own
    places = list(slide.placeholders)
    under = place_under(places)
    for shape in places:
        kind = shape._element.ph.get("type")  # noqa: SLF001 - as the file has it
        if kind in {"ctrTitle", "title"}:
            if drawn:
                _move(shape, _COVER_TITLE, look)
            _fit_words(shape, part.title, look, look.title_factor, (40, 36, 32, 28, 24))
            inked(shape, look.cover_inks[0])
            shape.name = f"nps:{part.key} title"
        elif shape is under:
            if drawn:
                _move(shape, _COVER_TEXT, look)
            said = [text for text in (part.subtitle, *said_first(part, words=not drawn)) if text]
            if not said:
                shape._element.getparent().remove(shape._element)  # noqa: SLF001 - as below
                continue
            _cover_lines(shape, said, look)
            inked(shape, look.cover_inks[1])
            shape.name = f"nps:{part.key} subtitle"
        elif kind not in {"dt", "ftr", "sldNum"}:
            # An empty placeholder would show its prompt.
            shape._element.getparent().remove(shape._element)  # noqa: SLF001
    if drawn:
        page = Page(slide, part, look, look.body)
        _put_standing(page, Box(look.body.x, *(side * look.unit for side in (212, 872, 110))))


def said_first(part: Part, *, words: bool = True) -> list[str]:
    """What the first slide says under its title; where the score stands in words, where it is not drawn."""
    told = " · ".join(one.words for one in part.standing) if words else ""
    return [*([told] if told else []), *part.said]


def _move(shape: Any, place: tuple[float, float], look: Look) -> None:  # noqa: ANN401
    """Put a placeholder of the built-in cover at a top and a height in points."""
    box = Box(look.body.x, place[0] * look.unit, look.body.w, place[1] * look.unit)
    shape.left, shape.top, shape.width, shape.height = (Pt(side) for side in (box.x, box.y, box.w, box.h))


def _put_standing(page: Page, room: Box) -> None:
    """The score that is looked at large, those beside it smaller."""
    u, wide = page.u, room.w / len(page.part.standing)
    for place, one in enumerate(page.part.standing):
        box = Box(room.x + place * wide, room.y, wide - 12 * u, room.h)
        head = ", ".join(filter(None, (one.role, one.label)))
        under = ", ".join(filter(None, (one.interval, f"n {one.score.n:,.0f}")))
        lines = [
            page.say(page.cut(head, box.w, TEXT * u), TEXT * u, quiet=True),
            page.say(
                one.nps,
                (44 if place else 56) * u,
                bold=True,
                colour=page.look.ink if place else page.look.accent,
            ),
            page.say(page.cut(under, box.w, TEXT * u), TEXT * u, quiet=True),
        ]
        text_box(page.slide, page.name(_STANDING[one.role]), box, lines, anchor="b")


_COVER_TITLE, _COVER_TEXT = (64.0, 132.0), (346.0, 140.0)  # top and height, in points
_STANDING = {"": "now", "before": "before", "a year before": "year", "over all": "all"}


def _cover_lines(shape: Any, said: list[str], look: Look) -> None:  # noqa: ANN401
    room, u = (shape.width / 12700, shape.height / 12700), look.unit
    size = (
        next(
            (
                one
                for one in (18.0, 16.0, 14.0, 12.0)
                if height_of(said, room[0] / look.factor, one * u) <= room[1]
            ),
            12.0,
        )
        * u
    )
    kept: list[str] = []
    for text in said:
        lines = 2 if not kept or height_of([*kept, text], room[0] / look.factor, size) <= room[1] else 0
        if lines:
            kept.append(cut(text, room[0] / look.factor, size, lines=3))
    frame = shape.text_frame
    frame.text = kept[0] if kept else ""
    for text in kept[1:]:
        frame.add_paragraph().text = text
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            run.font.size = round(size * 12700)


def _fit_words(
    shape: Any,  # noqa: ANN401
    text: str,
    look: Look,
    factor: float,
    sizes: Sequence[float],
) -> None:
    """Put a title into a placeholder in the largest of some sizes in which it fits."""
    frame = shape.text_frame
    inset = sum(side or 0 for side in (frame.margin_left, frame.margin_right)) / 12700
    upright = sum(side or 0 for side in (frame.margin_top, frame.margin_bottom)) / 12700
    room = ((shape.width / 12700 - inset) / factor, shape.height / 12700 - upright)
    size, said = fit(text, room, tuple(one * look.unit for one in sizes), bold=True)
    frame.text = said
    for run in frame.paragraphs[0].runs:
        run.font.size = round(size * 12700)


def _answer(page: Page) -> None:
    """On a deck without a layout for it: the score large, what follows from it beside."""
    left = put_big(page, page.room)
    u = page.u
    room = Box(page.room.x + left + 30 * u, page.room.y, page.room.w - left - 30 * u, page.room.h)
    put_bullets(page, room, 20, said_first(page.part))


def _score(page: Page) -> None:
    """The score large, and beside it the groups and the interval.

    The groups by name, share and count, then their bar; the interval on the whole range.
    """
    u, room, part, drawn = page.u, page.room, page.part, page.chart
    left = put_big(page, room)
    x = room.x + left + 40 * u
    wide = room.right - x
    groups = part.table.rows if part.table else ()
    third = wide / max(1, len(groups))
    heights = (92 * u, min(84 * u, room.h * 0.26), 62 * u)
    top = room.y + max(0.0, (room.h - sum(heights) - 30 * u) / 2) * 0.7
    for place, (group, count, percent) in enumerate(groups):
        box = Box(x + place * third, top, third - 8 * u, heights[0])
        colour = page.look.groups[str(group)]
        text_box(
            page.slide,
            page.name(f"{group}s"),
            box,
            [
                page.say(f"{percent:.0f}%", 34 * u, bold=True, colour=colour),
                page.say(page.cut(f"{str(group).title()}s", box.w, 18 * u), 18 * u, bold=True),
                page.say(_count(page, count, box.w), 14 * u, quiet=True),
            ],
        )
    box = Box(x, top + heights[0] + 6 * u, wide, heights[1])
    chart(
        page.slide,
        page.name(),
        box,
        chart_xml(drawn, style_of(page, area=(0.0, 0.02, 1.0, 0.96), size=16, labels=False)),
        part.alt,
    )
    strip = Box(x, box.bottom + 18 * u, wide, heights[2])
    if part.strip is not None:
        chart(
            page.slide,
            page.name("interval"),
            strip,
            chart_xml(part.strip, style_of(page, area=(0.02, 0.0, 0.96, 0.55), dot=8)),
            f"The score with its 95% interval on the whole range. {part.alt}",
        )
    rest = Box(x, strip.bottom + 8 * u, wide, room.bottom - strip.bottom - 8 * u)
    if part.bullets and rest.h > 18 * u:
        put_bullets(page, rest, 14)


def _count(page: Page, count: object, room: float) -> str:
    """So many responses; the number alone where the word does not fit."""
    whole = f"{count:,.0f} responses"
    return whole if page.width(whole, 14 * page.u) <= room else f"{count:,.0f}"


def _own(page: Page) -> None:
    """The lines of a slide of one's own, a little below its title."""
    room, gap = page.room, 14 * page.u
    put_bullets(page, Box(room.x, room.y + gap, room.w, max(0.0, room.h - gap)), 20)


def _columns(page: Page) -> None:
    """Upright bars over the whole width, the groups named over theirs."""
    u, room, part, drawn = page.u, page.room, page.part, page.chart
    groups = [mark for mark in drawn.marks if mark.kind in GROUP_COLOURS]
    head = 46 * u if groups else 26 * u
    plot = Box(room.x, room.y + head, room.w, room.h - head)
    left = 0.0 if drawn.axis.unit == "responses" else 0.05
    area = (left, 0.02, 1.0 - left, 1 - 0.02 - 26 * u / plot.h)
    chart(page.slide, page.name(), plot, chart_xml(drawn, style_of(page, area=area, size=14)), part.alt)
    if groups:
        _group_names(page, groups, plot, len(drawn.categories))
    else:
        put_legend(
            page,
            Box(room.x, room.y, room.w, 20 * u),
            [(one.name, one.colours[0]) for one in drawn.series],
        )


def _group_names(page: Page, groups: Sequence[Mark], plot: Box, size: int) -> None:
    u, each = page.u, plot.w / size
    for mark in groups:
        box = Box(
            plot.x + mark.first * each + 2, page.room.y, (mark.last - mark.first + 1) * each - 4, 42 * u
        )
        name, _, share = mark.name.rpartition(" ")
        small = (
            next(
                (one for one in (16.0, 14.0, 12.0, 10.0) if page.width(name, one * u, bold=True) <= box.w),
                10.0,
            )
            * u
        )
        colour = page.look.groups[mark.kind]
        text_box(
            page.slide,
            page.name(mark.kind),
            box,
            [
                # Words as small as that need more contrast than the groups' colours have on every ground.
                page.say(page.cut(name, box.w, small, bold=True), small, bold=True, align="ctr"),
                page.say(share, 18 * u, bold=True, align="ctr", colour=colour),
            ],
        )


def _line(page: Page) -> None:
    """The score over time above, the responses behind it below, over the same periods."""
    u, room, part, drawn = page.u, page.room, page.part, page.chart
    has_counts = len(drawn.series) > 1
    low = min(76 * u, room.h * 0.26) if has_counts else 0.0
    left = 46 * u / room.w
    above = Box(room.x, room.y, room.w, room.h - low - 6 * u)
    right = 30 * u / room.w
    area = (left, 0.03, 1 - left - right, 0.94 - (0.0 if has_counts else 26 * u / above.h))
    chart(
        page.slide,
        page.name(),
        above,
        chart_xml(drawn, style_of(page, area=area, labels=not has_counts)),
        part.alt,
    )
    if not has_counts:
        return
    below = Box(room.x, above.bottom + 6 * u, room.w, low)
    under = 22 * u / low
    counts = chart_xml(drawn, style_of(page, area=(left, 0.02, 1 - left - right, 0.96 - under)), counts=True)
    chart(page.slide, page.name("responses"), below, counts, "Responses behind each period.")


def _plane(page: Page) -> None:
    """Dots between two axes, over the whole room, and what its corners mean."""
    u, room, part, drawn = page.u, page.room, page.part, page.chart
    edge = 20 * u if drawn.corners else 0.0
    middle = Box(room.x, room.y + edge, room.w, room.h - 2 * edge)
    area = (46 * u / room.w, 0.02, 1 - 60 * u / room.w, 0.96 - 26 * u / middle.h)
    style = replace(style_of(page, area=area), room=(area[2] * middle.w, area[3] * middle.h))
    chart(page.slide, page.name(), middle, chart_xml(drawn, style), part.alt)
    for place, words in enumerate(drawn.corners or ()):
        y = room.y if place < 2 else middle.bottom + 2 * u  # noqa: PLR2004 - two above, two below
        box = Box(room.x + (room.w / 2 if place % 2 else 0.0), y, room.w / 2, 16 * u)
        said = page.say(
            page.cut(words, box.w, SMALL * u), SMALL * u, quiet=True, align="r" if place % 2 else "l"
        )
        text_box(page.slide, page.name(f"corner {place + 1}"), box, [said])


def _quotes(page: Page) -> None:
    """A column for each theme: its name and figures, then its comments with who said them."""
    u, room, part = page.u, page.room, page.part
    heads = part.bullets
    themes = list(dict.fromkeys(quote.theme for quote in part.quotes))
    wide = (room.w - 24 * u * (len(themes) - 1)) / max(1, len(themes))
    for place, theme in enumerate(themes):
        x = room.x + place * (wide + 24 * u)
        name, _, figures = next((head for head in heads if head.startswith(f"{theme}: ")), theme).rpartition(
            ": "
        )
        box = Box(x, room.y, wide, 44 * u)
        text_box(
            page.slide,
            page.name(f"theme {place + 1}"),
            box,
            [
                page.say(page.cut(name or theme, wide, 16 * u, bold=True), 16 * u, bold=True),
                page.say(page.cut(figures, wide, SMALL * u), SMALL * u, quiet=True),
            ],
        )
        own = [quote for quote in part.quotes if quote.theme == theme]
        each = (room.h - 52 * u) / max(1, len(own))
        for row, quote in enumerate(own):
            y = room.y + 52 * u + row * each
            height = each - 12 * u
            rectangle(
                page.slide,
                page.name(f"group {place + 1}.{row + 1}"),
                Box(x, y, 4 * u, height),
                page.look.paints[quote.group],
            )
            inner = Box(x + 14 * u, y, wide - 14 * u, height)
            who = page.cut(
                quote.by,
                inner.w,
                11 * u,
                lines=2,
            )
            under = len(wrap(who, inner.w / page.look.factor, 11 * u)) * 11 * u * LINE + 6 * u
            size, said = fit(
                f"“{quote.text}”",
                (inner.w / page.look.factor, inner.h - under),
                tuple(one * u for one in (18, 16, 14, 12)),
            )
            text_box(
                page.slide,
                page.name(f"quote {place + 1}.{row + 1}"),
                inner,
                [page.say(said, size), page.say(who, 11 * u, quiet=True, before=4 * u)],
            )


_BODIES: dict[str, Callable[[Page], None]] = {
    "answer": _answer,
    "own": _own,
    "score": _score,
    "summary": draw_sentences,
    "actions": draw_sentences,
    "rows": draw_account,
    "quotes": _quotes,
    "table": draw_table,
    "columns": _columns,
    "line": _line,
    "dots": draw_rows,
    "bars": draw_rows,
    "steps": draw_rows,
    "lengths": draw_rows,
    "strip": draw_rows,
    "cells": draw_cells,
    "plane": _plane,
    "groups": draw_rows,
}
