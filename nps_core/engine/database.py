"""A database that is only read: opened by an address, asked under a time limit, its errors in words."""

from __future__ import annotations

import glob
import math
import os
import re
import weakref
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

import pyarrow as pa
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from nps_core.engine.columns import Coded, coded
from nps_core.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Statement = sa.Select[Any] | sa.Select[Any, Any] | sa.Select[Any, Any, Any] | sa.CompoundSelect[Any]
    Chunks = Iterator[list[tuple[Any, ...]]]

TIMEOUT_S = 60.0
"""How long one statement may take unless somebody says otherwise."""

CHUNK = 50_000
"""Rows taken at a time, so that a large answer does not stand in memory as Python objects."""

ENVIRONMENT = "env:"
"""How an address begins that stands in a variable of the environment: the only place for a password."""

DUCKDB_MEMORY = "2GB"
"""What DuckDB may hold in memory; beyond it, it writes to its temporary folder, or says that it cannot."""

_KINDS = {
    "text": "text",
    "char": "text",
    "string": "text",
    "clob": "text",
    "date": "date",
    "timestamp": "date",
}

_NESTED = re.compile(
    r"(array|hstore|interval|json|list|map|object|record|row|struct|super|union|variant)|.*\[\d*\]$"
)
"""Types of columns that hold no single value, as an attribute has one."""


class Database:
    """One database, read only.

    Parameters
    ----------
    name
        How it is called before people; no address with a user or a password.
    dialect
        Of SQLAlchemy; its `name` says which engine it is.
    timeout
        Seconds that a statement may take.
    """

    def __init__(self, name: str, dialect: sa.Dialect, timeout: float) -> None:
        self.name = name
        self.dialect = dialect
        self.timeout = timeout

    @property
    def kind(self) -> str:
        """The name of the engine: "duckdb", "sqlite", "postgresql", ..."""
        return self.dialect.name

    def columns(self, table: str) -> dict[str, str]:
        """The columns of a table or view by their names: "text", "date" or "other" for each; those of lists left out.

        Raises
        ------
        EngineError
            There is no such table, or it may not be read.
        """
        found = self._columns(*self.place_of(table))
        if not found:
            tables = self._tables()
            listed = ", ".join(f"“{name}”" for name in tables[:12])
            raise EngineError(
                f"“{self.name}” has no table “{table}” that may be read.",
                hint=f"There is {listed}." if tables else "Ask whoever runs it for the right to read.",
            )
        return {name: _kind_of(kind) for name, kind in found.items() if not _NESTED.match(kind.lower())}

    def place_of(self, table: str) -> tuple[str | None, str]:
        """The schema of a table, where it is named with one, and its own name, which may have dots in it."""
        schema, _, name = table.rpartition(".")
        return (None, table) if not schema or self._has(table) else (schema, name)

    def rows_about(self, table: str) -> int | None:
        """How many rows a table has, about, as the engine knows it without looking at them; None where it does not."""
        try:
            schema, name = self.place_of(table)
            return self._rows_about(sa.table(name, schema=schema))
        except EngineError:  # such as for a view
            return None

    def rows(self, statement: Statement) -> Chunks:
        """The rows of a statement, `CHUNK` at a time.

        Raises
        ------
        EngineError
            It took too long, or the engine could not answer.
        """
        raise NotImplementedError

    def coded(self, statement: Statement) -> Iterator[list[Coded]]:
        """The columns of its rows, some rows at a time.

        Raises
        ------
        EngineError
            It took too long, or the engine could not answer.
        """
        for chunk in self.rows(statement):
            yield [coded(column) for column in zip(*chunk, strict=True)]

    @property
    def runs_python(self) -> bool:
        """Whether `with_column` is answered."""
        return False

    def with_column(
        self,
        statement: Statement,  # noqa: ARG002 - for those that can
        assign: Callable[[Sequence[Any]], Sequence[str | None]],  # noqa: ARG002
    ) -> tuple[sa.TableClause, str]:
        """The rows of a statement as a table, the last column told by Python what it becomes; and that column's name.

        Raises
        ------
        EngineError
            The engine runs no Python.
        """
        raise EngineError(
            f"“{self.name}” runs no Python.", hint="Themes are of the sample of comments there."
        )

    def all(self, statement: Statement) -> list[tuple[Any, ...]]:
        """All rows of a statement that has few."""
        return [row for chunk in self.rows(statement) for row in chunk]

    def close(self) -> None:
        """Let go of the connections; another question opens new ones, where the engine is a server."""
        raise NotImplementedError

    def _rows_about(self, table: sa.TableClause) -> int | None:  # noqa: ARG002 - for those that know
        return None

    def _columns(self, schema: str | None, name: str) -> dict[str, str]:
        raise NotImplementedError

    def _has(self, name: str) -> bool:
        """Whether there is a table of this name without a schema."""
        raise NotImplementedError

    def _tables(self) -> list[str]:
        raise NotImplementedError


