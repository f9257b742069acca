"""Several columns -> one.

The recommend question once a language or touchpoint, reasons asked by the score, options to tick.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.cells import plain, says, unique_names
from nps_core.reading.scores import GROUP_WORDS, read_cells, read_score
from nps_core.reading.tables import Column, Profile, Table, text_column
from nps_core.reading.vocabulary import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.score_column import ScoreColumn


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
    filled = np.column_stack([part.answered for part in parts])
    if filled.sum(axis=1).max(initial=0) > 1 or filled.sum(axis=0).min() < _FEW:
        return table
    names = [part.name for part in parts]
    whole = " / ".join([*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else [])])
    name, question = unique_names([*table.names, whole, "question"])[-2:]
    if wanted not in (None, name):
        return table
    return _one_column(table, parts, filled, (name, question))


def _asks(column: Column) -> bool:
    header = plain(column.name) + " " + plain(column.label)
    if not says(header, "recommend") or says(header, "group_code"):
        return False
    if says(header, "earlier", "not_the_answer", "competitor", "employer"):
        return False
    return column.answers.are_scores


def _one_column(table: Table, parts: Sequence[Column], filled: np.ndarray, names: tuple[str, str]) -> Table:
    any_of, which = filled.any(axis=1), filled.argmax(axis=1)
    cells = np.full(len(table), "", dtype=object)
    for place, part in enumerate(parts):
        rows = np.flatnonzero(filled[:, place])
        cells[rows] = part.text.take(pa.array(rows)).to_pylist()
    asked = np.where(any_of, np.array([part.name for part in parts], dtype=object)[which], "")
    score = replace(text_column(names[0], cells.tolist()), parts=tuple(part.name for part in parts))
    columns = [score if column is parts[0] else column for column in table.columns if column not in parts[1:]]
    shown = ", ".join(f"“{part.name}”" for part in parts)
    note = (
        f"Each response has its score in one of {shown}; they were read as one, and “{names[1]}” says which."
    )
    return replace(
        table, columns=(*columns, text_column(names[1], asked.tolist())), notes=(*table.notes, note)
    )


_MOST = 4
"""A survey asks a question a group, or one for all; with more columns they ask for other things."""

_FEW_EACH = 5
"""Answers to each, at least: of fewer it may be chance that they keep apart."""

_SLIPS = 0.03
"""The share of answers outside the range of their question that are slips."""

_TEXT = 0.6
_WORDS = 3
_UNLIKE = 0.5


def with_branches(table: Table, seen: Sequence[Profile], chosen: ScoreColumn, wanted: object) -> Table:
    """The table with its columns of comments put together, where each was asked of other scores; else as it is.

    Parameters
    ----------
    table, seen, chosen
        The table, its columns, and which of them holds the score.
    wanted
        The reason that a person chose: columns that were chosen apart stay apart.
    """
    parts = [one.column for one in seen if one.name not in (chosen.name, chosen.group) and _is_comment(one)]
    name = unique_names([*table.names, " / ".join(part.name for part in parts)])[-1]
    if not 1 < len(parts) <= _MOST or wanted not in (None, name) or not _apart(table, parts, chosen):
        return table
    column = put_together(parts, name)
    rest = [column if one is parts[0] else one for one in table.columns if one not in parts[1:]]
    shown = ", ".join(f"“{part.name}”" for part in parts)
    note = f"{shown} were asked of other scores each; they were read as one column of comments."
    return replace(table, columns=tuple(rest), notes=(*table.notes, note))


def put_together(parts: Sequence[Column], name: str) -> Column:
    """Columns of comments as one: what stands in several of a row is set apart by a line's end."""
    joined = pc.binary_join_element_wise(*map(_whole, parts), pa.scalar("\n", pa.large_string()))
    text = pc.utf8_trim(joined, characters="\n")
    return Column(name, pa.chunked_array([text]), name, tuple(part.name for part in parts))


def _is_comment(profile: Profile) -> bool:
    header = profile.header
    if says(header, "not_a_comment") or profile.share("text") < _TEXT:
        return False
    written = profile.words >= _WORDS and profile.distinct_share > _UNLIKE
    return written or any(says(name, "comment_alone") for name in profile.names)


def _apart(table: Table, parts: Sequence[Column], chosen: ScoreColumn) -> bool:
    """True where each column was answered with scores of a range of its own, and next to no row in two columns.

    That no score has answers in two is chance where few answered; that their ranges do not overlap is none. A few
    who went back and changed their score may have answered both.
    """
    column = table.column(chosen.name)
    read = read_cells(column.counts).values()
    scores = [one.group if chosen.scale.words else one.value for one in read]
    filled = [_has_text(part) for part in parts]
    answered = np.sum(filled, axis=0)
    if (answered > 1).sum() > _SLIPS * (answered > 0).sum() or min(rows.sum() for rows in filled) < _FEW_EACH:
        return False
    values = np.array([np.nan if value is None else value for value in scores], dtype=float)[
        column.encoded[0]
    ]
    ranges = []
    for rows in filled:
        own = np.sort(values[rows & (answered == 1) & ~np.isnan(values)])
        if not len(own):
            return False
        slips = int(_SLIPS * len(own))
        ranges.append((own[slips], own[len(own) - 1 - slips]))
    return all(before[1] < after[0] for before, after in pairwise(sorted(ranges)))


def _has_text(column: Column) -> np.ndarray:
    found: np.ndarray = pc.not_equal(pc.utf8_trim_whitespace(_whole(column)), "").to_numpy(
        zero_copy_only=False
    )
    return found


def _whole(column: Column) -> pa.Array:
    """The cells in one piece, as text."""
    text = column.text.cast(pa.large_string()) if column.text.type != pa.large_string() else column.text
    return text.combine_chunks() if text.num_chunks != 1 else text.chunk(0)


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
            return _answers(table, stem, options, ticks)
    return None


def _by_stem(columns: Sequence[Column]) -> dict[str, dict[float, _Option]]:
    """The columns of a recommend question by what stands before the score in their header."""
    found: dict[str, dict[float, _Option]] = defaultdict(dict)
    for column in columns:
        stem, option = _stem_and_option(column.name)
        if not option or not says(plain(stem), "recommend"):
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
        name = [word for word in plain(column.name).split(" ") if word not in WORDS["flag_fillers"]]
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
    if bare in own or plain(bare) in own or bare in WORDS["ticked"]:
        return True
    return False if bare in WORDS["unticked"] or (blank and bare == "0") else None


def _answers(table: Table, stem: str, options: dict[float, _Option], ticks: np.ndarray) -> Table:
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
    gone = dict.fromkeys(option.column.name for option in options.values())
    columns: list[Column] = []
    for column in table.columns:
        if column.name not in gone:
            columns.append(column)
        elif not any(made.name == stem for made in columns):
            columns.append(replace(text_column(stem, cells), parts=tuple(gone)))
    note = f"“{stem}” has a column for each of its {len(options)} answers; they were read as one column."
    return replace(table, columns=tuple(columns), notes=(*table.notes, note))
