"""Summary: what is the score, is it moving, who stands apart, and what do they talk about?"""

import streamlit as st

from nps_core import overview
from nps_core.score.chart import distribution_chart, interval_chart
from nps_core.targets.target import with_targets
from pages.ui import cards, clicks, draw, mapping, marks, session, targets, weights
from pages.ui.text import answer, heading, say

_TREND_HEIGHT = 225  # pixels: with it all of the page is on one screen

scope = session.current()
found = overview(scope)
wanted = targets.current()


def draw_answers() -> None:
    """The distribution of the scores."""
    if found.histogram:
        drawn = distribution_chart(
            found.histogram, scope.survey.scale, subtitle=scope.words, source=scope.source
        )
        draw.chart(drawn, scope, key="distribution", rows=marks.of_scores(scope.survey.scale))
    else:
        say("The file holds promoter, passive and detractor as words: there are no scores to draw.", "plain")


answer(found.title)
mapping.notice(session.shown())

score, trend = st.columns([2, 3], gap="large")
with score:
    cards.score(found.estimate)
    draw.bare(with_targets(interval_chart(found.estimate), wanted), key="strip")
    cards.groups_legend(found.estimate.groups)
    groups = draw.bare(found.chart(), key="groups", scope=scope, rows=marks.GROUPS)
    weights.line(scope, found.estimate)
    targets.compare(found.estimate, wanted)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        clicks.look_into(groups, "groups")
        targets.edit(wanted)
with trend:
    if found.trend is not None:
        # The story takes longest: its place is kept until the figures stand. A container without anything has none.
        told = st.container(key="told").empty()
        drawn = with_targets(found.trend.chart(), wanted)
        rows = marks.of_trend(found.trend)
        draw.chart(drawn, scope, key="summary-trend", title=False, height=_TREND_HEIGHT, rows=rows)
    else:  # the answers take its place
        draw_answers()
        say("No trend: these responses have no dates, or too few of them.")

apart, themes = st.columns(2, gap="large")
with apart:
    cards.standouts(scope, found.standouts)
with themes:
    if scope.survey.has_comments:
        spoken = st.container(key="spoken").empty()
    elif found.trend is not None:  # the answers take their place
        draw_answers()
if found.trend is not None:
    with told.container():
        cards.story(found.story)
if scope.survey.has_comments:
    with spoken.container():
        cards.themes(scope)

if found.measures:
    st.space("small")
    heading("Beside the NPS", "each in its own unit, with its 95% interval")
    cards.measures(found.measures)
st.space("small")
are_drawn = found.trend is None or not scope.survey.has_comments or not found.histogram
box = st.expander(
    "The three groups" if are_drawn else "All answers, from the lowest score to the highest",
    key="summary.answers",
    on_change="rerun",
)
if box.open:
    with box:
        if not are_drawn:
            draw_answers()
        draw.chart(found.chart(), scope, key="shares", rows=marks.GROUPS)
