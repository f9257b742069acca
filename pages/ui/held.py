"""What this server holds for all visitors: surveys by the digest of their content, and the files behind them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING

from cachetools import TTLCache

if TYPE_CHECKING:
    from nps_core import Corrections, Survey

    Files = tuple[tuple[str, bytes], ...]

# What is shared by all visitors is found by the digest of its content, is bounded in bytes, and grows old: so
# many bytes are some eight surveys of a million responses. What does not fit is the visitor's own until they leave.
# (`st.cache_resource` would record the progress bar as part of the result and fail to draw it again.)
_SECONDS = 4 * 3600
_SURVEY_BYTES = 2_000_000_000
_LEAST_BYTES = 10_000_000  # a survey without its responses: frames, labels, selections kept by its index

# Files are kept only so that the reading can be changed without a second upload, once for all visitors who
# dropped the same one. A file that does not fit has to be dropped in again; a million responses are some 230 MB.
_FILE_BYTES = 512_000_000
_LARGEST_FILE = 256_000_000


@dataclass(frozen=True, eq=False)
class Opened:
    """A survey, the digest of the files it was read from, and how it was read."""

    survey: Survey
    digest: str
    corrections: Corrections
    link: str

    @property
    def files(self) -> Files | None:
        """The files it was read from; None when they were too large to keep, or kept too long."""
        with _LOCK:
            return _FILES.get(self.digest)

    @property
    def bytes(self) -> int:
        """What it holds in memory, about."""
        frames = (self.survey.responses, self.survey.left_out)
        return _LEAST_BYTES + sum(int(frame.memory_usage().sum()) for frame in frames)


_LOCK = RLock()
_HELD: TTLCache[str, Opened] = TTLCache(_SURVEY_BYTES, _SECONDS, getsizeof=lambda opened: opened.bytes)
_FILES: TTLCache[str, Files] = TTLCache(
    _FILE_BYTES, _SECONDS, getsizeof=lambda files: sum(len(data) for _, data in files)
)


def survey_of(link: str) -> Opened | None:
    """The survey held under a link, for a reload, a shared link or the same file again; None when it is gone."""
    with _LOCK:
        return _HELD.get(link)


def hold(taken: Opened) -> None:
    """Hold a survey under its link."""
    with _LOCK, suppress(ValueError):  # it alone is larger than all that is held
        _HELD[taken.link] = taken


def hold_files(digest: str, files: Files) -> None:
    """Hold files under their digest, unless they are too large."""
    if sum(len(data) for _, data in files) <= _LARGEST_FILE:
        with _LOCK, suppress(ValueError):
            _FILES[digest] = files


def digest_of(files: Files) -> str:
    """The digest of files: of their names, which are shown, and of their bytes."""
    whole = hashlib.sha256()
    for name, data in files:
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    return whole.hexdigest()


def link_of(digest: str, corrections: Corrections) -> str:
    """The name under which a reading of files is held and linked to."""
    if not corrections:
        return digest
    return f"{digest}.{hashlib.sha256(repr(corrections).encode()).hexdigest()[:8]}"
