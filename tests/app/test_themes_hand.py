"""The visitor's hand on the themes, without a browser: every figure follows, and nothing is lost on the way."""

import datetime as dt

import pytest
from test_reader import drawn, fire

from nps_core.themes import Codebook, write_codebook
from pages.ui import open_surveys, report_file, theme_state

SAID = {
    10: (
        "support answered the phone at once",
        "the agent in support was patient",
        "support agent called back",
    ),
    8: ("reports are clear and quick", "the reports export well", "clear reports for my team"),
    2: ("the price went up again", "too expensive for what it does", "the price is far too high"),
}


def wave(make_csv, *, year=2026, more=()):
    rows = [
        {
            "Date": f"{year}-0{1 + number % 6}-{1 + number % 28:02}",
            "Score": score,
            "Comment": text,
            "Plan": "Pro",
        }
        for number in range(20)
        for score, texts in SAID.items()
        for text in texts
    ]
    return make_csv([*rows, *({**rows[0], "Score": score, "Comment": text} for score, text in more)])


@pytest.fixture
def editing(app, make_csv):
    app.upload("first.csv", wave(make_csv)).go("themes")
    return switch_on(app)


def switch_on(app):
    return show(app, "edit")


def show(app, view):
    app.control("comments.view").set_value(view).run()
    return app


def names(app):
    return [box.value for box in app.at.text_input if str(box.key).startswith("hand.name.")]


def box_of(app, name):
    return next(
        box for box in app.at.text_input if str(box.key).startswith("hand.name.") and box.value == name
    )


def tick(app, *wanted):
    for name in wanted:
        app.at.checkbox(key=box_of(app, name).key.replace("hand.name", "hand.tick")).check().run()
    return app


def press(app, key):
    app.at.button(key=key).click().run()
    assert app.fine()
    return app


def look(app, text):
    app.at.text_input(key="hand.words").set_value(text)
    return press(app, "hand.words.do")


def pin(app, text):
    return press(look(app, text), "hand.keep")


def test_a_new_name_holds_on_every_page_and_can_be_undone(editing):
    old = names(editing)[0]
    box_of(editing, old).set_value("  What it  costs ").run()
    assert "What it costs" in names(editing)
    assert old not in names(editing)
    editing.go("overview").go("themes")
    switch_on(editing)
    assert "What it costs" in names(editing)
    assert "1 change" in editing.html
    press(editing, "hand.undo")
    assert old in names(editing)
    assert "What it costs" not in names(editing)


def test_a_report_is_known_by_the_changes_and_not_by_where_the_themes_lie(editing, monkeypatch):
    """Memory that themes lay in is used again: other themes there are not those that a file was built with."""
    monkeypatch.setattr(report_file, "id", lambda _: 7, raising=False)
    monkeypatch.setattr(theme_state, "id", lambda _: 7, raising=False)
    press(editing.go("report"), "report.build")
    assert not any(button.key == "report.build" for button in editing.at.button)
    switch_on(editing.go("themes"))
    box_of(editing, names(editing)[0]).set_value("What it costs").run()
    editing.go("report")
    assert any(button.key == "report.build" for button in editing.at.button)


def test_merged_themes_are_one(editing):
    one, two = names(editing)[:2]
    count = len(names(editing))
    assert editing.at.button(key="hand.merge").disabled
    press(tick(editing, one, two), "hand.merge")
    assert len(names(editing)) == count  # not before it is kept
    assert "what it changes" in editing.html
    press(editing, "hand.keep")
    assert len(names(editing)) == count - 1
    assert one in names(editing)
    assert two not in names(editing)


def test_a_hidden_theme_is_gone_and_comes_back(editing):
    one = names(editing)[0]
    press(press(tick(editing, one), "hand.hide"), "hand.keep")
    assert one not in names(editing)
    editing.at.selectbox(key="hand.back.1").set_value(one).run()
    press(editing, "hand.back.do")
    assert one in names(editing)


def test_a_change_can_be_left(editing):
    said = names(editing)
    press(press(tick(editing, *said[:2]), "hand.merge"), "hand.leave")
    assert names(editing) == said
    assert "what it changes" not in editing.html


