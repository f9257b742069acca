"""Is this row a response? One rule each: what the tool marks, further rows of one response, answers given again."""

from __future__ import annotations

import re
from collections.abc import Callable  # noqa: TC003 - a table of functions is annotated
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.formatting import plural
from nps_core.reading.cells import is_no_answer, kind, plain
from nps_core.reading.join import names_answer
from nps_core.reading.responses import EXCLUDED, PARTIAL, PREVIEW, REPEATED
from nps_core.reading.score_evidence import UNASKED
from nps_core.reading.tables import SAMPLE
from nps_core.reading.typed import column_name
from nps_core.reading.vocabulary import pattern, words
from nps_core.survey import GROUPS, LEFT_OUT_REASONS, Doubt, StatusWord

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.dates import Dates
    from nps_core.reading.responses import Scored
    from nps_core.reading.tables import Column, Table
    from nps_core.survey import Mapping


_FINISHED = pattern("finished")
_STATUS = pattern("status")
_STATUS_OF_RESPONSES = pattern("response_status")
_EXCLUDED = pattern("excluded")
_COUNTED = pattern("counted_response")
_DELETED = pattern("deletion")
_TEST_RESPONSE = pattern("test_response")
_UNCLEAR = pattern("unclear_mark")
_QUESTION = pattern("question", "question_column")

_PREVIEW_WORDS = words("preview")
_SPAM_WORDS = words("spam")
_PARTIAL_WORDS = words("partial")
_COMPLETE_WORDS = words("complete")
_SEGMENT_WORDS = words("customer_status")
_WAITING_WORDS = words("awaited") | words("never_asked")
_NO_WORDS = words("no")
_YES_WORDS = words("yes")
_QUALTRICS_CODES = {
    "0": 0,
    "1": PREVIEW,
    "2": PREVIEW,
    "4": 0,
    "8": EXCLUDED,
    "9": PREVIEW,
    "12": EXCLUDED,
    "16": 0,
    "17": PREVIEW,
}
"""Qualtrics writes the status as a number where choices are exported as numbers."""

_SUBMITTED = re.compile(
    r"(submitdate|date submitted|datum abgeschickt|date de soumission|fecha de envio|data de envio"
    r"|data (di )?invio|datum (ingestuurd|indiening|verzonden)|提出日)$"
)
"""What LimeSurvey calls the moment of submission; blank, the response is not complete."""

_REDCAP = re.compile(r"(^| )complete\??$")
_REDCAP_STATES = {"0", "1", "2", "Incomplete", "Unverified", "Complete"}

_MOST_WORDS = 12
"""Words of a column that are listed; a status has few."""


@dataclass(frozen=True)
class Judged:
    """What each row is: 0 for a response, else the number of the reason to leave it out; and what is said of that."""

    why: np.ndarray
    status_words: tuple[StatusWord, ...]
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True)
class _Again:
    """Rows of responses that are counted already, and the sentence about them; whether they are left out."""

    rows: np.ndarray
    sentence: str
    left_out: bool = True


def judge(table: Table, mapping: Mapping, scored: Scored, dates: Dates | None, layout: str) -> Judged:
    """Which rows of a table are responses.

    The order of the rules is the order of the reasons where several hold: what the tool marks, then what is wrong
    with the score, then what is a further row of a response that is counted already.
    """
    marks = _marks(table, mapping.status, layout)
    marked = _heaviest(marks, len(table))
    why: np.ndarray = np.where(marked > 0, marked, scored.why)
    doubts = _unknown_words(marks, scored, why)
    for rule in (_same_response, _one_showing):
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


def groups_of(groups: np.ndarray) -> tuple[int, int, int]:
    """The detractors, passives and promoters among groups by their places; -1 is none."""
    detractors, passives, promoters = np.bincount(groups[groups >= 0], minlength=len(GROUPS)).tolist()
    return detractors, passives, promoters


def nps_of(groups: np.ndarray, counted: np.ndarray) -> float | None:
    """The NPS (points) of the rows that count; None where none has a group.

    >>> nps_of(np.array([2, 2, 0, -1]), np.array([True, True, True, True]))
    33.33333333333333
    """
    detractors, passives, promoters = groups_of(groups[counted])
    n = detractors + passives + promoters
    return 100 * (promoters - detractors) / n if n else None


