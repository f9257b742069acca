"""Why the NPS moved: how much of it came from within the segments, how much from who answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from nps_core.compare.exact import VALUES, balance, errors_of, exact_parts, round_half_away, round_to_sum
from nps_core.score.estimate import LEVEL, critical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.scope import Scope

Shared: TypeAlias = "Mapping[tuple[int, ...], tuple[int, int, int]]"
"""Responses by the segments that they belong to: promoters, passives, detractors of each combination."""


@dataclass(frozen=True)
class Part:
    """What one segment adds to the change, in points.

    `rate` is from the segment's own NPS, `mix` from its share of the responses; each with its interval. The
    `shown_` values are whole points that add up, over all segments and both kinds, to `Why.shown_total`.
    """

    label: str
    rate: float
    rate_low: float
    rate_high: float
    mix: float
    mix_low: float
    mix_high: float
    shown_rate: int
    shown_mix: int

    @property
    def total(self) -> float:
        """Rate and mix together, in points."""
        return self.rate + self.mix


@dataclass(frozen=True)
class Decomposition:
    """A change of the NPS, taken apart by the segments of one attribute.

    Parameters
    ----------
    before, after
        The NPS of either side, in points.
    parts
        One for each segment, in the order given.
    total
        after - before, in points: the sum of all `rate` and `mix`.
    shown_total
        The same as a whole number, ties away from 0.
    level
        The level of the intervals.
    rate_error, mix_error
        Half the width of the intervals of the sums `rate` and `mix`, in points.
    """

    before: float
    after: float
    parts: tuple[Part, ...]
    total: float
    shown_total: int
    level: float = LEVEL
    rate_error: float = math.nan
    mix_error: float = math.nan

    @property
    def rate(self) -> float:
        """The change that came from within the segments, in points."""
        return sum(part.rate for part in self.parts)

    @property
    def mix(self) -> float:
        """The change that came from who answered, in points."""
        return sum(part.mix for part in self.parts)


def decompose(
    before: ArrayLike, after: ArrayLike, labels: Sequence[str] | None = None, *, level: float = LEVEL
) -> Decomposition | None:
    """Take the change of the NPS between two periods (or groups) apart by segments.

    Parameters
    ----------
    before, after
        Counts of the same segments on either side: one row a segment, with the columns promoters, passives,
        detractors. Weighted counts are welcome (give each response with m themes the weight 1/m in each).
    labels
        The names of the segments; their numbers when not given.
    level
        The level of the intervals.

    Returns
    -------
    Why or None
        None when a side has no responses at all: nothing to compare, nothing to explain.

    Raises
    ------
    ValueError
        Shapes that do not fit, or a negative count.

    Notes
    -----
    Kitagawa's decomposition at the midpoint. With w a segment's share of the responses and r its NPS,

    * rate = mean of w before and after, times the change of r;
    * mix = change of w, times (mean of r before and after, less the mean NPS of both sides).

    A segment that is there on one side only has no change of r: all of it is mix. The parts sum to the change
    exactly; they are computed in fractions. A large rate says in which segment scores changed, not why they
    did, and the share of an attribute is no cause either.

    The intervals are of the linearised parts (delta method), with a normal quantile; they are narrow for a
    segment of a few responses that all agree.

    References
    ----------
    Kitagawa (1955), Components of a difference between two rates, Journal of the American Statistical
    Association 50.

    Examples
    --------
    The 25-34-year-olds rise from 45 to 55, everybody else stays, the shares stay: all of it is rate.

    >>> moved = decompose([[55, 35, 10], [40, 40, 20]], [[60, 35, 5], [40, 40, 20]], ["25-34", "others"])
    >>> moved.before, moved.after, moved.shown_total
    (32.5, 37.5, 5)
    >>> [(part.label, part.rate, part.mix) for part in moved.parts]
    [('25-34', 5.0, 0.0), ('others', 0.0, 0.0)]
    """
    first, second = _table(before), _table(after)
    if first.shape != second.shape:
        raise ValueError("Both sides need the same segments: give a row of zeros where one has none.")
    names = (
        [str(number) for number in range(len(first))] if labels is None else [str(name) for name in labels]
    )
    if len(names) != len(first):
        raise ValueError(f"{len(first)} segments need as many labels, not {len(names)}.")
    apart = np.eye(len(first))
    return _taken_apart((apart, first), (apart, second), names, level)


def decompose_shared(
    before: Shared, after: Shared, labels: Sequence[str], *, level: float = LEVEL
) -> Decomposition | None:
    """Take a change apart by segments that share responses, such as themes.

    A response that belongs to m segments counts 1/m in each, so that every response counts once in all and the
    parts still sum to the change exactly. Intervals know that such a response moves several segments at once.

    Parameters
    ----------
    before, after
        Each side as {places of the segments: (promoters, passives, detractors)}: how many responses belong to
        exactly these segments. Every response belongs to one at least; give those of none a segment of their own.
    labels
        The names of the segments.
    level
        The level of the intervals.

    Returns
    -------
    Why or None
        None when a side has no responses at all.

    Examples
    --------
    One response about price and support counts half in each.

    >>> moved = decompose_shared({(0,): (1, 0, 0), (0, 1): (0, 0, 1)}, {(0,): (2, 0, 0)}, ["price", "support"])
    >>> moved.total, sum(part.rate + part.mix for part in moved.parts)
    (100.0, 100.0)
    """
    names = [str(name) for name in labels]
    return _taken_apart(_spread(before, len(names)), _spread(after, len(names)), names, level)


def decompose_between(
    before: Scope, after: Scope, attribute: str, *, level: float = LEVEL
) -> Decomposition | None:
    """Take the difference between two scopes of a survey apart by the segments of an attribute.

    Segments without a response on either side are left out; what has no value is a segment of its own.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    named, first, second = tables_between(before, after, attribute)
    return decompose(first, second, named, level=level)


