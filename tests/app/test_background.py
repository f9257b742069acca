"""Long work: seen, shared, left, tried again; and what becomes of it when those who asked are gone."""

from __future__ import annotations

import gc
import random
import threading
import time

import pytest
from streamlit.testing.v1 import AppTest

from pages.ui import background, open_surveys, theme_state
from pages.ui.jobs import JobQueue
from pages.ui.memory_budget import Shelf

PATIENCE = 20  # seconds after which a test gives up


class Work:
    """Work that goes on until it is let go, and says how far it is all the while."""

    def __init__(self) -> None:
        self.begun, self.go, self.ended = threading.Event(), threading.Event(), threading.Event()
        self.times = 0
        self.trouble: Exception | None = None

    def __call__(self, say):
        self.times += 1
        self.begun.set()
        try:
            while not self.go.wait(0.01):
                say("Half way", 0.5)
            if self.trouble:
                raise self.trouble
            return f"result {self.times}"
        finally:
            self.ended.set()


def page(key, work):
    import streamlit as st  # AppTest runs this body alone

    from pages.ui import background

    if st.session_state.get("left"):
        background.leave()
        st.stop()
    try:
        found = background.find("test", (key,), work, topic="none", queue=background.LONG)
    except ValueError as error:
        found = f"failed: {error}"
    st.text("nothing yet" if found is None else found)


@pytest.fixture
def work(monkeypatch):
    monkeypatch.setattr(background, "_PATIENCE", 0.05)
    monkeypatch.setattr(open_surveys, "SHELF", Shelf(10**9, 10**9, 10**9, 3600))
    monkeypatch.setattr(background, "LONG", JobQueue(1, open_surveys.SHELF))
    made = Work()
    yield made
    made.go.set()


def visit(key: str, work: Work) -> AppTest:
    return AppTest.from_function(page, args=(key, work), default_timeout=60).run()


def until(true, seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_who_waits_sees_how_far_it_is_and_finds_the_result(work):
    app = visit("one", work)
    assert work.begun.wait(PATIENCE)
    app.run()
    assert app.text[0].value == "nothing yet"
    assert app.get("progress")[0].proto.text == "Half way …"
    assert app.get("progress")[0].proto.value == 50
    work.go.set()
    assert work.ended.wait(PATIENCE)
    assert app.run().text[0].value == "result 1"
    assert not app.get("progress")
    assert app.run().text[0].value == "result 1"


def test_all_who_ask_for_the_same_share_one_run(work):
    visitors = [visit("shared", work) for _ in range(3)]
    work.go.set()
    assert work.ended.wait(PATIENCE)
    assert {app.run().text[0].value for app in visitors} == {"result 1"}
    assert work.times == 1


def test_who_waits_sees_how_many_are_before(work, monkeypatch):
    monkeypatch.setattr(background.LONG, "workers", 1)
    visitors = [visit("first", work)]
    assert work.begun.wait(PATIENCE)
    visitors += [visit("second", work), visit("third", work)]
    words = [app.run().get("progress")[0].proto.text for app in visitors]
    assert words == ["Half way …", "Waiting: 1 before you", "Waiting: 2 before you"]
    visitors[1].button(key="stop.test").click().run()
    assert visitors[2].run().get("progress")[0].proto.text == "Waiting: 1 before you"
    work.go.set()
    until(lambda: visitors[2].run().text[0].value == "result 2")
    assert visitors[0].run().text[0].value == "result 1"


def test_trouble_is_raised_where_it_can_be_shown_and_the_next_visit_tries_again(work):
    work.trouble = ValueError("no luck")
    work.go.set()
    app = visit("trouble", work)
    assert app.text[0].value == "failed: no luck"
    work.trouble = None
    for _ in range(100):  # a busy machine takes longer than a page waits
        if app.run().text[0].value != "nothing yet":
            break
    assert app.text[0].value == "result 2"


def test_who_stops_waiting_ends_it_and_may_start_again(work):
    app = visit("stopped", work)
    assert work.begun.wait(PATIENCE)
    app.button(key="stop.test").click().run()
    assert work.ended.wait(PATIENCE)
    assert not work.go.is_set()  # it did not end by being done
    assert not app.run().get("progress")
    work.go.set()
    app.button(key="again.test").click().run()
    assert app.run().text[0].value == "result 2"


@pytest.mark.parametrize("way", ["leaves", "vanishes"])
def test_work_ends_when_nobody_who_asked_is_left(work, way):
    app = visit(way, work)
    assert work.begun.wait(PATIENCE)
    if way == "leaves":
        app.session_state["left"] = True
        app.run()
    else:
        del app
        gc.collect()
    assert work.ended.wait(PATIENCE)
    assert not work.go.is_set()


def test_work_goes_on_for_those_who_stay(work):
    left, stays = visit("stay", work), visit("stay", work)
    left.session_state["left"] = True
    left.run()
    gc.collect()
    assert not work.ended.wait(0.3)
    work.go.set()
    assert work.ended.wait(PATIENCE)
    assert stays.run().text[0].value == "result 1"


TEXTS = ("support is slow", "love the reports", "too expensive", "easy to set up", "")
PLANS = ("Pro", "Starter", "Team")


def test_themes_survive_visitors_who_filter_go_and_come_back(open_app, make_csv, monkeypatch):
    """Three visitors by turns look at the themes of two surveys, change filters while these are looked for, and leave.

    No page fails, and each sees the themes of its own survey.
    """
    monkeypatch.setattr(background, "_PATIENCE", 0.01)
    find = theme_state.find_survey_themes

    def slow(survey, progress):
        for step in range(3):
            progress("Comparing the comments", step / 10)
            time.sleep(0.3)
        return find(survey, progress=progress)

    monkeypatch.setattr(theme_state, "find_survey_themes", slow)
    surveys = [
        make_csv(
            [
                {
                    "Score": i * step % 11,
                    "Comment": f"{name} {TEXTS[i * step % 5]}".strip(),
                    "Plan": PLANS[i % 3],
                }
                for i in range(120)
            ]
        )
        for step, name in ((1, "Alpha"), (3, "Omega"))
    ]
    mine = (0, 1, 0)
    visitors = [open_app().upload(f"{number}.csv", surveys[number]) for number in mine]
    chance = random.Random(1)  # noqa: S311 - a walk that is the same each time
    waited = 0
    for turn in range(36):
        app = visitors[turn % 3]
        app.at.switch_page("pages/comments_page.py").run()
        app.pick("Plan", *chance.sample(PLANS, chance.randint(0, 2)))
        assert app.fine(), app.html
        waited += "Looking for themes" in app.answer
        if chance.random() < 1 / 2:
            app.at.switch_page("pages/explore_page.py").run()
            assert app.fine(), app.html
    assert waited > 3  # else this shows nothing
    for number, app in zip(mine, visitors, strict=True):
        app.pick("Plan").go("themes")
        assert app.fine(), app.html
        read = [one.proto.json for one in app.at.get("bidi_component")]
        assert ("Alpha", "Omega")[number].lower() in str(read).lower()
        assert ("Omega", "Alpha")[number].lower() not in app.html.lower()
