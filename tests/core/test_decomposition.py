import csv
import datetime as dt
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.compare.decomposition import decompose, decompose_samples, samples_between
from nps_core.compare.errors import exact_parts, round_half_away, round_to_sum
from nps_core.filters import NO_VALUE, Filters
from nps_core.reading import read_survey
from nps_core.scope import Scope
from tests.core.surveys import survey_of

ROW = st.tuples(*[st.integers(0, 500)] * 3)
TABLES = (
    st.integers(1, 8)
    .flatmap(lambda size: st.tuples(*[st.lists(ROW, min_size=size, max_size=size)] * 2))
    .filter(lambda pair: all(sum(map(sum, table)) for table in pair))
)


def nps_of(table):
    happy, neutral, unhappy = (sum(column) for column in zip(*table, strict=True))
    return 100 * Fraction(happy - unhappy, happy + neutral + unhappy)


@given(TABLES)
def test_parts_sum_to_the_change_exactly_in_fractions(tables):
    rates, mixes = exact_parts(*tables)
    assert sum(rates) + sum(mixes) == nps_of(tables[1]) - nps_of(tables[0])


@given(TABLES)
def test_parts_sum_to_the_change_in_floats(tables):
    moved = decompose(*tables)
    assert moved.rate + moved.mix == pytest.approx(moved.total, abs=1e-11)
    assert moved.total == pytest.approx(moved.after - moved.before, abs=1e-12)


@given(TABLES)
def test_shown_parts_sum_to_the_shown_total_and_are_near(tables):
    moved = decompose(*tables)
    assert sum(part.shown_rate + part.shown_mix for part in moved.parts) == moved.shown_total
    for part in moved.parts:
        assert abs(part.shown_rate - part.rate) <= 1
        assert abs(part.shown_mix - part.mix) <= 1


@given(TABLES)
def test_the_way_back_is_the_mirror(tables):
    there, back = decompose(*tables), decompose(*tables[::-1])
    for part, mirrored in zip(there.parts, back.parts, strict=True):
        assert mirrored.rate == pytest.approx(-part.rate, abs=1e-12)
        assert mirrored.mix == pytest.approx(-part.mix, abs=1e-12)
        assert mirrored.rate_high == pytest.approx(-part.rate_low, abs=1e-9)


def test_the_25_to_34_year_olds_by_hand():
    # 45 -> 55 in a segment that grows from a quarter to a third of the responses; the others stay at 20.
    before = [[55, 35, 10], [120, 120, 60]]
    after = [[65, 25, 10], [80, 80, 40]]
    moved = decompose(before, after, ["25-34", "others"])
    young, others = moved.parts
    w0, w1 = 1 / 4, 1 / 3
    n0, n1 = w0 * 45 + 0.75 * 20, w1 * 55 + 20 * 2 / 3
    middle = (n0 + n1) / 2
    assert young.rate == pytest.approx((w0 + w1) / 2 * 10)
    assert young.mix == pytest.approx((w1 - w0) * (50 - middle))
    assert (others.rate, others.mix) == (0, pytest.approx((w0 - w1) * (20 - middle)))
    assert moved.total == pytest.approx(n1 - n0)


def test_a_segment_on_one_side_only_is_mix():
    moved = decompose([[10, 5, 5], [0, 0, 0]], [[10, 5, 5], [8, 1, 1]])
    assert [part.rate for part in moved.parts] == [0, 0]
    assert moved.parts[1].mix > 0
    assert moved.parts[1].total == moved.parts[1].mix


def test_a_segment_that_grows_without_change_is_mix():
    moved = decompose([[50, 30, 20], [10, 10, 30]], [[50, 30, 20], [40, 40, 120]])
    assert moved.rate == 0
    assert moved.mix == pytest.approx(moved.total)


def test_an_empty_side_and_an_empty_segment_are_answers():
    assert decompose([[0, 0, 0]], [[1, 1, 1]]) is None
    assert decompose([], []) is None
    moved = decompose([[1, 1, 1], [0, 0, 0]], [[2, 1, 1], [0, 0, 0]])
    assert (moved.parts[1].rate, moved.parts[1].mix) == (0, 0)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="same segments"):
        decompose([[1, 1, 1]], [[1, 1, 1], [1, 1, 1]])
    with pytest.raises(ValueError, match="as many labels"):
        decompose([[1, 1, 1]], [[1, 1, 1]], ["a", "b"])
    with pytest.raises(ValueError, match="0 or more"):
        decompose([[1, -1, 1]], [[1, 1, 1]])


def test_rounding_gives_what_is_missing_to_those_cut_most():
    thirds = [Fraction(1, 3)] * 3
    assert sorted(round_to_sum(thirds, 1)) == [0, 0, 1]
    assert round_to_sum([Fraction(-16, 10), Fraction(-7, 10)], -2) == [-1, -1]
    assert round_to_sum([Fraction(26, 10), Fraction(-13, 10)], 1) == [2, -1]
    assert (round_half_away(Fraction(5, 2)), round_half_away(Fraction(-5, 2))) == (3, -3)


