"""The survey in the session: opened from an upload, the sample or a link, and kept by its content."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import streamlit as st
from cachetools import TTLCache, cached

import nps_core
from nps_core import Filters, NPSError, Survey

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[str, float], object]

SAMPLE = Path(__file__).parents[2] / "data" / "sample_survey.csv"

# The bytes are kept only so that the mapping can be changed without a second upload. Beyond this many
# the file has to be dropped in again.
_KEPT_BYTES = 64_000_000

# What is shared by all visitors is found by the digest of its content, is bounded, and grows old.
# (`st.cache_resource` would record the progress bar as part of the result and fail to draw it again.)
_SURVEYS, _SECONDS = 8, 4 * 3600
_LINKS: TTLCache[str, Opened] = TTLCache(_SURVEYS, _SECONDS)
_LOCK = RLock()


@dataclass(frozen=True, eq=False)
class Opened:
    """A survey, the files it was read from (None when they were too large to keep) and how it was read."""

    survey: Survey
    files: tuple[tuple[str, bytes], ...] | None
    options: str
    link: str


@dataclass(frozen=True, eq=False)
class Failed:
    """What could not be read, and why."""

    error: NPSError
    files: tuple[tuple[str, bytes], ...]


class _GoneError(Exception):
    """A link to a survey that this server no longer holds."""


def current() -> tuple[Survey, Filters]:
    """The survey and the filters that every page shows; the frame has seen to it that both are there."""
    return st.session_state["opened"].survey, st.session_state["filters"]


def opened() -> Opened | None:
    """What is open in this session, or what the link asks for when the session is new."""
    if (
        "opened" not in st.session_state
        and "failed" not in st.session_state
        and (link := st.query_params.get("survey"))
    ):
        _open_link(link)
    return st.session_state.get("opened")


def failed() -> Failed | None:
    """The last file that could not be read, until another one is opened."""
    return st.session_state.get("failed")


def open_sample() -> None:
    """Open the sample survey."""
    open_files(((SAMPLE.name, SAMPLE.read_bytes()),), link="sample")


def open_files(
    files: tuple[tuple[str, bytes], ...], options: dict[str, Any] | None = None, link: str = ""
) -> None:
    """Read files as one survey and make it the session's; a failure is kept to be shown.

    The survey is cached by the digest of what was read, never by a name: two files called export.csv
    are two surveys.
    """
    written = json.dumps(options or {}, sort_keys=True)
    digest = _digest(files)
    place = st.empty()
    try:
        with place.container():
            bar = st.progress(0.0, "Reading …")
            survey = _read(digest, written, files, lambda stage, share: bar.progress(min(1.0, share), stage))
    except NPSError as error:
        st.session_state["failed"] = Failed(error, files)
        return
    finally:
        place.empty()
    keep = sum(len(data) for _, data in files) <= _KEPT_BYTES
    changed = "." + hashlib.sha256(written.encode()).hexdigest()[:8] if options else ""
    taken = Opened(survey, files if keep else None, written, link or digest + changed)
    st.session_state.pop("failed", None)
    st.session_state["opened"] = _held(taken.link, taken)


def change_mapping(options: dict[str, Any]) -> None:
    """Read the same files again under another mapping, scale or repeats policy."""
    trouble = failed()
    here = st.session_state.get("opened")
    files = trouble.files if trouble else here.files if here else None
    if files:
        open_files(files, options)


def forget() -> None:
    """Close the survey and go back to the start; the filters go with it."""
    for key in [
        key
        for key in st.session_state
        if key in {"opened", "failed", "filters"} or str(key).startswith("filter.")
    ]:
        del st.session_state[key]
    st.query_params.clear()


def _open_link(link: str) -> None:
    if link == "sample":
        open_sample()
        return
    try:
        st.session_state["opened"] = _held(link, None)
    except _GoneError:
        st.session_state["link_gone"] = True


def _held(link: str, fresh: Opened | None) -> Opened:
    """Hold an opened survey under its link, so that a reload and a shared link find it on this server."""
    with _LOCK:
        if fresh is not None:
            _LINKS[link] = fresh
        if link not in _LINKS:
            raise _GoneError
        return _LINKS[link]


@cached(TTLCache(_SURVEYS, _SECONDS), key=lambda digest, options, *_: (digest, options), lock=RLock())
def _read(digest: str, options: str, files: tuple[tuple[str, bytes], ...], progress: Progress) -> Survey:  # noqa: ARG001 - the key
    """Parse once per content and mapping; visitors with the same file share the result."""
    return nps_core.read_surveys(files, progress=progress, **json.loads(options))


def _digest(files: tuple[tuple[str, bytes], ...]) -> str:
    whole = hashlib.sha256()
    for name, data in files:
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    return whole.hexdigest()
