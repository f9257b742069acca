"""Grid -> Table: where the header is, how many rows it has, and what the columns are called."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.cells import clean_header, kind, plain
from nps_core.reading.body import gather
from nps_core.reading.tables import Column, Grid, Header, Table, text_column

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOK = 60
"""Records looked at to find the header."""

MOST_HEADERS = 3
"""No known export has more header rows."""

_TYPED = 0.8
"""A column is typed when this share of its filled cells are numbers, dates or addresses."""

_GENERIC = re.compile(
    r"(open ended response|response|responses|antwort|respuesta( abierta)?|reponse( ouverte)?|risposta( aperta)?|"
    r"resposta( aberta)?|open antwoord|score|value|text|freitext|自由回答|回答)$"
)
"""A second header cell that says nothing about its column."""

_CODE = re.compile(r"[A-Za-z]{0,12}[_.]?\d{0,4}([_.][A-Za-z0-9]{1,12}){0,4}$")


def to_tables(grid: Grid) -> list[Table]:
    """Find the header of a grid and set the rows below it under its names.

    Tables that stand side by side under the same headers become one. Blank records are no rows.
    """
    rows = [list(row) for row in grid.rows]
    header = find_header(rows, ragged=grid.ragged)
    spans = side_by_side(rows[header.start]) if header.body - header.start == 1 else []
    if not spans:
        return [_table(grid, rows, header)]
    parts = []
    for first, last in spans:
        names = header.names[first:last]
        bare = tuple(clean_header(cell) for cell in rows[header.start][first:last])
        cut = [row[first:last] for row in rows]
        parts.append(_table(replace(grid, ragged=False), cut, replace(header, names=unique_names(bare), labels=names)))
    note = f"{len(parts)} tables stand side by side under the same headers; their rows were put under one another."
    return [stack(parts, note)]


def _table(grid: Grid, rows: list[list[str]], header: Header) -> Table:
    """The rows below a header, each as wide as it."""
    body = gather(grid, rows, header)
    columns = tuple(
        text_column(name, [row[place] for row in body.cells], label)
        for place, (name, label) in enumerate(zip(header.names, header.labels, strict=True))
    )
    return Table(
        columns=_without_ghosts(columns) if header.body > header.start else columns,
        numbers=np.array(body.numbers, dtype=np.int64),
        origin=grid.origin,
        title=grid.title,
        problems=(*grid.problems, *body.problems),
        notes=(*grid.notes, *body.notes),
        header_rows=header.body - header.start,
        preamble=tuple(" ".join(cell for cell in row if cell.strip()) for row in rows[: header.start]),
    )


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


def stack(parts: Sequence[Table], note: str, *, marks: tuple[str, Sequence[str]] | None = None) -> Table:
    """Tables under one another, columns matched by name; `marks` adds a column that tells the parts apart."""
    names = list(dict.fromkeys(name for part in parts for name in part.names))
    columns = []
    for name in names:
        label = next(column.label for part in parts for column in part.columns if column.name == name)
        cells = [cell for part in parts for cell in (part.column(name).values() if name in part.names else [""] * len(part))]
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


def find_header(rows: Sequence[Sequence[str]], *, ragged: bool = False) -> Header:
    """Find the header among the first records of a grid; `ragged` as in `Grid`."""
    head = [list(row) for row in rows[:LOOK]]
    start = _start(head)
    count = _header_rows(head, start)
    width = _width(rows, start, count, ragged=ragged)
    if count == 0:
        names = tuple(f"Column {place + 1}" for place in range(width))
        return Header(start, start, names, names)
    block = [[*row, *[""] * (width - len(row))][:width] for row in head[start : start + count]]
    names, labels = _join(block)
    return Header(start, start + count, names, labels)


def _start(head: list[list[str]]) -> int:
    """The first record that is neither blank nor a title."""
    filled = [sum(1 for cell in row if cell.strip()) for row in head]
    widest = max(filled, default=0)
    # A title or a "name: value" line of a preamble has one or two cells; a header has more.
    title = 2 if widest > 4 else 1 if widest > 1 else 0  # noqa: PLR2004
    for place, count in enumerate(filled):
        if count > title:
            return place
    return 0


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
    generic = [place for place in filled if _GENERIC.match(plain(row[place]))]
    typed = _typed_columns(head, start + count + 1)
    if any(_cell_kind(row, place) not in ("text", "blank") for place in typed):
        return False
    if any(len(plain(row[place])) > 8 for place in generic) or (gaps and generic):  # noqa: PLR2004 - "open ended ..."
        return True
    named = [place for place in typed if _cell_kind(row, place) == "text"]
    if gaps and len(gaps) >= 2 and typed:  # noqa: PLR2004
        return True
    return len(named) >= 2 and len(named) == len(typed)  # noqa: PLR2004


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


def _join(block: list[list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and labels (question texts) of one to three header rows."""
    block = [row for row in block if not any('{"ImportId"' in cell for cell in row)] or block[:1]
    cleaned = [[clean_header(cell) for cell in row] for row in block]
    first = cleaned[0]
    if len(cleaned) > 1 and all(row == first for row in cleaned):
        # The same row again is no explanation of the first: the parts are joined as they stand.
        joined = [" ".join(filter(None, parts)) for parts in zip(*cleaned, strict=True)]
        return unique_names(joined), tuple(first)
    if len(cleaned) == 1:
        return unique_names(first), _texts_of(first)
    second = [" ".join(filter(None, parts)) for parts in zip(*cleaned[1:], strict=True)]
    if _are_codes(first):
        labels = [text or code for code, text in zip(first, second, strict=True)]
        return unique_names(first), tuple(labels)
    names, labels, question = [], [], ""
    for upper, lower in zip(first, second, strict=True):
        question = upper or question
        names.append(_question_and_option(upper, lower, question))
        labels.append(lower if lower and not upper else names[-1])
    return unique_names(names), tuple(labels)


