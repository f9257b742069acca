"""A follow-up: one promise to a respondent or an account, with what may be changed in it."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.errors import FollowUpError
from nps_core.follow_ups.clock import local
from nps_core.formatting import format_day
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

OPEN, IN_PROGRESS, WAITING, CLOSED = STATUSES = ("open", "in progress", "waiting", "closed")
RESPONDENT, ACCOUNT = KINDS = ("respondent", "account")

OUTCOMES = ("solved", "explained", "cannot be solved", "agreed to be a reference", "declined", "not reached")
"""What a follow-up can end with."""

LONGEST_OWNER, LONGEST_NOTE = 200, 5_000

FIELDS = ("status", "owner", "due", "note", "outcome")
"""What people change, in the order in which it is said."""


@dataclass(frozen=True)
class FollowUp:
    """One promise to a respondent or an account, made for a wave.

    Parameters
    ----------
    kind, who
        "respondent" or "account", and the id, e-mail address or account as `identities.key_of` has it.
    wave
        The id of the wave that it answers.
    status, owner, due, note, outcome
        What people change; `due` is a moment in UTC. An outcome is one of `OUTCOMES`, "" for none.
    contacted, closed
        When it was first in progress, waiting or closed, and when it was closed last, in UTC; None for not yet.
    version
        Rises with each change; 0 as long as nobody changed anything.
    """

    kind: str
    who: str
    wave: int
    status: str = OPEN
    owner: str = ""
    due: dt.datetime | None = None
    note: str = ""
    outcome: str = ""
    contacted: dt.datetime | None = None
    closed: dt.datetime | None = None
    version: int = 0

    @property
    def is_closed(self) -> bool:
        """Whether it is done with."""
        return self.status == CLOSED

    def ref(self, link: str) -> str:
        """Its id in files: the same whenever it is written, in no other survey, and without a name in it."""
        told = hashlib.sha256(f"{link}\0{self.kind}\0{self.who}".encode()).hexdigest()[:16]
        return f"{self.wave}-{told}"

    def is_overdue(self, now: dt.datetime) -> bool:
        """Whether it should be done with by now."""
        return self.due is not None and not self.is_closed and self.due < now


@dataclass(frozen=True)
class Event:
    """One line of the history of a follow-up: when (UTC), who, and what they changed, in words."""

    when: dt.datetime
    by: str
    words: str


def bare(one: FollowUp) -> FollowUp:
    """A follow-up without what was written in it."""
    return FollowUp(one.kind, one.who, one.wave, one.status, one.owner, one.due, version=one.version)


def changed(was: FollowUp, changes: Mapping[str, object], now: dt.datetime) -> FollowUp:
    """A follow-up with some of `FIELDS` changed at a moment (UTC).

    Raises
    ------
    FollowUpError
        It is to be closed without a note; or it would be due before now; or a status or outcome does not exist.
    """
    told = {name: _read(name, value) for name, value in changes.items()}
    new = replace(was, **told)  # type: ignore[arg-type]  # each is what `_read` makes of it
    if new.status not in STATUSES:
        raise FollowUpError(f"There is no status “{new.status}”.", hint=f"Take one of {', '.join(STATUSES)}.")
    if new.outcome and new.outcome not in OUTCOMES:
        raise FollowUpError(
            f"There is no outcome “{new.outcome}”.", hint=f"Take one of {', '.join(OUTCOMES)}."
        )
    if new.is_closed and not was.is_closed and not new.note:
        raise FollowUpError("It is closed with a note.", hint="Write what was said or done, in a sentence.")
    if new.due is not None and new.due != was.due and new.due < now:
        raise FollowUpError(
            f"It cannot be due on {moment_words(new.due)}, which is past.", hint="Pick a day from today on."
        )
    if new.status != OPEN and new.contacted is None:
        new = replace(new, contacted=now)
    if new.is_closed != was.is_closed:
        new = replace(new, closed=now if new.is_closed else None)
    return new


def _read(name: str, value: object) -> object:
    if name == "due":
        return value if isinstance(value, dt.datetime) else None
    text = str(value)
    match name:
        case "owner":
            return plain(text)[:LONGEST_OWNER].strip()
        case "note":
            return clean_note(text)
        case "status" | "outcome":
            return text
    raise FollowUpError(f"“{name}” of a follow-up cannot be changed.", hint=f"Change {', '.join(FIELDS)}.")


def clean_note(text: str) -> str:
    """A note as it is kept: at most `LONGEST_NOTE` letters, without what does not print."""
    return "\n".join(plain(line).strip() for line in text[:LONGEST_NOTE].splitlines()).strip()


def difference(was: FollowUp, now: FollowUp) -> tuple[str, ...]:
    """The names of `FIELDS` that are something else."""
    return tuple(name for name in FIELDS if getattr(was, name) != getattr(now, name))


def change_words(was: FollowUp, now: FollowUp) -> str:
    """What is something else, in words: status open → waiting; owner Ann; due 5 Mar 2026, 17:00."""
    return "; ".join(_said(name, was, now) for name in difference(was, now))


def _said(name: str, was: FollowUp, now: FollowUp) -> str:
    value = getattr(now, name)
    if name == "status":
        return f"status {was.status} → {now.status}"
    if not value:
        return f"{name} taken away"
    if isinstance(value, dt.datetime):
        return f"{name} {moment_words(value)}"
    return f"{name}: {plain(value)}" if name == "note" else f"{name} {value}"


def moment_words(moment: dt.datetime) -> str:
    """A moment as the clock on the wall shows it: 5 Mar 2026, 17:00."""
    shown = local(moment)
    return f"{format_day(shown.date())}, {shown:%H:%M}"
