"""Which delimiter, quote and escape a text table is written with."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass

csv.field_size_limit(2**31 - 1)  # the limit on a cell is held elsewhere, with a sentence of its own

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
    widths = Counter(len(row) for row in _records(head, delimiter, quote, escape) if len(row) > 0)
    if not widths:
        return 0.0, 1
    width, _ = max(widths.items(), key=lambda pair: (pair[1] * min(pair[0], 2), pair[0]))
    if width < 2:  # noqa: PLR2004 - one column is no evidence for a delimiter
        return 0.0, 1
    steady = widths[width] / sum(widths.values())
    return steady**2 * (1 + min(width, _WIDE) / _WIDE) * _PENALTY.get(delimiter, 1.0), width


def _records(head: str, delimiter: str, quote: str, escape: str) -> list[list[str]]:
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
