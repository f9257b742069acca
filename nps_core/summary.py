"""The answer in one piece: the score, its story, who stands out, and what stands beside it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.charts.spec import NO_CAPTION, Caption
from nps_core.drivers.measures import summarize_measures
from nps_core.formatting import format_between
from nps_core.scope import Scope
from nps_core.score.chart import groups_chart
from nps_core.score.sample import nps_of
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import find_standouts, with_lately
from nps_core.survey import Survey
from nps_core.trends.trend import find_trend

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nps_core.charts.spec import Chart
    from nps_core.drivers.measures import MeasureResult
    from nps_core.score.estimate import Estimate
    from nps_core.segments.result import Standout
    from nps_core.trends.result import Trend
    from nps_core.trends.story_result import Story


@dataclass(frozen=True, eq=False)
class Overview:
    """What the first page says.

    Parameters
    ----------
    estimate
        The NPS with its interval and the three counts.
    histogram
        Responses per score from the lowest of the scale to the highest; empty for a file of group words.
    trend
        By quarter, month or week, whichever the dates have several of; None without dates, or with too few responses
        in each period.
    standouts
        The segments beyond chance, the strongest difference first; of an attribute with two values the
        lower one only, and of attributes that set the same people apart the first.
    measures
        CSAT and CES, each in its own unit.
    title
        The score in words.
    caption
        What was looked at, in words, for its chart.
    """

    estimate: Estimate
    histogram: Sequence[float]
    trend: Trend | None
    standouts: tuple[Standout, ...]
    measures: tuple[MeasureResult, ...]
    title: str
    caption: Caption = NO_CAPTION

    @property
    def story(self) -> Story | None:
        """What the whole span says, by the same periods as the trend; None without it."""
        return None if self.trend is None else self.trend.story

    @property
    def sentences(self) -> tuple[str, ...]:
        """The story and the level that holds now, then the segments that stand out."""
        story = self.story
        told = () if story is None else story.headline
        return (*told, *_standout_sentences(self.standouts))

    def chart(self) -> Chart:
        """The three groups as one bar of whole percents."""
        return groups_chart(self.estimate, subtitle=self.caption.subtitle, source=self.caption.source)

    def table(self) -> pd.DataFrame:
        """The groups with their responses and whole percents."""
        return self.chart().table


def overview(scope: Scope | Survey) -> Overview:
    """Compute the first page; of a survey, all of its responses.

    Raises
    ------
    FilterError
        The filters name an attribute that the survey does not have.
    """
    if isinstance(scope, Survey):
        scope = Scope(scope)
    counts = scope.counts
    over_time = find_trend(scope)  # first: who answered when tells who answered
    score = nps_of(scope)
    found = _once_each(find_standouts(scope))
    dated = over_time if over_time.latest is not None else None
    story = dated.story if dated else None
    if story is not None and story.began is not None:
        found = with_lately(found, scope, *story.began)
    return Overview(
        estimate=score,
        histogram=[] if scope.survey.scale.words else [float(count) for count in counts.histogram()],
        trend=dated,
        standouts=found,
        measures=summarize_measures(scope),
        title=_headline(score, scope.filters.groups),
        caption=scope.caption,
    )


def _once_each(found: tuple[Standout, ...]) -> tuple[Standout, ...]:
    """Without what says the same again: the upper one of an attribute's two values, a plan's name beside its code."""
    low = {(one.attribute, round(-one.difference.points, 6)) for one in found if one.difference.points < 0}
    kept = [one for one in found if (one.attribute, round(one.difference.points, 6)) not in low]
    first = {one.split: one for one in reversed(kept)}
    return tuple(one for one in kept if first[one.split] is one)


def _headline(score: Estimate, picked: tuple[str, ...]) -> str:
    if not score.n:
        return "No responses to compute an NPS from"
    nps = score.figure
    if math.isnan(score.low):
        # Whoever picks by the score picks the NPS: no interval around it says anything of those who could answer.
        named = " and ".join(f"{group}s" for group in picked) or "some of the groups"
        return f"Only {named} are shown, so the NPS of {nps} is not that of all"
    if score.few:
        return f"NPS is {nps}, from {score.size}, and no others"
    return f"NPS is {nps}, {format_between(float(score.low), float(score.high))} with 95% certainty"


def _standout_sentences(found: tuple[Standout, ...]) -> tuple[str, ...]:
    below = [standout for standout in found if standout.difference.points < 0]
    # The other side of the same attribute says the same thing again.
    named = {standout.attribute for standout in below[:1]}
    above = [
        standout for standout in found if standout.difference.points > 0 and standout.attribute not in named
    ]
    return tuple(standout_sentence(standout) for standout in (*below[:1], *above[:1]))
