"""Comments: what do people talk about, how do those who say it score, and what do they write?"""

import streamlit as st

from nps_core import count_themes
from nps_core.themes.comparison import compare_themes_with_other_groups, special_sentence
from pages.ui import (
    choices,
    session,
    theme_chart,
    theme_comments,
    theme_overrides,
    theme_review,
    theme_state,
)
from pages.ui.text import answer, empty, say

VIEWS = {
    "read": "Read",
    "themes": "Themes",
    "changes": "Changes",
    "segments": "By segment",
    "edit": "Edit themes",
    "review": "Review",
}

scope = session.current()

if not scope.survey.has_comments:
    answer("No comments were read")
    empty("Themes need a column of comments.", "If the file has one, name it as the reason under “Data”.")
    st.stop()

top = st.container()
found = theme_state.themes(scope.survey)
if found is None:
    with top:
        answer(theme_state.looking())
    st.stop()
rows = count_themes(scope, found)
if not rows.commented:
    answer("None of these comments says enough to be read")
    empty("Only blanks, dashes and the like are left.", "Widen the filters to see themes.")
    st.stop()

presented = rows.presented or rows
beside = compare_themes_with_other_groups(scope, found)
with top:
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="head"):
        wholes = {row.number for row in presented if row.parent < 0}
        answer(
            special_sentence(scope, [one for one in beside.values() if one.number in wholes])
            if beside
            else presented.title
        )
        view = choices.view("What of the comments is shown", VIEWS, key="comments.view", default="read")
    if found.note:
        say(found.note, "finding")
    if scope.survey.sampled:
        say(scope.survey.sampled)
    theme_overrides.offer(scope.survey, found)

if view == "edit":
    theme_overrides.show(scope, found, rows)
elif view == "review":
    theme_review.show(scope, found)
elif view == "read" or not rows:
    theme_comments.show(scope, found, rows, beside)
elif view == "segments":
    theme_chart.show_by_segment(scope, found, presented)
elif view == "changes":
    trend, changes = theme_chart.lately(scope, found)
    theme_chart.show_changes(scope, found, changes)
    theme_chart.of_one(scope, found, rows, trend)
else:
    theme_chart.show(scope, found, rows)
