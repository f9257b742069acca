"""What charts in SVG are drawn on: text, lines, rows with their names, axes."""

from __future__ import annotations

import html
import math
import unicodedata
from typing import TYPE_CHECKING

from nps_core.charts.draw.text_width import MORE, cut
from nps_core.charts.draw.text_width import width as text_width
from nps_core.charts.spec import COLOURS, Chart, Series
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.axes import Axis

INK, QUIET_INK, GRID, WHISKER = "#1b2430", "#5b6673", "#e3e7ec", "#3c4654"
_FONT = "Inter, Arial, sans-serif"
_NAMES = 0.3  # of the width, at most, for the names of rows
_TALLEST_ROW = 46.0
PAD = 14.0
_RIGHT_TO_LEFT = "\u200f"  # after a cut Arabic or Hebrew name: its "…" stands on the left, where it ends


class Canvas:
    """What is drawn on, and what all kinds of charts share: text, lines, axes."""

    def __init__(self, chart: Chart, width: float, height: float, size: float) -> None:
        self.chart, self.width, self.height, self.size = chart, width, height, size
        self._parts: list[str] = []

    def whole(self) -> str:
        """The element."""
        body = "".join(self._parts)
        wide, tall = f"{self.width:g}", f"{self.height:g}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {tall}" width="{wide}"'
            f' height="{tall}" font-family="{_FONT}">{body}</svg>'
        )

    def rect(self, x: float, y: float, wide: float, tall: float, colour: str, *, opacity: float = 1) -> None:
        """A rectangle from its upper left corner."""
        faint = f' fill-opacity="{opacity:g}"' if opacity < 1 else ""
        self._parts.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, wide):.1f}" height="{max(0.0, tall):.1f}"'
            f' fill="{colour}"{faint}/>'
        )

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str,
        *,
        wide: float = 1,
        dash: str = "",
    ) -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self._parts.append(
            f'<path d="M{start[0]:.1f} {start[1]:.1f}L{end[0]:.1f} {end[1]:.1f}" stroke="{colour}"'
            f' stroke-width="{wide:g}"{dashed} fill="none"/>'
        )

    def path(
        self,
        points: Sequence[tuple[float, float]],
        *,
        stroke: str = "none",
        fill: str = "none",
        wide: float = 2.2,
    ) -> None:
        """A line through points, or an area around them."""
        drawn = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        more = (
            f'stroke-width="{wide:g}" stroke-linejoin="round"' if stroke != "none" else 'fill-opacity="0.16"'
        )
        self._parts.append(
            f'<path d="M{drawn}{"Z" if fill != "none" else ""}" stroke="{stroke}" fill="{fill}" {more}/>'
        )

    def dot(self, x: float, y: float, radius: float, colour: str) -> None:
        """A dot with a light rim."""
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{colour}" stroke="#ffffff"'
            ' stroke-width="1"/>'
        )

    def text(
        self,
        x: float,
        y: float,
        said: str,
        *,
        anchor: str = "start",
        colour: str = INK,
        bold: bool = False,
        small: float = 1,
    ) -> None:
        """A text whose baseline is at `y`; escaped, on one line."""
        if said:
            weight = ' font-weight="600"' if bold else ""
            self._parts.append(
                f'<text x="{x:.1f}" y="{y:.1f}" font-size="{self.size * small:g}" text-anchor="{anchor}"'
                f' fill="{colour}"{weight}>{html.escape(plain(said))}</text>'
            )

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
    """Rows under each other: names on the left, figures in columns on the right, an axis under them."""

    def __init__(self, canvas: Canvas, *, axis: Axis | None = None, above: float = 0.0) -> None:
        chart = canvas.chart
        self.canvas, self.scale = canvas, axis or chart.axis
        names = min(canvas.room(chart.categories) + PAD, _NAMES * canvas.width)
        heads = [canvas.room([head, *cells]) + PAD for head, cells in chart.columns]
        # The last value under the rows stands around the end of its axis.
        half = canvas.room([self.scale.words(self.scale.high)]) / 2
        self.left, self.right = names, canvas.width - (sum(heads) + 10 if heads else half)
        self.top = above + (canvas.size * 1.7 if heads else 4)
        room = canvas.height - self.top - canvas.size * 2.2
        self.step = min(_TALLEST_ROW, room / max(1, len(chart.categories)))
        self.bottom = self.top + self.step * len(chart.categories)
        self._write(heads)

    def x(self, value: float) -> float:
        """Where a value of the axis stands."""
        return self.left + (value - self.scale.low) / ((self.scale.high - self.scale.low) or 1.0) * (
            self.right - self.left
        )

    def middle(self, row: int) -> float:
        """The middle of a row."""
        return self.top + self.step * (row + 0.5)

    def axis(self) -> None:
        """Thin lines and their values under the rows."""
        canvas = self.canvas
        for value in ticks(self.scale, max(3, int((self.right - self.left) / 90))):
            at = self.x(value)
            canvas.line((at, self.top), (at, self.bottom), GRID)
            canvas.text(
                at,
                self.bottom + canvas.size * 1.4,
                self.scale.words(value),
                anchor="middle",
                colour=QUIET_INK,
                small=0.88,
            )

    def _write(self, widths: Sequence[float]) -> None:
        canvas = self.canvas
        lift = canvas.size * 0.35  # from the middle of a line of type to its baseline
        for row, name in enumerate(canvas.chart.categories):
            canvas.text(0, self.middle(row) + lift, canvas.short(name, self.left - PAD + 1))
        at = self.right + 10
        for (head, cells), wide in zip(canvas.chart.columns, widths, strict=True):
            at += wide
            canvas.text(at, self.top - canvas.size * 0.5, head, anchor="end", colour=QUIET_INK, small=0.88)
            for row, cell in enumerate(cells):
                canvas.text(at, self.middle(row) + lift, cell, anchor="end")


