"""A survey that stays: kept, opened by its link in another browser, added to, taken back, erased from, after a restart."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from server import go, idle, running_app, until, upload

pytestmark = pytest.mark.browser

ERASED = "ERASED-PERSON@EXAMPLE.ORG"


def wave(quarter: int, high: int) -> bytes:
    """Sixty people of a quarter, so many of them promoters; the first of them is the one to be erased."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["Date", "Email", "Score", "Comment", "Plan"])
    for number in range(60):
        who = ERASED.lower() if number == 0 else f"u{number}@example.org"
        day = f"2026-{3 * quarter - 2 + number % 3:02}-{1 + number % 28:02}"
        said = "Marker-of-the-erased likes it" if number == 0 else f"remark {number}"
        rows.writerow([day, who, 10 if number < high else 3, said, ("Pro", "Starter")[number % 2]])
    return out.getvalue().encode()


@pytest.fixture
def new_page(browser):
    """Another browser each time, which knows nothing of the last one; at the address of a running app."""
    contexts = []

    def new_page(address):
        contexts.append(browser.new_context(viewport={"width": 1360, "height": 900}, accept_downloads=True))
        page = contexts[-1].new_page()
        page.goto(address)
        page.wait_for_selector("h1.answer")
        settle(page)
        return page

    yield new_page
    for context in contexts:
        context.close()


def settle(page):
    # Once its themes are found the page is drawn anew, which would close what a test has just opened.
    until(page, "!document.body.innerText.includes('Looking for themes')", timeout=120_000)
    idle(page)


def open_panel(page):
    page.locator(".st-key-survey button").first.click()
    page.wait_for_selector(".st-key-keep")


def add(page, file: Path):
    open_panel(page)
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(file)
    page.wait_for_selector("[data-testid=stDialog]")
    idle(page)
    told = page.inner_text("[data-testid=stDialog]")
    page.get_by_role("button", name="Add as the next wave").click()
    page.wait_for_selector(".st-key-done")
    settle(page)
    return told


def keep(page, file: Path):
    upload(page, file)
    settle(page)
    open_panel(page)
    assert "Held in memory only" in page.inner_text(".st-key-keep")
    page.get_by_label("Name", exact=True).fill("Customers")
    page.get_by_label("Added by").fill("Ann")
    page.get_by_role("button", name="Keep", exact=True).click()
    until(page, "document.querySelector('.st-key-survey').innerText.includes('Customers')")
    settle(page)


def erase(page):
    """Erase the one person; the receipt that comes of it."""
    page.locator(".st-key-erase button").click()
    page.wait_for_selector("[data-testid=stDialog]")
    idle(page)
    field = page.get_by_label("Id or e-mail address")
    field.fill(ERASED)
    field.press("Enter")
    page.get_by_text("Found: 2 responses in Q1 2026, Q2 2026").wait_for()
    page.locator(".st-key-erase-person-sure label").click()
    idle(page)
    page.get_by_role("button", name="Erase this respondent").click()
    page.wait_for_selector(".st-key-receipts")
    settle(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Receipt").click()
    return Path(taken.value.path()).read_text(encoding="utf-8")


def shown(page) -> str:
    return page.inner_text(".st-key-shown")


def test_a_survey_is_kept_added_to_taken_back_and_erased_from(new_page, tmp_path):
    place = tmp_path / "workspace.sqlite"
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_bytes(wave(1, 40))
    second.write_bytes(wave(2, 20))
    with running_app(NPS_WORKSPACE=str(place)) as address:
        page = new_page(address)
        assert "Kept surveys" not in page.inner_text("body")
        keep(page, first)
        link = page.url
        page.context.close()

        page = new_page(link)
        assert page.inner_text("h1.answer").startswith("NPS is +33")
        assert "60 responses are new." in add(page, second)
        assert "NPS −33 after +33 in Q1 2026" in page.inner_text(".st-key-done")
        assert "120 responses" in shown(page)
        page.get_by_role("button", name="Undo adding it").click()
        until(page, "document.body.innerText.includes('was taken back')")
        settle(page)
        assert "60 responses" in shown(page)
        add(page, second)

        go(page, "Data")
        assert "Q2 2026" in page.inner_text(".st-key-waves")
        receipt = erase(page)
        assert "erased one respondent from “Customers”: 2 responses in Q1 2026, Q2 2026" in receipt
        assert ERASED.lower() not in receipt.lower()
        assert "118 responses" in shown(page)
    for file in tmp_path.glob("workspace.sqlite*"):
        assert ERASED.lower().encode() not in file.read_bytes().lower(), file

    with running_app(NPS_WORKSPACE=str(place)) as address:
        page = new_page(f"{address}{link[link.index('/', len('http://')) :]}")
        assert "118 responses" in shown(page)
        go(page, "Comments")
        assert "Marker-of-the-erased" not in page.inner_text("body")
        page = new_page(address)
        assert "2 waves, 118 responses" in page.inner_text(".st-key-kept-list")
        page.get_by_role("button", name="Customers").click()
        until(page, "document.querySelector('h1.answer')?.innerText.startsWith('NPS is')")


def test_several_files_become_waves_at_once(new_page, tmp_path):
    files = [tmp_path / name for name in ("second.csv", "first.csv")]
    for file, content in zip(files, (wave(2, 20), wave(1, 40)), strict=True):
        file.write_bytes(content)
    with running_app(NPS_WORKSPACE=str(tmp_path / "workspace.sqlite")) as address:
        page = new_page(address)
        page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(files)
        until(page, "document.querySelector('h1.answer')?.innerText.startsWith('NPS is')")
        settle(page)
        open_panel(page)
        page.get_by_role("button", name="Keep", exact=True).click()
        page.get_by_role("button", name="Keep 2 waves").click()  # nothing stands open over it
        until(page, "document.querySelector('.st-key-shown')?.innerText.includes('120 responses')")
        settle(page)
        go(page, "Data")
        told = page.inner_text(".st-key-waves")
        assert told.index("Q2 2026") < told.index("Q1 2026")
