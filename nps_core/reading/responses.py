"""Table + mapping + scale -> the responses, and what became of each row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.reading import words
from nps_core.reading.cells import is_no_answer, plain
from nps_core.reading.dates import Dates, read_dates
from nps_core.reading.order import ordered
from nps_core.reading.scores import group_of, read_score
from nps_core.survey import GROUPS, LEFT_OUT_REASONS, RESERVED, LeftOut, Mapping, Measure, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nps_core.reading.tables import Column, Table

_SHORT = 24
"""Bytes of the longest spelling of "no answer", and some."""

EXAMPLES = 5
"""Examples shown of each reason for leaving rows out."""

NO_SCORE, OUT_OF_RANGE, UNREADABLE, PARTIAL, PREVIEW, EXCLUDED, REPEATED = range(1, 8)
"""Places in LEFT_OUT_REASONS, from 1; 0 is a row that is kept."""

_PREVIEW_WORDS = frozenset({"survey preview", "survey test", "preview", "test", "vorschau", "spam preview"})
_SPAM_WORDS = frozenset({"spam", "possible spam", "excluded", "deleted", "disqualified", "screened out", "terminated"})
_PARTIAL_WORDS = frozenset(
    {"started", "partial", "partially completed", "incomplete", "in progress", "abandoned", "not finished", "partly completed"}
    | {"teilweise", "unvollstandig", "parcial", "incompleto", "partiel", "incomplet", "parziale", "onvolledig", "一部"}
)
_NO_WORDS = frozenset({"false", "0", "no", "nein", "non", "nao", "nee", "falsch", "falso", "faux", "いいえ", "n"})
_YES_WORDS = frozenset({"true", "1", "yes", "ja", "oui", "si", "sim", "wahr", "vrai", "vero", "y", "t", "はい"})
_QUALTRICS_CODES = {"1": PREVIEW, "2": PREVIEW, "8": EXCLUDED, "9": PREVIEW, "12": EXCLUDED, "17": PREVIEW}
"""Qualtrics writes the status as a number where choices are exported as numbers."""

_AGE_BANDS = ((18, "under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"), (999, "65+"))


@dataclass(frozen=True)
class Scored:
    """Each row's score and group, or why it has none.

    `value` is NaN and `group` -1 where there is none; `why` is 0 or the number of a reason.
    """

    value: np.ndarray
    group: np.ndarray
    why: np.ndarray


def read_scores(column: Column, scale: Scale, *, percent: bool = False) -> Scored:
    """Read a score column, each distinct cell once."""
    codes, distinct = column.encoded
    size = max(len(distinct), 1)
    value, group, why = np.full(size, np.nan), np.full(size, -1, np.int8), np.zeros(size, np.int8)
    for place, cell in enumerate(distinct):
        read = read_score(cell)
        number = read.value / 10 if percent and read.value is not None else read.value
        if read.blank:
            why[place] = NO_SCORE
        elif scale.words:
            group[place] = -1 if read.group is None else read.group
            why[place] = UNREADABLE if read.group is None else 0
        elif number is None or not number.is_integer():
            why[place] = UNREADABLE
        elif not scale.low <= number <= scale.high:
            why[place] = OUT_OF_RANGE
        else:
            value[place], group[place] = number, group_of(number, scale)
    return Scored(value[codes], group[codes], why[codes])


def status_reasons(table: Table, status: str | None, layout: str) -> np.ndarray:
    """Rows that the survey tool itself marks as preview, test, spam, excluded or unfinished."""
    why = np.zeros(len(table), np.int8)
    for column in table.columns:
        names = {plain(column.name).strip(" .:"), plain(column.label).strip(" .:")}
        marks = _marks(names, column, layout, is_status=column.name == status)
        if marks is not None:
            codes, _ = column.encoded
            # The heavier reason wins: a preview is never "partial".
            why = np.maximum(why, np.array(marks, dtype=np.int8)[codes])
    return why


def _marks(names: set[str], column: Column, layout: str, *, is_status: bool) -> list[int] | None:
    """For each distinct value of a column the reason to leave its rows out; None for a column that says nothing."""
    if any(words.FINISHED.match(name) for name in names):
        return [PARTIAL if _in(value, _NO_WORDS) else 0 for value in column.encoded[1]]
    if is_status or any(words.STATUS.match(name) for name in names):
        return [_status(value, layout) for value in column.encoded[1]]
    if any(words.EXCLUDED.match(name) for name in names):
        return [EXCLUDED if _in(value, _YES_WORDS) else 0 for value in column.encoded[1]]
    if any(words.TEST_FLAG.match(name) for name in names):
        return [PREVIEW if _in(value, _YES_WORDS) else 0 for value in column.encoded[1]]
    if layout == "LimeSurvey" and names & {"submitdate", "date submitted"} and column.sample:
        return [0 if value.strip() else PARTIAL for value in column.encoded[1]]
    return None


def _in(value: str, known: frozenset[str]) -> bool:
    return plain(value) in known


def _status(value: str, layout: str) -> int:
    word = plain(value)
    if word in _PREVIEW_WORDS:
        return PREVIEW
    if word in _SPAM_WORDS:
        return EXCLUDED
    if word in _PARTIAL_WORDS:
        return PARTIAL
    return _QUALTRICS_CODES.get(word, 0) if layout.startswith("Qualtrics") else 0


def column_dates(table: Table, mapping: Mapping) -> Dates | None:
    """The dates of a table; the order of day and month may be told by another date column."""
    if mapping.date is None:
        return None
    codes, distinct = table.column(mapping.date).encoded
    found = read_dates(codes, distinct)
    if not found.doubt or not found.order:
        return found
    for column in table.columns:
        if column.name != mapping.date and words.DATE.search(plain(column.name)):
            other = read_dates(*column.encoded)
            if other.order and not other.doubt and other.read > len(table) / 2:
                return read_dates(codes, distinct, hint=other.order)
    return found


def frame(table: Table, mapping: Mapping, scored: Scored, dates: Dates | None, measures: Sequence[Measure]) -> pd.DataFrame:
    """Every row of the table as a response, kept or not; the columns as `Survey.responses` has them."""
    rows = len(table)
    found: dict[str, object] = {
        "row": table.numbers,
        "score": _int8(scored.value),
        "group": pd.Categorical.from_codes(scored.group, categories=list(GROUPS), ordered=True),
        "date": dates.values if dates is not None else np.full(rows, np.datetime64("NaT", "us")),
        "comment": _text(table, mapping.reason, comments=True),
        "respondent": _text(table, mapping.respondent, blank=frozenset({"anonymous", "anonym", "anonyme"})),
        "account": _text(table, mapping.account),
    }
    for name in mapping.attributes:
        found[stored_name(name, mapping)] = _categories(table.column(column_name(name)), name)
    for measure in measures:
        found[measure.column] = _numbers(table.column(measure.column), measure)
    return pd.DataFrame(found)


def _int8(values: np.ndarray) -> pd.api.extensions.ExtensionArray:
    missing = np.isnan(values)
    return pd.arrays.IntegerArray(np.where(missing, 0, values).astype(np.int8), missing)


def stored_name(column: str, mapping: Mapping) -> str:  # noqa: ARG001 - one signature with column_name
    """The name of an attribute in `responses`: its own, unless every survey has a column of that name."""
    return f"{column} (column)" if column in RESERVED else column


def column_name(attribute: str) -> str:
    """The column of the file behind an attribute of `responses`."""
    bare = attribute.removesuffix(" (column)")
    return bare if bare in RESERVED else attribute


def _text(table: Table, name: str | None, *, comments: bool = False, blank: frozenset[str] = frozenset()) -> pd.Series:
    """A text column, unchanged, but missing where blank (and, for comments, where it says "no answer")."""
    if name is None:
        nothing = pa.chunked_array([pa.nulls(len(table), pa.large_string())])
        return pd.Series(_string_array(nothing))
    text = table.column(name).text
    if pa.types.is_dictionary(text.type):
        codes, distinct = table.column(name).encoded
        kept = pa.array([None if _says_nothing(value, blank, comments=comments) else value for value in distinct], pa.large_string())
        return pd.Series(_string_array(pa.chunked_array([pc.take(kept, pa.array(codes), memory_pool=pa.system_memory_pool())])))
    return pd.Series(_string_array(pa.chunked_array([_blanked(chunk, blank, comments=comments) for chunk in text.chunks])))


def _says_nothing(value: str, blank: frozenset[str], *, comments: bool) -> bool:
    bare = value.strip()
    return not bare or bare.lower() in blank or (comments and is_no_answer(bare))


def _blanked(chunk: pa.Array, blank: frozenset[str], *, comments: bool) -> pa.Array:
    """The same text with some cells missing; only the validity is new, the letters stay where they are."""
    size = pc.binary_length(chunk).to_numpy(zero_copy_only=False)
    suspect = pc.match_substring_regex(chunk, r"^\s").to_numpy(zero_copy_only=False)
    if comments:
        suspect |= size <= _SHORT
    elif blank:
        suspect |= pc.is_in(pc.utf8_lower(chunk), pa.array(sorted(blank), chunk.type)).to_numpy(zero_copy_only=False)
    places = np.flatnonzero(suspect & (size > 0))
    values = chunk.take(pa.array(places)).to_pylist()
    valid = size > 0
    valid[[place for place, value in zip(places, values, strict=True) if _says_nothing(value, blank, comments=comments)]] = False
    if chunk.offset:
        return pc.if_else(pa.array(valid), chunk, pa.scalar(None, chunk.type))
    buffers = chunk.buffers()
    return pa.Array.from_buffers(chunk.type, len(chunk), [pa.array(valid).buffers()[1], *buffers[1:]])


def _string_array(text: pa.ChunkedArray) -> pd.api.extensions.ExtensionArray:
    return pd.arrays.ArrowStringArray(text, dtype=pd.StringDtype("pyarrow", na_value=np.nan))


def _categories(column: Column, name: str) -> pd.Categorical:
    codes, distinct = column.encoded
    shown = [value.strip().rstrip(";").strip() for value in distinct]
    if _are_ages(column, name):
        shown = [_band(value) for value in shown]
    counts = np.bincount(codes, minlength=len(distinct))
    totals: dict[str, int] = {}
    for value, count in zip(shown, counts, strict=True):
        if value and count:
            totals[value] = totals.get(value, 0) + int(count)
    categories = ordered(totals)
    place = {value: code for code, value in enumerate(categories)}
    lookup = np.array([place.get(value, -1) for value in shown] or [-1], dtype=np.int16)
    return pd.Categorical.from_codes(lookup[codes], categories=categories)


def _are_ages(column: Column, name: str) -> bool:
    from nps_core.reading.profiles import Profile  # noqa: PLC0415
    from nps_core.reading.roles import is_age  # noqa: PLC0415

    del name
    return is_age(Profile(column, 0, len(column.text)))


def _band(value: str) -> str:
    number = read_score(value).value
    if number is None or not 0 < number < 120:  # noqa: PLR2004 - nobody is older
        return ""
    return next(name for top, name in _AGE_BANDS if number < top)


def _numbers(column: Column, measure: Measure) -> np.ndarray:
    codes, distinct = column.encoded
    values = [read_score(cell).value for cell in distinct]
    inside = [value if value is not None and measure.low <= value <= measure.high else np.nan for value in values]
    return np.array(inside or [np.nan], dtype=float)[codes]


def account_for(why: np.ndarray, numbers: np.ndarray, cells: Sequence[str]) -> tuple[LeftOut, ...]:
    """The row account's parts: each reason with its count and first examples."""
    parts = []
    for code, reason in enumerate(LEFT_OUT_REASONS, start=1):
        places = np.flatnonzero(why == code)
        if len(places):
            examples = tuple((int(numbers[place]), cells[place][:120]) for place in places[:EXAMPLES])
            parts.append(LeftOut(reason, len(places), examples))
    return tuple(parts)


def take_text(column: Column, places: np.ndarray) -> list[str]:
    """Some cells of a column, as text; places rise."""
    if not len(places):
        return []
    if len(places) <= EXAMPLES:
        return [column.text[int(place)].as_py() for place in places]
    wanted = np.zeros(len(column.text), dtype=bool)
    wanted[places] = True
    found: list[str] = column.text.filter(pa.array(wanted)).to_pylist()
    return found
