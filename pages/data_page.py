"""Your file: what was understood of it, row by row and column by column, and how to change that."""

import datetime as dt

import streamlit as st

from nps_core import file_name, filtered_responses, kept_words, reading_words, view
from pages.ui import columns, mapping, rows, session
from pages.ui.text import answer, heading, say

survey, filters = session.current()
opened = session.shown()
now = opened.corrections
fixed = opened.files is None
today = dt.datetime.now(tz=dt.UTC).astimezone().date()

answer(kept_words(survey.rows))
say(reading_words(survey), "finding")
mapping.changed(now)
mapping.doubts(survey.doubts)
if fixed:
    say(
        "This file was too large to keep. Drop it in again (bottom of the sidebar) to read it another way.",
        "plain",
    )

st.space("small")
heading(
    "What each column was taken for",
    "the first rows of the file"
    if fixed
    else "the first rows of the file; change a role at its head, and the figures follow",
)
columns.show(survey, now, fixed=fixed)
st.space("small")
columns.account(survey)

if not fixed:
    mapping.choices(survey, now)

st.space("small")
left, right = st.columns(2, gap="large")
with left:
    movable = not (fixed or survey.scale.words)
    heading(
        "Scale and groups",
        "all responses; the lines between the groups can be moved" if movable else "all responses",
    )
    mapping.scale(survey, now, fixed=fixed)
    mapping.repeats(survey, now, fixed=fixed)
with right:
    heading("Every row accounted for")
    mapping.row_account(survey.rows)
    mapping.encoding(survey, now, fixed=fixed)
    if len(survey.left_out):
        name = file_name("left-out", "all responses", today, "csv")
        rows.take_rows(len(survey.left_out), "row left out", "rows left out", lambda: survey.left_out, name)
    st.space("small")
    heading("Take the responses away", "as CSV, safe to open in a spreadsheet")
    shown = view(survey, filters)
    rows.take_rows(
        shown.n, "response shown", "responses shown", lambda: filtered_responses(survey, filters),
        file_name("responses", filters.words(), today, "csv"),
    )  # fmt: skip
