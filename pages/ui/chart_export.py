"""What is taken away from a chart: the picture (PNG, SVG, clipboard) and the table behind it.

The picture is drawn in the browser by plotly's own renderer from one fixed light look, so that it is
the same from a light and a dark screen and needs nothing installed. The script is loaded from this
server at the first click.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.components import v1

from nps_core.charts.draw.plotly import picture
from nps_core.charts.draw.script import SCRIPT
from nps_core.charts.spec import Chart, file_name
from nps_core.report.tables import safe_csv
from pages.ui import report_basket
from pages.ui.text import as_html

if TYPE_CHECKING:
    from nps_core import Filters

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
button:hover, button:focus-visible { border-color: var(--st-primary-color); color: var(--st-primary-color); outline: none; }
button[disabled] { opacity: .5; cursor: progress; }
.done { font-size: .82rem; color: var(--st-text-color); opacity: .7; min-height: 1.2em; }
"""
_JS = Path(__file__).with_name("takeaway.js").read_text(encoding="utf-8")

_component = st.components.v2.component("take_away", html=_HTML, css=_CSS, js=_JS)


def take_away(chart: Chart, filters: Filters, key: str, note: str = "") -> None:
    """The line under a chart: a note, its source, the way into the report, and the button.

    The picture is only sent to the browser once the button's popover is open.

    Style (`style.py`) holds the button to the right. It is no fragment: Streamlit copies whatever stands around a
    fragment at each run, which takes longer than a whole run of a page takes when a button in it is pressed.
    """
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"under.{key}"):
        st.html(
            f'<p class="say small">{as_html(note)}</p><p class="say small">{as_html(chart.source)}</p>'
            if note
            else f'<p class="say small">{as_html(chart.source)}</p>'
        )
        report_basket.offer(chart, filters, key)
        box = st.popover(
            "Take away", icon=":material/download:", type="tertiary", key=f"take.{key}", on_change="rerun"
        )
    if not box.open:
        return
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    name = file_name(chart.name, filters.words(), today, "")
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
        st.download_button(
            "Table (CSV)",
            safe_csv(chart.table),
            file_name=f"{name}csv",
            mime="text/csv",
            key=f"take.table.{key}",
            icon=":material/table:",
            on_click="ignore",
        )
