"""Per owner what is promised, and the clock of working hours that it is measured by."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.follow_ups.clock import DAYS, MOST_HOURS, Clock
from nps_core.follow_ups.owners import count_owners
from nps_core.formatting import format_share, short
from nps_core.survey import GROUPS
from pages.ui import follow_up_saving as saving
from pages.ui import kept
from pages.ui.text import heading, problem, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.follow_ups.follow_up import FollowUp
    from nps_core.workspace import KeptSurvey

CLOCK = "clock"
"""The setting of a kept survey that holds its working hours."""

_NAMES = {"detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}


def show(promised: Sequence[FollowUp], survey: KeptSurvey, clock: Clock) -> None:
    """Per owner what is promised; and the clock that it is measured by."""
    st.space("small")
    rows = count_owners(promised, {wave.id: wave.added for wave in survey.waves}, clock, saving.now())
    if rows:
        heading(
            "By owner",
            "what is promised to those who are looked at; hours are working hours since the wave came in",
        )
        st.dataframe(
            {
                "Owner": [short(row.owner) for row in rows],
                "Open": [row.open for row in rows],
                "Overdue": [row.overdue for row in rows],
                "Median hours to first contact": [
                    None if row.hours is None else round(row.hours, 1) for row in rows
                ],
                "Closed": [format_share(row.share_closed) for row in rows],
            },
            hide_index=True,
            key="calls.owners",
        )
    with st.expander("Working hours"):
        say(f"{clock.words}.", "plain")
        if kept.may_keep():
            _set_clock(survey, clock)


def _set_clock(survey: KeptSurvey, clock: Clock) -> None:
    names = [DAYS[day] for day in clock.days]
    st.multiselect("Working days", DAYS, names, key="clock.days")
    columns = st.columns(5)
    columns[0].number_input("From", 0, 23, clock.start, key="clock.start")
    columns[1].number_input("To", 1, 24, clock.end, key="clock.end")
    for column, group, hours in zip(columns[2:], _NAMES, clock.within, strict=True):
        column.number_input(_NAMES[group], 1, MOST_HOURS, hours, key=f"clock.{group}", help="Working hours.")
    st.button("Set these hours", key="clock.set", on_click=_keep_clock, args=(survey,))
    if (trouble := st.session_state.pop("clock.trouble", "")) != "":
        problem(trouble, "Pick at least one day, and an end after the start.")


def _keep_clock(survey: KeptSurvey) -> None:
    asked = st.session_state
    days = tuple(place for place, name in enumerate(DAYS) if name in asked["clock.days"])
    try:
        clock = Clock(
            days, asked["clock.start"], asked["clock.end"], tuple(asked[f"clock.{one}"] for one in GROUPS)
        )
    except ValueError:
        st.session_state["clock.trouble"] = "These are no working hours."
        return
    saving.set_once(survey, CLOCK, clock.to_text())
