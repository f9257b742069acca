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

_CHUNK = 1 << 20
_OVERLAP = 256
_COLUMN = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,4})")
_FAR_ROW = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{0,4}(\d{6,})")
_ANY_ROW = re.compile(rb"\sr\s*=\s*[\"'][A-Za-z]{0,4}(\d+)")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_ODS_REPEAT = re.compile(rb"<table:table-(?:cell|covered-table-cell)\b([^>]*)>")
_ODS_ROW = re.compile(rb'<table:table-row\b[^>]*number-rows-repeated="(\d+)"[^>]*>(.{0,400})', re.DOTALL)
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
        raise RefusedFile(f"“{name}” has {size / 1e6:,.0f} MB; the limit is {MAX_BYTES / 1e6:,.0f} MB.", hint=_SPLIT_UP)


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
            total = 0
            for entry in archive.infolist():
                total = _check_entry(archive, entry, name, total)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise UnreadableFile(
            f"“{name}” is damaged or locked with a password.",
            hint="Open it in a spreadsheet program and save it again as .xlsx or .csv, without a password.",
        ) from None


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str, total: int) -> int:
    """Inflate one part of a workbook piece by piece; returns the bytes inflated so far."""
    if entry.filename == "xl/workbook.bin":
        raise UnreadableFile(f"“{name}” is a binary workbook (.xlsb).", hint="Save it as .xlsx or .csv.")
    extent = _Extent(entry.filename, name)
    size = 0
    with archive.open(entry) as part:
        while piece := part.read(_CHUNK):
            size += len(piece)
            if total + size > MAX_INFLATED or (size > RATIO_MATTERS and size > MAX_RATIO * max(entry.compress_size, 1)):
                raise RefusedFile(
                    f"“{name}” packs {(total + size) / 1e6:,.0f} MB or more into {len_of(archive) / 1e6:,.1f} MB.",
                    hint="Such a workbook is damaged or made to harm; export the responses again, as CSV if you can.",
                )
            extent.feed(piece)
    extent.finish()
    return total + size


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
        else:
            self._feed_sheet(seen, len(self._tail))
        self._tail = piece[-_OVERLAP:]

    def _feed_sheet(self, seen: bytes, old: int) -> None:
        letters = set(_COLUMN.findall(seen))
        self._width = max([self._width, *(column_number(found.upper()) for found in letters)])
        self._height = max([self._height, *map(int, _FAR_ROW.findall(seen))])
        self._count_tags(seen[max(old - 8, 0) :])
        check_columns(self._width, self._name)
        if max(self._height, _NEAR_ROWS) * self._width > MAX_CELLS:
            # Only now is it worth looking at each row number.
            self._height = max([self._height, *map(int, _ANY_ROW.findall(seen))])
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
            if b"value-type" in attributes and (found := re.search(rb'columns-repeated="(\d+)"', attributes)):
                check_columns(int(found[1]), self._name)
        for repeated, inside in _ODS_ROW.findall(seen):
            if b"value-type" in inside:
                self._height, self._width = max(self._height, int(repeated)), max(self._width, 100)
        self.finish()

    def finish(self) -> None:
        """Refuse when the cells seen so far span too much."""
        if self._height * self._width > MAX_CELLS:
            raise RefusedFile(
                f"“{self._name}” has a sheet of {self._height:,} rows by {self._width:,} columns from corner to corner.",
                hint="Delete stray cells far from the table, or export the responses as CSV.",
            )


def column_number(letters: bytes) -> int:
    """The number of a column by its letters: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


MAX_RECORD = 5_000_000
"""Bytes of one record of a text; two thousand cells of two and a half thousand letters."""


def longest_run(data: bytes, limit: int = MAX_FIELD) -> Iterator[int]:
    """Places of stretches longer than `limit` bytes without a delimiter, a quote or a line's end."""
    place = 0
    size = len(data)
    pattern = re.compile(rb"[^,;\t|\r\n\"]{%d}" % min(limit, 65535))
    while place < size and (found := pattern.search(data, place)):
        end = _RUN_END.search(data, found.end())
        stop = end.start() if end else size
        if stop - found.start() > limit:
            yield found.start()
        place = stop


_RUN_END = re.compile(rb"[,;\t|\r\n\"]")
