"""Of ten thousand comments the next fifty come at once, in a real browser."""

from __future__ import annotations

import csv
import io

import pytest
from server import go, idle, upload

pytestmark = pytest.mark.browser


@pytest.fixture
def many(tmp_path):
    """10,000 comments of some length."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Score", "Account", "What is the main reason for your score?"])
    subjects = ("support", "price", "delivery", "reports", "login")
    for row in range(10_000):
        subject = subjects[row % 5]
        writer.writerow(
            [
                row % 11,
                f"Firm {row % 900}",
                (
                    f"The {subject} was {'slow' if row % 2 else 'good'} when we asked in week {row % 52}, and it is"
                    f" what our {row % 17} teams talk about most, case {row}"
                ),
            ]
        )
    file = tmp_path / "many.csv"
    file.write_text(out.getvalue(), encoding="utf-8")
    return file


def test_the_next_fifty_of_ten_thousand_are_light_and_quick(desk, many):
    page = desk
    upload(page, many)
    go(page, "Comments")
    page.wait_for_selector(".themes .nps", timeout=120_000)
    page.locator(".themes .theme", has_text="All comments").click()
    idle(page)
    assert page.locator(".reader .foot").inner_text().split("\n")[1] == "1–50 of 10,000"

    def taken(does, seen):
        before = page.evaluate("performance.now()")
        does()
        page.locator(seen).wait_for(timeout=60_000)
        idle(page)
        return page.evaluate("performance.now()") - before

    opened = taken(
        page.locator(".themes .theme:has(.nps)").first.click, ".themes .theme[aria-current]:has(.nps)"
    )
    page.locator(".themes .theme", has_text="All comments").click()
    idle(page)
    first = page.locator(".reader .row .words").first.inner_text()
    page.received.clear()
    turned = taken(page.get_by_role("button", name="Next 50").click, ".reader .foot:has-text('51–100')")
    assert "51–100 of 10,000" in page.locator(".reader .foot").inner_text()
    assert page.locator(".reader .row").count() == 50
    assert page.locator(".reader .row .words").first.inner_text() != first
    assert sum(page.received) <= 100_000
    assert turned <= 1.5 * opened
