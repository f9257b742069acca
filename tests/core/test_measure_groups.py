"""CSAT and CES by period and by segment, against formulas that are written out here."""

from __future__ import annotations

import datetime as dt
import io
import math
import zipfile

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from nps_core import Filters, Scope, build_report, read_survey, summarize_measures, write_report
from nps_core.charts.axes import scale_axis
from nps_core.drivers.measure_groups import find_measure_segments, find_measure_trend
from nps_core.errors import FilterError, ReportError
from nps_core.filters import NO_VALUE
from nps_core.report.builder import usual_slides
from nps_core.report.workbook import sheet_name
from nps_core.survey import Measure
from tests.core.surveys import survey_of

CSAT = Measure("csat", "csat", 1, 5)
CES = Measure("effort", "ces", 1, 7)
Z = 1.959963984540054


def survey_from(rows, **more):
    frame = pd.DataFrame({"score": 9, **rows})
    return survey_of(frame, measures=(CSAT, CES), **more)


def wilson(yes, n):
    middle, half = yes / n + Z**2 / (2 * n), Z * math.sqrt(yes / n * (1 - yes / n) / n + Z**2 / (4 * n**2))
    return tuple(100 * (middle + side * half) / (1 + Z**2 / n) for side in (-1, 1))


@pytest.fixture(scope="module")
def sample():
    return Scope(read_survey("data/sample_survey.csv"))


@pytest.fixture
def alone():
    """Two quarters and three plans, nobody twice."""
    draw = np.random.default_rng(5)
    plans = np.repeat(["Free", "Pro", "Team", None], [150, 150, 150, 20])
    csat = np.where(plans == "Pro", draw.integers(3, 6, 470), draw.integers(1, 6, 470)).astype(float)
    csat[::17] = np.nan
    effort = draw.integers(1, 8, 470).astype(float)
    days = [dt.date(2026, 2, 1) if number % 2 else dt.date(2026, 5, 1) for number in range(470)]
    return Scope(survey_from({"csat": csat, "effort": effort, "plan": plans, "date": pd.to_datetime(days)}))


def test_the_figures_of_a_period_are_those_of_its_days(sample):
    for measure in sample.survey.measures:
        trend = find_measure_trend(sample, measure.column, "quarter")
        assert len(trend.results) == 8
        for found, first, last in zip(trend.results, trend.periods.starts, trend.periods.ends, strict=True):
            days = sample.with_filters(since=first.item(), until=last.item())
            assert found == next(one for one in summarize_measures(days) if one.column == measure.column)


def test_a_csat_by_period_is_the_share_of_the_top_two_with_wilsons_interval(alone):
    trend = find_measure_trend(alone, "csat", "quarter")
    responses = alone.survey.responses
    for found, month in zip(trend.results, (2, 5), strict=True):
        answers = responses.loc[responses["date"].dt.month == month, "csat"].dropna()
        yes, n = int((answers >= 4).sum()), len(answers)
        assert (found.n, found.value) == (n, pytest.approx(100 * yes / n))
        assert (found.low, found.high) == pytest.approx(wilson(yes, n))


def test_the_change_of_a_ces_is_that_of_welch(alone):
    trend = find_measure_trend(alone, "effort", "quarter")
    responses = alone.survey.responses
    before, now = (responses.loc[responses["date"].dt.month == month, "effort"] for month in (2, 5))
    reference = stats.ttest_ind(now, before, equal_var=False)
    ends = reference.confidence_interval(0.95)
    assert trend.change.value == pytest.approx(now.mean() - before.mean())
    assert (trend.change.low, trend.change.high) == pytest.approx((ends.low, ends.high), rel=1e-6)
    assert trend.change.p_value == pytest.approx(reference.pvalue, rel=1e-6)


