"""Two selections side by side, where they may be the stretches that the story of the trend tells of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.compare.comparison import ALL_DATES, Comparison, Span
from nps_core.compare.groups import compare_sides, find_periods, span_of
from nps_core.filters import NO_VALUE, Filters
from nps_core.score.estimate import LEVEL
from nps_core.trends.story import find_story

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.scope import Scope


def compare_groups(
    scope: Scope,
    a: Span,
    b: Span,
    *,
    attribute: str | None = None,
    values: tuple[Sequence[str], Sequence[str]] = ((), ()),
    level: float = LEVEL,
) -> Comparison:
    """Compare two selections: each a period, values of an attribute, or both.

    Parameters
    ----------
    scope
        What holds for both sides; its dates are narrowed by the sides' own.
    a, b
        The days of either side.
    attribute, values
        The attribute that sides are picked by, and the values of a and of b; () for all. When only `a` has
        values, `b` has the same ones if its days are others, and all the other values if they are not.
    level
        The level of the interval.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.

    Notes
    -----
    Sides that are the stretches which the story of the trend tells of were looked for, and a test of two given spans
    would be too sure of them: their difference has the story's interval.
    """
    found = compare_sides(scope, a, b, attribute, values, level)
    if not found.over_time or any(values) or level != LEVEL:
        return found
    story = find_story(scope)
    if story.sides is None or story.counted is None:
        return found
    sides = [_inside(scope, *story.days(*side)) for side in story.sides]
    if sides != [_inside(scope, side.since, side.until) for side in (a, b)]:
        return found
    told = story.counted
    change = replace(found.change, low=told.low, high=told.high, beyond_chance=told.beyond_chance)
    return replace(found, change=change, told=True, shape=None if told.beyond_chance else found.shape)


def _inside(scope: Scope, since: dt.date | None, until: dt.date | None) -> tuple[dt.date | None, ...]:
    """What a span is of the days that are looked at."""
    first, last = scope.counts.span or (None, None)
    return max(filter(None, (since, first)), default=None), min(filter(None, (until, last)), default=None)


_EVER = Span(ALL_DATES)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Sides:
    """Two sides that are picked by values of an attribute or by their days, and what holds for both.

    Parameters
    ----------
    filters
        What holds for both sides.
    a, b
        Their days.
    attribute, values
        The attribute that they are picked by (None for days), and the values of a; b has all others.
    """

    filters: Filters
    a: Span = _EVER
    b: Span = _EVER
    attribute: str | None = None
    values: tuple[str, ...] = ()

    def compare(self, scope: Scope) -> Comparison:
        """Compare them."""
        held = replace(scope, filters=self.filters)
        return compare_groups(held, self.a, self.b, attribute=self.attribute, values=(self.values, ()))


def sides_of(scope: Scope, part: Filters, period: str) -> Sides | None:
    """A part of what is looked at against its rest; None where it has none that means something.

    The first attribute of the part picks the sides, and the rest of it holds for both. A part of days alone is compared
    with the period before, or with as many days before; the first ones with all later days.

    Parameters
    ----------
    scope
        What is looked at.
    part
        Filters on top of those of the scope.
    period
        "week", "month" or "quarter": the periods that are known by their names.
    """
    if part.groups:  # picked by their score, they differ in it
        return None
    whole = scope.filters.narrowed(part)
    for name, values in part.attributes:
        others = {*scope.counts.labels(name)} - {*values, NO_VALUE}
        if others and name in scope.survey.attributes:
            return Sides(whole.with_attribute(name, ()), attribute=name, values=values)
    if part.attributes or part.since is None or part.until is None:
        return None
    first, last = scope.whole.first, scope.whole.last
    if first is None or last is None:
        return None
    a, before = _before(scope, part.since, part.until, period)
    if part.since > first:
        b = before or span_of(max(first, part.since - (part.until - part.since) - _DAY), part.since - _DAY)
    elif part.until < last:
        b = span_of(part.until + _DAY, last)
    else:
        return None
    return Sides(replace(whole, since=None, until=None), a, b)


def _before(scope: Scope, since: dt.date, until: dt.date, period: str) -> tuple[Span, Span | None]:
    """These days, by their name where they are a period; then the period before, too."""
    named = find_periods(scope.whole, period)
    mine = next((one for one in named if (one.since, one.until) == (since, until)), None)
    if mine is None:
        return span_of(since, until), None
    return mine, next((one for one in named if one.until == since - _DAY), None)
