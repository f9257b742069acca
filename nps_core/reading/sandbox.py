"""The sandbox: whatever is not plain text is opened by a worker, and a file that kills it takes nobody along.

A worker does one job at a time, within limits on memory and CPU that its system keeps, or that are kept from
here where the system has none. It is kept warm for the next job, also where it answered that a file is
damaged, and ends where it did not answer or ran out of memory, after a large file and after a number of jobs.
It is a plain process, and not one of `multiprocessing`: that would run the program that uses this package
once more in each.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from math import exp
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import pyarrow as pa

from nps_core.errors import ReadError, RefusedFile, UnreadableFile
from nps_core.reading.source import MAX_CELLS
from nps_core.reading.worker import JOBS, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    Progress = Callable[[str, float], None]
    Message = tuple[dict[str, Any], list[bytes]]

WORKERS = 2
"""Files opened at the same time; the next one waits."""

DECKS = 1
"""Decks drawn on a firm's template at the same time."""

SMALL = 20_000_000
"""Bytes of a file up to which the lower limits hold."""

MEMORY = {True: 1 << 30, False: 3 << 30}
"""Bytes of address space, for small files and for others: a workbook of 1,000,000 rows by 12 columns takes 1.2 GB."""

SECONDS = {True: 8, False: 60}
"""Seconds of CPU, likewise; a small file takes one."""

DECK_MEMORY, DECK_SECONDS = 2 << 30, 60
"""The same for a deck: what draws it takes 1 GB of address space before it begins."""

_PATIENCE = 5
"""Seconds of waiting for each one of CPU: on a busy machine a worker gets a share of it alone."""

_JOBS = 50
"""Jobs after which a worker ends, whatever it may have gathered."""

_TIRING = 5_000_000
"""Bytes of a file that leave so much behind that the worker ends."""

_USUAL_SPEED = 8_000_000
"""Bytes of a file that are usually read in a second, to tell about how far a worker is that does not say."""

_GRACE = 5
"""Seconds in which a worker that stopped to answer is gone."""

_COMPLAINT = 65_536
"""Bytes of what it complained of that are looked at."""

LIMITED = sys.platform == "linux"
"""Whether the system keeps the limits; macOS takes one on address space and does not."""

_LOOK = 0.1 if LIMITED else 0.02
"""Seconds between two looks at a worker: how far it is, and what it takes where its system sets no limits."""


class WorkerError(Exception):
    """A job came to nothing.

    Parameters
    ----------
    cause
        "memory", "time", "cells", "locked", "damaged", or "kind" and "words": then `message` and `hint` say it.
    limit
        The limit that was reached, in words: "1 GB", "8 seconds", "9 rows by 3 columns"; empty for none.
    """

    def __init__(self, cause: str, limit: str = "", message: str = "", hint: str = "") -> None:
        super().__init__(cause)
        self.cause, self.limit, self.message, self.hint = cause, limit, message, hint


def run(job: str, blobs: Sequence[bytes], progress: Progress = lambda _stage, _share: None) -> Message:
    """Have a worker do a job, and return the facts and the bytes that it found.

    Parameters
    ----------
    job
        A name of `worker.JOBS`; or "module:function" of a room of this package that draws decks.
    blobs
        What it works on; the limits follow the size of all of them.
    progress
        Called with the stage and the share (0..1) that the job tells, or with "" and a share that is estimated from
        the time. What it raises ends the job and the worker.

    Raises
    ------
    WorkerError
        The worker died of it, reached a limit, or could not make sense of it.
    """
    deck = job not in JOBS
    small = sum(map(len, blobs)) <= SMALL
    memory, seconds = (DECK_MEMORY, DECK_SECONDS) if deck else (MEMORY[small], SECONDS[small])
    with (_DECKS if deck else _READERS).worker(job.partition(":")[0] if deck else "") as worker:
        head, found = worker.ask(
            {"job": job, "memory": memory, "seconds": seconds, "cells": MAX_CELLS}, blobs, progress
        )
        facts: dict[str, Any] = head["facts"]
        cause = str(facts.get("cause", ""))
        worker.tired = worker.tired or cause == "memory"  # what it could not finish may still be held
    if cause:
        limit = _limit_in_words(cause, memory, seconds) or str(facts.get("limit", ""))
        raise WorkerError(cause, limit, str(facts.get("message", "")), str(facts.get("hint", "")))
    return facts, found