def test_the_change_of_a_csat_is_near_that_of_newcombe(alone):
    change = find_measure_trend(alone, "csat", "quarter").change
    responses = alone.survey.responses
    shares = []
    for month in (2, 5):
        answers = responses.loc[responses["date"].dt.month == month, "csat"].dropna()
        yes, n = int((answers >= 4).sum()), len(answers)
        shares.append((100 * yes / n, *wilson(yes, n)))
    (before, low_0, high_0), (now, low_1, high_1) = shares
    assert change.value == pytest.approx(now - before)
    # Newcombe (1998), method 10: the same squares, of Wilson's limits.
    assert change.low == pytest.approx(now - before - math.hypot(now - low_1, high_0 - before), abs=0.5)
    assert change.high == pytest.approx(now - before + math.hypot(high_1 - now, before - low_0), abs=0.5)


def test_segments_are_told_from_the_others_with_a_value_and_corrected_by_holm(alone):
    found = find_measure_segments(alone, "effort", "plan")
    responses = alone.survey.responses
    p_values = {}
    for label, one in zip(found.labels, found.differences, strict=True):
        mine = responses["plan"] == label
        if label == NO_VALUE:
            assert math.isnan(one.value)
            continue
        others = responses.loc[~mine & responses["plan"].notna(), "effort"]
        reference = stats.ttest_ind(responses.loc[mine, "effort"], others, equal_var=False)
        assert one.p_value == pytest.approx(reference.pvalue, rel=1e-6)
        p_values[label] = reference.pvalue
    assert found.labels[-1] == NO_VALUE
    corrected, running = {}, 0.0
    for place, label in enumerate(sorted(p_values, key=p_values.get)):
        running = max(running, min(1.0, (3 - place) * p_values[label]))
        corrected[label] = running
    assert dict(zip(found.labels[:-1], found.p_adjusted[:-1], strict=True)) == pytest.approx(
        corrected, rel=1e-6
    )
    assert math.isnan(found.p_adjusted[-1])


def test_a_segment_that_is_more_satisfied_is_said_to_be(alone):
    found = find_measure_segments(alone, "csat", "plan")
    assert found.labels[0] == "Pro"
    assert found.sentences[0].startswith("“Pro” is ")
    assert "above the others, beyond chance, corrected for 3 segments (Holm)." in found.sentences[0]
    low, high = (round(found.results[place].value) for place in (-2, 0))
    assert found.title == f"{low}% to {high}% are satisfied by plan: “csat”"


@pytest.mark.parametrize("column", ["csat", "effort"])
def test_answers_of_one_account_are_alike_in_a_difference_too(column):
    """Forty accounts of five who answer as one, half of each plan: a difference of forty answers, not of 200."""
    draw = np.random.default_rng(3)
    firms = np.repeat(np.arange(40), 5)
    answers = draw.integers(1, 6, 40) if column == "csat" else draw.integers(1, 8, 40)
    frame = pd.DataFrame(
        {"score": 9, "csat": np.nan, "effort": np.nan, "account": [f"Firm {one}" for one in firms]}
    )
    frame[column] = answers[firms].astype(float)
    frame["plan"] = np.where(firms % 2, "Pro", "Free")
    alike, alone, once = (
        find_measure_segments(Scope(survey_of(rows, measures=(CSAT, CES))), column, "plan").differences[0]
        for rows in (frame, frame.drop(columns="account"), frame[::5].drop(columns="account"))
    )
    assert alike.value == pytest.approx(alone.value)
    assert alike.high - alike.low > 1.8 * (alone.high - alone.low)
    assert alike.high - alike.low == pytest.approx(once.high - once.low, rel=0.08)
    assert alike.p_value == pytest.approx(once.p_value, abs=0.05)


def test_few_answers_are_told_from_nothing_and_nobody_is_a_gap():
    days = pd.to_datetime([dt.date(2026, month, 3) for month in (1, 1, 2, 4, 4)])
    survey = survey_from(
        {"csat": [5, 4, np.nan, 1, 2], "effort": np.nan, "plan": ["a", "b", "b", "a", "b"], "date": days}
    )
    trend = find_measure_trend(Scope(survey), "csat", "month")
    assert [one.n for one in trend.results] == [2, 0, 0, 2]
    assert trend.title == "Too few answers to follow: “csat”"
    assert trend.chart().table["percent_satisfied"].tolist() == pytest.approx(
        [100, math.nan, math.nan, 0], nan_ok=True
    )
    assert trend.sentences == ()
    found = find_measure_segments(Scope(survey), "csat", "plan")
    assert all(one.too_few for one in found.differences)
    assert found.sentences == ("There are too few answers to tell a segment from the others.",)
    nobody = find_measure_segments(Scope(survey), "effort", "plan")
    assert (nobody.labels, nobody.title) == ((), "No answers by plan: “effort”")
    assert nobody.chart().categories == ()


