"""The two sides of a comparison: which days and which values each of them is picked by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core import Span, compare_paired, filter_choices, find_periods, usual_period
from nps_core.compare.groups import span_of
from nps_core.formatting import short
from pages.ui.text import findings, heading, safe

if TYPE_CHECKING:
    from nps_core import Scope
    from nps_core.compare.comparison import Comparison
    from nps_core.filters import FilterChoices

_ALL, _OTHER = "All dates", "Other dates …"


def pick(scope: Scope) -> tuple[Span, Span, str | None, tuple[list[str], list[str]]]:
    """Draw the pickers; the spans of A and B, the attribute and the values of either.

    A survey of several periods starts with the last two of them, any other with the values of an attribute.
    """
    choices = filter_choices(scope.survey)
    found = {span.label: span for span in find_periods(scope.whole, usual_period(scope.whole))}
    names = [choice.name for choice in choices.attributes]
    over_time = len(found) > 1
    by = None
    if names:
        by = st.selectbox(
            "Pick the sides by",
            [None, *names],
            index=0 if over_time else 1,
            width=280,
            key="compare.by",
            format_func=lambda name: short(name or "their dates only"),
        )
    values = next((choice.values for choice in choices.attributes if choice.name == by), ())
    sides = []
    for place, (column, name) in enumerate(zip(st.columns(2, gap="large"), ("A", "B"), strict=True)):
        with column:
            span = _span(name, found, choices, place if over_time and by is None else None)
            sides.append((span, _values(name, by, values)))
    (a, ours), (b, theirs) = sides
    return a, b, by, (ours, theirs)


def same_people(found: Comparison) -> None:
    """What it changes that some people or accounts answered on both sides; nothing where none are known to have."""
    if found.a.scope is None or found.b.scope is None:
        return
    said: list[str] = []
    whom: list[str] = []
    for by, who, most in (("respondent", "people", 2), ("account", "accounts", 1)):
        linked = compare_paired(found.a.scope, found.b.scope, by=by)
        told = linked.beside(found, who=who)[:most] if linked is not None else ()
        said += told
        whom += [who] if told else []
    if said:
        st.space("small")
        heading(f"The same {' and '.join(whom)}")
        findings(said)


def _span(name: str, found: dict[str, Span], choices: FilterChoices, place: int | None) -> Span:
    if not found:
        return span_of(None, None)
    options = [_ALL, *found, _OTHER]
    picked = st.selectbox(
        f"{safe(name)}: period",
        options,
        index=0 if place is None else place + 1,
        key=f"compare.{name}.period.{'time' if place is not None else 'values'}",
    )
    if picked == _OTHER:
        left, right = st.columns(2, gap="small")
        limits: dict[str, Any] = {
            "min_value": choices.first,
            "max_value": choices.last,
            "format": "DD/MM/YYYY",
        }
        since = left.date_input("First day", value=choices.first, key=f"compare.{name}.since", **limits)
        until = right.date_input("Last day", value=choices.last, key=f"compare.{name}.until", **limits)
        return span_of(since, until)
    return found.get(picked, span_of(None, None))


def _values(name: str, by: str | None, values: tuple[str, ...]) -> list[str]:
    if by is None:
        return []
    hint = "all" if name == "A" else "all others, or the same as A at other dates"
    return st.multiselect(
        f"{safe(name)}: {safe(short(by))}",
        values,
        default=values[:1] if name == "A" else [],
        key=f"compare.{name}.values.{by}",
        placeholder=hint,
    )
