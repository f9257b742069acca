"""In a running server, a file that kills its worker is answered in words, and other visitors go on."""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import psutil
import pytest
import server
import xlsxwriter
from server import go, idle, open_sample, upload

sys.path.insert(0, str(Path(__file__).parents[1] / "core"))

import hostile

pytestmark = pytest.mark.browser


def children_of(address):
    """The processes that the server at an address started."""
    port = f"--server.port={address.rpartition(':')[2]}"
    own = next(one for one in psutil.Process().children() if port in one.cmdline())
    return own.children(recursive=True)


@pytest.fixture
def files(tmp_path):
    """A workbook that is read, and others that kill what opens them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_column(
            0, 0, ["How likely are you to recommend us?", *[place % 11 for place in range(99)]]
        )
    contents = {
        "good.xlsx": out.getvalue(),
        "aborts.xlsx": hostile.corner(0),
        "fills_memory.xlsx": hostile.shared_text(1),
        "repeats.ods": hostile.repeated_ods(0),
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return {name: tmp_path / name for name in contents}


def visitor(browser, address):
    page = browser.new_page(viewport={"width": 1360, "height": 900})
    page.goto(address)
    page.wait_for_selector("h1.answer")
    idle(page)
    return page


def test_files_that_kill_their_worker_harm_nobody(browser, files):
    with server.running_app() as address:
        neighbour, hostile_one = visitor(browser, address), visitor(browser, address)
        open_sample(neighbour)
        for name in ("aborts.xlsx", "fills_memory.xlsx", "repeats.ods"):
            upload(hostile_one, files[name])
            hostile_one.wait_for_selector(f"text=“{name}” asks for more memory than the 1 GB")
            go(neighbour, "By segment")
            assert neighbour.locator("h1.answer").inner_text()
            go(neighbour, "Summary")
            assert neighbour.locator("h1.answer").inner_text().startswith("NPS is")
        upload(hostile_one, files["good.xlsx"])
        assert hostile_one.locator("h1.answer").inner_text().startswith("NPS is")
        workers = children_of(address)
        assert 1 <= len(workers) <= 3
        # The app itself runs in the server alone, and in no worker.
        assert all(worker.cmdline()[-1].endswith("worker.py") for worker in workers)
        neighbour.close()
        hostile_one.close()
    until = time.monotonic() + 20
    while any(worker.is_running() for worker in workers) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(worker.is_running() for worker in workers)
