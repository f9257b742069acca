"""Explore: what is asked of the score stands in one line; what is answered, under it."""

import streamlit as st

from pages.ui import choices, places, presets, session
from pages.views import accounts, by_segment, drivers, over_time, two_sides

VIEWS = {
    "time": ("Over time", over_time.show),
    "segments": ("By segment", by_segment.show),
    "sides": ("Two sides", two_sides.show),
    "drivers": ("Drivers", drivers.show),
    "accounts": ("Who speaks", accounts.show),
}

scope = session.current()
with st.container(horizontal=True, vertical_alignment="center", gap="small"):
    usual = "segments" if scope.survey.attributes else "time"
    view = choices.view(
        "View", {key: name for key, (name, _) in VIEWS.items()}, key=places.VIEW, default=usual
    )
    presets.offer(scope)
# What is picked of a view reads as one line: NPS by Age group, against the rest.
VIEWS[view][1](scope, st.container(horizontal=True, vertical_alignment="center", gap="small", key="line"))
