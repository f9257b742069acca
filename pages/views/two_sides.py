"""Two sides: how do two periods or groups differ, could it be seen, and where does the difference stand?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import compare_groups, filter_choices
from pages.ui import choices, comparison, decomposition, draw, looks, marks
from pages.ui.text import answer, empty, heading, say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Scope
    from nps_core.compare.comparison import Comparison


def show(scope: Scope, line: DeltaGenerator) -> None:
    """Draw both sides, the verdict on their difference, and what it is made of."""
    there = filter_choices(scope.survey)
    names = [choice.name for choice in there.attributes]
    if not names and there.first == there.last:
        answer("This file has nothing to compare by")
        empty(
            "Two sides need responses of several days, or a column such as persona, plan or region.",
            "If the file has one, give it a role under “Data”.",
        )
        return
    a, b, by, values = comparison.pick(scope, line)
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
    draw.chart(found.chart(), scope, key="compare", title=False, rows=sides, columns=marks.GROUPS)
    st.space("small")
    _answers(scope, found)
    decomposition.show(scope, found, [name for name in names if name != by])


def _answers(scope: Scope, found: Comparison) -> None:
    has_scores = found.a.histogram or found.b.histogram
    left, right = st.columns([3, 2] if has_scores else [2, 1], gap="large")
    if has_scores:
        with left:
            draw.chart(
                found.answers_chart(scope.survey.scale),
                scope,
                key="compare-answers",
                rows=marks.of_scores(scope.survey.scale),
                columns=marks.of_sides(found),
            )
    with right if has_scores else left:
        heading("How small a difference could show?")
        say(found.detectable, "plain")
        points = choices.number("Plan for ± points", key="sides.points", default=5, low=1, high=50, width=160)
        say(found.plan(points), "plain")
