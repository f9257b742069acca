"""How far the segments of an attribute are apart, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.score.estimate import LEVEL, checked_counts
from nps_core.score.roots import root
from nps_core.segments.shrinkage import variance_within

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True)
class Spread:
    """How far segments are apart, in points: the estimate and the ends of its interval; NaN for fewer than two.

    `p_value` tells how often equal segments would scatter as much.
    """

    points: float
    low: float
    high: float
    p_value: float


def spread_of(
    promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, *, level: float = LEVEL
) -> Spread:
    """The standard deviation of the segments' true NPS around their mean, each weighing as its responses.

    A segment of few responses that is far off moves it little, as it moves the score of all little.

    Parameters
    ----------
    promoters, passives, detractors
        Counts of each segment.
    level
        The level of the interval.

    Raises
    ------
    ValueError
        A negative count.

    Notes
    -----
    With v the variance of one response inside its segment, pooled, Q = sum of n (NPS - mean)^2 / v would be
    chi-squared with k - 1 degrees of freedom if all k segments were equal, and is non-central chi-squared with
    L = N s^2 / v where their true spread is s. The estimate is s^2 = v max(Q - (k - 1), 0) / N; the interval holds
    each s whose distribution has Q between its quantiles. It starts at 0 where chance explains the scatter.

    References
    ----------
    Cochran (1937), Journal of the Royal Statistical Society Supplement 4, for Q. Steiger and Fouladi (1997), in What
    if there were no significance tests?, for inverting the non-central distribution.

    Examples
    --------
    >>> apart = spread_of([60, 40], [20, 20], [20, 40])
    >>> round(apart.points), round(apart.low), round(apart.high)
    (19, 8, 32)
    """
    happy, neutral, unhappy = (
        np.atleast_1d(count) for count in checked_counts(promoters, passives, detractors)
    )
    some = (happy + neutral + unhappy) > 0
    happy, neutral, unhappy = happy[some], neutral[some], unhappy[some]
    n = (happy + neutral + unhappy).astype(np.float64)
    if len(n) < 2:  # noqa: PLR2004 - one segment is apart from nothing
        return Spread(math.nan, math.nan, math.nan, math.nan)
    from scipy.special import chdtrc  # noqa: PLC0415 - not every page needs it

    variance = variance_within(happy, neutral, unhappy)
    own = (happy - unhappy) / n
    scatter = float(n @ (own - n @ own / n.sum()) ** 2 / variance)
    freedom = len(n) - 1
    low, high = (_noncentral(scatter, freedom, tail) for tail in ((1 + level) / 2, (1 - level) / 2))
    points, least, most = (
        100 * math.sqrt(variance * part / n.sum()) for part in (max(scatter - freedom, 0.0), low, high)
    )
    return Spread(points, least, most, float(chdtrc(freedom, scatter)))


def _noncentral(scatter: float, freedom: int, chance: float) -> float:
    """The non-centrality at which a scatter as small as this one has this chance; 0 where none has."""
    from scipy.special import chdtr, chndtr  # noqa: PLC0415

    if chdtr(freedom, scatter) <= chance:
        return 0.0

    def surplus(away: float) -> float:
        return float(chndtr(scatter, freedom, away)) - chance

    return root(surplus, 0.0, 2 * scatter + 8 * math.sqrt(scatter) + 20)
