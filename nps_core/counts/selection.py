"""A selection of responses, and every count of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from nps_core.counts.bitmaps import WORD, as_mask, popcount, popcounts, popcounts_between
from nps_core.counts.columns import SHOWN
from nps_core.counts.periods import regular, starts_of
from nps_core.errors import FilterError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import Bits, CountArray
    from nps_core.counts.columns import Column, Columns

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
    counts: CountArray

    @property
    def n(self) -> CountArray:
        """Responses of each label."""
        return np.asarray(self.counts.sum(axis=1))


@dataclass(frozen=True, eq=False)
class Cells:
    """Counts of the pairs of an account and a value that occur, by account and then by value.

    Parameters
    ----------
    accounts, labels
        What the places in `account` and in `value` stand for; `NO_VALUE` comes last in either. Responses without an
        account are in one cell together, although each is an account of its own.
    account, value
        The account and the value of each cell, as places in these.
    counts
        Promoters, passives, detractors of each cell, shape (cells, 3).
    """

    accounts: tuple[str, ...]
    labels: tuple[str, ...]
    account: NDArray[np.int64]
    value: NDArray[np.int64]
    counts: CountArray


class Selection:
    """The responses that pass some filters, and every count of them.

    Made by `Index.select`. Counts come in the order promoters, passives, detractors.
    """

    def __init__(self, index: Columns, part: slice, bits: Bits, picked: dict[str, list[int]]) -> None:
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

    @cached_property
    def mask(self) -> NDArray[np.bool_]:
        """One truth value for each of `Survey.responses`, to be read only."""
        whole = np.zeros_like(self.index.everything)
        whole[self._part] = self._bits
        mask = self.index.layout.unpack(whole)
        mask.flags.writeable = False
        return mask

    def groups(self) -> tuple[int, int, int]:
        """Promoters, passives, detractors: what `estimate` takes."""
        return self._groups

    def labels(self, attribute: str) -> tuple[str, ...]:
        """The values that the survey has of an attribute, whatever the filters; `NO_VALUE` last."""
        return self.index.column(attribute).labels

    def periods(self, period: str) -> tuple[NDArray[np.datetime64], NDArray[np.integer]]:
        """First days of the periods of the survey, without gaps, and the place in them of each of `Survey.responses`.

        -1 is the place of a response without a date.
        """
        return self.index.periods(period)

    @cached_property
    def commented(self) -> tuple[NDArray[np.intp], NDArray[np.integer]]:
        """The responses with a comment, ascending.

        Positions in `Survey.responses`, and groups by their place in GROUPS.
        """
        whole = np.zeros_like(self.index.everything)
        whole[self._part] = self._bits
        rows, places, groups = self.index.commented
        mine = np.flatnonzero(as_mask(whole)[places])
        return rows[mine], groups[mine]

    def histogram(self) -> CountArray:
        """Responses with each score of the scale, lowest first; all 0 for a file of group words."""
        return popcounts(self.index.scores[:, self._part], self._bits[None])[:, 0]

    def by(self, attribute: str) -> Table:
        """Counts of each value of an attribute."""
        column = self.index.column(attribute)
        counts = self._cells(column)[0] if column.bits is None else self._by_bits(attribute, column.bits)
        kept = len(column.labels) - (not counts[-1].any())
        return Table(column.labels[:kept], counts[:kept])

    def by2(self, a: str, b: str) -> tuple[tuple[str, ...], tuple[str, ...], CountArray]:
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

    def values(self, measure: str) -> tuple[NDArray[np.float64], CountArray]:
        """The distinct answers to a CSAT or CES question, ascending, and how many gave each."""
        column = self.index.column(measure)
        counts = self._cells(column)[0].sum(axis=1)[:-1]  # the last is what has no answer
        return np.array(column.labels[:-1], dtype=np.float64), counts

    def by_period(self, period: str) -> tuple[NDArray[np.datetime64], CountArray]:
        """First days of the periods (datetime64[D]) and their counts, shape (periods, 3).

        From the first period with responses to the last; those between without any count 0. Responses
        without a date are in none of them (`undated`).
        """
        days, counts = self._daily
        return regular(days, counts, period)

    def by_period_and(
        self, period: str, attribute: str
    ) -> tuple[NDArray[np.datetime64], tuple[str, ...], CountArray]:
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
            # What has no date gets a period of its own, which is dropped.
            of_day = np.append(np.cumsum(np.isin(np.arange(len(days)), fresh)) - 1, len(fresh))
            counts = self._cells(column, of_day[self._day_of_each[1]], len(fresh) + 1)[:-1]
        some = counts.any(axis=(1, 2))
        begins, table = regular(firsts[fresh][some], counts[some], period)
        kept = len(column.labels) - (not table[:, -1].any())
        return begins, column.labels[:kept], table[:, :kept]

    def rolling(self, days: int = 90, step: int = 1) -> tuple[NDArray[np.datetime64], CountArray]:
        """Last days of windows of so many days, and the counts in each; shape (windows, 3).

        The last window ends on the last day with responses, the others `step` days apart before it. The
        first is the first that is whole; when all responses fit into one window, that one is given.
        """
        return _windows(*self.by_period("day"), days, step)

    def cells(self, by: str, attribute: str | None = None) -> Cells:
        """Counts of each pair of an account (or respondent) and a value of an attribute that has responses.

        What the variance of a clustered sample is summed from. Only pairs that occur are there: a table of all of
        them would hold people times values.

        Parameters
        ----------
        by
            "account", "respondent", or an attribute that tells which responses belong together.
        attribute
            The attribute that the values are of; without it each account is one cell.
        """
        clusters = self.index.column(by)
        keys, size = self._codes(clusters), 1
        labels: tuple[str, ...] = ("",)
        if attribute is not None:
            column = self.index.column(attribute)
            size, labels = len(column.labels), column.labels
            keys = keys * size + self._codes(column)
        pairs, place = np.unique(keys, return_inverse=True)
        groups = place * len(SHOWN) + self._of_bits(self.index.group_codes)
        counts = np.bincount(groups, minlength=len(pairs) * len(SHOWN)).reshape(-1, len(SHOWN))
        return Cells(clusters.labels, labels, pairs // size, pairs % size, counts)

    def last_days(self, attribute: str) -> tuple[tuple[str, ...], NDArray[np.datetime64]]:
        """Labels of an attribute, and the last day that each has a response (NaT for none); missing left out."""
        column = self.index.column(attribute)
        days, places = self._day_of_each
        last = np.full(len(column.labels), np.datetime64("NaT", "D"))
        dated = places < len(days)
        # Responses stand in the order of their days, and of several assignments the last one stays.
        last[self._codes(column)[dated]] = days[places[dated]]
        return column.labels[:-1], last[:-1]

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day that have responses; None when none is dated."""
        days = self._daily[0]
        return (days[0].item(), days[-1].item()) if len(days) else None

    @property
    def undated(self) -> int:
        """How many of the responses have no date."""
        return popcount(self._bits[self._days[2] :])

    def weighted(self, weights: NDArray[np.float64]) -> Weighted:
        """The same responses, each counting by its weight.

        Parameters
        ----------
        weights
            One a response of the survey, in the order of `Survey.responses`; 0 or more.
        """
        layout = self.index.layout
        spread = np.zeros(layout.words * WORD)
        spread[layout.places] = weights
        return Weighted(self, self._of_bits(spread))

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

    def _by_bits(self, attribute: str, bits: Bits) -> CountArray:
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

    @property
    def _day_of_each(self) -> tuple[NDArray[np.datetime64], NDArray[np.int64]]:
        """The days inside the slice, and the place in them of each response; undated ones have one more."""
        days, starts, dated = self._days
        sizes = np.diff(np.concatenate([starts, [dated, len(self._bits)]]))
        of_word = np.repeat(np.arange(len(days) + 1), sizes)
        return days, np.repeat(of_word, WORD)[self._mask]

    @cached_property
    def _daily(self) -> tuple[NDArray[np.datetime64], CountArray]:
        """The days that have responses of this selection, and their counts."""
        days, starts, dated = self._days
        counts = np.stack([popcounts_between(bits[:dated], starts) for bits in self._by_group], axis=1)
        some = counts.any(axis=1)
        return days[some], counts[some]

    def _cells(self, column: Column, outer: NDArray[np.int64] | None = None, size: int = 1) -> CountArray:
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


