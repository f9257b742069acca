"""Files to take away: with a login an address opens for whom it was made, as long as that holds, and is written down."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import random
import secrets
import time
from dataclasses import replace
from types import SimpleNamespace

import httpx
import pytest
from cachetools import TTLCache
from firms import told
from starlette.applications import Starlette
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value
from streamlit.web.server.starlette.starlette_routes import create_media_routes

from nps_core.errors import WorkspaceError
from nps_core.filters import Filters
from nps_core.viewer import Viewer
from nps_core.workspace import roles
from pages.ui import downloads, login

SECRET = "a secret of these tests, and of nothing else"  # noqa: S105 - opens nothing
VIC = Viewer("Vic", "viewer", Filters().with_attribute("Plan", ["Pro"]))


class Files:
    """The files of a server, with the routes by which Streamlit gives them out, and what stands before these."""

    def __init__(self, monkeypatch, base=""):
        storage = MemoryMediaFileStorage("/media")
        self.manager = MediaFileManager(storage)
        self.session = {}
        self.now = 0.0
        held = TTLCache(100, downloads.LASTS, timer=lambda: self.now)
        monkeypatch.setattr(downloads, "_GIVEN", held)
        monkeypatch.setattr(
            downloads.runtime, "get_instance", lambda: SimpleNamespace(media_file_mgr=self.manager)
        )
        monkeypatch.setattr(downloads.st, "download_button", self._button)
        monkeypatch.setattr(login.st, "session_state", self.session)
        monkeypatch.setattr(login, "get_cookie_secret", lambda: SECRET)
        self.server = downloads.Keeper(Starlette(routes=create_media_routes(storage, base)))
        self.address = ""

    def make(self, viewer, data=b"score\n9\n", file="rows.csv"):
        """Draw the button for who is at the browser, and click it; the address of the file."""
        self.session["viewer"] = viewer
        downloads.button("Take", data, file, "text/csv", "key")
        return self.address

    def _button(self, _label, data, *, file_name, mime, **_):
        made = data() if callable(data) else data
        self.address = self.manager.add(made, mime, "1", file_name, is_for_static_download=True)

    def fetch(self, address, cookies=None, method="GET", **more):
        async def ask():
            transport = httpx.ASGITransport(self.server)
            sent = dict(more)
            if cookies:
                sent["cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
            async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                return await client.request(method, address, headers=sent)

        return asyncio.run(ask())


@pytest.fixture
def files(firm, monkeypatch):
    firm.give("vic", VIC)
    return Files(monkeypatch)


def cookies(claims, secret=SECRET, **more):
    """What the browser of somebody sends who has signed in so."""
    sent = {}

    def sign(name, value):
        return create_signed_value(secret, name, value)

    def send(name, value):
        sent[name] = sign(name, value).decode()

    payload = {**claims, "origin": "http://testserver", **more}
    set_cookie_with_chunks(send, sign, "_streamlit_user", payload, cookie_attr_size=100)
    return sent


@pytest.mark.parametrize(
    "data", [b"score\n9\n", "score\n9\n", lambda: "score\n9\n"], ids=["bytes", "text", "later"]
)
def test_a_file_opens_for_whom_it_was_made_and_is_written_down_when_it_is_fetched(firm, files, data):
    firm.come("vic")
    address = files.make(VIC, data)
    before = len(firm.events())
    got = files.fetch(address, cookies(firm.claims))
    assert (got.status_code, got.content) == (200, b"score\n9\n")
    assert 'filename="rows.csv"' in got.headers["content-disposition"]
    assert got.headers["cache-control"] == "no-store"  # else a browser might show it after the sign-out
    assert firm.events()[before:] == [("Vic", "exported", "")]


def test_a_look_whether_it_is_there_gets_nothing_and_is_no_export(firm, files):
    """As Streamlit's page does, for each button that is drawn."""
    firm.come("vic")
    address, sent = files.make(VIC), cookies(firm.claims)
    before = firm.events()
    for look in (
        files.fetch(address, sent, **{"sec-fetch-mode": "cors"}),
        files.fetch(address, sent, "HEAD"),
    ):
        assert (look.status_code, look.content) == (200, b"")
    assert firm.events() == before
    assert files.fetch(address, **{"sec-fetch-mode": "cors"}).status_code == 403
    assert files.fetch(address, sent, **{"sec-fetch-mode": "navigate"}).content == b"score\n9\n"


