"""Themes: what do people talk about, and how do those who say it score?"""

import streamlit as st

from nps_core import (
    comments,
    filter_choices,
    format_nps,
    search,
    theme_by,
    theme_by_chart,
    theme_responses,
    theme_rows,
    themes_chart,
    themes_title,
    view,
)  # fmt: skip
from pages.ui import draw, session, themed
from pages.ui.text import answer, empty, heading, say

survey, filters = session.current()
shown = view(survey, filters)

if survey.responses["comment"].notna().sum() == 0:
    answer("These responses have no comments")
    empty(
        "Themes need a column of comments.", "If the file has one, name it as the reason under “Your file”."
    )
    st.stop()

auto, first_shown, more = "automatic", 12, 24
top = st.container()
picked = st.selectbox("Number of themes", [auto, *range(3, 21)], key="themes.k", width=180)
found = themed.themes(survey, None if picked == auto else picked)
rows = theme_rows(found, survey, filters)
if not rows:
    answer("None of these comments says enough to be read")
    empty("Only blanks, dashes and the like are left.", "Widen the filters to see themes.")
    st.stop()

with top:
    answer(themes_title(rows))
    if found.note:
        say(found.note, "finding")
drawn = themes_chart(rows, subtitle=f"Themes of the comments · {shown.words}", source=shown.source)
draw.chart(drawn, filters, key="themes", title=False)
with st.expander("The figures as a table"):
    say(
        "Effect: points of the NPS that go with a theme, beyond what other themes in the same comments go with. Association, not cause."
    )
    draw.table(drawn.table, key="themes", columns=draw.nps_columns(), alt=drawn.alt)

st.space("small")
heading("Read the comments", "best examples first; words of the theme are marked")
names = {row.number: row for row in rows}
left, middle, right = st.columns([3, 2, 2])
number = left.selectbox(
    "Theme",
    list(names),
    format_func=lambda n: f"{names[n].name} ({names[n].n:,}, NPS {format_nps(names[n].nps)})",
    key="themes.open",
)
group = middle.selectbox(
    "Said by",
    ["everyone", "promoter", "passive", "detractor"],
    format_func=lambda g: g if g == "everyone" else f"{g}s",
    key="themes.group",
)
text = right.text_input("Search in them", key="themes.search", placeholder="a word or phrase")
places = theme_responses(found, survey, number, filters, group="" if group == "everyone" else group)
places = search(survey, places, text)
view_key = f"themes.shown.{number}.{group}.{text}"
limit = st.session_state.get(view_key, first_shown)
say(f"{len(places):,} comments" + (f" that contain “{text}”" if text else ""))
draw.comments(comments(survey, places, limit=limit), lit=(text,) if text else found.matched_words(number))
if len(places) > limit and st.button(f"Show {min(more, len(places) - limit):,} more", key="themes.more"):
    st.session_state[view_key] = limit + more
    st.rerun()

attributes = [choice.name for choice in filter_choices(survey).attributes]
if attributes:
    st.space("small")
    by = st.selectbox("Themes by", attributes, key="themes.by", width=280)
    labels, counts = theme_by(found, survey, by, filters)
    order = [row.number for row in rows]
    draw.chart(
        theme_by_chart([names[n].name for n in order], labels, counts[order], attribute=by, subtitle=shown.words, source=shown.source),
        filters, key="themes-by",
    )  # fmt: skip
