"""Trends: the NPS over time, of all and of several segments, and the story that each tells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.axes import points_axis
from nps_core.counts.periods import begun, day_words, label_of, next_start
from nps_core.filters import NO_VALUE
from nps_core.formatting import plural, short
from nps_core.score.estimate import LEVEL, MIN_READABLE, estimate
from nps_core.score.sample import samples_by_period
from nps_core.trends.fit import YEAR
from nps_core.trends.result import Trend
from nps_core.trends.search import FALSE_STORIES
from nps_core.trends.story import deff_within, story_of, usual_period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.charts.spec import Chart
    from nps_core.counts import Counts
    from nps_core.filters import Filters
    from nps_core.scope import Scope


WINDOW = 90
"""Days of a rolling window: a quarter, long enough to calm a small survey."""

DRAWN = 400
"""Points of a rolling curve, about: more than a chart has pixels to tell apart says nothing more."""


def find_trend(
    scope: Scope, period: str | None = None, *, level: float = LEVEL, alpha: float = FALSE_STORIES
) -> Trend:
    """The NPS of each day, week, month or quarter, from the first with responses to the last, and its story.

    Parameters
    ----------
    scope
        What is looked at; without dates it gives a trend of no periods, and says how many are undated.
    period
        "day", "week" (from Monday), "month" or "quarter"; the one that `usual_period` gives when not given. Told by
        another one than that, the story says so.
    level
        The level of the intervals.
    alpha
        How often the story tells of a change while nothing changes; a share of .05 for each of several trends.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    ValueError
        A period that does not exist.

    Notes
    -----
    Each period has the interval that accounts (or respondents) leave it: see the NPS and its interval.
    """
    usual = usual_period(scope)
    period = period or usual
    told_by = period if period in YEAR else usual
    starts, samples = samples_by_period(scope, period)
    ends = next_start(starts, period) - 1
    # A period of one or two answers says nothing, and comparing with it less.
    n = samples.n * begun(starts)
    some = np.flatnonzero(n >= (MIN_READABLE if n.max(initial=0) >= MIN_READABLE else 1))
    latest, previous = (int(some[-place]) if len(some) >= place else None for place in (1, 2))
    last_day = _last_day(scope)
    return Trend(
        period=period,
        starts=starts,
        ends=ends,
        labels=tuple(label_of(start, period) for start in starts),
        estimate=samples.estimate(level=level),
        untold=story_of(scope, told_by, alpha=alpha),
        by_hand=told_by != usual,
        usual=story_of(scope, usual) if told_by != usual and alpha == FALSE_STORIES else None,
        latest=latest,
        previous=previous,
        undated=scope.counts.undated,
        incomplete=latest is not None
        and last_day is not None
        and _runs_on(starts[latest], ends[latest], last_day),
        until=last_day,
        since=_cut(starts, ends, scope.filters),
        caption=scope.caption,
    )


def find_rolling_trend(scope: Scope, days: int = WINDOW, *, level: float = LEVEL) -> Trend:
    """The NPS of the last so many days, moving on through the survey.

    The first window is the first that is whole; the last ends on the last day with responses. Windows that
    overlap share responses, so the story is that of the usual period. A long survey is stepped through so that some
    400 points remain.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    ValueError
        A window of less than a day.
    """
    if days < 1:
        raise ValueError(f"A window has at least one day; {days} is not enough.")
    counted = scope.counts
    ends, counts = counted.rolling(days, step=_step(counted, days))
    deff = deff_within(samples_by_period(scope, "quarter")[1])
    worth = estimate(*(counts.T / deff), level=level)  # what so many responses of accounts are worth
    happy, neutral, unhappy = counts.T
    some = np.flatnonzero(begun(ends))
    latest = int(some[-1]) if len(some) else None
    before = np.flatnonzero((ends <= ends[some[-1:]] - days) & counts.any(axis=1)) if len(some) else some
    previous = int(before[-1]) if len(before) else None
    return Trend(
        period=f"rolling {days} days",
        starts=ends - (days - 1),
        ends=ends,
        labels=tuple(f"{days} days to {day_words(end)}" for end in ends),
        estimate=replace(
            worth, n=counts.sum(axis=1), promoters=happy, passives=neutral, detractors=unhappy, n_eff=worth.n
        ),
        untold=story_of(scope, usual_period(scope)),
        latest=latest,
        previous=previous,
        undated=counted.undated,
        incomplete=False,
        caption=scope.caption,
    )


def _runs_on(start: np.datetime64, end: np.datetime64, last_day: np.datetime64) -> bool:
    """Whether more than a tenth of a period is to come: a quarter less its last day reads as a whole one."""
    return bool((end - last_day) * 10 > (end - start + 1))


def _last_day(scope: Scope) -> np.datetime64 | None:
    """The last day that a response can have: that of the survey so far or that of the filters."""
    last = scope.so_far
    if last is None:
        return None
    return np.datetime64(min(last, scope.filters.until or last), "D")


def _cut(
    starts: NDArray[np.datetime64], ends: NDArray[np.datetime64], filters: Filters
) -> np.datetime64 | None:
    """The first day of the filters where the first period had begun well before it: it is not the whole one then."""
    if not len(starts) or filters.since is None:
        return None
    since = np.datetime64(filters.since, "D")
    return since if (since - starts[0]) * 10 > ends[0] - starts[0] + 1 else None


def _step(counts: Counts, days: int) -> int:
    """How many days from window to window: as few as draw well.

    A divisor of the window, so that one of them ends on the day before the last begins.
    """
    if counts.span is None:
        return 1
    first, last = counts.span
    most = max(1, (last - first).days // DRAWN)
    return max(step for step in range(1, most + 1) if days % step == 0)


MOST_TRENDS = 6
"""Segments beside each other, the largest: more small charts than that nobody compares."""


@dataclass(frozen=True, eq=False)
class SegmentTrends:
    """A trend a segment, the largest first.

    Parameters
    ----------
    attribute, labels
        The attribute, and its segments.
    trends
        The trend of each.
    left_out
        Segments with fewer responses, which are not looked at.
    """

    attribute: str
    labels: tuple[str, ...]
    trends: tuple[Trend, ...]
    left_out: int = 0

    @property
    def charts(self) -> tuple[Chart, ...]:
        """A line a segment, all on one axis."""
        drawn = [trend.chart(counts=False) for trend in self.trends]
        titles = [trend.story.title for trend in self.trends]
        axis = points_axis([end for chart in drawn for end in chart.axis.reach])
        return tuple(
            replace(
                chart,
                title=f"{short(label)}: {title[0].lower()}{title[1:]}",
                name=f"{chart.name}-{number + 1}",
                axis=axis,
            )
            for number, (label, title, chart) in enumerate(zip(self.labels, titles, drawn, strict=True))
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """How they are corrected, and what is left out."""
        told = len(self.trends)
        together = (
            f"The stories of these {told} segments are told together: one such picture of twenty tells of a change"
            " where there is none."
        )
        left = f"{plural(self.left_out, 'smaller segment')} left out." if self.left_out else ""
        return tuple(filter(None, (together if told > 1 else "", left)))


def find_segment_trends(
    scope: Scope, attribute: str, period: str | None = None, *, level: float = LEVEL
) -> SegmentTrends:
    """The trends of the segments of an attribute, the six largest of them.

    Parameters
    ----------
    scope
        What is looked at.
    attribute
        One of the survey's attributes.
    period
        "week", "month" or "quarter"; the usual one of the scope when not given.

    Raises
    ------
    FilterError
        An attribute that the survey does not have.

    Notes
    -----
    The stories of k segments are told at .05 / k each, so that in one picture of twenty a change is told of a segment
    in which nothing changes (Bonferroni).
    """
    period = period or usual_period(scope)
    table = scope.counts.by(attribute)
    order = np.argsort(-table.n, kind="stable")
    some = [table.labels[place] for place in order if table.n[place] and table.labels[place] != NO_VALUE]
    kept = tuple(some[:MOST_TRENDS])
    return SegmentTrends(
        attribute,
        kept,
        tuple(
            find_trend(
                scope.with_attribute(attribute, (label,)),
                period,
                level=level,
                alpha=FALSE_STORIES / len(kept),
            )
            for label in kept
        ),
        len(some) - len(kept),
    )
