"""One filter change, counted by us and by what one would pick instead, with equal results asserted.

    python benchmarks/counting.py [--rows 10000 1000000] [--write]

The query is what every page together asks after a filter change: three attributes and a range of dates
filtered; then the histogram of scores, a table for each of six attributes, series by day, month and
quarter, a rolling window of 90 days, and persona by month. DuckDB and Polars take part when they are
installed (they are no dependency: `pip install duckdb polars`).

A second table has what honest intervals cost: groups and six attributes of a selection, of which three are the same
throughout an account, counted without clusters and with them, in turn.

Figures are CPU milliseconds (of all threads, medians); read the ratios, not the times. "One pass" is the
time to read nine bytes for each row once, which is the least that any scan of the columns could take.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from nps_core.counts.index import Index
from nps_core.filters import Filters
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Callable

ATTRIBUTES = {"persona": 4, "plan": 3, "region": 6, "phase": 5, "age": 7, "role": 12}
PICKED = {
    "persona": ("persona 1", "persona 2"),
    "plan": ("plan 0", "plan 1"),
    "region": ("region 1", "region 2", "region 3", "region 4"),
}
SINCE, UNTIL = dt.date(2023, 2, 1), dt.date(2025, 10, 1)
FILTERS = Filters(SINCE, UNTIL, attributes=tuple(sorted(PICKED.items())))
WINDOW = 90
VALUES = (4, 3, 5, 4, 5, 7)  # of the six attributes, where clusters are counted
CLUSTERED = {
    "all": Filters(),
    "half of the days": Filters(since=dt.date(2024, 7, 1)),
    "two of four phases": Filters(attributes=(("phase", ("phase 0", "phase 2")),)),
}
CACHE = 128 * 2**20  # more than the last cache of the processors this runs on
ORDER = ("promoter", "passive", "detractor")
README = Path(__file__).with_name("README.md")
START, END = "<!-- counting -->", "<!-- /counting -->"


def responses(rows: int, seed: int = 1) -> pd.DataFrame:
    """Responses over three years with six attributes, two of them with missing values."""
    random = np.random.default_rng(seed)
    score = random.choice(11, rows, p=[0.25 / 7] * 7 + [0.15, 0.15, 0.2, 0.25])
    days = random.integers(0, 1096, rows).astype("timedelta64[D]")
    frame = pd.DataFrame(
        {"score": pd.array(score, dtype="Int8"), "comment": pd.Series([None] * rows, dtype="str")}
    )
    frame["group"] = pd.Categorical.from_codes(np.digitize(score, [7, 9]), GROUPS)
    frame["date"] = (np.datetime64("2023-01-01") + days).astype("datetime64[s]")
    for place, (name, size) in enumerate(ATTRIBUTES.items()):
        codes = random.integers(-1 if place % 3 == 1 else 0, size, rows)
        frame[name] = pd.Categorical.from_codes(codes, [f"{name} {number}" for number in range(size)])
    return frame


Answer = dict[str, Any]

# What is timed, and what makes its result comparable (which is not timed, in the peers' favour).
Engine = tuple["Callable[[], Any]", "Callable[[Any], Answer]"]


def ours(frame: pd.DataFrame) -> Engine:
    """The bitmap index of nps_core; the cache of selections is emptied before each query."""
    index = Index(frame, tuple(ATTRIBUTES))

    def query() -> Answer:
        index.select.cache_clear()
        selection = index.select(FILTERS)
        answer: Answer = {"histogram": selection.histogram()}
        answer |= {name: selection.by(name) for name in ATTRIBUTES}
        answer |= {period: selection.by_period(period)[1] for period in ("day", "month", "quarter")}
        answer["rolling"] = selection.rolling(WINDOW)[1]
        answer["persona by month"] = selection.by_period_and("month", "persona")[2]
        return answer

    def tidy(answer: Answer) -> Answer:
        return {
            name: labelled(part.labels, part.counts) if name in ATTRIBUTES else part.tolist()
            for name, part in answer.items()
        }

    query()  # builds the columns, which is timed apart
    return query, tidy


def with_pandas(frame: pd.DataFrame) -> Engine:
    """Pandas as its manual would have it: masks over categoricals, then groupby."""

    def query() -> Answer:
        keep = (frame["date"] >= pd.Timestamp(SINCE)) & (frame["date"] <= pd.Timestamp(UNTIL))
        for name, values in PICKED.items():
            keep &= frame[name].isin(values)
        shown = frame[keep]
        by = {"observed": False, "dropna": False}
        answer: Answer = {
            "histogram": shown["score"].value_counts().reindex(range(11), fill_value=0).tolist()
        }
        for name in ATTRIBUTES:
            table = shown.groupby([name, "group"], **by).size().unstack("group")
            answer[name] = labelled(table.index, table[list(ORDER)].to_numpy())
        daily = shown.groupby(["date", "group"], observed=False).size().unstack("group")[list(ORDER)]
        daily = daily.reindex(pd.date_range(daily.index.min(), daily.index.max()), fill_value=0)
        answer["day"] = daily.to_numpy().tolist()
        answer["month"] = daily.resample("MS").sum().to_numpy().tolist()
        answer["quarter"] = daily.resample("QS").sum().to_numpy().tolist()
        answer["rolling"] = daily.rolling(WINDOW).sum().dropna().astype(int).to_numpy().tolist()
        month = shown["date"].to_numpy().astype("datetime64[M]").astype("datetime64[s]")
        cells = (
            shown.groupby([month, "persona", "group"], observed=False).size().unstack("group")[list(ORDER)]
        )
        answer["persona by month"] = cells.to_numpy().reshape(-1, ATTRIBUTES["persona"], 3).tolist()
        return answer

    return query, dict


def with_duckdb(frame: pd.DataFrame) -> Engine:
    """DuckDB: one statement with GROUPING SETS over a table it holds itself."""
    import duckdb

    base = duckdb.connect()
    texts = frame.astype(dict.fromkeys((*ATTRIBUTES, "group"), "str")).drop(columns="comment")
    base.register("texts", texts)
    enums = ", ".join(f"{name}::{name}_type AS {name}" for name in (*ATTRIBUTES, "group_"))
    for name in ATTRIBUTES:
        base.execute(
            f"CREATE TYPE {name}_type AS ENUM (SELECT DISTINCT {name} FROM texts WHERE {name} IS NOT NULL)"
        )
    base.execute('CREATE TYPE group__type AS ENUM (SELECT DISTINCT "group" FROM texts)')
    base.execute(
        f"CREATE TABLE r AS SELECT score, date::DATE AS day, {enums}"
        ' FROM (SELECT *, "group" AS group_ FROM texts) ORDER BY day'
    )
    picked = " AND ".join(f"{name} IN {values}" for name, values in PICKED.items())
    sets = ", ".join(f"({name}, group_)" for name in ATTRIBUTES)
    statement = (
        f"SELECT score, day, date_trunc('month', day)::DATE AS month, group_, {', '.join(ATTRIBUTES)},"
        f" grouping(score, day, month, {', '.join(ATTRIBUTES)}) AS g, count(*) AS n FROM r"
        f" WHERE day BETWEEN '{SINCE}' AND '{UNTIL}' AND {picked}"
        f" GROUP BY GROUPING SETS ((score), (day, group_), (month, persona, group_), {sets})"
    )

    def tidy(found: pd.DataFrame) -> Answer:
        return from_cells(found, dict(enumerate(reversed((*KEYS, *ATTRIBUTES)))))

    return lambda: base.execute(statement).df(), tidy


KEYS = ("score", "day", "month")


def from_cells(found: pd.DataFrame, bits: dict[int, str]) -> Answer:
    """The answer from the rows of GROUPING SETS; `g` has a 1 for each column that is not in a row's set."""
    whole = (1 << len(bits)) - 1
    bit = {name: 1 << place for place, name in bits.items()}
    part = {name: found[found["g"] == whole - bit[name]] for name in ("score", "day", *ATTRIBUTES)}
    histogram = part["score"].set_index("score")["n"].reindex(range(11), fill_value=0)
    answer: Answer = {"histogram": histogram.tolist()}
    for name in ATTRIBUTES:
        table = part[name].pivot_table(
            index=part[name][name].astype(object).fillna("?"),
            columns="group_",
            values="n",
            aggfunc="sum",
            fill_value=0,
            observed=True,
        )
        answer[name] = labelled(table.index, table.reindex(columns=list(ORDER), fill_value=0).to_numpy())
    cells = found[found["g"] == whole - bit["month"] - bit["persona"]]
    return answer | over_time(part["day"], cells)


