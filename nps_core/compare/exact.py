"""The arithmetic of a change taken apart: parts in fractions, whole points that add up, standard errors."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

VALUES = (1, 0, -1)
"""What a promoter, a passive and a detractor add to the NPS, before the 100."""


def exact_parts(
    before: Sequence[Sequence[Any]], after: Sequence[Sequence[Any]]
) -> tuple[list[Fraction], list[Fraction]]:
    """The rate and the mix of each segment, in points, as fractions that sum to the change exactly."""
    sides = [[[Fraction(count) for count in row] for row in table] for table in (before, after)]
    sizes = [[sum(row, Fraction()) for row in table] for table in sides]
    totals = [sum(size, Fraction()) for size in sizes]
    overall = [balance([sum(column) for column in zip(*table, strict=True)]) for table in sides]
    middle = (overall[0] + overall[1]) / 2
    rates: list[Fraction] = []
    mixes: list[Fraction] = []
    for segment in range(len(sides[0])):
        w0, w1 = (sizes[side][segment] / totals[side] for side in (0, 1))
        r0, r1 = (balance(sides[side][segment]) if sizes[side][segment] else None for side in (0, 1))
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


def balance(counts: Sequence[Any]) -> Fraction:
    """The NPS of promoters, passives and detractors on -1..1, exactly."""
    happy, neutral, unhappy = (Fraction(count) for count in counts)
    return (happy - unhappy) / (happy + neutral + unhappy)


def errors_of(
    tables: tuple[NDArray[np.float64], NDArray[np.float64]],
    sides: tuple[tuple[NDArray[np.float64], NDArray[np.float64]], ...],
) -> tuple[NDArray[np.float64], ...]:
    """Standard errors of the rates and the mixes, each with that of their sum last, in points.

    They come from what each response adds to a part.

    Shares and NPS of either side are functions of independent samples; the influence of a response in
    segment s with value x is 1[s = g] - w on a share, 1[s = g] (x - r) / w on an NPS, x - NPS on the whole. That
    of a response in several segments is the mean over them.
    """
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
    segments = len(tables[0])
    variances = [np.zeros(segments + 1), np.zeros(segments + 1)]
    for side, sign in ((0, -1), (1, 1)):
        there = np.eye(segments)[:, :, None]  # part g, segment s, group x
        share = there - w[side][:, None, None]
        size = np.where(w[side] > 0, w[side], 1.0)[:, None, None]
        own = there * (values - r[side][:, None, None]) / size * (w[side] > 0)[:, None, None]
        all_of_it = (values - whole[side])[None, None, :]
        rate = share * (r[1] - r[0])[:, None, None] / 2
        rate = rate + np.where(both, sign * own * ((w[0] + w[1]) / 2)[:, None, None], 0.0)
        # A segment on one side only lends its NPS to the other side: it counts twice in their mean.
        step = (w[1] - w[0])[:, None, None] / 2
        mix = sign * share * centre[:, None, None] + step * (np.where(both, own, 2 * own) - all_of_it)
        kinds, counts = sides[side]
        chance = counts / totals[side]
        for kind, influence in enumerate((rate, mix)):
            each = kinds @ np.concatenate([influence, influence.sum(axis=0, keepdims=True)])
            variances[kind] += (chance * each**2).sum(axis=(1, 2)) / totals[side]
    return tuple(100 * np.sqrt(variance) for variance in variances)
