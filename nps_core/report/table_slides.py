"""Slides of tables, charts that are tables among them: the row account beside the method, cells in their shades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.draw.datasheet import LEVELS
from nps_core.charts.draw.pptx import chart_xml
from nps_core.charts.draw.text_width import LINE, wrap
from nps_core.charts.spec import GROUP_ORDER
from nps_core.report.shapes import Box, Paragraph, Run, chart, table, text_box
from nps_core.report.slide_frame import TEXT, Page, height_of, put_bullets, put_legend, style_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.spec import Cell, Chart


def draw_account(page: Page) -> None:
    """The row account on the left, the method on the right."""
    room, u = page.room, page.u
    left = Box(room.x, room.y, room.w * 0.42, room.h)
    _table_in(page, left, size=16)
    right = Box(left.right + 36 * u, room.y, room.w - left.w - 36 * u, room.h)
    put_bullets(page, right, 16)


def draw_sentences(page: Page) -> None:
    """A table of sentences, each wrapped within its column, and under it what else is said.

    A line a finding, beside it room for what it means and who takes it on; or a line an action.
    """
    u, room, own = page.u, page.room, page.table
    words, widths = own.words(), [room.w * share for share in _SHARES[page.part.key]]
    under = list(page.part.bullets)
    low = height_of(under, room.w / page.look.factor, TEXT * u) + 4 * u if under else 0.0
    head = 24 * u
    row = min(_FINDING * u, (room.h - head - low) / max(1, len(words)))
    gap = 14 * u
    size = next(
        (
            one * u
            for one in _TYPES
            if _fits(page, words, [wide - gap for wide in widths], one * u, row - 4 * u)
        ),
        _TYPES[-1] * u,
    )
    lines = max(1, int((row - 4 * u) / (size * LINE)))
    columns = [
        (
            wide,
            [
                page.say(own.heads[place], _HEAD * u, quiet=True),
                *(
                    page.say(
                        page.cut(one[place], wide - gap, size, lines=lines), size, bold=one[place].isdecimal()
                    )
                    for one in words
                ),
            ],
        )
        for place, wide in enumerate(widths)
    ]
    heights = [head, *[row] * len(words)]
    box = Box(room.x, room.y, room.w, sum(heights))
    table(page.slide, page.name(), box, columns, heights, alt=page.part.alt, rule=page.look.hair, gap=gap)
    rest = Box(room.x, box.bottom + 8 * u, room.w, room.bottom - box.bottom - 8 * u)
    if under and rest.h > TEXT * u:
        put_bullets(page, rest, TEXT)


def _fits(
    page: Page, words: Sequence[Sequence[str]], wide: Sequence[float], size: float, high: float
) -> bool:
    """Whether each sentence fits its cell in this type."""
    return all(
        len(wrap(text, own / page.look.factor, size)) * size * LINE <= high
        for one in words
        for text, own in zip(one, wide, strict=True)
    )


def draw_table(page: Page) -> None:
    """The table of a part that has no chart, in larger type where it is short."""
    _table_in(page, page.room, size=18 if len(page.table.rows) <= _SHORT else 14)


def draw_cells(page: Page) -> None:
    """A chart of cells as a table with shaded cells, its rows as high as the room allows."""
    u, room, drawn = page.u, page.room, page.chart
    head = 34 * u
    most = max(1, int((room.h - head) / (_LEAST_CELL * u)))
    shown = drawn.at_most(most)
    row = min(_CELL * u, (room.h - head) / max(1, len(shown.categories)))
    size = min(18 * u, row * 0.45)
    names = min(
        room.w * 0.24, max((page.width(name, size) for name in shown.categories), default=0.0) + 12 * u
    )
    wide = (room.w - names) / max(1, len(shown.heads))
    columns = [
        (
            names,
            [
                page.say("", size),
                *(page.say(page.cut(name, names - 8 * u, size), size) for name in shown.categories),
            ],
        )
    ]
    for place, words in enumerate(shown.heads):
        first = page.say(page.cut(words.replace("\n", ", "), wide - 6 * u, 11 * u), 11 * u, align="ctr")
        columns.append(
            (wide, [first, *(_cell(page, cells[place], wide - 6 * u, size) for cells in shown.cells)])
        )
    fills: list[list[tuple[str, int] | None]] = [[None] * (len(shown.cells) + 1)]
    fills += [
        [None, *(_fill(page, shown, cells[place]) for cells in shown.cells)]
        for place in range(len(shown.heads))
    ]
    heights = [head, *[row] * len(shown.cells)]
    box = Box(room.x, room.y, room.w, sum(heights))
    table(page.slide, page.name(), box, columns, heights, alt=page.part.alt, rule=page.look.hair, fills=fills)


def _fill(page: Page, drawn: Chart, cell: Cell) -> tuple[str, int] | None:
    """The shade of a cell: a colour of the deck and its strength in percent, so that any ground shows through."""
    shade = drawn.shade_of(cell)
    if shade is None:
        return None
    meaning, strength = shade
    return page.look.accent if meaning == "accent" else page.look.ink, round(100 * strength)


def _cell(page: Page, cell: Cell, room: float, size: float) -> Paragraph:
    """The figure of a cell with what is small, as far as it fits on a line."""
    small = size * 0.72
    runs = [Run(cell.figure, size, bold=bool(cell.small), colour=page.look.ink)] if cell.figure else []
    left = room - page.width(cell.figure, size, bold=True)
    for words in cell.small:
        said = f"  {words}" if runs else words
        left -= page.width(said, small)
        if left < 0:
            break
        runs.append(Run(said, small, colour=page.look.ink))
    return Paragraph(tuple(runs) or (Run("", size),), "ctr")


_SHARES = {"summary": (0.04, 0.5, 0.3, 0.16), "actions": (0.3, 0.28, 0.42)}
"""Of the width: number, finding, so what, owner; or what customers said, what was done, what went with it."""

_FINDING = 76.0  # points that a finding takes, at most
_SHORT = 6  # rows of a table
_TYPES = (18.0, 16.0, TEXT, 12.0, 11.0)


_CELL, _LEAST_CELL = 60.0, 20.0  # points that a row of cells takes, at most and at least


def _table_in(page: Page, room: Box, size: float) -> None:
    """A table as large as fits: the first rows and columns, the rest in the notes, and said so."""
    u, own = page.u, page.table
    size *= u
    row = size * 1.9
    words = own.words()
    most = max(1, int((room.h - row * 2) / row))
    cutting = len(words) > most
    shown = words[:most]
    numeric = [kind != "text" for kind in own.kinds]
    wanted = [
        (
            max(page.width(head, size), *(page.width(line[place], size) for line in shown)) + 16 * u
            if shown
            else page.width(head, size)
        )
        for place, head in enumerate(own.heads)
    ]
    widths = _shared(wanted, room.w, 64 * u)
    cells = [
        (
            wide,
            [
                page.say(
                    page.cut(text, wide - 8 * u, size, bold=not line),
                    size,
                    bold=not line,
                    align="r" if numeric[place] else "l",
                    quiet=not line,
                )
                for line, text in enumerate([own.heads[place], *(one[place] for one in shown)])
            ],
        )
        for place, wide in enumerate(widths)
    ]
    heights = [row] * (len(shown) + 1)
    table(
        page.slide,
        page.name(),
        Box(room.x, room.y, sum(widths), sum(heights)),
        cells,
        heights,
        alt=page.part.alt,
        rule=page.look.hair,
    )
    said = []
    if cutting:
        said.append(f"{len(words) - most:,} more rows in the notes")
    if len(widths) < len(own.heads):
        said.append(f"{len(own.heads) - len(widths)} more columns in the notes")
    if said:
        y = room.y + sum(heights) + 4 * u
        text_box(
            page.slide,
            page.name("more"),
            Box(room.x, y, room.w, 14 * u),
            [page.say("; ".join(said), 11 * u, quiet=True)],
        )


def _shared(wanted: Sequence[float], room: float, least: float) -> list[float]:
    """Widths of columns that fit a room: narrow ones as they are, wide ones share what is left.

    Where even the least widths do not fit, the last columns are dropped.
    """
    kept = list(wanted)
    while len(kept) > 1 and sum(min(one, least) for one in kept) > room:
        kept.pop()
    over = sum(kept) - room
    if over <= 0:
        return kept
    fair = room
    low, high = 0.0, max(kept)
    for _ in range(40):  # halves until no width differs by a hair
        fair = (low + high) / 2
        low, high = (fair, high) if sum(min(one, fair) for one in kept) <= room else (low, fair)
    return [min(one, low) for one in kept]


_NAMES, _FIGURES = 0.32, 0.42  # of the width, for the names and for the figures beside rows, at most


_CHART = 0.36  # of the width, for the chart, at least


_ROW, _GROUP_ROW, _LEAST_ROW = 60.0, 86.0, 17.0  # points that a row takes, at most and at least


_TYPE, _HEAD = 18.0, 11.0  # points of names and figures, at most; of the heads over them


def draw_rows(page: Page) -> None:
    """Draw the rows of a chart as high as the room allows."""
    u, room = page.u, page.room
    head, foot = 24 * u, (24 * u if page.chart.kind in {"dots", "steps"} else 4 * u)
    drawn = _as_many_as_fit(page.chart, int((room.h - head - foot) / (_LEAST_ROW * u)))
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
        put_legend(
            page, box, [(one.name, group) for one, group in zip(drawn.series, GROUP_ORDER, strict=True)]
        )
        return
    levels = [mark.name for mark in drawn.marks if mark.kind in LEVELS]
    said = "one step after another; thin lines: 95% intervals"
    if drawn.kind != "steps":
        said = f"95% intervals{'; dotted: ' + ', '.join(levels) if levels else ''}"
    total = len(page.chart.categories)
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
