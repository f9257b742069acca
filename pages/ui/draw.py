"""How results are drawn: charts with their finding, what their marks lead to, and their way out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import streamlit as st
from streamlit.components import v1

from nps_core.charts.draw.plotly import SCRIPT, picture, plotly_figure
from nps_core.charts.spec import Chart
from nps_core.report.tables import SHOWN_DIGITS, file_name
from pages.ui import clicks, panel, report_basket
from pages.ui.rows import take_table
from pages.ui.text import heading, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Filters, Scope
    from nps_core.charts.spec import Chart
    from pages.ui.clicks import Answers
    from pages.ui.marks import Mark


def chart(  # noqa: PLR0913 - what one may choose of a chart, each by its name
    drawn: Chart,
    scope: Scope,
    *,
    key: str,
    rows: Mapping[str, Mark] | None = None,
    columns: Mapping[str, Mark] | None = None,
    title: bool = True,
    about: Sequence[str] = (),
    height: int | Literal["content"] = "content",
) -> None:
    """A chart under its finding; a click on what stands for something opens a panel; below it the ways on.

    Parameters
    ----------
    scope
        What the chart is of.
    rows, columns
        What its rows (bars, points, months) and its columns of cells, or its series, stand for, by their names in the
        chart: see `clicks`. What is not named stands for nothing and answers no click.
    about
        How it was made, in sentences behind the (i), before its source.
    """
    drawn = replace(drawn, title=scope.filters.dated(drawn.title))
    if title:
        heading(drawn.title, drawn.subtitle)
    found = clicks.answers(drawn, rows, columns)
    _plot(drawn, found, key, height)
    take_away(drawn, scope.filters, key, found, about)
    _look_into(drawn, scope, found, key)


def bare(
    drawn: Chart, *, key: str, scope: Scope | None = None, rows: Mapping[str, Mark] | None = None
) -> Answers:
    """A small chart whose figures stand beside it in words, with no line under it; it answers a click all the same.

    What is given back is for `clicks.look_into`, wherever there is room for it.
    """
    found = clicks.answers(drawn, rows)
    _plot(drawn, found, key)
    if scope is not None:
        _look_into(drawn, scope, found, key)
    return found


def rows(of_list: str, scope: Scope, marks: Sequence[Mark], *, key: str) -> DeltaGenerator:
    """A list of our own HTML, one item a mark: a click on one opens its panel, and so does the menu under it.

    Given back is the line of the menu, for what else leads on.
    """
    found = clicks.Answers(tuple(marks))
    with st.container(key=f"answers-list-{key}"):
        st.html(of_list)
    line = st.container(horizontal=True, vertical_alignment="center", gap="small")
    with line:
        clicks.look_into(found, key)
    _look_into(None, scope, found, key)
    return line


def _plot(drawn: Chart, found: Answers, key: str, height: int | Literal["content"] = "content") -> None:
    # By its key the browser sees what kind of chart answers.
    place = st.container(key=f"answers-{drawn.kind}-{key}") if found else st.container()
    place.plotly_chart(
        plotly_figure(drawn),
        key=f"chart.{key}",
        height=height,
        config={"displayModeBar": False, "responsive": True},
        alt=drawn.alt,
    )


def _look_into(drawn: Chart | None, scope: Scope, found: Answers, key: str) -> None:
    looked_into = clicks.opened(key, found)
    if looked_into is not None:
        panel.show(drawn, scope, found, looked_into, key)


# Streamlit's route for components serves the script that ships with plotly; nothing is copied. No
# component of this name is ever drawn.
_SCRIPT = v1.declare_component("plotly_js", path=str(SCRIPT.parent))


_HTML = """
<div class="take"><button type="button" data-as="png">PNG</button><button type="button" data-as="svg">SVG</button>
<button type="button" data-as="copy">Copy picture</button><span class="done" role="status"></span></div>
"""


_CSS = """
.take { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; font-family: var(--st-font); }
button { font: inherit; font-size: .9rem; padding: .42rem .8rem; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--st-border-color); background: var(--st-background-color); color: var(--st-text-color); }
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color);
outline: none; } button[disabled] { opacity: .5; cursor: progress; } .done { font-size: .82rem; color:
var(--st-text-color); opacity: .7; min-height: 1.2em; }
"""


_JS = Path(__file__).with_name("takeaway.js").read_text(encoding="utf-8")


_component = st.components.v2.component("take_away", html=_HTML, css=_CSS, js=_JS)


def take_away(chart: Chart, filters: Filters, key: str, found: Answers, about: Sequence[str]) -> None:
    """The quiet line under a chart: what it is made of, what it leads to, the way into the report, and the button.

    The picture is only sent to the browser once the button's popover is open.

    It is no fragment: Streamlit copies whatever stands around a fragment at each run, which takes longer than a whole
    run of a page takes when a button in it is pressed.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"under.{key}"):
        with st.popover("About this chart", icon=":material/info:", type="tertiary", key=f"about.{key}"):
            for sentence in (*about, chart.source):
                say(sentence, "plain")
        if found:
            clicks.look_into(found, key)
        report_basket.offer(chart, filters, key)
        box = st.popover(
            "Take away", icon=":material/download:", type="tertiary", key=f"take.{key}", on_change="rerun"
        )
    if not box.open:
        return
    name = file_name(chart.name, filters.words(), "")
    with box:
        _component(
            data={
                "figure": json.loads(picture(chart).to_json()),
                "name": name.rstrip("."),
                "script": f"component/{_SCRIPT.name}/{SCRIPT.name}",
                "font": "app/static/inter-latin.woff2",
            },
            key=f"take.picture.{key}",
        )
        take_table("Table", lambda: chart.table, f"{name}csv", f"take.table.{key}", SHOWN_DIGITS)
