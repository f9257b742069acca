"""What goes with the score: satisfaction items and attributes, by how far the NPS differs along them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from nps_core.drivers.attribute_effects import spread_of
from nps_core.drivers.charts import AttributeEffects, Drivers
from nps_core.drivers.measures import good_from
from nps_core.drivers.result import AttributeEffect, Driver
from nps_core.filters import NO_VALUE
from nps_core.score.difference import holm
from nps_core.score.estimate import LEVEL
from nps_core.score.ledger import adjust
from nps_core.score.sample import samples_by
from nps_core.score.welch import told_apart
from nps_core.segments.shrinkage import shrink

if TYPE_CHECKING:
    from nps_core.scope import Scope
    from nps_core.score.design import Samples
    from nps_core.score.difference import Difference
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
