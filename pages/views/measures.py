"""CSAT/CES: how is one of the other questions answered, over time and by segment?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import filter_choices, overview, summarize_measures, usual_period
from nps_core.drivers.measure_groups import find_measure_segments, find_measure_trend
from nps_core.drivers.measures import measure_words
from nps_core.formatting import apart, in_title, short
from pages.ui import choices, draw, looks, marks, tables
from pages.ui.text import answer, empty, findings, heading, say

if TYPE_CHECKING:
    from nps_core import Scope, Survey

_PERIODS = {"week": "by week", "month": "by month", "quarter": "by quarter"}


def fills(survey: Survey) -> bool:
    """Whether a survey has a CSAT or CES question."""
    return bool(survey.measures)


def show(scope: Scope) -> None:
    """Draw one question over time and by segment."""
    questions = [one.column for one in scope.survey.measures]
    if not questions:
        answer("This file has no CSAT or CES question")
        empty(
            "Satisfaction and effort are questions of their own, beside the recommend question.",
            "If the file has one, name it under “Data”.",
        )
        return
    names = apart(questions)
    line = choices.line()
    column = choices.one(
        line.selectbox,
        "Question",
        questions,
        key="measures.of",
        default=questions[0],
        format_func=names.__getitem__,
        label_visibility="collapsed",
        width=380,
    )
    attributes = [choice.name for choice in filter_choices(scope.survey).attributes]
    period = by = None
    if scope.first:
        period = choices.one(
            line.selectbox,
            "Period",
            list(_PERIODS),
            key="measures.period",
            default=usual_period(scope),
            format_func=_PERIODS.__getitem__,
            label_visibility="collapsed",
            width=150,
        )
    if attributes:
        found = overview(scope).standouts
        by = choices.one(
            line.selectbox,
            "Segments",
            attributes,
            key="measures.by",
            default=found[0].attribute if found else attributes[0],
            format_func=lambda name: f"and by {short(name)}",
            label_visibility="collapsed",
            width=240,
        )
    if period:
        _over_time(scope, column, period)
    else:
        whole = next(one for one in summarize_measures(scope) if one.column == column)
        answer(f"{' '.join(measure_words(whole))}: {in_title(column)}")
    if by:
        _by_segment(scope, column, by)


def _over_time(scope: Scope, column: str, period: str) -> None:
    trend = find_measure_trend(scope, column, period)
    answer(trend.title)
    findings(trend.sentences)
    drawn = trend.chart()
    draw.chart(drawn, scope, key="measure-trend", title=False, rows=marks.of_trend(trend.periods))
    tables.folded(drawn, tables.MEASURES, key="measure-trend", backwards=True)


def _by_segment(scope: Scope, column: str, attribute: str) -> None:
    found = find_measure_segments(scope, column, attribute)
    st.space("small")
    heading(found.title, scope.words)
    findings(found.sentences)
    say(looks.count(scope, (column, attribute)), "plain")
    drawn = found.chart()
    draw.chart(
        drawn,
        scope,
        key="measure-segments",
        title=False,
        rows=marks.of_values(attribute, found.labels),
    )
    tables.folded(drawn, tables.MEASURES, key="measure-segments")
