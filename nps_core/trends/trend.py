"""Trends: the NPS over time, and whether its latest change is beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.difference import Difference, difference
from nps_core.compare.visible import seen_words, variance_of
from nps_core.counts.index import index_of
from nps_core.counts.periods import day_words, label_of, next_start
from nps_core.filters import Filters
from nps_core.score.estimate import LEVEL, MIN_READABLE, Estimate, estimate
from nps_core.trends.result import Trend

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.counts.selection import Selection
    from nps_core.survey import Survey

WINDOW = 90
"""Days of a rolling window: a quarter, long enough to calm a small survey."""

DRAWN = 400
"""Points of a rolling curve, about: more than a chart has pixels to tell apart says nothing more."""


def trend(
    survey: Survey, period: str = "month", filters: Filters | None = None, *, level: float = LEVEL
) -> Trend:
    """The NPS of each day, week, month or quarter, from the first with responses to the last.

    Parameters
    ----------
    survey
        A survey; one without dates gives a trend of no periods, and says how many are undated.
    period
        "day", "week" (from Monday), "month" or "quarter".
    filters
        Which responses are looked at; all when not given.
    level
        The level of the intervals.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    ValueError
        A period that does not exist.
    """
    selection = index_of(survey).select(filters or Filters())
    starts, counts = selection.by_period(period)
    ends = next_start(starts, period) - 1
    score = estimate(*counts.T, level=level)
    # A period of one or two answers says nothing, and comparing with it less.
    n = counts.sum(axis=1)
    some = np.flatnonzero(n >= (MIN_READABLE if n.max(initial=0) >= MIN_READABLE else 1))
    latest, previous = (int(some[-place]) if len(some) >= place else None for place in (1, 2))
    last_day = _earlier(index_of(survey).last_day, filters)
    return Trend(
        period=period,
        starts=starts,
        ends=ends,
        labels=tuple(label_of(start, period) for start in starts),
        estimate=score,
        latest=latest,
        previous=previous,
        change=_change(score, latest, previous),
        undated=selection.undated,
        incomplete=latest is not None
        and last_day is not None
        and _runs_on(starts[latest], ends[latest], last_day),
        until=last_day,
        since=_cut(starts, ends, filters),
    )


def rolling(
    survey: Survey, days: int = WINDOW, filters: Filters | None = None, *, level: float = LEVEL
) -> Trend:
    """The NPS of the last so many days, moving on through the survey.

    The first window is the first that is whole; the last ends on the last day with responses. Windows that
    overlap share responses: `change` compares the last with the one that ended just before it began.
    A long survey is stepped through so that some 400 points remain.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    ValueError
        A window of less than a day.
    """
    if days < 1:
        raise ValueError(f"A window has at least one day; {days} is not enough.")
    selection = index_of(survey).select(filters or Filters())
    ends, counts = selection.rolling(days, step=_step(selection, days))
    score = estimate(*counts.T, level=level)
    latest = len(ends) - 1 if len(ends) else None
    before = np.flatnonzero((ends <= ends[-1:] - days) & counts.any(axis=1))
    previous = int(before[-1]) if len(before) else None
    return Trend(
        period=f"rolling {days} days",
        starts=ends - (days - 1),
        ends=ends,
        labels=tuple(f"{days} days to {day_words(end)}" for end in ends),
        estimate=score,
        latest=latest,
        previous=previous,
        change=_change(score, latest, previous),
        undated=selection.undated,
        incomplete=False,
    )


def trend_visible_sentence(found: Trend) -> str:
    """Could we have seen it? The smallest change between the latest two periods that would show; empty without two."""
    if found.change is None or found.latest is None or found.previous is None:
        return ""
    now, before = found.estimate[found.latest], found.estimate[found.previous]
    return seen_words(now.n, before.n, variance=variance_of(now, before), what="change")


def _runs_on(start: np.datetime64, end: np.datetime64, last_day: np.datetime64) -> bool:
    """Whether more than a tenth of a period is to come: a quarter less its last day reads as a whole one."""
    return bool((end - last_day) * 10 > (end - start + 1))


def _earlier(last_day: np.datetime64 | None, filters: Filters | None) -> np.datetime64 | None:
    """The last day that a response can have: that of the survey or that of the filters."""
    if last_day is None or filters is None or filters.until is None:
        return last_day
    return min(last_day, np.datetime64(filters.until, "D"))


def _cut(
    starts: NDArray[np.datetime64], ends: NDArray[np.datetime64], filters: Filters | None
) -> np.datetime64 | None:
    """The first day of the filters where the first period had begun well before it: it is not the whole one then."""
    if not len(starts) or filters is None or filters.since is None:
        return None
    since = np.datetime64(filters.since, "D")
    return since if (since - starts[0]) * 10 > ends[0] - starts[0] + 1 else None


def _step(selection: Selection, days: int) -> int:
    """How many days from window to window: as few as draw well.

    A divisor of the window, so that one of them ends on the day before the last begins.
    """
    if selection.span is None:
        return 1
    first, last = selection.span
    most = max(1, (last - first).days // DRAWN)
    return max(step for step in range(1, most + 1) if days % step == 0)


def _change(score: Estimate, latest: int | None, previous: int | None) -> Difference | None:
    if latest is None or previous is None:
        return None
    return difference(score[latest], score[previous], level=score.level)
