import json
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import clustered, singles

from nps_core.compare.detectable import how_often, seen_words, variance_of
from nps_core.score.contrasts import TYPICAL_VARIANCE, smallest_seen
from nps_core.score.difference import difference, holm
from nps_core.score.estimate import critical, estimate

COUNTS = st.tuples(*[st.integers(0, 2_000)] * 3)
SOME = COUNTS.filter(any)


@pytest.fixture(scope="module")
def reference(shared):
    return json.loads((shared / "statistics" / "reference.json").read_text())["two_sample"]


def triple(side):
    return side["p"], side["pas"], side["d"]


def test_interval_equals_every_value_of_the_reference(reference):
    for case in reference:
        a, b = triple(case["x"]), triple(case["y"])
        for percent in (90, 95, 99):
            ours = difference(a, b, level=percent / 100)
            expected = case[f"py_mover_scas_{percent}"]
            assert [ours.low / 100, ours.high / 100] == pytest.approx(expected, abs=1e-8)
        assert difference(a, b).points / 100 == pytest.approx(case["signed_diff_x_minus_y"], abs=1e-12)


def test_p_value_nears_that_of_the_wald_test_on_large_samples(reference):
    # R's NPS package is right there; on small samples, or when all agree (its p is 0), it is not.
    large = [case for case in reference if sum(triple(case["x"])) >= 100_000]
    assert large
    for case in large:
        p_value = difference(triple(case["x"]), triple(case["y"])).p_value
        assert p_value == pytest.approx(case["cran_p"], rel=1e-3)


@given(SOME, SOME, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
@settings(deadline=None)
def test_p_value_and_interval_never_disagree(a, b, level):
    change = difference(a, b, level=level)
    assert change.beyond_chance == (not change.low <= 0 <= change.high)
    if abs(change.p_value - (1 - level)) > 1e-9:
        assert change.beyond_chance == (change.p_value < 1 - level)


@given(SOME, SOME)
@settings(deadline=None)
def test_swapping_the_sides_mirrors_the_difference(a, b):
    ours, mirrored = difference(a, b), difference(b, a)
    assert mirrored.points == -ours.points
    assert (mirrored.low, mirrored.high) == pytest.approx((-ours.high, -ours.low), abs=1e-9)
    assert mirrored.p_value == pytest.approx(ours.p_value, rel=1e-6)
    assert -200 <= ours.low <= ours.points <= ours.high <= 200


def test_zero_is_an_end_of_the_interval_at_the_level_of_the_p_value():
    change = difference((60, 30, 10), (40, 40, 20))
    edge = difference((60, 30, 10), (40, 40, 20), level=1 - change.p_value)
    assert edge.low == pytest.approx(0, abs=1e-6)


def test_p_value_stays_a_number_when_far_from_chance():
    assert 0 <= difference((10_000, 0, 0), (0, 0, 10_000)).p_value < 1e-100
    assert difference((50, 30, 20), (5, 3, 2)).p_value == 1


def test_difference_of_shown_scores_is_exact():
    # 35 less 30 is 5, and not 4.999999999999999.
    assert difference((150, 105, 45), (150, 90, 60)).points == 5


def test_estimates_and_counts_and_arrays_are_alike():
    a, b = np.array([[60, 30, 10], [5, 3, 2], [0, 0, 0]]).T, (50, 30, 20)
    from_estimates = difference(estimate(*a), estimate(*b))
    assert len(from_estimates) == 3
    for place in range(2):
        alone = difference(tuple(a[:, place]), b)
        assert from_estimates[place].low == pytest.approx(alone.low, abs=1e-10)
        assert from_estimates[place].p_value == pytest.approx(alone.p_value, rel=1e-6)
    assert np.isnan(from_estimates.p_value[2])


def test_an_empty_side_is_no_change_and_no_error():
    nothing = difference((0, 0, 0), (1, 2, 3))
    assert np.isnan([nothing.points, nothing.low, nothing.high, nothing.p_value]).all()
    assert nothing.beyond_chance is False


def test_one_against_one_is_never_beyond_chance():
    assert not difference((1, 0, 0), (0, 0, 1)).beyond_chance


def test_holm_of_the_textbook():
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.6, 0.9]).max() == 1


