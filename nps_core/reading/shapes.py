"""Tables of another shape -> one row a response: question-and-answer form, event form, waves side by side."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from nps_core.reading.cells import is_no_answer, plain, says, unique_names
from nps_core.reading.coalesce import from_options
from nps_core.reading.header import without_ghosts
from nps_core.reading.non_responses import (
    ANSWER,
    ANY_QUESTION,
    MOST_QUESTIONS,
    QUESTION,
    from_counts,
    holds,
    named,
    of_one_kind,
    of_one_question,
    without_totals,
)
from nps_core.reading.overrides import find_column
from nps_core.reading.score_evidence import looks_like_scores
from nps_core.reading.scores import read_answers, read_score
from nps_core.reading.tables import Column, Table, text_column
from nps_core.reading.vocabulary import PATTERNS, alternation, table

if TYPE_CHECKING:
    from collections.abc import Sequence


_NAMES = table("months")
# Names of three letters or more: "di" is no month here.
_NAMED = "|".join(sorted((name for name in _NAMES if len(name) > 2), key=len, reverse=True))  # noqa: PLR2004
_NUMBERED = rf"{alternation('wave')}[ _-]?\d{{1,2}}"
"""Waves that do not say when they were."""

_PERIOD = re.compile(
    rf"(?:\b|_)((?:q[1-4]|h[12]|{_NAMED})[ _'’/-]{{0,2}}20\d\d|(?:q[1-4]|h[12]|{_NAMED})["
    rf" _'’/-]{{1,2}}[1-4]\d|20\d\d[ _-]?(?:q[1-4]|h[12]|{_NAMED}|0[1-9]|1[0-2])|20\d\d|{_NUMBERED})(?:-01)?(?:\b|_)",
    re.IGNORECASE,
)
_MONTHS = {"h1": "01", "h2": "07", "q1": "01", "q2": "04", "q3": "07", "q4": "10"}
_MONTHS |= {name: place.zfill(2) for name, place in _NAMES.items()}


def reshape(table: Table, wanted: str | None = None) -> Table:
    """The table with one row a response, or the table itself where it has that shape already.

    `wanted` is what a person chose as the score: a column, or the wave or the question that is to be read alone.
    """
    if table.header_rows:
        table = replace(table, columns=without_ghosts(table.columns))
    bare = without_totals(table)
    return (
        _from_questions(bare, wanted)
        or of_one_question(bare, wanted)
        or from_options(bare)
        or _from_waves(bare, wanted)
        or of_one_kind(bare)
        or from_events(bare)
        or from_counts(bare)
        or bare
    )


def _from_questions(table: Table, wanted: str | None) -> Table | None:
    """Long form: a column of questions (or events), a column of answers, several rows a response."""
    questions = [column for column in named(table, ANY_QUESTION) if 1 < len(column.sample) <= MOST_QUESTIONS]
    texts = [column for column in named(table, QUESTION) if column in questions]
    chosen = next((column for column in questions if holds(column, wanted)), None)
    answers = named(table, ANSWER)
    if not (texts or chosen) or len(answers) != 1:
        return None
    question = chosen or max(
        texts, key=lambda column: any(says(plain(text), "recommend") for text in column.sample)
    )
    asked, answered = question.values(), answers[0].values()
    if chosen is None and not _has_score(asked, answered):
        return None
    key = _key(table, question, answers[0])
    if key is None:
        return None
    rows = _group(key.values(), asked, answered)
    explained = next((column for column in texts if column is not question), None)
    return _pivoted(table, question, answers[0], rows, explained)


def _has_score(asked: Sequence[str], answered: Sequence[str]) -> bool:
    """True when the answers to one of several questions are scores, and that question is likely the one."""
    by_question: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for question, answer in zip(asked, answered, strict=True):
        by_question[question][answer.strip()] += 1
    for question, counts in by_question.items():
        if says(plain(question), "recommend", "score") and read_answers(counts).are_scores:
            return True
    return False


def _key(table: Table, question: Column, answer: Column) -> Column | None:
    """The column that says which rows belong to one response: its id, else the respondent."""
    keys = [column for column in named(table, PATTERNS["response_key"]) if len(column.sample) > 1]
    repeats = [column for column in keys if sum(column.sample.values()) > len(column.sample)]
    if repeats:
        return repeats[0]
    for column in table.columns:
        header = plain(column.name).strip(" .:")
        if column not in (question, answer) and says(header, "respondent", "email"):
            return column
    return None


def _group(keys: Sequence[str], asked: Sequence[str], answered: Sequence[str]) -> list[dict[str, int]]:
    """For each response the row of each of its questions.

    The same question again from the same respondent begins their next response; a blank answer (a
    question that was shown) does not.
    """
    current: dict[str, dict[str, int]] = {}
    found: list[dict[str, int]] = []
    for row, (key, question, answer) in enumerate(zip(keys, asked, answered, strict=True)):
        held = current.get(key)
        again = held is not None and question in held and not is_no_answer(answered[held[question]])
        if held is None or not key.strip() or (again and not is_no_answer(answer)):
            held = current[key] = {}
            found.append(held)
        if question not in held or not is_no_answer(answer):
            held[question] = row
    return found


def _pivoted(
    table: Table, question: Column, answer: Column, rows: list[dict[str, int]], texts: Column | None
) -> Table:
    """One row a response, one column a question; the other columns by the row of its recommend question.

    A column that says nothing there, as one of the person may, goes by the row of the first question. Where the
    questions are numbers, `texts` holds what each asks.
    """
    labels = dict(zip(question.values(), texts.values(), strict=True)) if texts is not None else {}
    answered = answer.values()
    firsts = [min(held.values()) for held in rows]
    asks = [text for text in question.encoded[1] if says(plain(text), "recommend")]
    asked = [next((held[text] for text in asks if text in held), min(held.values())) for held in rows]
    others = [column for column in table.columns if column not in (question, answer, texts)]
    columns = []
    for column in others:
        cells = column.values()
        taken = [cells[place] for place in asked]
        taken = taken if any(cell.strip() for cell in taken) else [cells[place] for place in firsts]
        columns.append(text_column(column.name, taken, column.label))
    asked_texts = list(dict.fromkeys(question.values()))
    names = unique_names(
        [column.name for column in others] + [text or "(no question)" for text in asked_texts]
    )[len(others) :]
    for text, name in zip(asked_texts, names, strict=True):
        cells = [answered[held[text]] if text in held else "" for held in rows]
        columns.append(text_column(name, cells, labels.get(text, "")))
    note = (
        f"Each row held one answer to one question (“{question.name}”): {len(table):,} rows were put together"
        f" to {len(rows):,} responses."
    )
    return replace(
        table, columns=tuple(columns), numbers=table.numbers[np.array(firsts)], notes=(*table.notes, note)
    )


def _from_waves(table: Table, wanted: str | None) -> Table | None:
    """One column of scores a year or quarter ("NPS 2023", "NPS 2024"): each becomes a response of its own.

    Where a person chose one of them, it is read alone, with the columns of its wave.
    """
    waves: dict[str, list[tuple[Column, str]]] = defaultdict(list)
    for column in table.columns:
        header = plain(column.name)
        if len(found := _PERIOD.findall(header)) == 1:
            waves[_PERIOD.sub(" ", header).strip(" -_")].append((column, found[0]))
    above = says(plain(" ".join((table.title, *table.preamble))), "recommend")
    scored = {
        stem: parts
        for stem, parts in waves.items()
        if len(parts) > 1
        and (says(stem, "recommend", "score") or (not stem and above and _all_high(parts)))
        and sum(_scores(c) for c, _ in parts) > 1
        and all(_scores(c) or not c.sample for c, _ in parts)
    }
    if len(scored) != 1:
        return None
    stem, parts = next(iter(scored.items()))
    alone = [part for part in parts if wanted is not None and _is_wave(table, part, wanted)]
    if len(alone) != 1:
        return _melted(table, stem, parts, waves, others=[])
    column, period = alone[0]
    asked = replace(column, label=str(wanted))
    return _melted(table, stem, [(asked, period)], waves, others=[one for _, one in parts])


def _all_high(parts: list[tuple[Column, str]]) -> bool:
    """Whether columns that are called by their month alone hold scores, and no counts of what their title names."""
    return all(looks_like_scores(column.answers) for column, _ in parts)


def _is_wave(table: Table, part: tuple[Column, str], wanted: str) -> bool:
    """True for the column of scores, or the period, that a person named."""
    column, period = part
    return column.name == find_column(table, wanted) or plain(wanted) == plain(period)


def _scores(column: Column) -> bool:
    return column.answers.are_scores and any(read_score(cell).value is not None for cell in column.sample)


def _melted(
    table: Table,
    stem: str,
    parts: list[tuple[Column, str]],
    waves: dict[str, list[tuple[Column, str]]],
    others: list[str],
) -> Table:
    """The waves under one another, with a wave and, where the file has no date, the first day of each.

    `others` holds the waves of the file where one is read alone, under the name of its column.
    """
    periods = [period for _, period in parts]
    groups = {
        key: {period: column for column, period in columns}
        for key, columns in waves.items()
        if key != stem and {period for _, period in columns} >= set(periods)
    }
    gone = {
        id(column) for key, columns in waves.items() if key == stem or key in groups for column, _ in columns
    }
    rest = [column for column in table.columns if id(column) not in gone]
    columns = [text_column(column.name, column.values() * len(parts), column.label) for column in rest]
    score = parts[0][0].name if others else stem or "score"
    named = [*(column.name for column in rest), score, *groups, "wave", "wave date"]
    names = unique_names(named)[len(rest) :]
    label = parts[0][0].label if others else ""
    columns.append(text_column(names[0], [cell for column, _ in parts for cell in column.values()], label))
    for name, group in zip(names[1:-2], groups.values(), strict=True):
        columns.append(text_column(name, [cell for period in periods for cell in group[period].values()]))
    columns.append(text_column(names[-2], [period for period in periods for _ in range(len(table))]))
    columns.append(
        text_column(names[-1], [_first_day(period) for period in periods for _ in range(len(table))])
    )
    if others:
        note = f"Of the waves of the file ({', '.join(others)}) {periods[0]} alone was read, as chosen."
    else:
        note = (
            f"The file has one column of scores a wave ({', '.join(periods)}); each was read as a response of"
            " its own."
        )
    return replace(
        table, columns=tuple(columns), numbers=np.tile(table.numbers, len(parts)), notes=(*table.notes, note)
    )


def _first_day(period: str) -> str:
    """The first day of a period such as "q1 2026", "2026-03" or "jan 26"; "" for "wave 1"."""
    if re.match(_NUMBERED, period):
        return ""
    year = re.search(r"20\d\d", period) or re.search(r"\d\d$", period)
    if year is None:
        return ""
    part = re.sub(r"[ _'’/-]", "", period.lower().replace(year[0], "", 1))
    return f"20{year[0][-2:]}-{part if part.isdigit() else _MONTHS.get(part, '01')}-01"


_FEW = 5
"""Comments in rows of their own, at least, to speak of an event form."""


@dataclass(frozen=True)
class _Parts:
    """The columns of an event form, and the rows with a score and with a comment."""

    event: Column
    key: Column
    comment: Column
    scored: np.ndarray
    commented: np.ndarray


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
        f"{len(pairs):,} {few} (“{parts.event.name}”) and {'was' if len(pairs) == 1 else 'were'} put to the"
        f" score of the same “{parts.key.name}”."
    )
    return replace(
        table,
        columns=tuple(replace(column, text=column.text.filter(pa.array(kept))) for column in columns),
        numbers=table.numbers[kept],
        notes=(*table.notes, note),
    )


def _parts(table: Table) -> _Parts | None:
    events = [column for column in named(table, PATTERNS["event"]) if len(column.sample) > 1]
    keys = [column for column in table.columns if _is_key(column)]
    scores = [column for column in table.columns if _is_score(column)]
    comments = [column for column in table.columns if _is_comment(column)]
    if not events or not keys or len(scores) != 1 or len(comments) != 1:
        return None
    scored, commented = scores[0].answered, comments[0].answered
    if (scored & commented).any() or commented.sum() < _FEW or not scored.any():
        return None
    return _Parts(events[0], keys[0], comments[0], scored, commented)


def _is_key(column: Column) -> bool:
    name = plain(column.name).strip(" .:#")
    return says(name, "respondent", "email") and bool(column.sample)


def _is_score(column: Column) -> bool:
    return says(plain(column.name), "recommend", "score") and column.answers.are_scores


def _is_comment(column: Column) -> bool:
    header = plain(column.name)
    asked = says(header, "comment", "reason") and not says(header, "not_a_comment")
    return asked and bool(column.sample) and not _is_score(column)


def _pairs(parts: _Parts) -> dict[int, int]:
    """For the row of each comment that of its score."""
    of_whom: dict[str, list[int]] = defaultdict(list)
    keys = parts.key.values()
    for row in np.flatnonzero(parts.scored | parts.commented).tolist():
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
