"""The ways into a customer room, from wherever an account or a person stands, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import choices, places, session, state
from pages.ui.text import safe

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    from nps_core import Survey

PAGE = "customer"
"""The address of the page."""

_ROOM, _ASKED, _BACK, _FOUND = "room", "room.asked", "room.from", "room.found"


def ask(kind: str, key: str) -> None:
    """Let the next run lead to the room of an account or a respondent, by its key; for the callbacks of widgets."""
    from nps_core.follow_ups.room import room_ref  # noqa: PLC0415 - it counts, and the first screen does not

    opened = session.shown()
    survey = session.current().survey
    named = room_ref(survey, opened.link, kind, key)
    if named:
        choices.put(_ROOM, named)
        st.session_state[_FOUND] = (survey.digest, named, (kind, key))
        st.session_state[_ASKED] = True


def lead(page: StreamlitPage) -> None:
    """Lead to the room that was asked for, and remember from where."""
    if st.session_state.pop(_ASKED, False) and page.url_path != PAGE:
        st.session_state[_BACK] = page.url_path or "summary"
        places.go(PAGE)


def hurry() -> None:
    """Run all anew where a room was asked for from a panel, which alone would be drawn again."""
    if st.session_state.get(_ASKED, False):
        st.rerun()


def asked(survey: Survey, link: str) -> tuple[str, str] | None:
    """Kind and key of the room that the address names; None for none in this survey."""
    from nps_core.follow_ups.room import room_of  # noqa: PLC0415 - as above

    wanted = (survey.digest, ref())
    digest, known, found = st.session_state.get(_FOUND, ("", "", None))
    if (digest, known) != wanted:
        found = room_of(survey, link, ref())
        st.session_state[_FOUND] = (*wanted, found)
    who: tuple[str, str] | None = found
    return who


def ref() -> str:
    """What names the room in the address."""
    return next(iter(state.kept(state.PICKED + _ROOM)), "")


def back() -> None:
    """Draw the way back to where one came from; else to the list of whom to call, or of accounts."""
    usual = "followups" if session.shown().kept is not None else "explore"
    path = st.session_state.get(_BACK, usual)
    title = places.place(path).title
    if st.button(f"Back to {safe(title)}", icon=":material/arrow_back:", type="tertiary", key="room.back"):
        places.go(path)
