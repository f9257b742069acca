"""Backup, restore and check. A backup is a workspace itself, in one SQLite file, whatever it is a backup of."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from nps_core.errors import EditsError, WorkspaceError
from nps_core.workspace import store, tables
from nps_core.workspace.coded import from_json
from nps_core.workspace.database import engine_of, in_words, is_sqlite, migrate, name_of, reading, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nps_core.workspace.values import KeptSurvey, Wave


_ONE_BY_ONE = {"yield_per": 1}
"""How rows are asked for that are large."""


def back_up(engine: sa.Engine, path: Path) -> None:
    """Copy a workspace as it is at one moment into a new file, which is there whole or not at all.

    Raises
    ------
    WorkspaceError
        The file is there already, or cannot be written.
    """
    if path.exists():
        raise WorkspaceError(f"“{path.name}” is there already.", hint="Name a new file for the backup.")
    with in_words(path.name):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
            part = Path(folder) / path.name
            target = engine_of(part)
            migrate(target)
            _copy(engine, target)
            with target.connect() as connection:
                connection.connection.cursor().execute(
                    "PRAGMA journal_mode=DELETE"
                )  # one file, without a log beside
            part.replace(path)


def restore(path: Path, engine: sa.Engine) -> None:
    """Copy a backup, of this version or an older one, into an empty workspace: all of it, or nothing.

    Raises
    ------
    WorkspaceError
        There is no such file, it is no backup, or the workspace holds something already.
    """
    if not path.is_file():
        raise WorkspaceError(f"There is no file “{path.name}”.", hint="Name the file that a backup wrote.")
    with in_words(path.name), tempfile.TemporaryDirectory() as folder:
        # What brings it up to date leaves the backup as it is.
        part = Path(folder) / path.name
        shutil.copyfile(path, part)
        source = engine_of(part)
        migrate(source)
        with reading(engine) as connection:
            holds = any(_count(connection, table) for table in tables.metadata.sorted_tables)
        if holds:
            raise WorkspaceError(
                f"“{name_of(engine)}” holds something already; nothing was restored.",
                hint="Restore into a new place.",
            )
        _copy(source, engine)


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _copy(source: sa.Engine, target: sa.Engine) -> None:
    """Copy the rows of every table within one transaction, one in memory at a time."""
    with reading(source) as old, writing(target) as new:
        for table in tables.metadata.sorted_tables:
            for row in old.execute(sa.select(table), execution_options=_ONE_BY_ONE).mappings():
                new.execute(sa.insert(table).values(**row))
            if not is_sqlite(target) and "id" in table.c:
                # PostgreSQL counts on from the ids that it gave itself.
                last = sa.select(sa.func.max(table.c.id)).scalar_subquery()
                sequence = sa.func.pg_get_serial_sequence(table.name, "id")
                new.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(last, 1))))


def check(engine: sa.Engine) -> tuple[str, ...]:
    """What is wrong with a workspace, in sentences; empty where it is sound. Every wave is read."""
    found: list[str] = []
    try:
        with reading(engine) as connection:
            found += _problems_of_database(connection)
            for kept in store.load(connection):
                found += _problems_of_survey(connection, kept)
    except WorkspaceError as error:
        found.append(str(error))
    return tuple(found)


def _problems_of_database(connection: sa.Connection) -> Iterator[str]:
    if is_sqlite(connection.engine):
        for (said,) in connection.exec_driver_sql("PRAGMA integrity_check").all():
            if said != "ok":
                yield f"The file is damaged: {said}."
        if connection.exec_driver_sql("PRAGMA foreign_key_check").all():
            yield "Rows point at what is not there."
    table = tables.chunk
    asked = sa.select(table.c.wave_id, table.c.digest, table.c.data)
    for row in connection.execute(asked, execution_options=_ONE_BY_ONE):
        if not isinstance(row.data, bytes) or hashlib.sha256(row.data).hexdigest() != row.digest:
            yield f"A chunk of wave {row.wave_id} is damaged."


def _problems_of_survey(connection: sa.Connection, kept: KeptSurvey) -> Iterator[str]:
    from nps_core.report.recipe import read_recipe  # noqa: PLC0415 - brings all that draws

    try:
        settings = sa.select(tables.survey.c.settings).where(tables.survey.c.id == kept.id)
        from_json(dict[str, list[str]], str(connection.execute(settings).scalar_one()))
        store.rule_of(connection, kept.id)
        recipes = sa.select(tables.recipe.c.text).where(tables.recipe.c.survey_id == kept.id)
        for text in connection.execute(recipes).scalars():
            read_recipe(text)
    except (EditsError, TypeError, ValueError, WorkspaceError):
        yield f"What was saved with “{kept.name}” cannot be read."
    for wave in kept.waves:
        if problem := _problem_of_wave(connection, wave):
            yield f"The wave “{wave.name}” of “{kept.name}” {problem}."


def _problem_of_wave(connection: sa.Connection, wave: Wave) -> str:
    try:
        survey = store.open_wave(connection, wave)
    except WorkspaceError:
        return "cannot be opened"
    same = len(survey.responses) == wave.figures.n == survey.rows.kept
    return "" if same else f"holds {len(survey.responses):,} responses, and should hold {wave.figures.n:,}"
