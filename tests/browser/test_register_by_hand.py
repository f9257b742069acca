"""An action from its first word to the slide, and drafts for who is marked, as a person does both."""

from __future__ import annotations

import datetime as dt
import email
import io
import zipfile

import pytest
from pptx import Presentation
from server import idle, running_app, until

from nps_core import read_survey
from nps_core.workspace import Workspace, register

pytestmark = pytest.mark.browser

SAMPLE = "data/sample_survey.csv"


@pytest.fixture
def place(tmp_path):
    return tmp_path / "workspace.sqlite"


@pytest.fixture
def kept(place):
    return Workspace.open(place).keep(read_survey(SAMPLE), "Customers")


@pytest.fixture
def page(browser, place, kept):
    with running_app(NPS_WORKSPACE=str(place)) as address:
        context = browser.new_context(viewport={"width": 1360, "height": 900}, accept_downloads=True)
        page = context.new_page()
        page.goto(f"{address}/followups?survey={kept.link}")
        page.wait_for_selector(".calls .row")
        idle(page)
        yield page
        context.close()


def fill(page, label, text):
    page.get_by_label(label).fill(text)
    page.get_by_label(label).blur()
    idle(page)


def pick(page, label, option):
    page.get_by_label(label).click()
    page.get_by_role("option", name=option).click()
    idle(page)


def test_an_action_is_written_down_seen_on_the_trend_told_and_in_the_deck(page, place, kept):
    page.locator(".st-key-actions-part").get_by_text("What we did").click()
    page.get_by_text("Nothing is written down yet").wait_for()
    idle(page)
    page.get_by_role("button", name="Write an action down").click()
    idle(page)
    fill(page, "What was done", "New interface")
    fill(page, "What customers had said", "The old screens are slow")
    page.locator("[data-testid=stDateInput] [role=spinbutton]").first.click()
    page.keyboard.type("01042026")
    page.keyboard.press("Enter")
    page.get_by_label("What was done").click()
    idle(page)
    pick(page, "Meant for", "Age group")
    pick(page, "these", "25-34")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("1 action taken: a change beyond chance went with it").wait_for()
    idle(page)
    workspace = Workspace.open(place)
    (one,) = register.actions(workspace.engine, kept)
    assert (one.name, one.day, one.touched) == (
        "New interface",
        dt.date(2026, 4, 1),
        ("Age group", ("25-34",)),
    )
    # On the trend, with the score before and after; told beside the others.
    until(
        page,
        "[...document.querySelectorAll('.js-plotly-plot text')].some(t => t.textContent === 'New interface')",
    )
    drawn = page.locator(".js-plotly-plot text").all_text_contents()
    assert {"+30", "+63"} <= {*drawn}
    said = "25-34: NPS +30 before, +63 since; +37 compared with the others (+17 to +57), beyond chance."
    assert page.locator("[data-testid=stMain]").get_by_text(said).first.is_visible()
    # In the report, and in the deck.
    page.locator("[data-testid=stTopNavLink]", has_text="Slides").click()
    page.get_by_text("You said, we did").first.wait_for()
    idle(page)
    page.get_by_role("button", name="Build", exact=True).click(timeout=240_000)
    with page.expect_download(timeout=240_000) as download:
        page.get_by_role("button", name="Download the").click(timeout=240_000)
    slides = Presentation(download.value.path()).slides
    words = [
        " ".join(
            cell.text
            for shape in slide.shapes
            if shape.has_table
            for row in shape.table.rows
            for cell in row.cells
        )
        for slide in slides
    ]
    (own,) = (text for text in words if "We did" in text)
    assert (
        "The old screens are slow New interface (since 1 Apr 2026) 25-34: NPS +30 before, +63 since;" in own
    )


def test_who_is_marked_gets_a_draft(page):
    ticks = page.locator(".calls .row input")
    for number in (0, 2):
        ticks.nth(number).click()
    page.get_by_text("2 marked").wait_for()
    page.locator("h1.answer").click()
    page.keyboard.press("x")  # the first one, where the keys are
    page.get_by_text("1 marked").wait_for()
    page.keyboard.press("x")
    page.get_by_text("2 marked").wait_for()
    page.keyboard.press("m")
    page.get_by_role("button", name="2 mails (.zip)").wait_for()
    idle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="2 mails (.zip)").click()
    data = io.BytesIO(download.value.path().read_bytes())
    with zipfile.ZipFile(data) as files:
        mails = [email.message_from_bytes(files.read(name)) for name in files.namelist()]
    assert [(one["Subject"], one["To"], one["X-Unsent"]) for one in mails] == [
        ("Your answer to our survey", None, "1")
    ] * 2
