"""The search behind a story: the best stretches and the best line, for each wander, of many series at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.compare.detectable import NORMAL_FROM

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

WANDERS = np.array([2.0, 3.0, 4.0, 5.0, 6.0, 8.0])
"""What periods may differ by beyond sampling without there being a story, in points: 2 are always granted."""

_WANDER_SCALE = 3.0  # points of wander beyond the least that cost 1, as a change costs c^2

LINE_FROM = 4
"""Periods with responses from which a straight line can be told from stretches."""

_NOTHING = 1e-12  # of a weight: stands where no responses are, so that nothing is divided by 0


def wander_cost(wander: Any) -> Any:  # noqa: ANN401 - a float or an array
    """What a wander beyond the least costs."""
    return ((wander - WANDERS[0]) / _WANDER_SCALE) ** 2


@dataclass(frozen=True, eq=False)
class Stretches:
    """The best stretches of a series up to each place; axes after the first are series of their own.

    Parameters
    ----------
    least
        Sum of squares and penalties of the best stretches of the first so many periods, shape (periods + 1, ...).
    last
        Where the last of these stretches begins.
    """

    least: Floats
    last: NDArray[np.intp]

    def starts(self, *series: int) -> tuple[int, ...]:
        """Where the stretches of one series begin."""
        found: list[int] = []
        place = len(self.last) - 1
        while place > 0:
            place = int(self.last[(place, *series)])
            found.append(place)
        return tuple(reversed(found))


@dataclass(frozen=True, eq=False)
class Sums:
    """Sums of weights, of weighted values and of weighted squares before each place, shape (periods + 1, ...)."""

    weight: Floats
    value: Floats
    square: Floats

    def mean(self, since: Any, until: Any) -> Floats:  # noqa: ANN401 - places, or arrays of them
        """The weighted mean from `since` up to before `until`."""
        return np.asarray((self.value[until] - self.value[since]) / self.total(since, until))

    def total(self, since: Any, until: Any) -> Floats:  # noqa: ANN401
        """The weight from `since` up to before `until`."""
        return np.asarray(np.maximum(self.weight[until] - self.weight[since], _NOTHING))

    def explained(self, since: Any, until: Any) -> Floats:  # noqa: ANN401
        """What their mean takes off the weighted squares from `since` up to before `until`."""
        return np.asarray((self.value[until] - self.value[since]) ** 2 / self.total(since, until))

    def rest(self, since: Any, until: Any) -> Floats:  # noqa: ANN401
        """Weighted squares about the mean from `since` up to before `until`."""
        return np.asarray(self.square[until] - self.square[since] - self.explained(since, until))


def sums_of(values: Floats, weights: Floats) -> Sums:
    """The sums of a series whose first axis is time."""
    weighted = weights * values
    return Sums(_before(weights), _before(weighted), _before(weighted * values))


def best_stretches(sums: Sums, n: Floats, penalty: float) -> Stretches:
    """The stretches of least sum of squares and penalties, a penalty a change.

    Parameters
    ----------
    sums
        Of the values.
    n
        Responses, shape (periods, ...), as broadcasts against the series. Each stretch begins at a period with
        responses and holds 20 of them.
    penalty
        What each change has to gain.

    Notes
    -----
    Optimal partitioning: F(t) = min over s of F(s) + cost(s, t) + penalty.

    References
    ----------
    Jackson et al. (2005), An algorithm for optimal partitioning of data on an interval, IEEE SPL 12.
    """
    held, begin = _before(n), np.where(n > 0, penalty, np.inf)  # what has no responses begins none
    begin[0] = 0.0  # and the first stretch costs nothing
    # Less the sum of all squares up to each place, which no partition changes.
    best = np.full(sums.weight.shape, np.inf)
    best[0] = 0.0
    last = np.zeros(best.shape, dtype=np.intp)
    for end in range(1, len(best)):
        enough = held[end] - held[:end] >= NORMAL_FROM
        if enough.any():
            cost = best[:end] + np.where(enough, begin[:end], np.inf) - sums.explained(slice(end), end)
            last[end] = cost.argmin(axis=0)
            best[end] = cost.min(axis=0)
    return Stretches(best + sums.square, last)


@dataclass(frozen=True, eq=False)
class Line:
    """The straight line of least squares through each series: its weight, middle, slope a period, and what is left."""

    weight: Floats
    along: Floats
    time: Floats
    value: Floats
    slope: Floats
    rest: Floats

    def at(self, time: float) -> tuple[Floats, Floats]:
        """Its level at a time, and the variance of that."""
        off = time - self.time
        return self.value + self.slope * off, 1 / self.weight + off**2 / self.along


def best_line(values: Floats, weights: Floats, times: Floats) -> Line:
    """The line through each series; `times` broadcast against the values."""
    total = np.maximum(weights.sum(axis=0), _NOTHING)
    time, value = (weights * times).sum(axis=0) / total, (weights * values).sum(axis=0) / total
    t, y = times - time, values - value
    along, across = np.maximum((weights * t * t).sum(axis=0), _NOTHING), (weights * t * y).sum(axis=0)
    slope = across / along
    return Line(total, along, time, value, slope, (weights * y * y).sum(axis=0) - slope * across)


def _before(values: Floats) -> Floats:
    """The sum of what stands before each place, and of all."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
