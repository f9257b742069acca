"""The design of a survey: what responses say when those of one account (or of one respondent) are alike.

One variance, and one contrast of NPS, behind every interval and every verdict. With h the share that a cluster (an
account) has of a sample, theta the NPS on -1..1, m its responses (or sum of weights) of n and s its promoters less
detractors:

* u = (s - theta m) / (n sqrt(1 - h)) is what a cluster adds, and sums over clusters of u_k u_l are the variances and
  covariances of samples k and l (CR2);
* B_k w = b_k^2 / n_k, r = h / (1 - h), q = h / sqrt(1 - h): the degrees of freedom of sum of b_k theta_k are
  (sum w)^2 / sum over k, l of w_k w_l [sum r_k r_l (1 - h_k - h_l) + (sum q_k q_l)^2] (Bell and McCaffrey);
* what independent responses would have of these is taken off: 1/nu = 1/df - 1/df0, and the design effect is held at 1
  or more, so that nothing is told more certainly than by independent responses;
* each sample has the limits of `estimate` for its effective n at Student's quantile for nu, and a contrast those of
  MOVER with the correlations of its samples.

Where no cluster has two responses, all of it is `estimate` and `difference`.

References: Bell and McCaffrey (2002), Survey Methodology 28. Pustejovsky and Tipton (2018), J. of Business and Economic
Statistics 36. Korn and Graubard (1998), Survey Methodology 24. Zou (2007), Psychological Methods 12; Zou and Donner
(2008), Statistics in Medicine 27.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.score.by_cluster import Own, Pair, Parts, Rows, Sums, kinds_of, own_of, side_of
from nps_core.score.contrasts import Contrasts
from nps_core.score.estimate import FEWEST, LEVEL, Estimate, interval
from nps_core.score.student import student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.counts.clusters import ClusterSums
    from nps_core.score.by_cluster import Kinds, Side
    from nps_core.score.difference import Difference

    Floats = NDArray[np.float64]
    Places = NDArray[np.intp]
    from numpy.typing import NDArray


_AT_ONCE = 60_000  # numbers of a table of samples by clusters that a processor's cache holds
_TABLE = (
    1 << 20
)  # up to so many pairs of a sample and a cluster are looked up in a table of all; beyond it, sorted


@dataclass(frozen=True, eq=False)
class Samples:
    """Samples of one design, a row a sample: segments, periods, sides of a comparison.

    Parameters
    ----------
    counts
        Promoters, passives, detractors (or sums of weights), shape (samples, 3).
    single
        Those of them that are clusters of their own.
    cell, cluster, size, net
        The other clusters: a sample, a cluster of it, its responses (or sum of weights) in it, and its promoters less
        detractors.
    n
        Responses of each sample.
    range_
        How many clusters there are; `cluster` is below it.
    unit
        What clusters are: "account", "respondent", or "response" where each is its own.
    certain
        False where the responses were picked by their own scores: nothing then says how far chance reaches.
    fewest
        A sample of fewer clusters stands for these alone: its responses are the units of its own interval.
    few
        Above 0 where all of the samples are of so few accounts (1 to 4) that other units were taken: their number.
    """

    counts: NDArray[Any]
    single: NDArray[Any]
    cell: Places
    cluster: Places
    size: Floats
    net: Floats
    n: NDArray[np.int64]
    range_: int = 0
    unit: str = "response"
    certain: bool = True
    fewest: int = 0
    few: int = 0

    @classmethod
    def of_singles(cls, counts: ArrayLike) -> Samples:
        """A sample for each row of counts (promoters, passives, detractors), every response a cluster of its own."""
        table, none = np.asarray(counts), np.zeros(0)
        places = none.astype(np.intp)
        n = np.rint(table.sum(axis=1)).astype(np.int64)
        return cls(counts=table, single=table, cell=places, cluster=places, size=none, net=none, n=n)

    def __len__(self) -> int:
        """How many samples."""
        return len(self.counts)

    @cached_property
    def clusters(self) -> NDArray[np.int64]:
        """How many clusters each sample has."""
        return np.asarray(self._several + np.asarray(self.single).sum(axis=1), dtype=np.int64)

    @cached_property
    def _several(self) -> NDArray[np.intp]:
        """How many clusters of several responses each sample has."""
        return np.bincount(self.cell, minlength=len(self))

    @cached_property
    def largest(self) -> Floats:
        """The greatest share of a sample that one cluster has; 0 where each has one response."""
        _, size, _, starts = self._pairs
        there = np.flatnonzero(self._several)
        found = np.zeros(len(self))
        found[there] = (
            np.maximum.reduceat(size, starts[there]) / self._sums.total[there] if len(there) else 0.0
        )
        return found

    def estimate(self, *, level: float = LEVEL, invited: int | None = None) -> Estimate:
        """The NPS of each sample with its interval.

        Parameters
        ----------
        invited
            How many there are at all, for the NPS of all of them if those who did not answer are like those who did:
            the effective n counts 1 / (1 - n / invited) times. Nothing is known beyond n of n.
        """
        alone = self.clusters < self.fewest
        n_eff = np.where(alone, self.n, self.n / self._own.deff)
        nu = np.where(alone, np.inf, self._own.nu)
        worth = n_eff if invited is None else n_eff / np.maximum(1 - self.n / max(invited, 1), 1e-12)
        low, high = _limits(self.counts, worth, student(level, nu))
        if not self.certain:
            low, high = np.full((2, len(self)), np.nan)
        one = ~alone & (self.clusters == 1) & (self.n > 1)  # one cluster tells nothing of another
        happy, neutral, unhappy = np.asarray(self.counts).T
        with np.errstate(invalid="ignore", divide="ignore"):
            points = 100 * (happy - unhappy) / (happy + neutral + unhappy)
        return Estimate(
            nps=points,
            low=np.where(one, -100.0, 100 * low),
            high=np.where(one, 100.0, 100 * high),
            n=self.n,
            promoters=happy,
            passives=neutral,
            detractors=unhappy,
            level=level,
            n_eff=n_eff,
            clusters=np.full(len(self), self.few) if self.few else self.clusters,
            unit="account" if self.few else self.unit,
            largest=self.largest,
        )

    def one(self, *, level: float = LEVEL, invited: int | None = None) -> Estimate:
        """The NPS of the only sample."""
        return self.estimate(level=level, invited=invited)[0]

    def contrast(
        self, samples: Sequence[ArrayLike], weights: Sequence[float], *, level: float = LEVEL
    ) -> Difference:
        """Sums of NPS times weights, such as a difference (1, -1) or one of differences (1, -1, -1, 1).

        Parameters
        ----------
        samples
            For each weight the places of its samples, one a contrast.
        weights
            What the NPS of each is taken times.

        Returns
        -------
        Difference
            An array of contrasts. Too few to tell, and never beyond chance, where a sample has fewer than `FEWEST`
            responses or clusters.
        """
        return self.contrasts(samples, weights).difference(level=level)

    def contrasts(self, samples: Sequence[ArrayLike], weights: Sequence[float]) -> Contrasts:
        """The same before anything is looked for."""
        places = [np.asarray(one, dtype=np.intp) for one in samples]
        sums = [self._sums.taken(one) for one in places]
        sides = [
            side_of(own, Parts(*(of[one] for of in self._parts)))
            for own, one in zip(sums, places, strict=True)
        ]
        pairs = [Pair(*np.zeros((2, len(places[0])))) for _ in combinations(places, 2)]
        for some in self._at_once(np.arange(len(places[0])), self.range_):
            rows = [self._rows(one[some]) for one in places]
            for held, (one, other) in zip(pairs, combinations(rows, 2), strict=True):
                _fill(held, some, one.pair(other))
        return self._contrasts(sides, pairs, tuple(weights))

    def from_rest(self, *, among: ArrayLike | None = None, level: float = LEVEL) -> Difference:
        """Each sample less all the others together; only those `among` (truth values) are part of it, or have one."""
        held = np.ones(len(self), dtype=np.bool_) if among is None else np.asarray(among, dtype=np.bool_)
        return self.beside(self.merged(held), np.where(held, 0, -1)).difference(level=level)

    def beside(self, whole: Samples, of: ArrayLike) -> Contrasts:
        """Each sample less the rest of what it is a part of, before anything is looked for.

        Parameters
        ----------
        whole
            What they are parts of: samples of the same design.
        of
            The place of each one's whole; of -1 there is no rest.
        """
        places = np.asarray(of, dtype=np.intp)
        sums, rest = self._sums, whole._sums.taken(places).less(self._sums, places >= 0)
        own, others = Parts.none(len(self)), Parts.none(len(self))
        pair = Pair(*np.zeros((2, len(self))))
        for place in np.unique(places[places >= 0]) if self.range_ else ():
            mine = np.flatnonzero(places == place)
            (size,), (net,) = whole._dense([place])
            apart = np.array([self._is_apart(one, size) for one in mine.tolist()], dtype=np.bool_)
            kinds = kinds_of(size, net)
            for some in self._at_once(mine[apart], len(kinds.size)):
                times = self._times(some, kinds)
                for table, held, many in ((sums, own, times), (rest, others, kinds.times - times)):
                    _fill(held, some, Rows(table.taken(some), kinds.size * (many > 0), kinds.net, many).parts)
            for some in self._at_once(mine[~apart], self.range_):
                rows = self._rows(some)
                left = Rows(rest.taken(some), size - rows.size, net - rows.net)
                _fill(own, some, rows.parts)
                _fill(others, some, left.parts)
                _fill(pair, some, rows.pair(left))
        return self._contrasts([side_of(sums, own), side_of(rest, others)], [pair], (1.0, -1.0))

    def _contrasts(
        self, sides: Sequence[Side], pairs: Sequence[Pair], weights: tuple[float, ...]
    ) -> Contrasts:
        return Contrasts(tuple(sides), tuple(pairs), weights, self.certain, self.fewest, self.few)

    def merged(self, among: ArrayLike) -> Samples:
        """The samples `among` (truth values) as one."""
        return self.combined(np.where(np.asarray(among, dtype=np.bool_), 0, -1), 1)

    def without(self, part: Samples) -> Samples:
        """The only sample less one that is a part of it."""
        (size,), (net,) = (a - b for a, b in zip(self._dense([0]), part._dense([0]), strict=True))
        there = np.flatnonzero(size > 0)
        return replace(
            self,
            counts=self.counts - part.counts,
            single=self.single - part.single,
            cell=np.zeros(len(there), dtype=np.intp),
            cluster=there,
            size=size[there],
            net=net[there],
            n=self.n - part.n,
        )

    def combined(self, into: ArrayLike, number: int) -> Samples:
        """So many samples, each of all those with its number in `into`; -1 is part of none."""
        of = np.asarray(into, dtype=np.intp)
        mine = of[self.cell] >= 0
        at = of[self.cell[mine]] * self.range_ + self.cluster[mine]
        if number * self.range_ > _TABLE:
            keys, place = np.unique(at, return_inverse=True)
        else:
            there = np.bincount(at, minlength=number * self.range_).astype(np.bool_)
            keys, place = np.flatnonzero(there), (np.cumsum(there) - 1)[at]
        cell, cluster = np.divmod(keys, max(self.range_, 1))
        kept = of >= 0

        def sums(counts: NDArray[Any]) -> NDArray[Any]:
            found = np.zeros((number, *counts.shape[1:]), dtype=counts.dtype)
            np.add.at(found, of[kept], counts[kept])
            return found

        return replace(
            self,
            counts=sums(np.asarray(self.counts)),
            single=sums(np.asarray(self.single)),
            cell=cell,
            cluster=cluster,
            size=np.bincount(place, self.size[mine], len(keys)).astype(np.float64),
            net=np.bincount(place, self.net[mine], len(keys)).astype(np.float64),
            n=sums(self.n),
        )

    def picked(self, places: ArrayLike) -> Samples:
        """Some of the samples, in this order; `places` are numbers or truth values."""
        kept = np.arange(len(self))[np.asarray(places)]
        if np.array_equal(kept, np.arange(len(self))):
            return self
        number = np.full(len(self), -1)
        number[kept] = np.arange(len(kept))
        mine = number[self.cell] >= 0
        return replace(
            self,
            counts=np.asarray(self.counts)[kept],
            single=np.asarray(self.single)[kept],
            cell=number[self.cell[mine]],
            cluster=self.cluster[mine],
            size=self.size[mine],
            net=self.net[mine],
            n=self.n[kept],
        )

    def joined(self, *others: Samples) -> Samples:
        """These samples and, after them, others of the same design; a response may be in several of them."""
        every = (self, *others)
        starts = np.cumsum([0, *(len(one) for one in every)])

        def rows(name: str) -> NDArray[Any]:
            return np.concatenate([np.asarray(getattr(one, name)) for one in every])

        return replace(
            self,
            counts=rows("counts"),
            single=rows("single"),
            cell=np.concatenate([one.cell + start for one, start in zip(every, starts, strict=False)]),
            cluster=rows("cluster"),
            size=rows("size"),
            net=rows("net"),
            n=rows("n"),
        )

    def with_empty(self) -> Samples:
        """These samples and, last, one without responses."""
        none = np.zeros((1, 3), dtype=np.asarray(self.counts).dtype)
        return replace(
            self,
            counts=np.concatenate([self.counts, none]),
            single=np.concatenate([self.single, none.astype(np.asarray(self.single).dtype)]),
            n=np.append(self.n, 0),
        )

    def variances(self) -> tuple[Floats, Floats]:
        """Of each NPS on -1..1: the variance, at least that of independent responses; and the design effect."""
        own = self._own
        with np.errstate(invalid="ignore", divide="ignore"):
            return own.deff * own.spread / np.maximum(self.n - 1, 1), own.deff

    @property
    def nu(self) -> Floats:
        """Degrees of freedom of Student's quantile of each interval; infinite where responses are independent."""
        return self._own.nu

    @property
    def df(self) -> Floats:
        """Degrees of freedom of each variance (Bell and McCaffrey); n - 1 where responses are independent."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return 1 / self._own.trace

    @cached_property
    def _own(self) -> Own:
        return own_of(self._sums, self._parts)

    @cached_property
    def _sums(self) -> Sums:
        return Sums(np.asarray(self.counts, dtype=np.float64), np.asarray(self.single), self.n)

    @cached_property
    def _parts(self) -> Parts:
        """What the clusters of several responses add to each sample."""
        total, theta = self._sums.total[self.cell], self._sums.theta[self.cell]
        with np.errstate(invalid="ignore", divide="ignore"):
            h = self.size / total
            u2 = (self.net - theta * self.size) ** 2 / (total**2 * (1 - h))
            q2 = h * h / (1 - h)
            sums = [np.bincount(self.cell, of, len(self)) for of in (u2, h * h - q2 * q2, q2)]
        u2, r2, q2 = np.array(sums, dtype=np.float64)
        return Parts(u2, r2, q2, self._several)

    @cached_property
    def _pairs(self) -> tuple[Places, Floats, Floats, NDArray[np.intp]]:
        """Cluster, size and net of the pairs, by sample, and where those of each sample begin and the last end."""
        pairs = self.cluster, self.size, self.net
        if (self.cell[1:] < self.cell[:-1]).any():
            order = np.argsort(self.cell, kind="stable")
            pairs = self.cluster[order], self.size[order], self.net[order]
        return *pairs, np.append(0, np.cumsum(self._several))

    def _of(self, place: int) -> tuple[Places, Floats, Floats]:
        """Cluster, size and net of the pairs of a sample."""
        cluster, size, net, starts = self._pairs
        mine = slice(starts[place], starts[place + 1])
        return cluster[mine], size[mine], net[mine]

    def _is_apart(self, place: int, whole: Floats) -> bool:
        """Whether all that the clusters of a sample have lies in it; `whole` is what they have in all."""
        cluster, size, _ = self._of(place)
        return bool((whole[cluster[:1]] == size[:1]).all() and (whole.take(cluster) == size).all())

    def _times(self, places: Places, kinds: Kinds) -> Floats:
        """How many clusters of each kind some samples have that hold their clusters whole."""
        found = [
            np.bincount(kinds.of.take(self._of(place)[0]), minlength=len(kinds.size))
            for place in places.tolist()
        ]
        return np.array(found, dtype=np.float64)

    def _dense(self, places: Sequence[int]) -> tuple[Floats, Floats]:
        """Size and net of samples by cluster, shape (samples, clusters)."""
        tables = np.zeros((2, len(places), self.range_))
        for row, place in enumerate(places):
            cluster, *values = self._of(place)
            tables[0, row, cluster], tables[1, row, cluster] = values
        return tables[0], tables[1]

    def _rows(self, places: Places) -> Rows:
        """Samples as rows of a table by cluster."""
        return Rows(self._sums.taken(places), *self._dense(places.tolist()))

    def _at_once(self, places: Places, width: int) -> list[Places]:
        """The places, some at a time, so that tables that are so wide stay small."""
        step = max(1, _AT_ONCE // max(width, 1))
        return [places[start : start + step] for start in range(0, len(places), step)]


def _fill(held: Parts | Pair, places: Places, found: Parts | Pair) -> None:
    for values, own in zip(held, found, strict=True):
        values[places] = own


def _limits(counts: NDArray[Any], worth: Floats, z: Floats) -> tuple[Floats, Floats]:
    """The ends of each interval on -1..1, for so many independent responses of these shares."""
    given = np.asarray(counts)
    total = given.sum(axis=-1)
    if given.dtype.kind not in "iu" or np.any(worth != total):
        with np.errstate(invalid="ignore", divide="ignore"):
            given = given * np.nan_to_num(worth / total)[..., None]
    happy, neutral, unhappy = np.moveaxis(given, -1, 0)
    return interval((happy, neutral, unhappy), z)


def samples_of(sums: ClusterSums, *, unit: str | None = None, certain: bool = True) -> Samples:
    """Samples from the sums that counting gives; one of 1 to 4 clusters stands for these alone."""
    return Samples(
        counts=sums.counts,
        single=sums.single,
        cell=sums.cell,
        cluster=sums.cluster,
        size=sums.size.astype(np.float64),
        net=sums.net.astype(np.float64),
        n=sums.counts.sum(axis=1),
        range_=sums.n_clusters,
        unit=unit or "response",
        certain=certain,
        fewest=FEWEST,
    )


def welch(samples: Samples) -> tuple[float, float]:
    """How often samples of one NPS would scatter as much, and the second degrees of freedom of Welch's F.

    With V the variance of each NPS in the survey's design, w = 1 / V, W their sum, Q the sum of w (NPS - mean)^2 and k
    the samples, all of them `told_apart`: c = sum of (1 - w / W)^2 / df, F = Q / (k - 1) / (1 + 2 (k - 2) c /
    (k^2 - 1)) on k - 1 and (k^2 - 1) / 3c degrees of freedom. Where all responses of a sample agree but four
    at most, V is that of one response more at either end.

    References
    ----------
    Welch (1951), Biometrika 38.
    """
    from scipy.special import fdtrc  # noqa: PLC0415 - not every page needs it

    k, w = len(samples), 1 / _variances(samples)
    c = float(((1 - w / w.sum()) ** 2 / samples.df).sum())
    f = scatter(samples, w) / (k - 1) / (1 + 2 * (k - 2) * c / (k * k - 1))
    second = (k * k - 1) / (3 * c)
    return float(fdtrc(k - 1, second, f)), second


def scatter(samples: Samples, weights: NDArray[np.float64]) -> float:
    """The sum of weights (NPS - mean)^2, NPS on -1..1."""
    own = (samples.counts[:, 0] - samples.counts[:, 2]) / samples.counts.sum(axis=1)
    return float(weights @ (own - weights @ own / weights.sum()) ** 2)


def told_apart(samples: Samples) -> NDArray[np.bool_]:
    """Which samples have responses and accounts enough to be told from others."""
    return np.asarray((samples.n >= FEWEST) & (samples.clusters >= FEWEST))


def _variances(samples: Samples) -> NDArray[np.float64]:
    variance, deff = samples.variances()
    happy, neutral, unhappy = np.asarray(samples.counts, dtype=np.float64).T
    agreed = samples.n - np.maximum(np.maximum(happy, neutral), unhappy) < FEWEST
    more = samples.counts.sum(axis=1) + 2
    wider = (happy + unhappy + 2) / more - ((happy - unhappy) / more) ** 2
    return np.where(agreed, deff * wider / np.maximum(samples.n - 1, 1), variance)
