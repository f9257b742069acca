"""A text column of the file -> a typed column of the responses, its values in their natural order."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading.cells import is_no_answer, plain, says
from nps_core.reading.roles import is_age
from nps_core.reading.scores import read_cells, read_score
from nps_core.reading.tables import Column, Profile, Table, opinions_in
from nps_core.reading.vocabulary import WORDS, alternation, sequences, table
from nps_core.survey import RESERVED, Mapping, Measure

if TYPE_CHECKING:
    from collections.abc import Sequence


_TEXT = pd.StringDtype("pyarrow", na_value=np.nan)
"""The text type that pandas itself would choose."""

_SHORT = 24
"""Bytes of the longest spelling of "no answer", and some."""

LONGEST_COMMENT = 10_000
"""Characters of a comment that are kept: some 1,600 words, more than anybody writes, and what a page can show."""

_BLANKS = np.zeros(256, dtype=bool)
_BLANKS[[*b" \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f", 0xC2, 0xE1, 0xE2, 0xE3]] = True
"""Bytes with which a white letter may begin."""


_AGE_BANDS = (
    (18, "under 18"),
    (25, "18-24"),
    (35, "25-34"),
    (45, "35-44"),
    (55, "45-54"),
    (65, "55-64"),
    (999, "65+"),
)


def int8(values: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Scores as Int8, missing where there is none."""
    missing = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(missing, 0, values).astype(np.int8), missing)


def stored_name(column: str, mapping: Mapping) -> str:  # noqa: ARG001 - one signature with column_name
    """The name of an attribute in `responses`: its own, unless every survey has a column of that name."""
    return f"{column} (column)" if column in RESERVED else column


def column_name(attribute: str) -> str:
    """The column of the file behind an attribute of `responses`."""
    bare = attribute.removesuffix(" (column)")
    return bare if bare in RESERVED else attribute


def texts(
    table: Table, name: str | None, *, comments: bool = False, blank: frozenset[str] = frozenset()
) -> pd.Series:
    """A text column, unchanged, but missing where blank.

    Comments are missing where they say "no answer", too, and cut where they are longer than `LONGEST_COMMENT`.
    """
    if name is None:
        nothing = pa.chunked_array([pa.nulls(len(table), pa.large_string())])
        return pd.Series(string_array(nothing))
    text = table.column(name).text
    if pa.types.is_dictionary(text.type):
        codes, distinct = table.column(name).encoded
        kept = _kept(pa.array(distinct, pa.large_string()), blank, comments=comments)
        return pd.Series(
            string_array(
                pa.chunked_array([pc.take(kept, pa.array(codes), memory_pool=pa.system_memory_pool())])
            )
        )
    return pd.Series(
        string_array(pa.chunked_array([_kept(chunk, blank, comments=comments) for chunk in text.chunks]))
    )


def long_comments(column: Column) -> np.ndarray:
    """The places of cells that are longer than a comment may be."""
    if pa.types.is_dictionary(column.text.type):
        codes, distinct = column.encoded
        return np.flatnonzero(np.isin(codes, _too_long(pa.array(distinct, pa.large_string()))))
    starts = np.cumsum([0, *map(len, column.text.chunks)])[:-1]
    parts = [_too_long(chunk) + start for chunk, start in zip(column.text.chunks, starts, strict=True)]
    return np.concatenate([np.array([], dtype=np.int64), *parts])


def _too_long(chunk: pa.Array) -> np.ndarray:
    """The places of cells with too many characters; they are counted only in cells with so many bytes."""
    places = np.flatnonzero(np.diff(_ends(chunk)) > LONGEST_COMMENT)
    if not len(places):
        return places
    letters = pc.utf8_length(chunk.take(pa.array(places))).to_numpy(zero_copy_only=False)
    found: np.ndarray = places[letters > LONGEST_COMMENT]
    return found


def _kept(chunk: pa.Array, blank: frozenset[str], *, comments: bool) -> pa.Array:
    if comments and len(_too_long(chunk)):
        chunk = pc.utf8_slice_codeunits(chunk, 0, LONGEST_COMMENT)
    return _blanked(chunk, blank, comments=comments)


def _ends(chunk: pa.Array) -> np.ndarray:
    """Where each cell of a chunk begins in its letters, and where the last one ends."""
    return np.frombuffer(chunk.buffers()[1], np.int64)[chunk.offset : chunk.offset + len(chunk) + 1]


