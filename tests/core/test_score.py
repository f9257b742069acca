import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.errors import NPSError
from nps_core.score.estimate import estimate, interval, nps, shares
from nps_core.survey import Scale

COUNTS = st.tuples(*[st.integers(0, 5_000)] * 3)
SOME = COUNTS.filter(any)


@pytest.fixture(scope="module")
def reference(shared):
    return json.loads((shared / "statistics" / "reference.json").read_text())["one_sample"]


# Every outcome of up to 30 responses: what must hold, must hold for all of them.
SMALL = np.array([(p, n - p - d, d) for n in range(1, 31) for p in range(n + 1) for d in range(n + 1 - p)]).T


def test_interval_equals_every_value_of_the_reference(reference):
    compared = 0
    for case in reference:
        for percent in (90, 95, 99):
            expected = case.get(f"ratesci_scas_nobcf_{percent}")
            if expected:
                ours = estimate(case["promoters"], case["passives"], case["detractors"], level=percent / 100)
                # The reference has nine decimals; R stops early on samples of millions.
                allowed = 1e-5 if case["n"] >= 100_000 else 1e-8
                assert [ours.low / 100, ours.high / 100] == pytest.approx(expected, abs=allowed)
                compared += 1
    assert compared > 100


def test_nps_equals_the_reference(reference):
    for case in reference:
        ours = estimate(case["promoters"], case["passives"], case["detractors"])
        assert ours.nps / 100 == pytest.approx(case["cran_nps"], abs=1e-12)
        assert ours.n == case["n"]


def test_nps_comes_from_the_integers():
    # 100 * (0.7 - 0.4) is 29.999999999999993.
    assert estimate(7, 0, 3).nps == 40
    assert estimate(65, 0, 35).nps == 30
    assert estimate(70, 0, 40).nps == 100 * 30 / 110


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_both_ways_to_search_find_the_same_ends(level):
    """Whole counts are searched from a guess, weighted ones from the ends of the scale."""
    rng = np.random.default_rng(3)
    large = np.stack([rng.integers(0, 10**digits, 3) for digits in rng.integers(2, 8, 500)]).T
    for counts in (SMALL, large):
        quick, slow = estimate(*counts, level=level), estimate(*counts.astype(float), level=level)
        assert quick.low == pytest.approx(slow.low, abs=1e-9, nan_ok=True)
        assert quick.high == pytest.approx(slow.high, abs=1e-9, nan_ok=True)


def test_an_interval_at_a_critical_value_of_none_is_next_to_the_score():
    """Searches over the level begin there."""
    low, high = interval(tuple(SMALL), 0.0)
    nps = (SMALL[0] - SMALL[2]) / SMALL.sum(axis=0)
    assert np.all((low <= nps) & (nps <= high))


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
def test_interval_of_every_small_outcome_keeps_the_rules(level):
    score = estimate(*SMALL, level=level)
    assert np.all((score.low <= score.nps) & (score.nps <= score.high))
    assert np.all((score.low >= -100) & (score.high <= 100))
    assert np.all(score.high > score.low)


@pytest.mark.parametrize("level", [0.8, 0.9, 0.95, 0.99])
def test_a_better_outcome_never_has_a_lower_interval(level):
    score = estimate(*SMALL, level=level)
    ends = {
        tuple(counts): (low, high) for *counts, low, high in zip(*SMALL, score.low, score.high, strict=True)
    }
    for (p, s, d), (low, high) in ends.items():
        for better in ((p + 1, s - 1, d), (p, s + 1, d - 1)):
            if min(better) >= 0:
                assert ends[better][0] >= low - 1e-9
                assert ends[better][1] >= high - 1e-9


def test_intervals_of_rising_level_hold_each_other():
    inner = estimate(*SMALL, level=0.5)
    for level in (0.8, 0.9, 0.95, 0.99):
        outer = estimate(*SMALL, level=level)
        assert np.all((outer.low <= inner.low) & (outer.high >= inner.high))
        inner = outer


@given(SOME)
def test_swapping_promoters_and_detractors_mirrors_the_interval(counts):
    ours, mirrored = estimate(*counts), estimate(*counts[::-1])
    assert (mirrored.nps, mirrored.low, mirrored.high) == (-ours.nps, -ours.high, -ours.low)


@given(st.lists(COUNTS, min_size=1, max_size=20))
def test_an_array_gives_what_its_samples_give_alone(samples):
    together = estimate(*np.array(samples).T)
    for place, counts in enumerate(samples):
        alone = estimate(*counts)
        assert together[place].low == pytest.approx(alone.low, abs=1e-10, nan_ok=True)
        assert together[place].high == pytest.approx(alone.high, abs=1e-10, nan_ok=True)


@given(SOME, st.floats(0.01, 100))
def test_interval_narrows_as_weights_grow(counts, factor):
    light, heavy = (estimate(*(weight * count for count in counts)) for weight in (factor, 2 * factor))
    assert heavy.nps == pytest.approx(light.nps, abs=1e-9)
    assert heavy.margin < light.margin + 1e-9


