"""Plotly's rows of stacked counts, with narrow panels beside them: dots with intervals, and lines through time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.colours import ACCENT, COLOURS, QUIET
from nps_core.charts.draw.plotly_labels import label_of
from nps_core.charts.draw.plotly_parts import (
    RULE,
    axis,
    colours_of,
    figure_of,
    hovered,
    line_across,
    note,
    rows_axis,
    whisker,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from nps_core.charts.draw.plotly_parts import Plain
    from nps_core.charts.spec import Chart, Panel

_THEME_ROW, _THEME_NAME = 38, 40  # pixels of a row; characters of a name
_MOST_PANEL_TICKS = 3
_BARS_ALONE, _GAP = (
    0.62,
    0.05,
)  # shares of the width: bars with their figures, and the room before the effects
_BARS, _EFFECTS, _LINES = 0.52, (0.56, 0.8), 0.86  # the same beside lines through time, and where these begin
_BAR_ROOM = 2.1  # of the longest bar, so that its figures stand beside it, on a telephone too
_LINE_HEIGHT = 0.62  # of a row


def draw_bars(chart: Chart) -> go.Figure:
    """Rows of stacked counts with their figures; beside them dots with intervals, and lines through time."""
    rows = list(range(len(chart.categories)))
    dots = next((panel for panel in chart.panels if panel.axis), None)
    lines = next((panel for panel in chart.panels if not panel.axis), None)
    share, effects = (_BARS, _EFFECTS) if lines else (_BARS_ALONE, (_BARS_ALONE + _GAP, 1.0))
    bars = [
        {
            "type": "bar",
            "y": rows,
            "x": list(one.values),
            "orientation": "h",
            "marker": {"color": COLOURS[one.colour(0)]},
            "name": one.name,
            **hovered(one),
        }
        for one in chart.series
    ]
    sums = [
        sum(value or 0 for value in values)
        for values in zip(*(one.values for one in chart.series), strict=True)
    ]
    figures = [
        note(
            f"<b>{label}</b>  <span style='color:{QUIET}'>{aside}</span>",
            x=sums[row],
            y=row,
            xanchor="left",
            xshift=8,
        )
        for row, (label, aside) in enumerate(zip(_labels(chart), chart.asides, strict=True))
    ]
    heads = {"Comments, NPS, n": 0.0}
    if dots:
        heads[dots.head] = effects[0]
    if lines:
        heads[lines.head] = _LINES
    place = {"y": 1, "yref": "y domain", "yanchor": "bottom", "yshift": 6, "xanchor": "left", "xref": "paper"}
    ends = lines.ends if lines else ()
    known = dots is not None and any(value is not None for value in dots.series[0].values)
    return figure_of(
        [*bars, *(_panel_dots(dots) if dots else []), *(_panel_lines(lines) if lines else [])],
        height=64 + _THEME_ROW * max(1, len(rows)),
        x={"visible": False, "domain": [0, share], "range": [0, _BAR_ROOM * max(1.0, chart.axis.high)]},
        y=rows_axis(chart, [label_of(name, _THEME_NAME) for name in chart.categories]),
        notes=[
            *figures,
            *(note(text, size=12, color=QUIET, x=x, **place) for text, x in heads.items()),
            *(
                note(end, color=ACCENT, size=12, x=1, xref="paper", xanchor="left", xshift=8, y=row)
                for row, end in enumerate(ends)
                if end
            ),
        ],
        shapes=[line_across(at=0, color=RULE, width=1) | {"xref": "x2"}] if known else (),
        xaxis2=axis(anchor="y", domain=list(effects), visible=known, **(_panel_axis(dots) if dots else {})),
        xaxis3=axis(anchor="y", domain=[_LINES, 1], visible=False),
        barmode="stack",
        bargap=0.36,
        margin={"l": 4, "r": 40 if any(ends) else 12, "t": 34, "b": 8},
    )


def _labels(chart: Chart) -> Sequence[str]:
    return next((one.labels for one in chart.series if one.labels), ("",) * len(chart.categories))


def _panel_dots(panel: Panel) -> list[Plain]:
    one = panel.series[0]
    colours = colours_of(one)
    known = [row for row, value in enumerate(one.values) if value is not None]
    lines = [
        whisker(*ends, row, colours[row], width=2.5, xaxis="x2")
        for row in known
        if (ends := one.interval(row))
    ]
    shown = one.at(known)
    dots: Plain = {
        "type": "scatter",
        "mode": "markers",
        "xaxis": "x2",
        "x": list(shown.values),
        "y": known,
        "marker": {"size": 9, "color": [colours[row] for row in known]},
        **hovered(shown),
    }
    return [*lines, dots]


def _panel_axis(panel: Panel) -> Plain:
    """Few ticks, as the panel is narrow."""
    low, high = (panel.axis.low, panel.axis.high) if panel.axis else (-1.0, 1.0)
    step = next((size for size in (1, 2, 5, 10, 20, 50) if (high - low) / size <= _MOST_PANEL_TICKS + 1), 50)
    values = [value for value in range(-100, 101, step) if low <= value <= high]
    if len(values) > _MOST_PANEL_TICKS:
        values = values[values.index(0) % 2 if 0 in values else 0 :: 2]
    words = panel.axis.words if panel.axis else str
    return {
        "range": [low, high],
        "side": "bottom",
        "tickangle": 0,
        "tickvals": values,
        "ticktext": list(map(words, values)),
    }


def _panel_lines(panel: Panel) -> list[Plain]:
    """A line a row, each to its own height, the last point marked."""
    found: list[Plain] = []
    for row, one in enumerate(panel.series):
        known = [place for place, value in enumerate(one.values) if value is not None]
        top = max((value or 0.0 for value in one.values), default=0.0) or 1.0
        found.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "xaxis": "x3",
                "x": list(range(len(one.values))),
                "cliponaxis": False,
                "y": [
                    None if value is None else row + _LINE_HEIGHT * (0.5 - value / top)
                    for value in one.values
                ],
                "line": {"color": QUIET, "width": 1.5},
                "marker": {
                    "size": [5 if known and place == known[-1] else 0 for place in range(len(one.values))],
                    "color": QUIET,
                },
                **hovered(one),
            }
        )
    return found
