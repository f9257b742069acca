"""The columns of a survey as bits, and which of these a filter leaves."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.counts.bitmaps import any_of, as_mask, lay_out, pack_mask
from nps_core.counts.clusters import UNITS, arrange, find_units
from nps_core.counts.periods import PERIODS, regular, starts_of
from nps_core.errors import FilterError
from nps_core.filters import NO_VALUE
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import Bits, Layout
    from nps_core.counts.clusters import Clusters, Units
    from nps_core.filters import Filters

SHOWN = ("promoter", "passive", "detractor")
"""The order of counts in every table: the best group first, as `estimate` takes them."""

NARROW = 64
"""An attribute with more values than this is counted from codes: a bitmap for each would cost more."""

KEPT_TEXTS = 8
"""Text searches kept per survey; each is one bit a response."""

KEPT_VALUES = 64
"""Attributes of which it is kept whether they differ within accounts; a number an account and attribute at most."""


@dataclass(frozen=True, eq=False)
class Column:
    """One attribute in the order of the bits: codes, and bitmaps when it has few values.

    The last label is `NO_VALUE` and stands for missing. `codes` holds len(labels) where no response stands.
    """

    labels: tuple[str, ...]
    bits: Bits | None
    codes: NDArray[np.integer]


class Columns:
    """The responses of one survey laid out as bits (`nps_core.counts.bitmaps`), column by column.

    Filters are ANDs and ORs of bitmaps. This must never hold the survey itself, or neither would ever be freed.

    Parameters
    ----------
    responses
        `Survey.responses`.
    attributes
        The attributes one may filter and count by.
    measures
        The CSAT and CES columns.
    ends
        The lowest and the highest score of the scale.
    """

    def __init__(
        self,
        responses: pd.DataFrame,
        attributes: Sequence[str],
        *,
        measures: Sequence[str] = (),
        ends: tuple[int, int] = (0, 10),
    ) -> None:
        self.responses = responses
        self.attributes = tuple(attributes)
        self.measures = tuple(measures)
        self.ends = ends
        self.layout: Layout = lay_out(responses["date"].to_numpy().astype("datetime64[D]"))
        self.everything: Bits = self.layout.pack(np.ones(len(responses), dtype=np.bool_))
        codes = responses["group"].cat.codes.to_numpy()
        order = [GROUPS.index(group) for group in SHOWN]
        self.groups: Bits = self.layout.pack_codes(codes, len(GROUPS))[order]
        self._columns: dict[str, Column] = {}
        self._lock = Lock()
        self._text = lru_cache(KEPT_TEXTS)(self._find_text)
        self.periods = lru_cache(len(PERIODS))(self._periods)
        self.clusters = lru_cache(len(UNITS))(self._clusters)
        self.splits = lru_cache(KEPT_VALUES)(self._splits)
        self.values_of = lru_cache(KEPT_VALUES)(self._values_of)
        self.arranged = lru_cache(KEPT_VALUES)(self._arranged)

    def pick(self, filters: Sequence[Filters]) -> tuple[slice, Bits, dict[str, list[int]]]:
        """The responses that pass all of the filters, as bits.

        Returns
        -------
        The words that their days lie in, the bits of these words, and for each attribute that is filtered the codes
        that can be left of it.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        """
        part = self._days_of(filters)
        bits = self.everything[part].copy()
        picked: dict[str, list[int]] = {}
        for one in filters:
            codes_of = {name: self._codes_of(name, values) for name, values in one.attributes if values}
            for name, codes in codes_of.items():
                bits &= self._any_of(name, codes)[part]
            picked |= codes_of
            if one.groups:
                bits &= self._groups(one.groups)[part]
            if one.text:
                bits &= self._text(one.text)[part]
        bits.flags.writeable = False
        return part, bits, picked

    def _periods(self, period: str) -> tuple[NDArray[np.datetime64], NDArray[np.integer]]:
        """First days of the periods, without gaps, and the place in them of each of `Survey.responses`; -1 undated."""
        starts = regular(self.layout.days, np.zeros(len(self.layout.days)), period)[0]
        dates = self.responses["date"].to_numpy().astype("datetime64[D]")
        dated = np.flatnonzero(~np.isnat(dates))
        places = np.full(len(dates), -1, dtype=np.min_scalar_type(-len(starts) - 1))
        places[dated] = np.searchsorted(starts, starts_of(dates[dated], period))
        places.flags.writeable = False
        return starts, places

    def column(self, name: str) -> Column:
        """An attribute (or "account", "respondent", or a measure) in the order of the bits.

        Raises
        ------
        FilterError
            The survey has none of this name.
        """
        with self._lock:
            if name not in self._columns:
                self._columns[name] = self._build_column(name)
            return self._columns[name]

    @cached_property
    def units(self) -> Units:
        """What the responses are clustered by."""
        return find_units(self.responses)

    def _clusters(self, unit: str) -> Clusters:
        """The clusters by a unit."""
        return arrange(self.units, unit, self.layout, self.group_codes)

    def _arranged(self, unit: str, name: str, *, period: bool = False) -> Bits | None:
        """A bitmap for each value of an attribute (or each calendar period) in the order of clusters.

        None where there are too many values.
        """
        if period:
            starts, codes = self.period_codes(name)
            size = len(starts)
        else:
            column = self.column(name)
            size, codes = len(column.labels), column.codes
        if size > NARROW:
            return None
        clusters = self.clusters(unit)
        mine = codes.take(clusters.order)
        return np.array(
            [pack_mask(mine == code) & clusters.everything for code in range(size)], dtype=np.uint64
        )

    def period_codes(self, period: str) -> tuple[NDArray[np.datetime64], NDArray[np.integer]]:
        """First days of the periods, and the place in them of each bit; one more for what has no date."""
        starts, places = self.periods(period)
        return starts, self.layout.spread(np.where(places < 0, len(starts), places), len(starts))

    def _values_of(self, unit: str, name: str) -> NDArray[np.integer] | None:
        """The code that an attribute has in each cluster; None where it differs within one."""
        clusters = self.clusters(unit)
        return clusters.values(self.column(name).codes, as_mask(self.everything & ~clusters.single))

    @cached_property
    def scores(self) -> Bits:
        """One bitmap for each score of the scale, lowest first."""
        low, high = self.ends
        given = self.responses["score"].to_numpy(dtype=np.float64, na_value=np.nan)
        codes = np.where(np.isnan(given), high - low + 1, given - low).astype(np.int64)
        return self.layout.pack_codes(codes, high - low + 2)[:-1]

    @cached_property
    def commented(self) -> tuple[NDArray[np.intp], NDArray[np.integer], NDArray[np.integer]]:
        """The responses with a comment: positions, ascending, their bits, and their groups by the place in GROUPS."""
        rows = np.flatnonzero(self.responses["comment"].notna().to_numpy())
        return rows, self.layout.places[rows], self.responses["group"].cat.codes.to_numpy()[rows]

    @cached_property
    def group_codes(self) -> NDArray[np.uint8]:
        """0, 1, 2 for promoter, passive, detractor in the order of the bits; 0 where no response stands."""
        return as_mask(self.groups[1]).view(np.uint8) + 2 * as_mask(self.groups[2]).view(np.uint8)

    def _splits(self, name: str) -> tuple[Hashable, ...]:
        """For each value a digest of whom it sets apart from whom; of more than `NARROW` values each is its own."""
        column = self.column(name)
        if column.bits is None:
            return tuple((name, label) for label in column.labels)
        named = self.everything & ~column.bits[-1]
        apart = (
            frozenset(blake2b(part.tobytes()).digest() for part in (own, named & ~own))
            for own in column.bits[:-1]
        )
        return (*apart, (name, column.labels[-1]))  # those without a value are compared with nobody

    def _days_of(self, filters: Sequence[Filters]) -> slice:
        """The words of the days that all of the filters leave; of no dates at all, those without one too."""
        since = max((np.datetime64(one.since) for one in filters if one.since), default=None)
        until = min((np.datetime64(one.until) for one in filters if one.until), default=None)
        if since is None and until is None:
            return slice(0, self.layout.words)
        return self.layout.slice_of(since, until)

    def _build_column(self, name: str) -> Column:
        if name not in (*self.attributes, *self.measures, "account", "respondent"):
            known = ", ".join(self.attributes) or "none"
            raise FilterError(f"There is no attribute “{name}”.", hint=f"The attributes are: {known}.")
        column = self.responses[name]
        if not isinstance(column.dtype, pd.CategoricalDtype):
            column = column.astype("category")
        names = [str(value) for value in column.cat.categories]
        labels = (*dict.fromkeys(value for value in names if value != NO_VALUE), NO_VALUE)
        place = {label: code for code, label in enumerate(labels)}
        # -1, missing, reads the last entry.
        codes = np.array([place[value] for value in names] + [len(labels) - 1])[column.cat.codes.to_numpy()]
        bits = self.layout.pack_codes(codes, len(labels)) if len(labels) <= NARROW else None
        return Column(labels, bits, self.layout.spread(codes, len(labels)))

    def _codes_of(self, name: str, values: tuple[str, ...]) -> list[int]:
        column = self.column(name)
        place = {label: code for code, label in enumerate(column.labels)}
        if unknown := [value for value in values if value not in place]:
            raise FilterError(
                f"“{unknown[0]}” is not a value of “{name}”.", hint="Pick from the values the survey has."
            )
        return sorted({place[value] for value in values})

    def _any_of(self, name: str, codes: list[int]) -> Bits:
        column = self.column(name)
        if column.bits is not None:
            return any_of(column.bits, codes)
        wanted = np.zeros(len(column.labels) + 1, dtype=np.bool_)
        wanted[codes] = True
        return pack_mask(wanted[column.codes])

    def _groups(self, groups: tuple[str, ...]) -> Bits:
        if unknown := [group for group in groups if group not in SHOWN]:
            raise FilterError(
                f"There is no group “{unknown[0]}”.", hint="Groups are promoter, passive and detractor."
            )
        return any_of(self.groups, [SHOWN.index(group) for group in groups])

    def _find_text(self, text: str) -> Bits:
        comments = self.responses["comment"].astype("str")
        found = comments.str.contains(text, case=False, regex=False, na=False)
        return self.layout.pack(found.to_numpy(dtype=np.bool_))
