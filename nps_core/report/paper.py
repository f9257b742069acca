"""What charts in SVG are drawn on: text, lines, rows with their names, axes."""

from __future__ import annotations

import html
import math
import unicodedata
from typing import TYPE_CHECKING

from nps_core.report.measure import MORE, cut
from nps_core.report.measure import width as text_width
from nps_core.report.plain import plain
from nps_core.words import format_count, format_nps, format_share

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.report.story import Plot, Series

INK, QUIET_INK, GRID, WHISKER = "#1b2430", "#5b6673", "#e3e7ec", "#3c4654"
_FONT = "Inter, Arial, sans-serif"
_NAMES = 0.3  # of the width, at most, for the names of rows
_TALLEST_ROW = 46.0
PAD = 14.0
_RIGHT_TO_LEFT = "\u200f"  # after a cut Arabic or Hebrew name: its "…" stands on the left, where it ends


class Paper:
    """What is drawn on, and what all kinds of charts share: text, lines, axes."""

    def __init__(self, plot: Plot, width: float, height: float, size: float) -> None:
        self.plot, self.width, self.height, self.size = plot, width, height, size
        self._parts: list[str] = []

    def whole(self) -> str:
        """The element."""
        body = "".join(self._parts)
        return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" width="{self.width:g}" height="{self.height:g}" font-family="{_FONT}">{body}</svg>'

    def rect(self, x: float, y: float, wide: float, tall: float, colour: str, *, opacity: float = 1) -> None:
        """A rectangle from its upper left corner."""
        faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self._parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, wide):.1f}" height="{max(0.0, tall):.1f}" fill="{colour}"{faint}/>')  # fmt: skip

    def line(self, start: tuple[float, float], end: tuple[float, float], colour: str, *, wide: float = 1, dash: str = "") -> None:  # fmt: skip
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(f'<path d="M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}" stroke="{colour}" stroke-width="{wide:g}"{dashed} fill="none"/>')  # fmt: skip

    def path(
        self, points: Sequence[tuple[float, float]], *, stroke: str = "none", fill: str = "none"
    ) -> None:
        """A line through points, or an area around them."""
        drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        more = 'stroke-width="2.2" stroke-linejoin="round"' if stroke != "none" else 'fill-opacity="0.16"'
        self._parts.append(f'<path d="M{drawn}{"Z" if fill != "none" else ""}" stroke="{stroke}" fill="{fill}" {more}/>')  # fmt: skip

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A dot with a light rim."""
        self._parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}" stroke="#ffffff" stroke-width="1"/>')  # fmt: skip

    def text(self, x: float, y: float, said: str, *, anchor: str = "start", colour: str = INK, bold: bool = False, small: float = 1) -> None:  # fmt: skip
        """A text whose baseline is at `y`; escaped, on one line."""
        if said:
            weight = ' font-weight="600"' if bold else ""
            self._parts.append(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{self.size * small:g}" text-anchor="{anchor}" fill="{colour}"{weight}>{html.escape(plain(said))}</text>')  # fmt: skip

    def room(self, texts: Sequence[str], *, bold: bool = False) -> float:
        """The width of the widest text."""
        return max((text_width(one, self.size, bold=bold) for one in texts), default=0.0)

    def short(self, text: str, room: float) -> str:
        """A text cut to a width."""
        whole = plain(text)
        kept = cut(whole, max(room, self.size), self.size)
        from_right = kept != whole and unicodedata.bidirectional(kept.rstrip(MORE)[-1:] or " ") in {"R", "AL"}
        return kept + _RIGHT_TO_LEFT if from_right else kept


class Rows:
    """A chart whose rows lie under each other: names on the left, figures in columns on the right, an axis under it."""

    def __init__(self, paper: Paper, *, axis: tuple[float, float] | None = None, above: float = 0.0) -> None:
        plot = paper.plot
        self.paper, self.low, self.high = paper, *(axis or plot.axis)
        names = min(paper.room(plot.categories) + PAD, _NAMES * paper.width)
        heads = [paper.room([head, *cells]) + PAD for head, cells in plot.columns]
        self.left, self.right = names, paper.width - sum(heads) - (10 if heads else 2)
        self.top = above + (paper.size * 1.7 if heads else 4)
        room = paper.height - self.top - paper.size * 2.2
        self.step = min(_TALLEST_ROW, room / max(1, len(plot.categories)))
        self.bottom = self.top + self.step * len(plot.categories)
        self._write(heads)

    def x(self, value: float) -> float:
        """Where a value of the axis stands."""
        return self.left + (value - self.low) / ((self.high - self.low) or 1.0) * (self.right - self.left)

    def middle(self, row: int) -> float:
        """The middle of a row."""
        return self.top + self.step * (row + 0.5)

    def axis(self) -> None:
        """Thin lines and their values under the rows."""
        paper = self.paper
        for value in ticks(self.low, self.high, max(3, int((self.right - self.left) / 90))):
            at = self.x(value)
            paper.line((at, self.top), (at, self.bottom), GRID)
            paper.text(at, self.bottom + paper.size * 1.4, said(value, paper.plot.unit), anchor="middle", colour=QUIET_INK, small=0.88)  # fmt: skip

    def _write(self, widths: Sequence[float]) -> None:
        paper = self.paper
        lift = paper.size * 0.35  # from the middle of a line of type to its baseline
        for row, name in enumerate(paper.plot.categories):
            paper.text(0, self.middle(row) + lift, paper.short(name, self.left - PAD + 1))
        at = self.right + 10
        for (head, cells), wide in zip(paper.plot.columns, widths, strict=True):
            at += wide
            paper.text(at, self.top - paper.size * 0.5, head, anchor="end", colour=QUIET_INK, small=0.88)
            for row, cell in enumerate(cells):
                paper.text(at, self.middle(row) + lift, cell, anchor="end")


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round values from low to high."""
    span = high - low
    if not span > 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * size for size in (1, 2, 5, 10) if span / (power * size) <= most)
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, math.floor(high / step + 1e-9) + 1)]


