"""Two sides: how do two periods or groups differ, could it be seen, and where does the difference stand?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import compare_groups, filter_choices
from pages.ui import choices, comparison, draw, looks, marks
from pages.ui.text import answer, empty, heading, say

if TYPE_CHECKING:
    from nps_core import Scope, Survey
    from nps_core.compare.comparison import Comparison


def fills(survey: Survey) -> bool:
    """Whether a survey has responses of several days, or attributes, to pick sides by."""
    there = filter_choices(survey)
    return bool(there.attributes) or there.first != there.last


def show(scope: Scope) -> None:
    """Draw both sides, the verdict on their difference, and what it is made of."""
    names = [choice.name for choice in filter_choices(scope.survey).attributes]
    if not fills(scope.survey):
        answer("This file has nothing to compare by")
        empty(
            "Two sides need responses of several days, or a column such as persona, plan or region.",
            "If the file has one, give it a role under “Data”.",
        )
        return
    a, b, by, values = comparison.pick(scope, choices.line())
    found = compare_groups(scope, a, b, attribute=by, values=values)
    answer(found.title)
    say(found.verdict, "finding")
    for aside in found.asides:
        say(aside, "plain")
    say(looks.count(scope, (a, b, by, values)), "plain")
    if found.shared:
        return
    st.space("small")
    sides = marks.of_sides(found)
    draw.chart(
        found.chart(),
        scope,
        key="compare",
        title=False,
        about=tuple(filter(None, (found.overlap,))),
        rows=sides,
        columns=marks.GROUPS,
    )
    _answers(scope, found)
    if not found.change.too_few:  # of a difference that cannot be told nothing is taken apart
        comparison.show_parts(scope, found, [name for name in names if name != by])


def _answers(scope: Scope, found: Comparison) -> None:
    if found.a.histogram or found.b.histogram:
        st.space("small")
        drawn = found.answers_chart(scope.survey.scale)
        heading(drawn.title)  # who answered stands over it
        draw.chart(
            drawn,
            scope,
            key="compare-answers",
            title=False,
            rows=marks.of_scores(scope.survey.scale),
            columns=marks.of_sides(found),
        )
    with st.expander("How small a difference could show?"):
        say(found.detectable, "plain")
        points = choices.number("Plan for ± points", key="sides.points", default=5, low=1, high=50, width=160)
        say(found.plan(points), "plain")
