"""Shares and influences by account: references, and what must always hold."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.score.influence import influence_interval, share_interval

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "statistics" / "reference_design.json"


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference values are not beside the project")
def test_a_share_has_the_reference_interval():
    for case in (one for one in json.loads(REFERENCE.read_text())["cases"] if one["kind"] == "share"):
        account = np.repeat(np.arange(len(case["answered"])), case["answered"])
        said = np.concatenate(
            [[1] * yes + [0] * (n - yes) for yes, n in zip(case["said"], case["answered"], strict=True)]
        )
        found = [100 * float(part[0]) for part in share_interval(said, account)]
        assert found == pytest.approx([case["expected"][name] for name in ("share", "low", "high")], abs=1e-8)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 200), st.floats(0, 1), st.integers(0, 99))
def test_single_responses_have_wilsons_interval(n, share, seed):
    said = np.random.default_rng(seed).random(n) < share
    p, z2 = said.mean(), 1.959963984540054**2
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)
    found = [float(part[0]) for part in share_interval(said, np.full(n, -1))]
    assert found == pytest.approx([p, max(centre - half, 0), min(centre + half, 1)], abs=1e-9)


@settings(deadline=None, max_examples=60)
@given(st.integers(2, 80), st.integers(1, 30), st.integers(0, 999))
def test_an_error_is_never_below_that_of_independent_responses(n, accounts, seed):
    random = np.random.default_rng(seed)
    influence = random.normal(size=(n, 3))
    influence -= influence.mean(axis=0)
    alone, infinite = influence_interval(influence, np.full(n, -1))
    own, _ = influence_interval(influence, np.arange(n))
    assert alone == pytest.approx(np.sqrt((influence**2).sum(axis=0)) / n)
    assert own == pytest.approx(alone)
    assert np.isinf(infinite)
    codes = random.integers(-1, accounts, n)
    clustered, nu = influence_interval(influence, codes)
    assert (clustered >= alone - 1e-12).all()
    assert nu > 0
    # Rows that add the same may be given once.
    repeated, _ = influence_interval(influence, np.repeat(codes, 2), of=np.repeat(np.arange(n), 2))
    assert repeated == pytest.approx(
        influence_interval(np.repeat(influence, 2, axis=0), np.repeat(codes, 2))[0]
    )
