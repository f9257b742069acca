"""A selection of responses, and every count of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.bitmaps import WORD, as_mask, popcount, popcounts, popcounts_between
from nps_core.errors import FilterError
from nps_core.periods import regular, starts_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.bitmaps import Bits, Counts
    from nps_core.counts import Index

SHOWN = ("promoter", "passive", "detractor")
"""The order of counts in every table: the best group first, as `estimate` takes them."""

PAIRS = 200
"""Up to so many pairs of values are counted by bitmaps; more of them faster from codes, in one pass."""

MOST_CELLS = 3_000_000
"""A table of two attributes with more pairs of values is refused: nobody reads it, and it fills memory."""


@dataclass(frozen=True, eq=False)
class Table:
    """Counts of each value of an attribute.

    `counts` has one row a label, and the columns promoters, passives, detractors. Labels come in the order
    of the attribute, also those that nothing was found of; `NO_VALUE` comes last, and only if something was.
    """

    labels: tuple[str, ...]
    counts: Counts

    @property
    def n(self) -> Counts:
        """Responses of each label."""
        return np.asarray(self.counts.sum(axis=1))


@dataclass(frozen=True, eq=False)
class Column:
    """One attribute in the order of the bits: codes, and bitmaps when it has few values.

    The last label is `NO_VALUE` and stands for missing. `codes` holds len(labels) where no response stands.
    """

    labels: tuple[str, ...]
    bits: Bits | None
    codes: NDArray[np.integer]


class Selection:
    """The responses that pass some filters, and every count of them.

    Made by `Index.select`. Counts come in the order promoters, passives, detractors.
    """

    def __init__(self, index: Index, part: slice, bits: Bits, picked: dict[str, list[int]]) -> None:
        self.index = index
        self._part = part
        self._bits = bits
        self._picked = picked

    @cached_property
    def n(self) -> int:
        """How many responses."""
        return popcount(self._bits)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Their positions in `Survey.responses`, ascending (that is, in the order of the file)."""
        return np.flatnonzero(self.mask)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """One truth value for each of `Survey.responses`."""
        whole = np.zeros_like(self.index.everything)
        whole[self._part] = self._bits
        return self.index.layout.unpack(whole)

    def groups(self) -> tuple[int, int, int]:
        """Promoters, passives, detractors: what `estimate` takes."""
        return self._groups

    def histogram(self) -> Counts:
        """Responses with each score of the scale, lowest first; all 0 for a file of group words."""
        return popcounts(self.index.scores[:, self._part], self._bits[None])[:, 0]

    def by(self, attribute: str) -> Table:
        """Counts of each value of an attribute."""
        column = self.index.column(attribute)
        counts = self._cells(column)[0] if column.bits is None else self._by_bits(attribute, column.bits)
        kept = len(column.labels) - (not counts[-1].any())
        return Table(column.labels[:kept], counts[:kept])

    def by2(self, a: str, b: str) -> tuple[tuple[str, ...], tuple[str, ...], Counts]:
        """Labels of two attributes and the counts of each pair of values; shape (labels a, labels b, 3).

        `NO_VALUE` comes last on either side, and only if something was found of it.

        Raises
        ------
        FilterError
            An attribute that the survey does not have, or two with millions of pairs of values.
        """
        first, second = self.index.column(a), self.index.column(b)
        size = len(first.labels), len(second.labels)
        if size[0] * size[1] > MOST_CELLS:
            raise FilterError(
                f"“{a}” against “{b}” has {size[0] * size[1]:,} pairs.",
                hint="Pick attributes of fewer values.",
            )
        if first.bits is not None and second.bits is not None and size[0] * size[1] <= PAIRS:
            values = second.bits[:, self._part]
            rows = [popcounts(values, self._by_group & value) for value in first.bits[:, self._part]]
            counts = np.stack(rows)
        else:
            counts = self._cells(second, self._codes(first), size[0])
        kept = [size[axis] - (not counts.take(-1, axis).any()) for axis in (0, 1)]
        return first.labels[: kept[0]], second.labels[: kept[1]], counts[: kept[0], : kept[1]]

    def values(self, measure: str) -> tuple[NDArray[np.float64], Counts]:
        """The distinct answers to a CSAT or CES question, ascending, and how many gave each."""
        column = self.index.column(measure)
        counts = self._cells(column)[0].sum(axis=1)[:-1]  # the last is what has no answer
        return np.array(column.labels[:-1], dtype=np.float64), counts

    def by_period(self, period: str) -> tuple[NDArray[np.datetime64], Counts]:
        """First days of the periods (datetime64[D]) and their counts, shape (periods, 3).

        From the first period with responses to the last; those between without any count 0. Responses
        without a date are in none of them (`undated`).
        """
        days, counts = self._daily
        return regular(days, counts, period)

    def by_period_and(
        self, period: str, attribute: str
    ) -> tuple[NDArray[np.datetime64], tuple[str, ...], Counts]:
        """First days of the periods, labels, and counts of each pair; shape (periods, labels, 3)."""
        column = self.index.column(attribute)
        days, starts, dated = self._days
        firsts = starts_of(days, period)
        fresh = np.flatnonzero(np.concatenate([[True], firsts[1:] != firsts[:-1]])[: len(firsts)])
        if column.bits is not None:
            counts = np.zeros((len(fresh), len(column.labels), len(SHOWN)), dtype=np.int64)
            for code in self._possible(attribute, column.bits):
                for place, group in enumerate(self._by_group):
                    shared = (column.bits[code, self._part] & group)[:dated]
                    counts[:, code, place] = popcounts_between(shared, starts[fresh])
        else:
            # Each bit's period; what has no date gets one more, which is dropped.
            sizes = np.diff(np.concatenate([starts[fresh], [dated, len(self._bits)]]))
            of_word = np.repeat(np.arange(len(fresh) + 1), sizes)
            counts = self._cells(column, np.repeat(of_word, WORD)[self._mask], len(fresh) + 1)[:-1]
        some = counts.any(axis=(1, 2))
        begins, table = regular(firsts[fresh][some], counts[some], period)
        kept = len(column.labels) - (not table[:, -1].any())
        return begins, column.labels[:kept], table[:, :kept]

    def rolling(self, days: int = 90, step: int = 1) -> tuple[NDArray[np.datetime64], Counts]:
        """Last days of windows of so many days, and the counts in each; shape (windows, 3).

        The last window ends on the last day with responses, the others `step` days apart before it. The
        first is the first that is whole; when all responses fit into one window, that one is given.
        """
        starts, counts = self.by_period("day")
        if not len(starts):
            return starts, counts
        sums = np.concatenate([np.zeros((1, 3), dtype=np.int64), np.cumsum(counts, axis=0)])
        ends = np.arange(len(starts), min(days, len(starts)) - 1, -step)[::-1]
        return starts[ends - 1], sums[ends] - sums[np.maximum(ends - days, 0)]

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day that have responses; None when none is dated."""
        days = self._daily[0]
        return (days[0].item(), days[-1].item()) if len(days) else None

    @property
    def undated(self) -> int:
        """How many of the responses have no date."""
        return popcount(self._bits[self._days[2] :])

    @cached_property
    def _by_group(self) -> Bits:
        return self.index.groups[:, self._part] & self._bits

    @cached_property
    def _groups(self) -> tuple[int, int, int]:
        happy, neutral, unhappy = (popcount(bits) for bits in self._by_group)
        return happy, neutral, unhappy

    def _possible(self, attribute: str, bits: Bits) -> Sequence[int]:
        """The codes that the filters leave of an attribute; all of them when it is not filtered."""
        return self._picked.get(attribute, range(len(bits)))

    def _by_bits(self, attribute: str, bits: Bits) -> Counts:
        """Counts by code, shape (codes, 3). Each response has one value, so the last one is what is left."""
        *codes, last = self._possible(attribute, bits)
        counts = np.zeros((len(bits), len(SHOWN)), dtype=np.int64)
        counts[codes] = popcounts([bits[code, self._part] for code in codes], self._by_group)
        counts[last] = np.array(self._groups) - counts.sum(axis=0)
        return counts

    @cached_property
    def _days(self) -> tuple[NDArray[np.datetime64], NDArray[np.int64], int]:
        """The days inside the slice, their first words in it, and the word where the undated begin."""
        layout = self.index.layout
        first, last = np.searchsorted(layout.starts, [self._part.start, self._part.stop])
        last = min(int(last), len(layout.days))
        starts = layout.starts[first:last] - self._part.start
        return layout.days[first:last], starts, int(layout.starts[last]) - self._part.start

    @cached_property
    def _daily(self) -> tuple[NDArray[np.datetime64], Counts]:
        """The days that have responses of this selection, and their counts."""
        days, starts, dated = self._days
        counts = np.stack([popcounts_between(bits[:dated], starts) for bits in self._by_group], axis=1)
        some = counts.any(axis=1)
        return days[some], counts[some]

    def _cells(self, column: Column, outer: NDArray[np.int64] | None = None, size: int = 1) -> Counts:
        """Counts by code, shape (size, labels, 3): the way for columns of many values.

        `outer` holds a number below `size` for each response of the selection.
        """
        keys = self._codes(column)
        if outer is not None:
            keys += outer * len(column.labels)
        keys *= len(SHOWN)
        keys += self._of_bits(self.index.group_codes)
        cells = size * len(column.labels) * len(SHOWN)
        return np.bincount(keys, minlength=cells).reshape(size, len(column.labels), len(SHOWN))

    def _codes(self, column: Column) -> NDArray[np.int64]:
        return self._of_bits(column.codes).astype(np.int64)

    def _of_bits(self, values: NDArray[Any]) -> NDArray[Any]:
        """Of one value a bit, those of this selection."""
        return values[self._part.start * WORD : self._part.stop * WORD][self._mask]

    @property
    def _mask(self) -> NDArray[np.bool_]:
        return as_mask(self._bits)
