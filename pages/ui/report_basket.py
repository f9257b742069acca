"""What is collected for the report from any page: charts, with the filters they were drawn under, and quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.ui.text import safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core import Filters, Scope
    from nps_core.charts.spec import Chart
    from nps_core.themes.result import Themes

_MOST = 30  # charts; more slides than that nobody shows
_MOST_QUOTES = 6  # that one slide has room for; of more, the last are kept


def charts() -> list[tuple[Chart, str]]:
    """The charts collected of the survey that is open, and the filters of each in words."""
    return list(_trays().get(_digest(), ()))


def offer(
    chart: Chart, filters: Filters, key: str, *, kind: Literal["secondary", "tertiary"] = "tertiary"
) -> None:
    """Put a chart into the report, or take it out again."""
    place = _place(chart, filters)
    label, icon, click = ("Add to slides", ":material/add_to_photos:", _add)
    if place is not None:
        label, icon, click = ("In the slides", ":material/check:", _remove)
    st.button(
        safe(label),
        icon=icon,
        type=kind,
        key=f"tray.{key}",
        on_click=click,
        args=(chart, filters),
        help="Take it out again" if place is not None else None,
    )


def remove(place: int) -> None:
    """Take a chart out of the tray."""
    _keep([own for number, own in enumerate(charts()) if number != place])


def quotes() -> dict[int, str]:
    """The positions of the comments that were picked, each with the name of the theme it was read under."""
    kept: dict[str, dict[int, str]] = st.session_state.get("quotes", {})
    return kept.get(_digest(), {})


def turn_quotes(scope: Scope, some: Sequence[int], themes: Themes | None, theme: int) -> None:
    """Pick these comments, or let go of them where all are picked."""
    held = quotes()
    if all(place in held for place in some):
        kept = {place: name for place, name in held.items() if place not in some}
    else:
        kept = {**held, **{place: _theme_of(themes, theme, place) for place in some}}
    kept = dict(list(kept.items())[-_MOST_QUOTES:])
    st.session_state["quotes"] = {**st.session_state.get("quotes", {}), scope.survey.digest: kept}


def _theme_of(themes: Themes | None, theme: int, place: int) -> str:
    """The theme that is read; else the main one of the comment."""
    if themes is None:
        return ""
    number = theme if theme >= 0 else int(themes.labels[place])
    return themes.titles[number] if number >= 0 else ""


def _add(chart: Chart, filters: Filters) -> None:
    _keep([*charts(), (chart, filters.words())][-_MOST:])


def _remove(chart: Chart, filters: Filters) -> None:
    place = _place(chart, filters)
    if place is not None:
        remove(place)


def _place(chart: Chart, filters: Filters) -> int | None:
    """Where a chart is in the tray: known by what it says and shows, since each run draws it anew."""
    for place, (own, words) in enumerate(charts()):
        alike = (own.name, own.title, own.subtitle, words) == (
            chart.name,
            chart.title,
            chart.subtitle,
            filters.words(),
        )
        # A toggle or a target may change what is drawn under the same words.
        if alike and own.digest == chart.digest:
            return place
    return None


def _keep(held: list[tuple[Chart, str]]) -> None:
    st.session_state["trays"] = {**_trays(), _digest(): held}


def _trays() -> dict[str, list[tuple[Chart, str]]]:
    found: dict[str, list[tuple[Chart, str]]] = st.session_state.get("trays", {})
    return found


def _digest() -> str:
    opened = st.session_state.get("opened")
    return opened.survey.digest if opened else ""
