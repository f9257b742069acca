"""What the parts of a report share: the scope, the themes, what is compared; each figure is computed once."""

from __future__ import annotations

import datetime as dt
from functools import cached_property
from typing import TYPE_CHECKING

from nps_core.compare.comparison import Comparison, Span
from nps_core.compare.groups import compare_groups, span_of
from nps_core.summary import Overview, overview
from nps_core.themes.in_survey import count_themes
from nps_core.themes.rows import ThemeRows
from nps_core.trends.result import period_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.scope import Scope
    from nps_core.targets.target import Target
    from nps_core.themes.result import Themes
    from nps_core.trends.alerts import Action

PREVIOUS = "previous"
"""Compare the latest period with the one before."""

_MONTHS = 12


class ReportContext:
    """What the parts of one report share; each figure is computed once, when the first part asks for it."""

    def __init__(
        self,
        scope: Scope,
        themes: Themes | None = None,
        compare: Comparison | str | None = PREVIOUS,
        *,
        aims: Sequence[Target] = (),
        actions: Sequence[Action] = (),
        mask: bool = True,
    ) -> None:
        self.scope, self.themes, self._compare = scope, themes, compare
        self.aims, self.actions, self.mask = tuple(aims), tuple(actions), mask

    @cached_property
    def overview(self) -> Overview:
        """The first page of the app."""
        return overview(self.scope)

    @cached_property
    def theme_rows(self) -> ThemeRows:
        """The themes under the filters; empty without any."""
        return count_themes(self.scope, self.themes) if self.themes is not None else ThemeRows()

    @cached_property
    def comparison(self) -> Comparison | None:
        """The two sides that are compared; None where there are not two."""
        if isinstance(self._compare, Comparison):
            return self._compare
        sides = self._two_periods() if self._compare == PREVIOUS else None
        return None if sides is None else compare_groups(self.held, *sides)

    @property
    def held(self) -> Scope:
        """What holds for both sides of the comparison: with both days given, the days are one side's own."""
        return self.scope.with_filters(since=None, until=None) if self._days_are_a_side else self.scope

    @property
    def _days_are_a_side(self) -> bool:
        return self._compare == PREVIOUS and bool(self.scope.filters.since and self.scope.filters.until)

    def _two_periods(self) -> tuple[Span, Span] | None:
        filters = self.scope.filters
        if filters.since and filters.until:
            return before_as_long(filters.since, filters.until)
        seen = self.overview.trend
        if seen is None or seen.latest is None or seen.previous is None:
            return None
        now, before = (
            Span(period_words(seen, place), seen.starts[place].item(), seen.ends[place].item())
            for place in (seen.latest, seen.previous)
        )
        return now, before


def before_as_long(since: dt.date, until: dt.date) -> tuple[Span, Span]:
    """These days, and as many before them; whole months go before whole months.

    >>> now, before = before_as_long(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    >>> before.label
    '1 Jan 2026 to 31 Mar 2026'
    """
    day = dt.timedelta(days=1)
    months = (until.year - since.year) * _MONTHS + until.month - since.month + 1
    if since.day == 1 and (until + day).day == 1:
        place = since.year * _MONTHS + since.month - 1 - months
        first = dt.date(max(1, place // _MONTHS), place % _MONTHS + 1, 1)
    else:
        first = since - (until - since) - day
    return span_of(since, until), span_of(first, since - day)
