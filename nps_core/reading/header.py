"""Records -> Table: where the header is, how many rows it has, and what the columns are called."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.body import Uneven, stack, with_body, with_rows
from nps_core.reading.cells import clean_header, join_header, kind, plain, says, trimmed, unique_names
from nps_core.reading.tables import Column, Header, Table, stripped, without_blank

if TYPE_CHECKING:
    from collections.abc import Sequence


LOOK = 60
"""Records looked at to find the header."""

MOST_HEADERS = 3
"""No known export has more header rows."""

_PREAMBLE = 12
"""No known report has more lines above its table."""

_TYPED = 0.8
"""A column is typed when this share of its filled cells are numbers, dates or addresses."""


def finished(
    table: Table, header: Header, rows: Sequence[Sequence[str]], first: int, uneven: Uneven | None = None
) -> Table:
    """The columns below a header as a table.

    Tables that stand side by side under the same headers become one.

    Parameters
    ----------
    table
        The rows that are as wide as the header, without blank ones.
    header
        The header.
    rows
        The first records, those of the header among them.
    first
        The number of the record below the header.
    uneven
        The other records of a text.
    """
    table = replace(
        table,
        header_rows=header.body - header.start,
        preamble=tuple(" ".join(cell for cell in row if cell.strip()) for row in rows[: header.start]),
    )
    last: Sequence[str] = rows[header.body - 1] if table.header_rows else ()
    if table.header_rows != 1 or not (spans := side_by_side(last)):
        return _without_ghosts(_with_body(table, last, first, uneven))
    records = uneven.records if uneven else []
    width = len(table.columns)
    numbers = [number for number, _ in records]
    table = with_rows(table, numbers, [[*row, *[""] * width][:width] for _, row in records])
    parts = []
    for begin, end in spans:
        names = unique_names([clean_header(cell) for cell in last[begin:end]])
        columns = tuple(
            replace(column, name=name, label=column.name)
            for column, name in zip(table.columns[begin:end], names, strict=True)
        )
        part = without_blank(replace(table, columns=columns))
        parts.append(_without_ghosts(_with_body(part, last[begin:end], first)))
    note = (
        f"{len(parts)} tables stand side by side under the same headers; their rows were put under one"
        " another."
    )
    return stack(parts, note)


def _with_body(table: Table, header: Sequence[str], first: int, uneven: Uneven | None = None) -> Table:
    """The table with all its records; most have none but those that are there already."""
    uneven = uneven or Uneven()
    again = _second_header(table, header, first, uneven)
    return with_body(table, header, again, uneven) if again or uneven.records else table


def _without_ghosts(table: Table) -> Table:
    return replace(table, columns=without_ghosts(table.columns)) if table.header_rows else table


def find_header(rows: Sequence[Sequence[str]], *, ragged: bool = False) -> Header:
    """Find the header among the first records of a table.

    `ragged` is true for text, where a cell too many means that a delimiter stands where none should; in a
    workbook it is a note in the margin.
    """
    head = [list(row) for row in rows[:LOOK]]
    start = _start(head)
    count = _header_rows(head, start)
    width = _width(rows, start, count, ragged=ragged)
    if count == 0:
        names = tuple(f"Column {place + 1}" for place in range(width))
        return Header(start, start, names, names)
    block = [[*row, *[""] * (width - len(row))][:width] for row in head[start : start + count]]
    names, labels = join_header(block)
    return Header(start, start + count, names, labels)


def _start(head: list[list[str]]) -> int:
    """The first record that is neither blank nor a title."""
    filled = [sum(1 for cell in row if cell.strip()) for row in head]
    widest = max(filled, default=0)
    # A title or a "name: value" line of a preamble has one or two cells; a header has more.
    title = 2 if widest > 4 else 1 if widest > 1 else 0  # noqa: PLR2004
    for place, count in enumerate(filled):
        if count > title and not _is_note(head[place]):
            return _below_preamble(head, place, widest)
    return 0


def _is_note(row: Sequence[str]) -> bool:
    """True for a "name: value" line."""
    filled = [cell.strip() for cell in row if cell.strip()]
    return len(filled) == 2 and filled[0].endswith(":")  # noqa: PLR2004 - the name and the value


def _below_preamble(head: list[list[str]], start: int, widest: int) -> int:
    """The same record, or the first one below a preamble that is as wide as the table ("from", 1 Jan, "to", 31 Mar).

    It is a preamble where a later record is all words, at odds with typed columns below it, and where what
    stands above that record is not of their kinds.
    """
    if all(_cell_kind(head[start], place) in ("text", "blank") for place in range(len(head[start]))):
        return start
    for later in range(start + 1, min(start + _PREAMBLE, len(head))):
        row = [cell.strip() for cell in head[later]]
        wide = sum(1 for cell in row if cell) == widest == len(set(row) - {""})
        if not wide or any(kind(cell) not in ("text", "blank") for cell in row):
            continue
        typed = _typed_columns(head[later:], 1)
        above = [
            _cell_kind(record, place) == held for record in head[start:later] for place, held in typed.items()
        ]
        return later if typed and sum(above) <= len(above) / 4 else start
    return start


def _width(rows: Sequence[Sequence[str]], start: int, count: int, *, ragged: bool) -> int:
    """How many columns: those of the header, or of the body where most of it is wider."""
    size = len if ragged else _extent
    header = max((_extent(row) for row in rows[start : start + count]), default=0)
    body = Counter(size(row) for row in rows[start + count : start + count + LOOK] if any(row))
    if not body:
        return header
    usual, often = body.most_common(1)[0]
    if not count:
        return usual if often > sum(body.values()) / 2 else max(body)
    return max(header, usual) if often > sum(body.values()) / 2 else header


def _extent(row: Sequence[str]) -> int:
    for place in range(len(row), 0, -1):
        if row[place - 1].strip():
            return place
    return 0


def _header_rows(head: list[list[str]], start: int) -> int:
    """How many records from `start` are headers: 0 to 3."""
    if start >= len(head):
        return 0
    if not _is_header(head, start):
        return 0
    count = 1
    while count < MOST_HEADERS and start + count < len(head) and _continues(head, start, count):
        count += 1
    return count


def _is_header(head: list[list[str]], start: int) -> bool:
    """A header's cells are text where the columns below hold numbers, dates or addresses."""
    typed = _typed_columns(head, start + 1)
    if any("ImportId" in cell for row in head[start : start + 3] for cell in row):
        return True
    row = head[start]
    at_odds = sum(1 for place in typed if _cell_kind(row, place) == "text")
    alike = sum(1 for place in typed if _cell_kind(row, place) == typed[place])
    filled = [cell for cell in row if cell.strip()]
    if not typed:
        odd = sum(1 for cell in filled if kind(cell) != "text")
        return odd <= len(filled) / 2
    return at_odds >= alike


