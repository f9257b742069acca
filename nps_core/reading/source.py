"""A file before it is read: its bytes, the limits that they are held to, and how a text is written.

What a parser would make of a file is told from the file itself, never from what the file says about itself.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from nps_core.errors import RefusedFile

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

csv.field_size_limit(2**31 - 1)  # the limit on a cell is held elsewhere, with a sentence of its own

_FIRST = 65_536
"""Bytes that tell what kind of file it is."""


@dataclass(frozen=True, eq=False)
class Source:
    """The bytes of a file, or where they are."""

    content: bytes | Path

    @property
    def size(self) -> int:
        """Bytes."""
        return len(self.content) if isinstance(self.content, bytes) else self.content.stat().st_size

    def pieces(self, size: int) -> Iterator[bytes]:
        """All of it, so many bytes at a time."""
        if isinstance(self.content, bytes):
            for place in range(0, len(self.content), size):
                yield self.content[place : place + size]
            return
        with self.content.open("rb", buffering=0) as file:
            while piece := file.read(size):
                yield piece

    def head(self) -> bytes:
        """The first bytes."""
        return next(self.pieces(_FIRST), b"")

    def read(self) -> bytes:
        """All of it at once."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


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


def check_field(longest: int, name: str) -> None:
    """Refuse a cell of more than `MAX_FIELD` bytes.

    Raises
    ------
    RefusedFile
        It has more.
    """
    if longest > MAX_FIELD:
        raise _field_too_long(longest, name)


def _field_too_long(longest: int, name: str) -> RefusedFile:
    return RefusedFile(
        f"“{name}” has a cell of {longest:,} bytes or more; the limit is {MAX_FIELD:,}.",
        hint="Look for a quotation mark that is opened and never closed, or leave that column out of the export.",
    )


def check_records(count: int, uneven: int, name: str) -> None:
    """Refuse a text with more than `MAX_RECORDS` records, or `MAX_UNEVEN` of another width than its header.

    Raises
    ------
    RefusedFile
        It has.
    """
    if count > MAX_RECORDS:
        raise RefusedFile(f"“{name}” has more than {MAX_RECORDS:,} rows, which is the limit.", hint=_SPLIT_UP)
    if uneven > MAX_UNEVEN:
        raise RefusedFile(
            f"“{name}” has more than {MAX_UNEVEN:,} rows with more or fewer cells than its header.",
            hint="Export it again, or open it in a spreadsheet program and save it as .xlsx.",
        )


def check_column(cells: pa.Array | pa.ChunkedArray, name: str) -> None:
    """As `check_field`, for the longest cell of a column of text."""
    chunks = cells.chunks if isinstance(cells, pa.ChunkedArray) else [cells]
    for chunk in chunks:
        values = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
        check_field(pc.max(pc.binary_length(values)).as_py() or 0, name)


def record_too_long(record: bytes, name: str) -> RefusedFile:
    """The refusal of a record longer than `MAX_RECORD`, by its longest cell."""
    apart = np.isin(np.frombuffer(record, np.uint8), list(b',;\t|\r\n"'))
    longest = int(np.diff(np.flatnonzero(apart), prepend=-1, append=len(record)).max() - 1)
    return _field_too_long(max(longest, MAX_FIELD), name)


BOMS = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)


@dataclass(frozen=True)
class Encoding:
    """How the bytes of a file become text.

    Parameters
    ----------
    codec
        The codec for all of it, `WESTERN`, or `MIXED`: UTF-8 with some lines in a Western code page.
    name
        For people.
    note
        What to say of it.
    start
        Bytes of the byte order mark.
    """

    codec: str
    name: str
    note: str = ""
    start: int = 0


def likely_utf8(head: bytes) -> Encoding | None:
    """UTF-8 where the first bytes of a file may be it; None where the whole file must be looked at to tell."""
    marks = tuple(mark for mark, codec, _ in BOMS if codec != "utf-8")
    if head.startswith(marks) or b"\x00" in head:
        return None
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return None
    marked = head.startswith(codecs.BOM_UTF8)
    return Encoding("utf-8", "UTF-8 with BOM" if marked else "UTF-8", start=len(codecs.BOM_UTF8) * marked)


DELIMITERS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "bar",
    ":": "colon",
    "~": "tilde",
    " ": "space",
}
_PENALTY = {":": 0.2, "~": 0.8, " ": 0.2}
"""Marks that are common inside text count less as delimiters."""

_LOOK = 200
"""Records looked at."""

_HEAD = 200_000
"""Letters looked at."""

_WIDE = 12
"""Columns beyond which a table is not the likelier for being wider."""


