"""What samples say by themselves and in pairs, from their sums by cluster; `nps_core.score.design` has the formulas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import numpy as np

from nps_core.score.student import beyond

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]

_VALUES = np.array([1.0, 0.0, -1.0])  # of a promoter, a passive, a detractor


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


def side_of(sums: Sums, own: Own, several: NDArray[np.intp]) -> Side:
    """Samples as a side of contrasts; `several` is how many clusters of several responses each has."""
    clusters = several + np.asarray(sums.single).sum(axis=1)
    return Side(sums.counts, sums.n, clusters, several, own.deff, own.variance, own.trace, own.spread)


class Pair(NamedTuple):
    """Of two sides of contrasts: sum of u_k u_l, and what both add to the degrees of freedom."""

    covariance: Floats
    shared: Floats


Joined = TypeVar("Joined", Side, Pair)


def along(parts: Sequence[Sequence[Joined]]) -> tuple[Joined, ...]:
    """The same of one part after the other."""
    return tuple(
        type(of[0])(*(np.concatenate(values) for values in zip(*of, strict=True)))
        for of in zip(*parts, strict=True)
    )


@dataclass(frozen=True, eq=False)
class Rows:
    """Samples by cluster: responses (or weights) and promoters less detractors, shape (samples, clusters)."""

    sums: Sums
    size: Floats
    net: Floats

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
    def side(self) -> Side:
        """They as a side of contrasts."""
        several = np.count_nonzero(self.size, axis=1)
        return side_of(self.sums, self._own(several), several)

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

    def _own(self, several: NDArray[np.intp]) -> Own:
        if not self.size.shape[1]:
            none = np.zeros(len(self.size))
            return own_of(self.sums, none, none, none, none)
        with np.errstate(invalid="ignore", divide="ignore"):
            square = self.left * self.g
            u2 = dot(self.left, square) / self.sums.total**2
            np.multiply(self.h, self.h, out=square)
            first = square.sum(axis=1)
            square *= self.g
            return own_of(self.sums, u2, first - dot(square, square), square.sum(axis=1), several)

    def taken(self, places: Places) -> Rows:
        """Some of them, in this order."""
        sums = Sums(self.sums.counts[places], self.sums.single[places], self.sums.n[places])
        return Rows(sums, self.size[places], self.net[places])

    def without(self, own: Rows, held: NDArray[np.bool_]) -> Rows:
        """The one sample less each of some, of those that are held; the others have no rest."""
        keep, mine, sums = held[:, None], self.sums, own.sums
        left = Sums(
            (mine.counts - sums.counts) * keep,
            (mine.single - sums.single) * keep,
            (mine.n - sums.n) * held,
        )
        size, net = self.size - own.size, self.net - own.net
        return Rows(left, size, net) if held.all() else Rows(left, size * keep, net * keep)


def dot(a: Floats, b: Floats) -> Floats:
    """The products of two tables, summed by row."""
    return np.asarray(np.einsum("jc,jc->j", a, b))


def own_of(sums: Sums, u2: Floats, r2: Floats, q2: Floats, several: NDArray[Any]) -> Own:
    """From sums over clusters with several responses: u^2, r^2 (1 - 2h) and q^2, and how many there are."""
    squares, first, leverage = sums.of_singles()
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


def summed(places: Places, values: Floats, number: int) -> Floats:
    """The sum of the values of each of so many places."""
    return np.asarray(np.bincount(places, values, number), dtype=np.float64)
