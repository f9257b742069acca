"""Files -> waves: how each was read, in which order they come, and what each is called."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np

from nps_core.errors import ReadError
from nps_core.formatting import capital
from nps_core.reading import read_survey
from nps_core.reading.overrides import Options
from nps_core.reading.several import read_each
from nps_core.reading.vocabulary import alternation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nps_core.corrections import Corrections
    from nps_core.survey import Doubt, Survey

_MOSTLY = 0.95
"""The share of dated responses in the month, quarter or months after which a wave is called."""

_QUARTER, _YEAR = 3, 12  # months

# No letter or digit stands beside it; "_" is a blank.
_NUMBERED = re.compile(rf"(?<![^\W_]){alternation('wave')}[ _-]?\d{{1,3}}(?![^\W_])", re.IGNORECASE)


@dataclass(frozen=True, eq=False)
class WaveFile:
    """A file that is to become a wave, as it was read.

    Parameters
    ----------
    file
        Its name.
    survey
        What was read of it; None where it could not be read.
    error
        Why it could not be read; None where it was.
    """

    file: str
    survey: Survey | None = None
    error: ReadError | None = None

    @property
    def name(self) -> str:
        """What the wave is called where nobody says."""
        return wave_name(self.survey) if self.survey is not None else PurePath(self.file).stem

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """What could have been read otherwise, what moves the NPS furthest first."""
        return self.survey.doubts if self.survey is not None else ()


def read_waves(
    files: Sequence[tuple[str, bytes]],
    like: Callable[[Survey | Sequence[str]], Corrections] | None = None,
    progress: Callable[[str, float], None] | None = None,
) -> tuple[WaveFile, ...]:
    """Read files as the waves of one survey; one of the same columns as another is read as that one was.

    Parameters
    ----------
    files
        (name, bytes) of each.
    like
        How a file that was read, or the columns of one that could not be, has to be read instead: of a kept survey
        `partial(workspace.corrections, kept)`. Where that fails the file stays as it was found.
    progress
        Called with a step in words and the share done, 0 to 1.

    Returns
    -------
    The oldest first, those without a date by their names behind the dated ones; at the end what could not be read.
    """

    def read(place: int, options: Options) -> Survey:
        name, data = files[place]
        if progress is not None:
            progress(f"Reading {name}", place / len(files))
        asked = {part.name: getattr(options, part.name) for part in fields(options)}
        return read_survey(data, name=name, **asked)

    found, troubles = read_each(len(files), read, Options())
    for place in range(len(files)):
        columns = getattr(troubles.get(place), "columns", ())
        asked = like(found.get(place, columns)) if like is not None else None
        if asked:
            with suppress(ReadError):
                found[place] = read(place, Options(**asked.options()))
                troubles.pop(place, None)
    read_well = [WaveFile(files[place][0], survey) for place, survey in sorted(found.items())]
    unread = [WaveFile(files[place][0], error=error) for place, error in sorted(troubles.items())]
    return (*sorted(read_well, key=_age), *unread)


def _age(one: WaveFile) -> tuple[bool, str, str]:
    """What files are put in order by: their middle day, or their name."""
    middle = "" if one.survey is None else str(one.survey.responses["date"].dropna().quantile(0.5))
    return middle in ("", "NaT"), middle, re.sub(r"\d+", lambda number: number[0].zfill(20), one.file)


def wave_name(survey: Survey) -> str:
    r"""What a wave is called where nobody says, by the first of these that it has.

    The number that the name of its file gives it ("Wave 12"); the month, quarter or months that most of its responses
    are of, or the year whose quarters are all there: a file "q3" may hold more than that; the name of its file.

    Examples
    --------
    >>> from nps_core import read_survey
    >>> wave_name(read_survey(b"score,date\n9,2026-01-05\n3,2026-06-30\n", name="nps_wave-12 (3).csv"))
    'Wave 12'
    >>> wave_name(read_survey(b"score,date\n9,2026-01-05\n3,2026-03-30\n", name="export.csv"))
    'Q1 2026'
    >>> wave_name(read_survey(b"score,date\n9,2026-01-05\n3,2026-06-30\n", name="export.csv"))
    'Jan to Jun 2026'
    """
    file = PurePath(survey.name).stem
    numbers = [match[0] for match in _NUMBERED.finditer(file)]
    if len(numbers) == 1:
        return capital(" ".join(re.split("[ _-]+", numbers[0])))
    moments = survey.responses["date"].dropna().to_numpy()
    if len(moments):
        months = moments.astype("datetime64[M]").astype(np.int64)
        for step, name in ((1, _month), (_QUARTER, _quarter)):
            spans, counts = np.unique(months // step, return_counts=True)
            if counts.max() >= _MOSTLY * len(months):
                return name(int(spans[counts.argmax()]))
        ends = np.quantile(months, [(1 - _MOSTLY) / 2, (1 + _MOSTLY) / 2], method="nearest")
        first, last = (int(end) for end in ends)
        if last - first < _YEAR:
            return _months(first, last)
    return file or "Wave"


def _month(number: int) -> str:
    return f"{dt.date(1970 + number // 12, number % 12 + 1, 1):%b %Y}"


def _quarter(number: int) -> str:
    return f"Q{number % 4 + 1} {1970 + number // 4}"


def _months(first: int, last: int) -> str:
    """Some months of a year or of two; a year where all of its quarters are among them."""
    year, other = (1970 + number // _YEAR for number in (first, last))
    if year == other and last // _QUARTER - first // _QUARTER == 3:  # noqa: PLR2004 - the first and the fourth
        return str(year)
    start = _month(first) if year != other else _month(first).partition(" ")[0]
    return f"{start} to {_month(last)}"
