"""The survey in the session: opened from an upload, the sample or a link, read otherwise, and read as before."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

import nps_core
from nps_core import NPSError
from nps_core.errors import AccessError, EngineError, WorkspaceError
from nps_core.viewer import EVERYONE
from pages.ui import (
    background,
    connections,
    kept,
    kept_settings,
    login,
    memory_budget,
    open_surveys,
    remembered_readings,
    state,
    visitors,
)
from pages.ui.memory_budget import FullError
from pages.ui.open_surveys import Opened
from pages.ui.text import safe
from pages.ui.uploads import let_go, refusal

# What brings pandas is imported where it is needed: the first screen has no use for it.

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterable, Sequence

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from nps_core import Scope, Survey
    from nps_core.corrections import Corrections, ReadingFigures
    from nps_core.workspace import KeptSurvey
    from pages.ui.open_surveys import Files

TURN = "upload.turn"
"""The key of how often what is behind the survey's name was drawn anew: what stood open is closed then."""

_TABLE_TROUBLE = "table.trouble"

SAMPLE = Path(__file__).parents[2] / "data" / "sample_survey.csv"


@dataclass(frozen=True, eq=False)
class Failed:
    """What could not be read, and why; `refused` when it was not even tried, for want of room; of a table its link."""

    error: NPSError
    files: Files
    refused: bool = False
    table: str = ""


@dataclass(frozen=True)
class Changed:
    """What the last change of the reading did to the figures."""

    before: ReadingFigures
    after: ReadingFigures


def current() -> Scope:
    """What every page shows; the frame has seen to it that a survey and its filters are there."""
    here, viewer = st.session_state["opened"], st.session_state.get("viewer", EVERYONE)
    return nps_core.Scope(here.survey, st.session_state["filters"], viewer)


def opened() -> Opened | None:
    """What is open in this session, after what a button asked for was done; or what a new session's link asks for."""
    if (asked := st.session_state.pop("asked", None)) is not None:
        asked()
    here = st.session_state.get("opened")
    if here is not None and not open_surveys.look(here, visitors.current()):
        _let_go()  # somebody closed it; the address stays, and says below what it was
    elif here is not None and here.kept is not None:
        _look_again(here)
    elif here is not None and here.survey.elsewhere is not None and connections.is_past(here):
        open_table(here.link)
    if "opened" not in st.session_state and "failed" not in st.session_state and (link := state.link()):
        _open_link(link)
    return st.session_state.get("opened")


def shown() -> Opened:
    """What is open in this session; the frame has seen to it that there is something."""
    here: Opened = st.session_state["opened"]
    return here


def forget_widgets() -> None:
    """Hold on to no widget that is drawn no longer, and to none at all of another survey; before any is drawn."""
    visitors.forget_widgets(everything=st.session_state.pop("left", False))


def ask(what: Callable[..., None], *arguments: object, **named: object) -> None:
    """Do something at the start of the next run, where its progress can be seen; for the callbacks of widgets."""
    st.session_state["asked"] = partial(what, *arguments, **named)


def is_asked() -> bool:
    """Whether something is to be done at the start of the next run."""
    return "asked" in st.session_state


def failed() -> Failed | None:
    """The last file that could not be read, until another one is opened."""
    return st.session_state.get("failed")


def open_sample() -> None:
    """Open the sample survey."""
    open_files(((SAMPLE.name, SAMPLE.read_bytes()),), link=open_surveys.SAMPLE)


def open_files(files: Files, link: str = "") -> None:
    """Read files as one survey and make it the session's; a failure is kept to be shown.

    A survey is found again by the digest of what was read, never by a name: two files called export.csv
    are two surveys. Visitors with the same file share what was read of it. A file of the same columns as one
    whose reading was changed before is read the same way, and the pages say so.
    """
    from nps_core.corrections import Corrections  # noqa: PLC0415 - see the imports

    here = st.session_state.get("opened")
    if not link and here and here.digest == open_surveys.digest_of(files):
        link = here.link  # the same files again: nothing new is opened
    link = link or open_surveys.new_link()
    found = _take(files, Corrections(), link)
    columns = found.survey.columns if isinstance(found, Opened) else getattr(found.error, "columns", ())
    corrections = remembered_readings.recalled(columns)
    again = _take(files, corrections, link) if corrections else None
    # Where the file cannot be read as its likes were, it stays as it was found.
    show_found(again if isinstance(again, Opened) else found)
    st.session_state["fresh"] = isinstance(found, Opened) and link not in {
        open_surveys.SAMPLE,
        here and here.link,
    }
    if not isinstance(again, Opened):
        return
    st.session_state["as_before"] = True
    if isinstance(found, Opened):
        st.session_state["changed"] = _compared(found.survey, again.survey)


