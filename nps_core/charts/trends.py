"""The score over time, with its interval and the number of responses behind each point."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from plotly.subplots import make_subplots

from nps_core.charts.base import ACCENT, ACCENT_FAINT, QUIET, RULE, Chart, points_axis, style
from nps_core.words import format_count, format_interval, format_nps, trend_title

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from nps_core.trends import Trend

_MOST_TICKS = 9
_MARKERS_UP_TO = 40  # more points than that and the markers hide the line


def trend_chart(trend: Trend, *, subtitle: str, source: str) -> Chart:
    """A line of the NPS per period with its interval as a band, over thin bars of n.

    A period without responses is a gap, never a zero and never bridged.
    """
    when = pd.to_datetime(trend.ends if trend.period.startswith("rolling") else trend.starts)
    nps, low, high, n = (np.asarray(part, dtype=float) for part in _parts(trend))
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, row_heights=[0.8, 0.2], vertical_spacing=0.06)
    for run in _runs(np.isfinite(nps)):
        band = [*high[run], *low[run][::-1]]
        figure.add_scatter(
            x=[*when[run], *when[run][::-1]],
            y=band,
            fill="toself",
            fillcolor=ACCENT_FAINT,
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
            row=1,
            col=1,
        )
    points = len(trend.starts) <= _MARKERS_UP_TO
    figure.add_scatter(
        x=when,
        y=nps,
        mode="lines+markers" if points else "lines",
        line={"color": ACCENT, "width": 2.5},
        marker={"size": 7, "color": ACCENT},
        connectgaps=False,
        customdata=_hover(trend),
        hovertemplate="%{customdata}<extra></extra>",
        row=1,
        col=1,
    )
    figure.add_bar(x=when, y=n, marker_color=QUIET, opacity=0.55, hoverinfo="skip", row=2, col=1)
    style(figure, height=380)
    _axes(figure, trend, when, low, high, n)
    _name_last(figure, trend, when)
    title = trend_title(trend)
    return Chart(
        name=f"trend-{trend.period.replace(' ', '-')}",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} NPS = % promoters − % detractors. Band: 95% score interval (SCAS). Bars: responses.",
        alt=_alt(trend, title),
        table=_table(trend),
    )


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


def _axes(
    figure: go.Figure, trend: Trend, when: pd.DatetimeIndex, low: np.ndarray, high: np.ndarray, n: np.ndarray
) -> None:
    figure.add_hline(y=0, line={"color": RULE, "width": 1}, row=1, col=1)
    ends = _range(low, high)
    figure.update_yaxes(row=1, col=1, range=ends, **points_axis(*ends))
    figure.update_yaxes(
        row=2,
        col=1,
        range=[0, max(1.0, float(n.max(initial=0))) * 1.1],
        nticks=2,
        showgrid=False,
        rangemode="tozero",
    )
    step = max(1, -(-len(when) // _MOST_TICKS))
    # Counted from the last period back: the latest is the one that people look for.
    shown = list(range(len(when) - 1, -1, -step))[::-1]
    figure.update_xaxes(showgrid=False, showticklabels=False, row=1, col=1)
    figure.update_xaxes(
        showgrid=False,
        showticklabels=True,
        tickangle=0,
        tickvals=[when[i] for i in shown],
        ticktext=[_tick(trend.labels[i]) for i in shown],
        row=2,
        col=1,
    )
    figure.add_annotation(
        text="responses",
        xref="paper",
        x=0,
        yref="y2 domain",
        y=1.02,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11, "color": QUIET},
    )


def _tick(label: str) -> str:
    """The label on two lines, so that eight of them stand side by side on a telephone."""
    what, _, year = label.removeprefix("week of ").rpartition(" to ")[2].rpartition(" ")
    return f"{what}<br>{year}"


def _range(low: np.ndarray, high: np.ndarray) -> list[float]:
    """Whole tens around the intervals, at least 40 points wide, so that a small wobble does not look like a cliff."""
    if not np.isfinite(low).any():
        return [-100, 100]
    bottom, top = np.floor(np.nanmin(low) / 10) * 10, np.ceil(np.nanmax(high) / 10) * 10
    spare = max(0.0, 40 - (top - bottom)) / 2
    return [float(max(-104, bottom - spare)), float(min(104, top + spare))]


def _name_last(figure: go.Figure, trend: Trend, when: pd.DatetimeIndex) -> None:
    if trend.latest is None:
        return
    last = float(trend.estimate.nps[trend.latest])
    figure.add_annotation(
        x=when[trend.latest],
        y=last,
        text=f"<b>{format_nps(last)}</b>",
        showarrow=False,
        xanchor="left",
        xshift=9,
        font={"size": 15, "color": ACCENT},
        row=1,
        col=1,
    )
    figure.update_layout(margin={"l": 4, "r": 44, "t": 8, "b": 8})


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
