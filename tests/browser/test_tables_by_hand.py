"""Tables that the configuration names, the whole way in Chromium: opened, filtered, read, taken away, refreshed, gone."""

from __future__ import annotations

import io
import re

import duckdb
import pandas as pd
import psycopg
import pytest
from python_calamine import CalamineWorkbook
from server import PAGES, PLACES, ROOT, filter_by, go, go_to_view, idle, running_app, until

from nps_core import Scope, overview, read_survey
from tests.engine.tables import in_postgresql
from tests.workspace.conftest import IN_CI, binaries, controlled_server

pytestmark = [pytest.mark.browser, pytest.mark.postgres]

SAMPLE = ROOT / "data" / "sample_survey.csv"
NAMES = {"crm": "Customers in the CRM", "warehouse": "Customers in the warehouse"}
SECRETS = """
[tables.crm]
name = "Customers in the CRM"
address = "env:NPS_TEST_CRM"
table = "public.responses"
[tables.warehouse]
name = "Customers in the warehouse"
address = "duckdb:///{file}"
table = "responses"
[tables.unfinished]
address = "duckdb:///nowhere.duckdb"
"""
DEAD = "cannot be reached"
NOT_OURS = "could not be drawn|An error has occurred|Oh no|Traceback"


@pytest.fixture(scope="module")
def postgres():
    if binaries() is None:
        if IN_CI:
            pytest.fail("PostgreSQL is not installed; in CI it must be")
        pytest.skip("needs PostgreSQL, which is not installed here")
    with controlled_server() as (address, order):
        in_postgresql(pd.read_csv(SAMPLE), address)
        yield address, order


@pytest.fixture(scope="module")
def server_of_tables(postgres, tmp_path_factory):
    """The address of an app whose configuration names two tables, and a section that is wrong."""
    folder = tmp_path_factory.mktemp("tables")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as database:
        database.execute(f"CREATE TABLE responses AS SELECT * FROM read_csv('{SAMPLE}')")  # noqa: S608 - our own
    secrets = folder / "secrets.toml"
    secrets.write_text(SECRETS.format(file=folder / "warehouse.duckdb"))
    with running_app(NPS_TEST_CRM=postgres[0], STREAMLIT_SECRETS_FILES=str(secrets)) as address:
        yield address


@pytest.fixture
def visitor(browser, server_of_tables):
    context = browser.new_context(viewport={"width": 1360, "height": 900}, accept_downloads=True)
    page = context.new_page()
    page.goto(server_of_tables)
    page.wait_for_selector("h1.answer")
    idle(page)
    yield page
    context.close()


def open_table(page, name):
    page.get_by_role("button", name=NAMES[name]).click()
    page.wait_for_selector("h1.answer:has-text('NPS is')", timeout=60_000)
    until(page, "document.body.innerText.includes('All themes and comments')", timeout=120_000)
    idle(page)


def text(page):
    return page.inner_text("body")


def title(page):
    return page.inner_text("h1.answer")


def nps_words(**filters):
    scope = Scope(read_survey(SAMPLE.read_bytes(), name=SAMPLE.name))
    for name, value in filters.items():
        scope = scope.with_attribute(name, [value])
    return overview(scope).title, f"{scope.n:,}"


def search(page, words):
    page.locator(".st-key-bar-open button").first.click()
    idle(page)
    page.locator(".st-key-picker").get_by_text("Comment", exact=False).first.click()
    idle(page)
    field = page.locator(".st-key-picker input[type=text]").last
    field.fill(words)
    field.press("Enter")
    idle(page)
    page.keyboard.press("Escape")
    idle(page)


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_opened_filtered_read_linked_to_and_taken_away(visitor, name):
    page = visitor
    assert "[tables.unfinished] of the configuration says no table" in text(page)
    assert "env:" not in text(page)
    open_table(page, name)
    assert title(page) == nps_words()[0]
    filter_by(page, "Plan", "Starter")
    words, n = nps_words(Plan="Starter")
    assert title(page) == words
    for place in PAGES:
        go(page, place)
        assert "as of" in text(page), place
        assert not re.search(r"127\.0\.0\.1|warehouse\.duckdb", text(page)), place
        assert f"{n} of" in text(page), place
        assert not page.get_by_text("could not be drawn").count(), place
    go_to_view(page, "Comments: Themes")
    assert page.locator(".js-plotly-plot").count() == 1
    go(page, "Slides")
    page.get_by_role("radio", name="Workbook", exact=True).click()
    idle(page)
    page.get_by_role("button", name="Build").click(timeout=120_000)
    download = page.get_by_role("button", name="Download the workbook")
    download.wait_for(timeout=120_000)
    with page.expect_download() as taken:
        download.click()
    book = CalamineWorkbook.from_filelike(io.BytesIO(taken.value.path().read_bytes()))
    cells = {
        str(cell)
        for sheet in book.sheet_names
        for row in book.get_sheet_by_name(sheet).to_python()
        for cell in row
    }
    assert any("Plan: Starter" in cell for cell in cells)
    assert any(f"{NAMES[name]}, as of" in cell for cell in cells)
    go(page, "Summary")
    assert f"survey=table.{name}" in page.url
    assert "postgres" not in page.url
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("h1.answer:has-text('NPS is')", timeout=60_000)
    assert title(other) == words


def test_refresh_shows_what_came_in_to_whoever_has_the_table_open(visitor, postgres):
    page = visitor
    open_table(page, "crm")
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("h1.answer:has-text('NPS is')", timeout=60_000)
    idle(other)
    n = int(nps_words()[1].replace(",", ""))
    with psycopg.connect(postgres[0]) as database:
        database.execute("INSERT INTO responses SELECT * FROM responses LIMIT 100")
    filter_by(page, "Plan", "Starter")
    assert f"of {n:,} responses" in text(page)
    page.get_by_role("button", name="Refresh").click()
    idle(page)
    until(page, f"!document.body.innerText.includes('of {n:,} responses')")
    assert "Plan: Starter" in text(page)
    go(other, "By segment")
    assert f"{n:,} responses" not in text(other)


def test_a_server_that_ends_is_told_on_every_page_and_the_next_click_works_once_it_is_back(visitor, postgres):
    page = visitor
    open_table(page, "crm")
    _, order = postgres
    order("stop")
    try:
        page.locator(".st-key-into-groups button").first.click()  # a panel of what was answered already
        page.get_by_role("menuitem").first.click()
        page.get_by_role("dialog").get_by_text("responses of").wait_for()
        page.keyboard.press("Escape")
        idle(page)
        search(page, "support")
        assert DEAD in text(page)
        for place in (*PLACES[1:], PLACES[0]):
            page.locator("[data-testid=stTopNavLink]", has_text=place).click()
            idle(page)
            assert f"“{NAMES['crm']}” {DEAD}" in text(page), place
            assert "127.0.0.1" not in text(page), place
            assert not re.search(NOT_OURS, text(page)), place
        page.get_by_role("button", name="Refresh").first.click()
        idle(page)
        assert DEAD in text(page)
    finally:
        order("start")
    for place in PAGES:
        go(page, place)
        assert DEAD not in text(page), place
    page.get_by_role("button", name="Refresh").first.click()
    idle(page)
    assert DEAD not in text(page)
