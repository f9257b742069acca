"""What this server holds for all visitors: surveys, the files behind them, and the links that open them.

A link is random and names one opening of files, not what is in them. Inside, a survey is found by the digest of its
files, so that visitors who drop the same ones share what was read. All of it stands on one shelf, with one budget.
"""

from __future__ import annotations

import hashlib
import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from threading import RLock
from typing import TYPE_CHECKING, NamedTuple, cast

from pages.ui import memory_budget
from pages.ui.memory_budget import Shelf

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from nps_core import Survey
    from nps_core.corrections import Corrections
    from nps_core.workspace import KeptSurvey
    from pages.ui.visitors import Visitor

    Files = tuple[tuple[str, bytes], ...]

SHELF = Shelf(
    memory_budget.HELD_BYTES,
    memory_budget.SESSION_BYTES,
    memory_budget.LEFT_BYTES,
    memory_budget.LEFT_SECONDS,
)

SAMPLE = "sample"
"""The one link that everybody knows, which nobody closes for others."""

_LEAST_BYTES = 10_000_000  # a survey without its responses: frames, labels, selections kept by its index


@dataclass(frozen=True, eq=False)
class Opened:
    """A survey, the digest of the files it was read from, how it was read, and the link that opens it.

    Of one that is kept, `kept` says what the workspace knew of it when it was last looked at, `waves` the ids of those
    that are open, and the digest names that state of it.
    """

    survey: Survey
    digest: str
    corrections: Corrections
    link: str
    kept: KeptSurvey | None = None
    waves: tuple[int, ...] = ()

    @property
    def files(self) -> Files | None:
        """The files it was read from; None when they were too large to keep, or kept too long."""
        # The files hold more than a viewer may see who does not see all.
        held: Files | None = SHELF.get(("files", self.digest)) if self.survey.seen is None else None
        return held

    @property
    def bytes(self) -> int:
        """What it holds in memory, about."""
        return _survey_bytes(self.survey)


def _key(opened: Opened) -> tuple[Hashable, ...]:
    """The key of a survey on the shelf; what was cut for a viewer has one of its own, beside that of the whole."""
    seen = opened.survey.seen
    return ("survey", opened.digest, opened.corrections, *([] if seen is None else [seen]))


def _survey_bytes(survey: Survey) -> int:
    frames = (survey.responses, survey.left_out)
    return _LEAST_BYTES + sum(int(frame.memory_usage().sum()) for frame in frames)


class _Opening(NamedTuple):
    """What a link opens; the survey itself is on the shelf, or gone."""

    digest: str
    corrections: Corrections


_LOCK = RLock()
_LINKS: dict[str, _Opening] = {}


def new_link() -> str:
    """A link that nobody can guess."""
    return secrets.token_urlsafe(16)


def survey_of(digest: str, corrections: Corrections) -> Survey | None:
    """The survey that was read of files under these corrections; None where it is not held."""
    held: Survey | None = SHELF.get(("survey", digest, corrections))
    return held


def hold(opened: Opened, visitor: Visitor) -> None:
    """Hold a survey under its link; the visitor looks at it from now on, and at no other one."""
    with _LOCK:
        if _is_temporary(opened):
            _LINKS[opened.link] = _Opening(opened.digest, opened.corrections)
        SHELF.put(_key(opened), opened.survey, opened.bytes, opened.digest, [visitor])


def hold_files(digest: str, files: Files, visitor: Visitor) -> None:
    """Hold files under their digest, unless they are too large."""
    size = bytes_of(files)
    if size <= memory_budget.LARGEST_FILE:
        SHELF.put(("files", digest), files, size, digest, [visitor])


def opened_by(link: str) -> Opened | None:
    """What a link opens, for a reload or a shared link; None when it was closed or is held no longer."""
    with _LOCK:
        opening = _LINKS.get(link)
        survey = opening and survey_of(*opening)
        return Opened(survey, *opening, link) if opening and survey is not None else None


def look(opened: Opened, visitor: Visitor) -> bool:
    """Note that a visitor looks at a survey; False when its link was closed, by them or by somebody else."""
    with _LOCK:
        if _is_temporary(opened) and opened.link not in _LINKS:
            return False
        for key in {_key(opened), _key(opened)[:3]}:  # with what it was cut from, behind the link
            SHELF.get(key, visitor)
        SHELF.get(("files", opened.digest), visitor)
        return True


