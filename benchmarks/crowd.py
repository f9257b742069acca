"""A crowd on one server: is every visitor served, does a filter stay quick, are threads bounded, does memory come back?

Run: python benchmarks/crowd.py [--visitors 50] [--seconds 300] [--rows 20000] [--together 16]

The app runs as a process of its own; visitors are plain clients of its websocket on this machine, without a browser.
Each opens a survey of its own and changes a filter or the page every ten seconds. Five of them a minute look at the
themes of their comments and then build a deck, and wait for both. Then all leave, and a second crowd with other
surveys comes and goes. In the end some visitors look for themes at once, each for those of a survey of its own, which
is compared with one visitor after another. The clients take a part of the same cores.
"""

from __future__ import annotations

import argparse
import csv
import io
import random
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from table import load
from visitor import ROOT, Server, Visitor, running

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNTRIES = ("Chile", "India", "Japan", "Kenya", "Norway", "Peru")
PAGES = ("", "trends", "segments", "compare", "drivers", "people", "data")
GRACE = 180  # seconds after the last minute in which decks and themes are waited for
GONE_AFTER = 20  # seconds; the app lets go of a browser that lost the connection after half of them
ALONE = 60  # actions of one visitor alone


def main() -> None:
    """Print what a crowd does to the server."""
    ask = argparse.ArgumentParser()
    ask.add_argument("--visitors", type=int, default=50)
    ask.add_argument("--seconds", type=int, default=300)
    ask.add_argument("--rows", type=int, default=20_000)
    ask.add_argument("--every", type=float, default=10, help="seconds between two actions of a visitor")
    ask.add_argument("--decks", type=int, default=5, help="a minute, each after its themes")
    ask.add_argument(
        "--together", type=int, default=16, help="visitors who look for themes at once; 0 for none"
    )
    ask.add_argument("--rounds", type=int, default=2)
    asked = ask.parse_args()
    with running("app.py", f"--server.disconnectedSessionTTL={GONE_AFTER}") as server:
        warm_up(server, asked.rows)
        before = after_leaving(server)
        print(
            f"Before, after one visitor has been on every page, built a deck and left: {before:.0f} MB,"
            f" {server.threads} threads."
        )
        alone = one_alone(server, asked.rows)
        print(f"A filter change of one visitor: {times(alone)}.")
        last = after_leaving(server)
        for number in range(asked.rounds):
            crowd = Crowd(asked, first=1_000 * number)
            with watched(server) as seen:
                crowd.come(server)
            report(crowd, alone, seen)
            now = after_leaving(server)
            print(
                f"Memory after all have left: {now:.0f} MB, {now - before:+.0f} MB to before,"
                f" {now - last:+.0f} MB to the last time; {server.threads} threads."
            )
            last = now
            print(f"Round {number + 1} of {asked.rounds} is over.", flush=True)
        if asked.together:
            together(server, asked)
    print(load())


