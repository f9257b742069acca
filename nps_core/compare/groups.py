"""Two selections of a survey side by side: who is on either side, how far apart they are, what could be seen."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.caption import Caption
from nps_core.compare.comparison import ALL_DATES, Comparison, Side, Span
from nps_core.compare.detectable import smallest_visible, variance_of
from nps_core.compare.difference import Difference, difference
from nps_core.counts.periods import label_of, next_start
from nps_core.filters import NO_VALUE
from nps_core.formatting import (
    format_day,
    short,
)
from nps_core.score.estimate import LEVEL, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.scope import Scope

_LISTED = 3  # values named in the label of a side; more of them are counted


def find_periods(scope: Scope, period: str = "quarter") -> tuple[Span, ...]:
    """The periods that have responses, the latest first; empty without dates."""
    starts, counts = scope.counts.by_period(period)
    starts = starts[counts.any(axis=1)][::-1]
    ends = next_start(starts, period) - 1
    last = scope.whole.last
    found = []
    for start, end in zip(starts, ends, strict=True):
        first, until = (day.astype("datetime64[D]").item() for day in (start, end))
        name = label_of(start, period)
        # The same tenth of a period as in trends: a quarter less its last day reads as a whole one.
        if last is not None and (end - np.datetime64(last)) * 10 > end - start + 1:
            name = f"{name} (up to {format_day(last).rpartition(' ')[0]})"
        found.append(Span(name, first, until))
    return tuple(found)


def span_of(since: dt.date | None, until: dt.date | None) -> Span:
    """A stretch of days that somebody typed in, named by its ends."""
    if since and until:
        return Span(f"{format_day(since)} to {format_day(until)}", since, until)
    if since or until:
        words = f"since {format_day(since)}" if since else f"until {format_day(until or dt.date.max)}"
        return Span(words, since, until)
    return Span(ALL_DATES)


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
    """
    ours, theirs = tuple(values[0]), tuple(values[1])
    apart = _apart(a, b)
    rest = bool(attribute and ours and not theirs and not apart)
    if attribute and ours and not theirs:
        labels = scope.counts.labels(attribute)
        theirs = tuple(label for label in labels if label not in (*ours, NO_VALUE)) if rest else ours
    named = bool(attribute) and set(ours) != set(theirs)
    names = [_who(picked, attribute) for picked in (ours, theirs)]
    if rest and len(theirs) > 1:
        names[1] = "all others"
    one, other = (
        _side(
            scope,
            span,
            attribute if picked else None,
            picked,
            _label(span, who, named=named, dated=a != b),
            level,
        )
        for span, picked, who in ((a, ours, names[0]), (b, theirs, names[1]))
    )
    shared = one.scope.n_shared(other.scope.filters) if one.scope and other.scope else 0
    change = difference(one.estimate, other.estimate, level=level)
    if shared:
        nothing = math.nan
        change = Difference(nothing, nothing, nothing, nothing, beyond_chance=False, level=level)
    variance = variance_of(one.estimate, other.estimate)
    found = Comparison(
        a=one,
        b=other,
        change=change,
        shared=shared,
        over_time=not named and apart and _before(b, a),
        smallest=float(smallest_visible(one.estimate.n, other.estimate.n, variance=variance, level=level)),
        variance=variance,
    )
    held = [scope.filters.words()] if scope.filters else []
    return replace(found, caption=Caption(" · ".join([found.sizes, *held]), scope.source))


def _side(
    scope: Scope, span: Span, attribute: str | None, picked: tuple[str, ...], label: str, level: float
) -> Side:
    mine = _narrowed(scope, span, attribute, picked)
    if mine is None:
        return Side(label, None, estimate(0, 0, 0, level=level), ())
    counts = mine.counts
    histogram = () if scope.survey.scale.words else tuple(int(count) for count in counts.histogram())
    return Side(label, mine, estimate(*counts.groups(), level=level), histogram)


def _narrowed(scope: Scope, span: Span, attribute: str | None, picked: tuple[str, ...]) -> Scope | None:
    """What is looked at and what is on a side at once; None when that leaves no value or no day."""
    since = max(filter(None, (scope.filters.since, span.since)), default=None)
    until = min(filter(None, (scope.filters.until, span.until)), default=None)
    if since and until and since > until:
        return None
    narrowed = scope.with_filters(since=since, until=until)
    if attribute is None:
        return narrowed
    allowed = scope.filters.values_of(attribute)
    kept = [value for value in picked if not allowed or value in allowed]
    return narrowed.with_attribute(attribute, kept) if kept else None


def _who(picked: tuple[str, ...], attribute: str | None) -> str:
    if not picked:
        return f"every {short(attribute or '')}"
    return (
        " or ".join(short(value) for value in picked)
        if len(picked) <= _LISTED
        else f"{len(picked)} values of {short(attribute or '')}"
    )


def _label(span: Span, who: str, *, named: bool, dated: bool) -> str:
    if not named:
        return span.label
    return f"{who}, {span.label}" if dated else who


def _apart(a: Span, b: Span) -> bool:
    return _before(a, b) or _before(b, a)


def _before(a: Span, b: Span) -> bool:
    """Whether a ends before b begins."""
    return a.until is not None and b.since is not None and a.until < b.since
