"""Two selections of a survey side by side: who is on either side, how far apart they are, what could be seen."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING

from nps_core.compare.comparison import ALL_DATES, Comparison, Side, Span
from nps_core.compare.difference import Difference, difference
from nps_core.compare.visible import POWER, responses_for, seen_words, smallest_visible, variance_of
from nps_core.counts.index import index_of
from nps_core.counts.periods import label_of, next_start
from nps_core.filters import NO_VALUE, Filters
from nps_core.score.estimate import LEVEL, critical, estimate
from nps_core.words import (
    MINUS,
    format_count,
    format_day,
    format_nps,
    format_p,
    plural,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.survey import Survey

_LISTED = 3  # values named in the label of a side; more of them are counted


def spans(survey: Survey, period: str = "quarter") -> tuple[Span, ...]:
    """The periods of a survey that have responses, the latest first; empty without dates."""
    starts, counts = index_of(survey).select(Filters()).by_period(period)
    starts = starts[counts.any(axis=1)][::-1]
    ends = next_start(starts, period) - 1
    last = index_of(survey).last_day
    found = []
    for start, end in zip(starts, ends, strict=True):
        first, until = (day.astype("datetime64[D]").item() for day in (start, end))
        name = label_of(start, period)
        # The same tenth of a period as in trends: a quarter less its last day reads as a whole one.
        if last is not None and (end - last) * 10 > end - start + 1:
            day = last.astype("datetime64[D]").item()
            name = f"{name} (up to {format_day(day).rpartition(' ')[0]})"
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


def compare_sides(
    survey: Survey,
    a: Span,
    b: Span,
    filters: Filters | None = None,
    *,
    attribute: str | None = None,
    values: tuple[Sequence[str], Sequence[str]] = ((), ()),
    level: float = LEVEL,
) -> Comparison:
    """Compare two selections: each a period, values of an attribute, or both.

    Parameters
    ----------
    a, b
        The days of either side.
    filters
        What holds for both; their dates are narrowed by the sides' own.
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
    base = filters or Filters()
    ours, theirs = tuple(values[0]), tuple(values[1])
    apart = _apart(a, b)
    rest = bool(attribute and ours and not theirs and not apart)
    if attribute and ours and not theirs:
        labels = index_of(survey).column(attribute).labels
        theirs = tuple(label for label in labels if label not in (*ours, NO_VALUE)) if rest else ours
    named = bool(attribute) and set(ours) != set(theirs)
    names = [_who(picked, attribute) for picked in (ours, theirs)]
    if rest and len(theirs) > 1:
        names[1] = "all others"
    one, other = (
        _side(survey, span, base, attribute if picked else None, picked, _label(span, who, named=named, dated=a != b), level)
        for span, picked, who in ((a, ours, names[0]), (b, theirs, names[1]))
    )  # fmt: skip
    shared = _shared(survey, one, other)
    change = difference(one.estimate, other.estimate, level=level)
    if shared:
        nothing = math.nan
        change = Difference(nothing, nothing, nothing, nothing, beyond_chance=False, level=level)
    variance = variance_of(one.estimate, other.estimate)
    return Comparison(
        a=one, b=other, change=change, shared=shared, over_time=not named and apart and _before(b, a),
        smallest=float(smallest_visible(one.estimate.n, other.estimate.n, variance=variance, level=level)),
        variance=variance,
    )  # fmt: skip


def responses_to_see(points: float, *, variance: float, power: float = POWER, level: float = LEVEL) -> int:
    """Responses needed on each of two sides for a change of so many points to show most of the time.

    The inverse of `smallest_visible` for two sides of one size: 2 variance (100 (z_level + z_power) / points)^2.

    Raises
    ------
    ValueError
        A change that is not above 0.

    Examples
    --------
    >>> responses_to_see(10, variance=0.61)
    958
    """
    if points <= 0:
        raise ValueError("A change is a number of points above 0.")
    reach = float(critical(level)) + NormalDist().inv_cdf(power)
    return math.ceil(2 * variance * (100 * reach / points) ** 2)


