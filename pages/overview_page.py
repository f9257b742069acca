"""Overview: what is the score, is it moving, and who drags or lifts it?"""

import streamlit as st

from nps_core import overview
from nps_core.charts.draw.plotly import plotly_figure
from nps_core.formatting import format_interval, format_nps
from nps_core.score.chart import distribution_chart, interval_chart
from nps_core.targets.marks import with_targets
from pages.ui import cards, draw, mapping, session, targets, weights
from pages.ui.text import answer, heading

scope = session.current()
found = overview(scope)
wanted = targets.current()

answer(found.title, found.sentences)
mapping.notice(session.shown())

score, groups = st.columns([2, 3], gap="large", vertical_alignment="center")
with score:
    cards.score(
        format_nps(found.estimate.nps),
        format_interval(found.estimate.low, found.estimate.high),
        found.estimate.n,
    )
    strip = with_targets(interval_chart(found.estimate), wanted)
    st.plotly_chart(
        plotly_figure(strip), key="chart.strip", config={"displayModeBar": False}, alt=found.title
    )
    weights.line(scope, found.estimate)
    targets.show(found.estimate, wanted)
with groups:
    drawn = found.chart()
    cards.groups_legend(found.estimate.groups)
    draw.chart(drawn, scope.filters, key="groups", title=False)

left, right = st.columns([3, 2], gap="large")
with left:
    if found.histogram:
        draw.chart(
            distribution_chart(
                found.histogram, scope.survey.scale, subtitle=scope.words, source=scope.source
            ),
            scope.filters,
            key="distribution",
        )
    else:
        heading(
            "The file holds groups, not scores",
            "Promoter, passive and detractor as words: there is no distribution to draw.",
        )
with right:
    cards.standouts(found.standouts, scope.survey.attributes)

if found.trend is not None:
    draw.chart(
        with_targets(found.trend.chart(), wanted),
        scope.filters,
        key="overview-trend",
        note=found.trend.detectable,
    )
if found.measures:
    heading("Beside the NPS", "each in its own unit, with its 95% interval")
    cards.measures(found.measures)
