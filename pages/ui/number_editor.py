"""Numbers that somebody types in beside names: how many were invited, how many there are in truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.accounts.non_respondents import Answered


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
