"""Files -> waves: what each is called, in which order they come, and how each was read."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nps_core.survey import Survey

_MOSTLY = 0.95
"""The share of dated responses in one quarter or month after which a wave is called."""


def wave_name(survey: Survey) -> str:
    """What a wave is called where nobody says: its month, quarter or year, else the name of its file.

    Examples
    --------
    >>> from nps_core import read_survey
    >>> wave_name(read_survey(b"score,date\\n9,2026-01-05\\n3,2026-03-30\\n", name="export.csv"))
    'Q1 2026'
    """
    moments = survey.responses["date"].dropna().to_numpy()
    if len(moments):
        months = moments.astype("datetime64[M]").astype(np.int64)
        for step, name in ((1, _month), (3, _quarter), (12, _year)):
            spans, counts = np.unique(months // step, return_counts=True)
            if counts.max() >= _MOSTLY * len(months):
                return name(int(spans[counts.argmax()]))
    return PurePath(survey.name).stem or "Wave"


def _month(number: int) -> str:
    return np.datetime64(number, "M").astype(object).strftime("%b %Y")


def _quarter(number: int) -> str:
    return f"Q{number % 4 + 1} {1970 + number // 4}"


def _year(number: int) -> str:
    return str(1970 + number)
