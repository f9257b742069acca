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


def test_of_too_few_responses_it_says_so_and_not_that_the_file_has_nothing(app):
    file = b"Score,Date,Plan\n9,2026-01-05,Pro\n3,2026-02-05,Team\n10,2026-03-05,Pro\n"
    app.upload("three.csv", file).go("drivers")
    assert app.answer == "Too few responses to set anything beside the score"
    assert "such as persona, plan or region" not in app.html


def test_one_question_is_beside_no_other_and_is_not_drawn_on_a_plane(app, make_csv):
    """A plane of one point says nothing that its sentence does not."""
    rows = [
        {"Score": number % 11, "How satisfied are you? (1-5)": 1 + number % 11 // 3, "Plan": "Pro"}
        for number in range(220)
    ]
    app.upload("export.csv", make_csv(rows)).go("drivers")
    assert "goes with the score" in app.answer
    assert [chart.key for chart in app.at.get("plotly_chart")].count("chart.drivers") == 0
    assert "How each is answered" in app.html
