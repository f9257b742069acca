"""A part of what is looked at against its rest: which responses are on either side, and which comments are
read first."""

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.comments import order_comments
from nps_core.filters import NO_VALUE, Filters
from nps_core.scope import Scope
from nps_core.trends.stretches import Sides, sides_of
from tests.core.surveys import survey_of

PLANS, REGIONS = ("Pro", "Free", None), ("North", "South")


@pytest.fixture(scope="module")
def scope():
    rows = [
        {
            "score": number * 7 % 11,
            "date": dt.date(2026, 1 + number % 6, 1 + number % 28),
            "comment": f"comment {number}" if number % 3 else None,
            "plan": PLANS[number % 3],
            "region": REGIONS[number % 2],
        }
        for number in range(180)
    ]
    return Scope(survey_of(pd.DataFrame(rows)))


DAYS = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2026, 6, 28))
SOME = st.builds(
    lambda since, until, groups, plan, region: (
        Filters(since=since, until=until, groups=tuple(groups))
        .with_attribute("plan", plan)
        .with_attribute("region", region)
    ),
    DAYS,
    DAYS,
    st.lists(st.sampled_from(["promoter", "passive", "detractor"]), unique=True),
    st.lists(st.sampled_from(["Pro", "Free", NO_VALUE]), unique=True),
    st.lists(st.sampled_from(REGIONS), unique=True),
)


@given(SOME, SOME)
def test_what_is_narrowed_passes_both(scope, one, other):
    both = Scope(scope.survey, one).narrowed(other)
    assert both.n == Scope(scope.survey, one).n_shared(other)


def test_filters_that_exclude_each_other_leave_nothing(scope):
    pro, free = (Filters().with_attribute("plan", [plan]) for plan in ("Pro", "Free"))
    assert Scope(scope.survey, pro).narrowed(free).n == 0
    assert Filters(groups=("promoter",)).narrowed(Filters(groups=("detractor",))) != Filters()


def test_a_segment_is_compared_with_all_other_values(scope):
    part = Filters().with_attribute("plan", ["Pro"])
    sides = sides_of(scope, part, "month")
    found = sides.compare(scope)
    assert (found.a.estimate.n, found.b.estimate.n) == (60, 60)  # those without a plan are on neither side
    assert sides == Sides(Filters(), attribute="plan", values=("Pro",))


def test_the_rest_of_a_part_holds_for_both_sides(scope):
    part = Filters().with_attribute("plan", ["Pro"]).with_attribute("region", ["North"])
    held = Scope(scope.survey, Filters(since=dt.date(2026, 3, 1)))
    sides = sides_of(held, part, "month")
    assert sides.filters == held.filters.with_attribute("region", ["North"])
    assert sides.compare(held).a.estimate.n == held.n_shared(part)


def test_a_filter_for_the_part_itself_leaves_it_a_rest(scope):
    part = Filters().with_attribute("plan", ["Pro"])
    found = sides_of(Scope(scope.survey, part), part, "month").compare(scope)
    assert (found.a.estimate.n, found.b.estimate.n) == (60, 60)


def test_a_period_is_compared_with_the_one_before_by_its_name(scope):
    march = Filters(since=dt.date(2026, 3, 1), until=dt.date(2026, 3, 31))
    sides = sides_of(scope, march, "month")
    assert (sides.a.label, sides.b.label) == ("Mar 2026", "Feb 2026")
    assert sides.compare(scope).over_time


def test_the_first_period_is_compared_with_all_later_days(scope):
    january = Filters(since=dt.date(2026, 1, 1), until=dt.date(2026, 1, 31))
    sides = sides_of(scope, january, "month")
    assert sides.b.since == dt.date(2026, 2, 1)
    found = sides.compare(scope)
    assert found.a.estimate.n + found.b.estimate.n == scope.n


def test_days_of_no_period_are_compared_with_as_many_before(scope):
    days = Filters(since=dt.date(2026, 3, 11), until=dt.date(2026, 3, 20))
    sides = sides_of(scope, days, "month")
    assert (sides.b.since, sides.b.until) == (dt.date(2026, 3, 1), dt.date(2026, 3, 10))


@pytest.mark.parametrize("part", [Filters(groups=("promoter",)), Filters()])
def test_who_is_picked_by_the_score_and_all_have_no_rest(scope, part):
    assert sides_of(scope, part, "month") is None


def test_comments_come_by_their_score_and_the_latest_first(scope):
    responses = scope.survey.responses
    for lowest in (True, False):
        rows = order_comments(scope, lowest=lowest)
        assert sorted(rows) == sorted(responses["comment"].dropna().index)
        read = [
            (int(responses["score"][row]) * (1 if lowest else -1), -responses["date"][row].value)
            for row in rows
        ]
        assert read == sorted(read)
    threes = order_comments(scope, score=3)
    assert set(responses["score"].iloc[threes]) == {3}


def test_comments_of_a_file_of_groups_come_by_their_group():
    words = ["promoter", "detractor", "passive", "detractor"]
    scope = Scope(survey_of(pd.DataFrame({"group": words, "comment": list("abcd")})))
    first = [words[row] for row in order_comments(scope)]
    assert first == ["detractor", "detractor", "passive", "promoter"]
    assert [words[row] for row in order_comments(scope, lowest=False)] == first[::-1]
