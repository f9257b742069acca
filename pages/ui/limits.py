"""How much this server does and holds at once: every number in one place.

Measured with surveys of 20,000 responses (a file of 2 MB): each takes some 12 MB while it is open and its themes are
shown; a search for themes takes some 50 MB more while it runs, a deck 20 MB. A survey of 1,000,000 responses (a file
of 230 MB) takes some 250 MB and its file.
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

LEFT_BYTES = 40 * _MB
"""Of that, what nobody looks at any more and is kept for a link. The survey used last is kept whatever its size."""

LEFT_SECONDS = 4 * 3600
"""So long is kept what nobody looks at any more."""

LARGEST_FILE = 256 * _MB
"""A larger file is not kept once it was read: to read it otherwise, it has to be dropped in again."""

READING_BYTES = 2
"""Room that must be free before a file is read, in bytes for each byte of it: the file, and the survey made of it."""

LONG_WORKERS = 1
"""Threads for what takes from seconds to minutes. With a second one, other visitors wait longer for each page."""

SHORT_WORKERS = 1
"""Threads for what takes a second or two, so that it does not stand behind the former."""
