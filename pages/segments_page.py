"""Segments: who drags the score, who lifts it, and is it more than chance?"""

import streamlit as st

from nps_core import cross_segments, filter_choices, find_segments, overview
from nps_core.segments.sentences import shrink_segments, shrinkage_sentence
from nps_core.targets.marks import with_targets
from pages.ui import draw, opinions, session, tables, targets
from pages.ui.text import answer, empty, heading, say

scope = session.current()
found = overview(scope)
names = [choice.name for choice in filter_choices(scope.survey).attributes]

if not names:
    answer("This file has no attributes to compare")
    empty(
        "Segments need a column such as persona, plan or region.",
        "If the file has one, give it a role under “Your file”.",
    )
    st.stop()

top = st.container()
left, right, _ = st.columns([1, 1, 1])
# Where to look first: the attribute with the segment furthest from the rest, if any is beyond chance.
# One that the filters narrow to a single value has nothing to compare.
open_ones = [name for name in names if len(scope.filters.values_of(name)) != 1] or names
best = found.standouts[0].attribute if found.standouts else open_ones[0]
first = left.selectbox("Compare by", names, index=names.index(best), key="segments.by")
others = [None, *(name for name in names if name != first)]
second = right.selectbox(
    "And by", others, key="segments.against", format_func=lambda name: name or "nothing else"
)

compared = find_segments(scope, first)
with top:
    answer(compared.title)
    say(
        "Each segment against the rest of these responses, corrected for how many segments are compared"
        " (Holm).",
        "finding",
    )
place = st.container()
calmed = (
    shrink_segments(compared)
    if st.toggle(
        "Draw small segments towards the mean",
        key="segments.calm",
        help=(
            "The best and the worst of small segments are partly luck: diamonds show where each would stand"
            " without it, by how many responses it has."
        ),
    )
    else None
)
with place:
    drawn = compared.chart(calmed=calmed)
    draw.chart(with_targets(drawn, targets.current()), scope.filters, key="segments", title=False)
if calmed:
    say(shrinkage_sentence(compared, calmed), "plain")

opinions.of_segment(scope, compared)

st.space("small")
heading("How small a difference could show?")
say(compared.detectable, "plain")

if second:
    st.space("small")
    table = cross_segments(scope, first, second)
    draw.chart(table.chart(), scope.filters, key="cross")
tables.folded(drawn, tables.NPS, key="segments")
