"""How much room a text takes before anything draws it: widths, lines, and what to cut."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from nps_core.report.arial import BOLD, REGULAR

MORE = "…"
LINE = 1.2
"""Height of a line, in sizes of its type."""

_WIDTHS = [
    {char: width / 1000 for width, chars in table.items() for char in chars} for table in (REGULAR, BOLD)
]
_UNKNOWN = 0.66  # of the size: about the mean of the alphabets that the table does not have
_WIDE, _PICTURE = 1.0, 1.3  # Chinese, Japanese and Korean characters are squares; emoji are wider

# Fonts with Arial's widths, or narrower ones that are on every machine (or have a stand-in of their widths).
_AS_WIDE = {
    "arial",
    "helvetica",
    "helvetica neue",
    "liberation sans",
    "times new roman",
    "times",
    "liberation serif",
}
# Any other font may be missing where the deck is shown: what takes its place then runs so much wider than Arial.
_STAND_IN = 1.2
_WIDER = {"courier new": 1.3, "consolas": 1.3, "courier": 1.3, "montserrat": 1.25, "poppins": 1.25}


def font_factor(name: str) -> float:
    """How wide a font may run beside Arial, where it is there and where another stands in for it."""
    known = name.strip().lower()
    return 1.0 if known in _AS_WIDE else _WIDER.get(known, _STAND_IN)


def width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line, in the unit of the size."""
    return size * sum(_width_of(char, bold) for char in text)


def wrap(text: str, room: float, size: float, *, bold: bool = False) -> list[str]:
    """The lines that a text takes in a room of that width; a word that is wider than the room is broken."""
    lines = [""]
    for word in _words(text):
        joined = lines[-1] + word
        if width(joined.rstrip(), size, bold=bold) <= room:
            lines[-1] = joined
            continue
        if lines[-1].strip():
            lines.append("")
        word_left = word.lstrip()
        while width(word_left.rstrip(), size, bold=bold) > room and len(word_left) > 1:
            kept = _longest(word_left, room, size, bold=bold)
            lines[-1] = word_left[:kept]
            lines.append("")
            word_left = word_left[kept:]
        lines[-1] += word_left
    return [line.strip() for line in lines]


def cut(text: str, room: float, size: float, *, lines: int = 1, bold: bool = False) -> str:
    """The text, cut with "…" where it would take more lines than that.

    >>> cut("a name that is much too long", 60, 10)
    'a name th…'
    """
    taken = wrap(text, room, size, bold=bold)
    if len(taken) <= lines:
        return text
    kept = taken[: lines - 1]
    last = " ".join(taken[lines - 1 : lines + 1])
    last = last[: _longest(last, room - width(MORE, size, bold=bold), size, bold=bold)].rstrip(" ,;:·–-")
    return " ".join([*kept, last + MORE])


def fit(
    text: str, room: tuple[float, float], sizes: tuple[float, ...], *, bold: bool = False
) -> tuple[float, str]:
    """The largest of the sizes (largest first) in which a text fits its room; cut at the smallest if none.

    Parameters
    ----------
    room
        Width and height, in the unit of the sizes.

    Returns
    -------
    The size, and the text as it fits.
    """
    for size in sizes:
        if len(wrap(text, room[0], size, bold=bold)) <= _lines(room[1], size):
            return size, text
    size = sizes[-1]
    return size, cut(text, room[0], size, lines=_lines(room[1], size), bold=bold)


def _lines(height: float, size: float) -> int:
    return max(1, int(height / (size * LINE) + 1e-9))


def _words(text: str) -> list[str]:
    """Pieces between which a line may break: words with the space after them, and single CJK characters."""
    pieces: list[str] = []
    for char in text:
        breaks = (
            not pieces or pieces[-1].endswith((" ", "-", "/")) or _is_wide(char) or _is_wide(pieces[-1][-1])
        )
        if char == " " and pieces:
            pieces[-1] += char
        elif breaks:
            pieces.append(char)
        else:
            pieces[-1] += char
    return pieces


def _longest(text: str, room: float, size: float, *, bold: bool) -> int:
    """How many characters from the start fit; at least one."""
    used = 0.0
    for place, char in enumerate(text):
        used += size * _width_of(char, bold)
        if used > room:
            return max(1, place)
    return len(text)


def _is_wide(char: str) -> bool:
    return char > "\u2e7f" and unicodedata.east_asian_width(char) in "WF"


@lru_cache(maxsize=4096)
def _width_of(char: str, bold: bool) -> float:  # noqa: FBT001 - a key of the cache
    known = _WIDTHS[bold].get(char)
    if known is not None:
        return known
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return 0.0
    if char >= "\U0001f000":
        return _PICTURE
    return _WIDE if _is_wide(char) else _UNKNOWN
