"""The recommend question in several columns (one a language, a brand or a touchpoint), of which each row fills one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from nps_core.reading.cells import is_no_answer, plain
from nps_core.reading.kinds import MOST
from nps_core.reading.names import unique_names
from nps_core.reading.scores import read_answers
from nps_core.reading.tables import Column, Table, text_column
from nps_core.reading.vocabulary import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

_RECOMMEND = pattern("recommend")
_GROUP_CODE = pattern("group_code")
_EARLIER = pattern("earlier")
_NOT_THE_ANSWER = pattern("not_the_answer")
_COMPETITOR = pattern("competitor")
_EMPLOYER = pattern("employer")

_FEW = 5
"""Scores in each column, at least: of fewer it may be chance that no row has two."""

_SHOWN = 3
"""Columns whose names make up that of the whole."""


def with_one_score(table: Table, wanted: object) -> Table:
    """The table with its columns of scores put together, where no row has a score in two of them; else as it is.

    `wanted` is the column that a person chose as the score: one that was chosen apart stays apart.
    """
    parts = [column for column in table.columns if _asks(column)]
    if len(parts) < 2:  # noqa: PLR2004
        return table
    filled = np.column_stack([_filled(part) for part in parts])
    if filled.sum(axis=1).max(initial=0) > 1 or filled.sum(axis=0).min() < _FEW:
        return table
    names = [part.name for part in parts]
    whole = " / ".join([*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])])
    name, question = unique_names([*table.names, whole, "question"])[-2:]
    if wanted not in (None, name):
        return table
    return _joined(table, parts, filled, (name, question))


def _asks(column: Column) -> bool:
    header = plain(column.name) + " " + plain(column.label)
    if not _RECOMMEND.search(header) or _GROUP_CODE.search(header):
        return False
    if any(other.search(header) for other in (_EARLIER, _NOT_THE_ANSWER, _COMPETITOR, _EMPLOYER)):
        return False
    read = read_answers(column.sample)
    return bool(read.filled) and read.within(0, 10) > MOST


def _filled(column: Column) -> np.ndarray:
    codes, distinct = column.encoded
    found: np.ndarray = np.array([not is_no_answer(cell) for cell in distinct] or [False], dtype=bool)[codes]
    return found


def _joined(table: Table, parts: Sequence[Column], filled: np.ndarray, names: tuple[str, str]) -> Table:
    any_of, which = filled.any(axis=1), filled.argmax(axis=1)
    cells = np.full(len(table), "", dtype=object)
    for place, part in enumerate(parts):
        rows = np.flatnonzero(filled[:, place])
        cells[rows] = part.text.take(pa.array(rows)).to_pylist()
    asked = np.where(any_of, np.array([part.name for part in parts], dtype=object)[which], "")
    score = text_column(names[0], cells.tolist())
    columns = [score if column is parts[0] else column for column in table.columns if column not in parts[1:]]
    shown = ", ".join(f"“{part.name}”" for part in parts)
    note = (
        f"Each response has its score in one of {shown}; they were read as one, and “{names[1]}” says which."
    )
    return replace(
        table, columns=(*columns, text_column(names[1], asked.tolist())), notes=(*table.notes, note)
    )
