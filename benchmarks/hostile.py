"""What a running app makes of hostile files, and what other visitors notice meanwhile.

Run: python benchmarks/hostile.py [--flips 300] [--sizes 012]

The files are those of tests/core/hostile.py, each kind in three sizes, uploaded one after another by a visitor of the
app's own protocol while another one changes a filter of a survey of 20,000 responses again and again. Printed for
each file: the seconds until the answer, the most that a worker held, what the server held more, and the answer. Then
files of each kind with a few bytes flipped, by what is said of them.
"""

from __future__ import annotations

import argparse
import io
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import psutil
from rerun import survey
from visitor import Server, Visitor, running

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "core"))

import hostile
from pptx import Presentation
from test_sandbox import complaint_of, flipped, flipped_within, samples

if TYPE_CHECKING:
    from collections.abc import Iterator

CAUSE = re.compile(r"“[^”]*”|[\d,.]+")
"""What differs from file to file in what is said of them."""


def main() -> None:
    """Print the tables."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--flips", type=int, default=300)
    ask.add_argument("--sizes", default="012")
    asked = ask.parse_args()
    with running() as server:
        files(server, [int(size) for size in asked.sizes])
    flips(asked.flips)


def files(server: Server, sizes: list[int]) -> None:
    """Upload each kind in each size."""
    # Made before anybody's time is taken: the visitors share this process.
    made = [(name, make(size)) for name, make in hostile.FILES.items() for size in sizes]
    neighbour = Visitor(server)
    neighbour.upload("survey.csv", survey(20_000))
    neighbour.wait_for("NPS is")
    usual = [turn(neighbour, place) for place in range(40)]
    slowest: list[float] = []
    done = Event()

    def go_on() -> None:
        place = 0
        while not done.wait(0.2):
            slowest.append(turn(neighbour, place := place + 1))

    other = Thread(target=go_on)
    other.start()
    print("| file | MB | seconds | worker, MB | server, MB more | answer |")
    print("| --- | ---: | ---: | ---: | ---: | --- |")
    for name, data in made:
        before, begun = server.megabytes, time.perf_counter()
        with watched(server) as peak:
            visitor = Visitor(server)
            visitor.upload(name, data)
            visitor.wait_for(name)
            seconds = time.perf_counter() - begun
        text = visitor.html.partition('role="alert"><strong>')[2].partition("</strong>")[0] or "read"
        more = server.megabytes - before
        print(
            f"| {name} | {len(data) / 1e6:.2f} | {seconds:.1f} | {peak[0]:.0f} | {more:+.0f} | {text} |",
            flush=True,
        )
        visitor.close()
        assert server.process.poll() is None, f"the server died of {name}"
    done.set()
    other.join()
    p95 = statistics.quantiles(usual, n=20)[-1]
    print(
        f"\nA filter change of another visitor: p95 {p95 * 1000:.0f} ms alone, slowest"
        f" {max(slowest) * 1000:.0f} ms of {len(slowest):,} meanwhile ({max(slowest) / p95:.1f} times)."
    )


def turn(visitor: Visitor, place: int) -> float:
    """Seconds of a filter change."""
    begun = time.perf_counter()
    visitor.pick("Country", *(["Country 3"] if place % 2 else []))
    return time.perf_counter() - begun


@contextmanager
def watched(server: Server) -> Iterator[list[float]]:
    """The most megabytes that a child of the server held."""
    peak, done = [0.0], Event()

    def look() -> None:
        own = psutil.Process(server.process.pid)
        while not done.wait(0.01):
            for child in own.children():
                try:
                    peak[0] = max(peak[0], child.memory_info().rss / 1e6)
                except psutil.Error:
                    continue

    watch = Thread(target=look)
    watch.start()
    try:
        yield peak
    finally:
        done.set()
        watch.join()


def flips(count: int) -> None:
    """Read files with flipped bytes, in this process."""
    from nps_core import read_survey  # noqa: PLC0415 - the server's figures come first
    from nps_core.report.formats import read_template  # noqa: PLC0415 - the server's figures come first

    template = io.BytesIO()
    Presentation().save(template)
    with tempfile.TemporaryDirectory() as folder:
        sound = {
            **samples(Path(folder)),
            "a.pptx": template.getvalue(),
            "parts of a.pptx": template.getvalue(),
        }
    print(f"\n| {count} with flipped bytes | slowest, s | said |")
    print("| --- | ---: | --- |")
    for name, data in sound.items():
        said: Counter[str] = Counter()
        slowest = 0.0
        for seed in range(count):
            begun = time.perf_counter()
            flip = flipped_within if name.startswith("parts of") else flipped
            options = {} if name.endswith(".pptx") else {"name": name}
            read = read_template if name.endswith(".pptx") else read_survey
            message = complaint_of(read, flip(data, seed), **options)
            slowest = max(slowest, time.perf_counter() - begun)
            said[CAUSE.sub("…", message) or "read"] += 1
        print(
            f"| {name} | {slowest:.1f} |"
            f" {'; '.join(f'{times} {words}' for words, times in said.most_common())} |",
            flush=True,
        )


if __name__ == "__main__":
    sys.setswitchinterval(0.002)  # the visitor whose time is taken must not wait for the other one
    main()
