"""What a selection has by cell and cluster."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nps_core.counts.bitmaps import as_mask

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import Bits
    from nps_core.counts.clusters import Pairs
    from nps_core.counts.columns import Columns

PAIRS = 200
"""Up to so many pairs of values are counted by bitmaps; more of them faster from codes, in one pass."""


class Clustered:
    """The responses of a selection by cluster.

    Where an attribute is the same throughout every cluster, what all of them have is only placed; of few values there
    is a bitmap each in the order of clusters; else what occurs is sorted.

    Parameters
    ----------
    columns
        The columns of the survey.
    unit
        What clusters are: "account" or "respondent".
    bits
        The selection, as a whole bitmap.
    """

    def __init__(self, columns: Columns, unit: str, bits: Bits) -> None:
        self._columns, self._unit, self._bits = columns, unit, bits
        self._clusters = columns.clusters(unit)
        self.n = self._clusters.n

    @property
    def single(self) -> Bits:
        """Those that are clusters of their own."""
        return self._bits & self._clusters.single

    def pairs(self, names: Sequence[str], there: NDArray[np.bool_]) -> Pairs:
        """The pairs of a cluster and a value of no, one or two attributes.

        `there` tells which values, or pairs of values, have responses and are asked for; its shape is that of the table
        of them.
        """
        if not names:
            return self._all
        columns, unit, sizes = self._columns, self._unit, there.shape
        values = [columns.values_of(unit, name) for name in names]
        if all(own is not None for own in values):  # no response need be looked at again
            return self._all.placed(_number(values, sizes), there.ravel())
        arranged = [bits for name in names if (bits := columns.arranged(unit, name)) is not None]
        if there.size > PAIRS or len(arranged) < len(names):
            return self._sorted([columns.column(name).codes for name in names], there)
        return self._clusters.pairs_of_bits(
            (
                cell,
                np.bitwise_and.reduce(
                    [self._mine, *(bits[at] for bits, at in zip(arranged, place, strict=True))]
                ),
            )
            for cell, place in zip(np.flatnonzero(there).tolist(), np.argwhere(there).tolist(), strict=True)
        )

    def pairs_by_period(self, period: str, starts: NDArray[np.datetime64]) -> Pairs:
        """The pairs of a cluster and a period that begins on one of `starts`; what has no date is in none."""
        if not len(starts):
            return self._clusters.pairs_of_bits(())
        every, codes = self._columns.period_codes(period)
        first = int(np.searchsorted(every, starts[0]))
        bits = self._columns.arranged(self._unit, period, period=True)
        if bits is not None:
            return self._clusters.pairs_of_bits(
                (cell, own & self._mine) for cell, own in enumerate(bits[first : first + len(starts)])
            )
        found = self._sorted([codes], np.arange(len(every) + 1) < len(every))
        return found._replace(cell=found.cell - first)

    @cached_property
    def _mine(self) -> Bits:
        if np.array_equal(self._bits, self._columns.everything):
            return self._clusters.everything
        return self._clusters.arranged(self._bits)

    @cached_property
    def _all(self) -> Pairs:
        return self._clusters.pairs_of_bits([(0, self._mine)])

    def _sorted(self, codes: Sequence[NDArray[Any]], there: NDArray[np.bool_]) -> Pairs:
        places, keys = self._listed
        cells = _number([of.take(places) for of in codes], there.shape)
        if not there.all():
            mine = there.ravel()[cells]
            keys, cells = keys[mine], cells[mine]
        return self._clusters.pairs(keys, cells, there.size)

    @cached_property
    def _listed(self) -> tuple[NDArray[np.intp], NDArray[np.int32]]:
        """The responses that share a cluster: their bits and their keys."""
        places = np.flatnonzero(as_mask(self._bits & ~self._clusters.single))
        return places, self._clusters.keys.take(places)


def _number(codes: Sequence[Any], sizes: tuple[int, ...]) -> NDArray[np.integer]:
    """One number of one or two codes."""
    number, *others = codes
    for code, size in zip(others, sizes[1:], strict=True):
        number = number.astype(np.int32) * size + code
    return np.asarray(number)