def _continues(head: list[list[str]], start: int, count: int) -> bool:
    """Whether the record after `count` header rows is one more of them."""
    row = head[start + count]
    above = head[start : start + count]
    filled = [place for place, cell in enumerate(row) if cell.strip()]
    if not filled:
        return False
    if sum(1 for place in filled if row[place].lstrip().startswith('{"ImportId"')) > len(filled) / 2:
        return True
    if start + count + 1 < len(head) and any('{"ImportId"' in cell for cell in head[start + count + 1]):
        return True
    if [cell.strip() for cell in row] == [cell.strip() for cell in above[-1]]:
        return True
    return _is_second_row(head, start, count, filled)


def _is_second_row(head: list[list[str]], start: int, count: int, filled: list[int]) -> bool:
    row, first = head[start + count], head[start]
    if len(row) != len(first):
        return False
    gaps = [place for place in filled if not _cell(first, place).strip()]
    if _names_options(head, start, count, gaps):
        return True
    generic = [place for place in filled if says(plain(row[place]), "repeated_header")]
    typed = _typed_columns(head, start + count + 1)
    if any(_cell_kind(row, place) not in ("text", "blank") for place in typed):
        return False
    if any(len(plain(row[place])) > 8 for place in generic) or (gaps and generic):  # noqa: PLR2004 - "open ended ..."
        return True
    named = [place for place in typed if _cell_kind(row, place) == "text"]
    if gaps and len(gaps) >= 2 and typed:  # noqa: PLR2004
        return True
    return len(named) >= 2 and len(named) == len(typed)  # noqa: PLR2004


