"""A large sheet of a workbook: its XML taken apart piece by piece, a whole piece at a time.

A survey's sheet holds a million cells and a fraction of as many different ones. So only the places of the
cells are found here, and which cells are alike, letter by letter; what a cell *means* (shared strings, styles,
dates, escapes) is then asked of the usual parser, once for each distinct cell.

Only what every program writes is taken apart: `<row r="..">`, `<c r="..">` in rising order and in capital
letters, `<v>`, `<f>`, `<is>`, `<t>`. At anything else the scan gives up, and the sheet is read as any other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

LARGE_SHEET = 1_500_000
"""Bytes of XML from which on a sheet is worth this; below it the usual way takes a fraction of a second."""

_LONGEST_ROW = 4_000_000
"""Bytes of a row's XML beyond which a sheet is not the usual one."""

_HEAD = 100_000
"""Bytes before the first row, at most."""

_ROOT = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*(?:<\?xml(?:[^>]*encoding="(?i:utf-8)")?(?:(?!encoding)[^>])*\?>)?\s*<worksheet[^>]*>'
)
"""A sheet in UTF-8 whose elements need no prefix."""

_ATTRIBUTES = r'^(?: (?:s|t|cm|vm|ph)="[A-Za-z0-9]*")*/?>'
"""What a cell may say of itself behind its reference; above all not a second reference."""

_PAD = bytes(16)
_ROW_START = int.from_bytes(b'<row r="', "little")
_CELL_START = int.from_bytes(b' r="', "little")
_ROW_END = int.from_bytes(b"</row>", "little")
_CELL_END = int.from_bytes(b"</c>", "little")
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_MOST_DIGITS = 7
_QUOTE = 34


class _Unusual(Exception):  # noqa: N818 - no error: the sheet is read another way
    """The sheet is not written as the usual ones are."""


@dataclass(frozen=True)
class Scanned:
    """The cells of a sheet: where they are, and which are alike.

    Parameters
    ----------
    head
        The XML up to the root element's start tag.
    rows, columns
        Each cell's row and column, from 1 (int32, int16), row by row.
    codes
        Each cell's place in `forms` (int32).
    forms
        The distinct cells, as XML from behind the reference on: ` t="s"><v>7</v></c>`.
    shared
        How many cells point to a text that cells share.
    """

    head: bytes
    rows: np.ndarray
    columns: np.ndarray
    codes: np.ndarray
    forms: list[bytes]
    shared: int


class SheetScan:
    """Takes a sheet's XML piece by piece; `usual` says whether it could be taken apart so far."""

    def __init__(self) -> None:
        self.usual = True
        self.width = self.height = 0
        self._head = b""
        self._tail = b""
        self._begun = self._ended = False
        self._parts: list[tuple[np.ndarray, np.ndarray]] = []
        self._forms: list[pa.DictionaryArray] = []

    def feed(self, piece: bytes) -> None:
        """Take the next piece."""
        try:
            self._feed(piece)
        except _Unusual:
            self.usual = False

    def _feed(self, piece: bytes) -> None:
        if self._ended:
            _expect(b"sheetData" not in piece)
            return
        seen = self._tail + piece
        if not self._begun:
            begin = seen.find(b"<sheetData>")
            if begin < 0:
                _expect(len(seen) < _HEAD)
                self._tail = seen
                return
            begin += len(b"<sheetData>")
            self._head, seen, self._begun = seen[:begin], seen[begin:], True
            _expect(begin < _HEAD)
        end = seen.find(b"</sheetData>", max(len(self._tail) - 12, 0) if self._parts else 0)
        self._ended = end >= 0
        if not self._ended:
            end = max(seen.rfind(b"<row "), 0)
        if end:
            self._take(seen[:end])
        self._tail = seen[end:]
        _expect(len(self._tail) < _LONGEST_ROW or self._ended)
        if self._ended:
            _expect(b"sheetData" not in self._tail[len(b"</sheetData>") :])

    def _take(self, block: bytes) -> None:
        """Find the cells of some whole rows."""
        _expect(b"\x00" not in block)
        padded = block + _PAD
        letters = np.frombuffer(padded, np.uint8)
        words = np.ndarray((len(block) + 8,), "<u8", padded, strides=(1,))
        rows, cells = _tags(letters, words, len(block))
        number, digits = _row_numbers(letters, rows)
        row_of = np.searchsorted(rows, cells, side="right") - 1
        column, after = _columns(words, cells)
        mask = _MASKS[digits + 1]
        # A cell's reference ends as its row's does.
        _expect(np.array_equal(words[after] & mask[row_of], (words[rows + 8] & mask)[row_of]))
        begin = after + digits[row_of] + 1
        end = _ends(words, rows, cells, row_of, len(block))
        _expect(bool((end > begin).all()))
        closed = words[np.maximum(end - 4, 0)] & _MASKS[4] == _CELL_END
        empty = words[np.maximum(end - 2, 0)] & _MASKS[2] == int.from_bytes(b"/>", "little")
        _expect(bool((closed | empty).all()))
        self._keep(number[row_of], column, _alike(padded, begin, end))

    def _keep(self, rows: np.ndarray, columns: np.ndarray, forms: pa.DictionaryArray) -> None:
        if not len(rows):
            return
        place = rows.astype(np.int64) << 15 | columns
        last = self._parts[-1] if self._parts else None
        before = (int(last[0][-1]) << 15 | int(last[1][-1])) if last is not None else -1
        _expect(before < int(place[0]) and bool((np.diff(place) > 0).all()))
        self._parts.append((rows.astype(np.int32), columns.astype(np.int16)))
        self._forms.append(forms)
        self.width = max(self.width, int(columns.max()))
        self.height = max(self.height, int(rows[-1]))

    def scanned(self) -> Scanned | None:
        """The cells, once all pieces were taken; None where the sheet is not the usual one."""
        if not (self.usual and self._ended and self._parts):
            return None
        whole = pa.chunked_array(self._forms).unify_dictionaries().combine_chunks()
        head = _ROOT.match(self._head)
        if not head or not pc.all(pc.match_substring_regex(whole.dictionary, _ATTRIBUTES)).as_py():
            return None
        return Scanned(
            head[0],
            np.concatenate([rows for rows, _ in self._parts]),
            np.concatenate([columns for _, columns in self._parts]),
            whole.indices.to_numpy(),
            whole.dictionary.to_pylist(),
            int(_points(whole.dictionary)[whole.indices.to_numpy()].sum()),
        )


