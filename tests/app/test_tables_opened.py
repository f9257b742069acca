"""Tables that the configuration names, as a user meets them: offered, opened, linked to, refreshed, and gone."""

from __future__ import annotations

import datetime as dt
import io
import re

import duckdb
import pandas as pd
import psycopg
import pytest
from named_tables import LINK, let_go, open_table

from nps_core.engine import connect
from nps_core.filters import Filters
from nps_core.viewer import Viewer
from pages.ui import connections
from tests.engine.tables import in_postgresql
from tests.workspace.conftest import binaries, running_server

PAGES = ("overview", "trends", "segments", "compare", "themes", "drivers", "accounts", "report", "data")


def fill(path, small, name="responses"):
    with duckdb.connect(str(path)) as database:
        csv = path.with_suffix(".csv")
        csv.write_bytes(small)
        database.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM read_csv('{csv}')")  # noqa: S608


@pytest.fixture
def database(tmp_path, small):
    path = tmp_path / "customers.duckdb"
    fill(path, small)
    return path


@pytest.fixture
def named(name_tables, database):
    def name(**more):
        name_tables(
            customers={
                "name": "Customers",
                "address": f"duckdb:///{database}",
                "table": "responses",
                **more,
            }
        )

    name()
    return name


def test_no_table_is_offered_where_none_is_named(app):
    assert [button.label for button in app.at.button] == ["Open the sample survey"]
    assert not app.at.text_input


@pytest.mark.usefixtures("named")
def test_a_named_table_is_offered_opened_and_shown_as_a_file_would_be(open_app, small):
    app = open_app()
    assert "DuckDB" in app.html
    assert "duckdb:" not in app.html
    assert not app.at.text_input
    open_table(app)
    assert app.fine()
    assert app.answer == open_app().upload("export.csv", small).answer
    assert app.answer.startswith("NPS is +33, between ")
    for page in PAGES:
        app.go(page)
        assert app.fine(), page
        assert "as of" in app.html


@pytest.mark.usefixtures("named")
def test_a_filter_and_a_link_to_it_give_a_colleague_the_same_figures(open_app):
    app = open_table(open_app())
    app.pick("Plan", "Starter")
    assert app.answer.startswith("NPS is −40,")
    query = dict(app.at.query_params)
    assert LINK in query["survey"]
    assert "duckdb" not in str(query)
    assert open_app(query).answer == app.answer
    let_go()  # or the server was started anew
    assert open_app(query).answer == app.answer


@pytest.mark.usefixtures("named")
def test_closing_a_table_closes_it_for_nobody_else(open_app):
    mine, other = open_table(open_app()), open_table(open_app())
    mine.at.button(key="close").click().run()
    assert mine.answer.startswith("Drop a survey export")
    other.at.run()
    assert other.answer.startswith("NPS is +33,")


@pytest.mark.usefixtures("named")
def test_a_link_to_a_table_that_is_not_named_says_so(open_app):
    app = open_app({"survey": ["table.other"]})
    assert "no longer has" in app.html
    assert app.fine()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"address": "sqlite:///x"}, "no table"),
        ({"table": "x"}, "no address"),
        ({"address": "sqlite:///x", "table": "x", "adress": "y"}, "unknown option “adress”"),
        ({"address": "sqlite:///x", "table": "x", "refresh_hours": 0}, "a value for “refresh_hours”"),
        ({"address": "sqlite:///x", "table": "x", "timeout": True}, "a value for “timeout”"),
        ({"address": 3, "table": "x"}, "a value for “address”"),
        ("sqlite:///x", "no address and no table"),
    ],
)
def test_a_section_that_cannot_be_read_is_told_and_hides_no_other(name_tables, open_app, entry, words):
    name_tables(good={"address": "sqlite:///x", "table": "x"}, bad=entry)
    app = open_app()
    assert "[tables.bad] of the configuration" in app.html
    assert words in app.html
    assert app.at.button(key="table.open.table.good").label == "good"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"address": "env:NO_SUCH_VARIABLE"}, "NO_SUCH_VARIABLE"),
        ({"address": "duckdb:///gone.duckdb"}, "There is no file or folder"),
        ({"address": "postgresql://ana:secret@localhost/x"}, "holds a password"),
        ({"table": "other"}, "has no table “other”"),
        ({"mapping": {"score": "nothing"}}, "nothing"),
    ],
)
def test_a_table_that_cannot_be_opened_is_told_in_words(named, open_app, caplog, changes, words):
    named(**changes)
    app = open_table(open_app())
    assert app.answer == "This table could not be opened"
    assert words in app.html
    assert "secret" not in app.html
    assert "There is “" not in app.html  # what else is there
    assert "its log says more" in app.html
    assert words in caplog.text
    assert "secret" not in caplog.text
    named()
    assert open_table(app).answer.startswith("NPS is +33,")


