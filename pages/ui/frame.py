"""What stands around every page: the survey in hand, the filters, what is looked at; then the page."""

from __future__ import annotations

import logging
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.errors import FragmentHandledException

from nps_core.errors import NPSError
from nps_core.filter_figures import beside_all
from nps_core.formatting import short
from pages.ui import (
    access,
    choices,
    clicks,
    connections,
    filter_bar,
    keeping,
    kept,
    kept_settings,
    places,
    rooms,
    session,
    start,
    state,
    upkeep,
    visitors,
    waves,
)
from pages.ui.text import DATED, empty, problem, safe, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core import Filters

    Shown = tuple[Filters, dict[str, list[str]]]
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.navigation.page import StreamlitPage

    from nps_core import Scope
    from pages.ui.open_surveys import Opened

WITHOUT_FIGURES = {"data", "method"}
"""The pages that speak of the file, by their url_path, so that filters change nothing of what they say."""

_LONGEST = 32  # characters of the file's name


def show(page: StreamlitPage) -> None:
    """Draw the page inside its frame; or the first screen, where no survey is open.

    What goes wrong is told under what was drawn by then: the filters are above it, and other pages can be gone to.
    """
    try:
        _show(page)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told here and logged
        if not isinstance(error, FragmentHandledException):  # told in its fragment
            failed(error)
        opened = st.session_state.get("opened")
        if opened is not None and opened.survey.elsewhere is not None:
            _refresh(opened, "refresh.trouble")


def failed(error: Exception) -> bool:
    """Say what went wrong, where it did; True, so that `st.App` says nothing of its own.

    It comes here from the pages, and from what runs beside them and draws itself anew: fragments, dialogs, callbacks.
    """
    if isinstance(error, NPSError):
        problem(error.message, error.hint)
    else:
        # Streamlit's own message would send people to a cloud that this is not. The log has the traceback.
        logging.getLogger("nps_dashboard").error("a page failed", exc_info=error)
        problem(
            "This page could not be drawn.",
            "The other pages still work. What went wrong stands in the log of the server.",
        )
    return True


def _show(page: StreamlitPage) -> None:
    upkeep.begin()
    access.enter()
    st.session_state.pop(DATED, None)
    if places.is_earlier(page):
        page.run()
    visitors.current()  # whoever has seen a page may upload
    if page.url_path == access.PAGE:
        access.account()
        page.run()
        return
    opened = _opened()
    session.forget_widgets()
    if session.failed() is not None:
        start.show()
        st.stop()  # so that Streamlit keeps the widgets: the survey that is open stays as it was
    if opened is None:
        start.show()
        return  # so that it forgets those of a survey that was closed, and what they hold of it
    _framed(page, opened)


def _framed(page: StreamlitPage, opened: Opened) -> None:
    """Draw the page of a survey that is open, with what stands around it."""
    rooms.lead(page)
    trouble = session.table_trouble()  # what goes wrong before it is told tells the same
    with st.container(horizontal=True, gap="xxsmall", key="places"):
        # On a telephone, where Streamlit hides its own behind a sign that does not say so.
        for own in places.shown():
            st.page_link(own)
    with st.container(gap="xxsmall", key="frame"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="bar"):
            _survey(opened, page)
            filter_bar.show(opened.survey, opened.link)
            access.account()
        filter_bar.left_out()
        scope = session.current()
        costs = connections.costs(scope, opened.link) if opened.survey.elsewhere is not None else ""
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="shown"):
            if not costs:
                _line(scope)
            if opened.survey.elsewhere is not None:
                _refresh(opened, "refresh")
            back = st.container(width="content")  # what can be taken back is known once all is drawn
    saved = st.container()  # whether all could be saved is known once all is drawn, too
    _done(opened)
    if trouble is not None and opened.survey.elsewhere is not None:
        start.not_connected(trouble, opened.link, opened.survey.elsewhere.as_of)
    of_figures = page.url_path not in WITHOUT_FIGURES
    if of_figures:
        st.session_state[DATED] = scope.filters
    if costs and of_figures:
        empty(costs, "Pick days or values of attributes above to ask for less.")
        yes = scope.survey.digest, scope.filters
        st.button("Ask it", on_click=connections.agree, args=yes, type="primary", key="table.ask")
        _remember(opened, scope, back, saved)
        st.stop()
    if of_figures and not scope.n:
        empty("No response matches these filters.", "Take one of them off above, or reset them all.")
        st.button("Reset filters", on_click=filter_bar.reset, type="primary", key="reset.empty")
        _remember(opened, scope, back, saved)
        st.stop()
    clicks.listen()
    try:
        if session.is_fresh() and not page.url_path:
            from pages.ui import mapping  # noqa: PLC0415 - the first screen has no use for what it imports

            mapping.card()
        page.run()
    finally:
        _remember(opened, scope, back if of_figures else None, saved)


