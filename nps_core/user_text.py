"""What people type: their letters in one form, on one line, and the e-mail addresses among their words."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

EMAIL = (
    r"[\w.+\-%']{1,64}+\s?(?:@|＠|(?i:\(at\)|\[at\]))\s?"
    r"(?:[\w\-]{1,63}+(?:\.|\s?(?i:[(\[]dot[)\]])\s?)){1,6}[^\W\d_]{2,24}(?!\w)"
)
"""An e-mail address in running text, as a pattern to search with; no longer than the standards let each part be."""

_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
"""A digit in the frame of a key, as telephones write it."""

_MOST_MARKS = 30
"""Marks on one letter beyond which no language goes (Unicode Standard Annex 15, Stream-Safe Text Format)."""

# Every mark is one of these; emoji and signs are as well, so that a hit is only a reason to look.
_MANY_MARKS = re.compile(rf"(?:[^\w\s\x00-\u02ff]|[\uff9e\uff9f]){{{_MOST_MARKS + 1}}}")


def normalised(text: str, form: Literal["NFC", "NFD", "NFKC", "NFKD"]) -> str:
    """A text in a normal form of Unicode, less the marks beyond the thirtieth on one letter.

    Python puts the marks of a letter in order by comparing each with each, which takes a second for 40,000 of them.
    """
    if text.isascii():
        return text
    if _MANY_MARKS.search(text):
        text = "".join(_with_few_marks(text))
    return unicodedata.normalize(form, text)


def with_digits(text: str) -> str:
    """A text with the digits of every script as 0 to 9, and keycaps as bare digits.

    >>> with_digits("٧ / ۱۰"), with_digits("९"), with_digits("8\ufe0f\u20e3")
    ('7 / 10', '9', '8')
    """
    if text.isascii():
        return text
    bare = _KEYCAP.sub(r"\1", text)
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() and not letter.isascii() else letter
        for letter in bare
    )


def _with_few_marks(text: str) -> list[str]:
    kept = []
    marks = 0
    for letter in text:
        is_mark = unicodedata.combining(unicodedata.normalize("NFKD", letter)[0]) > 0
        marks = marks + 1 if is_mark else 0
        if marks <= _MOST_MARKS:
            kept.append(letter)
    return kept


# Control characters, lone surrogates, non-characters: not allowed in XML. The marks that override the direction of
# reading (U+202A to U+202E, U+2066 to U+2069) would turn what follows them around.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
    "\u202a-\u202e\u2066-\u2069]"
)


def plain(text: object) -> str:
    """A user's string on one line, every character of which may stand in an XML file."""
    return " ".join(clean(text).split())


def clean(text: object) -> str:
    """A user's string with its lines, every character of which may stand in an XML file."""
    return _FORBIDDEN.sub("", str(text))
