"""Who speaks: words about roles, accounts and the silent, true of their figures."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from surveys import survey_of

from nps_core.accounts.accounts import AccountViews, find_account_views, find_accounts
from nps_core.accounts.roles import (
    account_weights,
    accounts_title,
    likely_roles,
    weight_columns,
)
from nps_core.charts.draw.plotly import picture, plotly_figure
from nps_core.scope import Scope
from nps_core.score.nonresponse import nonresponse


@pytest.fixture(scope="module")
def survey():
    """Big: 90 unhappy users and one happy decider; nine small accounts of one happy user each."""
    rows = [{"account": "Big", "Role": "User", "score": 2, "Revenue": "1,000"}] * 90
    rows += [{"account": "Big", "Role": "Buyer", "score": 10, "Revenue": "1,000"}]
    rows += [
        {"account": f"Small {number}", "Role": "User", "score": 10, "Revenue": "10"} for number in range(9)
    ]
    days = pd.date_range("2025-01-01", periods=100, freq="7D").strftime("%Y-%m-%d")
    return survey_of(pd.DataFrame(rows).assign(date=days))


def test_roles_are_guessed_from_their_words():
    assert likely_roles(["Decision maker", "Champion", "End user"]) == (["Decision maker"], ["End user"])
    assert likely_roles(["Buyer", "Admin user", "Geschäftsleiter"]) == (["Buyer"], ["Admin user"])
    assert likely_roles(["red", "blue"]) == ([], [])


def test_a_column_of_numbers_can_weigh_accounts(survey):
    assert weight_columns(survey) == ("Revenue",)
    weights = account_weights(survey, "Revenue")
    assert weights["Big"] == 1000
    assert weights["Small 3"] == 10


def test_the_title_says_how_much_the_largest_account_speaks(survey):
    rows = find_accounts(Scope(survey), role="Role")
    views = find_account_views(
        Scope(survey), deciders=("Role", ("Buyer",)), revenue=account_weights(survey, "Revenue")
    )
    assert accounts_title(rows, views).startswith(
        "10 accounts speak, the largest one with 91% of the responses; with each account once"
    )
    assert accounts_title((), ()) == "No response of these has an account"
    assert accounts_title(rows[:1], views) == "One account gave all 91 responses"


def test_views_are_told_apart_by_the_difference_of_the_same_responses(survey):
    views = find_account_views(
        Scope(survey), deciders=("Role", ("Buyer",)), revenue=account_weights(survey, "Revenue")
    )
    (said,) = views.sentences
    assert said == (
        "Counted in four ways, the NPS reads from −81 to +100; decision makers first, it is 180 points above that of"
        " all responses (−200 to +200), which may be chance."
    )
    told = [view.apart.beyond_chance for view in views[1:]]
    assert any(told) == said.endswith("beyond chance.")
    chart = views.chart()
    assert list(chart.table["counted"]) == [
        "all responses",
        "each account once",
        "decision makers first",
        "by revenue",
    ]
    assert np.isfinite(chart.table[["nps", "low", "high"]].to_numpy()).all()
    assert picture(chart).layout.title.text
    assert " ".join(AccountViews(views[:1]).sentences) == ""


def test_the_table_of_accounts_holds_no_nan(survey):
    table = find_accounts(Scope(survey), role="Role").table()
    big = table.set_index("account").loc["Big"]
    assert (big["heard"], big["silent"], big["responses"]) == ("User, Buyer", "–", 91) or big[
        "heard"
    ] == "Buyer, User"
    assert table.set_index("account").loc["Small 3", "silent"] == "Buyer"
    assert not table.isna().any().any()
    assert "nan" not in table.to_csv()


def test_of_many_accounts_without_change_hardly_any_is_told_to_move():
    """Uncorrected, one account of twenty would be said to have moved."""
    rng = np.random.default_rng(3)
    n = 60 * 40
    frame = pd.DataFrame(
        {
            "account": [f"A{number % 60}" for number in range(n)],
            "score": rng.choice([10, 8, 3], n),
            "date": (np.datetime64("2025-01-01") + rng.integers(0, 700, n)).astype(str),
        }
    )
    table = find_accounts(Scope(survey_of(frame))).table()
    assert not table["direction"].str.startswith(("up", "down")).any()
    assert table["direction"].str.contains(" to ").all()


def test_an_account_that_fell_is_told_so():
    days = ["2025-01-10"] * 100 + ["2026-06-10"] * 100
    frame = pd.DataFrame({"account": ["A", "B"] * 100, "score": [10] * 100 + [3, 10] * 50, "date": days})
    table = find_accounts(Scope(survey_of(frame))).table().set_index("account")
    assert table.loc["A", "direction"].startswith("down: −200")
    assert table.loc["B", "direction"].startswith("0 (")


@settings(deadline=None)
@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(0, 5000))
@example(0, 290, 137, 290)  # 427 times its NPS is -29000.000000000004
def test_words_about_the_silent_are_true(happy, unhappy, neutral, silent):
    n = happy + unhappy + neutral
    nps = 100 * (happy - unhappy) / n if n else float("nan")
    found = nonresponse(nps, n, n + silent)
    text = " ".join(found.sentences)
    assert "nan" not in text
    assert "inf" not in text
    if n and silent:
        assert ("Whatever the silent think" in text) == (silent < abs(happy - unhappy))


def test_the_silent_in_words():
    assert nonresponse(40, 300, 1000).sentences == (
        "300 of 1,000 invited answered (30%).",
        (
            "Had everybody answered, the NPS would lie between −58 (all silent ones detractors) and +82 (all"
            " promoters); those who answered give +40."
        ),
        "The NPS of all would be 0 if that of the silent were −17.",
    )
    assert "Everybody answered" in nonresponse(40, 300, 300).sentences[1]


def test_one_account_of_one_response_has_words_and_a_chart():
    alone = survey_of(pd.DataFrame({"account": ["Acme"], "score": [10]}))
    rows, views = find_accounts(Scope(alone)), find_account_views(Scope(alone))
    assert accounts_title(rows, views) == "One account gave the one response"
    chart = views.chart()
    assert "nan" not in (
        chart.title + chart.alt + "".join(note.text for note in plotly_figure(chart).layout.annotations)
    )
    assert find_accounts(Scope(alone)).table().loc[0, "last_answer"] is None
    assert len(AccountViews().chart().table) == 0
