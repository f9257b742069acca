"""Rows that are none of the survey, before its columns are known: of other questions and surveys, totals, averages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from nps_core.formatting import plural
from nps_core.reading.cells import plain, says, unique_names
from nps_core.reading.scores import GROUP_WORDS, read_answers
from nps_core.reading.tables import Column, Problem, Table, text_column
from nps_core.reading.vocabulary import PATTERNS, WORDS, alternation, pattern
from nps_core.reading.vocabulary import table as table_of
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_QUESTIONS = 200
"""A column with more distinct values holds no questions."""

QUESTION = pattern("question", "question_column")
ANY_QUESTION = pattern("question", "question_column", "question_number")
ANSWER = pattern("answer", "answer_column")


def named(table: Table, pattern: re.Pattern[str]) -> list[Column]:
    """The columns whose whole name fits."""
    return [column for column in table.columns if pattern.match(plain(column.name).strip(" .:#"))]


def of_one_question(table: Table, wanted: str | None = None) -> Table | None:
    """A list with a score a question in each row, less the questions that do not ask for a recommendation.

    Where a person chose a question, less all others; the scores then go by its name, too.
    """
    for question in named(table, ANY_QUESTION):
        if not 1 < len(question.sample) <= MOST_QUESTIONS or not _tells(question):
            continue
        codes, texts = question.encoded
        chosen = holds(question, wanted)
        asks = np.array(
            [text.strip() == chosen if chosen else says(plain(text), "recommend") for text in texts]
        )
        kept = asks[codes]
        mixed = [column for column in table.columns if column is not question and _mixes(column, kept)]
        if asks.any() and not kept.all() and mixed:
            what = "is not the one chosen" if chosen else "does not ask for a recommendation"
            found = _without(table, kept, question, what)
            return _renamed(found, mixed[0].name, chosen) if chosen else found
    return None


def _tells(column: Column) -> bool:
    """True for a column that says of half of the rows what they are; what stands in fewer is a note beside them."""
    return 2 * int(column.answered.sum()) >= len(column.text)


def _renamed(table: Table, name: str, label: str) -> Table:
    """The table with a question text for one of its columns."""
    columns = (replace(one, label=label) if one.name == name else one for one in table.columns)
    return replace(table, columns=tuple(columns))


def holds(column: Column, wanted: str | None) -> str:
    """The value of a column of questions that a person chose; "" for none."""
    if wanted is None or not plain(wanted):
        return ""
    return next((text.strip() for text in column.encoded[1] if plain(text) == plain(wanted)), "")


def _mixes(column: Column, kept: np.ndarray) -> bool:
    """True for a column that holds scores in the rows to keep, and in others as well."""
    header = plain(column.name)
    if not (says(header, "recommend", "score") or ANSWER.match(header)):
        return False
    codes, distinct = column.encoded
    mine, others = (_counted(codes[rows], distinct) for rows in (kept, ~kept))
    return read_answers(mine).are_scores and read_answers(others).scored > 0


def _counted(codes: np.ndarray, distinct: Sequence[str]) -> Counter[str]:
    often = np.bincount(codes, minlength=len(distinct))
    found: Counter[str] = Counter()
    for place in np.flatnonzero(often).tolist():
        found[distinct[place].strip()] += int(often[place])
    return found


def of_one_kind(table: Table) -> Table | None:
    """A list that holds several kinds of survey, less those that are not NPS."""
    for column in named(table, PATTERNS["survey_kind"]):
        kinds = {value: plain(value) for value in column.encoded[1]}
        filled = {kind for kind in kinds.values() if kind}
        if (
            _tells(column)
            and len(filled) > 1
            and filled <= WORDS["survey_kinds"]
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

_MOST_SPELLED = 20_000
"""Rows up to which every column is looked through for subtotals; beyond, those whose values repeat."""

_MOST_GROUPS = 2_000
"""Values of a column that may be groups with totals of their own."""

_LONGEST = 60
"""Letters of the name of a total."""

_TOTAL = re.compile(rf"{alternation('total')}( \d.*)?$")
_FIGURES = {*GROUP_WORDS, *table_of("group_counts"), "nps", "enps", "e nps", "nps score"}
_OF_A_GROUP = re.compile(
    rf"(?P<before>.{{1,50}}) {alternation('total')}$|{alternation('total')} (?P<behind>.{{1,50}})$"
)


def without_totals(table: Table) -> Table:
    """The table less its totals and subtotals, which stay in the row account.

    A total is a row among the last, or the first, whose first filled cell is nothing but a word such as "Average"; or
    a row anywhere with the total of a group ("North Total", in a column that holds "North", too); and that leaves
    half of the cells blank that the rows have filled.
    """
    rows = len(table)
    if rows < 2 or len(table.columns) < 2:  # noqa: PLR2004 - a total wants something to stand under
        return table
    tail = table.tail(_LOOK)
    usual = max(_filled(row) for row in tail)
    places = _subtotals(table, usual)
    for place, row in zip(range(rows - 1, -1, -1), reversed(tail), strict=False):
        total = _TOTAL.match(_first(row)) and _leaves_blank(row, usual)
        if place in places or total or _is_figure(table, row, usual):
            places.add(place)
        elif _filled(row) > 1 or usual == 2:  # noqa: PLR2004 - in a wider table a single cell is a note
            break
    for place, row in enumerate(table.head(_LOOK)):
        if not (_TOTAL.match(_first(row)) and _leaves_blank(row, usual)):
            break
        places.add(place)
    if not places or len(places) == rows:
        return table
    return _cut(table, sorted(places))


def _is_figure(table: Table, row: Sequence[str], usual: int) -> bool:
    """True for a row below the responses with the count of a group, or the NPS: its name stands nowhere else."""
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    if len(filled) != 2 or len(filled) >= usual or _first(row) not in _FIGURES:  # noqa: PLR2004 - name and figure
        return False
    codes, distinct = table.columns[filled[0]].encoded
    return int((codes == distinct.index(row[filled[0]])).sum()) == 1


def is_total(row: Sequence[str]) -> bool:
    """True for a row that begins with nothing but the name of a total."""
    return bool(_TOTAL.match(_first(row)))


def _first(row: Sequence[str]) -> str:
    return plain(next((cell for cell in row if cell.strip()), "")).strip(" .:()")


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _leaves_blank(row: Sequence[str], usual: int) -> bool:
    return _filled(row) <= max(2, usual / 2)


def _subtotals(table: Table, usual: int) -> set[int]:
    """The places of rows with the total of a group whose rows the table has, and with little else."""
    found: set[int] = set()
    for column in table.columns:
        if len(table) > _MOST_SPELLED and not pa.types.is_dictionary(column.text.type):
            continue
        codes, distinct = column.encoded
        totals = _group_totals(distinct) if len(distinct) <= _MOST_GROUPS else []
        if not totals:
            continue
        for place in np.flatnonzero(np.isin(codes, totals)).tolist():
            row = [str(one.text[place].as_py()) for one in table.columns]
            if _leaves_blank(row, usual):
                found.add(place)
    return found


def _group_totals(distinct: Sequence[str]) -> list[int]:
    """The codes of values such as "North Total" in a column that holds "North", too."""
    of_words = {
        code: cell for code, cell in enumerate(distinct) if len(cell) <= _LONGEST and " " in cell.strip()
    }
    named = {
        code: match
        for code, cell in of_words.items()
        if (match := _OF_A_GROUP.match(plain(cell).strip(" .:()")))
    }
    groups = {plain(cell).strip(" .:()") for cell in distinct} if named else set()
    return [code for code, match in named.items() if _names_one(match["before"] or match["behind"], groups)]


def _names_one(name: str, groups: set[str]) -> bool:
    """True for the name of a group, also behind a word or two: "for North", "de la région Nord"."""
    parts = name.split(" ")
    return any(" ".join(parts[first:]) in groups for first in range(min(len(parts), 3)))


def _cut(table: Table, places: list[int]) -> Table:
    kept = np.ones(len(table), dtype=bool)
    kept[places] = False
    gone = []
    for place in places:
        row = tuple(str(column.text[place].as_py()) for column in table.columns)
        label = next(cell for cell in row if cell.strip())
        what = f"“{label[:30]}” is a total and no response"
        gone.append(Problem(int(table.numbers[place]), 0, what, row, "total"))
    rows = "1 row of totals (row" if len(places) == 1 else f"{len(places):,} rows of totals (from row"
    read = "was not read as a response" if len(places) == 1 else "were not read as responses"
    note = f"{rows} {gone[0].record:,}) {read}."
    return replace(
        table,
        columns=tuple(replace(column, text=_rows_of(column, kept, places)) for column in table.columns),
        numbers=table.numbers[kept],
        problems=(*table.problems, *gone),
        notes=(*table.notes, note),
    )


def _rows_of(column: Column, kept: np.ndarray, places: list[int]) -> pa.ChunkedArray:
    if places[0] == len(kept) - len(places):  # all at the end: the cells stay where they are
        return pa.chunked_array(column.text.slice(0, places[0]).chunks, column.text.type)
    return column.text.filter(pa.array(kept))


_MOST_COUNTED = 2_000_000
"""Responses that a table of counts may stand for."""


_WHOLE_PERCENT = (99, 101)
"""What three rounded shares of a row add up to."""


def from_counts(table: Table) -> Table | None:
    """A table that counts promoters, passives and detractors in each row, with a row for each of those counted.

    Shares are none, nor is a row of totals; of other columns those with figures are left out.
    """
    found = _counting(table)
    if len(found) < len(GROUPS):
        return None
    rows = [
        place
        for place, cells in enumerate(zip(*(one.values() for one in table.columns), strict=True))
        if not is_total(cells)
    ]
    cells = [[found[group].values()[place].strip() or "0" for place in rows] for group in range(len(GROUPS))]
    if not rows or not all(cell.isdigit() for column in cells for cell in column):
        return None
    counts = np.array(cells, dtype=np.int64)
    low, high = _WHOLE_PERCENT
    sums = counts.sum(axis=0)
    if bool(((sums >= low) & (sums <= high)).all()) or counts.max() <= 1 or sums.sum() > _MOST_COUNTED:
        return None
    return _counted_out(table, rows, counts, found)


def _counting(table: Table) -> dict[int, Column]:
    """The columns that count a group, by its place in GROUPS; of two for one group none can be told."""
    found: dict[int, Column] = {}
    for column in table.columns:
        name = [word for word in _bare_words(column.name) if word not in WORDS["count_fillers"]]
        group = GROUP_WORDS.get(name[0]) if len(name) == 1 else None
        if group is not None and group in found:
            return {}
        if group is not None:
            found[group] = column
    return found


def _bare_words(name: str) -> list[str]:
    return [bare for word in plain(name).split(" ") if (bare := word.strip(" .:()#"))]


def _counted_out(table: Table, rows: list[int], counts: np.ndarray, found: dict[int, Column]) -> Table:
    # Row by row: first its detractors, then its passives, then its promoters.
    places = np.repeat(np.repeat(rows, len(GROUPS)), counts.T.ravel())
    groups = np.repeat(np.tile(np.arange(len(GROUPS)), len(rows)), counts.T.ravel())
    rest = [
        column for column in table.columns if column not in found.values() and not _is_made_of_counts(column)
    ]
    columns = [replace(column, text=column.text.take(pa.array(places))) for column in rest]
    name = unique_names([*(column.name for column in rest), "NPS group"])[-1]
    columns.append(text_column(name, [GROUPS[group] for group in groups.tolist()]))
    stand = "stands" if len(rows) == 1 else "stand"
    note = (
        f"Each row counts promoters, passives and detractors: {plural(len(rows), 'row')} {stand} for "
        f"{plural(len(places), 'response')}, and each of these was read as one."
    )
    return replace(table, columns=tuple(columns), numbers=table.numbers[places], notes=(*table.notes, note))


def _is_made_of_counts(column: Column) -> bool:
    """True for what is made of the counts: their sum, their shares, the NPS."""
    header = plain(column.name).strip(" .:")
    named = says(header, "recommend", "responses") or "%" in header or _TOTAL.match(header)
    return bool(named) or any(word in GROUP_WORDS for word in _bare_words(header))
