"""A file that can be read in two ways, in a real browser: chosen, followed, remembered, taken back."""

from __future__ import annotations

import json

import pytest
from server import go, idle, until, upload

pytestmark = pytest.mark.browser

SHOP, EVENT = "Would you recommend our shop?", "Would you recommend our event?"

ACTIVE = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant'))?.innerText"


@pytest.fixture
def ambiguous(tmp_path):
    """A file of two recommend questions: +50 for the shop, −50 for the event; `extra` rows make it another file."""

    def made(name, extra=0):
        rows = [
            f"{(10, 9, 9, 10, 10, 8, 7, 3)[i % 8]},{(0, 2, 6, 5, 7, 8, 9, 1)[i % 8]},{('Pro', 'Basic')[i % 2]}"
            for i in range(80 + 8 * extra)
        ]
        file = tmp_path / name
        file.write_text("\n".join([f"{SHOP},{EVENT},Plan", *rows]), encoding="utf-8")
        return file

    return made


def choose_role(page, column, role):
    """Choose a role at the head of a column, with the keyboard alone."""
    page.get_by_role("combobox", name=f"Role of {column}").focus()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option", name=role, exact=True).wait_for()
    names = page.get_by_role("option").all_inner_texts()
    while (now := page.evaluate(ACTIVE)) != role:
        page.keyboard.press("ArrowDown" if names.index(now) < names.index(role) else "ArrowUp")
        until(page, f"({ACTIVE}) !== {json.dumps(now)}", timeout=5_000)
    page.keyboard.press("Enter")
    idle(page)


def drop_again(page, file):
    page.locator(".st-key-survey button").first.click()
    page.locator("[data-testid=stFileUploaderDropzoneInput]").last.set_input_files(file)
    page.wait_for_timeout(300)
    until(page, f"document.body.innerText.includes('{file.name}')")
    idle(page)
    page.keyboard.press("Escape")  # what stands behind the file's name


def answer(page):
    return page.locator("h1.answer").inner_text()


def test_an_ambiguous_file_is_settled_once(page, ambiguous):
    upload(page, ambiguous("january.csv"))
    assert answer(page).startswith("NPS is +50,")
    # The doubt stands on the card over the Summary, and the way to it.
    assert "could be it as well" in page.locator(".st-key-understood").inner_text()
    page.get_by_role("button", name="Change").click()
    page.wait_for_selector("h1.answer:has-text('rows are responses')")
    idle(page)

    choose_role(page, EVENT, "Score")
    assert "NPS +50 → −50, n 80" in page.locator(".st-key-changed").inner_text()
    assert page.locator(".bars div").count() == 11
    go(page, "Summary")
    assert answer(page).startswith("NPS is −50,")
    assert f"Read as you chose: score “{EVENT}”." in page.locator(".st-key-notice").inner_text()

    drop_again(page, ambiguous("february.csv", extra=1))
    page.wait_for_selector("h1.answer:has-text('NPS is −50')", timeout=60_000)
    assert "Read as the last file of these columns was" in page.locator(".st-key-understood").inner_text()
    go(page, "Data")
    assert "NPS +50 → −50, n 88" in page.locator(".st-key-changed").inner_text()

    # A scale is changed and taken back; then all is as detected, also for the files to come.
    page.get_by_label("Promoters from").fill("8")
    page.keyboard.press("Enter")
    page.locator(".st-key-changed", has_text="NPS −50 → −38").wait_for()
    idle(page)
    page.get_by_role("button", name="Undo").click()
    page.locator(".st-key-changed", has_text="NPS −38 → −50").wait_for()
    idle(page)
    assert page.get_by_label("Promoters from").input_value() == "9"
    page.get_by_role("button", name="As detected").click()
    idle(page)
    go(page, "Summary")
    assert answer(page).startswith("NPS is +50,")
    assert page.outside == []


def test_a_reading_outlives_the_visit_where_the_server_keeps_it(browser, address, page, ambiguous):
    upload(page, ambiguous("march.csv", extra=2))
    go(page, "Data")
    choose_role(page, EVENT, "Score")
    context = browser.new_context(viewport={"width": 1360, "height": 900})
    later = context.new_page()
    later.goto(address)
    later.wait_for_selector("h1.answer")
    idle(later)
    upload(later, ambiguous("april.csv", extra=3))
    assert answer(later).startswith("NPS is −50,")
    assert "Read as the last file of these columns was" in later.locator(".st-key-understood").inner_text()
    context.close()


def test_the_heads_of_a_wide_file_stay_in_one_row_and_are_found_by_name(page, tmp_path):
    file = tmp_path / "wide.csv"
    names = ["Would you recommend us?", *(f"Item {k}" for k in range(70))]
    rows = [",".join([str(i % 11), *(f"{i} {k}" for k in range(70))]) for i in range(40)]
    file.write_text("\n".join([",".join(names), *rows]), encoding="utf-8")
    upload(page, file)
    go(page, "Data")
    heads = page.locator(".st-key-columns [class*='st-key-column-']")
    assert heads.count() == 16
    tops = {round(heads.nth(place).bounding_box()["y"]) for place in range(16)}
    assert len(tops) == 1
    # The page itself does not scroll sideways.
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth <= window.innerWidth")
    page.get_by_placeholder("find a column").fill("item 69")
    page.keyboard.press("Enter")
    idle(page)
    choose_role(page, "Item 69", "Account")
    assert "account “Item 69”" in page.locator(".st-key-changed").inner_text()


def test_the_bars_of_the_scores_are_as_high_as_their_counts(page, tmp_path):
    file = tmp_path / "scores.csv"
    file.write_text("\n".join(["Recommend us?", *["10"] * 40, *["9"] * 30, *["3"] * 20]), encoding="utf-8")
    upload(page, file)
    go(page, "Data")
    heights = page.locator(".bars i").evaluate_all(
        "all => all.map(bar => bar.getBoundingClientRect().height)"
    )
    assert heights[9] == pytest.approx(heights[10] * 0.75, rel=0.03)
    assert heights[3] == pytest.approx(heights[10] * 0.5, rel=0.03)