def over_time(days: pd.DataFrame, cells: pd.DataFrame) -> Answer:
    """Series from counts by day and group, and by month, persona and group."""
    daily = days.pivot_table(
        index="day", columns="group_", values="n", aggfunc="sum", fill_value=0, observed=True
    )
    daily = daily.reindex(columns=list(ORDER), fill_value=0)
    daily.index = pd.DatetimeIndex(daily.index)
    daily = daily.reindex(pd.date_range(daily.index.min(), daily.index.max()), fill_value=0)
    table = cells.pivot_table(
        index=["month", "persona"], columns="group_", values="n", aggfunc="sum", fill_value=0, observed=True
    )[list(ORDER)]
    months = sorted(cells["month"].unique())
    names = [f"persona {number}" for number in range(ATTRIBUTES["persona"])]
    table = table.reindex(pd.MultiIndex.from_product([months, names]), fill_value=0)
    return {
        "day": daily.to_numpy().tolist(),
        "month": daily.resample("MS").sum().to_numpy().tolist(),
        "quarter": daily.resample("QS").sum().to_numpy().tolist(),
        "rolling": daily.rolling(WINDOW).sum().dropna().astype(int).to_numpy().tolist(),
        "persona by month": table.to_numpy().reshape(len(months), -1, 3).tolist(),
    }