class Server(Database):
    """A database that SQLAlchemy has a driver for."""

    def __init__(self, name: str, engine: sa.Engine, timeout: float) -> None:
        super().__init__(name, engine.dialect, timeout)
        self._engine = engine
        weakref.finalize(self, engine.dispose)  # when the last survey of it is gone

    def close(self) -> None:  # noqa: D102 - as the base has it
        self._engine.dispose()

    def rows(self, statement: Statement) -> Chunks:  # noqa: D102 - as the base has it
        with in_words(self.name), self._engine.connect() as connection:
            raw = connection.connection.driver_connection
            with time_limit(getattr(raw, "interrupt", None), self.timeout):
                for part in connection.execute(statement).partitions(CHUNK):
                    yield [tuple(row) for row in part]

    def _rows_about(self, table: sa.TableClause) -> int | None:
        if self.kind == "sqlite":  # the last of its numbers, which no row is looked at for
            last = self.all(sa.select(sa.func.max(sa.column("rowid"))).select_from(table))[0][0]
            return None if last is None else int(last)  # a view has none
        if self.kind != "postgresql":
            return None
        every = str(sa.select(sa.literal_column("*")).select_from(table).compile(dialect=self.dialect))
        with in_words(self.name), self._engine.connect() as connection:
            (plan,) = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {every}").scalar_one()
        return int(plan["Plan"]["Plan Rows"])

    def _columns(self, schema: str | None, name: str) -> dict[str, str]:
        with in_words(self.name):
            look = sa.inspect(self._engine)
            if name not in (*look.get_table_names(schema), *look.get_view_names(schema)):
                return {}
            found = {column["name"]: str(column["type"]) for column in look.get_columns(name, schema)}
        if self.kind not in _QUOTING and any(set(column) & set('`"') for column in found):
            raise EngineError(
                f"“{name}” has a column with a quotation mark or a backtick in its name.",
                hint="Make a view without it.",
            )
        return found

    def _has(self, name: str) -> bool:
        return self.kind in _QUOTING and name in self._tables()

    def _tables(self) -> list[str]:
        with in_words(self.name):
            look = sa.inspect(self._engine)
            return sorted((*look.get_table_names(), *look.get_view_names()))


_QUOTING = {"sqlite", "postgresql"}
"""Engines whose dialects are known to quote every name, in the names of values too."""


class DuckDB(Database):
    """A file of DuckDB, or a folder of Parquet files, each of which (or each folder of them) is a table.

    DuckDB speaks the SQL of PostgreSQL, so statements are compiled for that. Each is asked on a cursor of its own.

    Parameters
    ----------
    name
        How it is called before people.
    connection
        One of DuckDB's own.
    catalog
        Which of its catalogs has the tables.
    timeout
        Seconds that a statement may take.
    """

    def __init__(self, name: str, connection: Any, catalog: str, timeout: float) -> None:  # noqa: ANN401
        dialect = postgresql.dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
        super().__init__(name, dialect, timeout)
        self._connection = connection
        self._catalog = catalog

    def close(self) -> None:  # noqa: D102 - as the base has it
        self._connection.close()

    @property
    def kind(self) -> str:  # noqa: D102 - as the base has it
        return "duckdb"

    def rows(self, statement: Statement) -> Chunks:  # noqa: D102 - as the base has it
        for batch in self._batches(statement):
            yield [*zip(*(column.to_pylist() for column in batch.columns), strict=True)]

    def coded(self, statement: Statement) -> Iterator[list[Coded]]:  # noqa: D102 - as the base has it
        # Without an object for each cell: a tenth of the time.
        for batch in self._batches(statement):
            yield [_as_coded(column) for column in batch.columns]

    def _batches(self, statement: Statement) -> Iterator[pa.RecordBatch]:
        text, given = bound(statement, self.dialect)
        with (
            in_words(self.name),
            closing(self._connection.cursor()) as cursor,
            time_limit(cursor.interrupt, self.timeout),
        ):
            cursor.execute(f"USE {self._catalog}")
            yield from pa.RecordBatchReader.from_stream(cursor.sql(text, params=given))

    def _rows_about(self, table: sa.TableClause) -> int | None:
        # That of a table, and of Parquet files, is in what they say of themselves; a view may have to be looked at.
        return int(self.all(sa.select(sa.func.count()).select_from(table))[0][0])

    def _columns(self, schema: str | None, name: str) -> dict[str, str]:
        columns = _CATALOGUE.c
        wanted = (columns.table_name == name) & (columns.table_schema == (schema or "main"))
        found = sa.select(columns.column_name, columns.data_type).where(wanted)
        return dict(tuple(row) for row in self.all(found.order_by(columns.ordinal_position)))

    def _has(self, name: str) -> bool:
        return bool(self._columns(None, name))

    def _tables(self) -> list[str]:
        columns = _CATALOGUE.c
        found = self.all(sa.select(columns.table_schema, columns.table_name).distinct())
        return sorted(name if schema == "main" else f"{schema}.{name}" for schema, name in found)


