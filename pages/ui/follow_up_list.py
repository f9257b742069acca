"""The list of whom to call, gone through by the keyboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.errors import NPSError
from nps_core.follow_ups.follow_up import CLOSED, LONGEST_OWNER, STATUSES, FollowUp, moment_words
from nps_core.formatting import plural
from pages.ui import drafts, keeping, kept, login, mail_texts, rooms, session
from pages.ui import follow_up_form as form
from pages.ui import follow_up_saving as saving

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.follow_ups.clock import Clock
    from nps_core.follow_ups.items import Item, Items
    from nps_core.workspace import KeptSurvey

PAGE = 50
"""Items that stand in the list at once."""

DRAWN = "calls.drawn"
_LIST, _HELD = "calls", "calls.held"
_OWNER = "calls.owner"

_component = st.components.v2.component(
    "follow_ups",
    html='<div class="calls"></div>',
    css=Path(__file__).with_name("follow_ups.css").read_text(encoding="utf-8"),
    js=Path(__file__).with_name("follow_ups.js").read_text(encoding="utf-8"),
)


def show(survey: KeptSurvey, items: Items, numbers: Any, clock: Clock, *, of: str) -> int | None:  # noqa: ANN401 - numpy
    """Draw the list; the number of the item that is being read, None without any."""
    stands = _state()
    if stands.get("of") != of:
        stands = st.session_state[_HELD] = {"of": of, "done": stands.get("done", 0)}
    start = min(stands.get("start", 0), max(0, len(numbers) - 1) // PAGE * PAGE)
    shown = [int(number) for number in numbers[start : start + PAGE]]
    read = items.read(shown)
    refs = [item.follow_up.ref(survey.link) for item in read]
    st.session_state[DRAWN] = {
        "clock": clock,
        "groups": {ref: item.group for ref, item in zip(refs, read, strict=True)},
        "seen": {ref: item.follow_up for ref, item in zip(refs, read, strict=True)},
    }
    place = (
        refs.index(stands["at"]) if stands.get("at") in refs else min(stands.get("place", 0), len(refs) - 1)
    )
    at = shown[place] if refs else None
    # Who is being typed about stays, though somebody else closed it.
    ref, who = stands.get("reading") or ("", "")
    if ref not in refs and drafts.is_typed(form.draft_of(ref)):
        at = items.number_of(who)
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
            "told": st.session_state.pop(saving.TOLD, ""),
        },
        key=_LIST,
        on_acts_change=_act,
        on_look_change=_look,
        on_room_change=_room,
        on_start_change=_turn,
    )
    return at


def _row(ref: str, item: Item) -> dict[str, Any]:
    own, now = item.follow_up, saving.now()
    account = item.account if item.account != item.name else ""
    late = own.is_overdue(now)
    due = ""
    if own.due is not None and not own.is_closed:
        due = f"{'overdue since' if late else 'due'} {moment_words(own.due)}"
    return {
        "ref": ref,
        "name": item.name,
        "account": account,
        "score": item.score,
        "group": item.group,
        "why": ", ".join(item.reasons),
        "owner": own.owner,
        "status": own.status,
        "due": due,
        "late": late,
    }


def owner_field() -> None:
    """Whom the key assigns to: oneself, unless somebody else is typed."""
    st.session_state.setdefault(_OWNER, kept.signature())
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
    held, drawn, who = st.session_state[_HELD], st.session_state[DRAWN], kept.signature()
    owner, workspace, told = st.session_state.get(_OWNER, "").strip(), kept.workspace(), []
    mails = ""
    # At each look at the session Streamlit may begin the next run: from here to the end of the loop there is none, so
    # that what is noted as done was done.
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
        drafts.refuse("call", error)
    words = mails or saving.words(told)
    st.session_state[saving.TOLD] = words if words or owner else "Type a name under “Assign to” first."


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
            return {"due": clock.due(saving.now(), group)}
        case "status" if not own.is_closed:  # it is closed with a note, on the right
            going = [status for status in STATUSES if status != CLOSED]
            return {"status": going[(going.index(own.status) + 1) % len(going)]}
    return {}


def _look() -> None:
    asked = st.session_state[_LIST].get("look")
    if isinstance(asked, str):
        _change(at=asked, reading=None)


def _room() -> None:
    """Lead to whom the keys speak of."""
    ref = st.session_state[_LIST].get("room")
    own = st.session_state[DRAWN]["seen"].get(ref) if isinstance(ref, str) else None
    if own is not None:
        _change(at=ref, reading=None)
        rooms.ask(own.kind, own.who)


def _turn() -> None:
    asked = st.session_state[_LIST].get("start")
    if isinstance(asked, int) and asked >= 0:
        _change(start=asked, at="", place=0)


def _state() -> dict[str, Any]:
    held: dict[str, Any] = st.session_state.get(_HELD, {})
    return held


def _change(**changes: object) -> None:
    st.session_state[_HELD] = {**_state(), **changes}