def test_an_address_may_stand_in_the_environment_and_is_nowhere_on_screen(
    name_tables, open_app, database, monkeypatch
):
    monkeypatch.setenv("NPS_CRM", f"duckdb:///{database}")
    name_tables(customers={"address": "env:NPS_CRM", "table": "responses"})
    app = open_app()
    assert "DuckDB" in app.html
    assert "NPS_CRM" not in app.html
    open_table(app)
    app.go("data")
    assert "60 rows in the table" in " ".join(re.sub(r"<[^>]*>", " ", app.html).split())
    assert "stay where they are" in app.html
    assert str(database.parent) not in app.html


def test_a_mapping_of_the_configuration_holds(named, open_app):
    named(mapping={"score": "Score", "attributes": ["Plan"]}, show_names=True)
    app = open_table(open_app())
    assert app.at.session_state["opened"].survey.attributes == ("Plan",)


@pytest.mark.usefixtures("named")
def test_what_a_viewer_may_see_is_in_every_statement(firm, open_app):
    firm.give("vic", Viewer("Vic", "viewer", Filters().with_attribute("Plan", ["Starter"])))
    firm.come("vic")
    app = open_table(open_app())
    assert app.answer.startswith("NPS is −40,")
    survey = app.at.session_state["opened"].survey
    assert survey.elsewhere.source.always == (Filters().with_attribute("Plan", ["Starter"]),)
    assert survey.rows.read == 25
    for page in PAGES:
        assert app.go(page).fine(), page
        assert "Pro" not in app.html.replace("Promoter", "").replace("Product", ""), page
    assert ("Vic", "opened", "Customers") in firm.events()


@pytest.mark.usefixtures("named")
def test_masks_are_refused_in_words(firm, open_app):
    firm.give("vic", Viewer("Vic", "viewer", masks=("e-mails",), smallest=5))
    firm.come("vic")
    app = open_table(open_app())
    assert app.answer == "You may not see this survey"
    assert "need the comments and names themselves" in app.html
    assert firm.events()[-1] == ("Vic", "signed in", "")


@pytest.mark.usefixtures("named")
def test_with_a_smallest_group_every_page_is_made_of_responses_that_are_told_apart_by_so_many(
    firm, open_app, small, grow
):
    firm.give("vic", Viewer("Vic", "viewer", smallest=5))
    firm.come("vic")
    app = open_table(open_app())
    as_file = open_app().upload("export.csv", small)
    assert app.answer == as_file.answer
    for page in PAGES:
        assert app.go(page).fine(), page
        for own in ("slow", "example.org", "love the"):
            assert own not in app.html, page
    app.go("data")
    assert "Groups of fewer than 5 responses are not shown" in app.html
    assert "as of" in app.html
    grow()
    app.at.button(key="refresh").click().run()
    assert "120 responses" in app.html


@pytest.fixture
def grow(database, small):
    """Put a file with 60 promoters more in the place of the one that is open."""

    def grow():
        lines = small.decode().splitlines()
        more = [line for line in lines[1:] if ",10," in line] * 2
        fill(database.with_name("new.duckdb"), "\n".join([*lines, *more]).encode())
        database.with_name("new.duckdb").replace(database)

    return grow


@pytest.mark.usefixtures("named")
def test_refresh_looks_at_the_table_anew_for_all_who_have_it_open(open_app, grow):
    app, other = open_table(open_app()), open_table(open_app())
    app.pick("Plan", "Pro")
    other.at.run()
    grow()
    app.at.button(key="refresh").click().run()
    # 30 + 60 promoters and 5 passives are on Pro.
    assert app.answer.startswith("NPS is +95,")
    assert "95 of 120 responses" in app.html
    other.at.run()
    assert "120 responses" in other.html


def test_a_table_that_is_too_old_is_looked_at_anew_at_the_next_click(named, open_app, grow):
    app = open_table(open_app())
    named(refresh_hours=1e-9)
    grow()
    app.at.run()
    assert "60 responses" in app.html  # it was tried a moment ago
    connections._TRIED.clear()
    app.go("segments")
    assert "120 responses" in app.html
    assert app.fine()


@pytest.mark.usefixtures("named")
def test_an_engine_that_dies_is_told_in_words_and_the_next_click_works(open_app):
    app = open_table(open_app())
    app.at.session_state["opened"].survey.elsewhere.source.database.close()
    app.filter("text", "slow")  # a search is asked of the engine, whatever the cube has
    assert not app.at.exception
    assert "cannot be reached" in app.html
    app.at.button(key="refresh.trouble").click().run()
    assert app.fine()
    assert "15 of 60 responses" in app.html