@dataclass(frozen=True)
class Dialect:
    """How the cells of a text table are set apart."""

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    skip: int = 0
    width: int = 1

    @property
    def is_plain(self) -> bool:
        """Whether it is what every reader of CSV takes: quotation marks, and one letter of ASCII between cells."""
        return (
            len(self.delimiter) == 1
            and self.delimiter.isascii()
            and not self.escape
            and self.quote == '"' != self.delimiter
        )

    @property
    def name(self) -> str:
        """For people: "comma"."""
        shown = DELIMITERS.get(self.delimiter) or DELIMITERS.get(
            self.delimiter.strip(), f"“{self.delimiter}”"
        )
        return shown + (" and space" if len(self.delimiter) > 1 else "")


def find_dialect(text: str) -> Dialect:
    """The dialect under which the head of a text falls into the most regular table.

    A table is regular when its records have one width; of two regular readings the wider one wins.
    One column is the reading of last resort.
    """
    named, skip = _named(text)
    head = text[skip : skip + _HEAD]
    quotes = ['"', "'"] if _single_quoted(head) else ['"']
    escape = "\\" if _backslashes(head) else ""
    best, winner = 0.0, Dialect(named or ",", skip=skip, escape=escape)
    for delimiter in (named,) if named else DELIMITERS:
        if delimiter not in head:
            continue
        for quote in quotes:
            worth, width = _regularity(head, delimiter, quote, escape)
            if worth > best:
                best, winner = worth, Dialect(delimiter, quote, escape, skip, width)
    return _spaced(head, winner)


def _named(text: str) -> tuple[str, int]:
    """The delimiter that Excel's "sep=" line names, and how long that line is."""
    found = re.match(r"\"?sep=([^\r\n\"])\"?\r?\n", text, re.IGNORECASE)
    return (found[1], found.end()) if found else ("", 0)


def _single_quoted(head: str) -> bool:
    """True where cells are quoted by apostrophes: more of them open a cell than quotation marks do."""
    single = len(re.findall(r"(?:^|[,;\t|])'(?=[^,;\t|\r\n])", head, re.MULTILINE))
    double = len(re.findall(r'(?:^|[,;\t|] ?)"', head, re.MULTILINE))
    closing = len(re.findall(r"'(?:[,;\t|]|$)", head, re.MULTILINE))
    return single > 2 * double and closing >= single / 2


def _backslashes(head: str) -> bool:
    r"""True where quotes are escaped by a backslash.

    \" tells so before something other than a cell's end; \"" before such tells the contrary: it is a backslash
    that somebody typed, and a doubled quote.
    """
    escaped = len(re.findall(r'\\"(?!"|[,;\t|\r\n]|$)', head))
    doubled = len(re.findall(r'[^,;\t|\r\n\\]""|\\""(?![,;\t|\r\n"]|$)', head))
    return escaped > doubled


def _regularity(head: str, delimiter: str, quote: str, escape: str) -> tuple[float, int]:
    """How regular a reading is, 0 to 2, and the width of its records."""
    widths = Counter(len(row) for row in _head_records(head, delimiter, quote, escape) if len(row) > 0)
    if not widths:
        return 0.0, 1
    width, _ = max(widths.items(), key=lambda pair: (pair[1] * min(pair[0], 2), pair[0]))
    if width < 2:  # noqa: PLR2004 - one column is no evidence for a delimiter
        return 0.0, 1
    steady = widths[width] / sum(widths.values())
    return steady**2 * (1 + min(width, _WIDE) / _WIDE) * _PENALTY.get(delimiter, 1.0), width


def _head_records(head: str, delimiter: str, quote: str, escape: str) -> list[list[str]]:
    reader = csv.reader(
        io.StringIO(head, newline=""),
        delimiter=delimiter,
        quotechar=quote,
        escapechar=escape or None,
        skipinitialspace=delimiter != " ",
    )
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) >= _LOOK:
                break
        else:
            if len(rows) > 2 and len(head) >= _HEAD:  # noqa: PLR2004 - the head may end within a record
                rows.pop()
    except csv.Error:
        pass
    return rows


def _spaced(head: str, dialect: Dialect) -> Dialect:
    """The same dialect with a space after each delimiter, where the whole head has one, header included."""
    delimiter = dialect.delimiter
    if delimiter == " " or dialect.width < 2:  # noqa: PLR2004
        return dialect
    plain_lines = [
        line for line in head.splitlines()[:_LOOK] if dialect.quote not in line and delimiter in line
    ]
    quoted = re.findall(re.escape(delimiter) + "( ?)" + re.escape(dialect.quote), head)
    first = head.splitlines()[0] if head else ""
    every = first.count(delimiter) > 0 and first.count(delimiter) == first.count(delimiter + " ")
    apart = (
        sum(line.count(delimiter + " ") for line in plain_lines),
        sum(line.count(delimiter) for line in plain_lines),
    )
    if every and apart[0] >= 0.98 * apart[1] and all(quoted):
        return Dialect(delimiter + " ", dialect.quote, dialect.escape, dialect.skip, dialect.width)
    return dialect
