"""Linear algebra stays on one thread for as long as anybody looks for themes."""

from __future__ import annotations

import pytest

from nps_core.themes.space import one_thread


def blas() -> set[int]:
    from threadpoolctl import threadpool_info

    return {one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"}


@pytest.fixture(autouse=True)
def _two_threads():
    import numpy as np  # noqa: F401 - brings BLAS
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=2, user_api="blas"):
        if blas() != {2}:
            pytest.skip("this BLAS has one thread only")
        yield


def test_the_first_search_to_end_gives_no_thread_back_while_another_goes_on():
    first, second = one_thread(), one_thread()
    first.__enter__()
    second.__enter__()
    assert blas() == {1}
    first.__exit__(None, None, None)
    assert blas() == {1}
    second.__exit__(None, None, None)
    assert blas() == {2}


def test_a_search_that_fails_gives_its_thread_back():
    with pytest.raises(ValueError, match="no luck"), one_thread():
        raise ValueError("no luck")
    assert blas() == {2}
