"""Overview: what is the score, is it moving, and who drags or lifts it?"""

import streamlit as st

from nps_core import (
    distribution_chart,
    format_interval,
    format_nps,
    groups_chart,
    interval_chart,
    overview,
    plotly_figure,
    trend_visible_sentence,
    view,
    with_aims,
)
from pages.ui import aims, cards, draw, mapping, session, weighing
from pages.ui.text import answer, heading

survey, filters = session.current()
shown = view(survey, filters)
found = overview(survey, filters)
targets = aims.current()

answer(found.headline, found.sentences)
mapping.notice(session.shown())

score, groups = st.columns([2, 3], gap="large", vertical_alignment="center")
with score:
    cards.score(
        format_nps(found.estimate.nps),
        format_interval(found.estimate.low, found.estimate.high),
        found.estimate.n,
    )
    strip = with_aims(interval_chart(found.estimate), targets)
    st.plotly_chart(
        plotly_figure(strip), key="chart.strip", config={"displayModeBar": False}, alt=found.headline
    )
    weighing.line(survey, filters, found.estimate)
    aims.show(found.estimate, targets)
with groups:
    drawn = groups_chart(found.estimate.groups, subtitle=shown.words, source=shown.source)
    cards.groups_legend(found.estimate.groups)
    draw.chart(drawn, filters, key="groups", title=False)

left, right = st.columns([3, 2], gap="large")
with left:
    if found.histogram:
        draw.chart(
            distribution_chart(found.histogram, survey.scale, subtitle=shown.words, source=shown.source),
            filters,
            key="distribution",
        )
    else:
        heading(
            "The file holds groups, not scores",
            "Promoter, passive and detractor as words: there is no distribution to draw.",
        )
with right:
    cards.standouts(found.standouts, survey.attributes)

if found.trend is not None:
    draw.chart(
        with_aims(found.trend.chart(subtitle=shown.words, source=shown.source), targets),
        filters,
        key="overview-trend",
        note=trend_visible_sentence(found.trend),
    )
if found.measures:
    heading("Beside the NPS", "each in its own unit, with its 95% interval")
    cards.measures(found.measures)
