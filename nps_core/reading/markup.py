"""Tables of markup (an HTML table or XML Spreadsheet 2003, both often named .xls): text -> Grids.

Read by the standard library's HTML parser, which knows no entities but letters and fetches nothing.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from nps_core.errors import RefusedFile
from nps_core.reading import gate
from nps_core.reading.encoding import decode
from nps_core.reading.tables import Grid

MAX_BYTES = 16_000_000
"""Beyond this the parser takes longer than anybody waits."""

_BEGINS = re.compile(
    rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body|meta|style|table|center|div|\?xml|\?mso|workbook|ss:workbook)\b|"
    rb"\s*(\xef\xbb\xbf)?\s*<!--",
    re.IGNORECASE,
)
_ROW = re.compile(r"<(tr|row|ss:row)[\s>]", re.IGNORECASE)
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_SKIPPED = frozenset({"script", "style", "title"})
_CELLS = frozenset({"td", "th", "cell"})
_BREAKS = frozenset({"br", "p", "div", "li"})


def is_markup(head: bytes) -> bool:
    """True for bytes that begin as a web page or as XML."""
    return bool(_BEGINS.match(head[:1024].lstrip(b"\xff\xfe").replace(b"\x00", b"")))


def read_markup(data: bytes, name: str) -> list[Grid]:
    """Every table of a page; none where the page has no table.

    Raises
    ------
    RefusedFile
        The page is larger than `MAX_BYTES`, or a table has more columns or a longer cell than the gate lets through.
    """
    if len(data) > MAX_BYTES:
        raise RefusedFile(
            f"“{name}” is a web page of {len(data) / 1e6:,.0f} MB; the limit for one is {MAX_BYTES / 1e6:.0f} MB.",
            hint="Open it in a spreadsheet program and save it as .xlsx or .csv.",
        )
    text = _text(data)
    if not _ROW.search(text):
        return []
    reader = _Tables(name)
    reader.feed(text)
    reader.close()
    return [
        Grid(rows=rows, origin="table in a web page" if not title else "XML spreadsheet", title=title)
        for title, rows in reader.tables
        if sum(1 for row in rows if any(row)) > 1
    ]


def _text(data: bytes) -> str:
    """The page decoded as it says, else as any text."""
    found = _CHARSET.search(data[:2048])
    if found and b"\x00" not in data[:64]:
        try:
            return data.decode(found[1].decode("ascii").lower()).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data).text


class _Tables(HTMLParser):
    """Gathers the rows of each table; a cell that spans several stands in the first of them."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[tuple[str, list[list[str]]]] = []
        self._name = name
        self._title = ""
        self._open: list[list[list[str]]] = []  # tables within tables
        self._cell: list[str] | None = None
        self._width = 1
        self._below: dict[int, int] = {}  # columns taken by cells that span rows, and how many rows more
        self._taken: set[int] = set()  # those of this row
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, a row or a cell."""
        tag = tag.rpartition(":")[2]
        said = {key.rpartition(":")[2]: value or "" for key, value in attrs}
        if tag in _SKIPPED:
            self._skipped += 1
        elif tag == "worksheet":
            self._title = said.get("name", "")
        elif tag == "table":
            self._close_cell()
            self._open.append([])
            self._below = {}
        elif tag in ("tr", "row") and self._open:
            self._new_row(_number(said.get("index", "")))
        elif tag in _CELLS and self._open:
            self._new_cell(said)
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a table or a cell."""
        tag = tag.rpartition(":")[2]
        if tag in _SKIPPED:
            self._skipped = max(self._skipped - 1, 0)
        elif tag == "table" and self._open:
            self._close_cell()
            self.tables.append((self._title, self._open.pop()))
        elif tag in _CELLS or tag in ("tr", "row"):
            self._close_cell()

    def handle_data(self, data: str) -> None:
        """Take the text of a cell."""
        if self._cell is not None and not self._skipped:
            self._cell.append(data)

    def close(self) -> None:
        """Take the tables that were never closed, too."""
        super().close()
        self._close_cell()
        while self._open:
            self.tables.append((self._title, self._open.pop()))

    def _new_row(self, index: int) -> None:
        self._close_cell()
        rows = self._open[-1]
        if index > gate.MAX_RECORDS:
            raise gate.too_many(index, self._name)
        rows.extend([] for _ in range(min(index, len(rows) + gate.MAX_FIELD) - len(rows) - 1))
        rows.append([])
        self._taken = {place for place, more in self._below.items() if more > 0}
        self._below = {place: more - 1 for place, more in self._below.items() if more > 0}

    def _new_cell(self, said: dict[str, str]) -> None:
        self._close_cell()
        rows = self._open[-1]
        if not rows:
            rows.append([])
        row = rows[-1]
        while len(row) in self._taken:
            row.append("")
        index = _number(said.get("index", ""))
        self._width = max(_number(said.get("colspan", "")), _number(said.get("mergeacross", "")) + 1, 1)
        gate.check_columns(max(index, len(row)) + self._width, self._name)
        row.extend("" for _ in range(index - len(row) - 1))
        down = max(_number(said.get("rowspan", "")) - 1, _number(said.get("mergedown", "")), 0)
        if down:
            self._below |= {len(row) + place: down for place in range(self._width)}
        self._cell = []

    def _close_cell(self) -> None:
        if self._cell is None or not self._open or not self._open[-1]:
            return
        text = "".join(self._cell).replace("\xa0", " ").strip()
        if len(text) > gate.MAX_FIELD:
            raise gate.field_too_long(len(text), self._name)
        # Line breaks of the source are spaces to a reader of the page; those of <br> were put in as such.
        self._open[-1][-1].extend([text, *[""] * (self._width - 1)])
        self._cell = None


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - nothing sane is longer
