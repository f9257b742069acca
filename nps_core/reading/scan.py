"""One pass over the bytes of a large text: its digest, its records, and whether its quoting is sound."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

_QUOTE, _LF, _CR = 34, 10, 13


@dataclass(frozen=True)
class Scan:
    """What one pass saw.

    Parameters
    ----------
    digest
        The running sha256 of the bytes.
    utf8
        True when all of it is UTF-8.
    sound
        True when every quotation mark opens a cell, closes one, or is doubled within one.
    records
        Lines that end outside quotes; the last one counts with or without an end.
    blank
        True when a blank line stands among the records.
    line
        The longest stretch between two ends of a line, or the start of one and a quotation mark, in bytes.
    quoted
        The longest stretch between two quotation marks of which the first opens a cell, in bytes.
    record
        The longest stretch between two line ends outside quotes, in bytes.
    """

    digest: hashlib._Hash
    utf8: bool
    sound: bool
    records: int
    blank: bool
    line: int
    quoted: int
    record: int


def scan(chunks: Iterable[bytes], delimiter: str) -> Scan:
    """Look at a text once, piece by piece, in constant memory."""
    return _Scanner(delimiter).run(chunks)


class _Scanner:
    def __init__(self, delimiter: str) -> None:
        self._before = np.zeros(256, dtype=bool)
        self._before[[ord(delimiter), _LF, _CR, _QUOTE]] = True
        self._digest = hashlib.sha256()
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._utf8 = self._sound = True
        self._open = 0  # 1 within a quoted cell
        self._records = self._line = self._quoted = self._record = 0
        self._blank = False
        self._within = 0  # bytes since the last quotation mark
        self._run = self._since = 0  # bytes since the last mark, and since the last record's end

    def run(self, chunks: Iterable[bytes]) -> Scan:
        carry = b"\n"
        last = b"\n"
        for chunk in chunks:
            self._digest.update(chunk)
            self._check_utf8(chunk)
            self._piece(carry + chunk)
            carry = last = chunk[-1:]
        self._piece(carry + b"\n", final=True)
        records = self._records - (last == b"\n")
        return Scan(
            self._digest,
            self._utf8,
            self._sound and not self._open,
            records,
            self._blank,
            self._line,
            self._quoted,
            self._record,
        )

    def _check_utf8(self, chunk: bytes) -> None:
        if self._utf8 and not (chunk.isascii() and not self._decoder.getstate()[0]):
            try:
                self._decoder.decode(chunk)
            except UnicodeDecodeError:
                self._utf8 = False

    def _piece(self, seen: bytes, *, final: bool = False) -> None:
        """Look at all but the last byte, which is looked at with what follows it."""
        cells = np.frombuffer(seen, np.uint8)
        body = cells[:-1]
        # The first byte was the last of the piece before, so it is looked at here, with its neighbours known.
        quotes = np.flatnonzero(body == _QUOTE)
        ends = np.flatnonzero(body == _LF)
        within = (np.searchsorted(quotes, ends) + self._open) & 1
        outside = ends[within == 0]
        self._records += len(outside)
        self._check_quotes(cells, quotes)
        if len(outside):
            following = cells[outside + 1]
            self._blank = self._blank or bool(((following == _LF) | (following == _CR)).any() and not final)
        self._measure(ends, quotes, outside, len(body))
        self._open = (self._open + len(quotes)) & 1

    def _measure(self, ends: np.ndarray, quotes: np.ndarray, outside: np.ndarray, size: int) -> None:
        marks = np.sort(np.concatenate([ends, quotes])) if len(quotes) else ends
        self._line, self._run = _stretch(self._line, self._run, marks, size)
        self._record, self._since = _stretch(self._record, self._since, outside, size)
        if self._open and not len(quotes):
            self._within += size
            self._quoted = max(self._quoted, self._within)
        elif len(quotes):
            inside = np.diff(quotes)[self._open :: 2]
            before = self._within + int(quotes[0]) if self._open else 0
            self._quoted = max(self._quoted, before, int(inside.max(initial=0)))
            self._within = size - int(quotes[-1])

    def _check_quotes(self, cells: np.ndarray, quotes: np.ndarray) -> None:
        opening, closing = (quotes[0::2], quotes[1::2]) if not self._open else (quotes[1::2], quotes[0::2])
        # A piece's first byte has lost the one before it: a quote there is taken on trust.
        inner = opening[opening > 0]
        if not (self._before[cells[inner - 1]].all() and self._before[cells[closing + 1]].all()):
            self._sound = False


def _stretch(longest: int, run: int, marks: np.ndarray, size: int) -> tuple[int, int]:
    """The longest stretch without a mark so far, and how long the last, open one is."""
    if not len(marks):
        return max(longest, run + size), run + size
    gaps = int(np.diff(marks).max(initial=0))
    rest = size - int(marks[-1])
    return max(longest, run + int(marks[0]), gaps, rest), rest
