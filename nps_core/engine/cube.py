"""A cube: counts of each day, score and value of every attribute at once, from which every filter is answered here.

It has one place for each combination, whether that occurs or not, so its size, and the time of an answer, hang on the
columns and not on how many responses there are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.engine.answers import rolled
from nps_core.engine.columns import NO_DAY, Cells
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.engine.columns import Key
    from nps_core.engine.source import Source
    from nps_core.filters import Filters

MOST_PLACES = 2_000_000
"""Places of a cube at most: 16 MB, and some milliseconds for a filter."""

_BEST_FIRST = (2, 1, 0)


@dataclass(frozen=True, eq=False)
class Cube:
    """Counts by day, score and each attribute.

    Parameters
    ----------
    names
        The keys, one an axis: "date", "score", then the attributes.
    counts
        Responses of each combination; the last day is that of what has none.
    first
        The first day, since 1970.
    is_of_group
        1 for the group of each score, 0 for the others, shape (scores, 3): promoters, passives, detractors.
    labels
        Of each attribute.
    """

    names: tuple[str, ...]
    counts: NDArray[np.int64]
    first: int
    is_of_group: NDArray[np.int64]
    labels: dict[str, tuple[str, ...]]

    def answers(self, filters: Sequence[Filters], keys: Sequence[Key]) -> bool:
        """Whether it can answer: filters and keys of days, scores and attributes only."""
        asked = [name for one in filters for name, _ in one.attributes]
        return (
            not any(one.text for one in filters)
            and all(name in self.labels for name in asked)
            and all(_bare(key) in self.names for key in keys)
        )

    def cells(self, filters: Sequence[Filters], keys: tuple[Key, ...]) -> Cells:
        """As `Source.cells` gives them."""
        bare = tuple(map(_bare, keys))
        found = self._cells(filters, bare)
        return found if bare == keys else rolled(found, bare, keys)

    def _cells(self, filters: Sequence[Filters], keys: tuple[str, ...]) -> Cells:
        counts = self._passing(filters)
        kept = [name for name in self.names if name in keys or name == "score"]
        counts = counts.sum(axis=tuple(n for n, name in enumerate(self.names) if name not in kept))
        counts = np.moveaxis(counts, kept.index("score"), -1)
        order = [name for name in kept if name != "score"]
        by_group = counts[..., None] * self.is_of_group
        if "score" in keys:
            order.append("score")
        else:
            by_group = by_group.sum(axis=-2)
        table = np.moveaxis(by_group, range(len(order)), [keys.index(name) for name in order])
        there = np.nonzero(table.any(axis=-1)) if keys else ()
        found = [place.astype(np.int64) for place in there]
        if "date" in keys:
            at = keys.index("date")
            found[at] = np.where(found[at] == len(self.counts) - 1, NO_DAY, found[at] + self.first)
        return Cells(tuple(found), table[there].reshape(-1, table.shape[-1]))

    def _passing(self, filters: Sequence[Filters]) -> NDArray[np.int64]:
        """The counts of what passes, in the same shape: 0 elsewhere."""
        counts = self.counts
        for one in filters:
            for axis, places in self._picked(one).items():
                mask = np.zeros(counts.shape[axis], dtype=np.int64)
                mask[places] = 1
                counts = counts * mask.reshape([-1 if n == axis else 1 for n in range(counts.ndim)])
        return counts

    def _picked(self, filters: Filters) -> dict[int, NDArray[np.intp] | list[int] | slice]:
        found: dict[int, NDArray[np.intp] | list[int] | slice] = {}
        if filters.since or filters.until:
            days = len(self.counts) - 1
            since, until = (
                None if day is None else int(np.datetime64(day, "D").astype(np.int64)) - self.first
                for day in (filters.since, filters.until)
            )
            first = 0 if since is None else min(max(since, 0), days)
            last = days if until is None else min(max(until + 1, 0), days)
            found[0] = slice(first, max(first, last))
        if filters.groups:
            groups = [_BEST_FIRST[GROUPS.index(group)] for group in filters.groups]
            found[1] = np.flatnonzero(self.is_of_group[:, groups].any(axis=1))
        for name, values in filters.attributes:
            found[self.names.index(name)] = [self.labels[name].index(value) for value in values]
        return found


def _bare(key: Key) -> str:
    """The name of a key; the days for those of a period, what no cube has for those of clusters."""
    return key if isinstance(key, str) else key[0]


def build_cube(
    source: Source, days: tuple[int, int], attributes: Sequence[str], n_scores: int
) -> Cube | None:
    """The cube of a table; None where it would have too many places, or scores that are words.

    Parameters
    ----------
    days
        The first and the last day, since 1970.
    n_scores
        How many scores the scale has.
    """
    labels = {name: source.labels(name) for name in attributes}
    shape = (days[1] - days[0] + 2, n_scores, *(len(own) for own in labels.values()))
    if math.prod(shape) > MOST_PLACES or not source.columns.scores:
        return None
    names = ("date", "score", *labels)
    codes, counts = source.read((), [names])[0]
    table = np.zeros(shape, dtype=np.int64)
    day = np.where(codes[0] == NO_DAY, shape[0] - 1, codes[0] - days[0])
    table[(day, *codes[1:])] = counts.sum(axis=1)
    groups = np.zeros((n_scores, len(GROUPS)), dtype=np.int64)
    for raw, score in source.columns.scores.items():
        groups[score, _BEST_FIRST[source.columns.groups[raw]]] = 1
    return Cube(names, table, days[0], groups, labels)
