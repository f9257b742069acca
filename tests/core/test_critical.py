"""The critical value of a search for a change, against published and drawn values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.trends.search import critical_value

# Drawn 300,000 times and integrated by another program, for periods of equal n.
EQUAL = {
    2: 1.960,
    3: 2.212,
    4: 2.345,
    6: 2.497,
    8: 2.587,
    12: 2.696,
    24: 2.847,
    36: 2.919,
    48: 2.965,
    60: 2.997,
}


@pytest.mark.parametrize(("periods", "value"), EQUAL.items())
def test_equal_periods(periods, value):
    assert critical_value([100] * periods) == pytest.approx(value, abs=6e-4)


@pytest.mark.parametrize(
    "n",
    [
        [400, 10, 10, 400, 30, 250, 20],
        [20 * 1.2**t for t in range(20)],
        [1, 3, 2, 6, 5, 4] * 6,
        [0, 50, 0, 0, 70, 30, 0, 200],
        [5000, 1, 1, 1, 5000],
    ],
)
def test_what_is_drawn_goes_beyond_it_in_one_of_twenty(n):
    """The largest contrast of normal draws with these n; no chain, no integral."""
    n = np.asarray(n, dtype=float)
    rng = np.random.default_rng(4)
    draws = rng.standard_normal((200_000, len(n))) * np.sqrt(n)  # sums of the periods
    before, sums = np.cumsum(n) - n, np.cumsum(draws, axis=1) - draws
    largest = np.zeros(len(draws))
    for k in np.flatnonzero((n > 0) & (before >= 20) & (n.sum() - before >= 20)):
        after = n.sum() - before[k]
        apart = (draws.sum(axis=1) - sums[:, k]) / after - sums[:, k] / before[k]
        np.maximum(largest, np.abs(apart) / math.sqrt(1 / before[k] + 1 / after), out=largest)
    assert np.mean(largest > critical_value(n)) == pytest.approx(0.05, abs=0.002)


def test_without_20_responses_on_either_side_there_is_none():
    assert critical_value([100]) == critical_value([19, 100]) == critical_value([10] * 3) == math.inf
    assert critical_value([]) == critical_value([0, 0]) == math.inf
    assert critical_value([20, 0, 20]) == pytest.approx(1.96, abs=1e-3)


def test_what_periods_are_worth_counts_and_not_their_responses_alone():
    n = [100, 400, 100, 300]
    assert critical_value(n, np.divide(n, 2.5)) == pytest.approx(critical_value(n))
    worth = [100, 40, 100, 30]
    assert critical_value(n, worth) == pytest.approx(critical_value(worth))


@settings(max_examples=40)
@given(st.lists(st.integers(0, 500), min_size=2, max_size=40))
def test_it_reads_the_same_backwards_and_lies_between_one_look_and_bonferroni(n):
    value = critical_value(n)
    # Before a period without responses nothing can be split, read either way; so leave those out.
    n = [one for one in n if one]
    assert critical_value(n) == pytest.approx(value, abs=2e-3)
    assert critical_value(n[::-1]) == pytest.approx(value, abs=2e-3)
    if math.isfinite(value):
        looks = sum(20 <= sum(n[:k]) <= sum(n) - 20 for k in range(1, len(n)))
        highest = {True: 1.961, False: 3.9}[looks == 1]
        assert 1.9599 <= value <= highest
