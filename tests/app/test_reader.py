"""The reader of comments without a browser: what it is given to draw, and what its clicks do."""

from __future__ import annotations

import json

import pytest
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.proto.WidgetStates_pb2 import WidgetState

from pages.ui import reader

SAID = {
    10: (
        "support answered the phone at once",
        "the agent in support was patient",
        "support agent called back",
    ),
    8: ("reports are clear and quick", "the reports export well", "clear reports for my team"),
    2: ("the price went up again", "too expensive for what it does", "the price is far too high"),
}


@pytest.fixture
def reading(app, make_csv):
    """The comments of 180 responses on three subjects; prices go with the lowest scores."""
    rows = [
        {"Score": score, "Comment": f"{text}, week {number}", "Account": f"Firm {number}"}
        for number in range(20)
        for score, texts in SAID.items()
        for text in texts
    ]
    rows[6]["Comment"] = "the price? mail jo.doe@example.com or call +49 (0)30 901820"
    return app.upload("read.csv", make_csv(rows)).go("themes")


def drawn(app, key):
    """What a component is given."""
    (found,) = [one for one in app.at.get("bidi_component") if one.key == key]
    return json.loads(found.proto.json)


def fire(app, key, event, value):
    """What a click in a component sends."""
    (found,) = [one for one in app.at.get("bidi_component") if one.key == key]
    states = app.at._tree.get_widget_states()
    sent = WidgetState(id=_make_trigger_id(found.proto.id, "events"))
    sent.json_trigger_value = json.dumps([{"event": event, "value": value}])
    states.widgets.append(sent)
    app.at._run(states)
    return app


def texts(app, reader="themes"):
    return ["".join(row["text"]) for row in drawn(app, f"reader.{reader}")["rows"]]


def test_the_theme_that_costs_most_is_open_with_its_detractors_first(reading):
    listed = drawn(reading, "themes.list")
    assert listed["rows"][0]["title"] == "All comments"
    assert listed["open"] == listed["rows"][1]["name"]
    assert listed["rows"][1]["nps"] == "−100"
    read = drawn(reading, "reader.themes")
    assert read["total"] == int(listed["rows"][1]["n"])
    assert "detractors first" in read["said"]
    assert {row["group"] for row in read["rows"][:10]} == {"detractor"}
    assert all(row["who"].startswith("Firm ") for row in read["rows"])
    # Words of the theme are lit: every second piece is one of them.
    assert any(len(row["text"]) > 1 for row in read["rows"])


def test_a_theme_is_opened_stands_in_the_link_and_survives_a_change_of_page(reading, open_app):
    other = drawn(reading, "themes.list")["rows"][3]["name"]
    fire(reading, "themes.list", "open", other)
    assert drawn(reading, "themes.list")["open"] == other
    reading.go("overview").go("themes")
    assert drawn(reading, "themes.list")["open"] == other
    reading.at.selectbox(key="themes.sort").set_value("nps").run()
    reading.at.button_group(key="themes.group").set_value("promoter").run()
    reading.at.run()
    link = {
        key: [value] if isinstance(value, str) else list(value)
        for key, value in reading.at.query_params.items()
    }
    assert link["see.themes.open"] == [other]
    second = open_app(link).go("themes")
    assert drawn(second, "themes.list")["open"] == other
    assert second.at.selectbox(key="themes.sort").value == "nps"
    assert {row["group"] for row in drawn(second, "reader.themes")["rows"]} <= {"promoter"}


def test_what_is_no_theme_opens_nothing(reading):
    before = drawn(reading, "themes.list")["open"]
    for wrong in ("no such theme", 7, None, ["x"]):
        fire(reading, "themes.list", "open", wrong)
        assert drawn(reading, "themes.list")["open"] == before
        assert reading.fine()


def test_addresses_are_masked_until_they_are_asked_for(reading):
    fire(reading, "themes.list", "open", "-all")
    reading.at.text_input(key="themes.search").set_value("the price? mail").run()
    assert texts(reading) == ["the price? mail [e-mail] or call [phone]"]
    assert drawn(reading, "reader.themes")["hides"]
    fire(reading, "reader.themes", "bare", True)
    assert texts(reading) == ["the price? mail jo.doe@example.com or call +49 (0)30 901820"]
    fire(reading, "reader.themes", "bare", False)
    assert "[e-mail]" in texts(reading)[0]


def test_what_is_searched_for_is_lit_wherever_it_stands_and_is_in_no_link(reading):
    fire(reading, "themes.list", "open", "-all")
    reading.at.text_input(key="themes.search").set_value("EXPENS").run()
    rows = drawn(reading, "reader.themes")["rows"]
    assert len(rows) == 20
    assert all(
        row["text"][:3] == ["too ", "expens", "ive for what it does, week " + row["text"][2][-2:].strip()]
        for row in rows
    )
    reading.at.run()
    assert not any("EXPENS" in str(value) for value in reading.at.query_params.values())


