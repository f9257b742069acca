"""What a report claims by itself, held by the ledger or told by the story; and where the score stands beside before."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from nps_core.compare.groups import span_of
from nps_core.days import span_words
from nps_core.filters import filter_choices
from nps_core.formatting import (
    format_count,
    format_interval,
    in_title,
    plural,
    short,
    size_words,
    with_interval,
)
from nps_core.score.sample import nps_of
from nps_core.segments.result import standout_sentence
from nps_core.segments.segments import segment_attributes
from nps_core.trends.fit import YEAR
from nps_core.trends.result import period_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from nps_core.compare.comparison import Span
    from nps_core.drivers.result import Driver
    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate
    from nps_core.segments.result import Standout
    from nps_core.themes.rows import ThemeRow
    from nps_core.trends.result import Trend
    from nps_core.trends.story_result import Story


MOST = 5
"""Findings of a summary; more than that nobody keeps in mind."""

SEGMENTS, THEMES, DRIVERS, TREND = "segments: ", "themes", "drivers", "trend"


@dataclass(frozen=True)
class Finding:
    """One claim.

    Parameters
    ----------
    part
        The key of the part that shows it.
    title, text
        In one line; and whole, with its interval.
    weight
        Points of the score of all that go with it: how far apart, times the share of responses it is about. It orders
        findings and says nothing of what would follow if something changed.
    """

    part: str
    title: str
    text: str
    weight: float


def find_findings(
    story: Story | None,
    standouts: Sequence[Standout],
    themes: Iterable[ThemeRow],
    drivers: Iterable[Driver],
) -> tuple[Finding, ...]:
    """All that is claimed: the change that the story tells of, then what weighs most.

    Questions of satisfaction come last: a rating is another score, and that it goes with this one is no news.
    """
    apart = sorted((*_segments(standouts), *_themes(themes)), key=lambda one: -one.weight)
    return (*_story(story), *apart, *_drivers(drivers))


def attributes_of(scope: Scope) -> list[str]:
    """The attributes that hold segments, in the order of the filters; not those narrowed to one value."""
    picked = {name for name, values in scope.filters.attributes if len(values) == 1}
    held = {*segment_attributes(scope.survey)} - picked
    return [choice.name for choice in filter_choices(scope.survey).attributes if choice.name in held]


def _story(story: Story | None) -> Iterator[Finding]:
    if story is not None and story.change is not None:
        yield Finding(TREND, story.title, story.headline[0], math.inf)


def _segments(standouts: Sequence[Standout]) -> Iterator[Finding]:
    """Of each attribute the segment that its own title names: the farthest below, else the farthest above."""
    told = set[str]()
    for one in sorted(standouts, key=lambda one: float(one.difference.points)):
        if one.attribute not in told:
            rivals = [other for other in standouts if other.attribute == one.attribute]
            first = one if one.difference.points < 0 else max(rivals, key=lambda own: own.difference.points)
            told.add(one.attribute)
            said = standout_sentence(first)
            yield Finding(f"{SEGMENTS}{one.attribute}", said.rstrip("."), said, abs(first.pull))


def _themes(rows: Iterable[ThemeRow]) -> Iterator[Finding]:
    """The theme that goes with the lowest scores, and the one that goes with the highest."""
    apart, effect = [row for row in rows if row.stands_apart], attrgetter("effect")
    lowest, highest = min(apart, key=effect, default=None), max(apart, key=effect, default=None)
    for row, way in ((lowest, "lower"), (highest, "higher")):
        if row is None or (row.effect < 0) != (way == "lower"):
            continue
        title = f"“{short(row.name)}” goes with {way} scores{row.ended}"
        text = (
            f"{title}: {plural(row.n, 'comment')}, NPS {with_interval(row.nps, row.low, row.high)};"
            f" effect {with_interval(row.effect, row.effect_low, row.effect_high)}."
        )
        yield Finding(THEMES, title, text, abs(row.effect) * row.share)


def _drivers(drivers: Iterable[Driver]) -> Iterator[Finding]:
    """The question of satisfaction that goes with the score most, the one that their own title names.

    One that goes against the score is no finding before somebody has seen which end of its scale is the good one.
    """
    apart = [one for one in drivers if one.beyond_chance and one.effect.points > 0]
    for one in apart[:1]:
        points = size_words(one.effect.points, (one.satisfied.nps, one.others.nps))
        title = (
            f"“{in_title(one.column)}”: those at its good end score {points} above the rest"
            f" ({format_interval(one.effect.low, one.effect.high)})"
        )
        yield Finding(DRIVERS, title, f"{title}.", _pull(one))


def _pull(one: Driver) -> float:
    """How far apart, times the share who are not at the good end."""
    return float(abs(one.effect.points) * one.others.n / max(one.n, 1))


_MONTHS = 12
_ROLES = ("", "before", "a year before")


@dataclass(frozen=True)
class Standing:
    """The score of some days: what they are ("", "before", "a year before"), their name, and the score."""

    role: str
    label: str
    score: Estimate

    @property
    def nps(self) -> str:
        """The score alone."""
        return self.score.figure

    @property
    def interval(self) -> str:
        """Its interval; empty where there is none."""
        low, high = float(self.score.low), float(self.score.high)
        return format_interval(low, high) if low == low else ""  # noqa: PLR0124 - NaN

    @property
    def words(self) -> str:
        """As in "a year before, Q3 2025: +40 (+33 to +47), n 371"."""
        name = ", ".join(filter(None, (self.role, self.label)))
        interval = f" ({self.interval})" if self.interval else ""
        return f"{name}: {self.nps}{interval}, n {format_count(self.score.n)}"


def find_standing(scope: Scope, trend: Trend | None, whole: Estimate) -> tuple[Standing, ...]:
    """The scores of the days that are filtered, of those before, and of a year before.

    Without such days that of all responses, which is the one that a page and a title tell, and beside it those of the
    latest period, of the one before and of a year before, where there is one before. Days without responses are
    left out. Single periods differ by chance: what is a change is said by the story alone.
    """
    filters = scope.filters
    if filters.since and filters.until:
        now, before = before_as_long(filters.since, filters.until)
        spans = [now, before, year_before(filters.since, filters.until)]
        return _standings(
            (
                span_words(span.since, span.until),
                nps_of(scope.with_filters(since=span.since, until=span.until)),
            )
            for span in spans
        )
    if trend is None or trend.latest is None or trend.previous is None:
        return _standings([("all responses", whole)])
    year = trend.latest - YEAR[trend.period]
    places = [trend.latest, trend.previous, *([year] if 0 <= year != trend.previous else [])]
    periods = _standings((period_words(trend, place), trend.estimate[place]) for place in places)
    return (Standing("over all", "", whole), *periods)


def _standings(found: Iterable[tuple[str, Estimate]]) -> tuple[Standing, ...]:
    """Those that have responses, with what they are."""
    return tuple(
        Standing(role, label, score) for role, (label, score) in zip(_ROLES, found, strict=False) if score.n
    )


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


def year_before(since: dt.date, until: dt.date) -> Span:
    """The same days a year earlier; the last of a month stays the last.

    >>> year_before(dt.date(2024, 2, 1), dt.date(2024, 2, 29)).label
    '1 Feb 2023 to 28 Feb 2023'
    """
    day = dt.timedelta(days=1)
    whole = (until + day).day == 1
    first, last = _a_year_less(since), _a_year_less(until + day) - day if whole else _a_year_less(until)
    return span_of(first, last)


def _a_year_less(when: dt.date) -> dt.date:
    """The same day of the year before; of 29 February the 28th."""
    return when.replace(year=max(1, when.year - 1), day=28 if (when.month, when.day) == (2, 29) else when.day)
