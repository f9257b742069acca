"""What a header does not fit: records of another width, and second tables; and tables put under one another."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.errors import RefusedFile
from nps_core.reading.cells import kind, trimmed, unique_names
from nps_core.reading.tables import Column, Problem, Table, stripped, text_column

if TYPE_CHECKING:
    from collections.abc import Sequence


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


def with_body(
    table: Table, header: Sequence[str], again: tuple[int, list[str]] | None, uneven: Uneven
) -> Table:
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
    again
        The first record that is the header again, if one is: its number, and its cells as `trimmed`.
    uneven
        The other records.
    """
    width = len(table.columns)
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


MOST_GIVEN_UP = 1_000_000
"""Rows of a second table, each of which would be told one by one."""


_BETWEEN = "\x1f"
"""Set between cells where rows are compared as a whole: the separator of units, which nobody types."""


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
    texts = [stripped(column.text) for column in table.columns]
    whole = pc.binary_join_element_wise(*texts, pa.scalar(_BETWEEN, pa.large_string()))
    header = _BETWEEN.join([*again, *[""] * (len(texts) - len(again))])
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
            (int(table.numbers[place]), tuple(trimmed([column[place].as_py() for column in texts])), known)
            for place, known in zip(below.tolist(), seen.tolist(), strict=True)
        ]
        if not len(taken)
        else []
    )
    given_up += [(line, tuple(cells), False) for line, cells in longer]
    problems = [_problem(line, cells, known=repeated and known) for line, cells, known in sorted(given_up)]
    columns = tuple(
        replace(column, text=_joined(column, text, above, taken))
        for column, text in zip(table.columns, texts, strict=True)
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


def _note(number: int, taken: int, given_up: int, *, same: bool) -> str:
    if taken:
        return f"The header comes again in record {number:,}; the {_rows(taken)} added."
    if same and not given_up:
        return f"The header comes again in record {number:,}; no row stands below it."
    return f"A second table begins in record {number:,}; its {_rows(given_up)} not read."


def _rows(count: int) -> str:
    return "row below it was" if count == 1 else f"{count:,} rows below it were"


def with_rows(table: Table, numbers: Sequence[int], cells: Sequence[Sequence[str]]) -> Table:
    """The table with further rows, each in its place by its record's number."""
    if not cells:
        return table
    every = np.append(table.numbers, np.array(numbers, dtype=np.int64))
    order = np.argsort(every, kind="stable")
    places = pa.array(order)
    columns = []
    for place, column in enumerate(table.columns):
        more = pa.array([row[place] for row in cells], pa.large_string())
        old = column.text.cast(pa.large_string()) if column.text.type != pa.large_string() else column.text
        columns.append(replace(column, text=pa.chunked_array([*old.chunks, more]).take(places)))
    return replace(table, columns=tuple(columns), numbers=every[order])


def stack(parts: Sequence[Table], note: str, *, marks: tuple[str, Sequence[str]] | None = None) -> Table:
    """Tables under one another, columns matched by name; `marks` adds a column that tells the parts apart."""
    names = list(dict.fromkeys(name for part in parts for name in part.names))
    columns = []
    for name in names:
        label = next(column.label for part in parts for column in part.columns if column.name == name)
        cells = [
            cell
            for part in parts
            for cell in (part.column(name).values() if name in part.names else [""] * len(part))
        ]
        columns.append(text_column(name, cells, label))
    if marks is not None:
        title, values = marks
        cells = [value for part, value in zip(parts, values, strict=True) for _ in range(len(part))]
        columns.append(text_column(unique_names([*names, title])[-1], cells))
    return replace(
        parts[0],
        columns=tuple(columns),
        numbers=np.concatenate([part.numbers for part in parts]),
        problems=tuple(problem for part in parts for problem in part.problems),
        notes=(*parts[0].notes, note),
    )
