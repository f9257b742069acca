"""The filters in the sidebar: widgets <-> Filters <-> URL, the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core import FilterError, Filters, Survey, filter_choices, short
from pages.ui.text import safe, say

if TYPE_CHECKING:
    import datetime as dt

    from nps_core import FilterChoices

_MORE, _CARRIED = "link.more", ("did", "aim", "hand", "weigh")

_OPEN_ATTRIBUTES = 6
"""So many attributes stand open in the sidebar; the others wait under "More filters"."""


def show(survey: Survey, link: str) -> Filters:
    """Draw the filter bar and return what is picked; the URL follows.

    The URL is read once, when the survey is opened or read otherwise: after that the widgets decide, since Streamlit
    drops the URL's parameters at each change of page.
    """
    choices = filter_choices(survey)
    reading = (link, survey.digest)  # of the same link, another reading of the files has other choices
    if st.session_state.get("filter.of") != reading:
        asked = _from_url(link)
        known = asked.known_to(survey) if asked is not None else Filters()
        _seed(known, choices)
        st.session_state["link_cut"] = known != asked
        st.session_state[_MORE] = _more_from_url(link)
        st.session_state["filter.of"] = reading
    with st.sidebar:
        filters = _widgets(choices)
    if st.session_state["link_cut"]:
        say("Some filters of this link are not in this survey and were left out.", "plain")
    _to_url(filters, link)
    st.session_state["filters"] = filters
    return filters


def kept(name: str) -> list[str]:
    """What else the link carries under a name: the interventions and targets that somebody typed in."""
    return list(st.session_state.get(_MORE, {}).get(name, []))


def keep(name: str, texts: list[str]) -> None:
    """Let the link carry these texts under a name, on every page, until the survey is closed."""
    st.session_state[_MORE] = {**st.session_state.get(_MORE, {}), name: texts}


def reset() -> None:
    """Take all filters off."""
    for key in list(st.session_state):
        if str(key).startswith("filter.") and key != "filter.of":
            st.session_state[key] = [] if isinstance(st.session_state[key], list) else None
    st.session_state["filter.text"] = ""
    st.session_state["link_cut"] = False


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
        "Group", ["promoter", "passive", "detractor"], selection_mode="multi", key="filter.groups",
        format_func=lambda group: f"{group.title()}s",
    )  # fmt: skip
    since = until = None
    if choices.first and choices.last:
        days = st.container(horizontal=True, gap="small", key="days")
        limits = {"min_value": choices.first, "max_value": choices.last, "format": "DD/MM/YYYY"}
        since = days.date_input("From", value=None, key="filter.since", **limits)
        until = days.date_input("To", value=None, key="filter.until", **limits)
    text = st.text_input("Comment contains", key="filter.text", placeholder="a word or phrase")
    order = ("promoter", "passive", "detractor")
    return Filters(
        since=since, until=until, groups=tuple(group for group in order if group in groups),
        attributes=filters.attributes, text=(text or "").strip(),
    )  # fmt: skip


def _attribute(filters: Filters, name: str, values: tuple[str, ...]) -> Filters:
    picked = st.multiselect(
        safe(short(name)), values, key=f"filter.by.{name}", placeholder="all", help=safe(name) if short(name) != name else None,
    )  # fmt: skip
    return filters.with_attribute(name, picked)


def _within(day: dt.date | None, choices: FilterChoices) -> dt.date | None:
    """A day of a link, moved into the survey's dates: the widget refuses others."""
    if day is None or choices.first is None or choices.last is None:
        return None
    return min(max(day, choices.first), choices.last)


def _from_url(link: str) -> Filters | None:
    """The filters of the link; None where they cannot be read.

    Those of a link that was made for another survey mean nothing here: there are none then.
    """
    if st.query_params.get("survey") != link:
        return Filters()
    try:
        return Filters.from_query({key: st.query_params.get_all(key) for key in st.query_params})
    except FilterError:
        # A link that was cut or edited: better the whole view than none, and the page says so.
        return None


def _more_from_url(link: str) -> dict[str, list[str]]:
    if st.query_params.get("survey") != link:
        return {}
    return {name: st.query_params.get_all(name) for name in _CARRIED if name in st.query_params}


def _to_url(filters: Filters, link: str) -> None:
    more = {name: texts for name, texts in st.session_state.get(_MORE, {}).items() if texts}
    wanted = {"survey": [link], **filters.to_query(), **more}
    if {key: st.query_params.get_all(key) for key in st.query_params} != wanted:
        st.query_params.from_dict(wanted)
