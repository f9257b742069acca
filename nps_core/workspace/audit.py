"""The audit: who did what and when; of a survey its name, and no cell of any."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from nps_core.errors import AccessError
from nps_core.viewer import ADMIN, EDITOR
from nps_core.workspace import store, tables
from nps_core.workspace.database import reading, writing

EVENTS = (
    "signed in",
    "signed out",
    "was refused",
    "opened",
    "kept",
    "changed",
    "exported",
    "deleted",
    "read comments",
    "gave a role",
    "took a role",
)
"""All that is written down."""

_BEFORE = {"read comments": " of", "gave a role": " to", "took a role": " from"}
"""What stands between what was done and what it was done to."""

_CHANGES = ("kept", "changed", "deleted")

_SHOWN = 200
_ACTOR = "nps_actor"


@dataclass(frozen=True)
class Actor:
    """Who does something: a name for people, what tells them from others of this name, and the digest of their login."""

    name: str
    issuer: str = ""
    subject: str = ""
    login: str = ""


@dataclass(frozen=True)
class Entry:
    """One line of the audit: when (UTC), who, what, and about which survey or person; "" for none."""

    when: dt.datetime
    actor: Actor
    event: str
    about: str = ""

    @property
    def sentence(self) -> str:
        """Such as: Ana exported “Customers”."""
        about = f"{_BEFORE.get(self.event, '')} “{self.about}”" if self.about else ""
        return f"{self.actor.name or 'Somebody'} {self.event}{about}"


def acting(engine: sa.Engine, actor: Actor | None) -> sa.Engine:
    """The same database in the hands of somebody: whatever is written by it is written down under their name."""
    return engine.execution_options(**{_ACTOR: actor})


def write_down(connection: sa.Connection, event: str, about: str = "") -> None:
    """Write a line within the transaction of what it tells of; nothing where the database is in nobody's hands.

    Parameters
    ----------
    event
        One of `EVENTS`.
    about
        The name of a kept survey or of a person; never anything that a survey holds.

    Raises
    ------
    AccessError
        It is a change, and who makes it has no role by now that may change anything, or has signed out; the transaction
        goes with it.
    """
    actor = actor_of(connection)
    if actor is None:
        return
    if event in _CHANGES and not _may_change(connection, actor):
        raise AccessError("You may look at this, and not change it.", hint="Ask for the role editor.")
    assert event in EVENTS, event  # noqa: S101 - a defect of ours: what is written has fixed words
    row = {"name": store.clean_name(actor.name), "issuer": actor.issuer, "subject": actor.subject}
    connection.execute(
        sa.insert(tables.audit).values(moment=store.now(), event=event, about=store.clean_name(about), **row)
    )


def _may_change(connection: sa.Connection, actor: Actor) -> bool:
    own = tables.person.c
    ended = tables.ended_login.c.digest
    if connection.execute(sa.select(ended).where(ended == actor.login)).first() is not None:
        return False
    asked = sa.select(own.role).where(own.issuer == actor.issuer, own.subject == actor.subject)
    return connection.execute(asked).scalar() in (EDITOR, ADMIN)


def actor_of(connection: sa.Connection) -> Actor | None:
    """In whose hands a database is; None in nobody's."""
    found: Actor | None = connection.get_execution_options().get(_ACTOR)
    return found


def note(engine: sa.Engine, event: str, about: str = "") -> None:
    """Write down what somebody saw, or took away; see `write_down`."""
    with writing(engine) as connection:
        write_down(connection, event, about)


def entries(engine: sa.Engine, most: int = _SHOWN) -> tuple[Entry, ...]:
    """The last lines, the newest first."""
    table = tables.audit
    with reading(engine) as connection:
        rows = connection.execute(sa.select(table).order_by(table.c.id.desc()).limit(most)).all()
    return tuple(
        Entry(
            dt.datetime.fromisoformat(row.moment),
            Actor(row.name, row.issuer, row.subject),
            row.event,
            row.about,
        )
        for row in rows
    )
