"""Report: which slides, in which order, under which titles; then the file."""

import streamlit as st

from pages.ui import actions, recipes, report_file, session, slide_plan, slides, theme_state
from pages.ui.text import answer, empty, say

scope = session.current()
keys = slide_plan.slides(scope)

answer(f"A report of {len(keys)} slides, ready to be made" if len(keys) > 1 else "A report, ready to be made")

of_themes = {"themes", "quotes", *(("trend", "actions") if actions.speak_of_themes(scope.survey) else ())}
wants_themes = of_themes & set(keys) and scope.survey.has_comments
st.space("small")
left, right = st.columns([2, 3], gap="large")
with left:
    picked = slides.choose(scope.survey, keys)
with right:
    themes = theme_state.themes(scope.survey) if wants_themes else None
    waits = bool(wants_themes) and themes is None
    if not keys:
        empty("There is no slide in this report.", "Add one on the left.")
    elif waits and picked in {"themes", "quotes"}:
        say("This slide is drawn when the themes are found.", "plain")
    else:
        slides.preview(scope.survey, picked, report_file.told_alone(scope, picked, themes))
with left:
    st.space("small")
    report_file.show(scope, keys, themes, waits=waits)
    recipes.show(scope, themes)
