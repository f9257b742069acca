"""How often the story of a trend is false, told, and near the truth; and its early warning.

    python benchmarks/story.py [--surveys N] [--write]

Surveys with a known truth are drawn from a seed, N for each row, and told. Responses are promoters, 30 % passives and
detractors (fewer passives where the NPS leaves no room for so many), +40 where no other level is said; n is the
responses of a period, T the number of periods, months unless said otherwise. Points are NPS points. A share of
N = 100 surveys has a standard error of up to .05, of N = 400 of up to .025. `--write` puts the tables into
docs/statistics.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from table import write_table

from nps_core.score.estimate import estimate
from nps_core.trends.fit import PeriodCounts, find_fits
from nps_core.trends.story import tell_story
from nps_core.trends.today import FALL, Today, states_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nps_core.trends.fit import Fit
    from nps_core.trends.story_result import Story

PAGE = Path(__file__).resolve().parents[1] / "docs" / "statistics.md"
LEVEL = 40.0
LINES: list[str] = []


def main() -> None:
    """Print every table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--surveys", type=int, default=100, help="surveys drawn for each row")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/statistics.md")
    asked = parser.parse_args()
    began = time.process_time()
    say(f"`python benchmarks/story.py --surveys {asked.surveys}`")
    for part in (
        false_stories,
        told,
        sizes,
        today,
        warnings,
        recoveries,
        seasons,
        recurring,
        accounts,
        seconds,
    ):
        part(asked.surveys)
    print(f"{time.process_time() - began:.0f} CPU seconds")
    if asked.write:
        write_table("story", LINES, PAGE)


def say(*lines: str) -> None:
    """Print lines, and keep them for the page."""
    LINES.extend(lines)
    print(*lines, sep="\n", flush=True)


def table(*heads: str) -> None:
    """Begin a table: its first column holds words, the others figures."""
    say("", "| " + " | ".join(heads) + " |", "| --- |" + " ---: |" * (len(heads) - 1))


def row(*cells: object) -> None:
    """A row: shares and points with two digits and one."""
    say("| " + " | ".join(f"{cell:.2f}" if isinstance(cell, float) else str(cell) for cell in cells) + " |")


def draw(levels: np.ndarray, n: float | np.ndarray, surveys: int, seed: int) -> np.ndarray:
    """Surveys at these levels, of shape (periods,) or (surveys, periods); shape (surveys, periods, 3)."""
    levels = np.clip(np.broadcast_to(levels, (surveys, np.shape(levels)[-1])), -97, 97) / 100
    passives = np.minimum(0.3, 1 - np.abs(levels))
    shares = np.stack([(1 - passives + levels) / 2, passives, (1 - passives - levels) / 2], axis=-1)
    return np.random.default_rng(seed).multinomial(np.asarray(n, dtype=int), shares)


def data_of(counts: np.ndarray, period: str = "month", deff: float = 1.0) -> PeriodCounts:
    """What a story is told from, of counts whose first period begins a year."""
    steps = np.arange(len(counts))
    if period == "week":
        starts = np.datetime64("2019-12-30") + 7 * steps
    else:
        starts = (np.datetime64("2020-01") + (3 if period == "quarter" else 1) * steps).astype(
            "datetime64[D]"
        )
    return PeriodCounts(counts.astype(float), period, starts, np.full(len(counts), deff))


def tell(counts: np.ndarray, period: str = "month") -> Story:
    """The story of counts."""
    data = data_of(counts, period)
    return tell_story(*counts.T, period=period, starts=data.starts)


def stories(counts: np.ndarray, period: str = "month") -> Iterator[Story]:
    """The stories of surveys, shape (surveys, periods, 3)."""
    return (tell(one, period) for one in counts)


def flat(periods: int, level: float = LEVEL) -> np.ndarray:
    """A level that stays."""
    return np.full(periods, level)


def step(periods: int, points: float, at: float = 0.5, back: float = 2.0, level: float = LEVEL) -> np.ndarray:
    """A level that changes at a share of the periods, and perhaps comes back at another."""
    place = np.arange(periods) / periods
    return level + points * ((place >= at) & (place < back))


def wander(periods: int, spread: float, surveys: int, seed: int) -> np.ndarray:
    """Levels that differ from period to period by more than sampling, and tell nothing."""
    return LEVEL + np.random.default_rng(seed).normal(0, spread, (surveys, periods))


