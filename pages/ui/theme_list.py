"""The themes as a list to pick from: how often each comes up, from whom, and how those who speak of it score."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.formatting import format_count, format_interval, format_nps, format_share
from nps_core.themes.in_survey import UNCODED
from pages.ui import choices
from pages.ui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nps_core.themes.comparison import SegmentTheme
    from nps_core.themes.result import Themes
    from nps_core.themes.rows import ThemeRow, ThemeRows

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


def show(found: Themes, rows: ThemeRows, name: str, beside: Mapping[int, SegmentTheme] = _NOTHING) -> None:
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
            "key": _key(found),
        },
        key="themes.list",
        on_open_change=partial(_open, tuple(line["name"] for line in shown)),
    )


def _key(found: Themes) -> str:
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
