"""The story of a trend: one fit for what changed, since when, what holds today, and what is to be watched."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np

from nps_core.counts.periods import label_of
from nps_core.days import today
from nps_core.score.estimate import LEVEL
from nps_core.score.sample import samples_by_period
from nps_core.trends.fit import YEAR, PeriodCounts, find_fits, nps_of
from nps_core.trends.search import FALSE_STORIES, splits, sums_of
from nps_core.trends.story_result import Change, Story
from nps_core.trends.today import find_states, find_today

if TYPE_CHECKING:
    import datetime as dt

    from numpy.typing import ArrayLike, NDArray

    from nps_core.counts import Counts
    from nps_core.scope import Scope
    from nps_core.score.design import Samples
    from nps_core.trends.fit import Fit, Floats
    from nps_core.trends.story_result import Places

_QUARTERS_FROM, _MONTHS_FROM = 460, 45  # days of responses that make six quarters, or two months
_POWER_Z = 0.84  # of the normal distribution: four times in five
_RANGE = 0.95  # of the weight that the range of a start holds
_AS_GOOD = 1.0  # of the criterion: no closer to the data than that is no better
_THIRD = 3  # a slide is taken apart by its last third and its first
_OFF = 1.64  # standard errors, of either neighbour: both are passed by chance in fewer than one of twenty


def usual_period(scope: Scope) -> str:
    """The period that a review of these dates would use: "quarter", "month" or "week".

    Quarters where there are six, as an early warning takes; else months where there are two.
    """
    span = scope.with_filters(groups=(), attributes=(), text="").counts.span
    if span is None:
        return "quarter"
    days = (min(span[1], today()) - span[0]).days
    if days >= _QUARTERS_FROM:
        return "quarter"
    return "month" if days >= _MONTHS_FROM else "week"


def find_story(scope: Scope, period: str | None = None, *, now: dt.date | None = None) -> Story:
    """The story of the NPS over time: what changed beyond chance, by how much, since when, and what holds today.

    Told once for the same responses, as long as their counts are kept.

    Parameters
    ----------
    scope
        What is looked at. Without dates there is no story; where only some groups are picked it is refused.
    period
        "week" (from Monday), "month" or "quarter"; the one that `usual_period` gives when not given.
    now
        The last day that does not lie in the future: responses of periods that begin after it are left out; today when
        not given.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.
    ValueError
        A period that is none of these.
    """
    return story_of(scope, period or usual_period(scope), now=now).story


def story_of(
    scope: Scope, period: str, *, alpha: float = FALSE_STORIES, now: dt.date | None = None
) -> UntoldStory:
    """The same before it is told, which takes longest; told of several series together, `alpha` is less."""
    if period not in YEAR:
        raise ValueError(f"A story is told by {', '.join(YEAR)}; “{period}” is none of them.")
    counts, until = scope.counts, now or today()
    key = period, alpha, until
    with _LOCK:
        kept = _KEPT.setdefault(counts, {})
    if key not in kept:
        kept[key] = _untold(scope, period, alpha, np.datetime64(until, "D"))
    return kept[key]


def _untold(scope: Scope, period: str, alpha: float, until: np.datetime64) -> UntoldStory:
    starts, samples = samples_by_period(scope, period)
    past = starts <= until
    of = samples.picked(past)
    return UntoldStory(
        of.counts,
        period,
        starts[past],
        deff=deff_within(of),
        deff_all=float(samples.merged(past).variances()[1][0]) if past.any() else None,
        refused=scope.groups if scope.picks_by_score else (),
        undated=scope.counts.undated,
        ahead=int(samples.n[~past].sum()),
        alpha=alpha,
    )


def deff_within(periods: Samples) -> float:
    """The design effect of accounts within periods, one for all of them: the mean by their responses.

    That of a single period is too rough: weights that chance makes would draw the levels after it.
    """
    return max(1.0, float(np.nansum(periods.variances()[1] * periods.n) / max(periods.n.sum(), 1)))


@dataclass(frozen=True, eq=False)
class UntoldStory:
    """What a story is told from; it holds no survey. Parameters are those of `tell_story`."""

    counts: NDArray[np.int64]
    period: str
    starts: NDArray[np.datetime64]
    deff: float
    deff_all: float | None
    refused: tuple[str, ...]
    undated: int
    ahead: int
    alpha: float

    @property
    def told(self) -> bool:
        """Whether it was asked for before."""
        return "story" in self.__dict__

    @cached_property
    def story(self) -> Story:
        """The story, told when it is first asked for."""
        return tell_story(
            *self.counts.T,
            period=self.period,
            starts=self.starts,
            deff=self.deff,
            deff_all=self.deff_all,
            refused=self.refused,
            undated=self.undated,
            ahead=self.ahead,
            alpha=self.alpha,
        )


def tell_story(  # noqa: PLR0913 - what a file has, by name
    promoters: ArrayLike,
    passives: ArrayLike,
    detractors: ArrayLike,
    *,
    period: str,
    starts: NDArray[np.datetime64],
    deff: ArrayLike = 1.0,
    deff_all: float | None = None,
    refused: tuple[str, ...] = (),
    undated: int = 0,
    ahead: int = 0,
    alpha: float = FALSE_STORIES,
) -> Story:
    """The story of counts by period.

    Parameters
    ----------
    promoters, passives, detractors
        Counts of each period, in the order of time and without gaps: 0 in a period without responses.
    period
        "week", "month" or "quarter".
    starts
        First days of the periods (datetime64[D]).
    deff
        Design effect of accounts within periods: one, or one a period; 1 where it is less or NaN.
    deff_all
        That over the whole file: what the same accounts share in every period does not average out.
    refused
        Groups that are picked, where some are left out: no story is told then.
    undated, ahead
        Responses that have no date, and such that are left out as they lie in the future.
    alpha
        How often a change is told while nothing changes; a share of .05 where several stories are told together.

    Notes
    -----
    Looked for are the fewest changes that the responses force us to see: a steady level, stretches of constant level,
    or a steady slide; what chance does in one file of twenty is not called a change. The least of

        sum [(NPS - season - fit)^2 / v + ln v] + c^2 changes + ((wander - 2) / 3)^2

    wins, with v = sampling variance + wander^2 and wanders of 2 to 8 points; c is the critical value of a search over
    all starts. Every stretch holds 20 responses. From two years on, effects of the quarters of the year are fitted
    beside it, and kept where they gain more than chance gives in one file of a hundred. "How much" is the last stretch
    less the one before, with an interval of c standard errors, as wide as a search over all starts asks for; "since
    when" is the first period of the last stretch, with the range that holds 95 % of the likelihood.

    References
    ----------
    Hawkins (1977), JASA 72. Worsley (1986), Confidence regions and tests for a change-point, Biometrika 73.
    Killick, Fearnhead & Eckley (2012), Optimal detection of changepoints with a linear computational cost, JASA 107.
    """
    counts = np.column_stack(
        [np.asarray(part, dtype=np.float64) for part in (promoters, passives, detractors)]
    )
    if refused or not counts.any():
        kind = "refused" if refused and counts.any() else "none"
        return Story(kind, period, refused=refused, undated=undated, ahead=ahead)
    per_period = np.broadcast_to(np.fmax(np.asarray(deff, dtype=np.float64), 1.0), (len(counts),))
    has = np.flatnonzero(counts.any(axis=1))
    told_of = slice(has[0], has[-1] + 1)  # what is empty at either end is not part of it
    data = PeriodCounts(counts[told_of], period, starts[told_of], per_period[told_of], deff_all, alpha=alpha)
    fit, *others = find_fits(data)
    told = not fit.steady
    return Story(
        "steady" if fit.steady else fit.kind,
        period,
        labels=tuple(label_of(start, period) for start in data.starts),
        data=data,
        fit=fit,
        doubtful=told and any(_is_rival(one, fit) for one in others),
        start=fit.starts[-1] if told else None,
        start_range=_range_of_start(data, fit) if told and fit.kind == "changes" else None,
        change=_between(data, fit, len(data) - 1, max(fit.starts[-1] - 1, 0)) if told else None,
        since_before=_between(data, fit, len(data) - 1, fit.starts[-2] - 1) if fit.starts[1:-1] else None,
        in_a_year=_between(data, fit, len(data) - 1, len(data) - 1 - data.year)
        if len(data) > data.year
        else None,
        sides=(sides := _sides(data, fit)),
        counted=_counted(data, fit, *sides) if sides else None,
        recurs=_recurs(data, fit),
        detectable=_detectable(data, fit),
        today=find_today(data, fit, LEVEL),
        states=find_states(data.without(fit.season)),
        undated=undated,
        ahead=ahead,
    )


def _is_rival(other: Fit, fit: Fit) -> bool:
    """Whether the same is told nearly as well the other way: steps for a slide, or a slide for steps."""
    return other.kind != fit.kind and not other.steady and other.criterion - fit.criterion < _AS_GOOD


def _between(data: PeriodCounts, fit: Fit, later: int, earlier: int) -> Change:
    """The level at a place less that at an earlier one; as wide as a search over all starts asks for."""
    places = np.arange(len(data))
    return _apart(data, fit, (places == later).astype(float), (places == earlier).astype(float))


def _apart(data: PeriodCounts, fit: Fit, later: Floats, earlier: Floats) -> Change:
    """The same of mean levels by these weights of the periods."""
    points, error = fit.between(later, earlier)
    reach = data.critical * error if error else 0.0
    return Change(points, points - reach, points + reach)


def _sides(data: PeriodCounts, fit: Fit) -> tuple[Places, Places] | None:
    """The last stretch and the one before; of a slide its last third and its first; None for a steady level."""
    last = len(data) - 1
    if fit.kind == "slide":
        third = max(1, len(data) // _THIRD)
        return (last + 1 - third, last), (0, third - 1)
    return None if fit.steady else ((fit.starts[-1], last), (fit.starts[-2], fit.starts[-1] - 1))


def _counted(data: PeriodCounts, fit: Fit, now: Places, before: Places) -> Change | None:
    """The NPS of all responses of one side less that of the other: the season is in it, the story's interval about it.

    None where a side has no responses.
    """
    later, earlier = (np.where(_within(data, side), data.n, 0.0) for side in (now, before))
    if not (later.any() and earlier.any()):
        return None
    levels = _apart(data, fit, later, earlier)
    season = 0.0
    if fit.season is not None:
        season = float(np.average(fit.season, weights=later) - np.average(fit.season, weights=earlier))
    both = nps_of(np.stack([data.counts[_within(data, side)].sum(axis=0) for side in (now, before)]))
    points = float(both[0] - both[1])
    return Change(points, min(points, levels.low + season), max(points, levels.high + season))


def _within(data: PeriodCounts, side: Places) -> NDArray[np.bool_]:
    places = np.arange(len(data))
    return (side[0] <= places) & (places <= side[1])


def _recurs(data: PeriodCounts, fit: Fit) -> bool:
    """Whether the periods of a short last stretch lay off their neighbours, to the same side, a year before too.

    The effects of quarters do not hold a season that is shorter, as one of December alone.
    """
    start, year = fit.starts[-1], data.year
    long = len(data) - start
    if fit.steady or fit.kind == "slide" or 2 * long > year or len(data) < 2 * year:
        return False
    calm = data.without(fit.season)
    weights = np.where(data.n > 0, 1 / (data.sampling + fit.wander**2), 0.0)
    sums = sums_of(calm.nps, weights)
    since, until = start - year, start - year + long
    way = np.sign(fit.level[-1] - fit.level[start - 1])
    neighbours = (max(0, start - 2 * year + long), since), (until, start)
    if not all(weights[slice(*part)].any() for part in ((since, until), *neighbours)):
        return False
    off = [
        way
        * (sums.mean(since, until) - sums.mean(*part))
        / math.sqrt(1 / sums.total(since, until) + 1 / sums.total(*part))
        for part in neighbours
    ]
    return bool(min(off) > _OFF)


def _range_of_start(data: PeriodCounts, fit: Fit) -> tuple[int, int]:
    """From the first to the last of the fewest starts of the last stretch that hold 95 % of the likelihood."""
    since, start = fit.starts[-2:]
    calm = data.without(fit.season)
    places = since + np.flatnonzero(calm.n[since:])
    sums = sums_of(calm.nps[places], 1 / (calm.sampling[places] + fit.wander**2))
    k = np.flatnonzero(splits(calm.n[places]))
    apart = sums.mean(k, len(places)) - sums.mean(0, k)
    square = apart**2 / (1 / sums.total(0, k) + 1 / sums.total(k, len(places)))
    chances = np.exp((square - square.max()) / 2)
    order = np.argsort(-chances, kind="stable")
    fewest = int(np.searchsorted(np.cumsum(chances[order]) / chances.sum(), _RANGE)) + 1
    kept = places[k[order[:fewest]]]
    # With a season the best start beside the others may be another than that of the fit.
    return min(start, int(kept.min())), max(start, int(kept.max()))


def _detectable(data: PeriodCounts, fit: Fit) -> float:
    """The lasting change, half-way, that would have been told four times in five, in points; infinite for none."""
    at = np.flatnonzero(splits(data.n))
    if not len(at):
        return math.inf
    weights = np.where(data.n > 0, 1 / (data.sampling + fit.wander**2), 0.0)
    before = np.cumsum(weights)[at - 1]
    nearest = int(np.abs(before - weights.sum() / 2).argmin())
    error = math.sqrt(1 / before[nearest] + 1 / (weights.sum() - before[nearest]))
    return float((data.critical + _POWER_Z) * error)


_KEPT: WeakKeyDictionary[Counts, dict[tuple[str, float, dt.date], UntoldStory]] = WeakKeyDictionary()
_LOCK = Lock()
