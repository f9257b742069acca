"""The first screen: drop a file, or look at the sample; and what to do when a file could not be read."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from threading import Timer

import streamlit as st

from pages.ui import session
from pages.ui.text import answer, heading, problem, safe, say

_WARM_UP_SECONDS = 1.0  # by then the first screen is painted

TYPES = ["csv", "tsv", "txt", "xlsx", "xls", "xlsm", "ods", "sav"]


def show() -> None:
    """Draw the first screen."""
    trouble = session.failed()
    if trouble is None:
        answer("Drop a survey export, and read your NPS in a minute")
        say("CSV, TSV or Excel, as your survey tool writes it. It stays on this machine.", "plain")
    else:
        answer("This file could not be read as an NPS survey")
        problem(trouble.error.message, trouble.error.hint)
        if here := session.opened():
            icon = ":material/arrow_back:"
            st.button(
                f"Back to {safe(here.survey.name)}", on_click=session.dismiss, icon=icon, key="start.back"
            )
    if st.session_state.pop("link_gone", False):
        problem(
            "This link opens a survey that is no longer held here.",
            "Drop the same file in again: the filters of the link will be applied to it.",
        )
    upload("start")
    left, _ = st.columns([1, 2])
    left.button("Open the sample survey", on_click=_sample, icon=":material/science:", width="stretch")
    _warm_up()
    if trouble is not None:
        from pages.ui import mapping  # noqa: PLC0415 - the first screen needs neither this nor what it imports

        mapping.rescue(trouble)
        return
    _what_comes()


def upload(place: str) -> None:
    """The uploader; its value is dropped as soon as it was read, since Streamlit copies it at every run."""
    turn = st.session_state.setdefault("upload.turn", 0)
    files = st.file_uploader(
        "Survey export", type=TYPES, accept_multiple_files=True, key=f"upload.{place}.{turn}",
        label_visibility="collapsed", help="Several files are read as one survey, with their names as an attribute.",
    )  # fmt: skip
    if files:
        session.open_files(tuple((file.name, file.getvalue()) for file in files))
        session.drop(files)
        st.session_state["upload.turn"] = turn + 1
        st.rerun()


def _sample() -> None:
    st.session_state["open_sample"] = True


@cache
def _warm_up() -> None:
    """Import what reads and counts while the visitor looks for the file; once a process."""
    later = Timer(_WARM_UP_SECONDS, import_module, ["nps_core"])
    later.daemon = True
    later.start()


def _what_comes() -> None:
    st.html('<div style="height:1.2rem"></div>')
    columns = st.columns(3, gap="large")
    for column, (title, text) in zip(columns, _PROMISES, strict=True):
        with column:
            heading(title)
            say(text)


_PROMISES = (
    (
        "Every row accounted for",
        "Header rows, test responses, partial answers and repeated rows are told apart and counted. What could not be read is shown, never guessed.",
    ),
    (
        "Never the score alone",
        "Each score comes with its interval, its trend, the segments beyond chance, and the themes of the comments behind it.",
    ),
    (
        "Charts for the review",
        "Filter to a persona, a plan or a quarter, and take every chart away as PNG or SVG and every table as CSV.",
    ),
)