def test_all_who_agree_are_no_certainty():
    """Half an answer at either end of the scale stands beside them: of n all alike the variance is known to no more."""
    rows = {"csat": 5.0, "effort": [2.0] * 20 + [6.0] * 20, "plan": ["a"] * 20 + ["b"] * 20}
    found = find_measure_segments(Scope(survey_from(rows)), "effort", "plan")
    squares = [(25 + 1) / 2 / 21 / 20, (1 + 25) / 2 / 21 / 20]  # of 6 and of 2, from 7 and from 1
    error, freedom = math.sqrt(sum(squares)), 38  # Welch's, of equal squares
    one = found.differences[0]
    assert one.value == 4.0
    assert one.p_value == pytest.approx(2 * stats.t.sf(4 / error, freedom), rel=1e-9)
    half = stats.t.ppf(0.975, freedom) * error
    assert (one.low, one.high) == pytest.approx((4 - half, 4 + half))
    alike = summarize_measures(Scope(survey_from({"csat": 5.0, "effort": [7.0] * 20})))[1]
    assert (alike.value, alike.high) == (7.0, 7.0)
    assert alike.low == pytest.approx(7 - stats.t.ppf(0.975, 19) * math.sqrt(36 / 2 / 21 / 20))
    same = find_measure_segments(Scope(survey_from(rows)), "csat", "plan")
    assert same.sentences == ("No segment differs from the others by more than chance explains.",)
    assert same.title == "100% are satisfied over all: “csat” by plan"


@pytest.mark.parametrize(
    ("sizes", "title"),
    [
        ((40, 40, 5), "50% to 75% are satisfied by plan, where 30 or more answered: “csat”"),
        ((40, 40, 40), "0% to 75% are satisfied by plan: “csat”"),
        ((40, 29, 5), "61% are satisfied over all: “csat” by plan"),  # 30 and 15 of 74
    ],
)
def test_few_answers_give_no_end_of_a_title(sizes, title):
    """Three of four, half and none are satisfied; of five answers "none" is little more than chance."""
    shares = (0.75, 0.5, 0.0)
    csat = [
        5.0 if place < share * n else 1.0
        for share, n in zip(shares, sizes, strict=True)
        for place in range(n)
    ]
    scope = Scope(survey_from({"csat": csat, "effort": np.nan, "plan": np.repeat(["a", "b", "c"], sizes)}))
    assert find_measure_segments(scope, "csat", "plan").title == title


def test_a_title_tells_the_latest_period_that_enough_answered():
    days = [dt.date(2026, 1, 3)] * 40 + [dt.date(2026, 2, 3)] * 9
    answers = [5.0] * 30 + [1.0] * 10 + [5.0] * 9
    rows = {"csat": answers, "effort": answers, "date": pd.to_datetime(days)}
    told = find_measure_trend(Scope(survey_from(rows)), "csat", "month")
    assert told.title.startswith("75% are satisfied in Jan 2026 (")
    few = find_measure_trend(
        Scope(survey_from({name: own[-9:] for name, own in rows.items()})), "csat", "month"
    )
    assert few.title == "Too few answers to follow: “csat”"


def test_segments_that_are_answers_stand_in_a_sentence():
    asked = "Think of the last time: who helped you?"
    scope = Scope(survey_from({"csat": [5.0, 1.0] * 40, "effort": np.nan, asked: ["Ann", "Ben"] * 40}))
    assert find_measure_segments(scope, "csat", asked).title == (
        f"0% to 100% are satisfied across the answers to “{asked}”: “csat”"
    )


def test_another_question_is_refused_in_words(sample):
    with pytest.raises(FilterError, match="no CSAT or CES question “Plan”"):
        find_measure_trend(sample, "Plan")
    with pytest.raises(ReportError, match="no CSAT or CES question “Plan”"):
        build_report(sample, slides=["over time: Plan"])


