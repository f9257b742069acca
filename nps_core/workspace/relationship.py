"""Relationship scores as they are kept: set by several people, and gone with the responses they stand beside."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.follow_ups.follow_up import KINDS, Event
from nps_core.follow_ups.relationship import Relationship, judged, judged_words
from nps_core.workspace import store, tables
from nps_core.workspace.audit import write_down
from nps_core.workspace.database import reading, writing
from nps_core.workspace.follow_ups import keys_in, mask_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from nps_core.workspace.values import KeptSurvey, Wave


def relationship(engine: sa.Engine, kept: KeptSurvey, kind: str, who: str) -> Relationship:
    """The relationship with a respondent or an account; of version 0 where nobody has set a score.

    Raises
    ------
    WorkspaceError
        It cannot be read.
    """
    with reading(engine) as connection:
        return _found(connection, kept, kind, who)


def history(engine: sa.Engine, kept: KeptSurvey, kind: str, who: str) -> tuple[Event, ...]:
    """What was changed in it, the latest first."""
    own, event = tables.relationship, tables.relationship_event
    asked = sa.select(event).join(own).where(_is(kept, kind, who)).order_by(event.c.id.desc())
    with reading(engine) as connection:
        rows = connection.execute(asked).all()
    return tuple(Event(dt.datetime.fromisoformat(row.moment), row.by, row.words) for row in rows)


def save(
    engine: sa.Engine, kept: KeptSurvey, seen: Relationship, changes: Mapping[str, object], by: str = ""
) -> Relationship | None:
    """Change a relationship as it was seen; where somebody else changed it meanwhile, nothing is written.

    Parameters
    ----------
    changes
        See `nps_core.follow_ups.relationship.judged`.
    by
        Who changes it, as they type it.

    Returns
    -------
    Relationship
        As it is now; None where somebody else changed it meanwhile.

    Raises
    ------
    FollowUpError
        There is no such score.
    WorkspaceError
        It could not be written, or the survey is there no longer.
    """
    now = judged(seen, changes)
    words = judged_words(seen, now)
    own = tables.relationship
    with writing(engine) as connection:
        # One after the other, as in `follow_ups.save`.
        connection.execute(
            sa.select(tables.survey.c.id).where(tables.survey.c.id == kept.id).with_for_update()
        )
        store.load_one(connection, kept.id)
        found = _found(connection, kept, seen.kind, seen.who)
        if found.version != seen.version:
            return None
        if not words:
            return found
        row = {"score": now.score, "note": now.note, "version": seen.version + 1}
        where = _is(kept, seen.kind, seen.who)
        if seen.version:
            connection.execute(sa.update(own).where(where).values(**row))
        else:
            of = {"survey_id": kept.id, "kind": seen.kind, "who": seen.who}
            connection.execute(sa.insert(own).values(**of, **row))
        id_ = connection.execute(sa.select(own.c.id).where(where)).scalar_one()
        event = {"moment": store.now(), "by": store.clean_name(by), "words": words}
        connection.execute(sa.insert(tables.relationship_event).values(relationship_id=id_, **event))
        write_down(connection, "changed", kept.name)
        return _found(connection, kept, seen.kind, seen.who)


def _found(connection: sa.Connection, kept: KeptSurvey, kind: str, who: str) -> Relationship:
    row = connection.execute(sa.select(tables.relationship).where(_is(kept, kind, who))).one_or_none()
    if row is None:
        return Relationship(kind, who)
    return Relationship(kind, who, row.score, row.note, row.version)


def _is(kept: KeptSurvey, kind: str, who: str) -> sa.ColumnElement[bool]:
    own = tables.relationship.c
    return sa.and_(own.survey_id == kept.id, own.kind == kind, own.who == who)


# What goes with the responses.


def count(connection: sa.Connection, survey_id: int) -> int:
    """How many relationship scores a survey has."""
    asked = sa.select(sa.func.count()).where(tables.relationship.c.survey_id == survey_id)
    return int(connection.execute(asked).scalar_one())


def drop_without_responses(connection: sa.Connection, survey_id: int, waves: Iterable[Wave]) -> int:
    """Delete the scores of whoever has no response left in the waves of a survey, as stored by now; how many."""
    own = tables.relationship
    asked = sa.select(own.c.id, own.c.kind, own.c.who).where(own.c.survey_id == survey_id)
    told = connection.execute(asked).all()
    if not told:
        return 0
    there: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for wave in waves:
        survey = store.open_wave(connection, wave)
        for kind in KINDS:
            there[kind] |= keys_in(survey, kind)
    gone = [row.id for row in told if row.who not in there[row.kind]]
    for id_ in gone:
        connection.execute(sa.delete(own).where(own.c.id == id_))
    return len(gone)


def mask(connection: sa.Connection, survey_id: int, key: str) -> None:
    """Mask an id or e-mail address in what was written about others."""
    own, event = tables.relationship, tables.relationship_event
    of_survey = own.c.survey_id == survey_id
    mask_texts(connection, key, own, ("note",), sa.select(own).where(of_survey))
    mask_texts(connection, key, event, ("by", "words"), sa.select(event).join(own).where(of_survey))
