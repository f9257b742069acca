"""The rules of health, as they are set for a kept survey."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.follow_ups.health import LEVELS, RULES, HealthRules
from pages.ui import follow_up_saving as saving
from pages.ui import kept
from pages.ui.text import say

if TYPE_CHECKING:
    from nps_core.workspace import KeptSurvey

SETTING = "health"
"""The setting of a kept survey that holds them."""


def show(survey: KeptSurvey | None, rules: HealthRules) -> None:
    """What makes a customer amber or red, in words; to be changed by who may change a kept survey."""
    with st.expander("What makes a customer amber or red"):
        say("A customer has the worst colour among the rules that hold; without any it is green.", "plain")
        if survey is None or not kept.may_keep():
            for rule, level, number in zip(RULES, rules.levels, rules.numbers, strict=True):
                say(f"{level}: {rule.words.format(number)}.", "small")
            return
        key = f"health.{rules.to_text()}"
        for place, (rule, level, number) in enumerate(zip(RULES, rules.levels, rules.numbers, strict=True)):
            words, levels, numbers = st.columns([6, 2, 2], vertical_alignment="center")
            with words:
                say(f"{rule.words.replace('{}', '…')}.", "plain")
            levels.selectbox(
                "Level",
                LEVELS,
                LEVELS.index(level),
                key=f"{key}.level.{place}",
                label_visibility="collapsed",
            )
            if rule.number:
                numbers.number_input(
                    "Number",
                    rule.low,
                    rule.high,
                    number,
                    key=f"{key}.number.{place}",
                    label_visibility="collapsed",
                )
        with st.container(horizontal=True, gap="small"):
            st.button("Set these rules", key="health.set", on_click=_keep, args=(survey, key))
            if rules != HealthRules():
                st.button(
                    "Back to the usual ones",
                    key="health.usual",
                    type="tertiary",
                    on_click=saving.set_once,
                    args=(survey, SETTING, HealthRules().to_text()),
                )


def _keep(survey: KeptSurvey, key: str) -> None:
    asked = st.session_state
    places = range(len(RULES))
    levels = tuple(asked[f"{key}.level.{place}"] for place in places)
    numbers = tuple(int(asked.get(f"{key}.number.{place}", 0)) for place in places)
    saving.set_once(survey, SETTING, HealthRules(levels, numbers).to_text())