def test_a_long_cookie_comes_in_pieces(firm, files):
    firm.come("vic", groups=[secrets.token_hex() for _ in range(200)])
    sent = cookies(firm.claims)
    assert len(sent) > 1
    assert files.fetch(files.make(VIC), sent).status_code == 200
    del sent["_streamlit_user_1"]
    assert files.fetch(files.address, sent).status_code == 403


def refused(firm, files, address, sent, method="GET"):
    before = len(firm.events())
    got = files.fetch(address, sent, method)
    return got.status_code == 403 and b"score" not in got.content and len(firm.events()) == before


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_nobody_else_gets_it(firm, files, method):
    firm.come("vic")
    address, own = files.make(VIC), firm.claims
    firm.give("wil", VIC)
    for sent in (
        None,
        {},
        {"_streamlit_user": "nonsense"},
        {"_streamlit_user": "%FC.x.y"},
        cookies(told("wil")),  # who may see the same
        cookies(told("root")),  # who may see everything
        cookies({**own, "iat": own["iat"] + 1}),  # another login of the same person
        cookies(own, secret="another server's"),  # noqa: S106 - opens nothing
        cookies({**own, "aud": "another app"}),
        cookies(own, is_logged_in=False),
        cookies({"is_logged_in": True}),
    ):
        assert refused(firm, files, address, sent, method), sent
    assert files.fetch(address, cookies(own), method).status_code == 200


def test_the_same_file_of_two_people_is_of_both_and_of_each_as_long_as_theirs_holds(firm, files):
    firm.give("wil", VIC)
    people = {}
    for who in ("vic", "wil"):
        firm.come(who)
        people[who] = cookies(firm.claims)
        files.make(VIC)
    assert [files.fetch(files.address, sent).status_code for sent in people.values()] == [200, 200]
    firm.take("vic")
    assert refused(firm, files, files.address, people["vic"])
    assert files.fetch(files.address, people["wil"]).status_code == 200


def take_role(firm, _):
    firm.take("vic")


def mask(firm, _):
    firm.give("vic", replace(VIC, masks=("names",)))


def make_editor(firm, _):
    firm.give("vic", Viewer("Vic", "editor"))


def sign_out(firm, _):
    roles.end_login(firm.engine, login.current().digest, soon())


def wait_an_hour(_, files):
    files.now = downloads.LASTS + 1.0


def soon():
    return dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)


@pytest.mark.parametrize("end", [take_role, mask, make_editor, sign_out, wait_an_hour])
def test_it_ends(firm, files, end):
    firm.come("vic")
    address = files.make(VIC)
    sent = cookies(firm.claims)
    files.now = downloads.LASTS - 1.0
    assert files.fetch(address, sent).status_code == 200
    end(firm, files)
    assert refused(firm, files, address, sent)


def test_it_ends_with_the_login(firm, files, monkeypatch):
    firm.come("vic", exp=time.time() + 5)
    address, sent = files.make(VIC), cookies(firm.claims)
    assert files.fetch(address, sent).status_code == 200
    later = soon()

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            assert tz
            return later

    monkeypatch.setattr(login.dt, "datetime", Clock)
    assert files.fetch(address, sent).status_code == 403


def test_where_roles_cannot_be_read_nothing_is_given(firm, files, monkeypatch):
    firm.come("vic")
    address, sent = files.make(VIC), cookies(firm.claims)
    monkeypatch.setattr(roles, "viewer_of", broken)
    assert files.fetch(address, sent).status_code == 403


