"""Your file: what was understood of it, row by row and column by column, and how to change that."""

import datetime as dt
import json

import streamlit as st

from nps_core import file_name, filtered_responses, safe_csv, view
from pages.ui import mapping, session
from pages.ui.text import answer, heading, say

survey, filters = session.current()
opened = session.opened()
today = dt.datetime.now(tz=dt.UTC).astimezone().date()

answer(f"{survey.rows.kept:,} of {survey.rows.read:,} rows are responses")
say(f"{survey.name} · {survey.layout} · scale {survey.scale.name}", "finding")
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
with right:
    heading("Take the responses away")
    say("As CSV, safe to open in a spreadsheet.")
    shown = view(survey, filters)
    st.download_button(
        f"{shown.n:,} responses shown (CSV)", safe_csv(filtered_responses(survey, filters)),
        file_name=file_name("responses", filters.words(), today, "csv"), mime="text/csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    if len(survey.left_out):
        st.download_button(
            f"{len(survey.left_out):,} rows left out (CSV)", safe_csv(survey.left_out),
            file_name=file_name("left-out", "all responses", today, "csv"), mime="text/csv", icon=":material/download:", on_click="ignore",
        )  # fmt: skip

st.space("small")
heading("Change the reading", "the figures on every page follow")
if opened.files is None:
    say(
        "This file was too large to keep. Drop it in again (bottom of the sidebar) to read it another way.",
        "plain",
    )
else:
    mapping.form(survey, json.loads(opened.options))
