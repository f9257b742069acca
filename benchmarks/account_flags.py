"""Surveys of accounts in which no segment differs, or one does: how often one is flagged.

Part of `python benchmarks/coverage.py accounts`; the surveys are those of `accounts`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from accounts import SIZES, World, coverage_tables, figure, in_parts, other_tables, samples

from nps_core.score.difference import difference, holm

if TYPE_CHECKING:
    from collections.abc import Iterator

GOAL_FLAGS = 0.06
FAMILY = ((6, True), (4, True), (3, True), (4, False), (3, False))
"""The segments of the family: how many an attribute has, and whether it is one of accounts."""


NULLS = (
    (World(60, 0.0, "mean 5"), 5.0),
    (World(60, 0.2, "mean 5"), 5.0),
    (World(30, 0.2, "mean 5"), 8.0),
    (World(30, 0.2, "giants"), 8.0),
    (World(200, 0.1, "mean 5"), 5.0),
    (World(200, 0.3, "mean 5"), 5.0),
    (World(200, 0.2, "giants"), 5.0),
)
POWERS = (
    ("one industry of six 58 points low, 60 accounts", World(60, 0.2, "mean 5"), 5.0, (0, 58)),
    ("one industry of six 36 points low, 200 accounts", World(200, 0.2, "mean 5"), 5.0, (0, 36)),
    ("one role of four 36 points low, 30 accounts of 8", World(30, 0.2, "mean 5"), 8.0, (3, 36)),
)


def tables(surveys: int, seed: int, *, quick: bool) -> list[str]:
    """All of them, as lines of a page; each is printed as soon as it is known."""
    lines = []
    for part in (
        coverage_tables(surveys, seed, quick=quick),
        other_tables(surveys, seed, quick=quick),
        flag_tables(surveys, seed),
    ):
        for line in part:
            print(line, flush=True)
            lines.append(line)
    return lines


def flag_tables(surveys: int, seed: int) -> Iterator[str]:
    """Surveys without any difference in which one of 20 segments is flagged; and how often one that is low is found."""
    yield from ("", "| no segment differs | before | after |", "| --- | ---: | ---: |")
    worst = 0.0
    for world, mean in NULLS:
        before, after = _rate(world, mean, None, surveys, seed)
        worst = max(worst, after)
        giants = ", giants among them" if world.sizes == "giants" else ""
        yield (
            f"| {world.accounts} accounts of {mean:g} on average{giants}, ICC {world.icc:g} | {figure(before)} |"
            f" {figure(after)} |"
        )
    yield from (
        "",
        f"- most false flags: {figure(worst)}, goal {figure(GOAL_FLAGS)}, {'met' if worst <= GOAL_FLAGS else 'MISSED'}",
        "",
        "| one segment is low: found | before | after |",
        "| --- | ---: | ---: |",
    )
    for name, world, mean, low in POWERS:
        before, after = _rate(world, mean, low, surveys, seed)
        yield f"| {name} | {before:.2f} | {after:.2f} |"


def _rate(world: World, mean: float, low: tuple | None, surveys: int, seed: int) -> np.ndarray:
    random = np.random.default_rng([seed, world.accounts, round(100 * world.icc), SIZES.index(world.sizes)])
    return in_parts(standouts, world, random, surveys, mean, low).mean(axis=1)


def standouts(world: World, random: np.random.Generator, surveys: int, mean: float, low: tuple) -> np.ndarray:
    """Whether any of 20 segments is flagged (Holm), before and after; of one that is low, whether that one is.

    `low` is the attribute, and by how many points its first segment is below the others; None for no difference.
    """
    sizes, mood = world.drawn_sizes(random, surveys, mean), world.moods(random, surveys)
    attribute, points = low or (None, 0)
    parts, wanted, place = [], -1, 0
    base = world.answers(random, sizes, mood, world.level)
    for number, (values, of_accounts) in enumerate(FAMILY):
        if of_accounts:
            value = random.integers(0, values, (surveys, world.accounts))
            mine = [(value == own) for own in range(values)]
            if number == attribute:
                level = np.where(mine[0], world.level - points, world.level)
                base = world.answers(random, sizes, mood, level)
            cells = [base * own[..., None] for own in mine]
        elif number == attribute:  # one role is low: its people answer by themselves
            own = random.binomial(sizes, 1 / values)
            low_ones = world.answers(random, own, mood, world.level - points)
            others = world.answers(random, sizes - own, mood, world.level)
            cells, base = [low_ones, *_split(random, others, values - 1)], low_ones + others
        else:
            cells = _split(random, base, values)
        wanted = place if number == attribute else wanted
        place += values
        parts += cells
    tables = np.stack(parts, axis=1)  # surveys, segments, accounts, groups
    rests = base[:, None] - tables
    return _flagged(tables, rests, wanted)


def _split(random: np.random.Generator, table: np.ndarray, values: int) -> list[np.ndarray]:
    """Responses of accounts at random into so many segments."""
    left, found = table, []
    for more in range(values, 1, -1):
        own = random.binomial(left, 1 / more)
        found.append(own)
        left = left - own
    return [*found, left]


def _flagged(tables: np.ndarray, rests: np.ndarray, wanted: int) -> np.ndarray:
    surveys, segments = tables.shape[:2]
    ours, theirs = (side.reshape(-1, *side.shape[2:]) for side in (tables, rests))
    places = np.arange(len(ours))
    found = samples(np.concatenate([ours, theirs])).contrast([places, places + len(ours)], (1, -1))
    sums = [side.sum(axis=1) for side in (ours, theirs)]
    usual = difference(*(tuple(side.T) for side in sums)).p_value
    few = np.minimum(sums[0].sum(axis=1), sums[1].sum(axis=1)) < 5
    flags = []
    for p in (np.where(few, np.nan, usual), np.where(found.too_few, np.nan, found.p_value)):
        adjusted = np.array([holm(row) for row in p.reshape(surveys, segments)])
        hits = np.nan_to_num(adjusted, nan=1.0) < 0.05
        flags.append(hits.any(axis=1) if wanted < 0 else hits[:, wanted])
    return np.array(flags)