def test_intervals_hold_the_truth_as_often_as_they_say():
    # Three segments; the third answers in the second period only.
    shares = np.array([[0.5, 0.5, 0], [0.4, 0.5, 0.1]])
    groups = np.array(
        [
            [[0.5, 0.3, 0.2], [0.3, 0.4, 0.3], [0.3, 0.3, 0.4]],
            [[0.4, 0.35, 0.25], [0.45, 0.35, 0.2], [0.3, 0.3, 0.4]],
        ]
    )
    cells = (shares[:, :, None] * groups).reshape(2, -1)
    truth = decompose((cells[0] * 1e9).round().reshape(3, 3), (cells[1] * 1e9).round().reshape(3, 3))
    random = np.random.default_rng(8)
    held = np.zeros((2, 3))
    times = 400
    for _ in range(times):
        drawn = decompose(*(random.multinomial(400, chances).reshape(3, 3) for chances in cells))
        for place, (part, real) in enumerate(zip(drawn.parts, truth.parts, strict=True)):
            held[0, place] += part.rate_low <= real.rate <= part.rate_high
            held[1, place] += part.mix_low <= real.mix <= part.mix_high
    assert np.all(held[0, :2] / times >= 0.92)
    assert np.all(held[1] / times >= 0.92)
    assert np.all(held[0, :2] / times <= 0.985)  # neither are they too wide


def decompose_between(before, after, attribute):
    named, of = samples_between(before, after, attribute)
    return decompose_samples(of, named)


def test_two_selections_of_a_survey():
    rows = [
        {"score": score, "date": day, "plan": plan}
        for day, plan, scores in (
            ("2026-01-10", "Pro", [10, 9, 3]),
            ("2026-01-10", None, [8]),
            ("2026-02-10", "Pro", [10, 10, 9]),
            ("2026-02-10", "Free", [0, 1]),
        )
        for score in scores
    ]
    survey = survey_of(pd.DataFrame(rows))
    january, february = Filters(until=dt.date(2026, 1, 31)), Filters(since=dt.date(2026, 2, 1))
    moved = decompose_between(Scope(survey, january), Scope(survey, february), "plan")
    assert [part.label for part in moved.parts] == ["Free", "Pro", NO_VALUE]
    assert (moved.before, moved.after) == (25, 20)
    assert moved.parts[1].rate == pytest.approx((3 / 4 + 3 / 5) / 2 * (100 - 100 / 3))
    assert (
        decompose_between(Scope(survey, january), Scope(survey, Filters(since=dt.date(2027, 1, 1))), "plan")
        is None
    )


def test_the_firm_that_went_from_45_to_55():
    """As docs/statistics.md tells it: all of the ten points are within the 25-34-year-olds."""
    moved = decompose([[40, 35, 25], [195, 75, 30]], [[65, 25, 10], [195, 75, 30]], ["25-34", "others"])
    assert (moved.before, moved.after, moved.shown_total) == (45, 55, 10)
    young, others = moved.parts
    assert (young.rate, young.mix, others.rate, others.mix) == (10, 0, 0, 0)
    assert (young.shown_rate, young.shown_mix, others.shown_rate, others.shown_mix) == (10, 0, 0, 0)


def test_the_sample_survey_by_hand():
    """Its rows counted here, in fractions and without the package: the same parts, and shown ones that add up."""
    data = Path(__file__).resolve().parents[2] / "data" / "sample_survey.csv"
    with data.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["Status"] == "completed"]
    asked = next(name for name in rows[0] if "recommend" in name)
    sides = []
    for since, until in (("2025-04-01", "2026-04-01"), ("2026-04-01", "2026-10-01")):
        counted = {}
        for row in rows:
            if row[asked] and since <= row["Submitted at"] < until:
                score, own = int(row[asked]), counted.setdefault(row["Age group"], [0, 0])
                own[0] += (score >= 9) - (score <= 6)
                own[1] += 1
        sides.append(counted)
    n0, n1 = (sum(own[1] for own in side.values()) for side in sides)
    all0, all1 = (
        Fraction(100 * sum(own[0] for own in side.values()), n)
        for side, n in zip(sides, (n0, n1), strict=True)
    )
    expected = {}
    for age in sides[0]:
        (s0, m0), (s1, m1) = sides[0][age], sides[1][age]
        w0, w1, r0, r1 = Fraction(m0, n0), Fraction(m1, n1), Fraction(100 * s0, m0), Fraction(100 * s1, m1)
        expected[age or NO_VALUE] = (
            (w0 + w1) / 2 * (r1 - r0),
            (w1 - w0) * ((r0 + r1) / 2 - (all0 + all1) / 2),
        )
    assert sum(rate + mix for rate, mix in expected.values()) == all1 - all0
    found = decompose_between(
        Scope(read_survey(data), Filters(since=dt.date(2025, 4, 1), until=dt.date(2026, 3, 31))),
        Scope(read_survey(data), Filters(since=dt.date(2026, 4, 1))),
        "Age group",
    )
    assert (round(found.before), round(found.after)) == (45, 55)
    assert {part.label for part in found.parts} == set(expected)
    for part in found.parts:
        assert part.rate == pytest.approx(float(expected[part.label][0]), abs=1e-12)
        assert part.mix == pytest.approx(float(expected[part.label][1]), abs=1e-12)
    assert sum(part.shown_rate + part.shown_mix for part in found.parts) == found.shown_total
    assert next(part.shown_rate for part in found.parts if part.label == "25-34") == 11
