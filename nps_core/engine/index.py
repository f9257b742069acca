"""What a survey holds whose responses stay in a table: where counts come from, as of those in memory the index."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from nps_core.counts.index import KEPT_SELECTIONS
from nps_core.engine.asked import Asked
from nps_core.engine.counts import EngineCounts

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    import pandas as pd

    from nps_core.engine.source import Source
    from nps_core.filters import Filters


class EngineIndex(Asked):
    """The responses of a table under any filters; parameters are those of `Asked`."""

    def __init__(
        self,
        source: Source,
        sample: pd.DataFrame,
        attributes: tuple[str, ...],
        *,
        measures: tuple[str, ...],
        ends: tuple[int, int],
        as_of: dt.datetime,
    ) -> None:
        super().__init__(source, sample, attributes, measures=measures, ends=ends, as_of=as_of)
        self.select: Callable[..., EngineCounts] = lru_cache(KEPT_SELECTIONS)(self._select)

    def narrowed(self, filters: Filters) -> EngineIndex:
        """Those that pass a filter, which is part of every statement from now on."""
        return EngineIndex(
            self.source.narrowed(filters),
            self.sample.iloc[self.sampled((filters,)).rows].reset_index(drop=True),
            self.attributes,
            measures=self.measures,
            ends=self.ends,
            as_of=self.as_of,
        )

    def _select(self, *filters: Filters) -> EngineCounts:
        """The counts of the responses that pass all of the filters.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        """
        self.source.where(filters)  # what is unknown is told at once
        return EngineCounts(self, filters)
