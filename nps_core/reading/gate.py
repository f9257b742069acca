"""The gate: a file is measured before any parser sees it, and refused when it is absurd or hostile.

What a parser would make of a file is told from the file itself, never from what the file says about
itself: bytes are really inflated, cells are really counted.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np

from nps_core.errors import RefusedFile, UnreadableFile

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1_000_000_000
"""A survey of ten million responses is smaller."""

MAX_COLUMNS = 2_000
"""The widest export known has some 600 columns."""

MAX_FIELD = 100_000
"""Letters in a cell; the longest comment known has some 20,000."""

MAX_RECORDS = 20_000_000
"""More responses than any survey has."""

MAX_INFLATED = 300_000_000
"""Bytes of a workbook once unpacked; one of half a million rows and a dozen columns stays below."""

MAX_RATIO = 150
"""A workbook's XML packs 5 to 40 times; only nonsense packs better than this."""

RATIO_MATTERS = 20_000_000
"""Small parts may pack as well as they like."""

MAX_CELLS = 20_000_000
"""Cells of a sheet from corner to corner, for a parser sets all of them aside, filled or not."""

MAX_WRITTEN = 500_000_000
"""Bytes of text of a workbook once each cell has its own; half a million comments of a thousand letters."""

_SHARED = re.compile(rb"t=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})<")
_CHUNK = 1 << 20
_PACKED = 1 << 16
_OVERLAP = 256
_REFERENCE = {True: rb' r="', False: rb"\sr\s*=\s*[\"']"}
"""How a cell's reference begins: as every program writes it (quick to find), or in any way that XML allows."""

_COLUMN = {usual: re.compile(start + rb"([A-Za-z]{2,4})") for usual, start in _REFERENCE.items()}
_FAR_ROW = {usual: re.compile(start + rb"[A-Za-z]{0,4}(\d{6,})") for usual, start in _REFERENCE.items()}
_ANY_ROW = {usual: re.compile(start + rb"[A-Za-z]{0,4}(\d+)") for usual, start in _REFERENCE.items()}
_SPACED = (b"r =", b"r\n", b"r\t", b"r\r")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_ODS_REPEAT = re.compile(rb"<table:table-(?:cell|covered-table-cell)\b([^>]*)>")
_ODS_ROW = re.compile(
    rb'<table:table-row\b[^>]*number-rows-repeated=["\'](\d+)["\'][^>]*>(.{0,400})', re.DOTALL
)
_NEAR_ROWS = 99_999
"""What `_FAR_ROW` does not see is at most here."""

_SPLIT_UP = "Export fewer columns or a shorter period, or split the file."


def check_size(size: int, name: str) -> None:
    """Refuse a file beyond `MAX_BYTES`.

    Raises
    ------
    RefusedFile
        It is.
    """
    if size > MAX_BYTES:
        raise RefusedFile(
            f"“{name}” has {size / 1e6:,.0f} MB; the limit is {MAX_BYTES / 1e6:,.0f} MB.", hint=_SPLIT_UP
        )


def check_columns(count: int, name: str) -> None:
    """Refuse a table with more than `MAX_COLUMNS` columns.

    Raises
    ------
    RefusedFile
        It has.
    """
    if count > MAX_COLUMNS:
        raise RefusedFile(
            f"“{name}” has {count:,} columns or more; the limit is {MAX_COLUMNS:,}.",
            hint="Export only the questions and attributes that you need.",
        )


def field_too_long(length: int, name: str, where: str = "") -> RefusedFile:
    """The refusal of a cell longer than `MAX_FIELD`."""
    return RefusedFile(
        f"“{name}” has a cell of {length:,} bytes or more{where}; the limit is {MAX_FIELD:,}.",
        hint="Look for a quotation mark that is opened and never closed, or leave that column out of the export.",
    )


def too_many(records: int, name: str) -> RefusedFile:
    """The refusal of a text with more than `MAX_RECORDS` records."""
    return RefusedFile(f"“{name}” has {records:,} rows; the limit is {MAX_RECORDS:,}.", hint=_SPLIT_UP)