def _opened() -> Opened | None:
    """What is open, after what a button or the address asked for was done; with the navigation that belongs to it."""
    # How far the reading is has its own place: all under it would move up in the next run.
    with st.container(key="progress"):
        opened = session.opened()
    if places.are_past():
        st.rerun()
    return opened


def _remember(opened: Opened, scope: Scope, back: DeltaGenerator | None, saved: DeltaGenerator) -> None:
    """Let the address say what was picked on the page as well, and offer what was shown before."""
    with saved:
        kept_settings.save(opened)
        if (error := kept.trouble()) is not None:
            problem(error.message, error.hint)
    state.show(opened.link, scope.filters, opened.survey)
    _note_shown(scope.filters)
    if back is None:  # of what was read of the file the page itself takes changes back
        return
    back.button(
        "Undo",
        on_click=_take_back,
        args=(partial(filter_bar.hold, scope.survey),),
        icon=":material/undo:",
        type="tertiary",
        key="undo",
        width="content",
        disabled=not _can_undo(),
        help="Back to the filters and choices before.",
    )


def _done(opened: Opened) -> None:
    """What was done to a kept survey, and the files that wait to become its waves."""
    keeping.done()
    if opened.kept is not None:
        from pages.ui import history  # noqa: PLC0415 - the first screen has no use for what it imports

        history.notice(opened)
    if (arrived := waves.arrived()) is not None:
        from pages.ui import wave_dialog  # noqa: PLC0415 - as above

        wave_dialog.show(arrived)


def _survey(opened: Opened, page: StreamlitPage) -> None:
    """The file's name, and behind it another file, and what was read of this one."""
    # Of each page and each file its own, so that it does not stay open over what it led to.
    revision = opened.kept.revision if opened.kept else 0
    own = f"survey.{page.url_path}.{start.uploads_taken()}.{revision}"
    with (
        st.container(key="survey", width="content"),
        st.popover(
            safe(short(opened.survey.name, _LONGEST)),
            icon=_icon(opened),
            key=own,
        ),
    ):
        keeping.offer(opened)
        start.upload("bar")
        st.page_link(places.place("data"), label="Data: what was read of it", icon=":material/table_view:")
        st.page_link(places.place("method"), label="How each figure is computed", icon=":material/function:")
        st.button(
            "Close this survey",
            on_click=session.forget,
            icon=":material/close:",
            type="tertiary",
            key="close",
        )


def _icon(opened: Opened) -> str:
    if opened.survey.elsewhere is not None:
        return ":material/database:"
    return ":material/bookmark:" if opened.kept else ":material/description:"


def _refresh(opened: Opened, key: str) -> None:
    """The way to look at a table anew."""
    table = opened.survey.elsewhere
    assert table is not None  # noqa: S101 - as the callers looked
    st.button(
        "Refresh",
        on_click=session.ask,
        args=(session.open_table, opened.link, table.as_of),
        icon=":material/refresh:",
        type="tertiary",
        key=key,
        width="content",
        help="Look at the table as it is now.",
    )


def _line(scope: Scope) -> None:
    """What is shown, beside all there is; and the ways back."""
    say(" · ".join(filter(None, (beside_all(scope), scope.words, scope.as_of))), width="content")
    if scope.filters and scope.n:
        st.button(
            "Reset filters", on_click=filter_bar.reset, type="tertiary", key="reset.top", width="content"
        )


_BEFORE, _MOST_BEFORE = "shown.before", 50


def _note_shown(filters: Filters) -> None:
    """Remember what is shown, once all of a page is drawn."""
    shown, seen = (filters, choices.held()), _shown_before()
    if not seen or seen[-1] != shown:
        st.session_state[_BEFORE] = [*seen, shown][-_MOST_BEFORE:]


def _can_undo() -> bool:
    """Whether something else was shown before."""
    return len(_shown_before()) > 1


def _take_back(hold: Callable[[Filters], None]) -> None:
    """Let hold what was shown before; `hold` lets filters hold. For the callbacks of widgets."""
    *earlier, (filters, picked), _ = _shown_before()
    hold(filters)
    choices.hold(picked)
    st.session_state[_BEFORE] = [*earlier, (filters, picked)]


def _shown_before() -> list[Shown]:
    seen: list[Shown] = st.session_state.get(_BEFORE, [])
    return seen
