"""What all of plotly's charts share: figures as plain data, axes, words, lines, and the look of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from nps_core.charts.colours import ACCENT, COLOURS
from nps_core.charts.draw.plotly_labels import hover_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.axes import Axis
    from nps_core.charts.spec import Chart, Series

HAIRLINE = "rgba(128,136,148,0.28)"
RULE = "rgba(128,136,148,0.75)"

PAGE_INK = "rgb(1, 2, 3)"
"""The page's own text colour: its style sheet turns this one into the theme's, so that a chart follows a change
of theme at once. (Streamlit's chart theme writes all text in one faint grey.)"""

TEXT = 13
"""Size of labels on screen, in pixels."""

EDGE = 0.02
"""Of an axis, left free at either end for the line and the name of the last tick."""

_MARGINS = {"l": 12, "r": 16, "t": 12, "b": 12}

# Streamlit's template holds colours for every kind of trace, none of which is used here, and is two thirds of
# what a small chart sends; its fonts come from the page either way.
_TEMPLATE = {"layout": {"colorway": [ACCENT]}}

Plain = dict[str, Any]
"""A part of a figure as plain data, named as plotly names it."""


def figure_of(
    traces: Sequence[Plain],
    *,
    height: int,
    x: Plain,
    y: Plain,
    notes: Sequence[Plain] = (),
    shapes: Sequence[Plain] = (),
    **layout: Any,  # noqa: ANN401 - plotly's own options
) -> go.Figure:
    """Make a figure with the look of the house; colours of text and ground come from the page it is drawn on.

    Plotly checks and copies whatever it is handed, at every step: a figure that is built with `add_` and
    `update_` costs twenty times one that is handed over whole and unchecked.

    Parameters
    ----------
    traces, notes, shapes
        Plain data as plotly names it: traces with their `type`, annotations, shapes.
    height
        In pixels.
    x, y
        Options of the two axes.
    layout
        What differs from the house.
    """
    house = {
        "margin": _MARGINS,
        "showlegend": False,
        "hovermode": "closest",
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "dragmode": False,
        "minreducedheight": 20,  # as low as a chart of one row may get for its axis to be seen whole
        "bargap": 0.18,
        "uirevision": "stay",
    }
    parts = {"annotations": list(notes), "shapes": list(shapes)}
    there = {name: part for name, part in parts.items() if part}
    axes = {"xaxis": axis(**x), "yaxis": axis(**y)}
    whole = {
        "data": list(traces),
        "layout": {"template": _TEMPLATE, **house, "height": height, **axes, **there, **layout},
    }
    return PlainFigure(whole)


class PlainFigure(go.Figure):  # type: ignore[misc] # plotly has no types
    """A figure kept as plain data until somebody asks for a part of it, changes it or copies it.

    On screen nobody does, and plotly's copying and converting is most of what a small figure costs. It is not checked
    either: that is for the tests (`tests/core/test_charts.py` has plotly check every figure), not for each rerun.
    """

    def __init__(self, whole: Plain) -> None:
        object.__setattr__(self, "_plain", whole)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever plotly keeps under this name
        """Reached for what is not there yet: plotly's own parts, made of the plain data."""
        whole = self.__dict__.pop("_plain", None)
        if whole is None:
            raise AttributeError(name)
        super().__init__(whole, _validate=False)
        return getattr(self, name)

    def __reduce__(self) -> tuple[type[PlainFigure], tuple[Plain]]:
        """What a copy is made of."""
        return PlainFigure, (self.to_dict(),)

    def to_dict(self) -> Plain:
        """What goes to the browser."""
        whole = self.__dict__.get("_plain")
        return super().to_dict() if whole is None else dict(whole)


def axis(**own: Any) -> Plain:  # noqa: ANN401 - plotly's own options
    """An axis with the look of the house."""
    return {
        "fixedrange": True,
        "zeroline": False,
        "showline": False,
        "automargin": True,
        "gridcolor": HAIRLINE,
        "tickfont": {"size": TEXT, "color": PAGE_INK},
        **own,
    }


def note(text: str, *, size: float = TEXT, color: str = PAGE_INK, **place: Any) -> Plain:  # noqa: ANN401 - plotly's own
    """Words on a chart, as plotly's annotation without an arrow."""
    return {"text": text, "showarrow": False, "font": {"size": size, "color": color}, **place}


def line_across(*, at: float, **line: object) -> Plain:
    """A line from the bottom to the top of the plot at a value of the x axis."""
    return {
        "type": "line",
        "x0": at,
        "x1": at,
        "xref": "x",
        "y0": 0,
        "y1": 1,
        "yref": "y domain",
        "line": line,
    }


def band(when: Sequence[str], low: Sequence[float], high: Sequence[float]) -> Plain:
    """The intervals of periods that follow each other as one shape; that of a period alone as an upright line."""
    alone = len(when) == 1
    return {
        "type": "scatter",
        "x": [*when, *when[::-1]],
        "y": [*high, *low[::-1]],
        "xaxis": "x",
        "yaxis": "y",
        "fill": "none" if alone else "toself",
        "fillcolor": rgba("accent", 0.18),
        "mode": "lines",
        "line": {"width": 6 if alone else 0, "color": rgba("accent", 0.18)},
        "hoverinfo": "skip",
    }


def rgba(meaning: str, strength: float) -> str:
    """A colour of some strength (0..1), so that the ground shows through."""
    red, green, blue = (int(COLOURS[meaning][at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},{strength:g})"


def colours_of(series: Series) -> list[str]:
    """The look of each value of a series."""
    return [COLOURS[series.colour(place)] for place in range(len(series.values))]


def line_along(*, at: float, **line: object) -> Plain:
    """A line over the whole width of the plot at a value of the y axis."""
    return {
        "type": "line",
        "xref": "x domain",
        "x0": 0,
        "x1": 1,
        "yref": "y",
        "y0": at,
        "y1": at,
        "line": line,
    }


def whisker(
    low: float, high: float, row: float, colour: str = RULE, *, width: float = 1.5, **own: object
) -> Plain:
    """The interval of a row, as a trace."""
    line = {"color": colour, "width": width}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [low, high],
        "y": [row, row],
        "line": line,
        "hoverinfo": "skip",
        **own,
    }


def points_ticks(chart: Chart, *, most: int = 0) -> Plain:
    """The ticks of an axis in points; every other one where there are more than `most`, 0 among those that stay."""
    values = chart.axis.ticks
    if most and len(values) > most:
        values = values[values.index(0) % 2 if 0 in values else 0 :: 2]
    return {"tickvals": values, "ticktext": list(map(chart.axis.words, values)), "range": loose(chart.axis)}


def loose(axis: Axis) -> list[float]:
    """The ends of an axis with a little room beyond them."""
    room = EDGE * (axis.high - axis.low)
    return [axis.low - room, axis.high + room]


def hovered(series: Series) -> Plain:
    """What a trace says where one points at it; strings of a file stand in its data, never in a template."""
    if not series.hover:
        return {"hoverinfo": "skip"}
    return {"customdata": list(map(hover_of, series.hover)), "hovertemplate": "%{customdata}<extra></extra>"}


def rows_axis(chart: Chart, labels: Sequence[str]) -> Plain:
    """The axis of the rows, the first on top."""
    size = len(chart.categories)
    return {
        "tickvals": list(range(size)),
        "ticktext": [f"{label} " for label in labels],
        "showgrid": False,
        "range": [max(0.6, size - 0.4), -0.6],
    }
