"""Kill -9 in the middle of writing: nothing that was done is lost, and nothing is half-written.

`python tests/workspace/kills.py WHERE 50` does it fifty times.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = Path(__file__).with_name("kills.py")
TIMES = 8


@pytest.mark.skipif(os.name == "nt", reason="needs the signals of Unix")
def test_a_process_that_is_killed_while_it_writes_leaves_all_or_nothing(where):
    root = KILLS.parents[2]
    command = [sys.executable, str(KILLS), where, str(TIMES), "7"]
    out = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert out.returncode == 0, out.stderr
    told = json.loads(out.stdout)
    assert told["killed"] + told["finished"] == TIMES
    assert told["killed"] >= TIMES // 3
