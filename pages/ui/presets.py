"""Questions that are often asked: each picks what it takes to answer it under Explore."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core import filter_choices, find_periods, usual_period
from nps_core.accounts.roles import likely_roles
from pages.ui import choices, comparison, places
from pages.ui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core import Scope, Span

_KEY = "explore.preset"


def offer(scope: Scope) -> None:
    """A menu of the questions that this survey can answer; nothing where it can answer none."""
    found = _questions(scope)
    if found:
        st.menu_button(
            "Often asked",
            list(found),
            format_func=safe,
            key=_KEY,
            on_click=_ask,
            args=(found,),
            icon=":material/bolt:",
            type="tertiary",
        )


def _ask(found: dict[str, Callable[[], None]]) -> None:
    if asked := found.get(st.session_state.get(_KEY) or ""):
        asked()


def _questions(scope: Scope) -> dict[str, Callable[[], None]]:
    """The names of the questions, and what picks each."""
    period = usual_period(scope.whole)
    spans = find_periods(scope.whole, period)
    roles = _roles(scope)
    found: dict[str, Callable[[], None]] = {}
    if len(spans) > 1:
        last, before = spans[:2]
        names = (last.label, before.label)
        found[f"The last {period} against the one before"] = partial(comparison.put, periods=names)
    if year := _year_before(spans):
        found[f"The last {period} against a year before"] = partial(
            comparison.put, periods=(spans[0].label, year.label)
        )
    if roles:
        by, values = roles
        found["Decision makers against end users"] = partial(comparison.put, by, values)
        if spans:
            found[f"Decision makers against end users, last {period}"] = partial(
                comparison.put, by, values, (spans[0].label, spans[0].label)
            )
    if spans:
        found["Before and after something you did"] = partial(choices.put, places.VIEW, "time")
    return found


def _roles(scope: Scope) -> tuple[str, tuple[list[str], list[str]]] | None:
    """The attribute that holds both decision makers and end users, with the values of either; persona first."""
    for choice in filter_choices(scope.survey).attributes:
        deciders, users = likely_roles(choice.values)
        if deciders and users:
            return choice.name, (deciders, users)
    return None


def _year_before(spans: Sequence[Span]) -> Span | None:
    """The span that began a year before the last one, give or take the days by which weeks shift."""
    if not spans or spans[0].since is None:
        return None
    then = spans[0].since - dt.timedelta(days=365)
    near = [span for span in spans if span.since is not None and abs((span.since - then).days) <= _SHIFT]
    return near[0] if near else None


_SHIFT = 3  # days
