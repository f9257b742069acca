"""From where to where the cells of a workbook's sheets reach, told by the cells themselves."""

from __future__ import annotations

import re

from nps_core.errors import RefusedFile
from nps_core.reading.gate import MAX_CELLS, check_cells, check_columns

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


class Extent:
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
        return check_cells(self._height, self._width, self._name)


def column_number(letters: bytes) -> int:
    """The number of a column by its letters: A is 1, XFD is 16,384."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
