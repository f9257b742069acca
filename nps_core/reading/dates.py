"""A column of text -> dates: each spelling, and the day-month order from the whole column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from nps_core.reading.cells import BUDDHIST, FIRST_YEAR, LAST_YEAR, Parts, is_no_answer, read_day, read_time
from nps_core.user_text import normalised, with_digits

if TYPE_CHECKING:
    from collections.abc import Sequence


_YEAR_AND_NUMBER = re.compile(r"\d{4}[-/.]\d{1,2}$")
_NUMBER = re.compile(r"\d{5,16}(?:[.,]\d+)?$")
_PACKED = re.compile(r"((?:19|20)\d{6})(\d{4}(?:\d{2})?)$")
_CLOCK_FIRST = re.compile(r"(?:\w{3},? )?(\w{3}) +(\d{1,2}) (\d{1,2}:\d{2}:\d{2}) (?:[A-Z]{2,5} )?(\d{4})$")
"""Mon Jan  5 09:00:00 2026, as Unix writes it."""

_PAIRS = re.compile(r"'?(\d\d)[-/.](\d\d)[-/.](\d\d)(?!\d)")
"""Three pairs of digits at the beginning: a day, a month and a year in some order."""

_TIME_FIRST = re.compile(r"(\d{1,2}:\d{2}(?::\d{2})?(?: ?[ap]m)?)[ ,]{1,2}(\d.*)$", re.IGNORECASE)
"""14:36 06/01/2026."""

_YEAR = re.compile(r"(?<!\d)2[5-6]\d\d(?!\d)")

_UNIX = (10**9, 2_200_000_000)
"""Unix seconds from 2001 to 2039; milliseconds are a thousandfold."""

_EXCEL = (20_000, 65_000)
"""Excel's day numbers from 1954 to 2077."""

_EXCEL_ZERO = np.datetime64("1899-12-30", "us")
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class Dates:
    """A column read as dates.

    Parameters
    ----------
    moments
        One a row (datetime64[us]), NaT where blank or not read.
    unread
        Places of rows that hold something that could not be read.
    order
        "day first" or "month first" where it mattered, else "".
    doubt
        A sentence when the order is not certain or differs within the column; else "".
    """

    moments: np.ndarray
    unread: np.ndarray
    order: Order = ""
    doubt: str = ""

    @property
    def read(self) -> int:
        """How many rows have a date."""
        return int((~np.isnat(self.moments)).sum())


def read_dates(
    codes: np.ndarray, distinct: Sequence[str], *, numbers: bool = True, hint: Order = ""
) -> Dates:
    """Read a dictionary-encoded column as dates.

    Parameters
    ----------
    codes, distinct
        The column: one code a row, and the values the codes stand for.
    numbers
        Whether bare numbers may be unix times, Excel day numbers or 20260331.
    hint
        The order to take when the column itself does not tell.
    """
    if not all(map(str.isascii, distinct)):
        distinct = [with_digits(normalised(value, "NFKC")) for value in distinct]
    if (quick := _iso(distinct)) is not None:
        return Dates(quick[codes], np.array([], dtype=np.int64))
    parts = _read_distinct(_with_century(distinct), numbers=numbers)
    ambiguous = [place for place, part in enumerate(parts) if isinstance(part, Parts) and part.open]
    order, doubt, by_row = find_order(codes, parts, ambiguous, hint)
    values = np.array([value_of(part, order) for part in parts], dtype="datetime64[us]")
    rows = values[codes]
    if by_row is not None:
        other = np.array(
            [value_of(part, MDY if order == DMY else DMY) for part in parts], dtype="datetime64[us]"
        )
        rows = np.where(by_row, other[codes], rows)
    missing = np.array([is_no_answer(value) for value in distinct], dtype=bool)
    unread = np.flatnonzero(np.isnat(rows) & ~missing[codes])
    return Dates(rows, unread, order, " ".join(filter(None, (doubt, _era(distinct)))))


def _with_century(distinct: Sequence[str]) -> Sequence[str]:
    """The values with their century where their year stands in front (25/01/31), else as they are.

    A survey spreads over more days of the month than years: of three pairs of digits the last ones are the days
    where they are further apart than the first ones are, and the middle ones can be months.
    """
    filled = [value for value in distinct if not is_no_answer(value)]
    found = [match.groups() for value in filled if (match := _PAIRS.match(value))]
    if not found or len(found) < len(filled):
        return distinct
    first, middle, last = (set(map(int, numbers)) for numbers in zip(*found, strict=True))
    days = max(last) - min(last) > max(first) - min(first) and max(last) <= 31  # noqa: PLR2004
    if not days or max(middle) > 12:  # noqa: PLR2004
        return distinct
    return [_PAIRS.sub(r"20\1-\2-\3", value) for value in distinct]


