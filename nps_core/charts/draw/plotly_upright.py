"""Plotly's charts that stand upright: columns of answers, lines through time, and the plane of two axes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nps_core.charts.draw.plotly_parts import (
    HAIRLINE,
    PAGE_INK,
    PAGE_QUIET,
    RULE,
    Plain,
    axis,
    band,
    colours_of,
    figure_of,
    hovered,
    label_of,
    line_across,
    line_along,
    lines_of,
    note,
    points_ticks,
    ticks_of,
)
from nps_core.charts.spec import (
    ACCENT,
    COLOURS,
    GROUP_COLOURS,
    LEVEL_LINES,
    QUIET,
    SHADES,
    Chart,
    Mark,
    Series,
    runs_of,
)

if TYPE_CHECKING:
    import plotly.graph_objects as go


_LEVEL_LOOKS = {  # colour, width in pixels, opacity, dash
    "stretch": (PAGE_INK, 2.25, 1.0, "solid"),
    "start": (QUIET, 6, 0.4, "solid"),
    "window": (QUIET, 2.5, 1.0, "solid"),
}
_MARK_NAME, _NAME_ROOM, _MOST_NAME_ROWS = 26, 15, 4  # characters; pixels that a line of names takes; lines
_WIDE_GROUP = 2  # bars; over fewer of them the name and the share need a line each
_ROOM_FOR_KEYS = 36  # letters of both names beside each other on a telephone
_MARKERS_UP_TO = 40  # more points than that and the markers hide the line
_COUNT_ROOM, _SCORE_ROOM = [0.0, 0.188], [0.248, 1.0]  # of the height: a fifth for the bars, and a gap
_PLANE_HEIGHT, _LABEL_ROOM = 400, 36  # pixels: of the plane, and of a label on two lines
_LABEL_SHARE = 0.16  # of the width of the plane, that a label takes
_LABEL_LINE = 17  # characters; a telephone has no room for more than two such lines
_CORNER_LINE = 28  # characters
_UNDER, _OVER = 0.05, 0.14  # of the height of the plane, left free for the words in its corners


def draw_columns(chart: Chart) -> go.Figure:
    """One bar a category; groups are named over theirs, several series in a line of keys."""
    places = list(range(len(chart.categories)))
    several = len(chart.series) > 1 or not chart.marks
    bars = [
        {
            "type": "bar",
            "x": places,
            "y": list(one.values),
            "marker": {"color": colours_of(one)},
            "text": list(one.labels),
            "textposition": "outside",
            "cliponaxis": False,
            **hovered(one),
        }
        for one in chart.series
    ]
    groups = [mark for mark in chart.marks if mark.kind in GROUP_COLOURS]
    long = sum(len(one.name) for one in chart.series) > _ROOM_FOR_KEYS
    x = {
        "tickvals": places,
        "ticktext": list(map(label_of, chart.categories)),
        "showgrid": False,
        "range": [-0.6, len(places) - 0.4],
    }
    values = {"tickformat": ".0%", "nticks": 4} if chart.axis.unit == "share" else {"visible": False}
    return figure_of(
        bars,
        height=260 if several else 300,
        x=x,
        y={**values, "range": [chart.axis.low, chart.axis.high]},
        notes=[_keys(chart, long=long)] if several else list(map(_group_name, groups)),
        shapes=list(map(_group_line, groups)),
        margin={"l": 4, "r": 4, "t": (48 if long else 30) if several else 34, "b": 8},
        **({"barmode": "group", "bargap": 0.25} if several else {}),
    )


def _keys(chart: Chart, *, long: bool) -> Plain:
    keys = ("<br>" if long else "   ").join(
        f"<span style='color:{COLOURS[one.colour(0)]}'>■</span> {label_of(one.name)}" for one in chart.series
    )
    return note(keys, xref="paper", yref="paper", x=0, y=1, xanchor="left", yanchor="bottom", align="left")


def _group_name(mark: Mark) -> Plain:
    """The group's name and share over its bars: told by label and position, not by colour alone."""
    name, _, share = mark.name.rpartition(" ")
    between = " " if mark.last - mark.first + 1 > _WIDE_GROUP else "<br>"
    return note(
        f"<b>{name}</b>{between}{share}",
        color=GROUP_COLOURS[mark.kind],
        x=(mark.first + mark.last) / 2,
        y=1,
        yref="paper",
        yanchor="bottom",
    )


def _group_line(mark: Mark) -> Plain:
    line = {"color": GROUP_COLOURS[mark.kind], "width": 2}
    ends = {"x0": mark.first - 0.42, "x1": mark.last + 0.42}
    return {"type": "line", **ends, "y0": 0.995, "y1": 0.995, "yref": "paper", "line": line}


