"""What is kept between visits: how files of a shape are to be read, and no word of any file.

A shape is the digest of a file's column names in their order; columns are kept as their places. The file is
small, is written whole or not at all, and one that cannot be read counts as empty.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nps_core.corrections import Corrections

if TYPE_CHECKING:
    from collections.abc import Sequence

FILE = "readings.json"

MOST = 500
"""Shapes kept; the one longest unused goes first."""


def recall(folder: Path, columns: Sequence[str]) -> Corrections | None:
    """How a file of these columns is to be read; None where nothing is kept of its shape."""
    told = _load(folder).get(shape_of(columns))
    try:
        return Corrections.from_places(told, columns) if told else None
    except (ValueError, TypeError, LookupError, AttributeError):
        return None


def remember(folder: Path, columns: Sequence[str], corrections: Corrections) -> bool:
    """Keep how files of these columns are to be read; corrections that say nothing are forgotten.

    Returns whether it could be written.
    """
    kept = _load(folder)
    shape = shape_of(columns)
    kept.pop(shape, None)
    try:
        if corrections:
            today = dt.datetime.now(tz=dt.UTC).date().isoformat()
            kept[shape] = {**corrections.to_places(columns), "day": today}
        _write(folder, dict(list(kept.items())[-MOST:]))
    except (OSError, ValueError):
        logging.getLogger("nps_core").warning("a reading could not be kept in %s", folder)
        return False
    return True


def shape_of(columns: Sequence[str]) -> str:
    """The digest of column names in their order."""
    return hashlib.sha256(json.dumps(list(columns)).encode()).hexdigest()


def _load(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(folder: Path, kept: dict[str, Any]) -> None:
    """Write beside the old file and put it in its place, so that nobody reads half of it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            json.dump(kept, out, indent=1)
        Path(name).replace(folder / FILE)
    except OSError:
        with suppress(OSError):
            Path(name).unlink()
        raise
