"""What goes with the score: satisfaction items and attributes, by how far the NPS differs along them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.difference import difference, holm
from nps_core.counts.index import index_of
from nps_core.drivers.charts import Drivers, Spreads
from nps_core.drivers.measures import good_from
from nps_core.drivers.result import AttributeSpread, Driver
from nps_core.drivers.spread import spread_of
from nps_core.filters import NO_VALUE, Filters
from nps_core.score.estimate import LEVEL, estimate
from nps_core.segments.shrinkage import shrink

if TYPE_CHECKING:
    from nps_core.compare.difference import Difference
    from nps_core.counts.selection import Selection
    from nps_core.survey import Measure, Survey


def drivers(survey: Survey, filters: Filters | None = None, *, level: float = LEVEL) -> Drivers:
    """Importance beside performance, for each CSAT and CES question; the largest effect first.

    Importance is in points of NPS and has a sign, unlike shares of explained variance (Shapley, LMG). It is
    association: people who like the product may like its support for that reason.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    """
    selection = index_of(survey).select(filters or Filters())
    sides = [_sides(selection, measure) for measure in survey.measures]
    changes = [difference(good, rest, level=level) for good, rest in sides]
    adjusted = holm([change.p_value for change in changes])
    found = [
        _driver(measure, *side, change, float(p), level)
        for measure, side, change, p in zip(survey.measures, sides, changes, adjusted, strict=True)
    ]
    return Drivers(sorted(found, key=lambda one: (math.isnan(one.effect.points), -abs(one.effect.points))))


def attribute_spreads(survey: Survey, filters: Filters | None = None, *, level: float = LEVEL) -> Spreads:
    """How far the segments of each attribute are apart, beyond what chance does (`spread_of`); the widest first.

    Attributes with fewer than two segments that answered are left out; so is what has no value.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    """
    selection = index_of(survey).select(filters or Filters())
    found = []
    for name in survey.attributes:
        table = selection.by(name)
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
        AttributeSpread(name, size, apart.points, apart.low, apart.high, *ends, float(p), bool(p < 1 - level))
        for (name, size, apart, ends), p in zip(found, adjusted, strict=True)
    ]
    return Spreads(sorted(spreads, key=lambda one: -one.spread))


Counts = tuple[int, int, int]


def _sides(selection: Selection, measure: Measure) -> tuple[Counts, Counts]:
    """Promoters, passives and detractors at the good end of a question, and not."""
    table = selection.by(measure.column)
    answered = [place for place, label in enumerate(table.labels) if label != NO_VALUE]
    answers = np.array([table.labels[place] for place in answered], dtype=np.float64)
    good = answers >= good_from(measure)
    counts = table.counts[answered]
    happy, rest = counts[good].sum(axis=0).tolist(), counts[~good].sum(axis=0).tolist()
    return tuple(happy), tuple(rest)


def _driver(
    measure: Measure, good: Counts, rest: Counts, change: Difference, p_adjusted: float, level: float
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
