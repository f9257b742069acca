"""What the pages ask of a table where no cube serves: few statements, and none twice."""

from __future__ import annotations

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
    ask = DuckDB._batches

    def noted(self, statement):
        own = statement.compile(dialect=self.dialect, compile_kwargs={"render_postcompile": True})
        import traceback

        print(
            "ASK",
            ">".join(
                f.name
                for f in traceback.extract_stack()
                if "/nps_core/" in f.filename or "/pages/" in f.filename
            )[-230:],
        )
        found.append((str(own), repr(sorted(own.params.items()))))
        yield from ask(self, statement)

    monkeypatch.setattr(DuckDB, "_batches", noted)
    return found


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("picked", [("text", "slow"), ("by.Plan", ["Pro"])])
def test_a_page_asks_few_statements_and_none_twice(open_app, asked, picked):
    app = open_app()
    app.at.button(key=f"table.open.{LINK}").click().run()
    asked.clear()
    app.filter(*picked)
    counts = {"overview": len(asked)}
    for page in ("trends", "segments", "compare", "measures", "drivers", "accounts", "report"):
        before = len(asked)
        print("PAGE", page)
        app.go(page)
        assert app.fine(), page
        counts[page] = len(asked) - before
    print(counts)
    for s in asked:
        print(" ".join(s[0].split())[:3000], s[1][:100], "\n")
    assert len(set(asked)) == len(asked)