def said(value: float, unit: str) -> str:
    """A value of an axis in words."""
    return _UNITS[unit](value)


_UNITS: dict[str, Callable[[float], str]] = {
    "points": format_nps,
    "percent": lambda value: f"{value:.0f}%",
    "share": format_share,
    "responses": format_count,
}


def legend(paper: Paper, series: Sequence[Series]) -> float:
    """A square and a name for each series, in one line; returns its height."""
    at, box = 0.0, paper.size * 0.75
    for one in series:
        paper.rect(at, 2, box, box, one.colour(0))
        name = paper.short(one.name, paper.width / len(series) - box - 2 * PAD)
        paper.text(at + box + 5, 2 + box * 0.95, name, colour=QUIET_INK, small=0.94)
        at += box + 5 + paper.room([name]) + 16
    return paper.size * 1.7


class Upright:
    """A chart with its categories along the bottom and its values on the left; `under` is kept free for a second one."""

    def __init__(self, paper: Paper, *, under: float = 0.0, above: float = 0.0) -> None:
        plot, size = paper.plot, paper.size
        self.low, self.high = plot.axis
        marks = ticks(self.low, self.high, max(3, int(paper.height / 60)))
        self.left = paper.room([said(value, plot.unit) for value in marks]) + 8
        self.right = paper.width - (paper.room(["+100"], bold=True) if plot.kind == "line" else 2)
        self.top, self.floor = above + 2, paper.height - size * 1.9
        self.bottom = self.floor - under * paper.height
        self.step = (self.right - self.left) / max(1, len(plot.categories))
        for value in marks:
            paper.line((self.left, self.y(value)), (self.right, self.y(value)), GRID)
            paper.text(self.left - 6, self.y(value) + size * 0.32, said(value, plot.unit), anchor="end", colour=QUIET_INK, small=0.88)  # fmt: skip
        room = paper.room(plot.categories) + 10
        every = max(1, math.ceil(min(room, 120.0) / self.step))
        for place in range(len(plot.categories) - 1, -1, -every):  # the latest is always named
            name = paper.short(plot.categories[place], self.step * every - 4)
            paper.text(
                self.x(place), self.floor + size * 1.4, name, anchor="middle", colour=QUIET_INK, small=0.92
            )

    def x(self, place: float) -> float:
        """The middle of a category."""
        return self.left + self.step * (place + 0.5)

    def y(self, value: float) -> float:
        """Where a value stands."""
        span = (self.high - self.low) or 1.0
        return self.bottom - (value - self.low) / span * (self.bottom - self.top)
