"""Two sides of a comparison: their three groups as bars under each other, their answers as bars beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.base import (
    ACCENT,
    EXPORT_SIZE,
    GROUP_COLOURS,
    PAGE_INK,
    QUIET,
    TEXT,
    Chart,
    figure_of,
    note,
)
from nps_core.charts.labels import label_of
from nps_core.compare.sides import comparison_title
from nps_core.score.estimate import shares
from nps_core.words import format_count, format_interval, format_nps, format_share, the

if TYPE_CHECKING:
    from nps_core.charts.base import Plain
    from nps_core.compare.sides import Comparison, Side
    from nps_core.survey import Scale

_ORDER = ("detractor", "passive", "promoter")
_ON_GROUP = {"promoter": "#ffffff", "passive": "#1b2430", "detractor": "#ffffff"}
_ROOM_FOR_SHARE = 7  # percent of the bar that a share needs
_ROOM_FOR_KEYS = 36  # letters of both names beside each other on a telephone
_SMALL_PICTURE = 420


def sides_chart(found: Comparison, *, subtitle: str, source: str) -> Chart:
    """The groups of either side as bars of whole percents, the NPS and its interval over each."""
    sides = [side for side in (found.a, found.b) if side.estimate.n]
    percents = [dict(zip(reversed(_ORDER), shares(*side.estimate.groups), strict=True)) for side in sides]
    rows = list(range(len(sides)))
    traces = [
        {
            "type": "bar",
            "orientation": "h",
            "y": rows,
            "x": [own[group] for own in percents],
            "width": 0.44,
            "marker": {"color": GROUP_COLOURS[group]},
            "text": [f"<b>{own[group]}%</b>" if own[group] >= _ROOM_FOR_SHARE else "" for own in percents],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"color": _ON_GROUP[group], "size": 14},
            "hovertemplate": f"{group}s: %{{x}}%<extra></extra>",
        }
        for group in _ORDER
    ]
    title = comparison_title(found)
    figure = figure_of(
        traces, height=34 + 88 * max(1, len(sides)), barmode="stack", notes=_names(sides),
        x={"visible": False, "range": [0, 100]}, y={"visible": False, "range": [len(sides) - 0.5, -0.75]},
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
    )  # fmt: skip
    return Chart(
        name="compare-groups",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Bars: detractors, passives, promoters. Intervals: 95% (SCAS); of the difference: MOVER.",
        alt=f"{title}. "
        + "; ".join(f"{side.label}: {_figures(side)}, {_groups(own)}" for side, own in zip(sides, percents, strict=True)),
        rows=lambda: _table(found),
        size=(EXPORT_SIZE[0], _SMALL_PICTURE + 60),
    )  # fmt: skip


def sides_distribution_chart(found: Comparison, scale: Scale, *, subtitle: str, source: str) -> Chart:
    """The share of each answer on either side; shares, since the sides differ in size."""
    scores = list(range(scale.low, scale.high + 1))
    sides = [(found.a, ACCENT), (found.b, QUIET)]
    shown = [[count / max(1, side.estimate.n) for count in side.histogram] for side, _ in sides]
    traces = [
        {
            "type": "bar",
            "x": scores,
            "y": own,
            "marker": {"color": colour},
            "customdata": [
                f"{label_of(side.label)}, score {score}: {format_share(share)}"
                for score, share in zip(scores, own, strict=True)
            ],
            "hovertemplate": "%{customdata}<extra></extra>",
        }
        for (side, colour), own in zip(sides, shown, strict=True)
        if side.histogram
    ]
    long = sum(len(side.label) for side, _ in sides) > _ROOM_FOR_KEYS
    keys = ("<br>" if long else "   ").join(
        f"<span style='color:{colour}'>■</span> {label_of(side.label)}" for side, colour in sides if side.histogram
    )  # fmt: skip
    top = max((max(own, default=0.0) for own in shown), default=0.0) or 1.0
    figure = figure_of(
        traces, height=260, barmode="group", bargap=0.25,
        notes=[note(keys, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", align="left")],
        x={"tickvals": scores, "showgrid": False, "range": [scale.low - 0.6, scale.high + 0.6]},
        y={"tickformat": ".0%", "nticks": 4, "range": [0, top * 1.08]}, margin={"l": 4, "r": 4, "t": 48 if long else 30, "b": 8},
    )  # fmt: skip
    title = f"The answers, {the(found.a.label)} beside {the(found.b.label)}"
    return Chart(
        name="compare-answers",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Height: share of the side's responses.",
        alt=f"{title}. " + "; ".join(f"{side.label}: " + ", ".join(f"{s}: {format_share(v)}" for s, v in zip(scores, own, strict=True)) for (side, _), own in zip(sides, shown, strict=True) if side.histogram),
        rows=lambda: pd.DataFrame({
            "score": scores,
            **{f"{name}: {side.label}": list(side.histogram) or [0] * len(scores) for name, side in (("A", found.a), ("B", found.b))},
        }),
    )  # fmt: skip


def _names(sides: list[Side]) -> list[Plain]:
    """Over each bar its name on the left and its figures on the right."""
    place: Plain = {"xref": "paper", "yshift": 24, "yanchor": "bottom"}
    names = [
        note(f"<b>{label_of(side.label)}</b>", size=TEXT + 1, x=0, xanchor="left", y=row, **place)
        for row, side in enumerate(sides)
    ]
    figures = [
        note(_figures(side), x=1, xanchor="right", y=row, color=PAGE_INK, **place)
        for row, side in enumerate(sides)
    ]
    return [*names, *figures]  # fmt: skip


def _figures(side: Side) -> str:
    score = side.estimate
    return f"<b>{format_nps(score.nps)}</b> ({format_interval(score.low, score.high)}), n {format_count(score.n)}"


def _groups(percents: dict[str, int]) -> str:
    return ", ".join(f"{percents[group]}% {group}s" for group in reversed(_ORDER))


def _table(found: Comparison) -> pd.DataFrame:
    rows = [
        {
            "side": name, "selection": side.label, "nps": side.estimate.nps, "low": side.estimate.low,
            "high": side.estimate.high, "responses": side.estimate.n, "promoters": side.estimate.promoters,
            "passives": side.estimate.passives, "detractors": side.estimate.detractors,
        }
        for name, side in (("A", found.a), ("B", found.b))
    ]  # fmt: skip
    change = found.change
    rows.append(
        {
            "side": "A less B",
            "selection": "difference",
            "nps": change.points,
            "low": change.low,
            "high": change.high,
        }
    )
    return pd.DataFrame(rows)
