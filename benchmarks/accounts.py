"""Surveys of accounts whose people are alike: how often intervals hold the truth, and how often flags are false.

`python benchmarks/coverage.py accounts` prints these tables. "before" is what independent responses would have
(`estimate`, `difference`); "after" is the survey's design. An account's people share a normal disposition with an
intraclass correlation (ICC), which two cut-offs turn into promoters, passives and detractors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix
from scipy.special import ndtr

from nps_core.score.design import Samples
from nps_core.score.difference import difference
from nps_core.score.estimate import estimate
from nps_core.themes.effect import effects_of, spoken_of
from nps_core.themes.result import Themes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARES = {-40: (0.2, 0.2, 0.6), 25: (0.5, 0.25, 0.25), 85: (0.88, 0.09, 0.03)}
"""Promoters, passives and detractors at each level of the NPS."""

ACCOUNTS, ICCS, SIZES = (5, 10, 30, 60, 200, 1000), (0.0, 0.1, 0.2, 0.4), ("equal", "mean 5", "giants")
QUICK = (5, 30, 200), (0.0, 0.2), SIZES
GOAL_MEAN, GOAL_CELL = 0.94, 0.915
CELLS = 4_000_000  # surveys times accounts that are drawn at once
INDUSTRIES = 6


@dataclass(frozen=True)
class World:
    """What surveys are drawn from: so many accounts, how alike their people are, how large accounts are."""

    accounts: int
    icc: float
    sizes: str
    level: int = 25

    def drawn_sizes(self, random: np.random.Generator, surveys: int, mean: float = 5.0) -> np.ndarray:
        """People of each account, shape (surveys, accounts)."""
        shape = surveys, self.accounts
        if self.sizes == "equal":
            return np.full(shape, round(mean))
        if self.sizes == "giants":  # the largest of 60 has a fifth of all people
            return np.maximum(1, random.lognormal(np.log(mean) - 0.98, 1.4, shape).round().astype(np.int64))
        return 1 + random.poisson(mean - 1, shape)

    def answers(
        self, random: np.random.Generator, sizes: np.ndarray, mood: np.ndarray, level: int | np.ndarray
    ) -> np.ndarray:
        """Promoters, passives and detractors of accounts of these sizes and moods; shape (*sizes, 3)."""
        levels = np.broadcast_to(level, sizes.shape)
        happy, unhappy = np.zeros(sizes.shape), np.zeros(sizes.shape)
        for one in np.unique(levels):
            share = _shares(int(one))
            above, below = (NormalDist().inv_cdf(part) for part in (share[0], share[2]))
            rest = np.sqrt(1 - self.icc)
            mine = levels == one
            happy[mine] = ndtr((above + mood[mine]) / rest)
            unhappy[mine] = ndtr((below - mood[mine]) / rest)
        first = random.binomial(sizes, happy)
        last = random.binomial(sizes - first, np.clip(unhappy / np.maximum(1 - happy, 1e-12), 0, 1))
        return np.stack([first, sizes - first - last, last], axis=-1)

    def moods(self, random: np.random.Generator, surveys: int) -> np.ndarray:
        """What the people of each account share."""
        return np.sqrt(self.icc) * random.standard_normal((surveys, self.accounts))


def _shares(level: int) -> tuple[float, float, float]:
    """Promoters, passives and detractors: those of a known level, or with a quarter of passives."""
    return SHARES.get(level, ((0.75 + level / 100) / 2, 0.25, (0.75 - level / 100) / 2))


def samples(tables: np.ndarray) -> Samples:
    """Samples of cells by account, shape (cells, accounts, 3)."""
    size = tables.sum(axis=2)
    cell, cluster = np.nonzero(size)
    own = tables[cell, cluster]
    return Samples(
        counts=tables.sum(axis=1),
        single=np.zeros((len(tables), 3), dtype=np.int64),
        cell=cell,
        cluster=cluster,
        size=own.sum(axis=1).astype(np.float64),
        net=(own[:, 0] - own[:, 2]).astype(np.float64),
        n=size.sum(axis=1),
        range_=tables.shape[1],
        unit="account",
    )


def headline(world: World, random: np.random.Generator, surveys: int) -> np.ndarray:
    """Whether the interval of one NPS holds the truth, before and after; shape (2, surveys)."""
    tables = world.answers(
        random, world.drawn_sizes(random, surveys), world.moods(random, surveys), world.level
    )
    found = estimate(*tables.sum(axis=1).T), samples(tables).estimate()
    return np.array([(one.low <= world.level) & (world.level <= one.high) for one in found])


def two_groups(world: World, random: np.random.Generator, surveys: int) -> np.ndarray:
    """The same of the difference of two halves of the accounts, which is 0."""
    tables = world.answers(
        random, world.drawn_sizes(random, surveys), world.moods(random, surveys), world.level
    )
    side = np.arange(world.accounts) < world.accounts // 2
    return _held(tables * side[:, None], tables * ~side[:, None])


def industry(world: World, random: np.random.Generator, surveys: int) -> np.ndarray:
    """The same of a segment of accounts, one in six, against the rest."""
    tables = world.answers(
        random, world.drawn_sizes(random, surveys), world.moods(random, surveys), world.level
    )
    side = np.arange(world.accounts) % INDUSTRIES == 0
    return _held(tables * side[:, None], tables * ~side[:, None])


def segment(world: World, random: np.random.Generator, surveys: int) -> np.ndarray:
    """The same of a segment inside accounts, a quarter of their people, against the rest."""
    sizes, mood = world.drawn_sizes(random, surveys), world.moods(random, surveys)
    mine = random.binomial(sizes, 0.25)
    return _held(*(world.answers(random, part, mood, world.level) for part in (mine, sizes - mine)))


def periods(world: World, random: np.random.Generator, surveys: int) -> np.ndarray:
    """The same of two periods: half of the accounts answer in both, the others in one of them."""
    mood = world.moods(random, surveys)
    place = np.arange(world.accounts) % 4
    both = []
    for left_out in (0, 1):
        sizes = world.drawn_sizes(random, surveys) * (place != left_out)
        both.append(world.answers(random, sizes, mood, world.level))
    return _held(*both)


def _held(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Whether the interval of the difference holds 0, before and after; of surveys with five accounts a side."""
    places = np.arange(len(ours))
    usual = difference(*(tuple(side.sum(axis=1).T) for side in (ours, theirs)))
    found = samples(np.concatenate([ours, theirs])).contrast([places, places + len(ours)], (1, -1))
    held = np.array([(one.low <= 0) & (one.high >= 0) for one in (usual, found)])
    return held[:, ~np.asarray(found.too_few)]


