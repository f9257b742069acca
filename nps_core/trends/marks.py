"""What stands beside a trend, marked on its chart: its story, its warnings, interventions with before and after."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.spec import Mark
from nps_core.formatting import format_nps, the
from nps_core.trends.warning import FALL
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nps_core.charts.spec import Chart
    from nps_core.scope import Scope
    from nps_core.trends.actions import Action
    from nps_core.trends.interventions import Intervention
    from nps_core.trends.story_result import Story


def with_story(chart: Chart, story: Story) -> Chart:
    """Mark the levels of a story with their values, when the last may have begun, and the warnings of a fall.

    A level with a season is that of a mean year. Nothing is marked where there is no story.
    """
    if story.data is None or not chart.dates:
        return chart
    marks = [*_levels(chart, story), *_start(chart, story), *_warnings(chart, story)]
    words = ["Straight lines: the story"]
    words += (
        ["pale: when its last level may have begun"] if any(mark.kind == "start" for mark in marks) else []
    )
    words += ["shaded: early warning"] if any(mark.kind == "alert" for mark in marks) else []
    return chart.with_marks(
        marks,
        source=f" {'; '.join(words)}.",
        holding=story.levels,
    )


def _levels(chart: Chart, story: Story) -> Iterator[Mark]:
    """A line a stretch, or one for the slide."""
    levels, last = story.levels, len(story) - 1
    if story.kind == "slide":
        name = f"{format_nps(levels[0])} to {format_nps(levels[1])}"
        yield _along(chart, story, "stretch", name, (0, last), (levels[0], levels[1]))
        return
    for (since, until), level in zip(pairwise((*story.starts, last + 1)), levels, strict=True):
        yield _along(chart, story, "stretch", format_nps(level), (since, until - 1), (level, level))


def _start(chart: Chart, story: Story) -> Iterator[Mark]:
    """When the last stretch may have begun: half-way between the levels, so that it is on neither of them."""
    if story.start_range and story.start_range[0] < story.start_range[1]:
        middle = (story.levels[-1] + story.levels[-2]) / 2
        yield _along(chart, story, "start", "", story.start_range, (middle, middle))


def _warnings(chart: Chart, story: Story) -> Iterator[Mark]:
    for one in story.warnings:
        if one.state == FALL:
            last = len(story) - 1 if one.until is None else one.until - 1
            since = f"warning since {the(story.labels[one.since])}"
            yield _along(chart, story, "alert", since, (one.since, last), (0.0, 0.0))


def _along(
    chart: Chart, story: Story, kind: str, name: str, periods: tuple[int, int], ends: tuple[float, float]
) -> Mark:
    """A mark from one period of a story to another."""
    since, until = story.days(*periods)
    if chart.dates[0] != story.days(0, 0)[0].isoformat() or len(chart.dates) != len(story):
        return _mark(chart, kind, name, since, until, ends)  # its points are no periods of the story
    # Each point stands on its first day. A line reaches half a period beyond its points, but not beyond the chart's.
    last_one = len(story) - 1
    before, after = (0.5 if periods[0] > 0 else 0.0), (0.5 if periods[1] < last_one or not last_one else 0.0)
    days = [
        story.days(place, place)[0] + way * _length(story, place)
        for place, way in zip(periods, (-before, after), strict=True)
    ]
    return Mark(
        kind,
        plain(name),
        periods[0] - before,
        periods[1] + after,
        days[0].isoformat(),
        days[1].isoformat(),
        ends,
    )


def _length(story: Story, place: int) -> dt.timedelta:
    since, until = story.days(place, place)
    return until - since + dt.timedelta(1)


def with_days(chart: Chart, scope: Scope) -> Chart:
    """Mark the days that are looked at on a trend that goes farther back."""
    filters = scope.filters
    if not filters.since:
        return chart
    until, name = filters.until or scope.last or filters.since, filters.period
    if not chart.dates or chart.dates[0] > until.isoformat():
        return chart
    return chart.with_marks([_mark(chart, "days", name, filters.since, until)], source=f" Grey: {name}.")


def with_actions(chart: Chart, actions: Iterable[Action], found: Iterable[Intervention] = ()) -> Chart:
    """Mark each action on its day, and the NPS before and after it where that was found.

    Actions outside the dates of the chart are left out: they would stretch it.
    """
    inside = [
        action
        for action in actions
        if chart.dates and chart.dates[0] <= action.day.isoformat() <= chart.until
    ]
    if not inside:
        return chart
    ordered = sorted(inside, key=lambda action: action.day)
    days = {action.day for action in ordered}
    sides = [mark for one in found if one.day in days for mark in _windows(chart, one)]
    words = "; ".join(f"{action.name}, {action.day.isoformat()}" for action in ordered)
    return chart.with_marks(
        [
            *(
                _mark(chart, "action", action.name or "Intervention", action.day, action.day)
                for action in ordered
            ),
            *sides,
        ],
        alt=f" Interventions: {words}.",
        source=" Lines: interventions, from the first day"
        + ("; beside them the NPS before and after." if sides else "."),
        holding=[mark.ends[0] for mark in sides],
    )


def _windows(chart: Chart, found: Intervention) -> Iterator[Mark]:
    """Either side of an intervention: the NPS of those it was meant for."""
    day, days = found.day, dt.timedelta(found.days)
    first, last = (dt.date.fromisoformat(end) for end in (chart.dates[0], chart.until))
    for score, since, until in (
        (found.touched.before, day - days, day - dt.timedelta(1)),
        (found.touched.after, day, day + days - dt.timedelta(1)),
    ):
        if score.n:
            nps = float(score.nps)
            ends = max(since, first), min(until, last)
            yield _mark(chart, "window", format_nps(nps), *ends, (nps, nps))


def _mark(
    chart: Chart,
    kind: str,
    name: str,
    since: dt.date,
    until: dt.date,
    ends: tuple[float, float] = (0.0, 0.0),
) -> Mark:
    first, last = (_place(chart, day) for day in (since, until))
    return Mark(kind, plain(name), first, last, since.isoformat(), until.isoformat(), ends)


def _place(chart: Chart, day: dt.date) -> float:
    """Where a day stands among the periods, counted from 0; half a period beyond either end at most."""
    starts = np.array(chart.dates, dtype="datetime64[D]").astype(float)
    when = float(np.datetime64(day, "D").astype(float))
    after = int(np.searchsorted(starts, when, side="right")) - 1
    if after < 0:
        return -0.5
    ends = [*starts[1:], starts[-1] + (starts[-1] - starts[-2] if len(starts) > 1 else _QUARTER)]
    into = (when - starts[after]) / max(1.0, float(ends[after] - starts[after]))
    return float(min(after + into - 0.5, len(starts) - 0.5))


_QUARTER = 90  # days: the length of a period that stands alone
