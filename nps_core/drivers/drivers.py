"""What goes with the score: satisfaction items and attributes, by how far the NPS differs along them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.drivers.measures import good_from
from nps_core.drivers.result import AttributeEffect, AttributeEffects, Driver, Drivers
from nps_core.filters import NO_VALUE
from nps_core.score.design import Samples, scatter, told_apart, welch
from nps_core.score.difference import Difference, holm
from nps_core.score.estimate import LEVEL
from nps_core.score.ledger import adjust
from nps_core.score.roots import root
from nps_core.score.sample import samples_by
from nps_core.segments.shrinkage import shrink, variance_within

if TYPE_CHECKING:
    from nps_core.scope import Scope
    from nps_core.survey import Measure


def find_drivers(scope: Scope, *, level: float = LEVEL) -> Drivers:
    """Importance beside performance, for each CSAT and CES question; the largest effect first.

    Importance is in points of NPS and has a sign, unlike shares of explained variance (`find_relative_weights`). It is
    association: people who like the product may like its support for that reason. One is beyond chance where the ledger
    holds it, and a sign where it passes among questions only. Questions with fewer than five
    responses or accounts on either side are shown, and never beyond chance.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    """
    asked = scope.survey.measures
    sides = [_sides(scope, measure) for measure in asked]
    changes = [both.contrast([[0], [1]], (1, -1), level=level)[0] for both in sides]
    plain = [math.nan if change.too_few else change.p_value for change in changes]
    found = [
        _driver(measure, both, change, float(p), level, alone=float(own) < 1 - level)
        for measure, both, change, p, own in zip(
            asked, sides, changes, adjust(plain, "drivers"), holm(plain), strict=True
        )
    ]
    return Drivers(
        sorted(found, key=lambda one: (math.isnan(one.effect.points), -abs(one.effect.points))), scope.caption
    )


def find_attribute_effects(scope: Scope, *, level: float = LEVEL) -> AttributeEffects:
    """How far the segments of each attribute are apart, beyond what chance does (`spread_of`); the widest first.

    Of segments with five responses and five accounts; attributes with fewer than two of these are left out, and so is
    what has no value; all of them where only some of the groups are looked at.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    """
    found = []
    for name in () if scope.picks_by_score else scope.survey.attributes:
        labels, segments = samples_by(scope, name)
        named = np.array([label != NO_VALUE for label in labels], dtype=np.bool_)
        places = np.flatnonzero(named & told_apart(segments))
        if len(places) > 1:
            held = segments.picked(places)
            worth = held.counts / held.variances()[1][:, None]
            # Where chance explains all, by what was counted.
            order = places[np.lexsort((held.estimate(level=level).nps, shrink(*worth.T).nps))]
            found.append(
                (name, len(places), spread_of(held, level=level), (labels[order[0]], labels[order[-1]]))
            )
    adjusted = holm([apart.p_value for _, _, apart, _ in found])
    spreads = [
        AttributeEffect(name, size, apart.points, apart.low, apart.high, *ends, float(p), bool(p < 1 - level))
        for (name, size, apart, ends), p in zip(found, adjusted, strict=True)
    ]
    return AttributeEffects(sorted(spreads, key=lambda one: -one.spread), scope.caption)


def _sides(scope: Scope, measure: Measure) -> Samples:
    """Who answered at the good end of a question, and who did not."""
    labels, answers = samples_by(scope, measure.column)
    side = [-1 if label == NO_VALUE else int(float(label) < good_from(measure)) for label in labels]
    return answers.combined(side, 2)


def _driver(
    measure: Measure, both: Samples, change: Difference, p_adjusted: float, level: float, *, alone: bool
) -> Driver:
    good, n = int(both.n[0]), int(both.n.sum())
    scores = both.estimate(level=level)
    return Driver(
        column=measure.column,
        kind=measure.kind,
        n=n,
        performance=100 * good / n if n else math.nan,
        satisfied=scores[0],
        others=scores[1],
        effect=change,
        p_adjusted=p_adjusted,
        beyond_chance=p_adjusted < 1 - level,
        sign=alone and not p_adjusted < 1 - level,
    )


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
