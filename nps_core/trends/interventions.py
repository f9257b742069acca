"""Interventions: the NPS before and after a dated action, beside those it did not touch."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.compare.detectable import how_often, smallest_visible, variance_of
from nps_core.compare.difference import Difference, difference, mover
from nps_core.formatting import (
    capital,
    format_count,
    format_day,
    format_interval,
    format_nps,
    format_p,
    plural,
    short,
    size_words,
)
from nps_core.score.estimate import LEVEL, Estimate, checked_counts, critical, estimate
from nps_core.score.roots import root

if TYPE_CHECKING:
    from nps_core.scope import Scope
    from nps_core.score.estimate import Groups

WINDOW = 90
"""Days looked at on either side."""

_WHOLE = 200  # points: the difference of the two ends of the scale

EVERYBODY = "all of these responses"
"""Whom an action was meant for, in words, when it was for nobody in particular."""

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
    who
        Those it was meant for, in words; empty for everybody.
    """

    day: dt.date
    days: int
    touched: BeforeAfter
    others: BeforeAfter | None
    beyond_others: Difference | None
    who: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Before and after in words, then the others, then both; none says that the action made it so."""
        said = [_own_sentence(self)]
        if (
            self.others is not None
            and self.beyond_others is not None
            and not math.isnan(self.touched.change.points)
        ):
            said.append(_others_sentence(self.others.change))
            said.append(_beyond_sentence(self.beyond_others))
        return tuple(said)


def compare_before_after(
    scope: Scope,
    day: dt.date,
    *,
    touched: tuple[str, tuple[str, ...]] | None = None,
    days: int = WINDOW,
    level: float = LEVEL,
) -> Intervention:
    """The NPS in the days before an action and from that day on.

    Parameters
    ----------
    scope
        What is looked at; its dates are replaced by those of the two windows.
    day
        The first day of "after".
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
    if touched is None:
        return Intervention(day, days, _before_after(scope, day, days, level), None, None)
    name, values = touched
    who = who_of(touched)
    counts = scope.with_attribute(name, values).counts  # names what the survey does not have
    looked_at = scope.filters.values_of(name) or counts.labels(name)
    rest = [label for label in looked_at if label not in values]
    shown = [label for label in looked_at if label in values]
    meant = _before_after(scope.with_attribute(name, shown), day, days, level) if shown else _nobody(level)
    if not rest:  # no value picked would mean all of them
        return Intervention(day, days, meant, None, None, who)
    others = _before_after(scope.with_attribute(name, rest), day, days, level)
    return Intervention(day, days, meant, others, difference_in_differences(meant, others, level=level), who)


def who_of(touched: tuple[str, tuple[str, ...]] | None) -> str:
    """Those an action was meant for, in words; empty for everybody."""
    return " or ".join(short(value) for value in touched[1]) if touched else ""


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


def _before_after(scope: Scope, day: dt.date, days: int, level: float) -> BeforeAfter:
    windows = (
        scope.with_filters(since=day - dt.timedelta(days), until=day - dt.timedelta(1)),
        scope.with_filters(since=day, until=day + dt.timedelta(days - 1)),
    )
    before, after = (estimate(*window.counts.groups(), level=level) for window in windows)
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


def _own_sentence(found: Intervention) -> str:
    touched = found.touched
    sizes = f"n {format_count(touched.before.n)} and {format_count(touched.after.n)}"
    if not touched.before.n or not touched.after.n:
        side = "before" if not touched.before.n else "from"
        when = f"{side} {format_day(found.day)}" + ("" if side == "before" else " on")
        of = f" of {found.who}" if found.who else ""
        return f"There are no responses{of} in the {plural(found.days, 'day')} {when}: nothing to compare."
    scores = (
        f"{format_nps(touched.before.nps)} in the {plural(found.days, 'day')} before,"
        f" {format_nps(touched.after.nps)} in as many from then on"
    )
    who = capital(found.who or EVERYBODY)
    return f"{who}: {scores} ({sizes}). {_verdict(touched)}"


def _verdict(side: BeforeAfter) -> str:
    change = side.change
    interval = format_interval(change.low, change.high)
    if change.beyond_chance:
        way = "Up" if change.points > 0 else "Down"
        size = size_words(change.points, (side.after.nps, side.before.nps))
        return f"{way} {size}, more than chance explains ({interval})."
    size = math.ceil(
        smallest_visible(side.before.n, side.after.n, variance=variance_of(side.before, side.after))
    )
    could = (
        f" A true change of {plural(size, 'point')} would show {how_often(side.before.n, side.after.n)}."
        if size < _WHOLE
        else ""
    )
    return f"Chance alone makes such a difference {format_p(change.p_value)} ({interval}).{could}"


def _others_sentence(change: Difference) -> str:
    if math.isnan(change.points):
        return "The others did not answer on both sides of that day, so nothing can be set beside it."
    interval = format_interval(change.low, change.high)
    if change.beyond_chance:
        way = "up" if change.points > 0 else "down"
        return f"The others, over the same days: {way} {size_words(change.points)} ({interval})."
    return (
        f"The others, over the same days: no change beyond chance ({format_nps(change.points)}, {interval})."
    )


def _beyond_sentence(beyond: Difference) -> str:
    if math.isnan(beyond.points):
        return "So what happened to everybody cannot be taken out."
    interval = format_interval(beyond.low, beyond.high)
    start = f"With the change of the others taken out, {format_nps(beyond.points)} remains ({interval})"
    if beyond.beyond_chance:
        return f"{start}, beyond chance. Whatever else met these alone at that time is in it too."
    return f"{start}, which may be chance."
