"""Who speaks, on screen: the roles that are set against each other, the accounts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import filter_choices
from nps_core.accounts.roles import likely_roles, weight_columns
from nps_core.charts.spec import file_name
from nps_core.formatting import plural, short
from nps_core.report.tables import SHOWN_DIGITS
from pages.ui import choices, tables
from pages.ui.rows import take_table
from pages.ui.text import heading, safe, say

if TYPE_CHECKING:
    import pandas as pd

    from nps_core import Filters, Survey


_SIDES = {"accounts.deciders": "Decision makers", "accounts.users": "End users"}


def roles(survey: Survey) -> tuple[str | None, list[str], list[str]]:
    """The attribute that holds the role, and the values taken for decision makers and for end users."""
    values = {choice.name: choice.values for choice in filter_choices(survey).attributes}  # noqa: PD011 - no frame
    if not values:
        return None, [], []
    heading("Decision makers against end users", "which column holds the role, and who is who")
    columns = st.columns(3)
    names = [None, *values]
    persona = survey.mapping.persona
    role = choices.one(
        columns[0].selectbox,
        "Role",
        names,
        default=persona if persona in values else None,
        key="accounts.role",
        format_func=lambda name: short(name or "not in this file"),
    )
    if role is None:
        return None, [], []
    found = likely_roles(values[role])
    before = st.session_state.get("accounts.role.of", role)
    st.session_state["accounts.role.of"] = role
    picked = []
    for column, (key, label), likely in zip(columns[1:], _SIDES.items(), found, strict=True):
        if before != role:
            choices.put(key)
        picked.append(choices.some(column.multiselect, safe(label), values[role], default=likely, key=key))
    return role, picked[0], picked[1]


def revenue(survey: Survey) -> str | None:
    """The column that accounts are weighted by; None without one."""
    columns = weight_columns(survey)
    if not columns:
        say(
            "A way by revenue joins these when the file has a column of numbers such as revenue or seats.",
            "small",
        )
        return None
    return choices.one(
        st.selectbox,
        "Weigh accounts by",
        [None, *columns],
        default=None,
        key="accounts.revenue",
        width=280,
        format_func=lambda name: short(name or "nothing"),
    )


def accounts(table: pd.DataFrame, filters: Filters) -> None:
    """The table of accounts, the first 200 on screen and all of them in the download."""
    alt = "Accounts with their NPS, roles heard and direction."
    tables.show(table, tables.ACCOUNTS, key="accounts", alt=alt)
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    name = file_name("accounts", filters.words(), today, "csv")
    take_table(plural(len(table), "account"), lambda: table, name, "rows.accounts", SHOWN_DIGITS)
