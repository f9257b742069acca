"""Text whose quoting is not as it should be -> the same records with sound quoting.

Quotes within a quoted cell, quotes that are opened and never closed, quotes escaped by a backslash,
apostrophes for quotes, delimiters of two letters. Of the readings that a damaged record allows, that one is
taken which is as wide as the other records, and it is said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nps_core.errors import UnreadableFile
from nps_core.reading.source import MAX_FIELD, Dialect
from nps_core.reading.tables import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator


MOST_MENDED = 500_000
"""A file with more damaged records than this is not damaged but written wrongly throughout."""

MOST_CAREFUL = 2_000_000
"""Records that are looked at one by one, mark by mark; beyond, it would take longer than anybody waits."""

_PATIENCE = 2_000
"""Damaged records that are searched over several lines; beyond that each line is taken as it stands."""

_PIECE = 500_000
"""Letters given at a time, at least, where nothing is to be mended."""

_SHOWN = 3
"""Mended records shown in a note."""

_ODD_RUN = re.compile(r'(?<!")"(?:"")*(?!")')


class Repair:
    r"""One pass over a text that mends its quoting.

    Parameters
    ----------
    text
        The text; lines end with \n, \r\n or \r.
    dialect
        How it is written, and how many cells the usual record has.
    name
        The file's name, for people.

    Attributes
    ----------
    delimiter
        What sets the cells apart in the mended text.
    mended
        The records that were mended, once `records` has come to its end.
    """

    def __init__(self, text: str, dialect: Dialect, name: str) -> None:
        self._text, self._name = text, name
        self._delimiter, self._quote, self._escape = dialect.delimiter, dialect.quote, dialect.escape
        self._width = dialect.width
        self._plain = dialect.is_plain
        self.delimiter = dialect.delimiter if self._plain else ","
        # Written by something that doubles quotation marks although it quotes by apostrophes.
        self._halve = dialect.quote == "'" and '"' in text and not _ODD_RUN.search(text)
        self._line = 1
        self.mended: list[Problem] = []
        self._patience = _PATIENCE
        # In search of a whole record: a line's end closes a cell only if it is the last one.
        self._whole = False
        self._due = False  # more cells are due in this record
        returns = text.count("\r") - text.count("\r\n")
        self._end = "\r" if returns > text.count("\n") else "\n"

    def records(self) -> Iterator[bytes]:
        """The mended text in pieces of whole records, as UTF-8."""
        parts: list[str] = []
        size = 0
        for part in self._parts():
            parts.append(part)
            size += len(part)
            if size > _PIECE:
                yield "".join(parts).encode()
                parts, size = [], 0
        if parts:
            yield "".join(parts).encode()

    def _parts(self) -> Iterator[str]:
        """Records that are written anew, and as long stretches as can be of those that need not be."""
        text = self._text
        place = copied = record = careful = 0
        while place < len(text):
            stop, after = self._line_end(place)
            record += 1
            known = len(self.mended)
            cells: list[str] | None = None
            if text.find(self._quote, place, stop) >= 0:
                cells, after = self._quoted(place, stop, after, record)
                self._line += max(text.count(self._end, place, after), 1) - 1
            self._line += 1
            careful += cells is not None or not self._plain
            if careful > MOST_CAREFUL:
                raise self._refusal(
                    f"has more than {MOST_CAREFUL:,} records whose quoting is damaged or unusual"
                )
            if not self._plain or len(self.mended) > known or self._has_bare_return(cells, place, stop):
                if copied < place:
                    yield text[copied:place]
                yield self._written(cells if cells is not None else self._split(text[place:stop]))
                copied = after
            elif after - copied > _PIECE:
                yield text[copied:after]
                copied = after
            place = after
        if copied < len(text):
            yield text[copied:]

    def note(self) -> list[str]:
        """What to say of the mended records; nothing where there are none."""
        if not self.mended:
            return []
        count = len(self.mended)
        shown = "; ".join(f"line {problem.line:,}: {problem.what}" for problem in self.mended[:_SHOWN])
        read = "record was" if count == 1 else "records were"
        more = "; …" if count > _SHOWN else ""
        return [f"{count:,} {read} read in spite of damaged quoting ({shown}{more})."]

    def _has_bare_return(self, cells: list[str] | None, place: int, stop: int) -> bool:
        """Whether a record holds a return that other readers would take for its end."""
        if cells is None:
            return self._text.find("\r", place, stop) >= 0
        return any("\r" in cell for cell in cells)

    def _split(self, line: str) -> list[str]:
        return line.split(self._delimiter) if line else []

    def _written(self, cells: list[str]) -> str:
        if self._halve:
            cells = [cell.replace('""', '"') for cell in cells]
        doubled = (cell.replace('"', '""') for cell in cells)
        return self.delimiter.join(f'"{cell}"' for cell in doubled) + "\n"

    def _line_end(self, place: int) -> tuple[int, int]:
        """Where the line at `place` ends, and where the next begins."""
        stop = self._text.find(self._end, place)
        if stop < 0:
            return len(self._text), len(self._text)
        after = stop + 1
        windows = self._end == "\n" and stop > place and self._text[stop - 1] == "\r"
        return (stop - 1 if windows else stop), after

    def _quoted(  # noqa: PLR0911 - one return a repair
        self, place: int, stop: int, after: int, record: int
    ) -> tuple[list[str], int]:
        """A record with quotes in it: as it should be, or as the likeliest repair."""
        self._whole = False
        row, end, clean = self._parse(place, len(self._text), strict=True, early=False)
        if clean and (len(row) == self._width or end <= after):
            return row, end
        for early in (False, True):
            tried, where, closed = self._parse(place, stop, strict=False, early=early)
            if closed and len(tried) == self._width:
                self._say(record, "a quotation mark stands unescaped within a quoted cell", tried)
                return tried, max(where, after)
        tried = self._literal(self._text[place:stop])
        if len(tried) == self._width:
            self._say(record, "a quotation mark is opened and never closed", tried)
            return tried, after
        if clean:
            return row, end
        if (joined := self._joined(tried)) and self._begins_record(after):
            self._say(record, "a quotation mark is opened and never closed", joined)
            return joined, after
        if self._patience > 0:
            self._patience -= 1
            limit = min(len(self._text), place + MAX_FIELD)
            self._whole = True
            several, where, closed = self._parse(place, limit, strict=False, early=False)
            self._whole = False
            if closed and len(several) == self._width:
                self._say(record, "a quotation mark stands unescaped within a quoted cell", several)
                return several, where
        self._say(record, "a quotation mark is opened and never closed", tried)
        return tried, after

    def _joined(self, cells: list[str]) -> list[str]:
        """A line with too many cells, of which the one that opens a quote takes those that follow; [] for none."""
        extra = len(cells) - self._width
        first = next((place for place, cell in enumerate(cells) if cell.startswith(self._quote)), None)
        if extra < 1 or first is None or first + extra >= len(cells):
            return []
        return [
            *cells[:first],
            self._delimiter.join(cells[first : first + extra + 1]),
            *cells[first + extra + 1 :],
        ]

    def _begins_record(self, place: int) -> bool:
        """True where the line at `place` is a whole record by itself, or there is none."""
        if place >= len(self._text):
            return True
        stop, after = self._line_end(place)
        row, end, clean = self._parse(place, stop, strict=True, early=False)
        if clean and end <= after and len(row) == self._width:
            return True
        return len(self._literal(self._text[place:stop])) == self._width

    def _say(self, record: int, what: str, row: list[str]) -> None:
        self.mended.append(Problem(record, self._line, what, tuple(row)))
        if len(self.mended) > MOST_MENDED:
            line = self.mended[0].line
            raise self._refusal(
                f"has more than {MOST_MENDED:,} records with damaged quoting, the first in line {line:,}"
            )

    def _refusal(self, what: str) -> UnreadableFile:
        return UnreadableFile(
            f"“{self._name}” {what}.",
            hint="Export it again, or open it in a spreadsheet program and save it as .xlsx.",
        )

    def _literal(self, line: str) -> list[str]:
        """A line where only cells that are wholly and properly quoted count as quoted."""
        cells: list[str] = []
        place = 0
        while place <= len(line):
            if line.startswith(self._quote, place):
                cell, end, good = self._cell(line, place, len(line), strict=True, early=False)
                if good and self._quote not in cell.replace(self._quote * 2, ""):
                    cells.append(cell)
                    place = end + len(self._delimiter)
                    if end >= len(line):
                        break
                    continue
            end = line.find(self._delimiter, place)
            end = len(line) if end < 0 else end
            cells.append(line[place:end])
            if end >= len(line):
                break
            place = end + len(self._delimiter)
        return cells

    def _parse(self, place: int, limit: int, *, strict: bool, early: bool) -> tuple[list[str], int, bool]:
        """Cells from `place` to the end of the record: (cells, where the next record begins, well-formed)."""
        text, delimiter = self._text, self._delimiter
        cells: list[str] = []
        while True:
            if text.startswith(self._quote, place):
                self._due = len(cells) + 1 < self._width
                cell, place, good = self._cell(text, place, limit, strict=strict, early=early)
                cells.append(cell)
                if not good:
                    return cells, place, False
            else:
                stop, _ = self._line_end(place)
                end = text.find(delimiter, place, stop)
                end = stop if end < 0 else end
                cells.append(text[place:end])
                place = end
            if text.startswith(delimiter, place):
                place += len(delimiter)
                continue
            return cells, self._line_end(place)[1], True

    def _cell(self, text: str, place: int, limit: int, *, strict: bool, early: bool) -> tuple[str, int, bool]:
        """A quoted cell that begins at `place`: (its text, where it ends, whether it was closed)."""
        quote, at = self._quote, place + 1
        parts: list[str] = []
        while True:
            found = text.find(quote, at, limit)
            if found < 0:
                return "".join(parts), limit, False
            if self._escape and found > at and text[found - 1] == self._escape:
                parts.append(text[at : found - 1] + quote)
                at = found + 1
                continue
            parts.append(text[at:found])
            doubled = text.startswith(quote, found + 1)
            if doubled and not (early and self._closes(text, found + 2)):
                parts.append(quote)
                at = found + 2
                continue
            if doubled:
                parts.append(quote)
                return "".join(parts), found + 2, True
            if self._closes(text, found + 1):
                return "".join(parts), found + 1, True
            if strict:
                return "".join(parts), found, False
            parts.append(quote)
            at = found + 1

    def _closes(self, text: str, place: int) -> bool:
        """True where a cell may end: at a delimiter, a line's end, or the end of all."""
        if self._whole and self._due:
            return text.startswith(self._delimiter, place)
        return place >= len(text) or text[place] in "\r\n" or text.startswith(self._delimiter, place)