def open_file(
    job: str, data: bytes, name: str, kind: str, progress: Callable[[float], None] = lambda _share: None
) -> tuple[dict[str, Any], list[list[pa.ChunkedArray]]]:
    """Have a worker open a file, and return the facts and the columns of each table that it found.

    Parameters
    ----------
    job, data
        A name of `worker.JOBS`, and the file.
    name, kind
        What it is called and of what kind it is ("a workbook"), for errors.
    progress
        Called with the share (0..1) that is read, about.

    Raises
    ------
    UnreadableFile
        It is damaged, locked, or of another kind.
    RefusedFile
        It asks for more memory, time or cells than is let through.
    """
    try:
        facts, packed = run(job, [data], lambda _stage, share: progress(share))
        return facts, [_columns_of(one) for one in packed]
    except WorkerError as error:
        raise _file_error(error, name, kind) from None


def _columns_of(packed: bytes) -> list[pa.ChunkedArray]:
    """The columns of an Arrow stream that a worker sent, checked first: it may have been another's tool.

    Raises
    ------
    WorkerError
        They are not what they say.
    """
    try:
        table = pa.ipc.open_stream(pa.py_buffer(packed)).read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError):
        raise WorkerError("damaged") from None
    return list(table.columns)


def _file_error(error: WorkerError, name: str, kind: str) -> ReadError:
    again = "Export the responses again, as CSV if you can."
    stray = "Stray cells far from the table can be the cause: delete them, or export the responses as CSV."
    refused = {
        "memory": (
            f"“{name}” asks for more memory than the {error.limit} that a file of its size is given.",
            stray if kind == "a workbook" else again,
        ),
        "time": (
            f"“{name}” takes longer to open than the {error.limit} that a file of its size is given.",
            again,
        ),
        "cells": (
            (
                f"“{name}” has a table of {error.limit} from corner to corner, or several that hold too much"
                " together."
            ),
            stray,
        ),
    }
    if error.cause in refused:
        message, hint = refused[error.cause]
        return RefusedFile(message, hint=hint)
    if error.cause == "locked":
        return UnreadableFile(
            f"“{name}” is locked with a password.",
            hint="Open it, save it without a password, and use that file.",
        )
    if error.cause == "kind":
        return UnreadableFile(f"“{name}” is {error.message}", hint=error.hint)
    return UnreadableFile(
        f"“{name}” could not be opened as {kind}: it is damaged, or not what its name says.",
        hint="Open it in the program that made it and save it again, as .xlsx or .csv, without a password.",
    )


def warm_up() -> None:
    """Start the first worker, so that the first file need not wait for it."""
    _READERS.warm_up()


def _limit_in_words(cause: str, memory: int, seconds: int) -> str:
    return {"memory": f"{memory >> 30} GB", "time": f"{seconds} seconds"}.get(cause, "")


