"""The design: published and independently computed values, and what must always hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from samples import singles

from nps_core.score.design import Samples
from nps_core.score.difference import difference
from nps_core.score.estimate import estimate

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "statistics" / "reference_design.json"


def cases(*kinds: str) -> list[dict]:
    """Independently computed cases (by Python and by R); none where the folder beside the project is absent."""
    if not REFERENCE.exists():
        return []
    return [case for case in json.loads(REFERENCE.read_text())["cases"] if case["kind"] in kinds]


def samples(cells: list, weights: list | None = None) -> Samples:
    """Samples from the counts of each account in each cell."""
    table = np.asarray(cells, dtype=float)  # cells, accounts, groups
    n = table.sum(axis=(1, 2)).astype(np.int64)
    if weights is not None:
        sizes = table.sum(axis=2, keepdims=True)
        table = table / np.where(sizes > 0, sizes, 1) * np.asarray(weights)[None, :, None]
    size = table.sum(axis=2)
    cell, cluster = np.nonzero(size)
    net = (table[..., 0] - table[..., 2])[cell, cluster]
    counts = table.sum(axis=1)
    return Samples(
        counts=counts if weights is not None else counts.astype(np.int64),
        single=np.zeros((len(table), 3), dtype=np.int64),
        cell=cell,
        cluster=cluster,
        size=size[cell, cluster],
        net=net,
        n=n,
        range_=table.shape[1],
        unit="account",
    )


def close(found: float, wanted: float | None, tolerance: float = 1e-8) -> bool:
    if wanted is None:
        return not np.isfinite(found)
    return abs(found - wanted) <= tolerance * max(1.0, abs(wanted))


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference values are not beside the project")
@pytest.mark.parametrize("case", cases("one", "view", "fpc"), ids=lambda case: case["id"])
def test_one_nps_has_the_reference_interval(case: dict) -> None:
    of, wanted = samples(case["cells"], case.get("weights")), case["expected"]
    found = of.one(invited=case.get("invited"))
    for name in ("points", "low", "high"):
        assert close(found.nps if name == "points" else getattr(found, name), wanted[name]), name
    if "nu" in wanted:
        assert close(of.nu[0], wanted["nu"], 1e-7)
    if case["kind"] != "fpc":
        assert close(found.n_eff, wanted["n_eff"][0])


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference values are not beside the project")
@pytest.mark.parametrize("case", cases("difference", "did"), ids=lambda case: case["id"])
def test_contrasts_have_the_reference_interval(case: dict) -> None:
    of, wanted = samples(case["cells"]), case["expected"]
    found = of.contrast([[place] for place in range(len(case["coef"]))], case["coef"])[0]
    for name, key in (("points", "points"), ("low", "low"), ("high", "high"), ("p_value", "p")):
        assert close(getattr(found, name), wanted[key]), (name, getattr(found, name), wanted[key])


counts = st.tuples(*[st.integers(0, 40)] * 3)


@settings(deadline=None, max_examples=150)
@given(counts, counts)
def test_single_responses_have_the_intervals_of_independent_ones(a: tuple, b: tuple) -> None:
    both = singles(a, b)
    alone, own = both.estimate()[0], estimate(*a)
    assert (alone.low, alone.high, alone.n_eff) == pytest.approx(
        (own.low, own.high, sum(a)), abs=1e-9, nan_ok=True
    )
    found, wanted = both.contrast([[0], [1]], (1, -1))[0], difference(a, b)
    for name in ("points", "low", "high", "p_value"):
        assert getattr(found, name) == pytest.approx(getattr(wanted, name), abs=1e-9, nan_ok=True)
    if min(sum(a), sum(b)) >= 5:
        assert found.beyond_chance == wanted.beyond_chance
    else:
        assert found.too_few
        assert not found.beyond_chance


tables = st.integers(6, 30).flatmap(
    lambda accounts: st.lists(
        st.lists(st.tuples(*[st.integers(0, 4)] * 3), min_size=accounts, max_size=accounts),
        min_size=2,
        max_size=5,
    )
)


@settings(deadline=None, max_examples=150)
@example([[(4, 1, 0), (0, 0, 4), (0, 2, 1), (4, 3, 3), (3, 2, 0), (0, 0, 1)]] * 2)  # alike in every account
@given(tables)
def test_what_holds_of_clustered_samples(cells: list) -> None:
    of = samples(cells)
    found = of.estimate()
    usual = estimate(*np.asarray(of.counts).T)
    known = of.n > 0
    # Never told more certainly than by independent responses.
    assert (found.low[known] <= usual.low[known] + 1e-9).all()
    assert (found.high[known] >= usual.high[known] - 1e-9).all()
    there, back = of.contrast([[0], [1]], (1, -1))[0], of.contrast([[1], [0]], (1, -1))[0]
    assert (there.points, there.low, there.high) == pytest.approx(
        (-back.points, -back.high, -back.low), abs=1e-9, nan_ok=True
    )
    if known[:2].all():
        assert there.p_value == pytest.approx(back.p_value, abs=1e-9)
        outside = there.low > 0 or there.high < 0
        if min(abs(there.low), abs(there.high)) > 1e-7:
            assert outside == (there.p_value < 0.05)
    rest = of.from_rest()
    for place in np.flatnonzero(known):
        others = of.merged(np.arange(len(of)) != place)
        if not others.n[0]:
            continue
        pair = samples([cells[place], np.delete(np.asarray(cells), place, axis=0).sum(axis=0)])
        alone = pair.contrast([[0], [1]], (1, -1))[0]
        assert (rest.points[place], rest.low[place], rest.high[place]) == pytest.approx(
            (alone.points, alone.low, alone.high), abs=1e-8
        )
        assert rest.p_value[place] == pytest.approx(alone.p_value, abs=1e-8)


@settings(deadline=None, max_examples=60)
@given(tables, st.data())
def test_where_each_account_lies_in_one_sample_the_rest_is_that_of_the_contrast(
    cells: list, data: st.DataObject
) -> None:
    """Accounts alike are counted once there: large ones and weighted ones, which are not alike, too."""
    table = np.array(cells, dtype=float)
    accounts = table.shape[1]
    kept = data.draw(st.lists(st.integers(0, len(table) - 1), min_size=accounts, max_size=accounts))
    table[np.arange(len(table))[:, None] != np.array(kept)] = 0
    table[:, :2] *= data.draw(st.sampled_from([1, 60]))  # more responses than a kind may have
    weights = data.draw(
        st.none() | st.lists(st.sampled_from([1.0, 0.7, 2.5]), min_size=accounts, max_size=accounts)
    )
    of = samples(table.tolist(), weights)
    rest = of.from_rest()
    # One account that is all of a side tells nothing of how accounts differ: nothing is compared there.
    for place in np.flatnonzero((of.clusters > 1) & (of.clusters < of.clusters.sum() - 1)):
        others = np.delete(table, place, axis=0).sum(axis=0)
        alone = samples([table[place].tolist(), others.tolist()], weights).contrast([[0], [1]], (1, -1))[0]
        for name in ("points", "p_value", "se"):
            assert getattr(rest, name)[place] == pytest.approx(getattr(alone, name), abs=1e-8)
        assert 1 / rest.nu[place] == pytest.approx(1 / alone.nu, abs=1e-8)


def test_samples_stand_beside_the_rest_of_what_each_is_a_part_of() -> None:
    """Of two wholes, one without the last sample; and of none."""
    cells = [[(9, 1, 0), (2, 2, 2), (0, 1, 5)] * 3, [(1, 1, 1), (0, 0, 0), (8, 0, 2)] * 3, [(0, 3, 3)] * 9]
    of = samples(cells)
    whole = of.merged([True] * 3)
    less = whole.without(of.picked([2]))
    found = of.picked([1, 0]).joined(of.picked([0])).beside(whole.joined(less), [0, 1, -1]).difference()
    for place, own, rest in ((0, [1], [0, 2]), (1, [0], [1])):
        pair = samples([np.sum([cells[one] for one in side], axis=0).tolist() for side in (own, rest)])
        alone = pair.contrast([[0], [1]], (1, -1))[0]
        for name in ("points", "low", "high", "p_value", "se"):
            assert getattr(found, name)[place] == pytest.approx(getattr(alone, name), abs=1e-9)
    assert np.isnan(found.points[2])
    assert found.too_few.tolist() == [False, False, True]
