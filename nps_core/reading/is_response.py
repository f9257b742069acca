"""Is this row a response? What the tool itself marks, and who was invited and did not answer."""

from __future__ import annotations

import re
from collections.abc import Callable  # noqa: TC003 - a table of functions is annotated
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.cells import is_no_answer, plain, says
from nps_core.reading.repeats import one_showing, same_response
from nps_core.reading.responses import EXCLUDED, NO_SCORE, PARTIAL, PREVIEW, REPEATED, doubt_about, nps_of
from nps_core.reading.score_evidence import UNASKED
from nps_core.reading.vocabulary import PATTERNS, WORDS
from nps_core.survey import LEFT_OUT_REASONS, Doubt, Mapping, StatusWord

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from nps_core.reading.dates import Dates
    from nps_core.reading.responses import Scored
    from nps_core.reading.tables import Column, Table
    from nps_core.survey import Mapping


_WAITING_WORDS = WORDS["awaited"] | WORDS["never_asked"]
_CODES = {
    "Qualtrics": {
        **dict.fromkeys(("0", "4", "16"), 0),
        **dict.fromkeys(("1", "2", "9", "17"), PREVIEW),
        **dict.fromkeys(("8", "12"), EXCLUDED),
    },
    "Unipark": {
        **dict.fromkeys(("31", "32"), 0),
        **dict.fromkeys(("20", "21", "22", "23"), PARTIAL),
        **dict.fromkeys(("36", "37", "41"), EXCLUDED),
    },
}
"""What the status means where a tool writes it as a number."""

_REDCAP = re.compile(r"(^| )complete\??$")
_REDCAP_STATES = {"0", "1", "2", "Incomplete", "Unverified", "Complete"}

_BETWEEN_TAGS = re.compile(r"[,;|\[\]'\"]")

_MOST_WORDS = 12
"""Words of a column that are listed; a status has few."""


@dataclass(frozen=True)
class Judged:
    """What each row is: 0 for a response, else the number of the reason to leave it out; and what is said of that."""

    why: np.ndarray
    status_words: tuple[StatusWord, ...]
    doubts: tuple[Doubt, ...]


def judge(table: Table, mapping: Mapping, scored: Scored, dates: Dates | None, layout: str) -> Judged:
    """Which rows of a table are responses.

    The order of the rules is the order of the reasons where several hold: what the tool marks, then what is wrong
    with the score, then what is a further row of a response that is counted already.
    """
    marks = _marks(table, mapping.status, layout)
    marked = _heaviest(marks, len(table))
    why: np.ndarray = np.where(marked > 0, marked, scored.why)
    doubts = _unknown_words(marks, scored, why)
    for rule in (same_response, one_showing):
        again = rule(table, mapping, dates, why)
        if again is None:
            continue
        with_them = nps_of(scored.group, why == 0)
        once = np.where(again.rows & (why == 0), REPEATED, why)
        without = nps_of(scored.group, once == 0)
        if again.left_out:
            why = once
            doubts.append(doubt_about(again.sentence, without, with_them))
        else:
            doubts.append(doubt_about(again.sentence, with_them, without))
    return Judged(why, tuple(word for mark in marks for word in mark.listed()), tuple(doubts))


# What the tool itself marks: previews, tests, spam, deletions, what is not complete.


@dataclass(frozen=True)
class _Marks:
    """A column that tells responses from other rows: for each distinct value the reason to leave its rows out.

    `known` is False for each value of which the reader does not know what it means. `called_so` is False where the
    words alone, and no header, say that the column is about responses: all rows count then.
    """

    column: Column
    reasons: list[int]
    known: list[bool]
    about_responses: bool = True
    called_so: bool = True

    def listed(self) -> list[StatusWord]:
        rows = [
            (*word, reason, known)
            for word, reason, known in zip(self.column.counts.items(), self.reasons, self.known, strict=True)
        ]
        rows.sort(key=lambda row: (-row[1], row[0]))
        return [
            StatusWord(
                self.column.name,
                value.strip(),
                count,
                LEFT_OUT_REASONS[why - 1] if why else "response",
                known or not value.strip(),
            )
            for value, count, why, known in rows[:_MOST_WORDS]
        ]


def status_reasons(table: Table, status: str | None, layout: str) -> np.ndarray:
    """For each row the reason by which the survey tool itself leaves it out: preview, test, spam, partial; else 0."""
    return _heaviest(_marks(table, status, layout), len(table))


