"""The search behind a story: its critical values, and the best stretches and line, of many series at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.compare.detectable import NORMAL_FROM

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


FALSE_STORIES = 0.05
"""How often a change is told while nothing changes: one file in twenty."""

_NEXT = 0.04  # neighbours whose contrasts differ by less than this, in standard deviations, are one
_FEWEST_NODES, _MOST_NODES = 12, 60  # of Gauss and Legendre on [0, c]; twice as many change the fifth digit
_NODES_A_SPREAD = 7.0  # nodes times the narrowest step of the chain: they stand closer than that step is wide
_CLOSE = 1e-5  # of the square of the critical value
_STEPS = 20  # of the secant, at most; four are the rule
_START = (5.0, 8.0)  # squares of critical values, of some 3 and some 24 periods


def critical_value(n: ArrayLike, weights: ArrayLike | None = None, *, alpha: float = FALSE_STORIES) -> float:
    """How far the largest standardised contrast of two sides of one series goes by chance.

    Parameters
    ----------
    n
        Responses of each period, in the order of time.
    weights
        What each period is worth (responses over their design effect); `n` when not given.
    alpha
        How often it is reached while nothing changes.

    Returns
    -------
    float
        Infinite where no split leaves 20 responses on either side.

    Notes
    -----
    A series may be split before each period with responses that leaves 20 responses on either side. While nothing
    changes, the standardised contrasts X of all splits (mean after less mean before) are a Markov chain: with f the
    share of the weight that lies before a split, the correlation of an earlier i and a later j is
    sqrt(f_i (1 - f_j) / (f_j (1 - f_i))). The critical value c solves P(max abs(X) > c) = alpha, by integrating the
    chain over [-c, c]. c^2 is also what each further change has to gain.

    References
    ----------
    Hawkins (1977), Testing a sequence of observations for a shift in location, JASA 72.
    Worsley (1983), The power of likelihood ratio and cumulative sum tests for a change, Biometrika 70.

    Examples
    --------
    >>> round(critical_value([100, 100]), 2), round(critical_value([100] * 24), 2)
    (1.96, 2.85)
    """
    n = np.asarray(n, dtype=np.float64)
    worth = n if weights is None else np.asarray(weights, dtype=np.float64)
    before = np.cumsum(worth) - worth
    shares = before[splits(n)] / worth.sum() if n.any() else before[:0]
    return _critical(tuple(shares.tolist()), alpha)


def splits(n: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The periods before which a series may be split: 20 responses on either side, and some in the period."""
    before = np.cumsum(n) - n
    return np.asarray((n > 0) & (before >= NORMAL_FROM) & (n.sum() - before >= NORMAL_FROM))


@lru_cache(maxsize=512)
def _critical(shares: tuple[float, ...], alpha: float) -> float:
    """By secant steps in c^2, of which the logarithm of the tail is nearly a line."""
    if not shares:
        return math.inf
    correlations = np.array(_correlations(shares))
    goal = math.log(alpha)
    older, newer = _START
    miss = _log_tail(math.sqrt(older), correlations) - goal
    for _ in range(_STEPS):
        newer_miss = _log_tail(math.sqrt(newer), correlations) - goal
        if abs(newer - older) < _CLOSE or newer_miss == miss:
            break
        older, newer, miss = newer, newer - newer_miss * (newer - older) / (newer_miss - miss), newer_miss
    return math.sqrt(newer)


def _correlations(shares: tuple[float, ...]) -> list[float]:
    """Of each contrast with the one before it; contrasts that are nearly the same are taken as one."""
    found, last = [], shares[0]
    for share in shares[1:]:
        square = last * (1 - share) / (share * (1 - last))
        if math.sqrt(1 - square) >= _NEXT:
            found.append(math.sqrt(square))
            last = share
    return found


def _log_tail(c: float, correlations: NDArray[np.float64]) -> float:
    """Logarithm of P(max abs(X) > c): the density of a chain that never left [-c, c], folded at 0, step by step."""
    spread = np.sqrt(1 - correlations**2)[:, None, None]
    x, width = (c * part for part in _rule(math.ceil(_NODES_A_SPREAD / spread.min(initial=1.0))))
    ahead, there = x[:, None], correlations[:, None, None] * x
    steps = np.exp(-(((ahead - there) / spread) ** 2) / 2) + np.exp(-(((ahead + there) / spread) ** 2) / 2)
    steps *= width / (math.sqrt(2 * math.pi) * spread)
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    for step in steps:
        density = step @ density
    return math.log(max(1 - 2 * float(density @ width), 1e-300))


@lru_cache(maxsize=64)
def _rule(nodes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights on [0, 1]: the upper half of a rule on [-1, 1]."""
    nodes = min(max(nodes, _FEWEST_NODES), _MOST_NODES)
    x, weights = np.polynomial.legendre.leggauss(2 * nodes)
    return x[nodes:], weights[nodes:]


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
