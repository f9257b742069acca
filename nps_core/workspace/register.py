"""The register of actions as it is kept: read by who sees the whole survey, changed by several people at once."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.errors import StaleError
from nps_core.follow_ups.register import changed
from nps_core.trends.actions import Action
from nps_core.viewer import EVERYONE
from nps_core.workspace import store, tables
from nps_core.workspace.audit import write_down
from nps_core.workspace.database import reading, writing
from nps_core.workspace.follow_ups import mask_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nps_core.viewer import Viewer
    from nps_core.workspace.values import KeptSurvey

_STALE = "Somebody else changed this action meanwhile; yours was not saved."
_HINT = "Look at what they changed, then save yours or take theirs."


def actions(engine: sa.Engine, kept: KeptSurvey, viewer: Viewer = EVERYONE) -> tuple[Action, ...]:
    """The actions of a survey, in the order of their days; none for who sees a part of it: they speak of the whole.

    Raises
    ------
    WorkspaceError
        They cannot be read.
    """
    if viewer.is_restricted:
        return ()
    table = tables.action
    asked = sa.select(table).where(table.c.survey_id == kept.id).order_by(table.c.day, table.c.id)
    with reading(engine) as connection:
        return tuple(_read(row) for row in connection.execute(asked))


def save(
    engine: sa.Engine, kept: KeptSurvey, was: Action, changes: Mapping[str, object], by: str = ""
) -> Action:
    """Change an action, or write a new one down.

    Parameters
    ----------
    was
        As it was seen; one whose `id` is 0 is new.
    changes
        What is to be changed in it: see `nps_core.follow_ups.register.changed`.
    by
        Who changes it, as they type it.

    Returns
    -------
    As it is now.

    Raises
    ------
    FollowUpError
        It cannot be so.
    StaleError
        Somebody else changed it meanwhile, or deleted it; nothing is written.
    WorkspaceError
        It could not be written, or the survey is there no longer.
    """
    new, table = changed(was, changes), tables.action
    with writing(engine) as connection:
        store.load_one(connection, kept.id)
        row = {**_row(new), "by": store.clean_name(by), "changed": store.now(), "version": was.version + 1}
        if was.id:
            done = connection.execute(sa.update(table).where(_is(kept, was)).values(**row))
            if done.rowcount != 1:
                raise StaleError(_STALE, hint=_HINT)
            id_ = was.id
        else:
            found = connection.execute(sa.insert(table).values(survey_id=kept.id, **row))
            id_ = int(found.inserted_primary_key[0])  # type: ignore[index]  # there is one, after one row
        write_down(connection, "changed", kept.name)
        return _read(connection.execute(sa.select(table).where(table.c.id == id_)).one())


def take_over(engine: sa.Engine, kept: KeptSurvey, typed: Iterable[Action], by: str = "") -> None:
    """Write down the actions of a survey that was just kept, which stood in its link before.

    Raises
    ------
    WorkspaceError
        As `save`.
    """
    for one in typed:
        told = {
            "name": one.name or "Intervention",
            "day": one.day,
            "touched": one.touched,
            "theme": one.theme,
        }
        save(engine, kept, Action(one.day, ""), told, by)


def delete(engine: sa.Engine, kept: KeptSurvey, was: Action) -> None:
    """Delete an action that was written down by mistake; one that was given up is dropped, and stays.

    Raises
    ------
    StaleError
        Somebody else changed it meanwhile.
    WorkspaceError
        It could not be written.
    """
    with writing(engine) as connection:
        if connection.execute(sa.delete(tables.action).where(_is(kept, was))).rowcount != 1:
            raise StaleError(_STALE, hint=_HINT)
        write_down(connection, "changed", kept.name)


def mask(connection: sa.Connection, survey_id: int, key: str) -> None:
    """Mask an id or e-mail address in what was written down."""
    table = tables.action
    asked = sa.select(table).where(table.c.survey_id == survey_id)
    mask_texts(connection, key, table, ("name", "said", "values", "theme", "owner", "by"), asked)


def _is(kept: KeptSurvey, one: Action) -> sa.ColumnElement[bool]:
    own = tables.action.c
    return sa.and_(own.survey_id == kept.id, own.id == one.id, own.version == one.version)


def _row(one: Action) -> dict[str, str]:
    attribute, values = one.touched or ("", ())
    return {
        "day": one.day.isoformat(),
        "name": one.name,
        "attribute": attribute,
        "values": json.dumps(values, ensure_ascii=False) if attribute else "",
        "theme": one.theme,
        "said": one.said,
        "owner": one.owner,
        "status": one.status,
    }


def _read(row: sa.Row[tuple[object, ...]]) -> Action:
    return Action(
        dt.date.fromisoformat(row.day),
        row.name,
        (row.attribute, tuple(json.loads(row.values))) if row.attribute else None,
        row.theme,
        row.said,
        row.owner,
        row.status,
        row.id,
        row.version,
    )
