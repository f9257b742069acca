"""The score over time, with its interval and the number of responses behind each point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.base import ACCENT, QUIET, RULE, Chart, axis, band, figure_of, note
from nps_core.charts.labels import points_axis, shown_ticks, tick_of
from nps_core.words import format_count, format_interval, format_nps, trend_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.base import Plain
    from nps_core.trends.trend import Trend

_MOST_TICKS = 9
_MARKERS_UP_TO = 40  # more points than that and the markers hide the line
_EDGE = 0.02  # of the height
_COUNT_ROOM, _SCORE_ROOM = [0.0, 0.188], [0.248, 1.0]  # of the height: a fifth for the bars, and a gap
_ZERO_LINE: Plain = {
    "type": "line",
    "x0": 0,
    "x1": 1,
    "xref": "x domain",
    "y0": 0,
    "y1": 0,
    "yref": "y",
    "line": {"color": RULE, "width": 1},
}
_RESPONSES_NOTE = note(
    "responses",
    size=11,
    color=QUIET,
    xref="paper",
    x=0,
    yref="y2 domain",
    y=1.02,
    xanchor="left",
    yanchor="bottom",
)


def trend_chart(trend: Trend, *, subtitle: str, source: str) -> Chart:
    """A line of the NPS per period with its interval as a band, over thin bars of n.

    A period without responses is a gap, never a zero and never bridged.
    """
    when = _moments(trend.ends if trend.period.startswith("rolling") else trend.starts)
    nps, low, high, n = (np.asarray(part, dtype=float) for part in _parts(trend))
    figure = figure_of(
        [*_bands(when, nps, low, high), _score_line(trend, when, nps), _count_bars(when, n)],
        height=380,
        **_axes(trend, when, low, high, n),
        notes=[_RESPONSES_NOTE, *_last_note(trend, when)],
        shapes=[_ZERO_LINE],
        **({} if trend.latest is None else {"margin": {"l": 4, "r": 44, "t": 8, "b": 8}}),
    )
    title = trend_title(trend)
    return Chart(
        name=f"trend-{trend.period.replace(' ', '-')}",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} NPS = % promoters − % detractors. Band: 95% score interval (SCAS). Bars: responses.",
        alt=_alt(trend, title),
        rows=lambda: _table(trend),
    )


def _moments(days: Sequence[object] | np.ndarray) -> list[str]:
    return [str(day) for day in np.datetime_as_string(np.asarray(days, dtype="datetime64[s]"))]


def _parts(trend: Trend) -> tuple[np.ndarray, ...]:
    return trend.estimate.nps, trend.estimate.low, trend.estimate.high, trend.estimate.n


def _runs(there: np.ndarray) -> list[slice]:
    """The unbroken stretches of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], there, [False]]).astype(int)))
    return [slice(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


def _hover(trend: Trend) -> list[str]:
    rows = zip(trend.labels, *(np.atleast_1d(part) for part in _parts(trend)), strict=True)
    return [
        f"{label}: <b>{format_nps(nps)}</b> ({format_interval(low, high)}), n {format_count(n)}"
        for label, nps, low, high, n in rows
    ]


def _bands(when: Sequence[str], nps: np.ndarray, low: np.ndarray, high: np.ndarray) -> list[Plain]:
    """The intervals, one shape for each stretch without a gap."""
    return [band(when[run], low[run].tolist(), high[run].tolist()) for run in _runs(np.isfinite(nps))]


def _score_line(trend: Trend, when: Sequence[str], nps: np.ndarray) -> Plain:
    return {
        "type": "scatter",
        "x": when,
        "y": nps,
        "xaxis": "x",
        "yaxis": "y",
        "mode": "lines+markers" if len(when) <= _MARKERS_UP_TO else "lines",
        "line": {"color": ACCENT, "width": 2.5},
        "marker": {"size": 7, "color": ACCENT},
        "connectgaps": False,
        "cliponaxis": False,
        "customdata": _hover(trend),
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _count_bars(when: Sequence[str], n: np.ndarray) -> Plain:
    return {
        "type": "bar",
        "x": when,
        "y": n,
        "xaxis": "x2",
        "yaxis": "y2",
        "marker": {"color": QUIET},
        "opacity": 0.55,
        "hoverinfo": "skip",
    }


def _axes(
    trend: Trend, when: Sequence[str], low: np.ndarray, high: np.ndarray, n: np.ndarray
) -> dict[str, Plain]:
    """The score above, the number of responses below, over the same dates."""
    ends = _range(low, high)
    shown = shown_ticks(len(when), trend.period, _MOST_TICKS)
    most = float(n.max(initial=0))
    return {
        "x": {
            "anchor": "y",
            "domain": [0.0, 1.0],
            "matches": "x2",
            "showticklabels": False,
            "showgrid": False,
        },
        "y": {"anchor": "x", "domain": _SCORE_ROOM, "range": ends, **points_axis(*ends)},
        "xaxis2": axis(
            anchor="y2",
            domain=[0.0, 1.0],
            showgrid=False,
            showticklabels=True,
            tickangle=0,
            tickvals=[when[i] for i in shown],
            ticktext=[tick_of(trend.labels[i]) for i in shown],
        ),
        "yaxis2": axis(
            anchor="x2",
            domain=_COUNT_ROOM,
            range=[0, max(1.0, most) * 1.1],
            tickvals=[0, most],
            ticktext=["0", format_count(most)],
            showgrid=False,
            rangemode="tozero",
        ),
    }


def _range(low: np.ndarray, high: np.ndarray) -> list[float]:
    """Whole tens around the intervals, at least 40 points wide, so that a small wobble does not look like a cliff.

    A little more at either end, for the line and the name of the last ten.
    """
    if not np.isfinite(low).any():
        return [-100, 100]
    bottom, top = np.floor(np.nanmin(low) / 10) * 10, np.ceil(np.nanmax(high) / 10) * 10
    spare = max(0.0, 40 - (top - bottom)) / 2
    edge = (top - bottom + 2 * spare) * _EDGE
    return [float(max(-104, bottom - spare - edge)), float(min(104, top + spare + edge))]


def _last_note(trend: Trend, when: Sequence[str]) -> list[Plain]:
    """The latest score, beside its point."""
    if trend.latest is None:
        return []
    last = float(trend.estimate.nps[trend.latest])
    text = f"<b>{format_nps(last)}</b>"
    place = {"x": when[trend.latest], "xref": "x", "y": last, "yref": "y", "xanchor": "left", "xshift": 9}
    return [note(text, size=15, color=ACCENT, **place)]


def _alt(trend: Trend, title: str) -> str:
    nps = np.asarray(trend.estimate.nps, dtype=float)
    if not np.isfinite(nps).any():
        return title
    lowest, highest = int(np.nanargmin(nps)), int(np.nanargmax(nps))
    return (
        f"{title}. Lowest {format_nps(nps[lowest])} in {trend.labels[lowest]},"
        f" highest {format_nps(nps[highest])} in {trend.labels[highest]}."
    )


def _table(trend: Trend) -> pd.DataFrame:
    promoters, passives, detractors = (
        trend.estimate.promoters,
        trend.estimate.passives,
        trend.estimate.detractors,
    )
    nps, low, high, n = _parts(trend)
    return pd.DataFrame(
        {
            "period": trend.labels,
            "starts": pd.to_datetime(trend.starts).strftime("%Y-%m-%d"),
            "nps": nps,
            "low": low,
            "high": high,
            "responses": n,
            "promoters": promoters,
            "passives": passives,
            "detractors": detractors,
        }
    )