def some_texts(column: Column, places: np.ndarray, further: Sequence[str] = ()) -> pd.Series:
    """Some cells of a column, unchanged, and further ones behind them; `places` rise."""
    if not len(places):
        found = pa.chunked_array([], pa.large_string())
    elif pa.types.is_dictionary(column.text.type):
        codes, distinct = column.encoded
        found = pa.chunked_array([pa.array(distinct, pa.large_string()).take(pa.array(codes[places]))])
    else:
        wanted = np.zeros(len(column.text), dtype=bool)
        wanted[places] = True
        found = column.text.filter(pa.array(wanted))
    chunks = [*found.chunks, pa.array(further, pa.large_string())] if further else found.chunks
    return pd.Series(string_array(pa.chunked_array(chunks, pa.large_string())))


def _says_nothing(value: str, blank: frozenset[str], *, comments: bool) -> bool:
    bare = value.strip()
    return not bare or bare.lower() in blank or (comments and is_no_answer(bare))


def _blanked(chunk: pa.Array, blank: frozenset[str], *, comments: bool) -> pa.Array:
    """The same text with some cells missing; only the validity is new, the letters stay where they are."""
    buffers = chunk.buffers()
    ends = _ends(chunk)
    size = np.diff(ends)
    valid = size > 0
    if not valid.any():
        return pa.nulls(len(chunk), chunk.type)
    letters = np.frombuffer(buffers[2], np.uint8)
    first = letters.take(ends[:-1], mode="clip")
    suspect = _BLANKS[first]
    if comments or blank:
        suspect |= (size <= _SHORT) & _first_bytes(WORDS["no_answer"] | blank if comments else blank)[first]
    suspect &= valid
    places = np.flatnonzero(suspect)
    places = places[_may_be_blank(letters, ends[places]) | (size[places] <= _SHORT)]
    values = chunk.take(pa.array(places)).dictionary_encode()  # accounts and names come again
    says = [_says_nothing(value, blank, comments=comments) for value in values.dictionary.to_pylist()]
    valid[places[np.array(says, dtype=bool)[values.indices.to_numpy()]]] = False
    if chunk.offset:
        return pc.if_else(pa.array(valid), chunk, pa.scalar(None, chunk.type))
    return pa.Array.from_buffers(chunk.type, len(chunk), [pa.array(valid).buffers()[1], *buffers[1:]])


