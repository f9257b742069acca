"""Fifty million responses in DuckDB: what connecting takes, what a filter takes, what leaves, what it holds in memory.

    python benchmarks/engine.py [--responses 1000000 50000000] [--folder FOLDER]

Two views of one made table. Of "consumers" nobody has an account: a cube of 730 days, scores and three attributes (4,
5 and 6 values, and none) answers every filter. In "business" 20,000 accounts answer: each question is a statement,
and DuckDB's own time for the same statement stands beside it. The same with 1,000,000 responses, for the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from itertools import product
from pathlib import Path

import duckdb
import psutil

from nps_core import Filters, Scope, connect, nps_of, overview

_MB = 1 << 20
_MAKE = """
CREATE TABLE made AS
SELECT
    CASE WHEN u < 0.03 THEN NULL WHEN u < 0.5 THEN 9 + (h >> 3) % 2 WHEN u < 0.8 THEN 7 + (h >> 5) % 2
         ELSE (h >> 7) % 7 END::TINYINT AS score,
    DATE '2024-10-01' + ((h >> 11) % 730)::INTEGER AS answered_on,
    ['Free', 'Basic', 'Pro', 'Team'][1 + (h >> 23) % 4] AS plan,
    ['EU', 'NA', 'LATAM', 'APAC', 'MEA'][1 + (h >> 29) % 5] AS region,
    ['web', 'app', 'mail', 'phone', 'shop', 'chat'][1 + (h >> 37) % 6] AS channel,
    'account ' || floor(20000 * pow(((h >> 41) % 1000003) / 1000003.0, 2))::INTEGER AS account,
    CASE WHEN i % 50 = 0 THEN 'The export of the month took ' || (h >> 13) % 977 || ' minutes' END AS comment
FROM (SELECT i, (hash(i) >> 1)::BIGINT AS h, (hash(i + 7) % 1000000) / 1000000.0 AS u FROM range(?) AS t(i));
CREATE VIEW consumers AS SELECT * EXCLUDE (account) FROM made;
CREATE VIEW business AS SELECT * FROM made;
"""


def made(folder: Path, n: int) -> Path:
    """A file of DuckDB with so many responses; made once."""
    file = folder / f"responses-{n}.duckdb"
    if not file.exists():
        part = file.with_suffix(".part")
        part.unlink(missing_ok=True)
        with duckdb.connect(str(part)) as connection:
            create, *views = _MAKE.strip().rstrip(";").split(";")
            connection.execute(create, [n])
            for view in views:
                connection.execute(view)
        part.rename(file)
    return file


def held() -> float:
    """Memory of this process, in MB."""
    return float(psutil.Process().memory_info().rss / _MB)


def filters() -> list[Filters]:
    """Filters, none of which was asked before."""
    picks = product(["Free", "Pro", "Team"], [("EU", "NA")])
    return [
        Filters().with_attribute("plan", [plan]).with_attribute("region", region) for plan, region in picks
    ]


def measure(file: Path, table: str) -> dict[str, float]:
    """Seconds and MB of one table."""
    before = held()
    start = time.perf_counter()
    survey = connect(f"duckdb:///{file}", table)
    connected = time.perf_counter() - start
    start = time.perf_counter()
    overview(survey)
    first = time.perf_counter() - start
    database = survey.elsewhere.source.database
    found: dict[str, list[float]] = {"score": [], "page": [], "own": [], "rows": []}
    rows = type(database).rows

    def counted(self, statement):  # noqa: ANN001, ANN202 - as the method has it
        began = time.perf_counter()
        for chunk in rows(self, statement):
            found["rows"].append(len(chunk))
            yield chunk
        found["own"].append(time.perf_counter() - began)

    type(database).rows = counted
    pages, own = [], []
    for one in filters():
        scope = Scope(survey, one)
        began = time.perf_counter()
        nps_of(scope.with_attribute("channel", ["web"]))
        found["score"].append(time.perf_counter() - began)
        found["own"].clear()
        began = time.perf_counter()
        overview(scope)
        pages.append(time.perf_counter() - began)
        own.append(sum(found["own"]))
    type(database).rows = rows
    told = {
        "n": Scope(survey).n,
        "connect": connected,
        "first": first,
        "cube": float(survey.elsewhere.has_cube),
        "score": statistics.median(found["score"]),
        "page": statistics.median(pages),
        "own": statistics.median(own),
        "rows": sum(found["rows"]) / len(pages),
        "held": held() - before,
        "comments": float(len(survey.responses)),
    }
    database.close()
    return told


def main() -> None:
    """Print a line a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--responses", type=int, nargs="+", default=[1_000_000, 50_000_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "nps-engine")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(
        "table       responses   connect  first page  cube  filter: score    page  of it DuckDB  rows that leave"
        "  MB more"
    )
    for n in asked.responses:
        file = made(asked.folder, n)
        for table in ("consumers", "business"):
            told = measure(file, table)
            print(
                f"{table:<10} {told['n']:>11,.0f} {told['connect']:>8.1f}s {told['first']:>10.2f}s"
                f"  {'yes' if told['cube'] else 'no':<4} {1000 * told['score']:>11.0f} ms"
                f" {1000 * told['page']:>4.0f} ms {1000 * told['own']:>11.0f} ms"
                f" {told['rows']:>16,.0f} {told['held']:>8.0f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
