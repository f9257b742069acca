"""Back to what was shown before: filters, and what was picked on the pages.

The browser's own way back leaves the app, since an address here is replaced and none is added; so the way back is a
button of the page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core import Filters

    Shown = tuple[Filters, dict[str, list[str]]]

_KEPT, _MOST = "shown.before", 50


def note(filters: Filters) -> None:
    """Remember what is shown, once all of a page is drawn."""
    shown, seen = (filters, choices.held()), _seen()
    if not seen or seen[-1] != shown:
        st.session_state[_KEPT] = [*seen, shown][-_MOST:]


def possible() -> bool:
    """Whether something else was shown before."""
    return len(_seen()) > 1


def take_back(hold: Callable[[Filters], None]) -> None:
    """Let hold what was shown before; `hold` lets filters hold. For the callbacks of widgets."""
    *earlier, (filters, picked), _ = _seen()
    hold(filters)
    choices.hold(picked)
    st.session_state[_KEPT] = [*earlier, (filters, picked)]


def _seen() -> list[Shown]:
    seen: list[Shown] = st.session_state.get(_KEPT, [])
    return seen
