"""Days as engines write them: the day of a moment, the first day of its period, and numbers of days.

Which period a day is in is the only thing that an engine computes of dates, and what it gives is checked here.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import numpy as np
import sqlalchemy as sa

from nps_core.reading.cells import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_ISO = 10
"""Letters of 2026-03-31."""

FIRST_DAY, LAST_DAY = dt.date(FIRST_YEAR, 1, 1), dt.date(LAST_YEAR, 12, 31)
"""What is before or after is no day of a survey, as in a file: "9999-12-31" and "infinity" mean that none is known."""


def day_of(
    kind: str, column: sa.ColumnElement[Any], *, is_text: bool, bad: Sequence[str]
) -> sa.ColumnElement[Any]:
    """The day of a moment; NULL where there is none.

    Parameters
    ----------
    kind
        The name of the engine.
    is_text
        Whether it is a text that begins with a day as 2026-03-31.
    bad
        Beginnings of texts that are no day.
    """
    start = sa.func.substr(column, 1, _ISO)
    if kind == "sqlite":
        # It has no dates: it reads them from texts, takes every month to have 31 days, and what is behind a day, such
        # as "-05:00", would make it another.
        return sa.case((start.not_in(bad), sa.func.date(start))) if bad else sa.func.date(start)
    if not is_text:
        return sa.cast(column, sa.Date)
    shaped = start.like("____-__-__")
    return sa.case((sa.and_(shaped, start.not_in(bad)) if bad else shaped, sa.cast(start, sa.Date)))


def known_day(kind: str, day: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """A day of a survey; NULL for one before `FIRST_DAY` or after `LAST_DAY`."""
    return sa.case((day.between(as_day(kind, FIRST_DAY), as_day(kind, LAST_DAY)), day))


def first_of(kind: str, day: sa.ColumnElement[Any], period: str) -> sa.ColumnElement[Any]:
    """The first day of the calendar period ("day", "week", "month", "quarter") of a day; weeks begin on Monday."""
    if period == "day":
        return day
    if kind == "sqlite":
        if period == "week":
            return sa.func.date(day, "weekday 0", "-6 days")
        if period == "month":
            return sa.func.date(day, "start of month")
        past = (sa.cast(sa.func.strftime("%m", day), sa.Integer) - 1) % 3
        return sa.func.date(day, "start of month", sa.literal("-") + sa.cast(past, sa.String) + " months")
    if kind == "bigquery":
        unit: sa.ColumnElement[Any] = sa.literal_column("ISOWEEK" if period == "week" else period.upper())
        return sa.func.date_trunc(day, unit)
    return sa.cast(sa.func.date_trunc(sa.literal_column(f"'{period}'"), day), sa.Date)


def as_day(kind: str, day: dt.date) -> sa.ColumnElement[Any]:
    """A day to compare with those of a table."""
    return sa.literal(day.isoformat()) if kind == "sqlite" else sa.literal(day, sa.Date)


def numbers_of_days(raw: Sequence[Any]) -> NDArray[np.int64]:
    """Days since 1970, the least of all numbers for None."""
    told = {
        value: np.datetime64(value, "D") if value is not None else np.datetime64("NaT") for value in set(raw)
    }
    return np.array([told[value] for value in raw], dtype="datetime64[D]").astype(np.int64)
