"""Themes: what do people talk about, and how do those who say it score?"""

import streamlit as st

from nps_core import count_themes, count_themes_by, filter_choices
from nps_core.themes.rows import theme_by_chart
from pages.ui import (
    cards,
    draw,
    opinions,
    session,
    tables,
    theme_comments,
    theme_overrides,
    theme_settings,
    theme_state,
    theme_waves,
)
from pages.ui.text import answer, empty, say

scope = session.current()

if not scope.survey.has_comments:
    answer("These responses have no comments")
    empty(
        "Themes need a column of comments.", "If the file has one, name it as the reason under “Your file”."
    )
    st.stop()

top = st.container()
editing = theme_settings.show(scope.survey)
found = theme_state.themes(scope.survey)
if found is None:
    with top:
        answer(theme_state.looking())
    st.stop()
rows = count_themes(scope, found)
if not rows:
    answer("None of these comments says enough to be read")
    empty("Only blanks, dashes and the like are left.", "Widen the filters to see themes.")
    st.stop()

with top:
    answer(rows.title)
    if found.note:
        say(found.note, "finding")
trend, changes = theme_waves.lately(scope, found)
drawn = rows.chart(trend=trend, changes=changes)
if editing:
    theme_overrides.show(scope.survey, found, rows)
    st.space("small")
cards.groups_key()
draw.chart(
    drawn,
    scope.filters,
    key="themes",
    title=False,
    note="Effect: points of the NPS that go with a theme, beyond what others in the same comments go with.",
)
tables.folded(drawn, tables.NPS, key="themes")

st.space("small")
opinions.show(scope, found)

st.space("small")
theme_comments.show(scope, found, rows, trend, editing=editing)

st.space("small")
theme_waves.show(scope, found, changes)

attributes = [choice.name for choice in filter_choices(scope.survey).attributes]
if attributes:
    st.space("small")
    # One that the filters narrow to a single value has nothing to compare.
    open_ones = [name for name in attributes if len(scope.filters.values_of(name)) != 1]
    first = attributes.index(open_ones[0]) if open_ones else 0
    by = st.selectbox("Themes by", attributes, index=first, key="themes.by", width=280)
    labels, counts, commented = count_themes_by(scope, found, by)
    drawn = theme_by_chart(
        [row.name for row in rows],
        labels,
        counts[[row.number for row in rows]],
        commented,
        attribute=by,
        subtitle=scope.words,
        source=scope.source,
    )
    draw.chart(drawn, scope.filters, key="themes-by")
