"""What every chart shares: the Chart value, colours, and the fixed light picture that is taken away."""

from __future__ import annotations

import hashlib
import html
import math
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    import numpy as np
    import pandas as pd

# Blue-green, grey and orange-red stay apart for all common kinds of colour blindness, on light and dark
# ground; red and green would not.
GROUP_COLOURS = {"promoter": "#15868c", "passive": "#9aa4ae", "detractor": "#dd5f37"}
ACCENT = "#3b76d6"
ACCENT_FAINT = "rgba(59,118,214,0.18)"
ACCENT_MID = "rgba(59,118,214,0.5)"
QUIET = "#8b95a1"
HAIRLINE = "rgba(128,136,148,0.28)"
RULE = "rgba(128,136,148,0.75)"

PAGE_INK = "rgb(1, 2, 3)"
"""The page's own text colour: its style sheet turns this one into the theme's, so that a chart follows a change
of theme at once. (Streamlit's chart theme writes all text in one faint grey.)"""

TEXT = 13
"""Size of labels on screen, in pixels."""

EXPORT_SIZE = (1280, 720)
"""Width and height in pixels of a picture taken away: 16:9, as a slide."""


_INK, _INK_QUIET, _GROUND = "#1b2430", "#5b6673", "#ffffff"
_FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"
_GROWTH = 1.4  # of the type, from the screen to the picture
_WIDE_CELLS = 5  # columns of a heatmap whose cells a telephone has room for
_USUAL_TOP = 20  # pixels that a chart leaves over its plot when nothing but a name stands there
_SOURCE_LINE = 19  # pixels
_SOURCE_ROOM = 92  # pixels under the plot of a picture: the axis labels and two lines of source
_MARGINS = {"l": 12, "r": 16, "t": 12, "b": 12}

# Streamlit's template holds colours for every kind of trace, none of which is used here, and is two thirds of
# what a small chart sends; its fonts come from the page either way.
_TEMPLATE = {"layout": {"colorway": [ACCENT]}}

Plain = dict[str, Any]
"""A part of a figure as plain data, named as plotly names it."""


@dataclass(frozen=True)
class Mark:
    """What is marked on a chart beside its figures, for those who draw the same chart elsewhere.

    Parameters
    ----------
    kind
        "action" or "alert", from `since` to `until`; "aim" or "level", at `at` points.
    name
        What is written at it.
    since, until
        Days, as 2026-03-31.
    at
        In points.
    """

    kind: str
    name: str
    since: str = ""
    until: str = ""
    at: float = math.nan


@dataclass(frozen=True, eq=False)
class Chart:
    """One chart: its finding, the figure without title, and the table behind it.

    Parameters
    ----------
    name
        For file names: "trend-month".
    title
        What the chart shows, as a finding that is true of the numbers and their uncertainty.
    subtitle
        What is drawn, how many responses, when.
    figure
        The figure as drawn on screen; it has no title and no ground of its own, so that it sits on light
        and dark pages alike.
    source
        Where the numbers come from and how the uncertainty is drawn.
    alt
        The takeaway and the range of the figures, for who cannot see the chart.
    rows
        Makes `table`: most charts are drawn without anyone asking for it.
    size
        Width and height in pixels of the picture taken away.
    marks
        Alerts, interventions, targets, and the level of all responses, as far as they are drawn.
    drawn
        The marks drawn, one row each, where they are not the rows of the table; None where they are.
    """

    name: str
    title: str
    subtitle: str
    figure: go.Figure
    source: str
    alt: str
    rows: Callable[[], pd.DataFrame]
    size: tuple[int, int] = EXPORT_SIZE
    marks: tuple[Mark, ...] = ()
    drawn: pd.DataFrame | None = None

    @cached_property
    def table(self) -> pd.DataFrame:
        """The figures behind it, one row a mark, unrounded."""
        return self.rows()

    @cached_property
    def digest(self) -> str:
        """sha256 (hex) of all that it says and draws: the same for the same chart drawn again."""
        words = (self.name, self.title, self.subtitle, self.source, self.alt, str(self.marks))
        drawn = (str(self.figure.to_json()), self.table.to_csv())
        return hashlib.sha256("\0".join((*words, *drawn)).encode()).hexdigest()


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
        "fillcolor": ACCENT_FAINT,
        "mode": "lines",
        "line": {"width": 6 if alone else 0, "color": ACCENT_FAINT},
        "hoverinfo": "skip",
    }


