"""How themes go with the NPS: exact sums, honest intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from nps_core.score.difference import difference
from nps_core.score.estimate import estimate
from nps_core.themes import Themes, theme_effects
from nps_core.themes.effect import effects_of, spoken_of, theme_table


def themes_of(members, uncoded=None):
    """Themes with these memberships; the first of each row is the main one.

    Those under no theme have no content, and those under the column `uncoded` have no theme.
    """
    members = np.asarray(members, dtype=bool)
    said = members.any(axis=1)
    members = members if uncoded is None else np.delete(members, uncoded, axis=1)
    k = members.shape[1]
    first = members.argmax(axis=1) if k else -1
    labels = np.where(members.any(axis=1), first, -1).astype(np.int32)
    names = tuple(f"Theme {t}" for t in range(k))
    return Themes(labels, csr_matrix(members), names, ((),) * k, ((),) * k, "en", said=said)


def population(rng, n):
    """Responses about three overlapping themes, the others uncoded, and their groups."""
    members = rng.random((n, 4)) < [0.3, 0.2, 0.15, 0.0]
    members[:, 3] = ~members.any(axis=1)
    lift = 0.2 - 0.5 * members[:, 0] + 0.3 * members[:, 1]
    draw = rng.random(n)
    promoter, detractor = 0.4 + lift / 2, 0.35 - lift / 2
    groups = np.where(draw < promoter, 2, np.where(draw > 1 - detractor, 0, 1))
    return members, groups


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 60), st.integers(1, 5), st.booleans())
def test_contributions_add_up_to_the_nps(seed, n, k, with_uncoded):
    rng = np.random.default_rng(seed)
    members = rng.random((n, k)) < 0.4
    groups = rng.integers(-1, 3, n)
    found = theme_effects(themes_of(members, k - 1 if with_uncoded else None), groups)
    if found.overall.n:
        assert found.base + found.contribution.sum() == pytest.approx(found.overall.nps, abs=1e-9)
        assert np.isfinite(found.contribution).all()


def test_one_theme_by_hand():
    # Without the theme 3 promoters and 1 detractor (+50), with it 1 and 3 (-50): a share of one half
    # of a difference of 100 points is a contribution of -50 to an NPS of 0.
    members = [[1, 0]] * 4 + [[0, 1]] * 4
    found = theme_effects(themes_of(members, uncoded=1), [2, 0, 0, 0, 2, 2, 2, 0])
    assert found.overall.nps == 0
    assert found.base == pytest.approx(50)
    assert found.contribution == pytest.approx([-50])
    assert found.n.tolist() == [4]
    assert found.share.tolist() == [0.5]
    assert found.nps.nps.tolist() == [-50]
    assert found.without.nps.tolist() == [50]
    assert found.without_change.tolist() == [50]
    assert np.isnan(found.low).all()  # four responses are too few for an interval


def test_nps_of_a_theme_has_the_interval_of_every_nps():
    members, groups = population(np.random.default_rng(0), 500)
    found = theme_effects(themes_of(members, uncoded=3), groups)
    mine = groups[members[:, 0]]
    same = estimate((mine == 2).sum(), (mine == 1).sum(), (mine == 0).sum())
    assert (found.nps.nps[0], found.nps.low[0], found.nps.high[0]) == pytest.approx(
        (same.nps, same.low, same.high)
    )


def test_unknown_groups_and_blank_comments_are_left_out():
    members, groups = population(np.random.default_rng(3), 300)
    members = np.vstack([members, np.zeros((50, 4), dtype=bool), members[:20]])
    codes = np.concatenate([groups, np.zeros(50, dtype=int), np.full(20, -1)])
    with_them = theme_effects(themes_of(members, uncoded=3), codes)
    alone = theme_effects(themes_of(members[:300], uncoded=3), groups)
    assert with_them.overall.n == 300
    assert with_them.contribution == pytest.approx(alone.contribution)
    assert with_them.low[:3] == pytest.approx(alone.low[:3])


def test_intervals_cover_what_they_should():
    # 95 % intervals of the contribution and of the leave-out change, at 300 responses each.
    rng = np.random.default_rng(5)
    members, groups = population(rng, 400_000)
    truth = theme_effects(themes_of(members, uncoded=3), groups)
    hits = np.zeros((2, 3))
    rounds = 500
    for _ in range(rounds):
        drawn = rng.integers(0, len(groups), 300)
        found = theme_effects(themes_of(members[drawn], uncoded=3), groups[drawn])
        hits[0] += ((found.low <= truth.contribution) & (truth.contribution <= found.high))[:3]
        hits[1] += (
            (found.without_low <= truth.without_change) & (truth.without_change <= found.without_high)
        )[:3]
    assert (hits / rounds > 0.92).all()
    assert (hits / rounds < 0.98).all()


def test_few_false_flags_when_no_theme_matters():
    rng = np.random.default_rng(7)
    flagged = 0
    for _ in range(200):
        members = rng.random((400, 8)) < 0.15
        members[:, 7] = ~members[:, :7].any(axis=1)
        flagged += theme_effects(themes_of(members, uncoded=7), rng.integers(0, 3, 400)).beyond_chance.any()
    assert flagged / 200 < 0.09  # .05 and the chance of 200 rounds


@pytest.mark.parametrize("shares", [(0.02, 0.05, 0.93), (0.04, 0.16, 0.8), (0.8, 0.15, 0.05)])
@pytest.mark.parametrize("accounts", [0, 100])
def test_few_false_flags_where_nearly_all_are_promoters_or_detractors(shares, accounts):
    """Some of eight themes are then spoken of by promoters alone: least squares took that for certain.

    Themes have a fifth of the risk of .05; signs, of themes alone, have .05.
    """
    rng = np.random.default_rng(8)
    rates, rounds, flagged, signs = np.geomspace(0.3, 0.02, 8), 300, 0, 0
    for _ in range(rounds):
        members = np.column_stack([rng.random((1000, 8)) < rates, np.zeros(1000, dtype=bool)])
        members[:, 8] = ~members.any(axis=1)
        who = rng.integers(0, accounts, 1000) if accounts else None
        themes, groups = themes_of(members, uncoded=8), rng.choice(3, 1000, p=shares)
        rows = np.arange(1000)
        clusters = None if who is None else who.astype(np.int32)
        found = effects_of(themes, spoken_of(themes, rows, groups, clusters))
        flagged += found.beyond_chance.any()
        signs += (found.signs | found.beyond_chance).any()
    assert flagged / rounds < 0.03  # .01 and the chance of 300 rounds
    assert signs / rounds < 0.09


def test_a_theme_of_promoters_alone_has_the_interval_of_its_count():
    # 40 of 40 against 93 of 100: SCAS of the two sides, by which 0 is not left out.
    members = np.zeros((140, 2), dtype=bool)
    members[:40, 0] = members[40:, 1] = True
    groups = np.r_[np.full(40, 2), np.full(93, 2), np.full(7, 0)]
    found = theme_effects(themes_of(members, uncoded=1), groups)
    apart = difference((40, 0, 0), (93, 0, 7))
    assert found.p_value[0] >= apart.p_value > 0.05
    assert found.low[0] == pytest.approx(40 / 140 * apart.low, rel=1e-8)
    assert found.low[0] < 0 < found.high[0]


def test_a_plain_effect_is_flagged():
    members, groups = population(np.random.default_rng(2), 2_000)
    found = theme_effects(themes_of(members, uncoded=3), groups)
    assert found.beyond_chance.tolist() == [True, True, False]
    assert found.contribution[0] < 0 < found.contribution[1]


def test_nothing_to_count():
    found = theme_effects(themes_of(np.zeros((3, 2))), [0, 1, 2])
    assert found.overall.n == 0
    assert found.n.tolist() == [0, 0]
    assert not found.beyond_chance.any()
    none = theme_effects(themes_of(np.zeros((0, 0))), [])
    assert none.names == ()


def test_as_many_groups_as_comments():
    with pytest.raises(ValueError, match="2 groups for 3 comments"):
        theme_effects(themes_of(np.ones((3, 1))), [0, 1])


def test_counts_by_theme_value_and_group():
    """The comment that says nothing counts nowhere, and of those looked at here the fourth is none."""
    themes = themes_of([[1, 0], [1, 1], [0, 1], [1, 0], [0, 0]])
    spoken = spoken_of(themes, np.array([0, 1, 2, 4]), np.array([0, 2, 2, 0]))
    counts, once = theme_table(themes, spoken, np.array([0, 1, 1, 0, 0]), 3)
    assert counts.shape == (2, 3, 3)
    assert counts[0].tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 0]]
    assert counts[1].tolist() == [[0, 0, 0], [0, 0, 2], [0, 0, 0]]
    assert once.tolist() == [[1, 0, 0], [0, 0, 2], [0, 0, 0]]
    assert theme_table(themes, spoken)[0].tolist() == [[[1, 0, 1]], [[0, 0, 2]]]


def arm_towards_zero(*sides):
    """How far the interval of the difference of two sides reaches from it towards 0."""
    apart = difference(*[[(side == group).sum() for group in (2, 1, 0)] for side in sides])
    return abs(apart.points - (apart.low if apart.points > 0 else apart.high))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(20, 120))
def test_effects_are_those_of_least_squares_on_each_comment(seed, n):
    """They are computed from how many comments of a kind there are; here each one is a row (HC3 by its matrices)."""
    rng = np.random.default_rng(seed)
    members, groups = population(rng, n)
    found = theme_effects(themes_of(members, 3), groups)
    x = np.hstack([np.ones((n, 1)), members[:, :3]])
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return
    y = np.array([-100.0, 0.0, 100.0])[groups]
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ y
    share = members[:, :3].mean(axis=0)
    assert found.contribution[:3] == pytest.approx(b[1:] * share, abs=1e-8)
    residual = (y - x @ b) / np.maximum(1 - np.diag(x @ inverse @ x.T), 0.1)
    influence = share * (x @ inverse * residual[:, None] * n)[:, 1:] + b[1:] * (members[:, :3] - share)
    spread = np.sqrt((influence**2).sum(axis=0)) / n
    for theme in range(3):
        if 10 <= members[:, theme].sum() <= n - 10:
            width = (found.high - found.low)[theme]
            least = share[theme] * arm_towards_zero(groups[members[:, theme]], groups[~members[:, theme]])
            assert width == pytest.approx(2 * max(1.959963984540054 * spread[theme], least), rel=1e-8)
        outside = ~members[:, theme]
        assert found.without_change[theme] == pytest.approx(y[outside].mean() - y.mean(), abs=1e-9)


@pytest.mark.parametrize("group", [0, 1, 2])
@pytest.mark.parametrize("seed", range(8))
def test_where_all_score_alike_no_theme_goes_with_the_score(seed, group):
    """As under a filter on detractors: what arithmetic leaves of a 0 is no effect, however small its error."""
    members, _ = population(np.random.default_rng(seed), 300)
    found = theme_effects(themes_of(members, 3), np.full(300, group))
    assert not found.beyond_chance.any()
    assert found.contribution.tolist() == [0, 0, 0]
    assert np.isnan(found.low).all()
    assert np.isnan(found.without_low).all()
