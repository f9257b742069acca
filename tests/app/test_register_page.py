"""What we did: written down, kept, told beside the others; two people at one entry; nothing before who sees a part."""

from __future__ import annotations

import datetime as dt

import pytest

from nps_core import Filters, Scope
from nps_core.follow_ups.register import find_outcomes
from nps_core.trends.actions import Action
from nps_core.viewer import Viewer
from nps_core.workspace import Workspace, register

DAY = dt.date(2026, 4, 1)


@pytest.fixture
def page(calls):
    """The register of a kept survey."""
    return open_register(calls)


def open_register(app):
    app.at.switch_page("pages/actions_page.py").run()
    app.at.button_group(key="actions.part").set_value("did").run()
    assert app.fine()
    return app


def store(place):
    workspace = Workspace.open(place)
    (survey,) = workspace.surveys()
    return workspace, survey


def held(place):
    workspace, survey = store(place)
    return register.actions(workspace.engine, survey)


def save(place, was, **changes):
    workspace, survey = store(place)
    return register.save(workspace.engine, survey, was, changes, "Bo")


def field(app, kind, name):
    return next(
        one
        for one in getattr(app.at, kind)
        if (one.key or "").startswith("register.") and one.key.endswith(f".{name}")
    )


def press(app, end):
    next(button for button in app.at.button if (button.key or "").endswith(end)).click().run()
    assert app.fine()
    return app


def write(app, name, day=DAY):
    press(app, "register.new")
    field(app, "text_input", "name").set_value(name).run()
    field(app, "date_input", "day").set_value(day).run()
    return app


def test_before_anything_is_kept_or_written_down_the_page_says_what_would_be_here(app, small, place):
    app.upload("q1.csv", small)
    open_register(app)
    assert app.answer == "What was done stands here once this survey is kept"
    app.at.button(key="kept.keep").click().run()
    assert app.answer == "Nothing is written down yet of what was done"
    assert held(place) == ()


def test_an_action_is_written_down_told_drawn_and_edited(page, place):
    write(page, "New <b>desk</b>")
    field(page, "text_area", "said").set_value("Support is slow").run()
    field(page, "selectbox", "by").set_value("Plan").run()
    field(page, "multiselect", "values").set_value(["Starter"]).run()
    field(page, "text_input", "owner").set_value("Ann").run()
    press(page, ".save")
    (one,) = held(place)
    assert one == Action(
        DAY, "New <b>desk</b>", ("Plan", ("Starter",)), "", "Support is slow", "Ann", "done", 1, 1
    )
    outcome = find_outcomes(_scope(page), [one])[0]
    assert outcome.since in page.html
    assert "New &lt;b&gt;desk&lt;/b&gt;</h2>" in page.html
    assert "1 Apr 2026 · done · for Starter · owner Ann" in page.html
    assert (
        page.at.code[0].value
        == f"You said: Support is slow. We did: {outcome.did}. Since then: {outcome.since}"
    )
    press(page, "register.edit.1")
    for sentence in (*outcome.sentences, "What customers had said: Support is slow"):
        assert sentence in page.html
    field(page, "button_group", "status").set_value("dropped").run()
    press(page, ".save")
    assert [(own.status, own.version) for own in held(place)] == [("dropped", 2)]
    assert not page.at.code  # what was dropped is told nowhere


def _scope(app):
    return Scope(app.at.session_state["opened"].survey)


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("Plan", "It is for a segment, and none is picked."),
        ("\n\n", "It is for a theme, and none is picked."),
    ],
)
def test_an_action_for_nobody_is_refused_and_stays_typed(page, place, by, said):
    write(page, "New desk")
    field(page, "selectbox", "by").set_value(by).run()
    press(page, ".save")
    assert said in page.html
    assert held(place) == ()
    assert field(page, "text_input", "name").value == "New desk"


def test_an_action_without_a_name_or_a_day_is_refused(page, place):
    press(page, "register.new")
    field(page, "text_area", "said").set_value("x").run()
    press(page, ".save")
    assert "An action needs a name." in page.html
    field(page, "text_input", "name").set_value("New desk").run()
    field(page, "date_input", "day").set_value(None).run()
    press(page, ".save")
    assert "An action needs its first day." in page.html
    assert held(place) == ()


