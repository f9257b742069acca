"""A text file -> a Table: Arrow reads what is soundly written, and `repair` first mends the rest."""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from nps_core.errors import UnreadableFile
from nps_core.reading.body import TYPES_LOOK, Uneven, kinds_of
from nps_core.reading.encoding import chosen_encoding, decode, find_encoding, pieces_of
from nps_core.reading.header import LOOK, find_header, finished
from nps_core.reading.repair import Repair
from nps_core.reading.source import (
    MAX_RECORD,
    Source,
    check_column,
    check_columns,
    check_field,
    check_records,
    find_dialect,
    likely_utf8,
    record_too_long,
)
from nps_core.reading.tables import Column, Table, without_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from nps_core.reading.source import Encoding


PIECE = 900_000
"""Bytes read at a time: they and what is made of them stay near the processor, and below the size (1 MiB)
from which on memory is asked anew of the system each time."""

_HEAD_ROWS = 1_300
"""Records that tell how to keep each column."""

_ENOUGH_ROWS = LOOK + TYPES_LOOK
_LONGEST_HEAD = 8_000_000
"""Bytes looked at, at most, in search of `_ENOUGH_ROWS` records."""

_REPEATS = 0.3
"""A column with fewer distinct values per row of the head is kept as codes; with more, codes save nothing."""

_WORDY = 30
"""Letters in a cell, on average, from which on a column holds text that people wrote."""

_SECOND_MARK = codecs.BOM_UTF8
"""Some tools write the byte order mark twice."""

_QUOTE, _LF, _CR = 34, 10, 13


class _Damaged(Exception):  # noqa: N818 - no error: the text is read another way
    """A text that is not what it was taken for: not UTF-8, or quoted in a way that Arrow cannot read."""


def read_text(
    source: Source, name: str, progress: Callable[[float], None], encoding: Encoding | None = None
) -> tuple[Table, hashlib._Hash]:
    """Read a text table of any usual dialect and encoding, and the running sha256 of its bytes.

    Parameters
    ----------
    source
        The file.
    name
        Its name, for people.
    progress
        Called with the share read, 0 to 1; it may fall back, where the text must be read another way.
    encoding
        The encoding that a person chose; None for the one that the file tells.

    Raises
    ------
    RefusedFile
        There are more columns, longer cells or more records than the gate lets through.
    UnreadableFile
        No cell holds anything, or too many records are damaged.
    """

    def counted(pieces: Iterable[bytes]) -> Iterator[bytes]:
        read = 0
        for piece in pieces:
            read += len(piece)
            progress(min(read / source.size, 1.0))
            yield piece

    assumed = None if encoding else likely_utf8(source.head())
    if assumed is not None:
        digest = hashlib.sha256()
        try:
            return _read_sound(counted(_utf8(source, assumed, digest)), assumed, name), digest
        except _Damaged:
            pass
    data = source.read()
    digest = hashlib.sha256(data)
    found = chosen_encoding(data, encoding) if encoding else find_encoding(data)
    if found != assumed:
        texts = pieces_of(data, found, PIECE)
        try:
            return _read_sound(counted(text.encode() for text in texts if text), found, name), digest
        except _Damaged:
            pass
    return _read_damaged(data, found, name, counted), digest


def _utf8(source: Source, encoding: Encoding, digest: hashlib._Hash) -> Iterator[bytes]:
    """The bytes of a file, hashed, without its byte order mark."""
    head, pieces = b"", iter(source.pieces(PIECE))
    for piece in pieces:
        digest.update(piece)
        head += piece
        if len(head) >= encoding.start + len(_SECOND_MARK):  # a mark may lie in several pieces
            break
    yield head[encoding.start :].removeprefix(_SECOND_MARK) if encoding.start else head
    for piece in pieces:
        digest.update(piece)
        yield piece


def _read_sound(pieces: Iterator[bytes], encoding: Encoding, name: str) -> Table:
    """The table of a text with sound quoting."""
    first = next(pieces, b"")
    dialect = find_dialect(first.decode("utf-8", "replace"))
    check_columns(dialect.width, name)
    if not dialect.is_plain:
        raise _Damaged
    skipped = len(first.decode("utf-8", "ignore")[: dialect.skip].encode())
    records = _sound_records(chain([first[skipped:]], pieces), dialect.delimiter, name)
    table = _table(records, dialect.delimiter, 2 if dialect.skip else 1, name)
    return _described(table, encoding, dialect.name, [])


def _read_damaged(
    data: bytes, encoding: Encoding, name: str, counted: Callable[[Iterable[bytes]], Iterator[bytes]]
) -> Table:
    """The table of any other text, once its quoting is mended."""
    text = decode(data, encoding)
    dialect = find_dialect(text)
    check_columns(dialect.width, name)
    repair = Repair(text[dialect.skip :], dialect, name)
    table = _table(counted(repair.records()), repair.delimiter, 2 if dialect.skip else 1, name)
    return _described(table, encoding, dialect.name, repair.note())


