"""Counts of a table that stays where it is, worked out of the few cells that its engine gives."""

from __future__ import annotations

from functools import cached_property, lru_cache, reduce
from typing import TYPE_CHECKING

import numpy as np

from nps_core.counts.clusters import FEWEST, ClusterSums
from nps_core.counts.index import KEPT_SELECTIONS, Index
from nps_core.counts.patterns import Patterns
from nps_core.counts.periods import regular, windows
from nps_core.counts.protocol import Answers, Table
from nps_core.counts.selection import MOST_CELLS
from nps_core.engine.columns import NO_DAY
from nps_core.engine.comments import KIND
from nps_core.engine.counted import Counted, counted_responses
from nps_core.engine.responses import TableResponses
from nps_core.errors import EngineError, FilterError
from nps_core.filters import Filters

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable, Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray
    from nps_core.counts.protocol import Days, Sums
    from nps_core.counts.selection import Selection
    from nps_core.engine.columns import Cells, Codes, Key
    from nps_core.survey import Elsewhere

_GROUPS = 3


class EngineIndex(TableResponses):
    """The responses of a table under any filters: what a survey holds in the place of an index of those in memory."""

    @cached_property
    def select(self) -> Callable[..., EngineCounts]:
        """The counts of the responses that pass all of some filters; the last answers are kept.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        """
        return lru_cache(KEPT_SELECTIONS)(self._select)

    def narrowed(self, filters: Filters) -> EngineIndex:
        """Those that pass a filter, which is part of every statement from now on."""
        return EngineIndex(
            self.source.narrowed(filters),
            self.sample.iloc[self.sampled((filters,)).rows].reset_index(drop=True),
            self.attributes,
            measures=self.measures,
            ends=self.ends,
            as_of=self.as_of,
            share=self.share,
            all_comments=self.all_comments,
        )

    def counted(self) -> pd.DataFrame:
        """All of them as `Survey.responses` has them, but comments and names; see `counted_responses`."""
        return counted_responses(self)

    def held(self, responses: pd.DataFrame, attributes: tuple[str, ...]) -> Elsewhere:
        """What was made of them for somebody, in the place of the table."""
        index = Index(responses, attributes, measures=self.measures, ends=self.ends)
        return Counted(self.as_of, responses, index)

    def _select(self, *filters: Filters) -> EngineCounts:
        self.source.where(filters)  # what is unknown is told at once
        if len({one.text for one in filters} - {""}) <= 1:  # as one, which kept answers may serve
            filters = tuple(filter(None, [reduce(Filters.narrowed, filters, Filters())]))
        return EngineCounts(self, filters)


