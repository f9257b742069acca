"""Every page as those see it who see little, or hear it: the rules of axe (WCAG 2 A and AA), light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from server import PAGES, filter_by, go, idle, open_sample

pytestmark = pytest.mark.browser
# What is graver than an annoyance. Streamlit's drop zone has one of those: a role beside a name.
GRAVE = {"serious", "critical"}


def problems(page) -> list[str]:
    """What the rules find: rule, help, and the first element."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {one['nodes'][0]['html'][:200]}"
        f" {one['nodes'][0].get('failureSummary', '')}"
        for one in found
        if one["impact"] in GRAVE
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_by_everybody(browser, address, scheme):
    page = browser.new_page(viewport={"width": 1360, "height": 900}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("h1.answer")
    idle(page)
    found = {"the first screen": problems(page)}
    open_sample(page)
    filter_by(page, "Plan", "Team")
    for title in PAGES:
        go(page, title)
        page.wait_for_timeout(600)  # charts fade in
        found[title] = problems(page)
    page.close()
    assert not {where: what for where, what in found.items() if what}