def open_kept(survey: KeptSurvey) -> None:
    """Open a kept survey as it is now; what went wrong stands on the page, and what is open stays."""
    try:
        found = kept.opened_of(survey)
        kept_settings.load(survey)
        login.note("opened", survey.name)
    except FullError:
        show_found(Failed(_no_room_for(survey.name), (), refused=True))
    except WorkspaceError as error:
        kept.note(error)
    else:
        kept.note(None)
        show_found(found)


def open_listed(link: str) -> None:
    """Open the kept survey of a link; what went wrong stands on the page."""
    st.session_state.pop("link_gone", None)
    try:
        survey = kept.find(link)
    except WorkspaceError as error:
        kept.note(error)
        return
    if survey is None:
        st.session_state["link_gone"] = link
    else:
        open_kept(survey)


def open_table(link: str, after: dt.datetime | None = None, *, agreed: bool = False) -> None:
    """Open a table that the server offers, looked at after a moment; what went wrong stands on the page.

    What is open stays then, with its filters in any case. One that is large is connected where somebody has `agreed`.
    """
    own = connections.find(link)
    here: Opened | None = st.session_state.get("opened")
    if own is None:
        st.session_state["link_gone"] = link
        return
    is_open = here is not None and here.link == link
    try:
        found = connections.opened_of(own, after, agreed=agreed)
        if here is not None and is_open:
            state.show(link, st.session_state["filters"], here.survey)  # it is read from there below
        show_found(found)
    except FullError:
        show_found(Failed(_no_room_for(own.name), (), refused=True))
    except EngineError as error:
        if is_open:
            st.session_state[_TABLE_TROUBLE] = error
        else:
            show_found(Failed(error, (), table=link))
    else:
        if "failed" not in st.session_state:  # they may see it
            login.note("opened", own.name)


def table_trouble() -> EngineError | None:
    """Why the table that is open could not be connected again; said once."""
    error: EngineError | None = st.session_state.pop(_TABLE_TROUBLE, None)
    return error


def open_written(here: Opened, link: str) -> None:
    """Open a kept survey anew after something in it was written; what was open before is let go of."""
    if here.kept is None:
        for other in open_surveys.close(here, visitors.current()):
            visitors.draw_again(other)  # they find it by the same link
        _carry_on(here.link, link)
    else:
        kept.let_go(here.digest, here=visitors.current())
    open_listed(link)


def is_fresh() -> bool:
    """Whether a file was just dropped in and nobody has looked over yet how it was read."""
    return bool(st.session_state.get("fresh"))


def looked_over() -> None:
    """Note that somebody has looked over how the file was read; for the callbacks of widgets."""
    st.session_state["fresh"] = False


def take(uploads: Sequence[UploadedFile], then: Callable[[Files], None]) -> None:
    """Do something with files that were dropped in, at the start of the next run, where its progress can be seen."""
    why = next((why for upload in uploads if (why := refusal(upload.file_id))), None)
    if why:
        ask(_refuse, *why)
    else:
        ask(then, tuple((upload.name, upload.getvalue()) for upload in uploads))
    drop(uploads)


def drop(uploads: Iterable[UploadedFile]) -> None:
    """Let go of the bytes of an upload, which Streamlit holds for as long as the visitor stays."""
    context = get_script_run_ctx()
    remove = getattr(context and context.uploaded_file_mgr, "remove_file", None)
    if context and remove:
        for upload in uploads:
            remove(session_id=context.session_id, file_id=upload.file_id)
            let_go(upload.file_id)


