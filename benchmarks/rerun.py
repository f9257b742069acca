"""Server CPU of one filter change on the Overview, beside an app of as many charts that has no data.

Run: python benchmarks/rerun.py [--rows 10000 100000 1000000]

Both run in one process without a browser (Streamlit's AppTest), so what is compared is the work of the server.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
CHARTS = 4  # as many as the Overview has
REPEATS = 15


def survey(rows: int) -> bytes:
    """Make a survey of so many rows: a date over three years, a comment, six segments."""
    rng = np.random.default_rng(1)
    days = np.datetime64("2023-01-01") + rng.integers(0, 1095, rows)
    frame = pd.DataFrame({"Date": days, "NPS score": rng.choice(11, rows, p=[0.02] * 7 + [0.13, 0.18, 0.25, 0.30])})
    for name, size in (("Plan", 3), ("Persona", 3), ("Region", 5), ("Phase", 4), ("Country", 30), ("Industry", 12)):
        frame[name] = np.array([f"{name} {value}" for value in range(size)])[rng.integers(0, size, rows)]
    frame["Comment"] = np.array(["support is slow", "love the reports", "too expensive for us", ""])[rng.integers(0, 4, rows)]
    out = io.StringIO()
    frame.to_csv(out, index=False)
    return out.getvalue().encode()


def empty_app(charts: int) -> None:
    """Draw fixed charts."""
    import plotly.graph_objects as go
    import streamlit as st

    st.multiselect("Plan", ["Plan 0", "Plan 1", "Plan 2"], key="filter.by.Plan")
    for number in range(charts):
        st.plotly_chart(go.Figure(go.Bar(x=list(range(11)), y=list(range(11)))), key=f"chart {number}")


def change_filters(app: AppTest) -> float:
    """Median CPU seconds of a filter change."""
    taken = []
    for turn in range(REPEATS):
        app.multiselect(key="filter.by.Plan").set_value([f"Plan {turn % 3}"])
        start = time.process_time()
        app.run()
        taken.append(time.process_time() - start)
        assert not app.exception
    return statistics.median(taken[2:])


def main() -> None:
    """Print a line a size."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    sizes = ask.parse_args().rows
    fixed = AppTest.from_function(empty_app, args=(CHARTS,), default_timeout=120)
    fixed.run()
    base = change_filters(fixed)
    print(f"{CHARTS} fixed charts, no data: {base * 1000:.0f} ms CPU a rerun")
    for rows in sizes:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        app.run()
        app.file_uploader[0].set_value(("survey.csv", survey(rows), "text/csv")).run()
        ours = change_filters(app)
        print(f"Overview at {rows:,} rows: {ours * 1000:.0f} ms CPU a filter change, {ours / base:.1f}x the fixed charts")


if __name__ == "__main__":
    main()
