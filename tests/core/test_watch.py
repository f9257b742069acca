import datetime as dt

import numpy as np
import pandas as pd
import pytest

from nps_core.scope import Scope
from nps_core.trends.watch import FALSE_ALARM_EVERY, LIMIT, cusum, watch_trend
from tests.core.surveys import survey_of

BASE = np.array([0.5, 0.3, 0.2])


def survey_from(months, first=dt.date(2023, 1, 1)):
    """One (promoters, passives, detractors) for each month."""
    rows = []
    for number, counts in enumerate(months):
        day = dt.date(first.year + number // 12, number % 12 + 1, 15)
        rows += [
            {"score": score, "date": day}
            for score, count in zip((10, 8, 3), counts, strict=True)
            for _ in range(count)
        ]
    return survey_of(pd.DataFrame(rows, columns=["score", "date"]))


def series(shift, times, months, seed, n=100):
    """Standardised distances below a known baseline, shape (months, times)."""
    shares = BASE + np.array([shift, 0, -shift]) / 200
    drawn = np.random.default_rng(seed).multinomial(n, shares, (months, times))
    nps = 100 * (drawn[..., 0] - drawn[..., 2]) / n
    return (30 - nps) / (100 * np.sqrt((0.7 - 0.09) / n))


def test_a_fall_of_ten_points_is_found_in_three_and_a_half_months():
    # A fall after two years without an alert; 100 responses a month.
    steady, fallen = series(0, 6000, 24, seed=1), series(-10, 6000, 40, seed=3)
    beyond = cusum(np.concatenate([steady, fallen])) > LIMIT
    beyond = beyond[24:, ~beyond[:24].any(axis=0)]
    delay = beyond.argmax(axis=0) + 1
    assert beyond.any(axis=0).all()
    assert delay.mean() <= 3.6
    assert np.mean(delay <= 6) >= 0.90


def test_one_false_alarm_in_sixty_months():
    beyond = cusum(series(0, 1500, 700, seed=2)) > LIMIT
    waits = np.where(beyond.any(axis=0), beyond.argmax(axis=0) + 1, 700)
    assert waits.mean() == pytest.approx(FALSE_ALARM_EVERY, rel=0.1)


def test_the_sum_of_a_known_series():
    assert cusum([1, -2, 2, 2, 0.5]) == pytest.approx([0.5, 0, 1.5, 3, 3])


def test_an_alert_says_since_when_and_how_deep():
    # A year at +30, another quarter as good, then three months at 0.
    watch = watch_trend(Scope(survey_from([(50, 30, 20)] * 15 + [(35, 30, 35)] * 3)))
    assert (watch.learned, watch.baseline) == (9, 30)
    alert = watch.standing
    assert watch.trend.labels[alert.since] == "Apr 2024"
    assert watch.trend.labels[alert.raised] == "Apr 2024"
    assert alert.depth == pytest.approx(-30)
    assert np.isnan(watch.sums[:9]).all()


def test_an_alert_ends_when_the_score_is_back():
    watch = watch_trend(
        Scope(survey_from([(50, 30, 20)] * 14 + [(30, 30, 40)] * 2 + [(70, 20, 10)] * 4)), baseline=30
    )
    assert watch.learned == 0
    assert watch.standing is None
    (alert,) = watch.alerts
    assert (alert.since, alert.raised) == (14, 14)
    assert alert.ended > 15


def test_a_rise_and_a_steady_score_raise_none():
    assert watch_trend(Scope(survey_from([(50, 30, 20)] * 12 + [(70, 20, 10)] * 6))).alerts == ()
    assert watch_trend(Scope(survey_from([(50, 30, 20)] * 24))).alerts == ()


def test_months_without_responses_leave_the_sum_as_it_is():
    watch = watch_trend(
        Scope(survey_from([(50, 30, 20)] * 6 + [(45, 30, 25), (0, 0, 0), (45, 30, 25)])), baseline=30
    )
    assert np.isnan(watch.sums[7])
    assert watch.sums[8] > watch.sums[6]


def test_a_short_or_undated_survey_is_not_watched_and_says_so():
    short = watch_trend(Scope(survey_from([(50, 30, 20)] * 11)))
    assert (short.watched, short.alerts) == (0, ())
    assert np.isnan(short.baseline)
    undated = watch_trend(Scope(survey_of(pd.DataFrame({"score": [9]}))), baseline=30)
    assert (undated.watched, undated.alerts) == (0, ())
    assert watch_trend(Scope(survey_of(pd.DataFrame({"score": []})))).watched == 0


def test_the_rule_states_its_false_alarms():
    watch = watch_trend(Scope(survey_from([(50, 30, 20)] * 24)))
    assert "once in 60 periods" in watch.rule
    assert "learned from 12 periods" in watch.rule
    assert "learned" not in watch_trend(Scope(survey_from([(50, 30, 20)] * 24)), baseline=30).rule
