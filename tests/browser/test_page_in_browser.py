"""The page in Chromium, from a file: it draws, fetches nothing, and hostile text does nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core"))

from stories import bad, hostile, usual

from nps_core.report.page import page as made_page

pytestmark = pytest.mark.browser


class Opened:
    """A page opened from a file, and what happened on it."""

    def __init__(self, browser, file, **look):
        self.context = browser.new_context(**look)
        self.page = self.context.new_page()
        self.requests, self.dialogs, self.errors = [], [], []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console", lambda message: self.errors.append(message.text) if message.type == "error" else None
        )
        self.page.goto(file.as_uri())
        # The page's policy forbids what waiting for a condition evaluates: look again and again instead.
        for _ in range(120):
            if (
                self.page.locator(".chart .main-svg:first-child").count()
                == self.page.locator(".chart").count()
            ):
                break
            self.page.wait_for_timeout(250)
        self.page.wait_for_timeout(300)

    @property
    def outside(self):
        return [url for url in self.requests[1:] if not url.startswith(("data:", "blob:"))]


def written(story, folder):
    file = folder / "report.html"
    file.write_bytes(made_page(story))
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_draws_every_chart_and_fetches_nothing(browser, tmp_path, scheme):
    story = usual()
    opened = Opened(
        browser, written(story, tmp_path), color_scheme=scheme, viewport={"width": 1200, "height": 900}
    )
    page = opened.page
    assert page.locator(".chart .main-svg:first-child").count() == sum(
        bool(part.chart) for part in story.parts
    )
    assert (opened.outside, opened.dialogs, opened.errors) == ([], [], [])
    assert page.locator(".still:visible").count() == 0
    # Text that is not on a bar of its own colour has the ink of the page.
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    inks = page.evaluate(
        "[...document.querySelectorAll('.chart .xtick text, .chart .ytick text')].map(e =>"
        " getComputedStyle(e).fill)"
    )
    light = {"light": True, "dark": False}[scheme]
    assert (brightness(ground) > 200) == light
    assert inks
    assert all((brightness(ink) < 140) == light for ink in inks)
    opened.context.close()


def brightness(colour):
    channels = [float(one) for one in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    return sum(channels) / 3


@pytest.mark.parametrize("width", [360, 800])
def test_nothing_is_wider_than_the_screen(browser, tmp_path, width):
    opened = Opened(browser, written(bad("long names"), tmp_path), viewport={"width": width, "height": 900})
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    opened.context.close()


def test_hostile_text_does_nothing(browser, tmp_path, shared):
    opened = Opened(browser, written(hostile(shared), tmp_path))
    page = opened.page
    page.locator("summary").first.click()
    for chart in page.locator(".chart").all()[:6]:
        chart.hover()
    page.wait_for_timeout(500)
    assert opened.outside == []
    assert opened.dialogs == []
    assert (
        page.evaluate(
            "[...document.querySelectorAll('a, [*|href]')].filter(e => !(e.getAttribute('href') ??"
            " e.getAttribute('xlink:href') ?? '#').startsWith('#')).length"
        )
        == 0
    )
    assert page.locator("img, iframe, object, embed, form, base").count() == 0
    opened.context.close()


def test_on_paper_and_without_scripts_charts_are_pictures(browser, tmp_path):
    story = usual()
    count = sum(bool(part.chart) for part in story.parts)
    file = written(story, tmp_path)
    opened = Opened(browser, file)
    opened.page.emulate_media(media="print")
    assert opened.page.locator(".still svg:visible").count() == count
    assert opened.page.locator(".chart:visible").count() == 0
    opened.context.close()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(file.as_uri())
    assert page.locator(".still svg:visible").count() == count
    context.close()