def test_a_theme_is_put_under_another(editing):
    one, two = names(editing)[:2]
    press(press(tick(editing, one, two), "hand.under"), "hand.keep")
    assert f"part of {one}" in editing.html or f"part of {two}" in editing.html


def test_what_does_not_fall_apart_says_so(editing):
    press(tick(editing, names(editing)[0]), "hand.split")
    assert "does not fall into parts" in editing.html or "what it changes" in editing.html


def test_words_make_a_theme_and_its_effect_is_seen_before(editing):
    look(editing, "Money: price, expensive")
    assert "Money: 0 → 60 comments, NPS −100" in editing.html
    assert "Uncoded: " in editing.html
    press(editing, "hand.keep")
    assert "Money" in names(editing)
    assert "Price" not in names(editing)
    assert "60 · NPS −100" in editing.html
    look(editing, "no colon here")
    assert "A name, a colon and the words, please" in editing.html


def test_a_word_behind_a_minus_sign_excludes(editing):
    pin(editing, "Money: price, expensive, -again")
    assert "40 · NPS −100" in editing.html


def test_a_comment_is_moved_where_it_is_read(editing):
    pin(editing, "Money: price, expensive")
    fire(show(editing, "read"), "themes.list", "open", "Money")
    read = drawn(editing, "reader.themes")
    first = read["rows"][0]["place"]
    assert (read["total"], read["goals"][-1]) == (60, [-1, "no theme"])
    assert "Money" not in [name for _, name in read["goals"]]
    for wrong in ([first, 10**6], [10**9, -1], [first], ["x", -1], [first, "x"], "x", None):
        fire(editing, "reader.themes", "move", wrong)
        assert drawn(editing, "reader.themes")["total"] == 60
    fire(editing, "reader.themes", "move", [first, -1])
    assert editing.fine()
    assert drawn(editing, "reader.themes")["total"] == 40  # all of the same words go with it
    assert first not in [row["place"] for row in drawn(editing, "reader.themes")["rows"]]
    assert "A comment taken out of" in show(editing, "edit").html


def test_changes_are_saved_and_loaded(editing):
    taken = write_codebook(Codebook().with_words("Money", ("price", "expensive")))
    editing.at.file_uploader(key="hand.load.0").set_value(
        ("codebook.json", taken.encode(), "application/json")
    ).run()
    press(editing, "hand.load.do")
    assert "Money" in names(editing)
    assert any(button.label == "Save codebook" for button in editing.at.get("download_button"))
    press(editing, "hand.none")
    assert "Money" not in names(editing)


def test_a_file_of_something_else_is_refused_in_words(editing):
    editing.at.file_uploader(key="hand.load.0").set_value(("x.json", b'{"a": 1}', "application/json")).run()
    press(editing, "hand.load.do")
    assert "The file holds no codebook." in editing.html


def test_the_link_carries_the_changes(editing, open_app):
    pin(editing, "Money: price, expensive")
    editing.at.run()  # the link follows a run late here
    link = {
        key: [value] if isinstance(value, str) else list(value)
        for key, value in editing.at.query_params.items()
    }
    assert link["hand"]
    other = switch_on(open_app(link).go("themes"))
    assert "Money" in names(other)
    # What another server no longer holds is left out.
    theme_state._HELD.clear()
    assert "Money" not in names(switch_on(open_app(link).go("themes")))


def test_the_next_wave_takes_over_the_themes_with_their_changes(editing, make_csv):
    pin(editing, "Money: price, expensive")
    said = set(names(editing))
    editing.go("overview").upload("second.csv", wave(make_csv, year=2027, more=[(0, "expensive")] * 3))
    editing.go("themes")
    switch_on(editing)
    assert "has the same columns" in editing.html
    press(editing, "hand.as_before")
    editing.wait()
    assert set(names(editing)) == said
    assert "63 · NPS −100" in editing.html
    assert "has the same columns" not in editing.html
    assert "The themes of “first.csv” code 78% of these comments, 78% there." in editing.html
    # The changes are this wave's own now.
    press(editing, "hand.undo")
    assert "Money" not in names(editing)


def reviewing(app):
    show(app, "review")
    assert app.fine()
    return app


