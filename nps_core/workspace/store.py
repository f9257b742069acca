"""Rows of the tables <-> the values of a workspace; every function works within a transaction of its caller."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc
import sqlalchemy as sa

from nps_core.errors import StaleError, WorkspaceError
from nps_core.identities import has_ids, keys_of
from nps_core.reading.responses import groups_of
from nps_core.scope import Scope
from nps_core.score.sample import nps_of
from nps_core.user_text import plain
from nps_core.workspace import tables
from nps_core.workspace.coded import from_json, to_json
from nps_core.workspace.erasing import ERASED
from nps_core.workspace.packing import Chunk, Packed, pack, unpack
from nps_core.workspace.values import Figures, KeptSurvey, Receipt, Retention, Wave

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core.survey import Survey

LONGEST_NAME = 200
"""Characters of what somebody calls a survey or a wave, or signs it with."""


@dataclass(frozen=True)
class Told:
    """A wave that is to be stored: the digest of its file, its figures, and all of it packed."""

    digest: str
    figures: Figures
    packed: Packed


def told_of(survey: Survey) -> Told:
    """A survey as it will be stored; what takes long, done before a transaction begins."""
    return Told(survey.digest, figures_of(survey), pack(survey))


def now() -> str:
    """Tell the moment, as it is stored."""
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
            dt.datetime.fromisoformat(row.made),
            row.version,
            row.revision,
            _in_order(waves[row.id]),
            undoable.get(row.id),
        )
        for row in listed
    )


def _in_order(waves: list[Wave]) -> tuple[Wave, ...]:
    """Waves by their days, where all have some; else as they were added."""
    days = [wave.figures.first for wave in waves]
    if None in days:
        return tuple(waves)
    return tuple(sorted(waves, key=lambda wave: (wave.figures.first, wave.figures.last)))


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
    return Wave(row.id, row.name, row.added_by, dt.datetime.fromisoformat(row.added), row.digest, figures)


def insert_survey(connection: sa.Connection, link: str, name: str, by: str, settings: str) -> int:
    """A new survey without waves; its id."""
    row = {"link": link, "name": name, "added_by": by, "made": now(), "settings": settings}
    done = connection.execute(sa.insert(tables.survey).values(version=1, revision=1, retention="{}", **row))
    return int(done.inserted_primary_key[0])  # type: ignore[index]  # there is one, after one row


def insert_wave(connection: sa.Connection, survey_id: int, name: str, by: str, told: Told) -> int:
    """A new wave behind the others; its id."""
    wave = tables.wave
    last = sa.select(sa.func.max(wave.c.place)).where(wave.c.survey_id == survey_id)
    row = {"name": name, "added_by": by, "added": now(), "digest": told.digest, "about": told.packed.about}
    place = (connection.execute(last).scalar() or 0) + 1
    done = connection.execute(
        sa.insert(wave).values(survey_id=survey_id, place=place, figures=to_json(told.figures), **row)
    )
    wave_id = int(done.inserted_primary_key[0])  # type: ignore[index]  # there is one, after one row
    insert_chunks(connection, wave_id, told.packed.chunks)
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


def digest_of(connection: sa.Connection, wave_id: int) -> str:
    """The digest of all that is stored of a wave."""
    table = tables.chunk
    asked = sa.select(table.c.part, table.c.place, table.c.digest)
    asked = asked.where(table.c.wave_id == wave_id, table.c.is_before.is_(sa.false()))
    parts = connection.execute(asked.order_by(table.c.part, table.c.place)).all()
    whole = [about_of(connection, wave_id), *(f"{row.part}{row.place}{row.digest}" for row in parts)]
    return hashlib.sha256("\0".join(whole).encode()).hexdigest()


def chunks_of(connection: sa.Connection, wave_id: int, part: str | None = None) -> list[Chunk]:
    """The chunks of a wave, or of one of its frames, in their order."""
    table = tables.chunk
    asked = sa.select(table).where(table.c.wave_id == wave_id, table.c.is_before.is_(sa.false()))
    if part is not None:
        asked = asked.where(table.c.part == part)
    found = connection.execute(asked.order_by(table.c.part, table.c.place))
    return [Chunk(row.part, row.place, row.rows, row.digest, row.data) for row in found]


def rule_of(connection: sa.Connection, survey_id: int) -> Retention:
    """The rule of a survey about its end of retention.

    Raises
    ------
    WorkspaceError
        Something else is stored.
    """
    asked = sa.select(tables.survey.c.retention).where(tables.survey.c.id == survey_id)
    try:
        return from_json(Retention, str(connection.execute(asked).scalar_one()))
    except (KeyError, TypeError, ValueError) as error:
        raise WorkspaceError("The rule of retention cannot be read.", hint="Set it anew.") from error


def open_wave(connection: sa.Connection, wave: Wave) -> Survey:
    """A wave as it was read, under its own name.

    Raises
    ------
    WorkspaceError
        It is there no longer, or is stored damaged.
    """
    survey = unpack(about_of(connection, wave.id), chunks_of(connection, wave.id))
    return replace(survey, name=wave.name)


def rewrite_wave(connection: sa.Connection, wave_id: int, told: Told) -> None:
    """Store a wave anew, with other rows; it is still that of the same file."""
    table = tables.chunk
    connection.execute(sa.delete(table).where(table.c.wave_id == wave_id, table.c.is_before.is_(sa.false())))
    connection.execute(
        sa.update(tables.wave)
        .where(tables.wave.c.id == wave_id)
        .values(figures=to_json(told.figures), about=told.packed.about)
    )
    insert_chunks(connection, wave_id, told.packed.chunks)


def keep_before(connection: sa.Connection, survey_id: int, added: int, waves: Iterable[int]) -> None:
    """Keep waves as they are, so that adding another one can be taken back."""
    before = {}
    for wave_id in waves:
        asked = sa.select(tables.wave.c.figures, tables.wave.c.about).where(tables.wave.c.id == wave_id)
        before[str(wave_id)] = list(connection.execute(asked).one())
        connection.execute(
            sa.update(tables.chunk).where(tables.chunk.c.wave_id == wave_id).values(is_before=True)
        )
    row = {"wave_id": added, "survey_id": survey_id, "before": to_json(before)}
    connection.execute(sa.insert(tables.undo).values(**row))


def take_back(connection: sa.Connection, added: int) -> None:
    """Delete the wave that was added last, and let those that it changed be as they were."""
    table = tables.chunk
    asked = sa.select(tables.undo.c.before).where(tables.undo.c.wave_id == added)
    before = from_json(dict[str, list[str]], str(connection.execute(asked).scalar_one()))
    for wave_id, (figures, about) in before.items():
        own = table.c.wave_id == int(wave_id)
        connection.execute(sa.delete(table).where(own, table.c.is_before.is_(sa.false())))
        connection.execute(sa.update(table).where(own).values(is_before=False))
        connection.execute(
            sa.update(tables.wave)
            .where(tables.wave.c.id == int(wave_id))
            .values(figures=figures, about=about)
        )
    connection.execute(sa.delete(tables.wave).where(tables.wave.c.id == added))


def forget_before(connection: sa.Connection, survey_id: int) -> None:
    """Let go of what could be taken back: something else is written."""
    of_survey = sa.select(tables.wave.c.id).where(tables.wave.c.survey_id == survey_id)
    connection.execute(
        sa.delete(tables.chunk).where(
            tables.chunk.c.wave_id.in_(of_survey), tables.chunk.c.is_before.is_(sa.true())
        )
    )
    connection.execute(sa.delete(tables.undo).where(tables.undo.c.survey_id == survey_id))


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
    nps, low, high = (float(np.round(value, 6)) for value in (score.nps, score.low, score.high))
    return Figures(
        len(frame),
        detractors,
        passives,
        promoters,
        nps,
        low,
        high,
        left_out=len(survey.left_out),
        respondents=respondents,
        undated=len(frame) - len(dates),
        first=dates.min().date() if len(dates) else None,
        last=dates.max().date() if len(dates) else None,
    )


def insert_receipt(connection: sa.Connection, link: str, receipt: Receipt) -> None:
    """A receipt, which stays when the survey is deleted."""
    connection.execute(sa.insert(tables.receipt).values(link=link, told=to_json(receipt)))


def receipts(connection: sa.Connection, link: str | None = None) -> tuple[Receipt, ...]:
    """The receipts of a survey, or of all; the newest first."""
    table = tables.receipt
    asked = sa.select(table.c.told).order_by(table.c.id.desc())
    asked = asked if link is None else asked.where(table.c.link == link)
    return tuple(from_json(Receipt, told) for told in connection.execute(asked).scalars())


def mask_in_settings(connection: sa.Connection, survey_id: int, key: str) -> None:
    """Mask an id or e-mail address in what was typed in, and in recipes; an id only where it stands alone."""
    survey, recipe = tables.survey, tables.recipe
    asked = sa.select(survey.c.settings, survey.c.version).where(survey.c.id == survey_id)
    told, version = connection.execute(asked).one()
    if (masked := _masked(told, key)) != told:
        change = {"settings": masked, "version": version + 1}
        connection.execute(sa.update(survey).where(survey.c.id == survey_id).values(**change))
    for row in connection.execute(sa.select(recipe).where(recipe.c.survey_id == survey_id)).all():
        if (masked := _masked(row.text, key)) != row.text:
            connection.execute(sa.update(recipe).where(recipe.c.id == row.id).values(text=masked))


def _masked(text: str, key: str) -> str:
    if "@" in key:
        return re.sub(re.escape(key), ERASED, text, flags=re.IGNORECASE)
    return re.sub(rf'(?<="){re.escape(key)}(?=")', ERASED, text, flags=re.IGNORECASE)
