"""Compare: how do two periods or groups differ, could it be seen, and where does the difference stand?"""

import streamlit as st

from nps_core import (
    compare_groups,
    filter_choices,
)
from pages.ui import comparison, decomposition, draw, session
from pages.ui.text import answer, empty, heading, say

scope = session.current()
choices = filter_choices(scope.survey)
names = [choice.name for choice in choices.attributes]

if not names and choices.first == choices.last:
    answer("This file has nothing to compare by")
    empty(
        "Two sides need responses of several days, or a column such as persona, plan or region.",
        "If the file has one, give it a role under “Your file”.",
    )
    st.stop()

top = st.container()
a, b, by, values = comparison.pick(scope)
found = compare_groups(scope, a, b, attribute=by, values=values)
with top:
    answer(found.title)
    say(found.verdict, "finding")
if found.shared:
    st.stop()

st.space("small")
draw.chart(found.chart(), scope.filters, key="compare", title=False)

st.space("small")
has_scores = found.a.histogram or found.b.histogram
left, right = st.columns([3, 2] if has_scores else [2, 1], gap="large")
if has_scores:
    with left:
        answers = found.answers_chart(scope.survey.scale)
        draw.chart(answers, scope.filters, key="compare-answers")
with right if has_scores else left:
    heading("How small a difference could show?")
    say(found.detectable, "plain")
    points = st.number_input(
        "Plan for ± points", min_value=1, max_value=50, value=5, key="compare.points", width=160
    )
    say(found.plan(points), "plain")
    comparison.same_people(found)

decomposition.show(scope, found, [name for name in names if name != by])
