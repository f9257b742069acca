"""Who speaks, on screen: the roles that are set against each other, the accounts, the same people across waves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import filter_choices
from nps_core.accounts.roles import likely_roles, weight_columns
from nps_core.follow_ups.follow_up import ACCOUNT
from nps_core.formatting import plural, short
from nps_core.identities import key_of
from nps_core.report.tables import SHOWN_DIGITS, file_name
from nps_core.workspace.joining import WAVE
from nps_core.workspace.same_people import find_same_people
from pages.ui import choices, rooms, tables
from pages.ui.rows import take_table
from pages.ui.text import findings, safe, say

if TYPE_CHECKING:
    import pandas as pd
    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Filters, Scope, Survey


_SIDES = {"accounts.deciders": "Decision makers", "accounts.users": "End users"}


def roles(survey: Survey, line: DeltaGenerator) -> tuple[str | None, list[str], list[str]]:
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


def revenue(survey: Survey, line: DeltaGenerator) -> str | None:
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


def accounts(table: pd.DataFrame, filters: Filters, *, open_up: bool) -> None:
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


_HEADS: tables.Heads = {"change": ("change", tables.signed)}


def same_people(scope: Scope) -> None:
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
