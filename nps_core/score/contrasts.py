"""Sums of NPS times weights within one design: what they are, how far chance reaches, and what could have been seen.

`nps_core.score.design` has the formulas.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import combinations
from statistics import NormalDist
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.score.by_cluster import Pair, Side
from nps_core.score.difference import Difference
from nps_core.score.estimate import FEWEST, LEVEL, Points, interval, plain, z_of
from nps_core.score.roots import root, root_near
from nps_core.score.student import beyond, p_of, student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

TYPICAL_VARIANCE = 0.61
"""Variance of one response, on -1..1, where no data say better: 45 % promoters, 25 % detractors, or so."""

POWER = 0.8
"""How often a change should be found that is there; the usual choice."""

_SCALE = 200.0  # points
_ROUNDING = 1e-14  # of sums of squares that cancel
_FARTHEST = 40.0  # standard errors; chance does not reach further in a double


@dataclass(frozen=True, eq=False)
class Contrasts:
    """Contrasts of one design before anything is looked for: cheap to choose among; `difference` has the figures.

    Whether they are `certain`, the `fewest` clusters of a side, and `few` are those of the samples.
    """

    sides: tuple[Side, ...]
    pairs: tuple[Pair, ...]
    weights: tuple[float, ...]
    certain: bool
    fewest: int
    few: int

    def picked(self, places: ArrayLike) -> Contrasts:
        """Some of them, in this order."""
        kept = np.asarray(places, dtype=np.intp)

        return replace(
            self,
            sides=tuple(Side(*(values[kept] for values in side)) for side in self.sides),
            pairs=tuple(Pair(*(values[kept] for values in pair)) for pair in self.pairs),
        )

    def difference(self, *, level: float = LEVEL, limits: bool = True) -> Difference:
        """An array of differences.

        Parameters
        ----------
        limits
            Without them the ends of the intervals, the larger part of the work, are NaN: for many of which few will be
            looked at.
        """
        found = _contrast(self.sides, self.pairs, self.weights, level, self.fewest, limits=limits)
        if not self.certain:
            none = np.full(len(found), np.nan)
            return Difference(
                found.points, none, none, none, none > 0, level, too_few=none > 0, se=none, nu=none
            )
        if self.few:
            every = np.ones(len(found), dtype=np.bool_)
            return replace(found, beyond_chance=~every, too_few=every)
        return found


def _contrast(
    sides: Sequence[Side],
    pairs: Sequence[Pair],
    weights: Sequence[float],
    level: float,
    fewest: int,
    *,
    limits: bool = True,
) -> Difference:
    b = np.asarray(weights, dtype=np.float64)
    n = np.array([one.n for one in sides], dtype=np.float64)
    clusters = np.array([one.clusters for one in sides])
    theta = np.array([_theta(one.counts) for one in sides])
    # Of fewer clusters it is about these only, and their responses are the units.
    alone = clusters.min(axis=0) < fewest
    correlations, nu = (
        np.where(alone, none, held)
        for none, held in zip((0.0, np.inf), _shared(sides, pairs, b, n), strict=True)
    )
    deff = np.where(alone, 1.0, [one.deff for one in sides])
    counts = [_worth(one.counts, own) for one, own in zip(sides, deff, strict=True)]
    points = b @ np.array([_points(one.counts) for one in sides])  # of NPS in points, so that 35 less 30 is 5

    def ends(z: Floats, which: slice | Places = slice(None)) -> tuple[Floats, Floats]:
        of = [interval(_split(own[which]), z) for own in counts]
        return _mover(b, theta[:, which], of, correlations[:, which])

    low, high = ends(student(level, nu)) if limits else np.full((2, len(points)), np.nan)
    few = (n.min(axis=0) < FEWEST) | (clusters.min(axis=0) < FEWEST)
    found = np.where(np.isnan(points), np.nan, 1.0)
    apart = np.flatnonzero(~np.isnan(points) & (points != 0))
    if len(b) == 2 and len(apart):  # noqa: PLR2004 - two samples: no search for limits
        found[apart] = p_of(_z_of_two(counts, b, apart, correlations[0, apart]), nu[apart])
    else:
        for place in apart:
            at = np.array([place])
            z = root(lambda z, at=at: _nearer(ends(np.array([z]), at)), 0.0, _FARTHEST)  # type: ignore[misc]
            found[place] = p_of(z, nu[place])
    return Difference(
        points=points,
        low=100 * low,
        high=100 * high,
        p_value=found,
        beyond_chance=~few & (((low > 0) | (high < 0)) if limits else (found < 1 - level)),
        level=level,
        too_few=few,
        se=_error(sides, deff, b, correlations),
        nu=nu,
    )


def _worth(counts: Floats, deff: Floats) -> NDArray[Any]:
    """Counts of as many independent responses; whole ones stay whole, for which limits are found sooner."""
    if (deff == 1).all() and np.array_equal(counts, np.floor(counts)):
        return counts.astype(np.int64)
    return np.asarray(counts / deff[:, None])


def smallest_seen(change: Difference, *, looks: float = 1) -> Points:
    """The smallest true difference, in points, that would show beyond chance four times in five.

    (t + z) times the standard error, t being Student's quantile at the level that the first of so many `looks` must
    pass; 200, the whole scale, where there are too few to tell. Of differences seven tenths of it half are seen.
    """
    level = 1 - (1 - change.level) / max(looks, 1)
    reach = student(level, change.nu) + NormalDist().inv_cdf(POWER)
    points = np.where(change.too_few, _SCALE, np.minimum(reach * np.asarray(change.se), _SCALE))
    return plain(np.where(np.isnan(change.points), np.nan, points))


def _error(sides: Sequence[Side], deff: Floats, b: Floats, correlations: Floats) -> Floats:
    """Standard errors in points, by what is held: a side where all agree is given the spread of the others."""
    spread = np.array([one.spread for one in sides])
    most = spread.max(axis=0)
    spread = np.where(spread > 0, spread, np.where(most > 0, most, TYPICAL_VARIANCE))
    n = np.array([one.n for one in sides], dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = np.abs(b)[:, None] * np.sqrt(deff * spread / np.maximum(n - 1, 1))
    squares = (errors**2).sum(axis=0)
    signs = np.sign(b)
    for (k, m), r in zip(combinations(range(len(b)), 2), correlations, strict=True):
        squares = squares + 2 * signs[k] * signs[m] * r * errors[k] * errors[m]
    return np.asarray(100 * np.sqrt(np.maximum(squares, 0.0)))


def _nearer(ends: tuple[Floats, Floats]) -> float:
    """The end of an interval that is nearer to 0, above 0 while the interval leaves out 0."""
    low, high = (float(end[0]) for end in ends)
    return max(low, -high)


def _shared(sides: Sequence[Side], pairs: Sequence[Pair], b: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Correlation of each pair of samples (in the order of `combinations`), and the contrast's degrees of freedom."""
    with np.errstate(divide="ignore", invalid="ignore"):
        w = b[:, None] ** 2 / n
        squares = sum(own**2 * side.trace for own, side in zip(w, sides, strict=True))
        found = []
        for (k, m), (covariance, shared) in zip(combinations(range(len(b)), 2), pairs, strict=True):
            spread = np.sqrt(sides[k].variance * sides[m].variance)
            found.append(np.clip(np.nan_to_num(covariance / spread), -1.0, 1.0))
            squares = squares + 2 * w[k] * w[m] * shared
        df = w.sum(axis=0) ** 2 / squares
        df0 = w.sum(axis=0) ** 2 / (w**2 / (n - 1)).sum(axis=0)
    clustered = np.any([side.several for side in sides], axis=0)
    nu = np.where(clustered, beyond(df, df0), np.inf)
    return np.array(found), np.where(np.isnan(nu), np.inf, nu)


