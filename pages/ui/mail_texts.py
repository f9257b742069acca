"""Mail texts: a draft for who is read, drafts for who is marked, and the texts themselves, kept with the survey."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.follow_ups.mail import (
    LONGEST_BODY,
    LONGEST_SUBJECT,
    PLACEHOLDERS,
    MailText,
    check,
    mail_texts_of,
    write_mail,
    write_mails,
)
from nps_core.formatting import plural
from nps_core.survey import GROUPS
from pages.ui import choices, downloads, drafts, kept
from pages.ui.text import safe, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.follow_ups.items import Item, Items
    from nps_core.workspace import KeptSurvey
    from pages.ui.drafts import Draft

MAILS = "mails"
"""What the texts are called among the settings of a kept survey."""

_MARKED, _BARE = "mails.marked", "mails.bare"


def mark(seen: Sequence[FollowUp]) -> str:
    """Have a draft made for each of these; what is said about it. For callbacks."""
    st.session_state[_MARKED] = [one.who for one in seen]
    return f"{plural(len(seen), 'mail')} over the list"


def take_marked(survey: KeptSurvey, items: Items, texts: Mapping[str, MailText]) -> None:
    """The drafts that were asked for, as far as they are still among the items."""
    numbers = [
        number for who in st.session_state.get(_MARKED, ()) if (number := items.number_of(who)) is not None
    ]
    # Always there: the list under it would be made anew, without its marks, where it moved.
    with st.container(horizontal=True, gap="small", key="mails-marked"):
        if not numbers:
            return
        owner, bare = kept.signature(), _is_bare()
        downloads.button(
            safe(f"{plural(len(numbers), 'mail')} (.zip)"),
            lambda: write_mails(items, numbers, dict(texts), survey.link, owner=owner, bare=bare),
            "mails.zip",
            "application/zip",
            "mails.take",
            kind="primary",
        )
        st.button("Never mind", key="mails.leave", type="tertiary", on_click=_leave)


def take_one(items: Items, item: Item, texts: Mapping[str, MailText]) -> None:
    """The draft for who is read."""
    owner, bare = kept.signature(), _is_bare()
    downloads.button(
        "Mail text (.eml)",
        lambda: write_mail(items, item, texts[item.group], owner=owner, bare=bare),
        f"{item.group}.eml",
        "message/rfc822",
        "mails.one",
        kind="tertiary",
    )


def edit(survey: KeptSurvey, texts: Mapping[str, MailText], group: str) -> None:
    """The text for a group, where it can be changed."""
    with st.expander("Mail texts"):
        if not kept.may_keep():
            say("Who may change follow-ups can take mail texts away and change them.", "small")
            return
        say(
            "Each file opens as a draft in your mail program; nothing is sent from here. Addresses and phone numbers"
            " are masked unless you say otherwise.",
            "small",
        )
        choices.toggle("Addressed, with addresses and phone numbers as written", key=_BARE)
        draft = drafts.begin(f"mails.{survey.link}.{group}", texts[group], _fields)
        say(f"For each {group}:", "plain")
        st.text_input("Subject", key=draft.key("subject"), max_chars=LONGEST_SUBJECT)
        st.text_area("Text", key=draft.key("body"), max_chars=LONGEST_BODY, height=260)
        names = "; ".join(f"${name}, {means}" for name, means in PLACEHOLDERS.items())
        say(
            f"Placeholders: {names}. A paragraph with $comment or $score is left out where there is none. Write $$ for a"
            " dollar sign.",
            "small",
        )
        drafts.keep(draft)
        drafts.offer(draft, f"their subject is “{texts[group].subject}”", partial(_save, group))


def _save(group: str, survey: KeptSurvey, draft: Draft) -> bool:
    """Keep the text of a group as it is typed by now; what nobody typed stays as it is there, and so do the others."""
    mine = check(MailText(**{**_fields(draft.fresh), **draft.changes}))
    now = kept.find(survey.link)
    if now is None:
        return False
    workspace = kept.workspace()
    settings = workspace.settings(now)
    texts = mail_texts_of(settings.get(MAILS, ()))
    if texts[group] != draft.fresh:
        return False
    lines = [(mine if own == group else texts[own]).to_text() for own in GROUPS]
    workspace.save_settings(now, {**settings, MAILS: lines})
    return True


def _fields(text: MailText) -> dict[str, str]:
    return {"subject": text.subject, "body": text.body}


def _is_bare() -> bool:
    return choices.peek((False, True), key=_BARE, default=False)


def _leave() -> None:
    st.session_state.pop(_MARKED, None)
