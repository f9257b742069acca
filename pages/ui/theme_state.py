"""Themes in the session: found once, beside the app and not in its way, and then as the visitor changed them.

Every page shows the same themes: the choice of how they are found and the changes made by hand stand here. The link
carries the changes by the hash of their file, so that a reload or a colleague sees them too.
"""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st
from cachetools import TTLCache

from nps_core import ThemeEdits, edit_themes, find_survey_themes
from nps_core.themes.in_survey import themes_as_in
from pages.ui import background, open_surveys, state, visitors
from pages.ui.memory_budget import size_of

if TYPE_CHECKING:
    from nps_core import Survey
    from nps_core.themes.edits import Edit
    from nps_core.themes.result import Themes
    from pages.ui.jobs import Progress

AUTOMATIC, AS_BEFORE = 0, -1
"""How themes are found besides a number of them: by stability, or as in the last wave of the same columns."""

_FILES, _SECONDS = 1_000, 4 * 3600
_SHAPES = 4  # of files, of which the last waves are kept for the next one
_MANY = 100_000  # comments from which carrying out changes takes long enough to be told
_LINK = "hand"
_KIND, _AS_BEFORE_KIND = "themes", "themes as before"
_LOCK = Lock()
_HELD: TTLCache[str, ThemeEdits] = TTLCache(_FILES, _SECONDS)


@dataclass(frozen=True, eq=False)
class Wave:
    """The themes of a survey as they were last shown, for the next wave of the same columns."""

    digest: str
    name: str
    way: int
    themes: Themes


def themes(survey: Survey) -> Themes | None:
    """The themes of a survey, found as picked and changed by hand.

    None while they are being looked for: how far that is stands on the page then, which is drawn again when they
    are there.
    """
    found = _found(survey)
    if found is None:
        return None
    changed = edits(survey)
    there = _edited(found, survey, changed) if changed else found
    st.session_state["themes.known"] = {*st.session_state.get("themes.known", ()), survey.digest}
    if way(survey) != AS_BEFORE:
        _remember(Wave(survey.digest, survey.name, way(survey), found), survey.columns)
    return there


def looking() -> str:
    """What a page says while there are no themes: they are looked for, or the visitor stopped waiting."""
    if background.stopped(_KIND) or background.stopped(_AS_BEFORE_KIND):
        return "Themes were not looked for to the end"
    return "Looking for themes in the comments"


def key_of(survey: Survey) -> tuple[object, ...]:
    """All that the themes shown follow from; two with the same key are the same, whoever asked."""
    wave = before(survey) if way(survey) == AS_BEFORE else None
    return (survey.digest, way(survey), wave and (wave.digest, wave.way), edits(survey).to_json())


def known(survey: Survey) -> bool:
    """Whether this session has seen the themes of a survey, so that they are likely at hand."""
    return survey.digest in st.session_state.get("themes.known", ())


def way(survey: Survey) -> int:
    """How the themes are found: a number of them, `AUTOMATIC` or `AS_BEFORE`."""
    return int(st.session_state.get("themes.ways", {}).get(survey.digest, AUTOMATIC))


def choose(survey: Survey, picked: int) -> None:
    """Find the themes in another way from here on."""
    st.session_state["themes.ways"] = {**st.session_state.get("themes.ways", {}), survey.digest: picked}
    if picked == AS_BEFORE and (wave := before(survey)):
        st.session_state["themes.based"] = {**st.session_state.get("themes.based", {}), survey.digest: wave}


def before(survey: Survey) -> Wave | None:
    """The wave whose themes this one can take over: the last other survey of the same columns."""
    based = st.session_state.get("themes.based", {}).get(survey.digest)
    waves = st.session_state.get("themes.waves", {}).get(survey.columns, ())
    return based or next((wave for wave in reversed(waves) if wave.digest != survey.digest), None)


def edits(survey: Survey) -> ThemeEdits:
    """The changes that the visitor, or the link that brought them, made to the themes of a survey."""
    mine: dict[str, ThemeEdits] = st.session_state.get("themes.edits", {})
    if survey.digest not in mine:
        with _LOCK:
            linked = [_HELD[token] for token in state.kept(_LINK) if token in _HELD]
        return linked[0] if linked else ThemeEdits()
    return mine[survey.digest]


def change(survey: Survey, edit: Edit) -> None:
    """Add a change."""
    replace(survey, edits(survey).then(edit))


def replace(survey: Survey, changed: ThemeEdits) -> None:
    """Let other changes hold for this survey, on every page and in the link."""
    mine = st.session_state.get("themes.edits", {})
    st.session_state["themes.edits"] = {**mine, survey.digest: changed}
    text = changed.to_json()
    token = hashlib.sha256(text.encode()).hexdigest()[:24]
    with _LOCK:
        _HELD[token] = changed
    state.keep(_LINK, [token] if changed else [])


def edits_before(survey: Survey) -> ThemeEdits:
    """The changes made to the last other survey of the same columns."""
    wave = before(survey)
    return st.session_state.get("themes.edits", {}).get(wave.digest, ThemeEdits()) if wave else ThemeEdits()


def _remember(wave: Wave, columns: tuple[str, ...]) -> None:
    """Keep the last two waves of the same columns: this one, and the one that it can be compared with."""
    waves = st.session_state.get("themes.waves", {})
    others = [one for one in waves.get(columns, ()) if one.digest != wave.digest]
    shapes = [(own, kept) for own, kept in waves.items() if own != columns]
    st.session_state["themes.waves"] = dict([*shapes[1 - _SHAPES :], (columns, (*others[-1:], wave))])


def _edited(found: Themes, survey: Survey, changed: ThemeEdits) -> Themes:
    """The themes as changed by hand; the same for all who look at them."""
    key, visitor = ("edited themes", *key_of(survey)), visitors.current()
    there: Themes | None = open_surveys.SHELF.get(key, visitor)
    if there is None:
        with st.spinner("Carrying out your changes …") if len(survey.responses) > _MANY else nullcontext():
            there = edit_themes(found, survey, changed)
        open_surveys.SHELF.put(key, there, size_of(there), survey.digest, [visitor])
    return there


def _found(survey: Survey) -> Themes | None:
    """What was found, before any change by hand."""
    picked = way(survey)
    wave = before(survey) if picked == AS_BEFORE else None
    if wave is not None:
        key = (survey.digest, wave.digest, wave.way)
        return background.find(
            _AS_BEFORE_KIND,
            key,
            partial(_as_before, wave.themes, survey),
            topic=survey.digest,
            queue=background.SHORT,
        )
    k = picked if picked > 0 else None
    return background.find(
        _KIND,
        (survey.digest, k),
        lambda progress: find_survey_themes(survey, k, progress=progress),
        topic=survey.digest,
    )


def _as_before(themes: Themes, survey: Survey, progress: Progress) -> Themes:
    progress("Putting the comments under the themes of the last wave", 0.0)
    return themes_as_in(themes, survey)
