"""What stands in the first window of each page: words, few of them, and nothing that moves while it comes."""

from __future__ import annotations

import pytest
from server import COMMENT_VIEWS, PAGES, go, go_to_view, idle, open_sample, until, upload

pytestmark = pytest.mark.browser

MOST_WORDS = 120  # of a window of 1440 x 900
MOST_SHIFT = 0.0005  # a tenth of a line; good is what moves less than .1

ADDRESSES = (
    "summary?",
    *(
        f"explore?see.explore.view={view}&"
        for view in ("time", "segments", "sides", "measures", "drivers", "accounts")
    ),
    "comments?",
    "slides?",
    "data?",
    "method?",
)

WORDS = """
(() => {
  const texts = [];
  const main = document.querySelector("[data-testid=stMain]");
  const walk = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  // Comments, cells of the file and the slide that is looked at are what somebody came to read.
  const read = "style, script, .quote, .reader, .column ul, .st-key-slide, [data-testid=stIconMaterial]";
  const clipped = (node) => node && node !== main
    && (getComputedStyle(node).clipPath.startsWith("inset(") || clipped(node.parentElement));
  while (walk.nextNode()) {
    const owner = walk.currentNode.parentElement, range = document.createRange();
    range.selectNodeContents(walk.currentNode);
    const seen = [...range.getClientRects()].some(
      (box) => box.width > 1 && box.top < innerHeight && box.bottom > 0 && box.left < innerWidth);
    const shown = owner.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (seen && shown && !owner.closest(read) && !clipped(owner)) texts.push(walk.currentNode.textContent);
  }
  const count = texts.join(" ").split(/\\s+/).filter((word) => /\\p{L}/u.test(word)).length;
  return { count, texts };
})()
"""
"""How many words with letters stand in the window, those of charts among them, and the texts that they are from."""


def test_no_page_says_more_than_can_be_taken_in_at_a_glance(desk):
    open_sample(desk)
    found = {}
    for title in (*PAGES, *(f"Comments: {view}" for view in COMMENT_VIEWS[1:])):
        go_to_view(desk, title)
        until(desk, "!document.body.innerText.includes('Looking for themes')", timeout=120_000)
        idle(desk)
        found[title] = desk.evaluate(WORDS)["count"]
    assert all(found.values())
    assert not {title: count for title, count in found.items() if count > MOST_WORDS}


WATCH = """
window.moved = [];
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (!one.hadRecentInput) window.moved.push([one.value, ...one.sources.map((own) =>
    own.node?.textContent?.slice(0, 40))]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


def settled(page):
    page.wait_for_selector("h1.answer", timeout=60_000)
    until(page, "!document.body.innerText.includes('Looking for themes')", timeout=120_000)
    idle(page)
    page.wait_for_timeout(500)


def moved(page):
    """What moved since the last time, where it was more than is seen; and the left edge of the answer."""
    found = page.evaluate("window.moved.splice(0)")
    edge = page.evaluate("document.querySelector('h1.answer').getBoundingClientRect().left")
    return (found if sum(value for value, *_ in found) > MOST_SHIFT else []), edge


def test_nothing_moves_while_a_page_is_opened(browser, address):
    """Each address twice, by somebody whose browser knows nothing of the app."""
    found, edges = {}, set()
    for visit, path in enumerate(ADDRESSES * 2):
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.add_init_script(WATCH)
        page.goto(f"{address}/{path}survey=sample")
        settled(page)
        found[visit, path], edge = moved(page)
        edges.add(edge)
        page.context.close()
    assert not {where: what for where, what in found.items() if what}
    assert len(edges) == 1


def test_nothing_moves_after_a_page_is_changed(browser, address):
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(f"{address}/?survey=sample")
    settled(page)
    found, edges = {}, set()
    for title in (*PAGES, *PAGES):
        go_to_view(page, title)
        settled(page)
        found[title], edge = moved(page)
        edges.add(edge)
    page.context.close()
    assert not {where: what for where, what in found.items() if what}
    assert len(edges) == 1


@pytest.mark.parametrize(("wide", "high"), [(1440, 900), (768, 1024)])
@pytest.mark.parametrize("file", ["hr_saas_dmy.csv", "airline_southeast.csv", "bank_retail_dmy2.csv"])
def test_the_place_that_is_kept_for_a_story_holds_it(browser, address, shared, file, wide, high):
    page = browser.new_context(viewport={"width": wide, "height": high}).new_page()
    page.goto(address)
    page.wait_for_selector("h1.answer")
    upload(page, shared / "surveys" / "real" / file)
    for title, key in (("Summary", "told"), ("Over time", "told-over-time")):
        go(page, title)
        settled(page)
        tall, kept = page.evaluate(
            "(key) => { const place = document.querySelector(`.st-key-${key}`);"
            " return [place.getBoundingClientRect().height, parseFloat(getComputedStyle(place).minHeight)]; }",
            key,
        )
        assert 0 < tall <= kept + 1, title
    page.context.close()
