"""Bytes -> tables: which reader a file needs, told by its first bytes and never by its name alone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from nps_core.errors import UnreadableFile
from nps_core.reading.bulk import LARGE, read_large
from nps_core.reading.cells import plain
from nps_core.reading.codebook import with_texts
from nps_core.reading.delimited import mended_note, read_text
from nps_core.reading.dialect import find_dialect
from nps_core.reading.encoding import decode
from nps_core.reading.gate import MAX_FIELD, check_columns, check_size, field_too_long, longest_run
from nps_core.reading.headers import to_tables
from nps_core.reading.markup import is_markup, read_markup
from nps_core.reading.months import month_of
from nps_core.reading.recode import recoded
from nps_core.reading.records import mend_text
from nps_core.reading.reshape import reshape
from nps_core.reading.spss import read_spss
from nps_core.reading.stacking import stack
from nps_core.reading.stream import Large
from nps_core.reading.workbook import read_workbook

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nps_core.reading.tables import Table

_NOT_TABLES = (
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x80\x04\x95", "a Python pickle, which is never opened"),
    (b"PAR1", "a Parquet file"),
    (b"{\\rtf", "a text document (RTF)"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"SQLite format 3", "a database (SQLite)"),
    (b"BZh", "a bzip2 archive"),
    (b"(\xb5/\xfd", "a Zstandard archive"),
    (b"\xfd7zXZ", "an XZ archive"),
)
_SPSS = (b"$FL2", b"$FL3")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_JSON = re.compile(rb"\s*(\{\s*\"[^\"]{1,200}\"\s*:|\[\s*(\{\s*\"|\[\s*[\"\d]))")
_UNPACK = "Unpack it first, and use the file inside."
_SAVE_AS = "Export the responses from your survey tool as CSV or Excel (.xlsx) and use that file."


def read_source(
    source: bytes | Path, name: str, said: Callable[[float], None] = lambda _: None
) -> tuple[list[Table], hashlib._Hash]:
    """Read every table of a file, and the running sha256 of its bytes; `said` is told the share read, 0 to 1.

    Raises
    ------
    ReadError
        As `read_tables`.
    """
    large = Large(data=source) if isinstance(source, bytes) else Large(path=source)
    check_size(large.size, name)
    digest = None
    as_text = large.size >= LARGE and _may_be_text(large.head())
    if as_text:
        table, digest = read_large(large, name, said)
        if table is not None and digest is not None:
            return [reshape(table)], digest
    data = source if isinstance(source, bytes) else source.read_bytes()
    if as_text and (table := _read_recoded(data, name, said) or _read_mended(data, name)) is not None:
        return [reshape(table)], digest or hashlib.sha256(data)
    tables = [reshape(table) for table in with_texts(_joined(read_tables(data, name, said)))]
    return tables, digest or hashlib.sha256(data)


def _may_be_text(head: bytes) -> bool:
    known = head.startswith((_ZIP, _OLE, *_SPSS, *(mark for mark, _ in _NOT_TABLES)))
    return not known and bool(head.strip(b"\x00 \t\r\n")) and not is_markup(head) and not _JSON.match(head)


def _read_recoded(data: bytes, name: str, said: Callable[[float], None]) -> Table | None:
    """A large text of another encoding, or whose lines end with a bare CR; None where more is amiss."""
    text = recoded(data)
    table = read_large(text, name, said)[0] if text is not None else None
    if text is None or table is None:
        return None
    found = text.encoding
    return replace(
        table,
        origin=found.name + table.origin.removeprefix("UTF-8"),
        notes=(*([found.note] if found.note else []), *table.notes),
    )


def _read_mended(data: bytes, name: str) -> Table | None:
    """A large text once its encoding and its quoting are put right; None when that is not enough."""
    if (longest := longest_run(data)) > MAX_FIELD:
        raise field_too_long(longest, name)
    decoded = decode(data)
    if "\n" not in decoded.text:
        decoded = replace(decoded, text=decoded.text.replace("\r", "\n"))
    dialect = find_dialect(decoded.text)
    check_columns(dialect.width, name)
    if len(dialect.delimiter) > 1 or dialect.escape or dialect.quote != '"':
        return None
    mended = mend_text(decoded.text[dialect.skip :], dialect, dialect.width)
    # The records' numbers are those of the file as it came, where its blank ones count.
    filled = np.delete(np.arange(1, mended.records + 1), mended.blank) + (1 if dialect.skip else 0)
    text = Large(data=mended.text.encode("utf-8", "surrogatepass"), numbers=filled)
    table, _ = read_large(text, name)
    if table is None:
        return None
    return replace(
        table,
        origin=f"{decoded.encoding}, {dialect.name}",
        notes=(*([decoded.note] if decoded.note else []), *mended_note(mended.mended), *table.notes),
    )


_PART = re.compile(
    r"(sheet|tabelle|feuil\w*|hoja|plan\w*|foglio|blad|part|page|シート)? ?\d{1,2}$|(q[1-4]|h[12])? ?20\d\d( ?(q[1-4]|h[12]))?$"
)


def _joined(tables: list[Table]) -> list[Table]:
    """Sheets that hold the same columns, one a month, quarter, year or part, are one table."""
    if len(tables) < 2 or any(table.names != tables[0].names for table in tables):  # noqa: PLR2004
        return tables
    titles = [plain(table.title) for table in tables]
    if not all(_PART.match(title) or month_of(title.split(" ")[0]) for title in titles):
        return tables
    note = f"{len(tables)} sheets hold the same columns; their rows were put under one another."
    return [stack(tables, note, marks=("sheet", [table.title for table in tables]))]


def read_tables(data: bytes, name: str, said: Callable[[float], None] = lambda _: None) -> list[Table]:
    """Read every table of a file, the sheets of a workbook in their order; `said` is told the share read, 0 to 1.

    Raises
    ------
    UnreadableFile
        The file is empty, no table, or damaged.
    """
    check_size(len(data), name)
    if not data[:4096].strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe") and not data.strip(
        b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
    ):
        raise UnreadableFile(f"“{name}” is empty.", hint="Export it again; the export may have been cut off.")
    for mark, what in _NOT_TABLES:
        if data.startswith(mark):
            raise UnreadableFile(
                f"“{name}” is {what}, not a table.", hint=_UNPACK if "archive" in what else _SAVE_AS
            )
    if data.startswith(_SPSS):
        return [read_spss(data, name)]
    if data.startswith((_ZIP, _OLE)):
        tables = read_workbook(data, name, said)
        if not tables:
            raise UnreadableFile(f"No visible sheet of “{name}” holds any cells.", hint=_SAVE_AS)
        return tables
    if is_markup(data):
        found = read_markup(data, name)
        if not found:
            raise UnreadableFile(f"“{name}” is a web page or XML without a table.", hint=_SAVE_AS)
        return found
    if _JSON.match(data[:4096]):
        raise UnreadableFile(f"“{name}” is JSON, not a table.", hint=_SAVE_AS)
    return to_tables(read_text(data, name))
