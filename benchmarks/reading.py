"""Reading a survey, beside what one would pick instead: CPU and peak memory, each in a process of its own.

    python benchmarks/reading.py [--rows 1000000] [--sheet-rows 100000] [--repeats 5] [--write]

The files are made here: eleven columns (id, account, date, score, comment, six attributes), comments with
commas, quotes and line breaks. Peers take part when they are installed (`pip install --group bench`).

Two kinds of peers: what one would write first, which only parses and may lose what the file says ("NA" becomes
missing, "007" becomes 7, dates stay text); and, marked "as text", the quickest ways to every cell as it stands in
the file, one of them with the sha256 of the bytes, too. `read_survey` does that, checks UTF-8 and quoting, finds
the roles, types them and counts every row.

Figures are medians over interleaved runs; CPU is that of all threads. Read the ratios, not the times.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from table import README, load, write_table

ROOT = Path(__file__).resolve().parents[1]
HEADER = (
    "response_id",
    "account",
    "date",
    "score",
    "comment",
    "plan",
    "region",
    "role",
    "phase",
    "industry",
    "size",
)
VALUES = (3, 5, 4, 6, 8, 3)  # how many values the six attributes have

OURS = "nps_core.read_survey"
ARROW = "import hashlib, pathlib, pyarrow, pyarrow.csv as c"
ARROW_TEXT = (
    "c.read_csv(path, c.ReadOptions(use_threads=False), c.ParseOptions(newlines_in_values=True), "
    f"c.ConvertOptions(column_types=dict.fromkeys({HEADER!r}, pyarrow.string())))"
)
TEXT_READERS = {
    OURS: ("nps_core", "from nps_core.reading import read_survey", "read_survey(path)"),
    "pandas.read_csv": ("pandas", "import pandas", "pandas.read_csv(path)"),
    "pyarrow.csv": (
        "pyarrow",
        "import pyarrow.csv as c",
        "c.read_csv(path, parse_options=c.ParseOptions(newlines_in_values=True))",
    ),
    "polars to pandas": ("polars", "import polars, pandas", "polars.read_csv(path).to_pandas()"),
    "duckdb to pandas": ("duckdb", "import duckdb, pandas", "duckdb.read_csv(path).df()"),
    "pandas.read_csv, as text": (
        "pandas",
        "import pandas",
        "pandas.read_csv(path, dtype=str, keep_default_na=False)",
    ),
    "polars, as text": ("polars", "import polars", "polars.read_csv(path, infer_schema=False)"),
    "pyarrow.csv, as text": ("pyarrow", ARROW, ARROW_TEXT),
    "pyarrow.csv, as text, and sha256": (
        "pyarrow",
        ARROW,
        f"({ARROW_TEXT}, hashlib.file_digest(pathlib.Path(path).open('rb'), 'sha256'))",
    ),
}
SHEET_READERS = {
    OURS: ("nps_core", "from nps_core.reading import read_survey", "read_survey(path)"),
    "fastexcel": ("fastexcel", "import fastexcel", "fastexcel.read_excel(path).load_sheet(0).to_arrow()"),
    "fastexcel, as text": (
        "fastexcel",
        "import fastexcel",
        "fastexcel.read_excel(path).load_sheet(0, dtypes='string').to_arrow()",
    ),
    "pandas with calamine": (
        "pandas",
        "import pandas, python_calamine",
        "pandas.read_excel(path, engine='calamine')",
    ),
    "openpyxl, read-only": (
        "openpyxl",
        "import openpyxl",
        "[row for row in openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)]",
    ),
}
PROBE = """
import json, sys, time
sys.path.insert(0, {root!r})
{setup}
path = sys.argv[1]
begin = time.process_time()
result = {call}
used = time.process_time() - begin
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]
print(json.dumps([used, int(peak) / 1024]))
"""


def main() -> None:
    """Make the files, run every reader that is here, print a table for each kind of file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sheet-rows", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument(
        "--write", action="store_true", help="put the tables into benchmarks/README.md and docs/reading.md"
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "survey.csv"
        write_text(text, asked.rows)
        title = f"{asked.rows:,} rows of CSV, {text.stat().st_size / 1e6:,.0f} MB"
        lines = report(title, TEXT_READERS, text, asked.repeats)
        if importlib.util.find_spec("xlsxwriter"):
            sheet = Path(folder) / "survey.xlsx"
            rows = min(asked.sheet_rows, asked.rows)
            write_sheet(sheet, text, rows)
            lines += ["", *report(f"{rows:,} rows of XLSX", SHEET_READERS, sheet, asked.repeats)]
    lines += ["", load()]
    print("\n".join(lines))
    if asked.write:
        for page in (README, ROOT / "docs" / "reading.md"):
            write_table("reading", lines, page)


