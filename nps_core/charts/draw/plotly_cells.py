"""Plotly's charts of cells: rows and columns in shades, with what each says."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nps_core.charts.colours import QUIET
from nps_core.charts.draw.plotly_labels import labels_of, lines_of, room_for
from nps_core.charts.draw.plotly_parts import RULE, TEXT, figure_of, note, rgba, rows_axis

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from nps_core.charts.draw.plotly_parts import Plain
    from nps_core.charts.spec import Cell, Chart

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
        note(_cell_words(cell), x=column, y=row, size=TEXT if len(cells) <= _WIDE_CELLS else TEXT - 2)
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
        return f"<span style='color:{QUIET}'>{small}</span>"
    return f"<b>{cell.figure}</b><br><span style='font-size:11px'>{small}</span>" if small else cell.figure


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
