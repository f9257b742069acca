"""A response whose id stands in several rows (a row a topic, two exports that overlap) counts once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.beside import names_answer
from nps_core.reading.cells import is_no_answer
from nps_core.words import plural

if TYPE_CHECKING:
    from nps_core.reading.tables import Column, Table
    from nps_core.survey import Mapping

_SURE = 0.95
"""An id is that of a response when so many of the rows that have it again say the same."""

_ALL = 200_000
"""Rows up to which every id is compared with every other; beyond, only where neighbours are alike."""


_KEY = "\x00"
"""The name of the ids beside those of the file's columns."""

_SECOND = re.compile(r"\d:\d\d:\d\d")
_MIDNIGHT = re.compile(r"\b0?0:00:00")


def same_again(table: Table, mapping: Mapping) -> tuple[np.ndarray, list[str]]:
    """Which rows are of a response that stands above them, and a sentence about it; all False where none is.

    So it is where a column that is called the id of a response has the same value, and the score, the reason and
    the date are the same. Where the same id stands for other answers, it is none of a response.
    """
    nothing = np.zeros(len(table), dtype=bool)
    # Waves side by side give several responses a row, and fall in their numbers from one to the next.
    key = next((column for column in table.columns if names_answer(column.name)), None) or _person(
        table, mapping
    )
    if key is None or not _may_repeat(key) or bool((np.diff(table.numbers) <= 0).any()):
        return nothing, []
    codes, distinct = key.encoded
    known = ~np.array([is_no_answer(cell) for cell in distinct] or [True], dtype=bool)[codes]
    told = pd.DataFrame({_KEY: codes})
    for name in (mapping.score, mapping.reason, mapping.date):
        if name is not None:
            told[name] = table.column(name).encoded[0]
    again = told.duplicated(_KEY if names_answer(key.name) else [_KEY, str(mapping.date)]).to_numpy() & known
    alike = told.duplicated().to_numpy() & known
    if not again.any() or alike.sum() < _SURE * again.sum():
        return nothing, []
    rows = (
        "1 row is of a response that stands"
        if alike.sum() == 1
        else f"{plural(int(alike.sum()), 'row')} are of responses that stand"
    )
    above = "it" if alike.sum() == 1 else "them"
    return alike, [f"“{key.name}” says that {rows} above {above}; each response counts once."]


def _person(table: Table, mapping: Mapping) -> Column | None:
    """The respondent, where the file says in which second each answered: nobody answers twice in one."""
    if mapping.respondent is None or mapping.date is None:
        return None
    moments = table.column(mapping.date).sample
    timed = sum(
        count for cell, count in moments.items() if _SECOND.search(cell) and not _MIDNIGHT.search(cell)
    )
    return table.column(mapping.respondent) if moments and timed > _SURE * moments.total() else None


def _may_repeat(key: Column) -> bool:
    """True where an id may stand twice; in a large file, where it does so in neighbouring rows."""
    text = key.text
    if len(text) <= _ALL or pa.types.is_dictionary(text.type):
        return True
    return bool(pc.any(pc.equal(text.slice(1), text.slice(0, len(text) - 1))).as_py())
