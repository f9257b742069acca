"""Two selections of a survey side by side: who is on either side, how far apart they are, what could be seen."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.spec import Caption
from nps_core.compare.comparison import ALL_DATES, Comparison, Side, Span, shape_of
from nps_core.counts.periods import begun, label_of, next_start
from nps_core.filters import NO_VALUE
from nps_core.formatting import as_read, format_day, short
from nps_core.score.difference import Difference
from nps_core.score.sample import samples_across

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate

    Values = tuple[Sequence[str], Sequence[str]]

_LISTED = 3  # values named in the label of a side; more of them are counted


def find_periods(scope: Scope, period: str = "quarter") -> tuple[Span, ...]:
    """The periods that have responses and have begun, the latest first; empty without dates."""
    starts, counts = scope.counts.by_period(period)
    starts = starts[counts.any(axis=1) & begun(starts)][::-1]
    ends = next_start(starts, period) - 1
    last = scope.so_far
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


def compare_sides(
    scope: Scope, a: Span, b: Span, attribute: str | None, values: Values, level: float
) -> Comparison:
    """Two selections as they were given: `nps_core.compare_groups` without the story of the trend."""
    ours, theirs = tuple(values[0]), tuple(values[1])
    apart = _before(a, b) or _before(b, a)
    rest = bool(attribute and ours and not theirs and not apart)
    if attribute and ours and not theirs:
        labels = scope.counts.labels(attribute)
        theirs = tuple(label for label in labels if label not in (*ours, NO_VALUE)) if rest else ours
    named = bool(attribute) and set(ours) != set(theirs)
    names = [_who(picked, attribute) for picked in (ours, theirs)]
    if rest and len(theirs) > 1:
        names[1] = "all others"
    sides = [
        (
            _narrowed(scope, span, attribute if picked else None, picked),
            _label(span, who, named=named, dated=a != b),
        )
        for span, picked, who in ((a, ours, names[0]), (b, theirs, names[1]))
    ]
    mine, other = (side for side, _ in sides)
    shared = mine.n_shared(other.filters) if mine and other else 0
    looked_at = [side or scope.with_filters(since=None, until=dt.date.min) for side, _ in sides]
    samples = samples_across(looked_at)
    scores = samples.estimate(level=level)
    change = samples.contrast([[0], [1]], (1, -1), level=level)[0]
    if shared:
        nothing = math.nan
        change = Difference(nothing, nothing, nothing, nothing, beyond_chance=False, level=level)
    one, two = (_side(side, label, scores[place]) for place, (side, label) in enumerate(sides))
    found = Comparison(
        a=one,
        b=two,
        change=change,
        shared=shared,
        over_time=not named and apart and _before(b, a),
        both=0
        if shared
        else len(np.intersect1d(*(samples.cluster[samples.cell == side] for side in (0, 1)))),
        shape=None if shared else shape_of(looked_at, change),
        when=a.label if named and a == b and (a.since or a.until) else "",
    )
    held = [*filter(None, [found.when]), *([scope.filters.words()] if scope.filters else [])]
    return replace(found, caption=Caption(" · ".join([found.sizes, *held]), scope.source))


def _side(scope: Scope | None, label: str, score: Estimate) -> Side:
    scored = scope is not None and not scope.survey.scale.words
    return Side(label, scope, score, tuple(map(int, scope.counts.histogram())) if scope and scored else ())


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
        return f"every {short(as_read(attribute or ''))}"
    return (
        " or ".join(short(value) for value in picked)
        if len(picked) <= _LISTED
        else f"{len(picked)} values of {short(as_read(attribute or ''))}"
    )


def _label(span: Span, who: str, *, named: bool, dated: bool) -> str:
    if not named:
        return span.label
    return f"{who}, {span.label}" if dated else who


def _before(a: Span, b: Span) -> bool:
    """Whether a ends before b begins."""
    return a.until is not None and b.since is not None and a.until < b.since
