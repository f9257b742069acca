"""Plotly's charts of rows: groups, dots, lengths, bars, steps, cells, and the strip under a score."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from nps_core.charts.colours import ACCENT, COLOURS, LIGHT, ON_COLOUR, QUIET
from nps_core.charts.draw.plotly_labels import label_of, labels_of, lines_of, room_for, row_name
from nps_core.charts.draw.plotly_parts import (
    HAIRLINE,
    RULE,
    TEXT,
    axis,
    colours_of,
    figure_of,
    hovered,
    line_across,
    note,
    points_ticks,
    rgba,
    whisker,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import plotly.graph_objects as go

    from nps_core.charts.draw.plotly_parts import Plain
    from nps_core.charts.spec import Cell, Chart, Panel

ROW, NAME_ROOM = 34, 15  # pixels: of a row, and that a line of names over the plot takes
_GROUP_ROW, _THEME_ROW, _LENGTH_ROW = 88, 38, 44
_CELL_ROW, _TALL_CELL_ROW = 38, 66  # of one line, and of three
_NAME, _THEME_NAME, _LENGTH_NAME = 26, 40, 24  # characters
_MARK_NAME = 26
_MOST_TICKS, _MOST_PANEL_TICKS = 6, 3  # that stand level on a telephone
_ROOM_FOR_SHARE, _ROOM_FOR_NAME = 7, 16  # percent of a bar that a share needs, and one with its name
_BARS_ALONE, _GAP = (
    0.62,
    0.05,
)  # shares of the width: bars with their figures, and the room before the effects
_BARS, _EFFECTS, _LINES = 0.52, (0.56, 0.8), 0.86  # the same beside lines through time, and where these begin
_BAR_ROOM = 2.1  # of the longest bar, so that its figures stand beside it, on a telephone too
_LINE_HEIGHT = 0.62  # of a row
_LENGTH_ROOM = 4  # times the longest bar: three quarters of the width are for the words beside it
_LEVEL_HEADS, _HEAD, _SLANT = 4, 12, 0.75  # columns; characters; height of a slanting name by its length
_SLANTED_NAME = 22
_WIDE_CELLS = 5  # columns of cells that a telephone has room for


def draw_groups(chart: Chart) -> go.Figure:
    """Rows of three shares: one alone with the names in its bars, several with their names and figures over them."""
    return _groups_of_sides(chart) if chart.columns else _groups_alone(chart)


def _groups_alone(chart: Chart) -> go.Figure:
    bars = [
        {
            **_group_bar(chart, number),
            "y": [""] * len(chart.categories),
            "text": [
                f"<b>{label}</b>{f' {one.name}' if (value or 0) >= _ROOM_FOR_NAME else ''}"
                for label, value in zip(one.labels, one.values, strict=True)
            ],
            "textfont": {"color": ON_COLOUR.get(one.colour(0), LIGHT), "size": 16},
        }
        for number, one in enumerate(chart.series)
    ]
    return figure_of(
        bars, height=64, barmode="stack", bargap=0, margin={"l": 0, "r": 0, "t": 4, "b": 4},
        x={"visible": False, "range": [0, 100]}, y={"visible": False},
    )  # fmt: skip


def _groups_of_sides(chart: Chart) -> go.Figure:
    rows = list(range(len(chart.categories)))
    bars = [
        {
            **_group_bar(chart, number),
            "y": rows,
            "width": 0.44,
            "text": [
                f"<b>{label}</b>" if (value or 0) >= _ROOM_FOR_SHARE else ""
                for label, value in zip(one.labels, one.values, strict=True)
            ],
            "textfont": {"color": ON_COLOUR.get(one.colour(0), LIGHT), "size": 14},
        }
        for number, one in enumerate(chart.series)
    ]
    place: Plain = {"xref": "paper", "yshift": 24, "yanchor": "bottom"}
    names = [
        note(f"<b>{label_of(name)}</b>", size=TEXT + 1, x=0, xanchor="left", y=row, **place)
        for row, name in enumerate(chart.categories)
    ]
    figures = [
        note(f"<b>{score}</b> {aside}", x=1, xanchor="right", y=row, **place)
        for row, (score, aside) in enumerate(zip(chart.columns[0][1], chart.asides, strict=True))
    ]
    return figure_of(
        bars, height=34 + _GROUP_ROW * max(1, len(rows)), barmode="stack", notes=[*names, *figures],
        x={"visible": False, "range": [0, 100]}, y={"visible": False, "range": [len(rows) - 0.5, -0.75]},
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
    )  # fmt: skip


def _group_bar(chart: Chart, number: int) -> Plain:
    one = chart.series[number]
    return {
        "type": "bar",
        "x": list(one.values),
        "orientation": "h",
        "marker": {"color": COLOURS[one.colour(0)]},
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textangle": 0,
        **hovered(one),
    }


def draw_dots(chart: Chart) -> go.Figure:
    """A dot and its interval a row, with its figures at the right end; levels and targets as dotted lines."""
    one, *others = chart.series
    rows = list(range(len(chart.categories)))
    colours = colours_of(one)
    lines = [
        whisker(*ends, row, colours[row], width=3 if one.colour(row) == "accent" else 2)
        for row in rows
        if (ends := one.interval(row))
    ]
    dots = {
        "type": "scatter", "mode": "markers", "x": list(one.values), "y": rows, "cliponaxis": False,
        "marker": {"size": 12, "color": colours}, **hovered(one),
    }  # fmt: skip
    diamonds = [
        {
            "type": "scatter", "mode": "markers", "x": list(other.values), "y": rows, "cliponaxis": False,
            "marker": {"size": 11, "symbol": "diamond-open", "color": RULE, "line": {"width": 2}}, **hovered(other),
        }
        for other in others
    ]  # fmt: skip
    figures = _figures(chart)
    names, shapes, top = _levels(chart)
    return figure_of(
        [*lines, dots, *diamonds],
        height=42 + top + ROW * max(1, len(rows)),
        x={"tickangle": 0, **points_ticks(chart, most=_MOST_TICKS)},
        y=_names(chart, labels_of(chart.categories, _NAME)),
        notes=[*names, *figures],
        shapes=shapes,
        margin={"l": 4, "r": room_for([figure["text"] for figure in figures]), "t": top, "b": 8},
    )


def _levels(chart: Chart) -> tuple[list[Plain], list[Plain], int]:
    """The names of levels over the plot, a line each, their lines, and the pixels that the names take."""
    marks = [mark for mark in chart.marks if mark.kind in {"level", "aim"}]
    if not marks:
        axis_there = not any(chart.axis.low < 0 < chart.axis.high for _ in chart.categories)
        return [], [] if axis_there else [line_across(at=0, color=RULE, width=1)], 8
    middle = (chart.axis.low + chart.axis.high) / 2
    names = [
        note(
            label_of(mark.name, _MARK_NAME), size=12, color=QUIET, x=mark.first, xref="x", y=1, yref="paper",
            yanchor="bottom", yshift=2 + NAME_ROOM * place if place else 0,
            # Towards the middle, so that no name leaves the chart.
            xanchor="center" if mark.kind == "level" else "left" if mark.first < middle else "right",
        )
        for place, mark in enumerate(marks)
    ]  # fmt: skip
    lines = [
        line_across(
            at=mark.first,
            color=RULE if mark.kind == "level" else QUIET,
            width=1.5 if mark.kind == "aim" else 1,
            dash="dot",
        )
        for mark in marks
    ]
    return names, lines, 13 + NAME_ROOM * len(marks)


def draw_lengths(chart: Chart) -> go.Figure:
    """A bar from 0 and its interval a row, with the words about it beside it."""
    one = chart.series[0]
    rows = list(range(len(chart.categories)))
    bar = {
        "type": "bar", "orientation": "h", "y": rows, "x": list(one.values), "width": 0.5,
        "marker": {"color": colours_of(one)}, **hovered(one),
    }  # fmt: skip
    notes = []
    for row, (label, aside) in enumerate(zip(one.labels, chart.asides, strict=True)):
        first, _, second = aside.partition("\n")
        strong = f"<b>{label}</b>  " if label else ""
        small = f"<br><span style='color:{QUIET};font-size:12px'>{label_of(second)}</span>" if second else ""
        end = one.interval(row) or (0.0, one.values[row] or 0.0)
        words = f"{strong}<span style='color:{QUIET}'>{first}</span>{small}"
        notes.append(note(words, x=end[1], xanchor="left", xshift=8, y=row, align="left"))
    return figure_of(
        [bar, *(whisker(*ends, row) for row in rows if (ends := one.interval(row)))],
        height=30 + _LENGTH_ROW * max(1, len(rows)), notes=notes,
        x={"visible": False, "range": [0, max(10.0, chart.axis.high) * _LENGTH_ROOM]},
        y=_names(chart, [row_name(name, _LENGTH_NAME).rstrip() for name in chart.categories]),
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )  # fmt: skip


def draw_steps(chart: Chart) -> go.Figure:
    """A waterfall of rows, the last one the whole, with thin lines from the end of each bar to the next."""
    points, starts = chart.series
    last = len(chart.categories) - 1
    rows = list(range(last + 1))
    bar = {
        "type": "bar", "orientation": "h", "y": rows, "base": list(starts.values), "x": list(points.values), "width": 0.56,
        "marker": {"color": colours_of(points), "opacity": [1 if row == last else 0.85 for row in rows]}, **hovered(points),
    }  # fmt: skip
    ends = [(start or 0) + (size or 0) for start, size in zip(starts.values, points.values, strict=True)]
    links: list[Plain] = [
        {"type": "line", "x0": end, "x1": end, "y0": row + 0.28, "y1": row + 0.72, "line": {"color": RULE, "width": 1}}
        for row, end in enumerate(ends[:-1])
    ]  # fmt: skip
    over_whole: Plain = {
        "type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": last - 0.5, "y1": last - 0.5,
        "line": {"color": HAIRLINE, "width": 1},
    }  # fmt: skip
    figures = _figures(chart, whole=last)
    names = labels_of(chart.categories, 24)
    return figure_of(
        [bar, *(whisker(*reach, row) for row in rows if (reach := points.interval(row)))],
        height=56 + ROW * max(1, len(rows)), notes=figures, shapes=[line_across(at=0, color=RULE, width=1), *links, over_whole],
        x={"tickangle": 0, **points_ticks(chart, most=_MOST_TICKS - 2)},
        y=_names(chart, [f"<b>{name}</b>" if row == last else name for row, name in enumerate(names)]),
        margin={"l": 4, "r": room_for([figure["text"] for figure in figures]), "t": 8, "b": 8},
    )  # fmt: skip


def draw_bars(chart: Chart) -> go.Figure:
    """Rows of stacked counts with their figures; beside them dots with intervals, and lines through time."""
    rows = list(range(len(chart.categories)))
    dots = next((panel for panel in chart.panels if panel.axis), None)
    lines = next((panel for panel in chart.panels if not panel.axis), None)
    share, effects = (_BARS, _EFFECTS) if lines else (_BARS_ALONE, (_BARS_ALONE + _GAP, 1.0))
    bars = [
        {
            "type": "bar", "y": rows, "x": list(one.values), "orientation": "h", "marker": {"color": COLOURS[one.colour(0)]},
            "name": one.name, **hovered(one),
        }
        for one in chart.series
    ]  # fmt: skip
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
        y=_names(chart, [label_of(name, _THEME_NAME) for name in chart.categories]),
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
        "type": "scatter", "mode": "markers", "xaxis": "x2", "x": list(shown.values), "y": known,
        "marker": {"size": 9, "color": [colours[row] for row in known]}, **hovered(shown),
    }  # fmt: skip
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
        "range": [low, high], "side": "bottom", "tickangle": 0, "tickvals": values, "ticktext": list(map(words, values)),
    }  # fmt: skip


def _panel_lines(panel: Panel) -> list[Plain]:
    """A line a row, each to its own height, the last point marked."""
    found: list[Plain] = []
    for row, one in enumerate(panel.series):
        known = [place for place, value in enumerate(one.values) if value is not None]
        top = max((value or 0.0 for value in one.values), default=0.0) or 1.0
        found.append({
            "type": "scatter", "mode": "lines+markers", "xaxis": "x3", "x": list(range(len(one.values))), "cliponaxis": False,
            "y": [None if value is None else row + _LINE_HEIGHT * (0.5 - value / top) for value in one.values],
            "line": {"color": QUIET, "width": 1.5},
            "marker": {"size": [5 if known and place == known[-1] else 0 for place in range(len(one.values))], "color": QUIET},
            **hovered(one),
        })  # fmt: skip
    return found


def draw_cells(chart: Chart) -> go.Figure:
    """Rows and columns of shaded cells, with the figure of each written into it."""
    size = (len(chart.categories), len(chart.heads))
    tall = any(cell.small for cells in chart.cells for cell in cells)
    heads, top = _column_heads(chart.heads)
    shades = [[math.nan if cell.shade is None else cell.shade for cell in cells] for cells in chart.cells]
    scale = [[place, rgba(*shade)] for place, shade in enumerate(chart.shades)] or [[0, RULE], [1, RULE]]
    heat: Plain = {
        "type": "heatmap", "z": shades, "x": list(range(size[1])), "y": list(range(size[0])), "colorscale": scale,
        "zmin": 0, "zmax": 1, "showscale": False, "xgap": 3, "ygap": 3, "hoverinfo": "skip",
    }  # fmt: skip
    # Plotly's own cell text is black or white by the cell's colour, and does not see what is under a faint one.
    notes = [
        note(_cell_words(cell), x=column, y=row, size=TEXT if len(cells) <= _WIDE_CELLS else TEXT - 2)
        for row, cells in enumerate(chart.cells)
        for column, cell in enumerate(cells)
        if cell.figure or cell.small
    ]
    names = labels_of(chart.categories, _NAME if tall else _THEME_NAME)
    return figure_of(
        [heat], height=top + 12 + (_TALL_CELL_ROW if tall else _CELL_ROW) * max(1, size[0]), x=heads,
        y=_names(chart, names), notes=notes, margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )  # fmt: skip


def _cell_words(cell: Cell) -> str:
    small = "<br>".join(cell.small)
    if not cell.figure:
        return f"<span style='color:{QUIET}'>{small}</span>"
    return f"<b>{cell.figure}</b><br><span style='font-size:11px'>{small}</span>" if small else cell.figure


def _column_heads(labels: Sequence[str]) -> tuple[Plain, int]:
    """The axis over cells, and the pixels it takes: few names stand level on short lines, more of them aslant.

    Those lean to the left, over the names of the rows: to the right the last would leave the chart, and plotly drops it.
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


