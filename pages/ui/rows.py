"""Tables as files: written when they are asked for, with points and commas or with commas and semicolons."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from nps_core.formatting import plural
from nps_core.report.tables import file_name, filtered_responses, safe_csv
from pages.ui import downloads, theme_state
from pages.ui.text import heading, safe, say

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from nps_core import Scope


def take_table(
    label: str, table: Callable[[], pd.DataFrame], file: str, key: str, digits: int | None = None
) -> None:
    """Two buttons that download a table as CSV: as most read it, and with decimal commas; see `safe_csv`."""
    with st.container(horizontal=True, gap="small"):
        for comma in (False, True):
            downloads.button(
                safe(f"{label} (CSV, decimal commas)" if comma else f"{label} (CSV)"),
                partial(_written, table, comma=comma, digits=digits),
                file,
                "text/csv",
                f"{key}.comma" if comma else key,
                kind="tertiary" if comma else "secondary",
            )


def take_responses(scope: Scope) -> None:
    """The responses that are shown, with their themes where these are known; of a table, why they are not given."""
    if scope.survey.elsewhere is not None:
        say("The responses of a table stay where they are: ask its database for them.")
        return
    # Looked for they are on the page of themes; what takes seconds does not begin for a file.
    themes = theme_state.themes(scope.survey) if theme_state.known(scope.survey) else None
    heading(
        "Take the responses away",
        f"as CSV, safe to open in a spreadsheet{', with their themes' if themes is not None else ''}",
    )
    take_table(
        plural(scope.n, "response shown", "responses shown"),
        lambda: filtered_responses(scope, themes),
        file_name("responses", scope.filters.words(), "csv"),
        "rows.shown",
    )


def _written(table: Callable[[], pd.DataFrame], *, comma: bool, digits: int | None) -> bytes:
    return safe_csv(table(), comma=comma, digits=digits)