def _texts_of(names: list[str]) -> tuple[str, ...]:
    """The question texts, where every header is a code and its text ("NPS. How likely ...")."""
    parts = [re.match(r"([A-Za-z]\w{0,30}(?:\[\w+\])?)\. (.+)", name) for name in names]
    if len([part for part in parts if part]) < _TYPED * len(names):
        return tuple(names)
    return tuple(part[2] if part else name for part, name in zip(parts, names, strict=True))


def _are_codes(first: list[str]) -> bool:
    """True for a row of variable names (Q1, V7, StartDate), whose texts stand in the next row."""
    filled = [cell for cell in first if cell]
    codes = sum(1 for cell in filled if " " not in cell or not _CODE.match(cell))
    short = sum(1 for cell in filled if len(cell) <= 30)  # noqa: PLR2004 - variable names are short
    return len(filled) >= len(first) - 1 and codes >= len(filled) * _TYPED and short >= len(filled) * _TYPED


def _question_and_option(upper: str, lower: str, question: str) -> str:
    if not lower or _GENERIC.match(plain(lower)) or lower == upper:
        return upper or lower
    return f"{question} – {lower}" if question else lower


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Every column gets a name, and no two have the same."""
    seen: Counter[str] = Counter()
    taken = set(names)
    found = []
    for place, name in enumerate(names):
        wanted = name or f"Column {place + 1}"
        seen[wanted] += 1
        unique = wanted
        while seen[wanted] > 1 and (unique == wanted or unique in taken):
            unique = f"{wanted} ({seen[wanted]})"
            if unique in taken:
                seen[wanted] += 1
        taken.add(unique)
        found.append(unique)
    return tuple(found)


def _without_ghosts(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns less those that have neither a header nor a cell."""
    return tuple(
        column for column in columns if column.sample or not re.fullmatch(r"Column \d+", column.name)
    )
