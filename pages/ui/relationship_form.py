"""The relationship score of a customer, to be set: nothing that is typed is lost where somebody else changes it as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.errors import NPSError
from nps_core.follow_ups.follow_up import LONGEST_NOTE
from nps_core.follow_ups.relationship import LEVELS, Relationship, judged_words
from pages.ui import kept
from pages.ui.text import heading, problem, say

if TYPE_CHECKING:
    from nps_core.workspace import KeptSurvey

_BEGUN, _TROUBLE = "relationship.begun", "relationship.trouble"


def show(survey: KeptSurvey, fresh: Relationship, ref: str, *, restricted: bool) -> None:
    """Draw the score that is set, and its form for who may change it; without notes for who sees a part only."""
    heading("Relationship score", f"yours, beside what they answer: {fresh.words}")
    if restricted or not kept.may_keep():
        if fresh.note and not restricted:
            say(fresh.note, "plain")
        return
    begun = _begun().get((fresh.kind, fresh.who), fresh)
    key = f"relationship.{ref}.{begun.version}"
    values = {"score": begun.score, "note": begun.note}
    for name, value in values.items():
        st.session_state.setdefault(f"{key}.{name}", value)
    st.segmented_control(
        "Relationship", LEVELS, format_func=lambda one: f"{one:d} {LEVELS[one]}", key=f"{key}.score"
    )
    st.text_area(
        "Why", key=f"{key}.note", max_chars=LONGEST_NOTE, placeholder="what makes you think so", height=80
    )
    typed = {name: st.session_state[f"{key}.{name}"] for name in values}
    if typed != values:
        _begun()[fresh.kind, fresh.who] = begun
    else:
        _begun().pop((fresh.kind, fresh.who), None)
    if (trouble := st.session_state.pop(_TROUBLE, None)) is not None:
        problem(trouble.message, trouble.hint)
    if begun != fresh and typed != values:
        problem(
            f"Somebody else changed this meanwhile: {judged_words(begun, fresh)}.",
            "What you typed stands in the fields above and is not saved yet.",
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Save mine", key="relationship.mine", on_click=_save, args=(survey, key, begun, fresh))
            st.button("Take theirs", key="relationship.theirs", on_click=_drop, args=(fresh,))
        return
    st.button(
        "Save",
        key="relationship.save",
        on_click=_save,
        args=(survey, key, begun, fresh),
        disabled=typed == values,
    )


def _begun() -> dict[tuple[str, str], Relationship]:
    """Over which relationship somebody types."""
    held: dict[tuple[str, str], Relationship] = st.session_state.setdefault(_BEGUN, {})
    return held


def _drop(one: Relationship) -> None:
    _begun().pop((one.kind, one.who), None)


def _save(survey: KeptSurvey, key: str, begun: Relationship, seen: Relationship) -> None:
    """Save what was typed over `begun` onto what is there by now."""
    from nps_core.workspace import relationship  # noqa: PLC0415 - it brings SQLAlchemy

    usual: dict[str, Any] = {"score": begun.score, "note": begun.note}
    told = {
        name: typed
        for name, was in usual.items()
        if (typed := st.session_state.get(f"{key}.{name}", was)) != was
    }
    try:
        now = relationship.save(kept.workspace().engine, survey, seen, told, kept.signature())
    except NPSError as error:
        st.session_state[_TROUBLE] = error
        return
    if now is not None:
        _drop(begun)
