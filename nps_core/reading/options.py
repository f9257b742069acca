"""One column for each answer that could be ticked -> one column of answers."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.cells import plain
from nps_core.reading.labels import GROUP_WORDS
from nps_core.reading.scores import read_score
from nps_core.reading.tables import text_column
from nps_core.reading.vocabulary import pattern, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table

_RECOMMEND = pattern("recommend")

_UNTICKED = words("unticked")
_TICKED = words("ticked")
_FLAG_FILLERS = words("flag_fillers")
_TOPS = (5, 7, 10)
_SPOILT = 0.02
"""The share of responses with two ticks beyond which the columns are no answers to one question."""

_APART = " – "
"""Between a question and its option, as `names.join_header` joins two header rows."""

_NUMBERED = re.compile(r"(?:(?<!\s)\s*[–:_\[(]\s*|\s-\s|\s|(?<=[a-z]))(\d{1,2})[\])]?$")
"""An option that is a number at the end of a name, with what parts it from its question."""


@dataclass(frozen=True)
class _Option:
    column: Column
    cell: str


def from_options(table: Table) -> Table | None:
    """A table whose recommend question has a column for each score (or group), with these put together."""
    for stem, options in (*_by_stem(table.columns).items(), ("NPS group", _groups(table.columns))):
        if _is_range(options) and (ticks := _ticks(options)) is not None:
            return _joined(table, stem, options, ticks)
    return None


def _by_stem(columns: Sequence[Column]) -> dict[str, dict[float, _Option]]:
    """The columns of a recommend question by what stands before the score in their header."""
    found: dict[str, dict[float, _Option]] = defaultdict(dict)
    for column in columns:
        stem, option = _stem_and_option(column.name)
        if not option or not _RECOMMEND.search(plain(stem)):
            continue
        if (value := read_score(option).value) is not None:
            found[stem][value] = _Option(column, option)
    return found


def _stem_and_option(name: str) -> tuple[str, str]:
    """A name as its question and its option; "" for an option where there is none."""
    stem, _, option = name.partition(_APART)
    if not (stem and option) and (match := _NUMBERED.search(name)):
        return name[: match.start()], match[1]
    return stem, option


def _groups(columns: Sequence[Column]) -> dict[float, _Option]:
    """Three columns that are called promoter, passive and detractor."""
    found: dict[float, _Option] = {}
    for column in columns:
        name = [word for word in plain(column.name).split(" ") if word not in _FLAG_FILLERS]
        if len(name) == 1 and name[0] in GROUP_WORDS:
            found[float(GROUP_WORDS[name[0]])] = _Option(column, name[0])
    return found if len(found) == 3 else {}  # noqa: PLR2004 - all three groups


def _is_range(options: dict[float, _Option]) -> bool:
    """True for every score from 0 or 1 to the top of a usual scale, and for the three groups."""
    values = sorted(options)
    if len(values) == 3:  # noqa: PLR2004
        return values == [0, 1, 2] and all(option.cell in GROUP_WORDS for option in options.values())
    whole = bool(values) and values == [float(value) for value in range(int(values[0]), int(values[-1]) + 1)]
    return whole and values[0] in (0, 1) and values[-1] in _TOPS


def _ticks(options: dict[float, _Option]) -> np.ndarray | None:
    """Which option is ticked in which row (rows by options); None where the columns are not ticks of one question."""
    marks = []
    for value, option in sorted(options.items()):
        codes, distinct = option.column.encoded
        own = {option.cell.strip().lower(), f"{value:g}", *(str(option.column.name).lower(),)} - {"0"}
        meant = [_tick(cell, own, blank=value == 0) for cell in distinct]
        if None in meant:
            return None
        marks.append(np.array(meant, dtype=bool)[codes])
    ticked = np.column_stack(marks)
    answered = int((ticked.sum(axis=1) > 0).sum())
    spoilt = int((ticked.sum(axis=1) > 1).sum())
    return ticked if answered and spoilt <= _SPOILT * answered else None


def _tick(cell: str, own: set[str], *, blank: bool) -> bool | None:
    """Whether a cell says that its option is the answer; None for a cell that says something else."""
    bare = cell.strip().lower()
    if bare in own or plain(bare) in own or bare in _TICKED:
        return True
    return False if bare in _UNTICKED or (blank and bare == "0") else None


def _joined(table: Table, stem: str, options: dict[float, _Option], ticks: np.ndarray) -> Table:
    """The table with one column of answers where the first option stood."""
    answers = [
        option.cell if option.cell in GROUP_WORDS else f"{value:g}"
        for value, option in sorted(options.items())
    ]
    ticked, first = ticks.sum(axis=1).tolist(), ticks.argmax(axis=1).tolist()
    cells = [
        answers[place] if count == 1 else "several" if count else ""
        for place, count in zip(first, ticked, strict=True)
    ]
    gone = {option.column.name for option in options.values()}
    columns: list[Column] = []
    for column in table.columns:
        if column.name not in gone:
            columns.append(column)
        elif not any(made.name == stem for made in columns):
            columns.append(text_column(stem, cells))
    note = f"“{stem}” has a column for each of its {len(options)} answers; they were read as one column."
    return replace(table, columns=tuple(columns), notes=(*table.notes, note))
