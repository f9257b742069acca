"""What samples say by themselves and in pairs, from their sums by cluster; `nps_core.score.design` has the formulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nps_core.score.student import beyond

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_VALUES = np.array([1.0, 0.0, -1.0])  # of a promoter, a passive, a detractor
_MOST = 127  # responses of a cluster of a kind: a table of sizes and nets that a processor's cache holds


@dataclass(frozen=True, eq=False)
class Sums:
    """What a sample has in all: counts, those of single responses, and responses."""

    counts: Floats
    single: NDArray[Any]
    n: NDArray[np.int64]

    @property
    def total(self) -> Floats:
        """Responses, or the sum of their weights."""
        return np.asarray(self.counts.sum(axis=-1))

    @property
    def theta(self) -> Floats:
        """The NPS on -1..1."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray((self.counts[..., 0] - self.counts[..., 2]) / self.total)

    @property
    def spread(self) -> Floats:
        """Variance of one response on -1..1."""
        with np.errstate(invalid="ignore", divide="ignore"):
            held = (self.counts[..., 0] + self.counts[..., 2]) / self.total - self.theta**2
        return np.maximum(held, 0.0)

    def taken(self, places: Places | slice) -> Sums:
        """Of some of the samples, in this order."""
        return Sums(self.counts[places], self.single[places], self.n[places])

    def less(self, other: Sums, kept: NDArray[np.bool_]) -> Sums:
        """What is left without a part of each, of those that are kept; of the others nothing."""
        keep = kept[:, None]
        return Sums(
            (self.counts - other.counts) * keep,
            (self.single - other.single) * keep,
            (self.n - other.n) * kept,
        )

    def of_singles(self) -> tuple[Floats, Floats, Floats]:
        """What single responses add to sum u^2, sum r^2 (1 - 2h) and sum q^2; one response alone has no spread."""
        total = np.maximum(self.total, 2.0)
        number = np.asarray(self.single).sum(axis=-1)
        h = 1 / total
        squares = (self.single * (_VALUES - self.theta[..., None]) ** 2).sum(axis=-1)
        r = h / (1 - h)
        return squares / (total**2 * (1 - h)), number * r**2 * (1 - 2 * h), number * h * r


class Own(NamedTuple):
    """Of each sample by itself: design effect, degrees of freedom beyond those of responses, and what both are from."""

    deff: Floats
    nu: Floats
    variance: Floats
    trace: Floats
    spread: Floats


class Parts(NamedTuple):
    """What the clusters of several responses add: sums of u^2, r^2 (1 - 2h) and q^2, and how many there are."""

    u2: Floats
    r2: Floats
    q2: Floats
    several: NDArray[Any]

    @classmethod
    def none(cls, number: int) -> Parts:
        """Those of so many samples without such clusters, to be filled in."""
        u2, r2, q2 = np.zeros((3, number))
        return cls(u2, r2, q2, np.zeros(number, dtype=np.intp))


class Side(NamedTuple):
    """The samples on one side of contrasts: what there is of them in all, and of each by itself."""

    counts: Floats
    n: NDArray[Any]
    clusters: NDArray[Any]
    several: NDArray[Any]
    deff: Floats
    variance: Floats
    trace: Floats
    spread: Floats


def side_of(sums: Sums, parts: Parts) -> Side:
    """Samples as a side of contrasts."""
    own, several = own_of(sums, parts), parts.several
    clusters = several + np.asarray(sums.single).sum(axis=1)
    return Side(sums.counts, sums.n, clusters, several, own.deff, own.variance, own.trace, own.spread)


class Pair(NamedTuple):
    """Of two sides of contrasts: sum of u_k u_l, and what both add to the degrees of freedom."""

    covariance: Floats
    shared: Floats


