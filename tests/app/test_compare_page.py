"""Compare as a user meets it."""

from __future__ import annotations

import datetime as dt


def set_to(app, key, value):
    app.at.selectbox(key=key).set_value(value).run()
    return app


def test_the_sample_opens_on_its_last_two_quarters(app):
    app.open_sample().go("compare")
    assert app.fine()
    assert app.answer == "Q3 2026 and Q2 2026 do not differ by more than chance"
    assert "and may be none" in app.html
    assert "would show beyond chance four times in five" in app.html


def test_the_story_of_the_sample_stands_in_one_age_group(app):
    app.open_sample().go("compare")
    for name, ends in {"A": ("2026-04-01", "2026-09-30"), "B": ("2025-04-01", "2026-03-31")}.items():
        set_to(app, f"sides.{name.lower()}.period", "Other dates …")
        for key, day in zip(("since", "until"), ends, strict=True):
            app.at.date_input(key=f"sides.{name.lower()}.{key}").set_value(dt.date.fromisoformat(day)).run()
    assert app.fine()
    assert app.answer == "NPS rose by 9 points from the earlier dates to the later"
    assert "“25-34” adds 11 points; no other age group does, beyond chance" in app.html
    assert "cause" not in app.answer


def test_values_against_all_others(app, small):
    app.upload("export.csv", small).go("compare")
    set_to(app, "sides.by", "Plan")
    # Pro: 30 promoters and 5 passives; Starter: 15 passives and 10 detractors.
    assert app.answer == "Starter scores 126 points below Pro"
    app.control("sides.b.values").set_value(["Starter"]).run()
    assert app.answer == "Both sides are the same responses"
    assert app.fine()


def test_a_filter_that_empties_a_side_is_said(app, small):
    app.upload("export.csv", small).pick("Plan", "Pro").go("compare")
    set_to(app, "sides.by", "Plan")
    assert app.answer == "There are no responses in Starter"
    assert "nan" not in app.html.lower().replace("nance", "")
    assert app.fine()


def test_little_to_compare(open_app):
    bare = open_app().upload("bare.csv", b"Score\n" + b"10\n9\n8\n3\n" * 5).go("compare")
    assert bare.answer == "This file has nothing to compare by"
    assert bare.fine()
    one = open_app().upload("one.csv", b"Score,Date\n10,2026-01-05\n").go("compare")
    assert one.fine()
    assert one.answer


def test_a_difference_is_taken_apart_by_themes_as_well(app):
    app.open_sample().go("compare")
    box = next(one for one in app.at.selectbox if one.label == "Take apart by")
    box.set_value("").run()
    app.wait()
    assert app.fine()
    assert "Looking for themes" not in app.html
    assert "What was said (the mix of themes)" in app.html


def test_without_comments_there_are_no_themes_to_pick(app, make_csv):
    rows = [
        {"Score": score, "Date": f"2026-0{1 + number % 6}-05", "Plan": ("Pro", "Team")[number % 2]}
        for number, score in enumerate([10, 9, 8, 3] * 15)
    ]
    app.upload("export.csv", make_csv(rows)).go("compare")
    box = next(one for one in app.at.selectbox if one.label == "Take apart by")
    assert box.options == ["Plan"]
    assert app.fine()


def test_of_too_few_to_tell_apart_nothing_is_taken_apart(app):
    """Parts of a difference between one response and one would be said to reach 400 points."""
    file = b"Score,Date,Plan\n9,2026-01-05,Pro\n3,2026-02-05,Team\n10,2026-03-05,Pro\n"
    app.upload("three.csv", file).go("compare")
    assert app.answer.endswith("too few to tell them apart")
    assert app.fine()
    assert "Where the difference stands" not in app.html
