"""Waves: a survey is kept, files become its next waves once they were looked at, and the last one is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import WorkspaceError
from nps_core.formatting import plural
from pages.ui import kept, kept_settings, open_surveys, session, state, visitors
from pages.ui.memory_budget import FullError

# What brings pandas is imported where it is needed: the first screen has no use for it.

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core import Survey
    from nps_core.corrections import Corrections
    from nps_core.workspace import KeptSurvey, WaveFile, WavePreview
    from pages.ui.open_surveys import Files, Opened

_ARRIVED = "arrived"


@dataclass(frozen=True, eq=False)
class Arrived:
    """Files that are looked at before they become waves: of a kept survey, or of a new one where `survey` is None.

    Parameters
    ----------
    files
        As they were dropped in.
    read
        Each as it was read, the oldest first.
    previews
        What adding each would do; None for one that could not be read, and for all of a new survey.
    name, by
        What the new survey is called, and who keeps it.
    """

    files: Files
    read: tuple[WaveFile, ...]
    previews: tuple[WavePreview | None, ...]
    survey: KeptSurvey | None = None
    name: str = ""
    by: str = ""


def taken(files: Files) -> None:
    """Open files that were dropped in; or, over a kept survey, have them looked at as its next waves."""
    here = st.session_state.get("opened")
    if here is not None and here.kept is not None and kept.may_keep():
        arrive(files, here.kept)
    else:
        session.open_files(files)


def arrive(files: Files, survey: KeptSurvey | None, name: str = "", by: str = "") -> None:
    """Read files, each by itself and as the waves of a kept survey were, to be looked at."""
    from nps_core.workspace import read_waves  # noqa: PLC0415 - see the imports

    visitor = visitors.current()
    try:
        with (
            open_surveys.room_to_read(open_surveys.reading_bytes(files), visitor),
            kept.progress("Reading") as tell,
        ):
            read = read_waves(files, _like(survey), tell)
            if len(files) == 1 and read[0].survey is None:
                session.open_files(files)  # where it is said what speaks against it, and what can be done
                return
            previews = tuple(_preview(one, survey, tell) for one in read)
    except FullError:
        session.refuse(files)
    except WorkspaceError as error:
        kept.refuse(error)
    else:
        st.session_state[_ARRIVED] = Arrived(files, read, previews, survey, name, by)
        open_surveys.count_arrived(files, [one.survey for one in read if one.survey is not None], visitor)


def propose(opened: Opened, survey: KeptSurvey) -> None:
    """Let somebody look at what adding the survey that is open to a kept one would do."""
    from nps_core.workspace import WaveFile  # noqa: PLC0415 - see the imports

    read = WaveFile(opened.survey.name, opened.survey)
    try:
        with kept.progress("Comparing") as tell:
            preview = _preview(read, survey, tell)
    except WorkspaceError as error:
        kept.refuse(error)
    else:
        st.session_state[_ARRIVED] = Arrived((), (read,), (preview,), survey)


def arrived() -> Arrived | None:
    """The files that are looked at before they become waves."""
    return st.session_state.get(_ARRIVED)


def leave() -> None:
    """Let go of the files that were to become waves; for the callbacks of widgets."""
    st.session_state.pop(_ARRIVED, None)
    kept.refuse(None)
    open_surveys.count_arrived((), (), visitors.current())


def open_alone() -> None:
    """Open the files by themselves that were to become waves."""
    files = st.session_state[_ARRIVED].files
    leave()
    session.open_files(files)


def add(names: Sequence[str], by: str) -> None:
    """Let the files that were looked at become waves under these names, and open the survey with them."""
    arrived: Arrived = st.session_state[_ARRIVED]
    here, survey, added, trouble = session.shown(), arrived.survey, None, None
    try:
        for own, name in zip((one.survey for one in arrived.read if one.survey), names, strict=True):
            with kept.progress(f"Adding “{name}”") as tell:
                if survey is None:
                    survey = _keep(here, own, arrived.name, by, name, tell)
                else:
                    added = kept.workspace().add_wave(survey, own, name, by, progress=tell)
    except WorkspaceError as error:
        trouble = error
    if survey is not None and (added is not None or survey is not arrived.survey):
        leave()  # of several those before the one that failed are written
        session.open_written(here, survey.link)
        if added is not None:
            several = f"{len(names):,} waves were added; the last is “{added.name}”."
            kept.say(several if len(names) > 1 else f"“{added.name}” was added.", added.id)
    kept.refuse(trouble)


def keep(name: str, by: str) -> None:
    """Keep the survey that is open; its link lasts from here on, and what was typed in lives with it."""
    here = session.shown()
    try:
        with kept.progress(f"Keeping “{name}”") as tell:
            survey = _keep(here, here.survey, name, by, "", tell)
    except WorkspaceError as error:
        kept.refuse(error)
    else:
        session.open_written(here, survey.link)


def undo(link: str) -> None:
    """Take back the wave that was added last."""
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - see the imports

    here = session.shown()
    try:
        survey = kept.find(link)
        promised = follow_ups.follow_ups(kept.workspace().engine, survey) if survey else ()
        gone = survey and kept.workspace().undo(survey)
    except WorkspaceError as error:
        kept.refuse(error)
        return
    session.open_written(here, link)
    went = [one for one in promised if gone and one.wave == gone.id]
    along = f" {plural(len(went), 'follow-up')} went with it." if went else ""
    kept.say(f"“{gone.name}” was taken back: the survey is as it was before.{along}" if gone else "")


def _keep(
    here: Opened, survey: Survey, name: str, by: str, wave: str, tell: Callable[[str, float], None]
) -> KeptSurvey:
    from nps_core.trends.actions import actions_of  # noqa: PLC0415 - see the imports
    from nps_core.workspace import register  # noqa: PLC0415 - see the imports

    link = None if here.link == open_surveys.SAMPLE else here.link
    workspace = kept.workspace()
    found = workspace.keep(survey, name, by, kept_settings.of(here), link=link, wave=wave, progress=tell)
    register.take_over(workspace.engine, found, actions_of(state.take("did"), here.survey), by)
    return found


def _preview(
    read: WaveFile, survey: KeptSurvey | None, tell: Callable[[str, float], None]
) -> WavePreview | None:
    if survey is None or read.survey is None:
        return None
    return kept.workspace().preview(survey, read.survey, tell)


def _like(survey: KeptSurvey | None) -> Callable[[Survey | Sequence[str]], Corrections]:
    """How a file has to be read: as the waves of a kept survey, else as the survey that is open."""
    if survey is not None:
        return partial(kept.workspace().corrections, survey)
    corrections = session.shown().corrections
    return lambda _: corrections
