"""What answers for a scope: every count that a figure is made from, wherever the rows are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray
    from nps_core.counts.clusters import ClusterSums
    from nps_core.counts.patterns import Patterns

    Days = NDArray[np.datetime64]
    Floats = NDArray[np.float64]


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


class Answers(NamedTuple):
    """The answers to a CSAT or CES question, one a response that gave one, in no order.

    Parameters
    ----------
    given
        The answers.
    clusters
        The number of the cluster of each by the unit that holds here (`unit_here`); -1 for one of its own.
    cells
        The place of its value among the labels of an attribute, or the first day of its period (since 1970, the least
        of all numbers without a date); 0 where neither was asked for.
    """

    given: Floats
    clusters: NDArray[np.integer]
    cells: NDArray[np.int64]


class Counts(Protocol):
    """Counts of the responses of a scope; `nps_core.counts.selection.Selection` has them in memory.

    Groups are counted in the order promoters, passives, detractors, on the last axis. Days are datetime64[D]. What
    names a column raises a `FilterError` when the survey has none of this name.
    """

    @property
    def n(self) -> int:
        """How many responses."""
        ...

    @property
    def undated(self) -> int:
        """How many of them have no date."""
        ...

    @property
    def span(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day that have responses; None when none is dated."""
        ...

    @property
    def mask(self) -> NDArray[np.bool_]:
        """One truth value for each of `Survey.responses`, to be read only."""
        ...

    @property
    def rows(self) -> NDArray[np.int64]:
        """Their positions in `Survey.responses`, ascending."""
        ...

    @property
    def commented(self) -> tuple[NDArray[np.intp], NDArray[np.integer]]:
        """Positions of the responses with a comment, ascending, and their groups by the place in GROUPS."""
        ...

    def groups(self) -> tuple[int, int, int]:
        """Promoters, passives, detractors: what `estimate` takes."""
        ...

    def histogram(self) -> CountArray:
        """Responses with each score of the scale, lowest first; all 0 for a file of group words."""
        ...

    def labels(self, attribute: str) -> tuple[str, ...]:
        """The values that the survey has of an attribute, whatever the filters; `NO_VALUE` last."""
        ...

    def splits(self, attribute: str) -> tuple[Hashable, ...]:
        """For each value that the survey has: equal where two set the same responses apart from the same others."""
        ...

    def by(self, attribute: str) -> Table:
        """Counts of each value of an attribute."""
        ...

    def by2(self, a: str, b: str) -> tuple[tuple[str, ...], tuple[str, ...], CountArray]:
        """Labels of two attributes and the counts of each pair of values; shape (labels a, labels b, 3)."""
        ...

    def values(self, measure: str) -> tuple[Floats, CountArray]:
        """The distinct answers to a CSAT or CES question, ascending, and how many gave each."""
        ...

    def answers(self, measure: str, attribute: str | None = None, *, period: str | None = None) -> Answers:
        """Each answer to a CSAT or CES question with its cluster, and with its value of an attribute or its period."""
        ...

    def periods(self, period: str) -> tuple[Days, NDArray[np.integer]]:
        """First days of the periods of the survey, and the place in them of each of `Survey.responses`; -1 undated."""
        ...

    def by_period(self, period: str) -> tuple[Days, CountArray]:
        """First days of the periods, without gaps, and their counts, shape (periods, 3)."""
        ...

    def by_period_and(self, period: str, attribute: str) -> tuple[Days, tuple[str, ...], CountArray]:
        """First days of the periods, labels, and counts of each pair; shape (periods, labels, 3)."""
        ...

    def rolling(self, days: int = 90, step: int = 1) -> tuple[Days, CountArray]:
        """Last days of windows of so many days, and the counts in each; shape (windows, 3)."""
        ...

    def last_days(self, attribute: str) -> tuple[tuple[str, ...], Days]:
        """Labels of an attribute, and the last day that each has a response; missing left out."""
        ...

    @property
    def unit(self) -> str | None:
        """What the survey's responses are clustered by: "account", "respondent" or None."""
        ...

    @property
    def unit_here(self) -> str | None:
        """The same; but where 1 to 4 accounts are left, "respondent", or None where none of the survey repeats."""
        ...

    def cluster_codes(self, unit: str | None) -> NDArray[np.int32]:
        """The cluster of each of `Survey.responses`; -1 for a response that is a cluster of its own."""
        ...

    def clustered(
        self,
        unit: str | None,
        attribute: str | tuple[str, str] | None = None,
        *,
        among: NDArray[np.bool_] | None = None,
        period: str | None = None,
    ) -> ClusterSums:
        """Counts of cells (all, some values, pairs of values, periods), and what each cluster has in each of them."""
        ...

    def ahead(self, *cells: tuple[str, ...], period: str | None = None) -> None:
        """Say what is to be asked for next by cluster: cells of some columns (with a period, of those within each).

        What is elsewhere is asked for at once then.
        """
        ...

    def patterns(self, unit: str | None, names: Sequence[str]) -> Patterns:
        """Counts of responses by cluster and by their values of several attributes or measures together."""
        ...

    def weighted(self, weights: Floats) -> Sums:
        """The same responses, each counting by its weight: one a response of the survey, 0 or more."""
        ...


class Sums(Protocol):
    """Sums of weights where `Counts` has counts."""

    def groups(self) -> tuple[float, float, float]:
        """Promoters, passives, detractors."""
        ...

    def histogram(self) -> Floats:
        """The weights of each score of the scale, lowest first."""
        ...

    def by(self, attribute: str) -> tuple[tuple[str, ...], Floats]:
        """Labels of an attribute and their sums, shape (labels, 3)."""
        ...

    def by2(self, a: str, b: str) -> tuple[tuple[str, ...], tuple[str, ...], Floats]:
        """Labels of two attributes and the sums of each pair of values."""
        ...

    def by_period(self, period: str) -> tuple[Days, Floats]:
        """First days of the periods and their sums, shape (periods, 3)."""
        ...

    def rolling(self, days: int = 90, step: int = 1) -> tuple[Days, Floats]:
        """Last days of windows of so many days, and the sums in each."""
        ...
