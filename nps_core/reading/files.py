"""Bytes -> tables: which reader a file needs, told by its first bytes and never by its name alone."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from nps_core.errors import MappingError, UnreadableFile
from nps_core.reading.cells import plain
from nps_core.reading.days import month_of
from nps_core.reading.limits import check_size
from nps_core.reading.shapes import reshape
from nps_core.reading.tables import stack
from nps_core.reading.text import Source, read_text
from nps_core.reading.vocabulary import alternation

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nps_core.reading.encoding import Encoding
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
_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
_BEGINS = re.compile(
    rb"<(?:!doctype\s{1,9}html|html|head|body|meta|style|table|center|div|\?xml|\?mso|workbook|ss:workbook)\b|<!--",
    re.IGNORECASE,
)
_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n\x0b\x0c"
_UNPACK = "Unpack it first, and use the file inside."
_SAVE_AS = "Export the responses from your survey tool as CSV or Excel (.xlsx) and use that file."


def read_source(
    source: bytes | Path,
    name: str,
    progress: Callable[[float], None] = lambda _: None,
    encoding: str | None = None,
) -> tuple[list[Table], hashlib._Hash]:
    """Read every table of a file, and the running sha256 of its bytes; `progress` is told the share read, 0 to 1.

    `encoding` is the one that a person chose for a text.

    Raises
    ------
    ReadError
        As `read_tables`; and a MappingError where there is no such encoding, or where the file is no text.
    """
    file = Source(source)
    check_size(file.size, name)
    if may_be_text(file.head()):
        table, digest = read_text(file, name, progress, _chosen(encoding))
        return [table], digest
    if encoding is not None:
        raise MappingError(
            f"“{name}” is no plain text, and says its encoding itself.",
            hint="Leave the encoding as detected.",
        )
    data = file.read()
    return _joined(read_tables(data, name, progress)), hashlib.sha256(data)


def shaped(tables: list[Table], wanted: str | None = None) -> list[Table]:
    """The tables of a file, or of several that belong together, with one row a response each.

    `wanted` is what a person chose as the score, which may be one wave or question of several.
    """
    if len(tables) > 1:
        from nps_core.reading.join import with_texts  # noqa: PLC0415 - most files hold one table
        from nps_core.reading.relations import with_questions  # noqa: PLC0415

        tables = with_texts(with_questions(tables))
    return [replace(reshape(table, wanted), file_columns=table.names) for table in tables]


def _chosen(name: str | None) -> Encoding | None:
    if name is None:
        return None
    from nps_core.reading.encoding import encoding_named  # noqa: PLC0415 - few files need it

    return encoding_named(name)


def may_be_text(head: bytes) -> bool:
    """Whether a file is a text table, as far as its first bytes tell."""
    known = head.startswith((_ZIP, _OLE, *_SPSS, *(mark for mark, _ in _NOT_TABLES)))
    return not known and bool(head.strip(_BLANK)) and not is_markup(head) and not _JSON.match(head)


def is_markup(head: bytes) -> bool:
    """True for bytes that begin as a web page or as XML."""
    return bool(_BEGINS.match(head[:1024].replace(b"\x00", b"").lstrip(_BEFORE)))


_PART = re.compile(rf"{alternation('sheet')}? ?\d{{1,2}}$|(q[1-4]|h[12])? ?20\d\d( ?(q[1-4]|h[12]))?$")


def _joined(tables: list[Table]) -> list[Table]:
    """Sheets that hold the same columns, one a month, quarter, year or part, are one table."""
    if len(tables) < 2 or any(table.names != tables[0].names for table in tables):  # noqa: PLR2004
        return tables
    titles = [plain(table.title) for table in tables]
    if not all(_PART.match(title) or month_of(title.split(" ")[0]) for title in titles):
        return tables
    note = f"{len(tables)} sheets hold the same columns; their rows were put under one another."
    return [stack(tables, note, marks=("sheet", [table.title for table in tables]))]


def read_tables(data: bytes, name: str, progress: Callable[[float], None] = lambda _: None) -> list[Table]:
    """Read every table of a file, the sheets of a workbook in their order; `said` is told the share read, 0 to 1.

    Raises
    ------
    UnreadableFile
        The file is empty, no table, or damaged.
    """
    check_size(len(data), name)
    if not data[:4096].strip(_BLANK) and not data.strip(_BLANK):
        raise UnreadableFile(f"“{name}” is empty.", hint="Export it again; the export may have been cut off.")
    for mark, what in _NOT_TABLES:
        if data.startswith(mark):
            raise UnreadableFile(
                f"“{name}” is {what}, not a table.", hint=_UNPACK if "archive" in what else _SAVE_AS
            )
    from nps_core.reading.workbook import (  # noqa: PLC0415 - no text needs it
        read_markup,
        read_spss,
        read_workbook,
    )

    if data.startswith(_SPSS):
        return [read_spss(data, name)]
    if data.startswith((_ZIP, _OLE)):
        tables = read_workbook(data, name, progress)
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
    return [read_text(Source(data), name, progress)[0]]