def _described(table: Table, encoding: Encoding, dialect: str, notes: list[str]) -> Table:
    notes = [*([encoding.note] if encoding.note else []), *notes]
    return replace(
        table, origin=f"{encoding.name}, {dialect}", encoding=encoding.name, notes=(*notes, *table.notes)
    )


def _sound_records(pieces: Iterator[bytes], delimiter: str, name: str) -> Iterator[bytes]:
    """The same text in pieces of whole records, each quotation mark and letter checked.

    Raises
    ------
    RefusedFile
        A record is longer than `MAX_RECORD`.
    """
    quotes = _Quotes(delimiter)
    rest = b""
    for piece in pieces:
        end = quotes.take(piece)
        whole, rest = (rest + piece[:end], piece[end:]) if end else (b"", rest + piece)
        if whole:
            yield _checked(whole)
        if len(rest) > MAX_RECORD:
            for further in pieces:  # a quotation mark may be open that is never closed
                quotes.take(further)
            quotes.finish()
            raise record_too_long(rest, name)
    quotes.finish()
    if rest:
        yield _checked(rest)


def _checked(records: bytes) -> bytes:
    """The same bytes, once they are known to be UTF-8; Arrow tells so in a tenth of the time of decoding."""
    if not records.isascii():
        ends = pa.py_buffer(np.array([0, len(records)], np.int32))
        try:
            pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(records)]).cast(pa.string())
        except pa.ArrowInvalid:
            raise _Damaged from None
    return records


class _Quotes:
    """Checks that each quotation mark opens a cell, closes one, or is doubled within one, piece by piece."""

    def __init__(self, delimiter: str) -> None:
        self._beside = np.zeros(256, dtype=bool)
        self._beside[[ord(delimiter), _LF, _CR, _QUOTE]] = True
        self._open = 0  # 1 within a quoted cell
        self._last = _LF  # the byte before the piece
        self._closed = False  # whether that byte closes a cell

    def take(self, piece: bytes) -> int:
        """Check a piece; return where its last whole record ends, 0 for nowhere."""
        if not piece:
            return 0
        cells = np.frombuffer(piece, np.uint8)
        marks = np.flatnonzero(cells == _QUOTE)
        opening, closing = marks[self._open :: 2], marks[1 - self._open :: 2]
        before = cells[opening - 1]
        if len(opening) and opening[0] == 0:
            before[0] = self._last
        after = cells[closing[closing < len(cells) - 1] + 1]
        if self._closed:
            after = np.append(after, cells[0])
        if not (self._beside[before].all() and self._beside[after].all()):
            raise _Damaged
        end = self._end(piece, marks, b"\n", len(piece)) or self._end(piece, marks, b"\r", len(piece) - 1)
        self._open = (self._open + len(marks)) & 1
        self._last = int(cells[-1])
        self._closed = bool(len(closing)) and int(closing[-1]) == len(cells) - 1
        return end

    def _end(self, piece: bytes, marks: np.ndarray, mark: bytes, end: int) -> int:
        """Behind the last line's end before a place that stands outside quotation marks."""
        while (end := piece.rfind(mark, 0, end)) >= 0:
            before = int(np.searchsorted(marks, end))
            if (before + self._open) % 2 == 0:
                return end + 1
            # Within quotes that open here no line's end is a record's.
            end = int(marks[before - 1]) if before else 0
        return 0

    def finish(self) -> None:
        """Check that the last cell was closed."""
        if self._open:
            raise _Damaged


@dataclass(frozen=True)
class _Head:
    """The first records of a text: their bytes, their cells, and where each of them ends in the bytes."""

    data: bytes
    rows: list[list[str]]
    ends: list[int]


def _read_head(records: Iterator[bytes], delimiter: str) -> _Head:
    head = _Head(b"", [], [])
    for piece in records:
        head = _head(head.data + piece, delimiter)
        if len(head.rows) >= _ENOUGH_ROWS or len(head.data) > _LONGEST_HEAD:
            break
    return head


def _head(data: bytes, delimiter: str) -> _Head:
    lines = io.StringIO(data.decode(), newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter)
    found = [(row, reader.line_num) for row in islice(reader, _HEAD_ROWS)]
    ends = np.cumsum([len(line.encode()) for line in lines[: found[-1][1]]]).tolist() if found else []
    return _Head(data, [row for row, _ in found], [ends[line - 1] for _, line in found])


