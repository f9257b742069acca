"""Which responses belong together, and what an honest interval needs of them: sums by account and cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from nps_core.counts.bitmaps import WORD, as_mask, lay_out, pack_mask

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import Bits, CountArray, Layout

UNITS = ("account", "respondent")
"""What responses can be clustered by."""

FEWEST = 5
"""Fewer accounts tell nothing of how accounts differ: respondents are the units then."""


@dataclass(frozen=True, eq=False)
class Units:
    """What the responses of a whole survey are clustered by; decided once, so no word changes with a filter.

    Parameters
    ----------
    unit
        "account" where an account has several responses and there are five accounts or more; else "respondent" where a
        respondent has several; else None. A response without an account stands for one of its own here: that of its
        respondent, or none but itself.
    accounts, respondents
        The number of the cluster of each of `Survey.responses`; -1 for a response that is a cluster of its own.
    """

    unit: str | None
    accounts: NDArray[np.int32]
    respondents: NDArray[np.int32]

    @property
    def codes(self) -> NDArray[np.int32]:
        """The numbers of the survey's own unit."""
        return self.of(self.unit)

    def of(self, unit: str | None) -> NDArray[np.int32]:
        """The numbers by a unit; -1 throughout by None.

        Raises
        ------
        ValueError
            There is no such unit.
        """
        if unit is None:
            return np.full(len(self.accounts), -1, dtype=np.int32)
        if unit not in UNITS:
            raise ValueError(f"There is no unit “{unit}”; there are {', '.join(UNITS)} and None.")
        return self.accounts if unit == "account" else self.respondents

    @property
    def below(self) -> str | None:
        """The unit where there are too few accounts."""
        return "respondent" if (self.respondents >= 0).any() else None


def find_units(responses: pd.DataFrame) -> Units:
    """What `Survey.responses` are clustered by, from their columns account and respondent."""
    people = _numbers(responses["respondent"])
    accounts = _numbers(responses["account"])
    known = accounts >= 0
    # Somebody without an account is an account, numbered after those that have a name.
    either = np.where(known | (people < 0), accounts, people + accounts.max(initial=-1) + 1)
    units = Units(None, _shared(either), _shared(people))
    repeats = known.any() and np.bincount(accounts[known]).max() > 1
    several = repeats and _how_many(units.accounts) >= FEWEST
    return Units("account" if several else units.below, units.accounts, units.respondents)


def _numbers(column: pd.Series) -> NDArray[np.int64]:
    return pd.factorize(column)[0].astype(np.int64)


def _shared(numbers: NDArray[np.int64]) -> NDArray[np.int32]:
    """Numbers anew of what occurs several times, from 0 without a gap; -1 for the rest."""
    several = np.bincount(numbers + 1)[1:] > 1  # the first counts what is missing
    anew = np.where(several, np.cumsum(several) - 1, -1)
    shared = np.append(anew, -1)[numbers].astype(np.int32)
    shared.flags.writeable = False
    return shared


def _how_many(codes: NDArray[np.int32]) -> int:
    return int(codes.max(initial=-1)) + 1 + int((codes < 0).sum())


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """Responses of some cells by the clusters that they are of.

    Parameters
    ----------
    labels
        The cells: values of an attribute, joined values of two, first days of periods (as "2026-01-01"), or "" alone.
    counts
        All responses of each cell, shape (cells, 3): promoters, passives, detractors.
    single
        Those of them that are clusters of their own, likewise.
    cell, cluster
        The cell and the cluster of each pair of these that has responses, by cell and then by cluster.
    size, net
        The responses of each such pair, and its promoters less its detractors.
    n_clusters
        How many numbers of clusters the survey has: `cluster` is below it.
    """

    labels: tuple[str, ...]
    counts: CountArray
    single: CountArray
    cell: NDArray[np.int64]
    cluster: NDArray[np.int64]
    size: CountArray
    net: CountArray
    n_clusters: int

    @property
    def clusters(self) -> CountArray:
        """How many clusters each cell has responses of."""
        return np.asarray(np.bincount(self.cell, minlength=len(self.labels)) + self.single.sum(axis=1))


class Pairs(NamedTuple):
    """The pairs of a cell and a cluster that have responses, as `ClusterSums` has them."""

    cell: NDArray[np.int64]
    cluster: NDArray[np.int64]
    size: CountArray
    net: CountArray

    def placed(self, cells: NDArray[np.integer], there: NDArray[np.bool_]) -> Pairs:
        """The same by the cell of each cluster, when all of its responses lie in one; of the cells `there` only."""
        cell = cells[self.cluster]
        order = np.argsort(cell, kind="stable")
        if not there.all():
            order = order[there[cell[order]]]
        return Pairs(cell[order].astype(np.int64), self.cluster[order], self.size[order], self.net[order])


NO_PAIRS = Pairs(*(np.zeros(0, dtype=np.int64) for _ in range(4)))


