"""Rows that are no responses of their own: of other kinds of survey, totals and averages, and further rows of one id."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.cells import is_no_answer, plain
from nps_core.reading.join import names_answer
from nps_core.reading.scores import read_answers
from nps_core.reading.tables import Column, Problem, Table
from nps_core.reading.vocabulary import alternation, pattern, words
from nps_core.words import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.survey import Mapping


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
        Problem(int(number), 0, f"“{kind_of}” is no NPS answer", row, "no score")
        for number, kind_of, row in zip(table.numbers[gone], kinds, cells, strict=True)
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


_LOOK = 12
"""Rows at the end that are looked at."""

_TOTAL = re.compile(rf"{alternation('total')}( \d.*)?$")


def without_totals(table: Table) -> Table:
    """The table less the totals at its end, which stay in the row account.

    A total is a row among the last whose first filled cell is nothing but a word such as "Average", and that
    leaves half of the cells blank that the rows have filled.
    """
    rows = len(table)
    if rows < 2 or len(table.columns) < 2:  # noqa: PLR2004 - a total wants something to stand under
        return table
    tail = table.tail(_LOOK)
    filled = [sum(1 for cell in row if cell.strip()) for row in tail]
    usual = max(filled)
    found = 0
    for row, count in zip(reversed(tail), reversed(filled), strict=True):
        first = next((cell for cell in row if cell.strip()), "")
        if not _TOTAL.match(plain(first).strip(" .:()")) or count > max(2, usual / 2):
            break
        found += 1
    if not found or found == rows:
        return table
    return _cut(table, found)


def _cut(table: Table, count: int) -> Table:
    kept = len(table) - count
    gone = [
        Problem(
            int(number),
            0,
            f"“{next(cell for cell in row if cell.strip())[:30]}” is a total and no response",
            row,
        )
        for number, row in zip(table.numbers[kept:], table.tail(count), strict=True)
    ]
    rows = (
        "The row of totals at the end (row"
        if count == 1
        else f"{count:,} rows of totals at the end (from row"
    )
    read = "was not read as a response" if count == 1 else "were not read as responses"
    note = f"{rows} {gone[0].record:,}) {read}."
    return replace(
        table,
        columns=tuple(
            replace(column, text=pa.chunked_array(column.text.slice(0, kept).chunks, column.text.type))
            for column in table.columns
        ),
        numbers=table.numbers[:kept],
        problems=(*table.problems, *gone),
        notes=(*table.notes, note),
    )


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
    named_kinds = pd.DataFrame({_KEY: codes})
    for name in (mapping.score, mapping.reason, mapping.date):
        if name is not None:
            named_kinds[name] = table.column(name).encoded[0]
    again = (
        named_kinds.duplicated(_KEY if names_answer(key.name) else [_KEY, str(mapping.date)]).to_numpy()
        & known
    )
    alike = named_kinds.duplicated().to_numpy() & known
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
