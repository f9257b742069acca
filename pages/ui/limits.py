"""How much this server does and holds at once: every number in one place.

Measured (benchmarks/crowd.py, visitors.py): a survey of 20,000 responses (a file of 1.3 MB) takes some 10 MB while it
is open, readings and one search for themes at a time included; one of 1,000,000 (a file of 88 MB) some 270 MB with
its file. A file of text takes about as much again as a survey, so what is counted is near what is held.
"""

from __future__ import annotations

import os

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

LONG_WORKERS = 1
"""Threads for what takes from seconds to minutes. Python runs one thread at a time: while one search goes
on, the slowest pages of other visitors take half as long again as with none; while two go on, twice as
long."""

SHORT_WORKERS = 1
"""Threads for what takes a second or two, so that it does not stand behind the former."""