def test_fifty_are_sent_and_then_the_next(reading):
    fire(reading, "themes.list", "open", "-all")
    first = texts(reading)
    assert (len(first), drawn(reading, "reader.themes")["total"]) == (reader.PAGE, 180)
    fire(reading, "reader.themes", "start", 50)
    second = texts(reading)
    assert not set(first) & set(second)
    fire(reading, "reader.themes", "start", 150)
    assert len(texts(reading)) == 30
    fire(reading, "reader.themes", "start", 10_000)
    assert drawn(reading, "reader.themes")["start"] == 150
    reading.at.button_group(key="themes.group").set_value("detractor").run()
    assert drawn(reading, "reader.themes")["start"] == 0  # other comments begin anew


def test_quotes_are_picked_for_the_report_and_let_go(reading):
    places = [row["place"] for row in drawn(reading, "reader.themes")["rows"][:2]]
    fire(reading, "reader.themes", "quote", places)
    assert [row["quoted"] for row in drawn(reading, "reader.themes")["rows"][:3]] == [True, True, False]
    reading.go("report")
    next(button for button in reading.at.button if "In their words" in button.label).click().run()
    reading.wait()
    assert "2 comments picked by hand" in reading.html
    reading.go("themes")
    fire(reading, "reader.themes", "quote", places)
    assert not any(row["quoted"] for row in drawn(reading, "reader.themes")["rows"])
    for wrong in ([10**9], [-1], ["x"], "x", None):
        fire(reading, "reader.themes", "quote", wrong)
        assert reading.fine()


@pytest.mark.parametrize("view", ["read", "themes", "changes", "segments", "edit"])
@pytest.mark.parametrize(
    "comments",
    [
        pytest.param(["slow", "great", "fine"], id="three"),
        pytest.param(["good"] * 40, id="one word each"),
        pytest.param(
            ["השירות איטי מאוד ולא עונים לטלפון", "الخدمة ممتازة وسريعة جدا"] * 30, id="right to left"
        ),
        pytest.param(["too slow. " * 1_000, "the price is too high"] * 20, id="ten thousand characters"),
        pytest.param(["-", "n/a", "..."] * 10, id="nothing said"),
    ],
)
def test_every_view_takes_such_comments(app, make_csv, comments, view):
    rows = [{"Score": number % 11, "Comment": text} for number, text in enumerate(comments)]
    app.upload("some.csv", make_csv(rows)).go("themes")
    assert app.fine()
    if not [one for one in app.at.get("button_group") if (one.key or "").rstrip() == "comments.view"]:
        assert "None of these comments says enough" in app.answer
        return
    app.control("comments.view").set_value(view).run()
    assert app.fine()
    assert app.answer


def test_a_long_comment_is_cut_until_the_rest_is_asked_for(app, make_csv):
    rows = [{"Score": number % 11, "Comment": "too slow, " * 1_000} for number in range(3)]
    app.upload("long.csv", make_csv(rows)).go("themes")
    fire(app, "themes.list", "open", "-all")
    row = drawn(app, "reader.themes")["rows"][0]
    assert (len("".join(row["text"])), row["over"]) == (reader.LONGEST, 10_000 - reader.LONGEST)
    fire(app, "reader.themes", "whole", row["place"])
    row = drawn(app, "reader.themes")["rows"][0]
    assert (len("".join(row["text"])), row["over"]) == (10_000, 0)


def test_the_tone_of_comments_is_told_chosen_and_worth_what_is_said(app):
    app.open_sample().go("themes")
    listed = drawn(app, "themes.list")
    assert "complaint, neither, praise" in listed["key"]
    assert "comments of one clause" in listed["key"]
    for row in listed["rows"]:
        assert sum(row.get("parts", [1])) == pytest.approx(1)
    read = drawn(app, "reader.themes")
    assert "complaints first" in read["said"]
    assert read["rows"][0]["tone"] == "complaint"
    assert {tone for row in read["rows"] for _, tone in row["themes"]} <= {"", "complaint", "praise"}
    for chosen in ("complaint", "praise"):
        app.at.button_group(key="themes.group").set_value(chosen).run()
        rows = drawn(app, "reader.themes")["rows"]
        assert rows
        assert {row["tone"] for row in rows} == {chosen}
    fire(app, "themes.list", "open", "-all")  # of all comments there is no one tone
    assert app.fine()
    assert "complaint" not in app.at.button_group(key="themes.group").options


def test_under_a_filter_on_groups_themes_stand_beside_what_the_others_say(reading):
    reading.filter("groups", ["detractor"]).wait()
    assert reading.answer.startswith("Detractors speak more often of “Price”: 100% of their comments, 0% of")
    listed = drawn(reading, "themes.list")["rows"][1:]
    assert listed[0]["title"] == "Price"
    assert listed[0]["nps"] == "100%"
    assert listed[0]["between"] == "others 0%"
    assert listed[0]["apart"]
    assert not any(row["nps"] == "−100" for row in listed if row["title"] != "Uncoded")