@dataclass(frozen=True, eq=False)
class Clusters:
    """The clusters of a survey by one unit.

    Parameters
    ----------
    n
        How many there are.
    single
        The responses that are clusters of their own, in the order of the bits.
    keys
        For the others, in the order of the bits: the number of the cluster, and `n` more for a passive, twice `n` more
        for a detractor.
    layout
        A second order of bits, in which each cluster begins a new word, so that it is counted by adding a few words;
        what is a cluster of its own comes last.
    order
        For each of its bits, up to these last, the same response in the first order.
    everything
        Which of its bits are responses.
    groups
        Promoters and detractors among them.
    """

    n: int
    single: Bits
    keys: NDArray[np.int32]
    layout: Layout
    order: NDArray[np.intp]
    everything: Bits
    groups: Bits

    def arranged(self, bits: Bits) -> Bits:
        """A bitmap in the second order."""
        # Every place is one of the bits; to have that checked takes a fifth more.
        return pack_mask(as_mask(bits).take(self.order, mode="wrap")) & self.everything

    def numbers(self, places: NDArray[np.integer]) -> NDArray[np.int32]:
        """The cluster of each of some bits of the first order; -1 for one of its own."""
        single = as_mask(self.single).take(places)
        return np.where(single, np.int32(-1), self.keys.take(places) % np.int32(max(self.n, 1)))

    def values(self, codes: NDArray[np.integer], shared: NDArray[np.bool_]) -> NDArray[np.integer] | None:
        """The code of each cluster, when all of its responses (those of `shared`) have the same; else None."""
        cluster, own = self.keys[shared] % max(self.n, 1), codes[shared]
        values = np.zeros(self.n, dtype=codes.dtype)
        values[cluster] = own
        return values if np.array_equal(values[cluster], own) else None

    def pairs_of_bits(self, cells: Iterable[tuple[int, Bits]]) -> Pairs:
        """The pairs of some cells, ascending: the number of each and its bits in the second order."""
        ends = self.layout.starts[1:] - 1
        found = []
        for cell, bits in cells:
            happy, unhappy = (np.bitwise_count(bits & group).view(np.int8) for group in self.groups)
            size, net = (
                np.diff(np.cumsum(of, dtype=np.int32).take(ends), prepend=0)
                for of in (np.bitwise_count(bits), happy - unhappy)
            )
            there = np.flatnonzero(size.astype(np.bool_))  # looking for truths is quicker
            found.append(Pairs(np.full(len(there), cell), there, size.take(there), net.take(there)))
        return Pairs(*(np.concatenate(of) for of in zip(*found, strict=True))) if found else NO_PAIRS

    def pairs(self, keys: NDArray[np.int32], cells: NDArray[np.integer], size: int) -> Pairs:
        """The pairs of some responses: the keys of these, and their cells, numbers below `size`."""
        group = (keys >= self.n).view(np.int8) + (keys >= 2 * self.n)
        cluster = keys - group * np.int32(self.n)
        # Four, not three: then no division is needed to take them apart.
        ranked = np.sort((_whole(cells, 4 * size * self.n) * self.n + cluster) * 4 + group)
        pair = ranked >> 2
        starts = np.flatnonzero(np.concatenate([[True], pair[1:] != pair[:-1]])[: len(pair)])
        net = np.add.reduceat(1 - (ranked & 3), starts, dtype=np.int64) if len(starts) else starts
        cell, cluster = np.divmod(pair[starts].astype(np.int64), max(self.n, 1))
        return Pairs(cell, cluster, np.diff(np.append(starts, len(pair))), net)


def _whole(numbers: NDArray[np.integer], below: int) -> NDArray[Any]:
    """The numbers in a type in which what is computed of them stays below `below`."""
    return numbers.astype(np.int32 if below < 2**31 else np.int64)


def arrange(units: Units, unit: str, layout: Layout, groups: NDArray[np.uint8]) -> Clusters:
    """The clusters by a unit.

    Parameters
    ----------
    layout
        The order of the bits.
    groups
        0, 1, 2 for promoter, passive, detractor in that order.
    """
    codes = units.of(unit)
    n = int(codes.max(initial=-1)) + 1
    keys = np.zeros(len(groups), dtype=np.int32)
    keys[layout.places] = np.maximum(codes, 0)
    keys += groups.astype(np.int32) * n
    # Laid out as days are: each begins a word, and those of none come last.
    own = lay_out(np.where(codes < 0, np.datetime64("NaT"), codes.astype("datetime64[D]")))
    words = int(own.starts[-1]) if n else 0
    order = np.zeros(words * WORD, dtype=np.intp)
    shared = np.flatnonzero(codes >= 0)
    order[own.places[shared]] = layout.places[shared]
    everything = own.pack(codes >= 0)[:words]
    happy, unhappy = (pack_mask((groups == group).take(order)) & everything for group in (0, 2))
    return Clusters(n, layout.pack(codes < 0), keys, own, order, everything, np.stack([happy, unhappy]))
