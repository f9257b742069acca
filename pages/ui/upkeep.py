"""What goes on while nobody clicks.

Sessions that are gone are closed, what nobody needs is let go of, memory is given back. It is done by one
thread, begun with the first visitor.
"""

from __future__ import annotations

import ctypes
import gc
import logging
import os
import sys
from contextlib import suppress
from functools import cache
from threading import Thread
from time import monotonic, sleep

from nps_core.errors import WorkspaceError
from pages.ui import background, kept, open_surveys, visitors

_ARENA_MAX, _ARENAS = -8, 1  # numbers of malloc.h
_MMAP_THRESHOLD, _MMAP_BYTES = -3, 128 * 1024  # what is larger goes back to the system as soon as it is freed
_WORTH_BYTES = 1_000_000  # below so much let go of, nothing is given back to the system
_LOOK_SECONDS, _DAY_SECONDS = 30, 24 * 3600  # between two looks at what is kept; at what is too old
_REST_SECONDS = 5  # between two times: no page is drawn in the tenth of a second that each takes


def tell_allocators() -> None:
    """Have them keep little of what is freed; to be called before there are threads, and before Arrow is imported.

    glibc gives each thread a heap of its own, Arrow's allocator does so too, and neither shrinks once the thread is
    gone; each run of a page is a thread. The size above which glibc asks the system is its own, which it would raise.
    """
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    with suppress(OSError, AttributeError):  # another C library than glibc
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, _ARENAS)
        library.mallopt(_MMAP_THRESHOLD, _MMAP_BYTES)


@cache
def begin() -> None:
    """Begin it, once a process."""
    Thread(target=_keep_on, name="upkeep", daemon=True).start()


def _keep_on() -> None:
    owed, last = False, 0.0
    looked, ended = monotonic(), -float(_DAY_SECONDS)
    while True:
        sleep(visitors.look_again())
        try:
            # Only what was let go of in the turn before is free by now: the server closes sessions in its own thread.
            if owed and monotonic() - last >= _REST_SECONDS:
                give_back()
                owed, last = False, monotonic()
            gone = visitors.close_gone()
            owed = turn() >= _WORTH_BYTES or gone > 0 or owed
            if monotonic() - looked >= _LOOK_SECONDS:
                looked = monotonic()
                kept.let_go_of_past()
                if looked - ended >= _DAY_SECONDS:
                    kept.end_retention()
                    ended = looked
        except WorkspaceError as error:
            logging.getLogger("nps_dashboard").warning("%s", error)
        except Exception:
            # It must go on: without it nothing is ever let go of. The log has the traceback.
            logging.getLogger("nps_dashboard").exception("upkeep failed")


def turn() -> int:
    """Let go of what nobody waits for or looks at; the bytes that were let go of since the last time."""
    for queue in (background.LONG, background.SHORT):
        queue.sweep()
    freed = open_surveys.SHELF.trim()
    open_surveys.drop_dead_links()
    return freed


def forget() -> None:
    """Forget at once what the core remembers of cells and words that it met: those of files that may be gone."""
    for name, module in list(sys.modules.items()):
        for value in list(vars(module).values()) if name.startswith("nps_core.") else ():
            # Of what is remembered without a bound (`cache`) nothing comes from a file.
            if callable(known := getattr(value, "cache_parameters", None)) and known()["maxsize"] is not None:
                value.cache_clear()
    gc.collect()  # an index and its selections hold each other


def give_back() -> None:
    """Give memory that was freed back to the system, which Python, Arrow and the C library keep for later."""
    forget()
    if "pyarrow" in sys.modules:
        sys.modules["pyarrow"].default_memory_pool().release_unused()
    with suppress(OSError, AttributeError):  # another C library than glibc
        ctypes.CDLL(None).malloc_trim(0)
