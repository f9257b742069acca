"""Files that may become waves, looked at before anything is written: how each was read, and what adding it would do."""

from __future__ import annotations

from itertools import chain, count
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.column_profile import reading_words
from nps_core.corrections import reading_change
from nps_core.formatting import plural, short
from nps_core.workspace.files import wave_name
from pages.ui import keeping, mapping, session, waves
from pages.ui.text import findings, heading, problem, safe, say

if TYPE_CHECKING:
    from nps_core import Survey
    from nps_core.workspace.values import WavePreview
    from pages.ui.waves import Arrived, WaveFile

_NAME, _SIGNED = "wave.name", "kept.by.wave"
_KINDS = (
    ("new", "New"),
    ("changed", "Changed"),
    ("missing", "Not in this file"),
    ("clashing", "Ids that moved"),
)


def show(arrived: Arrived) -> None:
    """Open the dialog for files that wait to be looked at."""
    title = (
        f"Add to “{short(arrived.survey.name, 40)}”?"
        if arrived.survey
        else f"Keep as {plural(len(arrived.files), 'wave')}?"
    )
    st.dialog(safe(title), width="large", on_dismiss=waves.leave_arrived)(_draw)(arrived)


def _draw(arrived: Arrived) -> None:
    if (refused := st.session_state.pop("arrived.refused", None)) is not None:
        problem(refused.message, refused.hint)
    # Doubts first: what is read wrongly is counted wrongly.
    doubtful = [own for own in arrived.files if own.opened.survey.doubts or own.changed]
    if len(arrived.files) > 1 and doubtful:
        say(f"{plural(len(doubtful), 'file')} of {len(arrived.files)} could be read otherwise.", "plain")
    taken = [wave.name for wave in arrived.survey.waves] if arrived.survey else []
    for place, own in enumerate(arrived.files):
        _file(place, own, taken)
    if all(_fits(own) for own in arrived.files):
        keeping.signed("Added by", _SIGNED)
    with st.container(horizontal=True, gap="small", key="wave.ways"):
        if all(_fits(own) for own in arrived.files):
            count = plural(len(arrived.files), "wave")
            label = "Keep" if arrived.survey is None else "Add"
            what = "as the next wave" if arrived.survey and len(arrived.files) == 1 else count
            if st.button(f"{safe(label)} {safe(what)}", type="primary", key="wave.add", on_click=_add):
                st.rerun()
        if arrived.survey is not None:
            several = len(arrived.files) > 1
            if st.button(
                "Open them as one survey" if several else "Open it by itself",
                key="wave.alone",
                on_click=session.ask,
                args=(waves.open_arrived,),
            ):
                st.rerun()
        if st.button("Cancel", key="wave.cancel", type="tertiary", on_click=waves.leave_arrived):
            st.rerun()


def _fits(own: WaveFile) -> bool:
    return own.preview is None or not own.preview.refused


def _file(place: int, own: WaveFile, taken: list[str]) -> None:
    survey = own.opened.survey
    with st.container(key=f"wave.file.{place}", gap="small"):
        heading(survey.name, reading_words(survey).removeprefix(f"{survey.name} · "))
        mapping.doubts(survey.doubts)
        if own.changed is not None:
            how = "; ".join(own.opened.corrections.words())
            figures = reading_change(own.changed.before, own.changed.after)
            say(f"Read as the waves before: {how}. {figures}.", "plain")
        if own.preview is not None and own.preview.refused:
            problem(own.preview.refused, "Nothing was added. It can be opened by itself.")
            return
        if own.preview is not None:
            findings(own.preview.sentences)
            _examples(place, own.preview)
        usual = _free(survey, taken)
        taken.append(usual)
        st.session_state.setdefault(f"{_NAME}.{place}", usual)
        st.text_input("Name of the wave", key=f"{_NAME}.{place}", max_chars=keeping.LONGEST_NAME)


def _free(survey: Survey, taken: list[str]) -> str:
    """What a wave is called where nobody says: by its days, else by its file, as far as no other is called so."""
    stem = PurePath(survey.name).stem
    names = chain((wave_name(survey), stem), (f"{stem} ({number})" for number in count(2)))
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
        names = [st.session_state[f"{_NAME}.{place}"].strip() for place in range(len(arrived.files))]
        session.ask(waves.add_arrived, names, st.session_state[_SIGNED].strip())
