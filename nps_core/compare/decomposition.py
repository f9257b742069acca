"""Why the NPS moved: how much of it came from within the segments, how much from who answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.errors import (
    VALUES,
    Kinds,
    balance,
    errors_of,
    exact_parts,
    mix_test,
    round_half_away,
    round_to_sum,
)
from nps_core.score.design import Samples
from nps_core.score.estimate import LEVEL
from nps_core.score.sample import samples_across_by, together
from nps_core.score.student import p_of, student

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.scope import Scope

_WHOLE = 200.0  # points: no part is more than the whole scale
_FARTHEST = (
    1e6  # of a quantile: with hardly a degree of freedom it is infinite, and infinity times 0 is no number
)


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
    mix_p
        The p-value of the mix (`mix_test`): small is "hardly by chance".
    """

    before: float
    after: float
    parts: tuple[Part, ...]
    total: float
    shown_total: int
    level: float = LEVEL
    rate_error: float = math.nan
    mix_error: float = math.nan
    mix_p: float = math.nan

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

    The intervals are of the linearised parts (delta method), by account where there are accounts (`errors_of`), at
    Student's quantile for the degrees of freedom of the difference (the normal one for single responses); they are
    narrow for a segment of a few responses that all agree. That of the mix is at least as wide as its test asks for.

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
    return take_apart(_kinds(first), _kinds(second), names, level=level)


def samples_between(before: Scope, after: Scope, attribute: str) -> tuple[list[str], Samples]:
    """The segments that answered on either side; a sample for each of them before, then for each of them after.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    labels, of = samples_across_by([before, after], attribute)
    some = np.flatnonzero(of.n.reshape(2, -1).any(axis=0))
    return [labels[place] for place in some], of.picked(np.concatenate([some, some + len(labels)]))


def decompose_samples(of: Samples, labels: Sequence[str], *, level: float = LEVEL) -> Decomposition | None:
    """`decompose` by samples of one design: each segment before, then each of them after."""
    size, places = len(labels), np.arange(2 * len(labels))
    earlier = places < size
    sides = together([of.merged(earlier), of.merged(~earlier)])
    freedom = of.contrast([places[size:], places[:size]], (1, -1), level=level).nu
    whole = sides.contrast([[1], [0]], (1, -1), level=level)[0].nu
    before, after = (Kinds(np.eye(size), of.picked(places[own])) for own in (earlier, ~earlier))
    return take_apart(before, after, labels, nu=np.append(np.broadcast_to(freedom, size), whole), level=level)


def take_apart(
    before: Kinds, after: Kinds, names: Sequence[str], *, nu: ArrayLike = math.inf, level: float = LEVEL
) -> Decomposition | None:
    """Take a change apart by segments that may share responses, such as themes.

    A response that is of m segments counts 1/m in each, so that every response counts once in all and the parts still
    sum to the change exactly. Intervals know that such a response moves several segments at once.

    Parameters
    ----------
    before, after
        Either side by what its responses have in common; every response is of one segment at least.
    nu
        Degrees of freedom of the change of each segment, and last of the change of all.

    Returns
    -------
    Decomposition or None
        None when a side has no responses at all.
    """
    if not before.n or not after.n:
        return None
    # In whole numbers the thirds of a response are exact: every size and share is a multiple of 1 / scale.
    scale = _whole_parts(before.share, after.share)
    first, second = (np.round(scale * side.share).T @ side.counts for side in (before, after))
    rates, mixes = exact_parts(first.tolist(), second.tolist())
    start, end = (100 * balance(table.sum(axis=0).tolist()) for table in (first, second))
    shown_total = round_half_away(end - start)
    shown = round_to_sum([*rates, *mixes], shown_total)
    freedom = np.nan_to_num(np.broadcast_to(nu, len(names) + 1), nan=math.inf, posinf=math.inf)
    reach = np.minimum(student(level, freedom), _FARTHEST)
    mix, error = mix_test(before, after)
    rate_errors, mix_errors = (reach * own for own in errors_of(before, after))
    mix_errors[-1] = max(mix_errors[-1], reach[-1] * error)
    rate_errors, mix_errors = np.minimum(rate_errors, _WHOLE), np.minimum(mix_errors, _WHOLE)
    parts = tuple(
        Part(
            label=name,
            rate=float(rates[place]),
            rate_low=float(rates[place]) - rate_errors[place],
            rate_high=float(rates[place]) + rate_errors[place],
            mix=float(mixes[place]),
            mix_low=float(mixes[place]) - mix_errors[place],
            mix_high=float(mixes[place]) + mix_errors[place],
            shown_rate=shown[place],
            shown_mix=shown[place + len(names)],
        )
        for place, name in enumerate(names)
    )
    return Decomposition(
        before=float(start),
        after=float(end),
        parts=parts,
        total=float(end - start),
        shown_total=shown_total,
        level=level,
        rate_error=float(rate_errors[-1]),
        mix_error=float(mix_errors[-1]),
        mix_p=float(p_of(abs(mix) / error, freedom[-1])) if error > 0 else math.nan,
    )


def _kinds(table: NDArray[np.float64]) -> Kinds:
    """One side of single responses."""
    return Kinds(np.eye(len(table)), Samples.of_singles(table))


def _whole_parts(*shares: NDArray[np.float64]) -> int:
    """The least number of parts that a response divides into without remainder."""
    return math.lcm(*(int(np.count_nonzero(row)) for share in shares for row in share))


def _table(counts: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(counts, dtype=np.float64).reshape(-1, len(VALUES))
    if np.any(~np.isfinite(table) | (table < 0)):
        raise ValueError("Counts of promoters, passives and detractors are numbers of 0 or more.")
    return table
