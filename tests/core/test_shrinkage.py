import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.score.estimate import estimate
from nps_core.segments.shrinkage import shrink


def test_shrinking_cuts_the_error_by_a_third():
    # 20 segments of 5 to 39 responses whose true NPS scatter by 14 points: 18.9 -> 12.4 points in the notes.
    random = np.random.default_rng(12)
    raw, calmed = [], []
    for _ in range(200):
        shift = random.normal(0, 0.07, 20)
        chances = np.clip(np.column_stack([0.45 + shift, np.full(20, 0.3), 0.25 - shift]), 0.01, None)
        chances /= chances.sum(axis=1, keepdims=True)
        truth = 100 * (chances[:, 0] - chances[:, 2])
        counts = random.multinomial(random.integers(5, 40, 20), chances)
        raw.append(np.asarray(estimate(*counts.T).nps) - truth)
        calmed.append(shrink(*counts.T).nps - truth)
    before, after = (np.sqrt(np.mean(np.square(errors))) for errors in (raw, calmed))
    assert 17 < before < 22
    assert after < 0.7 * before


@given(st.lists(st.tuples(*[st.integers(0, 200)] * 3), min_size=1, max_size=12))
def test_each_lies_between_its_own_and_the_mean(counts):
    found, own = shrink(*np.array(counts).T), estimate(*np.array(counts).T)
    for calm, single, weight in zip(found.nps, own.nps, found.weight, strict=True):
        if np.isnan(single):
            assert np.isnan(calm)
        else:
            assert min(single, found.mean) - 1e-6 <= calm <= max(single, found.mean) + 1e-6
            assert 0 <= weight <= 1


def test_equal_segments_are_one_and_large_different_ones_stay_apart():
    equal = shrink([50, 50, 50], [30, 30, 30], [20, 20, 20])
    assert equal.spread == 0
    assert equal.nps == pytest.approx([30, 30, 30])
    apart = shrink([9000, 1000], [500, 500], [500, 8500])
    assert apart.nps == pytest.approx([85, -75], abs=0.1)


def test_a_larger_segment_keeps_more_of_its_own():
    found = shrink([8, 80, 20], [1, 10, 40], [1, 10, 40])
    assert found.weight[1] > found.weight[0]


def test_one_segment_and_none_are_answers():
    assert shrink([5], [3], [2]).nps == pytest.approx([30])
    nothing = shrink([0, 0], [0, 0], [0, 0])
    assert np.isnan(nothing.nps).all()
    assert np.isnan(nothing.mean)
    assert shrink([1, 0], [0, 0], [0, 1]).spread >= 0
