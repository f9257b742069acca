"""Fifty million responses in DuckDB: what connecting takes, what a filter takes, what leaves, what it holds in memory.

    python benchmarks/engine.py [--responses 1000000 50000000] [--folder FOLDER]

Two views of one made table, seven columns. Of "consumers" nobody has an account: a cube of 730 days, scores and three
attributes (4, 5 and 6 values, and none) answers every filter, and what is shown is how much longer a page takes than with
the first number of responses. In "business" 20,000 accounts answer (and 100,000 in "large"): what a page asks is asked
again of DuckDB itself, into its own Arrow tables. A page is to take at most 1.2 times that, and what it takes besides with
the first number of responses. Each line is measured in a process of its own; memory is beside that of one that has
imported all and opened nothing. "app +MB" is what there is beyond the buffers that DuckDB counts, which are what its
limit is about: its code, its plans and what its allocator has not given back yet are the app's here. "closed +MB" is
what is left once DuckDB is closed, the survey still open: what the app itself holds.
"""

from __future__ import annotations

import argparse
import importlib
import statistics
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import duckdb
import psutil

from nps_core import Filters, Scope, connect, overview
from nps_core.engine.database import DUCKDB_MEMORY, bound

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from nps_core.engine.database import DuckDB

T = TypeVar("T")

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
    'account ' || floor(100000 * pow(((h >> 31) % 1000003) / 1000003.0, 2))::INTEGER AS one_of_many,
    CASE WHEN i % 50 = 0 THEN 'The export of the month took ' || (h >> 13) % 977 || ' minutes' END AS comment
FROM (SELECT i, (hash(i) >> 1)::BIGINT AS h, (hash(i + 7) % 1000000) / 1000000.0 AS u FROM range(?) AS t(i));
CREATE VIEW consumers AS SELECT * EXCLUDE (account, one_of_many) FROM made;
CREATE VIEW business AS SELECT * EXCLUDE (one_of_many) FROM made;
CREATE VIEW large AS SELECT * EXCLUDE (account, one_of_many), one_of_many AS account FROM made;
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


@dataclass(frozen=True)
class Measured:
    """Seconds, rows and MB of one table; `pages` and what DuckDB takes for their statements are of one filter each."""

    n: int
    connect: float
    first: float
    has_cube: bool
    pages: list[float]
    own: list[float]
    told: list[float]
    statements: float
    rows: float
    held: float
    closed: float
    duckdb: float

    @property
    def page(self) -> float:
        """Of the page in the middle."""
        return statistics.median(self.pages)

    @property
    def besides(self) -> float:
        """What a page takes besides DuckDB, in the middle."""
        return statistics.median(page - own for page, own in zip(self.pages, self.own, strict=True))


def measure(file: Path, table: str) -> Measured:
    """Connect a table, draw its first page, then that of each filter; and ask DuckDB the same statements."""
    importlib.import_module("nps_core.engine.connection")
    importlib.import_module("nps_core.summary")
    empty = held()
    connect_time, survey = timed(lambda: connect(f"duckdb:///{file}", table, name=table, timeout=600))
    first, _ = timed(lambda: overview(survey))
    asked: list[tuple[str, list[object]]] = []
    rows: list[int] = []
    database = survey.elsewhere.source.database
    answers = database.coded

    def noted(statement):  # noqa: ANN001, ANN202 - as the method has it
        asked.append(bound(statement, database.dialect))
        for columns in answers(statement):
            rows.append(len(columns[0].codes))
            yield columns

    database.coded = noted
    pages, own, told, statements = [], [], [], 0
    for one in filters():
        scope = Scope(survey, one)
        asked.clear()
        told.append(scope.seconds)
        pages.append(timed(lambda scope=scope: overview(scope))[0])
        statements += len(asked)
        own.append(sum(timed(lambda one=one: ask(database, *one))[0] for one in asked))
    more = held() - empty
    used = float(ask(database, "SELECT sum(memory_usage_bytes) FROM duckdb_memory()", [])[0][0].as_py() / _MB)
    n, has_cube = Scope(survey).n, survey.elsewhere.has_cube
    database.close()
    many = len(pages)
    return Measured(
        n,
        connect_time,
        first,
        has_cube,
        pages,
        own,
        told,
        statements / many,
        sum(rows) / many,
        more - used,
        held() - empty,
        used,
    )


def timed(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds that something takes, and what it gives."""
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def ask(database: DuckDB, text: str, given: list[object]) -> pa.Table:
    """What DuckDB itself answers, where the app asks it."""
    with closing(database._connection.cursor()) as cursor:  # noqa: SLF001 - the one that has the table
        cursor.execute(f"USE {database._catalog}")  # noqa: SLF001 - as above
        return cursor.sql(text, params=given).to_arrow_table()


def line(table: str, one: Measured, few: Measured) -> str:
    """The figures of a table beside those with the first number of responses."""
    if one.has_cube and not any(one.own):
        shown = f"{one.page / few.page:>5.2f}x the first"
    else:
        limit = 1.2 * statistics.median(one.own) + few.besides
        shown = f"{one.page / limit:>5.2f}x the limit"
    told = statistics.median(told / page for told, page in zip(one.told, one.pages, strict=True))
    return (
        f"{table:<10} {one.n:>11,} {one.connect:>7.1f} s {one.first:>8.2f} s {1000 * one.page:>7.0f} ms"
        f" {one.statements:>10.1f} {1000 * statistics.median(one.own):>8.0f} ms {shown} {told:>9.2f} {one.rows:>12,.0f}"
        f" {one.held:>9.0f} {one.closed:>10.0f} {one.duckdb:>9.0f}"
    )


def main() -> None:
    """Print a line a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--responses", type=int, nargs="+", default=[1_000_000, 50_000_000])
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "nps-engine")
    parser.add_argument("--tables", nargs="+", default=["consumers", "business", "large"])
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    print(
        f"DuckDB may hold {DUCKDB_MEMORY}; a page is the overview under a filter, the median of {len(filters())}."
    )
    print(
        "table        responses   connect first page       page statements DuckDB itself    page is      "
        "told/took rows leave   app +MB closed +MB DuckDB MB"
    )
    first: dict[str, Measured] = {}
    for n in asked.responses:
        file = made(asked.folder, n)
        for table in asked.tables:
            with get_context("spawn").Pool(1) as pool:
                found = pool.apply(measure, (file, table))
            print(line(table, found, first.setdefault(table, found)), flush=True)


if __name__ == "__main__":
    main()
