"""What was found of a table, and what its engine answers: roles, values and the cells of a count."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    import sqlalchemy as sa
    from numpy.typing import NDArray

    from nps_core.counts.bitmaps import CountArray

    Key = str | tuple[str, str]
    Codes = NDArray[np.int64]

NO_DAY = np.iinfo(np.int64).min
"""The number of no day, as `datetime64` has it."""


class Cells(NamedTuple):
    """Counts by some keys.

    Parameters
    ----------
    codes
        For each key the codes of the cells: places in the labels of an attribute, a score less the lowest, days since
        1970 (`NO_DAY` without), numbers of clusters (-1 for none).
    counts
        Promoters, passives, detractors of each cell, shape (cells, 3); of 4 bytes each where they fit, whose sums are
        of 8.
    """

    codes: tuple[Codes, ...]
    counts: CountArray


class Coded(NamedTuple):
    """A column of an answer: its distinct values, and for each row the place of its own among them."""

    values: Sequence[Any]
    codes: Codes

    def numbers(self, rows: NDArray[np.bool_], place: Callable[[list[Any]], Sequence[int] | Codes]) -> Codes:
        """What each value stands for, looked up once; 0 for one that none of some rows hold."""
        there = np.flatnonzero(np.bincount(self.codes[rows], minlength=len(self.values)))
        found = np.zeros(len(self.values), dtype=np.int64)
        if len(there):
            found[there] = place([self.values[at] for at in there.tolist()])
        return found

    def told(self, rows: NDArray[np.bool_], place: Callable[[list[Any]], Sequence[int] | Codes]) -> Codes:
        """What some rows hold, as numbers."""
        return self.numbers(rows, place)[self.codes[rows]]


class Clusters(NamedTuple):
    """The number of each account or respondent that has several responses, -1 for others; and how many have."""

    codes: dict[Hashable, int]
    n: int


class Repeats(NamedTuple):
    """How many responses the one has that has most, how many there are that have any, and the responses of nobody."""

    most: int
    several: int
    alone: int


@dataclass(frozen=True, eq=False)
class Values:
    """The values of a column: what each is called, and what the engine calls it.

    `labels` end with that of what is missing. `codes` has the place of each raw value, None among them.
    """

    labels: tuple[str, ...]
    codes: dict[Hashable, int]

    def raw(self, codes: set[int]) -> list[Hashable]:
        """What the engine calls these."""
        return [value for value, code in self.codes.items() if code in codes]

    def kept(self, there: NDArray[np.bool_]) -> Values:
        """Those values only; that of what is missing always."""
        there = np.append(there[: len(self.labels) - 1], True)
        anew = np.cumsum(there) - 1
        return Values(
            tuple(label for label, stays in zip(self.labels, there, strict=True) if stays),
            {value: int(anew[code]) for value, code in self.codes.items() if there[code]},
        )


@dataclass(frozen=True, eq=False)
class Columns:
    """Which columns of a table play which roles, and what their values mean.

    Parameters
    ----------
    table
        The table, with its columns.
    score
        The column of the score.
    groups
        For each raw score that counts the place of its group in GROUPS.
    scores
        For each of them the score less the lowest of the scale; empty for group words.
    left_out
        (column, raw values) whose rows are no responses.
    coded
        Of each attribute and measure, by its name among the responses, the column and its values.
    date, respondent, account, comment
        Their columns, where there are any.
    bad_days
        Texts in the place of a day that are none.
    no_names
        Words in the place of a respondent that name nobody, in small letters.
    salt
        What the pseudonyms of accounts and respondents are made with; "" where they leave by their names.
    """

    table: sa.TableClause
    score: str
    groups: dict[Hashable, int]
    scores: dict[Hashable, int]
    left_out: tuple[tuple[str, tuple[Hashable, ...]], ...] = ()
    coded: dict[str, tuple[str, Values]] = field(default_factory=dict)
    date: str | None = None
    date_is_text: bool = False
    respondent: str | None = None
    account: str | None = None
    comment: str | None = None
    bad_days: tuple[str, ...] = ()
    no_names: tuple[str, ...] = ()
    no_comments: tuple[str, ...] = ()
    salt: str = ""


def as_key(raw: Any) -> Any:  # noqa: ANN401 - whatever a driver gives
    """A raw value that is equal to itself: NaN, which is not, is found by being the same object."""
    return np.nan if isinstance(raw, float) and np.isnan(raw) else raw


def coded(column: Sequence[Any]) -> Coded:
    """A column of Python's own values."""
    places: dict[Any, int] = {}
    try:
        codes = [places.setdefault(value, len(places)) for value in column]
    except TypeError:  # lists, which are no keys
        return Coded(column, np.arange(len(column)))
    return Coded([*map(as_key, places)], np.array(codes, dtype=np.int64))


def merged(codes: Sequence[Codes], counts: CountArray) -> Cells:
    """Cells with each combination of codes once, in their order."""
    if not len(codes):
        return Cells((), counts.sum(axis=0, keepdims=True))
    place = _places(codes)
    order = np.argsort(place)
    fresh = np.flatnonzero(np.diff(place[order], prepend=place.min(initial=0) - 1))
    # An engine gives most combinations once, and there is nothing to add then.
    added = counts[order]
    if len(fresh) < len(order):
        added = np.add.reduceat(added, fresh, axis=0, dtype=np.int64)
    return Cells(tuple(own[order[fresh]] for own in codes), added)


_FAR = 2**32
"""Codes lie closer together than that, unless something is wrong with a date."""


def _places(codes: Sequence[Codes]) -> Codes:
    """One number a combination of codes, in the order of combinations: sorting it takes a quarter of the time."""
    place, size = np.zeros(len(codes[0]), dtype=np.int64), 1
    for own in codes:
        low, high = int(own.min(initial=0, where=own != NO_DAY)) - 1, int(own.max(initial=0))
        ranks = np.maximum(own, low) - low if high - low < _FAR else np.unique(own, return_inverse=True)[1]
        n = int(ranks.max(initial=0)) + 1
        if size * n > np.iinfo(np.int64).max:
            known, place = np.unique(place, return_inverse=True)
            size = len(known)
        place = place * n + ranks
        size *= n
    return place
