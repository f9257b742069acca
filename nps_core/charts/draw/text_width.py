"""How much room a text takes before anything draws it: widths, lines, and what to cut.

Widths are those of Inter, which comes with this package. Decks are set in Arial, which runs narrower but for
capitals and some digits: these count for more than they take, so that what fits here fits in either font.
"""

from __future__ import annotations

import string
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

MORE = "…"
LINE = 1.2
"""Height of a line, in sizes of its type."""

_FONTS = {
    False: ("Inter-Regular.ttf", "InterExt-Regular.ttf"),
    True: ("Inter-SemiBold.ttf", "InterExt-SemiBold.ttf"),
}
_SIZE = 1000  # that fonts are opened in: what is rounded to a 64th of a pixel is exact then
_CAPITALS = 1.13  # R, the narrowest beside Arial's, has 64 hundredths of the size where Arial's has 72
_BOLD = 1.03  # Arial's bold is heavier than Inter's semibold; i and l gain most
_MISSING = "\uffff"  # no character, and in no font
_SQUARE, _PICTURE = 1.0, 1.3  # Chinese, Japanese and Korean characters are squares; emoji are wider

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
# Any other font may be missing where the deck is shown. DejaVu Sans, the widest of what takes its place,
# runs at most so much wider than what is measured here in 99 of 100 lines, as it stands and in bold.
_STAND_IN = {False: 1.08, True: 1.16}
_WIDER = {"courier new": 1.2, "consolas": 1.2, "courier": 1.2, "montserrat": 1.15, "poppins": 1.15}


def font_factor(name: str, *, bold: bool = False) -> float:
    """How wide a font may run beside what is measured, there or with another in its place."""
    known = name.strip().lower()
    return 1.0 if known in _AS_WIDE else _WIDER.get(known, _STAND_IN[bold])


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
    if unicodedata.combining(char) or unicodedata.category(char) in {"Cf", "Mn", "Me"}:
        return 0.0
    if char >= "\U0001f000":
        return _PICTURE
    if _is_wide(char):
        return _SQUARE
    drawn = "0" if char in string.digits else char
    return _advance(drawn, bold) * (_CAPITALS if char.isupper() else 1) * (_BOLD if bold else 1)


def _advance(char: str, bold: bool) -> float:  # noqa: FBT001 - as above
    """The width of a character in the font; of what it does not have, that of the box which stands for it."""
    latin, extended = _fonts(bold)
    width = latin.getlength(char)
    return (extended.getlength(char) if width == latin.getlength(_MISSING) else width) / _SIZE


@cache
def _fonts(bold: bool) -> tuple[ImageFont.FreeTypeFont, ...]:  # noqa: FBT001 - a key of the cache
    folder = Path(__file__).parents[2] / "report" / "fonts"
    return tuple(
        ImageFont.truetype(folder / name, _SIZE, layout_engine=ImageFont.Layout.BASIC)
        for name in _FONTS[bold]
    )
