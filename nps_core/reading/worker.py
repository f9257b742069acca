"""The worker: a process that opens files which are not plain text, so that their harm ends with it.

What such a file says of itself is believed by every parser, and a lie makes one ask for more memory than there is
or never come to an end. `sandbox` starts this file as `python -I worker.py` and gives it one job after another.
It imports nothing of this package before a job needs it, so that it starts at once.

A message is a length (8 bytes), JSON of that length, and the blobs whose lengths the JSON names. Nothing that a
worker answers is ever unpickled.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import os
import re
import struct
import sys
import time
import zipfile
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import pandas as pd
    import pyarrow as pa

    Answer = tuple[dict[str, Any], list[bytes]]
    Job = Callable[[list[bytes], "Asked"], Answer]

MAX_HEAD = 200_000_000
"""Bytes of JSON in a message: the labels and distinct values of an SPSS file of a million responses."""

_LENGTH = struct.Struct("<Q")
_REPEATS = 0.5
"""A column with fewer distinct values per row travels as codes."""


_NICE = 3
"""Steps of priority behind the process that started it, which has others to serve: where processors are short, a worker
gets half its share, and still ends well before the sandbox loses its patience."""


class Asked(NamedTuple):
    """What goes with a job: how many cells it may find, and whom to tell its stage and share (0..1)."""

    cells: int
    progress: Callable[[str, float], None]


class TooLargeError(Exception):
    """A table with more cells than is let through: (height, width)."""


class OtherKindError(Exception):
    """A file of another kind than was thought: (what it is, what to do)."""


def send(pipe: BinaryIO, head: dict[str, Any], blobs: Sequence[bytes | memoryview] = ()) -> None:
    """Write a message."""
    text = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    pipe.write(_LENGTH.pack(len(text)))
    pipe.write(text)
    pipe.writelines(blobs)
    pipe.flush()


def receive(pipe: BinaryIO, most: int) -> tuple[dict[str, Any], list[bytes]] | None:
    """Read a message with at most so many bytes of blobs; None where the other side is gone or talks nonsense."""
    prefix = pipe.read(_LENGTH.size)
    if len(prefix) < _LENGTH.size or (size := _LENGTH.unpack(prefix)[0]) > MAX_HEAD:
        return None
    try:
        head = json.loads(pipe.read(size))
        sizes = [int(one) for one in head.pop("sizes")]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None
    if min(sizes, default=0) < 0 or sum(sizes) > most:
        return None
    blobs = [pipe.read(one) for one in sizes]
    return (head, blobs) if [len(blob) for blob in blobs] == sizes else None


def main() -> None:
    """Answer jobs until standard input ends."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    if hasattr(os, "set_blocking") and os.name == "posix":
        os.set_blocking(2, False)  # nobody reads complaints before the end
    _forbid()
    if hasattr(os, "nice"):
        os.nice(_NICE)
    _load(*sys.argv[1:])
    while (job := receive(sys.stdin.buffer, sys.maxsize)) is not None:
        head, blobs = job
        if not head.get("watched"):  # from outside, where the system keeps no limits
            _limit(head["memory"], head["seconds"])
        try:
            asked = Asked(head["cells"], lambda stage, share: send(answers, {"stage": stage, "share": share}))
            facts, found = (JOBS.get(head["job"]) or _imported(head["job"]))(blobs, asked)
        except BaseException as error:  # noqa: BLE001 - parsers raise what they like; a panic is no Exception
            facts, found = _trouble(error), []
        if not head.get("watched"):
            _limit()  # for what comes next may be larger
        send(answers, {"facts": facts}, found)


def _load(module: str = "") -> None:
    """Load what most jobs need while nobody waits: a module of another room, or what reads workbooks."""
    if module:
        import_module(module)
        return
    import fastexcel  # noqa: F401, PLC0415 - few workers read none
    import pyarrow as pa  # noqa: PLC0415

    # Arrow loads pandas, most of a worker's start, to learn whether it was given a frame; it asks once.
    sys.meta_path.insert(0, _NoPandas)
    pa.array([""]).dictionary_encode()
    sys.meta_path.remove(_NoPandas)


