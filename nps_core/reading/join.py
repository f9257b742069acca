"""What stands on other sheets of the same workbook: comments joined by an id, and question texts that name columns."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from nps_core.reading.cells import is_no_answer, kind, plain, unique_names
from nps_core.reading.profile import Profile, profiles
from nps_core.reading.roles import find_roles
from nps_core.reading.score_column import find_score
from nps_core.reading.tables import text_column
from nps_core.reading.vocabulary import alternation, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from nps_core.reading.score_column import ScoreColumn
    from nps_core.reading.tables import Column, Table


_EMAIL = pattern("email")

_FOUND = 0.9
"""The share of the comments' ids, at least, that have a score; sheets of other people share but a few."""

_APART = 0.9
"""A column numbers something when so many of its cells are unlike."""

_ANSWER = alternation("named_response")
_PERSON = alternation("named_person")
_NUMBER = alternation("key_word", "number_word")
ID_OF = re.compile(
    rf"((?P<answer>{_ANSWER})|{_PERSON}) ?{_NUMBER}$|"
    rf"id {alternation('preposition')}?{alternation('article')}?((?P<answer_of>{_ANSWER})|{_PERSON})$"
)
"""Names that say whose id it is: a mere "ID" or "No" numbers the rows of any sheet."""

COUNTS = re.compile(rf"{alternation('number_word')}$")
ANY_ID = re.compile(rf"(^|\W){_NUMBER}$")
_ELSEWHERE = pattern("message")
"""What people wrote, though perhaps not in this survey."""


@dataclass(frozen=True)
class _Fit:
    """A sheet with comments, its column of ids and that of the scores, both of the same name."""

    other: Table
    key: Column
    theirs: Column
    comment: Column


def with_comments(
    table: Table, seen: Sequence[Profile], chosen: ScoreColumn, tables: Sequence[Table]
) -> tuple[Table, list[Table]]:
    """The table of the scores with the comments of another sheet, and the sheets that were not read.

    They are joined where the scores have no comment of their own, where a column of the same name holds the id
    of a response or a respondent on both sheets, where no id comes twice on either, where the ids of nine
    comments in ten have a score, and where nothing says that they were made at another time: answers, dates and
    ids of the other sheet that the scores do not have, or have otherwise. Where two sheets or two columns of ids
    would do, none is joined.
    """
    others = [other for other in tables if other is not table]
    titled = all(one.title for one in tables)
    if not others or not titled or find_roles(seen, chosen.name, chosen.group).reason is not None:
        return table, others
    fits = [
        fit
        for other in others
        if (comment := _comment(other)) is not None
        for key in table.columns
        if (theirs := _same(key, other)) is not None
        if _fits(fit := _Fit(other, key, theirs, comment), table)
    ]
    if len(fits) != 1:
        return table, others
    return _joined(table, fits[0]), [one for one in others if one is not fits[0].other]


def _comment(table: Table) -> Column | None:
    """The column of a sheet that holds its comments."""
    name = find_roles(profiles(table.columns, len(table)), None, None).reason
    return table.column(name) if name is not None else None


def _same(key: Column, other: Table) -> Column | None:
    """The one column of another sheet that has the same name."""
    same = [column for column in other.columns if _name(column) == _name(key)]
    return same[0] if len(same) == 1 else None


def _name(column: Column) -> str:
    return plain(column.name).strip(" .:")


def _fits(fit: _Fit, table: Table) -> bool:
    """True when each comment is that of one score, and of no other answer of the same person."""
    named = ID_OF.match(_name(fit.key))
    if not (named or _EMAIL.search(_name(fit.key))):
        return False
    known, asked = (
        [cell for cell in ids_of(column) if not is_no_answer(cell)] for column in (fit.key, fit.theirs)
    )
    alone = len(set(known)) == len(known) and len(set(asked)) == len(asked)
    found = alone and bool(asked) and len(set(asked) & set(known)) >= _FOUND * len(asked)
    if not found or (counts_rows(asked) and (asked != known or COUNTS.search(_name(fit.key)))):
        return False
    return _is_of_now(fit, table, answer=names_answer(fit.key.name))


def names_answer(name: str) -> bool:
    """True for the name of the id of a response ("Response ID"), not of a person."""
    named = ID_OF.match(plain(name).strip(" .:"))
    return bool(named and (named["answer"] or named["answer_of"]))


def ids_of(column: Column, places: np.ndarray | None = None) -> list[str]:
    """Each cell's id, or those at some places; an address is the same in capitals."""
    cells = column.values() if places is None else column.text.take(pa.array(places)).to_pylist()
    return [cell.strip().lower() if "@" in cell else cell.strip() for cell in cells]


