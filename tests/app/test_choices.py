"""What is picked on a page outlasts a change of page, stands in the link, and is taken back by Undo."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress

import pytest
from streamlit.runtime.scriptrunner import StopException

from pages.ui import places

VIEWS = (
    "overview",
    *("trends", "segments", "compare", "measures", "drivers", "accounts"),
    *(f"themes: {view}" for view in ("read", "themes", "changes", "segments")),
    "report",
    "method",
)
KINDS = (
    *("selectbox", "toggle", "checkbox", "number_input", "button_group", "multiselect", "date_input"),
    *("slider", "radio", "text_input", "text_area"),
)
ELSEWHERE = re.compile(
    r"(filter|bar)\."  # filters: test_links.py and test_filter_bar.py
    r"|themes\.search$"  # a search that is typed
    r"|actions\.(day|by|name|values)"  # a form until it is added: test_trends_page.py
    r"|report\.(add|title)"  # the slides themselves: test_report_page.py
)
"""Controls that stand for something else than a choice of how a page looks, and where that is held."""


ASKED = ("worth", "share", "nps", "effect", "promoter", "passive", "detractor", "pptx", "xlsx", "html", "pdf")
"""Options with another name on screen."""


def control(app, key):
    return app.control(key)


def controls(app):
    """The keys of all that can be picked on a page."""
    return [
        one.key
        for kind in KINDS
        for one in getattr(app.at, kind)
        if not (ELSEWHERE.match(one.key) or one.key.endswith(".view"))
    ]


def other(one):
    """Another value than that of a control; None where it has just one."""
    match type(one).__name__:
        case "Toggle" | "Checkbox":
            return not one.value
        case "NumberInput":
            return (one.value or 0) + 4_000 if one.value is None else one.value + 2
        case "Multiselect":
            return [option for option in one.options if option not in one.value][:1]
    return next((option for option in one.options if option not in words(one)), None)


def words(one):
    """What is picked, as it is shown."""
    if not hasattr(one, "options"):
        return [one.value]
    values = one.value if isinstance(one.value, list) else [one.value]
    return [value if value in one.options else one.format_func(value) for value in values]


def pick(app, key, value):
    one = control(app, key)
    one.set_value(meant(one, value) if hasattr(one, "options") and isinstance(value, str) else value).run()


def meant(one, shown):
    """The option that a control shows so: one word of it, its end, or what stands for nothing."""
    parts = shown.split()
    likely = (shown, *parts, *(" ".join(parts[start:]) for start in range(len(parts))), "", "\n\n", *ASKED)
    for option in likely:
        with suppress(KeyError, AttributeError):
            if one.format_func(option) == shown:
                return option
    raise AssertionError(f"{one.key}: which option is shown as {shown!r}?")


@pytest.mark.parametrize("page", VIEWS)
def test_every_control_outlasts_the_page_and_opens_in_another_browser(open_app, page):
    """Each control of each view; what is picked in it is taken back by Undo."""
    app = open_app().open_sample().go(page)
    keys = controls(app)
    assert keys or page in {"overview", "drivers"}
    for key in keys:
        before, value = words(control(app, key)), other(control(app, key))
        assert value is not None, key
        pick(app, key, value)
        assert app.wait().fine(), key
        after = words(control(app, key))
        assert after != before, key
        assert app.go("data").go(page).fine(), key
        assert words(control(app, key)) == after, key
        elsewhere = open_app(dict(app.at.query_params)).go(page)
        assert words(control(elsewhere, key)) == after, key
        app.go("overview").at.button(key="undo").click().run()
        assert words(control(app.go(page), key)) == before, key


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("trends", "time.by"),
        ("segments", "segments.calm"),
        ("report", "report.format"),
    ],
)
def test_a_choice_is_kept_where_the_next_click_leads_away_before_it_is_drawn(
    open_app, monkeypatch, page, key
):
    app = open_app().open_sample().go(page)
    value = other(control(app, key))

    def stop(*_):
        raise StopException  # as Streamlit ends a run when its visitor clicks again

    with monkeypatch.context() as patched:
        patched.setattr(places, "shown", stop)
        pick(app, key, value)
    app.go("data").go(page)
    assert words(control(app, key)) == [value]


@pytest.mark.parametrize(
    ("page", "key"),
    [
        ("segments", "segments.by"),
        ("segments", "segments.calm"),
        ("compare", "sides.points"),
        ("accounts", "accounts.deciders"),
        ("report", "report.format"),
    ],
)
def test_what_a_browser_says_of_a_widget_that_was_replaced_is_not_heard(open_app, page, key):
    """One click takes back what was picked, and the next tells what the widget had shown before."""
    app = open_app().open_sample().go(page)
    usual = words(control(app, key))
    pick(app, key, other(control(app, key)))
    assert words(control(app, key)) != usual
    seen = app.at._tree.get_widget_states()
    app.at.button(key="undo").click().run()
    assert words(control(app, key)) == usual
    app.at._run(seen)
    assert words(control(app, key)) == usual
    assert f"see.{key}" not in app.at.query_params
    app.at.run()
    assert words(control(app, key)) == usual


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
    app.control("sides.a.period").set_value("Other dates …").run()
    app.control("sides.a.since").set_value(dt.date(2026, 1, 5)).run()
    app.control("sides.by").set_value("Plan").run()
    app.control("sides.b.values").set_value(["Team"]).run()
    elsewhere = open_app(dict(app.at.query_params)).go("compare")
    assert elsewhere.answer == app.answer
    assert elsewhere.control("sides.b.values").value == ["Team"]


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
    assert app.open_address(earlier).wait().fine()
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
    assert "No comments were read" in app.go("themes").answer


@pytest.mark.parametrize(
    ("columns", "views"),
    [
        ({}, {"accounts"}),
        ({"Date": lambda _: "2026-01-15"}, {"time", "accounts"}),
        ({"Date": lambda number: f"2026-01-{1 + number % 28:02}"}, {"time", "sides", "accounts"}),
        ({"Plan": lambda number: ("Pro", "Team")[number % 2]}, {"segments", "sides", "drivers", "accounts"}),
        (
            {"How satisfied are you? (1-5)": lambda number: 1 + number % 5},
            {"measures", "drivers", "accounts"},
        ),
    ],
)
def test_a_view_that_a_file_cannot_fill_is_not_offered_and_has_its_address(
    open_app, make_csv, columns, views
):
    rows = [
        {"Score": number % 11, **{name: made(number) for name, made in columns.items()}}
        for number in range(66)
    ]
    app = open_app().upload("export.csv", make_csv(rows))
    app.at.switch_page("pages/explore_page.py").run()
    assert app.views == views
    assert app.fine()
    for name, view in {
        "trends": "time",
        "segments": "segments",
        "compare": "sides",
        "drivers": "drivers",
    }.items():
        app.go(name)
        assert control(app, "explore.view").value == view
        assert app.fine()
        assert ('class="empty"' in app.html) == (view not in views), name
    app.go("accounts").at.run()
    assert app.views == views


def test_what_is_often_asked_is_one_click(open_app):
    app = open_app().open_sample().go("segments")
    menu = app.at.menu_button(key="explore.preset")
    assert "Decision makers against end users, last quarter" in menu.options
    menu.set_value("Decision makers against end users, last quarter").run()
    assert app.fine()
    assert "Q3 2026" in app.answer
    assert app.control("sides.a.values").value == ["Decision maker"]
    assert open_app(dict(app.at.query_params)).go("compare").answer == app.answer
