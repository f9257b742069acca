"""The trends of an attribute's segments side by side, their stories told together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.charts.axes import points_axis
from nps_core.filters import NO_VALUE
from nps_core.formatting import plural, short
from nps_core.score.estimate import LEVEL
from nps_core.trends.critical import FALSE_STORIES
from nps_core.trends.story import usual_period
from nps_core.trends.trend import find_trend

if TYPE_CHECKING:
    from nps_core.charts.spec import Chart
    from nps_core.scope import Scope
    from nps_core.trends.result import Trend

MOST_TRENDS = 6
"""Segments beside each other, the largest: more small charts than that nobody compares."""


@dataclass(frozen=True, eq=False)
class SegmentTrends:
    """A trend a segment, the largest first.

    Parameters
    ----------
    attribute, labels
        The attribute, and its segments.
    trends
        The trend of each.
    left_out
        Segments with fewer responses, which are not looked at.
    """

    attribute: str
    labels: tuple[str, ...]
    trends: tuple[Trend, ...]
    left_out: int = 0

    @property
    def charts(self) -> tuple[Chart, ...]:
        """A line a segment, all on one axis."""
        drawn = [trend.chart(counts=False) for trend in self.trends]
        titles = [trend.story.title for trend in self.trends]
        axis = points_axis([end for chart in drawn for end in chart.axis.reach])
        return tuple(
            replace(
                chart,
                title=f"{short(label)}: {title[0].lower()}{title[1:]}",
                name=f"{chart.name}-{number + 1}",
                axis=axis,
            )
            for number, (label, title, chart) in enumerate(zip(self.labels, titles, drawn, strict=True))
        )

    @property
    def sentences(self) -> tuple[str, ...]:
        """How they are corrected, and what is left out."""
        told = len(self.trends)
        together = (
            f"The stories of these {told} segments are told together: one such picture of twenty tells of a change"
            " where there is none."
        )
        left = f"{plural(self.left_out, 'smaller segment')} left out." if self.left_out else ""
        return tuple(filter(None, (together if told > 1 else "", left)))


def find_segment_trends(
    scope: Scope, attribute: str, period: str | None = None, *, level: float = LEVEL
) -> SegmentTrends:
    """The trends of the segments of an attribute, the six largest of them.

    Parameters
    ----------
    scope
        What is looked at.
    attribute
        One of the survey's attributes.
    period
        "week", "month" or "quarter"; the usual one of the scope when not given.

    Raises
    ------
    FilterError
        An attribute that the survey does not have.

    Notes
    -----
    The stories of k segments are told at .05 / k each, so that in one picture of twenty a change is told of a segment
    in which nothing changes (Bonferroni).
    """
    period = period or usual_period(scope)
    table = scope.counts.by(attribute)
    order = np.argsort(-table.n, kind="stable")
    some = [table.labels[place] for place in order if table.n[place] and table.labels[place] != NO_VALUE]
    kept = tuple(some[:MOST_TRENDS])
    return SegmentTrends(
        attribute,
        kept,
        tuple(
            find_trend(
                scope.with_attribute(attribute, (label,)),
                period,
                level=level,
                alpha=FALSE_STORIES / len(kept),
            )
            for label in kept
        ),
        len(some) - len(kept),
    )
