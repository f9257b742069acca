"""Drivers as a user meets it."""

from __future__ import annotations


def test_the_sample_shows_questions_and_attributes(app):
    app.open_sample().go("drivers")
    assert app.fine()
    assert app.answer.startswith("“Overall, how satisfied are you with Kestwick?")
    assert "“25-34” lowest" in app.html
    assert "would lift" not in app.html


def test_without_questions_the_attributes_remain(app, small):
    app.upload("export.csv", small).go("drivers")
    assert app.fine()
    assert app.answer == "The score differs most by “Plan”"


def test_without_either_it_says_what_is_missing(app):
    app.upload("bare.csv", b"Score\n" + b"10\n9\n8\n3\n" * 5).go("drivers")
    assert app.fine()
    assert app.answer == "This file has nothing to set beside the score"


def test_the_sample_is_told_like_for_like_and_by_weight(app):
    app.open_sample().go("drivers")
    assert app.fine()
    assert "counts for more than the other questions" in app.html
    assert "Like for like, Age group “25-34” scores" in app.html
    assert "as far as these attributes tell" in app.html
