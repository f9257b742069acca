"""Text tables: bytes -> Grid, or straight to a Table where they are large and well-formed."""

from __future__ import annotations

import csv
import io
import re

from nps_core.reading import gate
from nps_core.reading.dialect import Dialect, find_dialect
from nps_core.reading.encoding import Decoded, decode
from nps_core.reading.records import split_records
from nps_core.reading.tables import Grid, Problem

csv.field_size_limit(2**31 - 1)  # the gate holds the limit on a cell, with a sentence of its own

_ODD_RUN = re.compile(r'(?<!")"(?:"")*(?!")')
_SHOWN = 3
"""Mended records shown in a note."""


def read_text(data: bytes, name: str) -> Grid:
    """Read a text table of any usual dialect and encoding as a grid of cells.

    Raises
    ------
    RefusedFile
        A cell is longer than `gate.MAX_FIELD`, or there are more columns than `gate.MAX_COLUMNS`.
    """
    if (longest := gate.longest_run(data)) > gate.MAX_FIELD:
        raise gate.field_too_long(longest, name)
    decoded = decode(data)
    dialect = find_dialect(decoded.text)
    gate.check_columns(dialect.width, name)
    return to_grid(decoded, dialect, name)


def to_grid(decoded: Decoded, dialect: Dialect, name: str) -> Grid:
    """The cells of a decoded text."""
    text = decoded.text[dialect.skip :]
    rows = _well_formed(text, dialect)
    mended: tuple[Problem, ...] = ()
    if rows is None:
        records = split_records(text, dialect, dialect.width)
        rows, mended = records.rows, records.mended
    if dialect.quote == "'" and '"' in text and not _ODD_RUN.search(text):
        # Written by something that doubles quotation marks although it quotes by apostrophes.
        rows = [[cell.replace('""', '"') for cell in row] for row in rows]
    gate.check_columns(max(map(len, rows), default=0), name)
    longest = max((len(cell) for row in rows for cell in row), default=0)
    if longest > gate.MAX_FIELD:
        raise gate.field_too_long(longest, name)
    skipped = 1 if dialect.skip else 0
    return Grid(
        rows=rows,
        first=1 + skipped,
        origin=f"{decoded.encoding}, {dialect.name}",
        notes=(*([decoded.note] if decoded.note else []), *mended_note(mended)),
        ragged=True,
        delimiter=dialect.delimiter,
    )


def _well_formed(text: str, dialect: Dialect) -> list[list[str]] | None:
    """The records of a text whose quoting is as it should be; None for any other."""
    if len(dialect.delimiter) > 1 or dialect.escape:
        return None
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True
    )
    try:
        rows = list(reader)
    except csv.Error:
        return None
    spanning = dialect.quote in text and any("\n" in cell or "\r" in cell for row in rows for cell in row)
    return None if spanning and _has_stray_quotes(text, dialect) else rows


def _has_stray_quotes(text: str, dialect: Dialect) -> bool:
    """True where a quote stands within an unquoted cell.

    Where a cell also spans lines, it may be that its quote was never closed: the next one that stands before a
    delimiter closes it then, and the rows between are swallowed. The other reader weighs that line by line.
    """
    quote, edge = re.escape(dialect.quote), f"[{re.escape(dialect.delimiter)}\\r\\n]"
    cell = rf"(?:(?<={edge})|\A){quote}[^{quote}]*(?:{quote}{quote}[^{quote}]*)*{quote}(?={edge}|\Z)"
    return dialect.quote in re.sub(cell, "", text)


def mended_note(mended: tuple[Problem, ...]) -> list[str]:
    """What to say of mended records; nothing where there are none."""
    if not mended:
        return []
    shown = "; ".join(f"line {problem.line:,}: {problem.what}" for problem in mended[:_SHOWN])
    read = "record was" if len(mended) == 1 else "records were"
    more = "; …" if len(mended) > _SHOWN else ""
    return [f"{len(mended):,} {read} read in spite of damaged quoting ({shown}{more})."]
