"""The index that every figure is counted from; the one place where rows are counted."""

from __future__ import annotations

from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from nps_core.counts.bitmaps import any_of, as_mask, lay_out
from nps_core.counts.periods import PERIODS, regular, starts_of
from nps_core.counts.selection import SHOWN, Column, Selection
from nps_core.errors import FilterError
from nps_core.filters import NO_VALUE, Filters
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import Bits, Layout
    from nps_core.counts.selection import Table
    from nps_core.survey import Survey

NARROW = 64
"""An attribute with more values than this is counted from codes: a bitmap for each would cost more."""

KEPT_SELECTIONS = 8
"""Selections kept per survey: every figure of a page asks for the same one, visitors ask for a few."""

KEPT_TEXTS = 8
"""Text searches kept per survey; each is one bit a response."""


def index_of(survey: Survey) -> Index:
    """The index of a survey, built when first asked for and kept as long as the survey lives."""
    with _LOCK:
        if survey not in _INDEXES:
            _INDEXES[survey] = Index(
                survey.responses,
                survey.attributes,
                measures=[measure.column for measure in survey.measures],
                ends=(survey.scale.low, survey.scale.high),
            )
        return _INDEXES[survey]


class Index:
    """What is needed to count the responses of one survey under any filter.

    Responses are laid out as bits (`nps_core.counts.bitmaps`): filters are ANDs and ORs of bitmaps, counts are the
    bits left. The index must never hold the survey itself, or neither would ever be freed.

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
        self.select = lru_cache(KEPT_SELECTIONS)(self._select)
        self._text = lru_cache(KEPT_TEXTS)(self._find_text)
        self.periods = lru_cache(len(PERIODS))(self._periods)

    def _select(self, filters: Filters = Filters()) -> Selection:  # noqa: B008 - Filters is frozen
        """The responses that pass the filters.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        """
        since, until = (np.datetime64(day) if day else None for day in (filters.since, filters.until))
        dated = since is not None or until is not None
        part = self.layout.slice_of(since, until) if dated else slice(0, self.layout.words)
        bits = self.everything[part].copy()
        picked = {name: self._codes_of(name, values) for name, values in filters.attributes if values}
        for name, codes in picked.items():
            bits &= self._any_of(name, codes)[part]
        if filters.groups:
            bits &= self._groups(filters.groups)[part]
        if filters.text:
            bits &= self._text(filters.text)[part]
        bits.flags.writeable = False
        return Selection(self, part, bits, picked)

    def _periods(self, period: str) -> tuple[NDArray[np.datetime64], NDArray[np.integer]]:
        """First days of the periods, without gaps, and the place in them of each of `Survey.responses`; -1 undated."""
        starts = regular(self.layout.days, np.zeros(len(self.layout.days)), period)[0]
        dates = self.responses["date"].to_numpy().astype("datetime64[D]")
        dated = np.flatnonzero(~np.isnat(dates))
        places = np.full(len(dates), -1, dtype=np.min_scalar_type(-len(starts) - 1))
        places[dated] = np.searchsorted(starts, starts_of(dates[dated], period))
        places.flags.writeable = False
        return starts, places

    def options(self, filters: Filters, attribute: str) -> Table:
        """Counts of each value of an attribute under all the *other* filters, as a filter bar shows them."""
        return self.select(filters.with_attribute(attribute, ())).by(attribute)

    @property
    def last_day(self) -> np.datetime64 | None:
        """The last day that has a response; None when nothing is dated."""
        return self.layout.days[-1] if len(self.layout.days) else None

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
        return np.packbits(wanted[column.codes], bitorder="little").view(np.uint64)

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


_INDEXES: WeakKeyDictionary[Survey, Index] = WeakKeyDictionary()
_LOCK = Lock()
