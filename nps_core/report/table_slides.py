"""Slides of tables: the row account beside the method, cells in their shades, and whatever has no chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.report.shapes import Box, Paragraph, Run, table, text_box
from nps_core.report.slide_frame import Page, put_bullets

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


def draw_table(page: Page) -> None:
    """The table of a part that has no chart."""
    _table_in(page, page.room, size=14)


def draw_cells(page: Page) -> None:
    """A chart of cells as a table with shaded cells, its rows as high as the room allows."""
    u, room, drawn = page.u, page.room, page.part.chart
    if drawn is None:
        return
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


_CELL, _LEAST_CELL = 60.0, 20.0  # points that a row of cells takes, at most and at least


def _table_in(page: Page, room: Box, size: float) -> None:
    """A table as large as fits: the first rows and columns, the rest in the notes, and said so."""
    u, own = page.u, page.part.table
    if own is None:
        return
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