def comparison_sentence(found: Comparison) -> str:
    """What the interval says about the difference, in one plain sentence."""
    if found.shared:
        return (
            f"{plural(found.shared, 'response')} would stand on both sides, and the interval of a "
            "difference needs"
            " separate ones. Pick other dates or other values on one side."
        )
    change = found.change
    if math.isnan(change.points):
        return "Pick other dates or values, or take a filter off."
    low, high = format_nps(change.low), format_nps(change.high)
    ours, theirs, size = _figures(found)
    start = f"{ours} against {theirs}: a difference of {size}"
    if change.beyond_chance:
        return f"{start}, between {low} and {high} with 95% certainty: more than chance explains."
    return (
        f"{start}. Two samples of one and the same NPS differ this much {format_p(change.p_value)};"
        f" the true difference lies between {low} and {high} with 95% certainty, and may be none."
    )


def comparison_words(found: Comparison, filters: Filters | None = None) -> str:
    """What is compared: "Q3 2026, n 437 · Q2 2026, n 425", and the filters that hold for both."""
    sides = [f"{side.label}, n {format_count(side.estimate.n)}" for side in (found.a, found.b)]
    return " · ".join([*sides, *([filters.words()] if filters else [])])


def visible_sentence(found: Comparison) -> str:
    """What could have been seen at all: the smallest difference with these numbers of responses."""
    return seen_words(
        found.a.estimate.n, found.b.estimate.n, variance=found.variance, level=found.change.level,
        what="change" if found.over_time else "difference",
    )  # fmt: skip


def planner_sentence(found: Comparison, points: float) -> str:
    """How many responses it takes to know an NPS, or a change of it, to so many points."""
    variance = found.variance
    alone, each = responses_for(points, variance=variance), responses_to_see(points, variance=variance)
    size = format_nps(points, digits=0 if float(points).is_integer() else 1).lstrip("+")
    return (
        f"To know an NPS to ±{size} points takes {format_count(alone)} responses. To see a change "
        f"of {size} points"
        f" four times in five takes {format_count(each)} on each side."
    )


def _figures(found: Comparison) -> tuple[str, str, str]:
    """Both scores and the difference; with a decimal where whole points would not subtract to it."""
    points = found.a.estimate.nps, found.b.estimate.nps, found.change.points
    whole = [int(format_nps(value).replace(MINUS, "-")) for value in points]
    digits = 0 if whole[0] - whole[1] == whole[2] else 1
    ours, theirs, size = (format_nps(value, digits=digits) for value in points)
    return ours, theirs, size


def _side(
    survey: Survey,
    span: Span,
    base: Filters,
    attribute: str | None,
    picked: tuple[str, ...],
    label: str,
    level: float,
) -> Side:
    filters = _narrowed(base, span, attribute, picked)
    if filters is None:
        return Side(label, None, estimate(0, 0, 0, level=level), ())
    selection = index_of(survey).select(filters)
    histogram = () if survey.scale.words else tuple(int(count) for count in selection.histogram())
    return Side(label, filters, estimate(*selection.groups(), level=level), histogram)


def _narrowed(base: Filters, span: Span, attribute: str | None, picked: tuple[str, ...]) -> Filters | None:
    """The filters of the page and of a side at once; None when they leave no value or no day."""
    since = max(filter(None, (base.since, span.since)), default=None)
    until = min(filter(None, (base.until, span.until)), default=None)
    if since and until and since > until:
        return None
    narrowed = replace(base, since=since, until=until)
    if attribute is None:
        return narrowed
    allowed = base.values_of(attribute)
    kept = [value for value in picked if not allowed or value in allowed]
    return narrowed.with_attribute(attribute, kept) if kept else None


def _shared(survey: Survey, a: Side, b: Side) -> int:
    if a.filters is None or b.filters is None:
        return 0
    index = index_of(survey)
    return index.select(a.filters).shared_with(index.select(b.filters))


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
