"""Answers of an engine that are kept: each also serves whatever asks for a part of its keys."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from nps_core.counts.periods import starts_of
from nps_core.engine.columns import NO_DAY, Cells, merged

if TYPE_CHECKING:
    from nps_core.engine.columns import Codes, Key
    from nps_core.filters import Filters

    Asked = tuple[tuple[Filters, ...], tuple[Key, ...]]

KEPT_CELLS = 2_500_000
"""Cells of all answers that are kept, of some 40 bytes each; the one that was used least lately goes first."""


class Answers:
    """Cells by filters and keys, at most so many of them."""

    def __init__(self, most: int = KEPT_CELLS) -> None:
        self._most = most
        self._kept: OrderedDict[Asked, Cells] = OrderedDict()
        self._lock = Lock()

    def keep(self, filters: tuple[Filters, ...], keys: tuple[Key, ...], cells: Cells) -> None:
        """Keep an answer, and let those go for which there is no room any more; one that is too large stays alone."""
        with self._lock:
            self._kept[filters, keys] = cells
            self._kept.move_to_end((filters, keys))
            held = sum(len(own.counts) for own in self._kept.values())
            while held > self._most and len(self._kept) > 1:
                held -= len(self._kept.popitem(last=False)[1].counts)

    def find(self, filters: tuple[Filters, ...], keys: tuple[Key, ...]) -> Cells | None:
        """The cells by some keys, out of the smallest answer under the same filters that has them all; else None."""
        with self._lock:
            serving = [
                (asked, own)
                for asked, own in self._kept.items()
                if asked[0] == filters and all(_place(key, asked[1]) is not None for key in keys)
            ]
            if not serving:
                return None
            (_, held), cells = min(serving, key=lambda one: len(one[1].counts))
            self._kept.move_to_end((filters, held))
        return cells if held == keys else rolled(cells, held, keys)


def rolled(cells: Cells, held: tuple[Key, ...], keys: tuple[Key, ...]) -> Cells:
    """Cells by some of the keys that an answer has; days make every period."""
    codes = [_codes(cells, held, key) for key in keys]
    if not len(cells.counts):
        return Cells(tuple(codes), cells.counts)
    return merged(np.array(codes).reshape(len(keys), len(cells.counts)), cells.counts)


def _codes(cells: Cells, held: tuple[Key, ...], key: Key) -> Codes:
    at = _place(key, held)
    assert at is not None  # noqa: S101 - as whoever found the answer looked
    codes = cells.codes[at]
    if held[at] == key or not isinstance(key, tuple):
        return codes
    starts = codes.copy()
    dated = codes != NO_DAY
    starts[dated] = starts_of(codes[dated].astype("datetime64[D]"), key[1]).astype(np.int64)
    return starts


def _place(key: Key, held: tuple[Key, ...]) -> int | None:
    """Where an answer has a key, or the days of a period."""
    if key in held:
        return held.index(key)
    return held.index("date") if isinstance(key, tuple) and key[0] == "date" and "date" in held else None
