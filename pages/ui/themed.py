"""Themes in the session: found once per survey and number of themes, with progress while one waits."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING

import streamlit as st
from cachetools import TTLCache, cached

from nps_core import themes_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core import Survey, Themes


_RESULTS, _SECONDS = 8, 4 * 3600


def themes(survey: Survey, k: int | None) -> Themes:
    """The themes of a survey; `k` None lets the stability of the clusters choose."""
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, "Looking for themes …")
        found = _find(
            survey.digest, k, survey, lambda stage, share: bar.progress(min(1.0, share), f"{stage} …")
        )
    place.empty()
    return found


@cached(TTLCache(_RESULTS, _SECONDS), key=lambda digest, k, *_: (digest, k), lock=RLock())
def _find(digest: str, k: int | None, survey: Survey, progress: Callable[[str, float], object]) -> Themes:  # noqa: ARG001 - the key
    return themes_of(survey, k, progress=progress)