def _as_coded(column: pa.Array) -> Coded:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_nested(column.type):
        return coded(column.to_pylist())
    found = column.dictionary_encode(null_encoding="encode")
    return Coded(found.dictionary.to_pylist(), found.indices.to_numpy())


def bound(statement: Statement, dialect: sa.Dialect) -> tuple[str, list[Any]]:
    """The text of a statement, and the values by their places in it."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled), [compiled.params[name] for name in getattr(compiled, "positiontup", None) or ()]


_CATALOGUE = sa.table(
    "columns",
    *map(sa.column, ("table_schema", "table_name", "column_name", "data_type", "ordinal_position")),
    schema="information_schema",
)


def open_duckdb(url: sa.URL, timeout: float) -> DuckDB:
    """A file of DuckDB, or a folder of Parquet files."""
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ImportError:
        raise EngineError("DuckDB is not installed.", hint=install_hint("duckdb")) from None
    path = file_of(url)
    with in_words(path.name):
        # Whatever happens to the statements: nothing but this place can be read, and nobody can change that.
        connection = duckdb.connect(config=_SETTINGS)
        if not path.is_dir():
            # Not opened by its name: DuckDB would give the file that it holds under this name, even where another one
            # has taken its place since.
            connection.execute(f"ATTACH {_quoted(str(path))} AS {_FILE} (READ_ONLY)")
        else:
            whole = f"{path.resolve()}{os.sep}"
            places = {whole, glob.escape(whole)}  # patterns are held against them as they are written
            connection.execute(f"SET allowed_directories = [{', '.join(map(_quoted, places))}]")
            for name, files in parquet_tables(path).items():
                view = '"' + name.replace('"', '""') + '"'
                with suppress(duckdb.Error):  # what cannot be read is no table, and hides no other
                    connection.execute(_VIEW.format(view, _quoted(files)))
        # Else the days of moments are those of this machine.
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        for name, value in _CLOSED.items():
            connection.execute(f"SET {name} = {str(value).lower()}")
    return DuckDB(path.name, connection, "memory" if path.is_dir() else _FILE, timeout)


_Settings: TypeAlias = dict[str, str | bool | int | float | list[str]]

_SETTINGS: _Settings = {"memory_limit": DUCKDB_MEMORY, "autoinstall_known_extensions": False}

_FILE = "held"
"""The catalog of an attached file; what is not in a file is in "memory"."""

_VIEW = "CREATE VIEW {} AS SELECT * FROM read_parquet({}, union_by_name = true)"
"""A table of files, of which later ones may have more columns."""

_CLOSED: _Settings = {"enable_external_access": False, "lock_configuration": True}


def parquet_tables(folder: Path, escaped: Callable[[str], str] = glob.escape) -> dict[str, str]:
    """The tables of a folder: its Parquet files, and the folders in it that hold some, as patterns of files.

    Files of the folder itself are also one table, by the name of the folder. A folder may be divided into others by the
    values of columns ("year=2026/month=3").

    Parameters
    ----------
    escaped
        Gives a path as the pattern that fits it alone.
    """
    whole = folder.resolve()
    found = {file.stem: escaped(str(file)) for file in sorted(whole.glob("*.parquet"))}
    for part in (whole, *(one for one in sorted(whole.iterdir()) if one.is_dir() and "=" not in one.name)):
        if any(part.glob("*.parquet")):
            found[part.name] = f"{escaped(str(part))}{os.sep}*.parquet"
        elif any(part.glob("*=*/**/*.parquet")):
            found[part.name] = f"{escaped(str(part))}{EVERYWHERE}"
    return found


EVERYWHERE = f"{os.sep}**{os.sep}*.parquet"
"""How a pattern ends that is of a folder divided into others."""


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def open_server(url: sa.URL, timeout: float) -> Server:
    """What SQLAlchemy has a dialect and a driver for."""
    kind = url.get_backend_name()
    arguments = _session_of(kind, timeout)
    name = "/".join(filter(None, (url.host, url.database))) or kind
    if kind == "sqlite":
        path = file_of(url)
        name = path.name
        url = sa.URL.create(
            "sqlite", database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"}
        )
    elif kind == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    with in_words(name):  # some look for their credentials already here
        try:
            engine = sa.create_engine(url, connect_args=arguments, hide_parameters=True, pool_pre_ping=True)
        except (ImportError, sa.exc.NoSuchModuleError):
            raise EngineError(f"The driver for “{kind}” is not installed.", hint=install_hint(kind)) from None
    if kind == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
    elif kind == "bigquery":
        sa.event.listen(engine, "do_connect", _bigquery_limit(timeout))
    return Server(name, engine, timeout)


def _session_of(kind: str, timeout: float) -> dict[str, Any]:
    """What a driver is given, so that a session has a time limit, days of UTC and weeks that begin on Monday.

    SQLite and BigQuery have no sessions.
    """
    limit = math.ceil(timeout)
    options = (
        f"-c default_transaction_read_only=on -c statement_timeout={round(timeout * 1000)} -c TimeZone=UTC"
    )
    snowflake = {"TIMEZONE": "UTC", "WEEK_START": 1, "STATEMENT_TIMEOUT_IN_SECONDS": limit}
    databricks = {"TIMEZONE": "UTC", "ANSI_MODE": "true", "STATEMENT_TIMEOUT": str(limit)}
    found: dict[str, dict[str, Any]] = {
        "sqlite": {"check_same_thread": False},
        "postgresql": {"options": options, "connect_timeout": 10},
        "snowflake": {"session_parameters": snowflake},
        "databricks": {"session_configuration": databricks},
    }
    return found.get(kind, {})


def file_of(url: sa.URL) -> Path:
    """The file or folder that an address leads to.

    Raises
    ------
    EngineError
        There is none.
    """
    path = Path(url.database or "")
    if not url.database or not path.exists():
        raise EngineError(f"There is no file or folder “{path.name}”.", hint=ADDRESSES)
    return path


def _bigquery_limit(timeout: float) -> Callable[..., None]:
    """What gives each job a time limit, which no address can hold."""

    def prepare(_: object, __: object, ___: object, named: dict[str, Any]) -> None:
        from google.cloud.bigquery import QueryJobConfig  # noqa: PLC0415 - an extra

        config = named["client"].default_query_job_config or QueryJobConfig()
        config.job_timeout_ms = round(timeout * 1000)
        named["client"].default_query_job_config = config

    return prepare


def _prepare_sqlite(connection: Any, _: object) -> None:  # noqa: ANN401 - the driver's own connection
    """Give SQLite what other engines have: letters beyond ASCII in small, and a digest."""
    from hashlib import md5  # noqa: PLC0415 - for this alone

    connection.create_function("lower", 1, lambda text: text if text is None else str(text).lower())
    connection.create_function(
        "md5", 1, lambda text: text if text is None else md5(text.encode(), usedforsecurity=False).hexdigest()
    )


@contextmanager
def time_limit(interrupt: Callable[[], None] | None, seconds: float) -> Iterator[None]:
    """Interrupt what takes longer, where the driver can; a server limits itself."""
    timer = Timer(seconds, interrupt or (lambda: None))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def in_words(name: str) -> Iterator[None]:
    """Turn what an engine says into an error in words; its own text, which may hold values or a user, is not shown.

    Raises
    ------
    EngineError
        In the place of whatever the driver raised within.
    """
    try:
        yield
    except Exception as error:
        of_driver = type(error).__module__.split(".")[0] in _DRIVERS or _raised_in(error) in _DRIVERS - _OURS
        if not of_driver and not isinstance(error, OSError | OverflowError):
            raise
        what = str(getattr(error, "orig", None) or error).lower()
        message, hint = next((words for sign, words in _SIGNS if sign in what), _OTHER)
        raise EngineError(message.format(name), hint=hint) from None


_DRIVERS = {"sqlalchemy", "duckdb", "_duckdb", "pyarrow", "psycopg", "sqlite3", "pyspark", "py4j"}
_DRIVERS |= {"snowflake", "google", "grpc", "databricks", "requests"}
_OURS = {"sqlalchemy", "pyarrow"}
"""What raises Python's own errors where it is we who call it wrongly."""