def false_stories(surveys: int) -> None:
    """Anything but steady, where nothing changes."""
    table("a false story, nothing changes", "NPS", "n", "T", "told")
    for level, n, periods, period in (
        (40, 100, 8, "quarter"),
        (40, 30, 12, "month"),
        (40, 100, 24, "month"),
        (-60, 30, 24, "month"),
        (40, 10, 24, "month"),
        (40, 3, 24, "month"),
        (82, 10, 48, "month"),
        (40, 100, 48, "month"),
        (40, 25, 52, "week"),
    ):
        counts = draw(flat(periods, level), n, surveys, 1)
        row(f"constant, {period}s", f"{level:+d}", n, periods, share(counts, period))
    for n in (100, 400, 2000):
        counts = draw(wander(24, 3, surveys, 2), n, surveys, 3)
        row("months wander by 3", "+40", n, 24, share(counts))
    uneven = np.tile([10, 400, 50, 120], 6)
    row("uneven n", "+40", "10-400", 24, share(draw(flat(24), uneven, surveys, 4)))
    gaps = draw(flat(24), 100, surveys, 5)
    gaps[np.random.default_rng(5).random(gaps.shape[:2]) < 1 / 3] = 0
    row("a third of the months empty", "+40", 100, 24, share(gaps))


def share(counts: np.ndarray, period: str = "month", deff: float = 1.0) -> float:
    """How many of the surveys tell something."""
    return float(np.mean([not find_fits(data_of(one, period, deff))[0].steady for one in counts]))


CHANGES: tuple[tuple[str, Callable[[], np.ndarray], int, str], ...] = (
    ("down 5 at half", lambda: step(8, -5), 300, "quarter"),
    ("down 10 at half", lambda: step(8, -10), 300, "quarter"),
    ("down 20 at half", lambda: step(8, -20), 300, "quarter"),
    ("down 20 at half", lambda: step(24, -20), 30, "month"),
    ("down 5 at half", lambda: step(24, -5), 100, "month"),
    ("down 10 at half", lambda: step(24, -10), 100, "month"),
    ("down 20 at half", lambda: step(24, -20), 100, "month"),
    ("down 5 at half", lambda: step(24, -5), 400, "month"),
    ("down 10 at half", lambda: step(24, -10), 400, "month"),
    ("down 10 at half", lambda: step(48, -10), 100, "month"),
    ("down 20 for a quarter of the time, and back", lambda: step(24, -20, 0.5, 0.75), 100, "month"),
    ("down 20 for two quarters, and back", lambda: step(8, -20, 0.5, 0.75), 300, "quarter"),
    ("+60 to +29", lambda: np.linspace(60, 29, 24), 100, "month"),
    ("+60 to +29", lambda: np.linspace(60, 29, 24), 400, "month"),
)


def told(surveys: int) -> None:
    """What is told of a truth that moves."""
    table("told", "n", "T", "told", "as a slide", "the last change the right way")
    for name, levels, n, period in CHANGES:
        truth = levels()
        found = list(stories(draw(truth, n, surveys, 6), period))
        some = [one for one in found if one.change is not None]
        last = truth[-1] - truth[np.flatnonzero(np.diff(truth))[-1]]
        right = [np.sign(one.change.points) == np.sign(last) for one in some]
        row(
            f"{name}, {period}s",
            n,
            len(truth),
            len(some) / len(found),
            float(np.mean([one.kind == "slide" for one in found])),
            float(np.mean(right)) if some else "–",
        )


def sizes(surveys: int) -> None:
    """How much and since when, of one step that was told as one."""
    table("how much and since when, told as one change", "bias", "interval holds it", "start exact", "... within two",
          "range holds it", "its length")  # fmt: skip
    for points, n, periods in ((-10, 100, 24), (-20, 100, 24), (-10, 400, 24), (-10, 100, 48)):
        found = stories(draw(step(periods, points), n, surveys, 7))
        told_once = [one for one in found if one.kind == "changes" and len(one.fit.starts) == 2]
        start = periods // 2
        off = np.array([one.start - start for one in told_once])
        ranges = np.array([one.start_range for one in told_once])
        row(
            f"down {-points} at half, n {n}, T {periods}",
            f"{np.mean([abs(one.change.points) - abs(points) for one in told_once]):+.1f}",
            float(np.mean([one.change.low <= points <= one.change.high for one in told_once])),
            float(np.mean(off == 0)),
            float(np.mean(np.abs(off) <= 2)),
            float(np.mean((ranges[:, 0] <= start) & (start <= ranges[:, 1]))),
            f"{np.mean(ranges[:, 1] - ranges[:, 0] + 1):.0f}",
        )


