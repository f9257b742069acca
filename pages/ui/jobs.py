"""A queue of long work: a fixed number of threads, fair to all who ask.

Each piece is done once, and left when nobody waits.

The queue knows nothing of Streamlit. Whoever asks is known by an object that says whether it is still here;
the queue holds it weakly. Of each kind of work somebody waits for one piece at a time: asking for another
leaves the former.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from itertools import count
from threading import Event, RLock, Thread
from time import monotonic
from traceback import format_exc
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakSet

from pages.ui.memory_budget import size_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from pages.ui.memory_budget import Key, Looker, Shelf

    Progress = Callable[[str, float], None]

T = TypeVar("T")


class LeftError(Exception):
    """Nobody who asked is here any more; it ends the work from within its next report of progress."""


@dataclass(eq=False)
class Job(Generic[T]):
    """One piece of work: how far it is, and what came out. Only the queue and its thread write to it.

    Parameters
    ----------
    key
        What it is: its kind, and all else that the result follows from.
    topic
        What the result is about, as the shelf knows it.
    work
        What is done.
    turn, number
        Where it stands in the queue: the lowest turn first, and within it the lowest number.
    askers
        Who waits for it.
    begun
        Whether it is past waiting.
    stage, share
        What it is at, in words, and how far it is, 0..1.
    found, error
        What came out, or what went wrong; None until it is over.
    over
        Set when there is nothing more to wait for.
    asked_at
        When it was asked for (monotonic seconds).
    """

    key: Key
    topic: str
    work: Callable[[Progress], T | None]
    turn: int
    number: int
    askers: WeakSet[Looker] = field(default_factory=WeakSet)
    begun: bool = False
    stage: str = ""
    share: float = 0.0
    found: T | None = None
    error: Exception | None = None
    over: Event = field(default_factory=Event)
    asked_at: float = field(default_factory=monotonic)

    def awaited(self) -> bool:
        """Whether somebody who asked for it is here."""
        return any(asker.here() for asker in tuple(self.askers))


class JobQueue:
    """Jobs that wait, those that run, and those that failed until somebody was told.

    Parameters
    ----------
    workers
        How many threads there are at most. They end when there is nothing to do.
    shelf
        Where what came out is held, under the kind and the key, as the job that it came out of.
    name
        What the threads are called.
    """

    def __init__(self, workers: int, shelf: Shelf, name: str = "job") -> None:
        self.workers = workers
        self.shelf = shelf
        self.name = name
        self._lock = RLock()
        self._jobs: dict[Key, Job[Any]] = {}
        self._threads = 0
        self._turn = 0  # of the job that began last
        self._numbers = count()

    def ask(self, asker: Looker, key: Key, topic: str, work: Callable[[Progress], T]) -> Job[T]:
        """The job for a key: done before, waiting or running already, or a new one at its place in the queue.

        Parameters
        ----------
        asker
            Who asks; leaves what they asked for of the same kind before.
        key
            Its kind, and all else that the result follows from.
        topic
            What the result is about, as the shelf knows it.
        work
            Called in a thread with a function that takes what it is at, in words, and how far it is, 0..1. It should
            call that often: there it ends, too, when nobody waits any more.
        """
        with self._lock:
            job = self._jobs.get(key)
            self._leave(asker, key[0], but=job)
            done: Job[T] | None = self.shelf.get(key, asker)
            if done is not None:
                return done
            # Round by round: what somebody asks for comes one turn after all else they wait for.
            mine = (other.turn for other in self._jobs.values() if other is not job and asker in other.askers)
            turn = max(self._turn, 1 + max(mine, default=-1))
            if job is None:
                job = self._jobs[key] = Job(key, topic, work, turn, next(self._numbers))
            elif not job.begun:
                job.turn = min(job.turn, turn)
            job.askers.add(asker)
            self._start()
            return job

    def pending(self, key: Key) -> Job[Any] | None:
        """The job for a key while it waits or runs; None when it is over or was left."""
        with self._lock:
            job = self._jobs.get(key)
            return None if job is None or job.over.is_set() else job

    def leave(self, asker: Looker, kind: Hashable = None) -> None:
        """Wait for nothing of a kind any more, or for nothing at all; what nobody else waits for is not done."""
        with self._lock:
            self._leave(asker, kind)
            self.sweep()

    def ahead(self, job: Job[Any]) -> int:
        """How many jobs are done before it is begun, those counted that run now."""
        with self._lock:
            self.sweep()
            return sum(
                not other.over.is_set()
                and (other.begun or (other.turn, other.number) < (job.turn, job.number))
                for other in self._jobs.values()
                if other is not job
            )

    def forget(self, job: Job[Any]) -> None:
        """Let a job be no more in the queue: who asks next tries again."""
        with self._lock:
            if self._jobs.get(job.key) is job:
                del self._jobs[job.key]

    def drop_topic(self, topic: str) -> None:
        """Let nobody wait for what follows from something: what is not begun is not done, what runs is not kept."""
        with self._lock:
            for job in list(self._jobs.values()):
                if job.topic == topic:
                    job.askers.clear()
                    self.forget(job)

    def sweep(self) -> None:
        """Let go of what nobody waits for, besides what runs: that ends at its next report of progress."""
        with self._lock:
            for job in list(self._jobs.values()):
                if (not job.begun or job.over.is_set()) and not job.awaited():
                    self.forget(job)

    def _leave(self, asker: Looker, kind: Hashable, but: Job[Any] | None = None) -> None:
        for job in self._jobs.values():
            if job is not but and kind in {None, job.key[0]}:
                job.askers.discard(asker)

    def _start(self) -> None:
        if self._threads < self.workers:
            self._threads += 1
            Thread(target=self._work, name=self.name, daemon=True).start()

    def _work(self) -> None:
        while (job := self._next()) is not None:
            self._do(job)
            del job  # else its result would be held until the next one comes

    def _next(self) -> Job[Any] | None:
        """The job whose turn it is; None ends the thread."""
        with self._lock:
            self.sweep()
            waiting = [job for job in self._jobs.values() if not job.begun]
            if not waiting:
                self._threads -= 1
                return None
            job = min(waiting, key=lambda job: (job.turn, job.number))
            job.begun = True
            self._turn = job.turn
            return job

    def _do(self, job: Job[Any]) -> None:
        work, job.work = job.work, _nothing  # what it works on is not held longer than that
        try:
            job.found = work(lambda stage, share: self._report(job, stage, share))
            size = size_of(job.found)
            with self._lock:
                self.forget(job)
                if job.awaited():  # else what it is about may be closed by now
                    self.shelf.put(job.key, job, size, job.topic, job.askers)
        except LeftError:
            self.forget(job)
        except Exception as error:  # noqa: BLE001 - raised again where it can be shown
            # As text: the frames of a traceback hold the survey that was worked on.
            logging.getLogger("nps_dashboard").error("%s failed\n%s", job.key[0], format_exc())  # noqa: TRY400
            job.error = _without_frames(error)
        finally:
            job.over.set()

    def _report(self, job: Job[Any], stage: str, share: float) -> None:
        with self._lock:
            if not job.awaited():
                self.forget(job)  # who asks from here on starts it anew
                raise LeftError
        job.stage, job.share = stage, min(1.0, share)


def _without_frames(error: Exception) -> Exception:
    """The error without its frames."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


def _nothing(_progress: Progress) -> None:
    """The work of a job that was begun."""