def tables_between(
    before: Scope, after: Scope, attribute: str
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """The segments that answered on either side, and their counts on both, shape (segments, 3).

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    tables = [side.counts.by(attribute) for side in (before, after)]
    labels = max((table.labels for table in tables), key=len)  # one may lack the missing, which come last
    first, second = (np.pad(table.counts, ((0, len(labels) - len(table.labels)), (0, 0))) for table in tables)
    some = np.asarray((first + second).any(axis=1))
    named = [label for label, there in zip(labels, some, strict=True) if there]
    return named, first[some], second[some]


def _taken_apart(
    before: tuple[NDArray[np.float64], NDArray[np.float64]],
    after: tuple[NDArray[np.float64], NDArray[np.float64]],
    names: Sequence[str],
    level: float,
) -> Decomposition | None:
    """The parts from either side: the share of each kind of response (rows) in each segment, and their counts.

    Kinds are what responses have in common; a response that belongs to one segment has a row with a single 1.
    """
    if not before[1].sum() or not after[1].sum():
        return None
    # In whole numbers the thirds of a response are exact: every size and share is a multiple of 1 / scale.
    scale = _whole_parts(before[0], after[0])
    first, second = (np.round(scale * share).T @ counts for share, counts in (before, after))
    rates, mixes = exact_parts(first.tolist(), second.tolist())
    start, end = (100 * balance(table.sum(axis=0).tolist()) for table in (first, second))
    shown_total = round_half_away(end - start)
    shown = round_to_sum([*rates, *mixes], shown_total)
    errors = [
        critical(level) * error for error in errors_of((first / scale, second / scale), (before, after))
    ]
    sums = [float(error[-1]) for error in errors]
    parts = tuple(
        Part(
            label=name,
            rate=float(rates[place]),
            rate_low=float(rates[place]) - errors[0][place],
            rate_high=float(rates[place]) + errors[0][place],
            mix=float(mixes[place]),
            mix_low=float(mixes[place]) - errors[1][place],
            mix_high=float(mixes[place]) + errors[1][place],
            shown_rate=shown[place],
            shown_mix=shown[place + len(names)],
        )
        for place, name in enumerate(names)
    )
    return Decomposition(float(start), float(end), parts, float(end - start), shown_total, level, *sums)


def _spread(side: Shared, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The share of each kind of response in each segment (rows sum to 1), and the counts of the kinds."""
    share = np.zeros((len(side), size))
    for row, places in enumerate(side):
        share[row, list(places)] = 1 / len(places)
    return share, _table([side[places] for places in side])


def _whole_parts(*shares: NDArray[np.float64]) -> int:
    """The least number of parts that a response divides into without remainder."""
    return math.lcm(*(int(np.count_nonzero(row)) for share in shares for row in share))


def _table(counts: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(counts, dtype=np.float64).reshape(-1, len(VALUES))
    if np.any(~np.isfinite(table) | (table < 0)):
        raise ValueError("Counts of promoters, passives and detractors are numbers of 0 or more.")
    return table
