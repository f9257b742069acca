"""Keep a survey, so that it is there next time: the form behind its name, and the list on the first screen."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import WorkspaceError
from nps_core.formatting import format_count, format_day, plural, short, with_interval
from nps_core.viewer import EVERYONE
from pages.ui import downloads, kept, open_surveys, session, waves
from pages.ui.text import empty, heading, problem, safe, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.workspace import KeptSurvey, Wave
    from nps_core.workspace.values import Receipt
    from pages.ui.open_surveys import Opened

LONGEST_NAME = 80
"""Characters of a name that one types in."""

BY = kept.BY
"""The key of how somebody signs, asked once a session."""

RECEIPTS = "erase.receipts"
"""The key of what was deleted in this session, until somebody has read it."""

_SHOWN = 6  # kept surveys that stand open on the first screen
_SIGNED, _AS, _EACH = "kept.by.keep", "kept.as", "kept.each"

BY_WAVE = "kept.by.wave"
"""The key of the same, over files that may become waves."""


def offer(opened: Opened) -> None:
    """Where the survey is held, and the way to keep it; behind its name."""
    with st.container(key="keep", gap="small"):
        if opened.survey.elsewhere is not None:
            say(_TABLE_WORDS, "small")
            heading("Or open a file")
        elif opened.kept is not None:
            say(_kept_words(opened.kept), "small")
            if kept.may_keep():
                heading("Add the next wave")
                say("Drop its file: you see what it changes before anything is written.", "small")
        elif not kept.may_keep():
            say(_memory_words(), "small")
        else:
            _form(opened)
            heading("Or open another file")


_TABLE_WORDS = (
    "A table that is counted where it is; it is not kept here. The address of this page opens it again, for whoever may"
    " see this server."
)


def unkept(opened: Opened, what: str) -> None:
    """Say what lives with kept surveys alone, and how this one becomes one of them."""
    if opened.survey.elsewhere is not None:
        hint = "A table is not: export the responses that this is about, open the file, and keep it."
    else:
        hint = "Keep it: behind its name, above."
    empty(what, hint)


def list_kept() -> bool:
    """The kept surveys, one click to open each; whether there are any."""
    try:
        surveys = kept.listed()
    except WorkspaceError as error:
        problem(error.message, error.hint)
        return False
    if not surveys:
        return False
    heading("Kept surveys")
    with st.container(key="kept-list", gap=None):
        for survey in surveys[:_SHOWN]:
            _row(survey)
        if len(surveys) > _SHOWN:
            with st.expander(f"{len(surveys) - _SHOWN:,} more"):
                for survey in surveys[_SHOWN:]:
                    _row(survey)
    return True


def wave_words(wave: Wave) -> str:
    """A wave in one line: its responses, its NPS with the interval, its days."""
    own = wave.figures
    nps = _nps_words(wave) if own.n else ""
    days = " to ".join(dict.fromkeys(format_day(day) for day in (own.first, own.last) if day))
    return " · ".join(filter(None, (plural(own.n, "response"), nps, days)))


def signed(label: str, key: str) -> None:
    """Ask who does it; what was typed before in this session stands there."""
    st.text_input(
        safe(label),
        st.session_state.get(BY, ""),
        key=key,
        max_chars=LONGEST_NAME,
        placeholder="your name, if you like",
    )


def sign(key: str) -> str:
    """How somebody signs what a button does: as it is typed by now, since the button was drawn before."""
    st.session_state[BY] = st.session_state.get(key, st.session_state.get(BY, "")).strip()
    return str(st.session_state[BY])


def done() -> None:
    """Why what somebody asked for was not done; and what was deleted just now, to be taken away: it names nobody."""
    if (error := kept.refused()) is not None:
        problem(error.message, error.hint)
        st.button("All right", type="tertiary", key="refused.read", on_click=kept.refuse, args=(None,))
    told: Sequence[Receipt] = st.session_state.get(RECEIPTS, ())
    if not told:
        return
    with st.container(key="receipts", gap="small"):
        for place, receipt in enumerate(told):
            say(receipt.sentence, "plain")
            downloads.button(
                "Receipt",
                receipt.text(),
                f"receipt-{receipt.when.date():%Y-%m-%d}.txt",
                "text/plain",
                f"receipt.take.{place}",
            )
        st.button("All right", type="tertiary", key="receipt.read", on_click=_read)


def _row(survey: KeptSurvey) -> None:
    with st.container(key=f"kept.row.{survey.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            safe(short(survey.name, 60)),
            on_click=session.ask,
            args=(session.open_listed, survey.link),
            icon=":material/folder_open:",
            key=f"kept.open.{survey.id}",
        )
        say(_survey_words(survey), "quiet", width="content")


def _survey_words(survey: KeptSurvey) -> str:
    if st.session_state.get("viewer", EVERYONE).is_restricted:  # the figures are of whole waves
        return ""
    last = survey.waves[-1]
    said = [f"{plural(len(survey.waves), 'wave')}, {plural(survey.n, 'response')}"]
    said += [f"{_nps_words(last)} in {last.name}"] if last.figures.n else []
    said += [f"until {format_day(survey.last)}"] if survey.last else []
    return " · ".join(said)


def _nps_words(wave: Wave) -> str:
    own = wave.figures
    return f"NPS {with_interval(own.nps, own.low, own.high)}"


def _kept_words(survey: KeptSurvey) -> str:
    by = f" by {survey.by}" if survey.by else ""
    return (
        f"Kept on {format_day(survey.made.date())}{by}: {plural(len(survey.waves), 'wave')}. The address of this page"
        " opens it again, for whoever has it."
    )


def _memory_words() -> str:
    hours = open_surveys.SHELF.seconds // 3600
    return (
        f"Held in memory only: gone {format_count(hours)} hours after anybody last looked at it, or when the server"
        " is started again."
    )


def _form(opened: Opened) -> None:
    say(_memory_words(), "small")
    try:
        others = {survey.link: survey.name for survey in kept.listed()}
    except WorkspaceError as error:
        problem(error.message, error.hint)
        return
    if others:
        st.selectbox(
            "Keep it as",
            ["", *others],
            key=_AS,
            format_func=lambda link: f"the next wave of {short(others[link])}" if link else "a new survey",
        )
    key = f"kept.name.{opened.link}"
    if not others or not st.session_state[_AS]:
        st.text_input(
            "Name",
            PurePath(opened.survey.name.partition(", ")[0]).stem[:LONGEST_NAME],
            key=key,
            max_chars=LONGEST_NAME,
        )
        signed("Added by", _SIGNED)
        if len(opened.files or ()) > 1:
            st.checkbox("Each file is a wave of it", value=True, key=_EACH)
    st.button(
        "Keep", type="primary", icon=":material/bookmark:", key="kept.keep", on_click=_keep, args=(key,)
    )


def _keep(key: str) -> None:
    # As they are typed by now: the button was drawn before.
    opened, asked = session.shown(), st.session_state
    asked[session.TURN] += 1  # else what is behind the name would stand open over the dialog
    if link := asked.get(_AS):
        session.ask(_to_wave, link)
        return
    name, by = asked[key].strip(), sign(_SIGNED)
    if len(opened.files or ()) > 1 and asked.get(_EACH):
        session.ask(waves.arrive, opened.files, None, name, by)
    else:
        session.ask(waves.keep, name, by)


def _to_wave(link: str) -> None:
    """Look at the survey that is open as the next wave of a kept one."""
    opened = session.shown()
    try:
        survey = kept.find(link)
    except WorkspaceError as error:
        kept.refuse(error)
        return
    if survey is None:
        return
    if len(opened.files or ()) > 1:
        waves.arrive(opened.files or (), survey)
    else:
        waves.propose(opened, survey)


def _read() -> None:
    st.session_state.pop(RECEIPTS, None)
