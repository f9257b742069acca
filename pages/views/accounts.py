"""Who speaks: whose voice is the score, and what could those make of it who did not answer?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import compare_groups, filter_choices, find_account_views, find_accounts, nps_of
from nps_core.accounts.roles import account_weights, accounts_title, likely_roles, weight_columns
from nps_core.compare.groups import span_of
from nps_core.follow_ups.follow_up import ACCOUNT
from nps_core.follow_ups.ranking import kinds_of
from nps_core.formatting import format_nps, plural, short
from nps_core.identities import key_of
from nps_core.report.tables import SHOWN_DIGITS, file_name
from nps_core.workspace.joining import WAVE
from nps_core.workspace.same_people import find_same_people
from pages.ui import choices, draw, marks, non_respondents, rooms, tables, weights
from pages.ui.rows import take_table
from pages.ui.text import answer, findings, heading, safe, say

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Filters, Scope, Survey
    from nps_core.accounts.accounts import Accounts, AccountViews
    from nps_core.compare.comparison import Comparison


def fills(_survey: Survey) -> bool:
    """Any survey can: how many were invited is typed in where the file does not say it."""
    return True


def show(scope: Scope) -> None:
    """Draw the ways of counting, the accounts, roles against each other, those who did not answer, and weights."""
    line = choices.line()
    role, deciders, users = _pick_roles(scope.survey, line)
    beside = _compared(scope, role, deciders, users)
    rows = find_accounts(scope, role=role)
    if rows:
        by = _pick_revenue(scope.survey, line)
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
    _same_people(scope)
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
    _account_list(rows.table(), scope.filters, open_up=open_up)


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


_SIDES = {"accounts.deciders": "Decision makers", "accounts.users": "End users"}


def _pick_roles(survey: Survey, line: DeltaGenerator) -> tuple[str | None, list[str], list[str]]:
    """The attribute that holds the role, and the values taken for decision makers and for end users, in a line."""
    values = {choice.name: choice.values for choice in filter_choices(survey).attributes}  # noqa: PD011 - no frame
    if not values:
        return None, [], []
    names = [None, *values]
    persona = survey.mapping.persona
    role = choices.one(
        line.selectbox,
        "Role",
        names,
        default=persona if persona in values else None,
        key="accounts.role",
        format_func=lambda name: f"Roles by {short(name)}" if name else "roles not in this file",
        label_visibility="collapsed",
        width=240,
    )
    if role is None:
        return None, [], []
    found = likely_roles(values[role])
    before = st.session_state.get("accounts.role.of", role)
    st.session_state["accounts.role.of"] = role
    picked: list[list[str]] = []
    for (key, label), likely in zip(_SIDES.items(), found, strict=True):
        if before != role:
            choices.put(key)
        if picked:
            line.html('<p class="say quiet">against</p>', width="content")
        picked.append(
            choices.some(
                line.multiselect,
                safe(label),
                values[role],
                default=likely,
                key=key,
                placeholder=label.lower(),
                label_visibility="collapsed",
                width=280,
            )
        )
    return role, picked[0], picked[1]


def _pick_revenue(survey: Survey, line: DeltaGenerator) -> str | None:
    """The column that accounts are weighted by; None without one."""
    columns = weight_columns(survey)
    if not columns:
        return None
    return choices.one(
        line.selectbox,
        "Weigh accounts by",
        [None, *columns],
        default=None,
        key="accounts.revenue",
        width=240,
        format_func=lambda name: f"accounts by {short(name)}" if name else "accounts unweighted",
        label_visibility="collapsed",
    )


def _account_list(table: pd.DataFrame, filters: Filters, *, open_up: bool) -> None:
    """The table of accounts, the first 200 on screen and all of them in the download; a row may lead to its room."""
    alt = "Accounts with their NPS, roles heard and direction."
    names = table["account"].tolist()
    tables.show(
        table,
        tables.ACCOUNTS,
        key="accounts",
        alt=alt,
        pick=(lambda row: rooms.ask(ACCOUNT, key_of(names[row]))) if open_up else None,
    )
    name = file_name("accounts", filters.words(), "csv")
    take_table(plural(len(table), "account"), lambda: table, name, "rows.accounts", SHOWN_DIGITS)


_HEADS: tables.Heads = {"change": ("change", format_nps)}


def _same_people(scope: Scope) -> None:
    """Draw who answered in more than one wave; nothing of a survey without waves, or without respondents."""
    if WAVE not in scope.survey.attributes or scope.survey.mapping.respondent is None:
        return
    st.space("small")
    box = st.expander("The same people across waves", key="people.open", on_change="rerun")
    if not box.open:
        return
    with box:
        found = find_same_people(scope)
        say(f"{found.title}.", "finding")
        if not found.n:
            say("Respondents need an id or an e-mail address: a name alone is not taken for a person.")
            return
        findings(found.sentences)
        table = found.table()
        tables.show(table, _HEADS, key="people", alt=f"{found.title}.")
        name = file_name("same-people", scope.filters.words(), "csv")
        take_table(plural(found.n, "respondent"), lambda: table, name, "rows.people")
