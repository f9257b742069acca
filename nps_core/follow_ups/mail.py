"""Mail texts: what is written to a promoter, a passive or a detractor, as files for a mail program. Nothing is sent."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from string import Template
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.errors import FollowUpError
from nps_core.formatting import NOTHING, format_day
from nps_core.link import from_link, to_link
from nps_core.masking import mask
from nps_core.survey import GROUPS
from nps_core.user_text import clean, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from nps_core.follow_ups.items import Item, Items

PLACEHOLDERS = {
    "name": "who answered, as the file writes it",
    "account": "their account",
    "score": "the score that they gave",
    "comment": "what they wrote",
    "date": "the day on which they answered",
    "owner": "who writes",
    "survey": "the name of the survey",
}
"""What may stand in a mail text after a $, and what is put in its place."""

LONGEST_SUBJECT, LONGEST_BODY = 200, 4_000

_BEGIN = re.compile(r"\$(?!\$)")
# A bare address and nothing else: no name, no list, no second line.
_ADDRESS = re.compile(r"[\w.+%'-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}", re.ASCII)
_NONE = {"comment": "> (no comment)", "score": NOTHING}
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # files that hold the same are the same


@dataclass(frozen=True)
class MailText:
    """A subject and a body with `PLACEHOLDERS`, each written as $name; a dollar sign is written as $$."""

    subject: str
    body: str

    def to_text(self) -> str:
        """Both as one line; `mail_texts_of` reads it back."""
        return to_link([self.subject, self.body])


USUAL = {
    "detractor": MailText(
        "Your answer to our survey",
        "Hello,\n\nthank you for answering our survey.\n\nYour score was $score.\n\nYou wrote:\n$comment\n\nWe want to understand what went"
        " wrong, and what would help first. When could we talk for ten minutes this week?\n\nKind regards\n$owner",
    ),
    "passive": MailText(
        "What could we do better?",
        "Hello,\n\nthank you for answering our survey.\n\nYour score was $score.\n\nYou wrote:\n$comment\n\nWhat is the one"
        " thing that we could do better for you?\n\nKind regards\n$owner",
    ),
    "promoter": MailText(
        "Thank you",
        "Hello,\n\nthank you for answering our survey.\n\nYou wrote:\n$comment\nMay we quote that?\n\nWould you talk to"
        " somebody who is considering us?\n\nKind regards\n$owner",
    ),
}
"""The text for each group, until somebody writes another one."""


def check(text: MailText) -> MailText:
    """A mail text with its subject on one line.

    Raises
    ------
    FollowUpError
        It has a placeholder that there is none of, a $ that begins none, no words, or too many.
    """
    found = MailText(plain(text.subject), clean(text.body).replace("\r\n", "\n").replace("\r", "\n").strip())
    for what, words, longest in (
        ("subject", found.subject, LONGEST_SUBJECT),
        ("text", found.body, LONGEST_BODY),
    ):
        template = Template(words)
        if not template.is_valid():
            raise FollowUpError(
                f"A $ in the {what} begins no placeholder: “{_at_fault(words)}”.",
                hint="Write $$ for the sign itself.",
            )
        unknown = [name for name in template.get_identifiers() if name not in PLACEHOLDERS]
        if unknown:
            names = ", ".join(f"${name}" for name in PLACEHOLDERS)
            raise FollowUpError(f"There is no placeholder “${unknown[0]}”.", hint=f"There are {names}.")
        if not words:
            raise FollowUpError(f"A mail needs a {what}.", hint="Write it, or take the usual one.")
        if len(words) > longest:
            raise FollowUpError(f"The {what} has more than {longest:,} characters.", hint="Make it shorter.")
    return found


def _at_fault(words: str) -> str:
    """The first dollar sign that begins nothing, with what follows it."""
    for found in _BEGIN.finditer(words.replace("$$", "  ")):
        part = words[found.start() : found.start() + 20]
        if not Template(part).is_valid():
            return plain(part)
    return "$"


def mail_texts_of(lines: Sequence[str]) -> dict[str, MailText]:
    """The texts of the groups from their lines, in the order of `GROUPS`; the usual one for what cannot be read."""
    found = dict(USUAL)
    for group, line in zip(GROUPS, lines, strict=False):
        try:
            subject, body = from_link(line)
            found[group] = check(MailText(str(subject), str(body)))
        except (FollowUpError, ValueError):
            continue
    return found


def write_mail(items: Items, item: Item, text: MailText, *, owner: str = "", bare: bool = False) -> bytes:
    """One mail as the bytes of an .eml file, which opens as a draft; it is plain text, and has no sender.

    Parameters
    ----------
    owner
        Who writes, where nobody owns the follow-up.
    bare
        Whether it is addressed to who answered, where the file knows them by their e-mail address, and whether
        addresses and phone numbers stand in it as they were written.

    Notes
    -----
    Values are put in once, and never read for placeholders themselves; the subject is one line whatever is in them. A
    paragraph with $comment or $score is left out where there is none: who only ticked a score "wrote" nothing.
    """
    values = _values(items, item, owner)
    missing = {name for name, nothing in _NONE.items() if values[name] == nothing}
    if not bare:
        values = {name: mask(value) for name, value in values.items()}
    message = EmailMessage(policy=SMTP)
    # The library reads encoded words in what it is given, and a line break that is written as one ends the header.
    subject = plain(Template(text.subject).substitute(values)).replace("=?", "= ?")
    message["Subject"] = subject[:LONGEST_SUBJECT]
    if bare and _ADDRESS.fullmatch(item.name):
        message["To"] = item.name
    message["X-Unsent"] = "1"  # mail programs open it as one to be sent
    message.set_content(Template(_without(text.body, missing)).substitute(values))
    return bytes(message)


def _without(body: str, missing: set[str]) -> str:
    """A text without the paragraphs that have a placeholder with nothing to put in; whole where none would be left."""
    paragraphs = body.split("\n\n")
    return (
        "\n\n".join(one for one in paragraphs if missing.isdisjoint(Template(one).get_identifiers())) or body
    )


def _values(items: Items, item: Item, owner: str) -> dict[str, str]:
    row = items.scope.survey.responses.iloc[item.place]
    comment = "" if pd.isna(row["comment"]) else clean(row["comment"]).strip()
    return {
        "name": plain(item.name),
        "account": plain(item.account),
        "score": plain(item.score),
        "comment": "\n".join(f"> {line}" for line in comment.splitlines()) or _NONE["comment"],
        "date": "" if pd.isna(row["date"]) else format_day(row["date"].date()),
        "owner": plain(item.follow_up.owner or owner),
        "survey": plain(items.scope.survey.name),
    }


def write_mails(
    items: Items,
    numbers: Iterable[int],
    texts: dict[str, MailText],
    link: str,
    *,
    owner: str = "",
    bare: bool = False,
) -> bytes:
    """A mail for each of some items, as one zip of .eml files whose names are the ids of the follow-ups.

    Parameters
    ----------
    numbers
        Of the items, from 0.
    texts
        By group: see `mail_texts_of`.
    link
        That of the kept survey, which ids belong to.
    owner, bare
        As in `write_mail`.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as files:
        for item in items.read(numbers):
            entry = zipfile.ZipInfo(f"{item.group}-{item.follow_up.ref(link)}.eml", _NO_TIME)
            files.writestr(entry, write_mail(items, item, texts[item.group], owner=owner, bare=bare))
    return out.getvalue()
