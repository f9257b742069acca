"""The same responses as a file, in DuckDB, in a folder of Parquet files, in SQLite, on a PostgreSQL server, in Spark."""

from __future__ import annotations

import os

import pytest

from nps_core.engine import connect
from tests.engine.tables import (
    as_survey,
    in_duckdb,
    in_parquet,
    in_postgresql,
    in_spark,
    in_sqlite,
    responses,
)
from tests.workspace.conftest import server  # noqa: F401 - a fixture

ENGINES = (
    "duckdb",
    "parquet",
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.postgres),
    pytest.param("spark", marks=pytest.mark.spark),
)
_INTO = {"duckdb": in_duckdb, "parquet": in_parquet, "sqlite": in_sqlite, "spark": in_spark}


def pytest_collection_modifyitems(items):
    """Spark is 460 MB and takes minutes: its tests have a command of their own, which skips none of them."""
    if "NPS_SPARK" not in os.environ:
        for item in items:
            if item.get_closest_marker("spark"):
                item.add_marker(pytest.mark.skip(reason="needs Spark, and is run by `make spark`"))


def placed(engine, frame, request, folder):
    """A frame as a table on an engine."""
    if engine == "postgresql":
        return in_postgresql(frame, request.getfixturevalue("server"))
    return _INTO[engine](frame, folder)


@pytest.fixture(scope="session")
def frame():
    return responses()


@pytest.fixture(scope="session")
def of_file(frame):
    return as_survey(frame)


@pytest.fixture(scope="session", params=ENGINES)
def place(request, frame, tmp_path_factory):
    return placed(request.param, frame, request, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def of_table(place):
    survey = connect(place.address, "responses", show_names=True)
    yield survey
    survey.elsewhere.source.database.close()


@pytest.fixture
def asked(monkeypatch):
    """The statements that an engine is asked from here on, each once."""

    def watch(survey):
        own = type(survey.elsewhere.source.database)
        found = {}
        for way in ("rows", "coded"):  # either may call the other
            ask = getattr(own, way)
            monkeypatch.setattr(
                own,
                way,
                lambda self, statement, ask=ask: (
                    found.setdefault(id(statement), statement) is None or ask(self, statement)
                ),
            )
        return found

    return watch
