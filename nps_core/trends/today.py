"""Where a trend stands today: the level, over every start that its last stretch may have, and the warning of a fall."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.detectable import NORMAL_FROM
from nps_core.score.estimate import LEVEL, critical, interval
from nps_core.trends.fit import nps_of, sampling_of
from nps_core.trends.search import LINE_FROM, WANDERS, best_line, best_stretches, sums_of, wander_cost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.trends.fit import Fit, Floats, PeriodCounts


WHOLE = 100.0  # points: the end of the scale
_LEAST_SPREAD = 0.01  # variance of one response, on -1..1, that the effective counts allow for at least


@dataclass(frozen=True)
class Today:
    """The level that holds at the last period, its standard error and its interval, in points; season off."""

    nps: float
    error: float
    low: float
    high: float


def find_today(data: PeriodCounts, fit: Fit, level: float = LEVEL) -> Today:
    """The level that holds now: neither that of the last period alone, nor of the last stretch, nor of the file.

    Notes
    -----
    The mean of the last stretch over every start that it may have (from the first period: no change), and of the end
    of the slide, each weighted by exp(-J/2) with J the least criterion of a story that ends so. Its variance is that
    of the mixture. The interval is the score interval (SCAS) of as many responses as have that variance, so it never
    leaves the scale.

    References
    ----------
    Barry & Hartigan (1993), A Bayesian analysis for change point problems, JASA 88, for the mean over partitions.
    """
    mean, variance = averaged_level(data, fit)
    mean = min(max(mean, -WHOLE), WHOLE)  # which the end of a slide may leave
    if data.deff_all is not None:
        # What the same accounts share does not average out over periods.
        within = float((data.deff * data.n).sum() / data.n.sum())
        variance += max(0.0, data.deff_all - within) * data.one / float(data.n.sum())
    return Today(mean, math.sqrt(variance), *bounded_interval(mean, variance, data.polar, level))


def averaged_level(data: PeriodCounts, fit: Fit) -> tuple[float, float]:
    """The mean over every start of the last stretch, and over the slide's end, and its variance."""
    calm = data.without(fit.season)
    places = np.flatnonzero(calm.n)
    last, values, weights = len(places), calm.nps[places], 1 / (calm.sampling[places] + fit.wander**2)
    sums = sums_of(values, weights)
    penalty = calm.critical**2
    if math.isinf(penalty):
        return float(sums.mean(0, last)), float(1 / sums.total(0, last))
    least = best_stretches(sums, calm.n[places], penalty).least[:-1]
    starts = np.flatnonzero(np.isfinite(least) & (_from_each(calm.n[places]) >= NORMAL_FROM))
    costs = least[starts] + sums.rest(starts, last) + np.where(starts > 0, penalty, 0.0)
    levels, variances = sums.mean(starts, last), 1 / sums.total(starts, last)
    if last >= LINE_FROM:
        line = best_line(values, weights, places.astype(np.float64))
        end, its = line.at(len(data) - 1.0)
        costs, levels, variances = (
            np.append(a, b) for a, b in ((costs, line.rest + penalty), (levels, end), (variances, its))
        )
    return _mixed(np.exp((costs.min() - costs) / 2), levels, variances)


def _mixed(chances: Floats, levels: Floats, variances: Floats) -> tuple[float, float]:
    """Mean and variance of a mixture."""
    chances = chances / chances.sum()
    mean = float(chances @ levels)
    return mean, float(chances @ (variances + (levels - mean) ** 2))


def _from_each(n: Floats) -> Floats:
    """Responses from each place on."""
    return n[::-1].cumsum()[::-1]


def bounded_interval(points: float, variance: float, polar: float, level: float) -> tuple[float, float]:
    """SCAS of the counts that have this level and this variance: it never leaves the scale."""
    share = points / WHOLE
    polar = min(1.0, max(polar, abs(share)))
    n = WHOLE**2 * max(polar - share**2, _LEAST_SPREAD) / variance
    promoters, passives, detractors = n * (polar + share) / 2, n * (1 - polar), n * (polar - share) / 2
    low, high = interval((np.array(promoters), np.array(passives), np.array(detractors)), critical(level))
    return WHOLE * float(low), WHOLE * float(high)


CRITICAL = 2.5
"""What a warning takes, in standard errors: one false fall in five to six years of months, or so."""

WATCHED_FROM = 6
"""Periods with responses from which on a survey is watched."""

WINDOW = {"week": 52, "month": 24, "quarter": 12}
"""Periods looked back on."""

FRESH = {"week": 26, "month": 12, "quarter": 4}
"""Periods after which a lower level is no warning, but the level."""

