"""Spark: the same statements, sent to the session that the platform has, or to one of our own on a folder."""

from __future__ import annotations

import os
import re
import sys
import tempfile
import warnings
from contextlib import contextmanager, suppress
from functools import partial
from itertools import count
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.compiler import GenericTypeCompiler, IdentifierPreparer

from nps_core.engine.database import (
    ADDRESSES,
    CHUNK,
    DUCKDB_MEMORY,
    EVERYWHERE,
    Database,
    bound,
    file_of,
    in_words,
    install_hint,
    parquet_tables,
    time_limit,
)
from nps_core.errors import EngineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from nps_core.engine.database import Chunks, Statement

PLATFORM = "spark:"
"""The address of the session that the platform has: the active one, else what Spark's own settings lead to."""

_OWN = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
"""What holds for our statements whatever the platform's session is set to: the day of a moment, and no silent NULLs."""

_LOCAL: dict[str, bool | float | int | str | None] = {
    "spark.master": "local[*]",
    "spark.driver.memory": DUCKDB_MEMORY.lower().removesuffix("b"),
    "spark.log.level": "OFF",  # it would write values
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",  # of one machine
    "spark.sql.warehouse.dir": tempfile.gettempdir(),  # it would make one here
}
"""A session of our own, where there is none."""

_WRITERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")
"""Spark's loggers in Python: they write the statement that failed, and its plan, to the standard error output."""

_AGAIN_S = 0.5
"""After so long it is stopped once more: a statement is several jobs, and only those that run can be stopped."""

_OF_PATTERNS = re.compile(r"[][{}*?\\]")
"""What would be a pattern in the name of a file, unless a backslash stands before it."""

_tags = count()


class _Names(IdentifierPreparer):
    """Names as Spark quotes them: each part of `catalog.schema` by itself."""

    def __init__(self, dialect: sa.Dialect) -> None:
        super().__init__(dialect, initial_quote="`", escape_quote="`")

    def quote_schema(self, schema: str) -> str:
        return ".".join(map(self.quote_identifier, schema.split(".")))


class _Types(GenericTypeCompiler):
    def visit_string(self, type_: sa.String, **_: object) -> str:  # noqa: ARG002 - as SQLAlchemy calls it
        return "STRING"


class SparkDialect(DefaultDialect):
    """What Spark's SQL has of its own; values stand at their places, since names of columns would name them else."""

    name = "spark"
    preparer: type[IdentifierPreparer] = _Names
    type_compiler_cls = _Types
    default_paramstyle = "qmark"
    supports_native_boolean = True
    supports_statement_cache = True


class Spark(Database):
    """A session of Spark, which is sent nothing but SELECT.

    Parameters
    ----------
    name
        How it is called before people.
    session
        One of Spark's, of our own: its settings are changed.
    timeout
        Seconds that a statement may take.
    files
        Of a folder its tables and where their files are; None for the tables of Spark's catalogue.
    """

    def __init__(self, name: str, session: Any, timeout: float, files: dict[str, str] | None) -> None:  # noqa: ANN401
        super().__init__(name, SparkDialect(), timeout)
        self._session = session
        self._files = files
        self._made: dict[tuple[str, Callable[..., Any]], tuple[sa.TableClause, Any]] = {}

    def close(self) -> None:
        """Let go of what is kept on the engine; others may use the session, which closes itself with the process."""
        with suppress(EngineError), in_words(self.name):  # a dead one keeps nothing
            for _, kept in self._made.values():
                kept.unpersist()
        self._made.clear()

    @property
    def runs_python(self) -> bool:  # noqa: D102 - as the base has it
        return True

    def with_column(  # noqa: D102 - as the base has it
        self, statement: Statement, assign: Callable[[Sequence[Any]], Sequence[str | None]]
    ) -> tuple[sa.TableClause, str]:
        text, given = bound(statement, self.dialect)
        key = f"{text}\0{given}", assign
        if key not in self._made:
            view = f"nps_{next(_tags)}"
            names = [*(column.name for column in [*statement.selected_columns][:-1]), view]
            with in_words(self.name), self._in_time(), _unwarned():
                rows = self._session.sql(text, args=given).toDF(*names)
                made = rows.mapInArrow(_Told(assign), rows.schema).persist()
                made.createOrReplaceTempView(view)
            self._made[key] = sa.table(view, *map(sa.column, names)), made
        table, _ = self._made[key]
        return table, table.name

    def rows(self, statement: Statement) -> Chunks:  # noqa: D102 - as the base has it
        if not statement.is_select:
            raise EngineError("Only questions are sent to Spark: a table is never written to.")
        text, given = bound(statement, self.dialect)
        with in_words(self.name), self._in_time():
            found: pa.Table = self._session.sql(text, args=given).toArrow()
        with in_words(self.name), _fitting():
            for batch in found.to_batches(CHUNK):
                yield [*zip(*(column.to_pylist() for column in batch.columns), strict=True)]

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        """Stop what takes too long."""
        add, remove, stop = _stopper(self._session)
        tag, done, late = f"nps-{next(_tags)}", Event(), Event()

        def until_done() -> None:
            late.set()
            while not done.wait(_AGAIN_S):
                stop(tag)

        add(tag)
        try:
            with time_limit(until_done, self.timeout):
                yield
        except Exception:
            if late.is_set():
                raise TimeoutError("interrupted") from None
            raise
        finally:
            done.set()
            remove(tag)

    def _has(self, name: str) -> bool:
        return name in (self._files or ())

    def _columns(self, schema: str | None, name: str) -> dict[str, str]:
        path = self.dialect.identifier_preparer.format_table(sa.table(name, schema=schema))
        with in_words(self.name), self._in_time():
            if self._files is not None:
                if schema is not None or name not in self._files:
                    return {}
                files = self._files[name].removesuffix(EVERYWHERE)
                read = self._session.read.option("mergeSchema", "true")  # later files may have more columns
                read.parquet(f"file://{files}").createOrReplaceTempView(path)
            elif not self._session.catalog.tableExists(path):
                # Without asking, `csv`.`/any/file` would be a table.
                return {}
            kinds = {field.name: field.dataType.simpleString() for field in self._session.table(path).schema}
        return {name: kind for name, kind in kinds.items() if kind != "binary"}

    def _rows_about(self, table: sa.TableClause) -> int | None:
        # Files of Parquet, and tables of newer kinds, say it of themselves.
        return int(self.all(sa.select(sa.func.count()).select_from(table))[0][0])

    def _tables(self) -> list[str]:
        if self._files is not None:
            return sorted(self._files)
        with in_words(self.name), self._in_time():
            return sorted(table.name for table in self._session.catalog.listTables())


