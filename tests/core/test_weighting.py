"""Weights: a column of the file or known totals, beside the unweighted NPS and never instead of it."""

import numpy as np
import pandas as pd
import pytest
from surveys import survey_of

from nps_core import read_survey
from nps_core.errors import NPSError
from nps_core.filters import NO_VALUE, Filters
from nps_core.reading.cells import read_amount
from nps_core.scope import Scope
from nps_core.score.estimate import estimate
from nps_core.score.weighting import (
    Weighting,
    kish,
    weighted_nps,
    weighted_sentences,
    weighting_of,
    weights_of,
)


def survey_with(scores, regions, weights=None):
    frame = pd.DataFrame({"score": scores, "Region": regions})
    survey = survey_of(frame)
    if weights is not None:
        survey.responses["wt"] = np.array(weights, dtype=float)
    return survey


def test_weights_of_a_column_by_hand():
    survey = survey_with([10, 8, 2, 10], ["EU", "EU", "US", "US"], [3, 1, 2, 2])
    found = weighted_nps(Scope(survey), Weighting(column="wt"))
    assert found.nps == pytest.approx(100 * (3 + 2 - 2) / 8)
    assert found.n == 4
    assert kish(Scope(survey), Weighting(column="wt")) == pytest.approx(64 / 18)
    assert weights_of(survey, Weighting(column="wt")).mean() == pytest.approx(1)


def test_known_totals_by_hand():
    """Nine of ten answers are from the EU, where all are promoters; in truth half of the customers are."""
    survey = survey_with([10] * 90 + [2] * 10, ["EU"] * 90 + ["US"] * 10)
    by = Weighting(totals=(("Region", (("EU", 500), ("US", 500))),))
    assert weighted_nps(Scope(survey), by).nps == pytest.approx(0)
    assert kish(Scope(survey), by) == pytest.approx(100**2 / (90 * (5 / 9) ** 2 + 10 * 25))
    # A part of the survey keeps its weights.
    part = weighted_nps(Scope(survey, Filters().with_attribute("Region", ["US"])), by)
    assert (part.nps, part.n) == (-100, 10)


def test_responses_without_a_value_keep_their_share():
    survey = survey_with([10] * 6 + [2] * 4, ["EU"] * 6 + ["US"] * 2 + [None] * 2)
    weights = weights_of(survey, Weighting(totals=(("Region", (("EU", 1), ("US", 1))),)))
    assert weights[8:].sum() == pytest.approx(2)
    assert weights[:6].sum() == pytest.approx(weights[6:8].sum())


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([1, -1, 1, -2], "“wt” holds 2 negative weights, such as -1."),
        ([0, 0, 0, 0], "All weights in “wt” are 0 or blank"),
        ([np.nan] * 4, "All weights in “wt” are 0 or blank"),
    ],
)
def test_weights_that_are_none_are_said(weights, said):
    survey = survey_with([10, 8, 2, 10], ["EU", "EU", "US", "US"], weights)
    with pytest.raises(NPSError, match=said):
        weighted_nps(Scope(survey), Weighting(column="wt"))


def test_nothing_left_to_weigh():
    survey = survey_with([10, 8, 2, 10], ["EU", "EU", "US", "US"], [0, 0, 1, 1])
    with pytest.raises(NPSError, match="None of these responses has a weight"):
        weighted_nps(Scope(survey, Filters().with_attribute("Region", ["EU"])), Weighting(column="wt"))
    alone = survey_with([10], ["EU"], [2])
    found = weighted_nps(Scope(alone), Weighting(column="wt"))
    assert (found.nps, found.n) == (100, 1)
    assert found.low == pytest.approx(estimate(1, 0, 0).low)  # one response, whatever it weighs
    with pytest.raises(NPSError, match="no column"):
        weighted_nps(Scope(alone), Weighting(column="nothing"))


def test_totals_that_do_not_fit_are_said():
    survey = survey_with([10, 8, 2, 10], ["EU", "EU", "US", "US"])
    with pytest.raises(NPSError, match="has responses and no total"):
        weights_of(survey, Weighting(totals=(("Region", (("EU", 5),)),)))
    with pytest.raises(NPSError, match="not numbers above 0"):
        weights_of(survey, Weighting(totals=(("Region", (("EU", 0), ("US", 0))),)))


def test_a_link_carries_the_weighting():
    survey = survey_with([10, 8], ["EU", "US"], [1, 2])
    for made in (
        Weighting(column="wt"),
        Weighting(totals=(("Region", (("EU", 5.0), ("US", 2.5))),)),
    ):
        assert weighting_of(made.to_text(), survey) == made
    for text in (
        "",
        "{}",
        "[null, []]",
        '["gone", []]',
        '["wt", [["Region", []]]]',
        '[null, [["Plan", []]]]',
    ):
        assert weighting_of(text, survey) is None


def test_sentences_say_what_weights_do_and_cost():
    survey = survey_with([10] * 90 + [2] * 10, ["EU"] * 90 + ["US"] * 10)
    by = Weighting(totals=(("Region", (("EU", 500), ("US", 500))),))
    found = weighted_nps(Scope(survey), by)
    first, second = weighted_sentences(found, 80.0, by, kept=kish(Scope(survey), by))
    assert first.startswith("Weighted to the known totals of Region, the NPS is 0 (")
    assert first.endswith("80 points below the unweighted one (+80).")
    assert second == "Unequal weights cost precision: 100 weighted responses count as much as 36 equal ones."
    level = weighted_sentences(found, 0.2, by, kept=100)
    assert len(level) == 1
    assert "as without weights" in level[0]


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("0.85", 0.85),
        ("0,85", 0.85),
        ("1.204,50", 1204.5),
        ("1,204.50", 1204.5),
        ("12.000", 12000),
        ("$3.5M", 3.5e6),
        ("−2", -2),
        ("€ 300", 300),
        ("1 250", 1250),
    ],
)
def test_amounts_as_people_write_them(cell, amount):
    assert read_amount(cell) == amount


def test_the_reader_finds_weights_and_revenue_and_makes_no_segments_of_weights():
    lines = [
        f"{10 - number % 5},{(0.6, 0.8, 1.3)[number % 3]},c{number % 7},"
        f'"{1000 * (number % 7 + 1):,}",{("EU", "US")[number % 2]}'
        for number in range(60)
    ]
    text = "How likely are you to recommend us?,Weight,Company,Annual revenue,Region\n" + "\n".join(lines)
    survey = read_survey(text.encode(), name="b2b.csv")
    assert (survey.mapping.weight, survey.mapping.revenue, survey.mapping.account) == (
        "Weight",
        "Annual revenue",
        "Company",
    )
    assert "Weight" not in survey.attributes
    assert survey.responses["Weight"].tolist()[:3] == [0.6, 0.8, 1.3]
    assert NO_VALUE not in survey.attributes
    found = weighted_nps(Scope(survey), Weighting(column="Weight"))
    assert found.n == 60
