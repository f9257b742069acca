"""Deletion that deletes: a respondent, a wave, a survey, and by a rule what is too old; each with its receipt."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from nps_core.days import today
from nps_core.errors import WorkspaceError
from nps_core.formatting import plural
from nps_core.workspace.values import Retention
from pages.ui import keeping, kept, session, state, upkeep, visitors
from pages.ui.text import heading, problem, safe, say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from nps_core.workspace import KeptSurvey
    from nps_core.workspace.values import Receipt
    from pages.ui.jobs import Progress

T = TypeVar("T")

_OPEN, _TEXT, _FOUND, _DUE, _SIGNED = "erase.open", "erase.text", "erase.found", "erase.due", "kept.by.erase"
_COMMENTS, _RESPONSES = "retention.comments", "retention.responses"
_MOST_MONTHS = 1_200


def offer(survey: KeptSurvey) -> None:
    """The button that leads to all that deletes."""
    st.button("Erase or delete", icon=":material/delete:", type="tertiary", key="erase", on_click=_open)
    if st.session_state.get(_OPEN):
        st.dialog("Erase or delete", width="large", on_dismiss=_close)(_draw)(survey)


def sure(label: str, key: str, what: Callable[[], None]) -> None:
    """A button that asks once more before it does something that cannot be taken back."""
    st.checkbox("I know that this cannot be taken back", key=f"{key}.sure")
    st.button(
        safe(label),
        key=key,
        icon=":material/delete_forever:",
        disabled=not st.session_state[f"{key}.sure"],
        on_click=_ask,
        args=(what,),
    )


def delete_wave(link: str, wave_id: int) -> None:
    """Delete a wave of a kept survey."""

    def delete(survey: KeptSurvey) -> Sequence[Receipt]:
        wave = next((own for own in survey.waves if own.id == wave_id), None)
        return [kept.workspace().delete_wave(survey, wave, _by())] if wave else []

    _do(link, delete)


def _open() -> None:
    st.session_state[_OPEN] = True


def _close() -> None:
    for key in (_OPEN, _TEXT, _FOUND, _DUE, _COMMENTS, _RESPONSES):
        st.session_state.pop(key, None)


def _ask(what: Callable[[], None]) -> None:
    keeping.sign(_SIGNED)
    _close()
    session.ask(what)


def _draw(survey: KeptSurvey) -> None:
    keeping.signed("Done by", _SIGNED)
    _person(survey)
    st.space("small")
    _rule(survey)
    st.space("small")
    heading("The whole survey", f"{plural(len(survey.waves), 'wave')}, {plural(survey.n, 'response')}")
    sure(
        "Delete this survey",
        "erase.survey",
        partial(_do, survey.link, lambda now: [kept.workspace().delete_survey(now, _by())]),
    )
    if session.is_asked():  # by a button in here, of which the page around knows nothing
        st.rerun()


def _person(survey: KeptSurvey) -> None:
    heading("A respondent", "by id or e-mail address, in every wave; capitals make no difference")
    text = st.text_input(
        "Id or e-mail address", key=_TEXT, max_chars=200, placeholder="such as: ann@example.org"
    ).strip()
    if not text:
        return
    try:
        found = _once(_FOUND, survey, text, partial(kept.workspace().find_respondent, survey, text))
    except WorkspaceError as error:
        problem(error.message, error.hint)
        return
    say(f"Found: {found.sentence}" if found else "No wave has this id or address.", "plain")
    if found:
        sure("Erase this respondent", "erase.person", partial(_do, survey.link, partial(_erase, text)))


def _rule(survey: KeptSurvey) -> None:
    heading("Retention", "in months from the day of each response; leave empty to keep for ever")
    left, right = st.columns(2)
    try:
        now = kept.workspace().retention(survey)
        st.session_state.setdefault(_COMMENTS, now.comments)
        st.session_state.setdefault(_RESPONSES, now.responses)
        comments = left.number_input("Comments go after", 1, _MOST_MONTHS, key=_COMMENTS, placeholder="never")
        responses = right.number_input(
            "Whole responses go after", 1, _MOST_MONTHS, key=_RESPONSES, placeholder="never"
        )
        rule = Retention(comments, responses)
        if rule == now:
            say(now.sentence, "plain")
            return
        due = _once(_DUE, survey, rule, partial(kept.workspace().due, survey, rule, today()))
    except WorkspaceError as error:
        problem(error.message, error.hint)
        return
    goes = f" To be deleted now: {due.counted}." if due else " Nothing is that old yet."
    say(f"{rule.sentence}{goes}", "plain")
    sure("Set this rule", "erase.rule", partial(_do, survey.link, partial(_set_rule, rule)))


def _once(key: str, survey: KeptSurvey, of: Hashable, look: Callable[[Progress], T]) -> T:
    """What is found in all waves, looked through once for what is asked."""
    asked = (survey.link, survey.revision, of)
    if st.session_state.get(key, (None,))[0] != asked:
        with kept.progress("Looking through the waves") as tell:
            st.session_state[key] = (asked, look(tell))
    found: T = st.session_state[key][1]
    return found


def _do(link: str, what: Callable[[KeptSurvey], Sequence[Receipt]]) -> None:
    """Delete something, and hold nothing of it on this server any more."""
    try:
        survey = kept.find(link)
        told = what(survey) if survey else ()
        left = kept.find(link)
        kept.let_go_of_past(here=visitors.current())
    except WorkspaceError as error:
        kept.refuse(error)
        return
    st.session_state[keeping.RECEIPTS] = tuple(told)
    kept.say("")
    if left is None:
        session.forget()
    else:
        session.open_kept(left)
    upkeep.forget()


def _erase(text: str, survey: KeptSurvey) -> Sequence[Receipt]:
    with kept.progress("Erasing") as tell:
        receipt = kept.workspace().erase_respondent(survey, text, _by(), tell)
    state.forget_text(text)
    return [receipt]


def _set_rule(rule: Retention, survey: KeptSurvey) -> Sequence[Receipt]:
    kept.workspace().set_retention(survey, rule)
    with kept.progress("Looking through the waves") as tell:
        return kept.workspace().apply_retention(today(), _by(), tell)


def _by() -> str:
    return str(st.session_state.get(keeping.BY, ""))
