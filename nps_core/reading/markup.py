"""Tables of markup (an HTML table or XML Spreadsheet 2003, both often named .xls): text -> Grids.

A page is cut at each "<", once, so that no page takes longer than its length. Entities are letters and nothing
else; nothing is fetched or run.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from nps_core.errors import RefusedFile
from nps_core.reading import gate
from nps_core.reading.encoding import decode
from nps_core.reading.tables import Grid

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 30_000_000
"""A page of so many bytes takes some five seconds."""

MAX_CELLS = 3_000_000
"""Cells of a page, those included that a cell spans; the limit on bytes lets no more through that are filled."""

_BEGINS = re.compile(
    rb"(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body|meta|style|table|center|div|\?xml|\?mso|workbook|ss:workbook)\b|"
    rb"\s*(\xef\xbb\xbf)?\s*<!--",
    re.IGNORECASE,
)
_ROW = re.compile(r"<(tr|row|ss:row)[\s>]", re.IGNORECASE)
_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_TAG = re.compile(r"(/?)(?:\w+:)?(\w+)")
_SAID = re.compile(r"(?:\w+:)?(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_LONGEST_TAG = 2_000
"""Letters of a tag in which attributes are looked for."""

_SKIPPED = frozenset({"script", "style", "title"})
_CELLS = frozenset({"td", "th", "cell"})
_ROWS = frozenset({"tr", "row"})
_BREAKS = frozenset({"br", "p", "div", "li"})


def is_markup(head: bytes) -> bool:
    """True for bytes that begin as a web page or as XML."""
    return bool(_BEGINS.match(head[:1024].lstrip(b"\xff\xfe").replace(b"\x00", b"")))


def read_markup(data: bytes, name: str) -> list[Grid]:
    """Every table of a page; none where the page has no table.

    Raises
    ------
    RefusedFile
        The page is larger than `MAX_BYTES`, or a table has more cells, more columns or a longer cell than is let through.
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
    for tag, closes, said, words in _pieces(text):
        reader.take(tag, said, closes=closes)
        reader.add(words)
    return [
        Grid(rows=rows, origin="XML spreadsheet" if title else "table in a web page", title=title)
        for title, rows in reader.tables()
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
    return decode(data)


def _pieces(text: str) -> Iterator[tuple[str, bool, str, str]]:
    """Each tag of a page: (its name, whether it closes, its attributes, the text after it)."""
    place, skipped = text.find("<"), ""
    while place >= 0:
        if text.startswith("<!--", place):
            end = text.find("-->", place + 4)
            place = text.find("<", end) if end >= 0 else -1
            continue
        following = text.find("<", place + 1)
        part = text[place + 1 : following if following >= 0 else len(text)]
        place = following
        found = _TAG.match(part)
        inside, closed, words = part.partition(">") if found else ("", "", "<" + part)
        # A ">" within quotes ends no tag.
        while closed and inside.count('"') % 2 and ">" in words and len(inside) < _LONGEST_TAG:
            more, closed, words = words.partition(">")
            inside = f"{inside}>{more}"
        name = found[2].lower() if found else ""
        if skipped and not (found and found[1] and name == skipped):
            continue
        skipped = name if found and name in _SKIPPED and not found[1] and not inside.endswith("/") else ""
        yield name, bool(found and found[1]), inside[:_LONGEST_TAG], "" if skipped else html.unescape(words)


class _Tables:
    """Gathers the rows of each table; a cell that spans several stands in the first of them."""

    def __init__(self, name: str) -> None:
        self._done: list[tuple[str, list[list[str]]]] = []
        self._name = name
        self._title = ""
        self._open: list[list[list[str]]] = []  # tables within tables
        self._cell: list[str] | None = None
        self._width = 1
        self._below: dict[int, int] = {}  # columns taken by cells that span rows, and how many rows more
        self._taken: set[int] = set()  # those of this row
        self._cells = 0

    def take(self, tag: str, said: str, *, closes: bool) -> None:
        """Open or close a table, a row or a cell."""
        if tag == "table":
            self._close_cell()
            self._below = {}
            if not closes:
                self._open.append([])
            elif self._open:
                self._done.append((self._title, self._open.pop()))
        elif tag == "worksheet" and not closes:
            self._title = html.unescape(_attributes(said).get("name", ""))
        elif tag in _CELLS or tag in _ROWS:
            self._close_cell()
            if not closes and self._open:
                self._new_row(_attributes(said)) if tag in _ROWS else self._new_cell(_attributes(said))
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")

    def add(self, words: str) -> None:
        """Take the text of a cell."""
        if self._cell is not None and words:
            self._cell.append(words)

    def tables(self) -> list[tuple[str, list[list[str]]]]:
        """Each table with the name of its sheet; those that were never closed, too."""
        self._close_cell()
        return [*self._done, *((self._title, rows) for rows in reversed(self._open))]

    def _count(self, more: int) -> None:
        self._cells += more
        if self._cells > MAX_CELLS:
            raise RefusedFile(
                f"“{self._name}” is a web page with more than {MAX_CELLS:,} cells.",
                hint="Open it in a spreadsheet program and save it as .xlsx or .csv.",
            )

    def _new_row(self, said: dict[str, str]) -> None:
        rows = self._open[-1]
        blank = max(_number(said.get("index", "")) - len(rows) - 1, 0)
        self._count(blank + 1)
        rows.extend([] for _ in range(blank))
        rows.append([])
        self._taken = {place for place, more in self._below.items() if more > 0}
        self._below = {place: more - 1 for place, more in self._below.items() if more > 0}

    def _new_cell(self, said: dict[str, str]) -> None:
        rows = self._open[-1]
        if not rows:
            rows.append([])
        row = rows[-1]
        while len(row) in self._taken:
            row.append("")
        index = _number(said.get("index", ""))
        self._width = max(_number(said.get("colspan", "")), _number(said.get("mergeacross", "")) + 1, 1)
        gate.check_columns(max(index, len(row)) + self._width, self._name)
        self._count(max(index - len(row), 0) + self._width)
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
        self._open[-1][-1].extend([text, *[""] * (self._width - 1)])
        self._cell = None


def _attributes(said: str) -> dict[str, str]:
    if "=" not in said:
        return {}
    return {key.lower(): one or two or bare for key, one, two, bare in _SAID.findall(said)}


def _number(text: str) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - nothing sane is longer
