"""Who speaks: whose voice is the score, and what could those make of it who did not answer?"""

import streamlit as st

from nps_core import (
    account_rows,
    account_views,
    account_weights,
    accounts_title,
    compare_sides,
    comparison_sentence,
    comparison_title,
    comparison_words,
    linked_difference,
    linked_sentences,
    nps_of,
    span_of,
    table_of,
    view,
    visible_sentence,
)
from pages.ui import draw, people, session, silent, weighing
from pages.ui.text import answer, empty, findings, heading, say

survey, filters = session.current()
shown = view(survey, filters)
top = st.container()

role, deciders, users = people.roles(survey)
title = ""
if deciders and users:
    ever = span_of(None, None)
    found = compare_sides(survey, ever, ever, filters, attribute=role, values=(deciders, users))
    title = comparison_title(found)
    say(f"{title}. {comparison_sentence(found)}", "plain")
    if not found.shared and found.a.filters and found.b.filters:
        linked = linked_difference(survey, found.a.filters, found.b.filters, by="account")
        findings(
            [
                visible_sentence(found),
                *(linked_sentences(linked, found, who="accounts")[:1] if linked else ()),
            ]
        )
        drawn = found.chart(subtitle=comparison_words(found, filters), source=shown.source)
        draw.chart(drawn, filters, key="roles", title=False)
elif role:
    say("Pick at least one value for either side.")

st.space("small")
rows = account_rows(survey, filters, role=role)
if rows:
    heading("Whose voice counts how much", "the same responses, counted in several ways")
    by = people.revenue(survey)
    views = account_views(
        survey, filters, deciders=(role, tuple(deciders)) if role and deciders else None,
        revenue=account_weights(survey, by) if by else None,
    )  # fmt: skip
    draw.chart(views.chart(subtitle=shown.words, source=shown.source), filters, key="accounts")
    st.space("small")
    heading(
        "The accounts",
        "most responses first; silent: roles of which nobody answered there; “up” and “down” only beyond chance, corrected for all accounts",
    )
    people.accounts(table_of(rows), filters)
    title = accounts_title(rows, views)
else:
    empty(
        "Accounts need a column with the respondent's company.",
        "If the file has one, name it as the account under “Your file”.",
    )
with top:
    answer(title or "This file does not say who speaks")

st.space("small")
score = nps_of(survey, filters)
silent.show(survey, filters)
st.space("small")
weighing.show(survey, filters, score)