@dataclass
class Crowd:
    """So many visitors for so long, and what became of them."""

    asked: argparse.Namespace
    first: int = 0  # the number of the first visitor: each number has another survey
    filters: list[float] = field(default_factory=list)
    actions: int = 0
    begun: int = 0
    done: int = 0
    errors: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def come(self, server: Server) -> None:
        """Let all visitors come, act and leave."""
        start = time.monotonic()
        with ThreadPoolExecutor(self.asked.visitors) as pool:
            list(pool.map(lambda number: self._visit(server, number, start), range(self.asked.visitors)))

    def _visit(self, server: Server, number: int, start: float) -> None:
        chance = walk(number)
        end = start + self.asked.seconds
        builds_at = self._when_to_build(number, start)
        try:
            time.sleep(self.asked.every * chance.random())
            visitor = opened(server, self.first + number, self.asked.rows)
            while time.monotonic() < end:
                action = time.monotonic()
                if builds_at is not None and action >= builds_at:
                    builds_at = None
                    self.build(visitor, end + GRACE)
                elif (taken := act(visitor, chance)) is not None:
                    self.filters.append(taken)
                self.actions += 1
                time.sleep(max(0.0, min(end, action + self.asked.every) - time.monotonic()))
            visitor.close()
        except Exception as error:  # noqa: BLE001 - counted and printed
            self.errors.append(f"visitor {number}: {type(error).__name__}: {error}"[:300])

    def _when_to_build(self, number: int, start: float) -> float | None:
        """So many visitors a minute build a deck, spread over the minute; the last quarter of a minute is left out."""
        wanted = round(self.asked.decks * self.asked.seconds / 60)
        if number >= wanted:
            return None
        return start + 15 + number * max(self.asked.seconds - 30, 0) / wanted

    def build(self, visitor: Visitor, end: float) -> None:
        """Look at the themes, then build a deck, and wait for both."""
        with self.lock:
            self.begun += 1
        start = time.monotonic()
        visitor.go("comments")
        wait(visitor, end, lambda: not visitor.has("Looking for themes"))
        visitor.go("slides")
        wait(visitor, end, lambda: not visitor.has("Looking for themes"))
        visitor.click("Build")
        wait(visitor, end, lambda: visitor.shows("download_button"))
        with self.lock:
            self.done += 1
            self.waits.append(time.monotonic() - start)
        visitor.go("")
        check(visitor)


def report(crowd: Crowd, alone: list[float], seen: Seen) -> None:
    """Print what became of a crowd."""
    many, one = percentile(crowd.filters), percentile(alone)
    print(
        f"{crowd.asked.visitors} visitors for {crowd.asked.seconds} s, {crowd.asked.rows:,} rows each:"
        f" {crowd.actions} actions, {len(crowd.errors)} errors, {crowd.begun - crowd.done} of {crowd.begun}"
        " decks and their themes unfinished."
    )
    for error in crowd.errors[:5]:
        print("  ", error)
    print(
        f"A filter change in the crowd: {times(crowd.filters)}; 95th percentile {many / one:.1f}x of one"
        " visitor."
    )
    if crowd.waits:
        print(
            f"Themes and deck together: {statistics.median(crowd.waits):.0f} s at the median,"
            f" {max(crowd.waits):.0f} s at most."
        )
    print(f"At most {seen.threads} threads and {seen.megabytes:.0f} MB.", flush=True)


def together(server: Server, asked: argparse.Namespace) -> None:
    """So many visitors look for themes at once, and before that one after another."""
    count = asked.together

    def look(number: int, ready: Event) -> bool:
        visitor = opened(server, number, asked.rows)
        ready.wait()
        visitor.go("comments")
        wait(visitor, time.monotonic() + 60 * count, lambda: not visitor.has("Looking for themes"))
        found = not visitor.has("Looking for themes")
        visitor.close()
        return found

    at_once = Event()
    at_once.set()
    cpu = server.cpu
    one_by_one = sum(look(-1_000 - number, at_once) for number in range(count))
    alone = server.cpu - cpu
    after_leaving(server)
    at_once.clear()
    cpu = server.cpu
    with ThreadPoolExecutor(count) as pool, watched(server) as seen:
        jobs = [pool.submit(look, -2_000 - number, at_once) for number in range(count)]
        time.sleep(5)
        at_once.set()
        done = sum(job.result() for job in jobs)
    used = server.cpu - cpu
    print(
        f"Themes at once: {done} of {count} done, {used:.0f} s of CPU; one after another {one_by_one} of"
        f" {count}, {alone:.0f} s; {used / alone:.2f}x. At most {seen.threads} threads and"
        f" {seen.megabytes:.0f} MB."
    )


def warm_up(server: Server, rows: int) -> None:
    """One visitor on every page, with themes and a deck, so that all is imported."""
    visitor = opened(server, -1, rows)
    for page in PAGES:
        visitor.go(page)
        visitor.pick("Country", "Peru")
    warm = Crowd(argparse.Namespace())
    warm.build(visitor, time.monotonic() + GRACE)
    visitor.close()


