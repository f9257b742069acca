"""Method: how is each figure computed, and where does the method come from?"""

import streamlit as st

from nps_core.method import CHAPTERS, methods
from pages.ui import choices
from pages.ui.text import answer, article, say

answer("How each figure is computed")
say("Said by the functions that compute them; formulas as text, with their sources.", "finding")
chapter = choices.one(
    st.pills,
    "Chapter",
    list(CHAPTERS),
    default=next(iter(CHAPTERS)),
    required=True,
    key="method.chapter",
    label_visibility="collapsed",
)
st.space("small")
for method in methods(chapter):
    article(method.title, method.function, [(passage.kind, passage.text) for passage in method.passages])
