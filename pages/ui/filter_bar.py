"""The filters over every page: a chip for each that is in use, and one place to pick them.

What holds is one value in the session, whether or not a widget shows it; what is picked in a widget is taken over. A
click may come before the browser has heard of the one before, and tells then what its widgets showed earlier. So
where filters change otherwise than in their widgets, all of these are new ones, by their keys, and what the former
ones say is not heard. The values of an attribute and their figures are only drawn, and counted, while somebody looks
at them.
"""

from __future__ import annotations

from dataclasses import replace
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
_TURN, _READING, _LEFT_OUT = "bar.turn", "filter.of", "link.left_out"


def show(survey: Survey, link: str) -> None:
    """Draw the filters in a row and keep what is picked in the session; the address follows.

    The address is read once, when the survey is opened or read otherwise: after that the session decides, since
    Streamlit drops the parameters of the address at each change of page.
    """
    choices = filter_choices(survey)
    reading = (link, survey.digest)  # of the same link, another reading of the files has other choices
    if st.session_state.get(_READING) != reading:
        asked = state.opened(survey, link)
        hold(survey, asked.filters)
        st.session_state[_LEFT_OUT] = asked.left_out
        st.session_state[_READING] = reading
    filters = st.session_state["filters"] = _picked()
    _days(choices, filters)
    _picker(session.current(), choices)
    for place, (what, words) in enumerate(_in_use(filters)):
        _chip(place, what, words)
    state.show(link, filters, survey)


def left_out() -> None:
    """Say what of a link was left out."""
    for sentence in st.session_state[_LEFT_OUT]:
        say(sentence, "plain")


def reset() -> None:
    """Take all filters off; for the callbacks of widgets."""
    _hold(Filters())
    st.session_state[_LEFT_OUT] = ()


def hold(survey: Survey, filters: Filters) -> None:
    """Let just these filters hold, as far as a survey has them; before widgets are drawn, or in their callbacks."""
    choices = filter_choices(survey)
    since, until = _within(filters.since, choices), _within(filters.until, choices)
    _hold(replace(filters.known_to(survey), since=since, until=until))


def _hold(filters: Filters) -> None:
    st.session_state["filters"] = filters
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1


def _key(what: str = "") -> str:
    """The key of a widget, until filters change otherwise."""
    return f"filter.{st.session_state[_TURN]}.{what}"


def _picked() -> Filters:
    """What holds, with what was just picked."""
    filters: Filters = st.session_state["filters"]
    for key in map(str, st.session_state):
        if key.startswith(_key()):
            filters = _with(filters, key.removeprefix(_key()), st.session_state[key])
    return filters


def _with(filters: Filters, what: str, value: Any) -> Filters:  # noqa: ANN401 - the value of a widget
    """The same filters with something else picked of one thing to filter by; nothing for None."""
    if what.startswith(_BY):
        return filters.with_attribute(what.removeprefix(_BY), value or ())
    if what == _GROUPS:
        value = tuple(group for group in _ORDER if group in (value or ()))
    elif what == _TEXT:
        value = (value or "").strip()
    return replace(filters, **{what: value})


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
        # Of other days its own, as above.
        key = f"{_PRESET}.{filters.since}.{filters.until}"
        st.pills(
            "Days",
            [_ALL, *(one.name for one in presets)],
            default=now,
            key=key,
            format_func=lambda name: f"{safe(name)}",
            on_change=_preset_picked,
            args=(presets, key),
            label_visibility="collapsed",
        )
        say(f"Counted from the last day of the survey, {format_day(last)}.", "small")
        limits: dict[str, Any] = {"min_value": first, "max_value": last, "format": "DD/MM/YYYY"}
        with st.container(horizontal=True, gap="small", key="days"):
            st.date_input("From", filters.since, key=_key("since"), **limits)
            st.date_input("To", filters.until, key=_key("until"), **limits)


def _preset_picked(presets: Sequence[Preset], key: str) -> None:
    span = next((one for one in presets if one.name == st.session_state[key]), None)
    _hold(replace(_picked(), since=span and span.since, until=span and span.until))
    st.session_state[_DAYS] = False


def _picker(scope: Scope, choices: FilterChoices) -> None:
    """Where filters are picked: what to filter by, then its values."""
    box = st.popover("Filter", icon=":material/add:", key=_PICKER, on_change="rerun")
    if not box.open:
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
        if what == _TEXT:
            st.text_input(
                "Comment contains",
                scope.filters.text,
                key=_key(what),
                placeholder="a word or phrase",
                max_chars=state.LONGEST_TEXT,
            )
        elif what == _GROUPS:
            _values(what, scope.filters.groups, find_groups(scope), lambda group: f"{group.title()}s")
        else:
            name = what.removeprefix(_BY)
            _values(what, scope.filters.values_of(name), find_options(scope, name), str)


def _values(what: str, picked: Sequence[str], options: Sequence[Option], shown: Callable[[str], str]) -> None:
    """Values to pick from, each with its responses and their NPS under the other filters."""
    figures = {one.value: one.figures for one in options}
    if len({safe(value) for value in figures}) < len(figures) or len(figures) > _FEW:
        _search(what, picked, options)
    else:
        with st.container(key="values"):
            st.pills(
                safe(_name(what)),
                list(figures),
                selection_mode="multi",
                default=[value for value in picked if value in figures],
                key=_key(what),
                format_func=lambda value: f"{safe(shown(value))} :gray[{safe(figures[value])}]",
                label_visibility="collapsed",
                width="stretch",
            )
    about = f"; no NPS of fewer than {FEWEST}" if any(one.nps is not None for one in options) else ""
    say(f"Responses{' and NPS' if about else ''} under the other filters{about}.", "small")


def _search(what: str, picked: Sequence[str], options: Sequence[Option]) -> None:
    part = ""
    if len(options) > _MOST:
        part = st.text_input(
            "Find by a part of the name", key=_FIND, placeholder=f"of {len(options):,}", max_chars=_LONGEST
        )
    offered = containing(options, part, _MOST, kept=picked)
    figures = {one.value: one.figures for one in offered}
    st.multiselect(
        safe(short(_name(what))),
        list(figures),
        [value for value in picked if value in figures],
        key=_key(what),
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
    filters = _picked()
    for one in [what] if what else ["since", "until"]:
        filters = _with(filters, one, None)
    _hold(filters)


def _within(day: dt.date | None, choices: FilterChoices) -> dt.date | None:
    """A day of a link, moved into the survey's dates: the widget refuses others."""
    if day is None or choices.first is None or choices.last is None:
        return None
    return min(max(day, choices.first), choices.last)
