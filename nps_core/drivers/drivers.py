"""What goes with the score: satisfaction items and attributes, by how far the NPS differs along them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.difference import difference, holm
from nps_core.drivers.attribute_effects import spread_of
from nps_core.drivers.charts import AttributeEffects, Drivers
from nps_core.drivers.measures import good_from
from nps_core.drivers.result import AttributeEffect, Driver
from nps_core.filters import NO_VALUE
from nps_core.score.estimate import LEVEL, estimate
from nps_core.segments.shrinkage import shrink

if TYPE_CHECKING:
    from nps_core.compare.difference import Difference
    from nps_core.counts import Counts
    from nps_core.scope import Scope
    from nps_core.survey import Measure


def find_drivers(scope: Scope, *, level: float = LEVEL) -> Drivers:
    """Importance beside performance, for each CSAT and CES question; the largest effect first.

    Importance is in points of NPS and has a sign, unlike shares of explained variance (Shapley, LMG). It is
    association: people who like the product may like its support for that reason.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    """
    asked = scope.survey.measures
    sides = [_sides(scope.counts, measure) for measure in asked]
    changes = [difference(good, rest, level=level) for good, rest in sides]
    adjusted = holm([change.p_value for change in changes])
    found = [
        _driver(measure, *side, change, float(p), level)
        for measure, side, change, p in zip(asked, sides, changes, adjusted, strict=True)
    ]
    return Drivers(
        sorted(found, key=lambda one: (math.isnan(one.effect.points), -abs(one.effect.points))), scope.caption
    )


def find_attribute_effects(scope: Scope, *, level: float = LEVEL) -> AttributeEffects:
    """How far the segments of each attribute are apart, beyond what chance does (`spread_of`); the widest first.

    Attributes with fewer than two segments that answered are left out; so is what has no value.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    """
    found = []
    for name in scope.survey.attributes:
        table = scope.counts.by(name)
        named = [
            (label, row)
            for label, row in zip(table.labels, table.counts, strict=True)
            if label != NO_VALUE and row.any()
        ]
        if len(named) > 1:
            calm = shrink(*np.array([row for _, row in named]).T)
            apart = spread_of(*np.array([row for _, row in named]).T, level=level)
            own = estimate(*np.array([row for _, row in named]).T).nps
            order = np.lexsort((own, calm.nps))  # where chance explains all, by what was counted
            ends = named[order[0]][0], named[order[-1]][0]
            found.append((name, len(named), apart, ends))
    adjusted = holm([apart.p_value for _, _, apart, _ in found])
    spreads = [
        AttributeEffect(name, size, apart.points, apart.low, apart.high, *ends, float(p), bool(p < 1 - level))
        for (name, size, apart, ends), p in zip(found, adjusted, strict=True)
    ]
    return AttributeEffects(sorted(spreads, key=lambda one: -one.spread), scope.caption)


_Groups = tuple[int, int, int]


def _sides(counts: Counts, measure: Measure) -> tuple[_Groups, _Groups]:
    """Promoters, passives and detractors at the good end of a question, and not."""
    table = counts.by(measure.column)
    answered = [place for place, label in enumerate(table.labels) if label != NO_VALUE]
    answers = np.array([table.labels[place] for place in answered], dtype=np.float64)
    good = answers >= good_from(measure)
    given = table.counts[answered]
    happy, rest = given[good].sum(axis=0).tolist(), given[~good].sum(axis=0).tolist()
    return tuple(happy), tuple(rest)


def _driver(
    measure: Measure, good: _Groups, rest: _Groups, change: Difference, p_adjusted: float, level: float
) -> Driver:
    n = sum(good) + sum(rest)
    return Driver(
        column=measure.column,
        kind=measure.kind,
        n=n,
        performance=100 * sum(good) / n if n else math.nan,
        satisfied=estimate(*good, level=level),
        others=estimate(*rest, level=level),
        effect=change,
        p_adjusted=p_adjusted,
        beyond_chance=p_adjusted < 1 - level,
    )
