import datetime as dt
import gc
import weakref

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.counts.bitmaps import lay_out
from nps_core.counts.index import index_of
from nps_core.counts.periods import label_of
from nps_core.errors import FilterError
from nps_core.filters import NO_VALUE, Filters
from nps_core.scope import Scope
from nps_core.survey import Scale
from tests.core.surveys import survey_of

GROUPS = ["promoter", "passive", "detractor"]
PERSONAS = ["admin", "buyer", "user"]
CITIES = [f"city {number}" for number in range(70)]  # more than fit bitmaps

RESPONSE = st.fixed_dictionaries(
    {
        "score": st.integers(0, 10),
        "date": st.none() | st.dates(dt.date(2024, 11, 1), dt.date(2025, 3, 1)),
        "comment": st.none() | st.sampled_from(["Slow export", "slow, slow", "Prices (a.b)", "ÉTÉ", ""]),
        "persona": st.none() | st.sampled_from(PERSONAS),
        "city": st.none() | st.sampled_from(CITIES),
    }
)


@st.composite
def filters(draw):
    def some(values):
        return tuple(draw(st.lists(st.sampled_from(values), max_size=3, unique=True)))

    since, until = (draw(st.none() | st.dates(dt.date(2024, 10, 1), dt.date(2025, 4, 1))) for _ in range(2))
    picked = Filters(since=since, until=until, groups=some(GROUPS))
    for name, values in (("persona", PERSONAS), ("city", CITIES)):
        picked = picked.with_attribute(name, some([*values[:4], NO_VALUE]))
    return picked


@given(st.lists(RESPONSE, max_size=40), filters(), filters())
@settings(deadline=None, max_examples=40)
def test_several_filters_leave_what_passes_all_of_them(rows, one, other):
    survey = survey_from(rows)
    first, second = (plainly(survey, picked) for picked in (one, other))
    both = first.index.intersection(second.index)
    counts = index_of(survey).select(*(own for own in (one, other) if own))
    assert counts.rows.tolist() == both.tolist()
    frame = survey.responses.loc[both]
    assert counts.groups() == tuple((frame["group"] == group).sum() for group in GROUPS)
    for name in ("persona", "city"):
        table = counts.by(name)
        of_each = frame[name].astype(object).fillna(NO_VALUE).value_counts()
        assert {label: n for label, n in zip(table.labels, table.n, strict=True) if n} == of_each.to_dict()
    assert Scope(survey, one).n_shared(other) == Scope(survey, other).n_shared(one) == len(both)


def survey_from(rows):
    frame = pd.DataFrame(rows, columns=["score", "date", "comment", "persona", "city"])
    for name, values in (("persona", PERSONAS), ("city", CITIES)):
        frame[name] = pd.Categorical(frame[name], categories=values)
    return survey_of(frame)


def plainly(survey, picked):
    """The same filters, in plain pandas."""
    frame = survey.responses
    kept = pd.Series(True, index=frame.index)
    if picked.since:
        kept &= frame["date"] >= pd.Timestamp(picked.since)
    if picked.until:
        kept &= frame["date"] < pd.Timestamp(picked.until) + pd.Timedelta(days=1)
    if picked.groups:
        kept &= frame["group"].isin(picked.groups)
    for name, values in picked.attributes:
        kept &= frame[name].astype(object).where(frame[name].notna(), NO_VALUE).isin(values)
    if picked.text:
        kept &= frame["comment"].fillna("").str.lower().str.contains(picked.text.lower(), regex=False)
    return frame[kept]


def grouped(frame):
    return [int((frame["group"] == group).sum()) for group in GROUPS]


@given(st.lists(RESPONSE, max_size=40), filters())
@settings(deadline=None, max_examples=40)
def test_every_count_equals_plain_pandas(rows, picked):
    survey = survey_from(rows)
    selection, frame = index_of(survey).select(picked), plainly(survey, picked)
    assert selection.n == len(frame)
    assert list(selection.rows) == list(frame.index)
    assert list(selection.groups()) == grouped(frame)
    assert list(selection.histogram()) == [int((frame["score"] == score).sum()) for score in range(11)]
    assert selection.undated == frame["date"].isna().sum()
    dates = frame["date"].dropna()
    assert selection.span == (None if dates.empty else (dates.min().date(), dates.max().date()))
    for name in ("persona", "city"):
        table = selection.by(name)
        assert found(table.labels, table.counts) == plain_table(frame, name)


