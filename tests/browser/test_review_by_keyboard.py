"""Thirty questions about comments, answered with the keys alone, in a real browser."""

from __future__ import annotations

import pytest
from server import go_to_view, idle, open_sample, until

pytestmark = pytest.mark.browser

QUESTION = ".st-key-review-card"


def asked(page):
    """The count of the question, its theme and its comment."""
    return page.locator(QUESTION).inner_text().split("\n\n")[:3]


def press(page, key):
    """Press a key and wait for the next question; gives the milliseconds until it was there."""
    before = asked(page)[0]
    start = page.evaluate("performance.now()")
    page.keyboard.press(key)
    until(page, f"!document.querySelector('{QUESTION}')?.innerText.startsWith({before!r})")
    took = page.evaluate("performance.now()") - start
    idle(page)
    return took


def test_a_review_is_answered_by_keyboard(desk):
    page = desk
    open_sample(page)
    go_to_view(page, "Comments: Review")
    assert asked(page)[0] == "1 of 30"
    shown = page.locator(".st-key-review-card button").all_inner_texts()
    assert [text.split()[-1] for text in shown] == ["Y", "N", "S", "U", "1", "2", "3", "4", "5"]

    first = asked(page)
    took = [press(page, key) for key in "yn1"]
    assert asked(page)[0] == "4 of 30"
    assert sorted(took)[1] < 1_000
    third = asked(page)
    press(page, "u")
    assert asked(page)[0] == "3 of 30"
    press(page, "2")
    assert asked(page) == third
    for _ in range(3):
        press(page, "u")
    assert asked(page) == first

    for number in range(30):
        page.keyboard.press("s" if number % 3 == 2 else "y")
        idle(page)
    page.get_by_text("30 questions done").wait_for()
    assert "comments checked are right" in page.locator("[data-testid=stMain]").inner_text()
    page.get_by_role("button", name="Another round").click()
    idle(page)
    assert asked(page)[0] == "1 of 30"

    # What was answered is in the codebook, with the way back.
    go_to_view(page, "Comments: Edit themes")
    assert "20 changes" in page.locator("[data-testid=stMain]").inner_text()


def test_a_key_pressed_in_a_text_field_is_a_letter(desk):
    page = desk
    open_sample(page)
    go_to_view(page, "Comments: Review")
    before = asked(page)
    page.locator(".st-key-bar-open button").first.click()
    idle(page)
    page.get_by_role("radio", name="Comment").or_(
        page.get_by_role("button", name="Comment", exact=True)
    ).last.click()
    idle(page)
    field = page.get_by_label("Comment contains")
    field.click()
    field.press_sequentially("ny")
    idle(page)
    assert asked(page) == before
