"""Over time: what did the score do, what holds today, and is it to be watched?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import filter_choices, find_rolling_trend, find_trend, usual_period
from nps_core.formatting import short
from nps_core.targets.target import with_targets
from nps_core.trends.result import with_actions
from nps_core.trends.trend import find_segment_trends
from pages.ui import actions, choices, draw, marks, tables, targets
from pages.ui.text import answer, empty, findings, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Scope, Survey
    from nps_core.charts.spec import Chart
    from nps_core.trends.result import Trend

PERIODS = {
    "week": "NPS by week",
    "month": "NPS by month",
    "quarter": "NPS by quarter",
    "rolling": "NPS of 90 rolling days",
}


def fills(survey: Survey) -> bool:
    """Whether a survey has dates."""
    return filter_choices(survey).first is not None


def show(scope: Scope) -> None:
    """Draw the trend with its story, segments beside each other, and interventions."""
    if not scope.first:
        answer("These responses have no dates")
        empty("A trend needs a date column.", "If the file has one, name it under “Data”.")
        return
    line = choices.line()
    picked = choices.one(
        line.selectbox,
        "Period",
        list(PERIODS),
        key="time.period",
        default=usual_period(scope),
        format_func=PERIODS.__getitem__,
        label_visibility="collapsed",
        width=220,
    )
    names = [choice.name for choice in filter_choices(scope.survey).attributes]
    by = None
    if names and picked != "rolling" and not scope.picks_by_score:
        by = choices.one(
            line.selectbox,
            "Segments beside each other",
            [None, *names],
            key="time.by",
            default=None,
            format_func=lambda name: f"of each {short(name)}" if name else "of all together",
            label_visibility="collapsed",
            width=240,
        )
    top = st.container(
        key="told-over-time"
    ).empty()  # the story takes longest: its place is kept until the figures stand
    found = find_rolling_trend(scope, 90) if picked == "rolling" else find_trend(scope, picked)
    did = actions.current(scope.survey)
    went = actions.found(scope, did, actions.themes_for(scope, did))
    rows = marks.of_trend(found)
    spot, watch = st.empty(), st.container()

    def tell() -> Chart:
        with top.container():
            first, *more = found.sentences
            answer(first.removesuffix("."), more)
        drawn = with_targets(with_actions(found.chart(), went.actions, went.drawn), targets.current())
        with spot.container():
            draw.chart(drawn, scope, key="trend", title=False, rows=rows)
        with watch:
            _false_warnings(found)
        return drawn

    drawn = tell() if found.untold.told else None
    if drawn is None:
        with spot.container():
            bare = with_targets(
                with_actions(found.untold_chart(), went.actions, went.drawn), targets.current()
            )
            draw.chart(bare, scope, key="trend-untold", title=False, rows=rows)
    if by:
        _beside(scope, by, picked)
    st.space("small")
    actions.show(scope, went)
    tables.folded(drawn or tell(), tables.NPS, key="trend", backwards=True)
    if found.story.fit is not None:
        _story_table(found)


def _story_table(found: Trend) -> None:
    box = st.expander("The story as a table", key="figures.story", on_change="rerun")
    if box.open:
        with box:
            say("The level and the season that the story is told from, and the warning at each period's end.")
            alt = "The story by period: NPS, responses, level, season and warning."
            tables.show(found.story.table().iloc[::-1], tables.NPS, key="story", alt=alt)


def _false_warnings(found: Trend) -> None:
    if not found.story.watches:
        return
    rate = st.expander("How often is an early warning false?", key="trends.warning", on_change="rerun")
    if rate.open:  # counted in drawn surveys, which takes longer than all else here
        with rate:
            say(found.story.rate, "plain")


def _beside(scope: Scope, by: str, period: str) -> None:
    st.space("small")
    beside = find_segment_trends(scope, by, period)
    findings(beside.sentences)
    columns: Sequence[DeltaGenerator] = ()
    for place, (label, trend, one) in enumerate(
        zip(beside.labels, beside.trends, beside.charts, strict=True)
    ):
        if place % 2 == 0:  # a row of two, so that their order is the same on a phone
            columns = st.columns(2, gap="large")
        with columns[place % 2]:
            of_one = scope.with_attribute(by, [label])
            draw.chart(one, of_one, key=f"trend-{place}", rows=marks.of_trend(trend))
