"""The rows below a header: which records are rows, which are mended, which are given up and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nps_core.reading.cells import kind
from nps_core.reading.tables import Grid, Header, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence

TYPES_LOOK = 200
"""Rows looked at to tell what a column holds."""

_TYPED = 0.9
"""A column holds numbers or dates when this share of its filled cells do."""

SAME_ROWS = 0.9
"""What follows a second header is the same table again when this share of its rows stand above it."""

_AGAIN = 0.6
"""A record is the header again when this share of its cells stand in the header, too."""


@dataclass
class Body:
    """The rows of a table, with their record numbers, and what was not or not quite a row."""

    numbers: list[int] = field(default_factory=list)
    cells: list[Sequence[str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mended: list[Problem] = field(default_factory=list)
    short: list[int] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def gather(grid: Grid, rows: Sequence[Sequence[str]], header: Header) -> Body:
    """The rows below a header, each as wide as it.

    Blank records are no rows. A short record is filled up with blank cells. A record that is too long
    holds an unquoted delimiter: it is mended where only one way to join its cells puts numbers and dates
    where the other rows have them; otherwise it is given up as unreadable. In a workbook what stands
    beside the table is a note in the margin, not a part of its row. Where the header comes again, a
    second table begins: its rows are further rows if the header is the same.
    """
    body = Body()
    width = len(header.names)
    typed = kinds_of(rows[header.body : header.body + TYPES_LOOK], width)
    again = Again(rows[header.body - 1]) if header.body > header.start else None
    for place in range(header.body, len(rows)):
        row = rows[place]
        number = grid.first + place
        if not "".join(row if grid.ragged else row[:width]).strip():
            continue
        if len(row) > width and not "".join(row[width:]).strip():
            row = row[:width]
        if again is not None and place > header.body and again.is_header(row):
            _second_table(body, rows[place:], number, width, again.header)
            break
        if len(row) == width:
            body.numbers.append(number)
            body.cells.append(row)
        elif grid.ragged:
            add_uneven(body, list(row), number, width, typed, grid.delimiter)
        else:
            body.numbers.append(number)
            body.cells.append([*row[:width], *[""] * (width - len(row))])
    body.notes.extend(notes_on(body, len(body.cells)))
    return body


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


class Again:
    """Knows the header, to tell when it comes again."""

    def __init__(self, header: Sequence[str]) -> None:
        self.header = header
        self.names = frozenset(cell.strip() for cell in header if cell.strip())

    @property
    def needed(self) -> float:
        """Cells alike, at least, in a row that is the header again."""
        return max(2.0, _AGAIN * len(self.names))

    def is_header(self, row: Sequence[str]) -> bool:
        """True when most cells of a row stand in the header; one cell alike is chance."""
        if len(self.names) < 2 or self.names.isdisjoint(row):  # noqa: PLR2004
            return False
        filled = [cell.strip() for cell in row if cell.strip()]
        alike = sum(1 for cell in filled if cell in self.names)
        return alike > 1 and alike >= _AGAIN * max(len(filled), len(self.names))


def _second_table(
    body: Body, rest: Sequence[Sequence[str]], number: int, width: int, header: Sequence[str]
) -> None:
    """What follows a second header: the same rows again, further rows, or another table."""
    trimmed = [_trim(row) for row in rest]
    same = trimmed[0] == _trim(header)
    known = {tuple(_trim(row)) for row in body.cells}
    seen = [tuple(row) in known for row in trimmed[1:] if row]
    again = bool(seen) and sum(seen) >= SAME_ROWS * len(seen)
    taken, before = 0, len(body.problems)
    for offset, row in enumerate(trimmed[1:], start=1):
        if not row or row == trimmed[0]:
            continue
        if same and not again and len(row) <= width:
            body.numbers.append(number + offset)
            body.cells.append(row + [""] * (width - len(row)))
            taken += 1
        else:
            once_more = again and tuple(row) in known
            what = "the same row stands in the file twice" if once_more else "belongs to a second table"
            body.problems.append(
                Problem(number + offset, 0, what, tuple(row), "repeated" if once_more else "unreadable")
            )
    gone = len(body.problems) - before
    if taken or (same and not gone):
        body.notes.append(further_note(number, taken))
    else:
        body.notes.append(f"A second table begins in record {number:,}; its {_rows(gone)} not read.")


def further_note(number: int, taken: int) -> str:
    """What to say of further rows below a header that comes again in a record of that number."""
    if not taken:
        return f"The header comes again in record {number:,}; no row stands below it."
    return f"The header comes again in record {number:,}; the {_rows(taken)} added."


def _rows(count: int) -> str:
    return "row below it was" if count == 1 else f"{count:,} rows below it were"


def _trim(row: Sequence[str]) -> list[str]:
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells


def add_uneven(
    body: Body, row: list[str], number: int, width: int, typed: dict[int, str], delimiter: str
) -> None:
    """A record of a text that is shorter or longer than the header."""
    if len(row) < width:
        if (
            all(kind(row[place]) in ("blank", held) for place, held in typed.items() if place < len(row))
            or not typed
        ):
            if len(row) < width:
                body.short.append(number)
            body.numbers.append(number)
            body.cells.append(row + [""] * (width - len(row)))
            return
        what = f"{len(row)} cells instead of {width}, and numbers or dates are not in their columns"
        body.problems.append(Problem(number, 0, what, tuple(row)))
        return
    ways = _ways(row, width, typed, delimiter)
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


def notes_on(body: Body, rows: int) -> list[str]:
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