def broken(*_):
    raise WorkspaceError("The database does not answer.", hint="")


@pytest.mark.parametrize("base", ["", "nps", "a/b"])
def test_no_way_to_write_an_address_goes_past_the_check(firm, monkeypatch, base):
    firm.give("vic", VIC)
    files = Files(monkeypatch, base)
    firm.come("vic")
    address = files.make(VIC)
    start = f"/{base}" if base else ""
    name = address.removeprefix("/media/")
    for way in (
        f"{start}/media/{name}",
        f"{start}/media/{name.split('.')[0]}",
        f"{start}/media/{name.split('.')[0]}.",
        f"{start}/media/{name.split('.')[0]}.html",
        f"{start}/media/{name}?x=/media/y",
        f"{start}/%6dedia/{name}",
        f"{start}/media/%{ord(name[0]):x}{name[1:]}",
        f"{start}/media/x/../{name}",
        f"{start}/media//{name}",
        f"{start}//media/{name}",
        f"{start}/media/{name}/",
        f"{start}/media/{name}%0a",
    ):
        got = files.fetch(way)
        assert got.status_code in {403, 404}, way
        assert b"score" not in got.content, way
    assert files.fetch(f"{start}/media/{name}", cookies(firm.claims)).status_code == 200


def test_what_is_no_file_of_ours_is_let_through(files):
    assert files.fetch("/media/nothing.csv").status_code == 404
    assert files.fetch("/static/media/font.woff2").status_code == 404


def test_a_file_that_no_button_gave_away_is_given_to_nobody(firm, files):
    firm.come("root")
    address = files.manager.add(b"score", "text/csv", "1", "other.csv", is_for_static_download=True)
    assert refused(firm, files, address, cookies(firm.claims))


def test_without_a_login_a_file_opens_as_it_does(files, monkeypatch):
    monkeypatch.setattr(login, "is_on", lambda: False)
    assert files.fetch(files.make(Viewer())).status_code == 200
    assert not downloads._GIVEN


def test_five_hundred_random_tries_open_what_they_should_and_nothing_else(firm, files):
    """Who made which file, who signed out, whose role was changed, how late it is: by plain sets."""
    draw = random.Random(41)  # noqa: S311 - no secret
    people = ["ana", "ben", "cleo"]
    for who in people:
        firm.give(who, VIC)
    logins = {
        (who, number): told(who, iat=time.time() - 100 + number) for who in people for number in range(2)
    }
    contents = [f"score\n{number}\n" for number in range(3)]
    addresses, given, ended = {}, {}, set()
    role = dict.fromkeys(people, VIC)
    for _ in range(500):
        event = draw.choices(("make", "fetch", "wait", "out", "role"), (3, 8, 1, 0.15, 0.4))[0]
        login_of, content = draw.choice(list(logins)), draw.choice(contents)
        who = login_of[0]
        if event == "wait":
            files.now += draw.choice((60, 600, 2000))
        elif event == "role":
            role[who] = draw.choice((VIC, replace(VIC, masks=("names",))))
            firm.give(who, role[who])
        elif event == "out":
            ended.add(login_of)
            roles.end_login(firm.engine, login.read_claims(logins[login_of], time.time()).digest, soon())
        elif event == "make" and login_of not in ended:
            firm.claims = json.loads(json.dumps(logins[login_of]))
            addresses[content] = files.make(role[who], content)
            given[login_of, content] = (files.now, role[who])
        elif event == "fetch" and content in addresses:
            made, was = given.get((login_of, content), (-1e9, None))
            should = files.now - made < downloads.LASTS and was == role[who] and login_of not in ended
            got = files.fetch(addresses[content], cookies(logins[login_of]))
            assert (got.status_code == 200) == should, (login_of, files.now, made)
    assert len(ended) < len(logins)
