"""The same people across the waves of a kept survey, one line each: looked for once somebody asks."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.charts.spec import file_name
from nps_core.formatting import plural
from nps_core.workspace.joining import WAVE
from nps_core.workspace.same_people import find_same_people
from pages.ui import tables
from pages.ui.rows import take_table
from pages.ui.text import findings, say

if TYPE_CHECKING:
    from nps_core import Scope

_HEADS: tables.Heads = {"change": ("change", tables.signed)}


def show(scope: Scope) -> None:
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
        today = dt.datetime.now(tz=dt.UTC).astimezone().date()
        name = file_name("same-people", scope.filters.words(), today, "csv")
        take_table(plural(found.n, "respondent"), lambda: table, name, "rows.people")