@given(st.lists(st.floats(0, 1), max_size=30))
def test_holm_keeps_the_order_and_lies_between_raw_and_bonferroni(p_values):
    raw, adjusted = np.array(p_values), holm(p_values)
    order = np.argsort(raw, kind="stable")
    assert np.all(np.diff(adjusted[order]) >= 0)
    assert np.all((adjusted >= raw) & (adjusted <= np.minimum(raw * len(raw), 1)))


def test_holm_passes_over_what_was_not_tested():
    assert holm([0.02, np.nan, 0.03]) == pytest.approx([0.04, np.nan, 0.04], nan_ok=True)
    assert holm([]).size == 0


def seen(a, b):
    """The smallest difference that two samples of single responses would show, in points."""
    return float(smallest_seen(singles(a, b).contrast([[0], [1]], (1, -1))[0]))


def test_smallest_visible_change_of_the_known_sizes():
    """Of the variance that is typical (.61), as near as whole responses come to it."""
    for n, points in ((3831, 5), (958, 10), (426, 15), (240, 20)):
        sides = (round(0.45 * n), n - round(0.45 * n) - round(0.25 * n), round(0.25 * n))
        held = seen(sides, sides)
        assert held == pytest.approx(points * np.sqrt(variance_of(sides) / 0.61), rel=0.005)


def test_smallest_visible_change_is_found_four_times_in_five():
    n, seed = 300, 5
    points = seen((135, 105, 60), (135, 105, 60))
    draw = np.random.default_rng(seed).multinomial

    def found(size):
        shift = size / 200
        before = draw(n, [0.45, 0.35, 0.2], 2000).T
        after = draw(n, [0.45 + shift, 0.35, 0.2 - shift], 2000).T
        return difference(tuple(after), tuple(before)).beyond_chance.mean()

    assert found(points) == pytest.approx(0.8, abs=0.04)
    # "One smaller than seven tenths of this would be missed more often than seen."
    assert found(0.7 * points) == pytest.approx(0.5, abs=0.035)


def test_smallest_visible_change_of_few_is_the_whole_scale():
    assert seen((1, 0, 0), (0, 1, 0)) == 200
    assert np.isnan(seen((0, 0, 0), (50, 30, 20)))
    assert seen((5, 0, 0), (5, 0, 0)) > 100  # all agree: the spread that is typical


def test_variance_of_counts():
    assert variance_of((50, 0, 50)) == 1
    assert variance_of((1, 2, 1), (1, 2, 1)) == 0.5
    assert variance_of((0, 9, 0)) == variance_of((0, 0, 0)) == 0.61


def test_exact_coverage_of_the_difference():
    # Both samples enumerated: all 66 x 66 outcomes of 10 responses against 10.
    n = 10
    outcomes = np.array([(p, n - p - d, d) for p in range(n + 1) for d in range(n + 1 - p)])
    first, second = (side.ravel() for side in np.meshgrid(*[np.arange(len(outcomes))] * 2, indexing="ij"))
    score = estimate(*outcomes.T)
    t, low, high = score.nps / 100, score.low / 100, score.high / 100
    delta = t[first] - t[second]
    below = delta - np.hypot(t[first] - low[first], high[second] - t[second])
    above = delta + np.hypot(high[first] - t[first], t[second] - low[second])
    some = difference(tuple(outcomes[first[:50]].T), tuple(outcomes[second[:50]].T))
    assert some.low / 100 == pytest.approx(below[:50], abs=1e-9)
    factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    ways = factorial[n] - factorial[outcomes].sum(axis=1)
    settings_ = [(0.5, 0.2), (0.3, 0.3), (0.7, 0.1), (0.2, 0.6), (0.45, 0.45), (0.9, 0.05)]
    for a in settings_:
        for b in settings_:
            chances = [np.exp(ways + outcomes @ np.log([p, 1 - p - d, d])) for p, d in (a, b)]
            truth = (a[0] - a[1]) - (b[0] - b[1])
            held = (below <= truth + 1e-12) & (truth - 1e-12 <= above)
            assert (np.outer(*chances).ravel() * held).sum() >= 0.945


