"""Sums by account and cell, against a plain groupby; and what the responses of a survey are clustered by."""

import datetime as dt
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.counts import columns
from nps_core.counts.clusters import find_units
from nps_core.counts.index import index_of
from nps_core.errors import FilterError
from nps_core.filters import NO_VALUE, Filters
from tests.core.surveys import survey_of

GROUPS = ("promoter", "passive", "detractor")
PLANS = ["Free", "Pro"]
ACCOUNTS = [f"account {number}" for number in range(7)]
PERSONAS = ["buyer", "user"]
CITIES = [f"city {number}" for number in range(70)]  # more than fit bitmaps
VALUES = {"plan": PLANS, "persona": PERSONAS, "city": CITIES, "industry": ["Retail", "Health"]}
COLUMNS = ["score", "date", "account", "respondent", "plan", "persona", "city", "industry"]

RESPONSE = st.fixed_dictionaries(
    {
        "score": st.integers(0, 10),
        "date": st.none() | st.dates(dt.date(2024, 11, 1), dt.date(2025, 3, 1)),
        "account": st.none() | st.sampled_from(ACCOUNTS),
        "respondent": st.none() | st.sampled_from([f"person {number}" for number in range(9)]),
        "plan": st.none() | st.sampled_from(PLANS),
        "persona": st.sampled_from(PERSONAS),
        "city": st.none() | st.sampled_from(CITIES),
    }
)
RESPONSES = st.lists(RESPONSE, max_size=40)
UNITS = st.sampled_from(["account", "respondent", None])


@st.composite
def filters(draw):
    since = draw(st.none() | st.dates(dt.date(2024, 10, 1), dt.date(2025, 4, 1)))
    groups = draw(st.sampled_from([(), ("promoter", "detractor")]))
    plans = draw(st.sampled_from([(), ("Free",), ("Pro", NO_VALUE)]))
    return Filters(since=since, groups=groups).with_attribute("plan", plans)


def survey_from(rows):
    """A survey of which `industry` is the same throughout an account, and half of the accounts have none."""
    frame = pd.DataFrame(rows, columns=COLUMNS)
    industry = {name: VALUES["industry"][place % 2] for place, name in enumerate(ACCOUNTS[:4])}
    frame["industry"] = frame["account"].map(industry).astype(object)
    for name, values in VALUES.items():
        frame[name] = pd.Categorical(frame[name], categories=values)
    return survey_of(frame)


def plain_clusters(frame, unit):
    """The cluster of each response by the words of the rule: a name, or a number of its own."""
    names = []
    for place, (account, respondent) in enumerate(zip(frame["account"], frame["respondent"], strict=True)):
        if unit == "account" and not pd.isna(account):
            names.append(("account", account))
        elif unit is not None and not pd.isna(respondent):
            names.append(("respondent", respondent))
        else:
            names.append(("itself", place))
    times = Counter(names)
    return [name if times[name] > 1 else None for name in names]


def plain_sums(survey, selection, unit, cells):
    """Counts of each cell, those that are clusters of their own, and (cell, cluster): (size, net)."""
    names = plain_clusters(survey.responses, unit)
    groups = survey.responses["group"].tolist()
    counts, single, pairs = {}, {}, {}
    for row in selection.rows.tolist():
        cell, place = cells[row], GROUPS.index(groups[row])
        if cell is None:
            continue
        for table in (counts, *([single] if names[row] is None else [])):
            table.setdefault(cell, [0, 0, 0])[place] += 1
        if names[row] is not None:
            size, net = pairs.get((cell, names[row]), (0, 0))
            pairs[cell, names[row]] = size + 1, net + 1 - place
    return counts, single, pairs


