"""Answers of an engine that are kept: each serves whatever asks for a part of it.

Counts by account and plan are also those by plan, and by account of any one plan; counts by month those by quarter, and
those of any months.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from nps_core.counts.periods import starts_of
from nps_core.engine.columns import NO_DAY, Cells, merged
from nps_core.filters import Filters
from nps_core.survey import GROUPS

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from nps_core.engine.columns import Codes, Key

    Asked = tuple[tuple[Filters, ...], tuple[Key, ...]]

KEPT_CELLS = 2_000_000
"""Cells of all answers that are kept, of some 30 bytes each; the one that was used least lately goes first."""


class Answers:
    """Cells by filters and keys, at most so many of them.

    Parameters
    ----------
    labels
        What the values of an attribute are called, by their codes.
    """

    def __init__(self, labels: Callable[[str], tuple[str, ...]]) -> None:
        self._labels = labels
        self._kept: OrderedDict[Asked, Cells] = OrderedDict()
        self._lock = Lock()

    def keep(self, filters: tuple[Filters, ...], keys: tuple[Key, ...], cells: Cells) -> None:
        """Keep an answer, and let those go for which there is no room any more; one that is too large stays alone."""
        with self._lock:
            self._kept[filters, keys] = cells
            self._kept.move_to_end((filters, keys))
            held = sum(len(own.counts) for own in self._kept.values())
            while held > KEPT_CELLS and len(self._kept) > 1:
                held -= len(self._kept.popitem(last=False)[1].counts)

    def find(self, filters: tuple[Filters, ...], keys: tuple[Key, ...]) -> Cells | None:
        """The cells by some keys, out of the smallest answer that holds them; None where none does."""
        with self._lock:
            if (exact := self._kept.get((filters, keys))) is not None:
                self._kept.move_to_end((filters, keys))
                return exact
            serving = [asked for asked in self._kept if _serves(asked, filters, keys)]
            if not serving:
                return None
            asked = min(serving, key=lambda one: len(self._kept[one].counts))
            self._kept.move_to_end(asked)
            cells = self._kept[asked]
        wide, held = asked
        if wide != filters:
            cells = self._passing(cells, held, _one(wide), _one(filters))
        return rolled(cells, held, keys)

    def _passing(self, cells: Cells, held: tuple[Key, ...], wide: Filters, narrow: Filters) -> Cells:
        """What of an answer passes narrower filters than it was asked under."""
        rows = np.ones(len(cells.counts), dtype=np.bool_)
        for name, picked in narrow.attributes:
            if picked != wide.values_of(name):
                labels = self._labels(name)
                rows &= np.isin(cells.codes[held.index(name)], [labels.index(value) for value in picked])
        for before, cut, is_end in (
            (_day(wide.since), _day(narrow.since), False),
            (_after(wide.until), _after(narrow.until), True),
        ):
            if cut is not None and cut != before:
                days = cells.codes[_cut_by(cut, held)[0]]
                rows &= (days != NO_DAY) & ((days < cut.astype(np.int64)) == is_end)
        counts = cells.counts
        if narrow.groups:
            counts = counts * [group in narrow.groups for group in reversed(GROUPS)]
            rows &= counts.any(axis=1)
        return Cells(tuple(own[rows] for own in cells.codes), counts[rows])


def rolled(cells: Cells, held: tuple[Key, ...], keys: tuple[Key, ...]) -> Cells:
    """Cells by some of the keys that an answer has; days make every period."""
    if held == keys:
        return cells
    codes = [_codes(cells, held, key) for key in keys]
    return merged(codes, cells.counts)


def _codes(cells: Cells, held: tuple[Key, ...], key: Key) -> Codes:
    at = held.index(key if key in held else "date")
    codes = cells.codes[at]
    if held[at] == key or not isinstance(key, tuple):
        return codes
    starts = codes.copy()
    dated = codes != NO_DAY
    starts[dated] = starts_of(codes[dated].astype("datetime64[D]"), key[1]).astype(np.int64)
    return starts


def _is_day(key: Key) -> bool:
    return key == "date" or (isinstance(key, tuple) and key[0] == "date")


def _one(filters: tuple[Filters, ...]) -> Filters:
    return filters[0] if filters else Filters()


def _serves(asked: Asked, filters: tuple[Filters, ...], keys: tuple[Key, ...]) -> bool:
    """Whether an answer has all the keys, and all that the filters ask for beyond its own."""
    wide, held = asked
    if not all(key in held or (_is_day(key) and "date" in held) for key in keys):
        return False
    if wide == filters:
        return True
    return max(len(wide), len(filters)) == 1 and _within(_one(wide), _one(filters), held)


def _within(wide: Filters, narrow: Filters, held: tuple[Key, ...]) -> bool:
    """Whether what passes the narrow filters is a part of what passes the wide ones, which the keys tell."""
    if wide.text != narrow.text or not {*(narrow.groups or GROUPS)} <= {*(wide.groups or GROUPS)}:
        return False
    for name in dict.fromkeys(name for name, _ in (*wide.attributes, *narrow.attributes)):
        all_, some = wide.values_of(name), narrow.values_of(name)
        if all_ != some and not (name in held and some and (not all_ or {*some} <= {*all_})):
            return False
    return _begins(_day(wide.since), _day(narrow.since), held) and _begins(
        _after(wide.until), _after(narrow.until), held, last=True
    )


def _day(day: dt.date | None) -> np.datetime64 | None:
    return None if day is None else np.datetime64(day, "D")


def _after(day: dt.date | None) -> np.datetime64 | None:
    return None if day is None else np.datetime64(day, "D") + 1


def _begins(
    wide: np.datetime64 | None, narrow: np.datetime64 | None, held: tuple[Key, ...], *, last: bool = False
) -> bool:
    """Whether days are cut within those of before, and where a day or a period of the answer begins."""
    if wide == narrow:
        return True
    if narrow is None or (wide is not None and (narrow > wide if last else narrow < wide)):
        return False
    return bool(_cut_by(narrow, held))


def _cut_by(day: np.datetime64, held: tuple[Key, ...]) -> list[int]:
    """The places of the days of an answer, or of those of its periods of which one begins on a day."""
    return [
        place
        for place, key in enumerate(held)
        if key == "date" or (_is_day(key) and starts_of(np.array([day]), key[1])[0] == day)
    ]
