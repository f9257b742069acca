"""Interventions: the NPS before and after a dated action, beside those it did not touch."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.compare.difference import Difference, difference, mover
from nps_core.counts.index import index_of
from nps_core.filters import Filters
from nps_core.score.estimate import LEVEL, Estimate, checked_counts, critical, estimate
from nps_core.score.roots import root

if TYPE_CHECKING:
    from nps_core.score.estimate import Groups
    from nps_core.survey import Survey

WINDOW = 90
"""Days looked at on either side."""

FARTHEST = 40.0
"""No p-value that a float can tell from 0 belongs to a larger z."""


@dataclass(frozen=True)
class BeforeAfter:
    """The NPS on either side of a day: `change` is after less before."""

    before: Estimate
    after: Estimate
    change: Difference


@dataclass(frozen=True)
class Intervention:
    """What went with a dated action.

    Parameters
    ----------
    day, days
        The first day of "after", and the days looked at on either side.
    touched
        The responses it was meant for.
    others
        The others, over the same days; None when it was meant for all.
    beyond_others
        Change of the touched less change of the others (difference in differences); None without others.
        What else happened to both is taken out; what happened to the touched alone is not.
    """

    day: dt.date
    days: int
    touched: BeforeAfter
    others: BeforeAfter | None
    beyond_others: Difference | None


def intervention(
    survey: Survey,
    day: dt.date,
    filters: Filters | None = None,
    *,
    touched: tuple[str, tuple[str, ...]] | None = None,
    days: int = WINDOW,
    level: float = LEVEL,
) -> Intervention:
    """The NPS in the days before an action and from that day on.

    Parameters
    ----------
    day
        The first day of "after".
    filters
        Which responses are looked at; their dates are replaced by those of the two windows.
    touched
        (attribute, values) of those the action was meant for, as far as the filters leave them; everybody when not
        given.
    days
        Days on either side.

    Returns
    -------
    Intervention
        NaN where a window has no responses. A change is no proof that the action made it.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    ValueError
        A window of less than a day.

    Notes
    -----
    Both changes are MOVER differences, after less before. What is left of one when the other is taken out
    (difference in differences) has MOVER's interval on the intervals of the two; it takes out what happened to both
    alike, and nothing else.
    """
    if days < 1:
        raise ValueError(f"A window has at least one day; {days} is not enough.")
    base = filters or Filters()
    if touched is None:
        return Intervention(day, days, _before_after(survey, base, day, days, level), None, None)
    name, values = touched
    index = index_of(survey)
    index.select(base.with_attribute(name, values))  # names what the survey does not have
    looked_at = base.values_of(name) or index.column(name).labels
    rest = [label for label in looked_at if label not in values]
    shown = [label for label in looked_at if label in values]
    meant = (
        _before_after(survey, base.with_attribute(name, shown), day, days, level) if shown else _nobody(level)
    )
    if not rest:  # no value picked would mean all of them
        return Intervention(day, days, meant, None, None)
    others = _before_after(survey, base.with_attribute(name, rest), day, days, level)
    return Intervention(day, days, meant, others, difference_in_differences(meant, others, level=level))


def _nobody(level: float) -> BeforeAfter:
    """What there is to say of a group that the filters leave out."""
    none = estimate(0, 0, 0, level=level)
    return BeforeAfter(none, none, difference(none, none, level=level))


def difference_in_differences(a: BeforeAfter, b: BeforeAfter, *, level: float = LEVEL) -> Difference:
    """The change of `a` less the change of `b`: MOVER on the intervals of the two changes."""
    counts = [checked_counts(*side.groups) for side in (a.after, a.before, b.after, b.before)]
    points = a.change.points - b.change.points
    if math.isnan(points):
        return Difference(math.nan, math.nan, math.nan, math.nan, beyond_chance=False, level=level)
    low, high = _limits(counts, points / 100, critical(level))
    return Difference(
        points, 100 * low, 100 * high, _p_value(counts, points / 100), bool(low > 0 or high < 0), level
    )


def _before_after(survey: Survey, base: Filters, day: dt.date, days: int, level: float) -> BeforeAfter:
    windows = (
        replace(base, since=day - dt.timedelta(days), until=day - dt.timedelta(1)),
        replace(base, since=day, until=day + dt.timedelta(days - 1)),
    )
    before, after = (estimate(*index_of(survey).select(filters).groups(), level=level) for filters in windows)
    return BeforeAfter(before, after, difference(after, before, level=level))


def _limits(counts: list[Groups], delta: float, z: float) -> tuple[float, float]:
    """The ends of the interval of the difference in differences, on -4..4."""
    (low_a, high_a), (low_b, high_b) = (
        tuple(float(end) for end in mover(after, before, z)) for after, before in (counts[:2], counts[2:])
    )
    change_a, change_b = (_nps(after) - _nps(before) for after, before in (counts[:2], counts[2:]))
    return (
        delta - math.hypot(change_a - low_a, high_b - change_b),
        delta + math.hypot(high_a - change_a, change_b - low_b),
    )


def _p_value(counts: list[Groups], delta: float) -> float:
    """The level at which 0 leaves the interval."""
    if not delta:
        return 1.0

    def inner(z: float) -> float:
        low, high = _limits(counts, delta, z)
        return low if delta > 0 else -high

    return math.erfc(root(inner, 0.0, FARTHEST) / math.sqrt(2))


def _nps(counts: Groups) -> float:
    happy, neutral, unhappy = (float(count) for count in counts)
    return (happy - unhappy) / (happy + neutral + unhappy)
