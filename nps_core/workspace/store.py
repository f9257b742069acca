"""Rows of the tables <-> the values of a workspace; every function works within a transaction of its caller."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import sqlalchemy as sa

from nps_core.errors import StaleError, WorkspaceError
from nps_core.reading.responses import groups_of
from nps_core.scope import Scope
from nps_core.score.sample import nps_of
from nps_core.user_text import plain
from nps_core.workspace import tables
from nps_core.workspace.coded import from_json, to_json
from nps_core.workspace.identity import has_ids, keys_of
from nps_core.workspace.packing import Chunk
from nps_core.workspace.values import Figures, KeptSurvey, Wave

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core.survey import Survey
    from nps_core.workspace.packing import Packed

LONGEST_NAME = 200
"""Characters of what somebody calls a survey or a wave, or signs it with."""


def now() -> str:
    """This moment, as it is stored."""
    return dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds")


def clean_name(text: str, otherwise: str = "") -> str:
    """A name on one line, not too long; another one where nothing is left of it."""
    return plain(text)[:LONGEST_NAME].strip() or otherwise


def load(connection: sa.Connection, where: sa.ColumnElement[bool] | None = None) -> tuple[KeptSurvey, ...]:
    """The kept surveys, or those of a condition, the newest first."""
    table, wave = tables.survey, tables.wave
    asked = sa.select(table).order_by(table.c.id.desc())
    listed = connection.execute(asked if where is None else asked.where(where)).all()
    ids = [row.id for row in listed]
    columns = [column for column in wave.c if column.name != "about"]
    waves: dict[int, list[Wave]] = {id_: [] for id_ in ids}
    of_these = sa.select(*columns).where(wave.c.survey_id.in_(ids)).order_by(wave.c.place, wave.c.id)
    for row in connection.execute(of_these):
        waves[row.survey_id].append(_wave(row))
    undo = sa.select(tables.undo.c.survey_id, tables.undo.c.wave_id).where(tables.undo.c.survey_id.in_(ids))
    undoable = {row.survey_id: row.wave_id for row in connection.execute(undo)}
    return tuple(
        KeptSurvey(
            row.id,
            row.link,
            row.name,
            row.added_by,
            _moment(row.made),
            row.version,
            row.revision,
            tuple(waves[row.id]),
            undoable.get(row.id),
        )
        for row in listed
    )


def load_one(connection: sa.Connection, survey_id: int) -> KeptSurvey:
    """A kept survey as it is now.

    Raises
    ------
    WorkspaceError
        It is there no longer.
    """
    found = load(connection, tables.survey.c.id == survey_id)
    if not found:
        raise gone("survey")
    return found[0]


def gone(what: str) -> WorkspaceError:
    """The error about a survey or a wave that somebody deleted."""
    return WorkspaceError(
        f"This {what} is in the workspace no longer.", hint="Somebody deleted it; open another one."
    )


def _wave(row: sa.Row[tuple[object, ...]]) -> Wave:
    try:
        figures = from_json(Figures, row.figures)
    except (KeyError, TypeError, ValueError) as error:
        raise WorkspaceError(
            f"What is stored of the wave “{row.name}” cannot be read.", hint="Restore a backup."
        ) from error
    return Wave(row.id, row.name, row.added_by, _moment(row.added), row.digest, figures)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def insert_survey(connection: sa.Connection, link: str, name: str, by: str, settings: str) -> int:
    """A new survey without waves; its id."""
    row = {"link": link, "name": name, "added_by": by, "made": now(), "settings": settings}
    done = connection.execute(sa.insert(tables.survey).values(version=1, revision=1, retention="{}", **row))
    return int(done.inserted_primary_key[0])


def insert_wave(
    connection: sa.Connection, survey_id: int, name: str, by: str, told: tuple[str, Figures, Packed]
) -> int:
    """A new wave behind the others, of (digest of its file, figures, as packed); its id."""
    digest, figures, packed = told
    wave = tables.wave
    last = sa.select(sa.func.max(wave.c.place)).where(wave.c.survey_id == survey_id)
    row = {"name": name, "added_by": by, "added": now(), "digest": digest, "about": packed.about}
    place = (connection.execute(last).scalar() or 0) + 1
    done = connection.execute(
        sa.insert(wave).values(survey_id=survey_id, place=place, figures=to_json(figures), **row)
    )
    wave_id = int(done.inserted_primary_key[0])
    insert_chunks(connection, wave_id, packed.chunks)
    return wave_id


def insert_chunks(connection: sa.Connection, wave_id: int, chunks: Iterable[Chunk]) -> None:
    """The chunks of a wave, one statement each, so that one of them is in memory twice at most."""
    for chunk in chunks:
        connection.execute(
            sa.insert(tables.chunk).values(
                wave_id=wave_id,
                part=chunk.part,
                place=chunk.place,
                rows=chunk.rows,
                digest=chunk.digest,
                data=chunk.data,
                is_before=False,
            )
        )


def about_of(connection: sa.Connection, wave_id: int) -> str:
    """What is stored of a wave besides its rows.

    Raises
    ------
    WorkspaceError
        The wave is there no longer.
    """
    found = connection.execute(
        sa.select(tables.wave.c.about).where(tables.wave.c.id == wave_id)
    ).scalar_one_or_none()
    if found is None:
        raise gone("wave")
    return str(found)


def chunks_of(connection: sa.Connection, wave_id: int, part: str | None = None) -> list[Chunk]:
    """The chunks of a wave, or of one of its frames, in their order."""
    table = tables.chunk
    asked = sa.select(table).where(table.c.wave_id == wave_id, table.c.is_before.is_(sa.false()))
    if part is not None:
        asked = asked.where(table.c.part == part)
    found = connection.execute(asked.order_by(table.c.part, table.c.place))
    return [Chunk(row.part, row.place, row.rows, row.digest, bytes(row.data)) for row in found]


def bump(connection: sa.Connection, kept: KeptSurvey, counter: str, **changes: object) -> None:
    """Count a change of the settings ("version") or the responses ("revision"), with what it changes.

    Raises
    ------
    StaleError
        It was counted meanwhile by somebody else.
    WorkspaceError
        The survey is there no longer.
    """
    table = tables.survey
    was = getattr(kept, counter)
    done = connection.execute(
        sa.update(table)
        .where(table.c.id == kept.id, table.c[counter] == was)
        .values({counter: was + 1, **changes})
    )
    if done.rowcount != 1:
        load_one(connection, kept.id)
        raise StaleError(
            f"“{kept.name}” was changed meanwhile by somebody else; your change was not saved.",
            hint="Open it again, then make the change once more.",
        )


def figures_of(survey: Survey) -> Figures:
    """What is known of a wave without reading its responses; the NPS as every page shows it."""
    frame = survey.responses
    detractors, passives, promoters = groups_of(frame["group"].cat.codes.to_numpy())
    score = nps_of(Scope(survey))
    dates = frame["date"].dropna()
    respondents = 0
    if has_ids(survey):
        respondents = int(pc.count_distinct(keys_of(frame["respondent"]), mode="only_valid").as_py())
    return Figures(
        len(frame),
        detractors,
        passives,
        promoters,
        *(float(np.round(value, 6)) for value in (score.nps, score.low, score.high)),
        left_out=survey.rows.read - survey.rows.kept,
        respondents=respondents,
        first=dates.min().date() if len(dates) else None,
        last=dates.max().date() if len(dates) else None,
    )
