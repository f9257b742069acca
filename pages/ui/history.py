"""The waves of a kept survey: each with its figures, renamed, deleted; which are open; what the last one brought."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import Scope, compare_groups
from nps_core.compare.groups import span_of
from nps_core.errors import WorkspaceError
from nps_core.formatting import format_between, format_day, format_nps, plural, short
from nps_core.workspace.joining import WAVE
from pages.ui import choices, erasure, keeping, kept, session, waves
from pages.ui.text import heading, safe, say

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.workspace import KeptSurvey, Wave
    from pages.ui.open_surveys import Opened

_MANY = 200_000  # responses from which on it is worth while to look at fewer of them


def show(opened: Opened) -> None:
    """Draw the waves of a kept survey, and the ways to change them."""
    survey = opened.kept
    if survey is None or opened.survey.seen is not None:  # the figures are of whole waves
        return
    st.space("small")
    heading("Waves", "each with its responses, its NPS and its days; the latest first")
    with st.container(key="waves", gap="small"):
        for wave in reversed(survey.waves):
            _wave(survey, wave, is_open=wave.id in opened.waves)
    if len(opened.waves) < len(survey.waves) or survey.n > _MANY:
        _which_are_open(survey, opened)
    if kept.may_keep():
        with st.container(horizontal=True, gap="small", key="waves.ways"):
            _rename_survey(survey)
            erasure.offer(survey)
    else:
        say("Who has the link alone can look at it; it is changed at the machine that serves it.", "small")


def notice(opened: Opened) -> None:
    """What was done to the survey last: of a wave that was added, what it changed, and the way back."""
    told = kept.said()
    if opened.kept is None or told is None:
        return
    sentence, added = told
    with st.container(key="done", horizontal=True, vertical_alignment="center", gap="small"):
        say(" ".join(filter(None, (sentence, _brought(opened, added)))), "plain", width="content")
        if added is not None and added == opened.kept.undoable:
            st.button(
                "Undo adding it",
                icon=":material/undo:",
                key="wave.undo",
                on_click=session.ask,
                args=(waves.undo, opened.link),
            )
        st.button("All right", type="tertiary", key="done.read", on_click=kept.say, args=("",))


def _brought(opened: Opened, added: int | None) -> str:
    """How the NPS of a wave differs from that of the one before it."""
    if opened.kept is None or added is None:
        return ""
    names = {wave.id: wave.name for wave in opened.kept.waves}
    ids = list(names)
    before = ids[: ids.index(added)][-1:] if added in ids else []
    if not before or not {*before, added} <= {*opened.waves}:
        return ""
    new, old = names[added], names[before[0]]
    ever = span_of(None, None)
    found = compare_groups(Scope(opened.survey), ever, ever, attribute=WAVE, values=((new,), (old,)))
    between = format_between(found.change.low, found.change.high)
    return (
        f"NPS {format_nps(found.a.estimate.nps)} after {format_nps(found.b.estimate.nps)} in {old}; the difference lies"
        f" {between}. {found.title}."
    )


def _wave(survey: KeptSurvey, wave: Wave, *, is_open: bool) -> None:
    by = f" by {wave.by}" if wave.by else ""
    with st.container(key=f"wave.row.{wave.id}", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(gap=None):
            say(f"{wave.name}{'' if is_open else ' (not open)'}", "finding")
            say(f"{keeping.wave_words(wave)} · added {format_day(wave.added.date())}{by}", "quiet")
        if kept.may_keep():
            box = st.popover(
                f"Change {safe(short(wave.name))}",
                icon=":material/edit:",
                type="tertiary",
                key=f"wave.change.{wave.id}.{survey.revision}",
                on_change="rerun",
            )
            if box.open:
                with box:
                    _change(survey, wave)


def _change(survey: KeptSurvey, wave: Wave) -> None:
    key = f"wave.rename.{wave.id}"
    st.session_state.setdefault(key, wave.name)
    st.text_input("Name", key=key, max_chars=keeping.LONGEST_NAME)
    st.button("Rename", key=f"{key}.do", on_click=_rename_wave, args=(survey, wave, key))
    if len(survey.waves) > 1:
        say(f"Deleting it takes {plural(wave.figures.n, 'response')} for good.", "small")
        erasure.sure(
            "Delete this wave", f"wave.delete.{wave.id}", partial(erasure.delete_wave, survey.link, wave.id)
        )


def _rename_wave(survey: KeptSurvey, wave: Wave, key: str) -> None:
    name = st.session_state[key].strip()
    session.ask(_write, lambda: kept.workspace().rename_wave(survey, wave, name))


def _rename_survey(survey: KeptSurvey) -> None:
    box = st.popover("Rename", icon=":material/edit:", type="tertiary", key="kept.rename", on_change="rerun")
    if not box.open:
        return
    with box:
        key = f"kept.rename.{survey.id}"
        st.session_state.setdefault(key, survey.name)
        st.text_input("Name of the survey", key=key, max_chars=keeping.LONGEST_NAME)
        st.button("Rename it", key="kept.rename.do", on_click=_rename, args=(survey, key))


def _rename(survey: KeptSurvey, key: str) -> None:
    name = st.session_state[key].strip()
    session.ask(_write, lambda: kept.workspace().rename(survey, name))


def _write(what: Callable[[], object]) -> None:
    """Write something; the survey is opened anew, since its names are among its values."""
    here = session.shown()
    try:
        what()
    except WorkspaceError as error:
        kept.refuse(error)
    else:
        session.open_written(here, here.link)


def _which_are_open(survey: KeptSurvey, opened: Opened) -> None:
    """Of a survey that is too large to be looked at as a whole, the waves that are."""
    names = {str(wave.id): wave.name for wave in survey.waves}
    choices.some(
        st.multiselect,
        "Waves that are looked at",
        list(names),
        default=[str(one) for one in kept.usual_waves(survey)],
        key=kept.OPEN_WAVES,
        format_func=names.__getitem__,
        placeholder="the latest that there is room for",
    )
    if kept.waves_to_open(survey) != opened.waves and kept.trouble() is None:
        st.rerun()
