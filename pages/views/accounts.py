"""Who speaks: whose voice is the score, and what could those make of it who did not answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import compare_groups, find_account_views, find_accounts, nps_of
from nps_core.accounts.roles import account_weights, accounts_title
from nps_core.compare.groups import span_of
from nps_core.follow_ups.follow_up import ACCOUNT
from nps_core.follow_ups.ranking import kinds_of
from pages.ui import choices, draw, marks, non_respondents, roles_and_accounts, weights
from pages.ui.text import answer, findings, heading, say

if TYPE_CHECKING:
    from nps_core import Scope, Survey
    from nps_core.accounts.accounts import Accounts, AccountViews
    from nps_core.compare.comparison import Comparison


def fills(_survey: Survey) -> bool:
    """Any survey can: how many were invited is typed in where the file does not say it."""
    return True


def show(scope: Scope) -> None:
    """Draw the ways of counting, the accounts, roles against each other, those who did not answer, and weights."""
    line = choices.line()
    role, deciders, users = roles_and_accounts.roles(scope.survey, line)
    beside = _compared(scope, role, deciders, users)
    rows = find_accounts(scope, role=role)
    if rows:
        by = roles_and_accounts.revenue(scope.survey, line)
        views = find_account_views(
            scope,
            deciders=(role, tuple(deciders)) if role and deciders else None,
            revenue=account_weights(scope.survey, by) if by else None,
        )
        answer(accounts_title(rows, views))
        _ways(scope, views)
        _accounts(scope, rows)
    else:
        whole = nps_of(scope)
        whose = "" if whole.unit == "respondent" else "; the file does not say whose"
        answer(beside.title if beside else f"Responses: {whole.size}{whose}")
        say("Accounts need a column with the respondent's company: name it under “Data”.")
    if beside:
        _roles(scope, beside)
    elif role:
        say("Pick at least one value for either side.")
    roles_and_accounts.same_people(scope)
    st.space("small")
    non_respondents.show(scope)
    if scope.survey.elsewhere is None:  # weights are of single responses
        st.space("small")
        weights.show(scope, nps_of(scope))


def _compared(scope: Scope, role: str | None, deciders: list[str], users: list[str]) -> Comparison | None:
    if not deciders or not users:
        return None
    ever = span_of(None, None)
    return compare_groups(scope, ever, ever, attribute=role, values=(tuple(deciders), tuple(users)))


def _ways(scope: Scope, views: AccountViews) -> None:
    st.space("small")
    draw.chart(
        views.chart(),
        scope,
        key="accounts",
        about=("The same responses, counted in several ways; by revenue where the file has a column of it.",),
        rows=marks.of_everyone(view.name for view in views),
    )


def _accounts(scope: Scope, rows: Accounts) -> None:
    st.space("small")
    open_up = ACCOUNT in kinds_of(scope)
    heading(
        "The accounts",
        "most responses first; silent: roles of which nobody answered there; “up” and “down” only beyond"
        f" chance, corrected for all accounts{'; click on a name to open the account' if open_up else ''}",
    )
    roles_and_accounts.accounts(rows.table(), scope.filters, open_up=open_up)


def _roles(scope: Scope, found: Comparison) -> None:
    st.space("small")
    heading("Decision makers against end users", scope.words)
    say(f"{found.title}. {found.verdict}", "plain")
    if found.shared or not found.a.scope or not found.b.scope:
        return
    findings(found.asides)
    draw.chart(
        found.chart(),
        scope,
        key="roles",
        title=False,
        about=tuple(filter(None, (found.overlap, found.detectable))),
        rows=marks.of_sides(found),
        columns=marks.GROUPS,
    )
