import json

import numpy as np
import pandas as pd
import pytest

from nps_core.errors import NPSError
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.estimate import estimate
from nps_core.score.sample import nps_of
from nps_core.score.weighting import Weighting, design_estimate, effective_n, influence_of, rake, weighted_nps
from tests.core.surveys import survey_of


@pytest.fixture(scope="module")
def block(shared):
    return json.loads((shared / "statistics" / "reference.json").read_text())[
        "survey_weights_clusters_raking"
    ]


@pytest.fixture(scope="module")
def columns(block):
    return {name: np.array([row[name] for row in block["rows"]]) for name in block["rows"][0]}


def error_of_svymean(x, weights, clusters=None, margins=()):
    """The standard error of R's survey package (CR1) from what each response adds, and its design effect."""
    group = np.arange(len(x)) if clusters is None else np.unique(clusters, return_inverse=True)[1]
    sums = np.bincount(group, influence_of(x, weights, margins))
    variance = len(sums) / (len(sums) - 1) * ((sums - sums.mean()) ** 2).sum()
    theta = np.average(x, weights=weights)
    return np.sqrt(variance), variance * (len(x) - 1) / (np.average(x**2, weights=weights) - theta**2)


def test_what_weights_and_clusters_add_equals_that_of_r(block, columns):
    """Its standard error is CR1; ours is CR2, which is the same where all have one share (`svymean` unweighted)."""
    x, w, accounts = columns["s"], columns["w"], columns["acct"]
    ones = np.ones(len(x))
    cases = {
        "srs_unweighted": (ones, None),
        "weighted": (w, None),
        "weighted_cluster_acct": (w, accounts),
        "unweighted_cluster_acct": (ones, accounts),
    }
    for name, (weights, clusters) in cases.items():
        ours = design_estimate(x, weights, clusters=clusters)
        error, deff = error_of_svymean(x, weights, clusters)
        assert ours.nps / 100 == pytest.approx(block[name]["nps"], abs=1e-12)
        assert error == pytest.approx(block[name]["se"], abs=1e-12)
        assert ours.clusters == block[name]["degf"] + 1
        assert ours.n_eff <= len(x) / deff * (1 + 1e-9) or deff < 1  # CR2 is never more certain
    assert deff > 1
    assert error_of_svymean(x, w, accounts)[1] == pytest.approx(block["deff_weighted_cluster"], abs=1e-9)
    alone = design_estimate(x)
    usual = estimate(*(int((x == value).sum()) for value in (1, 0, -1)))
    assert (alone.low, alone.high) == pytest.approx((usual.low, usual.high), abs=1e-9)


def test_a_part_of_a_weighted_sample_equals_that_of_r(block, columns):
    regions = block["by_region_weighted"]
    for place, region in enumerate(regions["region"]):
        weights = np.where(columns["region"] == region, columns["w"], 0)
        part = design_estimate(columns["s"], weights)
        assert part.nps / 100 == pytest.approx(regions["nps"][place], abs=1e-12)
        assert part.n == (columns["region"] == region).sum()
        assert error_of_svymean(columns["s"], weights)[0] == pytest.approx(regions["se"][place], abs=1e-12)


def test_raking_equals_that_of_r(block, columns):
    both = {"region": columns["region"], "role": columns["role"]}
    made = rake(both, {"region": {"EU": 50, "US": 50}, "role": {"buyer": 20, "user": 80}})
    theirs = np.array(block["raked_weights"])
    assert made / made.sum() == pytest.approx(theirs / theirs.sum(), abs=1e-9)
    ours = design_estimate(columns["s"], made, margins=list(both.values()))
    assert ours.nps / 100 == pytest.approx(block["raked_region5050_role2080"]["nps"], abs=1e-9)
    error, _ = error_of_svymean(columns["s"], made, margins=list(both.values()))
    assert error == pytest.approx(block["raked_region5050_role2080"]["se"], abs=1e-9)


def test_weights_to_one_known_attribute_equal_those_of_r(block, columns):
    made = rake({"region": columns["region"]}, {"region": {"EU": 1, "US": 1}})
    ours = design_estimate(columns["s"], made, margins=[columns["region"]])
    assert ours.nps / 100 == pytest.approx(block["poststrat_region5050"]["nps"], abs=1e-12)
    error, _ = error_of_svymean(columns["s"], made, margins=[columns["region"]])
    assert error == pytest.approx(block["poststrat_region5050"]["se"], abs=1e-12)


