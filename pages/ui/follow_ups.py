"""Whom to call: the list on the left, gone through by the keyboard, and who is being read on the right.

What is changed is written at once. Where somebody else changed the same meanwhile, nothing is overwritten: the page says
what they changed, and what was typed here stays in its fields.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core import read_comments
from nps_core.charts.spec import file_name
from nps_core.errors import FollowUpError, NPSError, WorkspaceError
from nps_core.follow_ups.clock import DAYS, MOST_HOURS, Clock, clock_of, local
from nps_core.follow_ups.crm import crm_table, read_crm
from nps_core.follow_ups.follow_up import (
    CLOSED,
    LONGEST_NOTE,
    LONGEST_OWNER,
    OUTCOMES,
    RESPONDENT,
    STATUSES,
    FollowUp,
    change_words,
    moment_words,
)
from nps_core.follow_ups.items import PLANS, OpenWave, find_items, kinds_of
from nps_core.follow_ups.mail import mail_texts_of
from nps_core.follow_ups.owners import count_owners
from nps_core.follow_ups.proof import find_proof
from nps_core.formatting import format_share, plural, short
from nps_core.masking import mask
from nps_core.survey import GROUPS
from pages.ui import choices, keeping, kept, login, mail_texts, reader, rows, session, theme_state, uploads
from pages.ui.text import answer, as_html, empty, findings, heading, problem, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.follow_ups.items import Item, Items
    from nps_core.follow_ups.mail import MailText
    from nps_core.workspace import KeptSurvey
    from nps_core.workspace.follow_ups import Saved

PAGE = 50
"""Items that stand in the list at once."""

_VIEWS = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}
_KINDS = {"respondent": "By respondent", "account": "By account"}
_DONE = {"open": "To do", "closed": "Closed"}
_CLOCK = "clock"
_LIST, _DRAWN, _HELD, _TOLD = "calls", "calls.drawn", "calls.held", "calls.told"
_OWNER, _TROUBLE = "calls.owner", "call.trouble"
_FILE = "calls.file"
_MOST_COMMENTS = 5

_component = st.components.v2.component(
    "follow_ups",
    html='<div class="calls"></div>',
    css=Path(__file__).with_name("follow_ups.css").read_text(encoding="utf-8"),
    js=Path(__file__).with_name("follow_ups.js").read_text(encoding="utf-8"),
)


def show() -> None:
    """Draw the page; of a survey that is not kept, or that does not say who answered, what would be here."""
    opened, scope = session.shown(), session.current()
    survey = opened.kept
    if survey is None:
        answer("Whom to call stands here once this survey is kept")
        empty("Follow-ups live with a kept survey.", "Keep it: behind its name, above.")
        return
    kinds = kinds_of(scope)
    if not kinds:
        answer("Nobody of these can be followed up")
        empty(
            find_items(scope, (), today=_today()).refused,
            "Name the column under “Data”, or ask for the role editor.",
        )
        return
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - it brings SQLAlchemy
    from nps_core.workspace.joining import WAVE  # noqa: PLC0415 - as above

    try:
        workspace = kept.workspace()
        held = follow_ups.follow_ups(workspace.engine, survey)
        settings = workspace.settings(survey)
    except WorkspaceError as error:
        problem(error.message, error.hint)
        return
    clock = clock_of((settings.get(_CLOCK) or [""])[0])
    texts = mail_texts_of(settings.get(mail_texts.MAILS, ()))
    top = st.container()
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="calls-line"):
        group = choices.view("Whom", _VIEWS, key="calls.group", default="detractor")
        kind = kinds[0]
        if len(kinds) > 1:
            kind = choices.view("One item each", _KINDS, key="calls.kind", default="respondent")
        is_closed = choices.view("Which", _DONE, key="calls.done", default="open") == "closed"
        _owner_field()
    waves = [OpenWave(wave.id, wave.name, wave.added) for wave in survey.waves if wave.id in opened.waves]
    themes = theme_state.themes(scope.survey) if theme_state.known(scope.survey) else None
    items = find_items(scope, waves, held, today=_today(), kind=kind, wave_attribute=WAVE, themes=themes)
    numbers = items.of(group, closed=is_closed)
    promised = items.held()
    with top:
        _first_line(items, group, promised)
    left, right = st.columns([5, 4], gap="large")
    with left:
        if kept.may_keep():
            mail_texts.take_marked(survey, items, texts)
        at = _list(survey, items, numbers, clock, of=f"{group}.{kind}.{is_closed}.{scope.filters!r}")
    with right:
        if at is None:
            empty(f"{PLANS[group][0]}: none here.", "Widen the filters, or look at another group.")
        else:
            _one(survey, items, at, clock, texts)
    _owners(promised, survey, clock)
    if kind == RESPONDENT:
        _proof(items, held)
    mail_texts.edit(survey, texts, group)
    _crm(survey, items, numbers, clock)


def _first_line(items: Items, group: str, promised: Sequence[FollowUp]) -> None:
    now = _now()
    overdue = [one for one in promised if one.is_overdue(now)]
    waiting = plural(len(items.of(group)), group)
    late = f"; {plural(len(overdue), 'promise')} overdue" if overdue else ""
    answer(f"{waiting} to follow up{late}", (PLANS[group][1],))


def _list(survey: KeptSurvey, items: Items, numbers: Any, clock: Clock, *, of: str) -> int | None:  # noqa: ANN401 - numpy
    """Draw the list; the number of the item that is being read, None without any."""
    stands = _state()
    if stands.get("of") != of:
        stands = st.session_state[_HELD] = {"of": of, "done": stands.get("done", 0)}
    start = min(stands.get("start", 0), max(0, len(numbers) - 1) // PAGE * PAGE)
    shown = [int(number) for number in numbers[start : start + PAGE]]
    read = items.read(shown)
    refs = [item.follow_up.ref(survey.link) for item in read]
    st.session_state[_DRAWN] = {
        "clock": clock,
        "groups": {ref: item.group for ref, item in zip(refs, read, strict=True)},
        "seen": {ref: item.follow_up for ref, item in zip(refs, read, strict=True)},
    }
    place = (
        refs.index(stands["at"]) if stands.get("at") in refs else min(stands.get("place", 0), len(refs) - 1)
    )
    at = shown[place] if refs else None
    # Who is being typed about stays, though somebody else closed it.
    if stands.get("reading") and stands["reading"][0] in {*_drafts()} - {*refs}:
        at = items.number_of(stands["reading"][1])
    elif refs:
        _change(place=place, reading=(refs[place], read[place].follow_up.who))
    _component(
        data={
            "rows": [_row(ref, item) for ref, item in zip(refs, read, strict=True)],
            "start": start,
            "page": PAGE,
            "total": len(numbers),
            "of": of,
            "at": refs[place] if refs else "",
            "said": plural(len(numbers), "follow-up"),
            "may": kept.may_keep(),
            "done": stands.get("done", 0),
            "told": st.session_state.pop(_TOLD, ""),
        },
        key=_LIST,
        on_acts_change=_act,
        on_look_change=_look,
        on_start_change=_turn,
    )
    return at


def _row(ref: str, item: Item) -> dict[str, Any]:
    own, now = item.follow_up, _now()
    account = item.account if item.account != item.name else ""
    late = own.is_overdue(now)
    due = ""
    if own.due is not None and not own.is_closed:
        due = f"{'overdue since' if late else 'due'} {moment_words(own.due)}"
    return {
        "ref": ref,
        "name": " · ".join(filter(None, (item.name, account))),
        "score": item.score,
        "group": item.group,
        "why": ", ".join(item.reasons),
        "owner": own.owner,
        "status": own.status,
        "due": due,
        "late": late,
    }


def _one(survey: KeptSurvey, items: Items, number: int, clock: Clock, texts: Mapping[str, MailText]) -> None:
    """Who is being read: why, what they wrote, all their scores, and what was promised."""
    (item,) = items.read([number])
    account = f" · {item.account}" if item.account and item.account != item.name else ""
    heading(f"{item.name}{account}", ", ".join(item.reasons))
    reader.note_reading(items.scope)
    places = items.responses_of(number)
    for comment in read_comments(items.scope, places.tolist(), limit=_MOST_COMMENTS):
        say(f"“{mask(comment.text)}”", "plain")
        say(f"{comment.score} · {mask(comment.who)}", "small")
    say(f"Scores: {' · '.join(items.scores_of(number))}", "quiet")
    if items.scope.viewer.is_restricted:
        say("Notes are for those who see the whole survey.", "small")
        return
    if kept.may_keep():
        mail_texts.take_one(items, item, texts)
        _form(survey, item)
    elif item.follow_up.note:
        say(item.follow_up.note, "plain")
    _history(survey, item, clock)


def _form(survey: KeptSurvey, item: Item) -> None:
    """What can be changed, as it was when somebody began to type: nothing typed is lost, whoever changes or looks away."""
    fresh, ref = item.follow_up, item.follow_up.ref(survey.link)
    draft = _drafts().get(ref)
    begun, values = (draft.begun, draft.values) if draft else (fresh, _values(fresh))
    key = f"call.{ref}.{begun.version}"
    for name, value in values.items():
        st.session_state.setdefault(f"{key}.{name}", value)
    st.segmented_control("Status", STATUSES, key=f"{key}.status", required=True)
    left, right = st.columns(2)
    left.text_input("Owner", key=f"{key}.owner", max_chars=LONGEST_OWNER)
    right.date_input("Due", key=f"{key}.due", format="DD/MM/YYYY", help="At the end of that working day.")
    st.text_area(
        "Note",
        key=f"{key}.note",
        max_chars=LONGEST_NOTE,
        placeholder="what was said or done; needed to close",
    )
    st.selectbox("Outcome", ("", *OUTCOMES), key=f"{key}.outcome", format_func=lambda one: one or "not yet")
    typed = {name: st.session_state[f"{key}.{name}"] for name in values}
    _drafts().pop(ref, None)
    if typed != _values(begun):
        _drafts()[ref] = _Draft(begun, typed)
    if (trouble := st.session_state.pop(_TROUBLE, None)) is not None:
        problem(trouble.message, trouble.hint)
    if begun != fresh and ref in _drafts():
        problem(
            f"Somebody else changed this meanwhile: {change_words(begun, fresh)}.",
            "What you typed stands in the fields above and is not saved yet.",
        )
        with st.container(horizontal=True, gap="small"):
            st.button("Save mine", key="call.mine", on_click=_save, args=(survey, ref, key, begun, fresh))
            st.button("Take theirs", key="call.theirs", on_click=_drop, args=(ref,))
        return
    st.button("Save", type="primary", key="call.save", on_click=_save, args=(survey, ref, key, begun, fresh))


def _drop(ref: str) -> None:
    _drafts().pop(ref, None)


@dataclass(frozen=True)
class _Draft:
    """What was typed and is not saved, and the follow-up that it was typed over."""

    begun: FollowUp
    values: dict[str, Any]


def _drafts() -> dict[str, _Draft]:
    drafts: dict[str, _Draft] = st.session_state.setdefault("call.drafts", {})
    return drafts


def _values(one: FollowUp) -> dict[str, Any]:
    """A follow-up as its fields show it: of a moment the day."""
    day = local(one.due).date() if one.due else None
    return {"status": one.status, "owner": one.owner, "due": day, "note": one.note, "outcome": one.outcome}


def _save(survey: KeptSurvey, ref: str, key: str, begun: FollowUp, seen: FollowUp) -> None:
    """Save what is typed by now; what nobody typed stays as it is by now."""
    usual = _values(begun)
    # As it stands by now: the button was drawn before.
    typed = {name: st.session_state.get(f"{key}.{name}", value) for name, value in usual.items()}
    told = {name: value for name, value in typed.items() if value != usual[name]}
    if "due" in told:
        day = told["due"]
        told["due"] = st.session_state[_DRAWN]["clock"].end_of(day) if day else None
    if not told:
        return
    drafts = _drafts()
    drafts[ref] = _Draft(begun, typed)
    saved = _write(survey, [(seen, told)])
    if saved is not None and saved.done:
        drafts.pop(ref, None)


def _write(survey: KeptSurvey, changes: Sequence[tuple[FollowUp, Mapping[str, object]]]) -> Saved | None:
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - it brings SQLAlchemy

    who, workspace = _who(), kept.workspace()
    try:
        saved = follow_ups.save(workspace.engine, survey, changes, who)
    except NPSError as error:
        st.session_state[_TROUBLE] = error
        return None
    st.session_state[_TOLD] = _saved_words([saved])
    return saved


def _saved_words(all_saved: Sequence[Saved]) -> str:
    counts = [sum(len(getattr(saved, part)) for saved in all_saved) for part in ("done", "stale", "gone")]
    words = ("saved", "changed by somebody else meanwhile, and left as they are", "gone with their wave")
    return "; ".join(f"{count:,} {word}" for count, word in zip(counts, words, strict=True) if count)


def _who() -> str:
    """Who changes something: who is signed in, else what stands in the field."""
    return kept.signature()


def _owner_field() -> None:
    """Whom the key assigns to: oneself, unless somebody else is typed."""
    st.session_state.setdefault(_OWNER, _who())
    st.text_input(
        "Assign to",
        key=_OWNER,
        max_chars=LONGEST_OWNER,
        placeholder="assign to: a name",
        width=220,
        label_visibility="collapsed",
    )
    if login.actor() is None and not st.session_state.get(keeping.BY):
        st.session_state[keeping.BY] = st.session_state[_OWNER]


def _act() -> None:
    """Do what the keys asked for, each once, in their order."""
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - it brings SQLAlchemy

    asked, survey = st.session_state[_LIST].get("acts"), session.shown().kept
    if not isinstance(asked, list) or survey is None or not kept.may_keep():
        return
    held, drawn, who = st.session_state[_HELD], st.session_state[_DRAWN], _who()
    owner, workspace, told = st.session_state.get(_OWNER, "").strip(), kept.workspace(), []
    mails = ""
    # At each look at the session Streamlit may begin the next run: from here to the end of the loop there is none, so that
    # what is noted as done was done.
    try:
        for one in asked:
            match one:
                case [int(serial), "mail", list(refs)] if serial > held.get("done", 0):
                    held["done"] = serial
                    mails = mail_texts.mark([drawn["seen"][ref] for ref in refs if ref in drawn["seen"]])
                case [int(serial), str(what), list(refs)] if serial > held.get("done", 0):
                    held["done"] = serial
                    changes = _changes(what, refs, drawn, owner)
                    saved = follow_ups.save(workspace.engine, survey, changes, who)
                    drawn["seen"] |= {own.ref(survey.link): own for own in saved.done}
                    told.append(saved)
    except NPSError as error:
        st.session_state[_TROUBLE] = error
    words = mails or _saved_words(told)
    st.session_state[_TOLD] = words if words or owner else "Type a name under “Assign to” first."


def _changes(
    what: str, refs: Sequence[object], drawn: Mapping[str, Any], owner: str
) -> list[tuple[FollowUp, dict[str, object]]]:
    """What a key asks for, of each follow-up that was on screen."""
    seen: dict[str, FollowUp] = drawn["seen"]
    some = [ref for ref in dict.fromkeys(map(str, refs)) if ref in seen]
    asked = [
        (seen[ref], _asked_for(what, seen[ref], drawn["clock"], drawn["groups"][ref], owner)) for ref in some
    ]
    return [(own, told) for own, told in asked if told]


def _asked_for(what: str, own: FollowUp, clock: Clock, group: str, owner: str) -> dict[str, object]:
    match what:
        case "owner" if owner:
            return {"owner": owner}
        case "due":
            return {"due": clock.due(_now(), group)}
        case "status" if not own.is_closed:  # it is closed with a note, on the right
            going = [status for status in STATUSES if status != CLOSED]
            return {"status": going[(going.index(own.status) + 1) % len(going)]}
    return {}


def _look() -> None:
    asked = st.session_state[_LIST].get("look")
    if isinstance(asked, str):
        _change(at=asked, reading=None)


def _turn() -> None:
    asked = st.session_state[_LIST].get("start")
    if isinstance(asked, int) and asked >= 0:
        _change(start=asked, at="", place=0)


def _state() -> dict[str, Any]:
    held: dict[str, Any] = st.session_state.get(_HELD, {})
    return held


def _change(**changes: object) -> None:
    st.session_state[_HELD] = {**_state(), **changes}


def _history(survey: KeptSurvey, item: Item, clock: Clock) -> None:
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - it brings SQLAlchemy

    own = item.follow_up
    try:
        events = follow_ups.history(kept.workspace().engine, survey, own.kind, own.who)
    except WorkspaceError as error:
        problem(error.message, error.hint)
        return
    usual = f"By the clock it would be due {moment_words(clock.due(_now(), item.group))} from now on."
    lines_html = "".join(
        f"<li>{as_html(moment_words(one.when))} · {as_html(one.by or 'somebody')}: {as_html(one.words)}</li>"
        for one in events
    )
    if lines_html:
        heading("What was done", "the latest first")
        st.html(f'<ul class="findings">{lines_html}</ul>')
    elif own.due is None:
        say(usual, "small")


def _owners(promised: Sequence[FollowUp], survey: KeptSurvey, clock: Clock) -> None:
    """Per owner what is promised; and the clock that it is measured by."""
    st.space("small")
    rows = count_owners(promised, {wave.id: wave.added for wave in survey.waves}, clock, _now())
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


def _proof(items: Items, held: Sequence[FollowUp]) -> None:
    """Whether those followed up score higher next time than others alike; looked at once it is asked for."""
    if choices.toggle("Does it help? The next score of those followed up", key="calls.proof"):
        found = find_proof(items, held)
        heading(found.title)
        findings(found.sentences)


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
    try:
        workspace = kept.workspace()
        now = kept.find(survey.link)
        if now is not None:
            workspace.save_settings(now, {**workspace.settings(now), _CLOCK: [clock.to_text()]})
    except WorkspaceError as error:
        kept.refuse(error)


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
            file_name("follow-ups", items.scope.filters.words(), _today(), "csv"),
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
            found = read_crm(file.getvalue(), items, survey.link, _now(), clock)
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
    if _write(survey, changes) is not None:
        st.session_state[_FILE] += 1  # the file is done with


def _now() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC).replace(microsecond=0)


def _today() -> dt.date:
    return local(_now()).date()
