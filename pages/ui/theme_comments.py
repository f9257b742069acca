"""Reading the comments of a theme: which theme, said by whom, with which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import read_comments
from nps_core.comments import search_comments
from nps_core.formatting import format_nps, plural
from nps_core.themes.in_survey import theme_responses, theme_words
from pages.ui import draw, theme_overrides
from pages.ui.text import heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Scope
    from nps_core.themes.changes import ThemeTrend
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow

_FIRST, _MORE = 12, 24  # comments shown at once, and by each further click
_EVERYONE = "everyone"


def show(
    scope: Scope,
    found: Themes,
    rows: Sequence[ThemeRow],
    trend: ThemeTrend | None,
    *,
    editing: bool,
) -> None:
    """Draw one theme through time and its comments, the best examples first; these can be moved while editing."""
    heading(
        "Open a theme",
        "its share over time, and its comments, best examples first; words of the theme are marked",
    )
    names = {row.number: f"{row.name} ({row.n:,}, NPS {format_nps(row.nps)})" for row in rows}
    number = st.selectbox("Theme", list(names), format_func=names.__getitem__, key="themes.open", width=380)
    if trend is not None and len(trend.labels) > 1:
        drawn = trend.chart(number, found.names[number])
        draw.chart(drawn, scope.filters, key="theme-trend")
    groups = {_EVERYONE: _EVERYONE, "promoter": "promoters", "passive": "passives", "detractor": "detractors"}
    left, right, _ = st.columns([2, 2, 3])
    group = left.selectbox("Said by", list(groups), format_func=groups.__getitem__, key="themes.group")
    text = right.text_input("Search in them", key="themes.search", placeholder="a word or phrase").strip()
    places = theme_responses(scope, found, number, group="" if group == _EVERYONE else group)
    places = search_comments(scope, places, text)
    say(plural(len(places), "comment") + (f" that contain “{text}”" if text else ""))
    shown_key = f"themes.shown.{number}.{group}.{text}"
    limit = st.session_state.get(shown_key, _FIRST)
    lit = (text,) if text else theme_words(found, number)
    if editing:
        for place in places[:limit].tolist():
            left, right = st.columns([4, 1], vertical_alignment="center", gap="small")
            with left:
                draw.comments(read_comments(scope, [place]), lit=lit)
            with right:
                theme_overrides.mover(scope.survey, found, place, number)
    else:
        draw.comments(read_comments(scope, places, limit=limit), lit=lit)
    if len(places) > limit and st.button(f"Show {min(_MORE, len(places) - limit):,} more", key="themes.more"):
        st.session_state[shown_key] = limit + _MORE
        st.rerun()
