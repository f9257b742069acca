"""Lists that hold answers to several questions, or of several kinds of survey, less those that are not NPS."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from nps_core.reading.cells import plain
from nps_core.reading.scores import read_answers
from nps_core.reading.tables import Column, Problem, Table
from nps_core.reading.vocabulary import pattern, words

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

_RECOMMEND = pattern("recommend")
_SCORE = pattern("score")
_SURVEY_KIND = pattern("survey_kind")
_KINDS = words("survey_kinds")

MOST = 0.8
"""A column holds scores when this share of its filled cells are scores."""

MOST_QUESTIONS = 200
"""A column with more distinct values holds no questions."""

QUESTION = pattern("question", "question_column")
ANSWER = pattern("answer", "answer_column")


def named(table: Table, pattern: re.Pattern[str]) -> list[Column]:
    """The columns whose whole name fits."""
    return [column for column in table.columns if pattern.match(plain(column.name).strip(" .:#"))]


def of_one_question(table: Table) -> Table | None:
    """A list with a score a question in each row, less the questions that do not ask for a recommendation."""
    for question in named(table, QUESTION):
        if not 1 < len(question.sample) <= MOST_QUESTIONS:
            continue
        codes, texts = question.encoded
        asks = np.array([bool(_RECOMMEND.search(plain(text))) for text in texts])
        kept = asks[codes]
        if asks.any() and not kept.all() and any(_mixes(column, kept) for column in table.columns):
            return _without(table, kept, question, "does not ask for a recommendation")
    return None


def _mixes(column: Column, kept: np.ndarray) -> bool:
    """True for a column that holds scores in the rows to keep, and in others as well."""
    header = plain(column.name)
    if not (_RECOMMEND.search(header) or _SCORE.search(header) or ANSWER.match(header)):
        return False
    codes, distinct = column.encoded
    mine, others = (_counted(codes[rows], distinct) for rows in (kept, ~kept))
    read = read_answers(mine)
    return bool(read.filled) and read.within(0, 10) > MOST and read_answers(others).scored > 0


def _counted(codes: np.ndarray, distinct: Sequence[str]) -> Counter[str]:
    often = np.bincount(codes, minlength=len(distinct))
    found: Counter[str] = Counter()
    for place in np.flatnonzero(often).tolist():
        found[distinct[place].strip()] += int(often[place])
    return found


def of_one_kind(table: Table) -> Table | None:
    """A list that holds several kinds of survey, less those that are not NPS."""
    for column in named(table, _SURVEY_KIND):
        kinds = {value: plain(value) for value in column.encoded[1]}
        filled = {kind for kind in kinds.values() if kind}
        if (
            len(filled) > 1
            and filled <= _KINDS
            and "nps" in {*filled, *("nps" for k in filled if "promoter" in k)}
        ):
            nps = {value for value, kind in kinds.items() if kind == "nps" or "promoter" in kind}
            kept = np.array([cell in nps for cell in column.values()])
            return _without(table, kept, column, "is not NPS")
    return None


def _without(table: Table, kept: np.ndarray, kind: Column, what: str) -> Table:
    """The table less some rows, which stay in the row account."""
    gone = np.flatnonzero(~kept)
    cells = zip(*(column.text.take(pa.array(gone)).to_pylist() for column in table.columns), strict=True)
    kinds = kind.text.take(pa.array(gone)).to_pylist()
    problems = [
        Problem(int(number), 0, f"“{said}” is no NPS answer", row, "no score")
        for number, said, row in zip(table.numbers[gone], kinds, cells, strict=True)
    ]
    columns = tuple(replace(column, text=column.text.filter(pa.array(kept))) for column in table.columns)
    note = f"Rows where “{kind.name}” {what} ({len(problems):,}) were left out."
    return replace(
        table,
        columns=columns,
        numbers=table.numbers[kept],
        problems=(*table.problems, *problems),
        notes=(*table.notes, note),
    )
