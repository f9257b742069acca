"""Every chart of every place answers the keyboard: a panel with the score, the comments and the ways on."""

from __future__ import annotations

import re

import pytest
from test_reader import drawn, texts

CHARTS = {
    "overview": {"groups", "summary-trend", "distribution", "shares"},
    "trends": {"trend", "trend-0", "trend-1"},
    "segments": {"segments", "cross"},
    "compare": {"compare", "compare-answers", "compare-why"},
    "drivers": {"drivers", "weights", "spreads", "alike"},
    "accounts": {"roles", "accounts"},
    "comments: themes": {"themes"},
    "comments: changes": {"theme-trend", "theme-changes"},
    "comments: segments": {"themes-by"},
}
"""Of each page the charts that the sample has."""

PICKED = {"trends": ("time.by", "Persona"), "segments": ("segments.against", "Persona")}
"""What has to be picked there for all of them to be drawn."""


def menus(app):
    return {menu.key.removeprefix("into."): menu for menu in app.at.get("menu_button")}


def look_into(app, key, place):
    menus(app)[key].click_index(place).run()
    assert app.fine()
    return app


def ways(app):
    return {button.key for button in app.at.button if re.match("panel|tray.panel", button.key or "")}


@pytest.fixture(scope="module")
def sample(open_app):
    return open_app().open_sample()


@pytest.mark.parametrize("page", CHARTS)
def test_every_chart_opens_a_panel_for_its_first_and_its_last_row(sample, page):
    place, _, view = page.partition(": ")
    sample.go(place)
    if place == "overview":
        sample.at.session_state["summary.answers"] = True  # what lies folded
        sample.at.run()
    if view:
        sample.control("comments.view").set_value(view).run()
    if page in PICKED:
        key, value = PICKED[page]
        sample.at.selectbox(key=key).set_value(value).run()
    drawn = {chart.key for chart in sample.at.get("plotly_chart") if getattr(chart, "key", None)}
    assert CHARTS[page] <= set(menus(sample)), drawn
    for key in CHARTS[page]:
        for place in {0, len(menus(sample)[key].options) - 1}:
            look_into(sample, key, place)
            assert ways(sample), (key, place)
            if key != "spreads":  # an attribute as a whole has no score of its own
                assert 'class="sides"' in sample.html, (key, place)


def test_a_segment_is_filtered_to_and_taken_back(open_app, small):
    app = open_app().upload("survey.csv", small).go("segments")
    app.at.selectbox(key="segments.by").set_value("Plan").run()
    place = [name.split()[-1] for name in menus(app)["segments"].options].index("Starter")
    look_into(app, "segments", place)
    assert "n 25" in app.html
    app.at.button(key="panel.filter").click().run()
    assert app.at.session_state["filters"].values_of("Plan") == ("Starter",)
    assert 'class="sides"' not in app.html  # the panel is gone
    app.at.run()
    app.at.button(key="undo").click().run()
    assert not app.at.session_state["filters"]


def test_a_segment_is_compared_with_the_rest_on_two_sides(open_app, small):
    app = open_app().upload("survey.csv", small).go("segments")
    app.at.selectbox(key="segments.by").set_value("Plan").run()
    look_into(app, "segments", 0)
    app.at.button(key="panel.compare").click().run()
    assert app.control("explore.view").value == "sides"
    assert app.control("sides.by").value == "Plan"
    assert len(app.control("sides.a.values").value) == 1
    assert app.at.query_params["see.sides.by"] in ("Plan", ["Plan"])


def test_a_period_is_compared_with_the_one_before(open_app, small):
    app = open_app().upload("survey.csv", small).go("trends")
    menu = menus(app)["trend"]
    look_into(app, "trend", len(menu.options) - 1)
    app.at.button(key="panel.compare").click().run()
    assert not [box for box in app.at.multiselect if box.key == "sides.a.values"], "the sides are two periods"
    picked = [app.control(f"sides.{side}.period").value for side in "ab"]
    assert picked[0] != picked[1]


def test_a_row_of_cells_is_narrowed_to_a_column(open_app, small):
    app = open_app().upload("survey.csv", small).go("segments")
    app.at.selectbox(key="segments.by").set_value("Plan").run()
    app.at.selectbox(key="segments.against").set_value("Persona").run()
    look_into(app, "cross", 0)
    column = next(box for box in app.at.selectbox if (box.key or "").startswith("panel.of"))
    whole = int(re.search(r"n (\d+)", app.html.split('class="sides"')[1])[1])
    column.set_value(column.options[1] if isinstance(column.options[1], int) else 0).run()
    part = int(re.search(r"n (\d+)", app.html.split('class="sides"')[1])[1])
    assert 0 < part < whole


def test_addresses_in_comments_are_masked(open_app, make_csv):
    rows = [
        {"Score": score, "Comment": f"write to jo{score}@example.com or call +49 30 901820", "Plan": plan}
        for score in range(11)
        for plan in ("Pro", "Free")
    ]
    app = open_app().upload("survey.csv", make_csv(rows)).go("segments")
    look_into(app, "segments", 0)
    for text in texts(app, "panel"):
        assert text == "write to [e-mail] or call [phone]"


def test_the_lowest_scores_come_first_where_it_is_below_the_rest(open_app, small):
    app = open_app().upload("survey.csv", small).go("segments")
    app.at.selectbox(key="segments.by").set_value("Plan").run()
    for place, name in enumerate(menus(app)["segments"].options):
        look_into(app, "segments", place)
        scores = [int(row["score"]) for row in drawn(app, "reader.panel")["rows"]]
        assert scores == sorted(scores, reverse="Pro" in name)
        assert len(scores) > 1


def test_a_slide_of_the_panel_is_the_comparison(open_app, small):
    app = open_app().upload("survey.csv", small).go("segments")
    app.at.selectbox(key="segments.by").set_value("Plan").run()
    look_into(app, "segments", 0)
    app.at.button(key="tray.panel").click().run()
    assert [chart.name for chart, _ in app.at.session_state["trays"].popitem()[1]] == ["compare-groups"]


@pytest.mark.parametrize(
    "mark",
    [
        None,
        "x",
        {},
        {"chart": "segments"},
        {"chart": "segments", "row": 10**9},
        {"chart": "segments", "row": -1},
    ],
)
def test_what_the_browser_says_is_input(open_app, small, mark):
    """A row that is none opens nothing, and no page fails."""
    app = open_app().upload("survey.csv", small).go("segments")
    if isinstance(mark, dict) and "row" in mark:
        app.at.session_state["panel.open"] = (mark["chart"], mark["row"], None)
    app.at.run()
    assert app.fine()
    assert not ways(app)