class _NoPandas:
    """A finder of modules by which there is no pandas."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Nothing, as other finders may know it; but not pandas."""
        if name == "pandas":
            raise ModuleNotFoundError(name)


def _imported(job: str) -> Job:
    """The function of a job of another room of this package, as "module:function"."""
    module, _, function = job.partition(":")
    found: Job = getattr(import_module(module), function)
    return found


_XML_NO_MEMORY = 2
"""The code of lxml's errors where there is no memory; their text is "unknown error" then."""


def _trouble(error: BaseException) -> dict[str, Any]:
    """What went wrong, as one cause of a fixed list; the words of this package's own errors travel as they are."""
    if isinstance(error, MemoryError) or getattr(error, "code", None) == _XML_NO_MEMORY:
        return {"cause": "memory"}
    if isinstance(error, TooLargeError):
        height, width = error.args
        return {"cause": "cells", "limit": f"{height:,} rows by {width:,} columns"}
    if isinstance(error, OtherKindError):
        return {"cause": "kind", "message": error.args[0], "hint": error.args[1]}
    if type(error).__module__ == "nps_core.errors":
        return {
            "cause": "words",
            "message": str(getattr(error, "message", "")),
            "hint": str(getattr(error, "hint", "")),
        }
    text = str(error).lower()
    if "allocat" in text or "memory" in text:
        return {"cause": "memory"}
    return {"cause": "locked" if "password" in text or "encrypt" in text else "damaged"}


def _forbid() -> None:
    """No files are written and no cores are dumped."""
    try:
        import resource  # noqa: PLC0415 - not on every system; there the parent watches
    except ImportError:
        return
    for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))


def _limit(memory: int = 0, seconds: int = 0) -> None:
    """So many bytes of address space, and so many seconds of CPU from now on; 0 for as many as there are."""
    try:
        import resource  # noqa: PLC0415 - see above
    except ImportError:
        return
    for what, wanted in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds and int(time.process_time()) + seconds + 1),
    ):
        hard = resource.getrlimit(what)[1]
        # No large number instead: Linux counts in nanoseconds, and 2 to the 60 seconds are none of them.
        soft = min(wanted or hard, hard) if hard != resource.RLIM_INFINITY else wanted or hard
        resource.setrlimit(what, (soft, hard))


# Workbooks: xlsx, xlsm, xlsb, xls, ods


def _workbook(blobs: list[bytes], asked: Asked) -> Answer:
    """Each visible sheet as columns of text, from its first row on."""
    import fastexcel  # noqa: PLC0415 - loaded above

    data = blobs[0]
    _check_kind(data)
    hidden, merged = _hidden(data), _merged(data)
    book = fastexcel.read_excel(data)
    sheets: list[dict[str, Any]] = []
    tables: list[bytes] = []
    cells, some_blank = 0, False
    for place, title in enumerate(book.sheet_names):
        if hidden is None:  # of formats other than xlsx, the parser tells what is hidden once it has read it
            sheet = book.load_sheet(place, header_row=None, skip_rows=0, dtypes="string")
            batch = sheet.to_arrow() if sheet.visible == "visible" else None
        elif title not in hidden:
            batch = book.load_sheet(place, header_row=None, skip_rows=0, dtypes="string", eager=True)
        else:
            batch = None
        if batch is None or not batch.num_rows:
            continue
        cells += batch.num_rows * batch.num_columns
        if cells > asked.cells:
            raise TooLargeError(batch.num_rows, batch.num_columns)
        some_blank |= any(column.null_count >= batch.num_rows - _HEADERS for column in batch.columns)
        sheets.append({"title": title, "merged": merged.get(title, [])})
        tables.append(_packed([_as_written(column) for column in batch.columns]))
    return {"sheets": sheets, "unvalued": some_blank and _has_unvalued(data)}, tables


