"""A click on a mark opens its panel in the browser, whatever the kind of chart; Escape closes it, and it
opens again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from server import COMMENT_VIEWS, VIEWS, go, go_to_view, idle, open_sample, until

pytestmark = pytest.mark.browser

# Where in the plot a mark is clicked (shares of its width and height, from the top left), and what the panel says.
MARKS = {
    "Summary": {
        "groups": (0.05, 0.5, "Detractors"),
        "summary-trend": (0.99, 0.5, "Q3 2026"),
        "distribution": (0.95, 0.6, "Score 10"),
        "shares": (0.95, 0.6, "Promoters"),
    },
    "By segment": {"segments": (0.02, 0.75, "Age group: 25-34")},
    "Two sides": {"compare": (0.05, 0.3, "Q3 2026"), "compare-answers": (0.95, 0.5, "Score 10")},
    "Drivers": {"weights": (0.5, 0.02, "Overall"), "spreads": (0.5, 0.02, "Age group")},
    "Comments: Themes": {"themes": (0.05, 0.02, "Reports")},
    "Comments: By segment": {"themes-by": (0.1, 0.02, "Reports")},
    "Comments: Changes": {"theme-trend": (0.99, 0.5, "Q3 2026")},
}
PANEL = "[role=dialog]"


@pytest.fixture
def sample(page):
    open_sample(page)
    return page


def click(page, key, across, down):
    plot = page.locator(f".st-key-chart-{key} .nsewdrag").first
    plot.evaluate("mark => mark.scrollIntoView({block: 'center'})")  # not under the navigation
    box = plot.bounding_box()
    page.mouse.click(box["x"] + across * box["width"], box["y"] + down * box["height"])
    opened(page)
    return page.locator(PANEL).first.inner_text()


def opened(page):
    """Wait until a panel stands there, with its ways on."""
    page.wait_for_selector(
        ", ".join(f"{PANEL} button:has-text('{way}')" for way in ("slides", "segments", "Comments")),
        timeout=60_000,
    )
    idle(page)


def close(page):
    page.keyboard.press("Escape")
    page.wait_for_selector(PANEL, state="detached", timeout=60_000)
    idle(page)


def focused(page):
    return page.evaluate("document.activeElement.closest('[class*=st-key-into-]')?.className ?? ''")


@pytest.mark.parametrize("title", MARKS)
def test_a_mark_opens_its_panel_and_again_after_it_was_closed(sample, title):
    if title == "Summary":
        sample.locator(".st-key-summary-answers summary").click()
        idle(sample)
    else:
        go_to_view(sample, title)
    for key, (across, down, said) in MARKS[title].items():
        for _ in range(2):
            assert click(sample, key, across, down).startswith(said), key
            close(sample)
        assert f"st-key-into-{key}" in focused(sample), key
    assert not sample.outside


VIEWS_WITH_CHARTS = (
    "Summary",
    *VIEWS,
    *(f"Comments: {view}" for view in COMMENT_VIEWS if view not in {"Edit themes", "Review"}),
)
MORE = {
    "Over time": {"see.time.by": "Plan"},
    "By segment": {"see.segments.against": "Plan", "see.segments.combination": "1"},
}
"""What is picked in a view for all of its charts to be there."""
SILENT = {"st-key-chart-strip"}
"""Of what says where the whole stands: there is nobody to look into."""

FIRST_MARK = """
(box) => {
  const kind = box.className.match(/st-key-answers-([a-z]+)-/)[1];
  if (kind === "list") {
    const item = box.querySelector("li").getBoundingClientRect();
    return [item.x + 20, item.y + item.height / 2];
  }
  const plot = box.querySelector(".js-plotly-plot"), { xaxis, yaxis } = plot._fullLayout;
  const ground = plot.getBoundingClientRect(), middle = (axis) => axis._offset + axis._length / 2;
  const line = plot.data.find((trace) => trace.customdata);
  const place = kind === "line" || kind === "plane" ? line.y.findIndex((value) => value !== null) : 0;
  const across = kind === "groups" ? xaxis._offset + 5 : kind === "columns" ? xaxis._offset + xaxis.d2p(place)
    : line && place in line.x && kind !== "cells" ? xaxis._offset + xaxis.d2p(line.x[place]) : middle(xaxis);
  const down = kind === "columns" ? middle(yaxis)
    : yaxis._offset + yaxis.d2p(kind === "line" || kind === "plane" ? line.y[place] : yaxis.type ===
    "category" ? plot.data[0].y?.[0] ?? 0 : 0);
  return [ground.x + across, ground.y + down];
}
"""


def into(page, key):
    """Open the first row of a chart by the keyboard alone."""
    page.locator(f".st-key-into-{key} button").focus()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.closest('[role=menu]') !== null", timeout=10_000)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    opened(page)
    assert page.evaluate("document.activeElement.closest('[role=dialog]') !== null"), key


@pytest.mark.parametrize("title", VIEWS_WITH_CHARTS)
def test_every_chart_of_a_page_answers_a_click_and_the_keyboard(sample, title):
    go_to_view(sample, title)
    if title == "Summary":
        sample.locator(".st-key-summary-answers summary").click()
        idle(sample)
    if title in MORE:
        here = urlsplit(sample.url)
        asked = dict(parse_qsl(here.query)) | MORE[title]
        sample.goto(here._replace(query=urlencode(asked)).geturl())
        sample.wait_for_selector("h1.answer")
        idle(sample)
    boxes = "[class*='st-key-answers-']"
    if title != "Comments: Read":
        sample.wait_for_selector(boxes)
    drawn = sample.locator("[class*='st-key-chart-']:has(.js-plotly-plot)").evaluate_all(
        f"all => all.map(one => [one.className.match(/st-key-chart-[\\w-]+/)[0], one.closest({boxes!r}) !== null])"
    )
    assert {key for key, answers in drawn if not answers} <= SILENT
    keys = sample.locator(boxes).evaluate_all(
        "all => all.map(one => one.className.match(/st-key-answers-([a-z]+-[\\w-]+)/)[1])"
    )
    assert bool(keys) == (title != "Comments: Read")
    for key in keys:
        box = sample.locator(f".st-key-answers-{key}")
        _, down = box.evaluate(FIRST_MARK)
        # Into the middle of the window: not under the navigation, and of a tall chart not above it.
        sample.evaluate("by => document.querySelector('[data-testid=stMain]').scrollBy(0, by)", down - 450)
        sample.mouse.click(*box.evaluate(FIRST_MARK))
        opened(sample)
        close(sample)
        _, _, name = key.partition("-")
        for _ in range(2):  # a menu that was open before takes the focus again
            into(sample, name)
            close(sample)
            until(sample, f"document.activeElement.closest('.st-key-into-{name}') !== null", timeout=30_000)


def test_what_stands_for_nothing_opens_nothing(sample):
    """The axis under the rows, and a drag over the plot."""
    go(sample, "By segment")
    box = sample.locator(".st-key-chart-segments .nsewdrag").first.bounding_box()
    sample.mouse.click(box["x"] + 50, box["y"] + box["height"] + 14)
    sample.mouse.move(box["x"] + 50, box["y"] + 20)
    sample.mouse.down()
    sample.mouse.move(box["x"] + 150, box["y"] + 60)
    sample.mouse.up()
    sample.wait_for_timeout(500)
    idle(sample)
    assert not sample.locator(PANEL).count()


def test_a_tap_on_a_telephone_opens_it_and_nothing_is_cut_off(browser, address):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("h1.answer")
    idle(page)
    open_sample(page)
    plot = page.locator(".st-key-chart-groups .nsewdrag").first
    plot.evaluate("mark => mark.scrollIntoView({block: 'center'})")  # not under the navigation
    box = plot.bounding_box()
    page.touchscreen.tap(box["x"] + 0.95 * box["width"], box["y"] + 0.7 * box["height"])
    page.wait_for_selector(f"{PANEL} button:has-text('slides')", timeout=60_000)
    idle(page)
    sizes = page.locator(PANEL).first.evaluate(
        "panel => [panel.scrollWidth, panel.getBoundingClientRect().right, innerWidth]"
    )
    assert sizes[0] <= sizes[2]
    assert sizes[1] <= sizes[2] + 1
    context.close()
