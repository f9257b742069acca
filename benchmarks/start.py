"""CPU from the start of the server to the first page, beside an empty Streamlit app.

Run: python benchmarks/start.py [--write]

Both as processes of their own, with one visitor over loopback, in turns; what is taken is the median CPU of the whole
process until the first page is complete. What the first page imports beyond an empty app is listed by its cost.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from pathlib import Path

from table import load, write_table
from visitor import ROOT, Visitor, running

TURNS = 7
EMPTY = "import streamlit as st\nst.title('Nothing')\n"
PANDAS = "import pandas\nimport plotly.graph_objects\n" + EMPTY


def main() -> None:
    """Print a table."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        scripts = {
            "an empty app": Path(folder, "empty.py"),
            "that imports pandas and plotly": Path(folder, "more.py"),
        }
        for script, text in zip(scripts.values(), (EMPTY, PANDAS), strict=True):
            script.write_text(text, encoding="utf-8")
        scripts["ours"] = ROOT / "app.py"
        taken: dict[str, list[float]] = {name: [] for name in scripts}
        for _ in range(TURNS):
            for name, script in scripts.items():
                taken[name].append(first_page(script))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    base = medians["an empty app"]
    lines = ["| app | CPU to the first page | x an empty app |", "| --- | ---: | ---: |"]
    lines += [f"| {name} | {own:.2f} s | {own / base:.2f}x |" for name, own in medians.items()]
    lines += ["", load()]
    print("\n".join(lines))
    if asked.write:
        write_table("start", lines)


def first_page(script: Path) -> float:
    """CPU seconds of a new server until a visitor has its first page."""
    with running(script) as server:
        visitor = Visitor(server)
        taken = server.cpu
        visitor.close()
    return taken


if __name__ == "__main__":
    main()
