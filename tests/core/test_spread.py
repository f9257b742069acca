"""How far segments are apart: the interval holds the truth, and starts at 0 where chance explains the scatter."""

import math

import numpy as np
import pytest
from scipy import stats

from nps_core.drivers.drivers import Spread
from nps_core.drivers.drivers import spread_of as spread_of_samples
from tests.core.test_design import samples


def spread_of(promoters, passives, detractors) -> Spread:
    """Of segments in which each response is an account."""
    counts = np.array([promoters, passives, detractors]).T
    cells = np.zeros((len(counts), counts.sum(), 3), dtype=np.int64)
    rows = np.repeat(np.arange(counts.size), counts.ravel())
    cells[rows // 3, np.arange(len(rows)), rows % 3] = 1
    return spread_of_samples(samples(cells))


def test_by_hand():
    # Two segments of 100 at +40 and 0, with variances .64 / 99 and .8 / 99: Welch's t, squared, on Satterthwaite's
    # degrees of freedom (R: oneway.test).
    found = spread_of([60, 40], [20, 20], [20, 40])
    one, other = 0.64 / 99, 0.8 / 99
    f, freedom = 0.4**2 / (one + other), (one + other) ** 2 / (one**2 / 99 + other**2 / 99)
    pooled = 144 / 198
    scatter = 200 * 0.2**2 / pooled
    assert found.points == pytest.approx(100 * math.sqrt(pooled * (scatter - 1) / 200))
    assert found.low < found.points < found.high
    assert found.p_value == pytest.approx(2 * stats.t.sf(math.sqrt(f), freedom))


def test_a_far_but_small_segment_moves_little():
    small = spread_of([500, 0], [300, 0], [200, 10])
    even = spread_of([255, 0], [150, 0], [100, 505])
    assert small.points < even.points


def test_equal_segments_have_no_spread():
    found = spread_of([50, 50, 50], [30, 30, 30], [20, 20, 20])
    assert (found.points, found.low, found.p_value) == (0, 0, 1)
    assert math.isnan(spread_of([5], [5], [5]).points)
    assert math.isnan(spread_of([5, 0], [5, 0], [5, 0]).high)
    assert spread_of([5, 0], [0, 0], [0, 5]).points > 0


@pytest.mark.parametrize("shifts", [(0, 0, 0, 0), (-0.1, 0, 0.05, 0.1), (-0.3, 0.3)])
def test_coverage(shifts):
    random = np.random.default_rng(3)
    chances = np.array([[0.45 + shift / 2, 0.3, 0.25 - shift / 2] for shift in shifts])
    sizes = np.array([200, 120, 80, 300])[: len(shifts)]
    nps = chances[:, 0] - chances[:, 2]
    truth = 100 * math.sqrt(sizes @ (nps - sizes @ nps / sizes.sum()) ** 2 / sizes.sum())
    held = 0
    for _ in range(800):
        found = spread_of(*random.multinomial(sizes, chances).T)
        held += found.low <= truth + 1e-9 and truth <= found.high + 1e-9
    assert 0.93 <= held / 800 <= 0.985


def test_accounts_that_agree_among_themselves_are_one_answer_each():
    accounts = np.zeros((2, 40, 3), dtype=np.int64)
    random = np.random.default_rng(1)
    place = np.arange(40)
    accounts[place // 20, place, random.choice(3, 40)] = 1
    one, many = spread_of_samples(samples(accounts)), spread_of_samples(samples(accounts * 10))
    assert many.p_value == pytest.approx(one.p_value, abs=0.02)


def test_welch_has_the_known_f_of_several_segments():
    # Three groups; F and degrees of freedom by the formulas of Welch (1951), by hand.
    counts = np.array([[30, 10, 10], [20, 20, 20], [12, 4, 24]])
    n, mean = counts.sum(axis=1), (counts[:, 0] - counts[:, 2]) / counts.sum(axis=1)
    variance = ((counts[:, 0] + counts[:, 2]) / n - mean**2) * n / (n - 1)
    w = n / variance
    centre = (w @ mean) / w.sum()
    tail = (1 - w / w.sum()) ** 2 / (n - 1)
    f = (w @ (mean - centre) ** 2 / 2) / (1 + 2 / 8 * tail.sum())
    assert spread_of(*counts.T).p_value == pytest.approx(stats.f.sf(f, 2, 8 / (3 * tail.sum())))
