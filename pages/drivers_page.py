"""Drivers: what goes with the score, and how well is it answered?"""

import streamlit as st

from nps_core import (
    attribute_spreads,
    driver_sentences,
    drivers,
    drivers_title,
    measures,
    spread_sentence,
    view,
)
from pages.ui import cards, draw, session, tables
from pages.ui.text import answer, empty, findings, heading, say

survey, filters = session.current()
shown = view(survey, filters)
found, spreads = drivers(survey, filters), attribute_spreads(survey, filters)

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
    cards.measures(measures(survey, filters))
    st.space("small")
    drawn = found.chart(subtitle=shown.words, source=shown.source)
    heading("Questions by importance and performance", drawn.subtitle)
    draw.chart(drawn, filters, key="drivers", title=False)
    tables.folded(drawn, tables.NPS, key="drivers")

if spreads:
    st.space("small")
    heading("Attributes by how far their segments are apart", "beyond what chance does")
    say(spread_sentence(spreads), "plain")
    drawn = spreads.chart(subtitle=shown.words, source=shown.source)
    draw.chart(drawn, filters, key="spreads", title=False)