def ticks(axis: Axis, most: int) -> list[float]:
    """At most so many round values between the ends of an axis."""
    low, high = axis.low, axis.high
    span = high - low
    if not span > 0:
        return [low]
    power = 10.0 ** math.floor(math.log10(span / most))
    step = next(power * size for size in (1, 2, 5, 10) if span / (power * size) <= most)
    first = math.ceil(low / step - 1e-9)
    return [place * step for place in range(first, math.floor(high / step + 1e-9) + 1)]


def legend(canvas: Canvas, series: Sequence[Series]) -> float:
    """A square and a name for each series, in one line; returns its height."""
    at, box = 0.0, canvas.size * 0.75
    for one in series:
        canvas.rect(at, 2, box, box, COLOURS[one.colours[0]])
        name = canvas.short(one.name, canvas.width / len(series) - box - 2 * PAD)
        canvas.text(at + box + 5, 2 + box * 0.95, name, colour=QUIET_INK, small=0.94)
        at += box + 5 + canvas.room([name]) + 16
    return canvas.size * 1.7


class Upright:
    """Categories along the bottom and values on the left; `under` is kept free for a second chart."""

    def __init__(self, canvas: Canvas, *, under: float = 0.0, above: float = 0.0, names: bool = True) -> None:
        chart, size = canvas.chart, canvas.size
        self.scale = chart.axis
        marks = ticks(self.scale, max(3, int(canvas.height / 60)))
        self.left = canvas.room([self.scale.words(value) for value in marks]) + 8
        self.right = canvas.width - (canvas.room(["+100"], bold=True) if chart.kind == "line" else 2)
        self.top, self.floor = above + 2, canvas.height - size * 1.9
        self.bottom = self.floor - under * canvas.height
        self.step = (self.right - self.left) / max(1, len(chart.categories))
        for value in marks:
            canvas.line((self.left, self.y(value)), (self.right, self.y(value)), GRID)
            canvas.text(
                self.left - 6,
                self.y(value) + size * 0.32,
                self.scale.words(value),
                anchor="end",
                colour=QUIET_INK,
                small=0.88,
            )
        if not names:
            return
        room = canvas.room(chart.categories) + 10
        every = max(1, math.ceil(min(room, 120.0) / self.step))
        for place in range(len(chart.categories) - 1, -1, -every):  # the latest is always named
            name = canvas.short(chart.categories[place], self.step * every - 4)
            canvas.text(
                self.x(place), self.floor + size * 1.4, name, anchor="middle", colour=QUIET_INK, small=0.92
            )

    def x(self, place: float) -> float:
        """The middle of a category."""
        return self.left + self.step * (place + 0.5)

    def y(self, value: float) -> float:
        """Where a value stands."""
        span = (self.scale.high - self.scale.low) or 1.0
        return self.bottom - (value - self.scale.low) / span * (self.bottom - self.top)