def test_what_is_typed_outlasts_another_ones_change(page, place):
    one = save(place, Action(DAY, ""), name="New desk", day=DAY)
    press(page.at.run() and page, "register.edit.1")
    field(page, "text_input", "owner").set_value("mine").run()
    save(place, one, name="A newer desk", status="under way")
    page.at.run()
    assert (
        "Somebody else changed this meanwhile: what was done: A newer desk; status done → under way."
        in page.html
    )
    assert field(page, "text_input", "owner").value == "mine"
    press(page, ".mine")
    (now,) = held(place)
    assert (now.name, now.status, now.owner, now.version) == ("A newer desk", "under way", "mine", 3)


def test_what_is_typed_as_save_is_pressed_outlasts_a_change_that_was_not_seen(page, place):
    one = save(place, Action(DAY, ""), name="New desk", day=DAY)
    press(page.at.run() and page, "register.edit.1")
    save(place, one, name="A newer desk")
    field(page, "text_input", "owner").set_value("mine")
    press(page, ".save")
    assert "Somebody else changed this meanwhile: what was done: A newer desk." in page.html
    assert field(page, "text_input", "owner").value == "mine"
    assert held(place)[0].owner == ""


def test_theirs_are_taken(page, place):
    one = save(place, Action(DAY, ""), name="New desk", day=DAY)
    press(page.at.run() and page, "register.edit.1")
    field(page, "text_input", "owner").set_value("mine").run()
    save(place, one, owner="theirs")
    page.at.run()
    press(page, ".theirs")
    assert field(page, "text_input", "owner").value == "theirs"
    assert held(place)[0].owner == "theirs"


def test_what_was_typed_of_an_action_that_was_deleted_is_written_down_anew(page, place):
    one = save(place, Action(DAY, ""), name="New desk", day=DAY, owner="Bo")
    press(page.at.run() and page, "register.edit.1")
    field(page, "text_area", "said").set_value("Slow").run()
    workspace, survey = store(place)
    register.delete(workspace.engine, survey, one)
    page.at.run()
    assert "Somebody else deleted this action meanwhile." in page.html
    press(page, "register.anew")
    (again,) = held(place)
    assert (again.name, again.owner, again.said, again.id > one.id) == ("New desk", "Bo", "Slow", True)


def test_an_action_is_deleted(page, place):
    save(place, Action(DAY, ""), name="By mistake", day=DAY)
    press(page.at.run() and page, "register.edit.1")
    press(page, "register.delete")
    assert held(place) == ()
    assert page.answer == "Nothing is written down yet of what was done"


def test_what_stood_in_the_link_moves_into_the_register_when_the_survey_is_kept(open_app, small, place):
    text = Action(DAY, "New desk", ("Plan", ("Pro",))).to_text()
    app = open_app().upload("q1.csv", small)
    app.at.session_state["link.typed"] = {"did": [text]}
    app.at.run()
    app.at.button(key="kept.keep").click().run()
    assert [(one.name, one.touched, one.status) for one in held(place)] == [
        ("New desk", ("Plan", ("Pro",)), "done")
    ]
    assert "did" not in app.at.query_params
    # Over time has it once, and the next one goes to the register as well.
    app.go("trends")
    assert app.html.count("New desk · 1 Apr 2026 · Pro") == 1
    app.at.date_input(key="actions.day").set_value(dt.date(2026, 5, 1)).run()
    app.at.text_input(key="actions.name").set_value("Another").run()
    app.at.button(key="actions.add").click().run()
    assert [one.name for one in held(place)] == ["New desk", "Another"]
    assert "Another · 1 May 2026" in app.html
    again = open_app({"survey": [store(place)[1].link], "did": [text]}).go("trends")
    assert again.html.count("New desk · 1 Apr 2026 · Pro") == 1


def test_the_slide_stands_in_the_report_as_soon_as_something_was_done(page, place):
    save(place, Action(DAY, ""), name="New desk", day=DAY, said="Slow")
    page.at.run()
    assert "The slide stands in the report, under Slides." in page.html
    page.go("report")
    assert any("You said, we did" in str(box.options) for box in page.at.radio) or "You said, we did" in str(
        page.at.main
    )


@pytest.mark.usefixtures("page")
def test_who_sees_a_part_is_shown_nothing(place):
    one = save(place, Action(DAY, ""), name="New desk", day=DAY)
    assert one.id == 1
    workspace, survey = store(place)
    for viewer in (
        Viewer("Vi", "viewer", Filters().with_attribute("Plan", ["Pro"])),
        Viewer("Vi", "viewer", masks=("e-mails",)),
        Viewer("Vi", "viewer", smallest=5),
    ):
        assert register.actions(workspace.engine, survey, viewer) == ()