def test_counts_by_account_give_what_the_rows_give():
    random = np.random.default_rng(4)
    scores = random.integers(0, 11, 80)
    accounts = np.array([f"account {number}" for number in random.integers(0, 15, 80)], dtype=object)
    accounts[:6] = None
    survey = survey_of(pd.DataFrame({"score": scores, "account": accounts}))
    values = np.where(scores >= 9, 1, np.where(scores <= 6, -1, 0))
    own = [name or f"alone {place}" for place, name in enumerate(accounts)]
    from_counts, from_rows = nps_of(Scope(survey)), design_estimate(values, clusters=own)
    assert (from_counts.low, from_counts.high) == pytest.approx((from_rows.low, from_rows.high), rel=1e-9)
    assert from_counts.n_eff == pytest.approx(from_rows.n_eff)
    assert (from_counts.n, from_counts.clusters) == (80, len(set(own)))


def test_accounts_are_clusters_under_weights_too():
    """Ten accounts that each answer alike, and weights: as sure as ten, not as a hundred."""
    frame = pd.DataFrame(
        {
            "score": np.repeat([10, 10, 3, 10, 8, 10, 2, 10, 9, 5], 10),
            "account": np.repeat(list("abcdefghij"), 10),
        }
    )
    survey = survey_of(frame)
    survey.responses["wt"] = np.tile([1.0, 3.0], 50)
    found = weighted_nps(Scope(survey), Weighting(column="wt"))
    assert (found.n, found.clusters, found.unit) == (100, 10, "account")
    assert found.n_eff == pytest.approx(10, rel=0.15)
    assert found.nps == pytest.approx(nps_of(Scope(survey)).nps)
    picked = weighted_nps(Scope(survey, Filters(groups=("promoter",))), Weighting(column="wt"))
    assert np.isnan(picked.low)


def test_interval_of_accounts_holds_the_truth_where_the_usual_one_does_not():
    random = np.random.default_rng(6)
    accounts, times = 60, 500
    held = usual = 0
    for _ in range(times):
        sizes = random.integers(1, 12, accounts)
        moods = random.dirichlet([0.9, 0.7, 0.4], accounts)  # an account's own shares of the groups
        counts = np.array([random.multinomial(size, mood) for size, mood in zip(sizes, moods, strict=True)])
        truth = 100 * (0.9 - 0.4) / 2
        values = np.repeat(np.tile([1, 0, -1], accounts), counts.ravel())
        ours = design_estimate(values, clusters=np.repeat(np.arange(accounts), counts.sum(axis=1)))
        naive = estimate(*counts.sum(axis=0))
        held += ours.low <= truth <= ours.high
        usual += naive.low <= truth <= naive.high
    assert 0.92 <= held / times <= 0.97
    assert usual / times <= 0.85


def test_one_respondent_each_is_the_usual_interval():
    values = np.repeat([1, 0, -1], [200, 120, 80])
    ours, usual = design_estimate(values), estimate(200, 120, 80)
    assert (ours.low, ours.high, ours.n_eff) == pytest.approx((usual.low, usual.high, 400), abs=1e-9)


def test_answers_without_enough_to_go_by():
    one = design_estimate([1, 1, -1], clusters=["a", "a", "a"])
    assert (one.low, one.high, one.clusters) == (-100, 100, 1)
    agreed = design_estimate([1] * 6, clusters=["a", "a", "b", "b", "c", "c"])
    assert agreed.n_eff == 3
    assert agreed.low < estimate(6, 0, 0).low
    nothing = design_estimate([])
    assert np.isnan(nothing.nps)
    assert nothing.n == 0
    assert np.isnan(design_estimate([1, 0], [0, 0]).nps)
    giant = design_estimate([1] * 90 + [-1, 0, 1, 1, -1] * 2, clusters=["giant"] * 90 + list(range(10)))
    assert giant.low < -50  # one account has 90 % of the responses: hardly anything is known of others


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="0 or more"):
        design_estimate([1, 0], [1, -1])
    with pytest.raises(ValueError, match="1 for a promoter"):
        design_estimate([9, 10])
    with pytest.raises(ValueError, match="same length"):
        design_estimate([1, 0], [1])


@pytest.mark.parametrize(
    ("targets", "says"),
    [
        ({"plan": {"Pro": 1}}, "“Free” of “plan” has responses and no total"),
        ({"plan": {"Pro": 1, "Free": 1, "Gold": 1}}, "“Gold” of “plan” has a total and no responses"),
        ({"plan": {"Pro": 0, "Free": 0}}, "not numbers above 0"),
        ({"plan": {"Pro": 9, "Free": 1}, "copy": {"a": 1, "b": 9}}, "No weights meet"),
    ],
)
def test_totals_that_cannot_be_met_are_named(targets, says):
    columns = {"plan": ["Pro", "Pro", "Free"], "copy": ["a", "a", "b"]}
    with pytest.raises(NPSError, match=says):
        rake(columns, targets)


def test_effective_n():
    assert effective_n([2, 2, 2]) == pytest.approx(3)
    assert effective_n([0, 0]) == 0
