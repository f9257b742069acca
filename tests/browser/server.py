"""The app as a subprocess on a free port, and a Chromium to look at it with."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
PLACES = ("Summary", "Explore", "Comments", "Slides")
"""The pages of the navigation, in its order."""

VIEW_KEYS = {
    "Over time": "time",
    "By segment": "segments",
    "Two sides": "sides",
    "Drivers": "drivers",
    "CSAT/CES": "measures",
    "Who speaks": "accounts",
}
"""The views of Explore, by what stands in an address."""

VIEWS = tuple(VIEW_KEYS)

COMMENT_VIEWS = ("Read", "Themes", "Changes", "By segment", "Edit themes", "Review")
"""The views of Comments."""

PAGES = ("Summary", *VIEWS, "Comments", "Slides", "Data")
"""All that there is to look at, by the names that `go` knows."""

_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def running_app(script: str = "app.py", **environment: str) -> Iterator[str]:
    """Start the app, or another script, with more variables in its environment; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        script,
        f"--server.port={port}",
        "--server.fileWatcherType=none",
    ]
    with tempfile.TemporaryDirectory() as folder:
        # What is remembered and kept here is nothing to the person who runs the tests.
        own = {"NPS_READINGS": folder, "NPS_WORKSPACE": str(Path(folder, "workspace.sqlite"))}
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **own, **environment},
        )
        address = f"http://localhost:{port}"
        try:
            _wait_until_healthy(address, process)
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium without a screen."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(_QUIET))
        yield browser
        browser.close()


def idle(page: Page, timeout: float = 60_000) -> None:
    """Wait until the script has run and stays done, all is drawn, and what was left is gone.

    A click starts its run a moment later.
    """
    done = (
        "document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'"
        " && !document.querySelector('[data-testid=stMain] [data-testid=stSkeleton], [class*=st-key-left-] *')"
    )
    until(page, done, timeout=timeout)
    page.wait_for_timeout(250)
    until(page, done, timeout=timeout)


def until(page: Page, condition: str, timeout: float = 60_000) -> None:
    """Wait until an expression in the page holds.

    Asked anew each time: `page.wait_for_function` evaluates strings within the page, which its policy forbids.
    """
    end = time.monotonic() + timeout / 1000
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"not within {timeout / 1000:.0f} s: {condition}"
        page.wait_for_timeout(50)


def open_sample(page: Page) -> None:
    """Open the sample survey from the first screen."""
    page.get_by_role("button", name="Open the sample survey").click()
    page.wait_for_selector("h1.answer:has-text('NPS is')", timeout=60_000)
    # Once its themes are found the page is drawn anew, which would close what a test has just opened.
    until(page, "document.body.innerText.includes('All themes and comments')", timeout=120_000)
    idle(page)


def keep_sample(page: Page) -> None:
    """Open the sample survey and keep it, in a workspace of its own."""
    open_sample(page)
    page.locator(".st-key-survey button").first.click()
    page.wait_for_selector(".st-key-keep")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator("[data-testid=stTopNavLink]", has_text="Actions").wait_for()
    idle(page)


def open_calls(page: Page, name: str) -> None:
    """Go to the list of whom to call, as somebody of a name."""
    page.locator("[data-testid=stTopNavLink]", has_text="Actions").click()
    page.locator(".calls .row").first.wait_for()
    field = page.get_by_label("Assign to")
    field.fill(name)
    field.press("Enter")
    idle(page)
    page.locator("h1.answer").click()  # nothing is typed any more


def upload(page: Page, path: Path) -> None:
    """Drop a file on the first screen."""
    page.locator("[data-testid=stFileUploaderDropzoneInput]").first.set_input_files(path)
    until(page, "!document.querySelector('h1.answer')?.innerText.startsWith('Drop a survey')")
    page.wait_for_selector("h1.answer", timeout=60_000)
    idle(page)


def filter_by(page: Page, attribute: str, value: str) -> None:
    """Pick a value of an attribute among the filters over the page."""
    page.locator(".st-key-bar-open button").first.click()
    idle(page)
    page.locator(".st-key-picker").get_by_text(attribute, exact=True).first.click()
    idle(page)
    page.locator(".st-key-values").get_by_role("button", name=value).click()
    idle(page)
    page.keyboard.press("Escape")
    idle(page)


def go(page: Page, title: str) -> None:
    """Go to a place, or to a view of Explore."""
    assert title in PAGES, title
    if title == "Data":
        link = page.get_by_role("link", name="What was read of it")
        for _ in range(
            3
        ):  # what was just opened closes where the page is drawn anew, as once themes are found
            page.locator(".st-key-survey button").first.click()
            idle(page)
            if link.count():
                break
        link.click()
    else:
        _follow(page, "Explore" if title in VIEWS else title)
    page.wait_for_timeout(200)
    idle(page)
    if title in VIEWS:
        offered = page.locator(".st-key-explore-view").get_by_text(title, exact=True)
        if offered.count():
            offered.click()
        else:  # what a file cannot fill has its address alone
            own = dict(parse_qsl(urlsplit(page.url).query)) | {"see.explore.view": VIEW_KEYS[title]}
            page.goto(urlsplit(page.url)._replace(query=urlencode(own)).geturl())
            page.wait_for_selector("h1.answer")
        idle(page)
    until(
        page,
        "!document.querySelector('h1.answer')?.innerText.startsWith('Looking for themes')",
        timeout=120_000,
    )
    idle(page)


def _follow(page: Page, place: str) -> None:
    # On a telephone the page has its own.
    links = page.locator("[data-testid=stTopNavLink]:visible, .st-key-places a:visible")
    link = links.filter(has_text=place)
    if link.count():
        link.first.click()
    else:  # what a file cannot fill has its address alone
        page.goto(urlsplit(page.url)._replace(path=f"/{place.lower()}").geturl())
        page.wait_for_selector("h1.answer")


def go_to_view(page: Page, title: str) -> None:
    """Go to a place, or to a view of Comments by both names: "Comments: Changes"."""
    place, _, view = title.partition(": ")
    go(page, place)
    if view:
        page.locator(".st-key-comments-view").get_by_text(view, exact=True).click()
        idle(page)


def _wait_until_healthy(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if process.poll() is not None:
            message = "the app ended before it was up"
            raise RuntimeError(message)
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    message = "the app was not up within a minute"
    raise RuntimeError(message)
