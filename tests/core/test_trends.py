import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nps_core import build_report, overview
from nps_core.compare.groups import find_periods
from nps_core.days import day_presets, today
from nps_core.filters import Filters
from nps_core.scope import Scope
from nps_core.score.estimate import estimate
from nps_core.trends.result import period_words
from nps_core.trends.trend import find_rolling_trend, find_trend
from tests.core.surveys import survey_of


def survey_from(days):
    """{day: (promoters, passives, detractors)}; None is a day too."""
    rows = [
        {"score": score, "date": day}
        for day, counts in days.items()
        for score, count in zip((10, 8, 3), counts, strict=True)
        for _ in range(count)
    ]
    return survey_of(pd.DataFrame(rows, columns=["score", "date"]))


THREE = {"2026-01-15": (5, 3, 2), "2026-03-02": (2, 3, 5), "2026-03-20": (1, 1, 1), None: (1, 0, 0)}


def test_periods_run_without_a_gap_and_the_empty_one_is_nan():
    found = find_trend(Scope(survey_from(THREE)), "month")
    assert found.labels == ("Jan 2026", "Feb 2026", "Mar 2026")
    assert found.estimate.n.tolist() == [10, 0, 13]
    assert np.isnan(found.estimate.nps[1])
    assert found.estimate.low[0] == pytest.approx(estimate(5, 3, 2).low)
    assert found.undated == 1


def test_the_score_written_at_the_line_is_of_a_period_that_can_be_read():
    """One response is drawn, with its interval; +100 in large letters would say what it cannot."""
    found = find_trend(Scope(survey_from({**THREE, "2026-04-01": (1, 0, 0)})), "month")
    assert found.estimate.n.tolist() == [10, 0, 13, 1]
    (line, *_) = found.chart().series
    assert line.hover[3].startswith("Apr 2026: +100 (")
    assert line.labels == ("", "", "−23", "")


def test_the_latest_two_skip_the_period_without_responses():
    found = find_trend(Scope(survey_from(THREE)), "month")
    assert (found.latest, found.previous) == (2, 0)
    assert found.title == "Too few responses to tell a change: it takes 20 on either side"


def test_a_period_that_has_not_begun_is_drawn_and_told_and_never_the_latest():
    """Dates typed wrong, or of another calendar: the story leaves them out, and so does all that speaks of now."""
    now = today()
    past = {str(now - dt.timedelta(back)): (12, 6, 6) for back in range(0, 400, 20)}
    scope = Scope(survey_from({**past, str(now + dt.timedelta(200)): (0, 0, 30)}))
    found = find_trend(scope)
    assert found.period == "month", "of 400 days, not of 600"
    assert found.ends[-1] > np.datetime64(now)
    assert found.latest is not None
    assert found.starts[found.latest] <= np.datetime64(now) <= found.ends[found.latest]
    assert scope.last > now == scope.so_far
    left_out = "Left out: 30 responses dated in the future."
    assert left_out in found.story.headline
    assert left_out in overview(scope).sentences
    assert left_out in found.sentences
    assert find_periods(scope, found.period)[0].since <= now
    assert found.labels[found.latest] in build_report(scope).parts[0].standing[1].label
    rolling = find_rolling_trend(scope)
    assert rolling.ends[rolling.latest] <= np.datetime64(now) < rolling.ends[-1]
    assert rolling.ends[rolling.previous] <= rolling.ends[rolling.latest] - 90
    assert {one.until for one in day_presets(scope.first, scope.last)} == {
        one.until for one in day_presets(scope.first, now + dt.timedelta(1))
    }


@pytest.mark.parametrize(
    ("period", "labels", "ends"),
    [
        ("quarter", ("Q4 2025", "Q1 2026"), ["2025-12-31", "2026-03-31"]),
        ("month", ("Dec 2025", "Jan 2026"), ["2025-12-31", "2026-01-31"]),
        ("week", ("week of 22 Dec 2025", "week of 29 Dec 2025"), ["2025-12-28", "2026-01-04"]),
        ("day", ("28 Dec 2025", "29 Dec 2025", "30 Dec 2025", "31 Dec 2025", "1 Jan 2026"), None),
    ],
)
def test_periods_have_their_names_and_ends(period, labels, ends):
    found = find_trend(Scope(survey_from({"2025-12-28": (1, 0, 0), "2026-01-01": (1, 0, 0)})), period)
    assert found.labels == labels
    if ends:
        assert found.ends.astype(str).tolist() == ends


