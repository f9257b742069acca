"""What a single cell or header says, before anyone knows its column: no answer, a number, a day, a time; and names."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nps_core.reading.vocabulary import PATTERNS, WORDS, alternation, table
from nps_core.user_text import normalised, with_digits

if TYPE_CHECKING:
    from collections.abc import Sequence


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]{0,10}(?:\s[^<>]{0,200})?/?>")
"""A tag of HTML, which form builders put into their headers; "<->" and "<https://...>" are none."""
_SPLIT = re.compile(r"[_\\|:]|(?<!\d)[.\-/–]|[.\-/–](?!\d)")
_NUMBER = re.compile(r"[-+]?(\d{1,3}([ ',.]\d{3})+|\d+)([.,]\d+)?\s?%?$")
_DATE = re.compile(
    r"(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([T ,].*)?$|"
    r"(\w{3,9}, )?\d{1,2}\.? \w{3,10}\.?,? \d{4}\b|\w{3,9} \d{1,2}, \d{4}\b|\d{4}年\d{1,2}月"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+$")


@lru_cache(maxsize=8192)
def plain(text: str) -> str:
    """A header for matching: lower case, no accents, no markup, words apart.

    >>> plain("Likelihood.to.recommend")
    'likelihood to recommend'
    >>> plain("¿Qué tan probable?"), plain("من ٠ إلى ١٠")
    ('¿que tan probable?', 'من 0 إلى 10')
    """
    bare = _TAG.sub(" ", normalised(text, "NFKC"))
    spaced = " ".join(_SPLIT.sub(" ", _CAMEL.sub(" ", bare)).split()).lower()
    if spaced.isascii():
        return spaced
    spaced = with_digits(spaced)
    return "".join(_without_accent(letter) for letter in spaced)


@lru_cache(maxsize=8192)
def says(header: str, *concepts: str) -> bool:
    """Whether a plain text speaks of one of these concepts of the vocabulary.

    >>> says("wurden sie uns weiterempfehlen", "recommend"), says("status of it", "status")
    (True, False)
    """
    return any(PATTERNS[concept].search(header) for concept in concepts)


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[:1]
    return base if base.isascii() else letter


def is_no_answer(text: str) -> bool:
    """True for a blank cell and for the spellings of "no answer"."""
    return text.strip().lower() in WORDS["no_answer"]


@lru_cache(maxsize=65536)
def kind(text: str) -> str:
    """What a cell looks like: "blank", "number", "date", "email" or "text"."""
    bare = text.strip()
    if not bare:
        return "blank"
    if len(bare) > 60:  # noqa: PLR2004 - longer than any number, date or address worth telling
        return "text"
    if _NUMBER.match(bare):
        return "number"
    if _DATE.match(bare):
        return "date"
    return "email" if _EMAIL.match(bare) else "text"


def clean_header(text: str) -> str:
    """A header for people: markup and line breaks out, spaces single."""
    return " ".join(_TAG.sub(" ", text).replace("\u200b", "").replace("\ufeff", "").split())


_MOST = 0.8
"""A share that settles what a row is."""


_CODE = re.compile(r"[A-Za-z]{0,12}[_.]?\d{0,4}([_.][A-Za-z0-9]{1,12}){0,4}$")


def join_header(block: list[list[str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names and labels (question texts) of one to three header rows."""
    block = [row for row in block if not any('{"ImportId"' in cell for cell in row)] or block[:1]
    cleaned = [[clean_header(cell) for cell in row] for row in block]
    first = cleaned[0]
    if len(cleaned) > 1 and all(row == first for row in cleaned):
        # The same row again is no explanation of the first: the parts are joined as they stand.
        joined = [" ".join(filter(None, parts)) for parts in zip(*cleaned, strict=True)]
        return unique_names(joined), tuple(first)
    if len(cleaned) == 1:
        return unique_names(first), _texts_of(first)
    second = [" ".join(filter(None, parts)) for parts in zip(*cleaned[1:], strict=True)]
    if _are_codes(first):
        labels = [text or code for code, text in zip(first, second, strict=True)]
        return unique_names(first), tuple(labels)
    names, labels, question = [], [], ""
    for upper, lower in zip(first, second, strict=True):
        question = upper or question
        names.append(_question_and_option(upper, lower, question))
        labels.append(lower if lower and not upper else names[-1])
    return unique_names(names), tuple(labels)