DRAWN = {"week": 2000, "month": 6000, "quarter": 6000}
"""Watched periods drawn to count how often a warning is false: some 40 warnings at least, so that the rate is known
to within a third."""

FEWER_DRAWN = 60
"""Enough to tell whether half of them are found."""

_LOOKS = 4  # at the year after a fall
_ALIKE_DRAWN = 10  # surveys that agree as closely, at the most that chance may make
_AT_ONCE = 200  # series searched at a time: their sums stay in a processor's cache
_SEED = 17

FALL, NONE, RISE = -1, 0, 1
"""States of a watched period."""


@dataclass(frozen=True)
class Warned:
    """A warning: from the period that raised it until it was over.

    Parameters
    ----------
    state
        -1 for a fall, 1 for a rise.
    since
        Place of the period that raised it.
    until
        Place of the period in which it was over; None while it stands.
    """

    state: int
    since: int
    until: int | None


def find_states(data: PeriodCounts) -> NDArray[np.int8]:
    """The state of each period, from what was known at its end; shape (periods,).

    Returns
    -------
    array
        -1 for a fall, 1 for a rise, 0 for neither and for what is not watched.

    Notes
    -----
    The fit of a story without season, on the last two years (12 quarters, 24 months, 52 weeks) up to the period, with
    2.5 as its critical value. A fall is a slide downwards, or a last stretch that lies below the one before and began
    less than a year (26 weeks) ago; so a warning ends when the fit sees the recovery, or when the lower level has
    lasted for a year. A period without responses keeps the state.
    """
    off = np.broadcast_to(np.asarray(data.off, dtype=np.float64), (len(data),))
    return states_of(data.counts[:, None], data.deff, off, data.period)[:, 0]


def find_warnings(states: NDArray[np.int8]) -> tuple[Warned, ...]:
    """Falls and rises in the order of time."""
    changed = np.flatnonzero(np.diff(states, prepend=NONE)).tolist()
    return tuple(
        Warned(int(states[since]), since, until)
        for since, until in zip_longest(changed, changed[1:])
        if states[since] != NONE
    )


def false_alarms(data: PeriodCounts, periods: int | None = None) -> tuple[int, int]:
    """Falls that begin in surveys like this one in which nothing changes, and the periods watched in them.

    So many surveys are drawn that about so many periods are watched. Each has this survey's responses of
    each period (over their design effect) and its pooled shares.
    """
    watched = int(is_watched(data.n, data.period).sum())
    if not watched:
        return 0, 0
    surveys = max(1, round((periods or DRAWN[data.period]) / watched))
    states = states_of(draw_like(data, surveys), data.deff, np.zeros(len(data)), data.period)
    began = (states == FALL) & (np.vstack([np.zeros_like(states[:1]), states[:-1]]) != FALL)
    return int(began.sum()), surveys * watched


