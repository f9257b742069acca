"""Names of tables as people give them, with dots, quotation marks and schemas; and what is listed where none fits."""

from __future__ import annotations

import sqlite3

import duckdb
import pytest
import sqlalchemy as sa

from nps_core.engine import connect, look_at
from nps_core.engine.opening import open_database
from nps_core.errors import EngineError
from tests.engine.conftest import placed
from tests.engine.tables import in_duckdb, in_sqlite

NAMES = ("answers.2026", "a.b.c", 'we"ird; drop', "o'neil", "Über ☃", "100%", "$1", ".hidden", "a b")


def filled(address, name):
    """Give a table another name, beside us."""
    quoted = '"' + name.replace('"', '""') + '"'
    statement = f"ALTER TABLE responses RENAME TO {quoted}"
    if address.startswith("postgresql:"):
        engine = sa.create_engine(
            address.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool
        )
        with engine.begin() as connection:
            connection.exec_driver_sql(statement.replace("%", "%%"))
    else:
        kind, path = address.split(":///")
        with {"sqlite": sqlite3, "duckdb": duckdb}[kind].connect(path) as connection:
            connection.execute(statement)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "engine", ["duckdb", "sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_a_table_may_have_any_name(engine, name, frame, request, tmp_path):
    address = placed(engine, frame.head(60), request, tmp_path).address
    filled(address, name)
    try:
        survey = connect(address, name)
        assert survey.rows.read == 60
        survey.elsewhere.source.database.close()
        assert look_at(address, name).columns == len(frame.columns)
    finally:
        if engine == "postgresql":
            own = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
            with own.begin() as connection:
                sa.Table(name, sa.MetaData()).drop(connection)
            own.dispose()
            placed(engine, frame, request, tmp_path)  # the others' table


@pytest.mark.parametrize("engine", ["duckdb", pytest.param("spark", marks=pytest.mark.spark)])
def test_a_file_may_have_any_name(engine, frame, tmp_path):
    for rows, name in enumerate(NAMES, 50):
        frame.head(rows).to_parquet(tmp_path / f"{name}.parquet")
    own = open_database(f"{engine}:///{tmp_path}")
    for rows, name in enumerate(NAMES, 50):
        if engine == "spark" and name.startswith("."):
            with pytest.raises(EngineError, match="no rows there that Spark sees"):
                own.columns(name)
            continue
        assert list(own.columns(name)) == list(frame.columns)
        assert own.rows_about(name) == rows
    own.close()


def test_a_table_that_is_listed_can_be_opened_by_what_it_is_called_there(frame, tmp_path):
    place = in_duckdb(frame.head(60), tmp_path)
    with duckdb.connect(place.address.removeprefix("duckdb:///")) as connection:
        connection.execute("CREATE SCHEMA crm")
        connection.execute("CREATE TABLE crm.other AS SELECT * FROM responses")
        connection.execute('CREATE TABLE "crm.both" AS SELECT * FROM responses LIMIT 10')
        connection.execute("CREATE TABLE crm.both AS SELECT * FROM responses LIMIT 20")
    own = open_database(place.address)
    with pytest.raises(EngineError) as caught:
        own.columns("other")
    assert caught.value.hint == "There is “crm.both”, “crm.both”, “crm.other”, “responses”."
    assert (own.rows_about("crm.other"), own.rows_about("crm.both")) == (60, 10)
    own.close()


def test_how_large_a_view_in_sqlite_is_nobody_knows(frame, tmp_path):
    place = in_sqlite(frame.head(60), tmp_path)
    with sqlite3.connect(place.address.removeprefix("sqlite:///")) as connection:
        connection.execute("CREATE VIEW seen AS SELECT * FROM responses")
    connection.close()
    assert (look_at(place.address, "responses").rows, look_at(place.address, "seen").rows) == (60, None)


@pytest.mark.parametrize("address", ["mysql://joe@h/x", "http://h/x"])
def test_of_what_is_not_ours_nothing_is_said_to_be_installed_by_us(address):
    with pytest.raises(EngineError, match="is not installed") as caught:
        connect(address, "responses")
    assert "nps-dashboard" not in str(caught.value)
    assert "joe" not in str(caught.value)


def test_whatever_a_driver_raises_is_told_in_words(monkeypatch):
    """Such as an address that it does not take, for which it has no error of its own."""
    module = __import__("databricks.sql.client").sql.client
    script = "def build(*_, **__):\n    raise NotImplementedError('joe is not supported')"
    exec(script, vars(module))  # noqa: S102 - raised in a driver
    monkeypatch.setattr("databricks.sql.connect", vars(module).pop("build"))
    with pytest.raises(EngineError, match="“h” could not answer") as caught:
        connect("databricks://joe@h?http_path=/x&catalog=main&schema=crm", "responses")
    assert "joe" not in str(caught.value)
