"""Your file: what was understood of it, row by row and column by column, and how to change that."""

import streamlit as st

from nps_core.column_profile import kept_words, reading_words
from nps_core.formatting import plural
from nps_core.report.tables import file_name
from pages.ui import columns, history, mapping, rows, session
from pages.ui.text import answer, heading, say

scope = session.current()
opened = session.shown()
now = opened.corrections
fixed = opened.files is None

answer(kept_words(scope.survey))
say(reading_words(scope.survey), "finding")
if scope.survey.seen is not None:
    say("What was read of the file is of the whole survey and is not shown to you.", "plain")
    for note in scope.survey.seen.notes:
        say(note, "plain")
    rows.take_responses(scope)
    st.stop()
mapping.changed(now)
mapping.doubts(scope.survey.doubts)
history.show(opened)
if fixed and opened.kept is None and scope.survey.elsewhere is None:
    say(
        "This file was too large to keep. Drop it in again (behind its name, above) to read it another way.",
        "plain",
    )

st.space("small")
heading(
    "What each column was taken for",
    (
        "as the first wave was read"
        if opened.kept
        else f"the first rows of the {scope.survey.source_kind}"
        if fixed
        else "a role is changed at its head"
    ),
)
columns.show(scope.survey, now, fixed=fixed)
st.space("small")
columns.account(scope.survey)

if not fixed:
    mapping.choices(scope.survey, now)

st.space("small")
left, right = st.columns(2, gap="large")
with left:
    heading("Scale and groups", "all responses")
    mapping.scale(scope.survey, now, fixed=fixed)
    mapping.repeats(scope.survey, now, fixed=fixed)
with right:
    heading("Every row accounted for")
    mapping.row_account(scope.survey)
    mapping.encoding(scope.survey, now, fixed=fixed)
    if len(scope.survey.left_out):
        name = file_name("left-out", "all responses", "csv")
        label = plural(len(scope.survey.left_out), "row left out", "rows left out")
        rows.take_table(label, lambda: scope.survey.left_out, name, "rows.left_out")
    st.space("small")
    rows.take_responses(scope)
