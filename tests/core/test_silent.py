"""Those who were invited and did not answer: by segment and by period."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import f as f_dist

from nps_core import read_survey
from nps_core.accounts.non_respondents import (
    TOGETHER,
    Answered,
    ResponseRates,
    chance_of_rates,
    count_answers,
    count_invited,
    response_rates,
)
from nps_core.errors import NPSError
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.design import welch
from nps_core.score.estimate import estimate
from nps_core.score.influence import samples_of_rates

HEAD = "Invited at,Status,Region,How likely are you to recommend us? (0-10)\n"


def listed(*, dated=True, bounced=0):
    """EU: 40 of 100 answered, US: 60 of 100; EU in Q1, US in Q2 2026."""
    rows = []
    for region, day, spoken in (("EU", "2026-02-03", 40), ("US", "2026-05-03", 60)):
        rows += [f"{day},responded,{region},{(10, 9, 8, 2)[number % 4]}" for number in range(spoken)]
        rows += [f"{day if dated else ''},sent,{region}," for _ in range(100 - spoken)]
    rows += ["2026-02-03,bounced,EU,"] * bounced
    return read_survey((HEAD + "\n".join(rows)).encode(), name="invited.csv")


def test_the_file_says_who_was_invited():
    survey = listed(bounced=7)
    assert survey.invited_known
    assert len(survey.silent) == 100  # those whom no invitation reached were never asked
    assert count_invited(Scope(survey), "Region") == {"EU": 100, "US": 100}
    assert count_invited(Scope(survey), "quarter") == {"Q1 2026": 100, "Q2 2026": 100}
    assert count_invited(Scope(survey), TOGETHER) == {TOGETHER: 200}
    assert count_invited(Scope(survey, Filters().with_attribute("Region", ["US"])), "Region") == {"US": 100}
    assert count_invited(Scope(survey, Filters(since=dt.date(2026, 4, 1))), TOGETHER) == {TOGETHER: 100}


def test_rates_bounds_and_tipping_points_by_segment():
    survey = listed()
    america, europe = response_rates(
        count_answers(Scope(survey), "Region"), count_invited(Scope(survey), "Region")
    )
    assert (europe.silence.rate, america.silence.rate) == (0.4, 0.6)
    # NPS +25 of 40 answers: 100 invited have 10 points, 60 of them open.
    assert (europe.silence.low, europe.silence.high) == (-50, 70)
    assert europe.silence.tipping_point == pytest.approx(-40 * 25 / 60)
    table = ResponseRates((europe, america)).table()
    assert table["rate"].tolist() == [40, 60]
    assert not table.drop(columns="tipping_point").isna().any(axis=None)


def test_filters_that_cannot_hold_for_the_silent_are_said():
    survey = listed()
    with pytest.raises(NPSError, match="in no group and wrote no comment"):
        count_invited(Scope(survey, Filters(groups=("promoter",))), "Region")
    undated = listed(dated=False)
    assert count_invited(Scope(undated), "Region") == {"EU": 100, "US": 100}
    with pytest.raises(NPSError, match="100 rows without a score have no date"):
        count_invited(Scope(undated), "quarter")
    with pytest.raises(NPSError, match="have no date"):
        count_invited(Scope(undated, Filters(since=dt.date(2026, 4, 1))), "Region")


def test_rows_without_a_score_may_be_something_else():
    rows = "\n".join(f"2026-02-03,,EU,{10 if number % 3 else ''}" for number in range(60))
    survey = read_survey((HEAD + rows).encode(), name="export.csv")
    assert not survey.invited_known
    assert len(survey.silent) == 20
    full = read_survey((HEAD + "2026-02-03,,EU,10\n" * 30).encode(), name="export.csv")
    assert len(full.silent) == 0


def test_an_invited_column_says_who_was_asked():
    rows = [f"yes,EU,{(10, 9, 2)[number % 3]}" for number in range(30)]
    rows += ["yes,EU,"] * 20 + ["no,EU,"] * 50
    survey = read_survey(("Invited,Region,NPS score\n" + "\n".join(rows)).encode(), name="all.csv")
    assert survey.mapping.invited == "Invited"
    assert survey.invited_known
    assert count_invited(Scope(survey), TOGETHER) == {TOGETHER: 50}


def test_words_are_true_of_the_rates():
    heard = [Answered("a", estimate(30, 10, 10)), Answered("b", estimate(70, 20, 10))]
    said = response_rates(heard, {"a": 100, "b": 110}).sentences
    assert said[0] == "150 of 210 invited answered (71%)."
    assert "“a” answered least (50%) and “b” most (91%), further apart than chance" in said[1]
    assert said[2] == "Whatever the silent think, the NPS keeps its sign in “b”."
    alike = response_rates(heard, {"a": 100, "b": 195}).sentences
    assert alike[1] == "Rates from 50% to 51% differ by no more than chance explains."
    assert "none of them" in response_rates(heard, {"a": 900, "b": 1950}).sentences[2]
    assert response_rates(heard, {}).sentences == ()


def asked_by_accounts(share, *, people=10):
    """Of each account so many of ten people answered; the first half of the accounts are in the EU."""
    rows = [
        f"2026-02-03,{'responded' if number < spoken else 'sent'},{'EU' if 2 * place < len(share) else 'US'},"
        f"Firm {place},{(10, 9, 8, 2)[number % 4] if number < spoken else ''}"
        for place, spoken in enumerate(share)
        for number in range(people)
    ]
    head = "Invited at,Status,Region,Company,How likely are you to recommend us? (0-10)\n"
    survey = read_survey((head + "\n".join(rows)).encode(), name="invited.csv")
    assert survey.mapping.account == "Company"
    return Scope(survey)


def test_rates_are_told_apart_by_accounts_not_by_people():
    """Each account answers or not, nearly as one: 100 of 200 against 70 of 200 is then no more than chance."""
    scope = asked_by_accounts([10, 0] * 10 + [10, 0, 0] * 6 + [10, 0])
    heard, invited = count_answers(scope, "Region"), count_invited(scope, "Region")
    chance = chance_of_rates(scope, "Region", listed=True)
    assert "differ by no more than chance" in response_rates(heard, invited, chance=chance).sentences[1]
    assert "further apart than chance" in response_rates(heard, invited).sentences[1]  # by people alone
    known = asked_by_accounts([6, 5] * 10 + [3, 2] * 10)
    assert chance_of_rates(known, "Region", listed=True) < 1e-6
    # The same by hand: two rates, their variances by equal accounts, Welch's test.
    shares = np.array([[6, 5] * 10, [3, 2] * 10]) / 10
    far = shares.mean(axis=1)
    variance = shares.var(axis=1, ddof=1) / 20
    independent = far * (1 - far) / 199
    each = np.maximum(variance, independent)
    t, freedom = (far[0] - far[1]) ** 2 / each.sum(), each.sum() ** 2 / (each**2 / 19).sum()
    found = welch(samples_of_rates(*answers_of(shares)))[0]
    assert found == pytest.approx(f_dist.sf(t, 1, freedom), rel=1e-9)


def answers_of(shares):
    """Ten people an account: who answered, their segment, their account, how many segments."""
    yes = np.array([number < 10 * share for share in shares.ravel() for number in range(10)])
    accounts = np.repeat(np.arange(shares.size), 10)
    return yes, accounts // shares.shape[1], accounts, len(shares)


def test_typed_numbers_do_not_tell_whose_the_silent_are():
    scope = asked_by_accounts([10, 0] * 20)
    chance = chance_of_rates(scope, "Region", listed=False)
    said = response_rates(count_answers(scope, "Region"), {"EU": 120, "US": 300}, chance=chance).sentences
    assert said[1] == (
        "“US” answered least (33%) and “EU” most (83%); whether chance explains that is not known: people of one"
        " account are alike, and nothing says of which accounts those are who did not answer."
    )
    alone = Scope(listed())
    assert [chance_of_rates(alone, "Region", listed=known) for known in (True, False)] == [None, None]


def test_fewer_invited_than_answered_is_said_of_its_segment():
    with pytest.raises(NPSError, match="a: 10 invited and 50 answered"):
        response_rates([Answered("a", estimate(30, 10, 10))], {"a": 10})


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 3, st.integers(0, 300)), min_size=1, max_size=6))
def test_nothing_is_nan_and_the_bounds_hold_the_score(rows):
    heard = [Answered(f"s{place}", estimate(*row[:3])) for place, row in enumerate(rows) if sum(row[:3])]
    invited = {f"s{place}": sum(row) for place, row in enumerate(rows)}
    rates = response_rates(heard, invited)
    for rate in rates:
        if rate.estimate.n:
            share = rate.silence.rate
            assert rate.silence.low - 1e-9 <= share * rate.estimate.nps <= rate.silence.high + 1e-9
    said = " ".join(rates.sentences)
    assert "nan" not in said
    assert isinstance(rates.table(), pd.DataFrame)
