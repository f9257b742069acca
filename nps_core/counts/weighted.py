"""Sums of weights where a selection has counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nps_core.counts.bitmaps import WORD, as_mask
from nps_core.counts.columns import SHOWN
from nps_core.counts.periods import regular, windows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nps_core.counts.columns import Column, Columns


class Weighted:
    """Sums of weights where `Selection` has counts; made by `Selection.weighted`.

    Parameters
    ----------
    columns
        The columns of the survey.
    places
        The bits of the responses, ascending.
    weights
        One for each of them, 0 or more.
    """

    def __init__(self, columns: Columns, places: NDArray[np.intp], weights: NDArray[np.float64]) -> None:
        self._columns, self._places, self._weights = columns, places, weights

    def groups(self) -> tuple[float, float, float]:
        """Promoters, passives, detractors."""
        happy, neutral, unhappy = self._sums(np.zeros(len(self._weights), dtype=np.int64), 1)[0].tolist()
        return happy, neutral, unhappy

    def by(self, attribute: str) -> tuple[tuple[str, ...], NDArray[np.float64]]:
        """Labels of an attribute and their sums, shape (labels, 3); `NO_VALUE` last, if something has none."""
        column = self._columns.column(attribute)
        sums = self._sums(self._codes(column), len(column.labels))
        kept = len(column.labels) - (not sums[-1].any())
        return column.labels[:kept], sums[:kept]

    def histogram(self) -> NDArray[np.float64]:
        """The weights of each score of the scale, lowest first."""
        each = (as_mask(bits).take(self._places) for bits in self._columns.scores)
        return np.array([self._weights[mine].sum() for mine in each], dtype=np.float64)

    def by2(self, a: str, b: str) -> tuple[tuple[str, ...], tuple[str, ...], NDArray[np.float64]]:
        """Labels of two attributes and the sums of each pair of values, as `Selection.by2` has the counts."""
        columns = self._columns.column(a), self._columns.column(b)
        codes, other = (self._codes(column) for column in columns)
        sizes = len(columns[0].labels), len(columns[1].labels)
        sums = self._sums(codes * sizes[1] + other, sizes[0] * sizes[1]).reshape(*sizes, len(SHOWN))
        first, second = (
            size - (not (own == size - 1).any()) for size, own in zip(sizes, (codes, other), strict=True)
        )
        return columns[0].labels[:first], columns[1].labels[:second], sums[:first, :second]

    def rolling(self, days: int = 90, step: int = 1) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
        """Last days of windows of so many days, and the sums in each, as `Selection.rolling` has the counts."""
        return windows(*self.by_period("day"), days, step)

    def by_period(self, period: str) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
        """First days of the periods and their sums, shape (periods, 3), without a gap."""
        layout = self._columns.layout
        sums = self._sums(layout.day_of_word.take(self._places // WORD), len(layout.days) + 1)[:-1]
        some = sums.any(axis=1)
        return regular(layout.days[some], sums[some], period)

    def _codes(self, column: Column) -> NDArray[np.int64]:
        return column.codes.take(self._places).astype(np.int64)

    def _sums(self, codes: NDArray[np.int64], size: int) -> NDArray[np.float64]:
        keys = codes * len(SHOWN) + self._columns.group_codes.take(self._places)
        sums = np.bincount(keys, self._weights, minlength=size * len(SHOWN)).astype(np.float64)
        return sums.reshape(size, len(SHOWN))
