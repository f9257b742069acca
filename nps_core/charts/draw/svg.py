"""A chart as SVG: its static picture, for paper, for PDF, and where no script runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.draw.svg_canvas import INK, PAD, QUIET_INK, WHISKER, Canvas, Rows, Upright, legend, ticks
from nps_core.charts.spec import (
    ACCENT,
    COLOURS,
    GROUP_COLOURS,
    LEVEL_LINES,
    LIGHT,
    ON_COLOUR,
    QUIET,
    ROWS,
    SHADES,
    on_white,
    runs_of,
)
from nps_core.formatting import format_count

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.charts.spec import Cell, Chart, Mark, Series

_ROOM_FOR_SHARE = 6.0  # percent of a bar that its label needs
# Pixels: of a row, and a line more in it; around the rows; of an upright chart, of a plane, and of the lowest chart.
_ROW, _SMALL_LINE, _AROUND_ROWS, _UPRIGHT, _PLANE, _LOWEST = 34.0, 13.0, 78.0, 320.0, 420.0, 120.0
_LEVEL_LOOKS = {"stretch": (WHISKER, 2.2), "start": (QUIET, 7.0), "window": (QUIET_INK, 2.0)}  # colour, width
_NAME_SHARE = 0.22  # of the width, for a name beside a dot of a plane


def svg(chart: Chart, width: float, height: float | None = None, *, size: float = 13) -> str:
    """A chart drawn on a light ground, as one `<svg>` element without script, link or style sheet.

    Parameters
    ----------
    width, height
        In pixels; without a height it is as high as its rows need.
    size
        Of the type, in pixels.
    """
    tall = height or natural_height(chart)
    canvas = Canvas(chart, width, tall, size)
    _KINDS[chart.kind](canvas)
    return canvas.whole()


def natural_height(chart: Chart) -> float:
    """A height at which a chart is easy to read, in pixels."""
    if chart.kind not in {*ROWS, "strip"}:
        return _PLANE if chart.kind == "plane" else _UPRIGHT
    lines = max((1 + len(cell.small) for row in chart.cells for cell in row), default=1)
    return max(_LOWEST, _AROUND_ROWS + (_ROW + _SMALL_LINE * (lines - 1)) * len(chart.categories))


def _stacked(canvas: Canvas) -> None:
    rows = Rows(canvas, above=legend(canvas, canvas.chart.series))
    is_share = canvas.chart.kind == "groups"
    half, gap = (0.34, 1) if is_share else (0.3, 0)
    if not is_share:
        rows.axis()
    for row in range(len(canvas.chart.categories)):
        at = 0.0
        for one in canvas.chart.series:
            share = one.values[row] or 0.0
            canvas.rect(
                rows.x(at),
                rows.middle(row) - rows.step * half,
                rows.x(at + share) - rows.x(at) - gap,
                rows.step * 2 * half,
                COLOURS[one.colours[0]],
            )
            if is_share and share >= _ROOM_FOR_SHARE:
                label = one.labels[row] if one.labels else canvas.chart.axis.words(share)
                canvas.text(
                    rows.x(at + share / 2),
                    rows.middle(row) + canvas.size * 0.35,
                    label,
                    anchor="middle",
                    colour=ON_COLOUR.get(one.colours[0], LIGHT),
                    bold=True,
                )
            at += share


def _dots(canvas: Canvas) -> None:
    levels = [mark for mark in canvas.chart.marks if mark.kind in {"level", "aim"}]
    rows = Rows(canvas, above=canvas.size * 1.3 if levels and not canvas.chart.columns else 0.0)
    rows.axis()
    for mark in levels:
        _level(canvas, rows, mark)
    first, *others = canvas.chart.series
    for row, value in enumerate(first.values):
        if value is not None:
            y, colour = rows.middle(row), COLOURS[first.colour(row)]
            if ends := first.interval(row):
                canvas.line((rows.x(ends[0]), y), (rows.x(ends[1]), y), colour, wide=2)
            canvas.dot(rows.x(value), y, 5.5, colour)
    for other in others:
        for row, value in enumerate(other.values):
            if value is not None:
                x, y = rows.x(value), rows.middle(row)
                canvas.path(
                    [(x - 6, y), (x, y - 6), (x + 6, y), (x, y + 6), (x - 6, y)], stroke=QUIET_INK, wide=1.5
                )


def _lengths(canvas: Canvas) -> None:
    """Bars from 0 with their intervals."""
    rows = Rows(canvas)
    rows.axis()
    one = canvas.chart.series[0]
    for row, value in enumerate(one.values):
        if value is not None:
            y = rows.middle(row)
            canvas.rect(
                rows.x(0),
                y - rows.step * 0.25,
                rows.x(value) - rows.x(0),
                rows.step * 0.5,
                COLOURS[one.colour(row)],
            )
            if ends := one.interval(row):
                canvas.line((rows.x(ends[0]), y), (rows.x(ends[1]), y), WHISKER, wide=1.4)


def _cells(canvas: Canvas) -> None:
    """Rows and columns of shaded cells."""
    chart, size = canvas.chart, canvas.size
    left = min(canvas.room(chart.categories) + PAD, _NAME_SHARE * canvas.width)
    top = size * (3.0 if any("\n" in head for head in chart.heads) else 1.8)
    wide = (canvas.width - left) / max(1, len(chart.heads))
    tall = (canvas.height - top - 2) / max(1, len(chart.categories))
    for column, head in enumerate(chart.heads):
        for line, words in enumerate(head.split("\n")):
            said = canvas.short(words, wide - 6)
            canvas.text(
                left + wide * (column + 0.5),
                size * (1.1 + 1.2 * line),
                said,
                anchor="middle",
                colour=QUIET_INK,
                small=0.9,
            )
    for row, (name, cells) in enumerate(zip(chart.categories, chart.cells, strict=True)):
        y = top + tall * row
        canvas.text(0, y + tall / 2 + size * 0.35, canvas.short(name, left - PAD + 1))
        for column, cell in enumerate(cells):
            x = left + wide * column
            if shade := chart.shade_of(cell):
                canvas.rect(x + 1.5, y + 1.5, wide - 3, tall - 3, on_white(*shade))
            _cell(canvas, cell, (x + wide / 2, y + tall / 2), wide - 6)


def _cell(canvas: Canvas, cell: Cell, middle: tuple[float, float], room: float) -> None:
    lines = [
        *([(cell.figure, 1.0, True)] if cell.figure else []),
        *((small, 0.82, False) for small in cell.small),
    ]
    y = middle[1] - canvas.size * 0.6 * (len(lines) - 1) + canvas.size * 0.35
    for place, (words, small, bold) in enumerate(lines):
        said = canvas.short(words, room / small)
        colour = INK if cell.figure else QUIET_INK
        canvas.text(
            middle[0],
            y + canvas.size * 1.2 * place,
            said,
            anchor="middle",
            colour=colour,
            small=small,
            bold=bold and bool(cell.small),
        )


def _plane(canvas: Canvas) -> None:
    """Dots between two axes with upright intervals, each named; thin lines at the means, words in the corners."""
    chart, (up, right) = canvas.chart, canvas.chart.series
    frame = Upright(canvas, above=canvas.size * 1.4, names=False)
    across = chart.across or chart.axis

    def x(value: float) -> float:
        return frame.left + (value - across.low) / ((across.high - across.low) or 1.0) * (
            frame.right - frame.left
        )

    for value in ticks(across, 6):
        canvas.text(
            x(value),
            frame.floor + canvas.size * 1.4,
            across.words(value),
            anchor="middle",
            colour=QUIET_INK,
            small=0.92,
        )
    if chart.corners:
        means = [sum(value or 0.0 for value in one.values) / max(1, len(one.values)) for one in (up, right)]
        canvas.line((frame.left, frame.y(means[0])), (frame.right, frame.y(means[0])), QUIET)
        canvas.line((x(means[1]), frame.top), (x(means[1]), frame.bottom), QUIET)
        places = [
            (frame.left, frame.top - 4, "start"),
            (frame.right, frame.top - 4, "end"),
            (frame.left, frame.bottom - 4, "start"),
            (frame.right, frame.bottom - 4, "end"),
        ]
        for words, (left, y, anchor) in zip(chart.corners, places, strict=True):
            canvas.text(
                left,
                y,
                canvas.short(words, (frame.right - frame.left) / 2),
                anchor=anchor,
                colour=QUIET_INK,
                small=0.85,
            )
    for place, name in enumerate(chart.categories):
        at, high = right.values[place], up.values[place]
        if at is None or high is None:
            continue
        if ends := up.interval(place):
            canvas.line(
                (x(at), frame.y(ends[0])), (x(at), frame.y(ends[1])), COLOURS[up.colour(place)], wide=2
            )
        canvas.dot(x(at), frame.y(high), 5.5, COLOURS[up.colour(place)])
        before = x(at) > (frame.left + frame.right) / 2
        said = canvas.short(name, canvas.width * _NAME_SHARE)
        canvas.text(
            x(at) + (-10 if before else 10),
            frame.y(high) + canvas.size * 0.35,
            said,
            anchor="end" if before else "start",
            small=0.92,
        )


def _level(canvas: Canvas, rows: Rows, mark: Mark) -> None:
    at = rows.x(mark.first)
    canvas.line((at, rows.top - 2), (at, rows.bottom), QUIET_INK, dash="4 3")
    canvas.text(at, rows.top - canvas.size * 0.5, mark.name, anchor="middle", colour=QUIET_INK, small=0.88)


def _steps(canvas: Canvas) -> None:
    rows = Rows(canvas)
    rows.axis()
    points, starts = canvas.chart.series
    for row, (size, start) in enumerate(zip(points.values, starts.values, strict=True)):
        if size is None or start is None:
            continue
        y, ends = rows.middle(row), sorted((rows.x(start), rows.x(start + size)))
        canvas.rect(
            ends[0],
            y - rows.step * 0.28,
            max(1.5, ends[1] - ends[0]),
            rows.step * 0.56,
            COLOURS[points.colour(row)],
        )
        if reach := points.interval(row):
            canvas.line((rows.x(reach[0]), y), (rows.x(reach[1]), y), WHISKER, wide=1.4)
        if row + 1 < len(canvas.chart.categories):
            canvas.line(
                (rows.x(start + size), y), (rows.x(start + size), rows.middle(row + 1)), QUIET, wide=0.8
            )


def _columns(canvas: Canvas) -> None:
    chart = canvas.chart
    above = legend(canvas, chart.series) if len(chart.series) > 1 else 0.0
    frame = Upright(canvas, above=above + canvas.size * (1.2 if not chart.marks else 2.4))
    wide = frame.step * 0.72 / max(1, len(chart.series))
    for number, one in enumerate(chart.series):
        for place, value in enumerate(one.values):
            if value is None:
                continue
            left = frame.x(place) - frame.step * 0.36 + number * wide
            canvas.rect(
                left, frame.y(value), wide - 1, frame.y(0) - frame.y(value), COLOURS[one.colour(place)]
            )
            if one.labels:
                canvas.text(
                    left + wide / 2, frame.y(value) - 4, one.labels[place], anchor="middle", small=0.9
                )
    canvas.line((frame.left, frame.y(0)), (frame.right, frame.y(0)), QUIET)
    for mark in chart.marks:  # over which scores each group stands
        if mark.kind in GROUP_COLOURS:
            ends = frame.x(mark.first - 0.36), frame.x(mark.last + 0.36)
            canvas.line(
                (ends[0], canvas.size * 1.5), (ends[1], canvas.size * 1.5), GROUP_COLOURS[mark.kind], wide=2
            )
            canvas.text(sum(ends) / 2, canvas.size, mark.name, anchor="middle", colour=QUIET_INK, small=0.92)


def _line(canvas: Canvas) -> None:
    chart, score = canvas.chart, canvas.chart.series[0]
    frame = Upright(canvas, under=0.2 if len(chart.series) > 1 else 0.0, above=canvas.size * 1.3)
    lines = [mark for mark in chart.marks if mark.kind in LEVEL_LINES]
    for mark in chart.marks:
        if mark not in lines:
            _mark(canvas, frame, mark)
    for run in runs_of(score.values):
        if score.low:
            around = [(frame.x(at), frame.y(score.high[at] or 0.0)) for at in run]
            around += [(frame.x(at), frame.y(score.low[at] or 0.0)) for at in reversed(run)]
            canvas.path(around, fill=ACCENT) if len(run) > 1 else canvas.line(around[0], around[1], ACCENT)
        canvas.path([(frame.x(at), frame.y(score.values[at] or 0.0)) for at in run], stroke=ACCENT)
        for at in run if frame.step > 12 else ():  # noqa: PLR2004 - pixels; nearer dots run together
            canvas.dot(frame.x(at), frame.y(score.values[at] or 0.0), 4, ACCENT)
    for mark in lines:
        _level_line(canvas, frame, mark)
    for at, label in enumerate(score.labels):
        value = score.values[at]
        if label and value is not None:
            canvas.text(frame.x(at) + 8, frame.y(value) + canvas.size * 0.35, label, colour=ACCENT, bold=True)
    if len(chart.series) > 1:
        _responses(canvas, frame, chart.series[1])


def _responses(canvas: Canvas, frame: Upright, counts: Series) -> None:
    """Thin bars under the line, with the most of them written."""
    most = max((value or 0.0 for value in counts.values), default=0.0) or 1.0
    floor, room = frame.floor, frame.floor - frame.bottom - canvas.size * 1.3
    for at, value in enumerate(counts.values):
        tall = (value or 0.0) / most * room
        canvas.rect(
            frame.x(at) - frame.step * 0.3,
            floor - tall,
            frame.step * 0.6,
            tall,
            COLOURS[counts.colours[0]],
            opacity=0.45,
        )
    canvas.text(
        frame.left,
        floor - room - 3,
        f"{counts.name}, at most {format_count(most)}",
        colour=QUIET_INK,
        small=0.82,
    )


def _level_line(canvas: Canvas, frame: Upright, mark: Mark) -> None:
    """A level of the story from its first period to its last, with its value."""
    colour, wide = _LEVEL_LOOKS[mark.kind]
    first, last = max(mark.first, -0.5), min(mark.last, len(canvas.chart.categories) - 0.5)
    ends = frame.x(first), frame.x(last)
    canvas.line((ends[0], frame.y(mark.ends[0])), (ends[1], frame.y(mark.ends[1])), colour, wide=wide)
    if mark.name:
        off = canvas.size * 1.1 if canvas.chart.named_below(mark) else -5
        canvas.text(ends[0] + 2, frame.y(mark.ends[0]) + off, mark.name, colour=WHISKER, small=0.92)


def _mark(canvas: Canvas, frame: Upright, mark: Mark) -> None:
    name = canvas.short(mark.name, canvas.width * 0.24)
    if mark.kind in {"aim", "level"}:
        canvas.line(
            (frame.left, frame.y(mark.first)), (frame.right, frame.y(mark.first)), QUIET_INK, dash="5 4"
        )
        canvas.text(frame.left + 4, frame.y(mark.first) - 4, name, colour=QUIET_INK, small=0.88)
        return
    start, end = frame.x(mark.first), frame.x(mark.last)
    if mark.kind in SHADES:
        canvas.rect(
            start,
            frame.top,
            max(3.0, end - start),
            frame.bottom - frame.top,
            SHADES[mark.kind],
            opacity=0.14,
        )
    else:
        canvas.line((start, frame.top), (start, frame.bottom), WHISKER, dash="2 3")
    anchor = "end" if start > frame.left + 0.75 * (frame.right - frame.left) else "start"
    canvas.text(
        start + (-4 if anchor == "end" else 4),
        frame.top - 5,
        name,
        anchor=anchor,
        colour=QUIET_INK,
        small=0.88,
    )


_KINDS: dict[str, Callable[[Canvas], None]] = {
    "groups": _stacked,
    "columns": _columns,
    "line": _line,
    "dots": _dots,
    "bars": _stacked,
    "steps": _steps,
    "lengths": _lengths,
    "strip": _dots,
    "cells": _cells,
    "plane": _plane,
}
