"""Drivers: what goes with the score, and how well is it answered?"""

import streamlit as st

from nps_core import (
    attribute_spreads,
    driver_sentences,
    drivers,
    drivers_title,
    measures,
    quadrant_chart,
    spread_chart,
    spread_sentence,
)
from pages.ui import cards, draw, session, tables
from pages.ui.text import answer, empty, findings, heading, say

scope = session.current()
found, spreads = drivers(scope), attribute_spreads(scope)

answer(drivers_title(found, spreads))
if not found and not spreads:
    empty(
        "Drivers need a CSAT or CES question, or a column such as persona, plan or region.",
        "If the file has one, give it a role under “Your file”.",
    )
    st.stop()

if found:
    findings(driver_sentences(found))
    st.space("small")
    cards.measures(measures(scope))
    st.space("small")
    drawn = quadrant_chart(found, subtitle=scope.words, source=scope.source)
    heading("Questions by importance and performance", drawn.subtitle)
    draw.chart(drawn, scope.filters, key="drivers", title=False)
    tables.folded(drawn, tables.NPS, key="drivers")

if spreads:
    st.space("small")
    heading("Attributes by how far their segments are apart", "beyond what chance does")
    say(spread_sentence(spreads), "plain")
    drawn = spread_chart(spreads, subtitle=scope.words, source=scope.source)
    draw.chart(drawn, scope.filters, key="spreads", title=False)
