"""Segments as a user meets it."""

from __future__ import annotations


def test_why_a_segment_stands_apart_is_read_in_its_comments(app):
    app.open_sample().go("segments")
    assert app.answer == "Age group “25-34” scores 24 points below the others with a value"
    app.wait()
    assert app.fine()
    assert app.at.selectbox(key="segments.read").value == "25-34"
    assert "of those of the rest; NPS " in app.html


def test_a_survey_without_comments_is_not_asked_for_them(app):
    rows = "".join(f"{score},{plan}\n" for score in (10, 9, 3, 7) for plan in ("Pro", "Free"))
    app.upload("bare.csv", ("Score,Plan\n" + rows).encode()).go("segments")
    assert app.fine()
    assert "What they speak of" not in app.html


def test_targets_are_drawn_across_the_segments(open_app):
    app = open_app({}).open_sample()
    link = {
        key: [value] if isinstance(value, str) else list(value) for key, value in app.at.query_params.items()
    }
    second = open_app({**link, "aim": ['["Board", 60, null]']}).go("segments")
    assert second.fine()
    assert "Dotted: targets and benchmarks." in second.html


def test_an_attribute_that_the_filters_narrow_is_not_what_segments_begin_with(open_app):
    app = open_app({}).open_sample()
    link = {
        key: [value] if isinstance(value, str) else list(value) for key, value in app.at.query_params.items()
    }
    few = open_app({**link, "by.Persona": ["Champion"], "by.Plan": ["Starter"], "since": ["2026-06-01"]})
    assert few.go("segments").at.selectbox(key="segments.by").value != "Persona"
    few.go("themes").control("comments.view").set_value("segments").run()
    assert few.at.selectbox(key="themes.by").value != "Persona"
