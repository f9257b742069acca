import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.compare.detectable import variance_of
from nps_core.errors import NPSError
from nps_core.score.difference import difference
from nps_core.score.estimate import estimate
from nps_core.targets.target import _typical, against

SOME = st.tuples(*[st.integers(0, 300)] * 3).filter(any)


@given(SOME, st.integers(-100, 100))
def test_the_target_is_beyond_chance_when_outside_of_the_interval(counts, target):
    score = estimate(*counts)
    gap = against(score, target)
    assert gap.points == pytest.approx(score.nps - target)
    assert gap.beyond_chance == (not score.low <= target <= score.high)
    if min(abs(score.low - target), abs(score.high - target)) > 1e-6:
        assert gap.beyond_chance == (gap.p_value < 0.05)


def test_a_benchmark_with_many_responses_is_nearly_a_target():
    score = estimate(50, 30, 20)
    measured, fixed = against(score, 45, n=10**8), against(score, 45)
    assert (measured.low, measured.high) == pytest.approx((fixed.low, fixed.high), abs=0.05)
    assert measured.p_value == pytest.approx(fixed.p_value, abs=0.002)
    assert against(score, 45, n=50).high > fixed.high


@given(st.integers(-100, 100), st.integers(1, 5000))
def test_a_benchmark_has_its_nps_and_the_usual_variance(target, n):
    counts = _typical(target / 100, n)
    assert min(counts) >= 0
    assert sum(counts) == pytest.approx(n)
    assert 100 * (counts[0] - counts[2]) / n == pytest.approx(target, abs=1e-9)
    if abs(target) < 40:
        assert variance_of(counts) == pytest.approx(0.61)


def test_a_benchmark_is_compared_as_two_samples_are():
    score = estimate(50, 30, 20)
    assert against(score, 45, n=200).low == difference(score, _typical(0.45, 200)).low


def test_no_response_and_no_nps():
    assert np.isnan(against(estimate(0, 0, 0), 40).points)
    assert not against(estimate(0, 0, 0), 40).beyond_chance
    for target, n in ((101, None), (40, 0)):
        with pytest.raises(NPSError, match=r"not an NPS|one response"):
            against(estimate(1, 1, 1), target, n=n)
