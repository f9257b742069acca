"""What is held for visitors, within one budget of bytes: files, surveys, results; and how much that may be.

It knows nothing of Streamlit. What somebody who is here looks at stays; of the rest the oldest goes first.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass, field
from threading import RLock
from time import monotonic
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakSet

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable

    Key = tuple[Hashable, ...]


class Looker(Protocol):
    """One who looks at what is held."""

    def here(self) -> bool:
        """Whether anybody is there to look."""
        ...


class FullError(Exception):
    """There is no room, and all that is held is looked at."""


@dataclass(eq=False)
class _Item:
    value: Any
    bytes: int
    topic: str
    used: float
    lookers: WeakSet[Looker] = field(default_factory=WeakSet)

    def looked_at(self) -> bool:
        return any(looker.here() for looker in tuple(self.lookers))


class Shelf:
    """Values by key, each with its bytes, who looks at it, and when it was last used.

    The first part of a key is its kind. Of each kind somebody looks at one thing at a time.

    Parameters
    ----------
    most
        Bytes that are held at most, apart from `put`, which is for results that somebody waits for.
    own
        Bytes that one looker may look at, at most.
    left, seconds
        Bytes that are kept of what nobody looks at, and for how long. The survey used last stays whatever its size.
    clock
        Monotonic seconds.
    """

    def __init__(
        self, most: int, own: int, left: int, seconds: float, clock: Callable[[], float] = monotonic
    ) -> None:
        self.most, self.own, self.left, self.seconds = most, own, left, seconds
        self._clock = clock
        self._lock = RLock()
        self._items: dict[Key, _Item] = {}
        self._freed = 0

    def get(self, key: Key, looker: Looker | None = None) -> Any:  # noqa: ANN401 - of any kind
        """What is held under a key, or None; who asks for it looks at it from now on, and at no other of its kind."""
        with self._lock:
            item = self._items.get(key)
            if looker is not None:
                self.leave(looker, key[0], but=item)
            if item is None:
                return None
            item.used = self._clock()
            if looker is not None:
                item.lookers.add(looker)
            return item.value

    def put(self, key: Key, value: object, size: int, topic: str, lookers: Iterable[Looker] = ()) -> None:
        """Hold a value. Room is made for it; where there is none it is held all the same, and nothing is added later.

        Parameters
        ----------
        key
            Its kind, and what else it is known by.
        value, size
            What is held, and its bytes.
        topic
            What it follows from, such as the digest of a survey: it can be dropped by that.
        lookers
            Who looks at it now.
        """
        with self._lock:
            before = self._items.pop(key, None)
            self.make_room(size)
            item = self._items[key] = _Item(value, size, topic, self._clock())
            for looker in (*lookers, *(before.lookers if before else ())):
                self.leave(looker, key[0], but=item)
                item.lookers.add(looker)

    def reserve(self, key: Key, size: int, looker: Looker) -> None:
        """Hold room for what is yet to come, until the key is dropped.

        Raises
        ------
        FullError
            There is none, or the looker has too much already.
        """
        with self._lock:
            if self.looked_at_by(looker) + size > self.own or not self.make_room(size):
                raise FullError
            self.put(key, None, size, "", [looker])

    def make_room(self, size: int) -> bool:
        """Drop what nobody looks at, the oldest first, until so many bytes fit; False when they still do not."""
        with self._lock:
            unseen = self._unseen()
            while unseen and self.bytes + size > self.most:
                self.drop(unseen.pop(0))
            return self.bytes + size <= self.most

    def trim(self) -> int:
        """Drop what nobody looks at and is too old or too much; the bytes dropped since the last time."""
        with self._lock:
            unseen = self._unseen()
            surveys = [key for key in unseen if key[0] == "survey"]
            oldest = self._clock() - self.seconds
            kept = 0
            for key in reversed(unseen):
                item = self._items[key]
                kept += item.bytes
                last = surveys[-1:] == [key]
                if item.used < oldest or (kept > self.left and not last):
                    self.drop(key)
                    kept -= item.bytes
            freed, self._freed = self._freed, 0
            return freed

    def leave(self, looker: Looker, kind: Hashable = None, but: _Item | None = None) -> None:
        """Look at nothing of a kind any more, or at nothing at all, besides one item."""
        with self._lock:
            for key, item in self._items.items():
                if item is not but and kind in {None, key[0]}:
                    item.lookers.discard(looker)

    def drop(self, key: Key) -> None:
        """Let go of something at once, whoever looks at it."""
        with self._lock:
            item = self._items.pop(key, None)
            if item and item.value is not None:  # a reservation frees nothing
                self._freed += item.bytes

    def drop_topic(self, topic: str, *, seen: bool = False) -> None:
        """Let go of all that follows from something, besides what somebody here looks at; with `seen`, that too."""
        with self._lock:
            for key in list(self._items) if seen else self._unseen():
                if self._items[key].topic == topic:
                    self.drop(key)

    def keys(self, kind: Hashable) -> list[Key]:
        """The keys of what is held of a kind."""
        with self._lock:
            return [key for key in self._items if key[0] == kind]

    def lookers(self, key: Key) -> list[Looker]:
        """Who looks at something."""
        with self._lock:
            return list(self._items[key].lookers) if key in self._items else []

    def looked_at_by(self, looker: Looker) -> int:
        """The bytes of all that somebody looks at."""
        with self._lock:
            return sum(item.bytes for item in self._items.values() if looker in item.lookers)

    @property
    def bytes(self) -> int:
        """Of all that is held."""
        with self._lock:
            return sum(item.bytes for item in self._items.values())

    def _unseen(self) -> list[Key]:
        """What nobody who is here looks at, the oldest first."""
        keys = [key for key, item in self._items.items() if not item.looked_at()]
        return sorted(keys, key=lambda key: self._items[key].used)


def size_of(value: object) -> int:
    """The bytes of a value and all that it leads to, besides modules, classes and functions; about."""
    seen: set[int] = set()
    total, waiting = 0, [value]
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        waiting += gc.get_referents(one)
    return total


VARIABLE = "NPS_MEMORY_MB"
"""The environment variable that sets what the process may hold for all visitors, in megabytes."""


_MB = 1_000_000


_USUAL_MB = 2_000


def _held_bytes() -> int:
    text = os.environ.get(VARIABLE, "").strip() or str(_USUAL_MB)
    if not text.isdecimal() or not int(text):
        raise ValueError(
            f"{VARIABLE} is “{text}”: set it to a whole number of megabytes, such as {_USUAL_MB}."
        )
    return int(text) * _MB


HELD_BYTES = _held_bytes()
"""Of all that is held: uploads that wait to be read, files, surveys and results."""


SESSION_BYTES = HELD_BYTES // 2
"""Of that, what one visitor may look at at once. Two surveys of 1,000,000 responses with their files fit."""


LEFT_BYTES = 20 * _MB
"""Of that, what nobody looks at any more and is kept for a link. The survey used last is kept whatever its size."""


LEFT_SECONDS = 4 * 3600
"""So long is kept what nobody looks at any more."""


LARGEST_FILE = 256 * _MB
"""A larger file is not kept once it was read: to read it otherwise, it has to be dropped in again."""


READING_BYTES = 2
"""Room that must be free before a file is read, in bytes for each byte of it: the file, and the survey made of it."""


RESPONSE_BYTES = 400
"""Room that must be free before kept responses are opened, in bytes for each."""


LONG_WORKERS = 1
"""Threads for what takes from seconds to minutes. Python runs one thread at a time: while one search goes
on, the slowest pages of other visitors take half as long again as with none; while two go on, twice as
long."""


SHORT_WORKERS = 1
"""Threads for what takes a second or two, so that it does not stand behind the former."""
