"""Why two selections differ, said in words: which segments score otherwise, and how far it is who answered."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from nps_core.compare.contribution import Contributions, SegmentContribution
from nps_core.compare.decomposition import Decomposition, decompose, tables_between
from nps_core.compare.difference import Difference, difference, holm
from nps_core.compare.exact import round_to_sum
from nps_core.score.estimate import LEVEL, MIN_READABLE, Estimate, critical, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Counts: TypeAlias = NDArray[np.int64] | NDArray[np.float64]
    Scores: TypeAlias = tuple[Estimate, Estimate, Difference]

    from nps_core.compare.comparison import Comparison


def find_contributions(
    found: Comparison, attribute: str, *, looks: int = 1, level: float = LEVEL
) -> Contributions | None:
    """Take the difference of two sides apart by an attribute (Kitagawa; see `decompose`).

    Parameters
    ----------
    looks
        Attributes that this one was chosen among: a part must be as clear for all of them together.
    level
        The level of the intervals and of "beyond chance".

    Returns
    -------
    Moved or None
        None where there is no difference: a side is empty, or they share responses.

    Raises
    ------
    FilterError
        An attribute that is not in the survey.
    """
    return _all_moved(found, [attribute], looks, level)[0]


def _all_moved(
    found: Comparison, attributes: Sequence[str], looks: int, level: float = LEVEL
) -> list[Contributions | None]:
    """`find_contributions` by each of several attributes: the intervals of all their segments are found in one go."""
    before_scope, after_scope = found.b.scope, found.a.scope
    if not attributes or before_scope is None or after_scope is None or math.isnan(found.change.points):
        return [None] * len(attributes)
    sides = [tables_between(before_scope, after_scope, name) for name in attributes]
    before, after, own = _scores(
        (
            np.concatenate([first for _, first, _ in sides]),
            np.concatenate([second for _, _, second in sides]),
        ),
        level,
    )
    apart: list[Contributions | None] = []
    start = 0
    for attribute, (named, first, second) in zip(attributes, sides, strict=True):
        mine = slice(start, start := start + len(named))
        parts = decompose(first, second, named, level=level)
        scores = before[mine], after[mine], own[mine]
        apart.append(
            None if parts is None else _moved(attribute, parts, (first, second), scores, found, looks)
        )
    return apart


def contributions_of(
    attribute: str, parts: Decomposition, tables: tuple[Counts, Counts], found: Comparison, *, looks: int = 1
) -> Contributions:
    """The parts of a difference with the NPS of each segment on either side, and which are beyond chance.

    Parameters
    ----------
    parts
        The difference taken apart.
    tables
        Counts of the same segments before and after, shape (segments, 3). Where segments share responses they are
        sums of 1/m; judged by them a segment seems smaller than it is, so its flag errs on the side of chance.
    """
    return _moved(attribute, parts, tables, _scores(tables, parts.level), found, looks)


def _scores(tables: tuple[Counts, Counts], level: float) -> Scores:
    """The NPS of each segment before and after, and the difference."""
    before, after = (estimate(*side.T, level=level) for side in tables)
    return before, after, difference(after, before, level=level)


def _moved(
    attribute: str,
    parts: Decomposition,
    tables: tuple[Counts, Counts],
    scores: Scores,
    found: Comparison,
    looks: int,
) -> Contributions:
    first, second = tables
    before, after, own = scores
    flags = _flags(parts, np.minimum(first.sum(axis=1), second.sum(axis=1)), own, looks, parts.level)
    # The mix is shown as one step, so it is rounded as one: many small parts would round to nothing.
    shown = round_to_sum(
        [Fraction(value) for value in (*(part.rate for part in parts.parts), parts.mix)], parts.shown_total
    )
    segments = tuple(
        SegmentContribution(part, before[place], after[place], own[place], bool(flags[place]), shown[place])
        for place, part in enumerate(parts.parts)
    )
    return Contributions(
        attribute, parts, segments, bool(flags[-1]), found.change, shown[-1], caption=found.caption
    )


def most_telling_attribute(found: Comparison, attributes: Sequence[str]) -> str:
    """The attribute to start with: one of whose segments moved far more than its share of the responses.

    Of an attribute that nearly all have the same value of, that value would carry any difference. The first
    attribute where no segment is beyond chance.
    """

    def surprise(apart: Contributions | None) -> float:
        # Of an attribute that the filters leave one value of, there is nothing to see.
        several = apart is not None and len(apart.segments) > 1
        parts = [one for one in apart.segments if one.beyond_chance] if apart and several else []
        sizes = found.a.estimate.n + found.b.estimate.n
        shares = [(one.before.n + one.after.n) / sizes for one in parts]
        return max(
            (
                abs(one.part.rate - share * found.change.points)
                for one, share in zip(parts, shares, strict=True)
            ),
            default=0.0 if several else -1.0,
        )

    surprises = [surprise(apart) for apart in _all_moved(found, attributes, len(attributes))]
    return attributes[surprises.index(max(surprises))]


def _flags(
    parts: Decomposition, least: NDArray[Any], own: Difference, looks: int, level: float
) -> NDArray[np.bool_]:
    """Which segments changed beyond chance, and, last, whether the mix did; one family for Holm.

    A segment is judged by the test of its own NPS: the linearised interval of its part has no width where a
    few responses agree.
    """
    p_values = np.where(least >= MIN_READABLE, own.p_value, np.nan)
    error = parts.mix_error / float(critical(level))
    mix = math.erfc(abs(parts.mix) / error / math.sqrt(2)) if error > 0 else math.nan
    clear = [part.rate_low > 0 or part.rate_high < 0 for part in parts.parts]
    flags = np.nan_to_num(holm([*p_values, mix]), nan=1.0) * looks < 1 - level
    return np.asarray(flags & np.array([*clear, True]))