def _table(records: Iterator[bytes], delimiter: str, first: int, name: str) -> Table:
    """The table of sound records, of which the first has that number in its file."""
    head = _read_head(records, delimiter)
    header = find_header(head.rows, ragged=True)
    width = len(header.names)
    check_columns(width, name)
    check_field(max((len(cell.encode()) for row in head.rows for cell in row), default=0), name)
    if not width:
        raise UnreadableFile(
            f"No cell in the first {LOOK} rows of “{name}” holds anything.",
            hint="Delete blank rows above the header, or export it again; the export may have been cut off.",
        )
    start = head.ends[header.body - 1] if header.body else 0
    below = head.rows[header.body :]
    reader = _Reader(width, [row for row in below if len(row) == width], delimiter, name)
    for piece in chain([head.data[start:]], records):
        reader.take(piece)
    body = first + header.body
    uneven = [(body + place, cells) for place, cells in reader.uneven if "".join(cells).strip()]
    numbers = np.delete(np.arange(body, body + reader.count), [place for place, _ in reader.uneven])
    columns = [
        Column(title, text, label)
        for title, label, text in zip(header.names, header.labels, reader.columns(), strict=True)
    ]
    table = Table(columns=tuple(columns), numbers=numbers)
    typed = kinds_of(below[:TYPES_LOOK], width) if uneven else {}
    found = finished(without_blank(table), header, head.rows, body, Uneven(uneven, typed, delimiter))
    if not found.columns and not len(found) and not found.problems:
        raise UnreadableFile(
            f"“{name}” holds nothing but delimiters, quotation marks and blanks.",
            hint="Export it again; the export may have been cut off.",
        )
    return found


class _Reader:
    """Arrow, fed with pieces of whole records; what is not as wide as the header is kept apart.

    Attributes
    ----------
    count
        Records taken, of whatever width.
    uneven
        (place, cells) of those of another width, by their place among all, from 0.
    """

    def __init__(self, width: int, sample: Sequence[Sequence[str]], delimiter: str, name: str) -> None:
        self.count = 0
        self.uneven: list[tuple[int, list[str]]] = []
        self._name, self._delimiter = name, delimiter
        self._kept: list[tuple[int, str]] = []
        names = [str(place) for place in range(width)]
        self._types = [_type([row[place] for row in sample]) for place in range(width)]
        self._chunks: list[list[pa.Array]] = [[] for _ in names]
        self._read = arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=2**31 - 1)
        self._parse = arrow_csv.ParseOptions(
            delimiter=delimiter,
            newlines_in_values=False,  # each piece is of whole records, and one block
            ignore_empty_lines=False,
            invalid_row_handler=_keeper(self._kept),
        )
        self._convert = arrow_csv.ConvertOptions(
            column_types=dict(zip(names, self._types, strict=True)),
            strings_can_be_null=False,
            null_values=[],
            check_utf8=False,  # it is known
        )
        # The usual pool keeps what it was given: a hundred MB for a file of two hundred.
        self._pool = pa.system_memory_pool()

    def take(self, piece: bytes) -> None:
        """Read further records."""
        if not piece:
            return
        part = arrow_csv.read_csv(
            pa.BufferReader(piece),
            read_options=self._read,
            parse_options=self._parse,
            convert_options=self._convert,
            memory_pool=self._pool,
        )
        for number, line in self._kept:
            cells = next(csv.reader([line], delimiter=self._delimiter), [])
            check_field(max((len(cell.encode()) for cell in cells), default=0), self._name)
            self.uneven.append((self.count + number - 1, cells))
        self.count += len(part) + len(self._kept)
        self._kept.clear()
        for chunks, column in zip(self._chunks, part.columns, strict=True):
            for chunk in column.chunks:
                check_column(chunk, self._name)
                chunks.append(chunk)
        check_records(self.count, len(self.uneven), self._name)

    def columns(self) -> Iterator[pa.ChunkedArray]:
        """Each column; the codes of those that repeat are made those of the whole column."""
        for place, kind in enumerate(self._types):
            column = pa.chunked_array(self._chunks[place], kind)
            self._chunks[place] = []
            if pa.types.is_dictionary(kind) and column.num_chunks:
                column = column.unify_dictionaries(memory_pool=self._pool)
                column = pa.chunked_array([column.combine_chunks(memory_pool=self._pool)])
            yield column


def _keeper(kept: list[tuple[int, str]]) -> Callable[[arrow_csv.InvalidRow], str]:
    """Keep rows of another width for later: Arrow passes on no error that is raised here.

    It knows nothing but the list: what it held would never be freed where that holds the options that hold this.
    """

    def keep(row: arrow_csv.InvalidRow) -> str:
        kept.append((row.number, row.text))
        return "skip"

    return keep


def _type(cells: list[str]) -> pa.DataType:
    """Codes for a column whose values repeat, letters for one of free text or of ids."""
    repeats = len(set(cells)) < _REPEATS * len(cells) and sum(map(len, cells)) < _WORDY * len(cells)
    return pa.dictionary(pa.int32(), pa.string()) if repeats else pa.large_string()
