"""Quotes for the report, picked by hand while reading; kept for each survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Scope
    from nps_core.themes.result import Themes

MOST = 6
"""Quotes that one slide has room for; of more, the last are kept."""


def places() -> dict[int, str]:
    """The positions of the comments that were picked, each with the name of the theme it was read under."""
    kept: dict[str, dict[int, str]] = st.session_state.get("quotes", {})
    return kept.get(_digest(), {})


def turn(scope: Scope, some: Sequence[int], themes: Themes | None, theme: int) -> None:
    """Pick these comments, or let go of them where all are picked."""
    held = places()
    if all(place in held for place in some):
        kept = {place: name for place, name in held.items() if place not in some}
    else:
        kept = {**held, **{place: _theme(themes, theme, place) for place in some}}
    kept = dict(list(kept.items())[-MOST:])
    st.session_state["quotes"] = {**st.session_state.get("quotes", {}), scope.survey.digest: kept}


def _theme(themes: Themes | None, theme: int, place: int) -> str:
    """The theme that is read; else the main one of the comment."""
    if themes is None:
        return ""
    number = theme if theme >= 0 else int(themes.labels[place])
    return themes.titles[number] if number >= 0 else ""


def _digest() -> str:
    opened = st.session_state.get("opened")
    return opened.survey.digest if opened else ""
