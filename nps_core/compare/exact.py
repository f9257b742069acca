"""The arithmetic of a change taken apart: parts in fractions, and whole points that add up."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

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
