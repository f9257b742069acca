r"""Survey exports as they are: bytes in, a Survey out, every row accounted for.

>>> from nps_core.reading import read_survey
>>> survey = read_survey(b"score,comment\n10,Great\n3,Slow\n9,\n", name="demo.csv")
>>> survey.rows.read, survey.rows.kept, survey.mapping.score
(3, 3, 'score')
"""

from __future__ import annotations

import hashlib
import json
import pathlib
import re
from dataclasses import asdict, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from nps_core.errors import MappingError, NoNPSQuestion, ReadError, UnreadableFile
from nps_core.reading.body import stack
from nps_core.reading.build import build
from nps_core.reading.cells import month_of, plain
from nps_core.reading.encoding import encoding_named
from nps_core.reading.overrides import Options, wanted_score
from nps_core.reading.related import with_questions, with_texts
from nps_core.reading.shapes import reshape
from nps_core.reading.source import Source, check_size
from nps_core.reading.text import read_text
from nps_core.reading.vocabulary import alternation
from nps_core.survey import Mapping

if TYPE_CHECKING:
    import collections.abc
    import os
    from collections.abc import Callable, Sequence

    from nps_core.reading.tables import Table
    from nps_core.survey import Survey

__all__ = ["read_survey", "read_surveys"]

_CELLS = "Reading the cells"
_READ = 0.85
"""The share of the work that is done once the cells are read, in a large file."""

_HUNDREDTH = 0.01


