"""How many questions somebody has asked by hand of a survey: said on screen, and in no link, deck or export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from nps_core.formatting import ordinal

if TYPE_CHECKING:
    from collections.abc import Hashable

    from nps_core import Scope

_KEPT = 200  # questions; who asks more is told of as many


def count(scope: Scope, question: Hashable) -> str:
    """Note a question under these filters, once, and say the how manieth it is."""
    asked: dict[Hashable, None] = st.session_state.setdefault(f"looks.{scope.survey.digest}", {})
    if len(asked) < _KEPT:
        asked[question, scope.filters] = None
    number = len(asked)
    which = "first" if number == 1 else ordinal(number)
    return f"Asked by itself, your {which} look at this survey: of twenty, one shows by chance."
