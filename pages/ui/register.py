"""What we did: the register of actions, what went with each beside the others, and “You said, we did”.

What several people write down at once is not overwritten: the second sees what the first changed, and what was typed
here stays in its fields.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core import Action, filter_choices, find_trend, usual_period
from nps_core.errors import FollowUpError, WorkspaceError
from nps_core.follow_ups.register import LONGEST, NOT_FROM_IT, change_words
from nps_core.formatting import format_day, short
from nps_core.trends.actions import DONE, STATUSES
from nps_core.trends.result import with_actions
from pages.ui import actions, downloads, drafts, draw, keeping, kept, marks, session, slide_plan, theme_state
from pages.ui.text import answer, empty, findings, heading, problem, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Scope, Survey
    from nps_core.follow_ups.register import Outcome, Outcomes
    from nps_core.themes.result import Themes
    from nps_core.workspace import KeptSurvey
    from pages.ui.drafts import Draft

_NEW = 0
_AT = "register.at"
_EVERYBODY, _THEME = "everybody", "\n\n"  # no column is called so
_SLIDE = "actions"
_WIDE = 780  # pixels of a form


def show() -> None:
    """Draw the register; of a survey that is not kept, or before who sees a part of it, what would be here."""
    opened, scope = session.shown(), session.current()
    if opened.kept is None:
        answer("What was done stands here once this survey is kept")
        keeping.unkept(opened, "Actions are written down with a kept survey.")
        return
    if scope.viewer.is_restricted:
        answer("What was done is for those who see the whole survey")
        empty("You see a part of its responses, and actions speak of all.", "Ask an admin for another role.")
        return
    _register(opened.kept, scope, actions.registered())


def _register(survey: KeptSurvey, scope: Scope, held: Sequence[Action]) -> None:
    top, work = st.container(), st.container()
    with work:  # how far it is stands under what is known already
        themes = actions.themes_for(scope, held, asked=st.session_state.get(_AT) is not None)
    went = actions.found(scope, held, themes)
    with top:
        if not held:
            answer("Nothing is written down yet of what was done")
            say(
                "Each has a first day and those it is meant for; the change since then is shown next to that of the others."
            )
        else:
            answer(went.title, (NOT_FROM_IT,))
            if scope.first:
                _trend(scope, went)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        if kept.may_keep():
            st.button(
                "Write an action down",
                icon=":material/add:",
                type="secondary" if held else "primary",
                key="register.new",
                on_click=_look_at,
                args=(_NEW,),
            )
        if went:
            actions.pick_days(st.container(width=160))
    at = st.session_state.get(_AT)
    if at is not None and kept.may_keep() and at not in {action.id for action in held}:
        with st.container(border=True, width=_WIDE):
            if at == _NEW:
                _form(survey, scope, Action(scope.whole.last or dt.date.min, ""), themes)
            else:
                _gone(survey, at)
    of = {one.action.id: one for one in went}
    for action in reversed(held):
        _entry(survey, scope, action, of.get(action.id), themes, is_open=at == action.id)
    if went:
        _said_and_did(scope, went)


def _trend(scope: Scope, went: Outcomes) -> None:
    """The score over time with what was done on its days; the story stands under Explore."""
    found = find_trend(scope, usual_period(scope))
    drawn = with_actions(found.untold_chart(), went.actions, went.drawn)
    draw.chart(drawn, scope, key="register", title=False, rows=marks.of_trend(found))


def _entry(
    survey: KeptSurvey,
    scope: Scope,
    action: Action,
    went: Outcome | None,
    themes: Themes | None,
    *,
    is_open: bool,
) -> None:
    parts = (
        format_day(action.day),
        action.status,
        f"for {action.who}",
        action.owner and f"owner {action.owner}",
    )
    st.space("small")
    with st.container(gap="small"):
        with st.container(horizontal=True, vertical_alignment="top", gap="small"):
            heading(action.name, " · ".join(filter(None, parts)))
            st.button(
                "Close" if is_open else "Open",
                key=f"register.edit.{action.id}",
                type="tertiary",
                on_click=_look_at,
                args=(None if is_open else action.id,),
            )
        if went is not None:
            say(went.since, "plain")
        if not is_open:
            return
        findings(
            (
                *([f"What customers had said: {action.said}"] if action.said else []),
                *(went.sentences if went else ()),
            )
        )
        if kept.may_keep():
            with st.container(border=True, width=_WIDE):
                _form(survey, scope, action, themes)


def _said_and_did(scope: Scope, went: Outcomes) -> None:
    st.space("small")
    heading("You said, we did", "to copy, or as a slide; what was done and what went with it, and no cause")
    text = "\n\n".join(went.lines())
    st.code(text, language=None, wrap_lines=True)
    keys = slide_plan.slides(scope)
    with st.container(horizontal=True, gap="small"):
        downloads.button("Text", text, "you-said-we-did.txt", "text/plain", "register.take")
        if _SLIDE in keys:
            say("The slide stands in the report, under Slides.", "small", width="content")
        else:
            st.button(
                "Add the slide",
                icon=":material/add_to_photos:",
                key="register.slide",
                on_click=_add_slide,
                args=(scope.survey, keys),
            )


def _add_slide(survey: Survey, keys: list[str]) -> None:
    slide_plan.add(survey, keys, _SLIDE)


def _form(survey: KeptSurvey, scope: Scope, fresh: Action, themes: Themes | None) -> None:
    draft = drafts.begin(_draft(survey, fresh.id), fresh, _fields)
    if not fresh.id:  # nobody else has it
        draft = replace(draft, fresh=draft.begun)
    st.text_input(
        "What was done",
        key=draft.key("name"),
        max_chars=LONGEST["name"],
        placeholder="such as: the export in one click",
    )
    st.text_area(
        "What customers had said",
        key=draft.key("said"),
        max_chars=LONGEST["said"],
        height=80,
        placeholder="in a sentence, if you like; it stands on the slide",
    )
    left, right = st.columns(2)
    left.date_input(
        "First day", key=draft.key("day"), format="DD/MM/YYYY", help="The first day on which it could show."
    )
    right.text_input("Owner", key=draft.key("owner"), max_chars=LONGEST["owner"])
    _target(left, right, draft, scope, themes)
    st.segmented_control("Status", STATUSES, key=draft.key("status"), required=True)
    drafts.keep(draft)
    with drafts.offer(draft, change_words(draft.begun, draft.fresh), _save):
        if fresh.id:
            st.button("Delete", key="register.delete", type="tertiary", on_click=_delete, args=(fresh,))
        else:
            st.button("Never mind", key="register.leave", type="tertiary", on_click=_leave, args=(draft.of,))


def _gone(survey: KeptSurvey, number: int) -> None:
    """An action that somebody else deleted while it was edited here."""
    draft = drafts.begin(_draft(survey, number), Action(dt.date.min, ""), _fields)
    problem(
        "Somebody else deleted this action meanwhile.",
        f"What you typed of “{draft.typed['name']}” is still here." if draft.typed["name"] else "",
    )
    with st.container(horizontal=True, gap="small"):
        if draft.changes:
            st.button(
                "Write it down anew", key="register.anew", on_click=drafts.try_save, args=(draft, _save_anew)
            )
        st.button("Let it go", key="register.leave", on_click=_leave, args=(draft.of,))


def _draft(survey: KeptSurvey, number: int) -> str:
    return f"register.{survey.link}.{number}"


def _save_anew(survey: KeptSurvey, draft: Draft) -> bool:
    return _save(survey, replace(draft, fresh=replace(draft.begun, id=0, version=0)))


def _target(
    left: DeltaGenerator, right: DeltaGenerator, draft: Draft, scope: Scope, themes: Themes | None
) -> None:
    """Whom it is for: everybody, a theme, or values of an attribute; what is gone from the survey stays on offer."""
    values = {choice.name: choice.values for choice in filter_choices(scope.survey).attributes}
    typed = draft.typed
    by, picked = typed["by"], typed["values"]
    offered = [_EVERYBODY, *([_THEME] if scope.survey.has_comments else []), *values]
    left.selectbox(
        "Meant for",
        [*offered, *([] if by in offered else [by])],
        key=draft.key("by"),
        format_func=lambda own: "a theme of the comments" if own == _THEME else short(own),
    )
    by = draft.typed["by"]
    if by == _THEME:
        names = [] if themes is None else list(themes.titles)
        names += [typed["theme"]] if typed["theme"] and typed["theme"] not in names else []
        right.selectbox(
            "Theme",
            ["", *names],
            key=draft.key("theme"),
            format_func=lambda own: short(own or "pick one"),
        )
        if themes is None:
            say(f"{theme_state.looking()}.", "small")
    elif by != _EVERYBODY:
        here = values.get(by, ())
        right.multiselect(
            "these",
            [*here, *(value for value in picked if value not in here)],
            key=draft.key("values"),
            format_func=short,
        )


def _fields(action: Action) -> dict[str, Any]:
    by, values = action.touched or (_THEME if action.theme else _EVERYBODY, ())
    return {
        "name": action.name,
        "said": action.said,
        "day": action.day,
        "by": by,
        "values": list(values),
        "theme": action.theme,
        "owner": action.owner,
        "status": action.status if action.id else DONE,
    }


def _changes(draft: Draft) -> dict[str, object]:
    """What is typed, as the register takes it.

    Raises
    ------
    FollowUpError
        It is for nobody yet.
    """
    told: dict[str, object] = dict(draft.changes)
    typed = draft.typed
    if {"by", "values", "theme"} & told.keys():
        for name in ("by", "values", "theme"):
            told.pop(name, None)
        if typed["by"] == _THEME and not typed["theme"]:
            raise FollowUpError("It is for a theme, and none is picked.", hint="Pick one, or everybody.")
        if typed["by"] not in (_EVERYBODY, _THEME) and not typed["values"]:
            raise FollowUpError("It is for a segment, and none is picked.", hint="Pick one, or everybody.")
        is_segment = typed["by"] not in (_EVERYBODY, _THEME)
        told["touched"] = (typed["by"], tuple(typed["values"])) if is_segment else None
        told["theme"] = typed["theme"] if typed["by"] == _THEME else ""
    return told


def _save(survey: KeptSurvey, draft: Draft) -> bool:
    from nps_core.workspace import register  # noqa: PLC0415 - it brings SQLAlchemy

    register.save(kept.workspace().engine, survey, draft.fresh, _changes(draft), kept.signature())
    st.session_state[_AT] = None
    return True


def _delete(action: Action) -> None:
    from nps_core.workspace import register  # noqa: PLC0415 - it brings SQLAlchemy

    survey = session.shown().kept
    if survey is None or not kept.may_keep():
        return
    try:
        register.delete(kept.workspace().engine, survey, action)
    except WorkspaceError as error:
        drafts.refuse("register", error)
        return
    _leave(_draft(survey, action.id))


def _leave(of: str) -> None:
    drafts.drop(of)
    st.session_state[_AT] = None


def _look_at(number: int | None) -> None:
    st.session_state[_AT] = number
