"""What a workspace tells: kept surveys and their waves, as frozen values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Figures:
    """What is known of a wave without reading its responses.

    Parameters
    ----------
    n, detractors, passives, promoters
        Its responses.
    nps, low, high
        Its NPS (points) with the 95 % interval, as every page shows it; NaN without responses.
    left_out
        Rows of its file that are not among the responses.
    respondents
        Different respondents by id or e-mail; 0 where the file names none.
    first, last
        The days of its first and last dated response; None where none is dated.
    """

    n: int
    detractors: int
    passives: int
    promoters: int
    nps: float
    low: float
    high: float
    left_out: int = 0
    respondents: int = 0
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True)
class Wave:
    """One wave of a kept survey.

    Parameters
    ----------
    id
        Never given twice in a workspace.
    name, by, added
        What it is called, who added it as they typed it, and when (UTC).
    digest
        That of the file, by which it is known when it comes again.
    figures
        What is known without reading its responses.
    """

    id: int
    name: str
    by: str
    added: dt.datetime
    digest: str
    figures: Figures


@dataclass(frozen=True)
class KeptSurvey:
    """A survey that stays.

    Parameters
    ----------
    id, link
        The link is random and lasts; whoever has it can open the survey.
    name, by, made
        What it is called, who kept it as they typed it, and when (UTC).
    version
        Rises with each change of the settings, which are saved for this version only.
    revision
        Rises with each change of the responses: what was opened at another one is out of date.
    waves
        In their order, the oldest first.
    undoable
        The id of the wave that `Workspace.undo` would take back; None where nothing can be.
    """

    id: int
    link: str
    name: str
    by: str
    made: dt.datetime
    version: int
    revision: int
    waves: tuple[Wave, ...] = ()
    undoable: int | None = None

    @property
    def n(self) -> int:
        """Responses of all waves."""
        return sum(wave.figures.n for wave in self.waves)

    @property
    def last(self) -> dt.date | None:
        """The day of the last dated response; None where none is dated."""
        return max((wave.figures.last for wave in self.waves if wave.figures.last), default=None)
