"""The sample of comments: never more than its limit, in shares as near as whole comments come, the same everywhere."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nps_core.engine import connect
from tests.engine.tables import in_duckdb


def sampled(address, most):
    survey = connect(address, "responses", comments=most, show_names=True)
    survey.elsewhere.source.database.close()
    return survey.responses


def sizes_of(responses):
    """How many comments each group has in each quarter; those without a day are a quarter of their own."""
    told = responses[responses["comment"].notna()]
    quarter = told["date"].dt.to_period("Q").astype(str).fillna("none")
    return told.groupby(["group", quarter], observed=True).size()


@pytest.mark.parametrize("most", [200, 5_000])
def test_a_sample_is_at_its_limit_with_shares_as_near_as_they_come(of_file, place, most):
    whole = sizes_of(of_file.responses)
    taken = sizes_of(sampled(place.address, most)).reindex(whole.index, fill_value=0)
    assert taken.sum() == min(most, whole.sum())
    # One less here and one more there would come no nearer: the condition of Webster's method, or Sainte-Laguë's.
    more = (2 * taken + 1) / whole
    assert ((2 * taken - 1) / whole).max() <= more[taken < whole].min(skipna=True) or most >= whole.sum()


@pytest.mark.parametrize("most", [20, 1_001])
def test_a_sample_is_the_same_on_every_engine(place, frame, tmp_path, most):
    """Also where it is so small that the engine looks at some comments only."""
    here = sampled(in_duckdb(frame, tmp_path / "own").address, most)
    pd.testing.assert_frame_equal(sampled(place.address, most), here)
    dates = here["date"].to_numpy()
    assert (np.diff(dates[~np.isnat(dates)]).astype("int64") >= 0).all()
    assert len(here) == most
