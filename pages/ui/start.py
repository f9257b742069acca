"""The first screen: drop a file, or look at the sample; and what to do when a file could not be read."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from threading import Timer
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import AccessError, CostError, EngineError
from nps_core.formatting import short
from pages.ui import access, connections, keeping, kept, session, waves
from pages.ui.text import answer, as_html, empty, heading, problem, safe, say

if TYPE_CHECKING:
    import datetime as dt

    from nps_core.errors import NPSError
    from pages.ui.connections import Connection
    from pages.ui.session import Failed

_WARM_UP_SECONDS = 1.0  # by then the first screen is painted

_ALONE = 4  # files offered to be opened by themselves
_TAKES = (
    "CSV, Excel, OpenDocument or SPSS, as your tool writes it; several at once become one survey. It stays on"
    " this machine."
)


def show() -> None:
    """Draw the first screen."""
    trouble = session.failed()
    with st.container(key="start"):
        access.account()
        if trouble is None:
            answer("Drop a survey export, and read your NPS in a minute")
        else:
            _failed(trouble)
        if (error := kept.trouble()) is not None:
            problem(error.message, error.hint)
        keeping.done()
        gone = st.session_state.get("link_gone", "")
        if connections.is_link(gone):
            problem("This link opens a table that this server no longer has.", "Ask whoever runs it.")
        elif gone:
            problem(
                "This link opens a survey that is no longer held here.",
                "Drop the same file in: the filters of the link will be applied to it.",
            )
        if trouble is not None:
            # The first screen needs neither this nor what it imports.
            from pages.ui import score_choice  # noqa: PLC0415

            score_choice.show(trouble)
            st.space("small")
            heading("Or open another file")
        any_kept = trouble is None and keeping.list_kept()
        any_kept = _tables() or any_kept
        with st.container(key="start-drop"):
            upload("start")
        say(_TAKES, "quiet")
        st.button(
            "Open the sample survey",
            on_click=session.ask,
            args=(session.open_sample,),
            icon=":material/science:",
            key="sample",
        )
        if trouble is None and not any_kept:
            gets_html = "".join(f"<li><b>{as_html(title)}</b>{as_html(text)}</li>" for title, text in _GETS)
            st.html(f'<ul class="gets">{gets_html}</ul>')
    _warm_up()


def _tables() -> bool:
    """The tables that this server offers, one click to open each; whether there are any."""
    found, wrong = connections.configured()
    for error in wrong:
        problem(error.message, error.hint)
    if found:
        heading("Tables", "counted where they are")
        with st.container(key="table-list", gap=None):
            for own in found:
                _table(own)
    return bool(found)


def _table(own: Connection) -> None:
    with st.container(key=f"table.row.{own.link}", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            safe(short(own.name, 60)),
            on_click=session.ask,
            args=(session.open_table, own.link),
            icon=":material/database:",
            key=f"table.open.{own.link}",
        )
        say(own.engine, "quiet", width="content")


def upload(place: str) -> None:
    """The uploader; its value is dropped as soon as it was read, since Streamlit copies it at every run.

    It takes any file: what a wrong one is, and what to do instead, the reader says better than its name does.
    """
    turn = uploads_taken()
    files = st.file_uploader(
        "Survey export",
        accept_multiple_files=True,
        key=f"upload.{place}.{turn}",
        label_visibility="collapsed",
    )
    if files:
        session.take(files, waves.taken)
        st.session_state[session.TURN] = turn + 1
        st.rerun()


def uploads_taken() -> int:
    """How many uploads were taken in this session: what stood open for one is drawn anew after it."""
    taken: int = st.session_state.setdefault(session.TURN, 0)
    return taken


def not_connected(error: NPSError, link: str, after: dt.datetime | None = None) -> None:
    """Why a table could not be connected; or what that costs, with a button to do it all the same."""
    if not isinstance(error, CostError):
        problem(error.message, error.hint)
        return
    empty(error.message, error.hint)
    st.button(
        "Connect it",
        on_click=session.ask,
        args=(session.open_table, link, after),
        kwargs={"agreed": True},
        type="primary",
        key="table.connect",
    )


def _failed(trouble: Failed) -> None:
    """What went wrong, and the ways on: the other files, or the survey that is open."""
    error, files = trouble.error, trouble.files
    several = len(files) > 1
    if isinstance(error, AccessError):
        answer("You may not see this survey")
    elif trouble.refused:
        answer("There is no room for this survey now")
    elif isinstance(error, CostError):
        answer("This table takes long to connect")
    elif isinstance(error, EngineError):
        answer("This table could not be opened")
    else:
        answer(
            f"{'These files' if several else 'This file'} could not be read as"
            f" {'one' if several else 'an NPS'} survey"
        )
    not_connected(error, trouble.table)
    place = getattr(error, "place", None)
    with st.container(horizontal=True, gap="small"):
        if several and place is not None:
            rest = (*files[:place], *files[place + 1 :])
            st.button(
                (
                    "Open the other file without it"
                    if len(rest) == 1
                    else f"Open the other {len(rest)} files without it"
                ),
                on_click=session.ask,
                args=(session.open_files, rest),
                type="primary",
                key="start.rest",
            )
        elif several:
            for one, (name, _) in enumerate(files[:_ALONE]):
                st.button(
                    f"Open {safe(name)} alone",
                    on_click=session.ask,
                    args=(session.open_files, files[one : one + 1]),
                    key=f"start.alone.{one}",
                )
        if here := session.opened():
            icon = ":material/arrow_back:"
            st.button(
                f"Back to {safe(here.survey.name)}", on_click=session.dismiss, icon=icon, key="start.back"
            )


@cache
def _warm_up() -> None:
    """Import what reads and counts while the visitor looks for the file, and start what opens workbooks.

    Once a process.
    """
    later = Timer(_WARM_UP_SECONDS, _import_all)
    later.daemon = True
    later.start()


def _import_all() -> None:
    # The package as a whole first: of two threads that import parts of it in another order one gets half a module.
    import_module("nps_core")
    import_module("nps_core.reading.sandbox").warm_up()


_GETS = (
    ("Every row accounted for", "What counts, what does not, and what could be read otherwise."),
    ("Never the score alone", "Its interval, its story, who stands apart, and what they say."),
    ("The slides for the review", "Filtered as you look at it, with charts that can be edited."),
)
