"""Tables as files: written when they are asked for, with points and commas or with commas and semicolons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.report.tables import safe_csv
from pages.ui import login
from pages.ui.text import safe

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def take_table(
    label: str, table: Callable[[], pd.DataFrame], file: str, key: str, digits: int | None = None
) -> None:
    """Two buttons that download a table as CSV: as most read it, and with decimal commas; see `safe_csv`."""
    check = login.checker("exported", login.of_survey())
    for comma in (False, True):
        st.download_button(
            safe(f"{label} (CSV, decimal commas)" if comma else f"{label} (CSV)"),
            partial(_written, table, check, comma=comma, digits=digits),
            file_name=file,
            mime="text/csv",
            key=f"{key}.comma" if comma else key,
            icon=":material/table:",
            type="tertiary" if comma else "secondary",
            on_click="ignore",
        )


def _written(
    table: Callable[[], pd.DataFrame], check: Callable[[], None], *, comma: bool, digits: int | None
) -> bytes:
    check()
    return safe_csv(table(), comma=comma, digits=digits)
