"""One set of responses as a file and as a table on each engine, for tests that hold them against each other."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

import duckdb
import numpy as np
import pandas as pd
import sqlalchemy as sa

from nps_core import read_survey

SCORE = "How likely are you to recommend us? (0-10)"
PLANS = ["Free", "Pro", "Team"]
# What would end a statement, or name something, were it not bound.
REGIONS = ["EU", "NA", "O'Neil", 'x"; DROP TABLE responses; --', "%s $1 :a {0}", "Ünïcödé ☃"]
HOSTILE = 'Size "of" team; -- %(x)s :y ? `z ${HOME}'


def responses(n: int = 2_500, seed: int = 7) -> pd.DataFrame:
    """Responses with what makes counting hard: blanks, repeats, days without any, attributes that mirror each other."""
    rng = np.random.default_rng(seed)

    def some(values, missing=0.1):
        found = rng.choice(np.array(values, dtype=object), n)
        return np.where(rng.random(n) < missing, None, found)

    plan = some(PLANS)
    account = np.where(rng.random(n) < 0.15, None, [f"account {int(100 * x * x)}" for x in rng.random(n)])
    days = [dt.date(2025, 1, 6) + dt.timedelta(days=int(day)) for day in rng.integers(0, 200, n)]
    return pd.DataFrame(
        {
            SCORE: some([*range(11)], missing=0.04),
            "Date": np.where(rng.random(n) < 0.05, None, days),
            "Plan": plan,
            "Region": some(REGIONS),
            "Paying": [None if one is None else "no" if one == "Free" else "yes" for one in plan],
            HOSTILE: some(["1-10", "11-50", "51+"]),
            "Account": account,
            "Respondent": [f"person {number}" for number in rng.integers(0, n, n)],
            "How satisfied are you with support? (1-5)": some([1, 2, 3, 4, 5], missing=0.5),
            "Comment": some(
                ["Slow export", "ÉTÉ, slow", "100% _fine_", "n/a", "It's good\nreally"], missing=0.4
            ),
        }
    )


@dataclass(frozen=True)
class Place:
    """An engine that holds the table `responses`."""

    kind: str
    address: str


def as_survey(frame):
    return read_survey(frame.to_csv(index=False).encode(), name="responses.csv")


def in_duckdb(frame, folder):
    folder.mkdir(exist_ok=True)
    path = folder / "responses.duckdb"
    with duckdb.connect(str(path)) as connection:
        _create(connection.execute, frame)
        connection.executemany(_insert(frame, "?"), _rows(frame))
    return Place("duckdb", f"duckdb:///{path}")


def in_parquet(frame, folder):
    files = folder / "responses"
    files.mkdir(parents=True)
    for part, rows in enumerate(np.array_split(np.arange(len(frame)), 3)):
        frame.iloc[rows].to_parquet(files / f"part-{part}.parquet")
    return Place("duckdb", f"duckdb:///{folder}")


def in_spark(frame, folder):
    return Place("spark", in_parquet(frame, folder).address.replace("duckdb:", "spark:"))


def in_sqlite(frame, folder):
    folder.mkdir(exist_ok=True)
    path = folder / "responses.db"
    with sqlite3.connect(path) as connection:
        _create(connection.execute, frame)
        rows = [[one.isoformat() if isinstance(one, dt.date) else one for one in row] for row in _rows(frame)]
        connection.executemany(_insert(frame, "?"), rows)
    connection.close()
    return Place("sqlite", f"sqlite:///{path}")


def in_postgresql(frame, address):
    engine = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS responses CASCADE")
        with connection.connection.cursor() as cursor:
            _create(cursor.execute, frame)
        with connection.connection.cursor() as cursor, cursor.copy("COPY responses FROM STDIN") as copy:
            for row in _rows(frame):
                copy.write_row(row)
    return Place("postgresql", address)


def _create(execute, frame):
    columns = ", ".join(f"{_quoted(name)} {_kind(frame[name])}" for name in frame)
    execute(f"CREATE TABLE responses ({columns})")


def _insert(frame, mark):
    return f"INSERT INTO responses VALUES ({', '.join(mark for _ in frame.columns)})"  # noqa: S608 - marks


def _rows(frame):
    return [tuple(row) for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False)]


def _kind(column):
    first = next(value for value in column if value is not None)
    return "INTEGER" if isinstance(first, int) else "DATE" if isinstance(first, dt.date) else "VARCHAR"


def _quoted(name):
    return '"' + name.replace('"', '""') + '"'
