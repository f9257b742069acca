"""Every chart of every page is taken away as PNG, SVG and by the clipboard.

From a dark screen, in the one light look.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from server import go_to_view, idle, open_sample

pytestmark = pytest.mark.browser

PAGES = {
    "Summary": 1,
    "Over time": 1,
    "By segment": 1,
    "Two sides": 1,
    "Comments: Themes": 1,
    "Drivers": 1,
    "Who speaks": 1,
}
"""With the fewest charts that each has of the sample."""

CLIPBOARD = """async () => {
  const [item] = await navigator.clipboard.read();
  const picture = await createImageBitmap(await item.getType("image/png"));
  const canvas = new OffscreenCanvas(picture.width, picture.height), pen = canvas.getContext("2d");
  pen.drawImage(picture, 0, 0);
  const corner = pen.getImageData(3, 3, 1, 1).data, all = pen.getImageData(0, 0, picture.width, picture.height).data;
  let ink = 0;
  for (let at = 0; at < all.length; at += 400) if (all[at] + all[at + 1] + all[at + 2] < 600) ink += 1;
  return {width: picture.width, height: picture.height, corner: [...corner], ink, types: item.types};
}"""


@pytest.fixture
def dark(browser, address):
    context = browser.new_context(
        color_scheme="dark", viewport={"width": 1360, "height": 900}, accept_downloads=True
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("h1.answer")
    idle(page)
    open_sample(page)
    yield page
    context.close()


def saved(page, kind):
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=kind, exact=True).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


@pytest.mark.parametrize("title", PAGES)
def test_png_svg_and_clipboard(dark, title):
    page = dark
    go_to_view(page, title)
    buttons = page.get_by_role("button", name="Take away")
    buttons.nth(PAGES[title] - 1).wait_for(timeout=60_000)
    for place in range(buttons.count()):
        buttons.nth(place).click()
        idle(page)
        name, png = saved(page, "PNG")
        assert re.fullmatch(r"nps-.+\.png", name)
        assert png.startswith(b"\x89PNG")
        size = tuple(int.from_bytes(png[at : at + 4], "big") for at in (16, 20))
        vector, svg = saved(page, "SVG")
        assert vector == name.replace(".png", ".svg")
        root = ET.fromstring(svg)  # noqa: S314 - what this app made
        assert size == tuple(2 * round(float(root.get(side))) for side in ("width", "height"))
        assert b"font-family:Inter" in svg
        page.get_by_role("button", name="Copy picture", exact=True).click()
        page.get_by_text("Copied", exact=True).wait_for(timeout=30_000)
        copied = page.evaluate(CLIPBOARD)
        assert (copied["width"], copied["height"]) == size
        assert copied["corner"] == [255, 255, 255, 255]
        assert copied["ink"] > 100
        page.keyboard.press("Escape")
        idle(page)


@pytest.mark.parametrize("below", [30, 60, 100, 150])
def test_what_opens_near_the_lower_edge_is_whole(page, below):
    """So many pixels above the edge: where there is no room below, what opens stands above."""
    open_sample(page)
    page.get_by_text("All answers, from the lowest").click()
    idle(page)
    for number, name in enumerate(("About this chart", "Take away")):
        button = page.get_by_role("button", name=name).nth(1)
        button.evaluate(
            "(it, below) => document.querySelector('[data-testid=stMain]').scrollBy(0,"
            " it.getBoundingClientRect().bottom - innerHeight + below)",
            below,
        )
        page.wait_for_timeout(200)
        button.click()
        idle(page)
        opened = page.get_by_test_id("stPopoverBody")
        box, (inner, outer) = (
            opened.bounding_box(),
            opened.evaluate("it => [it.scrollHeight, it.clientHeight]"),
        )
        assert box["y"] >= 0, name
        assert box["y"] + box["height"] <= 900, name
        assert inner - outer < 12 * (1 + number), name  # nothing of it has to be scrolled to
        page.keyboard.press("Escape")
        idle(page)
