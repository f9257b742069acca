"""What goes with the score, and how well is it answered?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import (
    filter_choices,
    find_attribute_effects,
    find_drivers,
    find_like_for_like,
    summarize_measures,
)
from nps_core.drivers.relative_weights import find_relative_weights
from nps_core.drivers.result import drivers_title
from pages.ui import cards, draw, marks, tables
from pages.ui.text import answer, empty, findings, heading, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nps_core import Scope, Survey
    from nps_core.charts.spec import Chart
    from pages.ui.marks import Mark


def fills(survey: Survey) -> bool:
    """Whether a survey has questions or attributes that could go with the score."""
    return bool(survey.mapping.csat or survey.mapping.ces or filter_choices(survey).attributes)


def show(scope: Scope) -> None:
    """Draw the questions and attributes that go with the score."""
    # What takes longest comes before anything is drawn: what was there before would move up under it, and wait.
    found, spreads = find_drivers(scope), find_attribute_effects(scope)
    alike, weights = find_like_for_like(scope), find_relative_weights(scope)
    if not found and not spreads and fills(scope.survey):
        answer("Too few responses to set anything beside the score")
        empty(
            "None of the questions and attributes can be told from chance here.", "Widen the filters, if any."
        )
        return
    answer(drivers_title(found, spreads))
    if not found and not spreads:
        empty(
            "Drivers need a CSAT or CES question, or a column such as persona, plan or region.",
            "If the file has one, give it a role under “Data”.",
        )
        return
    if found:
        findings([sentence for sentence in found.sentences if sentence != found.weakest])
        if len(found) > 1:  # one question is beside no other
            _chart(scope, found.chart(), "drivers", rows=marks.of_questions(scope))
        st.space("small")
        heading("How each is answered", scope.words)
        findings([found.weakest] if found.weakest else [])
        cards.measures(summarize_measures(scope))
    if weights:
        said = " ".join(weights.sentences)
        _part(
            scope,
            weights.chart(alike.steps),
            weights.title,
            "weights",
            said=said,
            rows=marks.of_questions(scope),
        )
    if spreads:
        title = "Attributes by how far their segments are apart, beyond what chance does"
        said = " ".join(spreads.sentences)
        rows = marks.of_attributes(one.attribute for one in spreads)
        _part(scope, spreads.chart(), title, "spreads", said=said, table=False, rows=rows)
    if alike.segments:
        drawn, said = alike.chart(), " ".join(alike.sentences)
        rows = marks.of_segments(((one.name, one.label) for one in alike.segments), drawn.categories)
        _part(scope, drawn, alike.title, "alike", said=said, rows=rows)


def _part(
    scope: Scope,
    drawn: Chart,
    title: str,
    key: str,
    *,
    rows: Mapping[str, Mark],
    said: str = "",
    table: bool = True,
) -> None:
    st.space("small")
    heading(title, scope.words)
    if said:
        say(said, "plain")
    _chart(scope, drawn, key, rows=rows, table=table)


def _chart(scope: Scope, drawn: Chart, key: str, *, rows: Mapping[str, Mark], table: bool = True) -> None:
    draw.chart(drawn, scope, key=key, title=False, about=(drawn.subtitle,), rows=rows)
    if table:
        tables.folded(drawn, tables.NPS, key=key)
