"""Kept surveys: the workspace of this server, who sees what is in it, and what a link opens of it.

A link opens a kept survey for whoever has it. Which surveys are kept is seen, and anything is written, by somebody at
the machine that serves the app alone; or by every visitor, where `NPS_WORKSPACE` names the place: whoever runs the
server has decided so then.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.days import today
from nps_core.workspace import VARIABLE, is_there, usual_place
from pages.ui import login, open_surveys, state, visitors
from pages.ui.open_surveys import Opened
from pages.ui.shared_workspace import OPENED as _OPENED  # noqa: F401 - see the tests
from pages.ui.shared_workspace import shared
from pages.ui.text import safe

# What brings SQLAlchemy is imported where there is something to open: the first screen has no use for it.

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nps_core.errors import WorkspaceError
    from nps_core.workspace import KeptSurvey, Workspace
    from pages.ui.visitors import Visitor

OPEN_WAVES = "waves.open"
"""The key of the choice of the waves that are open."""

BY = "kept.by"
"""The key of how somebody signs, asked once a session."""

_TROUBLE, _REFUSED, _SAID = "kept.trouble", "kept.refused", "kept.said"


def may_keep() -> bool:
    """Whether this visitor may keep surveys, and change what is kept."""
    if login.is_on():
        return usual_place() is not None and login.may_change()
    return usual_place() is not None and (
        bool(os.environ.get(VARIABLE, "").strip()) or visitors.at_this_machine()
    )


def workspace() -> Workspace:
    """The workspace of this server, in the hands of who is signed in; it is made where there is none.

    Raises
    ------
    AccessError
        Nobody is signed in any more.
    WorkspaceError
        It cannot be opened, or the server was told to have none.
    """
    return login.acting(shared())


def signature() -> str:
    """Who changes something: who is signed in, else how they sign."""
    actor = login.actor()
    return actor.name if actor is not None else str(st.session_state.get(BY, ""))


def listed() -> tuple[KeptSurvey, ...]:
    """The kept surveys that this visitor may see, the newest first.

    Raises
    ------
    WorkspaceError
        The workspace cannot be read.
    """
    seen = login.is_on() or may_keep()
    return shared().surveys() if seen and is_there(usual_place()) else ()


def find(link: str) -> KeptSurvey | None:
    """The kept survey that a link opens, as it is now; None where it opens none.

    Raises
    ------
    WorkspaceError
        The workspace cannot be read.
    """
    return shared().find(link) if is_there(usual_place()) else None


def opened_of(survey: KeptSurvey) -> Opened:
    """A kept survey, opened: what is held of it, or what is read of the workspace now.

    Raises
    ------
    WorkspaceError
        It cannot be read.
    FullError
        There is no room for it.
    """
    from nps_core.corrections import Corrections  # noqa: PLC0415 - see the imports

    waves, visitor = waves_to_open(survey), visitors.current()
    digest = f"{survey.link} {survey.revision} {waves}"
    found = open_surveys.survey_of(digest, Corrections())
    if found is None:
        size = open_surveys.kept_bytes(sum(own.figures.n for own in survey.waves if own.id in waves))
        with open_surveys.room_to_read(size, visitor), progress(f"Opening “{survey.name}”") as tell:
            found = shared().open_survey(survey, waves, tell)
    return Opened(found, digest, Corrections(), survey.link, survey, waves)


def waves_to_open(survey: KeptSurvey) -> tuple[int, ...]:
    """The ids of the waves that are to be open: those that are picked, else the latest that there is room for."""
    picked = {int(text) for text in state.asked(state.PICKED + OPEN_WAVES) if text.isdecimal()}
    return tuple(wave.id for wave in survey.waves if wave.id in picked) or usual_waves(survey)


def usual_waves(survey: KeptSurvey) -> tuple[int, ...]:
    """The ids of the latest waves that there is room for; of the last one in any case."""
    fit: list[int] = []
    size = 0
    for wave in reversed(survey.waves):
        size += open_surveys.kept_bytes(wave.figures.n)
        if fit and size > open_surveys.SHELF.own // 2:
            break
        fit.insert(0, wave.id)
    return tuple(fit)


@contextmanager
def progress(stage: str) -> Iterator[Callable[[str, float], None]]:
    """Show how far work is while it goes on, in the place that is kept for it."""
    place = st.empty()
    try:
        bar = place.progress(0.0, f"{safe(stage)} …")

        def tell(said: str, share: float) -> None:
            bar.progress(min(1.0, share), f"{safe(said or stage)} …")

        yield tell
    finally:
        place.empty()


def note(error: WorkspaceError | None) -> None:
    """Let a page say that the workspace cannot be read or written; None when it works again."""
    st.session_state[_TROUBLE] = error


def trouble() -> WorkspaceError | None:
    """Why the workspace could not be read or written when it was last asked."""
    return st.session_state.get(_TROUBLE)


def refuse(error: WorkspaceError | None) -> None:
    """Let the pages say why what somebody asked for was not done; None once they have read it."""
    st.session_state[_REFUSED] = error


def refused() -> WorkspaceError | None:
    """Why what somebody asked for was not done."""
    return st.session_state.get(_REFUSED)


def say(sentence: str, wave: int | None = None) -> None:
    """Let the next page say what was done to a kept survey, and what came with a wave that was added, by its id."""
    st.session_state[_SAID] = (sentence, wave) if sentence else None
    refuse(None)


def said() -> tuple[str, int | None] | None:
    """What was done to the kept survey last; nothing once somebody has read it."""
    return st.session_state.get(_SAID)


def let_go(digest: str, *, seen: bool = False, here: Visitor | None = None) -> None:
    """Hold nothing of a past state of a kept survey; the pages of all who see it, but for `here`, are drawn again.

    With `seen`, what they look at goes at once: something in it was erased.
    """
    from pages.ui import background  # noqa: PLC0415 - it knows the shelf, which knows nothing of work

    for key in open_surveys.SHELF.keys("survey"):
        if key[1] == digest and (survey := open_surveys.SHELF.get(key)) is not None:
            for queue in (background.LONG, background.SHORT):
                queue.drop_topic(survey.digest)
    for looker in open_surveys.let_go(digest, seen=seen) - {here}:
        visitors.draw_again(looker)


def let_go_of_past(here: Visitor | None = None) -> None:
    """Hold nothing of what was changed or erased since: here, by another server, or from the command line.

    Raises
    ------
    WorkspaceError
        The workspace cannot be read.
    """
    for key in open_surveys.SHELF.keys("survey"):
        link, *state_of = str(key[1]).split(" ", 2)
        if state_of and ((now := find(link)) is None or str(now.revision) != state_of[0]):
            let_go(str(key[1]), seen=True, here=here)


def end_retention() -> None:
    """Delete what is too old by the rules of the kept surveys.

    Raises
    ------
    WorkspaceError
        The workspace cannot be written.
    """
    if is_there(usual_place()):
        shared().apply_retention(today())