_SAME = 0.05
"""Two figures closer than this, in points, are the same to a reader."""


def doubt_about(text: str, now: float | None, otherwise: float | None, *, moves: float = 0.0) -> Doubt:
    """A doubt, with the NPS that another reading gives where that is another one."""
    if now is None or otherwise is None or abs(now - otherwise) < _SAME:
        return Doubt(text, moves=moves)
    return Doubt(text, otherwise, max(moves, abs(now - otherwise)))


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
        codes, distinct = self.column.encoded
        often = np.bincount(codes, minlength=len(distinct)).tolist()
        rows = sorted(
            zip(distinct, often, self.reasons, self.known, strict=True), key=lambda row: (-row[1], row[0])
        )
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
        names = {plain(column.name).strip(" .:"), plain(column.label).strip(" .:")}
        mark = _marks_of(names, column, layout, is_status=column.name == status)
        if mark is not None:
            found.append(mark)
    return found


def _marks_of(names: set[str], column: Column, layout: str, *, is_status: bool) -> _Marks | None:
    """What a column says about its rows; None for one that says nothing."""
    finished = any(_FINISHED.match(name) for name in names)
    if not finished and (is_status or any(_STATUS.match(name) for name in names)):
        return _status(column, layout, of_responses=any(_STATUS_OF_RESPONSES.match(name) for name in names))
    for header, reason in _FLAGS:
        if any(header.match(name) for name in names):
            return _flag(column, reason)
    if any(_UNCLEAR.match(name) for name in names):
        words = [plain(value) for value in column.encoded[1]]
        return _Marks(column, [0] * len(words), [word not in _YES_WORDS for word in words])
    return _marks_of_tool(names, column, layout) or _marks_by_words(column)


_FLAGS: tuple[tuple[re.Pattern[str], Callable[[str], int]], ...] = (
    (_FINISHED, lambda word: PARTIAL if word in _NO_WORDS | _PARTIAL_WORDS else 0),
    (_DELETED, lambda word: EXCLUDED if word and word not in _NO_WORDS and not is_no_answer(word) else 0),
    (_EXCLUDED, lambda word: EXCLUDED if word in _YES_WORDS else 0),
    (_COUNTED, lambda word: EXCLUDED if word in _NO_WORDS else 0),
    (_TEST_RESPONSE, lambda word: PREVIEW if word in _YES_WORDS else 0),
)
"""Columns that say one thing of their rows by yes and no, or by a moment; and what each word means there."""


def _flag(column: Column, reason: Callable[[str], int]) -> _Marks:
    reasons = [reason(plain(value)) for value in column.encoded[1]]
    return _Marks(column, reasons, [True] * len(reasons))


def _marks_of_tool(names: set[str], column: Column, layout: str) -> _Marks | None:
    """As `_marks_of`, by what only one tool means."""
    if layout == "LimeSurvey" and any(_SUBMITTED.match(name) for name in names) and column.sample:
        return _flag(column, lambda word: 0 if word else PARTIAL)
    states = column.sample.keys() <= _REDCAP_STATES
    if layout == "REDCap" and any(_REDCAP.search(name) for name in names) and states:
        return _flag(column, lambda word: PARTIAL if word == "0" or word in _PARTIAL_WORDS else 0)
    return None


def _marks_by_words(column: Column) -> _Marks | None:
    """A column whose words are those of a status, whatever its header: some of responses that count, some of others.

    A word that customers and cases have as well ("cancelled") does not tell.
    """
    if not 1 < len(column.sample) <= _MOST_WORDS:
        return None
    words = [plain(value) for value in column.encoded[1]]
    others = [
        word in _PREVIEW_WORDS | _SPAM_WORDS | _PARTIAL_WORDS and word not in _SEGMENT_WORDS for word in words
    ]
    if not any(others) or not any(word in _COMPLETE_WORDS - _YES_WORDS for word in words):
        return None
    return _Marks(column, [0] * len(words), [not other for other in others], called_so=False)


