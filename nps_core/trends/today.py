"""Today's level: the mean over every start that the last stretch may have, each by how well it fits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.detectable import NORMAL_FROM
from nps_core.score.estimate import LEVEL, critical, interval
from nps_core.trends.search import LINE_FROM, best_line, best_stretches, sums_of

if TYPE_CHECKING:
    from nps_core.trends.fit import Fit, Floats, PeriodCounts

WHOLE = 100.0  # points: the end of the scale
_LEAST_SPREAD = 0.01  # variance of one response, on -1..1, that the effective counts allow for at least


@dataclass(frozen=True)
class Today:
    """The level that holds at the last period, its standard error and its interval, in points; season off."""

    nps: float
    error: float
    low: float
    high: float


def find_today(data: PeriodCounts, fit: Fit, level: float = LEVEL) -> Today:
    """The level that holds now: neither that of the last period alone, nor of the last stretch, nor of the file.

    Notes
    -----
    The mean of the last stretch over every start that it may have (from the first period: no change), and of the end
    of the slide, each weighted by exp(-J/2) with J the least criterion of a story that ends so. Its variance is that
    of the mixture. The interval is the score interval (SCAS) of as many responses as have that variance, so it never
    leaves the scale.

    References
    ----------
    Barry & Hartigan (1993), A Bayesian analysis for change point problems, JASA 88, for the mean over partitions.
    """
    mean, variance = averaged_level(data, fit)
    mean = min(max(mean, -WHOLE), WHOLE)  # which the end of a slide may leave
    if data.deff_all is not None:
        # What the same accounts share does not average out over periods.
        within = float((data.deff * data.n).sum() / data.n.sum())
        variance += max(0.0, data.deff_all - within) * data.one / float(data.n.sum())
    return Today(mean, math.sqrt(variance), *bounded_interval(mean, variance, data.polar, level))


def averaged_level(data: PeriodCounts, fit: Fit) -> tuple[float, float]:
    """The mean over every start of the last stretch, and over the slide's end, and its variance."""
    calm = data.without(fit.season)
    places = np.flatnonzero(calm.n)
    last, values, weights = len(places), calm.nps[places], 1 / (calm.sampling[places] + fit.wander**2)
    sums = sums_of(values, weights)
    penalty = calm.critical**2
    if math.isinf(penalty):
        return float(sums.mean(0, last)), float(1 / sums.total(0, last))
    least = best_stretches(sums, calm.n[places], penalty).least[:-1]
    starts = np.flatnonzero(np.isfinite(least) & (_from_each(calm.n[places]) >= NORMAL_FROM))
    costs = least[starts] + sums.rest(starts, last) + np.where(starts > 0, penalty, 0.0)
    levels, variances = sums.mean(starts, last), 1 / sums.total(starts, last)
    if last >= LINE_FROM:
        line = best_line(values, weights, places.astype(np.float64))
        end, its = line.at(len(data) - 1.0)
        costs, levels, variances = (
            np.append(a, b) for a, b in ((costs, line.rest + penalty), (levels, end), (variances, its))
        )
    return _mixed(np.exp((costs.min() - costs) / 2), levels, variances)


def _mixed(chances: Floats, levels: Floats, variances: Floats) -> tuple[float, float]:
    """Mean and variance of a mixture."""
    chances = chances / chances.sum()
    mean = float(chances @ levels)
    return mean, float(chances @ (variances + (levels - mean) ** 2))


def _from_each(n: Floats) -> Floats:
    """Responses from each place on."""
    return n[::-1].cumsum()[::-1]


def bounded_interval(points: float, variance: float, polar: float, level: float) -> tuple[float, float]:
    """SCAS of the counts that have this level and this variance: it never leaves the scale."""
    share = points / WHOLE
    polar = min(1.0, max(polar, abs(share)))
    n = WHOLE**2 * max(polar - share**2, _LEAST_SPREAD) / variance
    promoters, passives, detractors = n * (polar + share) / 2, n * (1 - polar), n * (polar - share) / 2
    low, high = interval((np.array(promoters), np.array(passives), np.array(detractors)), critical(level))
    return WHOLE * float(low), WHOLE * float(high)
