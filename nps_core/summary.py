"""The answer in one piece: the score, its change, who stands out, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.charts.caption import NO_CAPTION, Caption
from nps_core.drivers.measures import summarize_measures
from nps_core.formatting import format_nps
from nps_core.scope import Scope
from nps_core.score.chart import groups_chart
from nps_core.score.estimate import estimate
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import find_standouts
from nps_core.survey import GROUPS, Survey
from nps_core.trends.trend import find_trend

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nps_core.charts.spec import Chart
    from nps_core.drivers.measures import MeasureResult
    from nps_core.score.estimate import Estimate
    from nps_core.segments.result import Standout
    from nps_core.trends.result import Trend

_QUARTERS_FROM, _MONTHS_FROM = 270, 45  # days of responses that make three quarters, or two months


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
        By quarter, month or week, whichever the dates have several of; None without dates.
    standouts
        The segments beyond chance, the strongest difference first; of an attribute with two values the
        lower one only.
    measures
        CSAT and CES, each in its own unit.
    title, sentences
        The answer in words: the score; then its change and the segments that stand out.
    caption
        What was looked at, in words, for its chart.
    """

    estimate: Estimate
    histogram: Sequence[float]
    trend: Trend | None
    standouts: tuple[Standout, ...]
    measures: tuple[MeasureResult, ...]
    title: str
    sentences: tuple[str, ...]
    caption: Caption = NO_CAPTION

    def chart(self, *, subtitle: str | None = None, source: str | None = None) -> Chart:
        """The three groups as one bar of whole percents."""
        subtitle, source = self.caption.unless(subtitle, source)
        return groups_chart(self.estimate.groups, subtitle=subtitle, source=source)

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
    score = estimate(*counts.groups())
    over_time = find_trend(scope, usual_period(scope))
    found = _without_mirrors(find_standouts(scope))
    dated = over_time if over_time.latest is not None else None
    return Overview(
        estimate=score,
        histogram=[] if scope.survey.scale.words else [float(count) for count in counts.histogram()],
        trend=dated,
        standouts=found,
        measures=summarize_measures(scope),
        title=_headline(score, scope.filters.groups),
        sentences=_sentences(dated, found),
        caption=scope.caption,
    )


def nps_of(scope: Scope) -> Estimate:
    """The NPS of what the filters leave, with its interval.

    Raises
    ------
    FilterError
        The filters name an attribute that the survey does not have.
    """
    return estimate(*scope.counts.groups())


def usual_period(scope: Scope) -> str:
    """The period that a review of these dates would use: "quarter", "month" or "week"."""
    span = scope.with_filters(groups=(), attributes=(), text="").counts.span
    if span is None:
        return "quarter"
    days = (span[1] - span[0]).days
    if days >= _QUARTERS_FROM:
        return "quarter"
    return "month" if days >= _MONTHS_FROM else "week"


def _without_mirrors(found: tuple[Standout, ...]) -> tuple[Standout, ...]:
    """Of an attribute with two values, one says all: the upper side is the lower one's mirror image."""
    low = {(one.attribute, round(-one.difference.points, 6)) for one in found if one.difference.points < 0}
    return tuple(one for one in found if (one.attribute, round(one.difference.points, 6)) not in low)


def _headline(score: Estimate, picked: tuple[str, ...]) -> str:
    if not score.n:
        return "No responses to compute an NPS from"
    if 0 < len(set(picked)) < len(GROUPS):
        # Whoever picks by the score picks the NPS: no interval around it says anything of those who could answer.
        named = " and ".join(f"{group}s" for group in picked)
        return f"Only {named} are shown, so the NPS of {format_nps(float(score.nps))} is not that of all"
    low, high = format_nps(float(score.low)), format_nps(float(score.high))
    return f"NPS is {format_nps(float(score.nps))}, between {low} and {high} with 95% certainty"


def _sentences(over_time: Trend | None, found: tuple[Standout, ...]) -> tuple[str, ...]:
    said = [*over_time.sentences] if over_time and over_time.change is not None else []
    below = [standout for standout in found if standout.difference.points < 0]
    # The other side of the same attribute says the same thing again.
    named = {standout.attribute for standout in below[:1]}
    above = [
        standout for standout in found if standout.difference.points > 0 and standout.attribute not in named
    ]
    said.extend(standout_sentence(standout) for standout in (*below[:1], *above[:1]))
    return tuple(said)
