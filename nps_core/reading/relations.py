"""Tables that belong together: respondents, invitations and questions, joined to the answers.

They are joined by an id that leaves no doubt.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa

from nps_core.formatting import plural
from nps_core.reading.cells import is_no_answer, plain, unique_names
from nps_core.reading.join import ANY_ID, COUNTS, ID_OF, counts_rows, ids_of, names_answer
from nps_core.reading.profile import profiles
from nps_core.reading.roles import find_roles
from nps_core.reading.score_column import find_score
from nps_core.reading.tables import text_column
from nps_core.reading.vocabulary import pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table


_EMAIL = pattern("email")
_RECOMMEND = pattern("recommend")
_QUESTION = pattern("question", "question_column")
_NUMBER_OF_QUESTION = pattern("question_number")
_INVITATION = pattern("invitation")

_PARENTS = {
    ("parent index", "index"),
    ("submission id", "id"),
    ("submission uuid", "uuid"),
    ("parent id", "id"),
}
"""How Kobo and ODK call the id of the parent in the table of a group, and in the parent's own."""

_OWN_ID = re.compile(r"(id|uuid|guid|key|index)$")
_OF_ANOTHER = re.compile(r"(?P<whose>.{3,40}) (id|uuid|guid|key)$")

_FOUND = 0.9
"""The share of the answers, at least, whose id the other table has; tables of other people share but a few."""


_NAME = 10
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
        link = None if _is_survey(other) else _link(table, other)
        if link is None:
            left.append(other)
        else:
            table = _joined(table, link)
    return table, left


def _is_survey(table: Table) -> bool:
    return find_score(profiles(table.columns, len(table))).chosen is not None


def _link(table: Table, other: Table) -> _Link | None:
    """How the other table is linked; None where it is not, or in two ways that differ."""
    found = [
        link
        for mine in table.columns
        for theirs in other.columns
        if (named := _named(mine, theirs, other)) and (link := _found(other, mine, theirs, named=named))
    ]
    found = [link for link in found if link.is_parent or _is_of_now(link)]
    if not found or any(not np.array_equal(link.rows, found[0].rows) for link in found[1:]):
        return None
    return found[0]


def _is_of_now(link: _Link) -> bool:
    """True where the table beside says nothing that its people may have said at another time."""
    if names_answer(link.mine.name):
        return find_roles(profiles(link.other.columns, len(link.other)), None, None).reason is None
    roles = find_roles(profiles(link.other.columns, len(link.other)), None, None)
    told = roles.reason or roles.csat or roles.ces or (roles.date and not _invites(link.other))
    return not told


def _named(mine: Column, theirs: Column, other: Table) -> str:
    """What the names of two columns of ids say: "of" where one names the other table, "same", or "" for nothing."""
    here, there = _name(mine), _name(theirs)
    if (here, there) in _PARENTS:
        return "of"
    of_another = _OF_ANOTHER.match(here)
    if of_another and _OWN_ID.match(there) and plain(other.title).startswith(of_another["whose"]):
        return "of"
    is_id = ID_OF.match(here) or ANY_ID.search(here) or _EMAIL.search(here)
    return "same" if here == there and is_id else ""


def _name(column: Column) -> str:
    return plain(column.name).strip(" .:_#")


def _found(other: Table, mine: Column, theirs: Column, *, named: str) -> _Link | None:
    known = ids_of(theirs)
    filled = [one for one in known if not is_no_answer(one)]
    # One row is no table.
    if len(filled) < 2 or len(set(filled)) < len(filled) or len(filled) < len(known):  # noqa: PLR2004
        return None
    name = _name(mine)
    if named == "same" and counts_rows(filled) and (COUNTS.search(name) or not ID_OF.match(name)):
        return None
    rows = pd.Index(known).get_indexer(pd.Index(ids_of(mine)))
    return _Link(other, mine, theirs, rows, named == "of") if (rows >= 0).mean() >= _FOUND else None


def _joined(table: Table, link: _Link) -> Table:
    """The table with the columns of the other one, and with its rows without an answer where it is of invitations."""
    other, mine = link.other, link.mine
    alone = np.setdiff1d(np.arange(len(other)), link.rows) if _invites(other) else np.zeros(0, np.int64)
    rows = np.append(link.rows, alone)
    new = [
        column
        for column in other.columns
        if column is not link.theirs and _name(column) not in {_name(one) for one in table.columns}
    ]
    names = unique_names([*table.names, *(column.name for column in new)])[len(table.columns) :]
    columns = [
        _longer(column, ids_of(link.theirs, alone) if column is mine else [""] * len(alone))
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
    names = [plain(table.title), *(_name(column) for column in table.columns)]
    return any(_INVITATION.search(name) for name in names)


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
    numbered = [column for column in table.columns if _NUMBER_OF_QUESTION.match(_name(column))]
    if len(numbered) != 1 or any(_QUESTION.match(_name(column)) for column in table.columns):
        return None
    for other in others:
        for theirs in other.columns:
            if not (_NUMBER_OF_QUESTION.match(_name(theirs)) or _OWN_ID.match(_name(theirs))):
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
            if any(_RECOMMEND.search(plain(cell)) and len(cell) > _NAME for cell in column.sample)
        ),
        None,
    )
