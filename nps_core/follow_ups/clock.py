"""A clock of working hours: when something is due, and how long something took.

Times are local and without a zone, as a clock on the wall shows them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from nps_core.link import from_link, to_link
from nps_core.survey import GROUPS

_MONDAY = dt.datetime(2001, 1, 1)  # noqa: DTZ001 - a clock on the wall has no zone
_WEEK = 7
_HOURS = 24
MOST_HOURS = 1_000
"""Working hours that a plan may take; half a year."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Clock:
    """Working days and hours, and how many of them a plan takes.

    Parameters
    ----------
    days
        Working days, 0 for Monday to 6 for Sunday, ascending.
    start, end
        The hours, 0 to 24, at which a working day begins and ends.
    within
        Working hours within which a detractor, a passive and a promoter are to hear from somebody.
    """

    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    start: int = 9
    end: int = 17
    within: tuple[int, int, int] = (16, 40, 80)

    def __post_init__(self) -> None:
        """See that there is any working time.

        Raises
        ------
        ValueError
            No day, no hour, or something that no clock shows.
        """
        whole = all(type(one) is int for one in (*self.days, self.start, self.end, *self.within))
        if not (
            whole
            and self.days
            and sorted({*self.days}) == [*self.days]
            and {*self.days} <= {*range(_WEEK)}
            and 0 <= self.start < self.end <= _HOURS
            and len(self.within) == len(GROUPS)
            and all(1 <= hours <= MOST_HOURS for hours in self.within)
        ):
            raise ValueError("no working hours")

    def due(self, since: dt.datetime, group: str) -> dt.datetime:
        """When somebody of a group is to have heard from us, counted from a moment; both with their zone, in UTC."""
        return in_utc(self.after(local(since), self.within[GROUPS.index(group)]))

    def end_of(self, day: dt.date) -> dt.datetime:
        """The end of a working day, in UTC."""
        return in_utc(dt.datetime.combine(day, dt.time()) + dt.timedelta(hours=self.end))

    def after(self, since: dt.datetime, hours: float) -> dt.datetime:
        """The moment at which so many working hours (more than 0) have passed since another one.

        >>> Clock().after(dt.datetime(2026, 3, 6, 16), 2)  # a Friday
        datetime.datetime(2026, 3, 9, 10, 0)
        """
        length = self.end - self.start
        days, rest = divmod(round((self._worked(since) + hours) * 3600), length * 3600)
        if not rest:  # at the end of a day, and not at the beginning of the next
            days, rest = days - 1, length * 3600
        weeks, day = divmod(days, len(self.days))
        midnight = _MONDAY + dt.timedelta(weeks=weeks, days=self.days[day])
        return midnight + dt.timedelta(hours=self.start, seconds=rest)

    def between(self, first: dt.datetime, last: dt.datetime) -> float:
        """Working hours from one moment to another, negative where the second is the earlier one.

        >>> Clock().between(dt.datetime(2026, 3, 6, 16), dt.datetime(2026, 3, 9, 10))
        2.0
        """
        return self._worked(last) - self._worked(first)

    def _worked(self, moment: dt.datetime) -> float:
        """Working hours since a Monday of long ago."""
        weeks, day = divmod((moment.date() - _MONDAY.date()).days, _WEEK)
        done = weeks * len(self.days) + sum(own < day for own in self.days)
        hour = moment.hour + moment.minute / 60 + moment.second / 3600
        today = min(max(hour - self.start, 0.0), self.end - self.start) if day in self.days else 0.0
        return done * (self.end - self.start) + today

    @property
    def words(self) -> str:
        """Such as: Monday, Tuesday, 9:00 to 17:00; detractors within 16, passives 40, promoters 80 working hours."""
        days = ", ".join(DAYS[day] for day in self.days)
        within = ", ".join(
            f"{group}s within {hours}" for group, hours in zip(GROUPS, self.within, strict=True)
        )
        return f"{days}, {self.start}:00 to {self.end}:00; {within} working hours"

    def to_text(self) -> str:
        """The clock as one line; `clock_of` reads it back."""
        return to_link([list(self.days), self.start, self.end, list(self.within)])


def clock_of(text: str) -> Clock:
    """Read a clock back from its line; the usual one where it is none.

    >>> clock_of("?") == Clock()
    True
    """
    try:
        days, start, end, within = from_link(text)
        return Clock(tuple(days), start, end, tuple(within))
    except (TypeError, ValueError):
        return Clock()


def in_utc(shown: dt.datetime) -> dt.datetime:
    """The moment at which the clock on the wall shows this."""
    return shown.astimezone(dt.UTC)


def local(moment: dt.datetime) -> dt.datetime:
    """A moment (with its zone) as the clock on the wall shows it where this runs."""
    return moment.astimezone().replace(tzinfo=None)
