"""Large, well-formed text tables: straight into columns, without a Python object per cell."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv

from nps_core.reading import gate
from nps_core.reading.body import Body, add_uneven, kinds_of
from nps_core.reading.dialect import Dialect, find_dialect
from nps_core.reading.headers import find_header
from nps_core.reading.scan import Scan, scan
from nps_core.reading.stacking import side_by_side
from nps_core.reading.tables import Column, Header, Table

if TYPE_CHECKING:
    import hashlib
    from collections.abc import Iterator
    from pathlib import Path

LARGE = 4_000_000
"""Bytes from which on a text is worth this path; below it the other one takes less than a second."""

_HEAD = 262_144
"""Bytes that tell dialect, header and kinds."""

_PIECE = 1 << 19
"""Bytes looked at a time: they and what is made of them stay near the processor."""

_BLOCK = 1 << 20
"""Bytes that Arrow reads at a time: small enough to leave little behind."""

_REPEATS = 0.9
"""A column with fewer distinct values per row of the head is kept as codes."""

_WORDY = 30
"""Letters in a cell, on average, from which on a column holds text that people wrote."""

_BOM = b"\xef\xbb\xbf"
_DAMAGED = 1_000
"""Uneven records beyond which the careful reader is the right one."""


@dataclass(frozen=True)
class Large:
    """A large source of bytes: in memory, or on disk and never wholly in memory."""

    data: bytes | None = None
    path: Path | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data) if self.data is not None else os.stat(str(self.path)).st_size  # noqa: PTH116

    def pieces(self) -> Iterator[bytes]:
        """All of it, piece by piece."""
        if self.data is not None:
            for place in range(0, len(self.data), _PIECE):
                yield self.data[place : place + _PIECE]
            return
        with open(str(self.path), "rb") as file:  # noqa: PTH123
            while piece := file.read(_PIECE):
                yield piece

    def head(self) -> bytes:
        """The first bytes."""
        if self.data is not None:
            return self.data[:_HEAD]
        with open(str(self.path), "rb") as file:  # noqa: PTH123
            return file.read(_HEAD)

    def stream(self, start: int) -> pa.NativeFile:
        """The bytes from a place on, for Arrow."""
        if self.data is not None:
            return pa.BufferReader(pa.py_buffer(memoryview(self.data)[start:]))
        opened = pa.OSFile(str(self.path))
        opened.seek(start)
        return opened


def read_large(source: Large, name: str) -> tuple[Table | None, hashlib._Hash | None]:
    """Read a large text table at once; None when it wants the careful reader.

    Also returns the running sha256 of the bytes, which one pass over them gives for nothing.

    Raises
    ------
    RefusedFile
        There are more columns, longer cells or more records than the gate lets through.
    """
    head = source.head()
    skip = len(_BOM) if head.startswith(_BOM) else 0
    try:
        text = head[skip:].decode("utf-8", "strict" if len(head) < _HEAD else "ignore")
    except UnicodeDecodeError:
        return None, None
    if "\x00" in text or "\ufffd" in text:
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
    found = scan(source.pieces(), dialect.delimiter)
    if found.records > gate.MAX_RECORDS:
        raise gate.too_many(found.records, name)
    if found.record > gate.MAX_RECORD and found.sound:
        raise gate.field_too_long(max(found.quoted, gate.MAX_FIELD), name)
    if found.quoted > gate.MAX_FIELD and found.sound:
        raise gate.field_too_long(found.quoted, name)
    if not (found.utf8 and found.sound) or found.blank or found.line > gate.MAX_FIELD:
        return None, found.digest
    return _read(source, text, skip, dialect, found), found.digest


def _read(source: Large, text: str, skip: int, dialect: Dialect, found: Scan) -> Table | None:
    records = _head_records(text, dialect)
    header = find_header([row for row, _ in records], ragged=True)
    if header.body - header.start == 1 and side_by_side(records[header.start][0]):
        return None
    start = skip + (len(text[: records[header.body - 1][1]].encode()) if header.body else 0)
    columns, uneven = _arrow(source.stream(start), dialect, header, records)
    if not columns or len(columns[0]) + len(uneven) + header.body != found.records or len(uneven) > _DAMAGED:
        return None
    return _to_table(columns, uneven, header, records, dialect, "with BOM" if skip else "")


def _head_records(text: str, dialect: Dialect) -> list[tuple[list[str], int]]:
    """The whole records of the head, each with the place where it ends."""
    lines = io.StringIO(text, newline="").readlines()
    ends = np.cumsum([len(line) for line in lines]).tolist()
    reader = csv.reader(lines, delimiter=dialect.delimiter)
    found = [(row, ends[reader.line_num - 1]) for row in reader]
    return found[:-1]


def _arrow(
    stream: pa.NativeFile, dialect: Dialect, header: Header, records: list[tuple[list[str], int]]
) -> tuple[list[pa.ChunkedArray], list[arrow_csv.InvalidRow]]:
    """The columns of the body, none when Arrow cannot read it, and the records of another width."""
    uneven: list[arrow_csv.InvalidRow] = []

    def skip(row: arrow_csv.InvalidRow) -> str:
        uneven.append(row)
        return "skip" if len(uneven) <= _DAMAGED else "error"

    names = [str(place) for place in range(len(header.names))]
    body = [row for row, _ in records[header.body :] if len(row) == len(names)]
    types = {name: _type([row[place] for row in body]) for place, name in enumerate(names)}
    try:
        table = arrow_csv.read_csv(
            stream,
            read_options=arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=skip,
            ),
            # The usual pool keeps what it was given: a hundred MB for a file of two hundred.
            memory_pool=pa.system_memory_pool(),
            convert_options=arrow_csv.ConvertOptions(
                column_types=types, strings_can_be_null=False, check_utf8=False, null_values=[]
            ),
        )
    except pa.ArrowInvalid:
        return [], uneven
    return table.columns, uneven


def _type(cells: list[str]) -> pa.DataType:
    """Codes for a column whose values repeat, letters for one of free text or of ids."""
    repeats = len(set(cells)) < _REPEATS * len(cells) and sum(map(len, cells)) < _WORDY * len(cells)
    return pa.dictionary(pa.int32(), pa.string()) if repeats else pa.large_string()


def _to_table(
    columns: list[pa.ChunkedArray],
    uneven: list[arrow_csv.InvalidRow],
    header: Header,
    records: list[tuple[list[str], int]],
    dialect: Dialect,
    mark: str,
) -> Table:
    gone = {row.number for row in uneven}
    total = len(columns[0]) + len(uneven)
    numbers = np.arange(1, total + 1, dtype=np.int64)
    if gone:
        numbers = numbers[~np.isin(numbers, list(gone))]
    named = []
    for name, label in zip(header.names, header.labels, strict=True):
        named.append(
            Column(name, _chunked(columns.pop(0)), label)
        )  # a column's letters go as soon as it is codes
    body = _mend(uneven, header, [row for row, _ in records[header.body :]], dialect)
    found = Table(
        columns=tuple(named),
        numbers=numbers + header.body,
        origin=f"UTF-8{' ' + mark if mark else ''}, {dialect.name}",
        problems=tuple(body.problems),
        notes=tuple(body.notes),
        header_rows=header.body - header.start,
        preamble=tuple(" ".join(cell for cell in row if cell.strip()) for row, _ in records[: header.start]),
    )
    return _with_rows(_without_blank(found), body)


def _chunked(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as codes where its values repeat, else as letters."""
    if not pa.types.is_dictionary(column.type):
        return column
    whole = column.unify_dictionaries().combine_chunks(memory_pool=pa.system_memory_pool())
    return pa.chunked_array([whole])


