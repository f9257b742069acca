"""Themes over time: what changed between two waves, and one theme through all periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.base import ACCENT, QUIET, RULE, Chart, band, figure_of, line_across, note
from nps_core.charts.labels import few_ticks, label_of, points_axis, shown_ticks, tick_of
from nps_core.words import format_count, format_interval, format_nps, format_share, the

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.base import Plain
    from nps_core.themes.waves import ThemeChange, ThemeTrend

_ROW_HEIGHT = 34
_MOST_TICKS = 8
_MOST_LEVEL = 4  # ticks between names and figures: a telephone has room for no more
_HEADROOM = 1.15


def theme_changes_chart(
    changes: Sequence[ThemeChange], *, before: str, after: str, subtitle: str, source: str
) -> Chart:
    """A dot and an interval for each theme: percentage points by which its share of the comments changed.

    Parameters
    ----------
    changes
        What `theme_changes` gave.
    before, after
        The names of the two waves.
    """
    drawn = list(changes)[::-1]
    colours = [ACCENT if one.beyond_chance else QUIET for one in drawn]
    lines: list[Plain] = [
        {
            "type": "scatter", "mode": "lines", "x": [one.low, one.high], "y": [place, place],
            "line": {"color": colour, "width": 2.5}, "hoverinfo": "skip",
        }
        for place, (one, colour) in enumerate(zip(drawn, colours, strict=True))
    ]  # fmt: skip
    dots: Plain = {
        "type": "scatter", "mode": "markers", "x": [one.change for one in drawn], "y": list(range(len(drawn))),
        "marker": {"size": 9, "color": colours}, "customdata": [_words(one) for one in drawn],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    low, high = min([-1.0, *(one.low for one in drawn)]), max([1.0, *(one.high for one in drawn)])
    figure = figure_of(
        [*lines, dots],
        height=60 + _ROW_HEIGHT * max(1, len(drawn)),
        x={"tickangle": 0, **few_ticks(points_axis(low, high), _MOST_LEVEL)},
        y={
            "tickvals": list(range(len(drawn))),
            "ticktext": [f"{label_of(one.name, 40)} " for one in drawn],
            "showgrid": False,
        },
        notes=[
            note(
                f"{format_share(one.share_before)} → <b>{format_share(one.share_after)}</b>"
                f"{f'  {one.state}' if one.state else ''}",
                x=1, xref="paper", xanchor="left", xshift=10, y=place, color=colour if one.state else QUIET,
            )
            for place, (one, colour) in enumerate(zip(drawn, colours, strict=True))
        ],
        shapes=[line_across(at=0, color=RULE, width=1)],
        margin={"l": 4, "r": 150, "t": 8, "b": 8},
    )  # fmt: skip
    title = theme_changes_title(changes, before=before, after=after)
    return Chart(
        name="theme-changes",
        title=title,
        subtitle=f"{subtitle} · share of the comments, {_sizes(changes, before, after)}, in percentage points with 95% interval",
        figure=figure,
        source=f"{source} One comment can be about several themes. Blue: beyond chance, after Holm over the themes.",
        alt=f"{title}. " + "; ".join(_words(one) for one in changes),
        rows=lambda: _changes_table(changes),
    )


def theme_changes_title(changes: Sequence[ThemeChange], *, before: str, after: str) -> str:
    """The finding: the themes whose share changed by more than chance, or that none did; or that there is nothing to compare."""
    empty = [
        the(name)
        for name, silent in (
            (after, not changes or not changes[0].commented_after),
            (before, not changes or not changes[0].commented_before),
        )
        if silent
    ]
    if empty:
        return f"There are no comments in {' or '.join(empty)} to compare"
    sure = [one for one in changes if one.beyond_chance]
    if not sure:
        return (
            f"No theme came up more or less often in {the(after)} than in {the(before)} by more than chance"
        )
    best = max(sure, key=lambda one: abs(one.change))
    verb = {"new": "is new", "growing": "is growing", "fading": "is fading", "gone": "is gone"}[best.state]
    return (
        f"“{best.name}” {verb}: {format_share(best.share_after)} of the comments in {the(after)},"
        f" {format_share(best.share_before)} in {the(before)}"
    )


def _sizes(changes: Sequence[ThemeChange], before: str, after: str) -> str:
    """Both waves with their comments: "Q3 2026 (n 310) against Q2 2026 (n 295)"."""
    if not changes:
        return f"{after} against {before}"
    one = changes[0]
    return f"{after} (n {format_count(one.commented_after)}) against {before} (n {format_count(one.commented_before)})"


def _words(one: ThemeChange) -> str:
    interval = f"{format_nps(one.change)} pp ({format_interval(one.low, one.high)})"
    nps = f"NPS {format_nps(one.nps_before)}, then {format_nps(one.nps_after)}"
    return f"{label_of(one.name, 60)}: {interval}; {nps}"


def _changes_table(changes: Sequence[ThemeChange]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "theme": [one.name for one in changes],
            "state": [one.state for one in changes],
            "comments_before": [one.n_before for one in changes],
            "comments_after": [one.n_after for one in changes],
            "share_before": [one.share_before for one in changes],
            "share_after": [one.share_after for one in changes],
            "change": [one.change for one in changes],
            "change_low": [one.low for one in changes],
            "change_high": [one.high for one in changes],
            "nps_before": [one.nps_before for one in changes],
            "nps_after": [one.nps_after for one in changes],
            "nps_change": [one.nps_change.points for one in changes],
            "nps_change_low": [one.nps_change.low for one in changes],
            "nps_change_high": [one.nps_change.high for one in changes],
        }
    )


def theme_trend_chart(trend: ThemeTrend, number: int, name: str, *, subtitle: str, source: str) -> Chart:
    """The share of one theme in each period with its interval as a band; a period of few comments is a gap."""
    when = [str(day) for day in np.datetime_as_string(trend.starts.astype("datetime64[s]"))]
    told = np.isfinite(trend.share[number])
    score = trend.estimate(number)
    share, low, high = (
        np.where(told, np.asarray(part) / 2 + 50, np.nan) for part in (score.nps, score.low, score.high)
    )
    counts = trend.counts[number].sum(axis=1)
    runs = np.flatnonzero(np.diff(np.concatenate([[False], told, [False]]).astype(int))).reshape(-1, 2)
    bands = [band(when[a:b], low[a:b].tolist(), high[a:b].tolist()) for a, b in runs.tolist()]
    line: Plain = {
        "type": "scatter", "mode": "lines+markers", "x": when, "y": share, "line": {"color": ACCENT, "width": 2.5},
        "marker": {"size": 7, "color": ACCENT},
        "cliponaxis": False, "customdata": [
            f"{label}: <b>{format_share(value / 100)}</b> ({n} of {all_n} comments)"
            for label, value, n, all_n in zip(trend.labels, share, map(format_count, counts), map(format_count, trend.commented), strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    shown = shown_ticks(len(when), trend.period, _MOST_TICKS)
    top = float(np.nanmax(high, initial=1.0)) * _HEADROOM
    figure = figure_of(
        [*bands, line],
        height=260,
        x={
            "tickvals": [when[i] for i in shown],
            "ticktext": [tick_of(trend.labels[i]) for i in shown],
            "showgrid": False, "tickangle": 0,
        },
        y={"range": [0, top], "ticksuffix": "%", "nticks": 5},
        margin={"l": 4, "r": 24, "t": 8, "b": 8},
    )  # fmt: skip
    title = f"How often “{name}” comes up, by {trend.period}"
    known = np.flatnonzero(told)
    ends = f": {format_share(share[known[0]] / 100)} in {the(trend.labels[known[0]])}, {format_share(share[known[-1]] / 100)} in {the(trend.labels[known[-1]])}" if len(known) else ""  # fmt: skip
    return Chart(
        name="theme-trend",
        title=title,
        subtitle=f"{subtitle} · share of the comments of each {trend.period}, with 95% interval",
        figure=figure,
        source=f"{source} Periods of fewer than 5 comments are left blank.",
        alt=f"{title}{ends}.",
        rows=lambda: pd.DataFrame(
            {
                trend.period: list(trend.labels), "comments": counts, "of_comments": trend.commented,
                "share": share / 100, "share_low": low / 100, "share_high": high / 100,
                "detractors": trend.counts[number][:, 0], "passives": trend.counts[number][:, 1],
                "promoters": trend.counts[number][:, 2],
            }
        ),
    )  # fmt: skip
