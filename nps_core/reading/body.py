"""The rows below a header: which records are rows, which are mended, which are given up and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.errors import RefusedFile
from nps_core.reading.cells import kind
from nps_core.reading.tables import Problem, with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table


TYPES_LOOK = 200
"""Rows looked at to tell what a column holds."""

_TYPED = 0.9
"""A column holds numbers or dates when this share of its filled cells do."""


@dataclass(frozen=True)
class Uneven:
    """The records of a text that are shorter or longer than its header.

    Parameters
    ----------
    records
        (number in the file, cells) of each, in their order; blank ones are left out.
    typed
        The columns that hold numbers or dates, by place, as `kinds_of` tells them.
    delimiter
        What sets the cells apart.
    """

    records: Sequence[tuple[int, list[str]]] = ()
    typed: dict[int, str] = field(default_factory=dict)
    delimiter: str = ","


@dataclass
class Body:
    """Uneven records that became rows, with their numbers, and what was not or not quite a row."""

    numbers: list[int] = field(default_factory=list)
    cells: list[Sequence[str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mended: list[Problem] = field(default_factory=list)
    short: list[int] = field(default_factory=list)


def with_body(table: Table, header: Sequence[str], first: int, uneven: Uneven | None = None) -> Table:
    """The table with its uneven records among its rows, up to where the header comes again and beyond.

    A short record is filled up with blank cells. A record that is too long holds an unquoted delimiter: it is
    mended where only one way to join its cells puts numbers and dates where the other rows have them;
    otherwise it is given up as unreadable. Where the header comes again, a second table begins: its rows are
    further rows if the header is the same.

    Parameters
    ----------
    table
        The records that are as wide as the header, without blank ones.
    header
        The last record of the header; empty for a table without one.
    first
        The number of the record below the header, which is part of it or a row, but not the header again.
    uneven
        The other records.
    """
    uneven = uneven or Uneven()
    width = len(table.columns)
    again = _second_header(table, header, first, uneven)
    number, second = again or (0, [])
    body, longer = Body(), []
    for place, cells in uneven.records:
        if again is None or place < number:
            _add_uneven(body, cells, place, width, uneven)
            continue
        bare = trimmed(cells)
        if len(bare) > width and place > number:
            longer.append((place, bare))
        elif place > number:
            body.numbers.append(place)
            body.cells.append(bare + [""] * (width - len(bare)))
    found = with_rows(replace(table, problems=(*table.problems, *body.problems)), body.numbers, body.cells)
    if again is not None:
        found = with_second_table(found, number, second, same=second == trimmed(header), longer=longer)
    return replace(found, notes=(*found.notes, *_notes_on(body, len(found))))


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


def kinds_of(rows: Sequence[Sequence[str]], width: int) -> dict[int, str]:
    """The columns that hold numbers or dates, by the rows of the right width."""
    found = {}
    whole = [row for row in rows if len(row) == width]
    for place in range(width):
        kinds = Counter(kind(row[place]) for row in whole)
        kinds.pop("blank", None)
        best, count = kinds.most_common(1)[0] if kinds else ("text", 0)
        if best != "text" and count >= _TYPED * sum(kinds.values()):
            found[place] = best
    return found


def _add_uneven(body: Body, row: list[str], number: int, width: int, uneven: Uneven) -> None:
    """Add a record of a text that is shorter or longer than the header."""
    typed = uneven.typed
    if len(row) > width and not "".join(row[width:]).strip():
        body.numbers.append(number)
        body.cells.append(row[:width])
        return
    if len(row) < width:
        if (
            all(kind(row[place]) in ("blank", held) for place, held in typed.items() if place < len(row))
            or not typed
        ):
            body.short.append(number)
            body.numbers.append(number)
            body.cells.append(row + [""] * (width - len(row)))
            return
        what = f"{len(row)} cells instead of {width}, and numbers or dates are not in their columns"
        body.problems.append(Problem(number, 0, what, tuple(row)))
        return
    ways = _ways(row, width, typed, uneven.delimiter)
    if len(ways) == 1:
        body.mended.append(Problem(number, 0, f"{len(row)} cells instead of {width}"))
        body.numbers.append(number)
        body.cells.append(ways[0])
        return
    body.problems.append(Problem(number, 0, f"{len(row)} cells instead of {width}", tuple(row)))


def _ways(row: list[str], width: int, typed: dict[int, str], delimiter: str) -> list[list[str]]:
    """Each way to join neighbouring cells of a long record so that every typed column holds its kind."""
    extra = len(row) - width
    found: list[list[str]] = []
    if not typed or extra > width:
        return found
    for place in range(width):
        if place in typed:
            continue
        joined = [*row[:place], delimiter.join(row[place : place + extra + 1]), *row[place + extra + 1 :]]
        if (
            all(kind(joined[column]) in ("blank", held) for column, held in typed.items())
            and joined not in found
        ):
            found.append(joined)
    return found


def _notes_on(body: Body, rows: int) -> list[str]:
    """Sentences about the records of a table of so many rows that were mended or filled up."""
    found = []
    if body.mended:
        count = len(body.mended)
        held = (
            "record holds an unquoted delimiter and was"
            if count == 1
            else "records hold an unquoted delimiter and were"
        )
        found.append(f"{count:,} {held} mended ({first_of(count, body.mended[0].record)}).")
    if body.short and len(body.short) < rows / 2:
        count = len(body.short)
        held = (
            "record is shorter than the header; its"
            if count == 1
            else "records are shorter than the header; their"
        )
        found.append(
            f"{count:,} {held} missing cells were taken as blank ({first_of(count, body.short[0])})."
        )
    return found


def first_of(count: int, record: int) -> str:
    """Where the first of some records stands, or the only one: "the first is record 7", "record 7"."""
    return f"record {record:,}" if count == 1 else f"the first is record {record:,}"


_SAME_ROWS = 0.9
"""What follows a second header is the same table again when this share of its rows stand above it."""

_ALIKE = 0.6
"""A record is the header again when this share of its cells stand in the header, too."""

MOST_GIVEN_UP = 1_000_000
"""Rows of a second table, each of which would be told one by one."""

_FEW = 2
"""One cell alike is chance."""

_BETWEEN = "\x1f"
"""Set between cells where rows are compared as a whole: the separator of units, which nobody types."""


def trimmed(row: Sequence[str]) -> list[str]:
    """The cells of a record, stripped, less the blank ones at its end."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