def test_twenty_equal_segments_seldom_raise_a_flag():
    # Raw p < 0.05 flags something in two surveys of three; Holm in fewer than one of twenty.
    draw = np.random.default_rng(11).multinomial
    segments = draw(40, [0.45, 0.35, 0.2], (400, 20))
    rest = segments.sum(axis=1, keepdims=True) - segments
    p_values = difference(tuple(np.moveaxis(segments, -1, 0)), tuple(np.moveaxis(rest, -1, 0))).p_value
    assert np.mean(p_values.min(axis=1) < 0.05) > 0.5
    assert np.mean([holm(row).min() < 0.05 for row in p_values]) <= 0.06


def test_estimates_at_hand_are_not_searched_for_again():
    """And one of another level is."""
    a, b = (60, 30, 10), (50, 30, 20)
    plain = difference(a, b)
    for left in (a, estimate(*a), estimate(*a, level=0.8)):
        for right in (b, estimate(*b), estimate(*b, level=0.8)):
            again = difference(left, right)
            assert (again.low, again.high) == pytest.approx((plain.low, plain.high), abs=1e-9)
    many = difference(estimate(np.array([60, 30]), np.array([30, 20]), np.array([10, 5])), estimate(*b))
    assert many.low[0] == pytest.approx(plain.low, abs=1e-9)


def test_samples_of_one_mind_are_compared():
    """Nothing varies on one side: the search for the p-value begins from a guess that leads nowhere."""
    p_value = difference((0, 32, 0), (6.8, 8.6, 6.6)).p_value
    assert 0 < p_value <= 1


@pytest.mark.parametrize(
    ("n", "promised"), [(5, False), (10, False), (15, False), (20, True), (30, True), (100, True)]
)
def test_four_times_in_five_is_promised_only_where_it_holds(n, promised):
    """The power against a difference that is called visible, of 20,000 drawn pairs."""
    size = (critical(0.95) + NormalDist().inv_cdf(0.8)) * (2 * TYPICAL_VARIANCE / n) ** 0.5
    assert ("at most" not in how_often(n, n)) is promised
    # As far above 0 on one side as below on the other, and each response as spread as the formula takes it.
    of_either = min(TYPICAL_VARIANCE + (size / 2) ** 2, 1.0)
    more, less = (of_either + size / 2) / 2, (of_either - size / 2) / 2
    rng = np.random.default_rng(1)
    high = rng.multinomial(n, [more, 1 - of_either, less], 20_000).T
    low = rng.multinomial(n, [less, 1 - of_either, more], 20_000).T
    power = float((difference(tuple(high), tuple(low)).low > 0).mean())
    assert (power > 0.75) is promised, power


def test_what_could_be_seen_is_said_of_what_responses_are_worth():
    a, b = ((60, 40, 20), (50, 40, 30))
    alone = singles(a, b)
    said = seen_words(*alone.estimate(), alone.contrast([[0], [1]], (1, -1))[0])
    assert said.startswith(
        "With 120 and 120 responses, a true difference of 29 points would show beyond chance"
    )
    assert said.endswith("one smaller than seven tenths of this would be missed more often than seen.")
    few = singles((3, 0, 0), (50, 40, 30))
    said = seen_words(*few.estimate(), few.contrast([[0], [1]], (1, -1))[0])
    assert said == "Too few to tell from chance, 3 responses against 120: it takes 5 responses a side."
    accounts = clustered([[(20, 0, 0)] * 3 + [(0, 0, 0)] * 6, [(0, 0, 0)] * 3 + [(2, 1, 1)] * 6])
    said = seen_words(*accounts.estimate(), accounts.contrast([[0], [1]], (1, -1))[0])
    assert said == (
        "Too few to tell from chance, 60 responses of 3 accounts against 24 of 6: it takes 5 responses and 5 accounts"
        " a side."
    )
