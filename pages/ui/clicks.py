"""Which mark of a chart is looked into: said by a click on it, or by the keyboard.

A caller of `draw.chart` hands over what its rows (and columns) stand for, by the names that the chart has for them. One
script for the whole page watches where a chart is clicked: plotly's own selection takes neither cells nor the names of
rows, dims what is not selected, and takes the same mark once only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.formatting import short
from pages.ui.text import safe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.charts.spec import Chart
    from pages.ui.marks import Mark


@dataclass(frozen=True)
class Answers:
    """What the rows and the columns of a chart stand for; None for those that stand for nothing."""

    rows: tuple[Mark | None, ...]
    columns: tuple[Mark | None, ...] = ()

    @property
    def options(self) -> list[int]:
        """The rows that answer."""
        return [place for place, mark in enumerate(self.rows) if mark]

    def __bool__(self) -> bool:
        """Whether any row answers."""
        return bool(self.options)


def answers(
    drawn: Chart, rows: Mapping[str, Mark] | None, columns: Mapping[str, Mark] | None = None
) -> Answers:
    """What the marks of a chart stand for, in its order.

    Parameters
    ----------
    rows, columns
        By the names of the chart's categories; by those of its columns of cells or of its series. A single bar of
        groups has these as its rows.
    """
    heads = [head.partition("\n")[0] for head in drawn.heads] or [one.name for one in drawn.series]
    names = heads if drawn.kind == "groups" and not drawn.columns else drawn.categories
    hover = next((one.hover for one in drawn.series if one.hover), ())
    said = hover if len(hover) == len(names) else ("",) * len(names)
    found = [(rows or {}).get(name) for name in names]
    of_columns = columns or {}
    return Answers(
        tuple(
            mark and replace(mark, said=words.partition(": ")[2])
            for mark, words in zip(found, said, strict=True)
        ),
        tuple(map(of_columns.get, heads if drawn.kind in _WITH_COLUMNS else of_columns)),
    )


_WITH_COLUMNS = ("cells", "columns", "groups")
"""The kinds of charts that have what the columns are called; of the others the panel alone knows it."""


_OPEN, _CLOSED = "panel.open", "panel.closed"


_JS = Path(__file__).with_name("clicks.js").read_text(encoding="utf-8")


_listener = st.components.v2.component("clicks", html="", js=_JS)


def listen() -> None:
    """Watch for clicks on charts, and give the focus back when a panel is closed; once a page."""
    # It stays there until the next one: what a run says that another one overtakes never reaches the browser.
    chart, times = st.session_state.get(_CLOSED, ("", 0))
    _listener(key="clicks", data={"closed": chart, "times": times}, on_mark_change=_clicked)


def look_into(found: Answers, key: str) -> None:
    """The way to the same by keyboard, and by touch: the rows by their names."""
    names = _apart([mark.name if mark else "" for mark in found.rows])
    st.menu_button(
        "Look into",
        found.options,
        format_func=lambda place: safe(names[place]),
        key=f"into.{key}",
        icon=":material/search:",
        type="tertiary",
        on_click=_picked,
        args=(key,),
    )


def opened(key: str, found: Answers) -> tuple[int, int | None] | None:
    """The row and the column of a chart that are looked into; None where none of it is."""
    chart, row, column = st.session_state.get(_OPEN, ("", 0, None))
    if chart != _class(key) or not 0 <= row < len(found.rows) or found.rows[row] is None:
        return None
    there = column is not None and 0 <= column < len(found.columns) and found.columns[column] is not None
    return row, column if there else None


def close() -> None:
    """Look into nothing any more."""
    chart, *_ = st.session_state.pop(_OPEN, ("",))
    _, times = st.session_state.get(_CLOSED, ("", 0))
    st.session_state[_CLOSED] = chart, times + 1


def _picked(key: str) -> None:
    _open(_class(key), st.session_state[f"into.{key}"], None)


def _clicked() -> None:
    """Take what the browser says: it is input."""
    mark = st.session_state["clicks"].mark
    if not isinstance(mark, dict) or not isinstance(mark.get("chart"), str):
        return
    row, column = mark.get("row"), mark.get("column")
    if isinstance(row, int):
        _open(mark["chart"], row, column if isinstance(column, int) else None)


def _open(chart: str, row: int, column: int | None) -> None:
    st.session_state[_OPEN] = (chart, row, column)


def _class(key: str) -> str:
    """A key as it stands in the page."""
    return "".join(char if char.isalnum() else "-" for char in key)


def _apart(names: Sequence[str]) -> list[str]:
    """The names, those that stand there twice with a number."""
    shown: list[str] = []
    for name in map(short, names):
        same = sum(own == name or own.startswith(f"{name} (") for own in shown)
        shown.append(f"{name} ({same + 1})" if same else name)
    return shown
