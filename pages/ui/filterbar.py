"""The filters in the sidebar: widgets <-> Filters <-> URL, the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core import Filters, Survey, filter_choices
from nps_core.formatting import short
from pages.ui import state
from pages.ui.text import safe, say

if TYPE_CHECKING:
    import datetime as dt

    from nps_core.filters import FilterChoices

_LEFT_OUT = "link.left_out"

_OPEN_ATTRIBUTES = 6
"""So many attributes stand open in the sidebar; the others wait under "More filters"."""


def show(survey: Survey, link: str) -> None:
    """Draw the filter bar and keep what is picked in the session; the URL follows.

    The URL is read once, when the survey is opened or read otherwise: after that the widgets decide, since Streamlit
    drops the URL's parameters at each change of page.
    """
    choices = filter_choices(survey)
    reading = (link, survey.digest)  # of the same link, another reading of the files has other choices
    if st.session_state.get("filter.of") != reading:
        asked = state.opened(survey, link)
        _seed(asked.filters, choices)
        st.session_state[_LEFT_OUT] = asked.left_out
        st.session_state["filter.of"] = reading
    with st.sidebar:
        filters = _widgets(choices)
    for sentence in st.session_state[_LEFT_OUT]:
        say(sentence, "plain")
    state.show(link, filters, survey)
    st.session_state["filters"] = filters


def reset() -> None:
    """Take all filters off."""
    for key in list(st.session_state):
        if str(key).startswith("filter.") and key != "filter.of":
            st.session_state[key] = [] if isinstance(st.session_state[key], list) else None
    st.session_state["filter.text"] = ""
    st.session_state[_LEFT_OUT] = ()


def _seed(filters: Filters, choices: FilterChoices) -> None:
    st.session_state["filter.since"] = _within(filters.since, choices)
    st.session_state["filter.until"] = _within(filters.until, choices)
    st.session_state["filter.groups"] = list(filters.groups)
    st.session_state["filter.text"] = filters.text
    for attribute in choices.attributes:
        st.session_state[f"filter.by.{attribute.name}"] = list(filters.values_of(attribute.name))


def _widgets(choices: FilterChoices) -> Filters:
    st.html('<div class="kicker">Filters</div>')
    filters = Filters()
    for attribute in choices.attributes[:_OPEN_ATTRIBUTES]:
        filters = _attribute(filters, attribute.name, attribute.values)
    more = choices.attributes[_OPEN_ATTRIBUTES:]
    if more:
        with st.expander(f"{len(more)} more filters" if len(more) > 1 else "1 more filter"):
            for attribute in more:
                filters = _attribute(filters, attribute.name, attribute.values)
    groups = st.pills(
        "Group",
        ["promoter", "passive", "detractor"],
        selection_mode="multi",
        key="filter.groups",
        format_func=lambda group: f"{group.title()}s",
    )
    since = until = None
    if choices.first and choices.last:
        days = st.container(horizontal=True, gap="small", key="days")
        limits: dict[str, Any] = {
            "min_value": choices.first,
            "max_value": choices.last,
            "format": "DD/MM/YYYY",
        }
        since = days.date_input("From", value=None, key="filter.since", **limits)
        until = days.date_input("To", value=None, key="filter.until", **limits)
    text = st.text_input(
        "Comment contains", key="filter.text", placeholder="a word or phrase", max_chars=state.LONGEST_TEXT
    )
    order = ("promoter", "passive", "detractor")
    return Filters(
        since=since,
        until=until,
        groups=tuple(group for group in order if group in groups),
        attributes=filters.attributes,
        text=(text or "").strip(),
    )


def _attribute(filters: Filters, name: str, values: tuple[str, ...]) -> Filters:
    picked = st.multiselect(
        safe(short(name)),
        values,
        key=f"filter.by.{name}",
        placeholder="all",
        help=safe(name) if short(name) != name else None,
    )
    return filters.with_attribute(name, picked)


def _within(day: dt.date | None, choices: FilterChoices) -> dt.date | None:
    """A day of a link, moved into the survey's dates: the widget refuses others."""
    if day is None or choices.first is None or choices.last is None:
        return None
    return min(max(day, choices.first), choices.last)