def named(frame, name):
    return frame[name].astype(object).where(frame[name].notna(), NO_VALUE)


def found(labels, counts):
    return {label: list(row) for label, row in zip(labels, counts.tolist(), strict=True) if any(row)}


def plain_table(frame, name):
    return {label: grouped(rows) for label, rows in frame.groupby(named(frame, name))}


@given(st.lists(RESPONSE, max_size=40), filters())
@settings(deadline=None, max_examples=40)
def test_the_responses_with_a_comment_are_told_with_their_groups(rows, picked):
    survey = survey_from(rows)
    selection = index_of(survey).select(picked)
    places, groups = selection.commented
    codes = survey.responses["group"].cat.codes.to_numpy()
    wanted = [row for row in selection.rows.tolist() if not pd.isna(survey.responses["comment"].iloc[row])]
    assert places.tolist() == wanted
    assert groups.tolist() == codes[wanted].tolist()


@given(st.lists(RESPONSE, max_size=40), st.sampled_from(["day", "week", "month", "quarter"]))
@settings(deadline=None, max_examples=40)
def test_each_response_is_in_the_period_of_its_date(rows, period):
    survey = survey_from(rows)
    starts, places = index_of(survey).periods(period)
    dates = survey.responses["date"]
    assert (places < 0).tolist() == dates.isna().tolist()
    code = {"day": "D", "week": "W", "month": "M", "quarter": "Q"}[period]
    firsts = dates.dt.to_period(code).dt.start_time
    assert [starts[place] for place in places if place >= 0] == firsts.dropna().to_numpy().astype(
        "datetime64[D]"
    ).tolist()
    assert len(starts) == (
        len(pd.period_range(dates.min(), dates.max(), freq=code)) if dates.notna().any() else 0
    )


@given(st.lists(RESPONSE, max_size=40), filters())
@settings(deadline=None, max_examples=40)
def test_pairs_of_attributes_equal_plain_pandas(rows, picked):
    survey = survey_from(rows)
    selection, frame = index_of(survey).select(picked), plainly(survey, picked)
    for a, b in (("persona", "persona"), ("persona", "city"), ("city", "persona")):
        labels_a, labels_b, counts = selection.by2(a, b)
        assert counts.shape == (len(labels_a), len(labels_b), 3)
        assert counts.sum() == len(frame)
        for row, column in np.argwhere(counts.any(axis=2)):
            pair = (named(frame, a) == labels_a[row]) & (named(frame, b) == labels_b[column])
            assert list(counts[row, column]) == grouped(frame[pair])


@given(st.lists(RESPONSE, max_size=40), filters(), st.sampled_from(["day", "week", "month", "quarter"]))
@settings(deadline=None, max_examples=40)
def test_periods_equal_plain_pandas(rows, picked, period):
    survey = survey_from(rows)
    selection, frame = index_of(survey).select(picked), plainly(survey, picked).dropna(subset=["date"])
    starts, counts = selection.by_period(period)
    code = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q"}[period]
    periods = frame["date"].dt.to_period(code)
    expected = pd.period_range(periods.min(), periods.max(), freq=code) if len(frame) else []
    assert [pd.Period(start, code) for start in starts] == list(expected)
    assert [list(row) for row in counts] == [grouped(frame[periods == each]) for each in expected]
    for name in ("persona", "city"):
        begins, labels, table = selection.by_period_and(period, name)
        assert list(begins) == list(starts)
        assert table.sum(axis=1).tolist() == counts.tolist()
        assert found(labels, table.sum(axis=0)) == plain_table(frame, name)


