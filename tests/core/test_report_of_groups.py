"""Reports of responses that were picked by their score: no interval means anything, and none is drawn."""

import math
from functools import cache
from pathlib import Path

import pytest

from nps_core import FORMATS, Filters, Scope, build_report, find_survey_themes, read_survey, write_report
from nps_core.report.builder import slide_choices

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample_survey.csv"
PICKED = [("detractor",), ("promoter",), ("passive",), ("promoter", "detractor")]


@cache
def sample():
    survey = read_survey(SAMPLE)
    return survey, find_survey_themes(survey)


@cache
def told(groups):
    survey, themes = sample()
    slides = [choice.key for choice in slide_choices(survey)]
    return build_report(Scope(survey, Filters(groups=groups)), themes=themes, slides=slides)


@pytest.mark.parametrize("groups", PICKED)
def test_no_chart_of_any_part_holds_a_figure_that_is_none(groups):
    for part in told(groups).parts:
        for chart in filter(None, (part.chart, part.strip)):
            figures = [value for one in chart.series for value in (*one.values, *one.low, *one.high)]
            assert not [value for value in figures if value is not None and math.isnan(value)], part.key


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("groups", PICKED[:1])
def test_every_format_is_made_of_all_parts(groups, ending):
    assert write_report(told(groups), ending).data
