"""The examples in the docstrings of everything that counts or estimates are true."""

import doctest
import importlib

import pytest

ROOMS = (
    "accounts", "bitmaps", "compare", "counts", "decomposition", "drivers", "interventions", "measures", "nonresponse",
    "periods", "roots", "score", "segments", "selection", "shrinkage", "targets", "trends", "watch", "weights",
)  # fmt: skip


@pytest.mark.parametrize("room", ROOMS)
def test_examples_hold(room):
    module = importlib.import_module(f"nps_core.{room}")
    assert doctest.testmod(module, optionflags=doctest.ELLIPSIS).failed == 0


def test_there_are_examples():
    found = [importlib.import_module(f"nps_core.{room}") for room in ROOMS]
    assert sum(doctest.testmod(module, optionflags=doctest.ELLIPSIS).attempted for module in found) >= 10
