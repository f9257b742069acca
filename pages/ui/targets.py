"""Targets and benchmarks that somebody typed in: compared with the score, drawn, and taken off again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import Target
from nps_core.targets.target import target_sentence, targets_of
from pages.ui import state
from pages.ui.text import findings, safe, say

if TYPE_CHECKING:
    from nps_core import Estimate


def current() -> tuple[Target, ...]:
    """The targets and benchmarks of this survey."""
    return targets_of(state.kept("aim"))


def compare(score: Estimate, aims: tuple[Target, ...]) -> None:
    """How far the score is from each."""
    if aims:
        findings([target_sentence(score, aim) for aim in aims])


def edit(aims: tuple[Target, ...]) -> None:
    """The form for the next one, and the ways to take those there off."""
    label = "Targets and benchmarks" if aims else "Set a target or benchmark"
    form = st.popover(
        safe(label), icon=":material/flag:", type="tertiary", key="aims.open", on_change="rerun"
    )
    if not form.open:
        return
    with form:
        for place, aim in enumerate(aims):
            st.button(f"Remove {safe(aim.name)}", key=f"aims.remove.{place}", on_click=_remove, args=(aim,))
        name = st.text_input(
            "Name", key="aims.name", placeholder="such as: target 2026, or a competitor", max_chars=40
        )
        left, right = st.columns(2)
        nps = left.number_input("NPS", min_value=-100, max_value=100, value=None, key="aims.nps")
        n = right.number_input(
            "Its responses, if known", min_value=1, value=None, key="aims.n", placeholder="not known"
        )
        aim = Target(name or "Target", float(nps or 0), int(n) if n else None)
        st.button("Add", key="aims.add", type="primary", disabled=nps is None, on_click=_add, args=(aim,))
        say("None is built in: published figures differ in whom they asked and how.", "small")


def _add(aim: Target) -> None:
    state.keep("aim", [*state.kept("aim"), aim.to_text()])


def _remove(aim: Target) -> None:
    state.keep("aim", [text for text in state.kept("aim") if text != aim.to_text()])