def read_survey(
    source: str | os.PathLike[str] | bytes,
    *,
    name: str | None = None,
    mapping: Mapping | collections.abc.Mapping[str, object] | None = None,
    scale: str | None = None,
    repeats: str = "all",
    encoding: str | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Survey:
    """Read a survey export: CSV, TSV, a workbook (xlsx, xls, ods).

    Parameters
    ----------
    source
        A path, or the file's bytes.
    name
        The file's name as shown to people; taken from the path when not given.
    mapping
        Which column plays which role, where the reader is to be overruled: roles as in
        `nps_core.Mapping`; None says that no column plays it. Columns are named as the file has them.
    scale
        "0-10", "1-10", "1-7", "1-5", with cut-offs as "1-7:3/6" (detractors to 3, promoters from 6).
    repeats
        "all", "latest" (of each respondent) or "latest per period" (of each respondent and quarter).
    encoding
        Such as "Windows-1250" or "cp1250", where a text is in another one than detected.
    progress
        Called with a step in words and the share done, 0 to 1.

    Returns
    -------
    Survey
        The responses, with the row account: rows read = kept + each reason for leaving out.

    Raises
    ------
    NoNPSQuestion
        The file is a table without a recommend question.
    UnreadableFile
        The file is empty, damaged or no table.
    RefusedFile
        The file is absurdly large or hostile.
    MappingError
        The mapping, the scale, the policy for repeats or the encoding names what does not exist.
    """
    options = Options(mapping, scale, repeats, encoding)
    tell = _rising(progress or _silent)
    tell(_CELLS, 0.0)

    def read(share: float) -> None:
        tell(_CELLS, share * _READ)

    if isinstance(source, bytes):
        shown = name or "the file"
        tables, digest = read_source(source, shown, read, encoding)
    else:
        path = pathlib.Path(source)
        shown = name or path.name
        tables, digest = read_source(path, shown, read, encoding)
    tell("Finding the columns", _READ)
    digest.update(b"\x00" + _known(options).encode())
    tables = shaped(tables, wanted_score(options))
    survey = build(tables, shown, digest.hexdigest(), options)
    tell("Done", 1.0)
    return survey


def read_surveys(
    files: Sequence[tuple[str, bytes]],
    *,
    mapping: Mapping | collections.abc.Mapping[str, object] | None = None,
    scale: str | None = None,
    repeats: str = "all",
    encoding: str | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> Survey:
    """Read several files as one survey, with an attribute `source` that holds each one's file name.

    A single file is read as `read_survey` reads it, without `source`. The other parameters, and the errors,
    are those of `read_survey`; the `place` of an error says which of several files it was.
    """
    from nps_core.reading.several import join, read_alike  # noqa: PLC0415 - not needed for one file

    if len(files) == 1:
        ((name, data),) = files
        return read_survey(
            data,
            name=name,
            mapping=mapping,
            scale=scale,
            repeats=repeats,
            encoding=encoding,
            progress=progress,
        )
    options = Options(mapping, scale, repeats, encoding)
    tell = progress or _silent

    def read(place: int, asked: Options) -> Survey:
        name, data = files[place]
        part = _part(tell, name, place, len(files))
        try:
            return read_survey(
                data, name=name, mapping=asked.mapping, scale=asked.scale, encoding=encoding, progress=part
            )
        except ReadError as error:
            error.place = place
            raise

    try:
        surveys = read_alike(len(files), read, options)
    except (NoNPSQuestion, MappingError) as error:
        # What one file lacks may stand in another: invitations and responses, questions and answers.
        related = _read_related(files, options)
        if related is None:
            raise error from None
        return related
    tell("Joining the files", 0.95)
    return join(surveys, options)


def _read_related(files: Sequence[tuple[str, bytes]], options: Options) -> Survey | None:
    """The files as tables of one survey; None where one of them has no id in common with the answers."""
    tables, digests = [], ""
    for name, data in files:
        found, digest = read_source(data, name, encoding=options.encoding)
        if len(found) > 1:
            return None
        tables.append(replace(found[0], title=pathlib.PurePath(name).stem))
        digests += digest.hexdigest()
    whole = hashlib.sha256(f"{digests}\x00{_known(options)}".encode()).hexdigest()
    try:
        return build(
            shaped(tables, wanted_score(options)),
            ", ".join(name for name, _ in files),
            whole,
            options,
            together=True,
        )
    except (NoNPSQuestion, MappingError):
        return None


def _part(
    tell: Callable[[str, float], None], name: str, place: int, files: int
) -> Callable[[str, float], None]:
    """Report the progress with one of several files as a part of the whole."""
    return lambda step, share: tell(f"{name}: {step[:1].lower()}{step[1:]}", 0.95 * (place + share) / files)


def _silent(step: str, share: float) -> None:
    """Report progress to nobody."""


def _rising(progress: Callable[[str, float], None]) -> Callable[[str, float], None]:
    """The same progress, told once a hundredth and never backwards: a file may need a second, careful way."""
    latest: list[tuple[str, float]] = [("", -1.0)]

    def say(step: str, share: float) -> None:
        last, highest = latest[0]
        share = max(share, highest)
        if step != last or share - highest >= _HUNDREDTH:
            latest[0] = step, share
            progress(step, share)

    return say


def _known(options: Options) -> str:
    """Everything besides the bytes that changes what they become."""
    tell = asdict(options.mapping) if isinstance(options.mapping, Mapping) else options.mapping
    chosen = [options.encoding] if options.encoding else []
    return json.dumps([tell, options.scale, options.repeats, *chosen], sort_keys=True, default=list)


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
    (b"<stata_dta>", "a Stata file"),
    *((bytes((release, order, 1, 0)), "a Stata file") for release in (113, 114, 115) for order in (1, 2)),
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
        table, digest = read_text(
            file, name, progress, None if encoding is None else encoding_named(encoding)
        )
        return [table], digest
    if encoding is not None:
        raise MappingError(
            f"“{name}” is no plain text, and says its encoding itself.",
            hint="Leave the encoding as detected.",
        )
    data = file.read()
    return _one_a_part(read_tables(data, name, progress)), hashlib.sha256(data)


def shaped(tables: list[Table], wanted: str | None = None) -> list[Table]:
    """The tables of a file, or of several that belong together, with one row a response each.

    `wanted` is what a person chose as the score, which may be one wave or question of several.
    """
    if len(tables) > 1:
        tables = with_texts(with_questions(tables))
    return [replace(reshape(table, wanted), file_columns=table.names) for table in tables]


def may_be_text(head: bytes) -> bool:
    """Whether a file is a text table, as far as its first bytes tell."""
    known = head.startswith((_ZIP, _OLE, *_SPSS, *(mark for mark, _ in _NOT_TABLES)))
    return not known and bool(head.strip(_BLANK)) and not is_markup(head) and not _JSON.match(head)


def is_markup(head: bytes) -> bool:
    """True for bytes that begin as a web page or as XML."""
    return bool(_BEGINS.match(head[:1024].replace(b"\x00", b"").lstrip(_BEFORE)))


_PART = re.compile(
    rf"{alternation('sheet', 'week')}? ?\d{{1,2}}$|(q[1-4]|h[12])? ?20\d\d( ?(q[1-4]|h[12]))?$"
)


def _one_a_part(tables: list[Table]) -> list[Table]:
    """Sheets that hold the same columns are one table: one a month, quarter, year or part, or a country or team.

    Where no title tells that they are parts, they must not repeat one another, as a copy or a selection would.
    """
    alike: dict[tuple[str, ...], list[Table]] = {}
    for table in tables:
        alike.setdefault(table.names, []).append(table)
    parts = max(alike.values(), key=len, default=[])
    titles = [table.title for table in parts]
    named = all(_PART.match(plain(title)) or month_of(plain(title).split(" ")[0]) for title in titles)
    if len(parts) < 2 or not (named or _differ(parts)):  # noqa: PLR2004
        return tables
    note = f"{len(parts)} sheets hold the same columns; their rows were put under one another."
    whole = replace(stack(parts, note, marks=("sheet", titles)), title=", ".join(titles))
    return [whole if table is parts[0] else table for table in tables if table not in parts[1:]]


_LONG = 12
"""Letters from which on a cell is nobody else's by chance: an id, an address, a moment, a sentence."""

_OWN = 0.5
"""The share of a sheet's rows that have such a cell of their own in a column, from which on it tells them apart."""

_COPIED = 0.1
"""The share of these cells that stand in another sheet, too, from which on one is taken for a copy of the other."""


def _differ(parts: Sequence[Table]) -> bool:
    """True where a column tells the rows of each sheet apart, and none that does tells that they come again."""
    told = False
    for columns in zip(*(table.columns for table in parts), strict=True):
        held = [{value for value in column.encoded[1] if len(value) >= _LONG} for column in columns]
        if all(len(own) > _OWN * column.answered.sum() for own, column in zip(held, columns, strict=True)):
            told = True
            if any(len(a & b) > _COPIED * min(len(a), len(b)) for a, b in combinations(held, 2)):
                return False
    return told


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
