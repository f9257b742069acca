"""Rows as bits: which rows hold a value, 64 of them in one machine word, in the order of their dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Bits: TypeAlias = NDArray[np.uint64]
    CountArray: TypeAlias = NDArray[np.int64]

WORD = 64
"""Bits in a word."""


@dataclass(frozen=True, eq=False)
class Layout:
    """Where each response stands among the bits.

    Responses stand in the order of their days, and each day begins a new word, so a range of days is a
    slice of words. Responses without a date come last and begin a new word too.

    Parameters
    ----------
    places
        The bit of each response, in the order of the survey's responses.
    words
        How many words a bitmap takes.
    days
        The days that have responses, ascending (datetime64[D]).
    starts
        The first word of each of these days, and of what has no date (`words` when nothing is undated).
    """

    places: NDArray[np.int32] | NDArray[np.int64]
    words: int
    days: NDArray[np.datetime64]
    starts: NDArray[np.int64]

    @cached_property
    def day_of_word(self) -> NDArray[np.intp]:
        """The place in `days` of each word; one more for what has no date."""
        sizes = np.diff(np.append(self.starts, self.words))
        return np.repeat(np.arange(len(self.days) + 1), sizes)

    def pack(self, rows: NDArray[np.bool_]) -> Bits:
        """The bitmap of a mask over the responses."""
        spread = np.zeros(self.words * WORD, dtype=np.bool_)
        spread[self.places] = rows
        return pack_mask(spread)

    def pack_codes(self, codes: NDArray[np.integer], size: int) -> Bits:
        """One bitmap for each code from 0 to size - 1; shape (size, words)."""
        spread = self.spread(codes, size)
        return np.stack([pack_mask(spread == code) for code in range(size)]) if size else _none(self.words)

    def spread(self, codes: NDArray[np.integer], fill: int) -> NDArray[np.integer]:
        """Codes of the responses in the order of the bits; `fill` where no response stands."""
        kind = np.min_scalar_type(fill)
        spread = np.full(self.words * WORD, fill, dtype=kind)
        spread[self.places] = codes.astype(kind)
        return spread

    def unpack(self, bits: Bits) -> NDArray[np.bool_]:
        """The mask over the responses of a whole bitmap."""
        return as_mask(bits)[self.places]

    def slice_of(self, since: np.datetime64 | None, until: np.datetime64 | None) -> slice:
        """The words of a range of days, both ends included; what has no date is in no range."""
        first = 0 if since is None else int(np.searchsorted(self.days, since))
        last = len(self.days) if until is None else int(np.searchsorted(self.days, until, side="right"))
        return slice(int(self.starts[first]), int(self.starts[max(last, first)]))


def lay_out(days: NDArray[np.datetime64]) -> Layout:
    """The layout for responses of these days (datetime64[D], NaT for none)."""
    numbers = days.astype(np.int64)  # NaT is the least of all numbers
    order = np.argsort(numbers, kind="stable")
    undated = int(np.isnat(days).sum())
    order = np.concatenate([order[undated:], order[:undated]])
    ranked = numbers[order]
    begins = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]])[: len(ranked)])
    sizes = np.diff(np.append(begins, len(ranked)))
    words = -(-sizes // WORD)
    starts = np.concatenate([[0], np.cumsum(words)])
    places = np.empty(len(numbers), dtype=np.int64)
    places[order] = np.arange(len(numbers)) + np.repeat(starts[:-1] * WORD - begins, sizes)
    dated = len(begins) - bool(undated)
    fits = int(starts[-1]) * WORD < 2**31  # then half the memory will do
    return Layout(
        places.astype(np.int32) if fits else places,
        int(starts[-1]),
        days[order[begins[:dated]]],
        starts[: dated + 1],
    )


def as_mask(bits: Bits) -> NDArray[np.bool_]:
    """One truth value for each bit."""
    return np.unpackbits(bits.view(np.uint8), bitorder="little").view(np.bool_)


def any_of(values: Bits, picked: Sequence[int]) -> Bits:
    """The bits set in any of the picked bitmaps."""
    either: Bits = np.bitwise_or.reduce(values[list(picked)], axis=0)
    return either


def popcount(bits: Bits) -> int:
    """How many bits are set."""
    return int(np.bitwise_count(bits).sum(dtype=np.uint32))


def popcounts(values: Bits | Sequence[Bits], groups: Bits) -> CountArray:
    """How many bits each of `values` shares with each of `groups`; shape (values, groups).

    One pair at a time, in the same place of memory: two bitmaps fit a processor's cache, a table of them does
    not. (Blocks of them were measured, and are no quicker.)
    """
    counts = np.zeros((len(values), len(groups)), dtype=np.int64)
    both, ones = np.empty(groups.shape[1:], np.uint64), np.empty(groups.shape[1:], np.uint8)
    for row, value in zip(counts, values, strict=True):
        for place, group in enumerate(groups):
            np.bitwise_count(np.bitwise_and(value, group, out=both), out=ones)
            row[place] = np.add.reduce(ones, dtype=np.uint32)
    return counts


def popcounts_between(bits: Bits, starts: NDArray[np.int64]) -> CountArray:
    """How many bits are set from each of `starts` (words, ascending, none empty) up to the next."""
    if not len(starts):
        return np.zeros(0, dtype=np.int64)
    return np.add.reduceat(np.bitwise_count(bits), starts, dtype=np.int32).astype(np.int64)


def pack_mask(mask: NDArray[np.bool_]) -> Bits:
    """The bitmap of a truth value for each bit."""
    return np.packbits(mask, bitorder="little").view(np.uint64)


def _none(words: int) -> Bits:
    return np.zeros((0, words), dtype=np.uint64)