def by_revenue(world: World, random: np.random.Generator, surveys: int) -> np.ndarray:
    """The same of an NPS to which each account counts by its revenue (lognormal)."""
    tables = world.answers(
        random, world.drawn_sizes(random, surveys), world.moods(random, surveys), world.level
    )
    revenue = random.lognormal(0, 1.5, tables.shape[:2])
    n = tables.sum(axis=(1, 2))
    weighted = tables / tables.sum(axis=2, keepdims=True) * revenue[..., None]
    counts = weighted.sum(axis=1)
    usual = estimate(*(counts * (n / counts.sum(axis=1))[:, None]).T)
    size = weighted.sum(axis=2)
    cell, cluster = np.nonzero(size)
    of = Samples(
        counts=counts,
        single=np.zeros((surveys, 3), dtype=np.int64),
        cell=cell,
        cluster=cluster,
        size=size.ravel(),
        net=(weighted[..., 0] - weighted[..., 2]).ravel(),
        n=n,
        range_=world.accounts,
    )
    return np.array([(one.low <= world.level) & (world.level <= one.high) for one in (usual, of.estimate())])


def theme_effects(world: World, random: np.random.Generator, surveys: int) -> np.ndarray:
    """The same of what goes with a theme: three that overlap, a person of an account more likely to say the same."""
    truth = _themes_of(world, np.random.default_rng(1), accounts=40_000, size=5)
    wanted = effects_of(*truth[:2]).contribution[:3]
    held = []
    for _ in range(surveys):
        themes, plain, clustered = _themes_of(world, random)
        pair = [effects_of(themes, spoken) for spoken in (plain, clustered)]
        held.append([(one.low[:3] <= wanted) & (wanted <= one.high[:3]) for one in pair])
    return np.moveaxis(np.array(held), 1, 0).reshape(2, -1)


def _themes_of(world: World, random: np.random.Generator, accounts: int = 0, size: int = 0) -> tuple:
    """Themes of one survey, and what is said of them without and with accounts."""
    number = accounts or world.accounts
    sizes = np.full(number, size) if size else world.drawn_sizes(random, 1)[0]
    account = np.repeat(np.arange(number), sizes)
    mood = np.sqrt(world.icc) * random.standard_normal((4, number))[:, account]
    own = np.sqrt(1 - world.icc) * random.standard_normal((4, len(account)))
    latent = mood + own
    cut = np.array([NormalDist().inv_cdf(share) for share in (0.3, 0.2, 0.15)])
    members = np.zeros((len(account), 4), dtype=np.bool_)
    members[:, :3] = cut > latent[:3].T
    members[:, 3] = ~members[:, :3].any(axis=1)  # uncoded
    share = _shares(world.level)
    liking = latent[3] + members[:, :3] @ np.array([-0.6, 0.5, 0.0])
    groups = np.digitize(liking, [NormalDist().inv_cdf(share[2]), NormalDist().inv_cdf(1 - share[0])])
    themes = Themes(
        np.where(members[:, 3], -1, members.argmax(axis=1)).astype(np.int32),
        csr_matrix(members[:, :3]),
        ("a", "b", "c"),
        ((),) * 3,
        ((),) * 3,
        "en",
        said=np.ones(len(account), dtype=np.bool_),
    )
    rows = np.arange(len(account))
    return (
        themes,
        spoken_of(themes, rows, groups),
        spoken_of(themes, rows, groups, account.astype(np.int32)),
    )


