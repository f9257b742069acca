"""The database of a workspace: opened, brought up to date, read and written within transactions, its errors in words.

SQLite: a write begins with BEGIN IMMEDIATE, so that of two writers the second waits instead of failing at the end;
what is deleted is overwritten (`secure_delete`). PostgreSQL: an advisory lock lets one process migrate at a time.
"""

from __future__ import annotations

import errno
from collections import defaultdict
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from nps_core.errors import WorkspaceError
from nps_core.workspace.place import is_server
from nps_core.workspace.tables import metadata

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

HEAD = "0005"
"""The newest step of the migrations; a workspace that has it is opened without Alembic, which takes a while to import."""

_WAIT_MS = 5_000
"""How long a writer waits for another one."""

_RECYCLE_S = 300
"""How long a connection to a server is used again."""

_TRIES = 3
"""How often the log is tried to be emptied; each time waits for readers as long as a writer does."""

_MIGRATING = 0x6E7073  # "nps"; the key of the lock that lets one process migrate at a time
_MIGRATIONS = Path(__file__).parent / "migrations"
_WRITES = "nps_writes"
_QUEUES: defaultdict[str, Lock] = defaultdict(Lock)


def engine_of(where: str | os.PathLike[str]) -> sa.Engine:
    """An engine for a place: the address of a PostgreSQL server, or the path of a SQLite file, whose folder is made.

    No error of it shows what was to be written, which may name people.

    Raises
    ------
    WorkspaceError
        The address cannot be read, or the driver of PostgreSQL is not installed.
    """
    if is_server(where):
        return _server_engine(str(where))
    if "://" in str(where):
        raise WorkspaceError(
            "The address of the workspace is of no kind that is known.",
            hint="Name a file, or write postgresql://user@host/database.",
        )
    path = Path(where).expanduser()
    with in_words(path.name):
        if not path.parent.exists():
            path.parent.mkdir(parents=True, mode=0o700)
        if not path.exists():
            path.touch(mode=0o600)  # responses are nobody else's business
    url = sa.URL.create("sqlite", database=str(path))
    # Without a pool no file stays open behind a backup, a fork or a deletion.
    engine = sa.create_engine(url, poolclass=sa.NullPool, hide_parameters=True)
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _server_engine(where: str) -> sa.Engine:
    try:
        url = sa.make_url(where.replace("postgres:", "postgresql:", 1)).set(drivername="postgresql+psycopg")
        # A server is asked at each run of a page: its connections are used again, after a look whether they still are.
        return sa.create_engine(url, pool_pre_ping=True, pool_recycle=_RECYCLE_S, hide_parameters=True)
    except ImportError as error:
        raise WorkspaceError(
            "A workspace on PostgreSQL needs the driver psycopg.",
            hint="Install it with: pip install 'nps-dashboard[postgres]'.",
        ) from error
    except (sa.exc.ArgumentError, ValueError) as error:
        raise WorkspaceError(
            "The address of the workspace cannot be read.", hint="Write postgresql://user@host/database."
        ) from error


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
    connection.isolation_level = (
        None  # transactions begin where SQLAlchemy says so, not where the driver thinks
    )
    settings = (f"busy_timeout={_WAIT_MS}", "foreign_keys=ON", "secure_delete=ON", "synchronous=FULL")
    for setting in settings:
        connection.execute(f"PRAGMA {setting}")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode=WAL")


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def reading(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that sees one state of the workspace, whatever others write meanwhile."""
    options = {} if is_sqlite(engine) else {"isolation_level": "REPEATABLE READ"}
    with _transaction(engine, options) as connection:
        yield connection


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A transaction that writes: all of it, or nothing. Threads of this process that write to one file stand in a queue."""
    # SQLite lets who waits try again and again, and some of many have no luck for seconds.
    queue = _QUEUES[str(engine.url.database)] if is_sqlite(engine) else nullcontext()
    with queue, _transaction(engine, {_WRITES: True}) as connection:
        yield connection


@contextmanager
def _transaction(engine: sa.Engine, options: dict[str, Any]) -> Iterator[sa.Connection]:
    with (
        in_words(name_of(engine)),
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
    ):
        yield connection


def is_sqlite(engine: sa.Engine) -> bool:
    """Whether the workspace is a SQLite file."""
    return engine.dialect.name == "sqlite"


def name_of(engine: sa.Engine) -> str:
    """How the workspace is called before people: the name of its file, or its address without a password."""
    url = engine.url
    return Path(str(url.database)).name if is_sqlite(engine) else url.render_as_string(hide_password=True)


def migrate(engine: sa.Engine) -> None:
    """Bring the tables up to date; nothing is done where they are.

    Raises
    ------
    WorkspaceError
        A newer version of this program wrote the workspace, or the file is none.
    """
    if _revision(engine) == HEAD:
        return
    with writing(engine) as connection:
        if not is_sqlite(engine):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATING)))
        run_migrations(connection, HEAD)


def _revision(engine: sa.Engine) -> str | None:
    """The newest step that was done; None for a place with nothing in it."""
    with reading(engine) as connection:
        tables = sa.inspect(connection).get_table_names()
        if "alembic_version" in tables:
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
            return None if found is None else str(found)
    if tables:
        raise WorkspaceError(
            f"“{name_of(engine)}” is a database of something else, and no workspace.",
            hint="Name another place.",
        )
    return None


