"""Reading the comments of a theme: which theme, said by whom, with which words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.comments import search_comments
from nps_core.formatting import format_interval, format_nps, format_share, plural, with_interval
from nps_core.themes.in_survey import theme_responses, theme_words, tones_in
from pages.ui import choices, reader, theme_list, theme_overrides
from pages.ui.text import heading

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from nps_core import Scope
    from nps_core.themes.comparison import SegmentTheme
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow, ThemeRows

_GROUPS = {"": "Everyone", "detractor": "Detractors", "passive": "Passives", "promoter": "Promoters"}
_TONES = {"complaint": "Complaints", "praise": "Praise"}
_SHOWN = _GROUPS | _TONES
_GROUP_TONES: dict[tuple[str, ...], int] = {("detractor",): -1, ("promoter",): 1}
_FIRST = {
    (True, -1): "complaints first",
    (True, 1): "praise first",
    (False, -1): "detractors first",
    (False, 1): "promoters first",
}


def show(scope: Scope, found: Themes, rows: ThemeRows, beside: Mapping[int, SegmentTheme]) -> None:
    """The themes on the left, the comments of the one that is open on the right.

    Under a filter on groups each theme stands `beside` what the other groups say of it.
    """
    name, number = theme_list.opened(rows, beside)
    row = next((one for one in rows if one.number == number), None)
    left, right = st.columns([7, 17], gap="medium")
    with left:
        theme_list.show(found, rows, name, beside)
    with right:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key="reading"):
            toned = row is not None and row.tones is not None
            shown = choices.view(
                "Which comments",
                {key: word for key, word in _SHOWN.items() if toned or key in _GROUPS},
                key="themes.group",
                default="",
            )
            text = st.text_input(
                "Search in these comments",
                key="themes.search",
                placeholder="Search in these comments",
                label_visibility="collapsed",
                width=220,
            ).strip()
        heading(*_head(row, name, beside))
        tone = _GROUP_TONES.get(scope.groups, row.tone if row and row.nps != row.nps_without else 0)
        places = search_comments(scope, _places(scope, found, number, shown, tone), text)
        reader.show(
            scope,
            places,
            key="themes",
            lit=(text,) if text else theme_words(found, number),
            whole_words=not text,
            themes=found,
            theme=number,
            open_theme=theme_list.open_theme,
            move=partial(theme_overrides.move, scope.survey, found, number),
            said=told_first(found, tone) if not shown and len(places) > 1 else "",
            tall=True,
        )


def told_first(found: Themes, tone: int) -> str:
    """The order in words: what tells why a theme stands where it does comes first."""
    toned = found.tones is not None and found.tones.shown
    return _FIRST.get((toned, tone), "")


def _places(scope: Scope, found: Themes, number: int, shown: str, tone: int) -> NDArray[np.intp]:
    if number != theme_list.EVERY:
        places = theme_responses(scope, found, number, group=shown if shown in _GROUPS else "", tone=tone)
        tones = tones_in(found, number, places) if shown in _TONES else None
        return places if tones is None else places[tones == (1 if shown == "praise" else -1)]
    chosen = scope.with_filters(groups=(shown,)) if shown else scope
    return chosen.counts.commented[0]


def _head(row: ThemeRow | None, name: str, beside: Mapping[int, SegmentTheme]) -> tuple[str, str]:
    if row is None:
        return (
            ("All comments", "")
            if name == theme_list.ALL
            else ("Uncoded", "comments about none of the themes")
        )
    if (one := beside.get(row.number)) is not None:
        told = (
            f"{format_share(one.share)} of their comments, {format_share(one.rest)} of those of the others;"
            f" {format_nps(one.more)} percentage points ({format_interval(one.low, one.high)})"
        )
    else:
        told = (
            f"NPS {with_interval(row.nps, row.low, row.high)} of {plural(row.n, 'comment')},"
            f" {format_share(row.share)} of all"
        )
    return row.name, "; ".join(filter(None, (told, row.said)))
