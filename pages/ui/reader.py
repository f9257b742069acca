"""Reading the comments of a theme: which theme, said by whom, with which words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import comments, format_nps, search, telling_words, theme_responses
from pages.ui import draw, hand
from pages.ui.text import heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Filters, Survey, ThemeRow, Themes

_FIRST, _MORE = 12, 24  # comments shown at once, and by each further click
_EVERYONE = "everyone"


def show(
    survey: Survey, filters: Filters, found: Themes, rows: Sequence[ThemeRow], *, editing: bool = False
) -> None:
    """Draw the comments of one theme, the best examples first; each can be moved while themes are edited."""
    heading("Read the comments", "best examples first; words of the theme are marked")
    names = {row.number: f"{row.name} ({row.n:,}, NPS {format_nps(row.nps)})" for row in rows}
    left, middle, right = st.columns([3, 2, 2])
    number = left.selectbox("Theme", list(names), format_func=names.get, key="themes.open")
    groups = {_EVERYONE: _EVERYONE, "promoter": "promoters", "passive": "passives", "detractor": "detractors"}
    group = middle.selectbox("Said by", list(groups), format_func=groups.get, key="themes.group")
    text = right.text_input("Search in them", key="themes.search", placeholder="a word or phrase").strip()
    places = theme_responses(found, survey, number, filters, group="" if group == _EVERYONE else group)
    places = search(survey, places, text)
    say(f"{len(places):,} comments" + (f" that contain “{text}”" if text else ""))
    shown_key = f"themes.shown.{number}.{group}.{text}"
    limit = st.session_state.get(shown_key, _FIRST)
    lit = (text,) if text else telling_words(found, number)
    if editing:
        for place in places[:limit].tolist():
            left, right = st.columns([4, 1], vertical_alignment="center", gap="small")
            with left:
                draw.comments(comments(survey, [place]), lit=lit)
            with right:
                hand.mover(survey, found, place, number)
    else:
        draw.comments(comments(survey, places, limit=limit), lit=lit)
    if len(places) > limit and st.button(f"Show {min(_MORE, len(places) - limit):,} more", key="themes.more"):
        st.session_state[shown_key] = limit + _MORE
        st.rerun()
