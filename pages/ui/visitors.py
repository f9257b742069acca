"""Who is here: each session of the app, from its first page until its browser has been gone for a while."""

from __future__ import annotations

from itertools import count
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakSet

import streamlit as st
from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.runtime.state.session_state import SessionState

_KEY = "visitor"
OF_SESSION = (_KEY,)
"""What a session keeps whoever is signed in."""

_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_LOCK = Lock()
_NUMBERS = count()
_ALL: WeakSet[Visitor] = WeakSet()


class Visitor:
    """One session. It lives in the session's state, so that whoever holds it weakly sees it go with the session."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        self.number = next(_NUMBERS)
        self._lost_at: float | None = None

    def here(self) -> bool:
        """Whether the browser is connected, or was a moment ago.

        Streamlit itself lets go of the state of a session only when another one disconnects later on; so its list of
        connected sessions is asked.
        """
        server = _server()
        # Without a server, as in tests, a session is there as long as its state is.
        if server is None or server.is_active_session(self.session_id):
            self._lost_at = None
            return True
        if self._lost_at is None:
            self._lost_at = monotonic()
        return monotonic() - self._lost_at < patience()


def current() -> Visitor:
    """The visitor whose page is being drawn."""
    if _KEY not in st.session_state:
        context = get_script_run_ctx()
        visitor = Visitor(context.session_id if context else "")
        st.session_state[_KEY] = visitor
        with _LOCK:
            _ALL.add(visitor)
    found: Visitor = st.session_state[_KEY]
    return found


def at_this_machine() -> bool:
    """Whether the browser runs on the machine that serves the app: its address says so."""
    return urlsplit(st.context.url or "").hostname in _THIS_MACHINE


def of_session(session_id: str) -> Visitor | None:
    """The visitor of one of Streamlit's sessions; None where there is no such session, or it has seen no page yet."""
    with _LOCK:
        return next((visitor for visitor in _ALL if visitor.session_id == session_id), None)


def patience() -> float:
    """Seconds for which a browser that lost the connection may come back and find its session.

    Half of Streamlit's own: what Streamlit has forgotten by itself it keeps in memory until another browser leaves,
    and can no longer be closed.
    """
    return float(st.get_option("server.disconnectedSessionTTL") or 0) / 2


def look_again() -> float:
    """Seconds between two looks at who is still here."""
    return max(0.1, min(2.0, patience() / 4))


def close_gone() -> int:
    """Have Streamlit let go of the sessions whose browser is gone; how many there were."""
    with _LOCK:
        gone = [visitor for visitor in _ALL if not visitor.here()]
        for visitor in gone:
            _ALL.discard(visitor)
    for visitor in gone:
        _close(visitor.session_id)
    return len(gone)


def forget_widgets(*, everything: bool = False) -> None:
    """Have Streamlit let go of widgets that are drawn no longer: it keeps what their callbacks take, such as a survey.

    To be called before anything is drawn; with `everything` when another survey is shown from here on, so that
    nothing is held of the former.
    """
    if context := get_script_run_ctx():
        _forget_widgets(context.session_state._state, everything=everything)  # noqa: SLF001 - there is no public way


def _forget_widgets(state: SessionState, *, everything: bool) -> None:
    known = state._new_widget_state.widget_metadata  # noqa: SLF001
    for widget in list(known):
        if everything or (widget not in state._old_state and widget not in state._new_widget_state):  # noqa: SLF001
            del known[widget]


def draw_again(visitor: Visitor) -> None:
    """Have the page of another visitor drawn again as it was drawn last, although nobody clicks there."""
    server = _server()
    if server is None:
        return

    def draw() -> None:
        if info := server._session_mgr.get_session_info(visitor.session_id):  # noqa: SLF001
            info.session.request_rerun(info.session._client_state)  # noqa: SLF001 - as Streamlit does for new code

    _in_loop(server, draw)


def _close(session_id: str) -> None:
    server = _server()
    if server is None:
        return

    def close() -> None:
        info = server._session_mgr.get_session_info(session_id)  # noqa: SLF001
        if info is None or server.is_active_session(session_id):  # it may have come back in this moment
            return
        server.close_session(session_id)
        # The session that was served last is remembered by Streamlit's loop until it serves another one.
        _forget_widgets(info.session.session_state, everything=True)
        info.session.session_state.clear()

    _in_loop(server, close)


def _in_loop(server: runtime.Runtime, what: Callable[[], None]) -> None:
    """Do something to sessions: in the server's own thread alone, to which Streamlit has no public way."""
    server._get_async_objs().eventloop.call_soon_threadsafe(what)  # noqa: SLF001


def _server() -> runtime.Runtime | None:
    try:
        return runtime.get_instance()
    except RuntimeError:
        return None
