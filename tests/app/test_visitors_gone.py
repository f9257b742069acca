"""Visitors whose browser is gone, in a running server: they count as gone, and nothing is held for them."""

from __future__ import annotations

import json
import sys
import time
import urllib.request
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import visitor

SCRIPT = """
import gc
import threading
from collections import Counter
import streamlit as st
from starlette.responses import JSONResponse
from starlette.routing import Route
from pages.ui import background, open_surveys, upkeep, visitors


def kinds(_request):
    upkeep.give_back()
    ours = ("nps_core.", "pages.", "pyarrow.", "pandas.", "numpy", "threading", "streamlit.", "asyncio", "anyio")
    counts = Counter(f"{{type(one).__module__}}.{{type(one).__name__}}" for one in gc.get_objects())
    return JSONResponse({{name: count for name, count in counts.items() if name.startswith(ours)}})


def look(_request):
    gc.collect()
    gc.collect()  # what a survey alone held is free only once the survey is
    here = [f"{{type(one).__module__}}.{{type(one).__name__}}" for one in gc.get_objects()]
    return JSONResponse({{
        "surveys": here.count("nps_core.survey.Survey"), "indexes": here.count("nps_core.counts.index.Index"),
        "themes": here.count("nps_core.themes.result.Themes"), "visitors": len(visitors._ALL), "jobs":
        len(background.LONG._jobs), "bytes": open_surveys.SHELF.bytes, "threads": sum(thread.name in ("long",
        "short") for thread in threading.enumerate()),
    }})


open_surveys.SHELF.left = 1
app = st.App({script!r}, routes=[Route("/look", look), Route("/kinds", kinds)])
"""
TEXTS = ("support was slow to answer", "the price is far too high", "reports are clear", "easy to set up")
GONE = 6  # seconds; visitors count as gone after half of them


def survey(firm: str) -> bytes:
    rows = [
        f'2026-{1 + row % 9:02}-03,{row % 11},"{TEXTS[row % 4]} at {firm}, {row}",{firm}'
        for row in range(400)
    ]
    return "\n".join(["Date,Score,Comment,Company", *rows]).encode()


@pytest.fixture
def server(tmp_path):
    script = tmp_path / "looked_into.py"
    script.write_text(SCRIPT.format(script=str(visitor.ROOT / "app.py")), encoding="utf-8")
    with visitor.running(script, f"--server.disconnectedSessionTTL={GONE}") as running:
        yield running


def look(server, what: str = "look") -> dict[str, int]:
    with urllib.request.urlopen(f"http://localhost:{server.port}/{what}", timeout=30) as answer:
        return json.load(answer)


def until(server, true, what: str = "look", seconds: float = 60) -> dict[str, int]:
    end = time.monotonic() + seconds
    while not true(now := look(server, what)):
        assert time.monotonic() < end, now
        time.sleep(0.5)
    return now


def test_who_closed_the_browser_holds_nothing_and_waits_for_nothing(server):
    visitors = [visitor.Visitor(server) for _ in range(4)]
    for number, one in enumerate(visitors):
        one.upload(f"{number}.csv", survey(f"firm {number}"))
        one.wait_for("NPS is")
    for one in visitors:
        one.page = one.pages["comments"]
        one.ask()
        one.settle()
    now = look(server)
    assert (now["surveys"], now["visitors"]) == (4, 4)
    assert now["threads"] <= 2
    for one in visitors:
        one.close()
    # The survey used last is kept for its link, and nothing else of anybody.
    until(server, lambda now: now["surveys"] == 1 and not now["visitors"] and not now["jobs"])
    until(server, lambda now: now["indexes"] <= 1)
    until(server, lambda now: now["themes"] == now["threads"] == 0)


def test_who_lost_the_connection_for_a_moment_finds_their_session(server):
    one = visitor.Visitor(server)
    one.upload("mine.csv", survey("firm"))
    time.sleep(GONE)  # idle, and still here
    assert look(server)["visitors"] == 1
    one.run()
    one.wait_for("NPS is")
    # A new browser with the link finds the survey after the session is gone.
    one.close()
    until(server, lambda now: not now["visitors"])
    again = visitor.Visitor(server, one.query)
    assert again.has("NPS is")
    again.close()


CROWD = 6


def come_and_go(server, name: str) -> dict[str, int]:
    """How many objects there are of each kind after so many visitors have been on several pages and left."""
    for number in range(CROWD):
        one = visitor.Visitor(server)
        # Some rows are shorter than the header, some longer: these are kept apart while a file is read.
        one.upload(f"{name} {number}.csv", survey(f"{name} {number}") + b"\n2026-01-01\n1,2,3,4,5,6")
        one.wait_for("NPS is")
        for page in ("explore", "comments", "slides", "data"):
            one.go(page)
        one.close()
    until(server, lambda now: not now["visitors"] and not now["jobs"])
    return look(server, "kinds")


def test_of_those_who_left_nothing_stays(server):
    come_and_go(server, "first")  # what is imported and cached once
    before = come_and_go(server, "second")
    come_and_go(server, "third")
    # What the server sent last, to whomever, it holds until it sends again: as much as one page has.
    before |= {"streamlit.proto.ForwardMsg_pb2.ForwardMsg": 200}
    until(
        server, lambda now: all(count < before.get(kind, 0) + CROWD for kind, count in now.items()), "kinds"
    )


def test_an_idle_page_lets_go_of_a_survey_that_somebody_else_closed(server):
    mine = visitor.Visitor(server)
    mine.upload("closed.csv", survey("firm"))
    mine.wait_for("NPS is")
    idle = visitor.Visitor(server, mine.query)
    idle.wait_for("NPS is")
    mine.click("Close this survey")
    until(server, lambda now: now["surveys"] == now["indexes"] == 0)
    idle.wait_for("This link opens a survey that is no longer held here")
    idle.close()
    mine.close()
