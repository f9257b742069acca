"""Tables that the configuration names, and engines that fail in the ways in which engines do."""

from __future__ import annotations

from contextlib import contextmanager

import duckdb
import pytest
import streamlit as st
from streamlit.runtime.secrets import Secrets

from nps_core.engine.answers import Answers
from pages.ui import connections, open_surveys

LINK = "table.customers"


def let_go():
    """Hold no table any more, as if the server had just been started."""
    for key in open_surveys.SHELF.keys("survey"):
        if connections.is_link(key[1]):
            survey = open_surveys.SHELF.get(key)
            survey.elsewhere.source.database.close()
            open_surveys.SHELF.drop(key)
    connections._TRIED.clear()


@pytest.fixture
def name_tables(monkeypatch):
    """Let the configuration name these tables, by their keys."""

    def name(**tables):
        secrets = Secrets()
        secrets._secrets = {"tables": tables}
        monkeypatch.setattr(st, "secrets", secrets)

    yield name
    let_go()


def open_table(app):
    app.at.button(key=f"table.open.{LINK}").click().run()
    return app


FAILS = {
    "reached": duckdb.ConnectionException("Connection Error: Connection already closed!"),
    "longer than": duckdb.InterruptException("INTERRUPT Error: Interrupted!"),
    "no such table": duckdb.CatalogException("Catalog Error: Table with name responses does not exist!"),
}
"""What an engine says that died, that is too slow, and whose table was dropped; by words of ours for it."""


class Failing:
    """A connection of DuckDB that answers so many questions, then says the same to each; `asked` counts them."""

    def __init__(self, connection, error, answers=0):
        self.connection, self.error, self.answers, self.asked = connection, error, answers, 0

    def cursor(self):
        self.asked += 1
        if self.asked > self.answers:
            raise self.error
        return self.connection.cursor()


@contextmanager
def failing(app, error, answers=0):
    """Let the engine of the table that is open fail, after so many answers more."""
    database = app.at.session_state["opened"].survey.elsewhere.source.database
    whole, database._connection = database._connection, Failing(database._connection, error, answers)
    try:
        yield database._connection
    finally:
        database._connection = whole


def forget_answers(survey):
    """Let every question be asked of the engine, also those that were answered before."""
    index = survey.elsewhere
    for held in ("select", "unit", "unit_below", "_whole", "_splits", "_accounts"):
        vars(index).pop(held, None)
    index._asked.clear()
    index.source._answers = Answers(index.source.labels)
    for own in vars(index.source).values():
        if hasattr(own, "cache_clear"):
            own.cache_clear()
