"""What all of plotly's charts share: figures as plain data, axes, words, lines, and the look of the house."""

from __future__ import annotations

import html
import math
import re
import textwrap
from collections import Counter
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from nps_core.charts.spec import ACCENT, COLOURS, Chart, Series

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.charts.axes import Axis

HAIRLINE = "rgba(128,136,148,0.28)"
RULE = "rgba(128,136,148,0.75)"

PAGE_INK = "rgb(1, 2, 3)"
"""The page's own text colour: its style sheet turns this one into the theme's, so that a chart follows a change
of theme at once. (Streamlit's chart theme writes all text in one faint grey.)"""

PAGE_QUIET = "rgb(1, 2, 4)"
"""The same for words that stand back: the page's text colour, fainter, and still read by everybody."""

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


LABEL_LENGTH = 34
"""Longer labels are cut on the axis with "…"; the table behind the chart keeps them whole."""


_LETTER, _BESIDE = 7.2, 24  # pixels that a letter of a label takes, about, and that stand free on either side


def label_of(text: object, length: int = LABEL_LENGTH) -> str:
    """A user's string as an axis label: one line, cut with "…", and inert (plotly renders tags and links)."""
    line = " ".join(str(text).split())
    return _inert(line if len(line) <= length else line[: length - 1].rstrip() + "…")


def labels_of(texts: Sequence[object], length: int = LABEL_LENGTH) -> list[str]:
    """Axis labels under each other: those that would read alike once their end is cut lose their middle instead."""
    labels = [label_of(text, length) for text in texts]
    alike = {label for label, times in Counter(labels).items() if times > 1}
    return [
        _inert(_middle_out(text, length)) if label in alike else label
        for text, label in zip(texts, labels, strict=True)
    ]


def lines_of(text: object, width: int, most: int = 2) -> str:
    """A user's string on a few short lines, for where there is more height than width."""
    # Names of columns break at their underscores.
    words = " ".join(str(text).replace("_", "_ ").split())
    lines = textwrap.wrap(words, width, max_lines=most, placeholder="…")
    return "<br>".join(_inert(line.replace("_ ", "_")) for line in lines)


def row_names(texts: Sequence[object], width: int) -> list[str]:
    """Names of rows on up to two lines, with the same room to the plot; those cut alike lose their middle."""
    names = [lines_of(text, width) for text in texts]
    alike = {name for name, times in Counter(names).items() if times > 1}
    told = [
        lines_of(_middle_out(text, 2 * width - 4), width) if name in alike else name
        for text, name in zip(texts, names, strict=True)
    ]
    return [name.replace("<br>", " <br>") for name in told]


def room_for(texts: Sequence[str]) -> int:
    """Pixels that the longest of these texts takes beside the plot, tags left out."""
    longest = max((len(re.sub(r"<[^<>]*>", "", text)) for text in texts), default=0)
    return _BESIDE + math.ceil(longest * _LETTER)


def ticks_of(labels: Sequence[str]) -> list[str]:
    """The labels of periods, each year once and under its first one: eight stand side by side on a telephone.

    The first of all is without its year where the next one begins another: there is no room for both.
    """
    parts = [label.removeprefix("week of ").rpartition(" to ")[2].rpartition(" ")[::2] for label in labels]
    years = ["", *(year for _, year in parts)]
    said = [
        f"{what}<br>{year}" if year != before else what
        for (what, year), before in zip(parts, years, strict=False)
    ]
    return [parts[0][0], *said[1:]] if len(said) > 1 and years[1] != years[2] else said


def hover_of(text: str) -> str:
    """What is said of a mark, in lines; its name, before the colon, is set bold."""
    name, colon, rest = _inert(text).partition(":")
    return f"<b>{name}</b>{colon}{rest}".replace("\n", "<br>") if colon else name


def _middle_out(text: object, length: int) -> str:
    line = " ".join(str(text).split())
    if len(line) <= length:
        return line
    end = (length - 1) // 2
    return f"{line[: length - 1 - end].rstrip()}…{line[-end:].lstrip()}"


def _inert(line: str) -> str:
    """What plotly would read as a tag or a link is text; it shows quotes as they stand, and their names as names."""
    return html.escape(line, quote=False)
