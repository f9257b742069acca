"""Who speaks: whose voice is the score, and what could those make of it who did not answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import compare_groups, find_account_views, find_accounts, nps_of
from nps_core.accounts.roles import account_weights, accounts_title
from nps_core.compare.groups import span_of
from pages.ui import draw, marks, non_respondents, roles_and_accounts, weights
from pages.ui.text import answer, empty, findings, heading, say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Scope


def show(scope: Scope, _line: DeltaGenerator) -> None:
    """Draw roles against each other, the ways of counting, the accounts, those who did not answer, and weights."""
    top = st.container()
    role, deciders, users = roles_and_accounts.roles(scope.survey)
    title = ""
    if deciders and users:
        title = _roles(scope, role, deciders, users)
    elif role:
        say("Pick at least one value for either side.")
    st.space("small")
    title = _accounts(scope, role, deciders) or title
    with top:
        answer(title or "This file does not say who speaks")
    st.space("small")
    non_respondents.show(scope)
    st.space("small")
    weights.show(scope, nps_of(scope))


def _roles(scope: Scope, role: str | None, deciders: list[str], users: list[str]) -> str:
    ever = span_of(None, None)
    found = compare_groups(scope, ever, ever, attribute=role, values=(tuple(deciders), tuple(users)))
    say(f"{found.title}. {found.verdict}", "plain")
    if not found.shared and found.a.scope and found.b.scope:
        findings([*found.asides, found.detectable])
        draw.chart(
            found.chart(),
            scope,
            key="roles",
            title=False,
            rows=marks.of_sides(found),
            columns=marks.GROUPS,
        )
    return found.title


def _accounts(scope: Scope, role: str | None, deciders: list[str]) -> str:
    rows = find_accounts(scope, role=role)
    if not rows:
        empty(
            "Accounts need a column with the respondent's company.",
            "If the file has one, name it as the account under “Data”.",
        )
        return ""
    heading("Whose voice counts how much", "the same responses, counted in several ways")
    by = roles_and_accounts.revenue(scope.survey)
    views = find_account_views(
        scope,
        deciders=(role, tuple(deciders)) if role and deciders else None,
        revenue=account_weights(scope.survey, by) if by else None,
    )
    draw.chart(views.chart(), scope, key="accounts", rows=marks.of_everyone(view.name for view in views))
    st.space("small")
    heading(
        "The accounts",
        "most responses first; silent: roles of which nobody answered there; “up” and “down” only beyond"
        " chance, corrected for all accounts",
    )
    roles_and_accounts.accounts(rows.table(), scope.filters)
    return accounts_title(rows, views)
