"""The filters over every page: a chip for each that is in use, and one place to pick them.

What is picked is held in the session under "filter.", whether or not its widget is drawn: the values of an attribute
and their figures are only drawn, and counted, while somebody looks at them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core import Filters, filter_choices
from nps_core.days import day_presets
from nps_core.filter_figures import FEWEST, containing, find_groups, find_options
from nps_core.filters import ACCOUNT
from nps_core.formatting import apart, capital, format_day, short
from pages.ui import session, state
from pages.ui.text import safe, say

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence

    from nps_core import Scope, Survey
    from nps_core.days import Preset
    from nps_core.filter_figures import Option
    from nps_core.filters import FilterChoices

_GROUPS, _TEXT, _BY = "groups", "text", "by."
_ORDER = ("promoter", "passive", "detractor")

_FEW = 12
"""So many things to pick from stand open; more of them in a list that one types into."""

_MOST = 500
"""So many values at most are sent to the browser; of more, those with a part of a name."""

_LONGEST = 44  # characters of a chip
_ALL = "All time"

_PICKER, _OF, _DAYS, _PRESET, _FIND = "bar.open", "bar.of", "bar.days", "bar.preset", "bar.find"
_DRAWN, _LEFT_OUT = "bar.drawn", "link.left_out"


def show(survey: Survey, link: str) -> None:
    """Draw the filters in a row and keep what is picked in the session; the address follows.

    The address is read once, when the survey is opened or read otherwise: after that the session decides, since
    Streamlit drops the parameters of the address at each change of page.
    """
    choices = filter_choices(survey)
    reading = (link, survey.digest)  # of the same link, another reading of the files has other choices
    if st.session_state.get("filter.of") != reading:
        asked = state.opened(survey, link)
        seed(asked.filters, choices)
        st.session_state[_LEFT_OUT] = asked.left_out
        st.session_state["filter.of"] = reading
    filters = st.session_state["filters"] = _picked(choices)
    _days(choices, filters)
    _picker(session.current(), choices)
    for place, (what, words) in enumerate(_in_use(filters)):
        _chip(place, what, words)
    state.show(link, filters, survey)


def _hold(drawn: str) -> None:
    """Put each filter into the session anew but the one whose widget stays.

    Another one would be forgotten with its widget, and a widget that is drawn again shows only what was put.
    """
    stays = {"filter.since", "filter.until"} | ({drawn} & {st.session_state.get(_DRAWN)})
    for key in _held():
        if key not in stays:
            st.session_state[key] = st.session_state[key]
    st.session_state[_DRAWN] = drawn


def keep() -> None:
    """Hold on to all filters in a run that draws none of them, and leads to another page."""
    for key in _held():
        st.session_state[key] = st.session_state[key]


def left_out() -> None:
    """Say what of a link was left out."""
    for sentence in st.session_state[_LEFT_OUT]:
        say(sentence, "plain")


def reset() -> None:
    """Take all filters off; for the callbacks of widgets."""
    for key in _held():
        _clear(key)
    st.session_state[_LEFT_OUT] = ()


def hold(survey: Survey, filters: Filters) -> None:
    """Let just these filters hold from the next run on; for the callbacks of widgets."""
    seed(filters, filter_choices(survey))


def seed(filters: Filters, choices: FilterChoices) -> None:
    """Let just these filters hold."""
    for key in _held():
        _clear(key)
    st.session_state["filter.since"] = _within(filters.since, choices)
    st.session_state["filter.until"] = _within(filters.until, choices)
    st.session_state["filter.groups"] = list(filters.groups)
    st.session_state["filter.text"] = filters.text
    for name, values in filters.attributes:
        st.session_state[f"filter.{_BY}{name}"] = list(values)


def _held() -> list[str]:
    return [key for key in map(str, st.session_state) if key.startswith("filter.") and key != "filter.of"]


def _clear(key: str) -> None:
    empty = {"filter.since": None, "filter.until": None, "filter.text": ""}
    st.session_state[key] = empty.get(key, [])


def _picked(choices: FilterChoices) -> Filters:
    """What is picked: also of widgets that are not drawn, and of those that were just clicked."""
    held = st.session_state
    by = {name: tuple(held.get(f"filter.{_BY}{name}") or ()) for name in (*_names(choices), ACCOUNT)}
    groups = held.get("filter.groups") or ()
    return Filters(
        since=held.get("filter.since"),
        until=held.get("filter.until"),
        groups=tuple(group for group in _ORDER if group in groups),
        attributes=tuple(sorted((name, values) for name, values in by.items() if values)),
        text=(held.get("filter.text") or "").strip(),
    )


def _names(choices: FilterChoices) -> list[str]:
    return [attribute.name for attribute in choices.attributes]


def _days(choices: FilterChoices, filters: Filters) -> None:
    """The days that are looked at, by their names or from one to another; nothing of a survey without dates."""
    first, last = choices.first, choices.last
    if first is None or last is None:
        return
    presets = day_presets(first, last)
    asked = filters.since, filters.until
    now = next((one.name for one in presets if (one.since, one.until) == asked), None if any(asked) else _ALL)
    with st.container(horizontal=True, gap=None, key="chip.days", width="content"):
        box = st.popover(
            safe(now or capital(filters.period)),
            icon=":material/calendar_month:",
            key=_DAYS,
            on_change="rerun",
        )
        if any(asked):
            _off("days", "the days")
    with box:
        st.session_state[_PRESET] = now
        st.pills(
            "Days",
            [_ALL, *(one.name for one in presets)],
            key=_PRESET,
            format_func=lambda name: f"{safe(name)}",
            on_change=_preset_picked,
            args=(presets,),
            label_visibility="collapsed",
        )
        say(f"Counted from the last day of the survey, {format_day(last)}.", "small")
        limits: dict[str, Any] = {"min_value": first, "max_value": last, "format": "DD/MM/YYYY"}
        with st.container(horizontal=True, gap="small", key="days"):
            st.date_input("From", value=None, key="filter.since", **limits)
            st.date_input("To", value=None, key="filter.until", **limits)


def _preset_picked(presets: Sequence[Preset]) -> None:
    span = next((one for one in presets if one.name == st.session_state[_PRESET]), None)
    st.session_state["filter.since"] = span and span.since
    st.session_state["filter.until"] = span and span.until
    st.session_state[_DAYS] = False


def _picker(scope: Scope, choices: FilterChoices) -> None:
    """Where filters are picked: what to filter by, then its values."""
    box = st.popover("Filter", icon=":material/add:", key=_PICKER, on_change="rerun")
    if not box.open:
        _hold("")
        return
    of = [_BY + name for name in _names(choices)] + [_GROUPS]
    of += [_BY + ACCOUNT] * (scope.survey.mapping.account is not None) + [_TEXT] * scope.survey.has_comments
    if st.session_state.get(_OF) not in of:
        st.session_state[_OF] = of[0]
    names = apart(map(_name, of), 32)
    with box, st.container(key="picker"):
        if len(of) <= _FEW:
            what = st.pills(
                "Filter by", of, key=_OF, required=True, format_func=lambda what: safe(names[_name(what)])
            )
        else:
            what = st.selectbox("Filter by", of, key=_OF, format_func=_name)
        what = what or of[0]
        _hold(f"filter.{what}")
        if what is None or what == _TEXT:
            st.text_input(
                "Comment contains",
                key="filter.text",
                placeholder="a word or phrase",
                max_chars=state.LONGEST_TEXT,
            )
        elif what == _GROUPS:
            _values("filter.groups", "Group", find_groups(scope), lambda group: f"{group.title()}s")
        else:
            _values(f"filter.{what}", _name(what), find_options(scope, what.removeprefix(_BY)), str)


def _values(key: str, name: str, options: Sequence[Option], shown: Callable[[str], str]) -> None:
    """Values to pick from, each with its responses and their NPS under the other filters."""
    figures = {one.value: one.figures for one in options}
    if len({safe(value) for value in figures}) < len(figures) or len(figures) > _FEW:
        _search(key, name, options)
    else:
        with st.container(key="values"):
            st.pills(
                safe(name),
                list(figures),
                selection_mode="multi",
                key=key,
                format_func=lambda value: f"{safe(shown(value))} :gray[{safe(figures[value])}]",
                label_visibility="collapsed",
                width="stretch",
            )
    about = f"; no NPS of fewer than {FEWEST}" if any(one.nps is not None for one in options) else ""
    say(f"Responses{' and NPS' if about else ''} under the other filters{about}.", "small")


def _search(key: str, name: str, options: Sequence[Option]) -> None:
    part = ""
    if len(options) > _MOST:
        part = st.text_input(
            "Find by a part of the name", key=_FIND, placeholder=f"of {len(options):,}", max_chars=_LONGEST
        )
    offered = containing(options, part, _MOST, kept=st.session_state.get(key) or ())
    figures = {one.value: one.figures for one in offered}
    st.multiselect(
        safe(short(name)),
        list(figures),
        key=key,
        placeholder="all; type to find one",
        filter_mode="contains",
        select_all=False,
        format_func=lambda value: f"{value}  ·  {figures[value]}" if value in figures else value,
        label_visibility="collapsed",
    )


def _name(what: str) -> str:
    """What one filters by, in words."""
    if what in (_GROUPS, _TEXT, _BY + ACCOUNT):
        return {_GROUPS: "Group", _TEXT: "Comment"}.get(what, "Account")
    return what.removeprefix(_BY)


def _in_use(filters: Filters) -> list[tuple[str, str]]:
    """What is filtered by besides the days, and in words."""
    used = [
        (_BY + name, f"{short(_name(_BY + name), 24)}: {_listed(values)}")
        for name, values in filters.attributes
    ]
    if filters.groups:
        used.append((_GROUPS, " and ".join(f"{group}s" for group in filters.groups).capitalize()))
    if filters.text:
        used.append((_TEXT, f"Comment: “{short(filters.text, 24)}”"))
    return used


def _listed(values: Sequence[str]) -> str:
    more = f" +{len(values) - 1}" if len(values) > 1 else ""
    return f"{short(values[0], 28)}{more}"


def _chip(place: int, what: str, words: str) -> None:
    with st.container(horizontal=True, gap=None, key=f"chip.{place}", width="content"):
        st.button(safe(short(words, _LONGEST)), key=f"chip.open.{place}", on_click=_open_at, args=(what,))
        _off(str(place), words, what)


def _off(place: str, words: str, what: str = "") -> None:
    st.button(
        f"Take off {safe(words)}",
        icon=":material/close:",
        key=f"chip.off.{place}",
        on_click=_take_off,
        args=(what,),
    )


def _open_at(what: str) -> None:
    st.session_state[_OF] = what
    st.session_state[_PICKER] = True


def _take_off(what: str) -> None:
    for key in [f"filter.{what}"] if what else ["filter.since", "filter.until"]:
        _clear(key)


def _within(day: dt.date | None, choices: FilterChoices) -> dt.date | None:
    """A day of a link, moved into the survey's dates: the widget refuses others."""
    if day is None or choices.first is None or choices.last is None:
        return None
    return min(max(day, choices.first), choices.last)