def check(survey, selection, unit, cells, sums):
    """`sums` is what plain Python finds, for responses with these cells."""
    counts, single, pairs = plain_sums(survey, selection, unit, cells)

    def of(table):
        return {label: row for label, row in zip(sums.labels, table.tolist(), strict=True) if any(row)}

    assert len(set(sums.labels)) == len(sums.labels)
    assert (of(sums.counts), of(sums.single)) == (counts, single)
    codes, names = selection.cluster_codes(unit), plain_clusters(survey.responses, unit)
    assert [name is None for name in names] == (codes < 0).tolist()
    name_of = dict(zip(codes.tolist(), names, strict=True))
    assert len(set(name_of.values())) == len(name_of)
    assert sums.n_clusters == len(set(codes[codes >= 0].tolist()))
    found = {
        (sums.labels[cell], name_of[cluster]): (size, net)
        for cell, cluster, size, net in zip(
            *(column.tolist() for column in (sums.cell, sums.cluster, sums.size, sums.net)), strict=True
        )
    }
    assert found == pairs
    order = list(zip(sums.cell.tolist(), sums.cluster.tolist(), strict=True))
    assert order == sorted(set(order))
    held = Counter(cell for cell, _ in pairs)
    assert dict(zip(sums.labels, sums.clusters.tolist(), strict=True)) == {
        label: held[label] + sum(single.get(label, [0])) for label in sums.labels
    }


def named(survey, name):
    column = survey.responses[name].astype(object)
    return column.where(column.notna(), NO_VALUE).tolist()


