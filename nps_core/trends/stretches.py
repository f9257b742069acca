"""Two selections side by side, where they may be the stretches that the story of the trend tells of."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.compare.groups import compare_sides
from nps_core.score.estimate import LEVEL
from nps_core.trends.story import find_story

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from nps_core.compare.comparison import Comparison, Span
    from nps_core.scope import Scope


def compare_groups(
    scope: Scope,
    a: Span,
    b: Span,
    *,
    attribute: str | None = None,
    values: tuple[Sequence[str], Sequence[str]] = ((), ()),
    level: float = LEVEL,
) -> Comparison:
    """Compare two selections: each a period, values of an attribute, or both.

    Parameters
    ----------
    scope
        What holds for both sides; its dates are narrowed by the sides' own.
    a, b
        The days of either side.
    attribute, values
        The attribute that sides are picked by, and the values of a and of b; () for all. When only `a` has
        values, `b` has the same ones if its days are others, and all the other values if they are not.
    level
        The level of the interval.

    Raises
    ------
    FilterError
        An attribute or a value that is not in the survey.

    Notes
    -----
    Sides that are the stretches which the story of the trend tells of were looked for, and a test of two given spans
    would be too sure of them: their difference has the story's interval.
    """
    found = compare_sides(scope, a, b, attribute, values, level)
    if not found.over_time or any(values) or level != LEVEL:
        return found
    story = find_story(scope)
    if story.sides is None or story.counted is None:
        return found
    sides = [_inside(scope, *story.days(*side)) for side in story.sides]
    if sides != [_inside(scope, side.since, side.until) for side in (a, b)]:
        return found
    told = story.counted
    change = replace(found.change, low=told.low, high=told.high, beyond_chance=told.beyond_chance)
    return replace(found, change=change, told=True, shape=None if told.beyond_chance else found.shape)


def _inside(scope: Scope, since: dt.date | None, until: dt.date | None) -> tuple[dt.date | None, ...]:
    """What a span is of the days that are looked at."""
    first, last = scope.counts.span or (None, None)
    return max(filter(None, (since, first)), default=None), min(filter(None, (until, last)), default=None)
