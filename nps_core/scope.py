"""Scope: what is looked at, and by whom; every result is computed from one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nps_core.charts.spec import Caption
from nps_core.counts.index import counts_of
from nps_core.days import today
from nps_core.filters import Filters
from nps_core.formatting import format_count, format_day
from nps_core.seen import seen_by
from nps_core.survey import GROUPS
from nps_core.viewer import EVERYONE, Viewer

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    from nps_core.counts import Counts
    from nps_core.survey import Survey


@dataclass(frozen=True)
class Scope:
    """The responses of a survey that are looked at: those that pass the filters and that the viewer may see.

    Two scopes are equal when they are of the same survey and have equal filters and viewers. A scope holds its survey:
    keep none in a cache.

    Parameters
    ----------
    survey
        The survey; of one that is given to a viewer who may not see all, what they may see: see `seen_by`.
    filters
        Which of its responses; all when not given.
    viewer
        Who looks; somebody who sees all when not given.

    Raises
    ------
    AccessError
        The survey has none of what the viewer may see.
    """

    survey: Survey
    filters: Filters = field(default_factory=Filters)
    viewer: Viewer = EVERYONE

    def __post_init__(self) -> None:
        """Hold nothing that the viewer may not see, so that whatever takes a scope cannot forget them."""
        object.__setattr__(self, "survey", seen_by(self.survey, self.viewer))

    @property
    def counts(self) -> Counts:
        """What every figure is counted from; the one place where filters choose responses.

        Raises
        ------
        FilterError
            An attribute, a value or a group that is not in the survey.
        """
        return self._counts(self.filters)

    @property
    def whole(self) -> Scope:
        """All that the viewer may see."""
        return replace(self, filters=Filters())

    def with_filters(self, **changes: Any) -> Scope:  # noqa: ANN401 - the fields of Filters
        """The scope with other days, groups or text: fields of `Filters` by their names."""
        return replace(self, filters=replace(self.filters, **changes))

    def with_attribute(self, attribute: str, values: Iterable[str]) -> Scope:
        """The scope with other values picked of one attribute; none picks all."""
        return replace(self, filters=self.filters.with_attribute(attribute, values))

    def narrowed(self, filters: Filters) -> Scope:
        """The part of it that passes more filters."""
        return replace(self, filters=self.filters.narrowed(filters))

    def n_shared(self, filters: Filters) -> int:
        """How many of the responses pass other filters of the same survey as well."""
        return self._counts(self.filters, filters).n

    @property
    def n(self) -> int:
        """Responses looked at."""
        return self.counts.n

    @property
    def total(self) -> int:
        """Responses that the viewer may see."""
        return self.whole.counts.n

    @property
    def groups(self) -> tuple[str, ...]:
        """Which of promoters, passives and detractors are looked at."""
        picked = [one.groups for one in (self.viewer.filters, self.filters) if one.groups]
        return tuple(group for group in GROUPS if all(group in groups for groups in picked))

    @property
    def picks_by_score(self) -> bool:
        """Whether only some of promoters, passives and detractors are looked at: then no interval means anything."""
        return len(self.groups) < len(GROUPS)

    @property
    def first(self) -> dt.date | None:
        """The first day among those looked at; None without dates."""
        span = self.counts.span
        return span[0] if span else None

    @property
    def last(self) -> dt.date | None:
        """The last day among those looked at; None without dates."""
        span = self.counts.span
        return span[1] if span else None

    @property
    def so_far(self) -> dt.date | None:
        """The last day of all that the viewer may see, today where that is yet to come; None without dates."""
        last = self.whole.last
        return None if last is None else min(last, today())

    @property
    def words(self) -> str:
        """Such as: 1,204 of 3,012 responses · persona: End user · 3 Mar 2025 to 30 Sep 2026.

        Days come from the filters where these have both ends; else they are the first and the last that are found.
        """
        n, total = self.n, self.total
        count = format_count(n) if n == total else f"{format_count(n)} of {format_count(total)}"
        parts = [f"{count} {'response' if total == 1 else 'responses'}"]
        if self.filters:
            parts.append(self.filters.words())
        asked = self.filters.since and self.filters.until
        if self.first and self.last and not asked:
            first, last = format_day(self.first), format_day(self.last)
            parts.append(first if first == last else f"{first} to {last}")
        return " · ".join(parts)

    @property
    def source(self) -> str:
        """The sentence that names the survey, for under a chart; of a table with the moment at which it was looked at."""
        return f"Source: {', '.join(filter(None, (self.survey.name, self.as_of)))}."

    @property
    def as_of(self) -> str:
        """When a table was looked at, such as "as of 3 Mar 2026 14:05 UTC"; "" for a file."""
        table = self.survey.elsewhere
        return "" if table is None else f"as of {format_day(table.as_of)} {table.as_of:%H:%M} UTC"

    @property
    def seconds(self) -> float:
        """About how long a page of it asks the engine of a table; 0 where all is known here, as of a file."""
        table = self.survey.elsewhere
        return 0.0 if table is None else table.seconds(tuple(filter(None, [self.filters])))

    def allow(self) -> None:
        """See that a page of it may be asked for, before anything else that takes long is done.

        Raises
        ------
        CostError
            It would ask a table for longer than is allowed.
        """
        if self.survey.elsewhere is not None:
            self.survey.elsewhere.allow(tuple(filter(None, [self.filters])))

    @property
    def caption(self) -> Caption:
        """What a result carries of its scope, for its chart; it holds no survey."""
        return Caption(self.words, self.source)

    def _counts(self, *filters: Filters) -> Counts:
        # Without the empty ones, so that one selection is kept under one key.
        chosen = [one for one in filters if one]
        return counts_of(self.survey, *dict.fromkeys(chosen))