def _status(column: Column, layout: str, *, of_responses: bool) -> _Marks:
    """A column of words, about the responses or, where it holds nothing but words of customers, about those."""
    values = column.encoded[1]
    means = [_meaning(plain(value), layout) for value in values]
    told = any(found is not None and value.strip() for found, value in zip(means, values, strict=True))
    # "Open" and "Solved" are said of tickets and customers, whatever else stands among them.
    known = [
        found is not None or (plain(value) in _SEGMENT_WORDS and not of_responses)
        for found, value in zip(means, values, strict=True)
    ]
    return _Marks(column, [found or 0 for found in means], known, about_responses=told or of_responses)


def _meaning(word: str, layout: str) -> int | None:
    """How a row with this status counts: 0 or a reason; None for a word that is not known."""
    for known, reason in ((_PREVIEW_WORDS, PREVIEW), (_SPAM_WORDS, EXCLUDED), (_PARTIAL_WORDS, PARTIAL)):
        if word in known:
            return reason
    if not word or word in _COMPLETE_WORDS or word in _WAITING_WORDS:
        return 0
    return _QUALTRICS_CODES.get(word) if layout.startswith("Qualtrics") else None


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
        codes, distinct = mark.column.encoded
        unknown = ~np.array(mark.known, dtype=bool)
        unknown &= np.array([bool(value.strip()) for value in distinct], dtype=bool)
        rows = unknown[codes]
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


# Further rows of one response: a row a tag or topic, two exports that overlap.

_SURE = 0.95
"""An id is that of a response when so many of the rows that have it again say the same."""

_ALL = 200_000
"""Rows up to which every id is compared with every other; beyond, only where neighbours are alike."""

_NEIGHBOURS = 0.0005
"""The share of rows, beyond that, that are like their neighbours by more than chance."""

_ID_LIKE = 0.15
"""Distinct values a row of a column that may number responses: each has six rows at most, on average."""

_LONGEST_ID = 60
_KINDS_LOOKED = 20

_FEW = 3
"""Rows that say the same again, at least, for an id that is not called one of a response."""

_MANY = 5
"""... and for one that is no person's, with nothing but the same score on the same day."""

_KEY = "\x00"
"""The name of the ids beside those of the file's columns."""


def _same_response(table: Table, mapping: Mapping, dates: Dates | None, why: np.ndarray) -> _Again | None:
    """Rows under an id that repeats with the same score and date are of one response, however the id is called.

    The first of them counts. An id that stands for other answers as well is none of a response. That of a person or
    an account is believed where the same text stands in the rows or they are of one moment; without, people may have
    answered twice, and a doubt says so.
    """
    # Waves side by side give several responses a row, and fall in their numbers from one to the next.
    if bool((np.diff(table.numbers) <= 0).any()):
        return None
    for key in _keys(table, mapping):
        alike = _alike(table, mapping, key)
        if alike is None:
            continue
        count = int(alike.sum())
        if names_answer(key.name) or (
            (alike & (why == 0)).sum() >= _FEW and _is_told_apart(table, mapping, key, alike, dates)
        ):
            return _Again(alike, f"“{key.name}” says that {_rows_are(count)}; each response counts once.")
        if count >= _MANY:
            such = f"{count:,} rows have the “{key.name}”, the score and the date of a row above them"
            return _Again(
                alike,
                f"{such}, and count: it may be a row a tag, and each response should count once.",
                left_out=False,
            )
    return None


def _keys(table: Table, mapping: Mapping) -> list[Column]:
    """The columns that may number responses, those that are called so first."""
    named = [column for column in table.columns if names_answer(column.name) and _may_repeat(column)]
    if named:
        return named
    taken = {mapping.score, mapping.reason, mapping.date}
    return [
        column
        for column in table.columns
        if column.name not in taken and _is_id_like(column) and _may_repeat(column)
    ]