@dataclass(frozen=True, eq=False)
class Rows:
    """Samples by cluster: responses (or weights) and promoters less detractors, shape (samples, clusters).

    Instead of clusters there may be kinds of them (`kinds_of`); `times` is how many of each kind a sample has.
    """

    sums: Sums
    size: Floats
    net: Floats
    times: Floats | None = None

    @cached_property
    def h(self) -> Floats:
        """The share that each cluster has of a sample."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.size * (1 / self.sums.total)[:, None])

    @cached_property
    def g(self) -> Floats:
        """1 / (1 - h)."""
        found = 1 - self.h
        with np.errstate(divide="ignore"):
            return np.divide(1, found, out=found)

    @cached_property
    def left(self) -> Floats:
        """What a cluster has beyond its share: u n sqrt(1 - h)."""
        found = self.sums.theta[:, None] * self.size
        return np.subtract(self.net, found, out=found)

    @property
    def parts(self) -> Parts:
        """What the clusters of each add."""
        if not self.size.shape[1]:
            return Parts.none(len(self.size))
        with np.errstate(invalid="ignore", divide="ignore"):
            square = self.left * self.g
            u2 = self._dot(self.left, square) / self.sums.total**2
            np.multiply(self.h, self.h, out=square)
            first = self._sum(square)
            square *= self.g
            there = self.size.astype(np.bool_) if self.times is None else self.times * (self.size > 0)
            return Parts(
                u2, first - self._dot(square, square), self._sum(square), there.sum(axis=1).astype(np.intp)
            )

    def _dot(self, a: Floats, b: Floats) -> Floats:
        return dot(a, b) if self.times is None else dot(a * self.times, b)

    def _sum(self, a: Floats) -> Floats:
        return np.asarray(a.sum(axis=1)) if self.times is None else dot(a, self.times)

    def pair(self, other: Rows) -> Pair:
        """With another side: r_k r_l (1 - h_k - h_l) is h_k h_l - (q_k q_l)^2."""
        none = np.zeros(len(self.size))
        if not self.size.shape[1]:
            return Pair(none, none)
        with np.errstate(invalid="ignore", divide="ignore"):  # one cluster that is all of a side
            root = np.sqrt(self.g * other.g)
            both = self.h * other.h
            shared = both.sum(axis=1)
            both *= root
            covariance = dot(np.multiply(self.left, root, out=root), other.left)
            return Pair(
                covariance / (self.sums.total * other.sums.total),
                shared - dot(both, both) + both.sum(axis=1) ** 2,
            )


def dot(a: Floats, b: Floats) -> Floats:
    """The products of two tables, summed by row."""
    return np.asarray(np.einsum("jc,jc->j", a, b))


def own_of(sums: Sums, parts: Parts) -> Own:
    """From what single responses and what clusters of several add."""
    squares, first, leverage = sums.of_singles()
    u2, r2, q2, several = parts
    clustered, spread = several > 0, sums.spread
    with np.errstate(invalid="ignore", divide="ignore"):
        variance = squares + u2
        trace = first + r2 + (leverage + q2) ** 2
        clusters = several + np.asarray(sums.single).sum(axis=1)
        agreed = spread <= 1e-12  # noqa: PLR2004 - nothing can be learnt about how alike they are
        deff = np.where(agreed, sums.n / np.maximum(clusters, 1), variance * (sums.n - 1) / spread)
        nu = beyond(1 / trace, sums.n - 1.0)
    return Own(
        np.where(clustered & np.isfinite(deff), np.maximum(deff, 1.0), 1.0),
        np.where(clustered & np.isfinite(nu), nu, np.inf),
        variance,
        trace,
        spread,
    )


class Kinds(NamedTuple):
    """Clusters that are alike, of as many responses and of the same net, as one: `of` is the kind of each cluster."""

    of: Places
    size: Floats
    net: Floats
    times: Floats


def kinds_of(size: Floats, net: Floats) -> Kinds:
    """The kinds of clusters: large ones, and those of weights that are no whole numbers, are each their own."""
    plain = (size <= _MOST) & (size == np.floor(size)) & (net == np.floor(net))
    number = (size * (2 * _MOST + 1) + net + _MOST).astype(np.intp)
    own = np.flatnonzero(~plain)
    number[own] = (_MOST + 1) * (2 * _MOST + 1) + np.arange(len(own))
    times = np.bincount(number)
    there = times > 0
    of = (np.cumsum(there) - 1)[number]
    sizes, nets = np.zeros((2, np.count_nonzero(there)))
    sizes[of], nets[of] = size, net
    return Kinds(of, sizes, nets, times[there].astype(np.float64))
