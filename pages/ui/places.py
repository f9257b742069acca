"""The places of the app, their addresses, and where the addresses of earlier versions lead to."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.ui import state

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

    Visibility = Literal["visible", "hidden"]

VIEW = "explore.view"
"""The key of the choice among the views of Explore."""

_SHOWN = "pages.shown"

_EARLIER = {
    "summary": ("summary", ""),
    "overview": ("summary", ""),
    "trends": ("explore", "time"),
    "segments": ("explore", "segments"),
    "compare": ("explore", "sides"),
    "drivers": ("explore", "drivers"),
    "people": ("explore", "accounts"),
    "themes": ("comments", ""),
    "report": ("slides", ""),
    "file": ("data", ""),
}
"""Of an earlier address the place, and the view there, that have what stood on its page; of "summary" that the first
page, which Streamlit calls "", has its name as an address too."""


def pages() -> list[StreamlitPage]:
    """All pages, those of the places first; made once a survey, since each looks for its file.

    Comments stands in the navigation of a survey that has some, and Actions in that of one that is kept; their
    addresses say what would be there otherwise. Each url_path differs from its file's name: Streamlit's old discovery
    of pages/ would otherwise answer a first visit to /explore itself, without the frame.
    """
    comments, actions = _visible()
    if st.session_state.get(_SHOWN) != (comments, actions):
        st.session_state[_SHOWN] = (comments, actions)
        st.session_state["pages"] = [
            st.Page("pages/summary_page.py", title="Summary", url_path="home", default=True),
            st.Page("pages/explore_page.py", title="Explore", url_path="explore"),
            st.Page("pages/comments_page.py", title="Comments", url_path="comments", visibility=comments),
            st.Page("pages/actions_page.py", title="Actions", url_path="followups", visibility=actions),
            st.Page("pages/room_page.py", title="Customer room", url_path="customer", visibility="hidden"),
            st.Page("pages/slides_page.py", title="Slides", url_path="slides"),
            st.Page("pages/data_page.py", title="Data", url_path="data", visibility="hidden"),
            st.Page("pages/access_page.py", title="Access", url_path="roles", visibility="hidden"),
            st.Page("pages/method_page.py", title="Method", url_path="method", visibility="hidden"),
            *(
                st.Page(partial(_lead, path), title=path.title(), url_path=path, visibility="hidden")
                for path in _EARLIER
            ),
        ]
    made: list[StreamlitPage] = st.session_state["pages"]
    return made


def are_past() -> bool:
    """Whether other pages belong in the navigation than were drawn before a survey was opened in this run."""
    return bool(st.session_state.get(_SHOWN) != _visible())


def _visible() -> tuple[Visibility, Visibility]:
    """Whether Comments and Actions stand in the navigation."""
    opened = st.session_state.get("opened")
    has_comments = opened is None or opened.survey.has_comments
    is_kept = opened is not None and opened.kept is not None
    return "visible" if has_comments else "hidden", "visible" if is_kept else "hidden"


def place(path: str) -> StreamlitPage:
    """The page of a place, by its address."""
    return next(page for page in pages() if path == (page.url_path or "summary"))


def shown() -> list[StreamlitPage]:
    """The pages that stand in the navigation."""
    return [page for page in pages() if page.visibility == "visible"]


def is_earlier(page: StreamlitPage) -> bool:
    """Whether a page only leads on, from an address of earlier versions."""
    return page.url_path in _EARLIER


def go(path: str, view: str = "") -> None:
    """Lead to a place, and to a view of it; all else in the address stays."""
    if view:
        state.keep(state.PICKED + VIEW, [view])
    state.lead(place(path), {state.PICKED + VIEW: [view]} if view else {})


def _lead(path: str) -> None:
    go(*_EARLIER[path])
