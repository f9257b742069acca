"""Charts of one score: the three groups, and the distribution of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.base import (
    ACCENT,
    ACCENT_MID,
    EXPORT_SIZE,
    GROUP_COLOURS,
    HAIRLINE,
    RULE,
    Chart,
    figure_of,
    line_across,
    note,
)
from nps_core.score.estimate import estimate, shares
from nps_core.words import format_count, format_interval, format_nps, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from nps_core.charts.base import Plain
    from nps_core.survey import Scale

METHOD = "NPS = % promoters − % detractors."
_WIDE_GROUP = 2  # bars; over fewer of them the name and the share need a line each
_ROOM_FOR_NAME = 16  # percent of the bar that a group's name needs
_ON_GROUP = {"promoter": "#ffffff", "passive": "#1b2430", "detractor": "#ffffff"}
_PLURALS = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}


def groups_chart(groups: tuple[float, float, float], *, subtitle: str, source: str) -> Chart:
    """The three groups as one bar of whole percents that add up to 100, in the order of the score.

    Parameters
    ----------
    groups
        Promoters, passives, detractors: counts.
    subtitle, source
        What is shown (filters, n, dates) and where it comes from.
    """
    promoters, passives, detractors = groups
    percents = dict(zip(("promoter", "passive", "detractor"), shares(*groups), strict=True))
    counts = {"detractor": detractors, "passive": passives, "promoter": promoters}
    figure = figure_of(
        [_group_bar(group, count, percents[group]) for group, count in counts.items()],
        height=64,
        x={"visible": False, "range": [0, max(1, sum(groups))]},
        y={"visible": False},
        barmode="stack",
        bargap=0,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
    )
    score = estimate(*groups)
    words = ", ".join(f"{percents[group]}% {_PLURALS[group].lower()}" for group in reversed(counts))
    title = f"NPS {format_nps(float(score.nps))}: {words}" if score.n else "No responses"
    interval = format_interval(float(score.low), float(score.high))
    return Chart(
        name="groups",
        title=title,
        subtitle=f"{subtitle} · 95% interval {interval}",
        figure=figure,
        source=f"{source} {METHOD} Interval: 95% (SCAS).",
        alt=f"{title}. 95% interval {interval}.",
        rows=lambda: pd.DataFrame(
            {
                "group": list(counts),
                "responses": list(counts.values()),
                "percent": [percents[g] for g in counts],
            }
        ),
        size=(EXPORT_SIZE[0], 340),
    )


def distribution_chart(counts: Sequence[float], scale: Scale, *, subtitle: str, source: str) -> Chart:
    """The answers from the lowest to the highest score, each bar in the colour of its group.

    Parameters
    ----------
    counts
        Responses per score, from scale.low to scale.high.
    """
    scores = list(range(scale.low, scale.high + 1))
    groups = [_group_of(score, scale) for score in scores]
    named = _named_groups(counts, scores, groups)
    figure = figure_of(
        [_score_bars(counts, scores, groups)],
        height=300,
        x={"tickvals": scores, "showgrid": False, "range": [scale.low - 0.6, scale.high + 0.6]},
        y={"visible": False, "range": [0, max(counts, default=1) * 1.14 or 1]},
        notes=[_group_name(group, own, percent) for group, own, percent in named],
        shapes=[_group_line(group, own) for group, own, _ in named],
        margin={"l": 0, "r": 0, "t": 34, "b": 8},
    )
    peak = max(scores, key=lambda score: counts[score - scale.low])
    title = f"The most frequent answer is {peak}" if sum(counts) else "No scores to draw"
    return Chart(
        name="distribution",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} {METHOD}",
        alt=f"{title}. " + ", ".join(f"{s}: {format_count(c)}" for s, c in zip(scores, counts, strict=True)),
        rows=lambda: pd.DataFrame({"score": scores, "group": groups, "responses": list(counts)}),
    )


def interval_chart(nps: float, low: float, high: float, *, target: float | None = None) -> go.Figure:
    """The score on its whole range from -100 to +100, with its interval: a strip under the large figure."""
    lines = [
        {
            "type": "scatter",
            "x": ends,
            "y": [0, 0],
            "mode": "lines",
            "line": {"color": colour, "width": 8},
            "hoverinfo": "skip",
        }
        for ends, colour in (([-100, 100], HAIRLINE), ([low, high], ACCENT_MID))
    ]
    mark = {
        "type": "scatter",
        "x": [nps],
        "y": [0],
        "mode": "markers",
        "marker": {"size": 20, "symbol": "line-ns-open", "color": ACCENT, "line": {"width": 3}},
        "hovertemplate": f"{format_nps(nps)} ({format_interval(low, high)})<extra></extra>",
    }
    return figure_of(
        [*lines, mark],
        height=52,
        x={
            "range": [-108, 108],
            "tickvals": [-100, 0, 100],
            "ticktext": ["−100", "0", "+100"],
            "showgrid": False,
        },
        y={"visible": False, "range": [-1, 1]},
        shapes=[] if target is None else [line_across(at=target, color=RULE, width=1.5, dash="dot")],
        margin={"l": 8, "r": 8, "t": 0, "b": 0},
    )


def _group_bar(group: str, count: float, percent: int) -> Plain:
    name = f" {_PLURALS[group].lower()}" if percent >= _ROOM_FOR_NAME else ""
    return {
        "type": "bar",
        "y": [""],
        "x": [count],
        "orientation": "h",
        "marker": {"color": GROUP_COLOURS[group]},
        "text": [f"<b>{percent}%</b>{name}"],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textfont": {"color": _ON_GROUP[group], "size": 16},
        "textangle": 0,
        "hovertemplate": f"{_PLURALS[group]}: {format_count(count)}<extra></extra>",
    }


def _score_bars(counts: Sequence[float], scores: list[int], groups: list[str]) -> Plain:
    total = sum(counts) or 1
    return {
        "type": "bar",
        "x": scores,
        "y": list(counts),
        "marker": {"color": [GROUP_COLOURS[group] for group in groups]},
        "text": [format_share(count / total) if count else "" for count in counts],
        "textposition": "outside",
        "cliponaxis": False,
        "customdata": [format_count(count) for count in counts],
        "hovertemplate": "score %{x}: %{customdata} responses<extra></extra>",
    }


def _named_groups(
    counts: Sequence[float], scores: list[int], groups: list[str]
) -> list[tuple[str, list[int], int]]:
    """The groups that have a place on the scale: name, scores, whole percent."""
    own = {group: [s for s, its in zip(scores, groups, strict=True) if its == group] for group in _PLURALS}
    order = list(reversed(_PLURALS))
    sums = [sum(counts[score - scores[0]] for score in own[group]) for group in order]
    return [
        (group, own[group], percent)
        for group, percent in zip(order, shares(*sums), strict=True)
        if own[group]
    ]


def _group_name(group: str, own: list[int], percent: int) -> Plain:
    """The group's name and share over its bars: told by label and position, not by colour alone."""
    between = " " if len(own) > _WIDE_GROUP else "<br>"
    return note(
        f"<b>{_PLURALS[group]}</b>{between}{percent}%",
        color=GROUP_COLOURS[group],
        x=(own[0] + own[-1]) / 2,
        y=1,
        yref="paper",
        yanchor="bottom",
    )


def _group_line(group: str, own: list[int]) -> Plain:
    return {
        "type": "line",
        "x0": own[0] - 0.42,
        "x1": own[-1] + 0.42,
        "y0": 0.995,
        "y1": 0.995,
        "yref": "paper",
        "line": {"color": GROUP_COLOURS[group], "width": 2},
    }


def _group_of(score: int, scale: Scale) -> str:
    if score >= scale.promoter_from:
        return "promoter"
    return "detractor" if score <= scale.detractor_to else "passive"
