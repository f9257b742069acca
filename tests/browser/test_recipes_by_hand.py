"""A recipe saved on one visit makes the same deck on the next, on screen and from the command line."""

from __future__ import annotations

import json

import pytest
from server import ROOT, filter_by, go, idle, open_sample

from nps_core.__main__ import main

pytestmark = pytest.mark.browser


def test_a_recipe_is_saved_taken_on_another_visit_and_makes_the_same_deck(page, tmp_path):
    open_sample(page)
    address = page.url.split("?", maxsplit=1)[0]
    filter_by(page, "Plan", "Starter")
    page.locator(".st-key-bar-days button").first.click()
    page.get_by_text("Last quarter", exact=True).click()
    idle(page)
    go(page, "Slides")
    title = page.locator(".st-key-slide textarea")
    title.fill("What Starter told us")
    title.press("Control+Enter")
    idle(page)
    page.get_by_role("button", name="Save recipe").click()
    page.get_by_label("Name", exact=True).fill("Quarterly")
    page.get_by_label("Name", exact=True).press("Enter")
    idle(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Save", exact=True).click()
    recipe = tmp_path / "quarterly.json"
    recipe.write_bytes(taken.value.path().read_bytes())
    told = json.loads(recipe.read_text(encoding="utf-8"))
    assert (told["name"], told["days"], told["view"]["by.Plan"]) == ("Quarterly", "Last quarter", ["Starter"])
    assert "since" not in told["view"]
    assert told["titles"] == {"answer": "What Starter told us"}

    page.goto(address)
    open_sample(page)
    go(page, "Slides")
    page.get_by_role("button", name="Load recipe").click()
    page.locator(".st-key-recipe-load-open, [data-testid=stPopoverBody]").locator(
        "[data-testid=stFileUploaderDropzoneInput]"
    ).last.set_input_files(recipe)
    page.get_by_role("button", name="Use it").click()
    idle(page)
    assert page.locator(".st-key-slide textarea").input_value() == "What Starter told us"
    assert "Recipe: Quarterly" in page.inner_text("body")
    page.get_by_role("button", name="Build").click(timeout=120_000)
    download = page.get_by_role("button", name="Download the deck")
    download.wait_for(timeout=120_000)
    with page.expect_download() as taken:
        download.click()
    made = tmp_path / "made.pptx"
    main(
        [
            "report",
            str(ROOT / "data" / "sample_survey.csv"),
            "--recipe",
            str(recipe),
            "--to",
            str(made),
            "--quiet",
        ]
    )
    assert made.read_bytes() == taken.value.path().read_bytes()
    assert page.outside == []


def test_a_slide_of_ones_own_is_typed_and_moved_by_keyboard(page):
    open_sample(page)
    go(page, "Slides")
    page.get_by_role("combobox", name="Add a slide").click()
    page.get_by_role("option", name="A slide of your own").click()
    idle(page)
    title = page.locator(".st-key-slide textarea").first
    title.fill("What we do next")
    title.press("Tab")
    idle(page)
    page.keyboard.type("A guided first week")  # the field is still the one that Tab led to
    page.keyboard.press("Control+Enter")
    idle(page)
    listed = page.locator(".st-key-slides button")
    names = listed.all_inner_texts()
    place = next(number for number, name in enumerate(names) if "Text: What we do next" in name)
    up = page.locator(".st-key-report-up button:visible").first
    up.focus()
    page.keyboard.press("Enter")
    idle(page)
    after = [name for name in listed.all_inner_texts() if "·" in name]
    assert f"{len(after) - 2} · Text: What we do next" in after, (place, after)
    page.locator(".st-key-report-format").get_by_text("Page", exact=True).click()
    idle(page)
    page.get_by_role("button", name="Build").click()
    download = page.get_by_role("button", name="Download the page")
    download.wait_for(timeout=120_000)
    with page.expect_download() as taken:
        download.click()
    made = taken.value.path().read_text(encoding="utf-8")
    assert "What we do next</h2>" in made
    assert "A guided first week</li>" in made
