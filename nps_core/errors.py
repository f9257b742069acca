"""The errors of this package, each with a hint.

* NPSError
  * ReadError                the file could not become a survey
    * UnreadableFile         empty, damaged, or not a table at all
    * RefusedFile            absurdly large or hostile; refused before it was parsed
    * NoNPSQuestion          a table, but none of its columns holds answers to a recommend question
    * MappingError           the mapping names a column or a role that is not there
  * FilterError              a filter names an attribute or a value that is not in the survey
  * EngineError              a table cannot be counted where it is: address, rights, time, or what only rows can answer
    * CostError              it would be asked for longer than was allowed
  * ReportError              a report cannot be made: its template is none, or a slide does not exist
  * FollowUpError            a follow-up, an action or a mail text cannot be so, or a file of follow-ups cannot be read
  * EditsError               a file of a codebook or a recipe that cannot be read
  * WorkspaceError           what is kept cannot be read or written: locked, full, lost, of a newer version
    * WaveError              a file cannot become a wave: the same file again, another scale, nothing new
    * StaleError             somebody else changed meanwhile what was to be changed
    * AccessError            somebody may not see or do this
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nps_core.survey import ColumnProfile


class NPSError(Exception):
    """The base of every error raised on purpose here.

    Parameters
    ----------
    message
        What is wrong: the file, the column, what was found.
    hint
        What to do about it, as one sentence.
    file
        Which file it is about, where that is another than the one that was to be read: a template.
    """

    file = ""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """Message and hint in one line."""
        return f"{self.message} {self.hint}".strip()


class ReadError(NPSError):
    """The file could not become a survey; `place` says which of several files it was, from 0."""

    place: int | None = None


class UnreadableFile(ReadError):  # noqa: N818 - reads as the sentence it stands for
    """Empty, damaged, or not a table at all."""


class RefusedFile(ReadError):  # noqa: N818
    """Absurdly large or hostile; refused before it was parsed."""


class NoNPSQuestion(ReadError):  # noqa: N818
    """A table, but none of its columns holds answers to a recommend question.

    Carries what was looked at, so that the mapping screen can offer the columns.

    Parameters
    ----------
    columns
        The names of the file's columns.
    preview
        The first rows of the file, as text, one tuple a row.
    looks
        What each column holds.
    could_be
        The columns that hold whole numbers from 0 to 10, the likeliest first: one of them may be the score.
    """

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        columns: tuple[str, ...] = (),
        preview: tuple[tuple[str, ...], ...] = (),
        looks: tuple[ColumnProfile, ...] = (),
        could_be: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, hint=hint)
        self.columns = columns
        self.preview = preview
        self.looks = looks
        self.could_be = could_be


class MappingError(ReadError):
    """The mapping names a column or a role that is not there."""


class FilterError(NPSError):
    """A filter names an attribute or a value that is not in the survey."""


class EngineError(NPSError):
    """A table cannot be counted where it is: no such place, no rights, too long; or only rows could answer."""


class CostError(EngineError):
    """A table would be asked for longer than is allowed; `seconds` says about how long."""

    def __init__(self, message: str, *, hint: str = "", seconds: float = 0.0) -> None:
        super().__init__(message, hint=hint)
        self.seconds = seconds


class ReportError(NPSError):
    """A report cannot be made as asked: its template is none, or a slide or a format does not exist."""


class EditsError(NPSError):
    """A file of a codebook or of a recipe that cannot be read."""


class FollowUpError(NPSError):
    """A follow-up, an action or a mail text cannot be so; or a file of follow-ups cannot be read."""


class WorkspaceError(NPSError):
    """What is kept cannot be read or written: locked, read-only, full, lost, damaged, or of a newer version."""


class WaveError(WorkspaceError):
    """A file cannot become a wave: it is there already, is on another scale, or holds nothing new."""


class StaleError(WorkspaceError):
    """Somebody else changed meanwhile what was to be changed; nothing was written."""


class AccessError(WorkspaceError):
    """Somebody may not see or do this; or a role, a filter or a mask of theirs does not exist."""
