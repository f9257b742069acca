import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nps_core.errors import NPSError
from nps_core.score.nonresponse import nonresponse


@given(st.floats(-100, 100), st.integers(1, 1000), st.integers(0, 1000))
def test_bounds_are_what_the_silent_could_make_of_it(nps, answered, silent):
    found = nonresponse(nps, answered, answered + silent)
    assert found.low == pytest.approx((answered * nps - 100 * silent) / (answered + silent))
    assert found.high == pytest.approx((answered * nps + 100 * silent) / (answered + silent))
    if found.tipping_point is None:
        assert found.low > 0 or found.high < 0 or silent == 0
    else:
        assert answered * nps + silent * found.tipping_point == pytest.approx(0, abs=1e-6)


def test_everybody_answered_leaves_nothing_open():
    found = nonresponse(40, 100, 100)
    assert (found.rate, found.low, found.high, found.tipping_point) == (1, 40, 40, None)


def test_nobody_answered_leaves_everything_open():
    found = nonresponse(math.nan, 0, 50)
    assert (found.rate, found.low, found.high, found.tipping_point) == (0, -100, 100, None)
    assert math.isnan(nonresponse(math.nan, 0, 0).low)


def test_more_answers_than_invitations_are_refused():
    with pytest.raises(NPSError, match="10 invited and 11 answered"):
        nonresponse(0, 11, 10)
