"""Calendar periods: which one a day is in, when it begins, how it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from nps_core.days import today

if TYPE_CHECKING:
    from numpy.typing import NDArray

PERIODS = ("day", "week", "month", "quarter")
"""The calendar periods that responses are counted by. Weeks begin on Monday."""

_Sums = TypeVar("_Sums", np.int64, np.float64)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def starts_of(days: NDArray[np.datetime64], period: str) -> NDArray[np.datetime64]:
    """The first day (datetime64[D]) of the period that each day is in."""
    days = days.astype("datetime64[D]")
    if period == "day":
        return days
    if period == "week":
        return days - (days.astype(np.int64) + 3) % 7  # day 0, 1 Jan 1970, was a Thursday
    months = days.astype("datetime64[M]")
    if period == "month":
        return months.astype("datetime64[D]")
    if period == "quarter":
        return (months - months.astype(np.int64) % 3).astype("datetime64[D]")
    raise ValueError(f"There is no period “{period}”; there are {', '.join(PERIODS)}.")


def begun(starts: NDArray[np.datetime64]) -> NDArray[np.bool_]:
    """Which periods have begun: responses of the others are dated in the future, and none of these is the latest."""
    mask: NDArray[np.bool_] = starts <= np.datetime64(today(), "D")
    return mask


def next_start(starts: NDArray[np.datetime64], period: str) -> NDArray[np.datetime64]:
    """The first day of the period after each of those that begin on `starts`."""
    if period in ("day", "week"):
        return starts + (1 if period == "day" else 7)
    months = starts.astype("datetime64[M]") + (1 if period == "month" else 3)
    return months.astype("datetime64[D]")


def regular(
    days: NDArray[np.datetime64], counts: NDArray[Any], period: str
) -> tuple[NDArray[np.datetime64], NDArray[Any]]:
    """Counts of days (the first axis) summed into periods without a gap."""
    firsts = starts_of(days, period)
    if not len(firsts):
        return firsts, counts
    places = _ordinal(firsts, period)
    places -= places[0]
    whole = np.zeros((places[-1] + 1, *counts.shape[1:]), dtype=counts.dtype)
    np.add.at(whole, places, counts)
    return _from_ordinal(_ordinal(firsts[:1], period)[0] + np.arange(len(whole)), period), whole


def windows(
    starts: NDArray[np.datetime64], daily: NDArray[_Sums], days: int, step: int
) -> tuple[NDArray[np.datetime64], NDArray[_Sums]]:
    """The last days of windows of so many days, `step` apart, and the sums in each of what every day has."""
    if not len(starts):
        return starts, daily
    sums = np.concatenate([np.zeros((1, *daily.shape[1:]), dtype=daily.dtype), np.cumsum(daily, axis=0)])
    ends = np.arange(len(starts), min(days, len(starts)) - 1, -step)[::-1]
    return starts[ends - 1], sums[ends] - sums[np.maximum(ends - days, 0)]


def label_of(start: np.datetime64, period: str) -> str:
    """A period in words: "3 Mar 2026", "week of 3 Mar 2026", "Mar 2026", "Q1 2026".

    Examples
    --------
    >>> label_of(np.datetime64("2026-01-01"), "quarter")
    'Q1 2026'
    """
    year, month, _ = str(start.astype("datetime64[D]")).rsplit("-", 2)
    if period == "quarter":
        return f"Q{(int(month) + 2) // 3} {year}"
    if period == "month":
        return f"{_MONTHS[int(month) - 1]} {year}"
    return f"week of {day_words(start)}" if period == "week" else day_words(start)


def day_words(day: np.datetime64) -> str:
    """A day in words: "3 Mar 2026"."""
    # Not strftime: the names of months must not follow the machine's language.
    year, month, number = str(day.astype("datetime64[D]")).rsplit("-", 2)
    return f"{int(number)} {_MONTHS[int(month) - 1]} {year}"


def _ordinal(firsts: NDArray[np.datetime64], period: str) -> NDArray[np.int64]:
    """Consecutive numbers of consecutive periods."""
    if period in ("day", "week"):
        return firsts.astype(np.int64) if period == "day" else (firsts.astype(np.int64) + 3) // 7
    months = firsts.astype("datetime64[M]").astype(np.int64)
    return months if period == "month" else months // 3


def _from_ordinal(numbers: NDArray[np.int64], period: str) -> NDArray[np.datetime64]:
    if period in ("day", "week"):
        return (numbers if period == "day" else numbers * 7 - 3).astype("datetime64[D]")
    months = numbers if period == "month" else numbers * 3
    return months.astype("datetime64[M]").astype("datetime64[D]")
