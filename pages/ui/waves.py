"""Waves: a survey is kept, files become its next waves once they were looked at, and the last one is taken back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import ReadError, WorkspaceError
from pages.ui import kept, kept_settings, open_surveys, session, visitors
from pages.ui.open_surveys import Opened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nps_core.corrections import Corrections
    from nps_core.workspace import KeptSurvey, WavePreview
    from pages.ui.open_surveys import Files


def taken(files: Files) -> None:
    """Open files that were dropped in; or, over a kept survey, have them looked at as its next waves."""
    here = st.session_state.get("opened")
    if here is not None and here.kept is not None and kept.may_keep():
        arrive(files, here.kept)
    else:
        session.open_files(files)


@dataclass(frozen=True, eq=False)
class WaveFile:
    """A file that may become a wave: as it was read, what adding it would do, and what reading it so did to it.

    `preview` is None where there is no survey yet that it could be added to.
    """

    opened: Opened
    preview: WavePreview | None = None
    changed: session.Changed | None = None


@dataclass(frozen=True, eq=False)
class Arrived:
    """Files that are looked at before they become waves, the oldest first; of a new survey where `survey` is None."""

    files: tuple[WaveFile, ...]
    survey: KeptSurvey | None = None
    name: str = ""
    by: str = ""


def arrive(files: Files, survey: KeptSurvey | None, name: str = "", by: str = "") -> None:
    """Read files, each by itself and as the kept survey was read, to be looked at before they become its waves."""
    found = []
    for place, file in enumerate(files):
        one = _read_wave((file,), survey)
        if isinstance(one, session.Failed):
            if len(files) > 1 and isinstance(one.error, ReadError):
                one.error.place = place
            session.show_found(replace(one, files=() if one.refused else files))
            return
        found.append(one)
    propose(found, survey, name, by)


def propose(
    files: Iterable[WaveFile], survey: KeptSurvey | None = None, name: str = "", by: str = ""
) -> None:
    """Let somebody look at files before they become waves."""
    from nps_core import Scope  # noqa: PLC0415 - the first screen has no use for what it imports

    told = sorted(files, key=lambda own: Scope(own.opened.survey).last or dt.date.min)
    try:
        if survey is not None:
            told = [_with_preview(own, survey) for own in told]
    except WorkspaceError as error:
        kept.note(error)
        return
    st.session_state["arrived"] = Arrived(tuple(told), survey, name, by)
    open_surveys.count_arrived((own.opened for own in told), visitors.current())


def _with_preview(own: WaveFile, survey: KeptSurvey) -> WaveFile:
    with kept.progress(f"Comparing “{own.opened.survey.name}”") as tell:
        return replace(own, preview=kept.workspace().preview(survey, own.opened.survey, tell))


def _read_wave(files: Files, survey: KeptSurvey | None) -> WaveFile | session.Failed:
    """Files as they are found; and as the waves of a kept survey were read, where that is otherwise."""
    if survey is None:
        found, again = session.take_as_before(files, "", session.recalled)
    else:
        found, again = session.take_as_before(files, "", partial(_as_kept, survey))
    if isinstance(again, Opened) and isinstance(found, Opened):
        return WaveFile(again, changed=session.compared(found.survey, again.survey))
    one = again if isinstance(again, Opened) else found
    return one if isinstance(one, session.Failed) else WaveFile(one)


def _as_kept(survey: KeptSurvey, found: Opened | session.Failed) -> Corrections | None:
    """How a file has to be read to be read as the waves of a kept survey."""
    if isinstance(found, session.Failed):
        return session.recalled(found)
    return kept.workspace().corrections(survey, found.survey) or None


def arrived() -> Arrived | None:
    """The files that are looked at before they become waves of a kept survey."""
    return st.session_state.get("arrived")


def leave_arrived() -> None:
    """Let go of the files that were to become waves; for the callbacks of widgets."""
    st.session_state.pop("arrived", None)
    open_surveys.count_arrived((), visitors.current())


def open_arrived() -> None:
    """Open the files by themselves that were to become waves."""
    files = st.session_state["arrived"].files
    leave_arrived()
    if len(files) == 1:
        session.show_found(replace(files[0].opened, link=open_surveys.new_link()))
        st.session_state["fresh"] = True
    else:
        session.open_files(tuple(file for own in files for file in own.opened.files or ()))


def add_arrived(names: Sequence[str], by: str) -> None:
    """Let files that were looked at become waves under these names, and open the survey with them."""
    arrived: Arrived = st.session_state["arrived"]
    here = session.shown()
    survey, added = arrived.survey, None
    try:
        for own, name in zip(arrived.files, names, strict=True):
            with kept.progress(f"Adding “{name}”") as tell:
                if survey is None:
                    link = None if here.link == open_surveys.SAMPLE else here.link
                    settings = kept_settings.of(here)
                    survey = kept.workspace().keep(
                        own.opened.survey, arrived.name, by, settings, link=link, wave=name, progress=tell
                    )
                else:
                    added = kept.workspace().add_wave(survey, own.opened.survey, name, by, progress=tell)
    except WorkspaceError as error:
        st.session_state["arrived.refused"] = error
        return
    leave_arrived()
    for own in arrived.files:
        open_surveys.let_go(own.opened.digest)
    if survey is not None:
        session.open_written(here, survey.link)
        kept.say(f"“{added.name}” was added" if added else "", added.id if added else None)


def undo_wave(link: str) -> None:
    """Take back the wave that was added last."""
    here = session.shown()
    try:
        survey = kept.find(link)
        gone = survey and kept.workspace().undo(survey)
    except WorkspaceError as error:
        kept.note(error)
        return
    session.open_written(here, link)
    kept.say(f"“{gone.name}” was taken back: the survey is as it was before." if gone else "")


def keep(name: str, by: str) -> None:
    """Keep the survey that is open; its link lasts from here on, and what was typed in lives with it."""
    here = session.shown()
    link = None if here.link == open_surveys.SAMPLE else here.link
    try:
        with kept.progress(f"Keeping “{name}”") as tell:
            survey = kept.workspace().keep(
                here.survey, name, by, kept_settings.of(here), link=link, progress=tell
            )
    except WorkspaceError as error:
        kept.note(error)
        return
    session.open_written(here, survey.link)