_LOOKED_FOR_FORMULAS = 8_000_000
"""Bytes of a sheet that are looked through for formulas without values, and for merged cells."""

_UNVALUED = re.compile(rb"(?:</f>|<f[^<>]{0,200}/>)(?:<v ?/>|<v></v>)?</c>")


def _has_unvalued(data: bytes) -> bool:
    """True for an xlsx with a formula whose value was not stored, as programs write that do not compute."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    with archive.open(part) as sheet:
                        if _UNVALUED.search(sheet.read(_LOOKED_FOR_FORMULAS)):
                            return True
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return False
    return False


_KINDS = (
    (
        "word/",
        "a Word document, not a table.",
        "Copy its table into a spreadsheet and save that as .xlsx or .csv.",
    ),
    (
        "ppt/",
        "a PowerPoint file, not a table.",
        "Copy its table into a spreadsheet and save that as .xlsx or .csv.",
    ),
    ("Index/", "a Numbers document, not a table.", "Export it from Numbers as CSV or Excel."),
)
"""Archives that are no workbook, by the folder that only they have."""

_TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".sav")


def _check_kind(data: bytes) -> None:
    """Say what an archive is that is no workbook.

    Raises
    ------
    OtherKindError
        It is none.
    """
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.namelist()
    if any(part.startswith("xl/") or part == "content.xml" or "workbook" in part.lower() for part in parts):
        return
    for folder, what, hint in _KINDS:
        if any(part.startswith(folder) for part in parts):
            raise OtherKindError(what, hint)
    inside = [part for part in parts if part.lower().endswith(_TABLES)]
    if inside:
        more = f" and {len(inside) - 1:,} more" if len(inside) > 1 else ""
        raise OtherKindError(
            f"an archive with “{inside[0][-60:]}”{more} in it.", "Unpack it first, and use the file inside."
        )


_SHEET = re.compile(rb"<(?:\w{1,20}:)?sheet\s[^<>]{1,2000}>")
_NAME = re.compile(rb"\sname=(?:\"([^\"]*)\"|'([^']*)')")
_HIDDEN = re.compile(rb"\sstate=[\"'](?:veryH|h)idden[\"']")


def _hidden(data: bytes) -> set[str] | None:
    """The names of the hidden sheets of an xlsx; None for another format."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = archive.read("xl/workbook.xml")
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return None
    tags = [tag for tag in _SHEET.findall(text) if _HIDDEN.search(tag)]
    names = [found for tag in tags if (found := _NAME.search(tag))]
    return {html.unescape((name[1] or name[2] or b"").decode("utf-8", "replace")) for name in names}


_ID = re.compile(rb"\s(?:\w{1,20}:)?[iI]d=[\"']([^\"']{1,100})[\"']")
_RELATION = re.compile(rb"<(?:\w{1,20}:)?Relationship\s[^<>]{1,2000}>")
_TARGET = re.compile(rb"\sTarget=[\"'](?:/xl/)?([^\"']{1,200})[\"']")
_MERGED = re.compile(rb"<mergeCell ref=\"([A-Z]{1,3})(\d{1,7}):\1(\d{1,7})\"")
"""Cells of one column that are merged: "A2:A4"."""

_FILLED = re.compile(rb"<c r=\"([A-Z]{1,3})\d{1,7}\"[^<>]{0,200}><(?:v|f|is)\b")


