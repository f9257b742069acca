"""Kill -9 at random moments of "keep" and "add a wave", and look at what is left each time.

Run: python tests/workspace/kills.py WHERE [TIMES] [SEED]; prints how often it was killed, and before which end.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from nps_core import read_survey
from nps_core.workspace import Workspace
from nps_core.workspace.database import is_sqlite

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample_survey.csv"
ROUNDS = 6  # of the sample: enough for the writing to take its time


def surveys() -> tuple:
    """Two surveys of other days, so that the second becomes a wave of the first."""
    first = read_survey(SAMPLE)
    many = pd.concat([first.responses] * ROUNDS, ignore_index=True)
    seconds = pd.to_timedelta(many.index, unit="s")
    frames = [many.assign(date=pd.Timestamp(day) + seconds) for day in ("2020-01-01", "2021-01-01")]
    rows = replace(first.rows, read=len(frames[0]) + 24, kept=len(frames[0]))
    return tuple(
        replace(first, responses=frame, rows=rows, digest=f"{place}") for place, frame in enumerate(frames)
    )


def child(action, where: str, done: int) -> int:
    """Do something in a process of its own, which says when it is done."""
    pid = os.fork()
    if pid:
        return pid
    try:
        action(Workspace.open(where))
        os.write(done, b"1")
    finally:
        os._exit(0)


def settled(workspace: Workspace) -> None:
    """Wait until a server has noticed that its client is gone."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE '%%active%%' OR state LIKE 'idle in%%'"
    while not is_sqlite(workspace.engine):
        with workspace.engine.connect() as connection:
            if connection.exec_driver_sql(asked).scalar_one() <= 1:
                return
        time.sleep(0.01)


def main(where: str, times: int, seed: int) -> dict[str, int]:
    """Kill so often; every time the workspace is sound, and what was done is there and whole."""
    random.seed(seed)
    first, second = surveys()
    workspace = Workspace.open(where)
    base = workspace.keep(first, "Base")
    told = {"killed": 0, "finished": 0, "written": 0}
    actions = [
        lambda own: own.keep(second, "More"),
        lambda own: own.add_wave(base, second),
    ]
    took = []
    for action in actions:
        began = time.perf_counter()
        action(Workspace.open(where))
        took.append(time.perf_counter() - began)
    workspace.undo(base)
    size = len(first.responses)
    for turn in range(times):
        before = {kept.link for kept in workspace.surveys()}
        out, done = os.pipe()
        pid = child(actions[turn % 2], where, done)
        os.close(done)
        time.sleep(random.uniform(0, 1.6 * took[turn % 2]))  # noqa: S311 - no secret
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        finished = os.read(out, 1) == b"1"
        os.close(out)
        settled(workspace)
        told["finished" if finished else "killed"] += 1
        now = workspace.find(base.link)
        more = [kept for kept in workspace.surveys() if kept.link not in before]
        problems = workspace.check() if turn % 5 == 0 or turn > times - 3 else ()
        assert not problems, problems
        assert len(now.waves) in (1, 2)
        assert len(more) <= 1
        written = bool(more) or len(now.waves) == 2
        assert written or not finished, "what was done is lost"
        told["written"] += written
        for kept in (*more, now):
            assert len(workspace.open_survey(kept).responses) == size * len(kept.waves), "half-written"
        if len(now.waves) > 1:
            workspace.undo(now)
        for kept in more:
            workspace.delete_survey(kept)
    assert not workspace.check()
    assert workspace.open_survey(base).rows.kept == size
    return told


if __name__ == "__main__":
    where, times, seed = (*sys.argv[1:], *("50", "1")[len(sys.argv) - 2 :])
    print(json.dumps(main(where, int(times), int(seed))))
