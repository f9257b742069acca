"""A selection of responses, and every count of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nps_core.counts.bitmaps import WORD, as_mask, popcount, popcounts, popcounts_between
from nps_core.counts.clustered import PAIRS, Clustered
from nps_core.counts.clusters import FEWEST, NO_PAIRS, ClusterSums
from nps_core.counts.columns import SHOWN
from nps_core.counts.patterns import find_patterns
from nps_core.counts.periods import regular, starts_of, windows
from nps_core.counts.protocol import Answers, Table
from nps_core.counts.weighted import Weighted
from nps_core.errors import FilterError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import Bits, CountArray
    from nps_core.counts.columns import Column, Columns
    from nps_core.counts.patterns import Patterns

MOST_CELLS = 3_000_000
"""A table of two attributes with more pairs of values is refused: nobody reads it, and it fills memory."""


class Selection:
    """The responses that pass some filters, and every count of them.

    Made by `Index.select`. Counts come in the order promoters, passives, detractors.
    """

    def __init__(self, index: Columns, part: slice, bits: Bits, picked: dict[str, list[int]]) -> None:
        self.index = index
        self._part = part
        self._bits = bits
        self._picked = picked
        self._kept: dict[str, tuple[Clustered, Selection]] = {}
        self._tables: dict[str, Table] = {}

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
        mask = self.index.layout.unpack(self._whole)
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
        rows, places, groups = self.index.commented
        mine = np.flatnonzero(as_mask(self._whole)[places])
        return rows[mine], groups[mine]

    def histogram(self) -> CountArray:
        """Responses with each score of the scale, lowest first; all 0 for a file of group words."""
        return popcounts(self.index.scores[:, self._part], self._bits[None])[:, 0]

    def splits(self, attribute: str) -> tuple[Hashable, ...]:
        """For each value that the survey has: equal where two set the same responses apart from the same others."""
        return self.index.splits(attribute)

    def by(self, attribute: str) -> Table:
        """Counts of each value of an attribute."""
        if attribute not in self._tables:
            column = self.index.column(attribute)
            counts = self._cells(column)[0] if column.bits is None else self._by_bits(attribute, column.bits)
            counts.flags.writeable = False
            kept = len(column.labels) - (not counts[-1].any())
            self._tables[attribute] = Table(column.labels[:kept], counts[:kept])
        return self._tables[attribute]

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

    def answers(self, measure: str, attribute: str | None = None, *, period: str | None = None) -> Answers:
        """Each answer to a CSAT or CES question with its cluster, and with its value of an attribute or its period.

        Raises
        ------
        FilterError
            A question or an attribute that the survey does not have.
        """
        column = self.index.column(measure)
        answered = self._places[column.codes.take(self._places) < len(column.labels) - 1]
        given = np.array(column.labels[:-1], dtype=np.float64)[column.codes.take(answered)]
        cells = np.zeros(len(answered), dtype=np.int64)
        if attribute is not None:
            cells = self.index.column(attribute).codes.take(answered).astype(np.int64)
        elif period is not None:
            starts, codes = self.index.period_codes(period)
            cells = np.append(starts, np.datetime64("NaT")).astype(np.int64)[codes.take(answered)]
        unit = self.unit_here
        alone = np.full(len(answered), -1, dtype=np.int32)
        return Answers(given, self.index.clusters(unit).numbers(answered) if unit else alone, cells)

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
            first = int(np.searchsorted(self.index.layout.days, days[0])) if len(days) else 0
            of_day = np.append(np.cumsum(np.isin(np.arange(len(days)), fresh)) - 1, len(fresh))
            own = np.minimum(self._days_of_each - first, len(days))
            counts = self._cells(column, of_day[own], len(fresh) + 1)[:-1]
        some = counts.any(axis=(1, 2))
        begins, table = regular(firsts[fresh][some], counts[some], period)
        kept = len(column.labels) - (not table[:, -1].any())
        return begins, column.labels[:kept], table[:, :kept]

    def rolling(self, days: int = 90, step: int = 1) -> tuple[NDArray[np.datetime64], CountArray]:
        """Last days of windows of so many days, and the counts in each; shape (windows, 3).

        The last window ends on the last day with responses, the others `step` days apart before it. The
        first is the first that is whole; when all responses fit into one window, that one is given.
        """
        return windows(*self.by_period("day"), days, step)

    def cluster_codes(self, unit: str | None) -> NDArray[np.int32]:
        """The cluster of each of `Survey.responses` by "account" or "respondent"; -1 for what is one of its own."""
        return self.index.units.of(unit)

    @property
    def unit(self) -> str | None:
        """What the survey's responses are clustered by, whatever the filters: see `Units`."""
        return self.index.units.unit

    @cached_property
    def unit_here(self) -> str | None:
        """The same; but where 1 to 4 accounts are left, respondents, or nothing where none of the survey repeats."""
        few = self.unit == "account" and 0 < self.clustered("account").clusters[0] < FEWEST
        return self.index.units.below if few else self.unit

    def clustered(
        self,
        unit: str | None,
        attribute: str | tuple[str, str] | None = None,
        *,
        among: NDArray[np.bool_] | None = None,
        period: str | None = None,
    ) -> ClusterSums:
        """Counts of cells, and what each cluster has in each of them: what an honest interval is made from.

        Parameters
        ----------
        unit
            "account", "respondent", or None: then each response is a cluster of its own.
        attribute
            What the cells are the values of, labelled as by `by`; or two attributes, of which only the pairs that
            occur are cells, with joined labels. Without it all responses are one cell.
        among
            For each row of `by(attribute)` whether it is asked for; only those that are, and occur, are cells then.
        period
            Instead of an attribute, the calendar period: cells are those of `by_period`, without a gap; responses
            without a date are in none.

        Raises
        ------
        FilterError
            An attribute that the survey does not have, or two with millions of pairs of values.
        ValueError
            No such unit or period, or both an attribute and a period.
        """
        if period is not None:
            if attribute is not None:
                raise ValueError("Cells are those of an attribute or of a period, not of both.")
            return self._clustered_by_period(unit, period)
        names = (attribute,) if isinstance(attribute, str) else attribute or ()
        labels, counts = _table_of(self, names)
        there = np.asarray(counts.any(axis=-1))
        if among is not None:
            there &= among
        if unit is None:
            single, pairs, n = counts, NO_PAIRS, 0
        else:
            by, alone = self._by(unit)
            single, n = np.zeros_like(counts), by.n
            if alone.n:
                found = _table_of(alone, names)[1]
                single[tuple(slice(size) for size in found.shape)] = found
            pairs = by.pairs(names, there)
        if len(names) == 2 or among is not None:  # noqa: PLR2004 - a pair
            kept = np.flatnonzero(there)
            labels = tuple(labels[cell] for cell in kept.tolist())
            counts, single = (table.reshape(-1, len(SHOWN))[kept] for table in (counts, single))
            pairs = pairs._replace(cell=np.searchsorted(kept, pairs.cell))
        counts, single = (table.reshape(-1, len(SHOWN)) for table in (counts, single))
        return ClusterSums(labels, counts, single, *pairs, n)

    def ahead(self, *cells: tuple[str, ...], period: str | None = None) -> None:
        """Nothing: all of it is here."""

    def patterns(self, unit: str | None, names: Sequence[str]) -> Patterns:
        """Responses by cluster and by their values of several attributes or measures together.

        Raises
        ------
        FilterError
            An attribute or measure that the survey does not have.
        """
        columns, places = [self.index.column(name) for name in names], self._places
        clusters = None if unit is None else self.index.clusters(unit)
        return find_patterns(
            [column.labels for column in columns],
            [column.codes.take(places) for column in columns],
            np.full(len(places), -1, dtype=np.int32) if clusters is None else clusters.numbers(places),
            self.index.group_codes.take(places),
            0 if clusters is None else clusters.n,
        )

    def last_days(self, attribute: str) -> tuple[tuple[str, ...], NDArray[np.datetime64]]:
        """Labels of an attribute, and the last day that each has a response (NaT for none); missing left out."""
        column = self.index.column(attribute)
        days, places = self.index.layout.days, self._days_of_each
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
        return Weighted(self.index, self._places, spread.take(self._places))

    def _clustered_by_period(self, unit: str | None, period: str) -> ClusterSums:
        starts, counts = self.by_period(period)
        labels = tuple(str(start) for start in starts)
        if unit is None:
            return ClusterSums(labels, counts, counts, *NO_PAIRS, 0)
        by, alone = self._by(unit)
        begins, found = alone.by_period(period)
        single = np.zeros_like(counts)
        single[np.searchsorted(starts, begins)] = found
        return ClusterSums(labels, counts, single, *by.pairs_by_period(period, starts), by.n)

    def _by(self, unit: str) -> tuple[Clustered, Selection]:
        """The responses by cluster, and those that are clusters of their own."""
        if unit not in self._kept:
            by = Clustered(self.index, unit, self._whole)
            self._kept[unit] = by, Selection(self.index, self._part, by.single[self._part], {})
        return self._kept[unit]

    @property
    def _whole(self) -> Bits:
        """The bits of all words, not only of those that the days lie in."""
        whole = np.zeros_like(self.index.everything)
        whole[self._part] = self._bits
        return whole

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
    def _days_of_each(self) -> NDArray[np.intp]:
        """The place of each response's day in the days of the survey; undated ones have one more."""
        return self.index.layout.day_of_word.take(self._places // WORD)

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
        keys += self.index.group_codes.take(self._places)
        cells = size * len(column.labels) * len(SHOWN)
        return np.bincount(keys, minlength=cells).reshape(size, len(column.labels), len(SHOWN))

    def _codes(self, column: Column) -> NDArray[np.int64]:
        return column.codes.take(self._places).astype(np.int64)

    @cached_property
    def _places(self) -> NDArray[np.intp]:
        """The bits that are set, ascending."""
        return np.asarray(np.flatnonzero(as_mask(self._bits)) + self._part.start * WORD)


def _table_of(selection: Selection, names: tuple[str, ...]) -> tuple[tuple[str, ...], CountArray]:
    """Labels of the cells of no, one or two attributes, and their counts: one axis an attribute, one for groups."""
    if not names:
        return ("",), np.array(selection.groups())
    if len(names) == 1:
        table = selection.by(names[0])
        return table.labels, table.counts
    one, other, counts = selection.by2(*names)
    return tuple(f"{a} · {b}" for a in one for b in other), counts
