"""How results are drawn: charts with their finding and their way out, comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.charts.draw.plotly import plotly_figure
from pages.ui.chart_export import take_away
from pages.ui.text import as_html, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Filters
    from nps_core.charts.spec import Chart
    from nps_core.comments import Comment
    from nps_core.report.model import Quote


def chart(drawn: Chart, filters: Filters, *, key: str, title: bool = True, note: str = "") -> None:
    """A chart under its finding; below it what one should know of it, its source and the way to take it away."""
    if title:
        heading(drawn.title, drawn.subtitle)
    st.plotly_chart(
        plotly_figure(drawn),
        key=f"chart.{key}",
        config={"displayModeBar": False, "responsive": True},
        alt=drawn.alt,
    )
    take_away(drawn, filters, key, note)


def comments(found: Sequence[Comment | Quote], lit: Sequence[str] = ()) -> None:
    """Comments with their score and who said them; the words in `lit` are marked."""
    rows_html = "".join(
        f'<li><div class="score">{as_html(comment.score)}</div><div><div'
        f' class="text">{_lit_html(comment.text, lit)}</div><div'
        f' class="meta">{as_html(comment.who)}</div></div></li>'
        for comment in found
    )
    st.html(f'<ul class="comments">{rows_html}</ul>')


def _lit_html(text: str, words: Sequence[str]) -> str:
    """Mark whole words; the text between is escaped piece by piece, so that no mark opens a tag."""
    if not words:
        return as_html(text)
    pattern = re.compile(r"\b(" + "|".join(re.escape(word) for word in words) + r")\b", re.IGNORECASE)
    pieces = pattern.split(text)
    return "".join(
        f"<mark>{as_html(piece)}</mark>" if place % 2 else as_html(piece)
        for place, piece in enumerate(pieces)
    )
