"""A customer room on screen: how a customer is and why, every score and comment, and what is done about it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.follow_ups.follow_up import ACCOUNT, LONGEST_NOTE, RESPONDENT, moment_words
from nps_core.follow_ups.health import LEVELS, RULES, HealthRules, find_health, health_rules_of
from nps_core.follow_ups.relationship import LEVELS as RELATIONS
from nps_core.follow_ups.relationship import Relationship, judged_words
from nps_core.follow_ups.room import find_room, promised_to, spoken_in
from nps_core.formatting import format_count, format_day, plural
from pages.ui import drafts, keeping, kept, reader, rooms, session, theme_state
from pages.ui import follow_up_saving as saving
from pages.ui.text import answer, as_html, empty, heading, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.follow_ups.follow_up import Event, FollowUp
    from nps_core.follow_ups.health import Health
    from nps_core.follow_ups.relationship import Relationship
    from nps_core.follow_ups.room import Cell, Person, Room
    from nps_core.workspace import KeptSurvey
    from pages.ui.drafts import Draft
    from pages.ui.open_surveys import Opened

_GRID = "room.grid"
_MOST_HISTORIES = 20  # people of an account whose changes are told; each is asked for on its own

_component = st.components.v2.component(
    "customer_room",
    html='<div class="grid"></div>',
    css=Path(__file__).with_name("customer_room.css").read_text(encoding="utf-8"),
    js=Path(__file__).with_name("customer_room.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class _Kept:
    """What is kept of a customer: what is promised, the relationship, what was changed, and the rules of health."""

    promised: tuple[FollowUp, ...] = ()
    relationship: Relationship | None = None
    events: tuple[Event, ...] = ()
    rules: HealthRules = field(default_factory=HealthRules)


def show() -> None:
    """Draw the room that the address names; of nobody, what would be here."""
    opened, scope = session.shown(), session.current()
    rooms.back()
    asked = rooms.asked(scope.survey, opened.link)
    if asked is None:
        answer("No customer is picked")
        empty(
            "An account or a person stands here, with all that is known of them.",
            "Click on one: in Actions, in the list of accounts under “Who speaks”, or beside a comment.",
        )
        return
    from nps_core.workspace.joining import WAVE  # noqa: PLC0415 - it brings SQLAlchemy

    room = find_room(scope, *asked, saving.open_waves(opened), WAVE)
    if room.refused:
        answer("There is nothing to see of this customer")
        hint = "Take filters off above." if room.hidden else "Go back, and pick somebody from there."
        empty(room.refused, hint)
        return
    known = _kept(opened, room)
    health = find_health(room, known.promised, known.relationship, known.rules, saving.now())
    _head(room, health)
    _scores(room)
    left, right = st.columns([5, 4], gap="large")
    with left:
        _comments(room)
    with right:
        if opened.kept is None:
            keeping.unkept(opened, "A relationship score and follow-ups live with a kept survey.")
        elif known.relationship is not None:
            _judge(known.relationship, rooms.ref(), restricted=scope.viewer.is_restricted)
            _promised(opened.kept, room, known)
    _rules(opened.kept, known.rules)


def _kept(opened: Opened, room: Room) -> _Kept:
    """What is kept of a customer; nothing of a survey that is not kept.

    Raises
    ------
    WorkspaceError
        It cannot be read.
    """
    survey = opened.kept
    if survey is None:
        return _Kept()
    from nps_core.workspace import follow_ups, relationship  # noqa: PLC0415 - it brings SQLAlchemy

    workspace = kept.workspace()
    engine, own = workspace.engine, (room.kind, room.key)
    promised = promised_to(room, follow_ups.follow_ups(engine, survey))
    whose = list(dict.fromkeys((one.kind, one.who) for one in promised))[:_MOST_HISTORIES]
    events = [event for one in whose for event in follow_ups.history(engine, survey, *one)]
    events += relationship.history(engine, survey, *own)
    events.sort(key=lambda one: one.when, reverse=True)
    rules = health_rules_of((workspace.settings(survey).get(_RULES) or [""])[0])
    return _Kept(promised, relationship.relationship(engine, survey, *own), tuple(events), rules)


def _head(room: Room, health: Health) -> None:
    """Who it is, how they are, and why: each reason with its colour, and never by colour alone."""
    answer(f"{room.name}: {health.colour}" if health.colour else room.name)
    reasons_html = "".join(
        f'<li><span class="health {as_html(colour)}">{as_html(colour or "–")}</span><span>{as_html(why)}</span></li>'
        for colour, why in health.reasons
    )
    st.html(f'<ul class="health">{reasons_html}</ul>')
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        say(" · ".join(_facts(room)), width="content")
        if room.kind == RESPONDENT and room.account_key:
            st.button(
                "The account",
                icon=":material/domain:",
                type="tertiary",
                key="room.account",
                on_click=rooms.ask,
                args=(ACCOUNT, room.account_key),
            )


def _facts(room: Room) -> list[str]:
    n = len(room.places)
    facts = [room.account] if room.kind == RESPONDENT and room.account else []
    if room.kind == RESPONDENT and room.people[0].persona:
        facts.append(room.people[0].persona)
    facts.append(plural(n, "response"))
    if room.kind == ACCOUNT:
        known = room.n_people - bool(room.n_nameless)
        facts[-1] += f" of {plural(known, 'person', 'people')}" if known else ""
        if known and room.n_nameless:
            facts[-1] += f", {format_count(room.n_nameless)} without an id"
        facts.append(room.score_words)
    if room.hidden:
        facts.append(f"{format_count(room.hidden)} more filtered out")
    if not math.isnan(room.worth):
        facts.append(f"revenue {format_count(room.worth)}")
    if room.heard:
        facts.append(f"heard: {', '.join(room.heard)}")
    if room.silent:
        facts.append(f"not heard: {', '.join(room.silent)}")
    return facts


def _scores(room: Room) -> None:
    """Who scored what in which wave."""
    more = (
        f"; {format_count(room.n_people - len(room.people))} more not shown"
        if room.n_people > len(room.people)
        else ""
    )
    who = f"; decision makers first, then the lowest score{more}" if room.kind == ACCOUNT else ""
    heading(
        "Scores over time",
        f"the last score of each {'wave' if room.by_wave else 'quarter with an answer'}{who}",
    )
    is_account = room.kind == ACCOUNT
    _component(
        data={
            "columns": [name or "no day" for name in room.columns],
            "rows": [_row(one, opens=is_account) for one in room.people],
        },
        key=_GRID,
        on_open_change=lambda: _open(room),
    )


def _row(one: Person, *, opens: bool) -> dict[str, Any]:
    role = (
        f"{one.persona}, decision maker"
        if one.decides and one.persona.lower() != "decision maker"
        else one.persona
    )
    return {
        "name": one.name or "without an id",
        "role": role,
        "opens": opens and bool(one.key),
        "cells": [cell and _cell(cell) for cell in one.cells],
    }


def _cell(cell: Cell) -> dict[str, Any]:
    day = f" on {format_day(cell.day)}" if cell.day else ""
    return {"score": cell.score, "group": cell.group, "n": cell.n, "title": f"{cell.group}{day}"}


def _open(room: Room) -> None:
    place = st.session_state[_GRID].get("open")
    if isinstance(place, int) and 0 <= place < len(room.people) and room.people[place].key:
        rooms.ask(RESPONDENT, room.people[place].key)


def _comments(room: Room) -> None:
    """What they say, the latest first, with themes and tones where the session has them."""
    survey = room.scope.survey
    if not survey.has_comments:
        return
    commented = room.commented
    heading("What they say", "the latest first" if len(commented) else "no comment yet")
    if not len(commented):
        return
    read = st.container()  # it stands first, and nothing in it moves once the themes are found
    themes = theme_state.themes(survey) if theme_state.wanted(survey) else None
    with read:
        reader.show(room.scope, commented, key="room", themes=themes)
    if themes is not None and (found := spoken_in(room, themes)):
        heading("What they speak of")
        themes_html = "".join(
            f'<li><span><b>{as_html(one.title)}</b></span><span class="why">{as_html(one.words)}</span></li>'
            for one in found
        )
        st.html(f'<ul class="room-themes">{themes_html}</ul>')


def _promised(survey: KeptSurvey, room: Room, known: _Kept) -> None:
    """What is promised, and what was done, the latest first."""
    waves = {wave.id: wave.name for wave in survey.waves}
    heading("Follow-ups", "" if known.promised else "nothing is promised yet")
    lines = []
    for one in reversed(known.promised):
        due = ""
        if one.due is not None and not one.is_closed:
            due = f"{'overdue since' if one.is_overdue(saving.now()) else 'due'} {moment_words(one.due)}"
        whom = one.who if one.kind == RESPONDENT and room.kind == ACCOUNT else ""
        lines.append(
            " · ".join(filter(None, (waves.get(one.wave, ""), whom, one.status, one.owner, due, one.outcome)))
        )
    _list(lines)
    if known.events and not room.scope.viewer.is_restricted:
        heading("What was done", "the latest first")
        _list([f"{moment_words(one.when)} · {one.by or 'somebody'}: {one.words}" for one in known.events])


def _list(lines: Sequence[str]) -> None:
    lines_html = "".join(f"<li>{as_html(line)}</li>" for line in lines)
    if lines_html:
        st.html(f'<ul class="findings">{lines_html}</ul>')


def _judge(fresh: Relationship, ref: str, *, restricted: bool) -> None:
    """Draw the score that is set, and its form for who may change it; without notes for who sees a part only."""
    heading("Relationship score", f"yours, beside what they answer: {fresh.words}")
    if restricted or not kept.may_keep():
        if fresh.note and not restricted:
            say(fresh.note, "plain")
        return
    draft = drafts.begin(f"relationship.{ref}", fresh, _judged)
    st.segmented_control(
        "Relationship", RELATIONS, format_func=lambda one: f"{one:d} {RELATIONS[one]}", key=draft.key("score")
    )
    st.text_area(
        "Why",
        key=draft.key("note"),
        max_chars=LONGEST_NOTE,
        placeholder="what makes you think so",
        height=80,
    )
    drafts.keep(draft)
    drafts.offer(draft, judged_words(draft.begun, draft.fresh), _save_judged)


def _judged(one: Relationship) -> dict[str, Any]:
    return {"score": one.score, "note": one.note}


def _save_judged(survey: KeptSurvey, draft: Draft) -> bool:
    from nps_core.workspace import relationship  # noqa: PLC0415 - it brings SQLAlchemy

    saved = relationship.save(kept.workspace().engine, survey, draft.fresh, draft.changes, kept.signature())
    return saved is not None


_RULES = "health"
"""The setting of a kept survey that holds them."""


def _rules(survey: KeptSurvey | None, rules: HealthRules) -> None:
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
            st.button("Set these rules", key="health.set", on_click=_keep_rules, args=(survey, key))
            if rules != HealthRules():
                st.button(
                    "Back to the usual ones",
                    key="health.usual",
                    type="tertiary",
                    on_click=saving.set_once,
                    args=(survey, _RULES, HealthRules().to_text()),
                )


def _keep_rules(survey: KeptSurvey, key: str) -> None:
    asked = st.session_state
    places = range(len(RULES))
    levels = tuple(asked[f"{key}.level.{place}"] for place in places)
    numbers = tuple(int(asked.get(f"{key}.number.{place}", 0)) for place in places)
    saving.set_once(survey, _RULES, HealthRules(levels, numbers).to_text())