def _era(distinct: Sequence[str]) -> str:
    """A doubt where years are of the Buddhist era."""
    years = (int(found[0]) for value in distinct if (found := _YEAR.search(value)))
    if not any(BUDDHIST[0] <= year <= BUDDHIST[1] for year in years):
        return ""
    return "Years such as 2569 were read as of the Buddhist era, 543 years ahead of the common one."


def date_share(counts: dict[str, int], *, numbers: bool) -> float:
    """The share of filled cells that can be read as a date."""
    filled = {value: count for value, count in counts.items() if not is_no_answer(value)}
    total = sum(filled.values())
    parts = _read_distinct([with_digits(value) for value in filled], numbers=numbers)
    if any(
        part is None and _YEAR_AND_NUMBER.match(value.strip())
        for part, value in zip(parts, filled, strict=True)
    ):
        return 0.0  # 2024-20 beside 2024-10 is a term or a week, and no month
    good = sum(count for part, count in zip(parts, filled.values(), strict=True) if part is not None)
    return good / total if total else 0.0


def _iso(distinct: Sequence[str]) -> np.ndarray | None:
    """All values at once when they are ISO dates (the usual case, and quick); None otherwise."""
    look = [value for value in distinct[:50] if value]
    if not look or not all(len(value) >= 10 and value[4] == "-" and value[7] == "-" for value in look):  # noqa: PLR2004
        return None
    series = pd.Series(list(distinct), dtype="str")
    try:
        found = pd.to_datetime(series.where(series != "", None), format="ISO8601")
    except (ValueError, OverflowError):
        return None
    if not isinstance(found.dtype, (np.dtype, pd.DatetimeTZDtype)) or found.dtype == object:
        return None
    bare = found.dt.tz_localize(None) if found.dt.tz is not None else found
    years = bare.dt.year
    if years.min() < FIRST_YEAR or years.max() > LAST_YEAR:  # one by one then
        return None
    return bare.to_numpy(dtype="datetime64[us]")


def _read_distinct(distinct: Sequence[str], *, numbers: bool) -> list[Parts | np.datetime64 | None]:
    """Each distinct value read; days are remembered, since a year has few and a file has many times."""
    days: dict[str, Parts | None] = {}
    found: list[Parts | np.datetime64 | None] = []
    for value in distinct:
        bare = value.strip().strip("='\"")
        if numbers and _NUMBER.match(bare) and (moment := _moment(bare)) is not None:
            found.append(moment)
            continue
        found.append(_split(bare, days, numbers=numbers))
    return found


def _moment(bare: str) -> np.datetime64 | None:
    number = float(bare.replace(",", "."))
    if _UNIX[0] <= number < _UNIX[1]:
        return np.datetime64(int(number * 1e6), "us")
    if _UNIX[0] * 1000 <= number < _UNIX[1] * 1000:
        return np.datetime64(int(number * 1e3), "us")
    if _UNIX[0] * 10**6 <= number < _UNIX[1] * 10**6:
        return np.datetime64(int(number), "us")
    if _EXCEL[0] <= number < _EXCEL[1]:
        return np.datetime64(_EXCEL_ZERO + np.timedelta64(round(number * _DAY_US), "us"))
    return None


def _split(bare: str, days: dict[str, Parts | None], *, numbers: bool) -> Parts | None:
    """A value as its day and its time of day."""
    if len(bare) > 80 or not bare or not any(letter.isdigit() for letter in bare):  # noqa: PLR2004 - a date is short
        return None
    if not numbers and bare.isdigit():
        return None
    if clock := _CLOCK_FIRST.match(bare):
        bare = f"{clock[1]} {clock[2]} {clock[4]} {clock[3]}"
    elif clock := _TIME_FIRST.match(bare):
        bare = f"{clock[2]} {clock[1]}"
    elif packed := _PACKED.match(bare):
        bare = f"{packed[1]}T{packed[2]}"
    for cut in _cuts(bare):
        head, tail = bare[:cut].rstrip(" ,T"), bare[cut:].lstrip(" ,T")
        if head not in days:
            days[head] = read_day(head)
        day = days[head]
        time = read_time(tail) if tail else 0
        if day is not None and time is not None:
            return Parts(day.fixed, day.open, time) if time else day
    return None


def _cuts(bare: str) -> list[int]:
    """Where the day may end and the time begin: nowhere, or at each space, comma or T before a digit."""
    places = [
        match.start()
        for match in re.finditer(
            r"[T,\s](?=\s?\d{1,2}(?:[:.h時]\d{2}|\s?[ap]m))|\s(?=午|[上下]午|오[전후])|[T\s](?=\d{6}$)|T(?=\d{4})",
            bare,
            re.IGNORECASE,
        )
    ]
    return [len(bare), *places]