def _raised_in(error: Exception) -> str:
    """The package whose code raised an error."""
    at = error.__traceback__
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return str(at.tb_frame.f_globals.get("__name__", "")).split(".")[0] if at is not None else ""


ADDRESSES = (
    "Write duckdb:///file, duckdb:///folder of Parquet files, sqlite:///file, postgresql://user@host/name"
    " or spark:."
)


_EXTRAS = {kind: kind for kind in ("bigquery", "databricks", "duckdb", "snowflake", "spark")}
_EXTRAS["postgresql"] = "postgres"


def install_hint(kind: str) -> str:
    """How the driver of an engine is installed."""
    if kind in _EXTRAS:
        return f"Install it with: pip install 'nps-dashboard[{_EXTRAS[kind]}]'."
    return "Install a package that has its dialect for SQLAlchemy, or see whether the address is right."


def _kind_of(described: str) -> str:
    """What the catalogue calls a type, as one of "text", "date", "other"."""
    lowered = described.lower()
    return next((kind for word, kind in _KINDS.items() if word in lowered), "other")


_LONG = (
    "“{}” took longer than a statement may take.",
    "Look at fewer days, or allow more time; nothing was changed.",
)
_GONE = ("“{}” has no such table or column any more.", "It has changed meanwhile: connect again.")
_RIGHTS = ("This role may not read the table of “{}”.", "Ask whoever runs it for the right to read.")
_LOST = (
    "“{}” cannot be reached.",
    "Try again; if it stays so, see that it runs and that its address is right, or ask whoever runs it.",
)
_USER = ("“{}” does not accept this user.", "Check the user and its password.")
_NO_DATABASE = ("“{}” is not a database that can be read.", ADDRESSES)
_UNREADABLE = ("“{}” cannot be read.", "See that the file is whole and may be read.")
_MISFIT = ("“{}” holds values that do not fit their column's role.", "Choose another column.")
_OTHER = ("“{}” could not answer.", "Try again; if it stays so, ask whoever runs it.")
_SIGNS = (
    ("statement timeout", _LONG),
    ("interrupt", _LONG),
    ("job timed out", _LONG),
    ("canceling statement", _LONG),
    ("password authentication", _USER),
    ("default credentials", ("“{}” asks for credentials.", "Sign in by the means of its platform.")),
    ("no password supplied", ("“{}” asks for a password.", f"Put the address into {ENVIRONMENT}NAME.")),
    ("fatal:  database", ("There is no database “{}”.", "Check the address.")),
    ("fatal:  role", _USER),
    ("permission denied", _RIGHTS),
    ("insufficient_permissions", _RIGHTS),
    ("permission error", _RIGHTS),
    ("not authorized", _RIGHTS),
    ("no such table", _GONE),
    ("table_or_view_not_found", _GONE),
    ("unresolved_column", _GONE),
    ("no such column", _GONE),
    ("does not exist", _GONE),
    ("not found in from clause", _GONE),
    ("out of memory", ("“{}” does not have enough memory for this.", "Look at fewer days or fewer values.")),
    ("not a database", _NO_DATABASE),
    ("not a valid duckdb", _NO_DATABASE),
    ("database in read-only mode", _NO_DATABASE),  # which DuckDB says of a file of another kind
    ("io error", _UNREADABLE),
    ("unable to open", _UNREADABLE),
    ("conversion error", _MISFIT),
    ("cast_invalid_input", _MISFIT),
    ("invalid input syntax", _MISFIT),
    ("date/time field value", _MISFIT),
    (
        "modulenotfounderror",
        ("The machines of “{}” lack this package.", "Install it there too, or connect without all comments."),
    ),
    (
        "unable_to_infer_schema",
        (
            "“{}” has no rows there that Spark sees.",
            "It takes names that begin with a dot or “_” for hidden.",
        ),
    ),
    ("package_not_installed", ("Spark lacks a package.", "Install it with: pip install 'pyspark[connect]'.")),
    ("java_gateway_exited", ("Java, which Spark needs, is not there.", "Install Java 17 or later.")),
    ("connection", _LOST),
    ("terminating", _LOST),
    ("failed to resolve", _LOST),
)
"""What an engine says, and how it is said here."""
