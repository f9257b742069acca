"""Reading the comments of a theme: which theme, said by whom, with which words."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.comments import search_comments
from nps_core.formatting import format_count, format_interval, format_nps, format_share, plural, with_interval
from nps_core.themes.in_survey import UNCODED, theme_responses, theme_words, tones_in
from pages.ui import choices, reader, theme_overrides
from pages.ui.text import heading, safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    name, number = opened(rows, beside)
    row = next((one for one in rows if one.number == number), None)
    left, right = st.columns([7, 17], gap="medium")
    with left:
        _list(found, rows, name, beside)
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
            open_theme=open_theme,
            move=partial(theme_overrides.move, scope.survey, found, number),
            said=told_first(found, tone) if not shown and len(places) > 1 else "",
            tall=True,
        )


def told_first(found: Themes, tone: int) -> str:
    """The order in words: what tells why a theme stands where it does comes first."""
    toned = found.tones is not None and found.tones.shown
    return _FIRST.get((toned, tone), "")


def _places(scope: Scope, found: Themes, number: int, shown: str, tone: int) -> NDArray[np.intp]:
    if number != EVERY:
        places = theme_responses(scope, found, number, group=shown if shown in _GROUPS else "", tone=tone)
        tones = tones_in(found, number, places) if shown in _TONES else None
        return places if tones is None else places[tones == (1 if shown == "praise" else -1)]
    chosen = scope.with_filters(groups=(shown,)) if shown else scope
    return chosen.counts.commented[0]


def _head(row: ThemeRow | None, name: str, beside: Mapping[int, SegmentTheme]) -> tuple[str, str]:
    if row is None:
        return ("All comments", "") if name == ALL else ("Uncoded", "comments about none of the themes")
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


OPEN = "themes.open"
"""The key of the choice of the theme that is read; it stands in the link by its name."""

ALL, WITHOUT = "-all", "-uncoded"
"""Stand for all comments and for those without a theme among the names of themes, none of which begins so."""

_NOTHING: Mapping[int, SegmentTheme] = MappingProxyType({})
EVERY = -3
"""Stands for all comments among the numbers of themes."""

_SORTS: dict[str, tuple[str, Callable[[ThemeRow], Any]]] = {
    "worth": (
        "Matters most first",
        # As the headline says it: what costs beyond chance, then what brings, then the others.
        lambda row: (not row.stands_apart, row.stands_apart and row.effect > 0, -abs(row.effect), -row.n),
    ),
    "share": ("Most frequent first", lambda row: -row.n),
    "nps": ("Lowest NPS first", lambda row: (row.nps, -row.n)),
    "effect": ("Most negative effect first", lambda row: (row.effect, -row.n)),
}

_component = st.components.v2.component(
    "theme_list",
    html='<div class="themes"></div>',
    css=Path(__file__).with_name("theme_list.css").read_text(encoding="utf-8"),
    js=Path(__file__).with_name("theme_list.js").read_text(encoding="utf-8"),
)


def opened(rows: ThemeRows, beside: Mapping[int, SegmentTheme] = _NOTHING) -> tuple[str, int]:
    """The theme that is read, as its name and number: the one that was picked, or that matters most."""
    numbers = {row.name: row.number for row in rows}
    if rows.uncoded:
        numbers[WITHOUT] = UNCODED
    numbers[ALL] = EVERY
    first = next(iter(_sorted(rows, "worth", beside)), None)
    name = choices.picked(list(numbers), key=OPEN, default=first.name if first else ALL)
    return name, numbers[name]


def open_theme(name: str) -> None:
    """Let a theme be the one that is read; for callbacks."""
    choices.put(OPEN, name)


def pick(label: str, rows: ThemeRows, *, key: str) -> int:
    """The number of a theme that is picked; at first of the one that is read. There must be one."""
    numbers, (name, _) = {row.name: row.number for row in rows}, opened(rows)
    usual = name if name in numbers else next(iter(numbers))
    return numbers[choices.one(st.selectbox, safe(label), list(numbers), key=key, default=usual, width=380)]


def _list(found: Themes, rows: ThemeRows, name: str, beside: Mapping[int, SegmentTheme] = _NOTHING) -> None:
    """Draw the list in an order that is picked, with the theme of a name as the one that is open."""
    by = choices.one(
        st.selectbox,
        "Order of the themes",
        list(_SORTS),
        key="themes.sort",
        default="worth",
        format_func=lambda key: _SORTS[key][0],
        label_visibility="collapsed",
    )
    shown = [_line(row, by, beside.get(row.number)) for row in _sorted(rows, by, beside)]
    _component(
        data={
            "rows": [
                {"name": ALL, "title": "All comments", "n": format_count(rows.commented)},
                *shown,
                *(
                    [{"name": WITHOUT, "title": "Uncoded", "n": format_count(rows.uncoded)}]
                    if rows.uncoded
                    else []
                ),
            ],
            "open": name,
            "key": _bars_words(found),
        },
        key="themes.list",
        on_open_change=partial(_open, tuple(line["name"] for line in shown)),
    )


def _bars_words(found: Themes) -> str:
    """What the bars stand for, and what the tones are worth."""
    if found.tones is None or not found.tones.shown:
        return "Bars: share of the comments, by detractors, passives, promoters."
    return (
        "Bars: share of the comments, by complaint, neither, praise. The tone is learnt from the scores; the"
        f" words alone tell promoter from detractor in {format_share(found.tones.agreement)} of"
        f" {format_count(found.tones.n)} comments of one clause."
    )


def _sorted(rows: ThemeRows, by: str, beside: Mapping[int, SegmentTheme]) -> list[ThemeRow]:
    """Those presented first before the others; parts stand behind what they are parts of.

    Beside other groups those matter most that these speak of more, beyond chance.
    """
    order = _SORTS[by][1]
    if by == "worth" and beside:

        def order(row: ThemeRow) -> Any:  # noqa: ANN401 - as in _SORTS
            one = beside[row.number]
            return not (one.beyond_chance and one.more > 0), -one.more, -row.n

    wholes = sorted((row for row in rows if row.parent < 0), key=lambda row: (not row.first, order(row)))
    parts = sorted((row for row in rows if row.parent >= 0), key=order)
    return [one for row in wholes for one in (row, *(part for part in parts if part.parent == row.number))]


def _line(row: ThemeRow, by: str, one: SegmentTheme | None) -> dict[str, Any]:
    n = max(row.n, 1)
    line = {
        "name": row.name,
        "title": row.name,
        "part": row.parent >= 0,
        "share": row.share,
        "parts": [count / n for count in row.tones or (row.detractors, row.passives, row.promoters)],
        "nps": format_nps(row.nps),
        "between": f"effect {format_nps(row.effect, digits=1)}"
        if by == "effect"
        else format_interval(row.low, row.high),
        "percent": format_share(row.share),
        "n": format_count(row.n),
        "apart": row.stands_apart,
    }
    if one is None:
        return line
    # All of them have one score: how often they speak of it stands in its place, and how often the others do.
    return line | {
        "nps": format_share(one.share),
        "between": f"others {format_share(one.rest)}",
        "percent": format_nps(one.more),
        "apart": bool(one.beyond_chance and one.more > 0),
    }


def _open(names: Sequence[str]) -> None:
    asked = st.session_state["themes.list"].get("open")
    if asked in (*names, ALL, WITHOUT):
        open_theme(asked)
