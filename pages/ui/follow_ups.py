"""Whom to call: the list on the left, and who is being read on the right; under it what is promised, and by whom.

What is changed is written at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.days import today
from nps_core.errors import FollowUpError, NPSError
from nps_core.follow_ups.clock import DAYS, MOST_HOURS, Clock, clock_of
from nps_core.follow_ups.crm import crm_table, read_crm
from nps_core.follow_ups.follow_up import RESPONDENT
from nps_core.follow_ups.items import PLANS, items_of
from nps_core.follow_ups.mail import mail_texts_of
from nps_core.follow_ups.owners import count_owners
from nps_core.follow_ups.proof import find_proof
from nps_core.follow_ups.ranking import Ranking, kinds_of, rank, refusal
from nps_core.follow_ups.references import LATELY, find_references
from nps_core.formatting import format_share, plural, short
from nps_core.report.tables import file_name
from nps_core.survey import GROUPS
from pages.ui import (
    choices,
    drafts,
    follow_up_form,
    follow_up_list,
    keeping,
    kept,
    mail_texts,
    rooms,
    rows,
    session,
    tables,
    theme_state,
    uploads,
    visitors,
)
from pages.ui import follow_up_saving as saving
from pages.ui.open_surveys import SHELF
from pages.ui.rows import take_table
from pages.ui.text import answer, empty, findings, heading, problem, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core import Scope
    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.follow_ups.items import Items
    from nps_core.workspace import KeptSurvey
    from pages.ui.open_surveys import Opened

_VIEWS = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}
_KINDS = {"respondent": "By respondent", "account": "By account"}
_DONE = {"open": "To do", "closed": "Closed"}


def show() -> None:
    """Draw the page; of a survey that is not kept, or that does not say who answered, what would be here."""
    opened, scope = session.shown(), session.current()
    survey = opened.kept
    if survey is None:
        answer("Whom to call stands here once this survey is kept")
        keeping.unkept(opened, "Follow-ups live with a kept survey.")
        return
    kinds = kinds_of(scope)
    if not kinds:
        answer("None of these can be followed up")
        empty(
            refusal(scope, RESPONDENT),
            "Name the column under “Data”, or ask for the role editor.",
        )
        return
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - it brings SQLAlchemy

    workspace = kept.workspace()
    held = follow_ups.follow_ups(workspace.engine, survey)
    settings = workspace.settings(survey)
    clock = clock_of((settings.get(_CLOCK) or [""])[0])
    texts = mail_texts_of(settings.get(mail_texts.MAILS, ()))
    top = st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="calls-line"):
        group = choices.view("Whom", _VIEWS, key="calls.group", default="detractor")
        kind = kinds[0]
        if len(kinds) > 1:
            kind = choices.view("One item each", _KINDS, key="calls.kind", default="respondent")
        is_closed = choices.view("Which", _DONE, key="calls.done", default="open") == "closed"
        follow_up_list.owner_field()
    items = items_of(scope, ranking(opened, scope, kind), held)
    numbers = items.of(group, closed=is_closed)
    promised = items.held()
    with top:
        _first_line(items, group, promised)
    left, right = st.columns([5, 4], gap="large")
    with left:
        if kept.may_keep():
            mail_texts.take_marked(survey, items, texts)
        at = follow_up_list.show(
            survey, items, numbers, clock, of=f"{group}.{kind}.{is_closed}.{scope.filters!r}"
        )
    with right:
        if at is None:
            empty(f"{PLANS[group][0]}: none here.", "Widen the filters, or look at another group.")
        else:
            follow_up_form.show(survey, items, at, clock, texts)
    _owners(promised, survey, clock)
    if kind == RESPONDENT:
        _references(items, held)
        _proof(items, held)
    mail_texts.edit(survey, texts, group)
    _crm(survey, items, numbers, clock)


def _first_line(items: Items, group: str, promised: Sequence[FollowUp]) -> None:
    now = saving.now()
    overdue = [one for one in promised if one.is_overdue(now)]
    waiting = plural(len(items.of(group)), group)
    late = f"; {plural(len(overdue), 'promise')} overdue" if overdue else ""
    answer(f"{waiting} to follow up{late}", (PLANS[group][1],))


def _references(items: Items, held: Sequence[FollowUp]) -> None:
    """Whom to ask for a reference; looked for once it is asked for."""
    if not choices.toggle("References: promoters heard lately, with nothing open", key="calls.references"):
        return
    found = find_references(items, held)
    heading(
        found.title,
        f"their last answer is a promoter's and not older than {LATELY:d} days; no follow-up is open with them, a"
        " colleague or their account; click on a name to open the person",
    )
    if not len(found.numbers):
        return
    tables.show(
        found.table(tables.MOST_ROWS),
        tables.REFERENCES,
        key="references",
        alt=found.title,
        total=len(found.numbers),
        pick=lambda row: rooms.ask(RESPONDENT, items.follow_up(int(found.numbers[row])).who),
    )
    take_table(
        plural(len(found.numbers), "reference"),
        found.table,
        file_name("references", items.scope.filters.words(), "csv"),
        "rows.references",
    )


def _proof(items: Items, held: Sequence[FollowUp]) -> None:
    """Whether those followed up score higher next time than others alike; looked at once it is asked for."""
    if choices.toggle("Does it help? The next score of those followed up", key="calls.proof"):
        found = find_proof(items, held)
        heading(found.title)
        findings(found.sentences)


def ranking(opened: Opened, scope: Scope, kind: str) -> Ranking:
    """Whom to call first among what is looked at, by "respondent" or "account"; looked for once, whoever asks."""
    from nps_core.workspace.joining import WAVE  # noqa: PLC0415 - it brings SQLAlchemy

    survey, day, visitor = scope.survey, today(), visitors.current()
    waves = saving.open_waves(opened)
    is_themed = theme_state.known(survey)
    key = (
        "ranking",
        survey.digest,
        scope.filters,
        kind,
        waves,
        day,
        is_themed and theme_state.key_of(survey),
    )
    found: Ranking | None = SHELF.get(key, visitor)
    if found is None:
        themes = theme_state.themes(survey) if is_themed else None
        found = rank(scope, waves, today=day, kind=kind, wave_attribute=WAVE, themes=themes)
        if themes is not None or not is_themed:
            SHELF.put(key, found, found.bytes, survey.digest, [visitor])
    return found


_CLOCK = "clock"
"""The setting of a kept survey that holds its working hours."""


def _owners(promised: Sequence[FollowUp], survey: KeptSurvey, clock: Clock) -> None:
    """Per owner what is promised; and the clock that it is measured by."""
    st.space("small")
    rows = count_owners(promised, {wave.id: wave.added for wave in survey.waves}, clock, saving.now())
    if rows:
        heading(
            "By owner",
            "what is promised to those who are looked at; hours are working hours since the wave came in",
        )
        st.dataframe(
            {
                "Owner": [short(row.owner) for row in rows],
                "Open": [row.open for row in rows],
                "Overdue": [row.overdue for row in rows],
                "Median hours to first contact": [
                    None if row.hours is None else round(row.hours, 1) for row in rows
                ],
                "Closed": [format_share(row.share_closed) for row in rows],
            },
            hide_index=True,
            key="calls.owners",
        )
    with st.expander("Working hours"):
        say(f"{clock.words}.", "plain")
        if kept.may_keep():
            _set_clock(survey, clock)


def _set_clock(survey: KeptSurvey, clock: Clock) -> None:
    names = [DAYS[day] for day in clock.days]
    st.multiselect("Working days", DAYS, names, key="clock.days")
    columns = st.columns(5)
    columns[0].number_input("From", 0, 23, clock.start, key="clock.start")
    columns[1].number_input("To", 1, 24, clock.end, key="clock.end")
    for column, group, hours in zip(columns[2:], _VIEWS, clock.within, strict=True):
        column.number_input(_VIEWS[group], 1, MOST_HOURS, hours, key=f"clock.{group}", help="Working hours.")
    st.button("Set these hours", key="clock.set", on_click=_keep_clock, args=(survey,))
    if (trouble := st.session_state.pop("clock.trouble", "")) != "":
        problem(trouble, "Pick at least one day, and an end after the start.")


def _keep_clock(survey: KeptSurvey) -> None:
    asked = st.session_state
    days = tuple(place for place, name in enumerate(DAYS) if name in asked["clock.days"])
    try:
        clock = Clock(
            days, asked["clock.start"], asked["clock.end"], tuple(asked[f"clock.{one}"] for one in GROUPS)
        )
    except ValueError:
        st.session_state["clock.trouble"] = "These are no working hours."
        return
    saving.set_once(survey, _CLOCK, clock.to_text())


_FILE = "calls.file"


def _crm(survey: KeptSurvey, items: Items, numbers: Any, clock: Clock) -> None:  # noqa: ANN401 - numpy
    """The list as a file for a CRM, and back: what it changes is told before it is written."""
    with st.expander("To and from a CRM"):
        if not kept.may_keep():
            say("Who may change follow-ups can take the list away and bring it back.", "small")
            return
        say("Comments are masked; an id stays the same, and nothing else tells which row is which.", "small")
        rows.take_table(
            plural(len(numbers), "follow-up shown", "follow-ups shown"),
            lambda: crm_table(items, numbers, survey.link),
            file_name("follow-ups", items.scope.filters.words(), "csv"),
            "calls.take",
        )
        turn = st.session_state.setdefault(_FILE, 0)
        file = st.file_uploader("The list as it came back", type=["csv", "txt", "tsv"], key=f"{_FILE}.{turn}")
        if file is None:
            return
        if why := uploads.refusal(file.file_id):
            problem(*why)
            return
        try:
            found = read_crm(file.getvalue(), items, survey.link, saving.now(), clock)
        except FollowUpError as error:
            problem(error.message, error.hint)
            return
        findings(found.sentences or ("The file has no rows.",))
        if found.changes:
            st.button(
                f"Change {len(found.changes):,}",
                type="primary",
                key="calls.bring",
                on_click=_bring,
                args=(survey, found.changes),
            )


def _bring(survey: KeptSurvey, changes: Sequence[tuple[FollowUp, Mapping[str, object]]]) -> None:
    try:
        saving.change(survey, changes)
    except NPSError as error:
        drafts.refuse("call", error)
    else:
        st.session_state[_FILE] += 1  # the file is done with