def with_polars(frame: pd.DataFrame) -> Engine:
    """Polars: one lazy filter, and group_by for each table, run together."""
    import polars as pl

    data = {name: pl.Series(frame[name].cat.codes.to_numpy()) for name in (*ATTRIBUTES, "group")}
    data["score"] = pl.Series(frame["score"].to_numpy(dtype=np.int8))
    data["day"] = pl.Series(frame["date"].to_numpy().astype("datetime64[ms]")).cast(pl.Date)
    table = pl.DataFrame(data).sort("day")
    keep = pl.col("day").is_between(SINCE, UNTIL)
    for name, values in PICKED.items():
        keep &= pl.col(name).is_in([int(value.rsplit(" ", 1)[1]) for value in values])
    names = {
        name: {number: f"{name} {number}" for number in range(size)} for name, size in ATTRIBUTES.items()
    }

    wanted = [
        ["score"],
        ["day", "group"],
        ["month", "persona", "group"],
        *([name, "group"] for name in ATTRIBUTES),
    ]

    def query() -> list[Any]:
        shown = table.lazy().filter(keep).collect().lazy()
        shown = shown.with_columns(pl.col("day").dt.truncate("1mo").alias("month"))
        return pl.collect_all([shown.group_by(by).agg(pl.len().alias("n")) for by in wanted])

    def tidy(found: list[Any]) -> Answer:
        score, days, cells, *tables = (part.to_pandas(use_pyarrow_extension_array=False) for part in found)
        answer: Answer = {
            "histogram": score.set_index("score")["n"].reindex(range(11), fill_value=0).tolist()
        }
        for name, table in zip(ATTRIBUTES, tables, strict=True):
            wide = table.pivot_table(index=name, columns="group", values="n", fill_value=0, aggfunc="sum")
            wide.index = [names[name].get(code, "?") for code in wide.index]
            answer[name] = labelled(wide.index, wide[[2, 1, 0]].to_numpy())
        for counted in (days, cells):
            counted["group_"] = counted["group"].map(dict(enumerate(GROUPS)))
        cells["persona"] = cells["persona"].map(names["persona"])
        return answer | over_time(days, cells)

    return query, tidy


def labelled(labels: Any, counts: np.ndarray) -> dict[str, tuple[int, ...]]:
    """Counts by label; missing is "(no value)", and labels without any count are left out on both sides."""
    rows = zip(labels, counts.tolist(), strict=True)
    return {"(no value)" if pd.isna(label) or label == "?" else str(label): tuple(row) for label, row in rows}


def same(a: Answer, b: Answer) -> bool:
    """Whether two answers agree; a label with no count may be left out."""

    def filled(value: Any) -> Any:
        return {key: row for key, row in value.items() if any(row)} if isinstance(value, dict) else value

    return a.keys() == b.keys() and all(filled(a[key]) == filled(b[key]) for key in a)


def timed(query: Callable[[], Any], runs: int) -> float:
    """Median CPU milliseconds over all threads."""
    spent = []
    for _ in range(runs):
        began = time.process_time_ns()
        query()
        spent.append((time.process_time_ns() - began) / 1e6)
    return statistics.median(spent)


