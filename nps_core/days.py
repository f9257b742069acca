"""Spans of days: those one picks most often, and how one is said."""

from __future__ import annotations

import calendar
import datetime as dt
from typing import NamedTuple

from nps_core.formatting import format_day

_QUARTER, _YEAR = 3, 12  # months


class Preset(NamedTuple):
    """A span of days under the name that one picks it by; both days are included."""

    name: str
    since: dt.date
    until: dt.date


def today() -> dt.date:
    """The day that a clock on the wall shows where this runs; responses of days after it are dated in the future."""
    return dt.datetime.now(tz=dt.UTC).astimezone().date()


def day_presets(first: dt.date, last: dt.date) -> tuple[Preset, ...]:
    """The spans that are picked most often, counted from the last day of a survey, or from today where that is to come.

    A survey is read weeks after it was closed, and "last quarter" is meant of its days. Spans that hold none of the
    survey's days or all of them are left out; none begins before its first day or ends after its last.

    >>> [one.name for one in day_presets(dt.date(2024, 5, 1), dt.date(2024, 9, 30))]
    ['Last 30 days', 'This quarter', 'Last quarter']
    """
    whole = first, last
    last = min(last, today())
    this, year = (
        last.replace(month=last.month - (last.month - 1) % _QUARTER, day=1),
        last.replace(month=1, day=1),
    )
    asked = (
        Preset("Last 30 days", last - dt.timedelta(days=29), last),
        Preset("This quarter", this, last),
        Preset("Last quarter", months_on(this, -_QUARTER), this - dt.timedelta(days=1)),
        Preset("Last 12 months", months_on(last + dt.timedelta(days=1), -_YEAR), last),
        Preset("This year", year, last),
    )
    cut = [one._replace(since=max(one.since, first)) for one in asked]
    return tuple(one for one in cut if one.since <= one.until and (one.since, one.until) != whole)


def span_words(since: dt.date | None, until: dt.date | None) -> str:
    """A span in words; "" for one without ends.

    >>> span_words(dt.date(2026, 4, 1), dt.date(2026, 6, 30)), span_words(dt.date(2026, 3, 3), None)
    ('Q2 2026', 'since 3 Mar 2026')
    """
    if since and until:
        first, last = format_day(since), format_day(until)
        return _calendar_name(since, until) or (first if since == until else f"{first} to {last}")
    return f"since {format_day(since)}" if since else f"until {format_day(until)}" if until else ""


def _calendar_name(since: dt.date, until: dt.date) -> str:
    """The name of a whole month, quarter or year; "" for any other span."""
    if since.day != 1 or since.year != until.year or until != _month_end(until):
        return ""
    match since.month, until.month:
        case (1, 12):
            return f"{since:%Y}"
        case (start, end) if end - start == _QUARTER - 1 and end % _QUARTER == 0:
            return f"Q{end // _QUARTER} {since:%Y}"
        case (start, end) if start == end:
            return f"{since:%b %Y}"
    return ""


def _month_end(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def months_on(day: dt.date, months: int) -> dt.date:
    """So many months later, or earlier; the last day of a month that is too short."""
    month = day.year * _YEAR + day.month - 1 + months
    start = dt.date(month // _YEAR, month % _YEAR + 1, 1)
    return start.replace(day=min(day.day, _month_end(start).day))
