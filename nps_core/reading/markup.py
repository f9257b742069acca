"""Tables of markup (an HTML table or XML Spreadsheet 2003, both often named .xls): bytes -> Tables, read by a worker."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nps_core.reading.encoding import decode
from nps_core.reading.sandbox import open_file
from nps_core.reading.workbook import Sheet, tables_of

if TYPE_CHECKING:
    from nps_core.reading.tables import Table

_BEGINS = re.compile(
    rb"<(?:!doctype\s{1,9}html|html|head|body|meta|style|table|center|div|\?xml|\?mso|workbook|ss:workbook)\b|<!--",
    re.IGNORECASE,
)
_BEFORE = b"\xef\xbb\xbf\xff\xfe \t\r\n\x0b\x0c"
_CHARSET = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{1,40})", re.IGNORECASE)


def is_markup(head: bytes) -> bool:
    """True for bytes that begin as a web page or as XML."""
    return bool(_BEGINS.match(head[:1024].replace(b"\x00", b"").lstrip(_BEFORE)))


def read_markup(data: bytes, name: str) -> list[Table]:
    """Every table of a page; none where the page has no table.

    Raises
    ------
    UnreadableFile
        The page could not be read.
    RefusedFile
        It asks for more memory, time, cells, columns or letters in a cell than is let through.
    """
    text = _text(data).encode("utf-8", "replace")
    facts, found = open_file("markup", text, name, "a table in a web page")
    titles = [str(sheet["title"]) for sheet in facts["sheets"]]
    sheets = [
        Sheet(title, "XML spreadsheet" if title else "table in a web page", columns)
        for title, columns in zip(titles, found, strict=True)
    ]
    return [table for sheet in sheets for table in tables_of(sheet, name)]


def _text(data: bytes) -> str:
    """The page decoded as it says, else as any text."""
    found = _CHARSET.search(data[:2048])
    if found and b"\x00" not in data[:64]:
        try:
            return data.decode(found[1].decode("ascii").lower()).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)