def one_pass(rows: int) -> float:
    """Median milliseconds to read nine bytes a row once, from memory: the copies together exceed the cache."""
    words = rows * 9 // 8
    data = np.random.default_rng(0).integers(0, 2**63, max(words, CACHE // 8), dtype=np.uint64)
    spent = []
    for turn in range(24):
        start = turn * words % (len(data) - words + 1)
        began = time.perf_counter_ns()
        np.bitwise_or.reduce(data[start : start + words])
        spent.append((time.perf_counter_ns() - began) / 1e6)
    return statistics.median(spent)


def in_clusters(rows: int, unit: str, clusters: int) -> Index:
    """The index of responses that so many accounts or respondents gave."""
    random = np.random.default_rng(7)
    frame = responses(rows)
    of = random.integers(0, clusters, rows)
    for place, (name, size) in enumerate(zip(ATTRIBUTES, VALUES, strict=True)):
        codes = random.integers(0, size, rows) if place % 2 else of % size
        frame[name] = pd.Categorical.from_codes(codes, [f"{name} {number}" for number in range(size)])
    for name in ("account", "respondent"):
        frame[name] = pd.Series([None] * rows, dtype="str")
    frame[unit] = pd.Series([f"{unit} {number}" for number in of.tolist()], dtype="str")
    return Index(frame, tuple(ATTRIBUTES))


def cost_of_clusters(rows: int, unit: str, clusters: int) -> list[str]:
    """The lines of a survey in the table of what clusters cost."""
    index = in_clusters(rows, unit, clusters)
    assert index.units.unit == unit

    def plain(picked: Filters) -> None:
        index.select.cache_clear()
        selection = index.select(picked)
        selection.groups()
        for name in ATTRIBUTES:
            selection.by(name)

    def clustered(picked: Filters, by: str | None) -> None:
        index.select.cache_clear()
        selection = index.select(picked)
        for name in (None, *ATTRIBUTES):
            selection.clustered(by, name)

    clustered(Filters(), unit)  # what depends on the survey alone is built once
    lines = []
    for name, picked in CLUSTERED.items():
        spent = (
            timed(lambda picked=picked: plain(picked), 15),
            timed(lambda picked=picked: clustered(picked, None), 15),
            timed(lambda picked=picked: clustered(picked, unit), 15),
        )
        cells = [f"{milliseconds:.1f} ms" for milliseconds in spent]
        lines.append(f"| {rows:,} | {clusters:,} {unit}s | {name} | {' | '.join(cells)} |")
    return lines


def main() -> None:
    """Run, print the table, and write it into the README when asked to."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--peers", nargs="*", default=["pandas", "duckdb", "polars"])
    parser.add_argument("--write", action="store_true", help="write the table into benchmarks/README.md")
    options = parser.parse_args()
    engines = {"pandas": with_pandas, "duckdb": with_duckdb, "polars": with_polars}
    there = [name for name in options.peers if importlib.util.find_spec(name)]
    for name in set(options.peers) - set(there):
        print(f"{name} is not installed and takes no part")
    peers = {name: engines[name] for name in there}
    head = ["rows", "index built", "ours", "passes", *(f"{name} (x ours)" for name in peers)]
    lines = ["| " + " | ".join(head) + " |", "| " + " | ".join(["---:"] * len(head)) + " |"]
    for rows in options.rows:
        lines.append(run(rows, peers))
        print(lines[-1], flush=True)
    print("\n".join(lines))
    print("| rows | clusters | filter | without | with, each a single | with |\n" + "| --- " * 6 + "|")
    for unit, each in (("account", 50), ("respondent", 5)):
        print("\n".join(cost_of_clusters(options.rows[-1], unit, options.rows[-1] // each)), flush=True)
    if options.write:
        text = README.read_text(encoding="utf-8")
        before, after = text.split(START)[0], text.split(END)[1]
        README.write_text(f"{before}{START}\n{chr(10).join(lines)}\n{END}{after}", encoding="utf-8")


def run(rows: int, peers: dict[str, Callable[[pd.DataFrame], Engine]]) -> str:
    """One line of the table."""
    frame = responses(rows)
    began = time.process_time_ns()
    query, tidy = ours(frame)
    built = (time.process_time_ns() - began) / 1e6
    expected, mine, memory = tidy(query()), timed(query, 30), one_pass(rows)
    cells = [f"{rows:,}", f"{built:.0f} ms", f"{mine:.2f} ms", f"{mine / memory:.1f}"]
    for name, engine in peers.items():
        theirs, tidy = engine(frame)
        assert same(expected, tidy(theirs())), f"{name} counts otherwise"
        spent = timed(theirs, 5)
        cells.append(f"{spent:.1f} ms ({spent / mine:.0f}x)")
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
