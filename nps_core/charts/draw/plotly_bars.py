"""Plotly's rows of stacked counts, with narrow panels beside them, and cells in shades."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nps_core.charts.draw.plotly_parts import (
    PAGE_INK,
    PAGE_QUIET,
    RULE,
    TEXT,
    axis,
    colours_of,
    figure_of,
    hovered,
    label_of,
    labels_of,
    line_across,
    lines_of,
    note,
    rgba,
    room_for,
    rows_axis,
    whisker,
)
from nps_core.charts.spec import COLOURS, QUIET

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from nps_core.charts.draw.plotly_parts import Plain
    from nps_core.charts.spec import Cell, Chart, Panel

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
            f"<b>{label}</b>  <span style='color:{PAGE_QUIET}'>{aside}</span>",
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
    known = dots is not None
    return figure_of(
        [*bars, *(_panel_dots(dots) if dots else []), *(_panel_lines(lines) if lines else [])],
        height=64 + _THEME_ROW * max(1, len(rows)),
        x={"visible": False, "domain": [0, share], "range": [0, _BAR_ROOM * max(1.0, chart.axis.high)]},
        y=rows_axis(chart, [label_of(name, _THEME_NAME) for name in chart.categories]),
        notes=[
            *figures,
            *(note(text, size=12, color=PAGE_QUIET, x=x, **place) for text, x in heads.items()),
            *(
                note(end, color=PAGE_INK, size=12, x=1, xref="paper", xanchor="left", xshift=8, y=row)
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


_CELL_ROW, _TALL_CELL_ROW = 38, 66  # pixels: of a row of one line, and of three


_NAME, _LONG_NAME = 26, 40  # characters of a row's name: where cells say much, and where they say little


_LEVEL_HEADS, _HEAD, _SLANT = 4, 12, 0.75  # columns; characters; height of a slanting name by its length


_SLANTED_NAME = 22


_WIDE_CELLS = 5  # columns of cells that a telephone has room for


def draw_cells(chart: Chart) -> go.Figure:
    """Rows and columns of shaded cells, with the figure of each written into it."""
    size = (len(chart.categories), len(chart.heads))
    tall = any(cell.small for cells in chart.cells for cell in cells)
    heads, top = _column_heads(chart.heads)
    shades = [[math.nan if cell.shade is None else cell.shade for cell in cells] for cells in chart.cells]
    scale = [[place, rgba(*shade)] for place, shade in enumerate(chart.shades)] or [[0, RULE], [1, RULE]]
    heat: Plain = {
        "type": "heatmap",
        "z": shades,
        "x": list(range(size[1])),
        "y": list(range(size[0])),
        "colorscale": scale,
        "zmin": 0,
        "zmax": 1,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverinfo": "skip",
    }
    # Plotly's own cell text is black or white by the cell's colour, and does not see what is under a faint one.
    notes = [
        note(_cell_words(cell), x=column, y=row, size=TEXT if len(cells) <= _WIDE_CELLS else TEXT - 1)
        for row, cells in enumerate(chart.cells)
        for column, cell in enumerate(cells)
        if cell.figure or cell.small
    ]
    names = labels_of(chart.categories, _NAME if tall else _LONG_NAME)
    return figure_of(
        [heat],
        height=top + 12 + (_TALL_CELL_ROW if tall else _CELL_ROW) * max(1, size[0]),
        x=heads,
        y=rows_axis(chart, names),
        notes=notes,
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )


def _cell_words(cell: Cell) -> str:
    small = "<br>".join(cell.small)
    if not cell.figure:
        return f"<span style='color:{PAGE_QUIET}'>{small}</span>"
    return f"<b>{cell.figure}</b><br><span style='font-size:12px'>{small}</span>" if small else cell.figure


def _column_heads(labels: Sequence[str]) -> tuple[Plain, int]:
    """The axis over cells, and the pixels it takes: few names stand level on short lines, more of them aslant.

    Those lean to the left, over the names of the rows: to the right the last would leave the chart, and plotly
    drops it.
    """
    names, counts = (
        zip(*(label.partition("\n")[::2] for label in labels), strict=True) if labels else ((), ())
    )
    if len(labels) <= _LEVEL_HEADS:
        heads = [
            f"{lines_of(name, _HEAD)}{f'<br>{n}' if n else ''}" for name, n in zip(names, counts, strict=True)
        ]
        room, angle = 62 if any(counts) else 46, 0
    else:
        short = labels_of(names, _SLANTED_NAME)
        heads = [f"{name}{f', {n}' if n else ''}" for name, n in zip(short, counts, strict=True)]
        room, angle = 16 + math.ceil(room_for(heads) * _SLANT), 45
    places = list(range(len(labels)))
    return {"side": "top", "showgrid": False, "tickvals": places, "ticktext": heads, "tickangle": angle}, room
