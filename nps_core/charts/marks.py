"""Marks on a trend: alerts, interventions and targets, drawn on a chart that is already there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from nps_core.charts.base import GROUP_COLOURS, PAGE_INK, QUIET, RULE, Mark, line_across, note
from nps_core.charts.labels import few_ticks, label_of, points_axis
from nps_core.words import format_nps

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from nps_core.charts.base import Chart, Plain
    from nps_core.targets.aims import Aim
    from nps_core.trends.alerts import Action
    from nps_core.trends.trend import Trend
    from nps_core.trends.watch import Alert, Watch

_WARNING = GROUP_COLOURS["detractor"]
_NAME_ROOM = 15  # pixels over the plot that a line of names takes
_MOST_ROWS = 4
_MOST_LEVEL = 6  # ticks across segments that stand level on a telephone


def with_actions(chart: Chart, trend: Trend, actions: Sequence[Action]) -> Chart:
    """Draw each action as a dated line with its name over the plot; the next one's stands a line higher.

    Actions outside the dates of the trend are not drawn: they would stretch it.
    """
    inside = [
        action
        for action in actions
        if len(trend) and trend.starts[0] <= np.datetime64(action.day) <= trend.ends[-1]
    ]
    if not inside:
        return chart
    ordered = sorted(inside, key=lambda action: action.day)
    shapes = [_upright(action.day, RULE, "solid") for action in ordered]
    rows = min(len(ordered), _MOST_ROWS)
    notes = [
        note(
            label_of(action.name or "Intervention", 26), size=12, color=PAGE_INK, x=_moment(action.day), xref="x",
            y=1, yref="paper", yanchor="bottom", xanchor="center", yshift=2 + _NAME_ROOM * (place % rows),
        )
        for place, action in enumerate(ordered)
    ]  # fmt: skip
    words = "; ".join(f"{action.name}, {action.day.isoformat()}" for action in ordered)
    marks = [Mark("action", action.name or "Intervention", _moment(action.day), _moment(action.day)) for action in ordered]  # fmt: skip
    return _drawn_on(
        chart, shapes, notes, marks, top=10 + _NAME_ROOM * rows, alt=f" Interventions: {words}.", source=" Lines: interventions, from the first day."
    )  # fmt: skip


def with_alerts(chart: Chart, watch: Watch) -> Chart:
    """Shade each alert from the period it began in until it was over, and name the one that stands."""
    if not watch.alerts:
        return chart
    shapes, notes, marks = [], [], []
    for alert in watch.alerts:
        shape = _shade(watch, alert)
        shapes.append(shape)
        name = f"alert since {watch.trend.labels[alert.since]}"
        marks.append(Mark("alert", name, shape["x0"], shape["x1"]))
        notes.append(
            note(
                name, size=11, color=QUIET, x=str(watch.trend.starts[alert.since]), xref="x", xanchor="left",
                y=0, yref="y domain", yanchor="bottom", xshift=3,
            )
        )  # fmt: skip
    return _drawn_on(
        chart, shapes, notes, marks, alt=f" {len(notes)} alert(s).", source=" Shaded: early warning (CUSUM)."
    )


def with_aims(chart: Chart, aims: Sequence[Aim]) -> Chart:
    """Draw targets and benchmarks as dotted levels with their names; the axis grows to hold them."""
    if not aims:
        return chart
    lines = [
        {
            "type": "line", "xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": aim.nps, "y1": aim.nps,
            "line": {"color": QUIET, "width": 1.5, "dash": "dot"},
        }
        for aim in aims
    ]  # fmt: skip
    names = [
        note(
            f"{label_of(aim.name or 'Target', 26)} {format_nps(aim.nps)}", size=12, color=QUIET, x=0, xref="x domain",
            xanchor="left", y=aim.nps, yref="y", yanchor="bottom",
        )
        for aim in aims
    ]  # fmt: skip
    words = "; ".join(f"{aim.name or 'Target'} {format_nps(aim.nps)}" for aim in aims)
    marks = [Mark("aim", aim.name or "Target", at=aim.nps) for aim in aims]
    marked = _drawn_on(
        chart, lines, names, marks, alt=f" Dotted: {words}.", source=" Dotted: targets and benchmarks."
    )
    low, high = marked.figure.layout.yaxis.range
    levels = [aim.nps for aim in aims]
    reach = max(-104.0, min(low, min(levels) - 5)), min(108.0, max(high, max(levels) + 8))
    marked.figure.update_layout(yaxis={"range": reach, **points_axis(*reach)})
    return marked


def with_aims_across(chart: Chart, aims: Sequence[Aim]) -> Chart:
    """Draw targets and benchmarks as dotted upright lines with their names over the plot, a name a line."""
    if not aims:
        return chart
    low, high = chart.figure.layout.xaxis.range
    low = max(-104.0, min(low, *(aim.nps - 4 for aim in aims)))
    high = min(104.0, max(high, *(aim.nps + 4 for aim in aims)))
    names = [
        note(
            f"{label_of(aim.name or 'Target', 26)} {format_nps(aim.nps)}", size=12, color=QUIET, x=aim.nps, xref="x",
            # Towards the middle, so that no name leaves the chart.
            xanchor="left" if aim.nps < (low + high) / 2 else "right",
            y=1, yref="paper", yanchor="bottom", yshift=2 + _NAME_ROOM * (place + 1),
        )
        for place, aim in enumerate(aims)
    ]  # fmt: skip
    words = "; ".join(f"{aim.name or 'Target'} {format_nps(aim.nps)}" for aim in aims)
    marked = _drawn_on(
        chart, [line_across(at=aim.nps, color=QUIET, width=1.5, dash="dot") for aim in aims], names,
        [Mark("aim", aim.name or "Target", at=aim.nps) for aim in aims],
        alt=f" Dotted: {words}.", source=" Dotted: targets and benchmarks.", top=28 + _NAME_ROOM * len(aims),
    )  # fmt: skip
    marked.figure.update_layout(
        xaxis={"range": [low, high], **few_ticks(points_axis(low, high), _MOST_LEVEL)}
    )
    return marked


def strip_with_aims(strip: go.Figure, aims: Sequence[Aim]) -> go.Figure:
    """The strip under the score with a dotted line for each target or benchmark."""
    lines = [line_across(at=aim.nps, color=RULE, width=2, dash="dot") for aim in aims]
    return go.Figure(strip).update_layout(shapes=[*strip.layout.shapes, *lines]) if aims else strip


def _drawn_on(
    chart: Chart,
    shapes: list[Plain],
    notes: list[Plain],
    marks: list[Mark],
    *,
    alt: str,
    source: str,
    top: int = 0,
) -> Chart:
    """A copy of the chart with more on it; the one given stays as it is."""
    figure = go.Figure(chart.figure)
    layout = figure.layout
    figure.update_layout(
        shapes=[*layout.shapes, *shapes],
        annotations=[*layout.annotations, *notes],
        margin_t=max(layout.margin.t or 0, top),
        height=(layout.height or 0) + max(0, top - (layout.margin.t or 0)),
    )
    return replace(
        chart,
        figure=figure,
        alt=chart.alt + alt,
        source=chart.source + source,
        marks=(*chart.marks, *marks),
    )


def _upright(day: dt.date, colour: str, dash: str) -> Plain:
    line = {"color": colour, "width": 1.5, "dash": dash}
    x = _moment(day)
    return {"type": "line", "xref": "x", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1, "line": line}


def _shade(watch: Watch, alert: Alert) -> Plain:
    last = len(watch.trend) - 1 if alert.ended is None else alert.ended
    return {
        "type": "rect", "xref": "x", "x0": str(watch.trend.starts[alert.since]), "x1": str(watch.trend.ends[last]),
        "yref": "y domain", "y0": 0, "y1": 1, "fillcolor": _WARNING, "opacity": 0.13, "line": {"width": 0}, "layer": "below",
    }  # fmt: skip


def _moment(day: dt.date) -> str:
    return day.isoformat()
