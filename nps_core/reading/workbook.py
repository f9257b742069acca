"""Files that are opened in the sandbox (workbooks, pages, SPSS): bytes -> Tables, the cells read by a worker."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from nps_core.errors import UnreadableFile
from nps_core.reading.cells import kind, unique_names
from nps_core.reading.encoding import decode
from nps_core.reading.header import LOOK, find_header, finished
from nps_core.reading.sandbox import open_file
from nps_core.reading.scores import read_score, words_apart
from nps_core.reading.source import check_column, check_columns
from nps_core.reading.tables import Column, Table, without_blank
from nps_core.reading.vocabulary import alternation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    Value = float | str


_HEAD = 4 * LOOK
"""Rows that tell the header."""

_OLE = b"\xd0\xcf\x11\xe0"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
"""The part of an Office file that is there once it has a password."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of a sheet as text, from its first row on.

    Parameters
    ----------
    title
        Its name; empty for a table of a page.
    origin
        What it was read from, for people.
    columns
        The columns, all of the same length.
    merged
        Column, first and last row of the cells of a column that are merged.
    """

    title: str
    origin: str
    columns: Sequence[pa.ChunkedArray]
    merged: Sequence[Sequence[int]] = ()

    def rows(self, count: int | None = None) -> list[list[str]]:
        """The first rows, or all of them."""
        cells = [column.slice(0, count).to_pylist() for column in self.columns]
        return [list(row) for row in zip(*cells, strict=True)]


def read_workbook(
    data: bytes, name: str, progress: Callable[[float], None] = lambda _share: None
) -> list[Table]:
    """Every table of the visible sheets that hold cells; `progress` is told the share read, 0 to 1.

    Raises
    ------
    UnreadableFile
        The file is damaged, locked with a password, or no workbook.
    RefusedFile
        It asks for more memory, time, cells, columns or letters in a cell than is let through.
    """
    if data.startswith(_OLE) and _LOCKED in data:
        raise UnreadableFile(
            f"“{name}” is locked with a password.",
            hint="Open it, save it without a password, and use that file.",
        )
    facts, found = open_file("workbook", data, name, "a workbook", progress)
    sheets = [
        Sheet(str(sheet["title"]), "workbook", columns, sheet["merged"])
        for sheet, columns in zip(facts["sheets"], found, strict=True)
    ]
    tables = [table for sheet in sheets for table in tables_of(sheet, name)]
    return (
        [replace(table, notes=(*table.notes, UNVALUED)) for table in tables]
        if facts.get("unvalued")
        else tables
    )


UNVALUED = (
    "Formulas of this workbook have no stored values, so that their cells look blank: open it in a"
    " spreadsheet program, save it, and use that file."
)
"""What is said of a workbook written by a program that does not compute."""


def tables_of(sheet: Sheet, name: str) -> list[Table]:
    """The table of a sheet, or none where nothing stands on it.

    What stands beside the table is a note in the margin, not a part of its rows.
    """
    check_columns(len(sheet.columns), name)
    for column in sheet.columns:
        check_column(column, name)
    head = sheet.rows(_HEAD)
    header = find_header(head)
    below = [column.slice(header.body) for column in sheet.columns]
    filled = _fill_merged(below, sheet.merged, header.body)
    height = len(below[0]) if below else 0
    blank = pa.chunked_array([pa.array([""] * height, pa.large_string())])
    below += [blank] * (len(header.names) - len(below))
    table = Table(
        columns=tuple(
            Column(title, text, label)
            for title, label, text in zip(
                header.names, header.labels, below, strict=False
            )  # notes stand beside
        ),
        numbers=np.arange(header.body + 1, header.body + height + 1, dtype=np.int64),
        origin=sheet.origin,
        title=sheet.title,
        notes=_merged_note([header.names[place] for place in filled if place < len(header.names)]),
    )
    found = finished(without_blank(table), header, head, header.body + 1)
    return [found] if found.columns else []


_LONGEST_NAME = 60
"""Letters of a merged cell that names what its rows have in common; a longer one is a comment on all of them."""


def _fill_merged(below: list[pa.ChunkedArray], merged: Sequence[Sequence[int]], body: int) -> list[int]:
    """Give each row below the header the name that a cell merged over several holds; the places of such columns.

    A number or a date is left where it stands: merged over several rows it may be one answer.
    """
    spans: dict[int, list[tuple[int, int]]] = {}
    for place, first, last in merged:
        if 0 <= place < len(below) and body <= first < last:
            spans.setdefault(place, []).append((first - body, last - body + 1))
    filled = []
    for place, rows in sorted(spans.items()):
        cells = below[place].to_pylist()
        end = 0
        for first, last in sorted(rows):
            # Spans that lie on one another, which no program writes, would be gone through again and again.
            if end <= first < len(cells) and _names_its_rows(cells[first]):
                own = cells[first:last]
                end = first + len(own)
                cells[first:end] = [cell or own[0] for cell in own]
        if end:
            below[place] = pa.chunked_array([pa.array(cells, pa.large_string())])
            filled.append(place)
    return filled


def _names_its_rows(cell: str) -> bool:
    return kind(cell) == "text" and len(cell) <= _LONGEST_NAME


def _merged_note(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    shown = ", ".join(f"“{name}”" for name in names)
    return (f"Cells of {shown} are merged over several rows; each of these rows was given what they hold.",)


_CHARSET = re.compile(rb"(?:charset|encoding)\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w-]{1,40})", re.IGNORECASE)


def read_markup(data: bytes, name: str) -> list[Table]:
    """Every table of a page; none where the page has no table.

    Raises
    ------
    UnreadableFile
        The page could not be read.
    RefusedFile
        It asks for more memory, time, cells, columns or letters in a cell than is let through.
    """
    text = _page_text(data).encode("utf-8", "replace")
    facts, found = open_file("markup", text, name, "a table in a web page")
    titles = [str(sheet["title"]) for sheet in facts["sheets"]]
    sheets = [
        Sheet(title, "XML spreadsheet" if title else "table in a web page", columns)
        for title, columns in zip(titles, found, strict=True)
    ]
    return [table for sheet in sheets for table in tables_of(sheet, name)]


def _page_text(data: bytes) -> str:
    """The page decoded as it says, else as any text."""
    found = _CHARSET.search(data[:2048])
    if found and b"\x00" not in data[:64]:
        try:
            return data.decode(found[1].decode("ascii").lower()).removeprefix("\ufeff")
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


_NOTHING = re.compile(alternation("no_answer_label"), re.IGNORECASE)
"""Labels of codes that stand for no answer, declared as missing or not."""

_WHOLE = 2.0**53
"""Above this a float holds no exact whole numbers."""


def read_spss(data: bytes, name: str) -> Table:
    """Read an SPSS file as text.

    A code with a label is its label ("female"); where only the ends of a scale carry labels, the
    numbers stay. Declared user-missing values, and codes labelled "refused" and the like, are blank.

    Raises
    ------
    UnreadableFile
        The file is damaged.
    RefusedFile
        It asks for more memory, time or cells than is let through.
    """
    facts, (found,) = open_file("spss", data, name, "an SPSS file")
    variables = facts["variables"]
    names = unique_names([variable["name"] for variable in variables])
    columns = tuple(
        Column(unique, _texts(variable, cells), variable["label"])
        for unique, variable, cells in zip(names, variables, found, strict=True)
    )
    return Table(columns=columns, numbers=np.arange(1, facts["rows"] + 1, dtype=np.int64), origin="SPSS")


def _texts(variable: Mapping[str, Any], cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """A variable as text: what is there already, or each code by the value that it stands for."""
    if "values" not in variable:
        return cells
    values = variable["values"]
    labels = dict(map(tuple, variable["labels"]))
    ranges = [tuple(one) for one in variable["ranges"]]
    named = all(value in labels for value in values if not _in_ranges(value, ranges))
    texts = pa.array(
        [*(_value_text(value, labels, ranges, named=named) for value in values), ""], pa.large_string()
    )
    codes = cells.to_numpy()
    return pa.chunked_array([texts.take(pa.array(np.where(codes < 0, len(values), codes)))])


def _value_text(
    value: Value, labels: Mapping[Value, str], ranges: Collection[tuple[Value, Value]], *, named: bool
) -> str:
    """A value as its owner meant it; `named` says that every value has a label, so that the labels are the answers."""
    if _in_ranges(value, ranges):
        return ""
    label = labels.get(value, "").strip()
    if label and _NOTHING.search(label):
        return ""
    numbered = read_score(label).value is not None or words_apart(label) is not None
    if label and (numbered or named):
        return label
    if isinstance(value, str):
        return value
    return str(int(value)) if value.is_integer() and abs(value) < _WHOLE else repr(value)


def _in_ranges(value: Value, ranges: Collection[tuple[Value, Value]]) -> bool:
    kind = (int, float) if isinstance(value, float) else str
    return any(
        isinstance(low, kind) and isinstance(high, kind) and low <= value <= high  # type: ignore[operator]
        for low, high in ranges
    )
