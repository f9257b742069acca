"""How far segments are apart: the interval holds the truth, and starts at 0 where chance explains the scatter."""

import math

import numpy as np
import pytest

from nps_core.drivers.attribute_effects import spread_of


def test_by_hand():
    # Two segments of 100 at +40 and 0: pooled variance (0.64 + 0.8) * 100 / 198.
    found = spread_of([60, 40], [20, 20], [20, 40])
    variance = 144 / 198
    scatter = 200 * 0.2**2 / variance
    assert found.points == pytest.approx(100 * math.sqrt(variance * (scatter - 1) / 200))
    assert found.low < found.points < found.high
    assert found.p_value == pytest.approx(math.erfc(math.sqrt(scatter / 2)))


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