def _merged(data: bytes) -> dict[str, list[tuple[int, int, int]]]:
    """Column, first and last row (from 0) of the cells of a column that are merged, by the name of their sheet.

    Columns are counted from the first that holds a cell, as the parser counts them. Of formats other than xlsx, and
    of sheets that nobody has merged by hand for their size, none.
    """
    found: dict[str, list[tuple[int, int, int]]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            targets = {
                one[1]: target[1].decode()
                for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
                if (one := _ID.search(tag)) and (target := _TARGET.search(tag))
            }
            for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
                name, one = _NAME.search(tag), _ID.search(tag)
                part = f"xl/{targets.get(one[1], '')}" if one else ""
                if not name or archive.getinfo(part).file_size > _LOOKED_FOR_FORMULAS:
                    continue
                with archive.open(part) as sheet:
                    text = sheet.read(_LOOKED_FOR_FORMULAS)
                if spans := _MERGED.findall(text):
                    begin = min(map(_place, set(_FILLED.findall(text))), default=0)
                    found[html.unescape((name[1] or name[2] or b"").decode("utf-8", "replace"))] = [
                        (_place(column) - begin, int(first) - 1, int(last) - 1)
                        for column, first, last in spans
                    ]
    except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, EOFError):
        return {}
    return found


def _place(letters: bytes) -> int:
    """The place of a column by its letters: A is 0, AA 26."""
    place = 0
    for letter in letters:
        place = 26 * place + letter - 64
    return place - 1


_MIDNIGHT = re.compile(r"(\d{4}-\d\d-\d\d) 00:00:00")
_CLOCK = re.compile(r"(1899-12-3[01]|1900-0[12]-\d\d)(?: (\d\d)(:\d\d:\d\d(?:\.\d+)?))?")
_TRUTHS = {"true": "TRUE", "false": "FALSE"}
_HEADERS = 3
"""Cells that a column of truths may hold besides, in its header."""


def _as_written(column: pa.Array) -> pa.Array:
    """A column as its owner sees it: no midnight behind a date, no day before a time, TRUE and FALSE."""
    import pyarrow as pa  # noqa: PLC0415 - loaded above
    import pyarrow.compute as pc  # noqa: PLC0415

    coded = column.fill_null("").cast(pa.large_string()).dictionary_encode()
    values = coded.dictionary
    if pc.any(pc.match_substring_regex(values, r"^(18|19|20)\d\d-\d\d-\d\d")).as_py():
        values = pa.array([_day_or_time(value) for value in values.to_pylist()], pa.large_string())
    if len(values) <= len(_TRUTHS) + 1 + _HEADERS and len({*values.to_pylist()} - {*_TRUTHS, ""}) <= _HEADERS:
        values = pa.array([_TRUTHS.get(value, value) for value in values.to_pylist()], pa.large_string())
    again = values.dictionary_encode()  # a date and the same date as text are one value now
    return _few(pa.DictionaryArray.from_arrays(again.indices.take(coded.indices), again.dictionary))


def _day_or_time(value: str) -> str:
    """A day without its midnight; a time, which the parser counts from the last day of 1899, without that day."""
    if found := _MIDNIGHT.fullmatch(value):
        value = found[1]
    if not (found := _CLOCK.fullmatch(value)):
        return value
    days = (dt.date.fromisoformat(found[1]) - dt.date(1899, 12, 31)).days
    hours = 24 * days + int(found[2] or 0)
    return f"{hours:02}{found[3] or ':00:00'}" if hours >= 0 else value


def _few(coded: pa.DictionaryArray) -> pa.Array:
    """A column of codes as it is where its values repeat; else as plain text."""
    repeats = len(coded.dictionary) <= _REPEATS * len(coded)
    return coded if repeats else coded.dictionary.take(coded.indices)


def _packed(columns: Sequence[pa.Array]) -> bytes:
    """Columns as an Arrow stream."""
    import pyarrow as pa  # noqa: PLC0415 - loaded above

    table = pa.table(list(columns), names=[str(place) for place in range(len(columns))])
    out = pa.BufferOutputStream()
    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)
    return memoryview(out.getvalue())  # type: ignore[return-value]


# SPSS