@pytest.mark.postgres
def test_a_server_that_drops_its_connections_or_ends_is_told_and_what_is_open_can_be_read_on(
    name_tables, open_app, small, monkeypatch
):
    if binaries() is None:
        pytest.skip("needs PostgreSQL, which is not installed here")
    with running_server() as address:
        in_postgresql(pd.read_csv(io.BytesIO(small), dtype={"Score": int}), address)
        monkeypatch.setenv("NPS_CRM", address)
        name_tables(customers={"name": "Customers", "address": "env:NPS_CRM", "table": "public.responses"})
        app = open_app()
        assert "PostgreSQL" in app.html
        open_table(app)
        assert app.answer.startswith("NPS is +33,")
        with psycopg.connect(address) as admin:
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            )
        assert "15 of 60 responses" in app.filter("text", "slow").html
    app.filter("text", "reports")
    assert not app.at.exception
    assert "cannot be reached" in app.html
    app.at.button(key="refresh.trouble").click().run()
    assert not app.at.exception
    assert "cannot be reached" in app.html
    app.filter("text", "")
    assert app.answer.startswith("NPS is +33,")


@pytest.mark.usefixtures("named")
def test_a_statement_that_takes_too_long_is_told_and_the_filters_can_be_taken_off(open_app, monkeypatch):
    class Slow:
        def cursor(self):
            raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

    app = open_table(open_app())
    database = app.at.session_state["opened"].survey.elsewhere.source.database
    with monkeypatch.context() as during:
        during.setattr(database, "_connection", Slow())
        app.filter("text", "slow")
        assert not app.at.exception
        assert "took longer than a statement may take" in app.html
    app.filter("text", "")
    assert app.fine()
    assert app.answer.startswith("NPS is +33,")


@pytest.mark.usefixtures("named")
def test_a_table_that_is_gone_is_told_and_what_is_open_stays(open_app, database, small):
    app = open_table(open_app())
    app.at.session_state["opened"].survey.elsewhere.source.database.close()
    with duckdb.connect(str(database)) as own:
        own.execute("DROP TABLE responses")
    app.at.button(key="refresh").click().run()
    assert "has no table “responses”" in app.html
    assert app.answer.startswith("NPS is +33,")
    fill(database, small)
    app.at.button(key="refresh").click().run()
    assert app.answer.startswith("NPS is +33,")
    assert "has no table" not in app.html


@pytest.mark.usefixtures("named")
def test_as_of_is_the_moment_at_which_it_was_looked_at(open_app):
    before = dt.datetime.now(dt.UTC)
    app = open_table(open_app())
    as_of = app.at.session_state["opened"].survey.elsewhere.as_of
    assert before <= as_of <= dt.datetime.now(dt.UTC)
    assert f"as of {as_of.day} {as_of:%b %Y %H:%M} UTC" in app.html


def with_accounts(small):
    """The same responses, two to an account."""
    lines = small.decode().splitlines()
    return "\n".join(
        [f"{lines[0]},Account", *(f"{line},Firm {n // 2}" for n, line in enumerate(lines[1:]))]
    ).encode()


@pytest.mark.parametrize("names", [False, True])
def test_a_filter_by_account_outlasts_a_refresh_in_the_link_too_and_names_nobody_there(
    named, database, small, open_app, names
):
    fill(database, with_accounts(small))
    named(show_names=names)
    app = open_table(open_app())
    survey = app.at.session_state["opened"].survey
    found = survey.elsewhere.select().by("account")
    account = found.labels[[n.tolist() for n in found.counts].index([0, 0, 2])]
    app.pick("account", account)
    assert "2 of 60 responses" in app.html
    query = dict(app.at.query_params)
    assert (account in str(query)) != names  # in the place of a name a token stands there
    assert "Firm" not in str(query)
    app.at.button(key="refresh").click().run()
    assert app.at.session_state["opened"].survey is not survey
    assert "2 of 60 responses" in app.html
    let_go()
    assert "2 of 60 responses" in open_app(query).html


@pytest.mark.usefixtures("named")
def test_pseudonyms_are_those_of_the_servers_secret_and_of_one_table(database, small, open_app, monkeypatch):
    fill(database, with_accounts(small))

    def pseudonyms():
        let_go()
        survey = open_table(open_app()).at.session_state["opened"].survey
        return set(survey.elsewhere.select().labels("account"))

    first = pseudonyms()
    assert pseudonyms() == first
    monkeypatch.setattr(connections, "get_cookie_secret", lambda: "another one")
    assert pseudonyms() & first == {"(no value)"}
    assert not any("irm" in name for name in first)


@pytest.mark.usefixtures("named")
def test_of_comments_that_are_a_sample_the_page_says_so(open_app, monkeypatch):
    monkeypatch.setitem(connect.__kwdefaults__, "comments", 20)
    app = open_table(open_app()).go("themes")
    taken = len(app.at.session_state["opened"].survey.responses)
    assert 20 <= taken < 45
    assert f"sample: {taken / 45:.0%} of all comments" in app.html