def test_the_latest_period_is_incomplete_while_more_than_a_tenth_is_to_come():
    assert find_trend(Scope(survey_from({"2026-03-27": (1, 0, 0)})), "month").incomplete
    assert not find_trend(Scope(survey_from({"2026-03-28": (1, 0, 0)})), "month").incomplete
    assert find_trend(Scope(survey_from({"2026-03-27": (1, 0, 0)})), "month").until == np.datetime64(
        "2026-03-27"
    )
    # The survey went on, the filter did not: the period is whole.
    survey = survey_from({"2026-03-01": (1, 0, 0), "2026-04-30": (0, 0, 1)})
    assert not find_trend(Scope(survey, Filters(groups=("promoter",)))).incomplete


def test_no_dates_and_one_period_are_answers():
    undated = find_trend(Scope(survey_from({None: (3, 2, 1)})), "month")
    assert (len(undated), undated.latest, undated.story.kind, undated.undated) == (0, None, "none", 6)
    single = find_trend(Scope(survey_from({"2026-03-01": (3, 2, 1)})), "month")
    assert (len(single), single.latest, single.previous, single.story.change) == (1, 0, None, None)
    assert not find_rolling_trend(Scope(survey_from({None: (3, 2, 1)}))).incomplete


def test_an_unknown_period_is_named():
    with pytest.raises(ValueError, match="no period “fortnight”"):
        find_trend(Scope(survey_from(THREE)), "fortnight")


def test_rolling_compares_windows_that_do_not_overlap():
    first = dt.date(2026, 1, 1)
    days = {(first + dt.timedelta(days=n)).isoformat(): (1, 0, 1) if n < 30 else (2, 0, 1) for n in range(60)}
    found = find_rolling_trend(Scope(survey_from(days)), 30)
    assert found.estimate.n[found.latest] == 90
    assert found.estimate.n[found.previous] == 60
    assert found.ends[found.previous] < found.starts[found.latest]
    assert found.labels[-1] == "30 days to 1 Mar 2026"
    assert found.period == "rolling 30 days"


def test_rolling_over_ten_years_keeps_a_drawable_number_of_points_and_its_comparison():
    first = dt.date(2016, 1, 1)
    days = {(first + dt.timedelta(days=n)).isoformat(): (1, 0, 0) for n in range(3650)}
    found = find_rolling_trend(Scope(survey_from(days)), 90)
    assert 300 <= len(found) <= 900
    assert found.ends[found.previous] == found.starts[found.latest] - 1


def test_rolling_of_less_than_a_window_is_one_point():
    found = find_rolling_trend(Scope(survey_from({"2026-03-01": (3, 2, 1), "2026-03-09": (1, 0, 0)})))
    assert len(found) == 1
    assert found.estimate.n.tolist() == [7]


def test_a_window_has_a_day_at_least():
    with pytest.raises(ValueError, match="at least one day"):
        find_rolling_trend(Scope(survey_from(THREE)), 0)


def test_a_period_that_the_filters_cut_is_not_called_whole():
    """With the days of a filter in the middle of a quarter, its name says from when, or up to when, it counts."""
    survey = survey_from(
        {f"2026-{month:02}-{day:02}": (2, 1, 1) for month in range(1, 7) for day in (2, 10, 20, 28)}
    )
    cut = find_trend(
        Scope(survey, Filters(since=dt.date(2026, 2, 15), until=dt.date(2026, 5, 15))), "quarter"
    )
    assert [period_words(cut, place) for place in (0, 1)] == [
        "Q1 2026 (from 15 Feb)",
        "Q2 2026 (up to 15 May)",
    ]
    one = find_trend(Scope(survey, Filters(since=dt.date(2026, 5, 5), until=dt.date(2026, 5, 15))), "quarter")
    assert period_words(one, 0) == "Q2 2026 (from 5 May, up to 15 May)"
    whole = find_trend(
        Scope(survey, Filters(since=dt.date(2026, 1, 2), until=dt.date(2026, 6, 28))), "quarter"
    )
    assert [period_words(whole, place) for place in (0, 1)] == ["Q1 2026", "Q2 2026"]
