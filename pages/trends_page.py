"""Trends: is the score moving by more than chance?"""

import streamlit as st

from nps_core import (
    early_warning,
    rolling,
    trend,
    trend_sentence,
    trend_title,
    trend_visible_sentence,
    usual_period,
    view,
    watch_sentence,
    with_actions,
    with_aims,
    with_alerts,
)
from pages.ui import actions, aims, draw, session, tables
from pages.ui.text import answer, empty, findings, heading, say

PERIODS = {"week": "Week", "month": "Month", "quarter": "Quarter", "rolling": "Rolling 90 days"}

survey, filters = session.current()
shown = view(survey, filters)

if not shown.first:
    answer("These responses have no dates")
    empty("A trend needs a date column.", "If the file has one, name it under “Your file”.")
    st.stop()

top = st.container()
picked = st.segmented_control(
    "Period", list(PERIODS), default=usual_period(survey, filters), format_func=PERIODS.__getitem__, key="trends.period",
    required=True, label_visibility="collapsed",
)  # fmt: skip
found = rolling(survey, 90, filters) if picked == "rolling" else trend(survey, picked, filters)
# Quarters are too few to learn a baseline from, and rolling windows share responses.
unit = "week" if picked == "week" else "month"
held = f"trends.baseline.{survey.digest}"  # typed in for this survey, and for no other
watch = early_warning(survey, unit, filters, baseline=st.session_state.get(held))
did = actions.current(survey)

with top:
    answer(trend_title(found))
    findings([sentence for sentence in (trend_sentence(found), watch_sentence(watch)) if sentence])
    if found.undated:
        say(f"{found.undated:,} of these responses have no date and are not drawn.")
drawn = found.chart(subtitle=shown.words, source=shown.source)
drawn = with_aims(with_actions(with_alerts(drawn, watch), did), aims.current())
draw.chart(drawn, filters, key="trend", title=False)
if seen := trend_visible_sentence(found):
    st.space("small")
    heading("How small a change could show?")
    say(seen, "plain")
with st.expander("How the early warning works"):
    say(watch.rule, "plain")
    st.number_input(
        "Baseline to hold", min_value=-100.0, max_value=100.0, value=None, step=1.0, format="%.0f", key=held,
        placeholder="learned", width=180, help="A fall is measured from it in all periods. Left blank, it is learned from the first ones.",
    )  # fmt: skip

st.space("small")
actions.show(survey, filters, did)

tables.folded(drawn, tables.NPS, key="trend", backwards=True)
