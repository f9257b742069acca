"""The limits: a file is measured before any parser sees it, and refused when it is absurd or hostile.

What a parser would make of a file is told from the file itself, never from what the file says about itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.errors import RefusedFile

if TYPE_CHECKING:
    from collections.abc import Iterable


MAX_BYTES = 1_000_000_000
"""A survey of ten million responses is smaller."""

MAX_COLUMNS = 2_000
"""The widest export known has some 600 columns."""

MAX_FIELD = 100_000
"""Letters in a cell; the longest comment known has some 20,000."""

MAX_RECORD = 5_000_000
"""Bytes of one record of a text; two thousand cells of two and a half thousand letters."""

MAX_RECORDS = 20_000_000
"""More responses than any survey has."""

MAX_UNEVEN = 2_000_000
"""Records of a text that are shorter or longer than its header: each is looked at by itself."""

MAX_CELLS = 20_000_000
"""Cells of all sheets of a workbook from corner to corner, for a parser sets all of them aside, filled or not."""

_SPLIT_UP = "Export fewer columns or a shorter period, or split the file."


def check_size(size: int, name: str) -> None:
    """Refuse a file beyond `MAX_BYTES`.

    Raises
    ------
    RefusedFile
        It is.
    """
    if size > MAX_BYTES:
        raise RefusedFile(
            f"“{name}” has {size / 1e6:,.0f} MB; the limit is {MAX_BYTES / 1e6:,.0f} MB.", hint=_SPLIT_UP
        )


def check_columns(count: int, name: str) -> None:
    """Refuse a table with more than `MAX_COLUMNS` columns.

    Raises
    ------
    RefusedFile
        It has.
    """
    if count > MAX_COLUMNS:
        raise RefusedFile(
            f"“{name}” has {count:,} columns or more; the limit is {MAX_COLUMNS:,}.",
            hint="Export only the questions and attributes that you need.",
        )


def field_too_long(length: int, name: str, where: str = "") -> RefusedFile:
    """The refusal of a cell longer than `MAX_FIELD`."""
    return RefusedFile(
        f"“{name}” has a cell of {length:,} bytes or more{where}; the limit is {MAX_FIELD:,}.",
        hint=(
            "Look for a quotation mark that is opened and never closed, or leave that column out of the"
            " export."
        ),
    )


def too_many_rows(name: str) -> RefusedFile:
    """The refusal of a text with more than `MAX_RECORDS` records."""
    return RefusedFile(f"“{name}” has more than {MAX_RECORDS:,} rows, which is the limit.", hint=_SPLIT_UP)


def too_many_uneven(name: str) -> RefusedFile:
    """The refusal of a text with more than `MAX_UNEVEN` records of another width than its header."""
    return RefusedFile(
        f"“{name}” has more than {MAX_UNEVEN:,} rows with more or fewer cells than its header.",
        hint="Export it again, or open it in a spreadsheet program and save it as .xlsx.",
    )


def check_fields(columns: Iterable[pa.ChunkedArray], name: str) -> None:
    """Refuse columns of text in which a cell is longer than `MAX_FIELD`.

    Raises
    ------
    RefusedFile
        One is.
    """
    for column in columns:
        values = (
            column.chunk(0).dictionary
            if pa.types.is_dictionary(column.type) and column.num_chunks
            else column
        )
        longest = pc.max(pc.binary_length(values)).as_py() or 0
        if longest > MAX_FIELD:
            raise field_too_long(longest, name)


def longest_run(data: bytes) -> int:
    """The longest stretch of bytes without a delimiter, a quotation mark or a line's end."""
    marks = np.flatnonzero(_SETS_APART[np.frombuffer(data, np.uint8)])
    return int(np.diff(marks, prepend=-1, append=len(data)).max() - 1)


_SETS_APART = np.zeros(256, dtype=bool)
_SETS_APART[list(b',;\t|\r\n"')] = True