@given(RESPONSES, filters(), UNITS, st.sampled_from([64, 0]))
@settings(deadline=None, max_examples=60)
def test_sums_of_cells_are_those_of_plain_python(rows, picked, unit, narrow):
    """By bitmaps and by sorting, whether a value differs within accounts or not, of few values and of many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "NARROW", narrow)
        survey = survey_from(rows)
        selection = index_of(survey).select(picked)
        check(survey, selection, unit, [""] * len(rows), selection.clustered(unit))
        for name in ("plan", "persona", "city", "industry", "account"):
            sums = selection.clustered(unit, name)
            check(survey, selection, unit, named(survey, name), sums)
            assert sums.labels == selection.by(name).labels


@given(RESPONSES, filters(), UNITS, st.sampled_from([64, 0]), st.data())
@settings(deadline=None, max_examples=40)
def test_of_some_values_the_sums_are_those_among_the_sums_of_all(rows, picked, unit, narrow, data):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "NARROW", narrow)
        selection = index_of(survey_from(rows)).select(picked)
        for name in ("plan", "city", "industry", "account"):
            every = selection.clustered(unit, name)
            size = len(every.labels)
            among = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=np.bool_)
            sums = selection.clustered(unit, name, among=among)
            kept = np.flatnonzero(among & every.counts.any(axis=1))
            assert sums.labels == tuple(every.labels[place] for place in kept)
            assert sums.counts.tolist() == every.counts[kept].tolist()
            assert sums.single.tolist() == every.single[kept].tolist()
            mine = np.isin(every.cell, kept)
            assert kept[sums.cell].tolist() == every.cell[mine].tolist()
            for part in ("cluster", "size", "net"):
                assert getattr(sums, part).tolist() == getattr(every, part)[mine].tolist()


@given(RESPONSES, filters(), UNITS)
@settings(deadline=None, max_examples=40)
def test_of_two_attributes_only_the_pairs_that_occur_are_cells(rows, picked, unit):
    survey = survey_from(rows)
    selection = index_of(survey).select(picked)
    for a, b in (("plan", "persona"), ("city", "plan"), ("industry", "account")):
        sums = selection.clustered(unit, (a, b))
        both = [f"{one} · {other}" for one, other in zip(named(survey, a), named(survey, b), strict=True)]
        check(survey, selection, unit, both, sums)
        assert sums.counts.any(axis=1).all()


@given(RESPONSES, filters(), UNITS, st.sampled_from(["day", "week", "month", "quarter"]))
@settings(deadline=None, max_examples=40)
def test_of_periods_the_cells_are_those_of_the_trend(rows, picked, unit, period):
    survey = survey_from(rows)
    selection = index_of(survey).select(picked)
    sums = selection.clustered(unit, period=period)
    starts, counts = selection.by_period(period)
    assert sums.labels == tuple(str(start) for start in starts)
    assert sums.counts.tolist() == counts.tolist()
    code = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}[period]
    firsts = survey.responses["date"].dt.to_period(code).dt.start_time
    cells = [None if pd.isna(first) else str(first.date()) for first in firsts]
    check(survey, selection, unit, cells, sums)


def survey_by(accounts, respondents=None):
    frame = pd.DataFrame({"score": [10] * len(accounts), "account": accounts})
    frame["respondent"] = respondents or [None] * len(accounts)
    return survey_of(frame)


FIVE = ["a", "b", "c", "d", "e", "a"]


@pytest.mark.parametrize(
    ("accounts", "respondents", "unit", "codes"),
    [
        (FIVE, None, "account", [0, -1, -1, -1, -1, 0]),
        (FIVE, list("pqrstp"), "account", [0, -1, -1, -1, -1, 0]),
        (list("abcda"), None, None, [-1] * 5),  # four accounts
        (list("abcda"), list("ppqrs"), "respondent", [0, 0, -1, -1, -1]),
        (list("abcdef"), None, None, [-1] * 6),  # each its own account
        (list("abcdef"), list("pqrstp"), "respondent", [0, -1, -1, -1, -1, 0]),
        (["a"] * 6, None, None, [-1] * 6),  # one account
        ([None] * 6, None, None, [-1] * 6),  # no account at all
        ([None] * 6, list("ppqqrs"), "respondent", [0, 0, 1, 1, -1, -1]),
        # Without an account a respondent counts as one, and apart from the same name within an account.
        ([*FIVE, None, None, None], list("pqrstpppz"), "account", [0, -1, -1, -1, -1, 0, 1, 1, -1]),
        (["a", "a", None, None, None, None], None, "account", [0, 0, -1, -1, -1, -1]),
        ([], None, None, []),
    ],
)
def test_what_a_survey_is_clustered_by(accounts, respondents, unit, codes):
    units = find_units(survey_by(accounts, respondents).responses)
    assert units.unit == unit
    assert units.codes.tolist() == codes


@pytest.mark.parametrize(
    ("kept", "respondents", "unit"),
    [
        ("abcde", None, "account"),
        ("abcd", None, None),
        ("a", None, None),
        ("abcd", list("pqrstp"), "respondent"),
        ("abcd", list("pqrstu"), None),
    ],
)
def test_where_few_accounts_are_left_respondents_are_the_units(kept, respondents, unit):
    index = index_of(survey_by(FIVE, respondents))
    selection = index.select(Filters().with_attribute("account", tuple(kept)))
    assert (selection.unit, selection.unit_here) == ("account", unit)


def test_nothing_left_is_no_reason_for_another_unit():
    selection = index_of(survey_by(FIVE)).select(Filters(groups=("detractor",)))
    assert (selection.n, selection.unit_here) == (0, "account")
    sums = selection.clustered("account")
    assert (sums.labels, sums.clusters.tolist(), len(sums.cell)) == (("",), [0], 0)


def test_what_does_not_exist_is_named():
    selection = index_of(survey_by(FIVE)).select()
    with pytest.raises(ValueError, match="no unit “team”; there are account, respondent and None"):
        selection.clustered("team")
    with pytest.raises(ValueError, match="no period “year”"):
        selection.clustered("account", period="year")
    with pytest.raises(ValueError, match="not of both"):
        selection.clustered("account", "plan", period="month")
    with pytest.raises(FilterError, match="no attribute “planet”"):
        selection.clustered("account", "planet")


def test_many_values_and_many_respondents_take_no_table_of_all_pairs():
    """5,000 values times 50,000 respondents would be 6 GB."""
    random = np.random.default_rng(4)
    frame = pd.DataFrame({"score": random.integers(0, 11, 100_000)})
    frame["respondent"] = random.integers(0, 50_000, len(frame)).astype(str)
    frame["tag"] = pd.Categorical(random.integers(0, 5000, len(frame)).astype(str))
    survey = survey_of(frame)
    selection = index_of(survey).select(Filters(groups=("promoter", "passive")))
    sums = selection.clustered("respondent", "tag")
    kept = survey.responses[selection.mask & (selection.cluster_codes("respondent") >= 0)]
    plain = kept.groupby(["tag", "respondent"], observed=True).size()
    assert len(sums.cell) == len(plain)
    assert np.bincount(sums.size).tolist() == np.bincount(plain).tolist()
    assert sums.counts.sum() == selection.n == sums.size.sum() + sums.single.sum()
