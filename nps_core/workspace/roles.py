"""Roles: who may do and see what, by the issuer and the subject of their login; and logins that were ended here."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.errors import AccessError, FilterError, WorkspaceError
from nps_core.filters import Filters
from nps_core.viewer import ADMIN, Viewer
from nps_core.workspace import store, tables
from nps_core.workspace.audit import actor_of, write_down
from nps_core.workspace.coded import from_json, to_json
from nps_core.workspace.database import reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterable


LONGEST_ID = 300
"""Characters of an issuer or a subject; OpenID Connect allows a subject 255."""


@dataclass(frozen=True)
class Person:
    """Somebody with a role: who logs in as this subject of this issuer, and looks as this viewer."""

    issuer: str
    subject: str
    viewer: Viewer


def people(engine: sa.Engine) -> tuple[Person, ...]:
    """All who have a role, by name.

    Raises
    ------
    WorkspaceError
        It cannot be read.
    """
    with reading(engine) as connection:
        rows = connection.execute(sa.select(tables.person)).all()
    return tuple(sorted(map(_person, rows), key=lambda one: (one.viewer.name.casefold(), one.subject)))


def viewer_of(engine: sa.Engine, issuer: str, subject: str) -> Viewer | None:
    """Who somebody is, as it is now; None for who has no role. Quick enough to ask at each run.

    The same subject of another issuer is somebody else.

    Raises
    ------
    WorkspaceError
        It cannot be read: then nothing may be shown.
    """
    with reading(engine) as connection:
        row = connection.execute(sa.select(tables.person).where(_is(issuer, subject))).one_or_none()
    return None if row is None else _person(row).viewer


def give_role(engine: sa.Engine, person: Person) -> None:
    """Give somebody a role, in the place of the one they had.

    Raises
    ------
    AccessError
        They are the last admin and would be none; or issuer or subject are missing.
    WorkspaceError
        It could not be written.
    """
    if not (0 < len(person.issuer) <= LONGEST_ID and 0 < len(person.subject) <= LONGEST_ID):
        raise AccessError(
            "A role is given to a subject of an issuer.", hint="Both stand on the page that refused them."
        )
    viewer = person.viewer
    name = store.clean_name(viewer.name, person.subject)
    row = {
        "name": name,
        "role": viewer.role,
        "filters": to_json(viewer.filters.to_query()),
        "masks": to_json(list(viewer.masks)),
        "smallest": viewer.smallest,
    }
    with writing(engine) as connection:
        connection.execute(sa.delete(tables.person).where(_is(person.issuer, person.subject)))
        if viewer.role != ADMIN:
            _see_to_an_admin(connection)
        connection.execute(
            sa.insert(tables.person).values(issuer=person.issuer, subject=person.subject, **row)
        )
        write_down(connection, "gave a role", name)


def take_role(engine: sa.Engine, issuer: str, subject: str) -> None:
    """Take somebody's role: their next click shows nothing any more.

    Raises
    ------
    AccessError
        Nobody has a role by this login, or they are the last admin.
    WorkspaceError
        It could not be written.
    """
    with writing(engine) as connection:
        row = connection.execute(sa.select(tables.person).where(_is(issuer, subject))).one_or_none()
        if row is None:
            raise AccessError("Nobody has a role by this login.", hint="See who has one.")
        connection.execute(sa.delete(tables.person).where(_is(issuer, subject)))
        _see_to_an_admin(connection)
        write_down(connection, "took a role", row.name)


def end_login(engine: sa.Engine, digest: str, until: dt.datetime) -> None:
    """End a login, by a digest of all that it says, until it is too old anyway."""
    now = dt.datetime.now(tz=dt.UTC)
    table = tables.ended_login
    with writing(engine) as connection:
        connection.execute(sa.delete(table).where(table.c.until < now.isoformat()))
        connection.execute(sa.delete(table).where(table.c.digest == digest))
        connection.execute(sa.insert(table).values(digest=digest, until=until.astimezone(dt.UTC).isoformat()))
        write_down(connection, "signed out")


def is_ended(engine: sa.Engine, digest: str) -> bool:
    """Whether a login was ended."""
    table = tables.ended_login
    with reading(engine) as connection:
        return connection.execute(sa.select(table).where(table.c.digest == digest)).first() is not None


def read_filters(pairs: Iterable[str]) -> Filters:
    """Filters as they are typed: "Region=EU", once for each value.

    >>> read_filters(["Region=EU", "Region=US", "Plan=Pro"]).words()
    'Plan: Pro; Region: EU or US'

    Raises
    ------
    AccessError
        One is not of this form.
    """
    found: dict[str, list[str]] = {}
    for pair in pairs:
        column, equals, value = (part.strip() for part in pair.partition("="))
        if not (equals and column and value):
            raise AccessError(f"“{pair}” is no filter.", hint="Write COLUMN=VALUE, such as Region=EU.")
        found.setdefault(column, []).append(value)
    return Filters(attributes=tuple(sorted((name, tuple(values)) for name, values in found.items())))


def _is(issuer: str, subject: str) -> sa.ColumnElement[bool]:
    return sa.and_(tables.person.c.issuer == issuer, tables.person.c.subject == subject)


def _person(row: sa.Row[tuple[object, ...]]) -> Person:
    try:
        filters = Filters.from_query(from_json(dict[str, list[str]], row.filters))
        masks = tuple(from_json(list[str], row.masks))
        return Person(row.issuer, row.subject, Viewer(row.name, row.role, filters, masks, row.smallest))
    except (AccessError, FilterError, TypeError, ValueError, json.JSONDecodeError) as error:
        raise WorkspaceError(
            f"The role of “{row.name}” cannot be read; nothing is shown to them.", hint="Give it anew."
        ) from error


def _see_to_an_admin(connection: sa.Connection) -> None:
    """See that who is signed in leaves an admin; the command may take the last one, or begin with a viewer."""
    asked = sa.select(tables.person.c.id).where(tables.person.c.role == ADMIN)
    if actor_of(connection) is not None and connection.execute(asked).first() is None:
        raise AccessError("This is the last admin.", hint="Make somebody else an admin first.")
