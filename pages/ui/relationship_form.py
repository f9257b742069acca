"""The relationship score of a customer, to be set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.follow_ups.follow_up import LONGEST_NOTE
from nps_core.follow_ups.relationship import LEVELS, Relationship, judged_words
from pages.ui import drafts, kept
from pages.ui.text import heading, say

if TYPE_CHECKING:
    from nps_core.workspace import KeptSurvey
    from pages.ui.drafts import Draft


def show(fresh: Relationship, ref: str, *, restricted: bool) -> None:
    """Draw the score that is set, and its form for who may change it; without notes for who sees a part only."""
    heading("Relationship score", f"yours, beside what they answer: {fresh.words}")
    if restricted or not kept.may_keep():
        if fresh.note and not restricted:
            say(fresh.note, "plain")
        return
    draft = drafts.begin(f"relationship.{ref}", fresh, _fields)
    st.segmented_control(
        "Relationship", LEVELS, format_func=lambda one: f"{one:d} {LEVELS[one]}", key=draft.key("score")
    )
    st.text_area(
        "Why",
        key=draft.key("note"),
        max_chars=LONGEST_NOTE,
        placeholder="what makes you think so",
        height=80,
    )
    drafts.keep(draft)
    drafts.offer(draft, judged_words(draft.begun, draft.fresh), _save)


def _fields(one: Relationship) -> dict[str, Any]:
    return {"score": one.score, "note": one.note}


def _save(survey: KeptSurvey, draft: Draft) -> bool:
    from nps_core.workspace import relationship  # noqa: PLC0415 - it brings SQLAlchemy

    saved = relationship.save(kept.workspace().engine, survey, draft.fresh, draft.changes, kept.signature())
    return saved is not None
