"""How far the segments of an attribute are apart, with its interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.score.estimate import LEVEL
from nps_core.score.roots import root
from nps_core.score.welch import scatter, told_apart, welch
from nps_core.segments.shrinkage import variance_within

if TYPE_CHECKING:
    from nps_core.score.design import Samples

_WIDEST = 100.0
"""Points: half of the segments at either end of the scale."""


@dataclass(frozen=True)
class Spread:
    """How far segments are apart, in points: the estimate and the ends of its interval; NaN for fewer than two.

    `p_value` tells how often equal segments would scatter as much.
    """

    points: float
    low: float
    high: float
    p_value: float


def spread_of(segments: Samples, *, level: float = LEVEL) -> Spread:
    """The standard deviation of the segments' true NPS around their mean, each weighing as its effective n.

    A segment of few responses that is far off moves it little, as it moves the score of all little.

    Parameters
    ----------
    segments
        Those with fewer than five responses or accounts are left out (`told_apart`).
    level
        The level of the interval.

    Notes
    -----
    Whether they are apart at all is Welch's F: with V the variance of each NPS in the survey's design, w = 1 / V, W
    their sum and k the segments,

    * Q = sum of w (NPS - mean)^2, c = sum of (1 - w / W)^2 / df with the degrees of freedom of each V;
    * F = Q / (k - 1) / (1 + 2 (k - 2) c / (k^2 - 1)) on k - 1 and (k^2 - 1) / 3c degrees of freedom.

    Where all responses of a segment agree but four at most, V is that of one response more at either end. How far they
    are apart weighs each by its effective n, and not by 1 / V, to which a segment that agrees would be all: with v the
    variance of one response inside its segment, pooled, sum of n_eff (NPS - mean)^2 / v over k - 1 would be
    non-central F with L = N s^2 / v (N the sum of n_eff) where the true spread is s. The estimate is
    s^2 = v max(Q - (k - 1), 0) / N; the interval holds each s whose distribution has it between its quantiles. It
    starts at 0 where chance explains the scatter.

    References
    ----------
    Welch (1951), Biometrika 38. Steiger and Fouladi (1997), in What if there were no significance tests?, for
    inverting the non-central distribution.
    """
    held = segments.picked(told_apart(segments))
    if len(held) < 2:  # noqa: PLR2004 - one segment is apart from nothing
        return Spread(math.nan, math.nan, math.nan, math.nan)
    p_value, second = welch(held)
    variance, freedom = variance_within(*held.counts.T), len(held) - 1
    worth = held.n / held.variances()[1]
    apart = scatter(held, worth) / variance
    ends = (
        _noncentral(apart / freedom, freedom, second, tail) for tail in ((1 + level) / 2, (1 - level) / 2)
    )
    points, low, high = (
        min(100 * math.sqrt(variance * part / worth.sum()), _WIDEST)
        for part in (max(apart - freedom, 0.0), *ends)
    )
    return Spread(points, low, high, p_value)


def _noncentral(f: float, freedom: int, second: float, chance: float) -> float:
    """The non-centrality at which an F as small as this one has this chance; 0 where none has."""
    from scipy.special import fdtr, ncfdtr  # noqa: PLC0415

    if fdtr(freedom, second, f) <= chance:
        return 0.0

    def surplus(away: float) -> float:
        return float(ncfdtr(freedom, second, away, f)) - chance

    centre = f * freedom
    # The second chi-squared varies too: with few degrees of freedom it stretches the upper end.
    top = (2 * centre + 8 * math.sqrt(centre) + 20) * (1 + 20 / second)
    while surplus(top) > 0:
        top *= 2
    return root(surplus, 0.0, top)
