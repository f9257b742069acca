"""Themes: what do people talk about, and how do those who say it score?"""

import streamlit as st

from nps_core import (
    filter_choices,
    theme_by,
    theme_by_chart,
    theme_rows,
    themes_title,
    view,
)
from pages.ui import cards, draw, finder, hand, reader, session, tables, themed, voices, waved
from pages.ui.text import answer, empty, say

survey, filters = session.current()
shown = view(survey, filters)

if not survey.has_comments:
    answer("These responses have no comments")
    empty(
        "Themes need a column of comments.", "If the file has one, name it as the reason under “Your file”."
    )
    st.stop()

top = st.container()
editing = finder.show(survey)
found = themed.themes(survey)
if found is None:
    with top:
        answer(themed.looking())
    st.stop()
rows = theme_rows(found, survey, filters)
if not rows:
    answer("None of these comments says enough to be read")
    empty("Only blanks, dashes and the like are left.", "Widen the filters to see themes.")
    st.stop()

with top:
    answer(themes_title(rows))
    if found.note:
        say(found.note, "finding")
trend, changes = waved.lately(survey, filters, found)
drawn = rows.chart(
    subtitle=f"Themes of the comments · {shown.words}",
    source=shown.source,
    trend=trend,
    changes=changes,
)
if editing:
    hand.show(survey, found, rows)
    st.space("small")
cards.groups_key()
draw.chart(
    drawn, filters, key="themes", title=False,
    note="Effect: points of the NPS that go with a theme, beyond what other themes in the same comments go with.",
)  # fmt: skip
tables.folded(drawn, tables.NPS, key="themes")

st.space("small")
voices.show(survey, filters, found)

st.space("small")
reader.show(survey, filters, found, rows, trend, shown, editing=editing)

st.space("small")
waved.show(survey, filters, found, changes, shown)

attributes = [choice.name for choice in filter_choices(survey).attributes]
if attributes:
    st.space("small")
    # One that the filters narrow to a single value has nothing to compare.
    open_ones = [name for name in attributes if len(filters.values_of(name)) != 1] or attributes
    first = attributes.index(open_ones[0])
    by = st.selectbox("Themes by", attributes, index=first, key="themes.by", width=280)
    labels, counts, commented = theme_by(found, survey, by, filters)
    drawn = theme_by_chart(
        [row.name for row in rows], labels, counts[[row.number for row in rows]], commented,
        attribute=by, subtitle=shown.words, source=shown.source,
    )  # fmt: skip
    draw.chart(drawn, filters, key="themes-by")