TRUTHS = {
    "constant": flat(24),
    "10 at 1/2": step(24, -10),
    "10 at 3/4": step(24, -10, 0.75),
    "20 at 3/4": step(24, -20, 0.75),
    "slide of 31": np.linspace(60, 29, 24),
    "20 in the last month": step(24, -20, 23 / 24),
}


def today(surveys: int) -> None:
    """Error (root mean square, points) and coverage of what speaks of now, 24 months of 100 responses."""
    table("today's level: error, coverage", *TRUTHS)
    found: dict[str, list[str]] = {}
    for levels in TRUTHS.values():
        errors: dict[str, list[tuple[float, bool]]] = {}
        for counts in draw(levels, 100, surveys, 8):
            story = tell(counts)
            ours = story.today
            ways = {
                "whole file": estimate(*map(int, counts.sum(axis=0))),
                "last 12 months": estimate(*map(int, counts[-12:].sum(axis=0))),
                "last month alone": estimate(*map(int, counts[-1])),
                "last stretch or slide alone": wald(story.fit),
                "**mean over starts**": ours,
            }
            for way, one in ways.items():
                held = one.low <= levels[-1] <= one.high
                errors.setdefault(way, []).append((float(one.nps) - levels[-1], bool(held)))
        for way, pairs in errors.items():
            off, held = np.array(pairs).T
            found.setdefault(way, []).append(f"{np.sqrt(np.mean(off**2)):.1f}, {held.mean():.2f}")
    for way, cells in found.items():
        row(way, *cells)


def wald(fit: Fit) -> Today:
    """The level at the end of the fit that was chosen, as if nothing else could have been."""
    nps, error = float(fit.level[-1]), fit.error(-1)
    return Today(nps, error, nps - 1.96 * error, nps + 1.96 * error)


def watched(levels: np.ndarray, n: int, surveys: int, seed: int) -> np.ndarray:
    """Which months have a warning of a fall, shape (periods, surveys)."""
    counts = np.moveaxis(draw(levels, n, surveys, seed), 0, 1).astype(float)
    ones = np.ones(len(counts))
    return states_of(counts, ones, 0 * ones, "month") == FALL


def in_months(months: float) -> str:
    """Months, or that it took more than the two years looked at."""
    return f"{months:.0f}" if np.isfinite(months) else "> 24"


def warnings(surveys: int) -> None:
    """How soon a fall is found after 24 months without one, and how often there is none."""
    table("warning", "found in 3 months", "in 6", "in 12", "median months", "still on after 12", "after 23")
    for points, n in ((10, 100), (10, 30), (10, 10), (20, 100), (20, 30), (20, 10)):
        states = watched(np.concatenate([flat(24), flat(24, LEVEL - points)]), n, surveys, 9)
        after = states[24:, ~states[23]]  # of those that did not stand falsely when it fell
        first = np.where(after.any(axis=0), after.argmax(axis=0) + 1, np.inf)
        row(
            f"fall of {points}, n {n}",
            *(float(np.mean(first <= months)) for months in (3, 6, 12)),
            in_months(np.median(first)),
            float(after[12].mean()),
            float(after[23].mean()),
        )
    table("false warnings of a fall, nothing changes, 60 months", "once in months", "share of months")
    for name, levels, n in (
        ("n 100", flat(60), 100),
        ("n 30", flat(60), 30),
        ("n 10", flat(60), 10),
        ("+82, n 10", flat(60, 82), 10),
        ("n 3", flat(60), 3),
        ("months wander by 3, n 2000", wander(60, 3, surveys, 10), 2000),
    ):
        states = watched(levels, n, surveys, 11)[5:]
        began = int((states[1:] & ~states[:-1]).sum() + states[0].sum())
        row(name, f"{states.size / began:.0f}" if began else f"> {states.size}", float(states.mean()))


def recoveries(surveys: int) -> None:
    """Months until a warning is over, from the first month of recovery on."""
    table("after recovery, of the warnings that stand then", "median months", "nine in ten within")
    for points, n, months in ((10, 100, 6), (10, 100, 10), (20, 100, 6), (20, 30, 6)):
        states = watched(np.concatenate([flat(24), flat(months, LEVEL - points), flat(24)]), n, surveys, 12)
        end = 24 + months
        after = states[end:, states[end - 1]]
        over = np.where((~after).any(axis=0), (~after).argmax(axis=0) + 1, np.inf)
        row(
            f"fall of {points} for {months} months, n {n}",
            in_months(np.median(over)),
            in_months(np.quantile(over, 0.9, method="higher")),
        )


