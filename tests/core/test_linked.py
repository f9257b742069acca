"""The same people on both sides: intervals that know it."""

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from surveys import survey_of

from nps_core.compare.comparison import Span
from nps_core.compare.difference import difference
from nps_core.compare.groups import compare_groups
from nps_core.compare.paired import compare_paired, paired_change
from nps_core.filters import Filters
from nps_core.scope import Scope

FIRST, SECOND = Filters(until=dt.date(2025, 12, 31)), Filters(since=dt.date(2026, 1, 1))
SPANS = (
    Span("2026", since=dt.date(2026, 1, 1), until=dt.date(2026, 12, 31)),
    Span("2025", since=dt.date(2025, 1, 1), until=dt.date(2025, 12, 31)),
)
SCORE = {1: 10, 0: 8, -1: 2}


def waves(pairs, first=(), second=()):
    """A survey of people who answered twice (before, after), and of some who answered once."""
    rows = [
        row
        for number, (before, after) in enumerate(pairs)
        for row in ((2025, before, f"p{number}"), (2026, after, f"p{number}"))
    ]
    rows += [(2025, value, f"b{number}") for number, value in enumerate(first)]
    rows += [(2026, value, f"a{number}") for number, value in enumerate(second)]
    return survey_of(
        pd.DataFrame(
            {
                "score": [SCORE[value] for _, value, _ in rows],
                "date": [f"{year}-06-01" for year, _, _ in rows],
                "respondent": [who for _, _, who in rows],
            }
        )
    )


def test_the_correlation_by_hand():
    pairs = [(1, 1)] * 20 + [(1, 0)] * 10 + [(0, 1)] * 6 + [(0, 0)] * 8 + [(-1, -1)] * 12 + [(-1, 0)] * 4
    alone = [1] * 15 + [0] * 10 + [-1] * 5
    found = compare_paired(Scope(waves(pairs, first=alone), SECOND), Scope(waves(pairs, first=alone), FIRST))
    before, after = np.array([one for one, _ in pairs] + alone), np.array([one for _, one in pairs])
    # cov n12 / (n1 n2), with deviations from the NPS of all of a wave.
    shared = np.array([one for one, _ in pairs])
    covariance = ((shared - before.mean()) * (after - after.mean())).sum() / (len(before) * len(after))
    expected = covariance / math.sqrt(before.var() / len(before) * after.var() / len(after))
    assert found.shared == 60
    assert found.correlation == pytest.approx(expected, abs=1e-12)
    assert found.change.points == pytest.approx(100 * (after.mean() - before.mean()))
    plain = difference((26, 22, 12), (45, 24, 21))
    assert found.change.high - found.change.low < plain.high - plain.low
    assert found.pairs.points == pytest.approx(100 * (after.mean() - shared.mean()))


def test_without_anybody_twice_it_is_the_usual_difference():
    found = compare_paired(
        Scope(waves([], [1] * 20 + [0] * 10 + [-1] * 9, [1] * 30 + [-1] * 5), SECOND),
        Scope(waves([], [1] * 20 + [0] * 10 + [-1] * 9, [1] * 30 + [-1] * 5), FIRST),
    )
    plain = difference((30, 0, 5), (20, 10, 9))
    assert (found.shared, found.correlation) == (0, 0)
    for name in ("points", "low", "high"):
        assert getattr(found.change, name) == pytest.approx(getattr(plain, name), abs=1e-10)
    assert found.change.p_value == pytest.approx(plain.p_value, rel=1e-9)
    assert math.isnan(found.pairs.points)


def test_one_answer_given_many_times_counts_once():
    once = waves([(1, 1), (0, 1), (-1, 0), (1, 0), (0, 0), (-1, -1), (1, 1)])
    often = survey_of(pd.concat([once.responses[["score", "date", "respondent"]]] * 5, ignore_index=True))
    few, many = (compare_paired(Scope(survey, SECOND), Scope(survey, FIRST)) for survey in (once, often))
    assert many.change.points == pytest.approx(few.change.points)
    assert many.change.high - many.change.low >= few.change.high - few.change.low