def check_workbook(data: bytes, name: str) -> None:
    """Refuse a workbook that would unpack to too much, before a parser unpacks it.

    Raises
    ------
    RefusedFile
        It inflates to more than `MAX_INFLATED` bytes or more than `MAX_RATIO` times, or its cells span
        more than `MAX_CELLS` or `MAX_COLUMNS`.
    UnreadableFile
        The archive is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_kind(archive, name)
            total = 0
            texts = _Texts(name)
            for entry in archive.infolist():
                total = _check_entry(data, archive, entry, texts, total)
            if texts.suspicious:
                texts.check(data, archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise UnreadableFile(
            f"“{name}” is damaged or locked with a password.",
            hint="Open it in a spreadsheet program and save it again as .xlsx or .csv, without a password.",
        ) from None


_KINDS = (
    ("word/", "a Word document", "Copy its table into a spreadsheet and save that as .xlsx or .csv."),
    ("ppt/", "a PowerPoint file", "Copy its table into a spreadsheet and save that as .xlsx or .csv."),
    ("Index/", "a Numbers document", "Export it from Numbers as CSV or Excel."),
)
"""Archives that are no workbook, by the folder that only they have."""


def _check_kind(archive: zipfile.ZipFile, name: str) -> None:
    """Say what an archive is that is no workbook.

    Raises
    ------
    UnreadableFile
        It is none.
    """
    parts = archive.namelist()
    if any(part.startswith("xl/") or part == "content.xml" or "workbook" in part.lower() for part in parts):
        return
    for folder, what, hint in _KINDS:
        if any(part.startswith(folder) for part in parts):
            raise UnreadableFile(f"“{name}” is {what}, not a table.", hint=hint)
    inside = [
        part
        for part in parts
        if part.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".sav"))
    ]
    if inside:
        more = f" and {len(inside) - 1:,} more" if len(inside) > 1 else ""
        raise UnreadableFile(
            f"“{name}” is an archive with “{inside[0][-60:]}”{more} in it.",
            hint="Unpack it first, and use the file inside.",
        )


def _check_entry(
    data: bytes, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, texts: _Texts, total: int
) -> int:
    """Inflate one part of a workbook piece by piece; returns the bytes inflated so far."""
    name = texts.name
    if entry.filename == "xl/workbook.bin":
        raise UnreadableFile(f"“{name}” is a binary workbook (.xlsb).", hint="Save it as .xlsx or .csv.")
    claimed = entry.file_size > RATIO_MATTERS and entry.file_size > MAX_RATIO * max(entry.compress_size, 1)
    if claimed or total + entry.file_size > MAX_INFLATED:
        raise _inflates(total + entry.file_size, archive, name)
    extent = _Extent(entry.filename, name)
    size = 0
    for piece, used in _inflated(data, entry):
        size += len(piece)
        if total + size > MAX_INFLATED or (size > RATIO_MATTERS and size > MAX_RATIO * max(used, 1)):
            raise _inflates(total + size, archive, name)
        extent.feed(piece)
        texts.feed(piece)
    texts.end(extent.finish())
    return total + size


def _inflated(data: bytes, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """A part's bytes piece by piece, and how many packed bytes they took.

    Inflated here and not by zipfile, which stops where the archive says that the part ends; a parser
    need not, and what an archive says may be a lie.
    """
    head = data[entry.header_offset : entry.header_offset + 30]
    names, extra = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
    begin = entry.header_offset + 30 + names + extra
    packed = memoryview(data)[begin : begin + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        for place in range(0, len(packed), _CHUNK):
            yield bytes(packed[place : place + _CHUNK]), place + _CHUNK
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED or entry.flag_bits & 1:
        raise zipfile.BadZipFile
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for place in range(0, len(packed), _PACKED):
        rest = bytes(packed[place : place + _PACKED])
        while rest and not inflater.eof:
            yield inflater.decompress(rest, _CHUNK), place + _PACKED - len(inflater.unconsumed_tail)
            rest = inflater.unconsumed_tail


def _inflates(size: int, archive: zipfile.ZipFile, name: str) -> RefusedFile:
    return RefusedFile(
        f"“{name}” packs {size / 1e6:,.0f} MB or more into {len_of(archive) / 1e6:,.1f} MB.",
        hint="Such a workbook is damaged or made to harm; export the responses again, as CSV if you can.",
    )


def len_of(archive: zipfile.ZipFile) -> int:
    """The bytes of an archive's parts as they are packed."""
    return sum(entry.compress_size for entry in archive.infolist())


