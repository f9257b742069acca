"""Compare: how do two periods or groups differ, could it be seen, and where does the difference stand?"""

import streamlit as st

from nps_core import (
    compare_sides,
    comparison_sentence,
    comparison_title,
    comparison_words,
    filter_choices,
    planner_sentence,
    view,
    visible_sentence,
)
from pages.ui import apart, draw, session, sides
from pages.ui.text import answer, empty, heading, say

survey, filters = session.current()
shown = view(survey, filters)
choices = filter_choices(survey)
names = [choice.name for choice in choices.attributes]

if not names and choices.first == choices.last:
    answer("This file has nothing to compare by")
    empty(
        "Two sides need responses of several days, or a column such as persona, plan or region.",
        "If the file has one, give it a role under “Your file”.",
    )
    st.stop()

top = st.container()
a, b, by, values = sides.pick(survey)
found = compare_sides(survey, a, b, filters, attribute=by, values=values)
words = comparison_words(found, filters)
with top:
    answer(comparison_title(found))
    say(comparison_sentence(found), "finding")
if found.shared:
    st.stop()

st.space("small")
draw.chart(found.chart(subtitle=words, source=shown.source), filters, key="compare", title=False)

st.space("small")
has_scores = found.a.histogram or found.b.histogram
left, right = st.columns([3, 2] if has_scores else [2, 1], gap="large")
if has_scores:
    with left:
        answers = found.answers_chart(survey.scale, subtitle=words, source=shown.source)
        draw.chart(answers, filters, key="compare-answers")
with right if has_scores else left:
    heading("How small a difference could show?")
    say(visible_sentence(found), "plain")
    points = st.number_input(
        "Plan for ± points", min_value=1, max_value=50, value=5, key="compare.points", width=160
    )
    say(planner_sentence(found, points), "plain")
    sides.same_people(survey, found)

apart.show(survey, filters, found, [name for name in names if name != by], words=words, source=shown.source)
