"""What a single cell or header says, before anyone knows its column; and what columns are called."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

from nps_core.reading.vocabulary import pattern, words
from nps_core.user_text import normalised, with_digits

if TYPE_CHECKING:
    from collections.abc import Sequence


NO_ANSWER = words("no_answer")
"""Spellings of "no answer" in a score, date or comment column; attributes keep them (a region may be "NA")."""

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


def _without_accent(letter: str) -> str:
    base = unicodedata.normalize("NFD", letter)[:1]
    return base if base.isascii() else letter


def is_no_answer(text: str) -> bool:
    """True for a blank cell and for the spellings of "no answer"."""
    return text.strip().lower() in NO_ANSWER


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

GENERIC = pattern("repeated_header")
"""A second header cell that says nothing about its column."""


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
    if not lower or GENERIC.match(plain(lower)) or lower == upper:
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