def test_test_and_interval_agree_and_nothing_is_nan():
    random = np.random.default_rng(5)
    for _ in range(60):
        pairs = [tuple(random.integers(-1, 2, 2)) for _ in range(int(random.integers(1, 30)))]
        found = compare_paired(Scope(waves(pairs), SECOND), Scope(waves(pairs), FIRST))
        assert (found.change.p_value < 0.05) == found.change.beyond_chance
        assert not math.isnan(found.change.low + found.change.high + found.correlation)


def test_coverage_when_people_answer_twice():
    """500 people asked twice, of whom half answer each time, nine in ten of them as before."""
    random = np.random.default_rng(21)
    held, usual, times = 0, 0, 300
    for _ in range(times):
        first = random.choice([1, 0, -1], 200, p=[0.5, 0.3, 0.2])
        again = np.where(random.random(200) < 0.7, first, random.choice([1, 0, -1], 200, p=[0.5, 0.3, 0.2]))
        survey = waves(list(zip(first.tolist(), again.tolist(), strict=True)))
        found = compare_paired(Scope(survey, SECOND), Scope(survey, FIRST))
        held += found.change.low <= 0 <= found.change.high
        plain = difference(
            *(tuple((values == value).sum() for value in (1, 0, -1)) for values in (again, first))
        )
        usual += plain.low <= 0 <= plain.high
    assert 0.92 <= held / times <= 0.98
    assert usual / times > 0.995  # without knowing it, the interval is far too wide


def test_in_words():
    survey = waves([(0, 1)] * 30 + [(1, 1)] * 60 + [(-1, -1)] * 20)
    compared = compare_groups(Scope(survey), *SPANS)
    found = compare_paired(compared.a.scope, compared.b.scope)
    said = found.beside(compared)
    assert not compared.change.beyond_chance or "more than chance explains" not in said[0]
    assert said[0].startswith("110 people answered on both sides. Knowing that, the interval is narrower: ")
    assert said[1].startswith(
        "Those 110 people alone: +64 in 2026, +36 in 2025: 27.3 points higher, more than chance explains"
    )
    few = waves([(0, 1)] * 3, [1, 0, -1])
    compared = compare_groups(Scope(few), *SPANS)
    assert compare_paired(Scope(few, SECOND), Scope(few, FIRST)).beside(compared) == ()


def test_nobody_is_named():
    frame = pd.DataFrame({"score": [10, 2], "date": ["2025-01-01", "2026-01-01"]})
    assert compare_paired(Scope(survey_of(frame), SECOND), Scope(survey_of(frame), FIRST)) is None
    assert compare_paired(Scope(waves([], [1, 0]), SECOND), Scope(waves([], [1, 0]), FIRST)) is None


def test_people_who_balance_themselves_out_are_no_certainty():
    """Everybody answers twice in a wave, once as a promoter and once as a detractor: no variance between people."""
    rows = [
        (2025 + wave, 10 if turn else 2, f"p{number}")
        for wave in (0, 1)
        for number in range(6)
        for turn in (0, 1)
    ]
    frame = pd.DataFrame(rows, columns=["year", "score", "respondent"])
    frame["date"] = frame.pop("year").astype(str) + "-06-01"
    found = compare_paired(Scope(survey_of(frame), SECOND), Scope(survey_of(frame), FIRST))
    assert found.change.points == 0
    assert found.change.low < -20 < 20 < found.change.high


def test_a_p_value_is_found_near_1_too():
    """The search for it goes where Student's quantile is 0 to the last digit."""
    people = np.array([[0, 0, 1], [0, 0, 0], [0, 0, 2], [0, 0, 0], [0, 0, 0], [0, 0, 0]])
    others = np.array([[0, 0, 0], [0, 0, 1], [0, 0, 1], [0, 0, 2], [0, 1, 0], [0, 0, 1]])
    nobody = np.zeros(3, dtype=np.int64)
    change, _ = paired_change([people, others], [nobody, nobody], 0.95)
    assert 0 < change.p_value <= 1
    assert change.low < 0 < change.high
    assert not change.beyond_chance