def _is_id_like(column: Column) -> bool:
    sample = column.sample
    filled = sample.total()
    if not filled or len(sample) < _ID_LIKE * filled or len(sample) == filled == len(column.text):
        return False
    first = list(islice(sample, _KINDS_LOOKED))
    dated = sum(kind(cell) == "date" for cell in first) > _HALF * len(first)
    return not dated and max(map(len, sample)) <= _LONGEST_ID


def _alike(table: Table, mapping: Mapping, key: Column) -> np.ndarray | None:
    """The rows that say again what a row above them with the same id says; None where the id is none of a response."""
    codes, distinct = key.encoded
    if len(distinct) == len(codes):
        return None
    known: np.ndarray = ~np.array([is_no_answer(cell) for cell in distinct] or [True], dtype=bool)[codes]
    told = pd.DataFrame({_KEY: codes})
    reason = mapping.reason if _is_somebody(key, mapping) or mapping.date is None else None
    for name in (mapping.score, mapping.date, reason):
        if name is not None and name != key.name:
            told[name] = table.column(name).encoded[0]
    again = told.duplicated(_KEY).to_numpy() & known
    alike: np.ndarray = told.duplicated().to_numpy() & known
    return alike if again.any() and alike.sum() >= _SURE * again.sum() else None


def _is_somebody(key: Column, mapping: Mapping) -> bool:
    return key.name in (mapping.respondent, mapping.account)


def _is_told_apart(
    table: Table, mapping: Mapping, key: Column, alike: np.ndarray, dates: Dates | None
) -> bool:
    """True where it is no chance that these rows say the same: by a text or a moment, or by many of no person's id."""
    if _has_clock(dates):
        return True
    if mapping.date is not None and not _is_somebody(key, mapping) and alike.sum() >= _MANY:
        return True
    if mapping.reason is None:
        return False
    codes, distinct = table.column(mapping.reason).encoded
    says = np.array([not is_no_answer(cell) for cell in distinct] or [False], dtype=bool)
    return bool(says[codes[alike]].mean() > _HALF)


_HALF = 0.5

_TIMES = 3
"""Times of day that dates have at least, if they tell when somebody answered: one and the same is no time."""

_MOMENTS = 10_000
"""Dates that are looked at for that."""


def _has_clock(dates: Dates | None) -> bool:
    """True where the dates say at what time of the day somebody answered."""
    if dates is None:
        return False
    moments = dates.moments[:_MOMENTS]
    moments = moments[~np.isnat(moments)]
    times = moments - moments.astype("datetime64[D]")
    timed = times != np.timedelta64(0)
    return bool(len(times)) and bool(timed.mean() > _SURE) and len(np.unique(times)) >= _TIMES


def _rows_are(count: int) -> str:
    if count == 1:
        return "1 row is of a response that stands above it"
    return f"{plural(count, 'row')} are of responses that stand above them"


def _may_repeat(key: Column) -> bool:
    """True where an id may stand twice; in a large file, where it does so in neighbouring rows."""
    text = key.text
    if len(text) <= _ALL or pa.types.is_dictionary(text.type):
        return True
    same = pc.sum(pc.equal(text.slice(1), text.slice(0, len(text) - 1))).as_py() or 0
    return bool(same >= _NEIGHBOURS * len(text))


# Answers given again within one showing of the survey: a double click, a score that was changed.

_SHOWING = np.timedelta64(10, "m")
"""Nobody is shown the same survey twice within so short a time."""

_CLICK = np.timedelta64(60, "s")
"""... nor do two people write the same sentence with the same score within this."""

_CLICKS = 3
"""So often, at most, somebody sends the same form."""

_SENTENCE = 15
"""Letters from which on a comment is not what anybody else writes in the same minute."""


def _one_showing(table: Table, mapping: Mapping, dates: Dates | None, why: np.ndarray) -> _Again | None:
    """Of the answers of one person, or under one id, within ten minutes the last counts.

    An id is one of a showing, whatever it is called, where the rows that have it again lie so close together.
    """
    if dates is None or not _has_clock(dates):
        return None
    numbered = _numbered(table)
    for key in _showings(table, mapping):
        somebody = key.name == mapping.respondent
        if somebody and numbered:
            continue
        again, apart = _replaced(table, mapping, _ids_of(key), dates, why, _SHOWING)
        count = int(again.sum())
        if count and (somebody or count >= max(_FEW, _SURE * (count + apart))):
            return _Again(again, _sent_again(again, f"the same “{key.name}” within ten minutes"))
    if mapping.reason is not None and mapping.respondent is None and len(table) <= _ALL:
        again, _ = _replaced(table, mapping, _writers(table, mapping), dates, why, _CLICK)
        if again.any():
            return _Again(again, _sent_again(again, "the same comment and score within a minute"))
    return None


