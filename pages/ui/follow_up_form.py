"""Who is being read: why, what they wrote, and what was promised, to be changed.

Where somebody else changed the same meanwhile, nothing is overwritten: the page says what they changed, and what was
typed here stays in its fields.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core import read_comments
from nps_core.errors import WorkspaceError
from nps_core.follow_ups.clock import local
from nps_core.follow_ups.follow_up import (
    ACCOUNT,
    LONGEST_NOTE,
    LONGEST_OWNER,
    OUTCOMES,
    RESPONDENT,
    STATUSES,
    FollowUp,
    change_words,
    moment_words,
)
from nps_core.identities import key_of
from nps_core.masking import mask
from pages.ui import drafts, kept, mail_texts, reader, rooms
from pages.ui import follow_up_saving as saving
from pages.ui.text import as_html, heading, problem, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nps_core.follow_ups.clock import Clock
    from nps_core.follow_ups.items import Item, Items
    from nps_core.follow_ups.mail import MailText
    from nps_core.workspace import KeptSurvey
    from pages.ui.drafts import Draft

_MOST_COMMENTS = 5
_ROOMS = {RESPONDENT: "Open the person", ACCOUNT: "Open the account"}


def show(survey: KeptSurvey, items: Items, number: int, clock: Clock, texts: Mapping[str, MailText]) -> None:
    """Who is being read: why, what they wrote, all their scores, and what was promised."""
    (item,) = items.read([number])
    account = f" · {item.account}" if item.account and item.account != item.name else ""
    heading(f"{item.name}{account}", ", ".join(item.reasons))
    with st.container(horizontal=True, gap="small"):
        for kind, key in _rooms_of(item):
            st.button(
                _ROOMS[kind],
                icon=":material/person:" if kind == RESPONDENT else ":material/domain:",
                type="tertiary",
                key=f"call.room.{kind}",
                on_click=rooms.ask,
                args=(kind, key),
            )
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
        _form(survey, item, clock)
    elif item.follow_up.note:
        say(item.follow_up.note, "plain")
    _history(survey, item, clock)


def _rooms_of(item: Item) -> list[tuple[str, str]]:
    """Kind and key of the rooms that lead on from an item."""
    found = [(item.follow_up.kind, item.follow_up.who)]
    if item.follow_up.kind == RESPONDENT and item.account:
        found.append((ACCOUNT, key_of(item.account)))
    return found


def draft_of(ref: str) -> str:
    """What is typed over a follow-up, by the name of its draft."""
    return f"call.{ref}"


def _form(survey: KeptSurvey, item: Item, clock: Clock) -> None:
    """What can be changed."""
    draft = drafts.begin(draft_of(item.follow_up.ref(survey.link)), item.follow_up, _fields)
    st.segmented_control("Status", STATUSES, key=draft.key("status"), required=True)
    left, right = st.columns(2)
    left.text_input("Owner", key=draft.key("owner"), max_chars=LONGEST_OWNER)
    right.date_input("Due", key=draft.key("due"), format="DD/MM/YYYY", help="At the end of that working day.")
    st.text_area(
        "Note",
        key=draft.key("note"),
        max_chars=LONGEST_NOTE,
        placeholder="what was said or done; needed to close",
    )
    st.selectbox(
        "Outcome", ("", *OUTCOMES), key=draft.key("outcome"), format_func=lambda one: one or "not yet"
    )
    drafts.keep(draft)
    drafts.offer(draft, change_words(draft.begun, draft.fresh), partial(_save, clock))


def _fields(one: FollowUp) -> dict[str, Any]:
    """A follow-up as its fields show it: of a moment the day."""
    day = local(one.due).date() if one.due else None
    return {"status": one.status, "owner": one.owner, "due": day, "note": one.note, "outcome": one.outcome}


def _save(clock: Clock, survey: KeptSurvey, draft: Draft) -> bool:
    told = draft.changes
    if day := told.get("due"):
        told["due"] = clock.end_of(day)
    return bool(told) and bool(saving.change(survey, [(draft.fresh, told)]).done)


def _history(survey: KeptSurvey, item: Item, clock: Clock) -> None:
    from nps_core.workspace import follow_ups  # noqa: PLC0415 - it brings SQLAlchemy

    own = item.follow_up
    try:
        events = follow_ups.history(kept.workspace().engine, survey, own.kind, own.who)
    except WorkspaceError as error:
        problem(error.message, error.hint)
        return
    usual = f"By the clock it would be due {moment_words(clock.due(saving.now(), item.group))} from now on."
    lines_html = "".join(
        f"<li>{as_html(moment_words(one.when))} · {as_html(one.by or 'somebody')}: {as_html(one.words)}</li>"
        for one in events
    )
    if lines_html:
        heading("What was done", "the latest first")
        st.html(f'<ul class="findings">{lines_html}</ul>')
    elif own.due is None:
        say(usual, "small")
