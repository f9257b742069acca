"""What the marks of a chart stand for, by the names that the chart has for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nps_core import Filters
from nps_core.drivers.measures import below_good_end
from nps_core.filters import NO_VALUE
from nps_core.formatting import short
from nps_core.user_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nps_core import Scope
    from nps_core.compare.comparison import Comparison
    from nps_core.segments.combination import Combination
    from nps_core.survey import Scale
    from nps_core.themes.changes import ThemeTrend
    from nps_core.trends.result import Trend

    Marks = dict[str, "Mark"]


@dataclass(frozen=True)
class Mark:
    """What a mark stands for: the responses that pass more filters, those about a theme, or those with a score.

    Parameters
    ----------
    name
        How it is called where it is picked.
    filters
        On top of those that hold.
    theme
        The number of a theme.
    score
        The score itself.
    attribute
        An attribute as a whole.
    said
        What the chart says of it.
    """

    name: str = ""
    filters: Filters = field(default_factory=Filters)
    theme: int | None = None
    score: int | None = None
    attribute: str = ""
    said: str = ""

    def with_column(self, other: Mark) -> Mark:
        """What a row and a column stand for together."""
        return replace(
            self,
            name=f"{self.name}, {other.name}",
            filters=self.filters.narrowed(other.filters),
            theme=self.theme if other.theme is None else other.theme,
        )


GROUPS = {
    f"{group}s": Mark(f"{group.title()}s", Filters(groups=(group,)))
    for group in ("detractor", "passive", "promoter")
}
"""Promoters, passives and detractors."""


def of_scores(scale: Scale) -> Marks:
    """The scores of a scale."""
    return {
        str(score): Mark(f"Score {score}", Filters(groups=(scale.group_of(score),)), score=score)
        for score in range(scale.low, scale.high + 1)
    }


def of_values(attribute: str, values: Iterable[str]) -> Marks:
    """The segments of an attribute."""
    return {plain(value): of_value(attribute, value) for value in values}


def of_value(attribute: str, value: str) -> Mark:
    """One segment of an attribute."""
    return Mark(f"{short(attribute)}: {short(value)}", Filters().with_attribute(attribute, [value]))


def of_segments(segments: Iterable[tuple[str, str]], names: Iterable[str]) -> Marks:
    """Segments of several attributes, by the names that a chart has for them."""
    return {
        name: of_value(attribute, value) for name, (attribute, value) in zip(names, segments, strict=False)
    }


def of_combination(found: Combination, scope: Scope) -> Marks:
    """A combination of two values, and the others of either."""
    (first, second), (a, b) = found.attributes, found.labels
    both = Filters().with_attribute(first, [a]).with_attribute(second, [b])
    other = [
        both.with_attribute(name, [one for one in scope.counts.labels(name) if one not in (value, NO_VALUE)])
        for name, value in ((second, b), (first, a))
    ]
    return {
        name: Mark(name, filters)
        for name, filters in zip(found.chart().categories, (both, *other), strict=True)
    }


def of_trend(trend: Trend) -> Marks:
    """The periods of a trend."""
    return {
        plain(label): Mark(label, Filters(since=first, until=last))
        for label, first, last in zip(trend.labels, *map(_days, (trend.starts, trend.ends)), strict=True)
    }


def of_theme_trend(trend: ThemeTrend, number: int) -> Marks:
    """The periods of a theme's trend."""
    starts = _days(trend.starts)
    ends = [*(day - dt.timedelta(days=1) for day in starts[1:]), None]
    return {
        plain(label): Mark(label, Filters(since=first, until=last), theme=number)
        for label, first, last in zip(trend.labels, starts, ends, strict=True)
    }


def of_sides(found: Comparison) -> Marks:
    """The two sides of a comparison."""
    return {
        plain(side.label): Mark(side.label, side.scope.filters)
        for side in (found.a, found.b)
        if side.scope is not None
    }


def of_themes(numbers: Iterable[tuple[str, int]]) -> Marks:
    """Themes, by their names as the chart has them."""
    return {plain(name): Mark(name.removeprefix("– "), theme=number) for name, number in numbers}


def of_questions(scope: Scope) -> Marks:
    """Questions: those who answered below the good end of each."""
    return {
        plain(one.column): Mark(f"{short(one.column)}: below its good end", below_good_end(scope, one))
        for one in scope.survey.measures
    }


def of_attributes(names: Iterable[str]) -> Marks:
    """Attributes as a whole."""
    return {plain(name): Mark(short(name), attribute=name) for name in names}


def of_everyone(names: Iterable[str]) -> Marks:
    """Ways of counting the same responses."""
    return {plain(name): Mark(name) for name in names}


def _days(days: object) -> list[dt.date]:
    found: list[dt.date] = days.astype("datetime64[D]").tolist()  # type: ignore[attr-defined] # of numpy
    return found
