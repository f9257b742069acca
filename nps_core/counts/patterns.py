"""Responses by all that is known of them at once: what a model of several attributes is fitted to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray

_GROUPS = 3
_TABLE = 1 << 22
"""Up to so many possible numbers are renumbered by a table of all of them; beyond it they are sorted."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """Responses by cluster and by their values of several columns together.

    Parameters
    ----------
    labels
        For each column what its codes stand for; `NO_VALUE` last.
    codes
        The patterns that occur, shape (patterns, columns).
    pattern, cluster
        The pattern and the cluster of each cell; the cluster is -1 where each response is one of its own.
    counts
        Promoters, passives, detractors of each cell, shape (cells, 3).
    n_clusters
        `cluster` is below it.
    """

    labels: tuple[tuple[str, ...], ...]
    codes: NDArray[np.int64]
    pattern: NDArray[np.int64]
    cluster: NDArray[np.int64]
    counts: CountArray
    n_clusters: int

    def among(self, kept: NDArray[np.bool_]) -> Patterns:
        """Those of some patterns only."""
        anew = np.cumsum(kept) - 1
        mine = kept[self.pattern]
        return Patterns(
            self.labels,
            self.codes[kept],
            anew[self.pattern[mine]],
            self.cluster[mine],
            self.counts[mine],
            self.n_clusters,
        )


def find_patterns(
    labels: Sequence[tuple[str, ...]],
    columns: Sequence[NDArray[np.integer]],
    clusters: NDArray[np.int32],
    groups: NDArray[np.uint8],
    n_clusters: int,
) -> Patterns:
    """Count responses by pattern and cluster.

    Parameters
    ----------
    columns
        The code of each response in each column, a place in its `labels`.
    clusters
        The cluster of each response, below `n_clusters`; -1 for one of its own.
    groups
        0, 1, 2 for a promoter, a passive, a detractor.
    """
    number = np.zeros(len(groups), dtype=np.int64)
    range_ = 1
    for names, codes in zip(labels, columns, strict=True):
        number *= len(names)
        number += codes
        range_ *= len(names)
        if range_ > _TABLE:
            number, range_ = _renumbered(number, range_)
    number, size = _renumbered(number, range_)
    width = (n_clusters + 1) * _GROUPS
    whole = number * width + (clusters.astype(np.int64) + 1) * _GROUPS + groups
    if size * width < np.iinfo(np.int32).max:
        whole = whole.astype(np.int32)  # sorted in half the time
    found, times = np.unique(whole, return_counts=True)
    cells, group = np.divmod(found.astype(np.int64), _GROUPS)
    fresh = np.concatenate([[True], cells[1:] != cells[:-1]])[: len(cells)]
    counts = np.zeros((int(fresh.sum()), _GROUPS), dtype=np.int64)
    counts[np.cumsum(fresh) - 1, group] = times
    pattern, cluster = np.divmod(cells[fresh], n_clusters + 1)
    first = np.zeros(size, dtype=np.intp)
    first[number] = np.arange(len(number))
    codes = np.array([column[first] for column in columns], dtype=np.int64).reshape(len(columns), size).T
    return Patterns(tuple(labels), codes, pattern, cluster - 1, counts, n_clusters)


def _renumbered(number: NDArray[np.int64], range_: int) -> tuple[NDArray[np.int64], int]:
    """Numbers anew, in their order and without a gap, and how many there are."""
    if range_ > _TABLE:
        found, anew = np.unique(number, return_inverse=True)
        return anew, len(found)
    there = np.zeros(range_, dtype=np.bool_)
    there[number] = True
    return (np.cumsum(there) - 1)[number], int(there.sum())