def counts_rows(ids: list[str]) -> bool:
    """True for 1, 2, 3 ..., which says no more than the order of the rows."""
    return ids in ([str(place + first) for place in range(len(ids))] for first in (0, 1))


def _is_of_now(fit: _Fit, table: Table, *, answer: bool) -> bool:
    """True where nothing on the sheet of the comments is of another moment or another question.

    An id of the answer itself leaves less open than one of a person, who may have written at any time.
    """
    seen = profiles(fit.other.columns, len(fit.other))
    roles = find_roles(seen, None, None)
    asked = find_score(seen).chosen
    apart = {*roles.csat, *roles.ces, *([asked.name] if asked else [])}
    if not answer:
        if _ELSEWHERE.search(plain(fit.comment.name)):
            return False
        apart |= {roles.date} if roles.date else set()
        apart |= {one.name for one in seen if ANY_ID.search(one.header) and one.distinct_share > _APART}
    mine = {_name(column): column for column in table.columns}
    for column in fit.other.columns:
        if column in (fit.theirs, fit.comment):
            continue
        same = mine.get(_name(column))
        if (same is None and column.name in apart) or (same is not None and not _agree(fit, same, column)):
            return False
    return True


def _agree(fit: _Fit, mine: Column, theirs: Column) -> bool:
    """True when a column of the same name says the same of the same ids on both sheets."""
    known = dict(zip(ids_of(fit.key), mine.values(), strict=True))
    pairs = [
        (known[who].strip(), cell.strip())
        for who, cell in zip(ids_of(fit.theirs), theirs.values(), strict=True)
        if who in known and not is_no_answer(who)
    ]
    return sum(1 for one, other in pairs if one == other) >= _FOUND * len(pairs)


def _joined(table: Table, fit: _Fit) -> Table:
    comment = fit.comment
    comments_of = dict(zip(ids_of(fit.theirs), comment.values(), strict=True))
    cells = ["" if is_no_answer(who) else comments_of.get(who, "") for who in ids_of(fit.key)]
    written = sum(1 for text in comment.values() if not is_no_answer(text))
    taken = sum(1 for text in cells if not is_no_answer(text))
    note = (
        f"The comments of the sheet “{fit.other.title}” were joined to their scores by “{fit.key.name}”: "
        f"{taken:,} of {written:,}"
    )
    lost = f"; the others have no score on the sheet “{table.title}” and were not read."
    column = text_column(unique_names([*table.names, comment.name])[-1], cells, comment.label)
    left = "." if taken == written else lost
    return replace(table, columns=(*table.columns, column), notes=(*table.notes, note + left))


_MOST_ROWS = 2_000
"""No table has more columns."""

_NAMED = 0.8
"""A codebook's rows, in this share at least, name columns of the table that it explains."""

_WORDED = 0.6
"""So much of its texts are words, and no figures made of the answers."""

_FEW = 2


def with_texts(tables: Sequence[Table]) -> list[Table]:
    """The tables, each with the question texts that another sheet has for its columns' names."""
    if len(tables) < 2 or not all(table.title for table in tables):  # noqa: PLR2004
        return list(tables)
    return [_explained(table, [other for other in tables if other is not table]) for table in tables]


def _explained(table: Table, others: Sequence[Table]) -> Table:
    names = {plain(column.name) for column in table.columns if column.label in ("", column.name)}
    for other in others:
        if not _FEW <= len(other) + 1 <= _MOST_ROWS or len(other) >= len(table):
            continue
        texts = _texts(other, names)
        if texts:
            columns = tuple(
                replace(column, label=texts.get(plain(column.name), column.label)) for column in table.columns
            )
            note = f"The question texts are those of the sheet “{other.title}”."
            return replace(table, columns=columns, notes=(*table.notes, note))
    return table


def _texts(book: Table, names: set[str]) -> dict[str, str]:
    """The text of each column that the codebook names; none where it is no codebook."""
    for key in book.columns:
        # Without a header of its own, the first entry was taken for one.
        entry = book.header_rows > 0 and plain(key.name) in names
        cells = _cells(key, entry=entry)
        named = sum(plain(cell) in names for cell in cells)
        if named < max(_FEW, _NAMED * len(cells)) or len(set(cells)) < len(cells):
            continue
        others = [_cells(column, entry=entry) for column in book.columns if column is not key]
        worded = [
            cells for cells in others if sum(kind(cell) == "text" for cell in cells) > _WORDED * len(cells)
        ]
        if worded:
            longest = max(worded, key=lambda texts: sum(map(len, texts)))
            return {plain(cell): text for cell, text in zip(cells, longest, strict=True) if text}
    return {}


def _cells(column: Column, *, entry: bool) -> list[str]:
    cells = [cell.strip() for cell in column.values()]
    return [column.name.strip(), *cells] if entry else cells
