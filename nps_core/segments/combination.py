"""The worst combination of two attributes, named only where neither attribute alone accounts for it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.charts.axes import points_axis
from nps_core.charts.spec import NO_CAPTION, Caption, Chart, names_of
from nps_core.filters import NO_VALUE
from nps_core.formatting import as_read, format_count, format_nps, plural, short, size_words, with_interval
from nps_core.score.chart import score_columns, score_series
from nps_core.score.design import samples_of
from nps_core.score.difference import holm
from nps_core.score.estimate import LEVEL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nps_core.scope import Scope
    from nps_core.score.design import Samples
    from nps_core.score.difference import Difference
    from nps_core.score.estimate import Estimate

FEWEST_RESPONSES, FEWEST_CLUSTERS = 30, 10
"""Of a combination that is looked at: with fewer accounts more than one survey in twenty would name one by chance."""

MOST_VALUES = 50
"""An attribute of more values is a list of names; two of them would be thousands of combinations."""

_LEAST_ERRORS = 1.6  # standard errors of independent responses: accounts only widen them
_NAME_LENGTH = 60


@dataclass(frozen=True)
class Combination:
    """Two values that go together with a lower NPS than either does elsewhere.

    Parameters
    ----------
    attributes, labels
        The two attributes, and a value of each.
    estimate
        Its NPS with its interval.
    difference
        Less all others (that have a value of both).
    from_first, from_second
        Less the others with the same first value, and with the same second value.
    others
        NPS of the others with the same first value, and with the same second value.
    p_adjusted
        The larger p-value of the last two differences, adjusted (Holm) for the combinations that stand out.
    looked_at
        How many combinations were compared with all others.
    """

    attributes: tuple[str, str]
    labels: tuple[str, str]
    estimate: Estimate
    difference: Difference
    from_first: Difference
    from_second: Difference
    others: tuple[Estimate, Estimate]
    p_adjusted: float
    looked_at: int
    caption: Caption = NO_CAPTION

    @property
    def title(self) -> str:
        """The combination and how far it is below the others."""
        return f"{self.name} scores {size_words(self.difference.points)} below the others"

    @property
    def name(self) -> str:
        """Both values with their attributes: Plan “Starter” with Region “APAC”."""
        first, second = (
            f"{short(as_read(attribute), _NAME_LENGTH)} “{short(label, _NAME_LENGTH)}”"
            for attribute, label in zip(self.attributes, self.labels, strict=True)
        )
        return f"{first} with {second}"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Its figures beside those of each value elsewhere."""
        own = self.estimate
        from_whom = f" from {plural(own.clusters, own.unit)}" if own.unit != "response" else ""
        one, other = (format_nps(float(score.nps)) for score in self.others)
        said = (
            f"{self.name}: NPS {with_interval(float(own.nps), float(own.low), float(own.high))}, n"
            f" {format_count(own.n)}{from_whom}. Neither value alone accounts for it: the others with “"
            f"{short(self.labels[0], _NAME_LENGTH)}” have {one},"
            f" the others with “{short(self.labels[1], _NAME_LENGTH)}”"
            f" {other}."
        )
        return (said,)

    def chart(self) -> Chart:
        """The combination beside the others of either value, a dot and an interval each."""
        scores = [self.estimate, *self.others]
        series = score_series(scores, colours=["accent", "quiet", "quiet"], hover=self._names)
        title = self.title
        return Chart(
            kind="dots",
            name="segments-combination",
            title=title,
            subtitle=self.caption.subtitle,
            origin=(
                f"{self.caption.source}"
                f" Lines: 95% intervals. The worst of {plural(self.looked_at, 'combination')} (Holm)."
            ),
            alt=f"{title}. {' '.join(self.sentences)}",
            rows=self.table,
            n=float(sum(score.n for score in scores)),
            categories=names_of(self._names),
            series=(series,),
            columns=score_columns(scores),
            asides=tuple(f"n {format_count(score.n)}" for score in scores),
            axis=points_axis([*series.low, *series.high]),
        )

    @property
    def _names(self) -> list[str]:
        first, second = (short(label) for label in self.labels)
        return [f"{first} with {second}", f"other {first}", f"other {second}"]

    def table(self) -> pd.DataFrame:
        """The figures behind the chart, unrounded."""
        scores = [self.estimate, *self.others]
        return pd.DataFrame(
            {
                "who": self._names,
                "nps": [float(score.nps) for score in scores],
                "low": [float(score.low) for score in scores],
                "high": [float(score.high) for score in scores],
                "responses": [int(score.n) for score in scores],
                "difference": [float("nan"), float(self.from_first.points), float(self.from_second.points)],
                "p_adjusted": [self.p_adjusted] * len(scores),
            }
        )


def find_worst_combination(scope: Scope, *, level: float = LEVEL) -> Combination | None:
    """The lowest combination of two values that neither chance nor either value accounts for; None for none.

    Every pair of values of two attributes with 30 responses and 10 accounts is compared with all others (Holm over all
    of them). Those below are then compared with the others of the same first value and with those of the same second
    value; the larger p-value counts (Berger 1982), adjusted (Holm) for those that got so far. So a segment that is low
    everywhere names no combination.

    Raises
    ------
    FilterError
        A filter that names what is not in the survey.

    References
    ----------
    Berger (1982), Technometrics 24. Holm (1979), Scandinavian Journal of Statistics 6.
    """
    names_of_both = () if scope.picks_by_score else combinations(_compared(scope), 2)
    tables = [table for names in names_of_both for table in _tables(scope, names)]
    if not tables:
        return None
    adjusted = holm(np.concatenate([table.p_values for table in tables]))
    starts = np.cumsum([0, *(len(table.places) for table in tables)])
    below = [
        table.places[adjusted[start : start + len(table.places)] < 1 - level]
        for table, start in zip(tables, starts, strict=False)
    ]
    again = holm(np.concatenate([_beside_parents(*of) for of in zip(tables, below, strict=True)]))
    found = [(table, place) for table, places in zip(tables, below, strict=True) for place in places]
    named = [
        (table.points[place], number)
        for number, (table, place) in enumerate(found)
        if again[number] < 1 - level
    ]
    if not named:
        return None
    number = min(named)[1]
    return _combination(scope, *found[number], float(again[number]), int(starts[-1]), level)


