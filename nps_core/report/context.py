"""What the parts of a report share: the scope, the themes, what is compared; each figure is computed once."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from nps_core.compare.comparison import Comparison, Span
from nps_core.drivers.drivers import find_drivers
from nps_core.follow_ups.register import Outcomes, find_outcomes
from nps_core.report.findings import Finding, Standing, before_as_long, find_findings, find_standing
from nps_core.summary import Overview, overview
from nps_core.themes.in_survey import count_themes
from nps_core.themes.rows import ThemeRows
from nps_core.trends.result import period_words
from nps_core.trends.stretches import compare_groups
from nps_core.trends.trend import find_trend

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nps_core.drivers.result import Drivers
    from nps_core.scope import Scope
    from nps_core.targets.target import Target
    from nps_core.themes.result import Themes
    from nps_core.trends.actions import Action
    from nps_core.trends.result import Trend
    from nps_core.trends.story_result import Story

STORY = "story"
"""Compare the levels that the story of the trend speaks of."""

PREVIOUS = "previous"
"""Compare the latest period with the one before."""


class ReportContext:
    """What the parts of one report share; each figure is computed once, when the first part asks for it."""

    def __init__(
        self,
        scope: Scope,
        themes: Themes | None = None,
        compare: Comparison | str | None = STORY,
        *,
        aims: Sequence[Target] = (),
        actions: Sequence[Action] = (),
        quotes: Mapping[int, str] | None = None,
        mask: bool = True,
    ) -> None:
        self.scope, self.themes, self._compare = scope, themes, compare
        self.aims, self.actions, self.mask = tuple(aims), tuple(actions), mask
        self.quotes = dict(quotes or {})

    @cached_property
    def overview(self) -> Overview:
        """The first page of the app."""
        return overview(self.scope)

    @property
    def history(self) -> Scope:
        """What is looked at, with all that came before the days that are filtered: a trend keeps its history."""
        filters = self.scope.filters
        if not filters.since:
            return self.scope
        before = self.scope.with_filters(since=None)
        # Both ends, so that the period is said once.
        return before.with_filters(since=before.first) if filters.until else before

    @cached_property
    def trend(self) -> Trend | None:
        """The trend over the whole history; None without dates."""
        if not self.scope.filters.since:
            return self.overview.trend
        seen = find_trend(self.history)
        return seen if seen.latest is not None else None

    @property
    def story(self) -> Story | None:
        """What the whole history says; None without dates."""
        return None if self.trend is None else self.trend.story

    @cached_property
    def standing(self) -> tuple[Standing, ...]:
        """The score of the period, of the one before, and of a year before."""
        return find_standing(self.scope, self.trend, self.overview.estimate)

    @cached_property
    def drivers(self) -> Drivers:
        """The questions of satisfaction beside the score; empty without any."""
        return find_drivers(self.scope)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All that the report claims by itself, what weighs most first."""
        return find_findings(self.story, self.overview.standouts, self.theme_rows, self.drivers)

    @cached_property
    def outcomes(self) -> Outcomes:
        """What went with the actions that were taken, looked at together."""
        return find_outcomes(self.scope, self.actions, self.themes)

    @cached_property
    def theme_rows(self) -> ThemeRows:
        """The themes under the filters; empty without any."""
        return count_themes(self.scope, self.themes) if self.themes is not None else ThemeRows()

    @cached_property
    def comparison(self) -> Comparison | None:
        """The two sides that are compared; None where there are not two."""
        if isinstance(self._compare, Comparison):
            return self._compare
        sides = {STORY: self._story_sides, PREVIOUS: self._two_periods}.get(
            self._compare or "", lambda: None
        )()
        return None if sides is None else compare_groups(self.held, *sides)

    @property
    def told(self) -> Story | None:
        """The story whose levels are compared; None where something else is."""
        return self.story if self._compare == STORY and self.comparison is not None else None

    @property
    def why_none(self) -> str:
        """Why nothing is compared."""
        story = self.story
        if self._compare == STORY and story is not None:
            none = "The story of the trend tells of no change, so there is none to take apart."
            return none if story.data is not None else story.headline[0]
        return "There are no two periods to compare, so nothing can be said about where the NPS moved."

    @property
    def held(self) -> Scope:
        """What holds for both sides: the days of the story are its own, and so are days that are one side's own."""
        if self._compare == STORY:
            return self.history
        days_are_a_side = self._compare == PREVIOUS and self.scope.filters.since and self.scope.filters.until
        return self.scope.with_filters(since=None, until=None) if days_are_a_side else self.scope

    def _story_sides(self) -> tuple[Span, Span] | None:
        """The last stretch and the one before; of a slide its last third and its first."""
        story = self.story
        if story is None or story.sides is None:
            return None
        now, before = (_span(story, *side) for side in story.sides)
        return now, before

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


def _span(story: Story, first: int, last: int) -> Span:
    """The days of some periods of a story, named by the first and the last of them."""
    ends = dict.fromkeys(story.labels[place] for place in (first, last))
    return Span(" to ".join(ends), *story.days(first, last))
