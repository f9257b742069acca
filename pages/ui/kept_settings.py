"""What lives with a kept survey: targets, weights and changes to the themes; its register is kept by the entry.

It is saved quietly whenever it changes, and holds again when the survey is opened. Where somebody else changed the
same meanwhile nothing is overwritten: the page says so, and asks whose is to stay.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.errors import EditsError, StaleError, WorkspaceError
from nps_core.viewer import EVERYONE
from pages.ui import kept, state
from pages.ui.text import problem, say

# What brings pandas is imported where it is needed: the first screen has no use for it.

if TYPE_CHECKING:
    from nps_core import Survey
    from nps_core.workspace import KeptSurvey
    from pages.ui.open_surveys import Opened

_WORDS = {"aim": "targets", "weigh": "weights", "hand": "changes to the themes"}
_THEMES, _CODEBOOK = "hand", "codebook"
_KEY = "kept.settings"


@dataclass(frozen=True)
class _Saved:
    """What the workspace has of a survey, at which version, and what this session had when it was last looked at.

    `stale` names what was changed here and by somebody else meanwhile.
    """

    link: str
    version: int
    texts: dict[str, list[str]]
    seen: dict[str, list[str]] | None = None
    stale: tuple[str, ...] = ()


def load(survey: KeptSurvey) -> None:
    """Let what lives with a survey hold where the address says nothing else.

    Raises
    ------
    WorkspaceError
        It cannot be read.
    """
    # They speak of the whole survey, such as by the shares of segments: who does not see all does without.
    if not st.session_state.get("viewer", EVERYONE).is_restricted:
        _hold(_Saved(survey.link, survey.version, kept.workspace().settings(survey)))


def of(opened: Opened) -> dict[str, list[str]]:
    """What is to live with a survey that is kept now."""
    return _written(opened.survey, set(_WORDS))


def save(opened: Opened) -> None:
    """Save what changed since the last run, once all of a page is drawn; where that cannot be, ask whose is to stay."""
    saved: _Saved | None = st.session_state.get(_KEY)
    if opened.kept is None or saved is None or saved.link != opened.link or not kept.may_keep():
        return
    now = _now()
    changed = {name for name in _WORDS if saved.seen is not None and now[name] != saved.seen[name]}
    if not changed:
        st.session_state[_KEY] = replace(saved, seen=now)
    elif not saved.stale:
        _save(opened, saved, changed)
    if stale := st.session_state[_KEY].stale:
        _ask(" and ".join(_WORDS[name] for name in stale))


def _ask(named: str) -> None:
    with st.container(key="stale"):
        problem(
            f"Somebody else changed the {named} of this survey meanwhile.",
            "Yours hold in this window and are not saved yet.",
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Save mine", key="stale.mine", on_click=_save_mine)
            st.button("Take theirs", key="stale.theirs", on_click=_take_theirs)


def _save(opened: Opened, saved: _Saved, changed: set[str]) -> None:
    """Save what changed here; what somebody else changed meanwhile is kept, and where both changed the same, asked."""
    mine = _written(opened.survey, changed)
    try:
        fresh = _fresh(opened)
        both = {name for name in changed if _of(fresh.texts, name) != _of(saved.texts, name)}
        if both:
            stale = tuple(name for name in _WORDS if name in both)
            st.session_state[_KEY] = replace(saved, stale=stale, seen=_now())
            return
        texts = {**fresh.texts, **mine}
        done = kept.workspace().save_settings(_at(opened, fresh.version), texts)
    except StaleError:
        _save(opened, saved, changed)  # in this very moment; what they saved is looked at now
    except WorkspaceError as error:
        kept.note(error)  # it is tried again in the next run
    else:
        _hold(_Saved(opened.link, done.version, texts, _now()))


def _save_mine() -> None:
    opened, saved = st.session_state["opened"], st.session_state[_KEY]
    try:
        fresh = _fresh(opened)
    except WorkspaceError as error:
        kept.note(error)
        return
    _save(opened, replace(saved, texts=fresh.texts, stale=()), set(saved.stale))


def _take_theirs() -> None:
    opened, saved = st.session_state["opened"], st.session_state[_KEY]
    try:
        _hold(_fresh(opened))
    except WorkspaceError as error:
        kept.note(error)
        return
    from pages.ui import theme_state  # noqa: PLC0415 - see the imports

    for name in saved.stale:
        state.keep(name, state.usual(opened.link).get(name, []))
    theme_state.forget(opened.survey)


def _fresh(opened: Opened) -> _Saved:
    """What the workspace has by now.

    Raises
    ------
    WorkspaceError
        It cannot be read, or the survey is there no longer.
    """
    now = kept.find(opened.link)
    if now is None:
        raise WorkspaceError("This survey is kept no longer.", hint="Nothing was saved.")
    return _Saved(now.link, now.version, kept.workspace().settings(now))


def _at(opened: Opened, version: int) -> KeptSurvey:
    """The survey at a version of its settings: it is saved at this one only."""
    assert opened.kept is not None  # noqa: S101 - `save` has seen to it
    return replace(opened.kept, version=version)


def _now() -> dict[str, list[str]]:
    return {name: state.kept(name) for name in _WORDS}


def _of(texts: dict[str, list[str]], name: str) -> list[str]:
    # In a link the changes to the themes are a token, which this server forgets.
    return texts.get(_CODEBOOK if name == _THEMES else name, [])


def _written(survey: Survey, names: set[str]) -> dict[str, list[str]]:
    """What is typed in under some names, as the workspace keeps it."""
    found = {name: state.kept(name) for name in names if name != _THEMES}
    if _THEMES in names:
        from pages.ui import theme_state  # noqa: PLC0415 - see the imports

        found[_CODEBOOK] = theme_state.written(survey)
    return found


def _hold(saved: _Saved) -> None:
    st.session_state[_KEY] = saved
    usual = {name: saved.texts.get(name, []) for name in _WORDS if name != _THEMES}
    if book := saved.texts.get(_CODEBOOK):
        from pages.ui import theme_state  # noqa: PLC0415 - see the imports

        try:
            usual[_THEMES] = theme_state.linked(book)
        except EditsError:
            logging.getLogger("nps_dashboard").exception("the kept themes could not be read")
            say("The themes that are kept with this survey could not be read and were left out.", "plain")
    state.live_with(saved.link, {name: texts for name, texts in usual.items() if texts})
