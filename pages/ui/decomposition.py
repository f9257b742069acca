"""Where a difference stands: taken apart by an attribute, or by the themes of the comments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import find_contributions
from nps_core.compare.contributions import most_telling_attribute
from nps_core.formatting import short
from nps_core.themes.contribution import find_theme_contributions
from pages.ui import choices, draw, marks, tables, theme_state
from pages.ui.text import findings, heading

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Scope, Survey
    from nps_core.compare.comparison import Comparison
    from nps_core.compare.contribution import Contributions

_THEMES = ""  # no column is called so


def show(scope: Scope, found: Comparison, names: Sequence[str]) -> None:
    """The parts of a difference as a waterfall; `names` are the attributes that do not pick the sides.

    Themes take a while to be found, so they are looked for when they are picked and not before.
    """
    commented = scope.survey.has_comments
    options = [*names, *([_THEMES] if commented else [])]
    if not options:
        return
    st.space("small")
    place = st.container()
    picked = choices.one(
        st.selectbox,
        "Take apart by",
        options,
        default=most_telling_attribute(found, names) if names else options[0],
        key="sides.why",
        width=280,
        format_func=lambda name: short(name) if name else "Themes of the comments",
    )
    apart = _apart(scope.survey, found, picked, len(options))
    if apart is None:
        if picked == _THEMES:
            with place:
                heading("Where the difference stands", theme_state.looking())
        return
    drawn = apart.chart()
    with place:
        heading("Where the difference stands", drawn.title)
        findings(apart.sentences)
    if len(apart.segments) < 2:  # noqa: PLR2004 - one part is the whole
        return
    parts = [one.part.label for one in apart.segments]
    rows = marks.of_values(picked, parts)
    if apart.by_theme:
        themes = theme_state.themes(scope.survey)
        rows = marks.of_themes(zip(themes.titles, range(themes.k), strict=True)) if themes else {}
    draw.chart(drawn, scope, key="compare-why", title=False, rows=rows, columns=marks.of_sides(found))
    tables.folded(
        drawn,
        tables.PARTS,
        key="compare-why",
        name="The parts as a table",
        note=(
            "Within: how differently a part's own people score. Mix: how many more or fewer they are. All of"
            " them add up to the difference."
        ),
    )


def _apart(survey: Survey, found: Comparison, picked: str, looks: int) -> Contributions | None:
    if picked != _THEMES:
        return find_contributions(found, picked, looks=looks)
    themes = theme_state.themes(survey)
    return find_theme_contributions(found, themes, looks=looks) if themes is not None else None