def test_an_answer_is_a_change_of_the_codebook_and_can_be_taken_back(editing):
    app = reviewing(editing)
    assert "1 of 9" in app.html  # each comment once, however often it was written
    first = app.html
    press(app, "review.y")
    assert "2 of 9" in app.html
    press(app, "review.skip")
    press(app, "review.n")
    assert "4 of 9" in app.html
    for _ in range(3):
        press(app, "review.undo")
    assert app.html == first
    assert app.at.button(key="review.undo").disabled
    app.at.run()
    assert "1 change" not in switch_on(app).html


def test_a_review_comes_to_its_end_and_says_what_was_checked(editing):
    app = reviewing(editing)
    for _ in range(9):
        press(app, "review.y")
    assert "9 questions done." in app.html
    # Two of the nine comments are about no theme: nothing is drawn of them.
    assert "7 of 7 comments checked are right" in app.html
    assert "Learnt" not in app.html
    press(app, "review.more")
    assert "There is nothing to ask." in app.html or "1 of" in app.html
    assert "9 changes" in switch_on(app).html


def test_a_review_says_another_theme_and_the_comment_goes_there(editing):
    app = reviewing(editing)
    goal = app.at.button(key="review.1").label
    press(app, "review.1")
    assert f"A comment is about “{goal}”" in switch_on(app).html


@pytest.fixture(autouse=True)
def fresh():
    """Results kept by an earlier test belong to the same files."""
    open_surveys.SHELF._items.clear()


def test_the_page_says_what_changed_between_waves_and_what_emerges(app, make_csv):
    rows = [
        {"Date": f"2026-0{month}-1{number % 10}", "Score": score, "Comment": text, "Plan": "Pro"}
        for month in (2, 5)
        for number in range(20)
        for score, texts in SAID.items()
        for text in texts
    ]
    outage = ("the outage lasted a day", "servers were down all day", "outage again with servers down")
    new = [
        {**rows[0], "Date": "2026-05-20", "Score": 0, "Comment": text} for text in outage for _ in range(40)
    ]
    app.upload("waves.csv", make_csv([*rows, *new])).go("themes")
    assert app.fine()
    show(app, "themes")
    assert "What promoters say, what detractors say" in app.html
    show(app, "changes")
    assert "What changed" in app.html
    assert "in Apr" not in app.html
    press(app, "ask.emerging themes")
    for _ in range(100):
        if "outage" in app.html.lower() or "No theme emerges" in app.html:
            break
        app.at.run()
    assert app.fine()
    assert "chart.theme-changes" in str([chart.proto.id for chart in app.at.get("plotly_chart")])


def test_what_changed_is_not_said_of_the_days_of_a_filter(app, make_csv):
    """Waves have days of their own.

    A filter on dates is neither named over them nor taken into the report with them.
    """
    rows = [
        {
            "Date": f"2026-0{month}-1{number % 10}",
            "Score": score,
            "Comment": text,
            "Plan": ("Pro", "Team")[number % 2],
        }
        for month in range(1, 7)
        for number in range(10)
        for score, texts in SAID.items()
        for text in texts
    ]
    app.upload("waves.csv", make_csv(rows)).pick("Plan", "Pro")
    app.field("since").set_value(dt.date(2026, 3, 5)).run()
    show(app.go("themes"), "changes")
    press(app, "tray.theme-changes")
    ((chart, words),) = app.at.session_state["trays"][app.at.session_state["opened"].survey.digest]
    assert (chart.name, words) == ("theme-changes", "Plan: Pro")
    assert chart.subtitle.startswith("Plan: Pro · share of the comments, Jun 2026")
    n = len(rows) // 12
    assert f"(n {n}) against May 2026 (n {n})" in chart.subtitle.replace(" (up to 19 Jun)", "")
    assert app.fine()


def test_a_survey_without_dates_says_how_to_see_changes(app, make_csv):
    rows = [{"Score": score, "Comment": text} for score, texts in SAID.items() for text in texts * 10]
    show(app.upload("undated.csv", make_csv(rows)).go("themes"), "changes")
    assert app.fine()
    assert "A change needs two waves." in app.html
