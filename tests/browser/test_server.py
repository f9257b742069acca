"""What the server answers, to whom, and under which headers; and that it asks nobody outside."""

from __future__ import annotations

import http.client
import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from server import PAGES, go, idle, running_app, upload

pytestmark = pytest.mark.browser

FOREIGN = "https://outside.example"
PATHS = (
    "/",
    "/trends",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/stream",
    "/app/static/icon.png",
    "/nothing.js",
)
HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
LOOPBACK = ("localhost", "127.0.0.1", "::1")


def ask(address, path, headers=(), method="GET"):
    """One answer: its status and headers; headers may be given twice."""
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    connection.putrequest(method, path, skip_host=any(name == "Host" for name, _ in headers))
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}


def handshake(address, *headers):
    return ask(address, "/_stcore/stream", (*HANDSHAKE.items(), *headers))[0]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("headers", [(), (("Origin", FOREIGN),)], ids=["own", "foreign"])
def test_every_answer_has_the_security_headers(address, path, headers):
    _, found = ask(address, path, headers)
    policy = found["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "'unsafe-eval'" not in policy
    assert not re.search(r"script-src[^;]*'unsafe-inline'", policy)
    assert found["x-content-type-options"] == "nosniff"
    assert found["referrer-policy"] == "no-referrer"


def test_only_its_own_names_and_pages_are_answered(address):
    own = urlsplit(address).netloc
    port = own.rpartition(":")[2]
    for name in LOOPBACK:
        host = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
        for origin in ((), (("Origin", f"http://{host}"),)):
            assert ask(address, "/_stcore/health", (("Host", host), *origin))[0] == 200
            assert handshake(address, ("Host", host), *origin) == 101
    for headers in [
        (("Host", "outside.example"),),
        (("Host", f"outside.example:{port}"), ("Origin", f"http://outside.example:{port}")),
        (("Host", f"localhost.outside.example:{port}"),),
        (("Host", f"127.0.0.1:{port}@outside.example"),),
        (("Host", ""),),
        (("Host", "localhost:99999999"),),
        (("Origin", FOREIGN),),
        (("Origin", "null"),),
        (("Origin", ""),),
        (("Origin", "http://localhost:1"),),  # another program's page on this machine
        (("Origin", "http://["),),
        (("Origin", f"http://{own}"), ("Origin", FOREIGN)),
    ]:
        for path in PATHS:
            assert ask(address, path, headers)[0] == 403, (path, headers)
        assert handshake(address, *headers) in {400, 403}, headers  # two of one header are no request at all


def test_other_names_can_be_allowed():
    names = "localhost nps.example *.team.example"
    with running_app(STREAMLIT_SERVER_ALLOWED_HOSTS=names) as address:
        for host, status in (
            ("nps.example", 200),
            ("a.team.example:8443", 200),
            ("localhost", 200),
            ("127.0.0.1", 403),
        ):
            assert ask(address, "/_stcore/health", (("Host", host),))[0] == status
        assert handshake(address, ("Host", "nps.example"), ("Origin", "https://nps.example")) == 101


def test_the_agent_api_is_off(address):
    assert ask(address, "/_stcore/agent/interact", method="POST")[0] in {403, 404}


def test_nothing_outside_is_asked_for(browser, tmp_path):
    """A whole session, with foreign headers sent to each kind of route: no address but this machine's."""
    asked_for = tmp_path / "sockets"
    watched = os.pathsep.join(
        filter(None, (str(Path(__file__).parent / "watched"), os.environ.get("PYTHONPATH")))
    )
    file = tmp_path / "survey.csv"
    lines = [f"2026-{1 + n % 6:02}-10,{n % 11},The price is high,{'AB'[n % 2]}" for n in range(120)]
    file.write_text("\n".join(["Date,Score,Comment,Plan", *lines]), encoding="utf-8")
    with running_app(SOCKETS_ASKED_FOR=str(asked_for), PYTHONPATH=watched) as address:
        for headers in (
            (("Origin", FOREIGN),),
            (("Host", "outside.example"),),
            (("Origin", "http://10.1.2.3"),),
        ):
            for path in PATHS:
                ask(address, path, headers)
            handshake(address, *headers)
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        outside, violations = [], []
        page.on("request", lambda request: outside.append(request.url))
        page.on(
            "console", lambda message: violations.append(message.text) if "Policy" in message.text else None
        )
        page.goto(address)
        page.wait_for_selector("h1.answer")
        idle(page)
        upload(page, file)
        page.goto(f"{address}/?survey=sample")
        page.wait_for_selector("h1.answer")
        idle(page)
        for title in PAGES:
            go(page, title)
        go(page, "Summary")
        page.get_by_role("button", name="Take away").first.click()
        idle(page)
        for kind in ("PNG", "SVG", "Table (CSV)"):
            with page.expect_download(timeout=60_000):
                page.get_by_role("button", name=kind, exact=True).click()
        page.close()
    own = (address, address.replace("http", "ws", 1), "data:", f"blob:{address}")
    assert [url for url in outside if not url.startswith(own)] == []
    assert violations == []
    written = asked_for.read_text(encoding="utf-8").splitlines()
    hosts = {line.split(" ", 1)[1].strip("'") for line in written}
    assert hosts <= {*LOOPBACK, "None"}, written