def test_a_report_has_the_first_question_of_each_kind_over_time_and_by_segment(sample):
    usual = usual_slides(sample)
    place = usual.index("measures") + 1
    first, _, effort = (one.column for one in sample.survey.measures)
    asked = [f"{key}: {one}" for one in (first, effort) for key in ("over time", "by segment")]
    assert list(usual[place : place + 4]) == asked
    told = build_report(sample, slides=asked)
    assert not told.left_out
    for part, key in zip(told.parts, asked, strict=True):
        assert part.key == key
        assert not any(word in part.title for word in ("chance", "above", "below"))
        assert "does not test" in " ".join(part.notes)
    undated = Scope(survey_from({"csat": [5.0, 1.0] * 10, "effort": np.nan, "plan": ["a", "b"] * 10}))
    assert [key for key in usual_slides(undated) if key.startswith("over time")] == []


def test_under_days_the_trend_of_a_report_keeps_its_history_and_marks_them(sample):
    column = sample.survey.measures[0].column
    quarter = Filters(since=dt.date(2026, 4, 1), until=dt.date(2026, 6, 30))
    (part,) = build_report(Scope(sample.survey, quarter), slides=[f"over time: {column}"]).parts
    assert part.title.startswith("82% are satisfied in Q2 2026 (77% to 85%): ")
    assert len(part.chart.categories) == 7
    assert [mark.name for mark in part.chart.marks if mark.kind == "days"] == ["Q2 2026"]


@pytest.mark.parametrize("place", [0, 2])
def test_all_four_renderers_draw_it_in_its_own_unit(sample, place):
    column = sample.survey.measures[place].column
    told = build_report(sample, slides=[f"over time: {column}", f"by segment: {column}"])
    form, shown = (('0"%"', "80%"), ("0.0", "5.6"))[place // 2]
    for ending, parts in (("pptx", "ppt/charts/chart"), ("xlsx", "xl/charts/chart")):
        package = zipfile.ZipFile(io.BytesIO(write_report(told, ending).data))
        drawn = [package.read(name).decode() for name in package.namelist() if name.startswith(parts)]
        written = f'formatCode="{form.replace(chr(34), "&quot;")}"'
        assert sum(written in xml for xml in drawn) == 2, ending
    page = write_report(told, "html").data.decode()
    assert all(part.title in page for part in told.parts)
    assert f"all {shown}" in page
    assert write_report(told, "pdf").data.startswith(b"%PDF")
    assert len({sheet_name(part.key) for part in told.parts}) == 2


@pytest.mark.parametrize(
    ("unit", "limits"), [("percent", (0.0, 100.0)), ("mean", (1.0, 7.0)), ("mean", (1.0, 5.0))]
)
def test_an_axis_holds_its_values_within_the_scale_and_has_few_ticks(unit, limits):
    draw = np.random.default_rng(0)
    for _ in range(300):
        values = draw.uniform(*limits, draw.integers(1, 5))
        axis = scale_axis(values, unit, limits)
        assert limits[0] <= axis.low <= min(values) <= max(values) <= axis.high <= limits[1]
        assert 2 <= len(axis.ticks) <= 8
        assert (axis.ticks[0], axis.ticks[-1]) == pytest.approx((axis.low, axis.high))
        assert len({axis.words(tick) for tick in axis.ticks}) == len(axis.ticks)
    assert scale_axis([], unit, limits).low == limits[0]


def test_a_segment_is_in_colour_where_it_differs_beyond_chance_and_nowhere_else(sample, alone):
    for scope, question, attribute in (
        (sample, sample.survey.measures[0].column, "Age group"),
        (alone, "csat", "plan"),
        (alone, "effort", "plan"),
    ):
        found = find_measure_segments(scope, question, attribute)
        series = found.chart().series[0]
        beyond = [p < 0.05 for p in found.p_adjusted]
        assert [series.colour(place) == "accent" for place in range(len(beyond))] == beyond
    assert find_measure_segments(alone, "csat", "plan").chart().series[0].colours.count("accent") == 3
