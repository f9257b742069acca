"""Interventions: what was done and when, what went with each, and the form for the next one.

Those of a kept survey stand in its register, which the place Actions shows whole; those of a link are beside them.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import Action, filter_choices
from nps_core.errors import NPSError, WorkspaceError
from nps_core.follow_ups.register import LONGEST, NOT_FROM_IT, find_outcomes
from nps_core.formatting import format_day, short
from nps_core.trends.actions import actions_of
from nps_core.viewer import EVERYONE
from pages.ui import choices, kept, places, state, theme_state
from pages.ui.text import findings, heading, safe, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Scope, Survey
    from nps_core.follow_ups.register import Outcomes
    from nps_core.themes.result import Themes

PART, CALLS, DID = "actions.part", "calls", "did"
"""The key of the choice between the parts of Actions, and these."""

_DAYS, _USUAL = (30, 60, 90, 180), 90
# The sample survey's own story, told beside it in data/README.md.
_EXAMPLE = Action(dt.date(2026, 4, 1), "New interface", ("Age group", ("25-34",)))


def current(survey: Survey) -> tuple[Action, ...]:
    """The actions of this survey, in the order of their days: those of its register, and those of the link."""
    own = registered()
    known = {action.to_text() for action in own}
    linked = (action for action in actions_of(state.kept("did"), survey) if action.to_text() not in known)
    return tuple(sorted((*own, *linked), key=lambda action: action.day))


def registered() -> tuple[Action, ...]:
    """The register of the survey that is open: nothing of one that is not kept, or before who sees a part of it."""
    opened = st.session_state["opened"]
    if opened.kept is None:
        return ()
    from nps_core.workspace import register  # noqa: PLC0415 - it brings SQLAlchemy

    try:
        engine = kept.workspace().engine
        return register.actions(engine, opened.kept, st.session_state.get("viewer", EVERYONE))
    except WorkspaceError as error:
        kept.note(error)
        return ()


def speak_of_themes(survey: Survey) -> bool:
    """Whether an action is for a theme, so that the themes are needed to tell what went with it."""
    return survey.has_comments and any(action.theme for action in current(survey))


def themes_for(scope: Scope, actions: Sequence[Action], *, asked: bool = False) -> Themes | None:
    """The themes, where an action is for one, or somebody asks; None while they are looked for, or without any."""
    survey = scope.survey
    if not survey.has_comments or not (asked or any(action.theme for action in actions)):
        return None
    return theme_state.themes(survey) if theme_state.wanted(survey) else None


def found(scope: Scope, actions: Sequence[Action], themes: Themes | None) -> Outcomes:
    """What went with each that was taken, in the days on either side that are picked."""
    days = choices.peek(_DAYS, key="actions.days", default=_USUAL)
    return find_outcomes(scope, actions, themes, days=days)


def pick_days(place: st.delta_generator.DeltaGenerator) -> None:
    """How many days on either side are looked at."""
    choices.one(place.selectbox, "Days on either side", _DAYS, default=_USUAL, key="actions.days")


def show(scope: Scope, went: Outcomes) -> None:
    """What went with each intervention, and the form for the next one."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        heading("Interventions", "What you did and when: before and after, beside those it was not meant for")
    if went:
        pick_days(right)
    for place, one in enumerate(went):
        action = one.action
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            who = f" · {action.who}" if action.touched or action.theme else ""
            say(f"{action.name or 'Intervention'} · {format_day(action.day)}{who}", "finding")
            if not action.id:
                st.button(
                    "Remove", key=f"actions.remove.{place}", type="tertiary", on_click=_remove, args=(action,)
                )
        findings(one.sentences)
    if went:
        say(NOT_FROM_IT, "small")
    opened = st.session_state["opened"]
    if opened.link == "sample" and not went:
        st.button(
            f"Show an example: {safe(_EXAMPLE.name)}, {safe(format_day(_EXAMPLE.day))}",
            on_click=_add,
            args=(_EXAMPLE,),
            key="actions.example",
        )
    if opened.kept is not None:
        _lead()
    with st.expander("Add an intervention", icon=":material/add:"):
        _form(scope.survey)


def _lead() -> None:
    if st.button(
        "The whole register",
        icon=":material/arrow_forward:",
        key="actions.register",
        type="tertiary",
        on_click=choices.put,
        args=(PART, DID),
    ):
        places.go("followups")


def _form(survey: Survey) -> None:
    choices = filter_choices(survey)
    left, right = st.columns(2)
    by, values_of = st.columns(2)  # one row under the other, on a phone too
    day = left.date_input(
        "First day",
        value=choices.last,
        min_value=choices.first,
        max_value=choices.last,
        format="DD/MM/YYYY",
        key="actions.day",
    )
    name = right.text_input(
        "Name", key="actions.name", placeholder="such as: new onboarding", max_chars=LONGEST["name"]
    )
    values = {choice.name: choice.values for choice in choices.attributes}
    attribute = by.selectbox(
        "Meant for", [None, *values], key="actions.by", format_func=lambda own: short(own or "everybody")
    )
    picked = values_of.multiselect(
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
    """Write an action down in the register of a kept survey; let it stand in the link of another one."""
    opened = st.session_state["opened"]
    if opened.kept is None or not kept.may_keep():
        state.keep("did", [*state.kept("did"), action.to_text()])
        return
    from nps_core.workspace import register  # noqa: PLC0415 - it brings SQLAlchemy

    try:
        register.take_over(kept.workspace().engine, opened.kept, (action,), kept.signature())
    except NPSError as error:
        kept.refuse(WorkspaceError(error.message, hint=error.hint))


def _remove(action: Action) -> None:
    texts = state.kept("did")
    if action.to_text() in texts:
        texts.remove(action.to_text())
    state.keep("did", texts)
