"""Themes in charts: all of them with what goes with each, and how often each segment speaks of each."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import count_themes_by, filter_choices
from nps_core.themes.rows import theme_by_chart
from pages.ui import cards, choices, draw, marks, opinions, tables, theme_waves
from pages.ui.text import say

if TYPE_CHECKING:
    from nps_core import Scope
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRows


def show(scope: Scope, found: Themes, rows: ThemeRows) -> None:
    """Draw the themes that are presented first, or all of them."""
    shown = rows.presented or rows
    if shown.signs:
        say(shown.signs, "finding")
    trend, changes = theme_waves.lately(scope, found)
    if len(rows) > len(shown) and choices.toggle(
        f"All {len(rows)} themes", key="themes.all", help="Those that matter less, too."
    ):
        shown = rows
    drawn = shown.chart(trend=trend, changes=changes).with_marks(
        (),
        source=" Effect: points of the NPS that go with a theme, beyond what others in the same comments go with.",
    )
    cards.parts_key(shown.parts)
    draw.chart(
        drawn,
        scope,
        key="themes",
        rows=marks.of_themes(zip(drawn.categories, (row.number for row in shown), strict=True)),
        title=False,
    )
    tables.folded(drawn, tables.NPS, key="themes")
    st.space("small")
    opinions.show(scope, found)


def show_by_segment(scope: Scope, found: Themes, rows: ThemeRows) -> None:
    """Draw the themes by an attribute that is picked; nothing where the survey has none."""
    attributes = [choice.name for choice in filter_choices(scope.survey).attributes]
    if not attributes:
        return
    # One that the filters narrow to a single value has nothing to compare.
    open_ones = [name for name in attributes if len(scope.filters.values_of(name)) != 1]
    by = choices.one(
        st.selectbox,
        "Themes by",
        attributes,
        default=(open_ones or attributes)[0],
        key="themes.by",
        width=280,
    )
    labels, counts, commented = count_themes_by(scope, found, by)
    drawn = theme_by_chart(
        [row.name for row in rows],
        labels,
        counts[[row.number for row in rows]],
        commented,
        attribute=by,
        subtitle=scope.words,
        source=scope.source,
    )
    draw.chart(
        drawn,
        scope,
        key="themes-by",
        rows=marks.of_themes((row.name, row.number) for row in rows),
        columns=marks.of_values(by, labels),
    )
