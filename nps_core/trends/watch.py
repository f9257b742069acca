"""Early warning: when the NPS has begun to fall, said as soon as it is more than chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.detectable import variance_of
from nps_core.formatting import MINUS, format_nps, plural
from nps_core.score.estimate import LEVEL
from nps_core.trends.trend import find_trend

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nps_core.scope import Scope
    from nps_core.trends.result import Trend

ALLOWANCE = 0.5
"""What a period may lie below the baseline without adding to the sum, in standard errors."""

LIMIT = 2.42
"""The sum that raises an alert, in standard errors: one false alarm in 60 periods, on average."""

FALSE_ALARM_EVERY = 60
"""Periods between two false alarms, on average, while nothing changes."""

LEARNED = 12
"""Periods that the baseline is learned from, when there are twice as many."""

FEWEST = 6
"""A baseline is not learned from fewer periods; a shorter survey is not watched."""


@dataclass(frozen=True)
class Alert:
    """A fall beyond chance.

    Parameters
    ----------
    since
        Place of the first period of the fall: where the sum last left 0.
    raised
        Place of the period that raised the alert.
    ended
        Place of the period in which the sum was back at 0; None while the alert stands.
    depth
        Mean NPS from `since` to `raised`, weighted by responses, less the baseline, in points.
    """

    since: int
    raised: int
    ended: int | None
    depth: float


@dataclass(frozen=True, eq=False)
class Watch:
    """A trend under watch.

    Parameters
    ----------
    trend
        The trend; places in alerts are places in it.
    baseline
        The NPS that a fall is measured from, in points; NaN when there is nothing to learn it from.
    learned
        Periods that it was learned from; 0 when it was given.
    sums
        The sum after each period, in standard errors; NaN before the watch begins.
    alerts
        In the order of time.
    """

    trend: Trend
    baseline: float
    learned: int
    sums: NDArray[np.float64]
    alerts: tuple[Alert, ...]

    @property
    def standing(self) -> Alert | None:
        """The alert that is not over; None when there is none."""
        return self.alerts[-1] if self.alerts and self.alerts[-1].ended is None else None

    @property
    def watched(self) -> int:
        """Periods watched; 0 when the survey is too short."""
        return int((~np.isnan(self.sums)).sum())

    @property
    def rule(self) -> str:
        """The rule in words, with its rate of false alarms."""
        learned = (
            f" The baseline was learned from {self.learned} periods, so false alarms are somewhat more"
            " frequent."
            if self.learned
            else ""
        )
        return (
            f"Each period adds how far its NPS lies below the baseline, less {ALLOWANCE} standard errors;"
            f" never below 0. Above {LIMIT} the sum raises an alert. While nothing changes, that happens once"
            f" in {FALSE_ALARM_EVERY} periods.{learned}"
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the watch says today, in one sentence."""
        return (self._verdict(),)

    def _verdict(self) -> str:
        """What the watch says today: an alert that stands, one that is over, none, or too little to watch."""
        unit = self.trend.period
        if not self.watched:
            return (
                f"No early warning yet: it learns a baseline from {FEWEST} {unit}s with responses and needs"
                " as many again to watch."
            )
        base = f"the baseline of {format_nps(self.baseline)}"
        first = next(place for place, value in enumerate(self.sums) if not math.isnan(value))
        learned = f", learned from the first {plural(self.learned, unit)}" if self.learned else ""
        if standing := self.standing:
            return (
                f"Early warning: {_alert_words(self, standing)} {base}{learned}. The alert stands."
                f" {_chance_words(self)}"
            )
        since = self.trend.labels[first]
        if self.alerts:
            last = self.alerts[-1]
            ended = self.trend.labels[last.ended] if last.ended is not None else ""
            return (
                f"No alert stands. The last one is over: {_alert_words(self, last)} {base}{learned}, until"
                f" {ended}."
            )
        return (
            f"No alert: no lasting fall below {base}{learned}, in the {plural(self.watched, unit)} since"
            f" {since}."
        )