def read_otherwise(corrections: Corrections) -> None:
    """Read the same files again under another mapping, scale or policy for repeats, and remember it.

    Where that fails the survey stays as it is, and the page says why.
    """
    trouble = failed()
    here: Opened | None = st.session_state.get("opened")
    files = trouble.files if trouble else here.files if here else None
    if not files:
        return
    past = st.session_state.get("past", ())
    link = here.link if here and not trouble and here.link != open_surveys.SAMPLE else open_surveys.new_link()
    found = _take(files, corrections, link)
    if isinstance(found, Failed):
        st.session_state["refused"] = found.error
        return
    show_found(found)
    if not trouble and here:
        st.session_state["past"] = (*past, here.corrections)
        st.session_state["changed"] = _compared(here.survey, found.survey)
        _carry_on(here.link, found.link)
    remembered_readings.keep(found.survey.columns, corrections)


def undo() -> None:
    """Take the last change of the reading back."""
    *earlier, last = st.session_state["past"]
    read_otherwise(last)
    st.session_state["past"] = tuple(earlier)


def past() -> int:
    """How many changes of the reading can be taken back."""
    return len(st.session_state.get("past", ()))


def changed() -> Changed | None:
    """What the last change of the reading did to the figures; None while nothing was changed."""
    return st.session_state.get("changed")


def dismiss() -> None:
    """Let go of a file that could not be read and go back to the survey that is open."""
    st.session_state.pop("failed", None)
    open_surveys.count_failed((), visitors.current())


def start_over() -> None:
    """Hold nothing in this session any more, as if its browser had just come; the address stays."""
    _let_go()
    state.forget()
    for key in list(st.session_state):
        if key not in visitors.OF_SESSION:
            del st.session_state[key]


def forget() -> None:
    """Close the survey, for whoever has its link, and go back to the start; the filters go with it."""
    if here := st.session_state.get("opened"):
        for other in open_surveys.close(here, visitors.current()):
            visitors.draw_again(other)
    _let_go()
    state.clear()


def _look_again(here: Opened) -> None:
    """See whether a kept survey is what it was: somebody may have added to it, erased from it or deleted it."""
    try:
        now = kept.find(here.link)
    except WorkspaceError as error:
        kept.note(error)  # what is open stays
        return
    kept.note(None)
    if now is None:
        kept.let_go(here.digest, seen=True, here=visitors.current())
        _let_go()
    elif (now.revision, kept.waves_to_open(now)) != (here.kept and here.kept.revision, here.waves):
        if here.kept and now.revision != here.kept.revision:
            kept.let_go(here.digest, seen=True, here=visitors.current())
            _let_go()  # what was erased is shown no longer, even where the rest cannot be opened now
        open_kept(now)
    else:
        st.session_state["opened"] = replace(here, kept=now)


_OF_READING = ("past", "changed", "refused", "as_before", "fresh")
_OF_SURVEY = (
    "opened",
    _TABLE_TROUBLE,
    "failed",
    "filters",
    "trays",
    "quotes",
    "themes.waves",
    "themes.based",
    "undo",
    "sides.of",
    "accounts.role.of",
    "accounts.invited.of",
    "arrived",
    "kept.said",
    "kept.settings",
    "drafts",
    "register.at",
    "mails.marked",
    *_OF_READING,
)


def _let_go() -> None:
    """Hold nothing of a survey in this session any more."""
    background.leave()
    open_surveys.SHELF.leave(visitors.current())
    st.session_state["left"] = True
    for key in list(st.session_state):
        if key in _OF_SURVEY or str(key).startswith("filter."):
            del st.session_state[key]


def show_found(found: Opened | Failed) -> None:
    """Make what was read the session's, as it was found: nothing was changed yet."""
    if isinstance(found, Failed):
        st.session_state["failed"] = found
        return
    for key in ("failed", *_OF_READING):
        st.session_state.pop(key, None)
    from nps_core.seen import seen_by  # noqa: PLC0415 - see the imports

    whole, viewer = found, st.session_state.get("viewer", EVERYONE)
    try:
        if viewer.is_restricted:
            with kept.progress("Preparing what you see"):
                found = replace(whole, survey=seen_by(whole.survey, viewer))
    except AccessError as error:
        st.session_state["failed"] = Failed(error, ())
        return
    here = st.session_state.get("opened")
    if here is None or here.survey is not found.survey:
        background.leave()
        st.session_state["left"] = True
    # Streamlit holds a value that is set anew until the next run, but none that is taken out.
    st.session_state.pop("opened", None)
    st.session_state["opened"] = found
    open_surveys.hold(whole, visitors.current())
    if found is not whole:
        open_surveys.hold(found, visitors.current())
    open_surveys.count_failed((), visitors.current())
    if (gone := st.session_state.pop("link_gone", None)) and found.link != open_surveys.SAMPLE:
        _carry_on(gone, found.link)


