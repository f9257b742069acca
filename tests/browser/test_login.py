"""The login, against a provider on loopback: in and out, two browsers, an old cookie, a role that is taken, an end."""

from __future__ import annotations

import csv
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from importlib.util import find_spec

import pytest
from server import idle, running_app
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from nps_core import read_survey
from nps_core.filters import Filters
from nps_core.viewer import Viewer
from nps_core.workspace import Workspace, audit, roles

THERE = all(find_spec(name) for name in ("authlib", "httpx", "oidc_provider_mock"))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        not THERE and not os.environ.get("CI"), reason="needs the extra `login` and oidc-provider-mock"
    ),
]

SECRET = "a secret of this test, and of nothing else"  # noqa: S105 - opens nothing
SIGN_IN, REFUSED = "Sign in to see the surveys of this server", "Access refused"
PEOPLE = {
    "ana": Viewer("Ana", "admin"),
    "vic": Viewer("Vic", "viewer", Filters().with_attribute("Plan", ["Pro"]), ("names",)),
}


@contextmanager
def running_provider(seconds):
    """A provider on loopback whose logins end after so many seconds; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--token-max-age", str(seconds)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = f"http://localhost:{port}"
    try:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            try:
                urllib.request.urlopen(f"{address}/.well-known/openid-configuration", timeout=1).close()
                break
            except OSError:
                assert process.poll() is None, "the provider ended before it was up"
                time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def survey():
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["Date", "Email", "Score", "Comment", "Plan"])
    for number in range(60):
        plan = "Pro" if number < 35 else "Starter"
        rows.writerow(
            [f"2026-03-{1 + number % 28:02}", f"u{number}@x.example", number % 11, f"{plan} remark", plan]
        )
    return read_survey(out.getvalue().encode(), name="q1.csv")


class Firm:
    def __init__(self, provider, folder):
        self.issuer = provider
        self.place = folder / "workspace.sqlite"
        self.workspace = Workspace.open(self.place)
        self.link = self.workspace.keep(survey(), "Customers").link
        for subject, viewer in PEOPLE.items():
            roles.give_role(self.workspace.engine, roles.Person(provider, subject, viewer))
        self.secrets = folder / "secrets.toml"
        self.secrets.write_text(
            "[auth]\n"
            'redirect_uri = "http://localhost:{port}/oauth2callback"\n'
            f'cookie_secret = "{SECRET}"\n'
            'client_id = "nps"\n'
            'client_secret = "secret"\n'
            f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
        )

    @property
    def environment(self):
        return {"NPS_WORKSPACE": str(self.place), "STREAMLIT_SECRETS_FILES": str(self.secrets)}


@pytest.fixture
def new_page(browser):
    contexts = []

    def new_page(address, cookies=()):
        contexts.append(browser.new_context(viewport={"width": 1360, "height": 900}))
        contexts[-1].add_cookies(list(cookies))
        page = contexts[-1].new_page()
        page.goto(address)
        page.wait_for_selector("h1.answer")
        idle(page)
        return page

    yield new_page
    for context in contexts:
        context.close()


def answer(page):
    return page.locator("h1.answer").first.inner_text()


def sign_in(page, subject):
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("input[name=sub]")
    page.locator("input[name=sub]").fill(subject)
    page.locator("input[name=sub]").press("Enter")
    page.wait_for_selector("h1.answer")
    idle(page)


def sign_out(page):
    page.locator(".st-key-account button").first.click()
    page.get_by_role("button", name="Sign out").click()
    # The provider asks whether to sign out there, too.
    page.locator("form [type=submit], form button").first.click()
    page.wait_for_selector(f"h1.answer:has-text('{SIGN_IN}')", timeout=30_000)
    idle(page)


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    with running_provider(3600) as provider:
        yield Firm(provider, tmp_path_factory.mktemp("firm"))


@pytest.fixture(scope="module")
def server(firm):
    with running_app(**firm.environment) as address:
        yield address


def test_in_and_out_and_an_old_cookie(server, new_page):
    page = new_page(server)
    assert answer(page) == SIGN_IN
    assert page.locator("[data-testid=stFileUploader]").count() == 0
    sign_in(page, "ana")
    page.get_by_role("button", name="Customers").wait_for()
    stolen = page.context.cookies()
    assert [cookie for cookie in stolen if cookie["name"].startswith("_streamlit_user")]
    copied = new_page(server, stolen)
    copied.get_by_role("button", name="Customers").wait_for()
    sign_out(page)
    # The copy of the cookie is signed and thirty days young, and opens nothing any more: not by a click ...
    copied.get_by_role("button", name="Customers").click()
    copied.wait_for_selector(f"h1.answer:has-text('{REFUSED}')")
    assert "Customers" not in copied.locator("[data-testid=stMain]").inner_text()
    # ... nor in another browser.
    assert answer(new_page(server, stolen)) == REFUSED
    sign_in(page, "ana")
    page.get_by_role("button", name="Customers").wait_for()


@pytest.mark.parametrize(
    ("secret", "audience", "sees"),
    [
        (SECRET, "nps", "Drop a survey export"),
        ("the secret of another app on this machine", "nps", SIGN_IN),
        (SECRET, "wiki", REFUSED),  # another app with the same secret: cookies know no ports
    ],
)
def test_a_cookie_of_another_app_opens_nothing(firm, server, new_page, secret, audience, sees):
    now = time.time()
    told = {"iss": firm.issuer, "sub": "ana", "aud": audience, "iat": now, "exp": now + 600}
    payload = json.dumps({**told, "origin": server, "is_logged_in": True})
    value = create_signed_value(secret, "_streamlit_user", payload).decode()
    page = new_page(server, [{"name": "_streamlit_user", "value": value, "url": server}])
    page.wait_for_selector(f"h1.answer:has-text('{sees}')")
    assert ("Customers" in page.content()) == (sees not in {SIGN_IN, REFUSED})


def test_two_browsers_see_each_their_own(firm, server, new_page):
    kept = f"{server}/?survey={firm.link}"
    admin, viewer = new_page(server), new_page(server)
    sign_in(admin, "ana")
    sign_in(viewer, "vic")
    for page, n in ((admin, 60), (viewer, 35)):
        page.goto(kept)
        page.wait_for_selector("h1.answer:has-text('NPS is')")
        idle(page)
        assert f"{n} responses" in page.locator("[data-testid=stMain]").inner_text()
    assert "Starter" not in viewer.locator("[data-testid=stApp]").inner_text()
    assert "Starter" not in viewer.content()
    assert {("Ana", "opened"), ("Vic", "opened")} <= {
        (line.actor.name or line.actor.subject, line.event) for line in audit.entries(firm.workspace.engine)
    } | {(line.actor.name.title(), line.event) for line in audit.entries(firm.workspace.engine)}


def test_a_role_that_is_taken_holds_at_the_next_click(firm, server, new_page):
    roles.give_role(firm.workspace.engine, roles.Person(firm.issuer, "tom", Viewer("Tom", "viewer")))
    page = new_page(f"{server}/?survey={firm.link}")
    sign_in(page, "tom")
    page.goto(f"{server}/?survey={firm.link}")
    page.wait_for_selector("h1.answer:has-text('NPS is')")
    idle(page)
    roles.take_role(firm.workspace.engine, firm.issuer, "tom")
    page.locator("[data-testid=stTopNavLink]").filter(has_text="Comments").click()
    page.wait_for_selector(f"h1.answer:has-text('{REFUSED}')")
    idle(page)
    assert "remark" not in page.content()
    assert "have no role here yet" in page.locator("[data-testid=stMain]").inner_text()


def test_who_is_nobody_here_sees_nothing_and_waits_for_a_role(firm, server, new_page):
    page = new_page(server)
    sign_in(page, "eve")
    assert answer(page) == REFUSED
    admin = new_page(server)
    sign_in(admin, "ana")
    admin.goto(f"{server}/roles")
    admin.wait_for_selector("h1.answer:has-text('a role')")
    idle(admin)
    admin.get_by_role("button", name="Give eve a role").click()
    idle(admin)
    admin.get_by_role("button", name="Give the role").click()
    idle(admin)
    assert roles.viewer_of(firm.workspace.engine, firm.issuer, "eve").role == "viewer"
    page.reload()
    page.wait_for_selector("h1.answer:has-text('Drop a survey export')")


def take(page, name):
    """Take a file away; its address and what is in it."""
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name=name).first.click()
    return download.value.url, download.value.path().read_bytes()


def exported(firm):
    lines = audit.entries(firm.workspace.engine)
    return [(line.actor.name, line.about) for line in lines if line.event == "exported"]


def test_the_address_of_a_file_opens_for_whom_it_was_made_alone(firm, server, new_page):
    page = new_page(server)
    sign_in(page, "vic")
    page.goto(f"{server}/data?survey={firm.link}")
    page.wait_for_selector("h1.answer:has-text('35 responses')")
    idle(page)
    before = len(exported(firm))
    address, table = take(page, "35 responses shown (CSV)")
    assert table.count(b"Pro remark") == 35
    assert exported(firm)[: len(exported(firm)) - before] == [("Vic", "Customers")]
    page.goto(f"{server}/slides?survey={firm.link}")
    page.wait_for_selector(".st-key-report-build button:not([disabled])", timeout=120_000)
    idle(page)
    page.get_by_role("button", name="Build").click()
    page.wait_for_selector("[data-testid=stDownloadButton]", timeout=120_000)
    idle(page)
    deck_address, deck = take(page, "Download the")
    assert deck.startswith(b"PK")
    assert exported(firm)[0] == ("Vic", "Customers")
    assert deck_address.startswith(f"{server}/media/")
    ask = page.context.request
    assert ask.get(deck_address).body() == deck
    # Another browser, without a login and with that of somebody who may see more.
    nobody, admin = new_page(server), new_page(server)
    sign_in(admin, "ana")
    told = len(exported(firm))
    for other in (nobody, admin):
        answered = other.context.request.get(deck_address)
        assert answered.status == 403
        assert "not made for you" in answered.text()
    # What that browser shows who pastes the address is words, and no file.
    admin.goto(deck_address)
    assert "not made for you" in admin.locator("body").inner_text()
    # The same browser, and a copy of its cookie, after the sign-out.
    cookies = page.context.cookies()
    page.goto(f"{server}/?survey={firm.link}")
    page.wait_for_selector("h1.answer:has-text('NPS is')")
    idle(page)
    sign_out(page)
    assert page.context.request.get(deck_address).status in {403, 404}
    copy = new_page(server, cookies)
    for one in (address, deck_address):
        assert copy.context.request.get(one).status in {403, 404}
    assert len(exported(firm)) == told


def test_a_login_ends_when_it_says_so(new_page, tmp_path):
    with running_provider(2) as provider:
        firm = Firm(provider, tmp_path)
        with running_app(**firm.environment) as address:
            page = new_page(address)
            sign_in(page, "ana")
            page.goto(f"{address}/data?survey={firm.link}")
            page.get_by_role("button", name="60 responses shown (CSV)").first.wait_for()
            idle(page)
            file, _ = take(page, "60 responses shown (CSV)")
            assert page.context.request.get(file).status == 200
            page.wait_for_timeout(34_000)  # with what clocks may differ by
            assert page.context.request.get(file).status == 403  # held still, and not given
            page.reload()
            page.wait_for_selector(f"h1.answer:has-text('{REFUSED}')")
            assert "too old" in page.locator("[data-testid=stMain]").inner_text()