def test_exact_coverage_over_realistic_shares():
    # Every outcome of n responses, weighed by its probability (benchmarks/coverage.py has more of it).
    floor = {10: 0.935, 20: 0.940}
    points = [(p, d) for p in np.arange(0.1, 0.81, 0.05) for d in np.arange(0.02, 0.61, 0.05) if p + d <= 0.9]
    for n, least in floor.items():
        outcomes = np.array([(p, n - p - d, d) for p in range(n + 1) for d in range(n + 1 - p)])
        score = estimate(*outcomes.T)
        factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
        ways = factorial[n] - factorial[outcomes].sum(axis=1)
        covered = []
        for p, d in points:
            chance = np.exp(ways + outcomes @ np.log([p, 1 - p - d, d]))
            truth = 100 * (p - d)
            covered.append(chance[(score.low <= truth) & (truth <= score.high)].sum())
        assert min(covered) >= least
        if n == 20:
            assert np.mean(covered) == pytest.approx(0.95, abs=0.005)


def test_no_response_is_nan_and_no_error():
    nothing = estimate(0, 0, 0)
    assert nothing.n == 0
    assert np.isnan([nothing.nps, nothing.low, nothing.high]).all()
    mixed = estimate([0, 3], [0, 2], [0, 1])
    assert np.isnan(mixed.low[0])
    assert not np.isnan(mixed.low[1])


def test_one_group_only_ends_at_the_end_of_the_scale_and_has_width():
    for n in (1, 2, 50):
        assert estimate(n, 0, 0).high == 100
        assert estimate(n, 0, 0).low < 100
        assert estimate(0, 0, n).low == -100
        assert estimate(0, n, 0).low == -estimate(0, n, 0).high < 0


@pytest.mark.parametrize("counts", [(-1, 2, 3), (np.nan, 1, 1), (1, np.inf, 1)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="0 or more"):
        estimate(*counts)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_impossible_levels_are_refused(level):
    with pytest.raises(ValueError, match="between 0 and 1"):
        estimate(1, 1, 1, level=level)


def test_whole_counts_stay_whole_and_unsigned_ones_do_not_wrap():
    score = estimate(np.uint8(3), np.uint8(200), np.uint8(100))
    assert (score.n, score.promoters) == (303, 3)
    assert isinstance(score.n, int)
    assert score.nps == pytest.approx(100 * -97 / 303)


def test_fractional_counts_lie_between_whole_ones():
    low, middle, high = (estimate(p, 30, 20).nps for p in (50, 50.5, 51))
    assert low < middle < high


@given(SOME)
def test_shares_add_up_and_are_near(counts):
    parts = shares(*counts)
    assert sum(parts) == 100
    for part, count in zip(parts, counts, strict=True):
        assert abs(part - 100 * count / sum(counts)) <= 1


@given(SOME)
def test_shares_treat_both_sides_alike(counts):
    assert shares(*counts[::-1]) == shares(*counts)[::-1]


def test_shares_of_known_outcomes():
    assert shares(0, 0, 0) == (0, 0, 0)
    assert shares(3, 2, 3) == (37, 26, 37)  # NPS 0 is not shown as 38 less 37
    assert shares(1, 4, 1) == (17, 66, 17)
    assert shares(1, 0, 2) == (33, 0, 67)
    assert shares(5, 1, 2) == (63, 12, 25)  # 62.5, 12.5, 25, and an NPS of 37.5, which is written +38


def test_shares_never_contradict_the_score():
    for promoters, passives, detractors in SMALL.T.tolist():
        n = promoters + passives + detractors
        parts = shares(promoters, passives, detractors)
        points = abs(200 * (promoters - detractors)) // n  # half points, exactly
        rounded = (points + 1) // 2 * (1 if promoters >= detractors else -1)
        assert parts[0] - parts[2] == rounded or not passives, (promoters, passives, detractors)
        assert parts[1] == 0 or passives


def test_nps_of_scores_counts_each_group_and_leaves_out_the_missing():
    score = nps([10, 9, 8, 7, 6, 0, None, float("nan")])
    assert score.groups == (2, 2, 2)
    assert nps([]).n == 0
    assert nps(["10", "3"]).nps == 0


def test_zero_is_a_score_and_not_missing():
    assert nps([0, 0, 10]).n == 3


@pytest.mark.parametrize("score", [8.5, 6.5, 11, -1])
def test_what_is_not_a_score_is_refused(score):
    with pytest.raises(NPSError, match="is not a score on the scale from 0 to 10"):
        nps([9, score])


def test_text_that_is_no_number_is_refused_and_not_missing():
    with pytest.raises(NPSError, match="“great” is not a score"):
        nps([9, "great"])


def test_nps_on_another_scale():
    assert nps([1, 5, 6, 7], scale=Scale(1, 7, detractor_to=4, promoter_from=6)).groups == (2, 1, 1)
    with pytest.raises(NPSError, match="from 1 to 7"):
        nps([0], scale=Scale(1, 7, detractor_to=4, promoter_from=6))


def test_an_end_does_not_jump_where_counts_differ_by_rounding():
    """Counts worth less than their number are no whole ones, and few accounts have critical values far out."""
    made = np.random.default_rng(1)
    n = made.uniform(1, 25, 20_000)
    p, m, d = made.dirichlet([1, 1, 1], len(n)).T * n
    z = made.choice([1.96, 2.5, 4.3, 6.3, 12.7], len(n))
    one = np.array(interval((p, m, d), z))
    other = np.array(interval((p * (1 + 2e-15), m, d * (1 - 3e-15)), z))
    assert np.abs(one - other).max() < 1e-7
    assert one[0].min() == -1
    assert one[0].max() > -0.9


def test_whole_counts_and_the_same_with_a_breath_more_have_one_interval():
    for z in (1.96, 6.3):
        whole = np.array(interval((1, 17, 1), z))
        assert np.array(interval((1 + 1e-13, 17, 1 - 1e-13), z)) == pytest.approx(whole, abs=1e-10)
