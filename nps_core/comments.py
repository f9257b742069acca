"""Comments as they are read: best first, with the score and who said them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nps_core.formatting import NOTHING, format_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.themes.result import Themes


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
    place
        Its position (from 0) in `Survey.responses`; -1 where it is of no survey.
    """

    text: str
    score: str
    group: str
    who: str
    place: int = -1


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

    if not some:
        return ()

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
            place=int(place),
        )
        for place, text, score, group, *who in zip(
            some, of("comment"), of("score"), of("group"), *named, days, strict=True
        )
    )


def order_comments(scope: Scope, *, lowest: bool = True, score: int | None = None) -> NDArray[np.intp]:
    """The positions of the comments that are looked at, by their score; the latest first among those of one score.

    Parameters
    ----------
    lowest
        Whether those with the lowest score come first, or those with the highest.
    score
        Only those with this score.
    """
    rows, groups = scope.counts.commented
    responses = scope.survey.responses
    given = responses["score"].to_numpy(dtype=float, na_value=np.nan)[rows]
    scores = np.where(np.isnan(given), groups, given)  # group words hold no scores
    days = responses["date"].to_numpy(dtype="datetime64[s]")[rows]
    first = np.where(np.isnat(days), np.iinfo(np.int64).max, -days.view(np.int64))
    kept = np.flatnonzero(given == score) if score is not None else np.arange(len(rows))
    return rows[kept[np.lexsort((first[kept], (scores if lowest else -scores)[kept]))]]


def search_comments(scope: Scope, rows: NDArray[np.intp], text: str) -> NDArray[np.intp]:
    """The positions whose comment contains a text, upper and lower case alike; all of them for no text."""
    if not text.strip():
        return rows
    texts = scope.survey.responses["comment"].iloc[rows].str
    found = texts.contains(text.strip(), case=False, regex=False, na=False)
    return rows[found.to_numpy(dtype=bool)]


def themes_of(themes: Themes, rows: Sequence[int]) -> list[list[int]]:
    """The numbers of the themes that each of some comments is about; none for one that says nothing."""
    kinds, of_each = themes.kinds
    return [np.flatnonzero(kinds[of_each[row]]).tolist() if of_each[row] >= 0 else [] for row in rows]


def split_at(text: str, words: Sequence[str], *, whole: bool = True) -> list[str]:
    """A text in pieces, of which every second one is one of some words; joined they are the text.

    Parameters
    ----------
    words
        Upper and lower case alike.
    whole
        Whether only whole words count: words of a theme do, what somebody searches for may be a part of one.

    Examples
    --------
    >>> split_at("Support, again: supported by nobody", ("support",))
    ['', 'Support', ', again: supported by nobody']
    >>> split_at("expensive", ("pens",), whole=False)
    ['ex', 'pens', 'ive']
    """
    told = sorted(filter(None, words), key=len, reverse=True)  # "price list" before "price"
    if not told:
        return [text]
    if whole:
        return re.split(rf"\b({'|'.join(map(re.escape, told))})\b", text, flags=re.IGNORECASE)
    return re.split(rf"({'|'.join(map(re.escape, told))})", text, flags=re.IGNORECASE)
