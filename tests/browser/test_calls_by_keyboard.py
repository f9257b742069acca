"""Follow-ups by the keyboard: fifty detractors assigned and due, keys counted; two people at one of them."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from server import idle, keep_sample, open_calls, running_app

pytestmark = pytest.mark.browser

SECONDS_A_KEY = 0.28
"""The time of a key of an average typist (Card, Moran and Newell, 1980: the keystroke-level model)."""


class Keys:
    """The keyboard of somebody whose keys are counted."""

    def __init__(self, page) -> None:
        self.page, self.n = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.n += 1


@pytest.fixture
def place(tmp_path):
    return tmp_path / "workspace.sqlite"


@pytest.fixture
def address(place):
    with running_app(NPS_WORKSPACE=str(place)) as address:
        yield address


@pytest.fixture
def new_page(browser):
    contexts = []

    def new_page(address):
        contexts.append(browser.new_context(viewport={"width": 1360, "height": 900}))
        page = contexts[-1].new_page()
        page.goto(address)
        page.wait_for_selector("h1.answer")
        idle(page)
        return page

    yield new_page
    for context in contexts:
        context.close()


def rows(place, what):
    engine = sa.create_engine(f"sqlite:///{place}", poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT {what} FROM follow_up").all()  # noqa: S608 - our own


def until_done(page, place, what, wanted):
    for _ in range(600):
        if rows(place, what) == wanted:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"{rows(place, what)} after a minute, not {wanted}")


def test_fifty_detractors_are_assigned_and_due_within_a_minute_of_a_persons_time(new_page, address, place):
    page = new_page(address)
    keep_sample(page)
    open_calls(page, "Ann")
    keys = Keys(page)
    for number in range(50):
        keys.press(*("j" if number else ""), "o", "d")
    until_done(page, place, "count(*), sum(owner = 'Ann'), sum(due <> '')", [(50, 50, 50)])
    assert keys.n * SECONDS_A_KEY < 60
    idle(page)
    assert page.locator(".calls .row .state", has_text="Ann").count() == 50
    # The next page takes one key, and all of it at once three.
    page.keyboard.press("j")
    page.get_by_text("51–100 of").wait_for()
    idle(page)
    bulk = Keys(page)
    bulk.press("a", "o", "d")
    until_done(page, place, "count(*), sum(owner = 'Ann'), sum(due <> '')", [(100, 100, 100)])
    assert bulk.n == 3


def test_the_list_is_gone_through_closed_with_a_note_and_shown_to_the_second(new_page, address, place):
    page = new_page(address)
    keep_sample(page)
    open_calls(page, "Ann")
    first = page.locator(".calls .row .name").first.inner_text()
    other = new_page(page.url)
    other.locator(".calls .row").first.wait_for()
    other.get_by_label("Note").fill("I rang, nobody there")
    other.get_by_label("Note").blur()
    idle(other)

    page.keyboard.press("s")
    until_done(page, place, "status", [("in progress",)])
    idle(page)
    page.locator(".st-key-call-save button").click()
    idle(page)
    page.locator("[data-testid=stSegmentedControl], [data-testid=stButtonGroup]").get_by_text(
        "closed"
    ).last.click()
    idle(page)
    page.locator(".st-key-call-save button").click()
    page.get_by_text("It is closed with a note.").wait_for()
    page.get_by_label("Note").fill("Called: the export works for them now")
    page.get_by_label("Note").blur()
    idle(page)
    page.locator(".st-key-call-save button").click()
    until_done(page, place, "status, note", [("closed", "Called: the export works for them now")])
    idle(page)
    assert page.locator(".calls .row .name").first.inner_text() != first

    # The second sees what changed, and what was typed is still there.
    other.locator(".st-key-call-save button").click()
    other.get_by_text("Somebody else changed this meanwhile: status open → closed").wait_for()
    assert other.get_by_label("Note").input_value() == "I rang, nobody there"
    assert rows(place, "note") == [("Called: the export works for them now",)]
    other.get_by_role("button", name="Save mine").click()
    until_done(other, place, "status, note", [("closed", "I rang, nobody there")])
    idle(other)
    other.locator(".st-key-calls-done").get_by_text("Closed").click()
    idle(other)
    told = other.inner_text("[data-testid=stMain]")
    assert "note: Called: the export works for them now" in told  # the history has both
    assert "note: I rang, nobody there" in told
