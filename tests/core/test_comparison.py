"""Two sides: who is on them, what is said of their difference, and that it is true."""

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import singles
from surveys import survey_of

from nps_core.compare.comparison import ALL_DATES, Comparison, Side, Span
from nps_core.compare.detectable import responses_to_see
from nps_core.compare.groups import find_periods, span_of
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.contrasts import smallest_seen
from nps_core.trends.stretches import compare_groups

COUNTS = st.tuples(*[st.integers(0, 300)] * 3)
EVER = Span(ALL_DATES)


@pytest.fixture(scope="module")
def survey():
    """Two quarters: 40 responses with NPS 0, then 60 with NPS +50; Pro is happier than Starter, 5 have no plan."""
    scores = [10, 10, 3, 3] * 10 + [10, 10, 10, 3] * 15
    days = ["2026-01-15"] * 40 + ["2026-05-20"] * 60
    plans = ["Pro" if score == 10 else "Starter" for score in scores]
    plans[:5] = [None] * 5
    return survey_of(pd.DataFrame({"score": scores, "date": days, "Plan": plans}))


def made(a, b, *, over_time=False):
    """A comparison of two triples of counts."""
    of = singles(a, b)
    one, other = (
        Side(name, Filters(), score, ()) for name, score in zip(("Q2", "Q1"), of.estimate(), strict=True)
    )
    return Comparison(one, other, of.contrast([[0], [1]], (1, -1))[0], 0, over_time)


def test_the_periods_come_latest_first_and_say_how_far_the_last_goes(survey):
    assert [span.label for span in find_periods(Scope(survey))] == ["Q2 2026 (up to 20 May)", "Q1 2026"]
    assert (find_periods(Scope(survey))[1].since, find_periods(Scope(survey))[1].until) == (
        dt.date(2026, 1, 1),
        dt.date(2026, 3, 31),
    )
    assert find_periods(Scope(survey_of(pd.DataFrame({"score": [9]})))) == ()


def test_two_periods_are_counted_apart(survey):
    latest, before = find_periods(Scope(survey))
    found = compare_groups(Scope(survey), latest, before)
    assert (found.a.estimate.n, found.b.estimate.n, found.change.points) == (60, 40, 50)
    assert found.over_time
    assert not found.shared
    assert found.title == "NPS rose by 50 points from Q1 2026 to Q2 2026 (up to 20 May)"
    assert found.sizes == "Q2 2026 (up to 20 May), n 60 · Q1 2026, n 40"


def test_filters_hold_for_both_sides_and_narrow_their_days(survey):
    latest, before = find_periods(Scope(survey))
    pro = Filters().with_attribute("Plan", ["Pro"])
    found = compare_groups(Scope(survey, pro), latest, before)
    assert (found.a.estimate.nps, found.b.estimate.nps) == (100, 100)
    late = compare_groups(Scope(survey, Filters(since=dt.date(2026, 4, 1))), latest, before)
    assert late.b.estimate.n == 0
    assert late.title == "There are no responses in Q1 2026"
    assert "nan" not in (late.verdict + late.detectable + late.plan(5)).lower()


def test_values_alone_are_set_against_all_others_but_those_without_a_value(survey):
    found = compare_groups(Scope(survey), EVER, EVER, attribute="Plan", values=(["Pro"], []))
    assert (found.a.label, found.b.label) == ("Pro", "Starter")
    assert found.a.estimate.n + found.b.estimate.n == 95
    assert "scores 200 points above" in found.title


def test_several_others_are_called_so():
    frame = pd.DataFrame({"score": [10, 9, 3, 10] * 5, "Plan": ["A", "B", "C", "D"] * 5})
    found = compare_groups(Scope(survey_of(frame)), EVER, EVER, attribute="Plan", values=(["A"], []))
    assert (found.a.label, found.b.label, found.b.estimate.n) == ("A", "all others", 15)


def test_values_at_other_dates_are_the_same_on_both_sides(survey):
    latest, before = find_periods(Scope(survey))
    found = compare_groups(Scope(survey), latest, before, attribute="Plan", values=(["Starter"], []))
    assert (found.a.estimate.detractors, found.b.estimate.detractors) == (15, 18)
    assert found.over_time


def test_a_value_that_the_filters_leave_out_has_no_responses_rather_than_all(survey):
    only = Filters().with_attribute("Plan", ["Pro"])
    found = compare_groups(Scope(survey, only), EVER, EVER, attribute="Plan", values=(["Starter"], ["Pro"]))
    assert found.a.scope is None
    assert found.title == "There are no responses in Starter"


def test_responses_on_both_sides_are_refused(survey):
    found = compare_groups(Scope(survey), EVER, EVER)
    assert found.shared == 100
    assert math.isnan(found.change.points)
    assert "100 responses would stand on both sides" in found.verdict


def test_days_that_were_typed_in_have_names():
    day = dt.date(2026, 4, 1)
    assert span_of(None, None).label == ALL_DATES
    assert span_of(day, None).label == "since 1 Apr 2026"
    assert span_of(day, dt.date(2026, 9, 30)).label == "1 Apr 2026 to 30 Sep 2026"


@settings(deadline=None)
@given(COUNTS, COUNTS, st.booleans())
def test_words_claim_a_difference_just_where_the_interval_leaves_out_none(a, b, over_time):
    found = made(a, b, over_time=over_time)
    title, said = found.title, found.verdict
    change = found.change
    claimed = any(word in title for word in (" rose ", " fell ", " above ", " below "))
    few = min(found.a.estimate.n, found.b.estimate.n) < 5
    assert claimed == (bool(change.low > 0 or change.high < 0) and not few)
    assert (few and "too few" in title) == bool(change.too_few and not math.isnan(change.points))
    assert ("more than chance explains" in said) == claimed
    if claimed:
        assert any(word in title for word in (" rose ", " above ")) == (change.points > 0)
    for words in (title, said, found.detectable):
        assert "nan" not in words.lower()
        assert "inf" not in words.lower()
        assert not any(word in words for word in ("cause", "because", "would lift"))


@settings(deadline=None)
@given(COUNTS.filter(any), COUNTS.filter(any))
def test_the_figures_in_the_sentence_subtract(a, b):
    import re

    said = made(a, b).verdict
    ours, theirs, size = (
        float(text.replace("−", "-"))
        for text in re.match(r"(\S+) against (\S+): a difference of (\S+?)[,.] ", said).groups()
    )
    assert abs(ours - theirs - size) <= 0.11


def test_responses_to_see_a_change_is_the_inverse_of_what_is_visible():
    assert [responses_to_see(points, variance=0.61) for points in (5, 10, 15, 20)] == [3831, 958, 426, 240]
    n = responses_to_see(7, variance=0.5)
    sides = (n // 4, n - 2 * (n // 4), n // 4)
    assert smallest_seen(singles(sides, sides).contrast([[0], [1]], (1, -1))[0]) == pytest.approx(
        7, rel=0.001
    )
    with pytest.raises(ValueError, match="above 0"):
        responses_to_see(0, variance=0.61)


def test_what_could_be_seen_is_said_with_its_numbers():
    found = made((400, 300, 258), (500, 200, 258))
    assert found.detectable.startswith("With 958 and 958 responses, a true difference of 11 points")
    assert made((1, 0, 0), (0, 0, 1)).detectable.startswith("Too few to tell from chance")
    assert (
        found.plan(5)
        == "To know an NPS to ±5 points takes 1,074 responses. To see a change of 5 points four times in five"
        " takes 4,389 on each side."
    )