def _take(files: Files, corrections: Corrections, link: str) -> Opened | Failed:
    """What is held of these files under these corrections, or else what is read now."""
    digest, visitor = open_surveys.digest_of(files), visitors.current()
    survey = open_surveys.survey_of(digest, corrections)
    if survey is None:
        try:
            with open_surveys.room_to_read(open_surveys.reading_bytes(files), visitor):
                found = _read(files, corrections)
        except FullError:
            return Failed(_no_room(files), (), refused=True)
        if isinstance(found, Failed):
            open_surveys.count_failed(files, visitor)
            return found
        survey = found
    open_surveys.hold_files(digest, files, visitor)
    return Opened(survey, digest, corrections, link)


def _open_link(link: str) -> None:
    if link == open_surveys.SAMPLE:
        open_sample()
    elif connections.is_link(link):
        open_table(link)
    elif (found := open_surveys.opened_by(link)) is not None:
        show_found(found)
    else:
        open_listed(link)


def _carry_on(before: str, now: str) -> None:
    """Let the filters of one link hold for the next."""
    if state.link() == before:
        state.show_link(now)


def _compared(before: Survey, after: Survey) -> Changed:
    from nps_core.corrections import reading_figures  # noqa: PLC0415 - see the imports

    return Changed(reading_figures(before), reading_figures(after))


def _read(files: Files, corrections: Corrections) -> Survey | Failed:
    place = st.empty()
    try:
        with place.container():
            bar = st.progress(0.0, "Reading …")

            def tell(stage: str, share: float) -> None:
                bar.progress(min(1.0, share), safe(stage))

            return nps_core.read_surveys(files, progress=tell, **corrections.options())
    except NPSError as error:
        return Failed(error, files)
    except Exception:
        # A defect of ours. The visitor keeps the app and is told so in words; the log has the traceback.
        logging.getLogger("nps_dashboard").exception("reading failed")
        return Failed(_unexpected(files), files)
    finally:
        place.empty()


def _no_room_for(name: str) -> NPSError:
    return NPSError(
        f"There is no room to open “{name}” now: this server holds as much as it can, or as much as one"
        " visitor may use.",
        hint="Close the survey that is open, or try again later.",
    )


def _unexpected(files: Files) -> NPSError:
    names = ", ".join(name for name, _ in files)
    return NPSError(
        f"“{names}” could not be read, and this program does not know why.",
        hint="Saving it as CSV (UTF-8) from a spreadsheet often helps.",
    )


def refuse(files: Files) -> None:
    """Say that there is no room for files."""
    show_found(Failed(_no_room(files), (), refused=True))


def _refuse(message: str, hint: str) -> None:
    show_found(Failed(NPSError(message, hint=hint), (), refused=True))


def _no_room(files: Files) -> NPSError:
    names = ", ".join(f"“{name}”" for name, _ in files)
    size = open_surveys.reading_bytes(files)
    needs = f"To read {names} takes {size / 1e6:,.0f} MB of memory"
    own = open_surveys.SHELF.own
    if size > own:
        return NPSError(
            f"{needs}, and one visitor may use {own / 1e6:,.0f} MB.",
            hint=f"Open fewer files at once, or have the server started with a larger {memory_budget.VARIABLE}.",
        )
    if size + open_surveys.SHELF.looked_at_by(visitors.current()) > own:
        return NPSError(
            f"{needs}; beside the survey that is open, that is more than the {own / 1e6:,.0f} MB one visitor"
            " may use.",
            hint="Close the survey that is open, then drop the file in again.",
        )
    return NPSError(
        f"{needs}, and this server holds as much as it can for its visitors.",
        hint="Try again later, or close a survey that you no longer need.",
    )
