"""Who speaks: whose voice is the score, and what could those make of it who did not answer?"""

import streamlit as st

from nps_core import compare_groups, compare_paired, find_account_views, find_accounts, nps_of
from nps_core.accounts.roles import account_weights, accounts_title
from nps_core.compare.groups import span_of
from pages.ui import draw, non_respondents, roles_and_accounts, session, weights
from pages.ui.text import answer, empty, findings, heading, say

scope = session.current()
top = st.container()

role, deciders, users = roles_and_accounts.roles(scope.survey)
title = ""
if deciders and users:
    ever = span_of(None, None)
    found = compare_groups(scope, ever, ever, attribute=role, values=(deciders, users))
    title = found.title
    say(f"{title}. {found.verdict}", "plain")
    if not found.shared and found.a.scope and found.b.scope:
        linked = compare_paired(found.a.scope, found.b.scope, by="account")
        findings(
            [
                found.detectable,
                *(linked.beside(found, who="accounts")[:1] if linked else ()),
            ]
        )
        drawn = found.chart()
        draw.chart(drawn, scope.filters, key="roles", title=False)
elif role:
    say("Pick at least one value for either side.")

st.space("small")
rows = find_accounts(scope, role=role)
if rows:
    heading("Whose voice counts how much", "the same responses, counted in several ways")
    by = roles_and_accounts.revenue(scope.survey)
    views = find_account_views(
        scope,
        deciders=(role, tuple(deciders)) if role and deciders else None,
        revenue=account_weights(scope.survey, by) if by else None,
    )
    draw.chart(views.chart(), scope.filters, key="accounts")
    st.space("small")
    heading(
        "The accounts",
        "most responses first; silent: roles of which nobody answered there; “up” and “down” only beyond"
        " chance, corrected for all accounts",
    )
    roles_and_accounts.accounts(rows.table(), scope.filters)
    title = accounts_title(rows, views)
else:
    empty(
        "Accounts need a column with the respondent's company.",
        "If the file has one, name it as the account under “Your file”.",
    )
with top:
    answer(title or "This file does not say who speaks")

st.space("small")
score = nps_of(scope)
non_respondents.show(scope)
st.space("small")
weights.show(scope, score)
