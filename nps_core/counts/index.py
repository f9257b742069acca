"""The index that every figure is counted from; the one place where rows are counted."""

from __future__ import annotations

from functools import cached_property, lru_cache
from threading import Lock
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from nps_core.counts.columns import Columns
from nps_core.counts.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable

    from nps_core.counts.protocol import Counts
    from nps_core.filters import Filters
    from nps_core.survey import Survey

KEPT_SELECTIONS = 8
"""Selections kept per survey: every figure of a page asks for the same one, visitors ask for a few."""


def counts_of(survey: Survey, *filters: Filters) -> Counts:
    """The counts of the responses of a survey that pass all of some filters, wherever these responses are.

    Raises
    ------
    FilterError
        An attribute, a value or a group that is not in the survey.
    """
    found: Counts = (survey.elsewhere or index_of(survey)).select(*filters)
    return found


def index_of(survey: Survey) -> Index:
    """The index of the responses that are here, built when first asked for and kept as long as the survey lives."""
    with _LOCK:
        if survey not in _INDEXES:
            _INDEXES[survey] = Index(
                survey.responses,
                survey.attributes,
                measures=[measure.column for measure in survey.measures],
                ends=(survey.scale.low, survey.scale.high),
            )
        return _INDEXES[survey]


class Index(Columns):
    """What is needed to count the responses of one survey under any filter; parameters are those of `Columns`."""

    @cached_property
    def select(self) -> Callable[..., Selection]:
        """`_select`, which keeps what it gave last for as long as the index lives."""
        return lru_cache(KEPT_SELECTIONS)(self._select)

    def _select(self, *filters: Filters) -> Selection:
        """The responses that pass all of the filters.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        """
        return Selection(self, *self.pick(filters))


_INDEXES: WeakKeyDictionary[Survey, Index] = WeakKeyDictionary()
_LOCK = Lock()
