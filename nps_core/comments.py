"""Comments as they are read: best first, with the score and who said them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd

from nps_core.formatting import NOTHING, format_day

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from nps_core.scope import Scope


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


def read_comments(scope: Scope, rows: Iterable[int], *, limit: int = 50) -> tuple[Comment, ...]:
    """The comments at positions of `Survey.responses`, in the order given, without the blank ones.

    Parameters
    ----------
    scope
        Whose comments these are. The rows say which are read, whatever its filters; what its viewer may not see is
        left out.
    rows
        Positions (from 0), not labels.
    limit
        At most so many.
    """
    survey, responses = scope.survey, scope.survey.responses
    texts: Any = responses["comment"].array
    seen = scope.whole.counts.mask
    some = list(islice((row for row in rows if seen[row] and not pd.isna(texts[row])), limit))

    # Column by column: a row of a frame is made from all of its columns.
    def of(name: str) -> list[Any]:
        return list(responses[name].array.take(some))

    named = [of(name) for name in ("account", survey.mapping.persona, survey.mapping.phase) if name]
    days = ["" if pd.isna(day) else format_day(day.date()) for day in of("date")]
    return tuple(
        Comment(
            text=str(text),
            score=NOTHING if pd.isna(score) else str(score),
            group=str(group),
            who=" · ".join(str(part) for part in who if part and not pd.isna(part)),
        )
        for text, score, group, *who in zip(
            of("comment"), of("score"), of("group"), *named, days, strict=True
        )
    )


def search_comments(scope: Scope, rows: NDArray[np.intp], text: str) -> NDArray[np.intp]:
    """The positions whose comment contains a text, upper and lower case alike; all of them for no text."""
    if not text.strip():
        return rows
    texts = scope.survey.responses["comment"].iloc[rows].str
    found = texts.contains(text.strip(), case=False, regex=False, na=False)
    return rows[found.to_numpy(dtype=bool)]