def _mover(
    b: Floats, theta: Floats, limits: Sequence[tuple[Floats, Floats]], correlations: Floats
) -> tuple[Floats, Floats]:
    """The ends of the interval of sum of b theta, from the limits of each theta and the correlations of pairs."""
    signs = np.sign(b)
    down = np.array([theta[k] - limits[k][0] for k in range(len(b))])
    up = np.array([limits[k][1] - theta[k] for k in range(len(b))])
    size, positive = np.abs(b)[:, None], (b > 0)[:, None]
    middle, found = b @ theta, []
    for reach in (size * np.where(positive, down, up), size * np.where(positive, up, down)):
        apart = squares = (reach**2).sum(axis=0)
        for (k, m), r in zip(combinations(range(len(b)), 2), correlations, strict=True):
            squares = squares + 2 * r * signs[k] * signs[m] * reach[k] * reach[m]
        # Of samples that move as one nothing is left but rounding, which a root would blow up.
        found.append(np.sqrt(np.where(squares > _ROUNDING * apart, squares, 0.0)))
    return middle - found[0], middle + found[1]


def _z_of_two(counts: Sequence[Floats], b: Floats, which: Places, correlation: Floats) -> Floats:
    """The critical value at which 0 is an end of the interval of a difference.

    There the distances a and c of the limits from the two NPS, D apart, make a triangle: a^2 + c^2 - 2 r a c = D^2, so
    that a = D sin A / sin g and c = D sin(g + A) / sin g with cos g = r (law of sines). Each limit gives its
    z without a search; what is searched for is the angle A at which both belong to one z.
    """
    if not np.array_equal(np.sign(b), [1.0, -1.0]) or abs(b[0]) != abs(b[1]):
        raise ValueError("Two samples are compared by a difference, with weights 1 and -1.")
    first, second = (own[which] for own in counts)
    swap = (_theta(first) < _theta(second))[:, None]
    greater, less = np.where(swap, second, first), np.where(swap, first, second)
    p = np.stack(
        [greater[:, 0], less[:, 2]]
    )  # the upper limit of the lesser is the lower one of its counts mirrored
    d = np.stack([greater[:, 2], less[:, 0]])
    n = np.stack([greater.sum(axis=1), less.sum(axis=1)])
    t1, t2 = _theta(greater), _theta(less)
    more = n + 2  # one more on either side, so that no error is 0
    error, other = np.sqrt(((p + d + 2) / more - ((p - d) / more) ** 2) / more)
    gamma = np.arccos(np.clip(correlation, -0.999999, 0.999999))
    guess = np.arctan2(error * np.sin(gamma), other - error * np.cos(gamma))
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (t1 - t2) * (np.cos(guess) / error - np.cos(gamma + guess) / other) / np.sin(gamma)
    ends = np.zeros(len(guess)), np.pi - gamma
    angle = root_near(_z_apart, (t1, t2, gamma, p, d, n), ends, guess, slope)
    # Skewness leaves the estimate itself at a z above 0: up to there the limit is the estimate, at an end of the range.
    return np.asarray(np.maximum(_z_of_both(angle, t1, t2, gamma, p, d, n).min(axis=-2), 0.0))


def _z_of_both(
    angle: Floats, t1: Floats, t2: Floats, gamma: Floats, p: Floats, d: Floats, n: Floats
) -> Floats:
    """The z of the lower limit of the greater and of the upper limit of the lesser one; shape (..., 2, contrasts)."""
    reach = (t1 - t2) / np.sin(gamma)
    limits = np.stack([t1 - reach * np.sin(angle), -t2 - reach * np.sin(gamma + angle)], axis=-2)
    return np.asarray(z_of(np.maximum(limits, -1.0), p, d, n))


def _z_apart(angle: Floats, *of: Floats) -> Floats:
    both = _z_of_both(angle, *of)
    apart: Floats = both[..., 0, :] - both[..., 1, :]
    return apart


def _theta(counts: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((counts[:, 0] - counts[:, 2]) / counts.sum(axis=1))


def _points(counts: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(100 * (counts[:, 0] - counts[:, 2]) / counts.sum(axis=1))


def _split(counts: Floats) -> tuple[Floats, Floats, Floats]:
    happy, neutral, unhappy = np.moveaxis(counts, -1, 0)
    return happy, neutral, unhappy
