"""What is said of certainty, read beside the data it is said of: accounts, few of them, groups that were picked."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core import Filters, Scope, build_report, estimate, find_segments, find_standouts, overview
from nps_core.score.sample import nps_of


def made(seed: int, accounts: int, mean: int, alike: float, *, persons: bool = False) -> pd.DataFrame:
    """Responses of accounts that are alike, with attributes of accounts and of people."""
    draw = np.random.default_rng(seed)
    sizes = 1 + draw.poisson(mean - 1, accounts)
    who = np.repeat(np.arange(accounts), sizes)
    latent = np.sqrt(alike) * draw.normal(size=accounts)[who] + np.sqrt(1 - alike) * draw.normal(
        size=len(who)
    )
    rows = pd.DataFrame(
        {
            "score": np.select([latent < -0.7, latent < 0.2], [3, 8], 10),
            "account": [f"Firm {number}" for number in who],
            "Plan": np.array(["Free", "Pro", "Team"])[draw.integers(0, 3, accounts)][who],
            "Role": np.array(["buyer", "user"])[draw.integers(0, 2, len(who))],
        }
    )
    return rows.drop(columns="account") if persons else rows


def words(scope: Scope) -> list[str]:
    found = overview(scope)
    segments = find_segments(scope, "Plan")
    return [found.title, *found.sentences, segments.title, *segments.sentences]


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10_000), st.sampled_from([6, 12, 40]), st.integers(1, 6), st.sampled_from([0.0, 0.3, 0.9])
)
def test_segments_and_overview_have_one_verdict(seed: int, accounts: int, mean: int, alike: float) -> None:
    scope = Scope(survey_of(made(seed, accounts, mean, alike)))
    listed = {(one.attribute, one.label) for one in find_standouts(scope)}
    for attribute in scope.survey.attributes:
        found = find_segments(scope, attribute)
        flagged = {(attribute, row.label) for row in found.rows() if row.beyond_chance}
        assert flagged == {one for one in listed if one[0] == attribute}
        # The title claims a difference where there is one, and only there; a sign is no finding.
        assert bool(flagged) == bool(re.search(r"scores .* (below|above) the rest", found.title))
        assert not (found.signs & found.beyond_chance).any()
        for row in found.rows():
            if row.beyond_chance:
                assert row.n >= 5
                assert row.estimate.clusters >= 5
                assert row.difference.low > 0 or row.difference.high < 0


@settings(deadline=None, max_examples=40)
@given(
    st.integers(0, 10_000), st.sampled_from([5, 12, 40]), st.integers(1, 6), st.sampled_from([0.0, 0.3, 0.9])
)
def test_the_headline_is_as_wide_as_its_accounts_make_it(
    seed: int, accounts: int, mean: int, alike: float
) -> None:
    scope = Scope(survey_of(made(seed, accounts, mean, alike)))
    score, usual = nps_of(scope), estimate(*scope.counts.groups())
    assert score.nps == usual.nps
    assert score.low <= usual.low + 1e-9
    assert score.high >= usual.high - 1e-9
    assert 0 < score.n_eff <= score.n
    worth = re.search(r"worth ([\d,]+)", score.size)
    assert bool(worth) == (round(score.n_eff) < score.n and score.largest <= 0.5)
    assert score.clusters == scope.survey.responses["account"].nunique() or score.unit == "response"


@pytest.mark.parametrize("accounts", [1, 2, 4])
def test_of_1_to_4_accounts_nothing_is_said_of_others(accounts: int) -> None:
    rows = made(1, 30, 8, 0.3)
    survey = survey_of(rows.assign(Firm=rows["account"]))
    kept = tuple(dict.fromkeys(rows["account"]))[:accounts]
    scope = Scope(survey, Filters().with_attribute("Firm", kept))
    score = nps_of(scope)
    assert score.few
    assert score.clusters == accounts
    assert ("this one account" if accounts == 1 else f"these {accounts} accounts") in score.size
    said = words(scope)
    assert not [
        text for text in said if "certainty" in text or "points below" in text or "points above" in text
    ]
    assert find_standouts(scope) == ()


@pytest.mark.parametrize("groups", [("detractor",), ("promoter", "detractor")])
def test_a_filter_on_groups_gives_no_certainty(groups: tuple[str, ...]) -> None:
    scope = Scope(survey_of(made(2, 40, 5, 0.3)), Filters(groups=groups))
    score = nps_of(scope)
    assert np.isnan(score.low)
    assert np.isnan(score.high)
    assert score.between == "picked by the score: no interval"
    assert find_standouts(scope) == ()
    assert not [text for text in words(scope) if re.search("certainty|beyond chance|more than chance", text)]


def test_each_account_its_own_is_as_without_accounts() -> None:
    rows = made(3, 200, 1, 0.0)
    with_accounts, without = (Scope(survey_of(frame)) for frame in (rows, rows.drop(columns="account")))
    assert nps_of(with_accounts) == nps_of(without)
    assert find_segments(with_accounts, "Plan").difference.low == pytest.approx(
        find_segments(without, "Plan").difference.low, abs=1e-9
    )


def test_nine_in_ten_of_one_account_is_told() -> None:
    rows = made(4, 20, 1, 0.0)
    giant = pd.concat([rows, made(5, 1, 200, 0.9).assign(account="Giant")])
    score = nps_of(Scope(survey_of(giant)))
    assert score.size == "234 from 21 accounts, 91% of them from one"
    assert score.high - score.low > 50


def test_all_promoters_count_as_many_as_there_are_accounts() -> None:
    rows = made(6, 30, 4, 0.5).assign(score=10)
    score = nps_of(Scope(survey_of(rows)))
    assert score.nps == 100
    assert score.n_eff == pytest.approx(score.clusters)
    assert score.high == 100


def test_an_attribute_that_is_the_account_tells_nothing_from_nothing() -> None:
    rows = made(7, 30, 8, 0.9)
    found = find_segments(Scope(survey_of(rows.assign(Firm=rows["account"]))), "Firm")
    assert not found.beyond_chance.any()
    assert "Too few accounts to tell from others" in " ".join(found.sentences)


@pytest.mark.parametrize("accounts", [12, 40])
def test_one_score_has_one_interval_wherever_it_stands(accounts):
    """Responses of an account are alike: an interval as of so many independent ones would be narrower."""
    scope = Scope(survey_of(made(1, accounts, 6, 0.9)))
    score = overview(scope).estimate
    plain = estimate(*score.groups)
    assert (score.low, score.high) != (plain.low, plain.high)
    chart = overview(scope).chart()
    assert score.between.removesuffix(" with 95% certainty") in chart.subtitle
    assert (
        score.between.removesuffix(" with 95% certainty")
        in build_report(scope, slides=["score"]).parts[0].subtitle
    )
    picked = overview(scope.with_filters(groups=("promoter",))).chart()
    assert picked.subtitle.endswith("picked by the score: no interval")
