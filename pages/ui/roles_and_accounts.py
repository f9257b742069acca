"""Who speaks, on screen: the roles that are set against each other, the accounts."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import filter_choices
from nps_core.accounts.roles import likely_roles, weight_columns
from nps_core.charts.spec import file_name
from nps_core.formatting import short
from pages.ui import tables
from pages.ui.rows import take_rows
from pages.ui.text import heading, safe, say

if TYPE_CHECKING:
    import pandas as pd

    from nps_core import Filters, Survey


def roles(survey: Survey) -> tuple[str | None, list[str], list[str]]:
    """The attribute that holds the role, and the values taken for decision makers and for end users."""
    choices = {choice.name: choice.values for choice in filter_choices(survey).attributes}  # noqa: PD011 - no frame
    if not choices:
        return None, [], []
    heading("Decision makers against end users", "which column holds the role, and who is who")
    columns = st.columns(3)
    names = [None, *choices]
    first = names.index(survey.mapping.persona) if survey.mapping.persona in choices else 0
    role = columns[0].selectbox(
        "Role",
        names,
        index=first,
        key="people.role",
        format_func=lambda name: short(name or "not in this file"),
    )
    if role is None:
        return None, [], []
    found = likely_roles(choices[role])
    picked = [
        column.multiselect(safe(label), choices[role], default=likely, key=f"people.{label}.{role}")
        for column, label, likely in zip(columns[1:], ("Decision makers", "End users"), found, strict=True)
    ]
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
    return st.selectbox(
        "Weigh accounts by",
        [None, *columns],
        key="people.revenue",
        width=280,
        format_func=lambda name: short(name or "nothing"),
    )


def accounts(table: pd.DataFrame, filters: Filters) -> None:
    """The table of accounts, the first 200 on screen and all of them in the download."""
    alt = "Accounts with their NPS, roles heard and direction."
    tables.show(table, tables.ACCOUNTS, key="accounts", alt=alt)
    today = dt.datetime.now(tz=dt.UTC).astimezone().date()
    name = file_name("accounts", filters.words(), today, "csv")
    take_rows(len(table), "account", "accounts", lambda: table, name)
