"""How often each segment speaks of each theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import count_themes_by, filter_choices
from nps_core.themes.rows import theme_by_chart
from pages.ui import choices, draw, marks

if TYPE_CHECKING:
    from nps_core import Scope
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRows


def show(scope: Scope, found: Themes, rows: ThemeRows) -> None:
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
