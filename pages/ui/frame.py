"""What stands around every page: the survey in hand, the filter bar, what is looked at; then the page."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import filterbar, session, start, style, upkeep, visitors
from pages.ui.text import empty, problem, safe, say

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

WITHOUT_RESPONSES = {"file", "method"}
"""The pages that have something to say when no response matches the filters, by their url_path."""


def show(page: StreamlitPage, method: StreamlitPage) -> None:
    """Draw the page inside its frame; or the first screen, where no survey is open."""
    style.apply()
    upkeep.begin()
    visitors.current()  # whoever has seen a page may upload
    opened = session.opened()
    session.forget_widgets()
    if session.failed() is not None:
        start.show()
        st.stop()  # so that Streamlit keeps the widgets: the survey that is open stays as it was
    if opened is None:
        start.show()
        return  # so that it forgets those of a survey that was closed, and what they hold of it
    filterbar.show(opened.survey, opened.link)
    scope = session.current()
    with st.sidebar:
        with st.popover(
            safe(opened.survey.name), icon=":material/description:", width="stretch", key="survey"
        ):
            start.upload("sidebar")
            st.button("Close this survey", on_click=session.forget, icon=":material/close:")
        st.page_link(method, label="How each figure is computed", icon=":material/function:")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        say(scope.words, width="content")
        if scope.filters and scope.n:
            st.button(
                "Reset filters", on_click=filterbar.reset, type="tertiary", key="reset.top", width="content"
            )
    if not scope.n and page.url_path not in WITHOUT_RESPONSES:
        empty("No response matches these filters.", "Take one of them off in the sidebar, or reset them all.")
        st.button("Reset filters", on_click=filterbar.reset, type="primary", key="reset.empty")
        st.stop()
    _run(page)


def _run(page: StreamlitPage) -> None:
    try:
        page.run()
    except Exception:
        # Streamlit's own message would send people to a cloud that this is not. The log has the traceback.
        logging.getLogger("nps_dashboard").exception("page %s failed", page.title)
        problem(
            "This page could not be drawn.",
            "The other pages still work. What went wrong stands in the log of the server.",
        )
