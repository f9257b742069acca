"""Several visitors of one server at the same time: each gets their own figures and nothing of anybody else's."""

from __future__ import annotations

import html
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, BrokenBarrierError

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import visitor

import nps_core as core
from nps_core.formatting import format_interval

PLANS = ("Pro", "Team", "Free")
SAID = {
    (0, 2, 6): ("the invoice of {} was wrong again and nobody cared", "wrong amount on the bill of {}"),
    (9, 10): ("support of {} answered at once and was kind", "great people in the support of {}"),
    (1, 3, 8): ("the app of {} crashes at the login", "login fails in the slow app of {}"),
    (7, 8, 9): ("the price of {} is far too high", "{} is too expensive, the price went up"),
}
TOGETHER = 60  # seconds that visitors wait for each other at most


def export(firm: str, seed: int = 0) -> bytes:
    """A survey in which each row names its firm."""
    draw = random.Random(f"{firm} {seed}")  # noqa: S311 - test data
    lines = ["Date,Score,Comment,Company,Plan"]
    for row in range(240):
        scores, texts = draw.choice(list(SAID.items()))
        text = draw.choice(texts).format(firm)
        plan = f"{firm} {draw.choice(PLANS)}"
        lines.append(
            f'2026-{1 + row % 9:02}-{1 + row % 28:02},{draw.choice(scores)},"{text}, {row}",{firm}'
            f" {row % 9},{plan}"
        )
    return "\n".join(lines).encode()


class Own:
    """What the pages must say of a survey, computed here alone."""

    def __init__(self, firm: str, seed: int = 0) -> None:
        self.data = export(firm, seed)
        self.survey = core.read_survey(self.data, name=f"{firm}.csv")
        self.themes = core.find_survey_themes(self.survey)

    def title(self, page: str, *plans: str) -> str:
        filters = core.Filters().with_attribute("Plan", plans)
        if page == "themes":
            return core.count_themes(core.Scope(self.survey, filters), self.themes).title
        return core.overview(core.Scope(self.survey, filters)).title

    def words(self, *plans: str) -> str:
        return core.Scope(self.survey, core.Filters().with_attribute("Plan", plans)).words


class Visitor(visitor.Visitor):
    """A visitor of one firm, who hears the name of none of the others."""

    def __init__(self, server: visitor.Server, firm: str, others: list[str]) -> None:
        self.others, self.overheard = [other.encode() for other in others], []
        super().__init__(server)
        self.firm = firm

    def hear(self, data: bytes) -> None:
        self.overheard += [other for other in self.others if other in data]

    def reads(self, own: Own, page: str, *plans: str) -> None:
        """The page as it is now has the figures of these plans."""
        end = time.monotonic() + TOGETHER
        while self.has("Looking for themes") and time.monotonic() < end:
            time.sleep(0.2)
            self.run()
        shown = html.unescape(self.html)
        assert own.words(*plans) in shown
        if page != "report":
            assert f'<h1 class="answer">{own.title(page, *plans)}</h1>' in shown
        else:
            score = core.nps_of(core.Scope(own.survey, core.Filters().with_attribute("Plan", plans)))
            assert format_interval(score.low, score.high) in shown
        assert "could not be drawn" not in shown

    def hurry(self, *picks: tuple[str, ...]) -> None:
        """Change the filter again and again without waiting for an answer."""
        for plans in picks:
            self.turn("Plan", *plans)
            self.ask()
        self.settle()


def work(server: visitor.Server, firm: str, others: list[str], together: Barrier) -> list[bytes]:
    """Open a survey, and read its pages under filters that change before the page is there."""
    own, again = Own(firm), Own(firm, 1)
    plans = [f"{firm} {plan}" for plan in PLANS]
    one = Visitor(server, firm, others)
    one.upload(f"{firm}.csv", own.data)
    together.wait(TOGETHER)
    one.page = one.pages["comments"]
    one.ask()  # all look for their themes at once
    one.settle()
    one.hurry((plans[0],), (plans[1], plans[2]), (), (plans[2],))
    one.reads(own, "themes", plans[2])
    together.wait(TOGETHER)
    one.go("slides")
    one.reads(own, "report", plans[2])
    one.hurry((plans[0], plans[2]), (plans[0],), (plans[1],))
    one.reads(own, "report", plans[1])
    # Another survey while the themes of one are looked for: filters that it does not have go, the others stay.
    one.go("comments")
    one.pick("Plan")
    one.upload(f"{firm}.csv", again.data)
    one.reads(again, "themes")
    one.go("")
    one.pick("Plan", plans[0])
    one.reads(again, "overview", plans[0])
    one.close()
    return one.overheard


def leave(server: visitor.Server, firm: str, others: list[str], together: Barrier) -> list[bytes]:
    """Open a survey, look for its themes, and close the tab before they are there; twice."""
    heard: list[bytes] = []
    for turn in range(2):
        one = Visitor(server, firm, others)
        one.upload(f"{firm}.csv", export(firm, turn))
        together.wait(TOGETHER)
        one.page = one.pages["comments"]
        one.ask()
        one.close()
        heard += one.overheard
    return heard


@pytest.fixture(scope="module")
def server():
    with visitor.running("app.py", "--server.disconnectedSessionTTL=1") as running:
        yield running


def test_each_of_several_visitors_at_once_gets_their_own_figures(server):
    """On Themes and Report too, where the work is long and shared: searches wait for each other, and some are left."""
    firms = ["walrus", "gecko", "ferret"]
    together = Barrier(len(firms))

    def visit(firm: str) -> list[bytes]:
        way = leave if firm == "ferret" else work
        try:
            return way(server, firm, [own for own in firms if own != firm], together)
        except BaseException:
            together.abort()  # nobody waits for who has failed
            raise

    with ThreadPoolExecutor(len(firms)) as pool:
        asked = [pool.submit(visit, firm) for firm in firms]
    failed = [error for one in asked if (error := one.exception()) is not None]
    for error in sorted(failed, key=lambda error: isinstance(error, BrokenBarrierError)):
        raise error
    assert [one.result() for one in asked] == [[], [], []]


def test_visitors_of_one_survey_share_it_and_not_their_filters(server):
    own = Own("badger")
    plans = [f"badger {plan}" for plan in PLANS]

    def look(mine: str) -> None:
        one = Visitor(server, "badger", [])
        one.upload("badger.csv", own.data)
        for page in ("themes", "report"):  # addresses of earlier versions, which lead on
            one.go(page)
            one.hurry(*((other,) for other in plans), (mine,))
            one.reads(own, page, mine)
        one.close()

    with ThreadPoolExecutor(len(plans)) as pool:
        list(pool.map(look, plans))


BUSY = """
import time
import streamlit as st
with open({begun!r}, "a") as file:
    file.write("x")
time.sleep(0.3)
st.write("here")
"""


def test_who_asks_again_and_again_gets_one_run_after_the_other(tmp_path):
    script, begun = tmp_path / "busy.py", tmp_path / "begun"
    script.write_text(BUSY.format(begun=str(begun)), encoding="utf-8")
    asked = 60
    with visitor.running(script) as server:
        one = visitor.Visitor(server)
        for _ in range(asked):
            one.ask()
            time.sleep(0.02)
        one.settle()
        assert 1 < begun.stat().st_size < asked / 2
        one.close()
