"""Axes: where they end, which values are written on them, and which periods are named."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.formatting import MINUS, format_count, format_nps, format_share

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

STEPS, MOST_TICKS = (5, 10, 20, 50), 7
"""Points from tick to tick: the first that gives no more ticks than that."""

LEAST_WIDTH = 40.0
"""Points that an axis of scores spans at least, so that a small wobble does not look like a cliff."""

ENDS = (-100.0, 100.0)
"""Of the NPS, in points."""

_STEPS = {"points": STEPS, "percent": STEPS, "mean": (0.1, 0.2, 0.5, 1.0, 2.0)}
"""From tick to tick, by the unit; other units have no ticks of their own."""

_ROUNDING = 1e-9  # of tenths

_PERIODS = {"week": (1, 2, 4, 13, 26, 52), "month": (1, 2, 3, 6, 12, 24), "quarter": (1, 2, 4, 8, 20)}


@dataclass(frozen=True)
class Axis:
    """An axis of values.

    Parameters
    ----------
    low, high
        Its ends.
    unit
        "points" (signed), "size" (points without a sign), "percent" (whole), "mean" (on a scale of answers), "share"
        (0..1) or "responses".
    least
        How wide it is at least.
    reach
        The least and the greatest of what is drawn along it: from these its ends were found.
    limits
        Beyond which there is nothing to draw.
    """

    low: float
    high: float
    unit: str = "points"
    least: float = 0.0
    reach: tuple[float, float] = (math.inf, -math.inf)
    limits: tuple[float, float] = (-math.inf, math.inf)

    @property
    def step(self) -> float:
        """From tick to tick, at most seven of them; 0 where the unit has no ticks of its own."""
        span, steps = self.high - self.low, _STEPS.get(self.unit, (0.0,))
        return next(size for size in steps if size == steps[-1] or span / size <= MOST_TICKS + _ROUNDING)

    @property
    def ticks(self) -> list[float]:
        """The values written on an axis that has steps; 0 is one of them where the axis holds it."""
        first, last = (
            math.ceil(self.low / self.step - _ROUNDING),
            math.floor(self.high / self.step + _ROUNDING),
        )
        return [round(place * self.step, 9) for place in range(first, last + 1)]

    def words(self, value: float) -> str:
        """A value of the axis as it is written: "+34", "12", "34%", "1,204"."""
        return _WORDS[self.unit](value)

    def holding(self, values: Iterable[float | None]) -> Axis:
        """The axis, as much longer as these values need."""
        return self.around([*self.reach, *values]) if self.unit == "points" else self

    def around(self, values: Iterable[float | None]) -> Axis:
        """An axis of the same kind around other values."""
        return _around(values, self.unit, self.limits, self.least)


NO_AXIS = Axis(0.0, 1.0)
"""Of a chart that has none, such as cells."""

_WORDS: dict[str, Callable[[float], str]] = {
    "points": format_nps,
    "size": lambda value: format_nps(value).lstrip(f"+{MINUS}"),
    "percent": lambda value: f"{value:.0f}%",
    "mean": lambda value: f"{value:.1f}",
    "share": format_share,
    "responses": format_count,
}


def points_axis(values: Iterable[float | None], *, least: float = LEAST_WIDTH) -> Axis:
    """An axis in points around values (None and infinite ones aside), with both ends on ticks.

    Spreadsheets count ticks from the lower end, so it has to be one. The whole range of the NPS where there is no
    value.

    Examples
    --------
    >>> axis = points_axis([33.0, 41.0])
    >>> axis.low, axis.high, axis.ticks
    (10.0, 60.0, [10, 20, 30, 40, 50, 60])
    """
    return _around(values, "points", (-math.inf, math.inf), least)


def scale_axis(values: Iterable[float | None], unit: str, limits: tuple[float, float]) -> Axis:
    """An axis in "percent" or "mean" around values, within limits and on ticks; at least a fifth of the limits wide.

    Examples
    --------
    >>> axis = scale_axis([93.0, 99.0], "percent", (0, 100))
    >>> axis.low, axis.high, axis.ticks
    (80.0, 100.0, [80, 85, 90, 95, 100])
    >>> scale_axis([5.2, 5.6], "mean", (1, 7)).ticks
    [4.8, 5.0, 5.2, 5.4, 5.6, 5.8, 6.0]
    """
    return _around(values, unit, limits, (limits[1] - limits[0]) / 5)


def _around(values: Iterable[float | None], unit: str, limits: tuple[float, float], least: float) -> Axis:
    there = [value for value in values if value is not None and math.isfinite(value)]
    low, high = (min(there), max(there)) if there else ENDS if unit == "points" else limits
    reach = (low, high) if there else Axis(*ENDS).reach
    spare = max(0.0, (least - (high - low)) / 2)
    low, high = low - spare, high + spare
    low, high = (
        low - max(0.0, high - limits[1]),
        high + max(0.0, limits[0] - low),
    )  # as wide within the limits
    low, high = max(low, limits[0]), min(high, limits[1])
    for step in _STEPS[unit]:
        first, last = math.floor(low / step + _ROUNDING), math.ceil(high / step - _ROUNDING)
        if last - first <= MOST_TICKS:
            break
    return Axis(round(first * step, 9), round(last * step, 9), unit, least, reach, limits)


def counts_axis(values: Iterable[float | None], unit: str, *, headroom: float = 1.0) -> Axis:
    """An axis from 0 to the greatest of the values, and as much more as its labels need."""
    top = max((value for value in values if value is not None), default=1.0)
    return Axis(0.0, top * headroom or 1.0, unit, reach=(0.0, top))


def shown_ticks(periods: int, period: str, most: int) -> list[int]:
    """Which periods are named on an axis of dates: every one, or at steps that people count in (a quarter, a year).

    Counted from the last period back: the latest is the one that people look for.
    """
    steps = _PERIODS.get(period, _PERIODS["month"])
    step = next((own for own in steps if periods <= own * most), -(-periods // most))
    return list(range(periods - 1, -1, -step))[::-1]


def largest(counts: Iterable[float], most: int) -> list[int]:
    """The places of the largest counts, in the order in which they stand."""
    sizes = list(counts)
    by_size = sorted(range(len(sizes)), key=lambda place: -sizes[place])
    return sorted(by_size[:most])