def draw_line(chart: Chart) -> go.Figure:
    """A line with its interval as a band, over thin bars of counts where there are any; marks on their days."""
    score, *counts = chart.series
    when = list(chart.dates)
    names, shapes, top = _marks(chart)
    bands = [
        band(
            [when[at] for at in run],
            [score.low[at] or 0.0 for at in run],
            [score.high[at] or 0.0 for at in run],
        )
        for run in runs_of(score.values)
        if score.low
    ]
    line = {
        "type": "scatter",
        "x": when,
        "y": list(score.values),
        "xaxis": "x",
        "yaxis": "y",
        "mode": "lines+markers" if len(when) <= _MARKERS_UP_TO else "lines",
        "line": {"color": ACCENT, "width": 2.5},
        "marker": {"size": 7, "color": ACCENT},
        "connectgaps": False,
        "cliponaxis": False,
        **hovered(score),
    }
    last = [
        note(
            f"<b>{label}</b>",
            size=15,
            color=PAGE_INK,
            x=when[at],
            xref="x",
            y=score.values[at],
            yref="y",
            xanchor="left",
            xshift=9,
        )
        for at, label in enumerate(score.labels)
        if label
    ]
    zero = [line_along(at=0, color=RULE, width=1)] if chart.axis.unit == "points" else []
    return figure_of(
        [*bands, line, *(_count_bars(when, one) for one in counts)],
        height=(380 if counts else 260) + max(0, top - 8),
        **_line_axes(chart),
        notes=[*(_COUNTS_NOTE for _ in counts), *last, *names],
        shapes=[*zero, *shapes],
        margin={"l": 4, "r": 44 if last else 24, "t": max(8, top), "b": 8},
    )


_COUNTS_NOTE = note(
    "responses",
    size=12,
    color=PAGE_QUIET,
    xref="paper",
    x=0,
    yref="y2 domain",
    y=1.02,
    xanchor="left",
    yanchor="bottom",
)


def _count_bars(when: list[str], counts: Series) -> Plain:
    return {
        "type": "bar",
        "x": when,
        "y": list(counts.values),
        "xaxis": "x2",
        "yaxis": "y2",
        "marker": {"color": QUIET},
        "opacity": 0.55,
        "hoverinfo": "skip",
    }


def _line_axes(chart: Chart) -> dict[str, Plain]:
    """The score above, the counts below, over the same dates; the score alone where there are none."""
    names = {
        "tickvals": [chart.dates[at] for at in chart.named],
        "ticktext": ticks_of([label_of(chart.categories[at]) for at in chart.named]),
        "showgrid": False,
        "tickangle": 0,
    }
    values = (
        points_ticks(chart)
        if chart.axis.step
        else {
            "range": [chart.axis.low, chart.axis.high],
            "tickformat": ".0%",
            "nticks": 5,
        }
    )
    if len(chart.series) == 1:
        return {"x": names, "y": values}
    most = max((value or 0.0 for value in chart.series[1].values), default=0.0)
    return {
        "x": {
            "anchor": "y",
            "domain": [0.0, 1.0],
            "matches": "x2",
            "showticklabels": False,
            "showgrid": False,
        },
        "y": {"anchor": "x", "domain": _SCORE_ROOM, **values},
        "xaxis2": axis(anchor="y2", domain=[0.0, 1.0], showticklabels=True, **names),
        "yaxis2": axis(
            anchor="x2",
            domain=_COUNT_ROOM,
            range=[0, max(1.0, most) * 1.1],
            tickvals=[0, most],
            ticktext=["0", f"{most:,.0f}"],
            showgrid=False,
            rangemode="tozero",
        ),
    }


def _marks(chart: Chart) -> tuple[list[Plain], list[Plain], int]:
    """Names and shapes of alerts, actions and targets, and the pixels that names take over the plot."""
    actions = [mark for mark in chart.marks if mark.kind == "action"]
    rows = min(len(actions), _MOST_NAME_ROWS)
    names, shapes = [], []
    for mark in chart.marks:
        name, day = label_of(mark.name, _MARK_NAME), {"x": mark.since, "xref": "x"}
        if mark.kind == "action":
            lift = 2 + _NAME_ROOM * (actions.index(mark) % rows)
            names.append(
                note(name, size=12, **day, y=1, yref="paper", yanchor="bottom", xanchor="center", yshift=lift)
            )
            shapes.append(
                {
                    "type": "line",
                    "xref": "x",
                    "x0": mark.since,
                    "x1": mark.since,
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"color": RULE, "width": 1.5, "dash": "solid"},
                }
            )
        elif mark.kind in LEVEL_LINES:
            names += _level_name(mark, below=chart.named_below(mark))
            shapes.append(_level_line(mark))
        elif mark.kind in SHADES:
            names.append(
                note(
                    name,
                    size=12,
                    color=PAGE_QUIET,
                    **day,
                    xanchor="left",
                    y=0,
                    yref="y domain",
                    yanchor="bottom",
                    xshift=3,
                )
            )
            shapes.append(
                {
                    "type": "rect",
                    "xref": "x",
                    "x0": mark.since,
                    "x1": mark.until,
                    "yref": "y domain",
                    "y0": 0,
                    "y1": 1,
                    "fillcolor": SHADES[mark.kind],
                    "opacity": 0.13,
                    "line": {"width": 0},
                    "layer": "below",
                }
            )
        else:
            names.append(
                note(
                    name,
                    size=12,
                    color=PAGE_QUIET,
                    x=0,
                    xref="x domain",
                    xanchor="left",
                    y=mark.first,
                    yref="y",
                    yanchor="bottom",
                )
            )
            shapes.append(line_along(at=mark.first, color=QUIET, width=1.5, dash="dot"))
    return names, shapes, 10 + _NAME_ROOM * rows if rows else 0