def in_parts(
    of: Callable, world: World, random: np.random.Generator, surveys: int, *more: object
) -> np.ndarray:
    """Draw as many surveys at once as fit into memory."""
    step = max(1, CELLS // (world.accounts * 10 * (20 if more else 1)))
    parts = [of(world, random, min(step, surveys - start), *more) for start in range(0, surveys, step)]
    return np.concatenate(parts, axis=1)


KINDS = {
    "headline": headline,
    "two halves of the accounts": two_groups,
    "one industry of six against the rest": industry,
    "a segment inside accounts against the rest": segment,
    "two periods, half of the accounts in both": periods,
}


Covered = list[tuple[list[float], list[float]]]
"""For each of several worlds the coverage at every level, before and after."""


def coverage_tables(surveys: int, seed: int, *, quick: bool) -> Iterator[str]:
    """Coverage by kind of figure, accounts and sizes; the goals, of what has no giants, at the end."""
    accounts, iccs, sizes = QUICK if quick else (ACCOUNTS, ICCS, SIZES)
    cells = []
    for kind, of in KINDS.items():
        yield from ("", f"{kind.capitalize()}:", "", *_head("accounts"))
        for number in accounts:
            line = [f"{number:,}"]
            for group in (sizes[:-1], sizes[-1:]):
                worlds = [World(number, icc, size) for icc in iccs for size in group]
                found = _covered(of, worlds, surveys, seed)
                line += _words(found)
                if group == sizes[:-1]:
                    cells += [
                        (np.mean(after), min(after), kind, world)
                        for (_, after), world in zip(found, worlds, strict=True)
                        if after
                    ]
            yield f"| {' | '.join(line)} |"
    mean, least = (min(cells, key=lambda cell, place=place: cell[place]) for place in (0, 1))  # type: ignore[misc]
    yield from (
        "",
        _goal("least mean over the levels", mean[0], GOAL_MEAN, mean),
        _goal("least cell", least[1], GOAL_CELL, least),
    )


def other_tables(surveys: int, seed: int, *, quick: bool) -> Iterator[str]:
    """What has no goal: theme effects, and an NPS by revenue."""
    yield from ("", *_head("figure", "accounts"))
    for kind, of, share in (("theme effect", theme_effects, 4), ("by revenue", by_revenue, 1)):
        for number in (60,) if quick else (30, 60, 200):
            line = [kind, f"{number:,}"]
            for group in (("mean 5",), ("giants",)):
                worlds = [
                    World(number, icc, size)
                    for icc in ((0.2,) if quick else (0.0, 0.2, 0.4))
                    for size in group
                ]
                line += _words(_covered(of, worlds, max(surveys // share, 20), seed))
            yield f"| {' | '.join(line)} |"


def _head(*first: str) -> tuple[str, str]:
    names = (*first, "before", "after", "giants: before", "after")
    return f"| {' | '.join(names)} |", f"| {' | '.join('---:' for _ in names)} |"


def _covered(of: Callable, worlds: list[World], surveys: int, seed: int) -> Covered:
    made: Covered = []
    for world in worlds:
        both: tuple[list[float], list[float]] = ([], [])
        for level in SHARES:
            own = replace(world, level=level)
            random = np.random.default_rng(
                [seed, own.accounts, round(100 * own.icc), SIZES.index(own.sizes), level + 100]
            )
            held = in_parts(of, own, random, surveys)
            if held.shape[1] >= surveys / 2:  # in the others a side has too few accounts
                for values, row in zip(both, held, strict=True):
                    values.append(float(row.mean()))
        made.append(both)
    return made


def _words(found: Covered) -> list[str]:
    """Means over the levels, from the least to the most over the worlds, and the least level of all; both ways."""
    words = []
    for way in (0, 1):
        known = [one[way] for one in found if one[way]]
        means = sorted(float(np.mean(values)) for values in known)
        words.append(
            f"{figure(means[0])} to {figure(means[-1])} ({figure(min(map(min, known)))})"
            if known
            else "too few"
        )
    return words


def figure(value: float) -> str:
    """Without the 0 before the point."""
    return f"{value:.3f}".lstrip("0")


def _goal(what: str, value: float, goal: float, where: tuple) -> str:
    kind, world = where[2:]
    met = "met" if value >= goal else "MISSED"
    return (
        f"- {what}: {figure(value)}, goal {figure(goal)}, {met} ({kind}; {world.accounts} accounts, {world.sizes},"
        f" ICC {world.icc:g})"
    )
