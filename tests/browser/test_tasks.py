"""Five things that people come for, each in few clicks."""

from __future__ import annotations

import pytest
from pptx import Presentation
from server import idle, open_sample, until, upload

pytestmark = pytest.mark.browser

PANEL = "[role=dialog]"
TOP = "document.querySelector('[data-testid=stMain]').scrollTop"


class Hand:
    """Clicks, and counts them."""

    def __init__(self, page) -> None:
        self.page, self.clicks = page, 0

    def click(self, target) -> None:
        target.click()
        self.clicks += 1
        idle(self.page)


@pytest.fixture
def hand(desk):
    open_sample(desk)
    return Hand(desk)


def answer(page) -> str:
    return page.locator("h1.answer").inner_text()


def numbers(page, of) -> list[int]:
    return [
        int(text.replace("−", "-").replace("+", "").replace(",", ""))
        for text in page.locator(of).all_inner_texts()
    ]


def test_the_nps_of_a_file_is_seen_once_it_is_dropped(desk, tmp_path):
    """One act: the file."""
    file = tmp_path / "export.csv"
    file.write_text("Score,Plan\n" + "10,Pro\n9,Pro\n2,Team\n8,Team\n" * 30, encoding="utf-8")
    upload(desk, file)
    assert answer(desk).startswith("NPS is +25, between ")
    assert desk.locator(".figure-score").inner_text() == "+25"
    assert desk.evaluate(TOP) == 0


def test_comments_of_the_weakest_segment(hand):
    """One click where it stands apart: its comments, the lowest scores first."""
    page = hand.page
    lowest = numbers(page, "[class*=st-key-answers-list-standouts] .nps")
    hand.click(page.locator("[class*=st-key-answers-list-standouts] li").nth(lowest.index(min(lowest))))
    page.wait_for_selector(f"{PANEL} .reader .row")
    assert page.locator(PANEL).first.inner_text().startswith("Age group: 25-34")
    scores = numbers(page, f"{PANEL} .reader .row .score")
    assert len(scores) >= 10
    assert scores == sorted(scores)
    assert hand.clicks <= 3


def test_decision_makers_of_last_quarter(hand):
    """The days stand in the title, in the pictures of the charts and in the link, which opens the same elsewhere."""
    page = hand.page
    hand.click(page.locator(".st-key-bar-days button").first)
    hand.click(page.get_by_text("Last quarter", exact=True))
    hand.click(page.locator(".st-key-bar-open button").first)
    hand.click(page.locator(".st-key-values").get_by_role("button", name="Decision maker"))
    assert hand.clicks <= 4
    assert answer(page).startswith("Q2 2026: NPS is +55")
    for part in ("since=2026-04-01", "until=2026-06-30", "by.Persona=Decision+maker"):
        assert part in page.url.replace("%20", "+"), part
    page.keyboard.press("Escape")
    idle(page)
    page.get_by_role("button", name="Take away").first.click()
    idle(page)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="SVG", exact=True).click()
    assert "q2-2026" in download.value.suggested_filename
    assert "Q2 2026: " in download.value.path().read_text(encoding="utf-8")
    other = page.context.browser.new_context().new_page()
    other.goto(page.url)
    other.wait_for_selector("h1.answer:has-text('Q2 2026')", timeout=120_000)
    idle(other)
    assert answer(other) == answer(page)
    other.context.close()


def test_decision_makers_against_end_users_last_quarter(hand):
    """As one of the questions that are often asked: the place, the menu, the question."""
    page = hand.page
    hand.click(page.locator("[data-testid=stTopNavLink]", has_text="Explore"))
    hand.click(page.get_by_role("button", name="Often asked"))
    hand.click(page.get_by_role("menuitem", name="Decision makers against end users, last quarter"))
    assert hand.clicks <= 4
    assert "Q3 2026" in answer(page)
    assert "Decision maker" in page.locator("[data-testid=stMain]").inner_text()


def test_ten_detractors_on_the_weakest_theme_and_three_of_them_copied(hand):
    """Two clicks: the place, the theme; then the keys alone copy three, and nothing moves but the comments."""
    page = hand.page
    hand.click(page.locator("[data-testid=stTopNavLink]", has_text="Comments"))
    page.wait_for_selector(".themes .nps", timeout=120_000)
    idle(page)
    scores = numbers(page, ".themes .nps")
    hand.click(page.locator(".themes .theme:has(.nps)").nth(scores.index(min(scores))))
    assert hand.clicks <= 2
    high, window = page.evaluate("[document.querySelector('[data-testid=stMain]').scrollHeight, innerHeight]")
    assert high <= window
    assert page.locator(".reader .row.detractor").count() >= 10
    assert page.locator(".reader .row").first.evaluate("row => row.classList.contains('detractor')")
    for _ in range(3):
        page.keyboard.press("j")
        page.keyboard.press("x")
    page.keyboard.press("c")
    page.get_by_text("3 comments copied").wait_for()
    copied = page.evaluate("() => navigator.clipboard.readText()").split("\n\n")
    assert len(copied) == 3
    shown = seen(page)
    for text, (score, words) in zip(copied, shown, strict=False):
        assert text.startswith(f"“{words}” (score {score}, ")
    for _ in range(7):
        page.keyboard.press("ArrowDown")
    # The tenth stands in the window as a whole, though nobody scrolled.
    words = page.locator(".reader .row.at .words").inner_text()
    assert words in [text for _, text in seen(page)]
    assert page.evaluate(TOP) == 0
    # The theme is in the link: a reload shows the same.
    title = page.locator(".themes [aria-current] .name").inner_text()
    page.reload()
    page.wait_for_selector(".themes [aria-current] .name", timeout=120_000)
    idle(page)
    assert page.locator(".themes [aria-current] .name").inner_text() == title


def seen(page):
    """The comments that stand in the window as a whole, as (score, text)."""
    box = page.locator(".reader .box").bounding_box()
    top, under = box["y"] - 1, box["y"] + box["height"] + 1
    inside = [
        row
        for row in page.locator(".reader .row").all()
        if (place := row.bounding_box()) and place["y"] >= top and place["y"] + place["height"] <= under
    ]
    return [(row.locator(".score").inner_text(), row.locator(".words").inner_text()) for row in inside]


def test_the_deck(hand):
    """The place, build, download: under the filters that hold."""
    page = hand.page
    hand.click(page.locator("[data-testid=stTopNavLink]", has_text="Slides"))
    page.wait_for_selector("h1.answer:has-text('slides, ready')", timeout=60_000)
    build = page.get_by_role("button", name="Build")
    until(page, "document.querySelector('.st-key-report-build button')?.disabled === false", timeout=120_000)
    box = build.bounding_box()
    assert box["y"] + box["height"] <= page.viewport_size["height"]  # over the fold
    hand.click(build)
    ready = page.get_by_role("button", name="Download the deck")
    ready.wait_for(timeout=120_000)
    with page.expect_download() as download:
        hand.click(ready)
    assert hand.clicks <= 3
    assert len(Presentation(str(download.value.path())).slides) >= 8
