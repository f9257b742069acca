"""The whole way in a real browser: upload, filter, each page, and what is taken away."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from pptx import Presentation
from server import PAGES, PLACES, ROOT, go, idle, open_sample, running_app, until, upload

pytestmark = pytest.mark.browser


@pytest.fixture
def survey_file(tmp_path):
    """120 responses; Pro is all promoters, Starter all detractors."""
    file = tmp_path / "export.csv"
    lines = ["Date,Respondent email,Score,Comment,Plan,Persona"]
    for number in range(120):
        plan, score = ("Pro", 10) if number % 2 else ("Starter", 2)
        comment = ("Support takes days", "I love the new reports", "", "The price went up")[number % 4]
        persona = "Decision maker" if number % 3 else "End user"
        lines.append(
            f"2026-{1 + number % 6:02}-{1 + number % 28:02},u{number}@example.org,{score},{comment},{plan},{persona}"
        )
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def pick(page, label, value):
    """Pick a value of an attribute in the place for filters."""
    page.locator(".st-key-bar-open button").first.click()
    picker = page.locator(".st-key-picker")
    picker.get_by_text(label, exact=True).first.click()
    idle(page)
    picker.get_by_role("button", name=value).click()
    idle(page)
    page.keyboard.press("Escape")
    idle(page)


def take(page, chart, kind):
    """Open a chart's "Take away" and save one of its files; gives its name and bytes."""
    page.get_by_role("button", name="Take away").nth(chart).click()
    idle(page)
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=kind, exact=True).click()
    saved = download.value
    content = saved.path().read_bytes()
    page.keyboard.press("Escape")
    return saved.suggested_filename, content


ADDRESSES = {
    "comments": "",
    "explore": "Age group “25-34”",
    "slides": "A report of",
    "data": "3,000 of 3,024",
    "method": "How each figure",
    "summary": "NPS is +48",
    "overview": "NPS is +48",
    "trends": "Up 10 points",
    "segments": "Age group “25-34”",
    "compare": "Q3 2026 and Q2 2026",
    "drivers": "“Overall",
    "people": "217 accounts",
    "themes": "",
    "report": "A report of",
    "file": "3,000 of 3,024",
}
"""Of each place, and of each address of earlier versions, how its answer begins."""


def test_every_address_opens_its_place_in_a_new_browser(browser):
    """The first visit to a server is one of them: it is not answered without the frame, or with a word about itself."""
    with running_app() as address:
        for path, said in ADDRESSES.items():
            page = browser.new_context(viewport={"width": 1360, "height": 900}).new_page()
            page.add_init_script(_HEARD)
            page.goto(f"{address}/{path}?survey=sample")
            page.wait_for_selector(f"h1.answer:has-text('{said}')", timeout=60_000)
            idle(page)
            assert not page.evaluate("window.heard"), path
            assert page.locator("[data-testid=stTopNavLink]").count() == len(PLACES), path
            for part in ("survey", "bar-days", "bar-open"):
                assert page.locator(f".st-key-{part} button").count() == 1, path
            page.context.close()


_HEARD = """
window.heard = "";
new MutationObserver(() => {
  const found = document.body?.innerText.match(/.*(does not seem to exist|could not be drawn).*/);
  if (found) window.heard = found[0];
}).observe(document, { childList: true, subtree: true });
"""


def test_the_tab_has_our_icon(page, address):
    icons = "[...document.querySelectorAll('link[rel~=icon]')].map(link => link.href)"
    ours = (ROOT / "static" / "icon.png").read_bytes()
    for opened in (idle, open_sample):
        opened(page)
        found = page.evaluate(icons)
        assert found
        for icon in found:
            assert icon.startswith(address)
            assert page.request.get(icon).body() == ours
    assert not page.outside


def test_the_whole_way(page, survey_file):
    upload(page, survey_file)
    assert page.locator("h1.answer").inner_text().startswith("NPS is 0, between")
    pick(page, "Plan", "Pro")
    assert page.locator("h1.answer").inner_text().startswith("NPS is +100")
    for title in PAGES:
        go(page, title)
        assert page.get_by_text("60 of 120 responses").first.is_visible(), title
        assert page.get_by_text("could not be drawn").count() == 0, title
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(r"responses shown \(CSV\)")).click()
    name = download.value.suggested_filename
    assert re.fullmatch(r"nps-responses_plan-pro_\d{4}-\d\d-\d\d\.csv", name)
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text(encoding="utf-8-sig"))))
    assert len(rows) == 60
    assert {row["score"] for row in rows} == {"10"}
    assert page.outside == []


