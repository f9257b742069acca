"""What goes with the score: questions by importance and performance, attributes by how far they spread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.charts.base import (
    ACCENT,
    EXPORT_SIZE,
    HAIRLINE,
    PAGE_INK,
    QUIET,
    RULE,
    TEXT,
    Chart,
    figure_of,
    line_across,
    note,
)
from nps_core.charts.labels import label_of, labels_of, lines_of, points_axis, row_name
from nps_core.drivers.sentences import driver_sentences, drivers_title, spread_sentence
from nps_core.words import format_interval, format_nps, format_share, size_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.base import Plain
    from nps_core.drivers.drivers import AttributeSpread, Driver

MOST_ATTRIBUTES = 30
"""More rows than that nobody reads; those whose segments are furthest apart are drawn and the table keeps all."""

_ROW_HEIGHT = 44
_HALF = 50.0
_HEIGHT, _LABEL_ROOM = 400, 36  # pixels: of the chart, and of a label on two lines
_LABEL_SHARE = 0.16  # of the width of the plot, that a label takes
_LINE = 17  # characters; a telephone has no room for more than two such lines
_NAME_LINE, _END = 24, 13  # characters: of a line of an attribute's name, and of a segment at either end
_AXES = "Up: points of NPS between those at the good end of a question and the rest · right: their share"
_MARGIN = 8.0  # points left free around the intervals, for the labels


def quadrant_chart(found: Sequence[Driver], *, subtitle: str, source: str) -> Chart:
    """Importance (upwards, with its interval) against performance (to the right), a dot a question.

    The lines that part the quadrants are the means of the questions shown: whether a question is strong or weak
    is said beside the others, not by a mark of its own.
    """
    shown = [one for one in found if not math.isnan(one.effect.points)]
    colours = [ACCENT if one.beyond_chance else QUIET for one in shown]
    traces: list[Plain] = [
        {
            "type": "scatter", "mode": "lines", "x": [one.performance] * 2, "y": [one.effect.low, one.effect.high],
            "line": {"color": colour, "width": 2}, "hoverinfo": "skip",
        }
        for one, colour in zip(shown, colours, strict=True)
    ]  # fmt: skip
    traces.append({
        "type": "scatter", "mode": "markers", "x": [one.performance for one in shown], "y": [one.effect.points for one in shown],
        "marker": {"size": 12, "color": colours}, "cliponaxis": False, "customdata": [_hover(one) for one in shown],
        "hovertemplate": "%{customdata}<extra></extra>",
    })  # fmt: skip
    wide, tall = _reach([one.performance for one in shown], 0, 100), _tall(shown)
    middle = [sum(values) / max(1, len(shown)) for values in zip(*((one.performance, one.effect.points) for one in shown), strict=True)]  # fmt: skip
    lines: list[Plain] = []
    if len(shown) > 1:
        lines = [
            line_across(at=middle[0], color=HAIRLINE, width=1.5),
            {"type": "line", "xref": "x domain", "x0": 0, "x1": 1, "yref": "y", "y0": middle[1], "y1": middle[1], "line": {"color": HAIRLINE, "width": 1.5}},
        ]  # fmt: skip
    figure = figure_of(
        traces, height=_HEIGHT, notes=[*_names(shown, wide, tall), *(_corners() if len(shown) > 1 else [])], shapes=lines,
        x={"range": wide, "showgrid": False, "ticksuffix": "%", "nticks": 5},
        y={"range": tall, "showgrid": False, **points_axis(*tall)},
        margin={"l": 8, "r": 8, "t": 12, "b": 8},
    )  # fmt: skip
    title = drivers_title(found, ())
    return Chart(
        name="drivers",
        title=title,
        subtitle=f"{_AXES} · {subtitle}",
        figure=figure,
        source=f"{source} Upright lines: 95% intervals (MOVER). Blue: beyond chance (Holm). Thin lines: means of the questions. What goes together, not what follows.",
        alt=f"{title}. " + " ".join(driver_sentences(found)),
        rows=lambda: _drivers_table(found),
    )


def spread_chart(spreads: Sequence[AttributeSpread], *, subtitle: str, source: str) -> Chart:
    """How far the segments of each attribute are apart beyond chance; grey where chance explains it."""
    drawn = spreads[:MOST_ATTRIBUTES]
    rows = list(range(len(drawn)))
    bar: Plain = {
        "type": "bar", "orientation": "h", "y": rows, "x": [one.spread for one in drawn], "width": 0.5,
        "marker": {"color": [ACCENT if one.beyond_chance else QUIET for one in drawn]},
        "customdata": [f"<b>{label_of(one.attribute)}</b>: {_ends(one)}" for one in drawn],
        "hovertemplate": "%{customdata}<extra></extra>",
    }  # fmt: skip
    top = max((one.high for one in drawn), default=0.0)
    whiskers: list[Plain] = [
        {"type": "line", "x0": one.low, "x1": one.high, "y0": row, "y1": row, "line": {"color": RULE, "width": 1.5}}
        for row, one in zip(rows, drawn, strict=True)
    ]  # fmt: skip
    figure = figure_of(
        [bar], height=30 + _ROW_HEIGHT * max(1, len(drawn)), shapes=whiskers,
        notes=[
            note(
                f"<b>{size_words(one.spread)}</b>  <span style='color:{QUIET}'>{_spread_interval(one)}</span><br><span style='color:{QUIET};font-size:12px'>{_ends(one)}</span>" if one.beyond_chance else f"<span style='color:{QUIET}'>within chance</span>",
                x=one.high, xanchor="left", xshift=8, y=row, align="left", color=PAGE_INK, size=TEXT,
            )
            for row, one in enumerate(drawn)
        ],
        # Three quarters of the width are for the words beside the bars.
        x={"visible": False, "range": [0, max(10.0, top) * 4]},
        y={"tickvals": rows, "ticktext": [row_name(one.attribute, _NAME_LINE) for one in drawn], "showgrid": False, "range": [len(drawn) - 0.4, -0.6]},
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )  # fmt: skip
    title = drivers_title((), spreads)
    cut = (
        f" The first {len(drawn)} of {len(spreads)} attributes are drawn."
        if len(drawn) < len(spreads)
        else ""
    )
    return Chart(
        name="drivers-attributes",
        title=title,
        subtitle=subtitle,
        figure=figure,
        source=f"{source} Standard deviation of the segments' NPS, weighted by responses, less what chance makes of it; lines: 95% intervals. Blue: beyond chance (Holm).{cut}",
        alt=f"{title}. {spread_sentence(spreads)}",
        rows=lambda: pd.DataFrame({
            "attribute": [one.attribute for one in spreads], "segments": [one.segments for one in spreads],
            "spread": [one.spread for one in spreads], "low": [one.low for one in spreads], "high": [one.high for one in spreads], "p_adjusted": [one.p_adjusted for one in spreads],
            "beyond_chance": [one.beyond_chance for one in spreads],
            "weakest": [one.weakest for one in spreads], "strongest": [one.strongest for one in spreads],
        }),
        size=(EXPORT_SIZE[0], max(480, 260 + _ROW_HEIGHT * len(drawn))),
    )  # fmt: skip


def _spread_interval(one: AttributeSpread) -> str:
    return f"{one.low:.0f} to {one.high:.0f}"


def _names(shown: Sequence[Driver], wide: tuple[float, float], tall: tuple[float, float]) -> list[Plain]:
    """Each question on two lines beside its dot, on the side with more room; on the other where something stands there."""
    line = (tall[1] - tall[0]) / _HEIGHT * _LABEL_ROOM
    reach = (wide[1] - wide[0]) * _LABEL_SHARE
    last = {"left": math.inf, "right": math.inf}
    notes = []

    for one in sorted(shown, key=lambda one: -one.effect.points):
        at = one.effect.points
        first, second = ("right", "left") if one.performance > sum(wide) / 2 else ("left", "right")
        stands = {
            side: 2 * (last[side] - at < line) + _crossed(one, shown, side=side, reach=reach, line=line)
            for side in (first, second)
        }
        side = second if stands[second] < stands[first] else first
        last[side] = at
        shift = -12 if side == "right" else 12
        text = lines_of(one.column, _LINE)
        notes.append(note(text, x=one.performance, y=at, size=12, xanchor=side, xshift=shift, align=side))
    return notes


def _crossed(one: Driver, shown: Sequence[Driver], *, side: str, reach: float, line: float) -> int:
    """Intervals of others that the label would stand on; anchored at its right end, it lies to the left of its dot."""
    left, right = (one.performance - reach, one.performance) if side == "right" else (one.performance, one.performance + reach)  # fmt: skip
    at = one.effect.points
    others = [other for other in shown if other is not one and left < other.performance < right]
    return sum(
        bool(other.effect.low < at + line / 2 and other.effect.high > at - line / 2) for other in others
    )


def _corners() -> list[Plain]:
    """What it means to stand in a corner, told by the words at its edges."""
    place: Plain = {"xref": "paper", "yref": "paper", "size": 11, "color": QUIET}
    return [
        note("goes with the score more,<br>answered less well", x=0, y=1, xanchor="left", yanchor="top", align="left", **place),
        note("goes with the score more,<br>answered better", x=1, y=1, xanchor="right", yanchor="top", align="right", **place),
        note("less, and less well", x=0, y=0, xanchor="left", yanchor="bottom", **place),
        note("less, and better", x=1, y=0, xanchor="right", yanchor="bottom", **place),
    ]  # fmt: skip


def _hover(one: Driver) -> str:
    verdict = "beyond chance" if one.beyond_chance else "within chance"
    return (
        f"<b>{label_of(one.column)}</b>: {format_share(one.performance / 100)} at its good end"
        f"<br>{format_nps(one.effect.points)} ({format_interval(one.effect.low, one.effect.high)}), {verdict}; n {one.n:,}"
    )


def _ends(one: AttributeSpread) -> str:
    weakest, strongest = labels_of([one.weakest, one.strongest], _END)
    return f"{weakest} to {strongest}"


def _reach(values: Sequence[float], lowest: float, highest: float) -> tuple[float, float]:
    """Around the values, at least 40 wide, inside the scale."""
    low, high = (min(values), max(values)) if values else (lowest, highest)
    spare = max(_MARGIN, (40 - (high - low)) / 2)
    return max(lowest, low - spare), min(highest, high + spare)


def _tall(shown: Sequence[Driver]) -> tuple[float, float]:
    """From no importance to the highest interval: 0 is always seen."""
    low = min((one.effect.low for one in shown), default=0.0)
    high = max((one.effect.high for one in shown), default=_HALF)
    return min(0.0, low) - _MARGIN, max(0.0, high) + 3 * _MARGIN


def _drivers_table(found: Sequence[Driver]) -> pd.DataFrame:
    return pd.DataFrame({
        "question": [one.column for one in found], "kind": [one.kind for one in found], "responses": [one.n for one in found],
        "percent_at_good_end": [one.performance for one in found],
        "nps_good_end": [one.satisfied.nps for one in found], "nps_rest": [one.others.nps for one in found],
        "difference": [one.effect.points for one in found], "low": [one.effect.low for one in found], "high": [one.effect.high for one in found],
        "p_adjusted": [one.p_adjusted for one in found], "beyond_chance": [one.beyond_chance for one in found],
    })  # fmt: skip
