"""Tables of figures: written as everywhere else, and still sorted as the numbers they are."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, Any

import streamlit as st

from nps_core.charts.table import cell_words, head_of, kind_of
from nps_core.formatting import format_day, format_nps, format_share
from pages.ui.text import safe, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd

    from nps_core.accounts.non_respondents import Answered
    from nps_core.charts.spec import Chart

    Heads = Mapping[str, tuple[str, Callable[..., str] | None]]
    """Of a column its head, and how its cells are written; None for as they stand."""

_NOTHING = "–"  # what stands where there is no figure

MOST_ROWS = 200
"""Rows of a table that are sent to the browser; the download has all."""


def show(
    frame: pd.DataFrame,
    heads: Heads,
    *,
    key: str,
    alt: str,
    total: int | None = None,
    pick: Callable[[int], None] | None = None,
) -> None:
    """The first rows of a table, of a `total` where the frame has not all; `st.dataframe` shows text as text.

    A click on a cell of the first column calls `pick`, with the place of its row, from 0; it is a callback.

    The cells are written here and not by the browser, whose numbers have a hyphen for a minus and "-0" for what
    rounds to nothing; it sorts by the numbers behind them.
    """
    first = frame.head(MOST_ROWS).reset_index(drop=True)
    names = [str(name) for name in first]
    more: dict[str, Any] = {}
    written: dict[Any, Any] = {name: write for name in names if (write := _writer(first, name, heads))}
    if pick is not None:
        more = {
            "on_select": partial(_picked, f"table.{key}", names[0], pick),
            "selection_mode": "single-cell",
        }
    st.dataframe(
        first.style.format(written, na_rep=_NOTHING),
        hide_index=True,
        column_config={name: heads[name][0] if name in heads else head_of(name) for name in names},
        key=f"table.{key}",
        alt=alt or None,
        placeholder=_NOTHING,
        **more,
    )
    total = len(frame) if total is None else total
    if total > MOST_ROWS:
        say(f"The first {MOST_ROWS} of {total:,} rows; the download has all.", "small")


def _picked(key: str, name: str, pick: Callable[[int], None]) -> None:
    """Do what a click on a cell of the first column does."""
    for row, column in st.session_state[key].selection.cells:
        if column == name:
            pick(int(row))


def folded(
    drawn: Chart,
    heads: Heads,
    *,
    key: str,
    name: str = "The figures as a table",
    note: str = "",
    backwards: bool = False,
) -> None:
    """The table behind a chart, drawn once it is opened; `backwards` has the latest of its periods first."""
    box = st.expander(safe(name), key=f"figures.{key}", on_change="rerun")
    if not box.open:
        return
    with box:
        if note:
            say(note)
        show(drawn.table.iloc[::-1] if backwards else drawn.table, heads, key=key, alt=drawn.alt)


def _writer(frame: pd.DataFrame, name: str, heads: Heads) -> Callable[..., str] | None:
    """How a column is written: as its head asks, else as everywhere; None for as it stands."""
    if name in heads:
        return heads[name][1]
    kind = kind_of(name, frame[name])
    return None if kind == "text" else partial(cell_words, kind=kind)


def _percent(value: float) -> str:
    return format_share(value / 100)


def _day(day: dt.date | str) -> str:
    return format_day(dt.date.fromisoformat(str(day)[:10]))


def _points(write: Callable[..., str] = format_nps, **heads: str) -> Heads:
    return {name: (head, write) for name, head in heads.items()}


NPS: Heads = {"starts": ("starts", _day)}
"""The columns of NPS tables."""

MEASURES: Heads = {
    **_points(lambda value: f"{value:.2f}", mean="mean", mean_low="from", mean_high="to"),
}
"""The columns of CSAT and CES: means with two decimals."""

RATES: Heads = {
    **_points(nps="NPS", lowest="at worst", highest="at best", tipping_point="turns at"),
    "rate": ("rate", _percent),
}
"""The columns of response rates: rates in percent, NPS with a sign."""

PARTS: Heads = {
    **_points(
        partial(format_nps, digits=1),
        nps_a="NPS A",
        nps_b="NPS B",
        within="within",
        within_low="from",
        within_high="to",
        mix="mix",
        mix_low="mix from",
        mix_high="mix to",
    ),
    **_points(within_shown="within, as drawn"),
}
"""The columns of a difference taken apart: points with a sign and one decimal."""

ACCOUNTS: Heads = {
    "interval": ("95% interval", None),
    "last_answer": ("last answer", _day),
    "direction": ("change in half a year", None),
}
"""The columns of the accounts."""

REFERENCES: Heads = {"answered": ("answered", _day)}
"""The columns of references."""


def numbers(
    heard: Sequence[Answered], name: str, asked: str, *, key: str, known: Mapping[str, float] | None = None
) -> dict[str, float]:
    """A small table with one column to type into; what is blank is left out of the result."""
    rows: dict[str, list[Any]] = {
        "of": [one.label for one in heard],
        "answered": [int(one.estimate.n) for one in heard],
        "asked": [(known or {}).get(one.label) for one in heard],
    }
    filled = st.data_editor(
        rows,
        hide_index=True,
        disabled=["of", "answered"],
        key=key,
        num_rows="fixed",
        placeholder="",
        column_config={
            "of": st.column_config.TextColumn(name),
            "answered": st.column_config.NumberColumn("answered", format="localized"),
            "asked": st.column_config.NumberColumn(asked, min_value=0, format="localized"),
        },
    )
    return {
        label: float(count)
        for label, count in zip(filled["of"], filled["asked"], strict=True)
        if count is not None and count == count  # noqa: PLR0124 - a blank cell may come back as NaN
    }
