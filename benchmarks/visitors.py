"""Memory that each visitor adds, bytes sent for a filter change, and filter changes a second of one process.

Run: python benchmarks/visitors.py [--rows 1000000] [--write]

The app runs as a process of its own; visitors are plain clients of its websocket on this machine, without a browser,
and each keeps its session. The first uploads a file, the second uploads the same one, the others follow its link. Each
changes a filter on Summary. Memory is what the process has resident, compared from stage to stage. For
filter changes a second, visitors change filters as fast as they are answered: one alone, then ten at a time. The
clients take a part of the same cores.
"""

from __future__ import annotations

import argparse
import itertools
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rerun import COUNTRIES, survey
from table import load, write_table
from visitor import Server, Visitor, running

STAGES = (2, 10, 50)
TURNS = 30
AT_ONCE = 10
FIXED = f"""
import plotly.graph_objects as go
import streamlit as st
st.multiselect("Country", {COUNTRIES})
for number in range(4):
    st.plotly_chart(go.Figure(go.Bar(x=list(range(11)), y=list(range(11)))), key=str(number))
"""


def main() -> None:
    """Print the tables."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--rows", type=int, default=1_000_000)
    ask.add_argument("--write", action="store_true", help="put the tables into benchmarks/README.md")
    asked = ask.parse_args()
    data = survey(asked.rows)
    with running("app.py", f"--server.disconnectedSessionTTL={FREED_AFTER}") as server:
        lines = [
            *memory(server, data),
            *turnover(server, data),
            "",
            *rates(server),
            *fixed_rates(),
            "",
            *sizes(server),
        ]
    lines += ["", f"{asked.rows:,} responses, a file of {len(data) / 1e6:.0f} MB. {load()}"]
    print("\n".join(lines))
    if asked.write:
        write_table("visitors", lines)


VISITORS: list[Visitor] = []
FREED_AFTER = 2  # seconds that the server waits for a visitor who lost the connection


def memory(server: Server, data: bytes) -> list[str]:
    """What the process holds as visitors come."""
    lines = ["| visitors | memory | for each visitor more |", "| --- | ---: | ---: |"]
    first = Visitor(server)
    lines.append(f"| one, on the first screen | {settled(server):.0f} MB | |")
    first.upload("survey.csv", data)
    for _ in range(5):  # what reading took is given back bit by bit
        work(first)
    VISITORS.append(first)
    last = settled(server)
    lines.append(f"| one, with the file open | {last:.0f} MB | |")
    for count in STAGES:
        added = count - len(VISITORS)
        while len(VISITORS) < count:
            VISITORS.append(another(server, data))
        now = settled(server)
        lines.append(f"| {count} | {now:.0f} MB | {(now - last) / added:+.1f} MB |")
        last = now
    return lines


def turnover(server: Server, data: bytes) -> list[str]:
    """All but one leave and as many others come, twice: what left is free for those who come."""
    lines = []
    last = settled(server)
    for wave in ("first", "second"):
        for visitor in VISITORS[1:]:
            visitor.close()
        del VISITORS[1:]
        time.sleep(3 * FREED_AFTER)
        while len(VISITORS) < STAGES[-1]:
            VISITORS.append(another(server, data))
        now = settled(server)
        came = STAGES[-1] - 1
        lines.append(
            f"| {came} left and {came} others came, the {wave} time | {now:.0f} MB |"
            f" {(now - last) / came:+.1f} MB |"
        )
        last = now
    return lines


def another(server: Server, data: bytes) -> Visitor:
    """The second visitor uploads the same file again; those after follow a link."""
    visitor = Visitor(server, VISITORS[0].query if len(VISITORS) > 1 else "")
    if len(VISITORS) == 1:
        visitor.upload("survey.csv", data)
    work(visitor)
    return visitor


def work(visitor: Visitor) -> None:
    """Look at Summary, and change a filter twice."""
    assert visitor.has("NPS is")
    visitor.pick("Country", *COUNTRIES[:2])
    visitor.pick("Country")


def rates(server: Server) -> list[str]:
    """Filter changes a second, and the CPU of each."""
    lines = ["| filter changes | a second | CPU each |", "| --- | ---: | ---: |"]
    for together in (1, AT_ONCE):
        picks = itertools.combinations(COUNTRIES, 3 if together == 1 else 4)
        tasks = [[next(picks) for _ in range(TURNS)] for _ in range(together)]
        cpu, start = server.cpu, time.perf_counter()
        with ThreadPoolExecutor(together) as pool:
            list(pool.map(change, VISITORS[:together], tasks))
        taken, used = time.perf_counter() - start, server.cpu - cpu
        turns = together * TURNS
        who = "one visitor" if together == 1 else f"{together} visitors at once"
        lines.append(f"| {who} | {turns / taken:.0f} | {1000 * used / turns:.0f} ms |")
    return lines


def change(visitor: Visitor, picks: list[tuple[str, ...]]) -> None:
    """Change the filter over and over, never to one that was seen before."""
    for pick in picks:
        visitor.pick("Country", *pick)


def fixed_rates() -> list[str]:
    """The same for an app of four fixed charts and one widget, with Streamlit's settings and with ours."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "fixed.py")
        script.write_text(FIXED, encoding="utf-8")
        for collects in ("true", "false"):
            with running(script, f"--runner.postScriptGC={collects}") as server:
                visitor = Visitor(server)
                visitor.pick("Country")
                cpu, start = server.cpu, time.perf_counter()
                change(visitor, list(itertools.islice(itertools.combinations(COUNTRIES, 3), TURNS)))
                taken, used = time.perf_counter() - start, server.cpu - cpu
            how = (
                "collecting garbage after each run, as Streamlit does"
                if collects == "true"
                else "with our settings"
            )
            lines.append(f"| four fixed charts, {how} | {TURNS / taken:.0f} | {1000 * used / TURNS:.0f} ms |")
    return lines


def sizes(server: Server) -> list[str]:
    """Bytes and CPU of a filter change on each page."""
    lines = ["| page | sent for a filter change | CPU |", "| --- | ---: | ---: |"]
    visitor = VISITORS[0]
    visitor.pick("Country")
    for page in visitor.pages:
        visitor.go(page)
        while visitor.has("Looking for themes"):
            time.sleep(1)
            visitor.run()
        picks = list(itertools.islice(itertools.combinations(COUNTRIES, 2), 100, 110))
        assert not visitor.has("could not be drawn"), page
        cpu = server.cpu
        sent = [visitor.pick("Country", *pick) for pick in picks]
        used = (server.cpu - cpu) / len(picks)
        lines.append(f"| {page or 'summary'} | {max(sent) / 1000:.0f} kB | {1000 * used:.0f} ms |")
    return lines


def settled(server: Server) -> float:
    """Memory in megabytes once nothing runs any more."""
    time.sleep(2)
    return server.megabytes


if __name__ == "__main__":
    main()
