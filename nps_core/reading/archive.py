"""The gate of workbooks: what an archive really unpacks to, looked at before a parser unpacks it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

import numpy as np

from nps_core.errors import RefusedFile, UnreadableFile
from nps_core.reading.extent import Extent
from nps_core.reading.gate import (
    MAX_CELLS,
    MAX_INFLATED,
    MAX_RATIO,
    MAX_WRITTEN,
    RATIO_MATTERS,
    check_cells,
    check_columns,
)
from nps_core.reading.sheet import LARGE_SHEET, Scanned, SheetScan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_CHUNK = 900_000
"""Bytes unpacked at a time; from 1 MiB on memory is asked anew of the system each time."""

_PACKED = 1 << 16
_SHARED = re.compile(rb"t=[\"']s[\"'][^>]*>\s*<(?:\w+:)?v>(\d{1,9})<")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")

_KINDS = (
    ("word/", "a Word document", "Copy its table into a spreadsheet and save that as .xlsx or .csv."),
    ("ppt/", "a PowerPoint file", "Copy its table into a spreadsheet and save that as .xlsx or .csv."),
    ("Index/", "a Numbers document", "Export it from Numbers as CSV or Excel."),
)
"""Archives that are no workbook, by the folder that only they have."""


def check_workbook(
    data: bytes, name: str, said: Callable[[float], None] = lambda _: None
) -> dict[str, Scanned]:
    """Refuse a workbook that would unpack to too much, before a parser unpacks it.

    Returns the cells of its large sheets by the sheets' names in the archive, as they pass by anyway.
    `said` is told the share looked at, 0 to 1.

    Raises
    ------
    RefusedFile
        It inflates to more than `MAX_INFLATED` bytes or more than `MAX_RATIO` times, or its cells span
        more than `MAX_CELLS` or `MAX_COLUMNS`.
    UnreadableFile
        The archive is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_kind(archive, name)
            return _Archive(data, archive, name, said).check()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        raise UnreadableFile(
            f"“{name}” is damaged or locked with a password.",
            hint="Open it in a spreadsheet program and save it again as .xlsx or .csv, without a password.",
        ) from None


