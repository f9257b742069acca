"""The worst combination: named where it is, and not where one value accounts for it."""

import numpy as np
import pandas as pd
import pytest

from nps_core.charts.draw.plotly import plotly_figure
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.segments.combination import find_worst_combination
from tests.core.surveys import survey_of

GOOD, POOR = (0.6, 0.3, 0.1), (0.2, 0.3, 0.5)


def survey(low, seed=3, n=2400, accounts=300):
    """A survey in which the answers of `low(plan, region)` are poor."""
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"plan": random.choice(["Pro", "Team", "Free"], n), "region": random.choice(["EU", "US", "Asia"], n)}
    )
    frame["account"] = [f"a{own}" for own in random.integers(0, accounts, n)]
    poor = low(frame["plan"], frame["region"])
    frame["score"] = np.where(
        poor, random.choice([10, 8, 3], n, p=POOR), random.choice([10, 8, 3], n, p=GOOD)
    )
    return survey_of(frame)


def test_a_combination_that_neither_value_accounts_for_is_named():
    found = find_worst_combination(Scope(survey(lambda plan, region: (plan == "Free") & (region == "Asia"))))
    assert dict(zip(found.attributes, found.labels, strict=True)) == {"plan": "Free", "region": "Asia"}
    assert (
        found.title
        == f"plan “Free” with region “Asia” scores {-found.difference.points:.0f} points below the others"
    )
    assert "Neither value alone accounts for it" in found.sentences[0]
    assert found.looked_at == 9
    assert max(found.from_first.high, found.from_second.high) < 0
    assert list(found.table()["who"]) == ["Free with Asia", "other Free", "other Asia"]
    assert plotly_figure(found.chart()).layout.height


@pytest.mark.parametrize("seed", range(5))
def test_a_value_that_is_low_everywhere_names_no_combination(seed):
    assert find_worst_combination(Scope(survey(lambda plan, _: plan == "Free", seed))) is None


@pytest.mark.parametrize("seed", range(5))
def test_without_a_difference_there_is_none(seed):
    assert find_worst_combination(Scope(survey(lambda plan, _: plan == "none", seed))) is None


def test_few_accounts_and_picked_groups_name_none():
    def both(plan, region):
        return (plan == "Free") & (region == "Asia")

    assert find_worst_combination(Scope(survey(both, accounts=9))) is None
    assert find_worst_combination(Scope(survey(both), Filters(groups=("promoter", "passive")))) is None
    assert find_worst_combination(Scope(survey_of(pd.DataFrame({"score": [10, 9, 3]})))) is None
