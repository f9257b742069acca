"""A trend: the NPS of each period, what it says, and its chart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import points_axis, shown_ticks
from nps_core.charts.spec import NO_CAPTION, Caption, Chart, Mark, Series, names_of, values_of
from nps_core.formatting import format_count, format_nps, the, with_interval
from nps_core.trends.today import FALL
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate
    from nps_core.trends.actions import Action
    from nps_core.trends.interventions import Intervention
    from nps_core.trends.story import UntoldStory
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


_MOST_TICKS = 9  # periods named under a chart


@dataclass(frozen=True, eq=False)
class Trend:
    """The NPS of each period, without gaps: a period without responses has n = 0 and NPS NaN.

    Parameters
    ----------
    period
        "day", "week", "month", "quarter", or "rolling 90 days".
    starts, ends
        First and last day of each period (datetime64[D]).
    labels
        "Mar 2026", "Q1 2026", "week of 3 Mar 2026", "3 Mar 2026", "90 days to 3 Mar 2026".
    estimate
        NPS, interval and n of each period (arrays).
    untold
        What the story is told from: by these periods, or by the usual ones for days and rolling windows.
    by_hand
        Whether the story is told by other periods than the usual ones, and so may differ from that of an overview.
    usual
        What that is told from, where it is told by others; None for one of several trends.
    latest, previous
        Places of the last period that has begun, with enough responses to be read (5; any, where none has so many), and
        of the last such one before it (for a rolling trend: that does not overlap it); None where there is none.
    undated
        Responses without a date, which are in no period.
    incomplete
        True when the survey's last date, or the last day of the filters, leaves more than a tenth of the latest period
        to come.
    until
        That day; None without dates.
    since
        The first day of the filters, where it cuts more than a tenth off the first period; else None.
    caption
        What was looked at, in words, for its chart.
    """

    period: str
    starts: NDArray[np.datetime64]
    ends: NDArray[np.datetime64]
    labels: tuple[str, ...]
    estimate: Estimate
    untold: UntoldStory
    latest: int | None
    previous: int | None
    undated: int
    incomplete: bool
    until: np.datetime64 | None = None
    since: np.datetime64 | None = None
    by_hand: bool = False
    usual: UntoldStory | None = None
    caption: Caption = NO_CAPTION

    def __len__(self) -> int:
        """How many periods."""
        return len(self.labels)

    def chart(self, *, counts: bool = True) -> Chart:
        """A line of the NPS per period with its interval, over thin bars of n unless `counts` is false.

        A period without responses is a gap, never a zero and never bridged. On it lie the levels of the story, where
        its last stretch may have begun, and its warnings.
        """
        bare = self._chart(self.title, self._alt(), counts=counts)
        return with_story(bare, self.story)

    def untold_chart(self) -> Chart:
        """The same without its story, to stand while that is told."""
        title = f"NPS by {self.period}" if " " not in self.period else f"NPS, {self.period}"
        return self._chart(title, f"{title}.")

    def _chart(self, title: str, alt: str, *, counts: bool = True) -> Chart:
        nps, low, high, n = (values_of(np.atleast_1d(part)) for part in self._figures)
        drawn = self.ends if self.period.startswith("rolling") else self.starts
        return Chart(
            kind="line",
            name=f"trend-{self.period.replace(' ', '-')}",
            title=title,
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source} NPS = % promoters − % detractors. Band: 95% score interval (SCAS)."
                f"{' Bars: responses.' if counts else ''}"
            ),
            alt=alt,
            rows=self.table,
            n=float(np.sum(self.estimate.n)),
            categories=names_of(self.labels),
            series=(
                Series("NPS", nps, low, high, labels=self._labels(nps), hover=self._hover()),
                *([Series("responses", n, colours=("quiet",))] if counts else []),
            ),
            axis=points_axis([*low, *high]),
            dates=tuple(np.datetime_as_string(drawn.astype("datetime64[D]")).tolist()),
            until=str(self.ends[-1]) if len(self) else "",
            named=tuple(shown_ticks(len(self), self.period, _MOST_TICKS)),
        )

    @property
    def _figures(self) -> tuple[NDArray[np.float64], ...]:
        score = self.estimate
        return score.nps, score.low, score.high, score.n

    def _hover(self) -> tuple[str, ...]:
        rows = zip(self.labels, *(np.atleast_1d(part).tolist() for part in self._figures), strict=True)
        return tuple(
            f"{label}: {with_interval(nps, low, high)}, n {format_count(n)}"
            for label, nps, low, high, n in rows
        )

    def _labels(self, nps: tuple[float | None, ...]) -> tuple[str, ...]:
        """The latest score that can be read, written at its point: that of one response would say too much."""
        return tuple(
            format_nps(value) if place == self.latest and value is not None else ""
            for place, value in enumerate(nps)
        )

    def _alt(self) -> str:
        nps = np.asarray(self.estimate.nps, dtype=float)
        if not np.isfinite(nps).any():
            return f"{self.title}."
        lowest, highest = int(np.nanargmin(nps)), int(np.nanargmax(nps))
        return (
            f"{self._by_period(' '.join(self.story.headline))}"
            f" Lowest {format_nps(nps[lowest])} in {self.labels[lowest]},"
            f" highest {format_nps(nps[highest])} in {self.labels[highest]}."
        )

    @property
    def story(self) -> Story:
        """What the whole span says; told when it is first asked for."""
        return self.untold.story

    @property
    def title(self) -> str:
        """The finding of a trend, as a chart's title."""
        return self._by_period(self.story.title)

    @property
    def sentences(self) -> tuple[str, ...]:
        """The story in words; where it is told by other periods than the usual ones, what it is by these."""
        first, *more = self.story.sentences
        return tuple(filter(None, (self._by_period(first), self._as_usual, *more)))

    @property
    def _as_usual(self) -> str:
        """The story that an overview tells, where either is one of a change: it is of the same responses."""
        if self.usual is None or self.story.data is None:
            return ""
        other = self.usual.story
        if self.story.change is None and other.change is None:
            return ""
        return f"By {other.period}, as the summary tells it: {other.title[0].lower()}{other.title[1:]}."

    def _by_period(self, told: str) -> str:
        """Which periods it is told by, where they are not the usual ones: "By month: up 10 points ..."."""
        named = self.by_hand and self.story.data is not None
        return f"By {self.story.period}: {told[0].lower()}{told[1:]}" if named else told

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        score = self.estimate
        return pd.DataFrame(
            {
                "period": self.labels,
                "starts": pd.to_datetime(self.starts).strftime("%Y-%m-%d"),
                "nps": score.nps,
                "low": score.low,
                "high": score.high,
                "responses": score.n,
                "promoters": score.promoters,
                "passives": score.passives,
                "detractors": score.detractors,
            }
        )


def period_words(trend: Trend, place: int) -> str:
    """A period's label, with how far it goes when it is not whole.

    As in "Q3 2026 (up to 12 Aug)" or "Q1 2026 (from 15 Feb)".
    """
    label = the(trend.labels[place])
    cuts = []
    if trend.since is not None and place == 0:
        cuts.append(f"from {_day_and_month(trend.since)}")
    if trend.incomplete and place == trend.latest and trend.until is not None:
        cuts.append(f"up to {_day_and_month(trend.until)}")
    return f"{label} ({', '.join(cuts)})" if cuts else label


def _day_and_month(when: np.datetime64) -> str:
    day = when.astype("datetime64[D]").astype(dt.date)
    return f"{day.day} {day:%b}"
