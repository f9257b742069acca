"""Zeros of many functions at once: from a bracket, and from a guess."""

import numpy as np
import pytest

from nps_core.score import roots as module
from nps_core.score.roots import root, root_near, roots

TARGETS = np.array([0.01, 0.5, 2.0, 7.0, 26.0])
ENDS = np.zeros(5), np.full(5, 3.0)


def cubes(x, target):
    return x**3 - target


def test_a_root_is_found_from_a_bracket():
    found = roots(cubes, (TARGETS,), ENDS)
    assert found == pytest.approx(np.cbrt(TARGETS), rel=1e-14)
    assert found == pytest.approx(
        [root(lambda x, to=to: cubes(x, to), 0.0, 3.0) for to in TARGETS], rel=1e-14
    )


@pytest.mark.parametrize("guess", [1.0, 1e-9, 2.999])
def test_a_guess_good_or_bad_leads_to_the_same_root(guess):
    start = np.full(5, guess)
    found = root_near(cubes, (TARGETS,), ENDS, start, 3 * start**2)
    assert found == pytest.approx(np.cbrt(TARGETS), rel=1e-13)


def test_a_good_guess_needs_few_looks():
    looks = []

    def counted(x, target):
        looks.append(x.shape)
        return cubes(x, target)

    close = np.cbrt(TARGETS) * 1.01
    root_near(counted, (TARGETS,), ENDS, close, 3 * close**2)
    assert len(looks) <= 5


def test_what_does_not_arrive_is_left_to_the_bracket(monkeypatch):
    monkeypatch.setattr(module, "SECANTS", 1)
    start = np.full(5, 0.1)
    found = root_near(cubes, (TARGETS,), ENDS, start, np.full(5, 1e-3))
    assert found == pytest.approx(np.cbrt(TARGETS), rel=1e-13)
    halves = np.stack([TARGETS, TARGETS]) / 2
    found = root_near(lambda x, two: cubes(x, two[0] + two[1]), (halves,), ENDS, start, np.full(5, 1e-3))
    assert found == pytest.approx(np.cbrt(TARGETS), rel=1e-13)


def test_without_a_change_of_sign_the_end_nearer_to_zero_is_given():
    targets = np.array([-1.0, 8.0, 100.0])
    ends = np.zeros(3), np.full(3, 3.0)
    start = np.ones(3)
    found = root_near(cubes, (targets,), ends, start, 3 * start**2)
    assert found.tolist() == [0.0, pytest.approx(2.0), 3.0]
    assert roots(cubes, (targets,), ends).tolist() == [0.0, pytest.approx(2.0), 3.0]
    assert [root(lambda x, to=to: cubes(x, to), 0.0, 3.0) for to in (-1.0, 100.0)] == [0.0, 3.0]
