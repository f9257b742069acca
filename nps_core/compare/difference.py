"""Two groups or two periods: the difference of their NPS, and whether it is beyond chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nps_core.score.estimate import LEVEL, Estimate, Points, checked_counts, critical, interval, plain, z_of
from nps_core.score.roots import root_near
from nps_core.words import format_count, plural

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nps_core.score.estimate import Groups

    Limits: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64]]

Side: TypeAlias = "Estimate | tuple[ArrayLike, ArrayLike, ArrayLike]"
"""An estimate, or counts as (promoters, passives, detractors)."""

TYPICAL_VARIANCE = 0.61
"""Variance of one response, on -1..1, where no data say better: 45 % promoters, 25 % detractors, or so."""

NORMAL_FROM = 20
"""Responses a side from which `smallest_visible` finds what it says about as often as it says."""

POWER = 0.8
"""How often a change should be found that is there; the usual choice."""


@dataclass(frozen=True)
class Difference:
    """The NPS of one sample less that of another, or an array of such differences.

    Parameters
    ----------
    points, low, high
        The difference and the ends of its interval, in points (-200 to 200); NaN where a side is empty.
    p_value
        The level at which 0 leaves the interval, 0..1: small is "hardly by chance". NaN where a side is
        empty.
    beyond_chance
        True where the interval does not hold 0. False where a side is empty.
    level
        The level of the interval.
    """

    points: Points
    low: Points
    high: Points
    p_value: Points
    beyond_chance: Points
    level: float = LEVEL

    def __len__(self) -> int:
        """How many differences an array of them holds."""
        return len(np.asarray(self.points))

    def __bool__(self) -> bool:
        """Always true: a difference of 0 is still one."""
        return True

    def __getitem__(self, place: Any) -> Difference:  # noqa: ANN401 - an integer, a slice, a mask or places
        """One difference of an array of them (floats), or several (arrays)."""
        return Difference(
            points=plain(self.points[place]),
            low=plain(self.low[place]),
            high=plain(self.high[place]),
            p_value=plain(self.p_value[place]),
            beyond_chance=plain(self.beyond_chance[place]),
            level=self.level,
        )


def difference(a: Side, b: Side, *, level: float = LEVEL) -> Difference:
    """The NPS of `a` less the NPS of `b`, with its interval and p-value.

    Parameters
    ----------
    a, b
        Estimates, or (promoters, passives, detractors) counts; scalars or arrays that broadcast together.
        They must be different responses: for a segment compare with the rest, not with the whole.
    level
        The level of the interval, between 0 and 1.

    Returns
    -------
    Difference
        In points. NaN, and not beyond chance, where a side has no responses.

    Notes
    -----
    MOVER: with limits l, u and estimates t of both sides, from `nps_core.estimate`,

    * low = (t1 - t2) - sqrt((t1 - l1)^2 + (u2 - t2)^2)
    * high = (t1 - t2) + sqrt((u1 - t1)^2 + (t2 - l2)^2)

    The p-value is 1 less the level at which 0 becomes an end of the interval, so that test and interval
    never disagree. Covers 94.5 % or more from n = 10 (at worst 93.0 % at n = 10 when two samples that are nearly of one mind
    stand at opposite ends: one outcome of 3.9 % falls half a point short of the truth there), where the Wald difference of R's NPS package falls to 53 %. A pooled z or a permutation test is unsafe when one side is polarised and the other is not (up to
    25 % false alarms); and "the intervals do not overlap" is no test at all.

    References
    ----------
    Zou and Donner (2008), Construction of confidence limits about effect measures, Statistics in Medicine
    27.

    Examples
    --------
    >>> change = difference((60, 30, 10), (50, 30, 20))
    >>> change.points, round(change.low, 1), round(change.high, 1), round(change.p_value, 3)
    (20.0, -0.4, 40.1, 0.054)
    """
    p1, s1, d1, p2, s2, d2 = np.broadcast_arrays(*_counts(a), *_counts(b))
    ours, theirs = (p1, s1, d1), (p2, s2, d2)
    low, high = _mover(ours, theirs, *_limits(a, b, (ours, theirs), level))
    points = _points(ours) - _points(theirs)  # of two NPS in points, so that 35 less 30 is 5
    return Difference(
        points=plain(points),
        low=plain(100 * low),
        high=plain(100 * high),
        p_value=plain(_p_value(ours, theirs)),
        beyond_chance=plain((low > 0) | (high < 0)),
        level=level,
    )


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """P-values adjusted for how many comparisons were looked at (Holm's step-down method).

    The i-th smallest of m is multiplied by m - i + 1, held at 1, and made not to fall. Flagging those under
    0.05 then raises a false flag in at most one survey of twenty, whatever the number of segments; flagging
    each raw p < 0.05 among twenty equal segments does so in two surveys of three. NaN is no comparison: it
    stays NaN and does not count in m.

    References
    ----------
    Holm (1979), A simple sequentially rejective multiple test procedure, Scandinavian J. of Statistics 6.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(given.shape, np.nan)
    known = ~np.isnan(given)
    values = given[known]
    order = np.argsort(values, kind="stable")
    stepped = np.maximum.accumulate(values[order] * np.arange(len(values), 0, -1))
    back = np.empty_like(values)
    back[order] = np.minimum(stepped, 1.0)
    adjusted[known] = back
    return adjusted


def smallest_visible(
    n_a: ArrayLike,
    n_b: ArrayLike,
    *,
    variance: ArrayLike = TYPICAL_VARIANCE,
    power: float = POWER,
    level: float = LEVEL,
) -> Points:
    """The smallest difference, in points, that two samples of these sizes would show most of the time.

    Parameters
    ----------
    n_a, n_b
        Responses on either side.
    variance
        Variance of one response on -1..1 (`variance_of`); what is typical when not given.
    power
        How often a difference of that size should be found beyond chance.
    level
        The level of the interval that must leave out 0.

    Returns
    -------
    float or array
        In points, at most 200, which is what so few responses give that nothing could be seen; infinite when a side
        is empty.

    Notes
    -----
    100 (z_level + z_power) sqrt(variance (1/n_a + 1/n_b)): with 80 % power, a true difference of this size leaves 0
    outside its interval four times in five.

    Examples
    --------
    >>> round(smallest_visible(958, 958), 1)
    10.0
    """
    sizes = np.asarray(n_a, dtype=np.float64), np.asarray(n_b, dtype=np.float64)
    reach = critical(level) + NormalDist().inv_cdf(power)
    with np.errstate(divide="ignore"):
        points = 100 * reach * np.sqrt(np.asarray(variance) * (1 / sizes[0] + 1 / sizes[1]))
    points = np.where(_too_few(*sizes, level), np.maximum(points, 200.0), points)
    return plain(np.where(np.isinf(points), np.inf, np.minimum(points, 200.0)))


def _too_few(n_a: NDArray[np.float64], n_b: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """Where not even all promoters against all detractors would be beyond chance."""
    n_a, n_b = np.broadcast_arrays(n_a, n_b)
    few = (np.minimum(n_a, n_b) <= _FEW) & (np.minimum(n_a, n_b) > 0)
    found = np.zeros(few.shape, dtype=np.bool_)
    if few.any():
        ours, theirs, none = n_a[few], n_b[few], np.zeros(int(few.sum()))
        found[few] = ~difference((ours, none, none), (none, none, theirs), level=level).beyond_chance
    return found


_FEW = 20  # responses, above which the two ends of the scale can be told apart at any level that is asked for


def seen_words(
    n_a: float, n_b: float, *, variance: float, level: float = LEVEL, what: str = "difference"
) -> str:
    """What two samples of these sizes could have shown at all, in a sentence.

    Examples
    --------
    >>> seen_words(437, 425, variance=0.5)
    'With 437 and 425 responses, a true difference of 14 points would show beyond chance four times in five; smaller ones would mostly go unseen.'
    """
    smallest = float(smallest_visible(n_a, n_b, variance=variance, level=level))
    if not math.isfinite(smallest):
        return f"With no response on one side, no {what} could be seen."
    sizes = f"With {format_count(n_a)} and {format_count(n_b)} responses"
    size = math.ceil(smallest)
    if size >= 200:  # noqa: PLR2004 - the whole scale
        return f"{sizes}, no {what} could be told from chance: there are too few."
    return (
        f"{sizes}, a true {what} of {plural(size, 'point')} would show beyond chance {how_often(n_a, n_b)};"
        " smaller ones would mostly go unseen."
    )


def how_often(*sizes: float) -> str:
    """How often a difference of `smallest_visible` shows, in words: with few responses on a side it does so less often.

    The formula leans on the normal distribution; by simulation, 61 to 77 % stand for its 80 % at 3 to 15 responses a side.

    Examples
    --------
    >>> how_often(437, 425), how_often(437, 8)
    ('four times in five', 'at most four times in five')
    """
    return "four times in five" if min(sizes) >= NORMAL_FROM else "at most four times in five"


def responses_for(
    margin: float,
    *,
    variance: float = TYPICAL_VARIANCE,
    level: float = LEVEL,
    population: int | None = None,
) -> int:
    """How many responses give an NPS this margin (half of the interval, in points).

    Parameters
    ----------
    margin
        Such as 5, for an NPS of plus or minus 5 points.
    variance
        Variance of one response on -1..1 (`variance_of`); what is typical when not given.
    population
        How many could be asked at all; unlimited when not given.

    Raises
    ------
    ValueError
        A margin that is not above 0.

    Notes
    -----
    (100 z / margin)^2 variance; of a population of N, that number over 1 + (number - 1) / N.

    Examples
    --------
    >>> responses_for(5), responses_for(5, population=1000)
    (938, 485)
    """
    if margin <= 0:
        raise ValueError("A margin is a number of points above 0.")
    needed = (100 * critical(level) / margin) ** 2 * variance
    if population is not None:
        needed = min(needed / (1 + (needed - 1) / population), population) if population else 0
    return math.ceil(needed)


def variance_of(*sides: Side) -> float:
    """Variance of one response on -1..1 over all the counts given: (P + D)/n - ((P - D)/n)^2.

    `TYPICAL_VARIANCE` when there is no response, or when all say the same (which tells of a small sample
    and not of a world without variance).
    """
    happy, neutral, unhappy = (
        float(sum(np.sum(np.asarray(_counts(side)[group])) for side in sides)) for group in range(3)
    )
    total = happy + neutral + unhappy
    if not total:
        return TYPICAL_VARIANCE
    return (happy + unhappy) / total - ((happy - unhappy) / total) ** 2 or TYPICAL_VARIANCE


def _counts(side: Side) -> Groups:
    if isinstance(side, Estimate):  # its counts were checked when it was made
        happy, neutral, unhappy = (np.asarray(count) for count in side.groups)
        return happy, neutral, unhappy
    return checked_counts(*side)


def _points(counts: Groups) -> NDArray[np.float64]:
    happy, neutral, unhappy = counts
    with np.errstate(invalid="ignore", divide="ignore"):
        points: NDArray[np.float64] = 100 * (happy - unhappy) / (happy + neutral + unhappy)
    return points


def mover(a: Groups, b: Groups, z: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the interval of the difference on -2..2 at the critical value(s) z; shapes must agree."""
    return _mover(a, b, *_intervals(a, b, z))


def _intervals(a: Groups, b: Groups, z: ArrayLike) -> tuple[Limits, Limits]:
    """The limits of both sides on -1..1, found in one go."""
    happy, neutral, unhappy = (np.stack(pair) for pair in zip(a, b, strict=True))
    lows, highs = interval((happy, neutral, unhappy), z)
    return (lows[0], highs[0]), (lows[1], highs[1])


def _limits(a: Side, b: Side, counts: tuple[Groups, Groups], level: float) -> tuple[Limits, Limits]:
    """The limits of both sides on -1..1. An estimate of this level has them, and they need not be searched for."""
    if not any(isinstance(side, Estimate) and side.level == level for side in (a, b)):
        return _intervals(*counts, critical(level))
    ours, theirs = (_limits_of(side, own, level) for side, own in zip((a, b), counts, strict=True))
    return ours, theirs


def _limits_of(side: Side, counts: Groups, level: float) -> Limits:
    if isinstance(side, Estimate) and side.level == level:
        low, high = np.broadcast_arrays(side.low, side.high, counts[0])[:2]
        return low / 100, high / 100
    return interval(counts, critical(level))


def _mover(
    a: Groups, b: Groups, ours: Limits, theirs: Limits
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    (low_a, high_a), (low_b, high_b) = ours, theirs
    t1, t2 = _points(a) / 100, _points(b) / 100
    delta = t1 - t2
    low = delta - np.hypot(t1 - low_a, high_b - t2)
    high = delta + np.hypot(high_a - t1, t2 - low_b)
    return low, high


def p_values(a: Side, b: Side) -> NDArray[np.float64]:
    """The p-value of `difference` alone, for many pairs of which few will be looked at; NaN where a side is empty."""
    p1, s1, d1, p2, s2, d2 = np.broadcast_arrays(*_counts(a), *_counts(b))
    return _p_value((p1, s1, d1), (p2, s2, d2))


def _p_value(a: Groups, b: Groups) -> NDArray[np.float64]:
    """The level at which 0 leaves the interval."""
    delta = _points(a) - _points(b)
    p_values = np.where(np.isnan(delta), np.nan, 1.0)
    apart = ~np.isnan(delta) & (delta != 0)
    if apart.any():
        # The one of greater NPS first: it is the lower end that reaches 0.
        swap = delta[apart] < 0
        greater, less = _chosen(swap, apart, b, a), _chosen(swap, apart, a, b)
        z = _z_of_zero(greater, less)
        p_values[apart] = [math.erfc(value / math.sqrt(2)) for value in z]
    return p_values


def _z_of_zero(greater: Groups, less: Groups) -> NDArray[np.float64]:
    """The critical value at which 0 is the lower end of the difference.

    There (t1 - l1)^2 + (u2 - t2)^2 = (t1 - t2)^2: the limits are l1 = t1 - (t1 - t2) cos w and u2 = t2 + (t1 - t2) sin w
    for some angle w, and each limit gives its z without a search. What is searched for is the w at which both
    limits belong to one z.
    """
    happy, neutral, unhappy = (np.stack(pair) for pair in zip(greater, less, strict=True))
    n = happy + neutral + unhappy
    t1, t2 = (happy - unhappy) / n
    # The upper limit of the lesser one is the lower limit of its counts mirrored.
    first, last = np.stack([happy[0], unhappy[1]]), np.stack([unhappy[0], happy[1]])
    more = n + 2  # one more on either side, so that no error is 0
    error, other = np.sqrt(((happy + unhappy + 2) / more - ((happy - unhappy) / more) ** 2) / more)
    guess = np.arctan2(other, error)
    slope = (t2 - t1) * (np.sin(guess) / error + np.cos(guess) / other)
    ends = np.zeros(t1.shape), np.full(t1.shape, np.pi / 2)
    angle = root_near(_z_apart, (t1, t2, first, last, n), ends, guess, slope)
    # Skewness leaves the estimate itself at a z above 0: up to there the limit is the estimate, at an end of the range.
    z: NDArray[np.float64] = _z_of_both(angle, t1, t2, first, last, n).min(axis=-2)
    return np.maximum(z, 0.0)


def _z_of_both(
    angle: NDArray[np.float64],
    t1: NDArray[np.float64],
    t2: NDArray[np.float64],
    p: NDArray[np.float64],
    d: NDArray[np.float64],
    n: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The z of the lower limit of the greater and of the upper limit of the lesser one; shape (..., 2, differences)."""
    delta = t1 - t2
    limits = np.stack([t1 - delta * np.cos(angle), -t2 - delta * np.sin(angle)], axis=-2)
    return z_of(limits, p, d, n)


def _z_apart(angle: NDArray[np.float64], *of: NDArray[np.float64]) -> NDArray[np.float64]:
    both = _z_of_both(angle, *of)
    apart: NDArray[np.float64] = both[..., 0, :] - both[..., 1, :]
    return apart


def _chosen(choice: NDArray[np.bool_], where: NDArray[np.bool_], yes: Groups, no: Groups) -> Groups:
    """The counts of `yes` where `choice` is true and of `no` where it is not, of those in `where`."""
    happy, neutral, unhappy = (
        np.where(choice, first[where], second[where]) for first, second in zip(yes, no, strict=True)
    )
    return happy, neutral, unhappy
