"""Batches of a column -> one column in one piece.

Arrow gives a batch every few thousand rows. Put one after another into memory asked for once, they cost a
fraction of what as many small pieces cost, while they are read and whenever the column is used.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

_SPARE = 1.05
"""A column's later parts may be somewhat longer than its first."""

_GROWTH = 1.3
_LEAST = 1e-3


class Letters:
    """A column of text, letter by letter."""

    def __init__(self) -> None:
        self._letters = np.empty(0, np.uint8)
        self._ends = np.zeros(1, np.int64)
        self._used = self._rows = 0
        self.longest = 0

    def add(self, batch: pa.StringArray, share: float) -> None:
        """Append a batch; with it, `share` of the text (0 to 1) has been read."""
        ends = np.frombuffer(batch.buffers()[1], np.int32)[batch.offset : batch.offset + len(batch) + 1]
        first, last = int(ends[0]), int(ends[-1])
        self._letters = _grown(self._letters, self._used, self._used + last - first, share)
        self._ends = _grown(self._ends, self._rows + 1, self._rows + len(ends), share)
        if last > first:
            letters = np.frombuffer(batch.buffers()[2], np.uint8)
            self._letters[self._used : self._used + last - first] = letters[first:last]
        self._ends[self._rows + 1 : self._rows + len(ends)] = ends[1:] + np.int64(self._used - first)
        self.longest = max(self.longest, int(np.diff(ends).max(initial=0)))
        self._used += last - first
        self._rows += len(batch)

    def column(self) -> pa.ChunkedArray:
        """The whole column."""
        buffers = [
            None,
            pa.py_buffer(self._ends[: self._rows + 1]),
            pa.py_buffer(self._letters[: self._used]),
        ]
        return pa.chunked_array([pa.Array.from_buffers(pa.large_string(), self._rows, buffers)])


class Codes:
    """A column of values that repeat, as codes."""

    def __init__(self) -> None:
        self._codes = np.empty(0, np.int32)
        self._places: dict[str, int] = {}
        self._rows = 0

    @property
    def longest(self) -> int:
        """The longest value, in bytes."""
        return max((len(value.encode()) for value in self._places), default=0)

    def add(self, batch: pa.DictionaryArray, share: float) -> None:
        """Append a batch; with it, `share` of the text (0 to 1) has been read."""
        places = self._places
        codes = [places.setdefault(value, len(places)) for value in batch.dictionary.to_pylist()]
        end = self._rows + len(batch)
        self._codes = _grown(self._codes, self._rows, end, share)
        np.take(
            np.array(codes, np.int32),
            batch.indices.to_numpy(),
            out=self._codes[self._rows : end],
            mode="clip",  # the quick one; no code is out of bounds
        )
        self._rows = end

    def column(self) -> pa.ChunkedArray:
        """The whole column."""
        codes = pa.Array.from_buffers(pa.int32(), self._rows, [None, pa.py_buffer(self._codes[: self._rows])])
        values = pa.array(list(self._places), pa.string())
        return pa.chunked_array([pa.DictionaryArray.from_arrays(codes, values, safe=False)])


def _grown(array: np.ndarray, used: int, wanted: int, share: float) -> np.ndarray:
    """The same array with room for more: at first for what the share read lets expect.

    It is asked for in one piece, which the system gives in large pages and only as it fills.
    """
    if wanted <= len(array):
        return array
    expected = int(wanted / min(max(share, _LEAST), 1.0) * _SPARE)
    grown = np.empty(max(expected, int(len(array) * _GROWTH)), array.dtype)
    grown[:used] = array[:used]
    return grown
