from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nps_core.drivers.drivers import find_attribute_effects, find_drivers
from nps_core.drivers.measures import good_from
from nps_core.drivers.result import drivers_title
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.difference import difference
from nps_core.survey import Measure
from tests.core.surveys import survey_of

MEASURES = (Measure("support", "csat", 1, 5), Measure("effort", "ces", 1, 7), Measure("silent", "csat", 1, 5))


def survey():
    random = np.random.default_rng(9)
    support = random.integers(1, 6, 400).astype(float)
    score = np.where(
        support >= 4,
        random.choice([10, 8, 3], 400, p=[0.6, 0.3, 0.1]),
        random.choice([10, 8, 3], 400, p=[0.2, 0.4, 0.4]),
    )
    frame = pd.DataFrame(
        {"score": score, "support": support, "effort": random.integers(1, 8, 400).astype(float)}
    )
    frame["silent"] = np.nan
    frame.loc[:9, "support"] = np.nan
    frame["region"] = random.choice(["EU", "US", "Asia"], 400)
    frame["happy"] = np.where(score == 10, "yes", "no")
    frame["same"] = "x"
    return survey_of(frame, measures=MEASURES)


def test_importance_is_the_difference_in_points_and_performance_the_share():
    first, second, third = find_drivers(Scope(survey()))
    assert (first.column, second.column, third.column) == ("support", "effort", "silent")
    frame = survey().responses.dropna(subset=["support"])
    happy, rest = (
        tuple(int((part["group"] == group).sum()) for group in ("promoter", "passive", "detractor"))
        for part in (frame[frame["support"] >= 4], frame[frame["support"] < 4])
    )
    assert first.effect.points == difference(happy, rest).points
    assert first.performance == pytest.approx(100 * sum(happy) / 390)
    assert first.n == 390
    assert first.beyond_chance
    assert first.p_adjusted == pytest.approx(2 * first.effect.p_value)  # two questions were answered
    assert not second.beyond_chance


def test_a_question_nobody_answered_is_an_answer():
    silent = find_drivers(Scope(survey()))[-1]
    assert silent.n == 0
    assert np.isnan(silent.performance)
    assert not silent.beyond_chance
    assert all(one.n == 0 for one in find_drivers(Scope(survey(), Filters(text="nothing has this"))))


def test_some_of_the_groups_and_few_accounts_tell_nothing():
    """Those who are picked by their score differ by nothing else; nine tenths of one account are one answer."""
    picked = Scope(survey(), Filters(groups=("promoter", "passive")))
    few = survey().responses.assign(account=[f"a{place % 5}" for place in range(400)])
    for scope in (picked, Scope(replace(survey(), responses=few.astype({"account": "str"})))):
        found = find_drivers(scope)
        assert not any(one.beyond_chance for one in found if scope is picked)
        assert all(one.effect.high - one.effect.low > 10 for one in found[:2] if scope is not picked)
    assert find_attribute_effects(picked) == ()
    assert drivers_title(find_drivers(picked), ()) == (
        "Of these responses nothing can be told of what goes with the score"
    )


def test_spread_tells_an_attribute_that_goes_with_the_score_from_one_that_does_not():
    spreads = find_attribute_effects(Scope(survey()))
    assert [one.attribute for one in spreads] == ["happy", "region"]  # one value is no spread
    assert (spreads[0].weakest, spreads[0].strongest) == ("no", "yes")
    assert spreads[0].beyond_chance
    assert not spreads[1].beyond_chance
    assert spreads[1].spread < 12 < spreads[0].spread


@pytest.mark.parametrize(
    ("kind", "low", "high", "good"),
    [
        ("csat", 1, 5, 4),
        ("csat", 0, 1, 1),
        ("csat", 1, 7, 6),
        ("ces", 1, 7, 5),
        ("ces", 1, 5, 4),
        ("ces", 0, 1, 1),
    ],
)
def test_the_good_end_of_a_scale(kind, low, high, good):
    assert good_from(Measure("x", kind, low, high)) == good
