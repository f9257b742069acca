"""The list of follow-ups as a file for a CRM, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.errors import FollowUpError, NPSError
from nps_core.follow_ups.crm import crm_table, read_crm
from nps_core.formatting import plural
from nps_core.report.tables import file_name
from pages.ui import drafts, kept, rows, uploads
from pages.ui import follow_up_saving as saving
from pages.ui.text import findings, problem, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.follow_ups.clock import Clock
    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.follow_ups.items import Items
    from nps_core.workspace import KeptSurvey

_FILE = "calls.file"


def show(survey: KeptSurvey, items: Items, numbers: Any, clock: Clock) -> None:  # noqa: ANN401 - numpy
    """The list as a file for a CRM, and back: what it changes is told before it is written."""
    with st.expander("To and from a CRM"):
        if not kept.may_keep():
            say("Who may change follow-ups can take the list away and bring it back.", "small")
            return
        say("Comments are masked; an id stays the same, and nothing else tells which row is which.", "small")
        rows.take_table(
            plural(len(numbers), "follow-up shown", "follow-ups shown"),
            lambda: crm_table(items, numbers, survey.link),
            file_name("follow-ups", items.scope.filters.words(), "csv"),
            "calls.take",
        )
        turn = st.session_state.setdefault(_FILE, 0)
        file = st.file_uploader("The list as it came back", type=["csv", "txt", "tsv"], key=f"{_FILE}.{turn}")
        if file is None:
            return
        if why := uploads.refusal(file.file_id):
            problem(*why)
            return
        try:
            found = read_crm(file.getvalue(), items, survey.link, saving.now(), clock)
        except FollowUpError as error:
            problem(error.message, error.hint)
            return
        findings(found.sentences or ("The file has no rows.",))
        if found.changes:
            st.button(
                f"Change {len(found.changes):,}",
                type="primary",
                key="calls.bring",
                on_click=_bring,
                args=(survey, found.changes),
            )


def _bring(survey: KeptSurvey, changes: Sequence[tuple[FollowUp, Mapping[str, object]]]) -> None:
    try:
        saving.change(survey, changes)
    except NPSError as error:
        drafts.refuse("call", error)
    else:
        st.session_state[_FILE] += 1  # the file is done with
