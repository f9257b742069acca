"""Why the NPS moved: how much of it came from within the segments, how much from who answered."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.counts.index import index_of
from nps_core.score.estimate import LEVEL, critical

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from nps_core.filters import Filters
    from nps_core.survey import Survey

VALUES = (1, 0, -1)
"""What a promoter, a passive and a detractor add to the NPS, before the 100."""


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
class Why:
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


def why(
    before: ArrayLike, after: ArrayLike, labels: Sequence[str] | None = None, *, level: float = LEVEL
) -> Why | None:
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

    >>> moved = why([[55, 35, 10], [40, 40, 20]], [[60, 35, 5], [40, 40, 20]], ["25-34", "others"])
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
    if not first.sum() or not second.sum():
        return None
    rates, mixes = exact_parts(first.tolist(), second.tolist())
    start, end = (100 * _balance(table.sum(axis=0).tolist()) for table in (first, second))
    shown_total = round_half_away(end - start)
    shown = round_to_sum([*rates, *mixes], shown_total)
    errors = [critical(level) * error for error in _errors(first, second)]
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
    return Why(float(start), float(end), parts, float(end - start), shown_total, level, *sums)


def why_between(
    survey: Survey, attribute: str, before: Filters, after: Filters, *, level: float = LEVEL
) -> Why | None:
    """Take the difference between two selections of a survey apart by the segments of an attribute.

    Segments without a response on either side are left out; what has no value is a segment of its own.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    named, first, second = tables_between(survey, attribute, before, after)
    return why(first, second, named, level=level)


def tables_between(
    survey: Survey, attribute: str, before: Filters, after: Filters
) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64]]:
    """The segments that answered on either side, and their counts on both, shape (segments, 3).

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    index = index_of(survey)
    tables = [index.select(filters).by(attribute) for filters in (before, after)]
    labels = max((table.labels for table in tables), key=len)  # one may lack the missing, which come last
    first, second = (np.pad(table.counts, ((0, len(labels) - len(table.labels)), (0, 0))) for table in tables)
    some = np.asarray((first + second).any(axis=1))
    named = [label for label, there in zip(labels, some, strict=True) if there]
    return named, first[some], second[some]


def exact_parts(
    before: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]]
) -> tuple[list[Fraction], list[Fraction]]:
    """The rate and the mix of each segment, in points, as fractions that sum to the change exactly."""
    sides = [[[Fraction(count) for count in row] for row in table] for table in (before, after)]
    sizes = [[sum(row, Fraction()) for row in table] for table in sides]
    totals = [sum(size, Fraction()) for size in sizes]
    overall = [_balance([sum(column) for column in zip(*table, strict=True)]) for table in sides]
    middle = (overall[0] + overall[1]) / 2
    rates: list[Fraction] = []
    mixes: list[Fraction] = []
    for segment in range(len(sides[0])):
        w0, w1 = (sizes[side][segment] / totals[side] for side in (0, 1))
        r0, r1 = (_balance(sides[side][segment]) if sizes[side][segment] else None for side in (0, 1))
        # There on one side only: no change of its own.
        r0, r1 = r1 if r0 is None else r0, r0 if r1 is None else r1
        if r0 is None or r1 is None:
            r0 = r1 = middle
        rates.append(100 * (w0 + w1) / 2 * (r1 - r0))
        mixes.append(100 * (w1 - w0) * ((r0 + r1) / 2 - middle))
    return rates, mixes


def round_half_away(value: Fraction) -> int:
    """The nearest whole number; ties go away from 0, so that a rise and a fall are treated alike."""
    size = math.floor(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def round_to_sum(values: Sequence[Fraction], total: int) -> list[int]:
    """Whole numbers near the values that add up to `total`, which is their sum rounded.

    Each is cut towards 0; what is missing goes, one each, to those that were cut most (largest remainder).
    """
    whole = [math.trunc(value) for value in values]
    missing = total - sum(whole)
    sign = 1 if missing >= 0 else -1
    order = sorted(range(len(values)), key=lambda place: -sign * (values[place] - whole[place]))
    for place in order[: abs(missing)]:
        whole[place] += sign
    return whole


def _table(counts: ArrayLike) -> NDArray[np.float64]:
    table = np.asarray(counts, dtype=np.float64).reshape(-1, len(VALUES))
    if np.any(~np.isfinite(table) | (table < 0)):
        raise ValueError("Counts of promoters, passives and detractors are numbers of 0 or more.")
    return table


def _balance(counts: Sequence[Any]) -> Fraction:
    happy, neutral, unhappy = (Fraction(count) for count in counts)
    return (happy - unhappy) / (happy + neutral + unhappy)


def _errors(before: NDArray[np.float64], after: NDArray[np.float64]) -> tuple[NDArray[np.float64], ...]:
    """Standard errors of the rates and the mixes, each with that of their sum last, in points.

    They come from what each response adds to a part.

    Shares and NPS of either side are functions of independent samples; the influence of a response in
    segment s with value x is 1[s = g] - w on a share, 1[s = g] (x - r) / w on an NPS, x - NPS on the whole.
    """
    tables = (before, after)
    values = np.array(VALUES, dtype=np.float64)
    totals = [table.sum() for table in tables]
    sizes = [table.sum(axis=1) for table in tables]
    w = [size / total for size, total in zip(sizes, totals, strict=True)]
    with np.errstate(invalid="ignore", divide="ignore"):
        r = [table @ values / size for table, size in zip(tables, sizes, strict=True)]
        r = [np.where(np.isnan(own), np.nan_to_num(other), own) for own, other in (r, r[::-1])]
    whole = [table.sum(axis=0) @ values / total for table, total in zip(tables, totals, strict=True)]
    centre = (r[0] + r[1]) / 2 - (whole[0] + whole[1]) / 2
    both = (w[0] * w[1] > 0)[:, None, None]
    variances = [np.zeros(len(before) + 1), np.zeros(len(before) + 1)]
    for side, sign in ((0, -1), (1, 1)):
        there = np.eye(len(before))[:, :, None]  # part g, segment s, group x
        share = there - w[side][:, None, None]
        size = np.where(w[side] > 0, w[side], 1.0)[:, None, None]
        own = there * (values - r[side][:, None, None]) / size * (w[side] > 0)[:, None, None]
        all_of_it = (values - whole[side])[None, None, :]
        rate = share * (r[1] - r[0])[:, None, None] / 2
        rate = rate + np.where(both, sign * own * ((w[0] + w[1]) / 2)[:, None, None], 0.0)
        # A segment on one side only lends its NPS to the other side: it counts twice in their mean.
        step = (w[1] - w[0])[:, None, None] / 2
        mix = sign * share * centre[:, None, None] + step * (np.where(both, own, 2 * own) - all_of_it)
        chance = tables[side] / totals[side]
        for kind, influence in enumerate((rate, mix)):
            each = np.concatenate([influence, influence.sum(axis=0, keepdims=True)])
            variances[kind] += (chance * each**2).sum(axis=(1, 2)) / totals[side]
    return tuple(100 * np.sqrt(variance) for variance in variances)
