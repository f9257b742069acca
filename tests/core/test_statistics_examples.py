"""The examples in the docstrings of everything that counts or estimates are true."""

import doctest
import importlib
from pathlib import Path

import pytest

CORE = Path(__file__).parents[2] / "nps_core"
PLACES = ("accounts", "compare", "counts", "drivers", "score", "segments", "targets", "trends")
ROOMS = [f"{place}.{file.stem}" for place in PLACES for file in sorted((CORE / place).glob("[a-z]*.py"))]


@pytest.mark.parametrize("room", ROOMS)
def test_examples_hold(room):
    module = importlib.import_module(f"nps_core.{room}")
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


def test_there_are_examples():
    found = [importlib.import_module(f"nps_core.{room}") for room in ROOMS]
    assert sum(doctest.testmod(module, optionflags=doctest.ELLIPSIS).attempted for module in found) >= 10
