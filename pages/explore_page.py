"""Explore: what is asked of the score stands in one line; what is answered, under it."""

import streamlit as st

from pages.ui import choices, comparison, places, session
from pages.views import accounts, by_segment, drivers, measures, over_time, two_sides

VIEWS = {
    "time": ("Over time", over_time),
    "segments": ("By segment", by_segment),
    "sides": ("Two sides", two_sides),
    "drivers": ("Drivers", drivers),
    "measures": ("CSAT/CES", measures),
    "accounts": ("Who speaks", accounts),
}

scope = session.current()
filled = [key for key, (_, view) in VIEWS.items() if view.fills(scope.survey)]
# Another one that an address asks for says what would be there.
usual = "segments" if "segments" in filled else filled[0]
asked = choices.peek(list(VIEWS), key=places.VIEW, default=usual)
with st.container(horizontal=True, vertical_alignment="center", gap="small", key="views"):
    shown = choices.view(
        "View",
        {key: name for key, (name, _) in VIEWS.items() if key in {*filled, asked}},
        key=places.VIEW,
        default=usual,
    )
    comparison.offer_often_asked(scope)
# Each view has its own room: what stood in that of another one would move up and down while this one comes.
for key, (_, view) in VIEWS.items():
    with st.container(key=f"room-{key}" if key == shown else f"left-{key}"):
        if key == shown:
            view.show(scope)