def _showings(table: Table, mapping: Mapping) -> list[Column]:
    """The columns whose ids may be those of a showing: the respondent first, then any that repeat."""
    taken = {mapping.score, mapping.reason, mapping.date, mapping.account}
    ids = [one for one in table.columns if one.name not in taken and _is_id_like(one) and _may_repeat(one)]
    return sorted(ids, key=lambda one: one.name != mapping.respondent)


def _numbered(table: Table) -> bool:
    """True where the tool gives each row an id of a response of its own: it takes them for several."""
    return any(
        names_answer(column.name) and len(column.sample) > _SURE * min(len(table), SAMPLE)
        for column in table.columns
    )


def _ids_of(column: Column) -> np.ndarray:
    """The code of each row's id, -1 for none; an address is the same in capitals."""
    codes, distinct = column.encoded
    same, _ = pd.factorize(
        pd.Series([None if is_no_answer(cell) else cell.strip().lower() for cell in distinct], dtype=object)
    )
    found: np.ndarray = same[codes] if len(same) else np.full(len(codes), -1)
    return found


def _writers(table: Table, mapping: Mapping) -> np.ndarray:
    """A code for each row's comment, score and attributes; -1 where the comment does not tell who wrote it.

    It does where it is a sentence that hardly ever stands in the file.
    """
    codes, distinct = table.column(str(mapping.reason)).encoded
    often = np.bincount(codes, minlength=len(distinct)).tolist()
    own = [
        len(cell.strip()) >= _SENTENCE and count <= _CLICKS
        for cell, count in zip(distinct, often, strict=True)
    ]
    told = pd.DataFrame({_KEY: codes})
    for name in (mapping.score, *map(column_name, mapping.attributes)):
        told[str(name)] = table.column(str(name)).encoded[0]
    who = told.groupby(list(told.columns), sort=False).ngroup().to_numpy()
    return np.where(np.array(own or [False], dtype=bool)[codes], who, -1)


def _replaced(
    table: Table, mapping: Mapping, who: np.ndarray, dates: Dates, why: np.ndarray, window: np.timedelta64
) -> tuple[np.ndarray, int]:
    """The rows after which the same one answers again within the window, and how often one does so later."""
    again = np.zeros(len(table), dtype=bool)
    places = np.flatnonzero((who >= 0) & (why == 0) & ~np.isnat(dates.moments))
    if len(places) < 2:  # noqa: PLR2004 - one answer is given once
        return again, 0
    moments = dates.moments[places]
    subject = _subjects(table, mapping)[places]
    order = np.lexsort((places, moments, subject, who[places]))
    placed, when = places[order], moments[order]
    same = (who[placed][1:] == who[placed][:-1]) & (subject[order][1:] == subject[order][:-1])
    close = when[1:] - when[:-1] <= window
    again[placed[:-1][same & close]] = True
    return again, int((same & ~close).sum())


def _subjects(table: Table, mapping: Mapping) -> np.ndarray:
    """A code for what each row's answer is about: its touchpoint, phase and question, where columns say so."""
    found = np.zeros(len(table), dtype=np.int64)
    for column in table.columns:
        name = plain(column.name).strip(" .:#")
        if column.name in (mapping.touchpoint, mapping.phase) or _QUESTION.match(name):
            codes, distinct = column.encoded
            found = found * (len(distinct) + 1) + codes
    return found


def _sent_again(again: np.ndarray, by: str) -> str:
    count = int(again.sum())
    if not count:
        return ""
    such = "1 answer was" if count == 1 else f"{count:,} answers were"
    return f"{such} given again by {by}; of each showing of the survey the last answer counts."