_MANY_OPTIONS = 9
"""Different cells below blank ones of a header that are options, though one other column alone is blank there."""


def _names_options(head: list[list[str]], start: int, count: int, gaps: list[int]) -> bool:
    """A row of the options below their questions.

    It fills the gaps of the header and says nothing where the rows below have ids and dates.
    """
    row, first = head[start + count], head[start]
    typed = _typed_columns(head, start + count + 1)
    named = [place for place in typed if _cell(first, place).strip() and place < min(gaps, default=0)]
    blank = all(_cell_kind(row, place) == "blank" for place in named)
    apart = len({row[place].strip() for place in gaps}) == len(gaps)
    told = len(named) >= 2 or (len(named) == 1 and len(gaps) >= _MANY_OPTIONS)  # noqa: PLR2004 - two columns that tell
    return len(gaps) >= 2 and told and blank and apart  # noqa: PLR2004 - two options


def _typed_columns(head: list[list[str]], body: int) -> dict[int, str]:
    """The columns whose cells below are mostly of one kind other than text."""
    found = {}
    for place in range(max((len(row) for row in head), default=0)):
        kinds = Counter(_cell_kind(row, place) for row in head[body:])
        kinds.pop("blank", None)
        if not kinds:
            continue
        usual, count = kinds.most_common(1)[0]
        if usual != "text" and count >= _TYPED * sum(kinds.values()):
            found[place] = usual
    return found


def _cell(row: Sequence[str], place: int) -> str:
    return row[place] if place < len(row) else ""


def _cell_kind(row: Sequence[str], place: int) -> str:
    return kind(_cell(row, place))


