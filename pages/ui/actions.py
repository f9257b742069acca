"""Interventions that somebody typed in: the form, what went with each, and the way to take it off."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import Action, compare_before_after, filter_choices
from nps_core.formatting import format_day, short
from nps_core.trends.interventions import actions_of
from pages.ui import choices, state
from pages.ui.text import findings, heading, safe, say

if TYPE_CHECKING:
    from nps_core import Scope, Survey
    from nps_core.trends.interventions import Intervention

_DAYS, _USUAL = (30, 60, 90, 180), 90
# The sample survey's own story, told beside it in data/README.md.
_EXAMPLE = Action(dt.date(2026, 4, 1), "New interface", ("Age group", ("25-34",)))


def current(survey: Survey) -> tuple[Action, ...]:
    """The interventions of this survey, in the order of their days."""
    return actions_of(state.kept("did"), survey)


def found(scope: Scope, actions: tuple[Action, ...]) -> tuple[Intervention, ...]:
    """What went with each, in the days on either side that are picked."""
    days = choices.peek(_DAYS, key="actions.days", default=_USUAL)
    return tuple(
        compare_before_after(scope, action.day, touched=action.touched, days=days) for action in actions
    )


def show(scope: Scope, actions: tuple[Action, ...], went: tuple[Intervention, ...]) -> None:
    """What went with each intervention, and the form for the next one."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        heading("Interventions", "What you did and when: before and after, beside those it was not meant for")
    if actions:
        choices.one(right.selectbox, "Days on either side", _DAYS, default=_USUAL, key="actions.days")
    for place, (action, own) in enumerate(zip(actions, went, strict=True)):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            who = f" · {action.who}" if action.touched else ""
            say(f"{action.name or 'Intervention'} · {format_day(action.day)}{who}", "finding")
            st.button(
                "Remove", key=f"actions.remove.{place}", type="tertiary", on_click=_remove, args=(action,)
            )
        findings(own.sentences)
    if actions:
        say(
            "What went with an action need not have come from it: seasons, other changes and who answered"
            " count too.",
            "small",
        )
    opened = st.session_state["opened"]
    if opened.link == "sample" and not actions:
        st.button(
            f"Show an example: {safe(_EXAMPLE.name)}, {safe(format_day(_EXAMPLE.day))}",
            on_click=_add,
            args=(_EXAMPLE,),
            key="actions.example",
        )
    with st.expander("Add an intervention", icon=":material/add:"):
        _form(scope.survey)


def _form(survey: Survey) -> None:
    choices = filter_choices(survey)
    left, right = st.columns(2)
    day = left.date_input(
        "First day",
        value=choices.last,
        min_value=choices.first,
        max_value=choices.last,
        format="DD/MM/YYYY",
        key="actions.day",
    )
    name = right.text_input("Name", key="actions.name", placeholder="such as: new onboarding", max_chars=60)
    values = {choice.name: choice.values for choice in choices.attributes}
    attribute = left.selectbox(
        "Meant for", [None, *values], key="actions.by", format_func=lambda own: short(own or "everybody")
    )
    picked = right.multiselect(
        "these",
        values.get(attribute or "", ()),
        key=f"actions.values.{attribute}",
        disabled=attribute is None,
    )
    touched = (attribute, tuple(picked)) if attribute and picked else None
    st.button(
        "Add",
        key="actions.add",
        type="primary",
        disabled=not (day and name),
        on_click=_add,
        args=(Action(day or dt.date.min, name, touched),),
    )


def _add(action: Action) -> None:
    state.keep("did", [*state.kept("did"), action.to_text()])


def _remove(action: Action) -> None:
    texts = state.kept("did")
    if action.to_text() in texts:
        texts.remove(action.to_text())
    state.keep("did", texts)
