import datetime as dt

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.errors import FilterError
from nps_core.filters import NO_VALUE, Choice, Filters, filter_choices
from tests.core.surveys import survey_of

TEXT = st.text(min_size=1, max_size=8)
DAYS = st.none() | st.dates()
FILTERS = st.builds(
    lambda since, until, groups, picked, text: Filters(
        since,
        until,
        tuple(groups),
        tuple(sorted((name, tuple(values)) for name, values in picked.items())),
        text,
    ),
    DAYS,
    DAYS,
    st.lists(st.sampled_from(["promoter", "passive", "detractor"]), unique=True),
    st.dictionaries(TEXT, st.lists(TEXT, min_size=1, unique=True), max_size=3),
    st.text(max_size=8),
)


@given(FILTERS)
def test_a_url_gives_the_same_filters_back(filters):
    assert Filters.from_query(filters.to_query()) == filters


def test_the_empty_filters_are_false_and_say_so():
    assert not Filters()
    assert Filters().words() == "all responses"
    assert Filters().to_query() == {}
    assert Filters(text="x")


def test_filters_in_words():
    filters = Filters(
        dt.date(2026, 3, 3), None, ("promoter", "passive"), (("persona", ("buyer", "user")),), "slow"
    )
    assert filters.words() == (
        "persona: buyer or user; promoters and passives only; since 3 Mar 2026; comment contains “slow”"
    )
    until = Filters(until=dt.date(2026, 1, 31))
    assert until.words() == "until 31 Jan 2026"
    both = Filters(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
    assert both.words() == "Jan 2026"
    odd = Filters(dt.date(2026, 1, 2), dt.date(2026, 1, 31))
    assert odd.words() == "2 Jan 2026 to 31 Jan 2026"


def test_picking_values_keeps_the_others_and_picking_none_removes():
    filters = Filters().with_attribute("plan", ["Pro"]).with_attribute("age", ["25-34"])
    assert filters.attributes == (("age", ("25-34",)), ("plan", ("Pro",)))
    assert filters.values_of("plan") == ("Pro",)
    assert filters.values_of("region") == ()
    assert filters.with_attribute("plan", []).attributes == (("age", ("25-34",)),)


@pytest.mark.parametrize(
    ("query", "says"),
    [({"since": ["31.3.2026"]}, "“31.3.2026” is not a date"), ({"group": ["fan"]}, "no group “fan”")],
)
def test_a_url_that_cannot_be_read_is_named(query, says):
    with pytest.raises(FilterError, match=says):
        Filters.from_query(query)


def test_a_url_may_hold_what_is_no_filter():
    assert Filters.from_query({"page": ["trends"], "utm_source": ["mail"]}) == Filters()


def test_filters_of_another_survey_are_cut_to_what_this_one_has():
    survey = survey_of(pd.DataFrame({"score": [9, 3], "plan": ["Pro", None]}))
    filters = (
        Filters(text="slow")
        .with_attribute("plan", ["Pro", "Gold", NO_VALUE])
        .with_attribute("planet", ["Mars"])
    )
    known = filters.known_to(survey)
    assert known.attributes == (("plan", ("Pro", NO_VALUE)),)
    assert known.text == "slow"


def test_choices_name_missing_only_where_something_is():
    frame = pd.DataFrame(
        {"score": [9, 3], "plan": ["Pro", None], "age": ["25", "35"], "date": ["2026-01-05", None]}
    )
    choices = filter_choices(survey_of(frame))
    assert choices.attributes == (Choice("plan", ("Pro", NO_VALUE)), Choice("age", ("25", "35")))
    assert choices.first == choices.last == dt.date(2026, 1, 5)
    assert filter_choices(survey_of(pd.DataFrame({"score": [9]}))).first is None
