"""All themes in one chart, with what goes with each, and what promoters say against detractors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

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
