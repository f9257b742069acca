"""The filters in a real browser: in clicks, by keyboard, on a phone; the first screen and the card after a drop."""

from __future__ import annotations

import pytest
from server import filter_by, go, idle, open_sample, until

pytestmark = pytest.mark.browser


def shown(page) -> str:
    return page.locator("h1.answer").inner_text()


def test_days_that_are_picked_close_the_list_of_days(page):
    open_sample(page)
    page.locator(".st-key-bar-days button").first.click()
    page.get_by_text("Last quarter", exact=True).click()
    idle(page)
    page.wait_for_selector(".st-key-days", state="detached", timeout=10_000)
    assert shown(page).startswith("Q2 2026: ")


def test_filters_hold_where_one_click_follows_the_other_at_once(page):
    open_sample(page)
    filter_by(page, "Plan", "Starter")
    for place, days, name in (("Explore", "Last quarter", "Q2 2026"), ("Slides", "All time", "")) * 2:
        page.locator(".st-key-bar-days button").first.click()
        idle(page)
        page.get_by_text(days, exact=True).click()
        page.locator("[data-testid=stTopNavLink]").filter(has_text=place).click()
        idle(page)
        assert "Plan: Starter" in page.locator(".st-key-shown").inner_text()
        assert shown(page).startswith(name)
    go(page, "Summary")
    assert "by.Plan=Starter" in page.url


def test_filters_by_keyboard_alone(page):
    open_sample(page)
    page.locator(".st-key-bar-open button").first.focus()
    page.keyboard.press("Enter")
    idle(page)
    value = page.locator(".st-key-values").get_by_role("button", name="Champion")
    value.focus()
    page.keyboard.press("Enter")
    idle(page)
    page.keyboard.press("Escape")
    idle(page)
    off = page.get_by_role("button", name="Take off Persona: Champion")
    off.focus()
    page.keyboard.press("Enter")
    idle(page)
    assert page.get_by_text("3,000 responses").first.is_visible()


def test_on_a_phone_the_row_scrolls_and_nothing_else_does(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(
        f"{address}/?survey=sample&since=2026-04-01&until=2026-06-30&by.Persona=Champion&by.Plan=Starter"
    )
    page.wait_for_selector("h1.answer:has-text('Q2 2026')", timeout=120_000)
    idle(page)
    picker = page.locator(".st-key-bar-open button").first
    edge = picker.bounding_box()
    assert edge["x"] + edge["width"] <= 390  # the way to the filters is seen without scrolling
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("(row => row.scrollWidth > row.clientWidth)(document.querySelector('.st-key-bar'))")
    context.close()


def test_the_first_screen_is_a_place_to_drop_a_file(page):
    zone = page.locator(".st-key-start-drop [data-testid=stFileUploaderDropzone]").bounding_box()
    assert zone["height"] >= 320
    assert page.get_by_role("button", name="Open the sample survey").bounding_box()["y"] < 900


def test_a_card_says_what_was_understood_of_a_dropped_file(page, tmp_path):
    file = tmp_path / "export.csv"
    rows = "".join(f"2026-0{1 + n % 6}-11,{n % 11},the app is slow to load,Pro\n" for n in range(60))
    file.write_text("Date,Score,Reason,Plan\n" + rows, encoding="utf-8")
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(file)
    page.wait_for_selector(".st-key-understood", timeout=60_000)
    idle(page)
    card = page.locator(".st-key-understood")
    assert "60 of 60 rows are responses" in card.inner_text()
    page.get_by_role("button", name="All right").click()
    until(page, "!document.querySelector('.st-key-understood')")
    assert shown(page).startswith("NPS is ")
