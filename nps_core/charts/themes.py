"""Themes of the comments: how often each comes up, and how those who say it score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.base import (
    ACCENT,
    GROUP_COLOURS,
    QUIET,
    RULE,
    Chart,
    axis,
    cell_notes,
    figure_of,
    heatmap,
    line_across,
    note,
)
from nps_core.charts.labels import MOST_COLUMNS, column_heads, cut_words, few_ticks, label_of, largest
from nps_core.score.estimate import MIN_READABLE
from nps_core.themes.wording import OTHER
from nps_core.words import (
    format_count,
    format_interval,
    format_nps,
    format_share,
    lowered,
    reads_as_name,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.base import Plain
    from nps_core.themes.in_survey import ThemeRow
    from nps_core.themes.waves import ThemeChange, ThemeTrend

_ROW_HEIGHT = 38
_TOP = 34  # pixels for the heads of the columns
_BARS_ALONE, _GAP = (
    0.62,
    0.05,
)  # shares of the width: bars with their figures, and the room before the effects
_BARS, _EFFECTS, _SPARKS = 0.52, (0.56, 0.8), 0.86  # the same beside sparks, and where these begin
_STATES = {"new": "new", "growing": "▲", "fading": "▼", "gone": "gone"}
_SPARK_HEIGHT = 0.62  # of a row
_ROOM = 2.1  # of the longest bar, so that its figures stand beside it, on a phone too
_SHARE_COLOURS = [[0, "rgba(59,118,214,0.03)"], [1, "rgba(59,118,214,0.5)"]]


def themes_chart(
    rows: Sequence[ThemeRow],
    *,
    subtitle: str,
    source: str,
    trend: ThemeTrend | None = None,
    changes: Sequence[ThemeChange] = (),
) -> Chart:
    """A bar a theme, as long as its number of comments, in the three groups, with its NPS; its effect; its trend.

    Parameters
    ----------
    rows
        The themes, most frequent first.
    trend
        Their shares through time, drawn as sparks, each to its own height; None leaves them out.
    changes
        What changed between the last two waves: "new", "growing", "fading" stands beside the sparks.
    """
    drawn = list(rows)[::-1]
    over_time = trend is not None and len(trend.labels) > 1
    bars, effects = (_BARS, _EFFECTS) if over_time else (_BARS_ALONE, (_BARS_ALONE + _GAP, 1.0))
    known = any(np.isfinite(row.effect_low) for row in rows)
    marked = over_time and any(one.state for one in changes)
    sparks = _sparks(drawn, trend) if trend is not None and over_time else []
    figure = figure_of(
        [*(_group_bars(drawn, group) for group in ("detractor", "passive", "promoter")), *_effects(drawn), *sparks],
        height=_TOP + 30 + _ROW_HEIGHT * max(1, len(drawn)),
        x={"visible": False, "domain": [0, bars], "range": [0, _ROOM * max([1, *(row.n for row in rows)])]},
        y={
            "tickvals": list(range(len(drawn))),
            "ticktext": [f"{label_of(row.name, 40)} " for row in drawn],
            "showgrid": False,
        },
        notes=[
            *(_row_note(row, place) for place, row in enumerate(drawn)),
            *_heads(effects[0], over_time=over_time, known=known),
            *(_states(drawn, changes) if over_time else ()),
        ],
        shapes=[line_across(at=0, color=RULE, width=1) | {"xref": "x2"}] if known else (),
        xaxis2=axis(anchor="y", domain=list(effects), visible=known, **_effect_axis(rows)),
        xaxis3=axis(anchor="y", domain=[_SPARKS, 1], visible=False),
        barmode="stack",
        bargap=0.36,
        margin={"l": 4, "r": 40 if marked else 12, "t": _TOP, "b": 8},
    )  # fmt: skip
    title = themes_title(rows)
    return Chart(
        name="themes",
        title=title,
        subtitle=f"{subtitle} · comments by detractors, passives and promoters, NPS and n; effect in points with 95% interval",
        figure=figure,
        source=f"{source} Themes: clusters of comments (TF-IDF, k-means). What goes with a score need not cause it."
        + (
            " ▲▼: more or less often in the last period than in the one before, beyond chance."
            if marked
            else ""
        ),
        alt=f"{title}. "
        + "; ".join(f"{row.name}: {format_count(row.n)} comments, NPS {format_nps(row.nps)}" for row in rows),
        rows=lambda: themes_table(rows),
    )


def themes_title(rows: Sequence[ThemeRow]) -> str:
    """The finding: the theme that goes with the lowest scores, or the highest, beyond chance; else the most frequent."""
    if not rows:
        return "No themes to draw"
    if len(rows) == 1:
        return (
            f"These {format_count(rows[0].n)} comments are read as one"
            if rows[0].n != 1
            else "There is one comment"
        )
    # Beyond what other themes go with, an effect can point the other way than the scores themselves: not told then.
    apart = [row for row in rows if row.beyond_chance and (row.effect > 0) == (row.nps > row.nps_without)]
    told = min(apart, key=lambda row: (row.effect > 0, -abs(row.effect)), default=None)
    if told is not None:
        # The greatest effect may be that of a frequent theme, while those of a rare one score lower still.
        ends = [row.nps for row in rows if row.n >= MIN_READABLE or row is told]
        if told.effect < 0:
            words = "the lowest" if told.nps <= min(ends) else "lower"
        else:
            words = "the highest" if told.nps >= max(ends) else "higher"
        score = f"NPS {format_nps(told.nps)} ({format_interval(told.low, told.high)})"
        return f"“{told.name}” goes with {words} scores: {score}"
    named = [row for row in rows if row.name not in OTHER.values()] or rows
    return f"“{max(named, key=lambda row: row.n).name}” is the most frequent theme; none stands apart beyond chance"


def themes_table(rows: Sequence[ThemeRow]) -> pd.DataFrame:
    """The themes as a table, one row each; `share` in 0..1 of the comments, the rest in points."""
    return pd.DataFrame(
        {
            "theme": [row.name for row in rows],
            "comments": [row.n for row in rows],
            "share": [row.share for row in rows],
            "nps": [row.nps for row in rows],
            "low": [row.low for row in rows],
            "high": [row.high for row in rows],
            "effect": [row.effect for row in rows],
            "effect_low": [row.effect_low for row in rows],
            "effect_high": [row.effect_high for row in rows],
            "nps_without": [row.nps_without for row in rows],
            "promoters": [row.promoters for row in rows],
            "passives": [row.passives for row in rows],
            "detractors": [row.detractors for row in rows],
            "terms": [", ".join(row.terms[:8]) for row in rows],
        }
    )


def theme_by_chart(
    names: Sequence[str],
    labels: Sequence[str],
    counts: np.ndarray,
    commented: np.ndarray,
    *,
    attribute: str,
    subtitle: str,
    source: str,
) -> Chart:
    """How often each segment speaks of each theme: the share of its comments.

    The shares of a segment can add up to more than 100 percent, since a comment can be about several
    themes. Segments of fewer than 5 comments are too few to read and left blank.

    Parameters
    ----------
    counts
        Comments, (themes, segments, 3) in the order promoters, passives, detractors.
    commented
        Comments of each segment.
    """
    total = counts.sum(axis=2)
    share = np.where(commented >= MIN_READABLE, total / np.maximum(commented, 1), np.nan)
    columns = largest(commented.tolist(), MOST_COLUMNS)
    shown = share[:, columns]
    text = [[format_share(value) if np.isfinite(value) else "" for value in row] for row in shown]
    heads, top = column_heads([labels[j] for j in columns], [float(commented[j]) for j in columns])
    figure = figure_of(
        [heatmap(shown, _SHARE_COLOURS, 0, max(0.01, float(np.nanmax(shown, initial=0))))],
        height=top + 12 + 38 * max(1, len(names)),
        x=heads,
        y={
            "autorange": "reversed",
            "showgrid": False,
            "tickvals": list(range(len(names))),
            "ticktext": [f"{label_of(name, 40)} " for name in names],
        },
        notes=cell_notes(text),
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )
    blank = any(commented[j] < MIN_READABLE for j in columns)
    few = f" Segments of fewer than {MIN_READABLE} comments are left blank." if blank else ""
    title = (
        f"What each {lowered(attribute)} speaks of"
        if reads_as_name(attribute)
        else f"Themes by “{short(attribute)}”"
    )
    places = [(i, j) for i in range(len(names)) for j in range(len(labels))]
    table = pd.DataFrame(
        {
            "theme": [names[i] for i, _ in places],
            attribute: [labels[j] for _, j in places],
            "comments": [total[i, j] for i, j in places],
            "share_of_segment": [share[i, j] for i, j in places],
            "promoters": [counts[i, j, 0] for i, j in places],
            "passives": [counts[i, j, 1] for i, j in places],
            "detractors": [counts[i, j, 2] for i, j in places],
        }
    )
    return Chart(
        name="themes-by-segment",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Cells: share of the segment's comments; one comment can be about several themes."
        f"{few}{cut_words(columns, labels)}",
        alt=f"{title}: a table of {len(names)} themes by {len(labels)} segments.",
        rows=lambda: table,
    )


def _group_bars(drawn: Sequence[ThemeRow], group: str) -> Plain:
    return {
        "type": "bar",
        "y": list(range(len(drawn))),
        "x": [getattr(row, f"{group}s") for row in drawn],
        "orientation": "h",
        "marker": {"color": GROUP_COLOURS[group]},
        "name": f"{group}s",
        "customdata": [
            [
                label_of(row.name, 60),
                f"NPS {format_nps(row.nps)} ({format_interval(row.low, row.high)}), n {format_count(row.n)}",
            ]
            for row in drawn
        ],
        "hovertemplate": f"%{{customdata[0]}}: %{{x}} {group}s<br>%{{customdata[1]}}<extra></extra>",
    }


def _heads(effects: float, *, over_time: bool, known: bool) -> list[Plain]:
    """What the columns are."""
    place = {"y": 1, "yref": "y domain", "yanchor": "bottom", "yshift": 6, "xanchor": "left", "xref": "paper"}
    effect = "Effect" if known else "Effect: too few"
    heads = {"Comments, NPS, n": 0.0, effect: effects, **({"Trend": _SPARKS} if over_time else {})}
    return [note(text, size=12, color=QUIET, x=x, **place) for text, x in heads.items()]


def _sparks(drawn: Sequence[ThemeRow], trend: ThemeTrend) -> list[Plain]:
    """The share of each theme through time, each to its own height, the last point marked."""
    found: list[Plain] = []
    for place, row in enumerate(drawn):
        share = trend.share[row.number]
        top = float(np.nanmax(share, initial=0)) or 1.0
        y = place - _SPARK_HEIGHT / 2 + _SPARK_HEIGHT * share / top
        known = np.flatnonzero(np.isfinite(share))
        found.append({
            "type": "scatter", "mode": "lines+markers", "xaxis": "x3", "x": list(range(len(share))), "y": y,
            "line": {"color": QUIET, "width": 1.5}, "cliponaxis": False,
            "marker": {"size": [5 if len(known) and i == known[-1] else 0 for i in range(len(share))], "color": QUIET},
            "customdata": [
                f"{label_of(row.name, 60)}, {label}: <b>{format_share(value)}</b> of the comments"
                for label, value in zip(trend.labels, share.tolist(), strict=True)
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        })  # fmt: skip
    return found


def _states(drawn: Sequence[ThemeRow], changes: Sequence[ThemeChange]) -> list[Plain]:
    """What is new, growing, fading or gone, at the end of the row."""
    states = {one.number: one.state for one in changes if one.state}
    return [
        note(
            _STATES[states[row.number]],
            color=ACCENT,
            size=12,
            x=1,
            xref="paper",
            xanchor="left",
            xshift=8,
            y=place,
        )
        for place, row in enumerate(drawn)
        if row.number in states
    ]


def _effect_axis(rows: Sequence[ThemeRow]) -> Plain:
    """The range of the effects, 0 in it, with few ticks: the axis is narrow."""
    known = [end for row in rows for end in (row.effect_low, row.effect_high) if np.isfinite(end)]
    low, high = min([-1.0, *known]), max([1.0, *known])
    room = 0.08 * (high - low)
    step = next((size for size in _STEPS if (high - low) / size <= _MOST_TICKS), _STEPS[-1])
    values = [v for v in range(-100, 101, step) if low - room <= v <= high + room]
    ticks = {"tickvals": values, "ticktext": [format_nps(value) for value in values]}
    return {"range": [low - room, high + room], "side": "bottom", "tickangle": 0, **few_ticks(ticks, 3)}


_STEPS, _MOST_TICKS = (1, 2, 5, 10, 20, 50), 4


def _effects(drawn: Sequence[ThemeRow]) -> list[Plain]:
    """A dot and an interval for each theme whose effect is known; those within chance are grey."""
    known = [(place, row) for place, row in enumerate(drawn) if np.isfinite(row.effect_low)]
    colours = [ACCENT if row.beyond_chance else QUIET for _, row in known]
    lines: list[Plain] = [
        {
            "type": "scatter", "mode": "lines", "xaxis": "x2", "x": [row.effect_low, row.effect_high], "y": [place, place],
            "line": {"color": colour, "width": 2.5}, "hoverinfo": "skip",
        }
        for (place, row), colour in zip(known, colours, strict=True)
    ]  # fmt: skip
    dots: Plain = {
        "type": "scatter", "mode": "markers", "xaxis": "x2", "x": [row.effect for _, row in known], "y": [place for place, _ in known],
        "marker": {"size": 9, "color": colours},
        "customdata": [
            f"<b>{label_of(row.name, 60)}</b>: {format_nps(row.effect)} ({format_interval(row.effect_low, row.effect_high)});"
            f" NPS without these comments {format_nps(row.nps_without)}"
            for _, row in known
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    return [*lines, dots]


def _row_note(row: ThemeRow, place: int) -> Plain:
    """The NPS and the number of comments at the end of a bar."""
    text = f"<b>{format_nps(row.nps)}</b>  <span style='color:{QUIET}'>{format_count(row.n)}</span>"
    return note(text, x=row.n, y=place, xanchor="left", xshift=8)