def _points(forms: pa.Array) -> np.ndarray:
    """Which distinct cells point to a shared text."""
    points: np.ndarray = pc.match_substring(forms, 't="s"').to_numpy(zero_copy_only=False)
    return points


def _expect(usual: bool) -> None:  # noqa: FBT001 - an assertion that stays
    if not usual:
        raise _Unusual


def _tags(letters: np.ndarray, words: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Where rows and cells begin; every tag that opens must be one of the known ones."""
    opens = letters[: size + 1] == ord("<")
    tags = np.flatnonzero(opens[:-1] & (letters[1 : size + 1] != ord("/")))
    _expect(len(tags) > 0 and int(tags[0]) == 0)
    second = letters[tags + 1]
    kinds = _KIND[second]
    _expect(bool(kinds.all()))
    cells = tags[kinds == _IS_CELL]
    _expect(bool((words[cells + 2] & _MASKS[4] == _CELL_START).all()))
    rows = tags[kinds == _IS_ROW]
    _expect(len(rows) > 0 and bool((words[rows] == _ROW_START).all()))
    inner = tags[kinds == _IS_INNER]
    _expect(bool(_ENDS_NAME[letters[inner + 2]].all()))
    inline = tags[kinds == _IS_INLINE]
    _expect(bool((words[inline] & _MASKS[4] == int.from_bytes(b"<is>", "little")).all()))
    return rows, cells


_IS_CELL, _IS_ROW, _IS_INNER, _IS_INLINE = range(1, 5)
_KIND = np.zeros(256, dtype=np.uint8)
_KIND[[*b"crvfti"]] = [_IS_CELL, _IS_ROW, _IS_INNER, _IS_INNER, _IS_INNER, _IS_INLINE]
_ENDS_NAME = np.zeros(256, dtype=bool)
_ENDS_NAME[[*b"> /"]] = True


def _row_numbers(letters: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each row's number, and how many digits it has."""
    shown = letters[rows[:, None] + np.arange(8, 16)]
    digits = (shown == _QUOTE).argmax(axis=1)
    within = np.arange(_MOST_DIGITS) < digits[:, None]
    values = shown[:, :_MOST_DIGITS].astype(np.int32) - ord("0")
    _expect(bool((digits > 0).all() and (((values >= 0) & (values <= 9)) | ~within).all()))  # noqa: PLR2004
    number = np.zeros(len(rows), dtype=np.int32)
    for place in range(_MOST_DIGITS):
        number = np.where(within[:, place], number * 10 + values[:, place], number)
    return number, digits


def _columns(words: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each cell's column, and where the letters of its reference end."""
    reference = words[cells + 6].astype(np.int64)
    column = np.zeros(len(cells), dtype=np.int64)
    after = cells + 6
    going = np.ones(len(cells), dtype=bool)
    for place in range(3):
        letter = (reference >> 8 * place) & 255
        going &= (letter >= ord("A")) & (letter <= ord("Z"))
        if not going.any():
            break
        column = np.where(going, column * 26 + letter - 64, column)
        after = after + going
    _expect(bool((column > 0).all() and (column <= 1 << 14).all()))
    return column, after


def _ends(
    words: np.ndarray, rows: np.ndarray, cells: np.ndarray, row_of: np.ndarray, size: int
) -> np.ndarray:
    """Where each cell ends: where the next one begins, or its row ends."""
    row_ends = np.append(rows[1:], size) - 6
    end = np.append(cells[1:], size)
    last = np.append(row_of[1:] != row_of[:-1], True) if len(cells) else np.zeros(0, dtype=bool)
    end[: len(cells)][last] = row_ends[row_of[last]]
    _expect(bool((words[row_ends[row_of[last]]] & _MASKS[6] == _ROW_END).all()))
    return end[: len(cells)]


def _alike(padded: bytes, begin: np.ndarray, end: np.ndarray) -> pa.DictionaryArray:
    """The cells' XML as codes: every other stretch of an array that covers the block without a gap."""
    bounds = np.empty(2 * len(begin), dtype=np.int32)
    bounds[0::2], bounds[1::2] = begin, end
    stretches = pa.Array.from_buffers(
        pa.binary(), max(len(bounds) - 1, 0), [None, pa.py_buffer(bounds), pa.py_buffer(padded)]
    )
    return stretches.take(pa.array(np.arange(0, len(bounds), 2))).dictionary_encode()
