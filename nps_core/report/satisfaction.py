"""What a report says of the other questions of a survey: satisfaction, effort, and what of it goes with the score."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.drivers.drivers import find_drivers
from nps_core.drivers.measures import measure_words
from nps_core.formatting import format_count, in_title
from nps_core.report.common import CHANCE_METHOD, NOT_A_CAUSE, chart_part, sentences
from nps_core.report.model import Part
from nps_core.user_text import plain

if TYPE_CHECKING:
    from nps_core.report.context import ReportContext


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
        notes=("CSAT: share of the two best answers. CES: mean. Each with its 95% interval.",),
        alt=f"{title}.",
        source=plain(context.scope.source),
    )


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