class _Worker:
    """One worker process, which loads a module of its jobs while nobody waits; "" for what reads workbooks."""

    def __init__(self, loads: str = "") -> None:
        command = [sys.executable, "-I", str(Path(__file__).with_name("worker.py"))]
        self._process = subprocess.Popen(  # noqa: S603 - this package's own file, run by this very Python
            [*command, loads] if loads else command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # An interrupt from the keyboard is for this process alone. Not a new session: Linux gives each one as
            # large a share of the processors as all that this process does, whatever its priority.
            process_group=None if os.name == "nt" else 0,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            # Arrow's own allocators reserve a gigabyte of address space each; one thread is quick enough.
            env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OPENBLAS_NUM_THREADS": "1"},
        )
        self._jobs = 0
        self.tired = False

    @property
    def lives(self) -> bool:
        """Whether it can be given a job."""
        return self._process.poll() is None

    def ask(self, head: dict[str, Any], blobs: Sequence[bytes], progress: Progress) -> Message:
        """Give a job and wait for its answer.

        Raises
        ------
        WorkerError
            It died of it.
        """
        self._jobs += 1
        size = sum(map(len, blobs)) + 1
        self.tired = self._jobs >= _JOBS or size > _TIRING
        if not LIMITED:
            head = {**head, "watched": True}
        answers: SimpleQueue[Message | None] = SimpleQueue()
        Thread(target=self._talk, args=(head, blobs, answers), daemon=True).start()
        begun, overran, answer = monotonic(), "", None
        while not overran:
            with suppress(Empty):
                if (answer := answers.get(timeout=_LOOK)) is None or "facts" in answer[0]:
                    break
                progress(str(answer[0]["stage"]), float(answer[0]["share"]))
                answer = None
                continue
            waited = monotonic() - begun
            progress("", 1 - exp(-waited * _USUAL_SPEED / size))
            overran = "time" if waited > head["seconds"] * _PATIENCE else ""
            if not LIMITED:
                overran = overran or self._over(head["memory"], head["seconds"])
        if answer is None:
            cause = overran or self._cause_of_death()
            raise WorkerError(cause, _limit_in_words(cause, head["memory"], head["seconds"]))
        return answer

    def _talk(
        self, head: dict[str, Any], blobs: Sequence[bytes], answers: SimpleQueue[Message | None]
    ) -> None:
        """Give a job and pass on what is answered, None where the worker died, until the job is done."""
        answer: Message | None = ({}, [])
        with suppress(OSError, ValueError):  # a pipe whose other end is gone, or that was closed here
            send(cast("BinaryIO", self._process.stdin), head, blobs)
            while answer is not None and "facts" not in answer[0]:
                answer = receive(cast("BinaryIO", self._process.stdout), head["memory"])
                answers.put(answer)
            return
        answers.put(None)

    def _over(self, memory: int, seconds: int) -> str:
        """Which limit it is over; empty for none."""
        import psutil  # noqa: PLC0415 - Linux needs none of it

        try:
            process = psutil.Process(self._process.pid)
            used = process.cpu_times()
            if process.memory_info().rss > memory:
                return "memory"
            return "time" if used.user + used.system > seconds * self._jobs else ""
        except psutil.Error:
            return ""

    def _cause_of_death(self) -> str:
        """Why it died: over which limit, or of a damaged file."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        if (code := self._process.poll()) is None:  # it talks nonsense, and lives
            return "damaged"
        complaint = cast("BinaryIO", self._process.stderr).read(_COMPLAINT).lower()
        if code == -getattr(signal, "SIGXCPU", 0):
            return "time"
        # Killed by the system, that is where its memory ended.
        short = code == -9 or b"alloc" in complaint or b"out of memory" in complaint  # noqa: PLR2004
        return "memory" if short else "damaged"

    def end(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            with suppress(OSError):  # what it was still to be told
                cast("BinaryIO", pipe).close()


class _Pool:
    """So many workers at a time, and those that wait for a job."""

    def __init__(self, most: int) -> None:
        self._places = BoundedSemaphore(most)
        self._lock = Lock()
        self._free: list[_Worker] = []

    @contextmanager
    def worker(self, loads: str = "") -> Iterator[_Worker]:
        """A worker of one's own; ended where a job went wrong, and another one started in its place."""
        with self._places:
            with self._lock:
                worker = self._free.pop() if self._free else _Worker(loads)
            if not worker.lives:
                worker.end()
                worker = _Worker(loads)
            sound = False
            try:
                yield worker
                sound = not worker.tired
            finally:
                if not sound:
                    worker.end()
                    worker = _Worker(loads)
                with self._lock:
                    self._free.append(worker)

    def warm_up(self) -> None:
        """Start a worker, where none waits."""
        with self._lock:
            if not self._free:
                self._free.append(_Worker())

    def end(self) -> None:
        """End those that wait; those at work end by themselves, as nobody listens."""
        with self._lock:
            while self._free:
                self._free.pop().end()


_READERS, _DECKS = _Pool(WORKERS), _Pool(DECKS)
atexit.register(_READERS.end)
atexit.register(_DECKS.end)
