"""Text that may stand in any file: one line, without what XML cannot hold or what turns the reading around."""

from __future__ import annotations

import re

# Control characters, lone surrogates, non-characters: not allowed in XML. The marks that override the direction of
# reading (U+202A to U+202E, U+2066 to U+2069) would turn what follows them around.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def plain(text: object) -> str:
    """A user's string on one line, every character of which may stand in an XML file."""
    return " ".join(clean(text).split())


def clean(text: object) -> str:
    """A user's string with its lines, every character of which may stand in an XML file."""
    return _FORBIDDEN.sub("", str(text))
