"""Server CPU of one filter change on Summary, beside apps of as many charts that have no data.

Run: python benchmarks/rerun.py [--rows 10000 100000 1000000] [--write]

In one process without a browser (Streamlit's AppTest), so what is compared is the work of the server. Each change
picks countries that were not picked before: nothing comes ready from a cache. Two apps without data are the measure:

- as many charts as Summary has, and nothing else;
- the same, and as many widgets and pieces of text: what Streamlit takes for the frame of Summary when nothing is
  counted, found or written.
"""

from __future__ import annotations

import argparse
import io
import itertools
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest
from table import load, write_table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from nps_core import Filters  # noqa: E402 - found there

TURNS = 40
WARM = 5  # turns before the clock counts
COUNTRIES = [f"Country {number}" for number in range(30)]
COUNTED = (
    "plotly_chart",
    "html",
    "multiselect",
    "text_input",
    "date_input",
    "button_group",
    "button",
    "file_uploader",
)


def survey(rows: int) -> bytes:
    """Make a survey of so many rows: a date over three years, six segments, some comments."""
    rng = np.random.default_rng(1)
    days = np.datetime64("2023-01-01") + rng.integers(0, 1095, rows)
    frame = pd.DataFrame(
        {"Date": days, "NPS score": rng.choice(11, rows, p=[0.02] * 7 + [0.13, 0.18, 0.25, 0.30])}
    )
    for name, size in (
        ("Plan", 3),
        ("Persona", 3),
        ("Region", 5),
        ("Phase", 4),
        ("Country", 30),
        ("Industry", 12),
    ):
        frame[name] = np.array([f"{name} {value}" for value in range(size)])[rng.integers(0, size, rows)]
    frame["Comment"] = comments(rng, rows)
    out = io.StringIO()
    frame.to_csv(out, index=False)
    return out.getvalue().encode()


def comments(rng: np.random.Generator, rows: int) -> np.ndarray:
    """A third of the responses say something: one of some thousand sentences."""
    whats = [
        "support",
        "the price",
        "onboarding",
        "reporting",
        "the mobile app",
        "search",
        "our account manager",
        "billing",
        "the editor",
        "training",
    ]
    hows = [
        "is slow",
        "is great",
        "was a surprise",
        "needs work",
        "saves us hours",
        "confuses new users",
        "got better",
        "is why we stay",
    ]
    whens = [
        "every week",
        "since the last release",
        "for a team of our size",
        "at the end of each month",
        "when it matters",
        "compared with others",
    ]
    said = np.array(
        [
            f"{what} {how} {when}, {also}"
            for what in whats
            for how in hows
            for when in whens
            for also in ("mostly", "to be honest", "again")
        ]
    )
    return np.where(rng.random(rows) < 1 / 3, said[rng.integers(0, len(said), rows)], "")


def fixed_app(counts: dict[str, int]) -> None:
    """Draw fixed charts, and fixed widgets and text when there are any to draw."""
    import plotly.graph_objects as go  # noqa: PLC0415 - AppTest runs this body alone
    import streamlit as st  # noqa: PLC0415

    with st.container(horizontal=True):
        st.session_state["filters"] = st.session_state.get("filters")
        for number in range(counts.get("multiselect", 0)):
            st.multiselect(f"Segment {number}", ["one", "two", "three", "four"], key=f"segment {number}")
        for number in range(counts.get("button_group", 0)):
            st.pills("Group", ["one", "two", "three"], selection_mode="multi", key=f"pills {number}")
        for number in range(counts.get("date_input", 0)):
            st.date_input("From", value=None, key=f"date {number}")
        for number in range(counts.get("text_input", 0)):
            st.text_input("Text", key=f"text {number}")
        for number in range(counts.get("file_uploader", 0)):
            st.file_uploader("File", key=f"file {number}")
    for number in range(counts.get("button", 0)):
        st.button("Button", key=f"button {number}")
    for number in range(counts.get("html", 0)):
        st.html(f"<p>Text {number}</p>")
    for number in range(counts["plotly_chart"]):
        st.plotly_chart(go.Figure(go.Bar(x=list(range(11)), y=list(range(11)))), key=f"chart {number}")


def change_filters(apps: dict[str, AppTest]) -> dict[str, float]:
    """Median CPU seconds of a filter change of each app; they take turns, so that a busy machine slows all alike."""
    picks = {name: itertools.combinations(COUNTRIES, 2) for name in apps}
    taken: dict[str, list[float]] = {name: [] for name in apps}
    for _ in range(WARM + TURNS):
        for name, app in apps.items():
            app.session_state["filters"] = Filters().with_attribute("Country", next(picks[name]))
            start = time.process_time()
            app.run()
            taken[name].append(time.process_time() - start)
            assert not app.exception
    return {name: statistics.median(times[WARM:]) for name, times in taken.items()}


def main() -> None:
    """Print a row a size."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000])
    ask.add_argument("--write", action="store_true", help="put the table into benchmarks/README.md")
    asked = ask.parse_args()
    apps = {str(rows): opened(rows) for rows in asked.rows}
    counts = Counter({kind: len(apps[str(asked.rows[-1])].get(kind)) for kind in COUNTED})
    apps["charts"] = fixed({"plotly_chart": counts["plotly_chart"]})
    apps["framed"] = fixed(dict(counts))
    medians = change_filters(apps)
    charts, framed = medians.pop("charts"), medians.pop("framed")
    taken = {int(rows): seconds for rows, seconds in medians.items()}
    lines = [
        (
            "| rows | a filter change | x its own at the first size | x as many charts | x as many charts,"
            " widgets and texts |"
        ),
        "| ---: | ---: | ---: | ---: | ---: |",
    ]
    first = taken[asked.rows[0]]
    lines += [
        f"| {rows:,} | {own * 1000:.0f} ms | {own / first:.2f}x | {own / charts:.1f}x | {own / framed:.1f}x |"
        for rows, own in taken.items()
    ]
    frame = ", ".join(f"{count} {kind}" for kind, count in counts.items())
    lines += [
        "",
        (
            f"Without data: {charts * 1000:.0f} ms for the charts alone, {framed * 1000:.0f} ms with {frame}."
            f" {load()}"
        ),
    ]
    print("\n".join(lines))
    if asked.write:
        write_table("rerun", lines)


def opened(rows: int) -> AppTest:
    """Our app with a survey of so many rows open, on Summary."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300).run()
    return app.file_uploader[0].set_value(("survey.csv", survey(rows), "text/csv")).run()


def fixed(counts: dict[str, int]) -> AppTest:
    """An app without data."""
    return AppTest.from_function(fixed_app, args=(counts,), default_timeout=120).run()


if __name__ == "__main__":
    main()
