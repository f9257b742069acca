"""Drivers: what goes with the score, and how well is it answered?"""

import streamlit as st

from nps_core import find_attribute_effects, find_drivers, summarize_measures
from nps_core.drivers.sentences import drivers_title
from pages.ui import cards, draw, session, tables
from pages.ui.text import answer, empty, findings, heading, say

scope = session.current()
found, spreads = find_drivers(scope), find_attribute_effects(scope)

answer(drivers_title(found, spreads))
if not found and not spreads:
    empty(
        "Drivers need a CSAT or CES question, or a column such as persona, plan or region.",
        "If the file has one, give it a role under “Your file”.",
    )
    st.stop()

if found:
    findings(found.sentences)
    st.space("small")
    cards.measures(summarize_measures(scope))
    st.space("small")
    drawn = found.chart()
    heading("Questions by importance and performance", drawn.subtitle)
    draw.chart(drawn, scope.filters, key="drivers", title=False)
    tables.folded(drawn, tables.NPS, key="drivers")

if spreads:
    st.space("small")
    heading("Attributes by how far their segments are apart", "beyond what chance does")
    say(" ".join(spreads.sentences), "plain")
    drawn = spreads.chart()
    draw.chart(drawn, scope.filters, key="spreads", title=False)
