"""Files that may become waves, looked at before anything is written: how each was read, and what adding it would do."""

from __future__ import annotations

from itertools import chain, count
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.column_profile import reading_words
from nps_core.formatting import plural, short
from pages.ui import keeping, kept, mapping, session, waves
from pages.ui.text import findings, heading, problem, safe, say

if TYPE_CHECKING:
    from nps_core.workspace import WaveFile, WavePreview
    from pages.ui.waves import Arrived

_NAME = "wave.name"
_KINDS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("missing", "Not in this file"),
    ("clashing", "Ids that moved"),
)


def show(arrived: Arrived) -> None:
    """Open the dialog for files that wait to be looked at."""
    title = f"Keep “{arrived.name}” as {plural(len(arrived.read), 'wave')}?"
    if arrived.survey is not None:
        title = f"Add to “{short(arrived.survey.name, 40)}”?"
    st.dialog(safe(title), width="large", on_dismiss=waves.leave)(_draw)(arrived)


def _draw(arrived: Arrived) -> None:
    if (refused := kept.refused()) is not None:
        problem(refused.message, refused.hint)
    doubtful = [one for one in arrived.read if one.doubts or one.error]
    if len(arrived.read) > 1 and doubtful:
        say(f"{plural(len(doubtful), 'file')} of {len(arrived.read)} to look at first.", "plain")
    taken = [wave.name for wave in arrived.survey.waves] if arrived.survey else []
    # Doubts first: what is read wrongly is counted wrongly.
    order = sorted(range(len(arrived.read)), key=lambda place: arrived.read[place] not in doubtful)
    for place in order:
        _file(place, arrived.read[place], arrived.previews[place], taken)
    fits = all(preview is None or not preview.refused for preview in arrived.previews)
    several = len(arrived.read) > 1
    if fits and not arrived.by:
        keeping.signed("Added by", keeping.BY_WAVE)
    with st.container(horizontal=True, gap="small", key="wave.ways"):
        if fits:
            what = f"{len(_readable(arrived)):,} waves" if several else "as the next wave"
            label = "Keep" if arrived.survey is None else "Add"
            if st.button(f"{safe(label)} {safe(what)}", type="primary", key="wave.add", on_click=_add):
                st.rerun()
        if arrived.files and arrived.survey is not None:
            label = "Open them as one survey" if several else "Open it by itself"
            if st.button(safe(label), key="wave.alone", on_click=session.ask, args=(waves.open_alone,)):
                st.rerun()
        if st.button("Cancel", key="wave.cancel", type="tertiary", on_click=waves.leave):
            st.rerun()


def _readable(arrived: Arrived) -> list[int]:
    return [place for place, one in enumerate(arrived.read) if one.survey is not None]


def _file(place: int, one: WaveFile, preview: WavePreview | None, taken: list[str]) -> None:
    with st.container(key=f"wave.file.{place}", gap="small"):
        if one.survey is None:
            heading(one.file)
            if one.error is not None:
                problem(one.error.message, f"It is left out. {one.error.hint}")
            return
        heading(one.file, reading_words(one.survey).removeprefix(f"{one.survey.name} · "))
        mapping.doubts(one.doubts)
        if preview is not None and preview.refused:
            problem(preview.refused, "Nothing was added.")
            return
        if preview is not None:
            findings(preview.sentences)
            _examples(place, preview)
        usual = _free(one, taken)
        taken.append(usual)
        st.session_state.setdefault(f"{_NAME}.{place}", usual)
        st.text_input("Name of the wave", key=f"{_NAME}.{place}", max_chars=keeping.LONGEST_NAME)


def _free(one: WaveFile, taken: list[str]) -> str:
    """What a wave is called where nobody says: by its days, else by its file, as far as no other is called so."""
    stem = PurePath(one.file).stem
    names = chain((one.name, stem), (f"{stem} ({number})" for number in count(2)))
    return next(name for name in names if name.casefold() not in map(str.casefold, taken))


def _examples(place: int, preview: WavePreview) -> None:
    parts = [(words, getattr(preview, kind).examples) for kind, words in _KINDS]
    if not any(examples for _, examples in parts):
        return
    box = st.expander("Examples", key=f"wave.examples.{place}", on_change="rerun")
    if not box.open:
        return
    with box:
        for words, examples in parts:
            if examples:
                say(words, "small")
                findings(examples)


def _add() -> None:
    arrived = waves.arrived()
    if arrived is not None:
        # As they are typed by now: the button was drawn before.
        names = [st.session_state[f"{_NAME}.{place}"].strip() for place in _readable(arrived)]
        session.ask(waves.add, names, arrived.by or keeping.sign(keeping.BY_WAVE))