def run_migrations(connection: sa.Connection, to: str) -> None:
    """Take the steps up or down to a revision ("base" for none), within the transaction of the connection.

    Raises
    ------
    WorkspaceError
        A newer version of this program wrote the workspace.
    """
    from alembic import command  # noqa: PLC0415 - it takes a while, and a workspace that is up to date does without
    from alembic.config import Config  # noqa: PLC0415 - as above
    from alembic.migration import MigrationContext  # noqa: PLC0415 - as above
    from alembic.util import CommandError  # noqa: PLC0415 - as above

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    now = MigrationContext.configure(connection).get_current_revision() or ""
    try:  # revisions are numbers, which rise
        (command.downgrade if to == "base" or to < now else command.upgrade)(config, to)
    except CommandError as error:
        raise WorkspaceError(
            f"“{name_of(connection.engine)}” was written by a newer version of this program.",
            hint="Update the program to open it; nothing in it was changed.",
        ) from error


def purge(engine: sa.Engine) -> None:
    """Let nothing of what was deleted stand on the disk: SQLite's log is emptied, PostgreSQL's tables are written anew.

    Pages of SQLite are overwritten when they become free (`secure_delete`). The write-ahead log of PostgreSQL, and
    what its administrator keeps of it, is not this program's to delete.

    Raises
    ------
    WorkspaceError
        Others were reading or writing all the while; what was deleted is deleted, and only its traces are left.
    """
    with in_words(name_of(engine)), engine.connect() as connection:
        done = _empty_log(connection) if is_sqlite(engine) else _write_anew(connection)
    if not done:
        raise WorkspaceError(
            f"It is deleted, but others are reading “{name_of(engine)}”, and its disk still holds a trace.",
            hint="Close the other programs that have it open: the trace goes with the next deletion.",
        )


def _empty_log(connection: sa.Connection) -> bool:
    raw = connection.connection.cursor()
    return any(not raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] for _ in range(_TRIES))


def _write_anew(connection: sa.Connection) -> bool:
    alone = connection.execution_options(isolation_level="AUTOCOMMIT")
    alone.exec_driver_sql(f"SET lock_timeout = {_TRIES * _WAIT_MS}")
    try:
        for table in metadata.sorted_tables:
            alone.exec_driver_sql(f"VACUUM FULL {table.name}")
    except sa.exc.OperationalError as error:
        if "lock timeout" in str(error.orig):
            return False
        raise
    finally:
        if not connection.invalidated:
            alone.exec_driver_sql("RESET lock_timeout")
    return True


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Turn what a database or a disk says into an error in words.

    Raises
    ------
    WorkspaceError
        In the place of whatever was raised within.
    """
    try:
        yield
    except (sa.exc.DBAPIError, OSError) as error:
        what = str(error.orig if isinstance(error, sa.exc.DBAPIError) else error).lower()
        full = isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
        known = _FULL if full else next((words for sign, words in _SIGNS if sign in what), _OTHER)
        if isinstance(error, sa.exc.DBAPIError) and error.connection_invalidated:
            known = _LOST
        message, hint = known
        raise WorkspaceError(message.format(name), hint=hint) from error


_FULL = (
    "The disk of the workspace “{}” is full; nothing was written.",
    "Free some space, then try again.",
)
_LOST = (
    "The connection to the workspace “{}” was lost; what was not finished was not written.",
    "Try again; if it stays so, ask whoever runs the database.",
)
_READ_ONLY = (
    "The workspace “{}” may not be written to.",
    "Give this program the right to write to the file and its folder.",
)
_OTHER = (
    "The workspace “{}” could not be read or written; nothing was changed.",
    "Try again; `nps workspace check` tells whether it is damaged.",
)
_BUSY = (
    "Somebody else is writing to the workspace “{}”; nothing was written.",
    "Try again in a moment.",
)
_CLOSED = (
    "The workspace “{}” cannot be opened.",
    "See that its folder is there, and that this program may write to it.",
)
_FAR = ("The workspace “{}” cannot be reached.", "See that the server runs, and check the address.")
_SIGNS = (
    ("password authentication", ("The workspace “{}” does not accept this user.", "Check the address.")),
    ("does not exist", ("The workspace “{}” does not exist on this server.", "Check the address.")),
    ("connection failed", _FAR),
    ("failed to resolve", _FAR),
    ("is locked", _BUSY),
    ("lock timeout", _BUSY),
    ("readonly", _READ_ONLY),
    ("read-only", _READ_ONLY),
    ("permission denied", _READ_ONLY),
    ("is full", _FULL),
    ("no space left", _FULL),
    ("disk i/o error", _FULL),
    ("not a database", ("“{}” is no workspace.", "Name another file, or restore a backup.")),
    ("malformed", ("The workspace “{}” is damaged.", "Restore a backup: `nps workspace restore`.")),
    ("unable to open", _CLOSED),
    ("connection", _LOST),
    ("terminating", _LOST),
)
"""What a database says, and how it is said here."""
