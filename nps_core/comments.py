"""Comments as they are read: best first, with the score and who said them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from nps_core.words import NOTHING, format_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from nps_core.survey import Survey


@dataclass(frozen=True)
class Comment:
    """One comment.

    Parameters
    ----------
    text
        What was written, unchanged.
    score
        The score as given, or the group where the file has no scores.
    group
        "promoter", "passive" or "detractor".
    who
        Account, persona, phase and date, as far as they are known: "Acme · End user · 3 Mar 2026".
    """

    text: str
    score: str
    group: str
    who: str


def comments(survey: Survey, rows: Iterable[int], *, limit: int = 50) -> tuple[Comment, ...]:
    """The comments at positions of `survey.responses`, in the order given, without the blank ones.

    Parameters
    ----------
    rows
        Positions (from 0), not labels.
    limit
        At most so many.
    """
    found: list[Comment] = []
    for row in rows:
        response = survey.responses.iloc[row]
        if not pd.isna(response["comment"]):
            score = response["score"]
            found.append(
                Comment(
                    text=str(response["comment"]),
                    score=NOTHING if pd.isna(score) else str(score),
                    group=str(response["group"]),
                    who=_who(survey, response),
                )
            )
        if len(found) == limit:
            break
    return tuple(found)


def _who(survey: Survey, response: pd.Series) -> str:
    mapping = survey.mapping
    columns = ("account", mapping.persona, mapping.phase)
    parts = [str(response[column]) for column in columns if column and not pd.isna(response[column])]
    if not pd.isna(response["date"]):
        parts.append(format_day(response["date"].date()))
    return " · ".join(parts)


def search(survey: Survey, rows: NDArray[np.intp], text: str) -> NDArray[np.intp]:
    """The positions whose comment contains a text, upper and lower case alike; all of them for no text."""
    if not text.strip():
        return rows
    found = (
        survey.responses["comment"].iloc[rows].str.contains(text.strip(), case=False, regex=False, na=False)
    )
    return rows[found.to_numpy(dtype=bool)]
