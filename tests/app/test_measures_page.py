"""Explore, CSAT and CES: offered where the file has such a question; its figures are those of the library."""

from __future__ import annotations

import pytest

from nps_core import Filters, Scope, overview, read_survey
from nps_core.drivers.measure_groups import find_measure_segments, find_measure_trend

SAMPLE = {"survey": ["sample"]}


@pytest.fixture
def sample(open_app):
    return open_app(SAMPLE).go("measures")


def test_the_view_is_offered_only_where_the_file_has_a_question(sample, app, small):
    assert "measures" in sample.views
    app.upload("export.csv", small).go("segments")
    assert "measures" not in app.views
    app.go("measures")
    assert app.fine()
    assert app.answer == "This file has no CSAT or CES question"


def test_a_question_over_time_and_by_segment_under_the_filters(sample):
    survey = read_survey("data/sample_survey.csv")
    for column in (one.column for one in survey.measures):
        sample.at.selectbox(key="measures.of").set_value(column).run()
        sample.at.selectbox(key="measures.by").set_value("Plan").run()
        for filters in (Filters(), Filters().with_attribute("Persona", ["Champion"])):
            sample.pick("Persona", *filters.values_of("Persona"))
            trend = find_measure_trend(Scope(survey, filters), column)
            segments = find_measure_segments(Scope(survey, filters), column, "Plan")
            assert sample.answer == trend.title
            assert all(
                said in sample.html for said in (segments.title, *trend.sentences, *segments.sentences)
            )
            assert len(sample.at.get("plotly_chart")) == 2
    sample.at.selectbox(key="measures.period").set_value("month").run()
    assert " in Sep 2026 (" in sample.answer


def test_the_attribute_that_stands_out_by_its_nps_comes_first(sample):
    found = overview(Scope(read_survey("data/sample_survey.csv"))).standouts
    assert sample.at.selectbox(key="measures.by").value == found[0].attribute


def test_a_file_without_dates_and_attributes_has_its_figure(app, make_csv):
    rows = [
        {"How likely to recommend": score, "How satisfied are you? (1-5)": 1 + score % 5}
        for score in range(11)
    ] * 9
    app.upload("export.csv", make_csv(rows)).go("measures")
    assert app.fine()
    assert app.answer.endswith(": How satisfied are you?")
    assert app.answer.startswith("36% satisfied, 28% to 46%")
    assert not app.at.get("plotly_chart")