def heatmap(z: np.ndarray, colours: list[Any], low: float, high: float, **own: Any) -> Plain:  # noqa: ANN401
    """A cell a value of `z` (rows, columns), coloured from `low` to `high`; what it says is in `cell_notes`."""
    return {
        "type": "heatmap",
        "z": z,
        "x": list(range(z.shape[1])),
        "y": list(range(z.shape[0])),
        "colorscale": colours,
        "zmin": low,
        "zmax": high,
        "showscale": False,
        "xgap": 3,
        "ygap": 3,
        "hoverinfo": "skip",
        **own,
    }


def cell_notes(texts: Sequence[Sequence[str]]) -> list[Plain]:
    """What is written into the cells of a heatmap, row by row, in the colour of the page's text; smaller in narrow ones.

    Plotly's own cell text is black or white by the cell's colour, and does not see what is under a faint one.
    """
    return [
        note(text, x=column, y=row, size=TEXT if len(cells) <= _WIDE_CELLS else TEXT - 2)
        for row, cells in enumerate(texts)
        for column, text in enumerate(cells)
        if text
    ]


def picture(chart: Chart) -> go.Figure:
    """The chart as it is taken away: one fixed light look, whatever the viewer's theme.

    The same input gives the same picture. Title, subtitle and source are drawn into it, since a picture
    travels without its page.
    """
    figure = go.Figure(chart.figure)
    width, height = chart.size
    axis = {
        "tickfont": {"size": 18, "color": _INK_QUIET},
        "gridcolor": "#e6e9ee",
        "title": {"font": {"size": 18}},
    }
    title = "<br>".join(_wrapped(chart.title, 62))
    subtitle = "<br>".join(_wrapped(chart.subtitle, 108))
    source = _wrapped(chart.source, 130)
    more_titles, own = title.count("<br>"), figure.layout.margin
    figure.update_layout(
        template=go.layout.Template(),
        width=width,
        height=height,
        paper_bgcolor=_GROUND,
        plot_bgcolor=_GROUND,
        font={"family": _FONT, "size": 18, "color": _INK},
        title={
            "text": title,
            "font": {"size": 32, "color": _INK, "weight": 650},
            "subtitle": {"text": subtitle, "font": {"size": 18, "color": _INK_QUIET}},
            "x": 0,
            "xref": "paper",
            "xanchor": "left",
            # Plotly lifts a title of two lines, so that its first one would touch the edge.
            "y": 1 - 26 * (1 + more_titles) / height,
            "yanchor": "top",
        },
        margin={
            "l": 48,
            # What stands beside and over the plot grows with the type.
            "r": max(56, round((own.r or 0) * _GROWTH)),
            "t": 96
            + 40 * more_titles
            + 30 * (1 + subtitle.count("<br>"))
            + max(0, (own.t or 0) - _USUAL_TOP),
            "b": 84 + _SOURCE_LINE * (len(source) - 1),
        },
    )
    figure.update_xaxes(**axis)
    figure.update_yaxes(**axis)
    figure.for_each_annotation(_for_projector)
    figure.update_traces(textfont_size=18, selector={"type": "bar"})
    figure.update_traces(textfont_size=18, selector={"type": "scatter"})
    figure.add_annotation(
        text="<br>".join(source),
        xref="paper",
        yref="paper",
        x=0,
        y=0,
        yshift=-_SOURCE_ROOM + 10 - _SOURCE_LINE * (len(source) - 1),
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        align="left",
        font={"size": 14, "color": _INK_QUIET},
    )
    return figure


def file_name(chart_name: str, filters_words: str, day: dt.date, ending: str) -> str:
    """The name of a file taken away: what, filter and date: "nps-trend-month_persona-end-user_2026-03-31.png"."""
    parts = [f"nps-{chart_name}"]
    if filters_words != "all responses":
        parts.append(_slug(filters_words)[:60].strip("-"))
    return "_".join([*parts, day.isoformat()]) + f".{ending}"


def _slug(text: str) -> str:
    return re.sub(r"[^\w]+", "-", text.lower(), flags=re.UNICODE).strip("-")


def _for_projector(annotation: Any) -> None:  # noqa: ANN401 - plotly has no types
    if annotation.font.color == PAGE_INK:
        annotation.font.color = _INK
    annotation.font.size = max(17, round((annotation.font.size or 12) * _GROWTH))


def _wrapped(text: str, width: int) -> list[str]:
    """Break at spaces (`textwrap` would break inside an escaped entity), escaping each line."""
    lines: list[str] = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [html.escape(line, quote=False) for line in lines]
