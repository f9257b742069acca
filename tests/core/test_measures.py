import numpy as np
import pandas as pd
import pytest

from nps_core.drivers.measures import summarize_measures
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.survey import Measure
from tests.core.surveys import survey_of

CSAT = Measure("csat", "csat", 1, 5)
CES = Measure("effort", "ces", 1, 7)


def survey_from(csat, effort):
    frame = pd.DataFrame({"score": [9] * len(csat), "csat": csat, "effort": effort})
    frame["plan"] = ["Pro"] * len(frame)
    return survey_of(frame, measures=(CSAT, CES))


def test_csat_is_the_share_of_the_two_best_answers_with_wilsons_interval():
    survey = survey_from([5] * 50 + [4] * 31 + [3] * 182 + [None] * 7, [None] * 270)
    csat = summarize_measures(Scope(survey))[0]
    assert (csat.column, csat.kind, csat.n, csat.unit) == ("csat", "csat", 263, "% satisfied")
    # 81 of 263 is Wilson's example in Newcombe (1998): 0.3080, 0.2553 to 0.3662.
    assert (csat.value, csat.low, csat.high) == pytest.approx((30.80, 25.53, 36.62), abs=0.005)


def test_ces_is_the_mean_with_students_interval():
    effort = [5, 6, 7, 4, 5, 6, 3, 7, 5, 6]
    ces = summarize_measures(Scope(survey_from([None] * 10, effort)))[1]
    assert (ces.n, ces.unit, ces.value) == (10, "of 7", np.mean(effort))
    half = 2.2621571628 * np.std(effort, ddof=1) / np.sqrt(10)  # Student's quantile for 9 degrees of freedom
    assert (ces.low, ces.high) == pytest.approx((ces.value - half, ces.value + half))


def test_a_mean_of_values_between_the_marks_is_exact():
    effort = np.linspace(1, 7, 200)  # more distinct values than fit bitmaps
    ces = summarize_measures(Scope(survey_from([None] * 200, effort)))[1]
    assert ces.value == pytest.approx(effort.mean())


def test_nobody_answered_is_nan_and_one_answer_says_nothing():
    nobody, one = summarize_measures(Scope(survey_from([None, None], [None, 4])))
    assert nobody.n == 0
    assert np.isnan([nobody.value, nobody.low, nobody.high]).all()
    assert (one.n, one.value, one.low, one.high) == (1, 4, 1, 7)


def test_intervals_stay_inside_the_scale():
    csat, ces = summarize_measures(Scope(survey_from([5] * 3, [7, 7, 6])))
    assert (csat.value, csat.high) == (100, 100)
    assert csat.low < 100
    assert ces.high == 7


def test_filters_reach_the_measures():
    survey = survey_from([5, 1], [1, 2])
    assert summarize_measures(Scope(survey, Filters(groups=("detractor",))))[0].n == 0


def test_a_survey_without_measures_has_none():
    assert summarize_measures(Scope(survey_of(pd.DataFrame({"score": [9]})))) == ()


def test_answers_of_one_account_are_alike():
    """Forty accounts of five who answer as one say as much as forty answers, and never more than two hundred."""
    draw = np.random.default_rng(1)
    firms = np.repeat(np.arange(40), 5)
    csat, effort = draw.integers(1, 6, 40)[firms], draw.integers(1, 8, 40)[firms]
    frame = pd.DataFrame(
        {"score": 9, "csat": csat, "effort": effort, "account": [f"Firm {firm}" for firm in firms]}
    )
    frame["plan"] = "Pro"
    alone, alike = (
        summarize_measures(Scope(survey_of(rows, measures=(CSAT, CES))))
        for rows in (frame.drop(columns="account"), frame)
    )
    once = summarize_measures(Scope(survey_of(frame[::5].drop(columns="account"), measures=(CSAT, CES))))
    for few, many, fewest in zip(alike, alone, once, strict=True):
        assert few.value == pytest.approx(many.value)
        assert few.high - few.low > 1.8 * (many.high - many.low)
        assert few.high - few.low == pytest.approx(
            fewest.high - fewest.low, rel=0.05
        )  # Student's quantile for 39, not the normal one
