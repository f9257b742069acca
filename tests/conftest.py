"""What every test may ask for."""

from pathlib import Path

import pytest
from hypothesis import Phase, settings

SHARED = Path(__file__).resolve().parents[2] / "shared"

# No test is about time: on a busy machine a property that holds would fail.
# Explaining a failure traces every line of what it calls, which takes minutes and gigabytes here.
_PHASES = [phase for phase in Phase if phase is not Phase.explain]
settings.register_profile("untimed", deadline=None, phases=_PHASES)
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of reference files beside the checkout; the test is skipped where there is none."""
    if not SHARED.is_dir():
        pytest.skip("needs the reference files in ../shared, which are not here")
    return SHARED
