"""What a report says of the other questions of a survey: satisfaction, effort, and what of it goes with the score."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.drivers.drivers import find_drivers
from nps_core.drivers.measure_groups import METHOD, find_measure_segments, find_measure_trend
from nps_core.drivers.measures import measure_words
from nps_core.errors import ReportError
from nps_core.filters import filter_choices
from nps_core.formatting import format_count, in_title, short
from nps_core.report.common import CHANCE_METHOD, NOT_A_CAUSE, chart_part, sentences
from nps_core.report.model import Part
from nps_core.trends.marks import with_days
from nps_core.user_text import plain

if TYPE_CHECKING:
    from nps_core.charts.spec import Chart
    from nps_core.report.context import ReportContext
    from nps_core.survey import Measure

_NO_CLAIM = "The intervals stand for themselves: this report does not test whether any two of them differ."


def measures_part(context: ReportContext, _: str) -> Part | str:
    """CSAT and CES, each in its own unit with its interval."""
    found = context.overview.measures
    if not found:
        return "The file has no CSAT or CES question."
    rows = tuple(
        (plain(one.column), one.kind.upper(), *measure_words(one), format_count(one.n)) for one in found
    )
    first = found[0]
    title = (
        f"{measure_words(first)[0]} {'are satisfied' if first.kind == 'csat' else 'is the mean'}:"
        f" {plain(in_title(first.column))}"
    )
    return Part(
        key="measures",
        title=title,
        subtitle=plain(context.scope.words),
        table=Table(("question", "kind", "value", "95% interval", "n"), ("text",) * 5, rows),
        notes=tuple(METHOD[kind] for kind in dict.fromkeys(one.kind for one in found)),
        alt=f"{title}.",
        source=plain(context.scope.source),
    )


def measure_trend_part(context: ReportContext, column: str) -> Part | str:
    """A CSAT or CES question by period over the whole history, the days that are looked at marked."""
    _known(context, column)
    if context.trend is None:
        return "These responses have no dates: nothing of CSAT and CES can be drawn over time."
    seen = find_measure_trend(context.history, column)
    if seen.previous is None:
        return f"There are no two periods with answers to “{plain(short(column))}”."
    return _measured("over time", with_days(seen.chart(), context.scope), seen.measure)


def measure_segments_part(context: ReportContext, column: str) -> Part | str:
    """A CSAT or CES question by the attribute that stands out first by its NPS, else the first that has segments."""
    _known(context, column)
    names = [choice.name for choice in filter_choices(context.scope.survey).attributes]
    picked = [one.attribute for one in context.overview.standouts]
    open_ones = [name for name in names if len(context.scope.filters.values_of(name)) != 1]
    by = next(iter((*picked, *open_ones)), None)
    if by is None:
        return "The file has no attribute by which CSAT and CES could be told apart."
    found = find_measure_segments(context.scope, column, by)
    if not found.labels:
        return f"Nobody of these answered “{plain(short(column))}”."
    return _measured("by segment", found.chart(), found.measure)


def _known(context: ReportContext, column: str) -> None:
    names = [one.column for one in context.scope.survey.measures]
    if column not in names:
        raise ReportError(
            f"The survey has no CSAT or CES question “{plain(short(column))}”.",
            hint=f"It has {', '.join(plain(short(name)) for name in names) or 'none'}.",
        )


def _measured(key: str, chart: Chart, measure: Measure) -> Part:
    part = chart_part(key, chart)
    return replace(part, notes=(METHOD[measure.kind], _NO_CLAIM, plain(chart.source)))


def drivers_part(context: ReportContext, _: str) -> Part | str:
    """How far apart the NPS of those who answer a question well is from that of the rest, beside how many do."""
    found = find_drivers(context.scope)
    if not found:
        return "The file has no CSAT or CES question, so nothing can be said about what goes with the score."
    if all(math.isnan(one.effect.points) for one in found):
        return (
            "No question has answers at its good end and others, so nothing can be said about what goes with"
            " the score."
        )
    chart = found.chart()
    part = chart_part("drivers", chart)
    return replace(
        part,
        bullets=sentences(found.sentences),
        notes=(*part.notes, CHANCE_METHOD, NOT_A_CAUSE),
    )