@given(st.lists(RESPONSE, min_size=1, max_size=40), st.integers(1, 100), st.integers(1, 10))
@settings(deadline=None, max_examples=40)
def test_rolling_windows_equal_plain_pandas(rows, days, step):
    survey = survey_from(rows)
    ends, counts = index_of(survey).select().rolling(days, step)
    frame = survey.responses.dropna(subset=["date"])
    assert len(ends) > 0 or frame.empty
    for end, row in zip(ends, counts, strict=True):
        inside = (frame["date"] <= end) & (frame["date"] > end - np.timedelta64(days, "D"))
        assert list(row) == grouped(frame[inside])
    if len(ends):
        assert ends[-1] == frame["date"].max().to_datetime64()
        assert np.all(np.diff(ends) == np.timedelta64(step, "D"))


@given(st.lists(RESPONSE, max_size=30), filters(), st.sampled_from(["week", "month"]))
@settings(deadline=None, max_examples=40)
def test_weights_that_are_whole_count_as_repeated_responses(rows, picked, period):
    weights = [number % 3 for number in range(len(rows))]
    weighted = index_of(survey_from(rows)).select(picked).weighted(np.array(weights, dtype=float))
    repeated = [row for row, weight in zip(rows, weights, strict=True) for _ in range(weight)]
    plain = index_of(survey_from(repeated)).select(picked)
    assert weighted.groups() == plain.groups()
    for name in ("persona", "city"):
        table = plain.by(name)
        assert found(*weighted.by(name)) == found(table.labels, table.counts)
    assert weighted.histogram().tolist() == plain.histogram().tolist()
    pairs, counted = weighted.by2("persona", "city"), plain.by2("persona", "city")
    by_labels = [
        {
            (a, b): tuple(cell)
            for a, row in zip(one[0], one[2], strict=True)
            for b, cell in zip(one[1], row, strict=True)
            if any(cell)
        }
        for one in (pairs, counted)
    ]
    assert by_labels[0] == by_labels[1]
    for (starts, sums), (begins, counts) in (
        (weighted.by_period(period), plain.by_period(period)),
        (weighted.rolling(30, 7), plain.rolling(30, 7)),
    ):
        assert list(starts) == list(begins)
        assert sums.tolist() == counts.tolist()


@pytest.mark.parametrize("text", ["slow", "SLOW", "(a.b)", "été", "absent", "."])
def test_text_search_takes_text_as_it_is_and_any_case(text):
    rows = [{"score": 9, "comment": comment} for comment in ("Slow export", None, "Prices (a.b)", "ÉTÉ", "")]
    survey = survey_of(pd.DataFrame(rows))
    picked = Filters(text=text)
    assert list(index_of(survey).select(picked).rows) == list(plainly(survey, picked).index)


def test_missing_is_a_value_of_its_own_and_last_and_only_shown_when_there():
    survey = survey_of(pd.DataFrame({"score": [10, 0, 5], "plan": ["Pro", None, "Free"]}))
    index = index_of(survey)
    assert index.select().by("plan").labels == ("Free", "Pro", NO_VALUE)
    pro = index.select(Filters(attributes=(("plan", ("Pro",)),)))
    assert pro.by("plan").labels == ("Free", "Pro")
    missing = index.select(Filters(attributes=(("plan", (NO_VALUE,)),)))
    assert list(missing.rows) == [1]


def test_values_that_look_alike_stay_apart():
    survey = survey_of(pd.DataFrame({"score": [10, 0, 5], "code": ["007", "7", "NA"]}))
    assert index_of(survey).select().by("code").labels == ("007", "7", "NA")


def test_one_changed_score_in_many_changes_the_counts():
    scores = np.full(100_000, 8)
    before = index_of(survey_of(pd.DataFrame({"score": scores}))).select().groups()
    scores[70_001] = 9
    after = index_of(survey_of(pd.DataFrame({"score": scores}))).select().groups()
    assert (before, after) == ((0, 100_000, 0), (1, 99_999, 0))


