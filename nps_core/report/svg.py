"""A plot as SVG: the static picture of a chart, for paper, for PDF, and where no script runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.base import ACCENT, GROUP_COLOURS, QUIET
from nps_core.report.paper import INK, QUIET_INK, WHISKER, Paper, Rows, Upright, legend, said
from nps_core.words import format_count

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.report.story import Plot, PlotMark, Series, Value

_ON = {"#9aa4ae": INK}  # what is written on a group's colour; white on the others
_ROOM_FOR_SHARE = 6.0  # percent of a bar that its label needs
_ROW = 34.0  # pixels


def svg(plot: Plot, width: float, height: float | None = None, *, size: float = 13) -> str:
    """A plot drawn on a light ground, as one `<svg>` element without script, link or style sheet.

    Parameters
    ----------
    width, height
        In pixels; without a height it is as high as its rows need.
    size
        Of the type, in pixels.
    """
    tall = height or natural_height(plot)
    paper = Paper(plot, width, tall, size)
    _KINDS[plot.kind](paper)
    return paper.whole()


def natural_height(plot: Plot) -> float:
    """A height at which a plot is easy to read, in pixels."""
    if plot.kind in {"line", "columns"}:
        return 320
    return max(120.0, 78 + _ROW * len(plot.categories))


def _groups(paper: Paper) -> None:
    rows = Rows(paper, above=legend(paper, paper.plot.series))
    for row in range(len(paper.plot.categories)):
        at = 0.0
        for one in paper.plot.series:
            share = one.values[row] or 0.0
            paper.rect(rows.x(at), rows.middle(row) - rows.step * 0.34, rows.x(at + share) - rows.x(at) - 1, rows.step * 0.68, one.colour(0))  # fmt: skip
            if share >= _ROOM_FOR_SHARE:
                label = one.labels[row] if one.labels else said(share, paper.plot.unit)
                paper.text(rows.x(at + share / 2), rows.middle(row) + paper.size * 0.35, label, anchor="middle", colour=_ON.get(one.colour(0), "#ffffff"), bold=True)  # fmt: skip
            at += share


def _bars(paper: Paper) -> None:
    rows = Rows(paper, above=legend(paper, paper.plot.series))
    rows.axis()
    for row in range(len(paper.plot.categories)):
        at = 0.0
        for one in paper.plot.series:
            count = one.values[row] or 0.0
            paper.rect(rows.x(at), rows.middle(row) - rows.step * 0.3, rows.x(at + count) - rows.x(at), rows.step * 0.6, one.colour(0))  # fmt: skip
            at += count


def _dots(paper: Paper) -> None:
    levels = [mark for mark in paper.plot.marks if mark.kind in {"level", "aim"}]
    rows = Rows(paper, above=paper.size * 1.3 if levels and not paper.plot.columns else 0.0)
    rows.axis()
    for mark in levels:
        _level(paper, rows, mark)
    for one in paper.plot.series:
        for row, value in enumerate(one.values):
            if value is None:
                continue
            y = rows.middle(row)
            if one.low and one.low[row] is not None and one.high[row] is not None:
                ends = rows.x(one.low[row] or 0.0), rows.x(one.high[row] or 0.0)
                paper.line((ends[0], y), (ends[1], y), one.colour(row), wide=2)
            paper.dot(rows.x(value), y, 5.5, one.colour(row))


def _level(paper: Paper, rows: Rows, mark: PlotMark) -> None:
    at = rows.x(mark.first)
    paper.line((at, rows.top - 2), (at, rows.bottom), QUIET_INK, dash="4 3")
    paper.text(at, rows.top - paper.size * 0.5, mark.name, anchor="middle", colour=QUIET_INK, small=0.88)


def _steps(paper: Paper) -> None:
    rows = Rows(paper)
    rows.axis()
    points, starts = paper.plot.series
    for row, (size, start) in enumerate(zip(points.values, starts.values, strict=True)):
        if size is None or start is None:
            continue
        y, ends = rows.middle(row), sorted((rows.x(start), rows.x(start + size)))
        paper.rect(ends[0], y - rows.step * 0.28, max(1.5, ends[1] - ends[0]), rows.step * 0.56, points.colour(row))  # fmt: skip
        low, high = (points.low[row], points.high[row]) if points.low else (None, None)
        if low is not None and high is not None:
            paper.line((rows.x(low), y), (rows.x(high), y), WHISKER, wide=1.4)
        if row + 1 < len(paper.plot.categories):
            paper.line((rows.x(start + size), y), (rows.x(start + size), rows.middle(row + 1)), QUIET, wide=0.8)  # fmt: skip


def _columns(paper: Paper) -> None:
    plot = paper.plot
    above = legend(paper, plot.series) if len(plot.series) > 1 else 0.0
    frame = Upright(paper, above=above + paper.size * (1.2 if not plot.marks else 2.4))
    wide = frame.step * 0.72 / max(1, len(plot.series))
    for number, one in enumerate(plot.series):
        for place, value in enumerate(one.values):
            if value is None:
                continue
            left = frame.x(place) - frame.step * 0.36 + number * wide
            paper.rect(left, frame.y(value), wide - 1, frame.y(0) - frame.y(value), one.colour(place))
            if one.labels:
                paper.text(left + wide / 2, frame.y(value) - 4, one.labels[place], anchor="middle", small=0.9)
    paper.line((frame.left, frame.y(0)), (frame.right, frame.y(0)), QUIET)
    for mark in plot.marks:  # over which scores each group stands
        if mark.kind in GROUP_COLOURS:
            ends = frame.x(mark.first - 0.36), frame.x(mark.last + 0.36)
            paper.line((ends[0], paper.size * 1.5), (ends[1], paper.size * 1.5), GROUP_COLOURS[mark.kind], wide=2)  # fmt: skip
            paper.text(sum(ends) / 2, paper.size, mark.name, anchor="middle", colour=QUIET_INK, small=0.92)


def _line(paper: Paper) -> None:
    plot, score = paper.plot, paper.plot.series[0]
    frame = Upright(paper, under=0.2 if len(plot.series) > 1 else 0.0, above=paper.size * 1.3)
    for mark in plot.marks:
        _mark(paper, frame, mark)
    for run in _runs(score.values):
        if score.low:
            around = [(frame.x(at), frame.y(score.high[at] or 0.0)) for at in run]
            around += [(frame.x(at), frame.y(score.low[at] or 0.0)) for at in reversed(run)]
            paper.path(around, fill=ACCENT) if len(run) > 1 else paper.line(around[0], around[1], ACCENT)
        paper.path([(frame.x(at), frame.y(score.values[at] or 0.0)) for at in run], stroke=ACCENT)
        for at in run if frame.step > 12 else ():  # noqa: PLR2004 - pixels; nearer dots run together
            paper.dot(frame.x(at), frame.y(score.values[at] or 0.0), 4, ACCENT)
    for at, label in enumerate(score.labels):
        value = score.values[at]
        if label and value is not None:
            paper.text(frame.x(at) + 8, frame.y(value) + paper.size * 0.35, label, colour=ACCENT, bold=True)
    if len(plot.series) > 1:
        _responses(paper, frame, plot.series[1])


def _responses(paper: Paper, frame: Upright, counts: Series) -> None:
    """Thin bars under the line, with the most of them written."""
    most = max((value or 0.0 for value in counts.values), default=0.0) or 1.0
    floor, room = frame.floor, frame.floor - frame.bottom - paper.size * 1.3
    for at, value in enumerate(counts.values):
        tall = (value or 0.0) / most * room
        paper.rect(frame.x(at) - frame.step * 0.3, floor - tall, frame.step * 0.6, tall, counts.colour(0), opacity=0.45)  # fmt: skip
    paper.text(frame.left, floor - room - 3, f"{counts.name}, at most {format_count(most)}", colour=QUIET_INK, small=0.82)  # fmt: skip


def _mark(paper: Paper, frame: Upright, mark: PlotMark) -> None:
    name = paper.short(mark.name, paper.width * 0.24)
    if mark.kind in {"aim", "level"}:
        paper.line(
            (frame.left, frame.y(mark.first)), (frame.right, frame.y(mark.first)), QUIET_INK, dash="5 4"
        )
        paper.text(frame.left + 4, frame.y(mark.first) - 4, name, colour=QUIET_INK, small=0.88)
        return
    start, end = frame.x(mark.first), frame.x(mark.last)
    if mark.kind == "alert":
        paper.rect(start, frame.top, max(3.0, end - start), frame.bottom - frame.top, "#dd5f37", opacity=0.14)
    else:
        paper.line((start, frame.top), (start, frame.bottom), WHISKER, dash="2 3")
    anchor = "end" if start > frame.left + 0.75 * (frame.right - frame.left) else "start"
    paper.text(start + (-4 if anchor == "end" else 4), frame.top - 5, name, anchor=anchor, colour=QUIET_INK, small=0.88)  # fmt: skip


def _runs(values: Sequence[Value]) -> list[list[int]]:
    """Places that follow each other without a gap."""
    runs: list[list[int]] = [[]]
    for at, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(at)
    return [run for run in runs if run]


_KINDS: dict[str, Callable[[Paper], None]] = {
    "groups": _groups,
    "columns": _columns,
    "line": _line,
    "dots": _dots,
    "bars": _bars,
    "steps": _steps,
}