def test_what_stands_behind_the_name_closes_once_a_file_was_dropped_there(page, survey_file):
    open_sample(page)
    page.locator(".st-key-survey button").first.click()
    body = page.locator("[data-testid=stPopoverBody]")
    body.locator("[data-testid=stFileUploaderDropzoneInput]").set_input_files(survey_file)
    page.wait_for_selector("h1.answer:has-text('NPS is 0')", timeout=60_000)
    idle(page)
    assert body.count() == 0
    assert page.locator(".st-key-survey button").first.inner_text().count("export.csv") == 1


def test_reload_keeps_survey_and_filters(page, survey_file):
    upload(page, survey_file)
    pick(page, "Plan", "Starter")
    page.reload()
    page.wait_for_selector("h1.answer:has-text('−100')", timeout=60_000)
    assert page.get_by_text("60 of 120 responses").first.is_visible()


def test_two_visitors_with_files_of_one_name_see_their_own(browser, address, tmp_path):
    pages = []
    for folder, score in (("a", 10), ("b", 3)):
        (tmp_path / folder).mkdir()
        file = tmp_path / folder / "export.csv"
        file.write_text("NPS score,Plan\n" + f"{score},Pro\n" * 50, encoding="utf-8")
        opened = browser.new_page()
        opened.goto(address)
        opened.wait_for_selector("h1.answer")
        upload(opened, file)
        pages.append(opened)
    answers = [opened.locator("h1.answer").inner_text() for opened in pages]
    assert answers[0].startswith("NPS is +100")
    assert answers[1].startswith("NPS is −100")
    for opened in pages:
        opened.close()


def test_pictures_are_the_same_from_light_and_dark(browser, address):
    taken = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(
            color_scheme=scheme, viewport={"width": 1360, "height": 900}, accept_downloads=True
        )
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("h1.answer")
        idle(page)
        open_sample(page)
        page.get_by_text("All answers, from the lowest").click()
        idle(page)
        taken[scheme] = take(page, 1, "SVG")
        context.close()
    assert taken["light"][0].endswith(".svg")
    # plotly numbers its clip paths and gradients at random.
    plain = {
        scheme: re.sub(rb"[0-9a-f]{6}(?=[a-z-]|\")", b"", content) for scheme, (_, content) in taken.items()
    }
    assert plain["light"] == plain["dark"]
    assert b"Promoters" in taken["light"][1]
    assert b"http://" not in taken["light"][1].replace(b"http://www.w3.org/", b"")


def test_png_and_table_of_a_chart(page):
    open_sample(page)
    name, content = take(page, 0, "PNG")
    assert re.fullmatch(r"nps-trend-quarter_\d{4}-\d\d-\d\d\.png", name)
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(content[16:20], "big") == 2560  # twice 1280: sharp on a projector
    name, content = take(page, 0, "Table (CSV)")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert len(rows) == 8
    assert set(rows[0]) >= {"period", "nps", "low", "high", "responses"}


