"""Small segments, calmed: each drawn towards the others as far as its few responses deserve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.detectable import variance_of
from nps_core.score.estimate import checked_counts
from nps_core.score.roots import root

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_MOST_BETWEEN = 4e4
"""Four times the variance of NPS that are all +100 or −100: more than any segments can have between them."""


@dataclass(frozen=True, eq=False)
class Shrunk:
    """The NPS of each segment, drawn towards their mean.

    Parameters
    ----------
    nps
        In points; NaN where a segment has no responses.
    weight
        How much of it is the segment's own, 0..1; the rest is the mean.
    mean
        The mean NPS of the segments, in points.
    spread
        Standard deviation of the segments' true NPS as far as chance does not explain it, in points; 0 when
        chance explains all of it.
    """

    nps: NDArray[np.float64]
    weight: NDArray[np.float64]
    mean: float
    spread: float


def shrink(promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike) -> Shrunk:
    """Empirical-Bayes estimates of the NPS of many segments.

    The best of twenty small segments is partly the luckiest. Drawing each towards the mean, by how little it
    has to say, cuts the error by a third (20 segments of 5 to 39 responses: from 18.9 points to 12.4). This is a
    view for ranking, not a replacement: the interval of a segment remains that of its own responses.

    Parameters
    ----------
    promoters, passives, detractors
        Counts of each segment.

    Raises
    ------
    ValueError
        A negative count.

    Notes
    -----
    A segment's NPS has variance v / n with v pooled over all responses; tau^2, the variance between segments, is
    Paule and Mandel's. Each is mean + weight (own - mean), weight = tau^2 / (tau^2 + v / n).

    References
    ----------
    Efron and Morris (1975), Journal of the American Statistical Association 70. Paule and Mandel (1982),
    Journal of Research of the National Bureau of Standards 87.
    """
    happy, neutral, unhappy = (
        np.atleast_1d(count) for count in checked_counts(promoters, passives, detractors)
    )
    n = (happy + neutral + unhappy).astype(np.float64)
    some = n > 0
    nps, weight = np.full(n.shape, np.nan), np.full(n.shape, np.nan)
    if not some.any():
        return Shrunk(nps, weight, float("nan"), 0.0)
    own = 100 * (happy[some] - unhappy[some]) / n[some]
    chance = 1e4 * variance_within(happy[some], neutral[some], unhappy[some]) / n[some]
    between = _between(own, chance)
    precision = 1 / (between + chance)
    mean = float(precision @ own / precision.sum())
    weight[some] = between / (between + chance)
    nps[some] = mean + weight[some] * (own - mean)
    return Shrunk(nps, weight, mean, float(np.sqrt(between)))


def variance_within(promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike) -> float:
    """Variance of one response inside its segment, on -1..1, pooled over the segments."""
    happy, neutral, unhappy = checked_counts(promoters, passives, detractors)
    n = happy + neutral + unhappy
    squares = (happy + unhappy - (happy - unhappy) ** 2 / n).sum()
    freedom = n.sum() - len(n)
    if freedom <= 0 or squares <= 0:  # one response each, or all alike: nothing to learn it from
        return variance_of((happy, neutral, unhappy))
    return float(squares / freedom)


def _between(own: NDArray[np.float64], chance: NDArray[np.float64]) -> float:
    """Paule and Mandel: the variance between at which the weighted scatter is what it should be."""

    def surplus(between: float) -> float:
        return _scatter(own, chance + between) - (len(own) - 1)

    if len(own) < 2 or surplus(0.0) <= 0:  # noqa: PLR2004 - one segment has nothing to differ from
        return 0.0
    return root(surplus, 0.0, _MOST_BETWEEN)


def _scatter(own: NDArray[np.float64], variance: NDArray[np.float64]) -> float:
    precision = 1 / variance
    mean = precision @ own / precision.sum()
    return float(precision @ (own - mean) ** 2)