def watch_trend(
    scope: Scope,
    period: str = "month",
    *,
    baseline: float | None = None,
    level: float = LEVEL,
) -> Watch:
    """Watch the NPS for a fall, period by period.

    Parameters
    ----------
    period
        "week", "month" or "quarter".
    baseline
        The NPS to hold, in points; learned from the first periods (half of them, 6 to 12) when not given.
    level
        The level of the intervals of the trend.

    Notes
    -----
    One-sided CUSUM: S = max(0, S + (baseline - NPS) / (s / sqrt(n)) - 0.5), an alert where S > 2.42. With some
    100 responses a month it finds a fall of 10 points in 3.5 months on average, nine in ten within six; testing
    each month against the one before takes 33 months at the same rate of false alarms. A period without
    responses leaves the sum as it is.

    References
    ----------
    Page (1954), Continuous inspection schemes, Biometrika 41.
    """
    seen = find_trend(scope, period, level=level)
    score = seen.estimate
    some = np.flatnonzero(np.asarray(score.n) > 0)
    learned = 0 if baseline is not None else min(LEARNED, len(some) // 2)
    sums = np.full(len(seen), np.nan)
    if baseline is None and learned < FEWEST:
        return Watch(seen, float("nan"), 0, sums, ())
    base = score[some[:learned]] if learned else score[some]
    middle = float(100 * (base.promoters - base.detractors).sum() / base.n.sum()) if learned else baseline
    if middle is None or not len(some):
        return Watch(seen, float("nan") if middle is None else middle, 0, sums, ())
    after = some[learned:]
    error = 100 * np.sqrt(variance_of(base) / score.n[after])
    sums[after] = cusum((middle - score.nps[after]) / error)
    found = _alerts(sums, after, np.asarray(score.nps) - middle, np.asarray(score.n))
    return Watch(seen, middle, learned, sums, found)


def cusum(below: ArrayLike) -> NDArray[np.float64]:
    """The sum after each period; time is the first axis, others are series of their own.

    Parameters
    ----------
    below
        How far each period lies below the baseline, in standard errors.
    """
    steps = np.asarray(below, dtype=np.float64) - ALLOWANCE
    sums = np.empty_like(steps)
    last = np.zeros(steps.shape[1:])
    for place, step in enumerate(steps):
        last = np.maximum(last + step, 0.0)
        sums[place] = last
    return sums


def _alerts(
    sums: NDArray[np.float64], places: NDArray[np.intp], above: NDArray[np.float64], n: NDArray[np.int64]
) -> tuple[Alert, ...]:
    """Each run of the sum away from 0 that went beyond the limit."""
    alerts: list[Alert] = []
    since: int | None = None
    raised: int | None = None

    def close(ended: int | None) -> None:
        if since is not None and raised is not None:
            run = [place for place in places if since <= place <= raised]
            alerts.append(Alert(since, raised, ended, float(np.average(above[run], weights=n[run]))))

    for place in (int(place) for place in places):
        if sums[place] <= 0:
            close(place)
            since = raised = None
        else:
            since = place if since is None else since
            raised = place if raised is None and sums[place] > LIMIT else raised
    close(None)
    return tuple(alerts)


def _alert_words(watch: Watch, alert: Alert) -> str:
    labels = watch.trend.labels
    depth = format_nps(alert.depth).lstrip(f"+{MINUS}")
    since = f"since {labels[alert.since]}" if alert.since != alert.raised else f"in {labels[alert.since]}"
    raised = f" (raised in {labels[alert.raised]})" if alert.since != alert.raised else ""
    return f"{since}{raised} the NPS was {plural(int(depth), 'point')} below"


def _chance_words(watch: Watch) -> str:
    """How often an alert is a false one."""
    more = ", and somewhat more often with a baseline that was learned" if watch.learned else ""
    return f"By chance one comes about once in {FALSE_ALARM_EVERY} {watch.trend.period}s{more}."
