"""Segments: how the values of an attribute differ, and which of them beyond chance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.compare.difference import Difference, difference, holm, p_values
from nps_core.filters import NO_VALUE
from nps_core.formatting import lowered
from nps_core.score.estimate import LEVEL, MIN_READABLE, Estimate, estimate
from nps_core.segments.result import Cross, Segments, Standout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray
    from nps_core.counts.selection import Table
    from nps_core.scope import Scope


def find_segments(scope: Scope, attribute: str, *, level: float = LEVEL) -> Segments:
    """The segments of an attribute: NPS, interval, and difference from the rest.

    Parameters
    ----------
    scope
        What is looked at.
    attribute
        One of the survey's attributes, or "account".
    level
        The level of the intervals and of the flags.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    table = scope.counts.by(attribute)
    counts, labels = table.counts, np.array(table.labels, dtype=object)
    some = counts.any(axis=1)
    counts, labels = counts[some], labels[some]
    named = labels != NO_VALUE
    score = estimate(*counts.T, level=level)
    away = _from_rest(score, counts, named, level)
    adjusted = holm(np.where(named, away.p_value, np.nan))
    order = np.lexsort((labels.astype(str), -np.asarray(score.nps), ~named))
    n = counts.sum(axis=1)
    return Segments(
        attribute=attribute,
        labels=tuple(labels[order]),
        estimate=score[order],
        difference=away[order],
        p_adjusted=adjusted[order],
        beyond_chance=(adjusted < 1 - level)[order],
        n=n[order],
        share=(n / max(n.sum(), 1))[order],
        level=level,
        caption=replace(scope.caption, subtitle=f"NPS by {lowered(attribute)} · {scope.words}"),
    )


def cross_segments(scope: Scope, a: str, b: str, *, level: float = LEVEL) -> Cross:
    """NPS of every pair of values of two attributes, in the order of the attributes' values.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.
    """
    labels_a, labels_b, counts = scope.counts.by2(a, b)
    rows, columns = counts.any(axis=(1, 2)), counts.any(axis=(0, 2))
    counts = counts[rows][:, columns]
    n = counts.sum(axis=2)
    shown_a, shown_b = np.array(labels_a, dtype=object)[rows], np.array(labels_b, dtype=object)[columns]
    adjusted = _cells_apart(counts, np.outer(shown_a != NO_VALUE, shown_b != NO_VALUE))
    return Cross(
        a=a,
        b=b,
        labels_a=tuple(shown_a),
        labels_b=tuple(shown_b),
        estimate=estimate(counts[..., 0], counts[..., 1], counts[..., 2], level=level),
        n=n,
        too_few=n < MIN_READABLE,
        p_adjusted=adjusted,
        beyond_chance=np.nan_to_num(adjusted, nan=1.0) < 1 - level,
        caption=scope.caption,
    )


def find_standouts(
    scope: Scope,
    *,
    attributes: Sequence[str] | None = None,
    level: float = LEVEL,
) -> tuple[Standout, ...]:
    """The segments of all attributes that differ from the rest beyond chance, farthest from it first.

    One family: p-values are adjusted (Holm) for every segment of every attribute that is looked at, so a
    survey without any difference shows a standout in at most one case of twenty. Not looked at are
    `NO_VALUE`, segments with fewer than `MIN_READABLE` responses, attributes with a single value, and an
    attribute that the filters narrow to a single value.

    Parameters
    ----------
    scope
        What is looked at.
    attributes
        Which attributes; all of the survey's when not given.
    level
        The level of the intervals and of "beyond chance".

    Returns
    -------
    tuple of Standout
        By the size of the difference, greatest first; of the weakest and the strongest segment whichever is
        farther from the rest comes first. Take those with `difference.points` < 0 for the weakest.
    """
    names = scope.survey.attributes if attributes is None else attributes
    tables = [(name, scope.counts.by(name)) for name in names]
    family = [(name, label, ours, rest) for name, table in tables for label, ours, rest in _testable(table)]
    if not family:
        return ()
    ours, rests = (np.array([member[side] for member in family]).T for side in (2, 3))
    adjusted = holm(p_values(tuple(ours), tuple(rests)))
    found = np.flatnonzero(adjusted < 1 - level)
    if not len(found):
        return ()
    ours, rests = ours[:, found], rests[:, found]
    score, rest = estimate(*ours, level=level), estimate(*rests, level=level)
    away = difference(score, rest, level=level)
    happy, neutral, unhappy = ours + rests
    whole = 100 * (happy - unhappy) / (happy + neutral + unhappy)
    return tuple(
        Standout(
            attribute=family[found[place]][0],
            label=family[found[place]][1],
            estimate=score[place],
            difference=away[place],
            p_adjusted=float(adjusted[found[place]]),
            pull=float(whole[place] - rest.nps[place]),
            without=float(rest.nps[place]),
        )
        for place in np.argsort(-np.abs(away.points), kind="stable")
    )


def _cells_apart(counts: CountArray, named: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Adjusted p-value of each cell against all the others; NaN where it is not tested."""
    whole = counts[named].sum(axis=0)
    rest = whole - counts
    tested = named & (counts.sum(axis=2) >= MIN_READABLE) & (rest.sum(axis=2) >= MIN_READABLE)
    found = np.full(named.shape, np.nan)
    if tested.any():
        ours, others = counts[tested], rest[tested]
        found[tested] = holm(p_values(tuple(ours.T), tuple(others.T)))
    return found


def _from_rest(score: Estimate, counts: CountArray, named: NDArray[np.bool_], level: float) -> Difference:
    """Each segment less the rest; what has no value is part of no rest, and has none."""
    rest = counts[named].sum(axis=0) - counts
    rest[~named] = 0
    return difference(score, tuple(rest.T), level=level)


def _testable(table: Table) -> list[tuple[str, CountArray, CountArray]]:
    """Label, counts, and counts of the rest, of each segment worth testing."""
    named = [place for place, label in enumerate(table.labels) if label != NO_VALUE]
    counts = table.counts[named]
    rests = counts.sum(axis=0) - counts
    enough = np.minimum(counts.sum(axis=1), rests.sum(axis=1)) >= MIN_READABLE
    return [(table.labels[named[row]], counts[row], rests[row]) for row in np.flatnonzero(enough)]
