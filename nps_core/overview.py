"""The answer in one piece: the score, its change, who stands out, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from nps_core.counts.index import index_of
from nps_core.drivers.measures import measures
from nps_core.filters import Filters
from nps_core.score.estimate import estimate
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import standouts
from nps_core.survey import GROUPS
from nps_core.trends.result import trend_sentence
from nps_core.trends.trend import trend
from nps_core.words import format_nps

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.drivers.measures import MeasureResult
    from nps_core.score.estimate import Estimate
    from nps_core.segments.result import Standout
    from nps_core.survey import Survey
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
    headline, sentences
        The answer in words: the score; then its change and the segments that stand out.
    """

    estimate: Estimate
    histogram: Sequence[float]
    trend: Trend | None
    standouts: tuple[Standout, ...]
    measures: tuple[MeasureResult, ...]
    headline: str
    sentences: tuple[str, ...]


def overview(survey: Survey, filters: Filters = Filters()) -> Overview:  # noqa: B008 - a frozen value
    """Compute the first page.

    Raises
    ------
    FilterError
        The filters name an attribute that the survey does not have.
    """
    selection = index_of(survey).select(filters)
    score = estimate(*selection.groups())
    over_time = trend(survey, usual_period(survey, filters), filters)
    found = _without_mirrors(standouts(survey, filters))
    dated = over_time if over_time.latest is not None else None
    return Overview(
        estimate=score,
        histogram=[] if survey.scale.words else [float(count) for count in selection.histogram()],
        trend=dated,
        standouts=found,
        measures=measures(survey, filters),
        headline=_headline(score, filters.groups),
        sentences=_sentences(dated, found),
    )


def nps_of(survey: Survey, filters: Filters = Filters()) -> Estimate:  # noqa: B008 - a frozen value
    """The NPS of what the filters leave, with its interval.

    Raises
    ------
    FilterError
        The filters name an attribute that the survey does not have.
    """
    return estimate(*index_of(survey).select(filters).groups())


def usual_period(survey: Survey, filters: Filters = Filters()) -> str:  # noqa: B008 - a frozen value
    """The period that a review of these dates would use: "quarter", "month" or "week"."""
    span = index_of(survey).select(replace(filters, groups=(), attributes=(), text="")).span
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
    said = [trend_sentence(over_time)] if over_time and over_time.change is not None else []
    below = [standout for standout in found if standout.difference.points < 0]
    # The other side of the same attribute says the same thing again.
    named = {standout.attribute for standout in below[:1]}
    above = [
        standout for standout in found if standout.difference.points > 0 and standout.attribute not in named
    ]
    said.extend(standout_sentence(standout) for standout in (*below[:1], *above[:1]))
    return tuple(said)