def write_text(path: Path, rows: int) -> None:
    """Write a seeded survey as CSV."""
    rng = np.random.default_rng(1)
    words = np.array(
        [
            "support",
            "price",
            "slow",
            "fast",
            "great",
            "report",
            "export",
            "team",
            "value",
            "bugs",
            "love",
            "mobile",
            "search",
            "easy",
        ]
    )
    comments = [" ".join(rng.choice(words, size)) for size in rng.integers(5, 45, 20_000)]
    comments = [f"{text}, and more" if place % 7 == 0 else text for place, text in enumerate(comments)]
    comments = [f"{text}\nand again" if place % 50 == 0 else text for place, text in enumerate(comments)]
    days = (np.datetime64("2023-01-01") + rng.integers(0, 1095, rows)).astype(str)
    picked = rng.integers(0, len(comments), rows)
    accounts = rng.integers(0, 5000, rows)
    scores = rng.integers(0, 11, rows)
    codes = [rng.integers(0, size, rows) for size in VALUES]
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        for row in range(rows):
            comment = comments[picked[row]] if row % 5 else ""
            kinds = [f"{name}{code[row]}" for name, code in zip(HEADER[5:], codes, strict=True)]
            writer.writerow(
                [f"R{row:09d}", f"Account {accounts[row]}", days[row], scores[row], comment, *kinds]
            )


def write_sheet(path: Path, text: Path, rows: int) -> None:
    """Write the first rows of the text as a workbook, scores as numbers."""
    import xlsxwriter  # noqa: PLC0415 - not a dependency

    with xlsxwriter.Workbook(str(path)) as book, text.open(newline="") as file:
        sheet = book.add_worksheet()
        for place, row in enumerate(csv.reader(file)):
            if place > rows:
                break
            sheet.write_row(place, 0, [int(cell) if cell.isdigit() else cell for cell in row])


def report(title: str, readers: dict[str, tuple[str, str, str]], path: Path, repeats: int) -> list[str]:
    """Run the readers in turn; a table of their medians, each also as how many times its CPU ours takes."""
    here = {
        name: (setup, call)
        for name, (package, setup, call) in readers.items()
        if package == "nps_core" or importlib.util.find_spec(package)
    }
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in here}
    for _ in range(repeats):
        for name, (setup, call) in here.items():
            runs[name].append(measure(setup, call, path))
    ours = statistics.median(used for used, _ in runs[OURS])
    lines = [f"| {title} | CPU s | ours takes | peak MB |", "| --- | ---: | ---: | ---: |"]
    for name, seen in runs.items():
        used, peak = (statistics.median(column) for column in zip(*seen, strict=True))
        lines.append(f"| {name} | {used:.2f} | {ours / used:.2f}x | {peak:,.0f} |")
    return lines


def measure(setup: str, call: str, path: Path) -> tuple[float, float]:
    """CPU seconds of one call and the peak memory of its process in MB."""
    script = PROBE.format(root=str(ROOT), setup=setup, call=call)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True
    )
    used, peak = json.loads(done.stdout.splitlines()[-1])
    return used, peak


if __name__ == "__main__":
    main()
