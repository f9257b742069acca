"""One app and one Chromium for all browser tests; without Chromium they are skipped, in CI they fail."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

import server


@pytest.fixture(scope="session")
def address():
    with server.running_app() as running:
        yield running


@pytest.fixture(scope="session")
def browser():
    if server.CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI has no Chromium: the browser tests must not be skipped there")
        pytest.skip("needs Chromium (Debian's package `chromium`)")
    with server.chromium() as started:
        yield started


@pytest.fixture
def page(browser, address):
    """A fresh visitor; each request it makes to anywhere but the app is recorded in `page.outside`."""
    context = browser.new_context(viewport={"width": 1360, "height": 900}, accept_downloads=True)
    opened = context.new_page()
    opened.outside = []
    opened.on(
        "request",
        lambda request: opened.outside.append(request.url) if _is_outside(request.url, address) else None,
    )
    opened.goto(address)
    opened.wait_for_selector("h1.answer")
    server.idle(opened)
    yield opened
    context.close()


@pytest.fixture
def desk(browser, address):
    """A visitor at 1440 x 900 who may use the clipboard; `page.received` has the size of each message to it."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    opened = context.new_page()
    opened.received = []
    opened.on(
        "websocket",
        lambda socket: socket.on("framereceived", lambda frame: opened.received.append(len(frame))),
    )
    opened.goto(address)
    opened.wait_for_selector("h1.answer")
    server.idle(opened)
    yield opened
    context.close()


def _is_outside(url, address):
    return not url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:"))