def _may_be_blank(letters: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Which cells begin with a white letter, of ASCII or beyond (U+0085, U+00A0, U+1680, U+2000 ff., U+3000)."""
    first, second, third = (letters.take(starts + step, mode="clip").astype(np.int32) for step in range(3))
    tail = (second << 8) | third
    wide = (
        ((first == 0xC2) & ((second == 0x85) | (second == 0xA0)))  # noqa: PLR2004
        | ((first == 0xE1) & (tail == 0x9A80))  # noqa: PLR2004
    )
    wide |= (
        ((first == 0xE2) & ((second == 0x80) | (second == 0x81)))  # noqa: PLR2004
        | ((first == 0xE3) & (tail == 0x8080))  # noqa: PLR2004
    )
    found: np.ndarray = (first <= 0x20) | wide  # noqa: PLR2004
    return found


@lru_cache(maxsize=8)
def _first_bytes(spellings: frozenset[str]) -> np.ndarray:
    """The bytes with which spellings begin, small or capital, as a table of 256."""
    table = np.zeros(256, dtype=bool)
    for spelling in spellings:
        for letter in {spelling[:1].lower(), spelling[:1].upper()} - {""}:
            table[letter.encode()[0]] = True
    return table


def string_array(text: pa.ChunkedArray) -> pd.api.extensions.ExtensionArray:
    """Large strings of Arrow as a text column, which shares their memory."""
    return pd.arrays.ArrowStringArray(text, dtype=_TEXT)  # type: ignore[call-arg]  # the stubs lack it


def categories_of(column: Column) -> pd.api.extensions.ExtensionArray:
    """An attribute as a categorical, its values in the order to show them; ages in bands."""
    codes, distinct = column.encoded
    shown = [value.strip().rstrip(";").strip() for value in distinct]
    if is_age(Profile(column, 0, len(column.text))):
        shown = [_band(value) for value in shown]
    totals: dict[str, int] = {}
    for value, count in zip(shown, column.counts.values(), strict=True):
        if value and count:
            totals[value] = totals.get(value, 0) + count
    categories = ordered(totals)
    place = {value: code for code, value in enumerate(categories)}
    lookup = np.array([place.get(value, -1) for value in shown] or [-1], dtype=np.int16)
    placed: np.ndarray = lookup[codes]
    return pd.Categorical.from_codes(placed, dtype=pd.CategoricalDtype(categories))


def _band(value: str) -> str:
    number = read_score(value).value
    if number is None or not 0 < number < 120:  # noqa: PLR2004 - nobody is older
        return ""
    return next(name for top, name in _AGE_BANDS if number < top)


def numbers_of(column: Column, measure: Measure) -> np.ndarray:
    """A CSAT or CES column as numbers, missing where blank or off its scale; opinions in words by their place."""
    codes, distinct = column.encoded
    if places := opinions_in(distinct):
        by_place: np.ndarray = np.array([places.get(cell, np.nan) for cell in distinct], dtype=float)[codes]
        return by_place
    values = [read.value for read in read_cells(column.counts).values()]
    inside = [
        value if value is not None and measure.low <= value <= measure.high else np.nan for value in values
    ]
    found: np.ndarray = np.array(inside or [np.nan], dtype=float)[codes]
    return found


_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)*")
_LESS = re.compile(rf"^{alternation('less')}")

_SCALES = (*sequences("ordinals"), *sequences("opinions"))
"""Known ordinals; a column follows one when all its values are in it."""

_IN_TIME = tuple(
    {word: int(place) for word, place in names.items()} for names in (table("months"), table("weekdays"))
)


def ordered(counts: dict[str, int]) -> list[str]:
    """The values of an attribute in the order to show them.

    Months, weekdays and known ordinals in their own order; numbers and ranges ("18-24", "65+", "Q1 2026")
    by size; everything else by how often it occurs, most frequent first, then by alphabet.

    >>> ordered({"35-44": 5, "65+": 1, "18-24": 2, "under 18": 1})
    ['under 18', '18-24', '35-44', '65+']
    """
    values = list(counts)
    words = {value: plain(value) for value in values}
    for scale in _IN_TIME:
        if all(word.split(" ")[0].strip(".,") in scale for word in words.values()) and len(values) > 1:
            return sorted(values, key=lambda value: (scale[words[value].split(" ")[0].strip(".,")], value))
    for known in _SCALES:
        places = {name: place for place, name in enumerate(known)}
        if len(values) > 1 and all(word in places for word in words.values()):
            return sorted(values, key=lambda value: places[words[value]])
    if all(_NUMBER.search(value) for value in values if not _is_rest(words[value])) and _mostly_numbers(
        values
    ):
        return sorted(values, key=lambda value: _size(value, words[value]))
    return sorted(values, key=lambda value: (-counts[value], value))


def _is_rest(word: str) -> bool:
    return word in WORDS["rest"]


def _mostly_numbers(values: list[str]) -> bool:
    """A value such as "Team 7" is a name; a range is mostly digits, or begins with one or with "under"."""
    led = sum(1 for value in values if value[:1].isdigit() or _LESS.match(plain(value)) or _is_quarter(value))
    signs = sum(1 for value in values if value[:1] in "<>$€£+-")
    return led + signs >= len(values) * 0.7


def _is_quarter(value: str) -> bool:
    return bool(re.match(r"[QqTtHhKkWw]\d{1,2}\b", value))


def _size(value: str, word: str) -> tuple[float, ...]:
    if _is_rest(word):
        return (1, 0, 0)
    if _is_quarter(value):
        parts = re.findall(r"\d+", value)
        return (0, float(parts[-1]), float(parts[0])) if len(parts) > 1 else (0, float(parts[0]), 0)
    numbers = [
        float(found.replace(",", ""))
        for found in _NUMBER.findall(value)
        if found.replace(",", "").count(".") <= 1
    ]
    first = abs(numbers[0]) if numbers else 0.0
    if len(numbers) > 1 and value.lstrip("$€£ ")[:1].isdigit():
        return (0, first, abs(numbers[1]))
    shift = -0.5 if _LESS.match(word) else 0.5 if says(word, "more") else 0.0
    return (0, first + shift, 0)