def found_in_a_year(data: PeriodCounts, fall: float, surveys: int = FEWER_DRAWN) -> float:
    """How often a fall of so many points, a year ago or half-way, would have been seen since, 0..1.

    Looked at four times, from the first period watched after it to the last.
    """
    since = len(data) - min(data.year, len(data) // 2)
    at = np.flatnonzero(is_watched(data.n, data.period)[since:]) + since
    if not len(at):
        return 0.0
    fallen = np.where(np.arange(len(data)) >= since, fall, 0.0)
    looks = at[np.linspace(0, len(at) - 1, _LOOKS).round().astype(int)]
    drawn = draw_like(data, surveys, fallen)
    return float(
        (_states(drawn, data.deff, np.zeros(len(data)), data.period, looks) == FALL).any(axis=0).mean()
    )


def draw_like(data: PeriodCounts, surveys: int, fall: Floats | float = 0.0) -> Floats:
    """Surveys of the same periods and pooled shares, less a fall in points; shape (periods, surveys, 3)."""
    shares = data.counts.sum(axis=0) / data.counts.sum()
    moved = np.minimum(np.broadcast_to(np.asarray(fall), (len(data),)) / 200, shares[0])
    by_period = shares + moved[:, None] * np.array([-1.0, 0.0, 1.0])
    worth = np.where(data.n > 0, np.maximum(np.round(data.n / data.deff), 1), 0).astype(np.int64)
    drawn = np.random.default_rng(_SEED).multinomial(worth[:, None], by_period[:, None], (len(data), surveys))
    return np.asarray(drawn * (data.n / np.maximum(worth, 1))[:, None, None])


def is_too_alike(data: PeriodCounts, chance: float) -> bool:
    """Whether periods of one level agree more closely than chance makes them in so many of surveys like this one.

    The chi-square distribution says so first; drawn surveys have to bear it out: few responses agree exactly by chance
    far more often than it knows.
    """
    from scipy.special import chdtr  # noqa: PLC0415 - as where scipy is needed elsewhere

    has = data.n > 0
    apart = _apart(data.counts[has])
    # Of accounts that answer several times it is known that their responses are no independent draws.
    if has.sum() <= 1 or (data.deff > 1).any() or chdtr(int(has.sum()) - 1, apart) >= chance:
        return False
    return bool((_apart(draw_like(data, math.ceil(_ALIKE_DRAWN / chance))[has]) <= apart).mean() < chance)


def _apart(counts: Floats) -> Floats:
    """Chi-square of the periods about their mean; counts of shape (periods, ..., 3)."""
    nps, weights = nps_of(counts), 1 / sampling_of(counts, np.ones(1))
    return np.asarray((weights * (nps - (weights * nps).sum(axis=0) / weights.sum(axis=0)) ** 2).sum(axis=0))


def is_watched(n: Floats, period: str) -> NDArray[np.bool_]:
    """Which periods are watched: those with responses that have six such ones in the time looked back on."""
    has = np.concatenate([[0], np.cumsum(n > 0)])
    back = np.maximum(np.arange(1, len(n) + 1) - WINDOW[period], 0)
    return np.asarray((n > 0) & (has[1:] - has[back] >= WATCHED_FROM))


def states_of(counts: Floats, deff: Floats, off: Floats, period: str) -> NDArray[np.int8]:
    """The states of surveys of the same periods, of all of these: counts of shape (periods, surveys, 3)."""
    n = counts[:, 0].sum(axis=-1)
    at = np.flatnonzero(is_watched(n, period))
    found = np.zeros(counts.shape[:2], dtype=np.int8)
    found[at] = _states(counts, deff, off, period, at)
    return found[np.maximum.accumulate(np.where(n > 0, np.arange(len(n)), 0))]


def _states(counts: Floats, deff: Floats, off: Floats, period: str, at: NDArray[np.intp]) -> NDArray[np.int8]:
    """The states at these places; shape (places, surveys)."""
    places = at - np.arange(WINDOW[period])[::-1, None]
    known, places = (places >= 0)[..., None, None], np.maximum(places, 0)
    found = np.zeros((len(at), counts.shape[1]), dtype=np.int8)
    step = max(1, _AT_ONCE // max(1, len(at)))
    for first in range(0, counts.shape[1], step):
        windows = np.where(known, counts[places, first : first + step], 0.0)
        size = (len(places), windows.shape[1] * windows.shape[2])
        own_deff, own_off = (
            np.broadcast_to(part[places][..., None], windows.shape[:3]).reshape(size) for part in (deff, off)
        )
        states = _state(windows.reshape(*size, 3), own_deff, own_off, FRESH[period])
        found[:, first : first + step] = states.reshape(windows.shape[1:3])
    return found


def _state(counts: Floats, deff: Floats, off: Floats, fresh: int) -> NDArray[np.int8]:
    """What the fit of each window says at its end: counts of shape (window, windows, 3)."""
    n = counts.sum(axis=-1)[:, None]
    has = n > 0
    v = np.where(has, sampling_of(counts, deff)[:, None] + (WANDERS**2)[:, None], 1.0)
    weights = np.where(has, 1 / v, 0.0)
    values = np.broadcast_to((nps_of(counts) - off)[:, None], v.shape)
    base = np.log(v).sum(axis=0) + wander_cost(WANDERS)[:, None]
    sums = sums_of(values, weights)
    steps = best_stretches(sums, n, CRITICAL**2)
    line = best_line(values, weights, np.arange(float(len(n)))[:, None, None])
    enough = (has.sum(axis=0) >= LINE_FROM) & (n.sum(axis=0) >= 2 * NORMAL_FROM)
    lined = np.where(enough, line.rest + CRITICAL**2, np.inf)
    steady = sums.rest(0, len(n))  # which stands however few the responses are
    best = np.concatenate([np.minimum(steps.least[-1], steady) + base, lined + base]).argmin(axis=0)
    slid, wander = np.divmod(best, len(WANDERS))
    own = (wander, np.arange(len(wander)))
    lasts = steps.last[:, *own]
    last = lasts[-1]
    before = lasts[last, own[1]]
    step = sums.mean((last, *own), (len(n), *own)) - sums.mean((before, *own), (last, *own))
    stepped = np.where((last > 0) & (len(n) - 1 - last < fresh), np.sign(step), 0)
    return np.where(slid == 1, np.sign(line.slope[own]), stepped).astype(np.int8)