def test_a_file_of_group_words_has_groups_and_no_histogram():
    survey = survey_of(pd.DataFrame({"group": ["promoter", "detractor"]}), scale=Scale(words=True))
    selection = index_of(survey).select()
    assert selection.groups() == (1, 0, 1)
    assert selection.histogram().sum() == 0


def test_histogram_of_another_scale_runs_from_its_low_to_its_high():
    survey = survey_of(pd.DataFrame({"score": [1, 7, 7]}), scale=Scale(1, 7, 4, 6))
    assert index_of(survey).select().histogram().tolist() == [1, 0, 0, 0, 0, 0, 2]


def test_an_empty_survey_and_an_empty_selection_count_nothing():
    empty = survey_from([])
    one = survey_from(
        [{"score": 9, "date": dt.date(2025, 1, 1), "comment": None, "persona": "user", "city": None}]
    )
    for survey, picked in ((empty, Filters()), (one, Filters(since=dt.date(2026, 1, 1)))):
        selection = index_of(survey).select(picked)
        assert (selection.n, selection.groups(), selection.undated) == (0, (0, 0, 0), 0)
        assert len(selection.by_period("month")[0]) == len(selection.rolling(90)[0]) == 0
        assert selection.by("persona").n.sum() == 0
        assert selection.by2("persona", "city")[2].sum() == 0
        assert selection.by_period_and("week", "city")[2].size == 0


def test_accounts_are_counted_like_an_attribute():
    survey = survey_of(pd.DataFrame({"score": [10, 0, 5], "account": ["Acme", "Acme", None]}))
    table = index_of(survey).select().by("account")
    assert (table.labels, table.n.tolist()) == (("Acme", NO_VALUE), [2, 1])


@pytest.mark.parametrize(
    ("picked", "says"),
    [
        (Filters(attributes=(("planet", ("Mars",)),)), "no attribute “planet”.*attributes are: plan"),
        (Filters(attributes=(("plan", ("Gold",)),)), "“Gold” is not a value of “plan”"),
        (Filters(groups=("happy",)), "no group “happy”"),
    ],
)
def test_what_the_survey_does_not_have_is_named(picked, says):
    survey = survey_of(pd.DataFrame({"score": [10], "plan": ["Pro"]}))
    with pytest.raises(FilterError, match=says):
        index_of(survey).select(picked)


def test_an_unknown_period_is_named():
    survey = survey_of(pd.DataFrame({"score": [10], "date": ["2026-01-01"]}))
    with pytest.raises(ValueError, match="no period “year”"):
        index_of(survey).select().by_period("year")


def test_the_index_is_built_once_and_freed_with_its_survey():
    survey = survey_of(pd.DataFrame({"score": [10], "plan": ["Pro"]}))
    index = weakref.ref(index_of(survey))
    assert index_of(survey) is index()
    index_of(survey).select().by("plan")
    del survey
    gc.collect()
    assert index() is None


def test_selections_and_texts_that_are_kept_are_bounded():
    survey = survey_of(pd.DataFrame({"score": [10], "comment": ["x"]}))
    index = index_of(survey)
    for number in range(50):
        index.select(Filters(text=f"{number}"))
    assert index.select.cache_info().currsize <= 8
    assert index._text.cache_info().currsize <= 8


def test_a_range_of_days_is_a_slice_of_words():
    days = np.array(["2026-01-02", "2026-01-01", "NaT", "2026-01-02"], dtype="datetime64[D]")
    layout = lay_out(days)
    assert layout.places.tolist() == [64, 0, 128, 65]
    assert layout.slice_of(np.datetime64("2026-01-02"), None) == slice(1, 2)
    assert layout.slice_of(None, np.datetime64("2025-12-31")) == slice(0, 0)


@pytest.mark.parametrize(
    ("day", "period", "label"),
    [
        ("2026-03-03", "day", "3 Mar 2026"),
        ("2026-03-02", "week", "week of 2 Mar 2026"),
        ("2026-03-01", "month", "Mar 2026"),
        ("2025-10-01", "quarter", "Q4 2025"),
    ],
)
def test_periods_in_words(day, period, label):
    assert label_of(np.datetime64(day), period) == label
