"""Charts on screen: plotly's figures, and the fixed light picture that is taken away."""

from __future__ import annotations

import html
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import plotly
import plotly.graph_objects as go

from nps_core.charts.draw import plotly_bars, plotly_rows, plotly_upright
from nps_core.charts.draw.plotly_parts import PAGE_INK, PAGE_QUIET
from nps_core.charts.spec import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.charts.spec import Chart

EXPORT_SIZE = (1280, 720)
"""Width and height in pixels of a picture taken away: 16:9, as a slide."""

_INK, _INK_QUIET, _GROUND = "#1b2430", "#5b6673", "#ffffff"
_FONT = "Inter, 'Helvetica Neue', Arial, sans-serif"
_GROWTH = 1.4  # of the type, from the screen to the picture
_USUAL_TOP = 20  # pixels that a chart leaves over its plot when nothing but a name stands there
_SOURCE_LINE = 19  # pixels
_SOURCE_ROOM = 92  # pixels under the plot of a picture: the axis labels and two lines of source
_PICTURE_HEADS = 276  # pixels: of title, subtitle and source

_KINDS: dict[str, Callable[[Chart], go.Figure]] = {
    "groups": plotly_rows.draw_groups,
    "columns": plotly_upright.draw_columns,
    "line": plotly_upright.draw_line,
    "dots": plotly_rows.draw_dots,
    "lengths": plotly_rows.draw_lengths,
    "bars": plotly_bars.draw_bars,
    "steps": plotly_rows.draw_steps,
    "cells": plotly_bars.draw_cells,
    "plane": plotly_upright.draw_plane,
    "strip": plotly_rows.draw_strip,
}


def plotly_figure(chart: Chart) -> go.Figure:
    """A chart as plotly draws it on screen; it has no title and no ground of its own, so that it sits on any page."""
    return _KINDS[chart.kind](chart)


def picture(chart: Chart) -> go.Figure:
    """The chart as it is taken away: one fixed light look, whatever the viewer's theme.

    The same input gives the same picture. Title, subtitle and source are drawn into it, since a picture
    travels without its page.
    """
    figure = go.Figure(plotly_figure(chart))
    width, height = _picture_size(chart, figure.layout.height)
    look = {
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
            "t": (
                96 + 40 * more_titles + 30 * (1 + subtitle.count("<br>")) + max(0, (own.t or 0) - _USUAL_TOP)
            ),
            "b": 84 + _SOURCE_LINE * (len(source) - 1),
        },
    )
    figure.update_xaxes(**look)
    figure.update_yaxes(**look)
    figure.for_each_annotation(_for_projector)
    figure.for_each_shape(_line_for_projector)
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


def _picture_size(chart: Chart, height: float) -> tuple[int, int]:
    """16:9 for what stands upright; as high as its rows for what lies."""
    if chart.kind not in {*ROWS, "strip"}:
        return EXPORT_SIZE
    return EXPORT_SIZE[0], _PICTURE_HEADS + round(height)


def _line_for_projector(shape: Any) -> None:  # noqa: ANN401 - plotly has no types
    if shape.line.color == PAGE_INK:
        shape.line.color = _INK


def _for_projector(annotation: Any) -> None:  # noqa: ANN401 - plotly has no types
    annotation.font.color = {PAGE_INK: _INK, PAGE_QUIET: _INK_QUIET}.get(
        annotation.font.color, annotation.font.color
    )
    annotation.text = (annotation.text or "").replace(PAGE_QUIET, _INK_QUIET)
    annotation.font.size = max(17, round((annotation.font.size or 12) * _GROWTH))


def _wrapped(text: str, width: int) -> list[str]:
    """Break at spaces, never within a word, and escape each line."""
    words = " ".join(text.split())
    lines = textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False) or [""]
    return [html.escape(line, quote=False) for line in lines]


SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"""The script that ships with the package: nothing is fetched from elsewhere."""
