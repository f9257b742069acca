"""Large, well-formed text tables: straight into columns, without a Python object per cell."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from nps_core.reading import gate
from nps_core.reading.again import ONE_TABLE, Further, further_rows, joined, often_header
from nps_core.reading.assemble import Codes, Letters
from nps_core.reading.body import TYPES_LOOK, Body, add_uneven, kinds_of, notes_on
from nps_core.reading.columns import header_again, with_rows, without_blank
from nps_core.reading.dialect import Dialect, find_dialect
from nps_core.reading.headers import find_header
from nps_core.reading.scan import Scan, scan
from nps_core.reading.stacking import side_by_side
from nps_core.reading.stream import HEAD, Large, Records
from nps_core.reading.tables import Column, Header, Table

if TYPE_CHECKING:
    import hashlib
    from collections.abc import Callable

LARGE = 4_000_000
"""Bytes from which on a text is worth this path; below it the other one takes less than a second."""

_BLOCK = 8 << 20
"""Bytes that Arrow takes at most at a time: more than a piece and the longest record together."""

_REPEATS = 0.3
"""A column with fewer distinct values per row of the head is kept as codes; with more, codes save nothing."""

_WORDY = 30
"""Letters in a cell, on average, from which on a column holds text that people wrote."""

_BOM = b"\xef\xbb\xbf"
_DAMAGED = 1_000
"""Uneven records beyond which the careful reader is the right one."""

_CAREFULLY = 300_000
"""Rows that the careful reader takes some 5 s for, where the header comes again among them."""

_DAMAGED_SIZE = 20_000_000
"""Bytes of uneven records beyond which it is, too."""


def read_large(
    source: Large, name: str, said: Callable[[float], None] = lambda _: None
) -> tuple[Table | None, hashlib._Hash | None]:
    """Read a large text table at once; None when it wants the careful reader.

    Also returns the running sha256 of the bytes, which one pass over them gives for nothing. `said` is
    told the share read, 0 to 1.

    Raises
    ------
    RefusedFile
        There are more columns, longer cells or more records than the gate lets through.
    """
    head = source.head()
    skip = len(_BOM) if head.startswith(_BOM) else 0
    try:
        text = head[skip:].decode("utf-8", "strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError:
        return None, None
    if "\x00" in text or "\ufffd" in text or text.startswith("\ufeff"):
        return None, None
    dialect = find_dialect(text)
    gate.check_columns(dialect.width, name)
    if (
        len(dialect.delimiter) > 1
        or dialect.escape
        or dialect.quote != '"'
        or dialect.skip
        or "\n" not in text
    ):
        return None, None
    table, digest = _read(source, text, skip, dialect, name, said)
    if table is not None:
        return table, digest
    found = scan(source.pieces(), dialect.delimiter)
    _refuse(found, name)
    return None, found.digest


def _refuse(found: Scan, name: str) -> None:
    """Refuse a text whose cells or records no survey has, before the careful reader takes it up."""
    if found.records > gate.MAX_RECORDS:
        raise gate.too_many(found.records, name)
    if found.record > gate.MAX_RECORD and found.sound:
        raise gate.field_too_long(max(found.quoted, gate.MAX_FIELD), name)
    if found.quoted > gate.MAX_FIELD and found.sound:
        raise gate.field_too_long(found.quoted, name)


def _read(
    source: Large, text: str, skip: int, dialect: Dialect, name: str, said: Callable[[float], None]
) -> tuple[Table | None, hashlib._Hash | None]:
    """The table and the digest; None where something is odd."""
    records = _head_records(text, dialect, whole=source.size <= HEAD)
    header = find_header([row for row, _ in records], ragged=True)
    if header.body - header.start == 1 and side_by_side(records[header.start][0]):
        return None, None
    start = skip + (len(text[: records[header.body - 1][1]].encode()) if header.body else 0)
    stream = Records(source, dialect.delimiter, skip, start)
    size = source.size

    def share(batch: int) -> float:
        said(read := stream.reached[min(batch, len(stream.reached) - 1)] / size)
        return read

    columns, uneven = _arrow(stream, dialect, header, records, share)
    if stream.odd or not columns or any(column.longest > gate.MAX_FIELD for column in columns):
        return None, None
    texts = [column.column() for column in columns]
    further = (
        _again(texts, uneven, records, header, dialect.delimiter, name)
        if header.body > header.start
        else ONE_TABLE
    )
    if further is None:
        return None, None
    if len(texts) == 1 and pc.any(pc.equal(texts[0], "")).as_py():
        return None, None  # a blank line, and no cell
    table = _to_table(source, texts, uneven, header, records, dialect, further)
    return replace(table, origin=f"UTF-8{' with BOM' if skip else ''}, {dialect.name}"), stream.digest


def _again(
    texts: list[pa.ChunkedArray],
    uneven: list[arrow_csv.InvalidRow],
    records: list[tuple[list[str], int]],
    header: Header,
    delimiter: str,
    name: str,
) -> Further | None:
    """Where the header comes again above further rows; None for what is left to the careful reader."""
    last = records[header.body - 1][0]
    among, places = header_again(texts, [row.text for row in uneven], last, delimiter)
    if not among and not len(places):
        return ONE_TABLE
    further = None if uneven else further_rows(texts, places, last)
    if further is None and len(texts[0]) > _CAREFULLY and often_header(texts, places, last):
        raise gate.too_many_headers(len(places), name)
    return further


def _head_records(text: str, dialect: Dialect, *, whole: bool) -> list[tuple[list[str], int]]:
    """The whole records of the head, each with the place where it ends."""
    lines = io.StringIO(text, newline="").readlines()
    ends = np.cumsum([len(line) for line in lines]).tolist()
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    found = [(row, ends[reader.line_num - 1]) for row in reader]
    return found if whole else found[:-1]


def _arrow(
    stream: Records,
    dialect: Dialect,
    header: Header,
    records: list[tuple[list[str], int]],
    share: Callable[[int], float],
) -> tuple[list[Letters | Codes], list[arrow_csv.InvalidRow]]:
    """The columns of the body, none when Arrow cannot read it, and the records of another width."""
    uneven = _Uneven()
    names = [str(place) for place in range(len(header.names))]
    body = [row for row, _ in records[header.body :] if len(row) == len(names)]
    types = {name: _type([row[place] for row in body]) for place, name in enumerate(names)}
    columns = [Codes() if pa.types.is_dictionary(kind) else Letters() for kind in types.values()]
    rows = 0
    try:
        reader = arrow_csv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter,
                newlines_in_values=False,  # the stream gives whole records
                ignore_empty_lines=False,
                invalid_row_handler=uneven.take,
            ),
            # The usual pool keeps what it was given: a hundred MB for a file of two hundred.
            memory_pool=pa.system_memory_pool(),
            convert_options=arrow_csv.ConvertOptions(
                column_types=types, strings_can_be_null=False, check_utf8=False, null_values=[]
            ),
        )
        for place, batch in enumerate(reader):
            read = share(place)
            for column, part in zip(columns, batch.columns, strict=True):
                column.add(part, read)
            rows += len(batch)
            if rows > gate.MAX_RECORDS:
                return [], uneven.rows
    except pa.ArrowInvalid:
        return [], uneven.rows
    return columns if rows else [], uneven.rows


class _Uneven:
    """Gathers the records that are shorter or longer than the header, up to a bound."""

    def __init__(self) -> None:
        self.rows: list[arrow_csv.InvalidRow] = []
        self._size = 0

    def take(self, row: arrow_csv.InvalidRow) -> str:
        """Skip a record; stop at a blank one, and where there are too many."""
        self.rows.append(row)
        self._size += len(row.text)
        damaged = len(self.rows) > _DAMAGED or self._size > _DAMAGED_SIZE
        return "error" if damaged or not row.text.strip("\r\n") else "skip"


def _type(cells: list[str]) -> pa.DataType:
    """Codes for a column whose values repeat, letters for one of free text or of ids."""
    repeats = len(set(cells)) < _REPEATS * len(cells) and sum(map(len, cells)) < _WORDY * len(cells)
    return pa.dictionary(pa.int32(), pa.string()) if repeats else pa.string()


def _to_table(
    source: Large,
    columns: list[pa.ChunkedArray],
    uneven: list[arrow_csv.InvalidRow],
    header: Header,
    records: list[tuple[list[str], int]],
    dialect: Dialect,
    further: Further,
) -> Table:
    gone = {row.number for row in uneven}
    total = len(columns[0]) + len(uneven)
    numbers = np.arange(1, total + 1, dtype=np.int64)
    if gone:
        numbers = numbers[~np.isin(numbers, list(gone))]
    named = [
        Column(name, text, label)
        for name, label, text in zip(header.names, header.labels, columns, strict=True)
    ]
    every = source.numbers if source.numbers is not None else np.arange(1, total + header.body + 1)
    body = _mend(uneven, header, [row for row, _ in records[header.body :]], dialect, every)
    found = Table(
        columns=tuple(named),
        numbers=every[numbers + header.body - 1],
        problems=tuple(body.problems),
        header_rows=header.body - header.start,
        preamble=tuple(" ".join(cell for cell in row if cell.strip()) for row, _ in records[: header.start]),
    )
    if len(further.headers):
        found = joined(found, further)
    whole = with_rows(without_blank(found), body.numbers, body.cells)
    return replace(whole, notes=(*whole.notes, *notes_on(body, len(whole))))


def _mend(
    uneven: list[arrow_csv.InvalidRow],
    header: Header,
    body_rows: list[list[str]],
    dialect: Dialect,
    every: np.ndarray,
) -> Body:
    """The records of another width: mended, filled up, or given up."""
    body = Body()
    width = len(header.names)
    typed = kinds_of(body_rows[:TYPES_LOOK], width) if uneven else {}
    for row in uneven:
        cells = next(csv.reader([row.text], delimiter=dialect.delimiter), [])
        number = int(every[int(row.number or 0) + header.body - 1])
        if not "".join(cells).strip():
            continue  # a blank record is no row
        if len(cells) > width and not "".join(cells[width:]).strip():
            body.numbers.append(number)
            body.cells.append(cells[:width])
        else:
            add_uneven(body, cells, number, width, typed, dialect.delimiter)
    return body
