"""A workspace of twelve waves: CPU to keep, to add and to open, bytes on the disk, and a filter change after it.

    python benchmarks/workspace.py [--waves 12] [--rows 1000000] [--where postgresql://...] [--write]

The waves are made here, one a quarter: an e-mail address, an account, a moment, a score, a comment, six attributes,
satisfaction and effort. Comments are one to three sentences of those of the sample survey, so that most are different.
Half of those who answer in a wave answered in the one before.

A filter change is what Summary asks for: the NPS with its interval, three segments and the months, under a filter that
was not asked before; of the newest wave as it was opened, and of the same wave as it was read from its file, in turn.

Figures are CPU seconds of all threads; read the ratios, not the times.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv
from table import load, write_table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nps_core import Scope, find_segments, find_trend, nps_of, read_survey
from nps_core.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core import Survey

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "sample_survey.csv"
VALUES = {"Persona": 4, "Plan": 3, "Region": 6, "Phase": 5, "Industry": 8, "Language": 12}
FILTERS, TURNS = 12, 3


def sentences() -> np.ndarray:
    """The sentences of the comments of the sample survey."""
    comments = read_survey(SAMPLE).responses["comment"].dropna()
    return np.array(
        sorted({part for text in comments for part in re.split(r"(?<=[.!?]) ", text)}), dtype=object
    )


def write_wave(path: Path, place: int, rows: int, said: np.ndarray) -> None:
    """Write the export of one quarter."""
    rng = np.random.default_rng(place)
    people = rng.integers(place * rows // 2, place * rows // 2 + 2 * rows, rows)
    start = np.datetime64("2023-01-01", "s") + place * 91 * 86_400
    moments = np.sort(start + rng.integers(0, 91 * 86_400, rows))
    first, more = said[rng.integers(0, len(said), rows)], said[rng.integers(0, len(said), (2, rows))]
    second, third = np.where(rng.random((2, rows)) < [[0.6], [0.3]], " " + more, "")
    found = {
        "Respondent": [f"person{one}@firm{one % 20_000}.example" for one in people.tolist()],
        "Account": [f"Firm {one % 20_000}" for one in people.tolist()],
        "Submitted at": np.char.replace(moments.astype(str), "T", " "),
        "How likely are you to recommend us?": rng.choice(
            11, rows, p=[0.02] * 5 + [0.05, 0.06, 0.14, 0.2, 0.2, 0.25]
        ),
        "What is the main reason for your score?": np.where(
            rng.random(rows) < 0.6, first + second + third, ""
        ),
        **{
            name: [f"{name} {one}" for one in rng.integers(0, size, rows).tolist()]
            for name, size in VALUES.items()
        },
        "Overall satisfaction (1-5)": rng.integers(1, 6, rows),
        "How easy was it? (1-7)": rng.integers(1, 8, rows),
    }
    pyarrow.csv.write_csv(pa.table({name: pa.array(column) for name, column in found.items()}), path)


def cpu(action: Callable[[], object]) -> tuple[float, object]:
    """CPU seconds of all threads, and what came of it."""
    begin = time.process_time()
    result = action()
    return time.process_time() - begin, result


def filter_change(survey: Survey) -> float:
    """CPU seconds of a filter change: the median over filters that were not asked before."""
    whole = Scope(survey)
    find_segments(whole, "Plan")
    used = []
    for place in range(FILTERS):
        scope = whole.with_attribute("Language", [f"Language {place}"])
        used.append(
            cpu(
                lambda scope=scope: (
                    nps_of(scope),
                    [find_segments(scope, name) for name in ("Plan", "Region", "Phase")],
                    find_trend(scope, "month"),
                )
            )[0]
        )
    return statistics.median(used)


def size_of(workspace: Workspace) -> int:
    """Bytes that the workspace takes."""
    with workspace.engine.connect() as connection:
        if workspace.engine.dialect.name == "sqlite":
            return Path(str(workspace.engine.url.database)).stat().st_size
        return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def main() -> None:
    """Make the waves, keep them, open them, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--waves", type=int, default=12)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--where", help="an empty workspace (default: a new SQLite file)")
    parser.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = parser.parse_args()
    said, millions = sentences(), asked.rows / 1e6
    reads, keeps, files, responses = [], [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        workspace = Workspace.open(asked.where or Path(folder) / "workspace.sqlite")
        empty, kept = size_of(workspace), None
        for place in range(asked.waves):
            path = Path(folder) / f"wave{place}.csv"
            write_wave(path, place, asked.rows, said)
            files.append(path.stat().st_size)
            read, survey = cpu(lambda path=path: read_survey(path))
            reads.append(read)
            responses += len(survey.responses)
            if kept is None:
                keep, kept = cpu(lambda survey=survey: workspace.keep(survey, "Customers"))
            else:
                keep, _ = cpu(lambda survey=survey, kept=kept: workspace.add_wave(kept, survey))
            keeps.append(keep)
            path.unlink()
        kept, size = workspace.find(kept.link), size_of(workspace) - empty
        assert kept.n == responses
        one, newest = cpu(lambda: workspace.open_survey(kept, [kept.waves[-1].id]))
        pd.testing.assert_series_equal(newest.responses["score"], survey.responses["score"])
        turns = [(filter_change(newest), filter_change(survey)) for _ in range(TURNS)]
        changes = [statistics.median(side) for side in zip(*turns, strict=True)]
        somebody = str(newest.responses["respondent"].iloc[0])
        del survey, newest
        every, _ = cpu(lambda: workspace.open_survey(kept))
        erase, receipt = cpu(lambda: workspace.erase_respondent(kept, somebody))
    later = statistics.median(keeps[1:])
    lines = [
        f"| {asked.waves} waves of {asked.rows:,} responses, {statistics.mean(files) / 1e6:,.0f} MB of CSV each | |",
        "| --- | ---: |",
        f"| read a file | {statistics.median(reads):.2f} CPU s |",
        f"| keep the first wave | {keeps[0]:.2f} CPU s, {keeps[0] / reads[0]:.1f} x reading it |",
        f"| add a wave | {later:.2f} CPU s, {later / statistics.median(reads):.1f} x reading it |",
        f"| on the disk | {size / asked.waves / millions / 1e6:.1f} MB a million |",
        f"| open the newest wave | {one:.2f} CPU s, {one / millions:.2f} a million |",
        f"| open all waves | {every:.1f} CPU s, {every / millions / asked.waves:.2f} a million |",
        f"| a filter change, as opened | {changes[0] * 1e3:.1f} CPU ms |",
        f"| a filter change, as read from the file | {changes[1] * 1e3:.1f} CPU ms |",
        f"| erase a respondent: {receipt.counted} | {erase:.1f} CPU s |",
        "",
        load(),
    ]
    print("\n".join(lines))
    if asked.write:
        write_table("workspace", lines)


if __name__ == "__main__":
    main()
