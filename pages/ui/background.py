"""Long work beside the app and not in its way: finding themes, building a deck.

What takes from seconds to minutes waits in a queue, is done once for all who ask for the same, and ends when nobody
who asked is here any more (`jobs`). Whoever waits sees how many are before them and how far it is, may look at other
pages meanwhile, may stop waiting, and finds the result when coming back. A page calls `find` each time it is drawn,
where the result is to stand.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from pages.ui import login, memory_budget, open_surveys, visitors
from pages.ui.jobs import JobQueue
from pages.ui.text import safe, say

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pages.ui.jobs import Progress

T = TypeVar("T")

_PATIENCE = 0.6  # seconds in which little work is through, without a bar that flashes up
_LOOK_AGAIN = 0.5  # seconds between two looks at how far it is
_STOPPED = "background.stopped"

LONG = JobQueue(memory_budget.LONG_WORKERS, open_surveys.SHELF, "long")
"""What takes from seconds to minutes."""

SHORT = JobQueue(memory_budget.SHORT_WORKERS, open_surveys.SHELF, "short")
"""What takes a second or two."""


def find(
    kind: str, key: tuple[Hashable, ...], work: Callable[[Progress], T], *, topic: str, queue: JobQueue = LONG
) -> T | None:
    """The result of work of a kind for a key.

    None while it goes on: how far it is stands on the page then, which is drawn again at its end. None, too, where
    the visitor stopped waiting.

    Parameters
    ----------
    kind
        Such as "themes". Of each kind a visitor waits for one piece at a time: asking for another leaves the former.
    key
        All that the result follows from: the survey's digest, filters, options; never a name or a frame.
    work
        Called in another thread, outside of any session: nothing of Streamlit may be called from it. It gets a
        function that takes what it is at, in words, and how far it is, 0..1, and should call that often: there it
        ends when nobody waits any more.
    topic
        The digest of the survey: when that is closed, the result goes with it.
    queue
        `LONG` or `SHORT`.

    Raises
    ------
    Exception
        What the work raised. The next call tries again.
    """
    whole = (kind, *key)
    if st.session_state.get(_STOPPED, {}).get(kind) == whole:
        _stopped(kind)
        return None
    job = queue.ask(visitors.current(), whole, topic, work)
    if not job.over.wait(max(0.0, job.asked_at + _PATIENCE - monotonic())):
        st.fragment(_wait, run_every=_LOOK_AGAIN)(queue, whole)
        return None
    if job.error is None:
        return job.found
    queue.forget(job)
    raise job.error


def offer(
    label: str,
    kind: str,
    key: tuple[Hashable, ...],
    work: Callable[[Progress], T],
    *,
    topic: str,
    hint: str = "",
) -> T | None:
    """What a piece of work finds once somebody has asked for it; until then the button that asks for it."""
    if st.session_state.get(f"background.{kind}") == key:
        return find(kind, key, work, topic=topic)
    leave(kind)
    st.button(
        safe(label),
        on_click=_begin,
        args=(kind, key),
        icon=":material/search:",
        key=f"ask.{kind}",
        help=safe(hint) if hint else None,
    )
    return None


def _begin(kind: str, key: tuple[Hashable, ...]) -> None:
    st.session_state[f"background.{kind}"] = key


def stopped(kind: str) -> bool:
    """Whether this visitor stopped waiting for work of a kind, and has not asked for it again."""
    return kind in st.session_state.get(_STOPPED, {})


def leave(kind: str | None = None) -> None:
    """Wait for nothing of a kind any more, or for nothing at all; what nobody else waits for ends by itself."""
    for queue in (LONG, SHORT):
        queue.leave(visitors.current(), kind)


def _wait(queue: JobQueue, key: tuple[Hashable, ...]) -> None:
    # By its key: Streamlit keeps what a fragment takes, and would keep the result with the job.
    login.draw_anew_if_changed()
    kind, job = str(key[0]), queue.pending(key)
    if job is None or stopped(kind):
        st.rerun()
    if job.begun:
        st.progress(job.share, f"{safe(job.stage or 'Starting')} …")
    else:
        st.progress(job.share, f"Waiting: {queue.ahead(job):,} before you")
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        say("This goes on by itself: the other pages can be used meanwhile.")
        st.button("Stop waiting", key=f"stop.{kind}", on_click=_stop, args=(kind, key), type="tertiary")


def _stop(kind: str, key: tuple[Hashable, ...]) -> None:
    st.session_state[_STOPPED] = {**st.session_state.get(_STOPPED, {}), kind: key}
    leave(kind)


def _stopped(kind: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        say("You stopped waiting.", "plain")
        st.button("Start again", key=f"again.{kind}", on_click=_again, args=(kind,))


def _again(kind: str) -> None:
    others = st.session_state.get(_STOPPED, {})
    st.session_state[_STOPPED] = {own: key for own, key in others.items() if own != kind}
