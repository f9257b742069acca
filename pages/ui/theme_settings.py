"""How the themes are found: by themselves, as many as wanted, or as in the last wave; and whether they are edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.formatting import short
from pages.ui import theme_overrides, theme_state

if TYPE_CHECKING:
    from nps_core import Survey

_NUMBERS = range(3, 21)


def show(survey: Survey) -> bool:
    """Draw the choice and the switch; True while themes are edited."""
    wave = theme_state.before(survey)
    words = {theme_state.AUTOMATIC: "automatic", **{k: f"{k} themes" for k in _NUMBERS}}
    if wave is not None:
        words = {**words, theme_state.AS_BEFORE: f"as in {short(wave.name)}"}
    options = sorted(words, key=lambda way: (way > 0, -way if way <= 0 else way))
    theme_overrides.offer(survey)
    now = theme_state.way(survey)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        st.session_state["themes.k"] = now if now in words else theme_state.AUTOMATIC
        st.selectbox(
            "Themes",
            options,
            key="themes.k",
            format_func=words.__getitem__,
            width=220,
            on_change=_choose,
            args=(survey,),
        )
        return st.toggle("Edit themes", key="themes.edit")


def _choose(survey: Survey) -> None:
    theme_state.choose(survey, st.session_state["themes.k"])