class EngineCounts:
    """The responses of a table that pass some filters; see `nps_core.counts.Counts`.

    What names single responses (`mask`, `rows`, `commented`, `periods`, `cluster_codes`) is of the sample that is here:
    `Survey.responses` holds no others.

    Parameters
    ----------
    responses
        Those of the table, and its sample.
    filters
        Which of the responses; all of them must be passed.
    """

    def __init__(self, responses: TableResponses, filters: tuple[Filters, ...]) -> None:
        self._responses = responses
        self._filters = filters

    @property
    def n(self) -> int:
        """How many responses."""
        return sum(self.groups())

    @property
    def undated(self) -> int:
        """How many of them have no date."""
        codes, counts = self._cells("date")
        return int(counts[codes[0] == NO_DAY].sum())

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day that have responses; None when none is dated."""
        days = self._daily[0]
        return (days[0].item(), days[-1].item()) if len(days) else None

    @property
    def mask(self) -> NDArray[np.bool_]:
        """One truth value for each response of the sample, to be read only."""
        return self._sampled.mask

    @property
    def rows(self) -> NDArray[np.int64]:
        """Their positions in the sample, ascending."""
        return self._sampled.rows

    @property
    def commented(self) -> tuple[NDArray[np.intp], NDArray[np.integer]]:
        """Positions in the sample, whose responses all have a comment, and their groups by the place in GROUPS."""
        return self._sampled.commented

    def groups(self) -> tuple[int, int, int]:
        """Promoters, passives, detractors."""
        happy, neutral, unhappy = self._cells().counts.sum(axis=0).tolist()
        return happy, neutral, unhappy

    def histogram(self) -> CountArray:
        """Responses with each score of the scale, lowest first; all 0 for group words."""
        scores = np.zeros(self._responses.n_scores, dtype=np.int64)
        if self._responses.source.columns.scores:
            codes, counts = self._cells("score")
            scores[codes[0]] = counts.sum(axis=1)
        return scores

    def labels(self, attribute: str) -> tuple[str, ...]:
        """The values that the survey has of an attribute, whatever the filters; `NO_VALUE` last."""
        return self._responses.source.labels(attribute)

    def splits(self, attribute: str) -> tuple[Hashable, ...]:
        """For each value that the survey has: equal where two set the same responses apart from the same others."""
        return self._responses.splits(attribute)

    def by(self, attribute: str) -> Table:
        """Counts of each value of an attribute."""
        labels = self.labels(attribute)
        return Table(*_without_empty(labels, self._table((attribute,), (len(labels),))))

    def by2(self, a: str, b: str) -> tuple[tuple[str, ...], tuple[str, ...], CountArray]:
        """Labels of two attributes and the counts of each pair of values; shape (labels a, labels b, 3)."""
        sizes = self._sizes(a, b)
        counts = self._table((a, b), sizes)
        one, counts = _without_empty(self.labels(a), counts)
        other, turned = _without_empty(self.labels(b), counts.swapaxes(0, 1))
        return one, other, turned.swapaxes(0, 1)

    def values(self, measure: str) -> tuple[NDArray[np.float64], CountArray]:
        """The distinct answers to a CSAT or CES question, ascending, and how many gave each."""
        labels = self.labels(measure)
        counts = self._table((measure,), (len(labels),)).sum(axis=1)
        return np.array(labels[:-1], dtype=np.float64), counts[:-1]

    def answers(self, measure: str, attribute: str | None = None, *, period: str | None = None) -> Answers:
        """Each answer to a CSAT or CES question with its cluster, and with its value of an attribute or its period."""
        further: tuple[Key, ...] = (
            (attribute,) if attribute is not None else (("date", period),) if period is not None else ()
        )
        clusters, codes, counts = self._by_cluster(self.unit_here, measure, *further)
        labels = self.labels(measure)
        known = codes[0] < len(labels) - 1
        times = counts.sum(axis=1)[known]

        def each(values: NDArray[np.int64]) -> NDArray[np.int64]:
            return np.repeat(values[known], times)

        return Answers(
            np.array(labels[:-1], dtype=np.float64)[each(codes[0])],
            each(clusters),
            each(codes[1] if further else np.zeros_like(clusters)),
        )

    def periods(self, period: str) -> tuple[Days, NDArray[np.integer]]:
        """First days of the periods of the sample, and the place in them of each of its responses; -1 undated."""
        return self._sampled.periods(period)

    def by_period(self, period: str) -> tuple[Days, CountArray]:
        """First days of the periods, without gaps, and their counts, shape (periods, 3)."""
        return regular(*self._daily, period)

    def by_period_and(self, period: str, attribute: str) -> tuple[Days, tuple[str, ...], CountArray]:
        """First days of the periods, labels, and counts of each pair; shape (periods, labels, 3)."""
        labels = self.labels(attribute)
        (firsts, codes), counts = self._cells(("date", period), attribute)
        dated = firsts != NO_DAY
        days, place = np.unique(firsts[dated], return_inverse=True)
        table = np.zeros((len(days), len(labels), _GROUPS), dtype=np.int64)
        np.add.at(table, (place, codes[dated]), counts[dated])
        starts, table = regular(days.astype("datetime64[D]"), table, period)
        kept = len(labels) - (not table[:, -1].any())
        return starts, labels[:kept], table[:, :kept]

    def rolling(self, days: int = 90, step: int = 1) -> tuple[Days, CountArray]:
        """Last days of windows of so many days, and the counts in each; shape (windows, 3)."""
        return windows(*self.by_period("day"), days, step)

    def last_days(self, attribute: str) -> tuple[tuple[str, ...], Days]:
        """Labels of an attribute, and the last day that each has a response; missing left out."""
        labels = self.labels(attribute)
        last = np.full(len(labels), np.datetime64("NaT", "D"))
        for code, day in self._responses.source.last_days(self._filters, attribute).items():
            last[code] = np.int64(day).astype("datetime64[D]")
        return labels[:-1], last[:-1]

    @property
    def unit(self) -> str | None:
        """What the survey's responses are clustered by: "account", "respondent" or None."""
        return self._responses.unit

    @cached_property
    def unit_here(self) -> str | None:
        """The same; but where 1 to 4 accounts are left, "respondent", or None where none of the survey repeats."""
        few = self.unit == "account" and 0 < self.clustered("account").clusters[0] < FEWEST
        return self._responses.unit_below if few else self.unit

    def cluster_codes(self, unit: str | None) -> NDArray[np.int32]:
        """The cluster of each response of the sample; -1 for one of its own."""
        return self._sampled.cluster_codes(unit)

    def clustered(
        self,
        unit: str | None,
        attribute: str | tuple[str, str] | None = None,
        *,
        among: NDArray[np.bool_] | None = None,
        period: str | None = None,
    ) -> ClusterSums:
        """Counts of cells (all, some values, pairs of values, periods), and what each cluster has in each of them.

        Raises
        ------
        FilterError
            An attribute that the survey does not have, or two with millions of pairs of values.
        ValueError
            No such unit or period, or both an attribute and a period.
        """
        if period is not None and attribute is not None:
            raise ValueError("Cells are those of an attribute or of a period, not of both.")
        names: tuple[Key, ...] = (attribute,) if isinstance(attribute, str) else attribute or ()
        clusters, codes, counts = self._by_cluster(unit, *(names if period is None else (("date", period),)))
        n = self._n_clusters(unit)
        if period is not None:
            starts = self.by_period(period)[0]
            dated = codes[0] != NO_DAY
            clusters, counts = clusters[dated], counts[dated]
            cell = np.searchsorted(starts.astype(np.int64), codes[0][dated])
            return _sums(tuple(map(str, starts)), cell, clusters, counts, n)
        labels = [self.labels(str(name)) for name in names]
        sizes = self._sizes(*map(str, names))
        cell = np.zeros(len(counts), dtype=np.int64)
        for own, size in zip(codes, sizes, strict=True):
            cell = cell * size + own
        if len(names) == 1:
            kept = sizes[0] - (not (cell == sizes[0] - 1).any())
            if among is None:
                return _sums(labels[0][:kept], cell, clusters, counts, n)
            asked = among[cell]
            there, cell = np.unique(cell[asked], return_inverse=True)
            some = tuple(labels[0][at] for at in there.tolist())
            return _sums(some, cell, clusters[asked], counts[asked], n)
        if not names:
            return _sums(("",), cell, clusters, counts, n)
        there, cell = np.unique(cell, return_inverse=True)
        joined = tuple(f"{labels[0][at // sizes[1]]} · {labels[1][at % sizes[1]]}" for at in there.tolist())
        return _sums(joined, cell, clusters, counts, n)

    def ahead(self, *cells: tuple[str, ...], period: str | None = None) -> None:
        """Ask for cells of some columns, and within periods where one is given, by cluster: in one statement."""
        within: tuple[Key, ...] = (("date", period),) if period else ()
        self._responses.ahead(self._filters, [(*own, *within) for own in cells])

    def kinds(
        self, unit: str | None, assign: Callable[[Sequence[str | None]], Sequence[str | None]]
    ) -> tuple[tuple[str, ...], Codes, Codes, CountArray]:
        """What kinds of comments there are, and of each kind and cluster: its place in them, its cluster, its counts.

        Of every comment, told on the engine by `assign`; see `with_kinds`.
        """
        source = self._responses.with_kinds(assign)
        keys: tuple[Key, ...] = (KIND,) if unit is None else (KIND, ("unit", unit))
        codes, counts = source.cells(self._filters, keys)
        labels = source.labels(KIND)[:-1]
        said = codes[0] < len(labels)
        clusters = codes[1] if unit else np.full(len(counts), -1)
        return labels, codes[0][said], clusters[said], counts[said].astype(np.int64)

    def patterns(self, unit: str | None, names: Sequence[str]) -> Patterns:
        """Counts of responses by cluster and by their values of several attributes or measures together."""
        clusters, codes, counts = self._by_cluster(unit, *names)
        whole = np.array(codes, dtype=np.int64).reshape(len(names), len(counts))
        distinct, pattern = np.unique(whole, axis=1, return_inverse=True)
        order = np.lexsort((clusters, pattern))
        return Patterns(
            tuple(self.labels(name) for name in names),
            distinct.T,
            pattern[order].astype(np.int64),
            clusters[order],
            counts[order].astype(np.int64),
            self._n_clusters(unit),
        )

    def weighted(self, weights: NDArray[np.float64]) -> Sums:  # noqa: ARG002 - as the protocol has it
        """Nothing: there is no weight of each response here.

        Raises
        ------
        EngineError
            Always.
        """
        raise EngineError(
            "Responses of a table cannot be weighted one by one.", hint="Export those you want to weight."
        )

    @cached_property
    def _daily(self) -> tuple[Days, CountArray]:
        codes, counts = self._cells("date")
        dated = codes[0] != NO_DAY
        return codes[0][dated].astype("datetime64[D]"), counts[dated].astype(np.int64)

    @cached_property
    def _sampled(self) -> Selection:
        return self._responses.sampled(self._filters)

    def _cells(self, *keys: Key) -> Cells:
        return self._responses.cells(self._filters, keys)

    def _by_cluster(self, unit: str | None, *keys: Key) -> tuple[Codes, tuple[Codes, ...], CountArray]:
        """The cluster of each cell, -1 for none, its codes by some keys, and its counts."""
        if unit is None:
            found = self._cells(*keys)
            return np.full(len(found.counts), -1), found.codes, found.counts
        if unit not in ("account", "respondent"):
            raise ValueError(f"There is no unit “{unit}”; there are account, respondent and None.")
        # The cluster last: so cells come as sums have them, and nothing need be put in order again.
        (*codes, clusters), counts = self._cells(*keys, ("unit", unit))
        return clusters, tuple(codes), counts

    def _table(self, names: tuple[str, ...], sizes: tuple[int, ...]) -> CountArray:
        codes, counts = self._cells(*names)
        table = np.zeros((*sizes, _GROUPS), dtype=np.int64)
        table[codes] = counts
        return table

    def _sizes(self, *names: str) -> tuple[int, ...]:
        sizes = tuple(len(self.labels(name)) for name in names)
        if len(sizes) > 1 and sizes[0] * sizes[1] > MOST_CELLS:
            raise FilterError(
                f"“{names[0]}” against “{names[1]}” has {sizes[0] * sizes[1]:,} pairs.",
                hint="Pick attributes of fewer values.",
            )
        return sizes

    def _n_clusters(self, unit: str | None) -> int:
        return self._responses.source.clusters(unit).n if unit else 0