def _texts_of(names: list[str]) -> tuple[str, ...]:
    """The question texts, where every header is a code and its text ("NPS. How likely ...")."""
    parts = [re.match(r"([A-Za-z]\w{0,30}(?:\[\w+\])?)\. (.+)", name) for name in names]
    if len([part for part in parts if part]) < _MOST * len(names):
        return tuple(names)
    return tuple(part[2] if part else name for part, name in zip(parts, names, strict=True))


def _are_codes(first: list[str]) -> bool:
    """True for a row of variable names (Q1, V7, StartDate), whose texts stand in the next row."""
    filled = [cell for cell in first if cell]
    codes = sum(1 for cell in filled if " " not in cell or not _CODE.match(cell))
    short = sum(1 for cell in filled if len(cell) <= 30)  # noqa: PLR2004 - variable names are short
    return len(filled) >= len(first) - 1 and codes >= len(filled) * _MOST and short >= len(filled) * _MOST


def _question_and_option(upper: str, lower: str, question: str) -> str:
    if not lower or says(plain(lower), "repeated_header") or lower == upper:
        return upper or lower
    return f"{question} – {lower}" if question else lower


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Every column gets a name, and no two have the same."""
    seen: Counter[str] = Counter()
    taken = set(names)
    found = []
    for place, name in enumerate(names):
        wanted = name or f"Column {place + 1}"
        seen[wanted] += 1
        unique = wanted
        while seen[wanted] > 1 and (unique == wanted or unique in taken):
            unique = f"{wanted} ({seen[wanted]})"
            if unique in taken:
                seen[wanted] += 1
        taken.add(unique)
        found.append(unique)
    return tuple(found)


_NUMERIC_DAY = re.compile(r"(\d{1,4})([-/. ])(\d{1,2})(?:\2(\d{4}|\d{1,2}))?$")


_KANJI = re.compile(
    r"(?P<era>令和|平成)?(?P<year>\d{1,4}|元)[年년] ?(?P<month>\d{1,2})[月월](?:"
    r" ?(?P<day>\d{1,2})[日일号])?(?: ?\(\w\)| ?\w曜日?| ?\w요일| ?(?:星期|周|週)\w)?$"
)


_ERAS = {"令和": 2018, "平成": 1988}
"""The year before the first of each era."""


_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?([1-7]))?$")


_NAMED_WEEK = re.compile(
    rf"(?:{alternation('week')}\.? ?(?P<week>\d{{1,2}})[ /-]{{1,3}}(?P<year>20\d\d)|"
    rf"(?P<year2>20\d\d)[ /-]{{1,3}}{alternation('week')}\.? ?(?P<week2>\d{{1,2}}))$",
    re.IGNORECASE,
)
"""KW 05/2025, as people write weeks."""


_SPACED = re.compile(r"(?<=\d)\.\s+(?=\d)")


_BEFORE_TIME = re.compile(rf"(?<![\s,.])[\s,.]+{alternation('before_time')}\.?$", re.IGNORECASE)


_COMPACT = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})?$")


_MONTH_AND_YEAR = re.compile(r"(\d{1,2})[-/.]((?:19|20)\d\d)$")


_QUARTER = re.compile(r"(?:(\d{4})[-\s/]?q([1-4])|q([1-4])[-\s/']*(\d{4}))$", re.IGNORECASE)


_WEEKDAY = re.compile(r"([^\W\d]{2,14})[.,]{0,2} (\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})$")
"""Tue 31/03/2026; in "Mar 31, 2026" the word is a month."""

_WEEKDAYS = table("weekdays")


_MONTHS = table("months")


_DAY_WORDS = re.compile(
    r"(?:[^\W\d_]|[\u0900-\u0903\u093a-\u094f\u0981-\u0983\u09bc-\u09cd\u0e31\u0e34-\u0e3a\u0e47-\u0e4e])+|\d+"
)
"""Words and numbers; the vowels of Hindi, Bengali and Thai that stand on or below a letter are part of a word."""


_HALVES = table("halves_of_day")


_HALF = "|".join(map(re.escape, _HALVES))


_TIME = re.compile(
    rf"(?P<before>{_HALF})?\s?"
    r"(?P<h>\d{1,2})[:.h時](?P<m>\d{2})(?:[:.分](?P<s>\d{2})(?:[.,](?P<f>\d{1,9}))?)?[分秒]?\s?"
    rf"(?P<half>[ap]\.?\s?m\.?|{_HALF})?\s?"
    r"(?P<zone>z|utc|gmt|h\.?|ч\.?|[a-z]{3,4}|[a-z]+/[a-z_]+|(?:[^\W\d]{3,8})?\s?[-+−]\d{1,2}:?(?:\d{2})?(?:\s[a-z]{3,4})?)?"
    r"(?:\s?[(\[].*[)\]])?$",
    re.IGNORECASE,
)


_PACKED_TIME = re.compile(r"(?P<h>\d{2})(?P<m>\d{2})(?P<s>\d{2})?(?:\.\d+)?Z?$")


_BARE_HOUR = re.compile(r"(?P<h>\d{1,2})\s?(?P<half>[ap]m)$", re.IGNORECASE)


FIRST_YEAR, LAST_YEAR = 1900, 2100
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
    named = (parts["half"] or parts["before"] or "").lower()
    half = _HALVES.get(named, named[:1])
    if half and hour <= 12:  # noqa: PLR2004 - a clock of twelve hours
        hour = hour % 12 + (12 if half == "p" else 0)
    minute, second = int(parts["m"]), int(parts["s"] or 0)
    if hour > 24 or minute > 59 or second > 60:  # noqa: PLR2004 - no such time of day
        return None
    fraction = int((parts["f"] or "0").ljust(6, "0")[:6])
    return ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction


def read_day(text: str) -> Parts | None:  # noqa: PLR0911 - one return a spelling
    """Read the spelling of a day; None when it is none."""
    text = _SPACED.sub(".", _BEFORE_TIME.sub("", text)).rstrip(".")
    if (named := _WEEKDAY.match(text)) and plain(named[1]) in _WEEKDAYS:
        text = named[2]
    if found := _NUMERIC_DAY.match(text):
        return _numeric(found)
    if found := _KANJI.match(text):
        year = 1 if found["year"] == "元" else int(found["year"])
        return _checked(_ERAS.get(found["era"], 0) + year, int(found["month"]), int(found["day"] or 1))
    if found := _WEEK.match(text):
        return _week(int(found[1]), int(found[2]), int(found[3] or 1))
    if found := _NAMED_WEEK.match(text):
        return _week(int(found["year"] or found["year2"]), int(found["week"] or found["week2"]), 1)
    if found := _COMPACT.match(text):
        return _checked(int(found[1] + found[2]), int(found[3]), int(found[4] or 1))
    if found := _MONTH_AND_YEAR.match(text):
        return _checked(int(found[2]), int(found[1]), 1)
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
    return Parts(None, (a, b, year)) if FIRST_YEAR <= year <= LAST_YEAR else None


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
    words = _DAY_WORDS.findall(text)
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
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 31):  # noqa: PLR2004
        return None
    try:
        np.datetime64(f"{year:04d}-{month:02d}-{day:02d}")
    except ValueError:
        return None
    return Parts((year, month, day), None)


_NOISE = re.compile(r"[\s\u00a0\u202f'’_]|[$€£¥]|\b(usd|eur|gbp|chf|brl|jpy)\b", re.IGNORECASE)


_THOUSANDS = re.compile(r"[-+−]?\d{1,3}([.,])\d{3}(?:\1\d{3})*$")


_SHORT = {"k": 1e3, "m": 1e6}


def read_amount(cell: str) -> float:
    """Read one cell as a number; NaN for what is none.

    Of "1.204" and "1,204" the mark parts thousands; of "0,85", "12,5" and "1.204,50" the last one is the decimal.

    Examples
    --------
    >>> [read_amount(cell) for cell in ("0.85", "0,85", "€ 1.204,50", "12,000", "3.5k", "-1")]
    [0.85, 0.85, 1204.5, 12000.0, 3500.0, -1.0]
    >>> read_amount("many")
    nan
    """
    text = _NOISE.sub("", cell).replace("−", "-").lower()
    factor = _SHORT.get(text[-1:], 1.0)
    text = text[:-1] if factor > 1 else text
    if _THOUSANDS.match(text) and not text.lstrip("+-").startswith("0"):
        text = re.sub("[.,]", "", text)
    elif text.rfind(",") > text.rfind("."):
        text = text.replace(".", "").replace(",", ".")
    else:
        text = text.replace(",", "")
    try:
        value = float(text) * factor
    except ValueError:
        return math.nan
    return value if math.isfinite(value) else math.nan


def trimmed(row: Sequence[str]) -> list[str]:
    """The cells of a record, stripped, less the blank ones at its end."""
    cells = [cell.strip() for cell in row]
    while cells and not cells[-1]:
        cells.pop()
    return cells
