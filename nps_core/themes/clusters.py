"""Unit vectors -> clusters that do not hang on where the search began, and how many there are.

The k-means here is Lloyd's, started by greedy k-means++. It is written out because scikit-learn's warns when rows
repeat, as short comments do, and because several runs share one matrix product.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nps_core.themes.space import DECIMALS, unit

if TYPE_CHECKING:
    from numpy.typing import NDArray

RUNS = 24
"""Runs of k-means that are asked for their consensus; fewer leave it to the seed where some comments go."""

FEWEST, MOST = 6, 12
"""The automatic number of themes: what fits a slide, and where the agreement with people's labels is flat."""

USUAL = 8
"""Between numbers that are equally stable the one nearer to this is taken (agreement peaks around it)."""

PULL = 0.2
"""A number e times the usual one, or an e-th of it, must be e**PULL times as stable."""

FINER = (16, 20)
FINER_AHEAD = 1.75
"""More themes than `MOST` are taken only where they are so many times as stable: many clear-cut topics."""

COMMENTS_A_THEME = 15
"""In a small survey a theme holds so many comments at least, on average."""

MANY_AHEAD = 1.4
"""... and so many times as stable they speak for many topics, if not clear-cut ones: as many as `MOST` are taken."""

SUBSAMPLES = 6
SUBSAMPLE_SHARE = 0.8
SUBSAMPLE_RUNS = 4
"""The number of themes is the one on which so many subsamples of this size, by so many runs each, agree best."""

CHOOSE_ON = 2_000
CHOOSE_IN = 32
"""Comments and main directions that the number of themes is chosen on."""

STEPS = 100
"""Lloyd's steps at most; most runs stand still after 20."""


def consensus(rows: NDArray[np.float32], k: int, seed: int, runs: int = RUNS) -> NDArray[np.int32]:
    """Labels on which several runs of k-means agree."""
    rng = np.random.default_rng(seed)
    return agreed(vote(rows, k, rng, runs), k, seed, rng)


def vote(rows: NDArray[np.float32], k: int, rng: np.random.Generator, runs: int = RUNS) -> NDArray[np.int32]:
    """The labels of several runs of k-means: runs x rows."""
    return np.array([k_means(rows, k, rng) for _ in range(runs)], dtype=np.int32)


def agreed(votes: NDArray[np.int32], k: int, seed: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Labels on which runs agree: their labels, one-hot and reduced, clustered once more (Strehl and Ghosh 2002)."""
    from sklearn.utils.extmath import randomized_svd  # noqa: PLC0415

    told = np.hstack([np.eye(k)[run] for run in votes])
    left, strength, _ = randomized_svd(told, min(k, *told.shape), random_state=seed)
    return k_means(unit((left * strength).round(DECIMALS)), k, rng, tries=4)


def k_means(rows: NDArray[np.float32], k: int, rng: np.random.Generator, tries: int = 1) -> NDArray[np.int32]:
    """Labels of the best of several runs of k-means; some of the k may stay empty."""
    found = [_lloyd(rows, _starts(rows, k, rng)) for _ in range(tries)]
    return min(found, key=lambda run: run[0])[1]


def _starts(rows: NDArray[np.float32], k: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Greedy k-means++: each start is the best of a few rows drawn by their squared distance from the starts."""
    square = np.einsum("ij,ij->i", rows, rows)
    chosen = [int(rng.integers(len(rows)))]
    distance = _distance(rows, square, chosen)[:, 0]
    for _ in range(1, k):
        total = distance.sum(dtype=np.float64)
        if total <= 1e-9 * len(rows):  # every row is a start already
            break
        draws = np.searchsorted(np.cumsum(distance, dtype=np.float64), rng.random(2 + int(np.log(k))) * total)
        draws = np.minimum(draws, len(rows) - 1)
        closer = np.minimum(_distance(rows, square, draws), distance[:, None])
        best = int(closer.sum(axis=0).argmin())
        chosen.append(int(draws[best]))
        distance = closer[:, best]
    return rows[chosen]


def _distance(rows: NDArray[np.float32], square: NDArray[np.float32], places: object) -> NDArray[np.float32]:
    there = rows[np.asarray(places)]
    return np.asarray(np.maximum(square[:, None] + square[np.asarray(places)] - 2 * rows @ there.T, 0))


def _lloyd(rows: NDArray[np.float32], middle: NDArray[np.float32]) -> tuple[float, NDArray[np.int32]]:
    """Move the centres until no row changes its cluster; (sum of squared distances less a constant, labels)."""
    labels = np.full(len(rows), -1)
    for _ in range(STEPS):
        closeness = rows @ middle.T - 0.5 * np.einsum("ij,ij->i", middle, middle)
        nearest = closeness.argmax(axis=1)
        if np.array_equal(nearest, labels):
            break
        labels = nearest
        picked = np.eye(len(middle), dtype=np.float32)[labels]
        sizes = picked.sum(axis=0)
        middle = np.where(sizes[:, None] > 0, picked.T @ rows / np.maximum(sizes, 1)[:, None], middle)
    return -float(closeness.max(axis=1).sum()), labels.astype(np.int32)


def centres(rows: NDArray[np.float32], labels: NDArray[np.int32], k: int) -> NDArray[np.float32]:
    """The mean direction of each cluster."""
    return unit(np.eye(k, dtype=np.float32)[labels].T @ rows)


def choose_k(rows: NDArray[np.float32]) -> int:
    """The number of clusters on which subsamples agree best, with a slight pull to the usual one.

    The agreement at a number is averaged with that at its neighbours, as it is measured with much chance.

    Takes no seed: how many themes there are should not hang on where a search begins.
    """
    most = min(MOST, len(rows) // COMMENTS_A_THEME)
    least = min(FEWEST, most)
    if most <= least:
        return max(most, 1)
    rng = np.random.default_rng(0)
    if len(rows) > CHOOSE_ON:
        rows = rows[np.sort(rng.choice(len(rows), CHOOSE_ON, replace=False))]
    _, directions = np.linalg.eigh(rows.T @ rows)
    rows = rows @ directions[:, -CHOOSE_IN:]
    tried = np.arange(least, most + 1)
    found = np.array([stability(rows, int(k), rng) for k in tried])
    beside = np.pad(found, 1, mode="edge")
    smooth = np.maximum((beside[:-2] + 2 * found + beside[2:]) / 4, 1e-6)
    place = int((np.log(smooth) - PULL * np.abs(np.log(tried / USUAL))).argmax())
    best, reached = int(tried[place]), float(smooth[place])
    if len(rows) < CHOOSE_ON // 2:
        return best
    agreed, finer = max((stability(rows, k, rng), k) for k in FINER)
    if agreed > FINER_AHEAD * reached:
        return finer
    return most if agreed > MANY_AHEAD * reached else best


def stability(rows: NDArray[np.float32], k: int, rng: np.random.Generator) -> float:
    """How well subsamples agree on where all rows belong: mean pairwise adjusted Rand index."""
    from sklearn.metrics import adjusted_rand_score  # noqa: PLC0415

    found = []
    for _ in range(SUBSAMPLES):
        part = rows[rng.random(len(rows)) < SUBSAMPLE_SHARE]
        labels = consensus(part, k, int(rng.integers(2**31)), SUBSAMPLE_RUNS)
        found.append((rows @ centres(part, labels, k).T).argmax(axis=1))
    pairs = [(found[i], found[j]) for i in range(SUBSAMPLES) for j in range(i)]
    return float(np.mean([adjusted_rand_score(one, other) for one, other in pairs]))
