"""Rows as a file: made at once when they are few, and when asked for when they are many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.formatting import plural
from nps_core.report.tables import safe_csv
from pages.ui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

_READY_AT_ONCE = 10_000
"""Rows that are written at every visit; a million take seconds, and each filter change would wait for them."""


def take_rows(count: int, one: str, many: str, rows: Callable[[], pd.DataFrame], file: str) -> None:
    """A button that downloads rows as CSV, after one that writes them when they are many."""
    if count > _READY_AT_ONCE:
        place = st.empty()
        if not place.button(
            f"Write {safe(plural(count, one, many))}", key=f"write.{many}", icon=":material/table:"
        ):
            return
        place.empty()
        with st.spinner("Writing …"):
            text = safe_csv(rows())
    else:
        text = safe_csv(rows())
    st.download_button(
        f"{safe(plural(count, one, many))} (CSV)",
        text,
        file_name=file,
        mime="text/csv",
        key=f"rows.{many}",
        icon=":material/download:",
        on_click="ignore",
    )
