"""The rows below a header: which records are rows, which are mended, which are given up and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from nps_core.reading.cells import kind
from nps_core.reading.repeated_header import HeaderMatch, trimmed, with_second_table
from nps_core.reading.tables import Problem, with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Table

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
