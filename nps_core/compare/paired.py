"""Two selections that share people: the same respondents in two waves, or roles of the same accounts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.difference import Difference, difference
from nps_core.formatting import format_count, format_interval, format_nps, format_p, plural, size_words
from nps_core.score.estimate import LEVEL, Estimate, critical, estimate, interval, student
from nps_core.score.roots import root
from nps_core.score.weights import CLOSE, spread_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nps_core.compare.comparison import Comparison
    from nps_core.counts.bitmaps import CountArray
    from nps_core.counts.selection import Cells
    from nps_core.scope import Scope

FEWEST = 5
"""Fewer people on both sides say nothing about how alike their answers are."""

_LEAST = 1e-4  # of a z: both quantiles go to 0 together, and their ratio is the same below
_FARTHEST = 8.0  # of a z: the p-value there is 1e-15, and a level nearer to 1 is no number any more


@dataclass(frozen=True, eq=False)
class Paired:
    """The difference of two sides that share people (or accounts).

    Parameters
    ----------
    by
        "respondent", "account", or another column that tells which responses belong together.
    shared
        How many of them answered on both sides.
    correlation
        Of the two NPS as estimates, -1..1: above 0 where the same people answer alike, which makes the interval
        narrower; 0 when nobody is on both sides.
    change
        The difference of all responses, with an interval that knows who belongs together.
    before, after
        The NPS of those on both sides alone, on side b and on side a.
    pairs
        Their own difference, knowing that they are the same; NaN where there are fewer than 5.
    """

    by: str
    shared: int
    correlation: float
    change: Difference
    before: Estimate
    after: Estimate
    pairs: Difference

    def beside(self, compared: Comparison, *, who: str = "people") -> tuple[str, ...]:
        """What it changes that some answered on both sides; nothing where hardly anybody did.

        Parameters
        ----------
        who
            Those who are on both sides, in the plural: "people", "accounts".
        """
        if self.shared < FEWEST or math.isnan(self.change.points):
            return ()
        interval_words = format_interval(self.change.low, self.change.high)
        way = "narrower" if _width(self.change) < _width(compared.change) else "wider"
        if interval_words == format_interval(compared.change.low, compared.change.high):
            way = "the same to a point"
        first = (
            f"{format_count(self.shared)} {who} answered on both sides. Knowing that, the interval is {way}:"
            f" {interval_words}"
        )
        plain = bool(compared.change.beyond_chance)
        verdict = {
            (True, False): ", and the difference is more than chance explains.",
            (False, True): ", and the difference may be chance.",
        }.get((bool(self.change.beyond_chance), plain), ".")
        return (first + verdict, *_pairs_sentence(self, compared, who))


def compare_paired(a: Scope, b: Scope, *, by: str = "respondent", level: float = LEVEL) -> Paired | None:
    """The NPS of `a` less that of `b`, when some people answered on both sides or several times on one.

    Parameters
    ----------
    a, b
        Either side, of the same survey; no response may be on both.
    by
        The column that tells which responses belong together. What has no value in it belongs to nobody else.
    level
        The level of the interval.

    Returns
    -------
    Linked or None
        None where the column is blank, or a side is empty.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.

    Notes
    -----
    For one answer a person on either side the variance is v1/n1 + v2/n2 - 2 cov n12 / (n1 n2), n12 people being on
    both; in general that of the sums, over people, of what their answers add to the difference. The interval is
    MOVER with the correlation r of the two estimates,

    * low = (t1 - t2) - sqrt((t1 - l1)^2 + (u2 - t2)^2 - 2 r (t1 - l1) (u2 - t2)), and high likewise,

    on the limits of `nps_core.estimate`, or, where people answered several times on one side, of
    `nps_core.cluster_estimate`. With r = 0 it is `nps_core.difference`.

    References
    ----------
    Zou (2007), Toward using confidence intervals to compare correlations, Psychological Methods 12.
    """
    cells = [side.counts.cells(by) for side in (a, b)]
    if any(not len(side.account) for side in cells):
        return None
    groups, alone = _tables(cells)
    if not len(groups[0]):
        return None
    there = groups[0].any(axis=1) & groups[1].any(axis=1)
    both = [group[there] for group in groups]
    shared = int(there.sum())
    nobody = np.zeros(3, dtype=np.int64)
    scores = [estimate(*group.sum(axis=0).tolist(), level=level) for group in both]
    pairs = (
        paired_change(both, [nobody, nobody], level)[0]
        if shared >= FEWEST
        else difference((0, 0, 0), (0, 0, 0))
    )
    change, correlation = paired_change(groups, alone, level)
    return Paired(by, shared, correlation, change, scores[1], scores[0], pairs)


def _tables(cells: list[Cells]) -> tuple[list[CountArray], list[CountArray]]:
    """Counts of everybody who is on either side, and of those whom nobody knows, for both sides."""
    missing = len(cells[0].accounts) - 1
    heard = np.unique(np.concatenate([*(side.account for side in cells), [missing]]))  # missing is the last
    tables = [np.zeros((len(heard), 3), dtype=np.int64) for _ in cells]
    for table, side in zip(tables, cells, strict=True):
        table[np.searchsorted(heard, side.account)] = side.counts
    return [table[:-1] for table in tables], [table[-1] for table in tables]


def _pairs_sentence(found: Paired, compared: Comparison, who: str) -> tuple[str, ...]:
    change = found.pairs
    if math.isnan(change.points):
        return ()
    scores = (
        f"{format_nps(found.after.nps)} in {compared.a.label}, {format_nps(found.before.nps)} in"
        f" {compared.b.label}"
    )
    start = f"Those {plural(found.shared, who, who)} alone: {scores}"
    interval_words = format_interval(change.low, change.high)
    if change.beyond_chance:
        way = "higher" if change.points > 0 else "lower"
        size = size_words(change.points, (found.after.nps, found.before.nps))
        return (f"{start}: {size} {way}, more than chance explains ({interval_words}).",)
    return (f"{start}; chance alone does that {format_p(change.p_value)} ({interval_words}).",)


def _width(change: Difference) -> float:
    return float(change.high - change.low)


def paired_change(
    groups: list[CountArray], alone: list[CountArray], level: float
) -> tuple[Difference, float]:
    """The difference of two sides and the correlation of their NPS.

    Parameters
    ----------
    groups
        Counts of each person on either side, shape (people, 3): the same people in the same rows.
    alone
        Counts of those on either side of whom nobody knows who they are.
    """
    sides = [_Side(group, single) for group, single in zip(groups, alone, strict=True)]
    varied = sides[0].variance * sides[1].variance
    covariance = float(sides[0].influence @ sides[1].influence)
    correlation = min(max(covariance / math.sqrt(varied), -1.0), 1.0) if varied > 0 else 0.0
    delta = sides[0].nps - sides[1].nps

    def limits(z: float) -> tuple[float, float]:
        happy, neutral, unhappy = np.stack([side.counts_at(z) for side in sides], axis=1)
        ends = np.stack(interval((happy, neutral, unhappy), z), axis=1)
        ends[[side.one_person for side in sides]] = -1.0, 1.0
        (l1, u1), (l2, u2) = ends.tolist()
        gaps = (sides[0].nps - l1, u2 - sides[1].nps), (u1 - sides[0].nps, sides[1].nps - l2)
        low, high = (
            math.sqrt(max(one * one + two * two - 2 * correlation * one * two, 0.0)) for one, two in gaps
        )
        return delta - low, delta + high

    low, high = limits(critical(level))
    p_value = _p_value(limits, delta)
    change = Difference(100 * delta, 100 * low, 100 * high, p_value, bool(low > 0 or high < 0), level)
    return change, correlation


def _p_value(limits: Callable[[float], tuple[float, float]], delta: float) -> float:
    """The level at which 0 leaves the interval."""
    if not delta:
        return 1.0

    def inner(z: float) -> float:
        low, high = limits(z)
        return low if delta > 0 else -high

    return math.erfc(root(inner, 0.0, _FARTHEST) / math.sqrt(2))


class _Side:
    """One side: its NPS on -1..1, what each person adds to it, and its limits at any z."""

    def __init__(self, groups: CountArray, alone: CountArray) -> None:
        self.counts = groups.sum(axis=0) + alone
        self.n = int(self.counts.sum())
        self.nps = float(self.counts[0] - self.counts[2]) / self.n
        self.influence = (groups[:, 0] - groups[:, 2] - self.nps * groups.sum(axis=1)) / self.n
        single = np.repeat((np.array([1.0, 0.0, -1.0]) - self.nps) / self.n, alone)
        heard = groups.any(axis=1)
        sums = np.concatenate([self.influence[heard], single])
        self.variance = float((sums**2).sum())
        self.clusters = len(sums)
        self.scale = 1.0 if self.clusters == self.n else self._shrunk(sums)

    def _shrunk(self, sums: NDArray[np.float64]) -> float:
        """How many independent responses one of these is worth."""
        own = (self.counts[0] + self.counts[2]) / self.n - self.nps**2
        if self.clusters < 2 or own <= CLOSE:  # noqa: PLR2004 - nothing to learn it from
            return self.clusters / self.n
        variance = spread_of(sums)
        # People who each balance themselves out leave no variance at all: then as independent ones.
        return float(own / (variance * (self.n - 1))) if variance > CLOSE else 1.0

    def counts_at(self, z: float) -> NDArray[np.float64]:
        """The counts of as many independent responses as these are worth at a z."""
        scale = self.scale
        if 1 < self.clusters < self.n and z > 0:
            near = max(z, _LEAST)
            scale *= (near / student(math.erf(near / math.sqrt(2)), self.clusters - 1)) ** 2
        return np.asarray(self.counts * scale)

    @property
    def one_person(self) -> bool:
        """Whether one person gave several responses and nobody else any: that tells nothing about others."""
        return self.clusters == 1 < self.n