class HeaderMatch:
    """Knows the header, to tell when it comes again."""

    def __init__(self, header: Sequence[str]) -> None:
        self.names = frozenset(trimmed(header)) - {""}

    def is_header(self, row: Sequence[str]) -> bool:
        """True when most cells of a row stand in the header."""
        if len(self.names) < _FEW:
            return False
        filled = [cell for cell in trimmed(row) if cell]
        alike = sum(cell in self.names for cell in filled)
        return alike >= _FEW and alike >= _ALIKE * max(len(filled), len(self.names))

    def places(self, columns: Sequence[pa.ChunkedArray]) -> np.ndarray:
        """The places of the rows that are the header again; each column is looked at as a whole."""
        places = self._candidates(columns)
        alike = np.zeros(len(places), dtype=np.int64)
        filled = np.zeros(len(places), dtype=np.int64)
        for column in columns if len(places) else ():
            cells = _stripped(column.take(pa.array(places)))
            alike += pc.is_in(cells, pa.array(sorted(self.names), cells.type)).to_numpy(zero_copy_only=False)
            filled += pc.not_equal(cells, "").to_numpy(zero_copy_only=False)
        found: np.ndarray = places[(alike >= _FEW) & (alike >= _ALIKE * np.maximum(filled, len(self.names)))]
        return found

    def _candidates(self, columns: Sequence[pa.ChunkedArray]) -> np.ndarray:
        if len(self.names) < _FEW:
            return np.zeros(0, dtype=np.int64)
        needed = max(_FEW, _ALIKE * len(self.names))
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


def with_second_table(
    table: Table, number: int, again: list[str], *, same: bool, longer: Sequence[tuple[int, list[str]]]
) -> Table:
    """The table with what stands below a second header added to it, or given up and said.

    Parameters
    ----------
    table
        All rows, above and below the second header, and that header too where it is as wide as the table.
    number
        The number of the record that is the second header.
    again
        Its cells, as `trimmed`.
    same
        Whether it is the header word by word, so that further rows follow, unless they stand above it, too.
    longer
        (number, cells) of the records below it that are wider than the table.
    """
    above = int(np.searchsorted(table.numbers, number))
    stripped = [_stripped(column.text) for column in table.columns]
    whole = pc.binary_join_element_wise(*stripped, pa.scalar(_BETWEEN, pa.large_string()))
    header = _BETWEEN.join([*again, *[""] * (len(stripped) - len(again))])
    below = np.arange(above, len(table))
    below = below[pc.not_equal(whole.slice(above), header).to_numpy(zero_copy_only=False)]
    seen = pc.is_in(whole.take(pa.array(below)), whole.slice(0, above).unique()).to_numpy(
        zero_copy_only=False
    )
    count = len(below) + len(longer)
    repeated = count > 0 and int(seen.sum()) >= _SAME_ROWS * count
    taken = below if same and not repeated else below[:0]
    if len(below) - len(taken) + len(longer) > MOST_GIVEN_UP:
        raise RefusedFile(
            f"Below its rows a table of its own begins in record {number:,}, with {count:,} rows.",
            hint="Export it again, or put each table in a file of its own.",
        )
    given_up = (
        [
            (int(table.numbers[place]), tuple(trimmed([column[place].as_py() for column in stripped])), known)
            for place, known in zip(below.tolist(), seen.tolist(), strict=True)
        ]
        if not len(taken)
        else []
    )
    given_up += [(line, tuple(cells), False) for line, cells in longer]
    problems = [_problem(line, cells, known=repeated and known) for line, cells, known in sorted(given_up)]
    columns = tuple(
        replace(column, text=_joined(column, text, above, taken))
        for column, text in zip(table.columns, stripped, strict=True)
    )
    return replace(
        table,
        columns=columns,
        numbers=np.append(table.numbers[:above], table.numbers[taken]),
        problems=(*table.problems, *problems),
        notes=(*table.notes, _note(number, len(taken), len(problems), same=same)),
    )


def _problem(number: int, cells: tuple[str, ...], *, known: bool) -> Problem:
    if known:
        return Problem(number, 0, "the same row stands in the file twice", cells, "repeated")
    return Problem(number, 0, "belongs to a second table", cells)


def _joined(column: Column, stripped: pa.ChunkedArray, above: int, taken: np.ndarray) -> pa.ChunkedArray:
    # As text: codes would go on counting the header among their values.
    rows = column.text.slice(0, above).cast(pa.large_string())
    return pa.chunked_array([*rows.chunks, *stripped.take(pa.array(taken)).chunks], pa.large_string())


def _stripped(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.utf8_trim_whitespace(cells.cast(pa.large_string()))


def _note(number: int, taken: int, given_up: int, *, same: bool) -> str:
    if taken:
        return f"The header comes again in record {number:,}; the {_rows(taken)} added."
    if same and not given_up:
        return f"The header comes again in record {number:,}; no row stands below it."
    return f"A second table begins in record {number:,}; its {_rows(given_up)} not read."


def _rows(count: int) -> str:
    return "row below it was" if count == 1 else f"{count:,} rows below it were"
