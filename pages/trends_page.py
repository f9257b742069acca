"""Trends: is the score moving by more than chance?"""

import streamlit as st

from nps_core import find_rolling_trend, find_trend, usual_period, watch_trend
from nps_core.targets.marks import with_targets
from nps_core.trends.marks import with_actions, with_alerts
from pages.ui import actions, draw, session, tables, targets
from pages.ui.text import answer, empty, findings, heading, say

PERIODS = {"week": "Week", "month": "Month", "quarter": "Quarter", "rolling": "Rolling 90 days"}

scope = session.current()

if not scope.first:
    answer("These responses have no dates")
    empty("A trend needs a date column.", "If the file has one, name it under “Your file”.")
    st.stop()

top = st.container()
picked = st.segmented_control(
    "Period",
    list(PERIODS),
    default=usual_period(scope),
    format_func=PERIODS.__getitem__,
    key="trends.period",
    required=True,
    label_visibility="collapsed",
)
found = find_rolling_trend(scope, 90) if picked == "rolling" else find_trend(scope, picked)
# Quarters are too few to learn a baseline from, and rolling windows share responses.
unit = "week" if picked == "week" else "month"
held = f"trends.baseline.{scope.survey.digest}"  # typed in for this survey, and for no other
watch = watch_trend(scope, unit, baseline=st.session_state.get(held))
did = actions.current(scope.survey)

with top:
    answer(found.title)
    findings([sentence for sentence in (*found.sentences, *watch.sentences) if sentence])
    if found.undated:
        say(f"{found.undated:,} of these responses have no date and are not drawn.")
drawn = found.chart()
drawn = with_targets(with_actions(with_alerts(drawn, watch), did), targets.current())
draw.chart(drawn, scope.filters, key="trend", title=False)
if seen := found.detectable:
    st.space("small")
    heading("How small a change could show?")
    say(seen, "plain")
with st.expander("How the early warning works"):
    say(watch.rule, "plain")
    st.number_input(
        "Baseline to hold",
        min_value=-100.0,
        max_value=100.0,
        value=None,
        step=1.0,
        format="%.0f",
        key=held,
        placeholder="learned",
        width=180,
        help="A fall is measured from it in all periods. Left blank, it is learned from the first ones.",
    )

st.space("small")
actions.show(scope, did)

tables.folded(drawn, tables.NPS, key="trend", backwards=True)