def _without_empty(labels: tuple[str, ...], counts: CountArray) -> tuple[tuple[str, ...], CountArray]:
    """The last of the labels, that of what is missing, only if something is."""
    kept = len(labels) - (not counts[-1].any())
    return labels[:kept], counts[:kept]


def _sums(
    labels: tuple[str, ...],
    cell: NDArray[np.int64],
    clusters: NDArray[np.int64],
    counts: CountArray,
    n_clusters: int,
) -> ClusterSums:
    """Counts by cell and cluster, in this order, as sums: those of no cluster are clusters of their own."""
    alone = clusters < 0
    every, single = (_added(cell[own], counts[own], len(labels)) for own in (slice(None), alone))
    if alone.any():
        cell, clusters, counts = cell[~alone], clusters[~alone], counts[~alone]
    size, net = counts.sum(axis=1, dtype=np.int64), counts[:, 0] - counts[:, 2]
    return ClusterSums(labels, every, single, cell, clusters, size, net, n_clusters)


def _added(cell: NDArray[np.int64], counts: CountArray, n: int) -> CountArray:
    """The counts of each of so many cells, which come in order."""
    table = np.zeros((n, _GROUPS), dtype=np.int64)
    first = np.flatnonzero(np.diff(cell, prepend=-1))
    if len(first):
        table[cell[first]] = np.add.reduceat(counts, first, axis=0, dtype=np.int64)
    return table
