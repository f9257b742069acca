"""What a part of the responses is compared with: the others of its attribute, or the days before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.compare.comparison import ALL_DATES, Span
from nps_core.compare.groups import find_periods, span_of
from nps_core.filters import NO_VALUE, Filters
from nps_core.trends.stretches import compare_groups

if TYPE_CHECKING:
    from nps_core.compare.comparison import Comparison
    from nps_core.scope import Scope

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