def _spss(blobs: list[bytes], asked: Asked) -> Answer:
    """Each variable as codes and the distinct values they stand for, with its labels and user-missing ranges."""
    import pyreadstat  # noqa: PLC0415 - few files are SPSS

    _, meta = pyreadstat.read_sav(io.BytesIO(blobs[0]), metadataonly=True)
    most = asked.cells // max(len(meta.column_names), 1)
    frame, meta = pyreadstat.read_sav(io.BytesIO(blobs[0]), user_missing=True, row_limit=most + 1)
    if len(frame) > most:
        raise TooLargeError(len(frame), len(frame.columns))
    variables, columns = [], []
    for place, name in enumerate(frame.columns):
        ranges = meta.missing_ranges.get(name, []) or meta.missing_user_values.get(name, [])
        facts, column = _variable(frame.iloc[:, place], meta.variable_value_labels.get(name, {}), ranges)
        label = meta.column_names_to_labels.get(name) or ""
        variables.append({"name": str(name), "label": str(label), **facts})
        columns.append(column)
    return {"variables": variables, "rows": len(frame)}, [_packed(columns)]


def _variable(
    values: pd.Series, labels: dict[Any, Any], ranges: Sequence[Any]
) -> tuple[dict[str, Any], pa.Array]:
    import pandas as pd  # noqa: PLC0415 - comes with pyreadstat
    import pyarrow as pa  # noqa: PLC0415 - loaded above

    codes, distinct = pd.factorize(values)
    plain = [_plain(value) for value in distinct]
    if not labels and not ranges and all(isinstance(value, str) for value in plain):
        codes[codes < 0] = len(plain)  # nothing
        text = pa.array([*plain, ""], pa.large_string()).take(pa.array(codes))
        return {}, _few(text.dictionary_encode())
    facts = {
        "values": plain,
        "labels": [[_plain(value), str(label)] for value, label in labels.items()],
        "ranges": [[one["lo"], one["hi"]] if isinstance(one, dict) else [one, one] for one in ranges],
    }
    return facts, pa.array(codes, pa.int32())


def _plain(value: Any) -> float | str:  # noqa: ANN401 - whatever a cell of a frame holds
    if isinstance(value, str):
        return value
    if hasattr(value, "to_pydatetime"):
        return str(value.to_pydatetime())
    return float(value) if isinstance(value, int | float) or hasattr(value, "dtype") else str(value)


# Pages and XML spreadsheets

_BOOK = re.compile(rb"<(?:\w{1,20}:)?workbook[\s>]", re.IGNORECASE)
_HEAD = 4_000
"""Bytes in which an XML spreadsheet begins."""


_SKIPPED = frozenset({"script", "style", "title"})
_CELLS = frozenset({"td", "th", "cell"})
_ROWS = frozenset({"tr", "row"})
_BREAKS = frozenset({"br", "p", "div", "li"})


def _markup(blobs: list[bytes], asked: Asked) -> Answer:
    """Each table of a page or of an XML spreadsheet, rows and columns spanned by a cell blank behind it."""
    import pyarrow as pa  # noqa: PLC0415 - loaded above
    from lxml import etree  # noqa: PLC0415 - few files are pages

    text = blobs[0].replace(b"\x00", b"")
    found = _Tables(asked.cells)
    usual = {"target": found, "encoding": "utf-8", "no_network": True}
    if _BOOK.search(text[:_HEAD]):
        parser = etree.XMLParser(recover=True, resolve_entities=False, **usual)
    else:
        parser = etree.HTMLParser(huge_tree=True, **usual)
    etree.fromstring(text, parser)
    tables = [(title, rows) for title, rows in found.tables if sum(1 for row in rows if any(row)) > 1]
    columns = [zip_longest(*rows, fillvalue="") for _, rows in tables]
    packed = [
        _packed([_few(pa.array(column, pa.large_string()).dictionary_encode()) for column in one])
        for one in columns
    ]
    return {"sheets": [{"title": title} for title, _ in tables]}, packed


