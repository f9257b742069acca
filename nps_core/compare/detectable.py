"""What so many responses can show: the smallest difference that would be seen, and how many it takes."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from nps_core.formatting import format_count, plural
from nps_core.score.contrasts import POWER, TYPICAL_VARIANCE, smallest_seen
from nps_core.score.difference import Difference, Side, counts_of
from nps_core.score.estimate import FEWEST, LEVEL, Estimate, critical

NORMAL_FROM = 20
"""Responses a side (as many as they are worth) from which `smallest_seen` shows about as often as is said."""

MISSED = "one smaller than seven tenths of this would be missed more often than seen"
"""True of every difference that is found four times in five: half of those of seven tenths its size are seen."""

_WHOLE = 200  # points: all promoters against all detractors


def seen_words(a: Estimate, b: Estimate, change: Difference, *, what: str = "difference") -> str:
    """What two samples could have shown at all, in a sentence.

    Parameters
    ----------
    a, b
        Either side, with what its responses are worth.
    change
        Their difference by the design (`Samples.contrast`), with its standard error.
    what
        What they differ by: "change" over time.
    """
    if not (a.n and b.n):
        return f"With no response on one side, no {what} could be seen."
    if bool(change.too_few):
        return few_words(a, b)
    sizes = f"With {format_count(a.n)} and {format_count(b.n)} responses"
    if a.unit != "response":
        sizes += f" of {format_count(a.clusters)} and {format_count(b.clusters)} {a.unit}s"
    smallest = float(smallest_seen(change))
    if math.isnan(smallest):
        return f"{sizes} that were picked by their score, nobody can say what {what} chance makes."
    size = math.ceil(smallest)
    if size >= _WHOLE:
        return f"{sizes}, no {what} could be told from chance: there are too few."
    return (
        f"{sizes}, a true {what} of {plural(size, 'point')} would show beyond chance"
        f" {how_often(float(a.n_eff), float(b.n_eff))}; {MISSED}."
    )


def few_words(a: Estimate, b: Estimate) -> str:
    """That a side has too few responses or accounts to be told from another, and which.

    Examples
    --------
    >>> from nps_core import estimate
    >>> few_words(estimate(2, 1, 0), estimate(40, 30, 20))
    'Too few to tell from chance, 3 responses against 90: it takes 5 responses a side.'
    """
    takes = f"it takes {FEWEST} responses"
    if a.unit == "response":
        return f"Too few to tell from chance, {plural(a.n, 'response')} against {format_count(b.n)}: {takes} a side."
    return (
        f"Too few to tell from chance, {plural(a.n, 'response')} of {plural(a.clusters, a.unit)} against"
        f" {format_count(b.n)} of {format_count(b.clusters)}: {takes} and {FEWEST} {a.unit}s a side."
    )


def how_often(*sizes: float) -> str:
    """How often a difference of `smallest_seen` shows, in words: with few responses on a side it does so less often.

    The formula leans on the normal distribution; by simulation, 61 to 77 % stand for its 80 % at 3 to 15
    responses a side.

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
        float(sum(np.sum(np.asarray(counts_of(side)[group])) for side in sides)) for group in range(3)
    )
    total = happy + neutral + unhappy
    if not total:
        return TYPICAL_VARIANCE
    return (happy + unhappy) / total - ((happy - unhappy) / total) ** 2 or TYPICAL_VARIANCE


def responses_to_see(points: float, *, variance: float, power: float = POWER, level: float = LEVEL) -> int:
    """Responses needed on each of two sides for a change of so many points to show most of the time.

    The inverse of `smallest_seen` for two sides of one size, where each response is its own: 2 variance
    (100 (z_level + z_power) / points)^2.

    Raises
    ------
    ValueError
        A change that is not above 0.

    Examples
    --------
    >>> responses_to_see(10, variance=0.61)
    958
    """
    if points <= 0:
        raise ValueError("A change is a number of points above 0.")
    reach = float(critical(level)) + NormalDist().inv_cdf(power)
    return math.ceil(2 * variance * (100 * reach / points) ** 2)