def _mend(
    uneven: list[arrow_csv.InvalidRow], header: Header, body_rows: list[list[str]], dialect: Dialect
) -> Body:
    body = Body()
    width = len(header.names)
    typed = kinds_of(body_rows, width)
    for row in uneven:
        cells = next(csv.reader([row.text], delimiter=dialect.delimiter), [])
        add_uneven(body, cells, int(row.number or 0) + header.body, width, typed, dialect.delimiter)
    return body


def _without_blank(table: Table) -> Table:
    """The table less rows that are blank in every column."""
    blank = None
    for column in table.columns:
        empty = (
            pc.equal(column.text, "")
            if not pa.types.is_dictionary(column.text.type)
            else _equals_blank(column)
        )
        blank = empty if blank is None else pc.and_(blank, empty)
        if not pc.any(blank).as_py():
            return table
    kept = pc.invert(blank)
    columns = tuple(replace(column, text=column.text.filter(kept)) for column in table.columns)
    return replace(table, columns=columns, numbers=table.numbers[kept.to_numpy()])


def _equals_blank(column: Column) -> pa.ChunkedArray:
    codes, distinct = column.encoded
    at = distinct.index("") if "" in distinct else -1
    return pa.chunked_array([pa.array(codes == at)])


def _with_rows(table: Table, body: Body) -> Table:
    """The table with the mended rows at its end."""
    if not body.cells:
        return table
    columns = []
    for place, column in enumerate(table.columns):
        more = pa.array([row[place] for row in body.cells], pa.large_string())
        old = column.text.cast(pa.large_string()) if column.text.type != pa.large_string() else column.text
        columns.append(replace(column, text=pa.chunked_array([*old.chunks, more])))
    return replace(table, columns=tuple(columns), numbers=np.append(table.numbers, body.numbers))