class _Extent:
    """From where to where the cells of a sheet reach, gathered while its XML passes by.

    A sheet may lie under any name in the archive, so every part that is XML is looked at.
    """

    def __init__(self, part: str, name: str) -> None:
        self._ods = part == "content.xml"
        self._name = name
        self._tail = b""
        self._width = self._height = 0
        self._rows = self._cells = 0  # counted since a part began, and since its last row
        self._xml: bool | None = None
        self._sheet = False

    def feed(self, piece: bytes) -> None:
        """Look at the next piece of the part."""
        if self._xml is None:
            self._xml = piece.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")
        if not self._xml:
            return
        if b"\x00" in piece:
            raise RefusedFile(
                f"A part of “{self._name}” is XML in an encoding that no spreadsheet program writes.",
                hint="Open it in a spreadsheet program and save it again.",
            )
        seen = self._tail + piece
        if self._ods:
            self._feed_ods(seen)
        elif self._sheet or b"sheetData" in seen:
            self._sheet = True
            self._feed_sheet(seen, len(self._tail))
        self._tail = piece[-_OVERLAP:]

    def _feed_sheet(self, seen: bytes, old: int) -> None:
        self._count_tags(seen[max(old - 8, 0) :])
        if b"r=" not in seen and not any(mark in seen for mark in _SPACED):
            check_columns(self._width, self._name)
            self.finish()
            return
        usual = seen.count(b"r=") == seen.count(b' r="') and not any(mark in seen for mark in _SPACED)
        letters = {b"Z", *_COLUMN[usual].findall(seen)}  # columns of one letter are not worth counting
        self._width = max([self._width, *(column_number(found.upper()) for found in letters)])
        self._height = max([self._height, *map(int, _FAR_ROW[usual].findall(seen))])
        check_columns(self._width, self._name)
        if max(self._height, _NEAR_ROWS) * self._width > MAX_CELLS:
            # Only now is it worth looking at each row number.
            self._height = max([self._height, *map(int, _ANY_ROW[usual].findall(seen))])
        self.finish()

    def _count_tags(self, seen: bytes) -> None:
        """Cells may go without a reference; they then stand one after another in their row."""
        if b"<c>" not in seen and seen.count(b"<c ") <= seen.count(b' r="'):
            return
        for place, row in enumerate(_ROW.split(seen)):
            self._cells = len(_CELL.findall(row)) + (self._cells if place == 0 else 0)
            self._rows += place > 0
            self._width = max(self._width, self._cells)
        self._height = max(self._height, self._rows)

    def _feed_ods(self, seen: bytes) -> None:
        for attributes in _ODS_REPEAT.findall(seen):
            if b"value-type" in attributes and (
                found := re.search(rb"columns-repeated=[\"'](\d+)", attributes)
            ):
                check_columns(int(found[1]), self._name)
        for repeated, inside in _ODS_ROW.findall(seen):
            if b"value-type" in inside:
                self._height, self._width = max(self._height, int(repeated)), max(self._width, 100)
        self.finish()

    def finish(self) -> int:
        """How many cells lie between the corners seen so far; refuse when it is too many."""
        if self._height * self._width > MAX_CELLS:
            raise RefusedFile(
                f"“{self._name}” has a sheet of {self._height:,} rows by {self._width:,} columns from corner to corner.",
                hint="Delete stray cells far from the table, or export the responses as CSV.",
            )
        return self._height * self._width


class _Texts:
    """What all sheets hold together: cells from corner to corner, and the texts that many cells share.

    A workbook keeps each text once and a number in each cell; a parser writes the text out in each.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._cells = self._shared = self._longest = self._run = 0

    def feed(self, piece: bytes) -> None:
        """Look at the next piece of a part."""
        self._shared += piece.count(b't="s"') + piece.count(b"t='s'")
        first, *rest = map(len, piece.split(b"<si"))
        self._longest = max(self._longest, self._run + first, *rest)
        self._run = rest[-1] if rest else self._run + first

    def end(self, cells: int) -> None:
        """A part has ended, whose cells span so many."""
        self._run = 0
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise RefusedFile(
                f"The sheets of “{self.name}” span more than {MAX_CELLS:,} cells from corner to corner.",
                hint="Delete stray cells far from the tables, or export the responses as CSV.",
            )

    @property
    def suspicious(self) -> bool:
        """True where the texts, written out, could be more than `MAX_WRITTEN`."""
        return self._shared * self._longest > MAX_WRITTEN

    def check(self, data: bytes, archive: zipfile.ZipFile) -> None:
        """Refuse when the texts, written out, are more than `MAX_WRITTEN`."""
        lengths: list[int] = []
        used: list[np.ndarray] = []
        for entry in archive.infolist():
            text = b"".join(piece for piece, _ in _inflated(data, entry))
            if b"<si" in text:
                lengths = [len(part) for part in text.split(b"<si")[1:]]
            elif b't="s"' in text or b"t='s'" in text:
                used.append(np.array(_SHARED.findall(text), dtype=np.int64))
        known = np.array([*lengths, 0])
        written = sum(int(known[np.minimum(places, len(lengths))].sum()) for places in used)
        if written > MAX_WRITTEN:
            raise RefusedFile(
                f"“{self.name}” holds {written / 1e6:,.0f} MB of text once each cell has its own.",
                hint="Leave out the columns of long texts that repeat, or export the responses as CSV.",
            )


def column_number(letters: bytes) -> int:
    """The number of a column by its letters: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


MAX_RECORD = 5_000_000
"""Bytes of one record of a text; two thousand cells of two and a half thousand letters."""


def longest_run(data: bytes) -> int:
    """The longest stretch of bytes without a delimiter, a quotation mark or a line's end."""
    longest = run = 0
    for place in range(0, len(data), _CHUNK):
        cells = np.frombuffer(data, np.uint8, min(_CHUNK, len(data) - place), place)
        marks = np.flatnonzero(_SETS_APART[cells])
        if not len(marks):
            run += len(cells)
        else:
            longest = max(longest, run + int(marks[0]), int(np.diff(marks).max(initial=0)))
            run = len(cells) - int(marks[-1])
        longest = max(longest, run)
    return longest


_SETS_APART = np.zeros(256, dtype=bool)
_SETS_APART[list(b',;\t|\r\n"')] = True