@dataclass(frozen=True, eq=False)
class _Table:
    """The combinations of two attributes that occur: samples, their values, and those that are looked at."""

    names: tuple[str, str]
    labels: tuple[tuple[str, ...], tuple[str, ...]]
    first: NDArray[np.intp]
    second: NDArray[np.intp]
    samples: Samples
    places: NDArray[np.intp]

    @property
    def points(self) -> NDArray[np.float64]:
        """The NPS of each less that of all others."""
        return _from_others(self.samples.counts)[0]

    @property
    def p_values(self) -> NDArray[np.float64]:
        """Of those that are looked at and may be below the others; 1 of the rest, which are none the less counted."""
        tested = self.places[_may_be_below(self.samples.counts)[self.places]]
        found = np.ones(len(self.samples))
        found[tested] = _p_values(self.samples, tested)
        return found[self.places]


def _from_others(counts: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The NPS of each sample less that of all others, on -2..2, and its standard error if responses are independent."""
    parts = []
    for groups in (counts, counts.sum(axis=0) - counts):
        with np.errstate(invalid="ignore", divide="ignore"):
            n = groups.sum(axis=1)
            theta = (groups[:, 0] - groups[:, 2]) / n
            parts.append((theta, ((groups[:, 0] + groups[:, 2]) / n - theta**2) / n))
    (ours, own), (theirs, other) = parts
    return ours - theirs, np.sqrt(own + other)


def _may_be_below(counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Below the others, and not so little that even of independent responses nothing could come of it."""
    points, error = _from_others(counts)
    return np.nan_to_num(points) < -_LEAST_ERRORS * np.nan_to_num(error)


def _p_values(samples: Samples, tested: NDArray[np.intp]) -> NDArray[np.float64]:
    """Of some samples, each against all others."""
    if not len(tested):
        return np.ones(0)
    whole = samples.merged(np.ones(len(samples), dtype=np.bool_))
    away = samples.picked(tested).beside(whole, np.zeros(len(tested))).difference(limits=False)
    return np.where(away.too_few, 1.0, away.p_value)


def _beside_parents(table: _Table, places: NDArray[np.intp]) -> NDArray[np.float64]:
    """The larger p-value of some combinations beside the others of either value; 1 where one is not below both."""
    found = np.zeros(len(table.samples))
    for values in (table.first, table.second):
        for value in np.unique(values[places]):
            own = np.flatnonzero(values == value)
            of_value = table.samples.picked(own)
            mine = np.isin(own, places)
            tested = np.flatnonzero(mine & _may_be_below(of_value.counts))
            p = np.ones(len(own))
            p[tested] = _p_values(of_value, tested)
            found[own] = np.maximum(found[own], p)
    return found[places]


def _combination(
    scope: Scope, table: _Table, place: int, p_adjusted: float, looked_at: int, level: float
) -> Combination:
    ours = np.arange(len(table.samples)) == place
    differences, others = [], []
    for values in (np.zeros_like(table.first), table.first, table.second):
        into = np.where(ours, 0, np.where(values == values[place], 1, -1))
        both = table.samples.combined(into, 2)
        differences.append(both.contrast([[0], [1]], (1, -1), level=level)[0])
        others.append(both.estimate(level=level)[1])
    return Combination(
        attributes=table.names,
        labels=(table.labels[0][table.first[place]], table.labels[1][table.second[place]]),
        estimate=table.samples.picked([place]).one(level=level),
        difference=differences[0],
        from_first=differences[1],
        from_second=differences[2],
        others=(others[1], others[2]),
        p_adjusted=p_adjusted,
        looked_at=looked_at,
        caption=scope.caption,
    )


def _compared(scope: Scope) -> list[str]:
    """Attributes with two values or more that combinations can be large enough of."""
    found = []
    for name in scope.survey.attributes:
        table = scope.counts.by(name)
        named = np.array([label != NO_VALUE for label in table.labels], dtype=np.bool_)
        large = np.count_nonzero(table.n[named] >= FEWEST_RESPONSES)
        if (
            np.count_nonzero(table.n[named]) > 1
            and 0 < large <= MOST_VALUES
            and len(table.labels) <= 20 * MOST_VALUES
        ):
            found.append(name)
    return found


def _tables(scope: Scope, names: tuple[str, str]) -> Iterator[_Table]:
    """The table of two attributes; none where nothing in it is large enough."""
    counts = scope.counts
    one, other, table = counts.by2(*names)
    first, second = np.nonzero(table.any(axis=2))
    named = (np.array(one)[first] != NO_VALUE) & (np.array(other)[second] != NO_VALUE)
    samples = samples_of(counts.clustered(counts.unit_here, names), unit=counts.unit_here).picked(named)
    first, second = first[named], second[named]
    large = (samples.n >= FEWEST_RESPONSES) & (samples.clusters >= FEWEST_CLUSTERS)
    rest_n = samples.n.sum() - samples.n
    places = np.flatnonzero(large & (rest_n >= FEWEST_RESPONSES))
    if len(places):
        yield _Table(names, (one, other), first, second, samples, places)
