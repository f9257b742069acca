"""Trends: is the score moving by more than chance?"""

import streamlit as st

from nps_core import rolling, trend, trend_chart, trend_sentence, trend_title, usual_period, view
from pages.ui import draw, session
from pages.ui.text import answer, empty, say

PERIODS = {"week": "Week", "month": "Month", "quarter": "Quarter", "rolling": "Rolling 90 days"}

survey, filters = session.current()
shown = view(survey, filters)

if not shown.first:
    answer("These responses have no dates")
    empty("A trend needs a date column.", "If the file has one, name it under “Your file”.")
    st.stop()

top = st.container()
picked = st.segmented_control(
    "Period", list(PERIODS), default=usual_period(survey, filters), format_func=PERIODS.get, key="trends.period",
    required=True, label_visibility="collapsed",
)  # fmt: skip
found = rolling(survey, 90, filters) if picked == "rolling" else trend(survey, picked, filters)

with top:
    answer(trend_title(found))
    if moved := trend_sentence(found):
        say(moved, "finding")
    if found.undated:
        say(f"{found.undated:,} of these responses have no date and are not drawn.")
drawn = trend_chart(found, subtitle=shown.words, source=shown.source)
draw.chart(drawn, filters, key="trend", title=False)
st.space("small")
draw.table(drawn.table.iloc[::-1], key="trend", columns=draw.nps_columns(), alt=drawn.alt)
