"""What stands in other tables than the scores: comments, question texts, respondents, invitations and questions.

They are joined to the answers by an id that leaves no doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from nps_core.formatting import plural
from nps_core.reading.cells import is_no_answer, kind, plain, says, unique_names
from nps_core.reading.repeats import ID_OF, names_answer
from nps_core.reading.roles import find_roles
from nps_core.reading.score_column import ScoreColumn, find_score
from nps_core.reading.tables import Column, Profile, Table, profiles, text_column
from nps_core.reading.vocabulary import alternation

if TYPE_CHECKING:
    from collections.abc import Sequence


_FOUND = 0.9
"""The share of the comments' ids, at least, that have a score; sheets of other people share but a few."""

_APART = 0.9
"""A column numbers something when so many of its cells are unlike."""


_COUNTS = re.compile(rf"{alternation('number_word')}$")
_ANY_ID = re.compile(rf"(^|\W){alternation('key_word', 'number_word')}$")


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
    return _with_comments(table, fits[0]), [one for one in others if one is not fits[0].other]


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
    if not (named or says(_name(fit.key), "email")):
        return False
    known, asked = (
        [cell for cell in _ids_of(column) if not is_no_answer(cell)] for column in (fit.key, fit.theirs)
    )
    alone = len(set(known)) == len(known) and len(set(asked)) == len(asked)
    found = alone and bool(asked) and len(set(asked) & set(known)) >= _FOUND * len(asked)
    if not found or (_counts_rows(asked) and (asked != known or _COUNTS.search(_name(fit.key)))):
        return False
    return _is_of_now(fit, table, answer=names_answer(fit.key.name))


def _ids_of(column: Column, places: np.ndarray | None = None) -> list[str]:
    """Each cell's id, or those at some places; an address is the same in capitals."""
    cells = column.values() if places is None else column.text.take(pa.array(places)).to_pylist()
    return [cell.strip().lower() if "@" in cell else cell.strip() for cell in cells]


def _counts_rows(ids: list[str]) -> bool:
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
        if says(plain(fit.comment.name), "message"):
            return False
        apart |= {roles.date} if roles.date else set()
        apart |= {one.name for one in seen if _ANY_ID.search(one.header) and one.distinct_share > _APART}
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
    known = dict(zip(_ids_of(fit.key), mine.values(), strict=True))
    pairs = [
        (known[who].strip(), cell.strip())
        for who, cell in zip(_ids_of(fit.theirs), theirs.values(), strict=True)
        if who in known and not is_no_answer(who)
    ]
    return sum(1 for one, other in pairs if one == other) >= _FOUND * len(pairs)


def _with_comments(table: Table, fit: _Fit) -> Table:
    comment = fit.comment
    comments_of = dict(zip(_ids_of(fit.theirs), comment.values(), strict=True))
    cells = ["" if is_no_answer(who) else comments_of.get(who, "") for who in _ids_of(fit.key)]
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

_NAMED_COLUMNS = 0.8
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
        if named < max(_FEW, _NAMED_COLUMNS * len(cells)) or len(set(cells)) < len(cells):
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


_PARENTS = {
    ("parent index", "index"),
    ("submission id", "id"),
    ("submission uuid", "uuid"),
    ("parent id", "id"),
}
"""How Kobo and ODK call the id of the parent in the table of a group, and in the parent's own."""


_OWN_ID = re.compile(r"(id|uuid|guid|key|index)$")


_OF_ANOTHER = re.compile(r"(?P<whose>.{3,40}) (id|uuid|guid|key)$")


_NAME_LETTERS = 10
"""Letters of a name; a question has more."""


@dataclass(frozen=True)
class _Link:
    """A table beside the answers: its row for each answer (-1 for none), and the column of ids on both sides.

    `is_parent` is True where the name of the answers' column names the other table.
    """

    other: Table
    mine: Column
    theirs: Column
    rows: np.ndarray
    is_parent: bool


def with_related(table: Table, others: Sequence[Table]) -> tuple[Table, list[Table]]:
    """The table of the answers with the columns of the tables beside it, and the tables that were not joined.

    A table is joined where a column of ids has the same name on both sides, or one that names the other table
    ("respondent_id" and the "id" of "respondents", "_parent_index" and "_index"), where no id comes twice in the
    table beside, and where it knows nine answers in ten. Those who were invited and have no answer are rows
    without a score. A table with a score of its own is another survey, and not joined; nor is what the same people
    said or did at another time.
    """
    left = []
    for other in others:
        link = None if find_score(profiles(other.columns, len(other))).chosen else _link(table, other)
        if link is None:
            left.append(other)
        else:
            table = _with_columns(table, link)
    return table, left


def _link(table: Table, other: Table) -> _Link | None:
    """How the other table is linked; None where it is not, or in two ways that differ."""
    found = [
        link
        for mine in table.columns
        for theirs in other.columns
        if (named := _named(mine, theirs, other)) and (link := _found(other, mine, theirs, named=named))
    ]
    found = [link for link in found if link.is_parent or _is_of_now_too(link)]
    if not found or any(not np.array_equal(link.rows, found[0].rows) for link in found[1:]):
        return None
    return found[0]


