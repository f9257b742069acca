"""Themes in the session: found once, beside the app and not in its way, and then by the codebook as the visitor has it.

Every page shows the same themes: the codebook and what led to it stand here. The link carries the codebook by the hash
of its file, so that a reload or a colleague sees it too.
"""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

import streamlit as st
from cachetools import TTLCache

from nps_core import find_survey_themes
from nps_core.themes.codebook import History
from nps_core.themes.codebook_file import read_codebook, write_codebook
from nps_core.themes.in_survey import code_survey
from pages.ui import background, open_surveys, state, visitors
from pages.ui.memory_budget import size_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Codebook, Survey
    from nps_core.themes.result import Themes

_FILES, _SECONDS = 1_000, 4 * 3600
_SHAPES = 4  # of files, of which the last waves are kept for the next one
_MANY = 100_000  # comments from which coding them anew takes long enough to be told
_AT_ONCE = 20_000  # responses whose themes are found within seconds, so that nobody has to ask
_LINK = "hand"
_KIND = "themes"
_LOCK = Lock()
_HELD: TTLCache[str, Codebook] = TTLCache(_FILES, _SECONDS)


@dataclass(frozen=True, eq=False)
class Wave:
    """The codebook of a survey as it was last shown, for the next wave of the same columns.

    `coded` is the share (0..1) of the comments with content that are about a theme.
    """

    digest: str
    name: str
    codebook: Codebook
    coded: float

    @property
    def taken_over(self) -> str:
        """What stands among the changes of a wave that takes it over."""
        return f"The themes of “{self.name}”"


def themes(survey: Survey) -> Themes | None:
    """The themes of a survey by the codebook that holds.

    None while they are being looked for: how far that is stands on the page then, which is drawn again when they
    are there.
    """
    found = background.find(
        _KIND,
        (survey.digest,),
        lambda progress: find_survey_themes(survey, progress=progress),
        topic=survey.digest,
    )
    if found is None:
        return None
    changed = codebook(survey)
    there = found if changed is None else coded(found, survey, changed)
    st.session_state["themes.known"] = {*st.session_state.get("themes.known", ()), survey.digest}
    _remember(Wave(survey.digest, survey.name, there.codebook, there.coded), survey.columns)
    return there


def coded(found: Themes, survey: Survey, changed: Codebook) -> Themes:
    """The themes of a survey by a changed codebook; the same for all who look at them."""
    key, visitor = ("coded themes", survey.digest, write_codebook(changed)), visitors.current()
    there: Themes | None = open_surveys.SHELF.get(key, visitor)
    if there is None:
        with st.spinner("Coding the comments …") if len(survey.responses) > _MANY else nullcontext():
            there = code_survey(found, survey, changed)
        open_surveys.SHELF.put(key, there, size_of(there), survey.digest, [visitor])
    return there


def looking() -> str:
    """What a page says while there are no themes: they are looked for, or the visitor stopped waiting."""
    if background.stopped(_KIND):
        return "Themes were not looked for to the end"
    return "Looking for themes in the comments"


def key_of(survey: Survey) -> tuple[object, ...]:
    """All that the themes shown follow from; two with the same key are the same, whoever asked."""
    changed = codebook(survey)
    return (survey.digest, changed and write_codebook(changed))


def known(survey: Survey) -> bool:
    """Whether this session has seen the themes of a survey, so that they are likely at hand."""
    return survey.digest in st.session_state.get("themes.known", ())


def wanted(survey: Survey) -> bool:
    """Whether a page shows themes beside its figures: of a large file only once somebody asks, by the button drawn."""
    asked = f"themes.asked.{survey.digest}"
    if len(survey.responses) <= _AT_ONCE or known(survey) or st.session_state.get(asked):
        return True
    st.button("Look into the comments", on_click=_ask, args=(asked,), icon=":material/search:")
    return False


def _ask(key: str) -> None:
    st.session_state[key] = True


def history(survey: Survey) -> History:
    """What the visitor, or the link that brought them, made of the codebook of a survey."""
    mine: dict[str, History] = st.session_state.get("themes.history", {})
    if survey.digest not in mine:
        with _LOCK:
            linked = [_HELD[token] for token in state.kept(_LINK) if token in _HELD]
        return History().then("The codebook of the link", linked[0]) if linked else History()
    return mine[survey.digest]


def codebook(survey: Survey) -> Codebook | None:
    """The codebook that holds; None where nothing was changed."""
    return history(survey).now


def change(survey: Survey, words: str, book: Codebook) -> None:
    """Add a change: what was done, and the codebook since."""
    replace(survey, history(survey).then(words, book))


def replace(survey: Survey, changed: History) -> None:
    """Let another codebook hold for this survey, on every page and in the link."""
    mine = st.session_state.get("themes.history", {})
    st.session_state["themes.history"] = {**mine, survey.digest: changed}
    st.session_state.pop("themes.pending", None)
    state.keep(_LINK, [] if changed.now is None else [held(changed.now)])


def held(book: Codebook) -> str:
    """The token by which a link, or a kept survey, finds a codebook here."""
    token = hashlib.sha256(write_codebook(book).encode()).hexdigest()[:24]
    with _LOCK:
        _HELD[token] = book
    return token


def written(survey: Survey) -> list[str]:
    """The changed codebook of a survey as text, to be kept; `linked` gives the tokens of a link back."""
    changed = codebook(survey)
    return [] if changed is None else [write_codebook(changed)]


def linked(texts: Sequence[str]) -> list[str]:
    """The tokens by which codebooks that were kept as text are found here.

    Raises
    ------
    EditsError
        A text is no codebook.
    """
    return [held(read_codebook(text)[0]) for text in texts]


def forget(survey: Survey) -> None:
    """Let the codebook of the link hold, in the place of what this visitor made of it."""
    mine = st.session_state.get("themes.history", {})
    st.session_state["themes.history"] = {
        digest: own for digest, own in mine.items() if digest != survey.digest
    }
    st.session_state.pop("themes.pending", None)


def consider(survey: Survey, words: str, book: Codebook) -> None:
    """Look at a change before it is kept."""
    st.session_state["themes.pending"] = (survey.digest, words, book)


def considered(survey: Survey) -> tuple[str, Codebook] | None:
    """The change that is looked at."""
    digest, *change = st.session_state.get("themes.pending", ("",))
    return (change[0], change[1]) if digest == survey.digest else None


def leave() -> None:
    """Drop the change that is looked at."""
    st.session_state.pop("themes.pending", None)


def before(survey: Survey) -> Wave | None:
    """The wave whose codebook this one can take over: the last other survey of the same columns."""
    waves = st.session_state.get("themes.waves", {}).get(survey.columns, ())
    return next((wave for wave in reversed(waves) if wave.digest != survey.digest), None)


def _remember(wave: Wave, columns: tuple[str, ...]) -> None:
    """Keep the last two waves of the same columns: this one, and the one that it can be compared with."""
    waves = st.session_state.get("themes.waves", {})
    others = [one for one in waves.get(columns, ()) if one.digest != wave.digest]
    shapes = [(own, kept) for own, kept in waves.items() if own != columns]
    st.session_state["themes.waves"] = dict([*shapes[1 - _SHAPES :], (columns, (*others[-1:], wave))])