def _level_line(mark: Mark) -> Plain:
    colour, width, opacity, dash = _LEVEL_LOOKS[mark.kind]
    return {
        "type": "line",
        "xref": "x",
        "x0": mark.since,
        "x1": mark.until,
        "yref": "y",
        "y0": mark.ends[0],
        "y1": mark.ends[1],
        "line": {"color": colour, "width": width, "dash": dash},
        "opacity": opacity,
    }


def _level_name(mark: Mark, *, below: bool) -> list[Plain]:
    """The value of a level where its line begins."""
    if not mark.name:
        return []
    at = {"x": mark.since, "y": mark.ends[0]}
    return [
        {
            **note(
                label_of(mark.name, _MARK_NAME),
                size=12,
                xref="x",
                yref="y",
                xanchor="left",
                yanchor="top" if below else "bottom",
                xshift=2,
            ),
            **at,
        }
    ]


def draw_plane(chart: Chart) -> go.Figure:
    """A dot with its upright interval a category; thin lines at the means, and what the corners mean."""
    up, right = chart.series
    colours = colours_of(up)
    places = range(len(chart.categories))
    lines: list[Plain] = [
        {
            "type": "scatter",
            "mode": "lines",
            "x": [right.values[at]] * 2,
            "y": list(ends),
            "line": {"color": colours[at], "width": 2},
            "hoverinfo": "skip",
        }
        for at in places
        if (ends := up.interval(at))
    ]
    dots: Plain = {
        "type": "scatter",
        "mode": "markers",
        "x": list(right.values),
        "y": list(up.values),
        "cliponaxis": False,
        "marker": {"size": 12, "color": colours},
        **hovered(up),
    }
    span = chart.axis.high - chart.axis.low
    tall = chart.axis.low - _UNDER * span, chart.axis.high + _OVER * span
    wide = (chart.across.low, chart.across.high) if chart.across else (0.0, 1.0)
    means = [sum(value or 0.0 for value in one.values) / max(1, len(places)) for one in (right, up)]
    hair = {"color": HAIRLINE, "width": 1.5}
    return figure_of(
        [*lines, dots],
        height=_PLANE_HEIGHT,
        notes=[*_names(chart, wide, tall), *_corners(chart)],
        shapes=[line_across(at=means[0], **hair), line_along(at=means[1], **hair)] if chart.corners else (),
        x={"range": list(wide), "showgrid": False, "tickformat": ".0%", "nticks": 5},
        y={"showgrid": False, **points_ticks(chart), "range": list(tall)},
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
    )


def _corners(chart: Chart) -> list[Plain]:
    """What it means to stand in a corner, told by the words at its edges."""
    corners = [(0, 1), (1, 1), (0, 0), (1, 0)]
    return [
        note(
            lines_of(words, _CORNER_LINE),
            size=12,
            color=PAGE_QUIET,
            xref="paper",
            yref="paper",
            x=x,
            y=y,
            xanchor="right" if x else "left",
            yanchor="top" if y else "bottom",
            align="right" if x else "left",
        )
        for words, (x, y) in zip(chart.corners or (), corners, strict=False)
    ]


def _names(chart: Chart, wide: tuple[float, float], tall: tuple[float, float]) -> list[Plain]:
    """Each question beside its dot, on the side with more room; on the other where something stands there."""
    up, right = chart.series
    line = (tall[1] - tall[0]) / _PLANE_HEIGHT * _LABEL_ROOM
    last = {"left": math.inf, "right": math.inf}
    notes = []
    for place, name in enumerate(chart.categories):
        x, y = right.values[place] or 0.0, up.values[place] or 0.0
        first, second = ("right", "left") if x > sum(wide) / 2 else ("left", "right")
        stands = {
            side: (
                2 * (last[side] - y < line)
                + _crossed(chart, place, side=side, reach=(wide[1] - wide[0]) * _LABEL_SHARE, line=line)
            )
            for side in (first, second)
        }
        side = second if stands[second] < stands[first] else first
        last[side] = y
        shift = -12 if side == "right" else 12
        notes.append(
            note(lines_of(name, _LABEL_LINE), x=x, y=y, size=12, xanchor=side, xshift=shift, align=side)
        )
    return notes


def _crossed(chart: Chart, place: int, *, side: str, reach: float, line: float) -> int:
    """Intervals of others that a label would stand on; anchored at its right end, it lies left of its dot."""
    up, right = chart.series
    x, y = right.values[place] or 0.0, up.values[place] or 0.0
    ends = (x - reach, x) if side == "right" else (x, x + reach)
    others = [
        other
        for other in range(len(chart.categories))
        if other != place and ends[0] < (right.values[other] or 0.0) < ends[1]
    ]
    reaches = [interval for other in others if (interval := up.interval(other))]
    return sum(low < y + line / 2 and high > y - line / 2 for low, high in reaches)
