"""The fit of a story: a steady level, stretches, or a slide, with or without a season; the least criterion wins."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nps_core.trends.search import (
    FALSE_STORIES,
    LINE_FROM,
    WANDERS,
    Sums,
    best_stretches,
    critical_value,
    sums_of,
    wander_cost,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

YEAR = {"week": 52, "month": 12, "quarter": 4}
"""Periods of a year."""

_SEASON_YEARS = 2  # that a season is looked for from: before that it looks like a change
_SEASON_LEVEL = 0.99  # a season has to gain what chance gives in one file of a hundred
_SURE = 1e-12  # of the largest eigenvalue: below it there is nothing but rounding
_ROUNDS = 10  # of effects and stretches in turn
_MONTHS_OF_QUARTER, _QUARTERS = 3, 4


@dataclass(frozen=True, eq=False)
class PeriodCounts:
    """What a story is told from: the counts of periods without gaps, in the order of time.

    Parameters
    ----------
    counts
        Promoters, passives, detractors, shape (periods, 3); all 0 for a period without responses.
    period
        "week", "month" or "quarter".
    starts
        First days of the periods (datetime64[D]).
    deff
        Design effect of accounts within each period.
    deff_all
        That over the whole file; None where it is the same.
    off
        Points that are taken off each period: its season.
    alpha
        How often a change is told while nothing changes.
    """

    counts: Floats
    period: str
    starts: NDArray[np.datetime64]
    deff: Floats
    deff_all: float | None = None
    off: Floats | float = 0.0
    alpha: float = FALSE_STORIES

    def __len__(self) -> int:
        """How many periods."""
        return len(self.counts)

    @cached_property
    def n(self) -> Floats:
        """Responses of each period."""
        return np.asarray(self.counts.sum(axis=-1))

    @cached_property
    def nps(self) -> Floats:
        """NPS of each period, in points; 0 where it has no responses, and so no weight."""
        return nps_of(self.counts) - self.off

    def without(self, season: Floats | None) -> PeriodCounts:
        """The same with a season taken off."""
        return self if season is None else replace(self, off=season)

    @cached_property
    def sampling(self) -> Floats:
        """Variance of the NPS of each period by sampling alone, in squared points; infinite without responses."""
        return sampling_of(self.counts, self.deff)

    @cached_property
    def polar(self) -> float:
        """Share of promoters and detractors together, half a response of either added."""
        return float(spread_of(self.counts)[1])

    @cached_property
    def one(self) -> float:
        """Variance of one response, in squared points."""
        return float(spread_of(self.counts)[0])

    @cached_property
    def quarters(self) -> NDArray[np.intp]:
        """Quarter of the year that each period begins in, 0 to 3."""
        months = self.starts.astype("datetime64[M]").astype(np.intp) % YEAR["month"]
        return months // _MONTHS_OF_QUARTER

    @property
    def year(self) -> int:
        """Periods of a year."""
        return YEAR[self.period]

    @cached_property
    def tells_seasons(self) -> bool:
        """Whether it spans the two full years that a season can be told from, and has each quarter in two of them."""
        if len(self) < _SEASON_YEARS * self.year:
            return False
        years = self.starts.astype("datetime64[Y]").astype(np.intp)
        seen = {(int(q), int(y)) for q, y, n in zip(self.quarters, years, self.n, strict=True) if n}
        quarters = [q for q, _ in seen]
        return all(quarters.count(q) >= _SEASON_YEARS for q in set(quarters))

    @cached_property
    def critical(self) -> float:
        """The critical value of its search for a change."""
        return critical_value(self.n, self.n / self.deff, alpha=self.alpha)


def nps_of(counts: Floats) -> Floats:
    """NPS of counts whose last axis is promoters, passives, detractors; 0 without responses."""
    return np.asarray(100 * (counts[..., 0] - counts[..., 2]) / np.maximum(counts.sum(axis=-1), 1))


def spread_of(counts: Floats) -> tuple[Floats, Floats]:
    """Variance of one response, in squared points, and share of promoters and detractors: of all periods together.

    Half a promoter and half a detractor are added, so that responses that agree have a variance too. Shape of the
    counts: (periods, ..., 3).
    """
    promoters, _, detractors = np.moveaxis(counts.sum(axis=0), -1, 0)
    total = counts.sum(axis=(0, -1)) + 1
    polar = (promoters + detractors + 1) / total
    return 1e4 * (polar - ((promoters - detractors) / total) ** 2), polar


def sampling_of(counts: Floats, deff: Floats) -> Floats:
    """Variance of the NPS of each period by sampling alone, in squared points; infinite without responses."""
    n = counts.sum(axis=-1)
    with np.errstate(divide="ignore"):
        return np.asarray(spread_of(counts)[0] * deff / n)


@dataclass(frozen=True, eq=False)
class Fit:
    """One story, fitted by weighted least squares.

    Parameters
    ----------
    kind
        "changes" (of one stretch or more) or "slide".
    starts
        Places where stretches begin; (0,) for a slide.
    wander
        What periods differ by beyond sampling, in points.
    design, coefficients, covariance
        The columns of the story without its season, and what belongs to them.
    season
        Points that are taken off each period; None without a season.
    criterion
        The smaller, the better.
    """

    kind: str
    starts: tuple[int, ...]
    wander: float
    design: Floats
    coefficients: Floats
    covariance: Floats
    season: Floats | None
    criterion: float

    @property
    def steady(self) -> bool:
        """Whether it tells of nothing."""
        return self.kind == "changes" and len(self.starts) == 1

    @property
    def level(self) -> Floats:
        """The fitted NPS of each period, season off."""
        return self.design @ self.coefficients

    def error(self, place: int) -> float:
        """Standard error of the level at a place."""
        return self._error(self.design[place])

    def between(self, later: Floats, earlier: Floats) -> tuple[float, float]:
        """The mean level by these weights of the periods less that by others, and its standard error."""
        contrast = (later / later.sum() - earlier / earlier.sum()) @ self.design
        return float(contrast @ self.coefficients), self._error(contrast)

    def _error(self, row: Floats) -> float:
        return math.sqrt(max(float(row @ self.covariance @ row), 0.0))


def find_fits(data: PeriodCounts) -> tuple[Fit, ...]:
    """The best fit of each story, the best first: stretches and slide, without and with a season.

    Notes
    -----
    The criterion is the sum over periods of (NPS - season - fit)^2 / v + ln v, with v = sampling variance + wander^2,
    and c^2 for each change (a slide is one), ((wander - 2) / 3)^2, and for a season what chance gives in one file of
    a hundred. The least over kinds and wanders of 2 to 8 points wins.
    """
    found: dict[tuple[str, bool], Fit] = {}
    for fit in _candidates(data):
        key = (fit.kind, fit.season is not None)
        if key not in found or fit.criterion < found[key].criterion:
            found[key] = fit
    return tuple(sorted(found.values(), key=lambda fit: fit.criterion))


def _candidates(data: PeriodCounts) -> Iterator[Fit]:
    for season in (False, True) if data.tells_seasons else (False,):
        for wander, starts in zip(WANDERS.tolist(), _proposed(data, season=season), strict=True):
            steps = fit_story(data, "changes", starts, wander, season=season)
            yield without_what_gains_too_little(data, steps) if season else steps
            if (data.n > 0).sum() >= LINE_FROM and math.isfinite(data.critical):
                yield fit_story(data, "slide", (0,), wander, season=season)


def _proposed(data: PeriodCounts, *, season: bool) -> list[tuple[int, ...]]:
    """Where stretches begin, for each wander; with a season, by effects and stretches in turn."""
    places = np.flatnonzero(data.n)
    if not math.isfinite(data.critical):
        return [(0,)] * len(WANDERS)
    n, values = data.n[places, None], np.broadcast_to(data.nps[places, None], (len(places), len(WANDERS)))
    weights = 1 / (data.sampling[places, None] + WANDERS**2)
    rows = data.quarters[places]
    rest, starts = values, list[tuple[int, ...]]()
    for _ in range(_ROUNDS):
        effects = _effects(rest, weights, rows) if season else 0.0
        sums = sums_of(values - effects, weights)
        found = best_stretches(sums, n, data.critical**2)
        before, starts = starts, [found.starts(wander) for wander in range(len(WANDERS))]
        if not season or starts == before:
            break
        rest = values - np.stack([_levels(sums, own, column) for column, own in enumerate(starts)], axis=1)
    return [(0, *places[list(own[1:])].tolist()) for own in starts]


def _effects(rest: Floats, weights: Floats, quarters: NDArray[np.intp]) -> Floats:
    """The mean of what is left of each quarter of the year, their mean over the periods taken off."""
    mine = (quarters == np.arange(_QUARTERS)[:, None]).astype(np.float64)
    held = mine @ weights
    means = mine @ (weights * rest) / np.where(held > 0, held, 1.0)
    effects = means[quarters]
    return np.asarray(effects - effects.mean(axis=0))


def _levels(sums: Sums, starts: tuple[int, ...], column: int) -> Floats:
    """The mean of the stretch that each place is in, of one series."""
    ends = np.array([*starts[1:], len(sums.weight) - 1])
    means = sums.mean(np.array(starts), ends)[:, column]
    return np.repeat(means, np.diff(ends, prepend=0))


def without_what_gains_too_little(data: PeriodCounts, fit: Fit) -> Fit:
    """A fit without changes that, beside the season, gain less than they cost."""
    while len(fit.starts) > 1:
        fewer = [
            fit_story(data, fit.kind, (*fit.starts[:at], *fit.starts[at + 1 :]), fit.wander, season=True)
            for at in range(1, len(fit.starts))
        ]
        best = min(fewer, key=lambda one: one.criterion)
        if best.criterion >= fit.criterion:
            break
        fit = best
    return fit


def fit_story(data: PeriodCounts, kind: str, starts: tuple[int, ...], wander: float, *, season: bool) -> Fit:
    """Level and season together, by weighted least squares."""
    has = data.n > 0
    story = _line(len(data)) if kind == "slide" else _steps(len(data), starts)
    yearly = _seasonal(data.quarters, has) if season else np.zeros((len(data), 0))
    v = data.sampling[has] + wander**2
    columns = np.hstack([story, yearly])
    weighted = columns[has] / v[:, None]
    covariance = _inverse(columns[has].T @ weighted)
    coefficients = covariance @ (weighted.T @ data.nps[has])
    off = data.nps[has] - columns[has] @ coefficients
    changes = 1 if kind == "slide" else len(starts) - 1
    k = story.shape[1]
    criterion = float((off**2 / v + np.log(v)).sum() + wander_cost(wander))
    criterion += changes * data.critical**2 if changes else 0.0
    criterion += _chance_of_season(yearly.shape[1]) if season else 0.0
    return Fit(
        kind,
        starts,
        wander,
        story,
        coefficients[:k],
        covariance[:k, :k],
        yearly @ coefficients[k:] if season else None,
        criterion,
    )


def _inverse(matrix: Floats) -> Floats:
    """The inverse of a symmetric matrix; the least one where stretches and seasons cannot be told apart."""
    values, vectors = np.linalg.eigh(matrix)
    sure = values > _SURE * values[-1]
    return np.asarray(vectors[:, sure] / values[sure] @ vectors[:, sure].T)


def _line(periods: int) -> Floats:
    """Columns of a straight line: its middle, and its change from the first period to the last."""
    return np.column_stack([np.ones(periods), np.linspace(-0.5, 0.5, periods)])


def _steps(periods: int, starts: tuple[int, ...]) -> Floats:
    """A column a stretch."""
    own = np.searchsorted(starts, np.arange(periods), side="right") - 1
    return np.asarray(own[:, None] == np.arange(len(starts)), dtype=np.float64)


def _seasonal(quarters: NDArray[np.intp], has: NDArray[np.bool_]) -> Floats:
    """A column for each quarter of the year with responses but the last; each is 0 on average of the periods."""
    known = np.unique(quarters[has])[:-1]
    mine = (quarters[:, None] == known).astype(np.float64)
    return np.asarray(mine - mine[has].mean(axis=0))


def _chance_of_season(effects: int) -> float:
    """What a season gains by chance in one file of a hundred: the quantile of chi squared."""
    from scipy.special import chdtri  # noqa: PLC0415 - few surveys span two years

    return float(chdtri(effects, 1 - _SEASON_LEVEL)) if effects else math.inf
