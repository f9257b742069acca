"""How far chance reaches in the parts of a change: what each response, and each account, adds to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.score.design import Samples
from nps_core.score.estimate import FEWEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


VALUES = (1, 0, -1)
"""What a promoter, a passive and a detractor add to the NPS, before the 100."""


def exact_parts(
    before: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]]
) -> tuple[list[Fraction], list[Fraction]]:
    """The rate and the mix of each segment, in points, as fractions that sum to the change exactly."""
    sides = [[[Fraction(count) for count in row] for row in table] for table in (before, after)]
    sizes = [[sum(row, Fraction()) for row in table] for table in sides]
    totals = [sum(size, Fraction()) for size in sizes]
    overall = [balance([sum(column) for column in zip(*table, strict=True)]) for table in sides]
    middle = (overall[0] + overall[1]) / 2
    rates: list[Fraction] = []
    mixes: list[Fraction] = []
    for segment in range(len(sides[0])):
        w0, w1 = (sizes[side][segment] / totals[side] for side in (0, 1))
        r0, r1 = (balance(sides[side][segment]) if sizes[side][segment] else None for side in (0, 1))
        # There on one side only: no change of its own.
        r0, r1 = r1 if r0 is None else r0, r0 if r1 is None else r1
        if r0 is None or r1 is None:
            r0 = r1 = middle
        rates.append(100 * (w0 + w1) / 2 * (r1 - r0))
        mixes.append(100 * (w1 - w0) * ((r0 + r1) / 2 - middle))
    return rates, mixes


def round_half_away(value: Fraction) -> int:
    """The nearest whole number; ties go away from 0, so that a rise and a fall are treated alike."""
    size = math.floor(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def round_to_sum(values: Sequence[Fraction], total: int) -> list[int]:
    """Whole numbers near the values that add up to `total`, which is their sum rounded.

    Each is cut towards 0; what is missing goes, one each, to those that were cut most (largest remainder).
    """
    whole = [math.trunc(value) for value in values]
    missing = total - sum(whole)
    sign = 1 if missing >= 0 else -1
    order = sorted(range(len(values)), key=lambda place: -sign * (values[place] - whole[place]))
    for place in order[: abs(missing)]:
        whole[place] += sign
    return whole


def balance(counts: Sequence[Any]) -> Fraction:
    """The NPS of promoters, passives and detractors on -1..1, exactly."""
    happy, neutral, unhappy = (Fraction(count) for count in counts)
    return (happy - unhappy) / (happy + neutral + unhappy)


@dataclass(frozen=True, eq=False)
class Kinds:
    """One side of a change, by what its responses have in common.

    Parameters
    ----------
    share
        The share of each kind of response in each segment, shape (kinds, segments); rows sum to 1.
    samples
        A sample for each kind, by the clusters that both sides share.
    """

    share: Floats
    samples: Samples

    @property
    def counts(self) -> Floats:
        """Promoters, passives, detractors of each kind."""
        return np.asarray(self.samples.counts, dtype=np.float64)

    @property
    def table(self) -> Floats:
        """Promoters, passives, detractors of each segment."""
        return np.asarray(self.share.T @ self.counts)

    @property
    def n(self) -> float:
        """Responses."""
        return float(self.counts.sum())

    @property
    def segments(self) -> Samples:
        """A sample for each segment, in which a response of several counts in equal parts."""
        of = self.samples
        pair, segment = np.nonzero(self.share[of.cell])
        part = self.share[of.cell[pair], segment]
        keys, place = np.unique(segment * max(of.range_, 1) + of.cluster[pair], return_inverse=True)
        size, net = (np.bincount(place, part * own[pair], len(keys)) for own in (of.size, of.net))
        return replace(
            of,
            counts=self.table,
            single=self.share.T @ of.single,
            cell=keys // max(of.range_, 1),
            cluster=keys % max(of.range_, 1),
            size=np.asarray(size, dtype=np.float64),
            net=np.asarray(net, dtype=np.float64),
            n=self.table.sum(axis=1),
        )


def kinds_of(
    share: Floats,
    kind: NDArray[np.integer],
    value: NDArray[np.integer],
    cluster: NDArray[np.integer],
    range_: int,
) -> Kinds:
    """One side from its responses.

    Parameters
    ----------
    share
        The share of each kind in each segment.
    kind, value, cluster
        Of each response: its kind, its place in `VALUES` (0 promoter, 1 passive, 2 detractor), and its cluster; -1 for
        one of its own.
    range_
        How many clusters there are.
    """
    size = len(share)
    groups = np.bincount(kind * 3 + value, minlength=size * 3).reshape(size, 3)
    shared = np.flatnonzero(cluster >= 0)
    keys, place = np.unique(
        kind[shared].astype(np.int64) * max(range_, 1) + cluster[shared], return_inverse=True
    )
    pairs = np.bincount(place * 3 + value[shared], minlength=len(keys) * 3).reshape(-1, 3)
    cell = keys // max(range_, 1)
    held = np.stack([np.bincount(cell, pairs[:, group], size) for group in range(3)], axis=1)
    samples = Samples(
        counts=groups,
        single=groups - held.astype(np.int64),
        cell=cell,
        cluster=keys % max(range_, 1),
        size=pairs.sum(axis=1).astype(np.float64),
        net=(pairs[:, 0] - pairs[:, 2]).astype(np.float64),
        n=groups.sum(axis=1),
        range_=range_,
        fewest=FEWEST,
    )
    return Kinds(share, samples)


def errors_of(before: Kinds, after: Kinds) -> tuple[Floats, Floats]:
    """Standard errors of the rates and of the mixes, each with that of their sum last, in points.

    Shares and NPS are functions of the responses; the influence of one in segment s with value x is 1[s = g] - w on a
    share, 1[s = g] (x - r) / w on an NPS, x - NPS on the whole; that of one in several segments is the mean over them.
    They are summed by account over both sides, each over sqrt(1 - h), h being the account's share of its segment.
    """
    return _error(_influence(before, after, "rate"), before, after), _error(
        _influence(before, after, "mix"), before, after
    )


def mix_test(before: Kinds, after: Kinds) -> tuple[float, float]:
    """Who answered, told by the NPS of each segment over both sides: its part of the change, and its error, in points.

    mx = sum of (w1 - w0) x, x being the NPS of a segment over both sides; that x are estimated too is left out, which a
    segment of few responses would make certain of. The error is the larger of sqrt(var(x) (1/n0 + 1/n1)) and what
    accounts add: their sums of (x - mean) / n of a side, over sqrt(1 - h), h being their share of all responses.
    """
    both = before.table + after.table
    with np.errstate(invalid="ignore", divide="ignore"):
        x = np.nan_to_num(both @ np.array(VALUES) / both.sum(axis=1))
    sides = ((before, -1.0), (after, 1.0))
    value = [side.share @ x for side, _ in sides]
    n = [side.n for side, _ in sides]
    sizes = [side.counts.sum(axis=1) for side, _ in sides]
    mean = sum(own @ size for own, size in zip(value, sizes, strict=True)) / sum(n)
    variance = sum((own - mean) ** 2 @ size for own, size in zip(value, sizes, strict=True)) / sum(n)
    part = sum(
        sign * (own @ size) / k for (_, sign), own, size, k in zip(sides, value, sizes, n, strict=True)
    )
    alone, range_ = 0.0, before.samples.range_
    by_cluster, heard = np.zeros(range_), np.zeros(range_)
    for (side, sign), own, k in zip(sides, value, n, strict=True):
        of = side.samples
        left = sign * (own - mean) / k
        alone += float(left**2 @ np.asarray(of.single).sum(axis=1)) / (1 - 1 / max(sum(n), 2))
        by_cluster += np.bincount(of.cluster, left[of.cell] * of.size, range_)
        heard += np.bincount(of.cluster, of.size, range_)
    with np.errstate(invalid="ignore", divide="ignore"):
        accounts = alone + float(np.nansum(by_cluster**2 / (1 - heard / sum(n))))
    return 100 * float(part), 100 * float(np.sqrt(max(accounts, variance * (1 / n[0] + 1 / n[1]))))


def _influence(before: Kinds, after: Kinds, part: str) -> tuple[Floats, Floats]:
    """What a response of each side adds to each part, and last to their sum; shape (parts + 1, kinds, values)."""
    values = np.array(VALUES, dtype=np.float64)
    tables = [before.table, after.table]
    totals = [table.sum() for table in tables]
    sizes = [table.sum(axis=1) for table in tables]
    w = [size / total for size, total in zip(sizes, totals, strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        r = [table @ values / size for table, size in zip(tables, sizes, strict=True)]
        r = [np.where(np.isnan(own), np.nan_to_num(other), own) for own, other in (r, r[::-1])]
    whole = [table.sum(axis=0) @ values / total for table, total in zip(tables, totals, strict=True)]
    centre = (r[0] + r[1]) / 2 - (whole[0] + whole[1]) / 2
    both = (w[0] * w[1] > 0)[:, None, None]
    there = np.eye(len(tables[0]))[:, :, None]  # part g, segment s, group x
    found = []
    for side, sign in ((0, -1), (1, 1)):
        share = there - w[side][:, None, None]
        size = np.where(w[side] > 0, w[side], 1.0)[:, None, None]
        own = there * (values - r[side][:, None, None]) / size * (w[side] > 0)[:, None, None]
        if part == "rate":
            influence = share * (r[1] - r[0])[:, None, None] / 2
            influence = influence + np.where(both, sign * own * ((w[0] + w[1]) / 2)[:, None, None], 0.0)
        else:
            # A segment on one side only lends its NPS to the other side: it counts twice in their mean.
            step = (w[1] - w[0])[:, None, None] / 2
            all_of_it = (values - whole[side])[None, None, :]
            influence = sign * share * centre[:, None, None]
            influence = influence + step * (np.where(both, own, 2 * own) - all_of_it)
        influence = np.concatenate([influence, influence.sum(axis=0, keepdims=True)])
        found.append((before, after)[side].share @ influence / totals[side])
    return found[0], found[1]


def _error(influence: tuple[Floats, Floats], before: Kinds, after: Kinds) -> Floats:
    """The root of the sum of squares over clusters, in points."""
    sides = tuple(zip(influence, (before.samples, after.samples), strict=True))
    squares = sum((np.asarray(of.single) * own**2).sum(axis=(1, 2)) for own, of in sides)
    if any(len(of.cell) for _, of in sides):
        cluster = np.concatenate([of.cluster for _, of in sides])
        by_pair = np.concatenate([_of_pairs(own, of) for own, of in sides], axis=1)
        squares = squares + np.array(
            [(np.bincount(cluster, own, before.samples.range_) ** 2).sum() for own in by_pair]
        )
    return np.asarray(100 * np.sqrt(squares))


def _of_pairs(influence: Floats, of: Samples) -> Floats:
    """What each pair of a kind and a cluster adds to each part; it grows evenly from detractors to promoters."""
    size_of_kind = np.asarray(of.counts, dtype=np.float64).sum(axis=1)
    h = of.size / size_of_kind[of.cell]
    with np.errstate(divide="ignore"):
        factor = np.where(
            h < 1, 1 / np.sqrt(1 - h), 1.0
        )  # one cluster that is all of a kind: too few to tell
    slope = (influence[:, :, 0] - influence[:, :, 2]) / 2
    return np.asarray((influence[:, of.cell, 1] * of.size + slope[:, of.cell] * of.net) * factor)
