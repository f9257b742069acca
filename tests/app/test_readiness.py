"""Readiness: 200 where the database answers or none is needed, 503 where it does not, in a bounded time."""

from __future__ import annotations

import asyncio
from threading import Event

import pytest
from starlette.routing import Route

from nps_core.viewer import Viewer
from nps_core.workspace import Workspace
from pages.ui import login, readiness


def asked():
    answer = asyncio.run(readiness.ready(None))
    return answer.status_code, answer.body.decode()


READY, NOT = (200, "ready"), (503, "The workspace does not answer.")


def test_without_a_workspace_and_a_login_there_is_nothing_to_wait_for(place):
    assert asked() == READY
    assert not place.exists()


def test_a_workspace_that_answers(place):
    Workspace.open(place)
    assert asked() == READY


def test_a_workspace_that_is_damaged(place, caplog):
    place.write_bytes(b"no database " * 1000)
    assert asked() == NOT
    assert "is no workspace" in caplog.text


@pytest.mark.parametrize(
    "address", ["postgresql://nobody@127.0.0.1:9/nps", "postgresql://x@nowhere.invalid/nps"]
)
def test_a_server_that_is_not_there(address, monkeypatch):
    monkeypatch.setenv("NPS_WORKSPACE", address)
    assert asked() == NOT


def test_a_login_needs_a_workspace(monkeypatch):
    monkeypatch.setattr(login, "is_on", lambda: True)
    assert asked() == NOT  # `nowhere`: this server keeps nothing


def test_a_login_with_its_workspace(firm):
    firm.give("vic", Viewer("Vic", "viewer"))
    assert asked() == READY


def test_one_that_hangs_is_waited_for_so_long_and_by_one_thread(monkeypatch):
    monkeypatch.setattr(readiness, "SECONDS", 0.2)
    begun, hangs = [], Event()
    monkeypatch.setattr(readiness, "_ask", lambda: begun.append(1) or hangs.wait(60))

    async def several():
        return [
            answer.status_code for answer in await asyncio.gather(*(readiness.ready(None) for _ in range(5)))
        ]

    loop = asyncio.new_event_loop()
    assert loop.run_until_complete(several()) == [503] * 5
    assert not hangs.is_set()  # nobody waited until it was done
    assert len(begun) == 1
    hangs.set()
    loop.close()


def test_it_stands_below_the_base_path(monkeypatch):
    for base, path in (("", "/ready"), ("nps", "/nps/ready"), ("/a/b/", "/a/b/ready")):
        monkeypatch.setattr(readiness.st, "get_option", {"server.baseUrlPath": base}.get)
        (route,) = readiness.routes()
        assert isinstance(route, Route)
        assert route.path == path
