"""Where the score stands: that of the period, of the one before, and of a year before."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nps_core.compare.groups import span_of
from nps_core.days import span_words
from nps_core.formatting import format_count, format_interval, format_nps
from nps_core.score.sample import nps_of
from nps_core.trends.fit import YEAR
from nps_core.trends.result import period_words

if TYPE_CHECKING:
    from nps_core.compare.comparison import Span
    from nps_core.scope import Scope
    from nps_core.score.estimate import Estimate
    from nps_core.trends.result import Trend

_MONTHS = 12
_ROLES = ("", "before", "a year before", "over all")


@dataclass(frozen=True)
class Standing:
    """The score of some days: what they are ("", "before", "a year before"), their name, and the score."""

    role: str
    label: str
    score: Estimate

    @property
    def nps(self) -> str:
        """The score alone."""
        return format_nps(self.score.nps)

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
    """The scores of the days that are filtered, or of the latest period; of those before, and of a year before.

    Beside single periods stands the score of all; without dates it stands alone. Days without responses are
    left out. Single periods differ by chance: what is a change is said by the story alone.
    """
    filters = scope.filters
    if filters.since and filters.until:
        now, before = before_as_long(filters.since, filters.until)
        spans = [now, before, year_before(filters.since, filters.until)]
        found: list[tuple[str, Estimate | None]] = [
            (
                span_words(span.since, span.until),
                nps_of(scope.with_filters(since=span.since, until=span.until)),
            )
            for span in spans
        ]
    else:
        found = _of_periods(trend, whole)
    return tuple(
        Standing(role, label, score)
        for role, (label, score) in zip(_ROLES, found, strict=False)
        if score is not None and score.n
    )


def _of_periods(seen: Trend | None, every: Estimate) -> list[tuple[str, Estimate | None]]:
    if seen is None or seen.latest is None:
        return [("all responses", every)]
    year = seen.latest - YEAR[seen.period]
    places = (seen.latest, seen.previous, year if year >= 0 and year != seen.previous else None)
    found = [
        ("", None) if place is None else (period_words(seen, place), seen.estimate[place]) for place in places
    ]
    whole = seen.previous is not None
    return [*found, ("", every if whole else None)]


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
