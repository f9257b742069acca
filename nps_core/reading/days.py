"""The spellings of a day and of a time of day."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nps_core.reading.cells import plain
from nps_core.reading.vocabulary import alternation, table

_NUMERIC = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})(?:\2(\d{4}|\d{1,2}))?$")


_KANJI = re.compile(
    r"(?P<era>令和|平成)?(?P<year>\d{1,4}|元)[年년] ?(?P<month>\d{1,2})[月월](?:"
    r" ?(?P<day>\d{1,2})[日일号])?(?: ?\(\w\)| ?\w曜日?| ?\w요일)?$"
)
_ERAS = {"令和": 2018, "平成": 1988}
"""The year before the first of each era."""

_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?$")
_SPACED = re.compile(r"(?<=\d)\.\s+(?=\d)")
_BEFORE_TIME = re.compile(rf"(?<![\s,.])[\s,.]+{alternation('before_time')}\.?$", re.IGNORECASE)


_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})$")


_QUARTER = re.compile(r"(?:(\d{4})[-\s/]?q([1-4])|q([1-4])[-\s/']*(\d{4}))$", re.IGNORECASE)


_MONTHS = table("months")
_WORDS = re.compile(
    r"(?:[^\W\d_]|[\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+|\d+"
)
"""Words and numbers; the vowels of Hindi, Bengali and Thai that stand on or below a letter are part of a word."""


_HALVES = table("halves_of_day")
_TIME = re.compile(
    rf"(?P<before>{'|'.join(_HALVES)})?\s?"
    r"(?P<h>\d{1,2})[:.h時](?P<m>\d{2})(?:[:.分](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?[分秒]?\s?"
    r"(?P<half>[ap]\.?\s?m\.?)?\s?"
    r"(?P<zone>z|utc|gmt|[a-z]{3,4}|(?:utc|gmt)?\s?[-+−]\d{1,2}:?(?:\d{2})?)?(?:\s?\(.*\))?$",
    re.IGNORECASE,
)


_PACKED_TIME = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})?(?:\.\d+)?Z?$")

_BARE_HOUR = re.compile(r"(?P<h>\d{1,2})\s?(?P<half>[ap]m)$", re.IGNORECASE)


_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Nobody surveyed before; a later year is a number that only looks like a date."""

BUDDHIST = (2540, 2643)
"""Years of the Buddhist era that are 1997 to 2100 of the common one."""

_PIVOT = 69
"""Two-digit years from 69 are of the last century, as POSIX has it."""


@dataclass(frozen=True)
class Parts:
    """One distinct value: either a date, or two numbers whose order is open; and its time of day."""

    fixed: tuple[int, int, int] | None
    open: tuple[int, int, int] | None  # first, second, year
    time: int = 0  # microseconds


def read_time(text: str) -> int | None:
    """Microseconds since midnight; None when it is no time."""
    if found := _BARE_HOUR.match(text):
        parts = {**found.groupdict(), "m": "0", "s": "0", "f": "", "before": ""}
    elif found := _PACKED_TIME.match(text):
        parts = {**found.groupdict(), "half": "", "f": "", "before": ""}
    elif found := _TIME.match(text):
        parts = found.groupdict()
    else:
        return None
    hour = int(parts["h"])
    half = (parts["half"] or "").lower()[:1] or _HALVES.get(parts["before"] or "", "")
    if half and hour <= 12:  # noqa: PLR2004 - a clock of twelve hours
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(parts["m"]), int(parts["s"] or 0)
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004 - no such time of day
        return None
    fraction = int((parts["f"] or "0").ljust(6, "0")[:6])
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction


def read_day(text: str) -> Parts | None:
    """Read the spelling of a day; None when it is none."""
    text = _SPACED.sub(".", _BEFORE_TIME.sub("", text)).rstrip(".")
    if found := _NUMERIC.match(text):
        return _numeric(found)
    if found := _KANJI.match(text):
        year = 1 if found["year"] == "元" else int(found["year"])
        return _checked(_ERAS.get(found["era"], 0) + year, int(found["month"]), int(found["day"] or 1))
    if found := _WEEK.match(text):
        return _week(int(found[1]), int(found[2]), int(found[3] or 1))
    if found := _COMPACT.match(text):
        return _checked(int(found[1] + found[2]), int(found[3]), int(found[4]))
    if found := _QUARTER.match(text):
        return _checked(int(found[1] or found[4]), int(found[2] or found[3]) * 3 - 2, 1)
    return _worded(text)


def _week(year: int, week: int, day: int) -> Parts | None:
    """A day by its ISO week; a week alone is its Monday."""
    try:
        found = dt.date.fromisocalendar(year, week, day)
    except ValueError:
        return None
    return _checked(found.year, found.month, found.day)


def _numeric(found: re.Match[str]) -> Parts | None:  # noqa: PLR0911 - each shape of three numbers
    first, separator, second, third = found.groups()
    if third is None:
        if len(first) == 4 and separator in "-/.":  # noqa: PLR2004 - 2026-03
            return _checked(int(first), int(second), 1)
        return None
    if len(first) == 4:  # noqa: PLR2004 - 2026-03-31
        return _checked(int(first), int(second), int(third))
    if len(first) > 2 or len(third) == 1:  # noqa: PLR2004
        return None
    a, b, year = int(first), int(second), _year(third)
    if max(a, b) > 31 or min(a, b) < 1:  # noqa: PLR2004
        return None
    if a > 12 and b > 12:  # noqa: PLR2004
        return None
    year = common_year(year)
    return Parts(None, (a, b, year)) if _FIRST_YEAR <= year <= _LAST_YEAR else None


def common_year(year: int) -> int:
    """A year of the Buddhist era, as Thai programs write it, in the common era; others as they are."""
    return year - 543 if BUDDHIST[0] <= year <= BUDDHIST[1] else year


def _year(text: str) -> int:
    year = int(text)
    if len(text) == 4:  # noqa: PLR2004
        return year
    return year + (1900 if year >= _PIVOT else 2000)


def _worded(text: str) -> Parts | None:
    """A day with its month as a word: "Friday, 9 October 2020", "Oct 9, 2020", "Dec.20", "3 de mayo de 2024"."""
    words = _WORDS.findall(text)
    months = [month for word in words if (month := month_of(word))]
    numbers = [word for word in words if word.isdigit()]
    if len(months) != 1 or not numbers or len(numbers) > 2 or len(words) > 7:  # noqa: PLR2004
        return None
    if len(numbers) == 1:
        return _checked(_year(numbers[0]), months[0], 1) if len(numbers[0]) in (2, 4) else None
    if len(numbers[0]) == 4:  # noqa: PLR2004
        return _checked(int(numbers[0]), months[0], int(numbers[1]))
    return _checked(_year(numbers[1]), months[0], int(numbers[0])) if len(numbers[1]) in (2, 4) else None


@lru_cache(maxsize=4096)
def month_of(word: str) -> int:
    """The number of a month's name, 0 when it is none.

    >>> month_of("Dez"), month_of("März"), month_of("Tag")
    (12, 3, 0)
    """
    return int(_MONTHS.get(plain(word).rstrip("."), 0))


def _checked(year: int, month: int, day: int) -> Parts | None:
    year = common_year(year)
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004
        return None
    try:
        np.datetime64(f"{year:04d}-{month:02d}-{day:02d}")
    except ValueError:
        return None
    return Parts((year, month, day), None)
