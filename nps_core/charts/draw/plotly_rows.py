"""Plotly's charts of rows: groups, dots, lengths, steps, and the strip under a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nps_core.charts.draw.plotly_parts import (
    HAIRLINE,
    PAGE_QUIET,
    RULE,
    TEXT,
    Plain,
    colours_of,
    figure_of,
    hovered,
    label_of,
    labels_of,
    line_across,
    note,
    points_ticks,
    rgba,
    room_for,
    row_names,
    rows_axis,
    whisker,
)
from nps_core.charts.spec import ACCENT, COLOURS, LIGHT, ON_COLOUR, QUIET, Chart

if TYPE_CHECKING:
    import plotly.graph_objects as go


ROW, NAME_ROOM = 34, 15  # pixels: of a row, and that a line of names over the plot takes
_GROUP_ROW, _LENGTH_ROW = 88, 44
_LENGTH_NAME = 24  # characters of a line of a name
_MARK_NAME = 26
_MOST_TICKS = 4  # that stand level on a telephone
_BESIDE_NAME = 58  # characters of a name and its figures, tags with them, that stand beside each other there
_ROOM_FOR_SHARE, _ROOM_FOR_NAME = 7, 22  # percent of a bar that a share needs, and one over its name
_LENGTH_ROOM = 4.5  # times the longest bar: the rest of the width is for the words beside it


def draw_groups(chart: Chart) -> go.Figure:
    """Rows of three shares: one alone with names in its bars, several with names and figures over them."""
    return _groups_of_sides(chart) if chart.columns else _groups_alone(chart)


def _groups_alone(chart: Chart) -> go.Figure:
    bars = [
        {
            **_group_bar(chart, number),
            "y": [""] * len(chart.categories),
            "text": [
                f"<b>{label}</b>{f'<br>{one.name}' if (value or 0) >= _ROOM_FOR_NAME else ''}"
                for label, value in zip(one.labels, one.values, strict=True)
            ],
            "textfont": {"color": ON_COLOUR.get(one.colour(0), LIGHT), "size": 16},
        }
        for number, one in enumerate(chart.series)
    ]
    return figure_of(
        bars,
        height=64,
        barmode="stack",
        bargap=0,
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
        x={"visible": False, "range": [0, 100]},
        y={"visible": False},
    )


def _groups_of_sides(chart: Chart) -> go.Figure:
    rows = list(range(len(chart.categories)))
    said = [f"<b>{score}</b> {aside}" for score, aside in zip(chart.columns[0][1], chart.asides, strict=True)]
    names = list(map(label_of, chart.categories))
    # Over the bar, or on a line of their own where a telephone has no room for both.
    two = any(len(name) + len(words) > _BESIDE_NAME for name, words in zip(names, said, strict=True))
    bars = [
        {
            **_group_bar(chart, number),
            "y": rows,
            "width": 0.44 if not two else 0.36,
            "text": [
                f"<b>{label}</b>" if (value or 0) >= _ROOM_FOR_SHARE else ""
                for label, value in zip(one.labels, one.values, strict=True)
            ],
            "textfont": {"color": ON_COLOUR.get(one.colour(0), LIGHT), "size": 14},
        }
        for number, one in enumerate(chart.series)
    ]
    place: Plain = {"xref": "paper", "yshift": 24, "yanchor": "bottom"}
    above: Plain = {**place, "yshift": place["yshift"] + (NAME_ROOM if two else 0)}
    notes = [
        note(f"<b>{name}</b>", size=TEXT + 1, x=0, xanchor="left", y=row, **above)
        for row, name in enumerate(names)
    ]
    end: Plain = {"x": 0, "xanchor": "left"} if two else {"x": 1, "xanchor": "right"}
    notes += [note(words, y=row, **end, **place) for row, words in enumerate(said)]
    return figure_of(
        bars,
        height=34 + (_GROUP_ROW + (NAME_ROOM if two else 0)) * max(1, len(rows)),
        barmode="stack",
        notes=notes,
        x={"visible": False, "range": [0, 100]},
        y={"visible": False, "range": [len(rows) - 0.5, -0.75]},
        margin={"l": 0, "r": 0, "t": 4, "b": 4},
    )


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
        "type": "scatter",
        "mode": "markers",
        "x": list(one.values),
        "y": rows,
        "cliponaxis": False,
        "marker": {"size": 12, "color": colours},
        **hovered(one),
    }
    diamonds = [
        {
            "type": "scatter",
            "mode": "markers",
            "x": list(other.values),
            "y": rows,
            "cliponaxis": False,
            "marker": {"size": 11, "symbol": "diamond-open", "color": RULE, "line": {"width": 2}},
            **hovered(other),
        }
        for other in others
    ]
    figures = _figures(chart)
    labels = row_names(chart.categories, _LENGTH_NAME)
    names, shapes, top = _levels(chart)
    row_height = _LENGTH_ROW if any("<br>" in label for label in labels) else ROW
    return figure_of(
        [*lines, dots, *diamonds],
        height=42 + top + row_height * max(1, len(rows)),
        x={"tickangle": 0, **points_ticks(chart, most=_MOST_TICKS)},
        y=rows_axis(chart, labels),
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
            label_of(mark.name, _MARK_NAME),
            size=12,
            color=PAGE_QUIET,
            x=mark.first,
            xref="x",
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=2 + NAME_ROOM * place if place else 0,
            # Towards the middle, so that no name leaves the chart.
            xanchor="center" if mark.kind == "level" else "left" if mark.first < middle else "right",
        )
        for place, mark in enumerate(marks)
    ]
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
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "x": list(one.values),
        "width": 0.5,
        "marker": {"color": colours_of(one)},
        **hovered(one),
    }
    notes = []
    for row, (label, aside) in enumerate(zip(one.labels, chart.asides, strict=True)):
        first, _, second = aside.partition("\n")
        strong = f"<b>{label}</b>  " if label else ""
        small = (
            f"<br><span style='color:{PAGE_QUIET};font-size:12px'>{label_of(second)}</span>" if second else ""
        )
        end = one.interval(row) or (0.0, one.values[row] or 0.0)
        words = f"{strong}<span style='color:{PAGE_QUIET}'>{first}</span>{small}"
        notes.append(note(words, x=end[1], xanchor="left", xshift=8, y=row, align="left"))
    return figure_of(
        [bar, *(whisker(*ends, row) for row in rows if (ends := one.interval(row)))],
        height=30 + _LENGTH_ROW * max(1, len(rows)),
        notes=notes,
        x={"visible": False, "range": [0, max(10.0, chart.axis.high) * _LENGTH_ROOM]},
        y=rows_axis(chart, row_names(chart.categories, _LENGTH_NAME)),
        margin={"l": 4, "r": 4, "t": 4, "b": 4},
    )


def draw_steps(chart: Chart) -> go.Figure:
    """A waterfall of rows, the last one the whole, with thin lines from the end of each bar to the next."""
    points, starts = chart.series
    last = len(chart.categories) - 1
    rows = list(range(last + 1))
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": rows,
        "base": list(starts.values),
        "x": list(points.values),
        "width": 0.56,
        "marker": {"color": colours_of(points), "opacity": [1 if row == last else 0.85 for row in rows]},
        **hovered(points),
    }
    ends = [(start or 0) + (size or 0) for start, size in zip(starts.values, points.values, strict=True)]
    links: list[Plain] = [
        {
            "type": "line",
            "x0": end,
            "x1": end,
            "y0": row + 0.28,
            "y1": row + 0.72,
            "line": {"color": RULE, "width": 1},
        }
        for row, end in enumerate(ends[:-1])
    ]
    over_whole: Plain = {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": last - 0.5,
        "y1": last - 0.5,
        "line": {"color": HAIRLINE, "width": 1},
    }
    figures = _figures(chart, whole=last)
    names = labels_of(chart.categories, 24)
    return figure_of(
        [bar, *(whisker(*reach, row) for row in rows if (reach := points.interval(row)))],
        height=56 + ROW * max(1, len(rows)),
        notes=figures,
        shapes=[line_across(at=0, color=RULE, width=1), *links, over_whole],
        x={"tickangle": 0, **points_ticks(chart, most=_MOST_TICKS)},
        y=rows_axis(chart, [f"<b>{name}</b>" if row == last else name for row, name in enumerate(names)]),
        margin={"l": 4, "r": room_for([figure["text"] for figure in figures]), "t": 8, "b": 8},
    )


def draw_strip(chart: Chart) -> go.Figure:
    """One value and its interval on the whole range."""
    one = chart.series[0]
    ends = one.interval(0) or (0.0, 0.0)
    value = one.values[0]
    mark: Plain = {
        "type": "scatter",
        "x": [value],
        "y": [0],
        "mode": "markers",
        **hovered(one),
        "marker": {"size": 20, "symbol": "line-ns-open", "color": ACCENT, "line": {"width": 3}},
    }
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


def _figures(chart: Chart, *, whole: int = -1) -> list[Plain]:
    """The label of each row at its right end, bold where it is beyond chance or the whole, and its aside."""
    one = chart.series[0]
    asides = chart.asides or ("",) * len(one.values)
    found = []
    for row, (label, aside) in enumerate(zip(one.labels, asides, strict=True)):
        strong = f"<b>{label}</b>" if row == whole or one.colour(row) == "accent" else label
        words = f"{strong}  <span style='color:{PAGE_QUIET}'>{label_of(aside)}</span>" if aside else strong
        found.append(note(words, x=1, xref="paper", xanchor="left", xshift=10, y=row, align="left"))
    return found