class Weighted:
    """Sums of weights where `Selection` has counts; made by `Selection.weighted`."""

    def __init__(self, selection: Selection, weights: NDArray[np.float64]) -> None:
        self._selection = selection
        self._weights = weights

    def groups(self) -> tuple[float, float, float]:
        """Promoters, passives, detractors."""
        happy, neutral, unhappy = self._sums(np.zeros(len(self._weights), dtype=np.int64), 1)[0].tolist()
        return happy, neutral, unhappy

    def by(self, attribute: str) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Labels of an attribute and their sums, shape (labels, 3); `NO_VALUE` last, if something has none."""
        column = self._selection.index.column(attribute)
        sums = self._sums(self._selection._codes(column), len(column.labels))  # noqa: SLF001 - one thing in two
        kept = len(column.labels) - (not sums[-1].any())
        return column.labels[:kept], sums[:kept]

    def histogram(self) -> NDArray[np.float64]:
        """The weights of each score of the scale, lowest first."""
        index, part = self._selection.index, self._selection._part  # noqa: SLF001 - one thing in two
        each = (as_mask(bits)[self._selection._mask] for bits in index.scores[:, part])  # noqa: SLF001
        return np.array([self._weights[mine].sum() for mine in each], dtype=np.float64)

    def by2(self, a: str, b: str) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64]]:
        """Labels of two attributes and the sums of each pair of values, as `Selection.by2` has the counts."""
        labels, other, counts = self._selection.by2(a, b)
        first, second = self._selection.index.column(a), self._selection.index.column(b)
        codes = self._selection._codes(first) * len(second.labels) + self._selection._codes(second)  # noqa: SLF001
        sums = self._sums(codes, len(first.labels) * len(second.labels))
        whole = sums.reshape(len(first.labels), len(second.labels), len(SHOWN))
        return labels, other, whole[: counts.shape[0], : counts.shape[1]]

    def rolling(self, days: int = 90, step: int = 1) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
        """Last days of windows of so many days, and the sums in each, as `Selection.rolling` has the counts."""
        return _windows(*self.by_period("day"), days, step)

    def by_period(self, period: str) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
        """First days of the periods and their sums, shape (periods, 3), without a gap."""
        days, places = self._selection._day_of_each  # noqa: SLF001
        sums = self._sums(places, len(days) + 1)[:-1]
        some = sums.any(axis=1)
        return regular(days[some], sums[some], period)

    def _sums(self, codes: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        keys = codes * len(SHOWN) + self._selection._of_bits(self._selection.index.group_codes)  # noqa: SLF001
        sums = np.bincount(keys, self._weights, minlength=size * len(SHOWN)).astype(np.float64)
        return sums.reshape(size, len(SHOWN))


_Sums = TypeVar("_Sums", np.int64, np.float64)


def _windows(
    starts: NDArray[np.datetime64], daily: NDArray[_Sums], days: int, step: int
) -> tuple[NDArray[np.datetime64], NDArray[_Sums]]:
    """Windows of days over what each day has: see `Selection.rolling`."""
    if not len(starts):
        return starts, daily
    sums = np.concatenate([np.zeros((1, len(SHOWN)), dtype=daily.dtype), np.cumsum(daily, axis=0)])
    ends = np.arange(len(starts), min(days, len(starts)) - 1, -step)[::-1]
    return starts[ends - 1], sums[ends] - sums[np.maximum(ends - days, 0)]
