"""A large source of bytes, and one pass over it that looks at every byte while Arrow reads it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.gate import MAX_RECORD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAD = 262_144
"""Bytes that tell dialect, header and kinds."""

PIECE = 900_000
"""Bytes looked at a time: they and what is made of them stay near the processor, and below the size (1 MiB)
from which on memory is asked anew of the system each time, which doubles the time."""

_QUOTE, _LF, _CR = 34, 10, 13


@dataclass(frozen=True, eq=False)
class Large:
    """A large source of bytes: in memory, or on disk and never wholly in memory.

    `numbers` has the number of each record in its file, where the records are not all of that file.
    """

    data: bytes | None = None
    path: Path | None = None
    numbers: np.ndarray | None = None

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.data) if self.data is not None else os.stat(str(self.path)).st_size  # noqa: PTH116

    def pieces(self) -> Iterator[bytes]:
        """All of it, piece by piece."""
        if self.data is not None:
            for place in range(0, len(self.data), PIECE):
                yield self.data[place : place + PIECE]
            return
        with open(str(self.path), "rb", buffering=0) as file:  # noqa: PTH123
            while piece := file.read(PIECE):
                yield piece

    def head(self) -> bytes:
        """The first bytes."""
        return self.data[:HEAD] if self.data is not None else next(self.pieces(), b"")[:HEAD]


class Records:
    """The bytes of a text from a place on, as a file for Arrow: each read gives whole records.

    On the way every byte is hashed, and checked to be UTF-8 and soundly quoted: each quotation mark opens
    a cell, closes one, or is doubled within one. At the first byte that is not, the file ends and `odd`
    is set: what Arrow read is then not to be used.

    Parameters
    ----------
    source
        The text.
    delimiter
        The letter that sets cells apart.
    skip
        Bytes of the byte order mark.
    start
        The byte with which the first record begins that is wanted.

    Attributes
    ----------
    digest
        The running sha256 of the bytes.
    odd
        True once something was found that is not as it should be.
    reached
        For each read, how many bytes it came to. Arrow reads ahead of what it has parsed.
    """

    closed = False

    def __init__(self, source: Large, delimiter: str, skip: int, start: int) -> None:
        self.digest = hashlib.sha256()
        self.odd = False
        self.taken = 0
        self.reached: list[int] = []
        self._pieces = source.pieces()
        self._rest = b""
        self._skip, self._start = skip, start
        self._beside = np.zeros(256, dtype=bool)
        self._beside[[ord(delimiter), _LF, _CR, _QUOTE]] = True

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - as a file has it; a read of another size would cut a record
        """The next whole records; b"" at the end of the file, or where it is odd."""
        while not self.odd:
            fresh = next(self._pieces, b"")
            self.digest.update(fresh)
            self.taken += len(fresh)
            seen = self._rest + fresh if self._rest else fresh
            if not seen:
                break
            cells = np.frombuffer(seen, np.uint8)
            quotes = np.flatnonzero(cells == _QUOTE)
            end = _end_of_records(seen, quotes) if fresh else len(seen)
            self._rest = seen[end:]
            if end:
                self.reached.append(self.taken)
                return self._checked(seen[:end], quotes[: np.searchsorted(quotes, end)])
            self.odd = len(seen) > MAX_RECORD
        return b""

    def _checked(self, whole: bytes, quotes: np.ndarray) -> bytes:
        skip, start, self._skip, self._start = self._skip, self._start, 0, 0
        self.odd = len(whole) < start or not (_is_utf8(whole) and self._is_sound(whole, quotes, skip))
        return b"" if self.odd else whole[start:] or self.read()

    def _is_sound(self, whole: bytes, quotes: np.ndarray, skip: int) -> bool:
        """True when all quotation marks stand where they may, and no line ends with a bare CR outside them."""
        if len(quotes) % 2:
            return False
        cells = np.frombuffer(whole, np.uint8)
        if len(quotes):
            opening, closing = quotes[0::2], quotes[1::2]
            inner = opening[int(opening[0] == skip) :]
            last = closing[: len(closing) - int(closing[-1] == len(whole) - 1)]
            if not (self._beside[cells[inner - 1]].all() and self._beside[cells[last + 1]].all()):
                return False
        if b"\r" not in whole:
            return True
        returns = np.flatnonzero(cells == _CR)
        bare = returns[cells[np.minimum(returns + 1, len(cells) - 1)] != _LF]
        return bool((np.searchsorted(quotes, bare) & 1).all())

    def readable(self) -> bool:
        """A file that can be read."""
        return True

    def writable(self) -> bool:
        """And not written."""
        return False

    def seekable(self) -> bool:
        """Nor read from another place."""
        return False

    def close(self) -> None:
        """Nothing is kept open once it is read."""


def _end_of_records(seen: bytes, quotes: np.ndarray) -> int:
    """Where the last whole record ends: after the last line end that stands outside quotation marks."""
    end = len(seen)
    while (end := seen.rfind(b"\n", 0, end)) >= 0:
        before = int(np.searchsorted(quotes, end))
        if before % 2 == 0:
            return end + 1
        end = int(quotes[before - 1])  # within quotes that open here, no line end is a record's
    return 0


def _is_utf8(piece: bytes) -> bool:
    if piece.isascii():
        return True
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True