def close(opened: Opened, visitor: Visitor) -> set[Visitor]:
    """Let a link open nothing any more. With the last link to its files, all that follows from them goes at once.

    What comes back is who else has it open: they hold it until their pages are drawn again.
    """
    with _LOCK:
        SHELF.leave(visitor)
        return set() if _LINKS.pop(opened.link, None) is None else let_go(opened.digest)


def let_go(digest: str, *, seen: bool = False) -> set[Visitor]:
    """Hold nothing of files that no link opens any more, nor of what follows from them; who has it open comes back.

    With `seen`, what follows goes though somebody looks at it: it was erased.
    """
    others: set[Visitor] = set()
    with _LOCK:
        if any(other.digest == digest for other in _LINKS.values()):
            return others
        SHELF.drop(("files", digest))
        for key in SHELF.keys("survey"):
            if key[1] == digest:
                others |= {cast("Visitor", looker) for looker in SHELF.lookers(key)}
                SHELF.drop_topic(SHELF.get(key).digest, seen=seen)
                SHELF.drop(key)
    return others


def _is_temporary(opened: Opened) -> bool:
    """Whether a survey is held here alone, under its link: neither the sample, nor kept, nor a table of the server."""
    return opened.link != SAMPLE and opened.kept is None and opened.survey.elsewhere is None


def drop_dead_links() -> None:
    """Forget the links whose survey is held no longer."""
    with _LOCK:
        for link in [link for link in _LINKS if opened_by(link) is None]:
            del _LINKS[link]


@contextmanager
def room_to_read(size: int, visitor: Visitor) -> Iterator[None]:
    """Hold so many bytes of room for a reading while it goes on, so that many at once stay within the budget.

    Raises
    ------
    FullError
        There is none.
    """
    key = ("reading", visitor.number)
    SHELF.reserve(key, size, visitor)
    try:
        yield
    finally:
        SHELF.drop(key)


def count_failed(files: Files, visitor: Visitor) -> None:
    """Count the files that a session keeps for another try: a column may be picked, or one of several left out."""
    _count("failed", bytes_of(files), visitor)


def count_arrived(files: Files, surveys: Iterable[Survey], visitor: Visitor) -> None:
    """Count the files that a session looks at before they become waves of a kept survey."""
    _count("arrived", bytes_of(files) + sum(map(_survey_bytes, surveys)), visitor)


def _count(kind: str, size: int, visitor: Visitor) -> None:
    """Count bytes that a session holds by itself; none of them any more where there are none."""
    if size:
        SHELF.put((kind, visitor.number), None, size, "", [visitor])
    else:
        SHELF.drop((kind, visitor.number))


def hold_template(data: bytes, visitor: Visitor) -> None:
    """Hold a visitor's template for reports.

    Raises
    ------
    FullError
        There is no room for it.
    """
    key = ("template", visitor.number)
    SHELF.reserve(key, len(data), visitor)
    SHELF.put(key, data, len(data), "", [visitor])


def template_of(visitor: Visitor) -> bytes | None:
    """A visitor's template; None for none, or where it had to make room after they had closed their survey."""
    data: bytes | None = SHELF.get(("template", visitor.number), visitor)
    return data


def drop_template(visitor: Visitor) -> None:
    """Let go of a visitor's template."""
    SHELF.drop(("template", visitor.number))


def reading_bytes(files: Files) -> int:
    """The room that must be free before files are read."""
    return memory_budget.READING_BYTES * bytes_of(files) + _LEAST_BYTES


def kept_bytes(responses: int) -> int:
    """The room that must be free before so many kept responses are opened."""
    return memory_budget.RESPONSE_BYTES * responses + _LEAST_BYTES


def bytes_of(files: Files) -> int:
    """The bytes of files."""
    return sum(len(data) for _, data in files)


def digest_of(files: Files) -> str:
    """The digest of files: of their names, which are shown, and of their bytes."""
    whole = hashlib.sha256()
    for name, data in files:
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    return whole.hexdigest()