def cosine(periods: int, year: int, height: float) -> np.ndarray:
    """A wave once a year."""
    return height * np.cos(2 * np.pi * np.arange(periods) / year)


def fourth_quarter(periods: int, year: int) -> np.ndarray:
    """A dip of 15 in the last quarter of each year."""
    return -15.0 * (np.arange(periods) % year >= 0.75 * year)


def seasons(surveys: int) -> None:
    """A change or a slide told of a season, with the season's term and without."""
    table("a season told as a story (without the season's term)", "wave of 6", "wave of 15", "Q4 dips by 15")
    for periods, period, year, n in (
        (12, "month", 12, 100),
        (18, "month", 12, 100),
        (24, "month", 12, 100),
        (36, "month", 12, 100),
        (48, "month", 12, 100),
        (8, "quarter", 4, 300),
    ):
        cells = []
        for shape in (cosine(periods, year, 6), cosine(periods, year, 15), fourth_quarter(periods, year)):
            fits = [find_fits(data_of(one, period)) for one in draw(45 + shape, n, surveys, 13)]
            ours = np.mean([not own[0].steady for own in fits])
            plain = np.mean([not next(fit for fit in own if fit.season is None).steady for own in fits])
            cells.append(f"{ours:.2f} ({plain:.2f})")
        row(f"{periods} {period}s, n {n}", *cells)
    dips = step(8, -20, 0.5, 0.625)
    fits = [find_fits(data_of(one, "quarter"))[0] for one in draw(dips, 300, surveys, 14)]
    taken = np.mean([fit.season is not None for fit in fits])
    row("a dip of 20 for a quarter of two years, n 300: taken for a season", "", "", float(taken))


def recurring(surveys: int) -> None:
    """A season that quarters do not hold, and a change that was never there before: what is said of the year before."""
    table("told, and that the year before read so too", "n", "T", "told", "... with the year before")
    for name, levels, n in (
        ("every December 20 lower", december(24), 100),
        ("every December 20 lower", december(24), 400),
        ("every December 20 lower", december(36), 400),
        ("down 20 for the last month", step(24, -20, 23 / 24), 400),
        ("down 20 for the last six months", step(24, -20, 0.75), 100),
        ("down 20 for six months, back for six", step(24, -20, 0.5, 0.75), 100),
    ):
        found = list(stories(draw(levels, n, surveys, 17)))
        row(
            name,
            n,
            len(levels),
            float(np.mean([one.change is not None for one in found])),
            float(np.mean([one.recurs for one in found])),
        )


def december(months: int) -> np.ndarray:
    """A level that one month of each year falls short of."""
    return LEVEL - 20.0 * (np.arange(months) % 12 == 11)


def accounts(surveys: int) -> None:
    """Accounts of five that answer together, others each month: a false story, with their design effect and without."""
    table("accounts rotate, ICC .3, 100 responses a month, 24 months: a false story", "told")
    rng = np.random.default_rng(15)
    counts = np.empty((surveys, 24, 3), dtype=int)
    for survey in range(surveys):
        moods = rng.dirichlet(np.array([0.55, 0.3, 0.15]) * (1 / 0.3 - 1), (24, 20))
        counts[survey] = rng.multinomial(5, moods).sum(axis=1)
    for deff in (1.0, 1 + 4 * 0.3):
        row(f"design effect taken as {deff:.1f}", share(counts, deff=deff))


def seconds(surveys: int) -> None:
    """CPU of a story with its warnings and words, and of the stated rate."""
    table("CPU milliseconds, median", "story, warnings, words", "stated rate")
    for periods, period, n in (
        (8, "quarter", 300),
        (24, "month", 100),
        (48, "month", 100),
        (104, "week", 25),
    ):
        first, second = [], []
        for counts in draw(flat(periods), np.arange(n, n + periods), min(surveys, 11), 16):
            begin = time.process_time()
            story = tell(counts, period)
            _ = story.sentences, story.table()
            first.append(time.process_time() - begin)
        begin = time.process_time()
        _ = story.rate
        second.append(time.process_time() - begin)
        row(f"{periods} {period}s", f"{1000 * np.median(first):.0f}", f"{1000 * np.median(second):.0f}")


if __name__ == "__main__":
    main()
