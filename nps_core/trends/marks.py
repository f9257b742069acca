"""What happened beside a trend: interventions and alerts, marked on its chart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.spec import Mark
from nps_core.user_text import plain

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from nps_core.charts.spec import Chart
    from nps_core.trends.alerts import Action
    from nps_core.trends.watch import Alert, Watch


def with_actions(chart: Chart, actions: Iterable[Action]) -> Chart:
    """Mark each action on its day.

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
    words = "; ".join(f"{action.name}, {action.day.isoformat()}" for action in ordered)
    return chart.with_marks(
        [_mark(chart, "action", action.name or "Intervention", action.day, action.day) for action in ordered],
        alt=f" Interventions: {words}.",
        source=" Lines: interventions, from the first day.",
    )


def with_alerts(chart: Chart, watch: Watch) -> Chart:
    """Mark each alert from the period it began in until it was over."""
    if not watch.alerts:
        return chart
    return chart.with_marks(
        [_alert(chart, watch, alert) for alert in watch.alerts],
        alt=f" {len(watch.alerts)} alert(s).",
        source=" Shaded: early warning (CUSUM).",
    )


def _alert(chart: Chart, watch: Watch, alert: Alert) -> Mark:
    seen, last = watch.trend, len(watch.trend) - 1 if alert.ended is None else alert.ended
    since, until = seen.starts[alert.since].item(), seen.ends[last].item()
    return _mark(chart, "alert", f"alert since {seen.labels[alert.since]}", since, until)


def _mark(chart: Chart, kind: str, name: str, since: dt.date, until: dt.date) -> Mark:
    first, last = (_place(chart, day) for day in (since, until))
    return Mark(kind, plain(name), first, last, since.isoformat(), until.isoformat())


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