def marking_columns(table: Table, status: str | None, layout: str) -> frozenset[str]:
    """The columns that say of rows whether they are responses."""
    return frozenset(mark.column.name for mark in _marks(table, status, layout) if mark.called_so)


def _heaviest(marks: Sequence[_Marks], rows: int) -> np.ndarray:
    """The heavier reason wins: a preview is never "partial"."""
    why = np.zeros(rows, np.int8)
    for mark in marks:
        codes, _ = mark.column.encoded
        why = np.maximum(why, np.array(mark.reasons, dtype=np.int8)[codes])
    return why


def _marks(table: Table, status: str | None, layout: str) -> list[_Marks]:
    found = []
    for column in table.columns:
        mark = _marks_of(column, layout, is_status=column.name == status)
        if mark is not None:
            found.append(mark)
    return found


def _marks_of(column: Column, layout: str, *, is_status: bool) -> _Marks | None:
    """What a column says about its rows; None for one that says nothing."""
    names = column.names
    finished = any(says(name, "finished") for name in names)
    if not finished and (is_status or any(says(name, "status") for name in names)):
        return _status(column, layout, of_responses=any(says(name, "response_status") for name in names))
    for header, reason in _FLAGS:
        if any(header.match(name) for name in names):
            return _flag(column, reason)
    if any(says(name, "unclear_mark") for name in names):
        words = [plain(value) for value in column.encoded[1]]
        return _Marks(column, [0] * len(words), [word not in WORDS["yes"] for word in words])
    return _marks_of_tool(column, layout) or _marks_by_tags(column) or _marks_by_words(column)


_FLAGS: tuple[tuple[re.Pattern[str], Callable[[str], int]], ...] = (
    (PATTERNS["finished"], lambda word: PARTIAL if word in WORDS["no"] | WORDS["partial"] else 0),
    (
        PATTERNS["deletion"],
        lambda word: EXCLUDED if word and word not in WORDS["no"] and not is_no_answer(word) else 0,
    ),
    (PATTERNS["excluded"], lambda word: EXCLUDED if word in WORDS["yes"] else 0),
    (PATTERNS["counted_response"], lambda word: EXCLUDED if word in WORDS["no"] else 0),
    (PATTERNS["test_response"], lambda word: PREVIEW if word in WORDS["yes"] else 0),
)
"""Columns that say one thing of their rows by yes and no, or by a moment; and what each word means there."""


def _flag(column: Column, reason: Callable[[str], int]) -> _Marks:
    reasons = [reason(plain(value)) for value in column.encoded[1]]
    return _Marks(column, reasons, [True] * len(reasons))


def _marks_of_tool(column: Column, layout: str) -> _Marks | None:
    """As `_marks_of`, by what only one tool means."""
    if layout == "LimeSurvey" and any(says(name, "submitted") for name in column.names) and column.sample:
        return _flag(column, lambda word: 0 if word else PARTIAL)
    states = column.sample.keys() <= _REDCAP_STATES
    if layout == "REDCap" and any(_REDCAP.search(name) for name in column.names) and states:
        return _flag(column, lambda word: PARTIAL if word == "0" or word in WORDS["partial"] else 0)
    return None


def _marks_by_words(column: Column) -> _Marks | None:
    """A column whose words are those of a status, whatever its header: some of responses that count, some of others.

    A word that customers and cases have as well ("cancelled") does not tell.
    """
    if not 1 < len(column.sample) <= _MOST_WORDS:
        return None
    words = [plain(value) for value in column.encoded[1]]
    others = [_speaks_against([word], WORDS["preview"], WORDS["spam"], WORDS["partial"]) for word in words]
    if not any(others) or not any(word in WORDS["complete"] - WORDS["yes"] for word in words):
        return None
    return _Marks(column, [0] * len(words), [not other for other in others], called_so=False)


def _marks_by_tags(column: Column) -> _Marks | None:
    """A column of tags, one or a list in a cell, of which some are those of tests: all rows count, which is said."""
    if not any(says(name, "tags") for name in column.names):
        return None
    others = [_speaks_against(_tags(value), WORDS["preview"], WORDS["spam"]) for value in column.encoded[1]]
    if not any(others):
        return None
    return _Marks(column, [0] * len(others), [not other for other in others], called_so=False)