def _check_kind(archive: zipfile.ZipFile, name: str) -> None:
    """Say what an archive is that is no workbook.

    Raises
    ------
    UnreadableFile
        It is none.
    """
    parts = archive.namelist()
    if any(part.startswith("xl/") or part == "content.xml" or "workbook" in part.lower() for part in parts):
        return
    for folder, what, hint in _KINDS:
        if any(part.startswith(folder) for part in parts):
            raise UnreadableFile(f"“{name}” is {what}, not a table.", hint=hint)
    inside = [
        part
        for part in parts
        if part.lower().endswith((".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".sav"))
    ]
    if inside:
        more = f" and {len(inside) - 1:,} more" if len(inside) > 1 else ""
        raise UnreadableFile(
            f"“{name}” is an archive with “{inside[0][-60:]}”{more} in it.",
            hint="Unpack it first, and use the file inside.",
        )


class _Archive:
    """Looks at each part of an archive; `total` is what those looked at inflated to."""

    def __init__(
        self, data: bytes, archive: zipfile.ZipFile, name: str, said: Callable[[float], None]
    ) -> None:
        self._data, self._archive, self._name, self._said = data, archive, name, said
        self._total = self._packed = 0
        self._texts = _Texts(name)

    def check(self) -> dict[str, Scanned]:
        """Every part; the cells of the large sheets."""
        found = {}
        entries = self._archive.infolist()
        # Of two parts of one name, who knows which one a parser takes.
        alone = len({entry.filename for entry in entries}) == len(entries)
        for entry in entries:
            self._check_claim(entry)
            scanned = self._scanned(entry) if alone else None
            if scanned is None:
                self._look_at(entry)
            else:
                found[entry.filename] = scanned
                self._texts.take(scanned)
            self._packed += entry.compress_size
        if self._texts.suspicious:
            self._texts.check(self._data, self._archive, found)
        return found

    def _look_at(self, entry: zipfile.ZipInfo) -> None:
        extent = Extent(entry.filename, self._name)
        size = 0
        for piece, size in self._pieces(entry):  # noqa: B007 - the last size is the part's
            extent.feed(piece)
            self._texts.feed(piece)
        self._texts.end(extent.finish())
        self._total += size

    def _check_claim(self, entry: zipfile.ZipInfo) -> None:
        if entry.filename == "xl/workbook.bin":
            raise UnreadableFile(
                f"“{self._name}” is a binary workbook (.xlsb).", hint="Save it as .xlsx or .csv."
            )
        claimed = entry.file_size > RATIO_MATTERS and entry.file_size > MAX_RATIO * max(
            entry.compress_size, 1
        )
        if claimed or self._total + entry.file_size > MAX_INFLATED:
            raise self._inflates(self._total + entry.file_size)

    def _scanned(self, entry: zipfile.ZipInfo) -> Scanned | None:
        """The cells of a large sheet; None for all that is not one, or not written as most are."""
        if entry.file_size < LARGE_SHEET or not _SHEET.fullmatch(entry.filename):
            return None
        scan = SheetScan()
        size = 0
        for piece, size in self._pieces(entry):  # noqa: B007 - the last size is the part's
            scan.feed(piece)
            if not scan.usual:
                return None
            check_columns(scan.width, self._name)
            check_cells(scan.height, scan.width, self._name)
        if (found := scan.scanned()) is not None:
            self._total += size
            self._texts.end(scan.height * scan.width)
        return found

    def _pieces(self, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
        """A part piece by piece, with the bytes so far; refused where they are too many."""
        size = 0
        for piece, used in _inflated(self._data, entry):
            size += len(piece)
            if self._total + size > MAX_INFLATED or (
                size > RATIO_MATTERS and size > MAX_RATIO * max(used, 1)
            ):
                raise self._inflates(self._total + size)
            self._said(min((self._packed + used) / len(self._data), 1.0))
            yield piece, size

    def _inflates(self, size: int) -> RefusedFile:
        packed = sum(entry.compress_size for entry in self._archive.infolist())
        return RefusedFile(
            f"“{self._name}” packs {size / 1e6:,.0f} MB or more into {packed / 1e6:,.1f} MB.",
            hint="Such a workbook is damaged or made to harm; export the responses again, as CSV if you can.",
        )


class _Texts:
    """What all sheets hold together: cells from corner to corner, and the texts that many cells share.

    A workbook keeps each text once and a number in each cell; a parser writes the text out in each.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._cells = self._shared = self._longest = self._run = 0
        self._within = False  # a part in which a shared text has begun

    def feed(self, piece: bytes) -> None:
        """Look at the next piece of a part."""
        self._shared += piece.count(b't="s"') + piece.count(b"t='s'")
        first, *rest = map(len, piece.split(b"<si"))
        if self._within:
            self._longest = max(self._longest, self._run + first)
        self._longest = max([self._longest, *rest])
        self._run = rest[-1] if rest else self._run + first
        self._within = self._within or bool(rest)

    def end(self, cells: int) -> None:
        """A part has ended, whose cells span so many."""
        self._run, self._within = 0, False
        self._cells += cells
        if self._cells > MAX_CELLS:
            raise RefusedFile(
                f"The sheets of “{self.name}” span more than {MAX_CELLS:,} cells from corner to corner.",
                hint="Delete stray cells far from the tables, or export the responses as CSV.",
            )

    @property
    def suspicious(self) -> bool:
        """True where the texts, written out, could be more than `MAX_WRITTEN`."""
        return self._shared * self._longest > MAX_WRITTEN

    def take(self, sheet: Scanned) -> None:
        """Look at a large sheet whose cells were found."""
        self._shared += sheet.shared

    def check(self, data: bytes, archive: zipfile.ZipFile, scanned: Mapping[str, Scanned]) -> None:
        """Refuse when the texts, written out, are more than `MAX_WRITTEN`."""
        lengths: list[int] = []
        used: list[tuple[np.ndarray, np.ndarray | int]] = []  # numbers of texts, and how often each is used
        for entry in archive.infolist():
            if (sheet := scanned.get(entry.filename)) is not None:
                used.append(_uses(sheet))
                continue
            text = b"".join(piece for piece, _ in _inflated(data, entry))
            if b"<si" in text:
                lengths = [len(part) for part in text.split(b"<si")[1:]]
            elif b't="s"' in text or b"t='s'" in text:
                used.append((np.array(_SHARED.findall(text), dtype=np.int64), 1))
        known = np.array([*lengths, 0])
        written = sum(int((known[np.minimum(places, len(lengths))] * times).sum()) for places, times in used)
        if written > MAX_WRITTEN:
            raise RefusedFile(
                f"“{self.name}” holds {written / 1e6:,.0f} MB of text once each cell has its own.",
                hint="Leave out the columns of long texts that repeat, or export the responses as CSV.",
            )


def _uses(sheet: Scanned) -> tuple[np.ndarray, np.ndarray]:
    """The numbers of the texts that a large sheet's cells share, and how many cells have each."""
    counts = np.bincount(sheet.codes, minlength=len(sheet.forms))
    found = [(place, shared[1]) for place, form in enumerate(sheet.forms) if (shared := _SHARED.search(form))]
    texts = np.array([text for _, text in found], dtype=np.int64)
    return texts, counts[np.array([place for place, _ in found], dtype=np.int64)]


def _inflated(data: bytes, entry: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """A part's bytes piece by piece, and how many packed bytes they took.

    Inflated here and not by zipfile, which stops where the archive says that the part ends; a parser
    need not, and what an archive says may be a lie.
    """
    head = data[entry.header_offset : entry.header_offset + 30]
    names, extra = int.from_bytes(head[26:28], "little"), int.from_bytes(head[28:30], "little")
    begin = entry.header_offset + 30 + names + extra
    packed = memoryview(data)[begin : begin + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        for place in range(0, len(packed), _CHUNK):
            yield bytes(packed[place : place + _CHUNK]), place + _CHUNK
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED or entry.flag_bits & 1:
        raise zipfile.BadZipFile
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for place in range(0, len(packed), _PACKED):
        rest = bytes(packed[place : place + _PACKED])
        while rest and not inflater.eof:
            yield inflater.decompress(rest, _CHUNK), place + _PACKED - len(inflater.unconsumed_tail)
            rest = inflater.unconsumed_tail
