"""What asking costs: seconds, told beforehand by what statements of the same kind took on the same table."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from nps_core.errors import CostError

# Nanoseconds on DuckDB, of one core: the proportions of these matter, how fast an engine is is measured.
_ROW = 14  # to look at a row
_SEARCH = 60  # in its comment
_PICK = 60  # whether its account is among those picked, which are known by their pseudonyms
_GROUP = 16  # to count a response by days, scores or an attribute
_WHO = 90  # by accounts or respondents, by themselves or with something else
_CELL = 1_500  # to fetch a cell, and to find out whose it is
_STATEMENT = 5_000_000
_SECOND = 1e9

_MINUTES_FROM = 100  # seconds that are told as minutes


_MUCH = 1_000_000_000
"""Cells of a table, rows by columns, above which it is connected only after somebody has said so."""

_BESIDE = 6
"""Statements over all rows while connecting, beside one a column: scores, dates, comments, accounts, the cube."""


@dataclass(frozen=True)
class Size:
    """How large a table is: its rows, about, or None where the engine does not know; and its columns."""

    table: str
    rows: int | None
    columns: int

    @property
    def is_much(self) -> bool:
        """Whether connecting it should be asked for first."""
        return self.rows is not None and self.rows * self.columns > _MUCH

    @property
    def words(self) -> str:
        """How large it is, and how often connecting looks at all of it."""
        rows = "an unknown number of" if self.rows is None else f"about {self.rows:,}"
        return (
            f"“{self.table}” has {rows} rows and {self.columns:,} columns; to connect it takes up to"
            f" {self.columns + _BESIDE:,} statements over all of them."
        )


class Kind(NamedTuple):
    """What makes a statement slow: that it groups by accounts or respondents, searches in comments, picks accounts."""

    by_who: bool = False
    searches: bool = False
    picks_who: bool = False


@dataclass(frozen=True)
class Work:
    """What a statement has to do.

    Parameters
    ----------
    kind
        See `Kind`.
    passing
        Responses that pass its filters, about.
    sets
        By how many keys or sets of keys they are counted.
    cells
        How many cells it answers with, about.
    """

    kind: Kind
    passing: int
    sets: int = 1
    cells: int = 0

    def seconds(self, rows: int) -> float:
        """Seconds on a table of so many rows, were it DuckDB's on a core of its own."""
        kind = self.kind
        each = _ROW + _SEARCH * kind.searches + _PICK * kind.picks_who
        grouped = self.passing * self.sets * (_WHO if kind.by_who else _GROUP)
        return (_STATEMENT + rows * each + grouped + self.cells * _CELL) / _SECOND


class Pace:
    """How fast the statements of a table are answered.

    Parameters
    ----------
    name
        What the table is called before people.
    rows
        Its rows.
    most_seconds
        More than this is refused; None refuses nothing.

    Attributes
    ----------
    commented
        The share of its responses that have a comment, 0 to 1.
    """

    def __init__(self, name: str, rows: int, most_seconds: float | None = None) -> None:
        self.name = name
        self.rows = rows
        self.commented = 1.0
        self.most_seconds = most_seconds
        self._ratios: dict[Kind, float] = {}
        self._lock = Lock()

    def took(self, work: Work, seconds: float) -> None:
        """Note what a statement took."""
        with self._lock:
            self._ratios.pop(work.kind, None)
            self._ratios[work.kind] = seconds / work.seconds(self.rows)  # the latest last

    def seconds(self, work: Work) -> float:
        """Seconds that a statement will take: by the latest of its kind, else by the latest of the nearest kind."""
        with self._lock:
            known = [*reversed(self._ratios.items())]
        if not known:
            return work.seconds(self.rows)
        alike = [sum(a == b for a, b in zip(kind, work.kind, strict=True)) for kind, _ in known]
        return work.seconds(self.rows) * known[alike.index(max(alike))][1]

    def allow(self, seconds: float) -> None:
        """Raise where something takes too long.

        Raises
        ------
        CostError
            It takes more than `most_seconds`.
        """
        if self.most_seconds is not None and seconds > self.most_seconds:
            raise CostError(
                cost_words(self.name, seconds),
                hint="Filter by days or attributes, or allow more seconds.",
                seconds=seconds,
            )


def cost_words(name: str, seconds: float) -> str:
    """Such as: This asks “Customers” for about 40 s."""
    size, unit = (seconds, "s") if seconds < _MINUTES_FROM else (seconds / 60, "min")
    return f"This asks “{name}” for about {max(1, float(f'{size:.1g}')):.0f} {unit}."