def _tags(cell: str) -> list[str]:
    return [tag for part in _BETWEEN_TAGS.split(cell) if (tag := plain(part))]


def _speaks_against(words: Sequence[str], *kinds: frozenset[str]) -> bool:
    """Whether one of some words is of a kind, and is said of nothing else."""
    return any(word in kind for kind in kinds for word in words if word not in WORDS["customer_status"])


def _status(column: Column, layout: str, *, of_responses: bool) -> _Marks:
    """A column of words, about the responses or, where it holds nothing but words of customers, about those."""
    values = column.encoded[1]
    means = [_meaning(value, layout) for value in values]
    told = any(found is not None and value.strip() for found, value in zip(means, values, strict=True))
    # "Open" and "Solved" are said of tickets and customers, whatever else stands among them.
    known = [
        found is not None or (plain(value) in WORDS["customer_status"] and not of_responses)
        for found, value in zip(means, values, strict=True)
    ]
    return _Marks(column, [found or 0 for found in means], known, about_responses=told or of_responses)


def _meaning(cell: str, layout: str) -> int | None:
    """How a row with this status counts: 0 or a reason; None for a word that is not known.

    Of a list of words, such as tags, the heaviest reason that one of them is.
    """
    word = plain(cell)
    if len(words := _tags(cell)) > 1:
        return max((_meaning(one, layout) or 0 for one in words), default=0) or None
    for known, reason in (
        (WORDS["preview"], PREVIEW),
        (WORDS["spam"], EXCLUDED),
        (WORDS["partial"], PARTIAL),
    ):
        if word in known:
            return reason
    if not word or word in WORDS["complete"] or word in _WAITING_WORDS:
        return 0
    return _CODES.get(layout.split(" ", maxsplit=1)[0], {}).get(word)


def _unknown_words(marks: Sequence[_Marks], scored: Scored, why: np.ndarray) -> list[Doubt]:
    """A doubt for each column with words that are not known: their rows count, and what the NPS is without them."""
    found = []
    for mark in marks:
        odd = [word for word in mark.listed() if not word.known]
        if not odd:
            continue
        shown = ", ".join(f"“{word.word[:30]}” ({word.count:,})" for word in odd[:3])
        if not mark.about_responses:
            text = (
                f"“{mark.column.name}” may tell which rows are responses, but not in words that are known,"
                f" {shown}: all count."
            )
            found.append(Doubt(text, moves=UNASKED))
            continue
        codes, _ = mark.column.encoded
        rows = ~np.array(mark.known, dtype=bool)[codes] & mark.column.where(lambda word: bool(word.strip()))
        text = (
            f"“{mark.column.name}” has words whose meaning is not known, {shown}; their rows count. "
            "If they are no responses, take them out of the file."
            if mark.called_so
            else f"“{mark.column.name}” may tell which rows are no responses, {shown}; they count. "
            "If it does, choose it as the status."
        )
        counted = why == 0
        found.append(doubt_about(text, nps_of(scored.group, counted), nps_of(scored.group, counted & ~rows)))
    return found


def silent_rows(
    everything: pd.DataFrame, why: np.ndarray, table: Table, mapping: Mapping
) -> tuple[pd.DataFrame, bool]:
    """The rows without a score of people whom an invitation may have reached, and whether the file says it did.

    Returns
    -------
    frame, known
        Date, account, respondent and the attributes of each. `known` is True when a column says who was
        invited, or the status of some of them is one that tools write beside an invitation; otherwise a
        person has to say what such rows are.
    """
    silent = np.isin(why, (NO_SCORE, PARTIAL))
    known = False
    columns = ["date", "account", "respondent", *(name for name in mapping.attributes if name in everything)]
    if not silent.any():
        return everything.loc[silent, columns].reset_index(drop=True), known
    for name in (mapping.status, mapping.invited):
        if name is None:
            continue
        column = table.column(name)
        reached = column.where(lambda cell: plain(cell) not in WORDS["never_asked"])
        if name == mapping.invited:
            silent &= column.where(lambda cell: bool(plain(cell)))
            known |= bool((silent & reached).any())
        silent &= reached
        known |= bool((column.where(lambda cell: plain(cell) in WORDS["awaited"]) & silent).any())
    return everything.loc[silent, columns].reset_index(drop=True), known
