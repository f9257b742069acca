"""Compare: how do two periods or groups differ, could it be seen, and where does the difference stand?"""

import streamlit as st

from nps_core import (
    compare_sides,
    comparison_sentence,
    comparison_title,
    comparison_words,
    filter_choices,
    moved,
    moved_sentences,
    planner_sentence,
    short,
    sides_chart,
    sides_distribution_chart,
    spans,
    view,
    visible_sentence,
    waterfall_chart,
    where_to_look,
)
from pages.ui import draw, session, sides
from pages.ui.text import answer, empty, findings, heading, say

survey, filters = session.current()
shown = view(survey, filters)
names = [choice.name for choice in filter_choices(survey).attributes]

if not names and not spans(survey):
    answer("This file has nothing to compare by")
    empty(
        "Two sides need dates, or a column such as persona, plan or region.",
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
draw.chart(sides_chart(found, subtitle=words, source=shown.source), filters, key="compare", title=False)

st.space("small")
left, right = st.columns([3, 2], gap="large")
with left:
    if found.a.histogram or found.b.histogram:
        answers = sides_distribution_chart(found, survey.scale, subtitle=words, source=shown.source)
        draw.chart(answers, filters, key="compare-answers")
with right:
    heading("Could we have seen it?")
    say(visible_sentence(found), "plain")
    points = st.number_input(
        "Plan for ± points", min_value=1, max_value=50, value=5, key="compare.points", width=160
    )
    say(planner_sentence(found, points), "plain")

others = [name for name in names if name != by]
if others:
    st.space("small")
    place = st.container()
    first = others.index(where_to_look(survey, others, found))
    attribute = st.selectbox(
        "Take apart by", others, index=first, format_func=short, key=f"compare.why.{words}", width=280
    )
    apart = moved(survey, attribute, found, looks=len(others))
    if apart is None:
        place.empty()
    else:
        drawn = waterfall_chart(apart, subtitle=words, source=shown.source)
        with place:
            heading("Where the difference stands", drawn.title)
            findings(moved_sentences(apart))
        draw.chart(drawn, filters, key="compare-why", title=False)
        with st.expander("The parts as a table"):
            draw.table(drawn.table, key="compare-why", columns=draw.nps_columns(), alt=drawn.alt)
