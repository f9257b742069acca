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
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from nps_core.errors import MappingError, NoNPSQuestion, ReadError
from nps_core.reading.build import build
from nps_core.reading.files import read_source, shaped
from nps_core.reading.overrides import Options, wanted_score
from nps_core.survey import Mapping

if TYPE_CHECKING:
    import collections.abc
    import os
    from collections.abc import Callable, Sequence

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
