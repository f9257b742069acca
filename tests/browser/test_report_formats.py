"""Every format is built and taken away from the page Slides, under the filters on screen."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook
from server import filter_by, go, idle, open_sample

from nps_core import FORMATS

pytestmark = pytest.mark.browser

STARTS = {"pptx": b"PK", "xlsx": b"PK", "html": b"<!doctype html>", "pdf": b"%PDF-"}


def within_its_row(choice):
    """Whether a choice is whole on screen: a row of choices that is too long is cut at its end."""
    return choice.evaluate("""own => {
      const inner = own.getBoundingClientRect(), outer = own.parentElement.getBoundingClientRect();
      return inner.right <= outer.right + 1;
    }""")


def test_every_format(page):
    open_sample(page)
    filter_by(page, "Plan", "Starter")
    go(page, "Slides")
    made = {}
    for ending, one in FORMATS.items():
        choice = page.get_by_role("radio", name=one.name, exact=True)
        assert within_its_row(choice), one.name
        choice.click()
        idle(page)
        page.get_by_role("button", name="Build").click(timeout=120_000)  # once the themes are found
        download = page.get_by_role("button", name=f"Download the {one.name.lower()}")
        download.wait_for(timeout=120_000)
        with page.expect_download() as taken:
            download.click()
        assert taken.value.suggested_filename.startswith("nps-report_plan-starter_")
        assert taken.value.suggested_filename.endswith(f".{ending}")
        made[ending] = taken.value.path().read_bytes()
        assert made[ending].startswith(STARTS[ending])
    heads, *rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(made["xlsx"])).get_sheet_by_name("Responses").to_python()
    )
    assert {row[heads.index("Plan")] for row in rows} == {"Starter"}
    assert b"Plan: Starter" in made["html"]
    assert page.outside == []
