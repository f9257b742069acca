"""What a single cell or header says, before anyone knows its column."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from nps_core.reading.vocabulary import words
from nps_core.user_text import normalised

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
    >>> plain("¿Qué tan probable?")
    '¿que tan probable?'
    """
    bare = _TAG.sub(" ", normalised(text, "NFKC"))
    spaced = " ".join(_SPLIT.sub(" ", _CAMEL.sub(" ", bare)).split()).lower()
    if spaced.isascii():
        return spaced
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
