"""Long work beside the app and not in its way: finding themes, building a deck.

What takes from seconds to minutes runs in a thread of its own, once for all who ask for the same. Whoever waits sees
how far it is, may look at other pages meanwhile, and finds it done when coming back. It ends when nobody who asked
for it is there any more. A page calls `run` each time it is drawn, and `result` where the result is to stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakSet

import streamlit as st
from cachetools import TTLCache

from pages.ui.text import safe, say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    Progress = Callable[[str, float], None]

T = TypeVar("T")

_RESULTS, _SECONDS = 8, 4 * 3600  # kept of each kind, and for how long
_PATIENCE = 0.6  # seconds in which little work is through, without a bar that flashes up
_LOOK_AGAIN = 0.5  # seconds between two looks at how far it is
_VISITOR = "background.visitor"


class _LeftError(Exception):
    """Nobody who asked is there any more."""


class _Visitor:
    """One who asked: lives in the session, and goes with it."""


class _Kind:
    """Work of one kind: one at a time, the last results kept."""

    def __init__(self) -> None:
        self.turn = Lock()
        self.runs: TTLCache[Hashable, Run[Any]] = TTLCache(_RESULTS, _SECONDS)


@dataclass(eq=False)
class Run(Generic[T]):
    """One piece of long work: how far it is, and what came out. Only its own thread writes to it.

    Parameters
    ----------
    kind, key
        What it is.
    stage, share
        What it is at, in words, and how far it is, 0..1.
    found, trouble
        What came out, or what went wrong; None until it is over.
    over
        Set when there is nothing more to wait for.
    asked
        Who asked for it and is still there.
    """

    kind: str
    key: Hashable
    stage: str
    share: float = 0.0
    found: T | None = None
    trouble: Exception | None = None
    over: Event = field(default_factory=Event)
    asked: WeakSet[_Visitor] = field(default_factory=WeakSet)
    begun: float = field(default_factory=monotonic)

    def do(self, work: Callable[[Progress], T]) -> None:
        """Work, when it is its turn. Outside of any session: nothing of Streamlit may be called from here."""
        try:
            with _KINDS[self.kind].turn:
                self.say(self.stage, 0.0)
                self.found = work(self.say)
        except Exception as error:  # noqa: BLE001 - raised again where it can be shown
            self.trouble = error
        finally:
            self.over.set()

    def say(self, stage: str, share: float) -> None:
        """Note how far it is; the work ends here when everybody who asked has left."""
        if not self.asked:
            raise _LeftError
        self.stage, self.share = stage, min(1.0, share)


_LOCK = Lock()
_KINDS: dict[str, _Kind] = {}  # of which the app has a few


def run(kind: str, key: Hashable, work: Callable[[Progress], T], *, waiting: str) -> Run[T]:
    """The work of a kind for a key, begun when first asked for.

    Parameters
    ----------
    kind
        Such as "themes". Of each kind one piece runs at a time, and the last eight results are kept.
    key
        All that the result follows from: the survey's digest, filters, options; never a name or a frame.
    work
        Called in a thread of its own with a function that takes what it is at, in words, and how far it is, 0..1.
        It should call that often: there it ends, too, when nobody waits any more.
    waiting
        What is said until it is its turn, such as "Waiting for the themes of another survey".
    """
    visitor = st.session_state.setdefault(_VISITOR, _Visitor())
    with _LOCK:
        runs = _KINDS.setdefault(kind, _Kind()).runs
        there: Run[T] | None = runs.get(key)
        if there is None or isinstance(there.trouble, _LeftError):
            there = runs[key] = Run(kind, key, waiting, asked=WeakSet([visitor]))
            Thread(target=there.do, args=(work,), name=kind, daemon=True).start()
        there.asked.add(visitor)
        return there


def result(there: Run[T]) -> T | None:
    """What came out; None while it goes on: a bar shows how far it is then, and the page is drawn again at its end.

    Raises
    ------
    Exception
        What the work raised. The next `run` tries again.
    """
    if not there.over.wait(max(0.0, there.begun + _PATIENCE - monotonic())):
        st.fragment(_wait, run_every=_LOOK_AGAIN)(there)
        return None
    if there.trouble is None:
        return there.found
    with _LOCK:
        if _KINDS[there.kind].runs.get(there.key) is there:
            _KINDS[there.kind].runs.pop(there.key, None)
    if isinstance(there.trouble, _LeftError):  # it ended in the moment in which somebody asked again
        st.rerun()
    raise there.trouble


def leave() -> None:
    """Wait for nothing any more; what nobody else waits for ends by itself."""
    st.session_state.pop(_VISITOR, None)


def _wait(there: Run[T]) -> None:
    if there.over.is_set():
        st.rerun()
    st.progress(there.share, f"{safe(there.stage)} …")
    say("This goes on by itself: the other pages can be used meanwhile.")
