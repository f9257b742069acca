"""Slides of rows: names on the left, the chart in the middle, figures on the right.

The three meet and do not overlap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.colours import GROUP_ORDER
from nps_core.charts.draw.datasheet import LEVELS
from nps_core.charts.draw.pptx import chart_xml
from nps_core.report.shapes import Box, Paragraph, chart, table, text_box
from nps_core.report.slide_frame import Page, put_legend, style_of

if TYPE_CHECKING:
    from nps_core.charts.spec import Chart

_NAMES, _FIGURES = 0.32, 0.42  # of the width, for the names and for the figures beside rows, at most
_CHART = 0.36  # of the width, for the chart, at least
_ROW, _GROUP_ROW, _LEAST_ROW = 60.0, 86.0, 17.0  # points that a row takes, at most and at least
_TYPE, _HEAD = 18.0, 11.0  # points of names and figures, at most; of the heads over them


def draw_rows(page: Page) -> None:
    """Draw the rows of a chart as high as the room allows."""
    u, room = page.u, page.room
    if page.part.chart is None:
        return
    head, foot = 24 * u, (24 * u if page.part.chart.kind in {"dots", "steps"} else 4 * u)
    drawn = _as_many_as_fit(page.part.chart, int((room.h - head - foot) / (_LEAST_ROW * u)))
    count = len(drawn.categories)
    most = (_GROUP_ROW if drawn.kind == "groups" else _ROW) * u
    row = min(most, max(1.0, (room.h - head - foot) / max(1, count)))
    size = min(_TYPE * u, row * 0.58, room.w * 0.02)
    names = _names(page, drawn, size)
    figures = _figures(page, drawn, size, room.w * (1 - _CHART) - names[0] - 24 * u)
    wide = sum(one[0] for one in figures)
    left = room.x + names[0] + 12 * u
    middle = Box(left, room.y + head, room.right - wide - 12 * u - left, row * count + foot)
    _put_tables(page, names, figures, [head, *[row] * count])
    area = (0.01, 0.0, 0.98, row * count / middle.h)
    chart(
        page.slide,
        page.name(),
        middle,
        chart_xml(drawn, style_of(page, area=area, labels=False)),
        page.part.alt,
    )
    _put_key(page, drawn, Box(middle.x, room.y, middle.w, head - 2))


def _as_many_as_fit(drawn: Chart, most: int) -> Chart:
    """The drawn with so many rows: of dots the highest and the lowest, of bars the longest; steps have to add up."""
    size = len(drawn.categories)
    if size <= max(most, 3) or drawn.kind not in {"dots", "bars", "lengths"}:
        return drawn
    kept = list(range(size))[:most]
    if drawn.kind == "dots":
        kept = [*range(most - most // 2), *range(size - most // 2, size)]

    return drawn.at(kept)


def _put_tables(
    page: Page,
    names: tuple[float, list[Paragraph]],
    figures: list[tuple[float, list[Paragraph]]],
    heights: list[float],
) -> None:
    room, high, rule, alt = page.room, sum(heights), page.look.hair, page.part.alt
    place = Box(room.x, room.y, names[0], high)
    table(page.slide, page.name("names"), place, [names], heights, alt=f"Names of the rows. {alt}", rule=rule)
    if figures:
        wide = sum(one[0] for one in figures)
        place = Box(room.right - wide, room.y, wide, high)
        table(
            page.slide,
            page.name("figures"),
            place,
            figures,
            heights,
            alt=f"Figures of the rows. {alt}",
            rule=rule,
        )


def _put_key(page: Page, drawn: Chart, box: Box) -> None:
    """Over the chart, which colour is what, or what dots and lines are."""
    if drawn.kind in {"groups", "bars"}:
        put_legend(page, box, [(f"{group}s", group) for group in GROUP_ORDER])
        return
    levels = [mark.name for mark in drawn.marks if mark.kind in LEVELS]
    said = "one step after another; thin lines: 95% intervals"
    if drawn.kind != "steps":
        said = f"95% intervals{'; dotted: ' + ', '.join(levels) if levels else ''}"
    total = len(page.part.chart.categories) if page.part.chart else 0
    if total > len(drawn.categories):
        said += f"; {len(drawn.categories)} of {total}, the others in the notes"
    size = _HEAD * page.u
    words = page.say(page.cut(said, box.w, size), size, quiet=True)
    text_box(page.slide, page.name("key"), box, [words], anchor="ctr")


def _names(page: Page, drawn: Chart, size: float) -> tuple[float, list[Paragraph]]:
    most = page.room.w * _NAMES
    wide = min(most, max((page.width(name, size) for name in drawn.categories), default=0.0) + 4 * page.u)
    cells = [page.say("", _HEAD * page.u)]
    return wide, cells + [page.say(page.cut(name, wide - 2, size), size) for name in drawn.categories]


def _figures(page: Page, drawn: Chart, size: float, room: float) -> list[tuple[float, list[Paragraph]]]:
    """What stands beside each row: columns that leave the chart too little room are left to the notes."""
    head_size = _HEAD * page.u
    room = min(room, page.room.w * _FIGURES)
    found: list[tuple[float, list[Paragraph]]] = []
    for place, (head, cells) in enumerate(drawn.columns):
        widths = [page.width(cell, size, bold=not place) for cell in cells]
        wide = max([page.width(head, head_size), *widths]) + 14 * page.u
        if wide > room:
            break
        room -= wide
        said = [
            page.say(cell, size, align="r", bold=not place and _is_strong(drawn, row), quiet=bool(place))
            for row, cell in enumerate(cells)
        ]
        found.append((wide, [page.say(head, head_size, align="r", quiet=True), *said]))
    return found


def _is_strong(drawn: Chart, row: int) -> bool:
    """Whether a row is beyond chance, where that is told by colour; figures without that are all of one weight."""
    return drawn.kind not in {"dots", "lengths", "steps"} or drawn.series[0].colour(row) != "quiet"
