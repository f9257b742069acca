"""Your file: what was understood of it, row by row and column by column, and how to change that."""

import datetime as dt
import json

import streamlit as st

from nps_core import file_name, filtered_responses, repeat_policies, view
from pages.ui import mapping, rows, session
from pages.ui.text import answer, heading, say

survey, filters = session.current()
opened = session.opened()
today = dt.datetime.now(tz=dt.UTC).astimezone().date()

answer(f"{survey.rows.kept:,} of {survey.rows.read:,} rows are responses")
say(f"{survey.name} · {survey.layout} · scale {survey.scale.name}", "finding")
if st.session_state.get("as_before"):
    say("It was read as you had the last file of these columns read; change that below.", "plain")
for doubt in survey.doubts:
    say(f"Worth a look: {doubt}", "plain")

st.space("small")
heading("What each column was taken for", "the first rows of the file; the role over each head")
mapping.preview(survey)

st.space("small")
left, right = st.columns([3, 2], gap="large")
with left:
    heading("Every row accounted for")
    mapping.row_account(survey.rows)
    if policies := repeat_policies(survey):
        st.space("small")
        heading(
            "People who answered more than once",
            "what counting them differently does to the NPS; choose below",
        )
        mapping.repeats(policies)
with right:
    heading("Take the responses away")
    say("As CSV, safe to open in a spreadsheet.")
    shown = view(survey, filters)
    rows.take_rows(
        shown.n, "responses shown", lambda: filtered_responses(survey, filters),
        file_name("responses", filters.words(), today, "csv"),
    )  # fmt: skip
    if len(survey.left_out):
        name = file_name("left-out", "all responses", today, "csv")
        rows.take_rows(len(survey.left_out), "rows left out", lambda: survey.left_out, name)

st.space("small")
heading("Change the reading", "the figures on every page follow")
if opened.files is None:
    say(
        "This file was too large to keep. Drop it in again (bottom of the sidebar) to read it another way.",
        "plain",
    )
else:
    mapping.form(survey, json.loads(opened.options))
