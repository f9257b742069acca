"""What the pages ask of a table where no cube serves: few statements, and none twice."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
import streamlit as st
from streamlit.runtime.secrets import Secrets

from nps_core.engine.database import DuckDB
from pages.ui import connections, open_surveys
from tests.engine.tables import in_duckdb, responses

LINK = "table.customers"


@pytest.fixture
def named(monkeypatch, tmp_path):
    """Let the configuration name a table of 2,500 responses of 100 accounts."""
    address = in_duckdb(responses(), tmp_path).address

    def name(**more):
        secrets = Secrets()
        secrets._secrets = {
            "tables": {"customers": {"name": "Customers", "address": address, "table": "responses", **more}}
        }
        monkeypatch.setattr(st, "secrets", secrets)

    name()
    yield name
    for key in open_surveys.SHELF.keys("survey"):
        if key[1] == LINK:
            open_surveys.SHELF.get(key).elsewhere.source.database.close()
            open_surveys.SHELF.drop(key)
    connections._TRIED.clear()


@pytest.fixture
def asked(monkeypatch):
    """The statements that DuckDB is asked, with what is bound in them."""
    found = []
    ask = DuckDB._answer

    def noted(self, statement):
        own = statement.compile(dialect=self.dialect, compile_kwargs={"render_postcompile": True})
        found.append((str(own), repr(sorted(own.params.items()))))
        return ask(self, statement)

    monkeypatch.setattr(DuckDB, "_answer", noted)
    return found


def open_table(app):
    app.at.button(key=f"table.open.{LINK}").click().run()
    return app


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("picked", [("text", "slow"), ("by.Plan", ["Pro"])])
def test_a_page_asks_few_statements_and_none_twice(open_app, asked, picked):
    """At most as many as it has questions by account; what a page before it asked is not asked for again."""
    app = open_table(open_app())
    asked.clear()
    app.filter(*picked)
    found = [len(asked)]
    for page in ("trends", "segments", "compare", "measures", "drivers", "accounts", "report"):
        app.go(page)
        assert app.fine(), page
        found.append(len(asked))
    counts = [found[0], *(after - before for before, after in pairwise(found))]
    most = [1, 0, 0, 4, 2, 1, 6, 0] if picked[0] == "text" else [3, 0, 0, 4, 2, 1, 6, 0]
    assert all(n <= limit for n, limit in zip(counts, most, strict=True)), counts
    assert len(set(asked)) == len(asked)


def text_of(app):
    return " ".join(re.sub(r"<[^>]*>", " ", app.html).split())


def test_what_takes_long_is_asked_for_once_a_visitor_has_said_so(named, open_app, asked):
    """Nothing else is asked meanwhile; filters, other pages and Refresh are there; others are asked as well."""
    app = open_table(open_app())
    assert app.answer.startswith("NPS is ")  # under a filter only, nothing is known yet
    named(ask_seconds=1e-6)
    asked.clear()
    app.filter("text", "slow")
    assert "This asks “Customers” for about " in text_of(app)
    assert app.fine()
    assert not asked
    assert app.at.button(key="refresh").label == "Refresh"
    app.go("segments")
    assert "This asks “Customers”" in text_of(app)
    assert app.go("data").fine()
    assert not asked
    link = dict(app.at.query_params)
    app.go("overview")
    app.filter("text", "")  # what is known is shown
    assert app.answer.startswith("NPS is ")
    app.filter("text", "slow")
    app.at.button(key="table.ask").click().run()
    assert app.answer.startswith("NPS is ")
    assert asked
    before = len(asked)
    assert app.go("trends").fine()
    assert app.go("drivers").fine()
    assert "This asks" not in text_of(app)
    other = open_app(link)
    assert "This asks" not in text_of(other)  # it is known by now
    other.filter("text", "reports")
    assert "This asks “Customers”" in text_of(other)
    other.at.button(key="refresh").click().run()
    assert "This asks “Customers”" in text_of(other)
    assert len(asked) > before


def test_a_yes_is_for_the_table_as_it_was_looked_at(named, open_app):
    named(ask_seconds=1e-6)
    app = open_table(open_app())
    app.filter("text", "slow")
    app.at.button(key="table.ask").click().run()
    assert "This asks" not in text_of(app)
    app.at.button(key="refresh").click().run()
    assert "This asks “Customers”" in text_of(app)


@pytest.fixture
def much(monkeypatch):
    """Let every table be one that takes long to connect."""
    monkeypatch.setattr("nps_core.engine.cost._MUCH", 1_000)


MUCH = "“Customers” has about 2,500 rows and 10 columns; to connect it takes up to 16 statements"


@pytest.mark.usefixtures("named", "much")
@pytest.mark.parametrize("by_link", [False, True])
def test_a_large_table_is_connected_once_a_visitor_has_said_so(open_app, asked, by_link):
    """Its rows are counted as the engine knows them; nothing of it is read. Others who come see it at once."""
    app = open_app({"survey": [LINK]}) if by_link else open_table(open_app())
    assert MUCH in text_of(app)
    assert app.answer == "This table takes long to connect"
    assert not [text for text, _ in asked if "information_schema" not in text and "count(*)" not in text]
    app.at.button(key="table.connect").click().run()
    assert app.answer.startswith("NPS is ")
    assert app.fine()
    assert open_table(open_app()).answer == app.answer


@pytest.mark.usefixtures("much")
def test_a_large_table_is_looked_at_anew_once_a_visitor_has_said_so(named, open_app, asked):
    """On Refresh, and where it is too old; what is open stays meanwhile."""
    app = open_table(open_app())
    app.at.button(key="table.connect").click().run()
    answer, before = app.answer, app.at.session_state["opened"].survey.elsewhere.as_of
    asked.clear()
    app.at.button(key="refresh").click().run()
    assert (app.answer, MUCH in text_of(app)) == (answer, True)
    assert app.at.session_state["opened"].survey.elsewhere.as_of == before
    app.at.button(key="table.connect").click().run()
    after = app.at.session_state["opened"].survey.elsewhere.as_of
    assert (app.answer, MUCH in text_of(app), after > before) == (answer, False, True)
    named(refresh_hours=1e-9)
    connections._TRIED.clear()
    app.at.run()
    assert MUCH in text_of(app)
    assert app.at.session_state["opened"].survey.elsewhere.as_of == after
    app.at.run()  # it is not asked again at each click
    assert MUCH not in text_of(app)


@pytest.mark.parametrize("limit", [0, -1, "soon", True])
def test_a_limit_that_is_none_is_told(named, open_app, limit):
    named(ask_seconds=limit)
    assert "a value for “ask_seconds” that cannot be one" in open_app().html