def test_hostile_comments_stay_text(page, tmp_path, shared):
    strings = [
        text
        for text in json.loads((shared / "csv" / "hostile_strings.json").read_text(encoding="utf-8"))
        if isinstance(text, str)
    ]
    strings += [
        "![x](https://outside.example/a.png)",
        "<img src='https://outside.example/b.png'>",
        "[link](https://outside.example)",
        "https://outside.example",
    ]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Score", "Comment", "Plan ![x](https://outside.example/c.png)"])
    writer.writerows([i % 11, text, strings[i % 5 - 4]] for i, text in enumerate(strings))
    file = tmp_path / "![x](https://outside.example/d.png).csv".replace("/", "_")
    file.write_text(out.getvalue(), encoding="utf-8")
    alerts = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    upload(page, file)
    for title in PAGES:
        go(page, title)
        page.wait_for_timeout(300)
        assert page.locator("a[href*='outside.example']").count() == 0, title
        assert page.get_by_text("could not be drawn").count() == 0, title
    assert page.outside == []
    assert alerts == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_charts_use_no_undefined_colour(browser, address, scheme):
    page = browser.new_page(color_scheme=scheme)
    page.goto(f"{address}/?survey=sample")
    page.wait_for_selector(".js-plotly-plot .main-svg", timeout=60_000)
    idle(page)
    assert "undefined" not in page.evaluate(
        "[...document.querySelectorAll('.js-plotly-plot .main-svg')].map(e => e.outerHTML).join()"
    )
    page.close()


def themes_named(page):
    """The names of the themes that are being edited."""
    fields = page.locator("[class*='st-key-hand-name-'] input")
    return fields.evaluate_all("fields => fields.map((field) => field.value)")


def test_themes_are_changed_by_hand_and_the_change_survives_a_reload(browser, address):
    """Type over a name, look at a theme of one's own words and keep it, undo; save; a reload brings all of it back."""
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    page.goto(address)
    page.wait_for_selector("h1.answer")
    open_sample(page)
    go(page, "Comments")
    page.get_by_text("Edit themes").first.click()
    idle(page)
    name = page.locator("[class*='st-key-hand-name-'] input").first
    name.fill("Time that it saves")
    name.press("Enter")
    idle(page)
    assert "Time that it saves" in themes_named(page)
    page.get_by_placeholder("pricing: price, expensive, -price list").fill("Money: price, expensive, cost")
    page.get_by_role("button", name="Look", exact=True).click()
    idle(page)
    assert page.get_by_text("what it changes").count() == 1
    assert "Money" not in themes_named(page)  # looked at, not kept
    page.get_by_role("button", name="Keep it").click()
    idle(page)
    assert "Money" in themes_named(page)
    assert page.get_by_text("2 changes", exact=True).count() == 1
    with page.expect_download() as download:
        page.get_by_role("button", name="Save codebook").click()
    saved = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert {"Time that it saves", "Money"} <= {entry["name"] for entry in saved["entries"]}
    page.locator(".st-key-hand-undo button").click()
    idle(page)
    assert "Money" not in themes_named(page)
    page.reload()
    page.wait_for_selector("[class*='st-key-hand-name-'] input", timeout=60_000)
    idle(page)
    assert "Time that it saves" in themes_named(page)
    page.close()


def test_a_deck_is_built_from_what_is_on_screen(browser, address, survey_file):
    """Filter, collect a chart, change a title, build, download: the file is that of the screen."""
    page = browser.new_page(viewport={"width": 1360, "height": 1400})
    page.goto(address)
    page.wait_for_selector("h1.answer")
    upload(page, survey_file)
    pick(page, "Plan", "Pro")
    go(page, "Over time")
    page.get_by_role("button", name="Add to slides").first.click()
    idle(page)
    go(page, "Slides")
    page.wait_for_selector("h1.answer:has-text('slides, ready')", timeout=60_000)
    title = page.locator("[data-testid=stTextArea] textarea")
    title.fill("Where Pro stands")
    title.press("Control+Enter")
    idle(page)
    build = page.get_by_role("button", name="Build")
    build.wait_for(timeout=60_000)
    until(
        page,
        "() => [...document.querySelectorAll('button')].some(b => b.innerText.includes('Build') &&"
        " !b.disabled)",
        timeout=120_000,
    )
    build.click()
    ready = page.get_by_role("button", name="Download the deck")
    ready.wait_for(timeout=60_000)
    with page.expect_download() as download:
        ready.click()
    assert re.fullmatch(r"nps-report_plan-pro_[\d-]+\.pptx", download.value.suggested_filename)
    slides = Presentation(str(download.value.path())).slides
    titles = [slide.shapes.title.text_frame.text for slide in slides]
    assert titles[0] == "Where Pro stands"
    # The trend, and the one collected.
    assert titles.count("No change beyond chance since Feb 2026") == 2
    score = " ".join(shape.text_frame.text for shape in slides[1].shapes if shape.has_text_frame)
    assert "+100" in score
    assert "60 of 120 responses · Plan: Pro" in score
    page.close()


def test_every_page_begins_at_the_same_edge(page):
    """Of two messages about the page the last one decides, and which is the last is chance: they say the same."""
    open_sample(page)
    edges = []
    for title in ("Over time", "By segment", "Summary"):
        go(page, title)
        edges.append(round(page.locator("h1.answer").bounding_box()["x"]))
        page.reload()
        page.wait_for_selector("h1.answer:not(:has-text('Drop a survey'))", timeout=60_000)
        idle(page)
        edges.append(round(page.locator("h1.answer").bounding_box()["x"]))
    assert len(set(edges)) == 1, edges
