"""Follow-ups as they are kept: read, changed by several people at once, and gone with what they answer."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc
import sqlalchemy as sa

from nps_core.follow_ups.follow_up import (
    ACCOUNT,
    FIELDS,
    KINDS,
    RESPONDENT,
    Event,
    FollowUp,
    change_words,
    changed,
)
from nps_core.identities import keys_of
from nps_core.workspace import store, tables
from nps_core.workspace.audit import write_down
from nps_core.workspace.database import reading, writing
from nps_core.workspace.erasing import ERASED

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nps_core.survey import Survey
    from nps_core.workspace.values import KeptSurvey, Wave

_SHORTEST_KEY = 4
"""Characters of an id from which on it is masked in notes; a shorter one is a number that stands for anything."""


@dataclass(frozen=True)
class Saved:
    """What became of changes.

    Parameters
    ----------
    done
        The follow-ups that were changed, as they are now.
    stale
        (as they were seen, as they are now) of those that somebody else changed meanwhile; nothing was written of them.
    gone
        Those whose wave is there no longer.
    """

    done: tuple[FollowUp, ...] = ()
    stale: tuple[tuple[FollowUp, FollowUp], ...] = ()
    gone: tuple[FollowUp, ...] = ()


def follow_ups(engine: sa.Engine, kept: KeptSurvey) -> tuple[FollowUp, ...]:
    """The follow-ups of a survey that somebody changed something in, in the order in which they began.

    Raises
    ------
    WorkspaceError
        They cannot be read.
    """
    table = tables.follow_up
    asked = sa.select(table).where(table.c.survey_id == kept.id).order_by(table.c.id)
    with reading(engine) as connection:
        return tuple(_read(row) for row in connection.execute(asked))


def history(engine: sa.Engine, kept: KeptSurvey, kind: str, who: str) -> tuple[Event, ...]:
    """What was changed in the follow-ups of a respondent or an account, of all waves, the latest first."""
    own, event = tables.follow_up, tables.follow_up_event
    asked = sa.select(event).join(own).where(own.c.survey_id == kept.id, own.c.kind == kind, own.c.who == who)
    with reading(engine) as connection:
        rows = connection.execute(asked.order_by(event.c.id.desc())).all()
    return tuple(Event(dt.datetime.fromisoformat(row.moment), row.by, row.words) for row in rows)


def save(
    engine: sa.Engine,
    kept: KeptSurvey,
    changes: Sequence[tuple[FollowUp, Mapping[str, object]]],
    by: str = "",
) -> Saved:
    """Change follow-ups in one transaction; those that somebody else changed meanwhile are left as they are.

    Parameters
    ----------
    changes
        Each follow-up as it was seen, and what is to be changed in it: see `nps_core.follow_ups.follow_up.changed`.
    by
        Who changes it, as they type it.

    Raises
    ------
    FollowUpError
        One of the changes cannot be; nothing is written then.
    WorkspaceError
        It could not be written, or the survey is there no longer.
    """
    done, stale, gone = [], [], []
    now = dt.datetime.now(tz=dt.UTC).replace(microsecond=0)
    with writing(engine) as connection:
        # One after the other: two that are the first to change one would both insert it. SQLite's writers wait anyway.
        connection.execute(
            sa.select(tables.survey.c.id).where(tables.survey.c.id == kept.id).with_for_update()
        )
        waves = {wave.id for wave in store.load_one(connection, kept.id).waves}
        for seen, told in changes:
            row = connection.execute(sa.select(tables.follow_up).where(_is(seen))).one_or_none()
            if seen.wave not in waves or (row is None and seen.version):
                gone.append(seen)
            elif row is not None and row.version != seen.version:
                stale.append((seen, _read(row)))
            else:
                done.append(_write(connection, kept, seen, changed(seen, told, now), by))
        if done:
            write_down(connection, "changed", kept.name)
    return Saved(tuple(done), tuple(stale), tuple(gone))


def _write(connection: sa.Connection, kept: KeptSurvey, was: FollowUp, now: FollowUp, by: str) -> FollowUp:
    table = tables.follow_up
    words = change_words(was, now)
    if not words:
        return was
    row = {name: _stored(getattr(now, name)) for name in (*FIELDS, "contacted", "closed")}
    row["version"] = was.version + 1
    if was.version:
        connection.execute(sa.update(table).where(_is(was)).values(**row))
    else:
        of = {"survey_id": kept.id, "wave_id": was.wave, "kind": was.kind, "who": was.who}
        connection.execute(sa.insert(table).values(**of, **row))
    own = connection.execute(sa.select(table).where(_is(was))).one()
    event = {"moment": store.now(), "by": store.clean_name(by), "words": words}
    connection.execute(sa.insert(tables.follow_up_event).values(follow_up_id=own.id, **event))
    return _read(own)


def _is(one: FollowUp) -> sa.ColumnElement[bool]:
    own = tables.follow_up.c
    return sa.and_(own.wave_id == one.wave, own.kind == one.kind, own.who == one.who)


def _stored(value: object) -> object:
    return "" if value is None else value.isoformat() if isinstance(value, dt.datetime) else value


def _read(row: sa.Row[tuple[object, ...]]) -> FollowUp:
    moments = {
        name: dt.datetime.fromisoformat(text) if (text := getattr(row, name)) else None
        for name in ("due", "contacted", "closed")
    }
    return FollowUp(
        row.kind,
        row.who,
        row.wave_id,
        row.status,
        row.owner,
        note=row.note,
        outcome=row.outcome,
        version=row.version,
        **moments,
    )


# What goes with the responses.


def count(connection: sa.Connection, survey_id: int, wave_id: int | None = None) -> int:
    """How many follow-ups somebody changed something in, of a survey or of one of its waves."""
    own = tables.follow_up.c
    asked = sa.select(sa.func.count()).where(own.survey_id == survey_id)
    return int(
        connection.execute(asked if wave_id is None else asked.where(own.wave_id == wave_id)).scalar_one()
    )


def drop_without_responses(connection: sa.Connection, waves: Iterable[Wave]) -> int:
    """Delete the follow-ups of whoever has no response left in these waves, as they are stored by now; how many."""
    table = tables.follow_up
    dropped = 0
    for wave in waves:
        asked = sa.select(table.c.id, table.c.kind, table.c.who).where(table.c.wave_id == wave.id)
        if told := connection.execute(asked).all():
            survey = store.open_wave(connection, wave)
            there = {kind: _keys(survey, kind) for kind in KINDS}
            gone = [row.id for row in told if row.who not in there[row.kind]]
            for id_ in gone:
                connection.execute(sa.delete(table).where(table.c.id == id_))
            dropped += len(gone)
    return dropped


def _keys(survey: Survey, kind: str) -> set[str]:
    column = {RESPONDENT: "respondent", ACCOUNT: "account"}[kind]
    return set(pc.unique(keys_of(survey.responses[column])).drop_null().to_pylist())


def mask(connection: sa.Connection, survey_id: int, key: str) -> None:
    """Mask an id or e-mail address in what was written about others."""
    own, event = tables.follow_up, tables.follow_up_event
    of_survey = own.c.survey_id == survey_id
    mask_texts(connection, key, own, ("owner", "note"), sa.select(own).where(of_survey))
    events = sa.select(event).join(own).where(of_survey)
    mask_texts(connection, key, event, ("by", "words"), events)


def mask_texts(
    connection: sa.Connection,
    key: str,
    table: sa.Table,
    names: Iterable[str],
    asked: sa.Select[tuple[object, ...]],
) -> None:
    """Mask an id or e-mail address in some columns of the rows that are asked for."""
    if "@" not in key and len(key) < _SHORTEST_KEY:
        return
    # Somebody else's address may begin or end alike.
    pattern = re.compile(rf"(?<![\w.+-]){re.escape(key)}(?!\w|[.-]\w)", re.IGNORECASE)
    for row in connection.execute(asked).all():
        texts = {name: getattr(row, name) for name in names}
        masked = {name: pattern.sub(ERASED, text) for name, text in texts.items()}
        if masked != texts:
            connection.execute(sa.update(table).where(table.c.id == row.id).values(**masked))
