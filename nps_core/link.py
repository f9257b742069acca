"""What somebody typed in, as one line of an address, and read back from whatever an address holds."""

from __future__ import annotations

import datetime as dt
import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DEEPEST = 5  # lists within each other: known totals are pairs within lists within pairs

LONGEST = 10_000
"""Characters of one line; the longest that the app writes, known totals of three attributes, has some 5,000."""


def to_link(values: Sequence[object]) -> str:
    """Texts, numbers, None and sequences of them as one line; `from_link` reads it back.

    >>> to_link(["Board target", 40.0, None])
    '["Board target", 40.0, null]'
    """
    return json.dumps(values, ensure_ascii=False)


def from_link(text: str) -> list[Any]:
    """The values of a line.

    Raises
    ------
    ValueError
        No list, or one that `to_link` does not write: longer than `LONGEST`, nested deeply, with numbers that are none.
    """
    if len(text) > LONGEST:
        raise ValueError("too long")
    try:
        found = json.loads(text, parse_float=_finite, parse_constant=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(found, list):
        raise ValueError("no list")  # noqa: TRY004 - to those who ask it is a text that cannot be read
    level: list[Any] = [found]
    for _ in range(_DEEPEST):
        level = [part for one in level for part in one if isinstance(part, list | dict)]
        if any(isinstance(part, dict) for part in level):
            raise ValueError("no list")
    if level:
        raise ValueError("nested too deeply")
    return found


def texts_in(value: object) -> Iterator[str]:
    """Every text within the values of a line."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from texts_in(part)


def is_number(value: object) -> bool:
    """Whether a value of a line is a number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def read_day(text: object) -> dt.date:
    """A day written as 2026-03-31.

    Raises
    ------
    ValueError
        It is no such day.
    """
    day = dt.date.fromisoformat(text) if isinstance(text, str) else None
    if day is None or day.isoformat() != text:
        raise ValueError("no day")
    return day


def _finite(number: str) -> float:
    found = float(number)
    if not math.isfinite(found):
        raise ValueError("no number")
    return found
