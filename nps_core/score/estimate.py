"""Groups, NPS, and the interval that belongs to it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from nps_core.errors import NPSError
from nps_core.formatting import (
    NOTHING,
    figure_digits,
    format_count,
    format_interval,
    format_nps,
    format_share,
    plural,
)
from nps_core.score.roots import root_near, roots
from nps_core.survey import Scale

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    Groups: TypeAlias = tuple[NDArray[Any], NDArray[Any], NDArray[Any]]

Points: TypeAlias = Any
"""A float for one sample, an array of floats for several. One sample is what nearly every caller has, and a
union would make each of them narrow the type before it may format a number."""

# At -1 itself neither the variance nor the skewness is more than rounding, and z of either sign.
_LOWEST = -1 + 1e-11
_PART = 0.5  # of a response; the search from a guess was seen to fail below .02 of one

SMALLEST_VARIANCE = 1e-150
"""Stands for a variance of 0, so that its powers are still numbers."""

LEVEL = 0.95
"""The level of every interval unless said otherwise, as the words on screen assume."""

FEWEST = 5
"""Accounts that anything is said of others from, fewer stand for themselves; and the responses, and clusters, that a
side needs before it is told from another."""

_MOST = 0.5  # of the responses, from one account: little is known of others

MIN_READABLE = 5
"""Below this many responses an NPS is not read: its interval spans more than half the scale."""


@dataclass(frozen=True)
class Estimate:
    """An NPS with its interval, for one sample or for an array of them.

    Parameters
    ----------
    nps, low, high
        NPS and the ends of its interval, in points (-100 to 100); NaN where there is no response.
    n
        Responses (a sum of weights when the counts were weighted).
    promoters, passives, detractors
        The counts that it was computed from.
    level
        The level of the interval, 0..1.
    n_eff
        How many independent responses say as much, given who answered for whom; n where each answers for himself.
    clusters, unit
        How many accounts (or respondents) answered, and which of the two; n, and "response", where all are their own.
    largest
        The share of the responses (0..1) that the one with the most gave; 0 where all are their own.
    """

    nps: Points
    low: Points
    high: Points
    n: Points
    promoters: Points
    passives: Points
    detractors: Points
    level: float = LEVEL
    n_eff: Points = None
    clusters: Points = None
    unit: str = "response"
    largest: Points = 0.0

    def __post_init__(self) -> None:
        if self.n_eff is None:
            object.__setattr__(self, "n_eff", self.n)
            object.__setattr__(self, "clusters", self.n)

    @property
    def few(self) -> Points:
        """Whether it is of 1 to 4 accounts, and says nothing of others."""
        return (np.asarray(self.clusters) < FEWEST) & (self.unit == "account")

    @property
    def size(self) -> str:
        """What it is computed from: "3,000", "3,000 from 217 accounts, worth 2,176", "12 of these 3 accounts"."""
        n = format_count(float(self.n))
        if self.unit == "response":
            return n
        who = plural(float(self.clusters), self.unit)
        if self.few:
            return f"{n} of {'this one account' if self.clusters == 1 else f'these {who}'}"
        if self.largest > _MOST:  # then the interval may be the whole scale
            return f"{n} from {who}, {format_share(float(self.largest))} of them from one"
        worth = round(float(self.n_eff))
        told = worth < self.n and not math.isnan(self.low)
        return f"{n} from {who}, worth {format_count(worth)}" if told else f"{n} from {who}"

    @property
    def margin(self) -> Points:
        """Half the width of the interval, in points. The interval is not symmetric: prefer low and high."""
        return (self.high - self.low) / 2

    @property
    def groups(self) -> tuple[Points, Points, Points]:
        """The counts as (promoters, passives, detractors)."""
        return self.promoters, self.passives, self.detractors

    def __len__(self) -> int:
        """How many samples an array estimate holds."""
        return len(np.asarray(self.nps))

    def __bool__(self) -> bool:
        """Always true: an estimate of no samples is still one."""
        return True

    def __getitem__(self, place: Any) -> Estimate:  # noqa: ANN401 - an integer, a slice, a mask or places
        """One sample of an array estimate (floats), or several of them (arrays)."""
        return Estimate(
            nps=plain(self.nps[place]),
            low=plain(self.low[place]),
            high=plain(self.high[place]),
            n=plain(self.n[place]),
            promoters=plain(self.promoters[place]),
            passives=plain(self.passives[place]),
            detractors=plain(self.detractors[place]),
            level=self.level,
            n_eff=plain(self.n_eff[place]),
            clusters=plain(self.clusters[place]),
            unit=self.unit,
            largest=plain(np.broadcast_to(self.largest, np.shape(self.n))[place]),
        )

    @property
    def figure(self) -> str:
        """The NPS as finely as its interval has to be written: "+34", or "+28.2" of some million responses."""
        return format_nps(float(self.nps), digits=figure_digits(float(self.low), float(self.high)))

    @property
    def between(self) -> str:
        """How sure it is ("+45 to +51 with 95% certainty"), or why nobody knows: picked responses, few accounts."""
        if math.isnan(self.low):
            return "picked by the score: no interval" if self.n else NOTHING
        interval = format_interval(float(self.low), float(self.high))
        return f"{interval}, of these accounts only" if self.few else f"{interval} with 95% certainty"

    @property
    def sentence(self) -> str:
        """The score in a sentence: "NPS +34 (+27 to +42 with 95% certainty), n 1,204 from 217 accounts, worth 901"."""
        if not self.n:
            return "There are no responses to compute an NPS from."
        return f"NPS {self.figure} ({self.between}), n {self.size}"


def estimate(
    promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, *, level: float = LEVEL
) -> Estimate:
    """NPS and its skewness-corrected score interval (SCAS) from the counts of the three groups.

    Parameters
    ----------
    promoters, passives, detractors
        Counts, or arrays of them that broadcast together. Weighted (fractional) counts are welcome.
    level
        The level of the interval, between 0 and 1.

    Returns
    -------
    Estimate
        In points; floats when all three counts are scalars, arrays otherwise. NaN where all counts are 0.

    Raises
    ------
    ValueError
        A count that is negative or not finite, or a level outside 0..1.

    Notes
    -----
    NPS = 100 (P - D) / n, from the integers: ``100 * (0.7 - 0.4)`` is 29.999999999999993.

    The interval holds each trial value t that the score test of "the NPS is t", corrected for skewness,
    does not reject:

    * d = (sqrt(B^2 - 4AC) - B) / 2A with A = 2n, B = -D - P + (2n - P + D) t, C = -D t (1 - t), the most
      likely share of detractors if the NPS is t;
    * s = 2d + t, v = s - t^2, Z0 = (P - D - n t) / sqrt(n v), a = (t - 3ts + 2t^3) / (6 sqrt(n) v^1.5);
    * the z that solves Z0 = z + a (z^2 - 1) is compared with the normal quantile.

    The NPS is the risk difference of matched pairs (a promoter is a pair "yes, no"), for which the method
    was published. The usual interval (Wald: R's NPS package and most tools) covers as little as 74 % at
    n = 10 where it promises 95, has no width when all agree ([100, 100] for one promoter), and leaves the
    scale; this one covers 93 % or more from n = 10 and does neither.

    References
    ----------
    Laud (2017), Equal-tailed confidence intervals for comparison of rates, Pharmaceutical Statistics 16.
    Tango (1998), Statistics in Medicine 17, for the score without the correction.

    Examples
    --------
    >>> score = estimate(50, 30, 20)
    >>> score.nps, round(score.low, 1), round(score.high, 1)
    (30.0, 14.1, 44.6)
    >>> estimate(1, 0, 0).low  # one promoter says little; the Wald interval would be [100, 100]
    -84.60...
    """
    if type(promoters) is type(passives) is type(detractors) is int:
        return _of_one(promoters, passives, detractors, level)
    return _of_many(promoters, passives, detractors, level)


def _of_many(promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike, level: float) -> Estimate:
    happy, neutral, unhappy = checked_counts(promoters, passives, detractors)
    total = happy + neutral + unhappy
    with np.errstate(invalid="ignore", divide="ignore"):
        points = 100 * (happy - unhappy) / total
    low, high = interval((happy, neutral, unhappy), critical(level))
    return Estimate(
        nps=plain(points),
        low=plain(100 * low),
        high=plain(100 * high),
        n=plain(total),
        promoters=plain(happy),
        passives=plain(neutral),
        detractors=plain(unhappy),
        level=level,
    )


# A page asks for the same score several times: for its headline, a chart, a sentence.
_of_one = lru_cache(maxsize=512)(_of_many)


def checked_counts(promoters: ArrayLike, passives: ArrayLike, detractors: ArrayLike) -> Groups:
    """The counts as arrays of one shape: of whole numbers if all are, of floats otherwise.

    Raises
    ------
    ValueError
        A count that is negative or not finite.
    """
    given = [np.asarray(count) for count in (promoters, passives, detractors)]
    # Whole numbers stay whole, so that n is 40 and not 40.0; unsigned ones would wrap around in P - D.
    kind = np.int64 if all(count.dtype.kind in "iub" for count in given) else np.float64
    happy, neutral, unhappy = (count.astype(kind) for count in np.broadcast_arrays(*given))
    if any(np.any(~np.isfinite(count) | (count < 0)) for count in (happy, neutral, unhappy)):
        raise ValueError("Counts of promoters, passives and detractors are numbers of 0 or more.")
    return happy, neutral, unhappy


def interval(counts: Groups, z: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The ends of the SCAS interval on -1..1, at the critical value(s) z; NaN where all counts are 0.

    `counts` are promoters, passives, detractors, all of one shape. The upper end is the lower end of the
    mirrored counts, so that P and D are treated exactly alike.
    """
    promoters, passives, detractors = (np.asarray(count, dtype=np.float64) for count in counts)
    first = np.stack([promoters, detractors])
    last = np.stack([detractors, promoters])
    both = _lower(first, passives, last, np.broadcast_to(np.asarray(z, dtype=np.float64), first.shape))
    return both[0], -both[1]


def critical(level: float) -> float:
    """The normal quantile of a two-sided interval: 1.96 for 0.95."""
    if not 0 < level < 1:
        raise ValueError(f"A level lies between 0 and 1; {level} does not.")
    return NormalDist().inv_cdf((1 + level) / 2)


def plain(values: NDArray[Any]) -> Any:  # noqa: ANN401 - a Python number for an array without a shape
    """The Python number of an array without a shape; any other array as it is."""
    return values if np.ndim(values) else np.asarray(values).item()


def shares(promoters: float, passives: float, detractors: float) -> tuple[int, int, int]:
    """Whole percents of the three groups that add up to 100 and differ by the NPS; (0, 0, 0) for no response.

    Each share is rounded up or down so that promoters less detractors is the NPS rounded to a whole point
    (ties away from zero): rounding each share by itself contradicts the score in one outcome of four. Of
    the ways that do, the one nearest to the exact shares is taken, and of equally near ones that with more
    passives. (Without passives no way may do: 12.5 and 87.5 percent are then 12 and 88.) Swapping promoters
    and detractors always swaps their shares.

    Examples
    --------
    >>> shares(1, 1, 1)
    (33, 34, 33)
    >>> shares(3, 2, 3)  # 37.5, 25 and 37.5 percent
    (37, 26, 37)
    >>> shares(1879, 684, 437)  # 62.6, 22.8 and 14.6 percent; the NPS is +48
    (63, 22, 15)
    """
    total = promoters + passives + detractors
    if not total:
        return 0, 0, 0
    # Rounded, so that what is equal on paper is equal here.
    exact = [round(100 * count / total, 9) for count in (promoters, passives, detractors)]
    points = round(100 * (promoters - detractors) / total, 9)
    score = math.copysign(math.floor(abs(points) + 0.5), points)
    ways = [
        (p, 100 - p - d, d)
        for p in {math.floor(exact[0]), math.ceil(exact[0])}
        for d in {math.floor(exact[2]), math.ceil(exact[2])}
        if abs(100 - p - d - exact[1]) <= bool(passives)
    ]

    def badness(way: tuple[int, int, int]) -> tuple[float, ...]:
        off = sum(abs(whole - share) for whole, share in zip(way, exact, strict=True))
        return abs(way[0] - way[2] - score), round(off, 6), -way[1], -abs(way[0] - way[2])

    return min(ways, key=badness)


def nps(scores: Iterable[float | None], *, scale: Scale | None = None, level: float = LEVEL) -> Estimate:
    """NPS and its interval from the scores themselves.

    Parameters
    ----------
    scores
        Whole numbers on the scale; None, NaN and NA are missing and count nowhere, not even in n.
    scale
        The scale with its cut-offs; 0-10 with detractors to 6 and promoters from 9 when not given.
    level
        The level of the interval.

    Raises
    ------
    NPSError
        A score that is not a whole number on the scale: 8.5 is nobody's answer, and a tool that puts it
        into a group (or into none, but into n) is wrong either way.

    Examples
    --------
    >>> nps([10, 9, 8, 3, None]).nps
    25.0
    """
    scale = scale or Scale()
    given = pd.Series(list(scores), dtype=object).dropna()
    values = pd.to_numeric(given, errors="coerce").to_numpy(dtype=np.float64)
    fits = (values >= scale.low) & (values <= scale.high) & (values == np.floor(values))
    if not fits.all():
        raise NPSError(
            f"“{given[~fits].iloc[0]}” is not a score on the scale from {scale.low} to {scale.high}.",
            hint="Scores are whole numbers; leave a missing one as None.",
        )
    happy, unhappy = int((values >= scale.promoter_from).sum()), int((values <= scale.detractor_to).sum())
    return estimate(happy, len(values) - happy - unhappy, unhappy, level=level)


def _lower(
    first: NDArray[np.float64],
    passives: NDArray[np.float64],
    last: NDArray[np.float64],
    z: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The lower limit on -1..1 for `first` promoters and `last` detractors."""
    total = first + passives + last
    found = np.full(total.shape, np.nan)
    found[(total > 0) & (last == total)] = -1.0  # one group is everything, and there is nothing below -1
    open_ = (total > 0) & (last < total)
    parts = (total < 1) | _is_part(first) | _is_part(last)
    for search, which in ((_near_lower, open_ & ~parts), (_any_lower, open_ & parts)):
        if which.any():
            found[which] = search(first[which], last[which], total[which], z[which])
    return np.where(found <= _LOWEST, -1.0, found)


def _is_part(count: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether there is no more than a small part of a response: then more than one t can have a z near the end."""
    return (count > 0) & (count < _PART)


def _near_lower(
    p: NDArray[np.float64], d: NDArray[np.float64], n: NDArray[np.float64], z: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The lower limit where it is not -1: searched for from that of z^2 / 4 more responses on either side."""
    more = n + z * z
    middle = (p - d) / more
    spread = np.sqrt(((p + d + z * z / 2) / more - middle * middle) / more)
    ends = np.full(p.shape, _LOWEST), (p - d) / n
    guess = middle - z * spread
    guess = np.where((guess > ends[0]) & (guess < ends[1]), guess, (ends[0] + ends[1]) / 2)
    return root_near(_z_beyond, (p, d, n, z), ends, guess, -1 / np.maximum(spread, SMALLEST_VARIANCE))


def _any_lower(
    p: NDArray[np.float64], d: NDArray[np.float64], n: NDArray[np.float64], z: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The same for small parts of a response (`_is_part`), inside a bracket."""
    return roots(_z_beyond, (p, d, n, z), (np.full(p.shape, _LOWEST), (p - d) / n))


def _z_beyond(
    t: NDArray[np.float64],
    p: NDArray[np.float64],
    d: NDArray[np.float64],
    n: NDArray[np.float64],
    z: NDArray[np.float64],
) -> NDArray[np.float64]:
    beyond: NDArray[np.float64] = z_of(t, p, d, n) - z
    return beyond


def z_of(
    t: NDArray[np.float64], p: NDArray[np.float64], d: NDArray[np.float64], n: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The z of "the NPS is t" (on -1..1) for p promoters and d detractors of n, corrected for skewness.

    It falls as t rises; a lower limit is the t at which it is the critical value.
    """
    b = (2 * n - p + d) * t - (d + p)
    c = 2 * d * t * (1 - t)  # -2C
    big = np.sqrt(np.maximum(b * b + 4 * n * c, 0.0)) + np.abs(b)
    # Of the two ways to write the root of a quadratic, each time the one that does not cancel.
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(b > 0, np.where(big > 0, c / big, 0.0), big / (4 * n))
    square = t * t
    s = np.maximum(2 * share + t, np.abs(t))
    v = np.maximum(s - square, SMALLEST_VARIANCE)
    root_nv = np.sqrt(n * v)
    z0 = (p - d - n * t) / root_nv
    skew = t * (1 - 3 * s + 2 * square) / (6 * root_nv * v)
    # skew z^2 + z - (skew + z0) = 0, in the form that holds for skew = 0 as well.
    inner = np.maximum(1 + 4 * skew * (skew + z0), 0.0)
    corrected: NDArray[np.float64] = 2 * (skew + z0) / (1 + np.sqrt(inner))
    return corrected