class _Tables:
    """Gathers the rows of each table while its tags pass by, whatever is left open among them.

    A cell that spans several stands in the first of them. `tables` has the title (of an XML spreadsheet's sheet)
    and the rows of each.
    """

    def __init__(self, most: int) -> None:
        self.tables: list[tuple[str, list[list[str]]]] = []
        self._room = most
        self._title = self._skipped = ""
        self._open: list[list[list[str]]] = []  # tables within tables
        self._cell: list[str] | None = None
        self._width = 1
        self._below: dict[int, int] = {}  # columns taken by cells that span rows, and how many rows more
        self._taken: set[int] = set()  # those of this row

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A tag opens."""
        tag = _bare(name)
        if tag == "table":
            self._close_cell()
            self._below = {}
            self._open.append([])
        elif tag in _ROWS and self._open:
            self._close_cell()
            self._new_row(_bare_keys(attributes))
        elif tag in _CELLS and self._open:
            self._close_cell()
            self._new_cell(_bare_keys(attributes))
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")
        elif tag == "worksheet":
            self._title = _bare_keys(attributes).get("name", "")
        elif tag in _SKIPPED:
            self._skipped = tag

    def end(self, name: str) -> None:
        """A tag closes."""
        tag = _bare(name)
        if tag == "table" and self._open:
            self._close_cell()
            self.tables.append((self._title, self._open.pop()))
        elif tag in _CELLS or tag in _ROWS:
            self._close_cell()
        elif tag in _BREAKS and self._cell:
            self._cell.append("\n")
        elif tag == self._skipped:
            self._skipped = ""

    def data(self, text: str) -> None:
        """Text between tags."""
        if self._cell is not None and not self._skipped:
            self._cell.append(text)

    def close(self) -> None:
        """The end; tables that were never closed are tables too."""
        self._close_cell()
        self.tables += [(self._title, rows) for rows in reversed(self._open)]

    def _new_row(self, attributes: Mapping[str, str]) -> None:
        rows = self._open[-1]
        blank = max(_number(attributes.get("index", "")) - len(rows) - 1, 0)
        self._count(blank + 1, len(rows) + blank + 1, 1)
        rows.extend([] for _ in range(blank + 1))
        self._taken = {place for place, more in self._below.items() if more > 0}
        self._below = {place: more - 1 for place, more in self._below.items() if more > 0}

    def _new_cell(self, attributes: Mapping[str, str]) -> None:
        rows = self._open[-1]
        if not rows:
            rows.append([])
        row = rows[-1]
        while len(row) in self._taken:
            row.append("")
        index = _number(attributes.get("index", ""))
        across = max(
            _number(attributes.get("colspan", "")), _number(attributes.get("mergeacross", "")) + 1, 1
        )
        self._count(max(index - len(row), 0) + across, len(rows), max(index, len(row)) + across)
        row.extend("" for _ in range(index - len(row) - 1))
        down = max(_number(attributes.get("rowspan", "")) - 1, _number(attributes.get("mergedown", "")), 0)
        self._below |= {len(row) + place: down for place in range(across if down else 0)}
        self._cell, self._width = [], across

    def _close_cell(self) -> None:
        if self._cell is not None and self._open and self._open[-1]:
            text = "".join(self._cell).replace("\xa0", " ").strip()
            self._open[-1][-1].extend([text, *[""] * (self._width - 1)])
        self._cell = None

    def _count(self, more: int, height: int, width: int) -> None:
        """So many cells come to a table that is so large by now."""
        self._room -= more
        if self._room < 0:
            raise TooLargeError(height, width)


def _bare(name: str) -> str:
    """A name without what stands before it: "{urn}Row" and "ss:Row" are "row"."""
    return name.rpartition("}")[2].rpartition(":")[2].lower()


def _bare_keys(attributes: Mapping[str, str]) -> dict[str, str]:
    return {_bare(key): value for key, value in attributes.items()}


def _number(text: str) -> int:
    # Nothing sane has ten digits.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


JOBS: dict[str, Job] = {
    "workbook": _workbook,
    "spss": _spss,
    "markup": _markup,
}


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
