"""The report tray: charts collected from any page, with the filters under which they were drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from pages.ui.text import safe

if TYPE_CHECKING:
    from nps_core import Filters
    from nps_core.charts.spec import Chart

_MOST = 30  # charts; more slides than that nobody shows


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
