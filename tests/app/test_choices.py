"""What is picked on a page outlasts a change of page, stands in the link, and is taken back by Undo."""

from __future__ import annotations

import datetime as dt

import pytest

CONTROLS = {
    "trends": {"time.period": "week", "time.by": "Region"},
    "segments": {"segments.by": "Plan", "segments.against": "Region", "segments.calm": True},
    "compare": {"sides.by": "Plan", "sides.why": "Region", "sides.points": 9},
    "accounts": {"accounts.role": "Plan", "accounts.silent.by": "Plan"},
    "themes": {"themes.by": "Region", "themes.all": True},
    "report": {"report.format": "pdf", "report.mask": False},
}
VIEWS = {"themes.by": "segments", "themes.all": "themes"}
KINDS = ("selectbox", "toggle", "number_input", "button_group", "multiselect", "date_input")


def control(app, key):
    return next(one for kind in KINDS for one in getattr(app.at, kind) if one.key == key)


@pytest.mark.parametrize(("page", "key"), [(page, key) for page, keys in CONTROLS.items() for key in keys])
def test_a_choice_outlasts_the_page_and_opens_in_another_browser(open_app, page, key):
    value = CONTROLS[page][key]
    app = open_app().open_sample().go(page)
    if key in VIEWS:
        control(app, "comments.view").set_value(VIEWS[key]).run()
    assert control(app, key).value != value
    control(app, key).set_value(value).run()
    assert app.wait().fine()
    assert app.go("data").go(page).fine()
    assert control(app, key).value == value
    elsewhere = open_app(dict(app.at.query_params)).go(page)
    assert control(elsewhere, key).value == value
    app.at.button(key="undo").click().run()
    assert control(app.go(page), key).value != value


def test_a_link_that_asks_for_what_there_is_not_shows_what_is_usual(open_app):
    asked = {
        "survey": ["sample"],
        "see.explore.view": ["nowhere"],
        "see.segments.by": ["Shoe size"],
        "see.sides.points": ["many"],
        "see.sides.a.since": ["soon"],
        "see.actions.days": ["-1", "x"],
        "see.segments.calm": ["perhaps"],
    }
    app = open_app(asked)
    assert app.fine()
    for page in ("segments", "compare", "trends"):
        assert app.go(page).fine(), page


def test_days_and_values_of_both_sides_stand_in_the_link(open_app):
    app = open_app().open_sample().go("compare")
    app.at.selectbox(key="sides.a.period").set_value("Other dates …").run()
    app.at.date_input(key="sides.a.since").set_value(dt.date(2026, 1, 5)).run()
    app.at.selectbox(key="sides.by").set_value("Plan").run()
    app.at.multiselect(key="sides.b.values").set_value(["Team"]).run()
    elsewhere = open_app(dict(app.at.query_params)).go("compare")
    assert elsewhere.answer == app.answer
    assert elsewhere.at.multiselect(key="sides.b.values").value == ["Team"]


def test_an_account_that_is_picked_is_not_named_in_the_address(open_app, make_csv):
    rows = [
        {"Score": score, "Account": ("Blue Harbor", "Red Fox")[number % 2], "Company": "x", "Plan": "Pro"}
        for number, score in enumerate([10, 9, 8, 3] * 30)
    ]
    app = open_app().upload("export.csv", make_csv(rows)).go("segments")
    app.at.session_state["link.typed"] = {"see.themes.open": ["Blue Harbor"]}
    app.at.run()
    assert "Harbor" not in str(dict(app.at.query_params))
    assert "held" in app.at.query_params


@pytest.mark.parametrize(
    ("earlier", "key"),
    [
        ("trends", "time.period"),
        ("segments", "segments.by"),
        ("compare", "sides.by"),
        ("people", "accounts.silent.by"),
        ("themes", "comments.view"),
        ("report", "report.format"),
    ],
)
def test_addresses_of_earlier_versions_lead_to_what_they_had(open_app, earlier, key):
    app = open_app().open_sample()
    page = next(one for one in app.at.session_state["pages"] if one.url_path == earlier)
    app.at._page_hash = page._script_hash
    app.at.run()
    assert app.wait().fine()
    assert control(app, key) is not None


def test_a_place_that_a_file_cannot_fill_is_not_in_the_navigation(open_app, make_csv, small):
    def shown(app):
        return [page.title for page in app.at.session_state["pages"] if page.visibility == "visible"]

    app = open_app().upload("small.csv", small)
    app.at.run()
    assert shown(app) == ["Summary", "Explore", "Comments", "Slides"]
    app.upload("bare.csv", make_csv([{"Score": score, "Plan": "Pro"} for score in range(11)] * 3))
    app.at.run()
    assert shown(app) == ["Summary", "Explore", "Slides"]
    assert "These responses have no comments" in app.go("themes").answer


def test_what_is_often_asked_is_one_click(open_app):
    app = open_app().open_sample().go("segments")
    menu = app.at.menu_button(key="explore.preset")
    assert "Decision makers against end users, last quarter" in menu.options
    menu.set_value("Decision makers against end users, last quarter").run()
    assert app.fine()
    assert "Q3 2026" in app.answer
    assert app.at.multiselect(key="sides.a.values").value == ["Decision maker"]
    assert open_app(dict(app.at.query_params)).go("compare").answer == app.answer