Order = str

DMY, MDY = "day first", "month first"


def value_of(part: Parts | np.datetime64 | None, order: Order) -> np.datetime64:
    """The moment that one value means, given the order; NaT for none."""
    if part is None:
        return np.datetime64("NaT", "us")
    if isinstance(part, np.datetime64):
        return part
    year, month, day = part.fixed or _ordered(part, order)
    try:
        return np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "us") + np.timedelta64(part.time, "us")
    except ValueError:
        return np.datetime64("NaT", "us")


def _ordered(part: Parts, order: Order) -> tuple[int, int, int]:
    first, second, year = part.open or (1, 1, 1)
    if first > 12:  # noqa: PLR2004 - no such month
        return year, second, first
    if second > 12:  # noqa: PLR2004
        return year, first, second
    return (year, second, first) if order == DMY else (year, first, second)


def find_order(
    codes: np.ndarray, parts: list[Parts | np.datetime64 | None], ambiguous: list[int], hint: Order
) -> tuple[Order, str, np.ndarray | None]:
    """The order of day and month, a doubt, and (for mixed columns) the rows that are in the other order."""
    if not ambiguous:
        return "", "", None
    pairs = {place: part.open for place in ambiguous if isinstance(part := parts[place], Parts) and part.open}
    counts = np.bincount(codes, minlength=len(parts))
    day_first = sum(int(counts[place]) for place, pair in pairs.items() if pair[0] > 12)  # noqa: PLR2004
    month_first = sum(int(counts[place]) for place, pair in pairs.items() if pair[1] > 12)  # noqa: PLR2004
    if day_first and month_first:
        return _mixed(codes, len(parts), pairs, day_first, month_first)
    if day_first or month_first:
        return (DMY if day_first else MDY), "", None
    return _undecided(codes, parts, pairs, hint)


def _mixed(
    codes: np.ndarray, size: int, pairs: dict[int, tuple[int, int, int]], day_first: int, month_first: int
) -> tuple[Order, str, np.ndarray]:
    """Both orders occur: each open row goes with the nearest row above or below that tells."""
    sign = np.zeros(size, dtype=np.int8)
    for place, pair in pairs.items():
        sign[place] = 1 if pair[0] > 12 else -1 if pair[1] > 12 else 0  # noqa: PLR2004
    by_row = sign[codes]
    telling = np.flatnonzero(by_row)
    after = np.searchsorted(telling, np.arange(len(codes))).clip(0, len(telling) - 1)
    before = (after - 1).clip(0)
    rows = np.arange(len(codes))
    nearer = np.where(np.abs(telling[after] - rows) <= np.abs(rows - telling[before]), after, before)
    style = by_row[telling[nearer]]
    order = DMY if day_first >= month_first else MDY
    doubt = (
        f"The dates mix two styles: {day_first:,} can only be day first, {month_first:,} only month first; "
        "the others follow the nearest row that tells."
    )
    return order, doubt, style == (-1 if order == DMY else 1)


def _undecided(
    codes: np.ndarray,
    parts: list[Parts | np.datetime64 | None],
    pairs: dict[int, tuple[int, int, int]],
    hint: Order,
) -> tuple[Order, str, None]:
    """No row tells: months without days, then the order that the rows themselves are sorted in, then the hint."""
    firsts, seconds = {pair[0] for pair in pairs.values()}, {pair[1] for pair in pairs.values()}
    if len(pairs) > 1 and len(firsts) == 1 and firsts == {1}:
        return DMY, "", None
    if len(pairs) > 1 and len(seconds) == 1 and seconds == {1}:
        return MDY, "", None
    if all(pair[0] == pair[1] for pair in pairs.values()):
        return DMY, "", None
    steps = {}
    for order in (DMY, MDY):
        column = np.array([value_of(part, order) for part in parts], dtype="datetime64[us]")[codes]
        column = column[~np.isnat(column)]
        moves = np.diff(column.astype(np.int64))
        steps[order] = max((moves >= 0).mean(), (moves <= 0).mean()) if len(moves) else 0.0
    sorted_by = max(steps, key=lambda order: steps[order])
    if steps[sorted_by] == 1.0 and steps[DMY] != steps[MDY]:
        return sorted_by, "", None
    order = hint or MDY
    example = next(iter(pairs.values()))
    doubt = (
        f"No date tells whether day or month comes first ({example[0]}/{example[1]}/{example[2]} could be"
        f" either); read {order}."
    )
    return order, doubt, None
