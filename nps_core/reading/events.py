"""Event form with a column for the score and one for the comment, filled in rows of their own."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from nps_core.reading.cells import is_no_answer, plain
from nps_core.reading.kinds import MOST, named
from nps_core.reading.scores import read_answers
from nps_core.reading.tables import text_column
from nps_core.reading.vocabulary import pattern

if TYPE_CHECKING:
    from nps_core.reading.tables import Column, Table

_RESPONDENT = pattern("respondent")
_EMAIL = pattern("email")
_RECOMMEND = pattern("recommend")
_SCORE = pattern("score")
_COMMENT = pattern("comment")
_REASON = pattern("reason")
_NOT_A_COMMENT = pattern("not_a_comment")

_EVENT = pattern("event")
_FEW = 5
"""Comments in rows of their own, at least, to speak of an event form."""


@dataclass(frozen=True)
class _Parts:
    """The columns of an event form, and the rows with a score and with a comment."""

    event: Column
    key: Column
    comment: Column
    scored: np.ndarray
    said: np.ndarray


def from_events(table: Table) -> Table | None:
    """The table with each comment put to the score of the same respondent; None where it has another form.

    In a file that rises in time a comment comes after its score, in one that falls before it: those who answered
    once tell which. A comment without such a score stays a row of its own.
    """
    parts = _parts(table)
    if parts is None:
        return None
    pairs = _pairs(parts)
    if not pairs:
        return None
    cells = parts.comment.values()
    for comment, score in pairs.items():
        cells[score] = cells[comment]
    kept = np.ones(len(table), dtype=bool)
    kept[list(pairs)] = False
    columns = [
        text_column(column.name, cells, column.label) if column is parts.comment else column
        for column in table.columns
    ]
    few = "comment stands in a row of its own" if len(pairs) == 1 else "comments stand in rows of their own"
    note = (
        f"{len(pairs):,} {few} (“{parts.event.name}”) and {'was' if len(pairs) == 1 else 'were'} put to the score of "
        f"the same “{parts.key.name}”."
    )
    return replace(
        table,
        columns=tuple(replace(column, text=column.text.filter(pa.array(kept))) for column in columns),
        numbers=table.numbers[kept],
        notes=(*table.notes, note),
    )


def _parts(table: Table) -> _Parts | None:
    events = [column for column in named(table, _EVENT) if len(column.sample) > 1]
    keys = [column for column in table.columns if _is_key(column)]
    scores = [column for column in table.columns if _is_score(column)]
    comments = [column for column in table.columns if _is_comment(column)]
    if not events or not keys or len(scores) != 1 or len(comments) != 1:
        return None
    scored, said = _filled(scores[0]), _filled(comments[0])
    if (scored & said).any() or said.sum() < _FEW or not scored.any():
        return None
    return _Parts(events[0], keys[0], comments[0], scored, said)


def _is_key(column: Column) -> bool:
    name = plain(column.name).strip(" .:#")
    return bool(_RESPONDENT.search(name) or _EMAIL.search(name)) and bool(column.sample)


def _is_score(column: Column) -> bool:
    header = plain(column.name)
    if not (_RECOMMEND.search(header) or _SCORE.search(header)):
        return False
    read = read_answers(column.sample)
    return bool(read.filled) and read.within(0, 10) > MOST


def _is_comment(column: Column) -> bool:
    header = plain(column.name)
    asked = _COMMENT.search(header) or _REASON.search(header)
    return bool(asked) and not _NOT_A_COMMENT.search(header) and bool(column.sample) and not _is_score(column)


def _filled(column: Column) -> np.ndarray:
    codes, distinct = column.encoded
    found: np.ndarray = np.array([not is_no_answer(cell) for cell in distinct] or [False], dtype=bool)[codes]
    return found


def _pairs(parts: _Parts) -> dict[int, int]:
    """For the row of each comment that of its score."""
    of_whom: dict[str, list[int]] = defaultdict(list)
    keys = parts.key.values()
    for row in np.flatnonzero(parts.scored | parts.said).tolist():
        if not is_no_answer(keys[row]):
            of_whom[keys[row].strip()].append(row)
    rising = _rises(parts, of_whom)
    pairs: dict[int, int] = {}
    for rows in of_whom.values():
        score = -1
        for row in rows if rising else reversed(rows):
            if parts.scored[row]:
                score = row
            elif score >= 0:
                pairs[row] = score
                score = -1  # a second comment is not put in the place of the first
    return pairs


def _rises(parts: _Parts, of_whom: dict[str, list[int]]) -> bool:
    """True where comments come after their scores, by those with one of each."""
    once = [rows for rows in of_whom.values() if len(rows) == 2 and parts.scored[rows].sum() == 1]  # noqa: PLR2004
    return 2 * sum(bool(parts.scored[rows[0]]) for rows in once) >= len(once)