def without_ghosts(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns less those that have neither a header nor a cell."""
    return tuple(
        column for column in columns if not re.fullmatch(r"Column \d+", column.name) or column.sample
    )


def is_written_again(table: Table) -> bool:
    """True where every name is its header written as often as the table has header rows ("score score")."""
    titled = [column for column in table.columns if column.label]
    return (
        table.header_rows > 1
        and bool(titled)
        and all(column.name.startswith(" ".join([column.label] * table.header_rows)) for column in titled)
    )


def named_once(table: Table) -> Table:
    """The same table with each of these names once; any other table as it is."""
    if not is_written_again(table):
        return table
    names = unique_names([column.label or column.name for column in table.columns])
    columns = tuple(replace(column, name=name) for column, name in zip(table.columns, names, strict=True))
    return replace(table, columns=columns, file_columns=names)


def _second_header(
    table: Table, header: Sequence[str], first: int, uneven: Uneven
) -> tuple[int, list[str]] | None:
    """The first record that is the header again: its number, and its cells as `trimmed`."""
    match = HeaderMatch(header)
    among = next((pair for pair in uneven.records if pair[0] > first and match.is_header(pair[1])), None)
    places = match.places([column.text for column in table.columns])
    place = next((place for place in places.tolist() if table.numbers[place] > first), None)
    if place is None or (among is not None and among[0] < table.numbers[place]):
        return among and (among[0], trimmed(among[1]))
    return int(table.numbers[place]), trimmed([column.text[place].as_py() for column in table.columns])


_ALIKE_HEADERS = 0.6
"""A record is the header again when this share of its cells stand in the header, too."""


_FEW_ALIKE = 2
"""One cell alike is chance."""


class HeaderMatch:
    """Knows the header, to tell when it comes again."""

    def __init__(self, header: Sequence[str]) -> None:
        self.names = frozenset(trimmed(header)) - {""}

    def is_header(self, row: Sequence[str]) -> bool:
        """True when most cells of a row stand in the header."""
        if len(self.names) < _FEW_ALIKE:
            return False
        filled = [cell for cell in trimmed(row) if cell]
        alike = sum(cell in self.names for cell in filled)
        return alike >= _FEW_ALIKE and alike >= _ALIKE_HEADERS * max(len(filled), len(self.names))

    def places(self, columns: Sequence[pa.ChunkedArray]) -> np.ndarray:
        """The places of the rows that are the header again; each column is looked at as a whole."""
        places = self._candidates(columns)
        alike = np.zeros(len(places), dtype=np.int64)
        filled = np.zeros(len(places), dtype=np.int64)
        for column in columns if len(places) else ():
            cells = stripped(column.take(pa.array(places)))
            alike += pc.is_in(cells, pa.array(sorted(self.names), cells.type)).to_numpy(zero_copy_only=False)
            filled += pc.not_equal(cells, "").to_numpy(zero_copy_only=False)
        found: np.ndarray = places[
            (alike >= _FEW_ALIKE) & (alike >= _ALIKE_HEADERS * np.maximum(filled, len(self.names)))
        ]
        return found

    def _candidates(self, columns: Sequence[pa.ChunkedArray]) -> np.ndarray:
        if len(self.names) < _FEW_ALIKE:
            return np.zeros(0, dtype=np.int64)
        needed = max(_FEW_ALIKE, _ALIKE_HEADERS * len(self.names))
        alike = np.zeros(len(columns[0]) if columns else 0, dtype=np.int32)
        best, left = 0, len(columns)
        # Columns of codes first: where they do not hold a name, as a rule, the others need not be looked at.
        for column in sorted(columns, key=lambda column: not pa.types.is_dictionary(column.type)):
            if best + left < needed:
                return np.zeros(0, dtype=np.int64)
            left -= 1
            if (found := _holds(column, self.names)) is not None:
                alike += found
                best = int(alike.max(initial=0))
        return np.flatnonzero(alike >= needed)


def _holds(column: pa.ChunkedArray, names: frozenset[str]) -> np.ndarray | None:
    """Which cells are one of the names; None for none of them."""
    if pa.types.is_dictionary(column.type):
        whole = column.unify_dictionaries().combine_chunks() if column.num_chunks != 1 else column.chunk(0)
        stripped = pc.utf8_trim_whitespace(whole.dictionary)
        among = pc.is_in(stripped, pa.array(sorted(names), stripped.type)).to_numpy(zero_copy_only=False)
        return among[whole.indices.to_numpy()] if among.any() else None
    found: np.ndarray = pc.is_in(column, pa.array(sorted(names), column.type)).to_numpy(zero_copy_only=False)
    return found if found.any() else None


def side_by_side(header: Sequence[str]) -> list[tuple[int, int]]:
    """The column spans of tables that stand beside one another, apart by a blank header; [] for one table.

    They are parts of one table when at least half of their headers are the same.
    """
    spans: list[tuple[int, int]] = []
    for place, cell in enumerate(header):
        if not cell.strip():
            continue
        if spans and spans[-1][1] == place:
            spans[-1] = spans[-1][0], place + 1
        else:
            spans.append((place, place + 1))
    if len(spans) < 2 or any(last - first < 2 for first, last in spans):  # noqa: PLR2004 - two tables of two columns
        return []
    sets = [{plain(cell) for cell in header[first:last]} for first, last in spans]
    alike = all(2 * len(sets[0] & other) >= max(len(sets[0]), len(other)) for other in sets[1:])
    return spans if alike else []
