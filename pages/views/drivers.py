"""What goes with the score, and how well is it answered?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import find_attribute_effects, find_drivers, find_like_for_like, summarize_measures
from nps_core.drivers.relative_weights import find_relative_weights
from nps_core.drivers.sentences import drivers_title
from pages.ui import cards, draw, marks, tables
from pages.ui.text import answer, empty, findings, heading, say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Scope
    from nps_core.charts.spec import Chart
    from pages.ui.marks import Mark


def show(scope: Scope, _line: DeltaGenerator) -> None:
    """Draw the questions and attributes that go with the score."""
    found, spreads = find_drivers(scope), find_attribute_effects(scope)
    answer(drivers_title(found, spreads))
    if not found and not spreads:
        empty(
            "Drivers need a CSAT or CES question, or a column such as persona, plan or region.",
            "If the file has one, give it a role under “Data”.",
        )
        return
    alike, weights = find_like_for_like(scope), find_relative_weights(scope)
    if found:
        findings(found.sentences)
        st.space("small")
        cards.measures(summarize_measures(scope))
        questions = marks.of_questions(scope)
        _part(scope, found.chart(), "Questions by importance and performance", "drivers", rows=questions)
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
    heading(title, drawn.subtitle)
    if said:
        say(said, "plain")
    draw.chart(drawn, scope, key=key, title=False, rows=rows)
    if table:
        tables.folded(drawn, tables.NPS, key=key)
