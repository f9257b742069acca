"""The ways into a customer room, from wherever somebody stands, in one click; and one click back."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from server import go, idle, keep_sample, open_calls, running_app, until

pytestmark = pytest.mark.browser


@pytest.fixture
def place(tmp_path):
    return tmp_path / "workspace.sqlite"


@pytest.fixture
def page(browser, place):
    with running_app(NPS_WORKSPACE=str(place)) as address:
        context = browser.new_context(viewport={"width": 1360, "height": 900})
        page = context.new_page()
        page.goto(address)
        page.wait_for_selector("h1.answer")
        idle(page)
        keep_sample(page)
        yield page
        context.close()


def wait_for_room(page):
    until(page, "location.pathname.endsWith('/customer')")
    page.locator(".grid table").wait_for()
    idle(page)
    return page.inner_text("h1.answer")


def back(page):
    page.locator(".st-key-room-back button").click()
    until(page, "!location.pathname.endsWith('/customer')")
    page.wait_for_selector("h1.answer")
    idle(page)


def test_one_click_leads_into_a_room_and_one_back_from_wherever_somebody_stands(page, place):
    # By the keyboard from the list of whom to call, and on to the account.
    open_calls(page, "Ann")
    page.keyboard.press("j")
    page.wait_for_timeout(400)
    idle(page)
    second = page.locator(".calls .row.at .who").inner_text()
    page.keyboard.press("Enter")
    assert wait_for_room(page).startswith(second)
    assert "@" not in page.url
    address = page.url
    page.locator(".st-key-room-account button").click()
    until(page, f"location.href !== {address!r}")
    idle(page)
    account = page.inner_text("h1.answer").partition(":")[0]

    # What is judged there is kept, and counts.
    page.locator("[class*=st-key-relationship] button", has_text="at risk").click()
    idle(page)
    page.locator(".st-key-relationship-save button").click()
    page.get_by_text("The relationship score is 1 of 5, at risk.").wait_for()
    with sa.create_engine(f"sqlite:///{place}", poolclass=sa.NullPool).connect() as connection:
        assert connection.exec_driver_sql("SELECT kind, who, score FROM relationship").all() == [
            ("account", account.lower(), 1)
        ]
    # A person of the account, and the account again as its address has it.
    page.locator(".grid tbody button").first.click()
    until(page, f"!document.querySelector('h1.answer').innerText.startsWith({account!r})")
    idle(page)
    back(page)
    assert "to follow up" in page.inner_text("h1.answer")
    assert page.locator(".calls .row.at .who").inner_text() == second  # where one was

    # From the list of accounts: a click on a name.
    go(page, "Who speaks")
    table = page.locator(".st-key-table-accounts")
    table.evaluate("table => table.scrollIntoView({block: 'center'})")
    box = table.bounding_box()
    page.mouse.click(box["x"] + 60, box["y"] + 52)  # the table is a drawing: its first name
    assert wait_for_room(page)
    assert page.locator(".st-key-room-account").count() == 0  # it is an account
    back(page)
    assert page.locator(".st-key-table-accounts").count()

    # From who stands beside a comment.
    go(page, "Comments")
    page.locator(".reader .who button").first.click()
    wait_for_room(page)
    back(page)
    page.locator(".reader .row").first.wait_for()

    # From the panel beside a chart, which is open again after the way back.
    go(page, "By segment")
    page.locator("[class*=st-key-into-] button").first.click()
    page.get_by_role("menuitem").first.click()
    page.locator("[role=dialog] .reader .who button").first.click()
    wait_for_room(page)
    back(page)
    page.locator("[role=dialog] .reader .row").first.wait_for()


def test_an_address_opens_a_room_in_another_browser(page):
    open_calls(page, "Ann")
    page.locator(".st-key-call-room-account button").click()
    name = wait_for_room(page)
    other = page.context.browser.new_page()
    other.goto(page.url)
    assert wait_for_room(other) == name
    other.close()
