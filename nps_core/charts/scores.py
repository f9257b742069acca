"""Charts of one score: the three groups, and the distribution of the answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go

from nps_core.charts.base import ACCENT, ACCENT_MID, EXPORT_SIZE, GROUP_COLOURS, HAIRLINE, RULE, Chart, style
from nps_core.score import estimate, shares
from nps_core.words import format_count, format_interval, format_nps, format_share

if TYPE_CHECKING:
    from collections.abc import Sequence

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
    figure = go.Figure()
    for group, count in counts.items():
        name = f" {_PLURALS[group].lower()}" if percents[group] >= _ROOM_FOR_NAME else ""
        text = f"<b>{percents[group]}%</b>{name}"
        figure.add_bar(
            y=[""],
            x=[count],
            orientation="h",
            marker_color=GROUP_COLOURS[group],
            text=[text],
            textposition="inside",
            insidetextanchor="middle",
            textfont={"color": _ON_GROUP[group], "size": 16},
            textangle=0,
            hovertemplate=f"{_PLURALS[group]}: {format_count(count)}<extra></extra>",
        )
    figure.update_layout(barmode="stack")
    style(figure, height=64, bargap=0)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 4, "b": 4})
    figure.update_xaxes(visible=False, range=[0, max(1, sum(groups))])
    figure.update_yaxes(visible=False)
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
        table=pd.DataFrame(
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
    total = sum(counts) or 1
    figure = go.Figure(
        go.Bar(
            x=scores,
            y=list(counts),
            marker_color=[GROUP_COLOURS[group] for group in groups],
            text=[format_share(count / total) if count else "" for count in counts],
            textposition="outside",
            cliponaxis=False,
            customdata=[format_count(count) for count in counts],
            hovertemplate="score %{x}: %{customdata} responses<extra></extra>",
        )
    )
    style(figure, height=300)
    figure.update_xaxes(tickvals=scores, showgrid=False, range=[scale.low - 0.6, scale.high + 0.6])
    figure.update_yaxes(visible=False, range=[0, max(counts, default=1) * 1.14 or 1])
    figure.update_layout(margin={"l": 0, "r": 0, "t": 34, "b": 8})
    by_group = {
        group: [s for s, own in zip(scores, groups, strict=True) if own == group] for group in _PLURALS
    }
    sums = [sum(counts[score - scale.low] for score in by_group[group]) for group in reversed(_PLURALS)]
    for group, percent in zip(reversed(_PLURALS), shares(*sums), strict=True):
        _name_group(figure, group, by_group[group], percent)
    peak = max(scores, key=lambda score: counts[score - scale.low])
    title = f"The most frequent answer is {peak}" if sum(counts) else "No scores to draw"
    return Chart(
        name="distribution",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} {METHOD}",
        alt=f"{title}. " + ", ".join(f"{s}: {format_count(c)}" for s, c in zip(scores, counts, strict=True)),
        table=pd.DataFrame({"score": scores, "group": groups, "responses": list(counts)}),
    )


def interval_chart(nps: float, low: float, high: float, *, target: float | None = None) -> go.Figure:
    """The score on its whole range from -100 to +100, with its interval: a strip under the large figure."""
    figure = go.Figure()
    for ends, colour, width in (([-100, 100], HAIRLINE, 8), ([low, high], ACCENT_MID, 8)):
        figure.add_scatter(
            x=ends, y=[0, 0], mode="lines", line={"color": colour, "width": width}, hoverinfo="skip"
        )
    figure.add_scatter(
        x=[nps],
        y=[0],
        mode="markers",
        marker={"size": 20, "symbol": "line-ns-open", "color": ACCENT, "line": {"width": 3}},
        hovertemplate=f"{format_nps(nps)} ({format_interval(low, high)})<extra></extra>",
    )
    if target is not None:
        figure.add_vline(x=target, line={"color": RULE, "width": 1.5, "dash": "dot"})
    style(figure, height=52)
    figure.update_layout(margin={"l": 8, "r": 8, "t": 0, "b": 0})
    figure.update_xaxes(
        range=[-108, 108], tickvals=[-100, 0, 100], ticktext=["−100", "0", "+100"], showgrid=False
    )
    figure.update_yaxes(visible=False, range=[-1, 1])
    return figure


def _name_group(figure: go.Figure, group: str, own: list[int], percent: int) -> None:
    """Write the group's name and share over its bars: told by label and position, not by colour alone."""
    if not own:
        return
    figure.add_annotation(
        x=(own[0] + own[-1]) / 2,
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        text=f"<b>{_PLURALS[group]}</b> {percent}%"
        if len(own) > _WIDE_GROUP
        else f"<b>{_PLURALS[group]}</b><br>{percent}%",
        font={"color": GROUP_COLOURS[group], "size": 13},
    )
    figure.add_shape(
        type="line",
        x0=own[0] - 0.42,
        x1=own[-1] + 0.42,
        y0=0.995,
        y1=0.995,
        yref="paper",
        line={"color": GROUP_COLOURS[group], "width": 2},
    )


def _group_of(score: int, scale: Scale) -> str:
    if score >= scale.promoter_from:
        return "promoter"
    return "detractor" if score <= scale.detractor_to else "passive"