def _is_of_now_too(link: _Link) -> bool:
    """True where the table beside says nothing that its people may have said at another time."""
    roles = find_roles(profiles(link.other.columns, len(link.other)), None, None)
    if names_answer(link.mine.name):
        return roles.reason is None
    return not (roles.reason or roles.csat or roles.ces or (roles.date and not _invites(link.other)))


def _named(mine: Column, theirs: Column, other: Table) -> str:
    """What the names of two columns of ids say: "of" where one names the other table, "same", or "" for nothing."""
    here, there = _key_name(mine), _key_name(theirs)
    if (here, there) in _PARENTS:
        return "of"
    of_another = _OF_ANOTHER.match(here)
    if of_another and _OWN_ID.match(there) and plain(other.title).startswith(of_another["whose"]):
        return "of"
    is_id = ID_OF.match(here) or _ANY_ID.search(here) or says(here, "email")
    return "same" if here == there and is_id else ""


def _key_name(column: Column) -> str:
    return plain(column.name).strip(" .:_#")


def _found(other: Table, mine: Column, theirs: Column, *, named: str) -> _Link | None:
    known = _ids_of(theirs)
    filled = [one for one in known if not is_no_answer(one)]
    # One row is no table.
    if len(filled) < 2 or len(set(filled)) < len(filled) or len(filled) < len(known):  # noqa: PLR2004
        return None
    name = _key_name(mine)
    if named == "same" and _counts_rows(filled) and (_COUNTS.search(name) or not ID_OF.match(name)):
        return None
    rows = pd.Index(known).get_indexer(pd.Index(_ids_of(mine)))
    return _Link(other, mine, theirs, rows, named == "of") if (rows >= 0).mean() >= _FOUND else None


def _with_columns(table: Table, link: _Link) -> Table:
    """The table with the columns of the other one, and with its rows without an answer where it is of invitations."""
    other, mine = link.other, link.mine
    alone = np.setdiff1d(np.arange(len(other)), link.rows) if _invites(other) else np.zeros(0, np.int64)
    rows = np.append(link.rows, alone)
    new = [
        column
        for column in other.columns
        if column is not link.theirs and _key_name(column) not in {_key_name(one) for one in table.columns}
    ]
    names = unique_names([*table.names, *(column.name for column in new)])[len(table.columns) :]
    columns = [
        _longer(column, _ids_of(link.theirs, alone) if column is mine else [""] * len(alone))
        for column in table.columns
    ]
    for name, column in zip(names, new, strict=True):
        cells = np.array([*column.values(), ""], dtype=object)[rows]  # -1 is the blank one at the end
        columns.append(text_column(name, cells.tolist(), column.label if column.label != column.name else ""))
    if len(alone):
        name = unique_names([*(column.name for column in columns), "Invited"])[-1]
        columns.append(text_column(name, ["yes" if row >= 0 else "" for row in rows.tolist()]))
    known = int((link.rows >= 0).sum())
    note = (
        f"“{other.title}” was joined by “{mine.name}”: it knows {known:,} of {plural(len(table), 'answer')}"
    )
    note += f", and {len(alone):,} who gave none." if len(alone) else "."
    numbers = np.append(table.numbers, other.numbers[alone])
    return replace(table, columns=tuple(columns), numbers=numbers, notes=(*table.notes, note))


def _invites(table: Table) -> bool:
    """True for a table of those who were asked."""
    names = [plain(table.title), *(_key_name(column) for column in table.columns)]
    return any(says(name, "invitation") for name in names)


def _longer(column: Column, cells: Sequence[str]) -> Column:
    if not cells:
        return column
    text = column.text.cast(pa.large_string())
    return replace(column, text=pa.chunked_array([*text.chunks, pa.array(cells, pa.large_string())]))


def with_questions(tables: Sequence[Table]) -> list[Table]:
    """The tables, less those that hold the text of each question, which goes to the answers that have its number."""
    for table in tables if len(tables) > 1 else ():
        others = [other for other in tables if other is not table]
        if (found := _asked(table, others)) is not None:
            asked, book = found
            return [asked, *(other for other in others if other is not book)]
    return list(tables)


def _asked(table: Table, others: Sequence[Table]) -> tuple[Table, Table] | None:
    """The table with its questions, and the one that they come from; None where no other has them."""
    numbered = [column for column in table.columns if says(_key_name(column), "question_number")]
    if len(numbered) != 1 or any(
        says(_key_name(column), "question", "question_column") for column in table.columns
    ):
        return None
    for other in others:
        for theirs in other.columns:
            if not (says(_key_name(theirs), "question_number") or _OWN_ID.match(_key_name(theirs))):
                continue
            link = _found(other, numbered[0], theirs, named="of")
            text = _text_of(other) if link is not None and len(other) < len(table) else None
            if link is not None and text is not None:
                cells = np.array([*text.values(), ""], dtype=object)[link.rows]
                name = unique_names([*table.names, "question"])[-1]
                note = f"The questions are those of “{other.title}”, joined by “{numbered[0].name}”."
                columns = (*table.columns, text_column(name, cells.tolist()))
                return replace(table, columns=columns, notes=(*table.notes, note)), other
    return None


def _text_of(table: Table) -> Column | None:
    """The column of a table of questions that asks for a recommendation in one of its cells."""
    return next(
        (
            column
            for column in table.columns
            if any(says(plain(cell), "recommend") and len(cell) > _NAME_LETTERS for cell in column.sample)
        ),
        None,
    )
