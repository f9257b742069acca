"""What so many responses can show: the smallest difference that would be seen, and how many it takes."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.difference import counts_of, difference
from nps_core.formatting import format_count, plural
from nps_core.score.estimate import LEVEL, Points, critical, plain

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from nps_core.compare.difference import Side

TYPICAL_VARIANCE = 0.61
"""Variance of one response, on -1..1, where no data say better: 45 % promoters, 25 % detractors, or so."""

NORMAL_FROM = 20
"""Responses a side from which `smallest_visible` finds what it says about as often as it says."""

_FEW = 20  # responses, above which the two ends of the scale can be told apart at any level that is asked for

POWER = 0.8
"""How often a change should be found that is there; the usual choice."""


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


def seen_words(
    n_a: float, n_b: float, *, variance: float, level: float = LEVEL, what: str = "difference"
) -> str:
    """What two samples of these sizes could have shown at all, in a sentence.

    Examples
    --------
    >>> seen_words(437, 425, variance=0.5).partition(", ")[2].partition(";")[0]
    'a true difference of 14 points would show beyond chance four times in five'
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


def _too_few(n_a: NDArray[np.float64], n_b: NDArray[np.float64], level: float) -> NDArray[np.bool_]:
    """Where not even all promoters against all detractors would be beyond chance."""
    n_a, n_b = np.broadcast_arrays(n_a, n_b)
    few = (np.minimum(n_a, n_b) <= _FEW) & (np.minimum(n_a, n_b) > 0)
    found = np.zeros(few.shape, dtype=np.bool_)
    if few.any():
        ours, theirs, none = n_a[few], n_b[few], np.zeros(int(few.sum()))
        found[few] = ~difference((ours, none, none), (none, none, theirs), level=level).beyond_chance
    return found


def responses_to_see(points: float, *, variance: float, power: float = POWER, level: float = LEVEL) -> int:
    """Responses needed on each of two sides for a change of so many points to show most of the time.

    The inverse of `smallest_visible` for two sides of one size: 2 variance (100 (z_level + z_power) / points)^2.

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