def draw_strip(chart: Chart) -> go.Figure:
    """One value and its interval on the whole range."""
    one = chart.series[0]
    ends = one.interval(0) or (0.0, 0.0)
    value = one.values[0]
    mark: Plain = {
        "type": "scatter", "x": [value], "y": [0], "mode": "markers", **hovered(one),
        "marker": {"size": 20, "symbol": "line-ns-open", "color": ACCENT, "line": {"width": 3}},
    }  # fmt: skip
    low, high = chart.axis.low, chart.axis.high
    return figure_of(
        [
            whisker(low, high, 0, HAIRLINE, width=8),
            *([whisker(*ends, 0, rgba("accent", 0.5), width=8), mark] if value is not None else []),
        ],
        height=52,
        x={
            "range": [low - 8, high + 8],
            "tickvals": [low, 0, high],
            "ticktext": list(map(chart.axis.words, (low, 0, high))),
            "showgrid": False,
        },
        y={"visible": False, "range": [-1, 1]},
        shapes=[line_across(at=own.first, color=RULE, width=2, dash="dot") for own in chart.marks],
        margin={"l": 8, "r": 8, "t": 0, "b": 0},
    )


def _names(chart: Chart, labels: Sequence[str]) -> Plain:
    """The axis of the rows, the first on top."""
    size = len(chart.categories)
    return {
        "tickvals": list(range(size)), "ticktext": [f"{label} " for label in labels], "showgrid": False,
        "range": [max(0.6, size - 0.4), -0.6],
    }  # fmt: skip


def _figures(chart: Chart, *, whole: int = -1) -> list[Plain]:
    """The label of each row at its right end, bold where it is beyond chance (or the whole), and what is said beside it."""
    one = chart.series[0]
    asides = chart.asides or ("",) * len(one.values)
    found = []
    for row, (label, aside) in enumerate(zip(one.labels, asides, strict=True)):
        strong = f"<b>{label}</b>" if row == whole or one.colour(row) == "accent" else label
        words = f"{strong}  <span style='color:{QUIET}'>{label_of(aside)}</span>" if aside else strong
        found.append(note(words, x=1, xref="paper", xanchor="left", xshift=10, y=row, align="left"))
    return found
