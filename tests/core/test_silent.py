"""Those who were invited and did not answer: by segment and by period."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core import read_survey
from nps_core.accounts.non_respondents import (
    TOGETHER,
    Answered,
    ResponseRates,
    count_answers,
    count_invited,
    response_rates,
)
from nps_core.errors import NPSError
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.estimate import estimate

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
