"""By segment: who drags the score, who lifts it, and is it more than chance?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import cross_segments, filter_choices, find_segments, overview
from nps_core.formatting import short
from nps_core.segments.combination import find_worst_combination
from nps_core.segments.segments import shrink_segments, shrinkage_sentence
from nps_core.targets.target import with_targets
from pages.ui import choices, draw, looks, marks, opinions, tables, targets
from pages.ui.text import answer, empty, findings, heading, say

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from nps_core import Scope, Survey
    from nps_core.segments.result import Segments


_METHOD = "Each segment against the rest of these responses, corrected for all that the summary and a report look at."


def fills(survey: Survey) -> bool:
    """Whether a survey has attributes to compare."""
    return bool(filter_choices(survey).attributes)


def show(scope: Scope) -> None:
    """Draw the segments of an attribute against the rest, and what they speak of."""
    names = [choice.name for choice in filter_choices(scope.survey).attributes]
    if not names:
        answer("This file has no attributes to compare")
        empty(
            "Segments need a column such as persona, plan or region.",
            "If the file has one, give it a role under “Data”.",
        )
        return
    first, second = _attributes(scope, choices.line(), names)
    compared = find_segments(scope, first)
    answer(compared.title)
    findings(compared.sentences)
    _against_the_rest(scope, compared)
    if second:
        st.space("small")
        table = cross_segments(scope, first, second)
        say(looks.count(scope, (first, second)), "plain")
        draw.chart(
            table.chart(),
            scope,
            key="cross",
            rows=marks.of_values(first, table.labels_a),
            columns=marks.of_values(second, table.labels_b),
        )
    opinions.of_segment(scope, compared)
    st.space("small")
    heading("How small a difference could show?")
    say(compared.detectable, "plain")
    _combination(scope)


def _attributes(scope: Scope, line: DeltaGenerator, names: list[str]) -> tuple[str, str | None]:
    """The attribute whose segments are drawn, and the one that they are crossed with.

    Where to look first: the attribute with the segment furthest from the rest, if any is beyond chance.
    One that the filters narrow to a single value has nothing to compare.
    """
    found = overview(scope)
    open_ones = [name for name in names if len(scope.filters.values_of(name)) != 1] or names
    first = choices.one(
        line.selectbox,
        "Compare by",
        names,
        key="segments.by",
        default=found.standouts[0].attribute if found.standouts else open_ones[0],
        format_func=lambda name: f"NPS by {short(name)}",
        label_visibility="collapsed",
        width=240,
    )
    second = choices.one(
        line.selectbox,
        "And by",
        [None, *(name for name in names if name != first)],
        key="segments.against",
        default=None,
        format_func=lambda name: f"and by {short(name)}" if name else "against the rest",
        label_visibility="collapsed",
        width=240,
    )
    return first, second


def _against_the_rest(scope: Scope, compared: Segments) -> None:
    place = st.container()
    calmed = (
        shrink_segments(compared)
        if choices.toggle(
            "Draw small segments towards the mean",
            key="segments.calm",
            help=(
                "The best and the worst of small segments are partly luck: diamonds show where each would stand"
                " without it, by how many responses it has."
            ),
        )
        else None
    )
    with place:
        drawn = compared.chart(calmed=calmed)
        draw.chart(
            with_targets(drawn, targets.current()),
            scope,
            key="segments",
            title=False,
            about=(_METHOD,),
            rows=marks.of_values(compared.attribute, compared.labels),
        )
    if calmed:
        say(shrinkage_sentence(compared, calmed), "plain")
    tables.folded(drawn, tables.NPS, key="segments")


def _combination(scope: Scope) -> None:
    st.space("small")
    heading("Two attributes at once", "the combination that is lower than either of its values is elsewhere")
    if not choices.toggle("Look for the lowest combination", key="segments.combination"):
        return
    worst = find_worst_combination(scope)
    say(looks.count(scope, "combination"), "plain")
    if worst is None:
        say("No combination is below the others of both its values by more than chance.", "plain")
    else:
        findings(worst.sentences)
        parts = marks.of_combination(worst, scope)
        draw.chart(worst.chart(), scope, key="combination", title=False, rows=parts)