def one_alone(server: Server, rows: int) -> list[float]:
    """The seconds of the filter changes of one visitor, who acts without a pause."""
    visitor, chance = opened(server, -2, rows), walk(-2)
    taken = [act(visitor, chance) for _ in range(2 * ALONE)]
    visitor.close()
    return [seconds for seconds in taken if seconds is not None]


def opened(server: Server, number: int, rows: int) -> Visitor:
    """A visitor with a survey of its own open."""
    visitor = Visitor(server)
    visitor.upload(f"survey {number}.csv", survey(rows, number))
    check(visitor)
    assert visitor.has("NPS is")
    return visitor


def act(visitor: Visitor, chance: random.Random) -> float | None:
    """Change a filter, or the page; the seconds that a filter change took."""
    if chance.random() < 1 / 3:
        visitor.go(chance.choice(PAGES))
        check(visitor)
        return None
    start = time.perf_counter()
    visitor.pick("Country", *chance.sample(COUNTRIES, 3))
    taken = time.perf_counter() - start
    check(visitor)
    return taken


def wait(visitor: Visitor, end: float, done) -> None:  # noqa: ANN001 - asks nothing
    """Poll as the page does, until something is there."""
    while not done():
        assert time.monotonic() < end, "not finished in time"
        time.sleep(0.5)
        if visitor.auto:
            visitor.poll()
        else:
            visitor.run()
        check(visitor)


def check(visitor: Visitor) -> None:
    """No page may fail."""
    assert not visitor.has("could not be drawn"), "a page could not be drawn"
    assert not visitor.shows("exception"), "an exception on the page"
    assert not visitor.has('class="problem"'), visitor.html[:300]


@dataclass
class Seen:
    """The most that was seen of the server."""

    threads: int = 0
    megabytes: float = 0.0


@contextmanager
def watched(server: Server) -> Iterator[Seen]:
    """Look at the server twice a second."""
    seen, over = Seen(), Event()

    def look() -> None:
        while not over.wait(0.5):
            seen.threads = max(seen.threads, server.threads)
            seen.megabytes = max(seen.megabytes, server.megabytes)

    watcher = Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def after_leaving(server: Server) -> float:
    """Memory once the server has noticed that all are gone."""
    time.sleep(GONE_AFTER)
    return server.megabytes


def percentile(values: list[float]) -> float:
    """The 95th."""
    return statistics.quantiles(values, n=20)[-1]


def times(values: list[float]) -> str:
    """The middle and the slow end, in milliseconds."""
    return (
        f"{1000 * statistics.median(values):.0f} ms at the median, {1000 * percentile(values):.0f} ms at the"
        f" 95th percentile (n {len(values)})"
    )


def walk(number: int) -> random.Random:
    """Chance that is the same each time."""
    return random.Random(number)  # noqa: S311 - no secret


@cache
def texts() -> list[str]:
    """Comments of the sample survey."""
    with Path(ROOT, "data", "sample_survey.csv").open(encoding="utf-8-sig", newline="") as file:
        return [
            row["What is the main reason for your score?"]
            for row in csv.DictReader(file)
            if row["What is the main reason for your score?"]
        ]


def survey(rows: int, number: int) -> bytes:
    """A survey like no other: every second response has a comment."""
    chance, said, out = walk(number), texts(), io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Date", "Score", "Comment", "Company", "Plan", "Country"])
    for row in range(rows):
        text = f"{chance.choice(said)} {chance.choice(said).split(' ')[0]}" if row % 2 else ""
        writer.writerow(
            [
                f"2026-{1 + row % 9:02}-{1 + row % 28:02}",
                chance.choice((0, 3, 6, 7, 8, 9, 9, 10, 10)),
                text,
                f"firm {chance.randrange(400)}",
                chance.choice(("Pro", "Team", "Free")),
                chance.choice(COUNTRIES),
            ]
        )
    return out.getvalue().encode()


if __name__ == "__main__":
    sys.setswitchinterval(0.002)  # fifty clients in one process must not wait for each other
    main()