class _Told:
    """What is sent to Spark: gives the last column of batches what a function says of it."""

    def __init__(self, assign: Callable[[Sequence[Any]], Sequence[str | None]]) -> None:
        self._assign = assign

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415 - where it runs

        for batch in batches:
            *others, last = batch.columns
            told = pa.array(self._assign(last.to_pylist()), pa.string())
            yield pa.RecordBatch.from_arrays([*others, told], names=batch.schema.names)


def open_spark(url: sa.URL | None, timeout: float) -> Spark:
    """Spark on a folder of Parquet files, or, without an address, on what the platform has.

    Raises
    ------
    EngineError
        Spark or Java is not installed, there is no such folder, or the address names a cluster.
    """
    if url is not None and url.host:
        raise EngineError(
            "The address of a cluster is not taken.",
            hint=f"Write {PLATFORM} and let Spark's own settings, such as SPARK_REMOTE, lead to it.",
        )
    folder = None if url is None else file_of(url)
    if folder is not None and not folder.is_dir():
        raise EngineError(f"“{folder.name}” is not a folder.", hint=ADDRESSES)
    files = None if folder is None else parquet_tables(folder, partial(_OF_PATTERNS.sub, r"\\\g<0>"))
    try:
        with _unwarned():
            import pyspark.testing.utils  # noqa: F401, PLC0415 - an extra
            from pyspark.errors import PySparkException  # noqa: PLC0415
            from pyspark.logger import PySparkLogger  # noqa: PLC0415
    except ImportError:
        raise EngineError("Spark is not installed.", hint=install_hint("spark")) from None
    for writer in _WRITERS:
        PySparkLogger.getLogger(writer).disabled = True
    name = "Spark" if folder is None else folder.name
    with in_words(name), _STARTING:
        session = _new_session({} if folder is None else _LOCAL)
        for setting, value in _OWN.items():
            session.conf.set(setting, value)
        with suppress(PySparkException):  # some platforms let nobody set this; such names are not found there
            session.conf.set("spark.sql.variable.substitute", "false")  # a column may be called ${HOME}
    return Spark(name, session, timeout, files)


_STARTING = Lock()


def _new_session(settings: dict[str, Any]) -> Any:  # noqa: ANN401
    """A session beside the one that is there, or that is started where there is none, or where its Java died."""
    import pyspark  # noqa: PLC0415 - an extra
    from pyspark.sql import SparkSession  # noqa: PLC0415

    kind = getattr(pyspark, "SparkContext", None)  # a client of remote sessions has none
    process = getattr(getattr(kind, "_gateway", None), "proc", None)
    if process is not None and process.poll() is not None:
        _let_go(kind)
    if (
        settings
    ):  # where we start it; else it would run the python3 that it finds, which may know none of our packages
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    there = SparkSession.getActiveSession() or SparkSession.builder.config(map=settings).getOrCreate()
    return there.newSession()


def _let_go(kind: Any) -> None:  # noqa: ANN401 - the class SparkContext
    """Have Spark forget the Java that died, which it would go on calling."""
    if (context := kind._active_spark_context) is not None:  # noqa: SLF001 - Spark has no other name for it
        with warnings.catch_warnings(), suppress(OSError):
            warnings.simplefilter("ignore", RuntimeWarning)  # of what has happened
            context.stop()
        context.stop()  # the first time it may get no further than to Java
    kind._gateway = kind._jvm = None  # noqa: SLF001 - as above


def _stopper(session: Any) -> tuple[Callable[[str], None], Callable[[str], None], Callable[[str], object]]:  # noqa: ANN401
    """What tags the statements of this thread, lets go of the tag, and stops from any thread what has it."""
    context = getattr(session, "sparkContext", None)
    if context is None:  # Spark Connect
        return session.addTag, session.removeTag, session.interruptTag
    if context._jsc is None:  # noqa: SLF001 - as above
        raise ConnectionError("connection lost")  # it was stopped; another one may be there
    context.setInterruptOnCancel(True)
    return context.addJobTag, context.removeJobTag, context.cancelJobsWithTag


@contextmanager
def _unwarned() -> Iterator[None]:
    """Of pandas 3 Spark warns where it sees it, whether it is used or not; only Arrow is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        yield


@contextmanager
def _fitting() -> Iterator[None]:
    """Days that Python has not, such as of the year 10000, are no values of a role."""
    try:
        yield
    except (ValueError, OverflowError):
        raise OSError("conversion error") from None
