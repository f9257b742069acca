"""What a report says of the other questions of a survey: satisfaction, effort, and what of it goes with the score."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.charts.table import Table
from nps_core.drivers.drivers import drivers
from nps_core.drivers.measures import measure_words
from nps_core.drivers.sentences import driver_sentences
from nps_core.report.common import CHANCE_METHOD, NOT_A_CAUSE, chart_part, sentences
from nps_core.report.story import Part
from nps_core.user_text import plain
from nps_core.words import format_count, short

if TYPE_CHECKING:
    from nps_core.report.telling import Teller


def measures_part(teller: Teller, _: str) -> Part | str:
    """CSAT and CES, each in its own unit with its interval."""
    found = teller.overview.measures
    if not found:
        return "The file has no CSAT or CES question."
    rows = tuple(
        (plain(one.column), one.kind.upper(), *measure_words(one), format_count(one.n)) for one in found
    )
    first = found[0]
    title = f"{measure_words(first)[0]} {'are satisfied' if first.kind == 'csat' else 'is the mean'}: {plain(short(first.column))}"
    return Part(
        key="measures",
        title=title,
        subtitle=plain(teller.shown.words),
        table=Table(("question", "kind", "value", "95% interval", "n"), ("text",) * 5, rows),
        notes=("CSAT: share of the two best answers. CES: mean. Each with its 95% interval.",),
        alt=f"{title}.",
        source=plain(teller.shown.source),
    )


def drivers_part(teller: Teller, _: str) -> Part | str:
    """How far apart the NPS of those who answer a question well is from that of the rest, beside how many do."""
    found = drivers(teller.survey, teller.filters)
    if not found:
        return "The file has no CSAT or CES question, so nothing can be said about what goes with the score."
    if all(math.isnan(one.effect.points) for one in found):
        return "No question has answers at its good end and others, so nothing can be said about what goes with the score."
    chart = found.chart(subtitle=teller.shown.words, source=teller.shown.source)
    part = chart_part("drivers", chart)
    return replace(
        part,
        bullets=sentences(driver_sentences(found)),
        notes=(*part.notes, CHANCE_METHOD, NOT_A_CAUSE),
    )
