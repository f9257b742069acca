"""How results are drawn: charts with their finding and their way out, tables, comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui.takeaway import take_away
from pages.ui.text import as_html, heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nps_core import Chart, Comment, Filters

MOST_ROWS = 200
"""Rows of a table that are sent to the browser; the download has all."""


def chart(drawn: Chart, filters: Filters, *, key: str, title: bool = True, note: str = "") -> None:
    """A chart under its finding; below it what one should know of it, its source and the way to take it away."""
    if title:
        heading(drawn.title, drawn.subtitle)
    st.plotly_chart(
        drawn.figure, key=f"chart.{key}", config={"displayModeBar": False, "responsive": True}, alt=drawn.alt,
    )  # fmt: skip
    take_away(drawn, filters, key, note)


def table(frame: pd.DataFrame, *, key: str, columns: dict[str, object] | None = None, alt: str = "") -> None:
    """The first rows of a table; `st.dataframe` shows text as text."""
    st.dataframe(
        frame.head(MOST_ROWS),
        hide_index=True,
        column_config=columns,
        key=f"table.{key}",
        alt=alt or None,
        placeholder="–",
    )
    if len(frame) > MOST_ROWS:
        say(f"The first {MOST_ROWS} of {len(frame):,} rows; the download has all.", "small")


def comments(found: Sequence[Comment], lit: Sequence[str] = ()) -> None:
    """Comments with their score and who said them; the words in `lit` are marked."""
    rows_html = "".join(
        f'<li><div class="score">{as_html(comment.score)}</div><div><div class="text">{_lit_html(comment.text, lit)}</div>'
        f'<div class="meta">{as_html(comment.who)}</div></div></li>'
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


def nps_columns() -> dict[str, object]:
    """How the columns of NPS tables are headed and written: points with a sign, shares in percent."""
    points = {
        "nps": "NPS", "low": "from", "high": "to", "difference_from_rest": "against the rest", "effect": "effect",
        "effect_low": "effect from", "effect_high": "effect to", "nps_without": "NPS without", "towards_mean": "towards the mean",
    }  # fmt: skip
    number = st.column_config.NumberColumn
    return {
        **{name: number(label, format="%+.0f") for name, label in points.items()},
        "share": number("share", format="percent"),
        "could_show": number("could show from", format="±%.0f"),
        "p_adjusted": number("p (adjusted)", format="%.3f"),
        "beyond_chance": st.column_config.CheckboxColumn("beyond chance"),
    }


def rates_columns() -> dict[str, object]:
    """How the columns of response rates are headed: rates in percent, NPS with a sign."""
    number = st.column_config.NumberColumn
    points = {"nps": "NPS", "lowest": "at worst", "highest": "at best", "tipping_point": "turns at"}
    return {
        **{name: number(label, format="%+.0f") for name, label in points.items()},
        "rate": number("rate", format="%.0f%%"),
        "invited": number("invited", format="localized"),
        "answered": number("answered", format="localized"),
    }


def parts_columns() -> dict[str, object]:
    """How the columns of a difference taken apart are headed: points with a sign and one decimal."""
    number = st.column_config.NumberColumn
    points = {
        "nps_a": "NPS A", "nps_b": "NPS B", "within": "within", "within_low": "from", "within_high": "to", "mix": "mix",
        "mix_low": "mix from", "mix_high": "mix to", "within_shown": "within, as drawn",
    }  # fmt: skip
    return {
        **{name: number(label, format="%+.1f") for name, label in points.items()},
        "n_a": number("n A", format="%.0f"),
        "n_b": number("n B", format="%.0f"),
        "beyond_chance": st.column_config.CheckboxColumn("beyond chance"),
    }
