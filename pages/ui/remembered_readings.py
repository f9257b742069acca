"""How a file of the same columns was read before: by this visitor, or on this machine.

A session always remembers. Between sessions a reading is kept in a file only for somebody who sits at the machine
that serves the app, so that on a shared server nobody's choice changes what another one reads; the environment
variable `NPS_READINGS` names another folder for it, or says "off".
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from pages.ui import visitors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.corrections import Corrections

# `nps_core` is imported where it is needed: the first screen has no use for it.

VARIABLE = "NPS_READINGS"
_FOLDER = Path.home() / ".nps-dashboard"


def recalled(columns: Sequence[str]) -> Corrections | None:
    """How a file of these columns was last read; None where that is not known, or was as detected."""
    own = st.session_state.get("readings", {})
    if tuple(columns) in own:
        return own[tuple(columns)] or None
    folder = _folder()
    if folder is None or not columns:
        return None
    from nps_core.corrections import recall  # noqa: PLC0415 - see the imports

    return recall(folder, columns)


def keep(columns: Sequence[str], corrections: Corrections) -> None:
    """Remember how files of these columns are to be read."""
    st.session_state["readings"] = {**st.session_state.get("readings", {}), tuple(columns): corrections}
    if (folder := _folder()) is not None:
        from nps_core.corrections import remember  # noqa: PLC0415 - see the imports

        remember(folder, columns, corrections)


def _folder() -> Path | None:
    """Where readings are kept between sessions; None for nowhere."""
    said = os.environ.get(VARIABLE, "").strip()
    if said:
        return None if said.lower() == "off" else Path(said)
    return _FOLDER if visitors.at_this_machine() else None
