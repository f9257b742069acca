"""The survey in the session: opened from an upload, the sample or a link, and kept by its content."""

from __future__ import annotations

import hashlib
import json
import logging
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

import streamlit as st
from cachetools import TTLCache
from streamlit.runtime.scriptrunner import get_script_run_ctx

from pages.ui import background

# `nps_core` is imported where it is needed: it brings pandas and plotly, and the first screen has no use for them.

if TYPE_CHECKING:
    from collections.abc import Iterable

    from streamlit.runtime.uploaded_file_manager import UploadedFile

    from nps_core import Filters, NPSError, Survey

    Files = tuple[tuple[str, bytes], ...]

SAMPLE = Path(__file__).parents[2] / "data" / "sample_survey.csv"

# What is shared by all visitors is found by the digest of its content, is bounded in bytes, and grows old: so
# many bytes are some eight surveys of a million responses. What does not fit is the visitor's own until they leave.
# (`st.cache_resource` would record the progress bar as part of the result and fail to draw it again.)
_SECONDS = 4 * 3600
_SURVEY_BYTES = 2_000_000_000
_LEAST_BYTES = 10_000_000  # a survey without its responses: frames, labels, selections kept by its index

# Files are kept only so that the mapping can be changed without a second upload, once for all visitors who
# dropped the same one. A file that does not fit has to be dropped in again.
_FILE_BYTES = 256_000_000
_LARGEST_FILE = 64_000_000


@dataclass(frozen=True, eq=False)
class Opened:
    """A survey, the digest of the files it was read from, and how it was read."""

    survey: Survey
    digest: str
    options: str
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


@dataclass(frozen=True, eq=False)
class Failed:
    """What could not be read, and why."""

    error: NPSError
    files: Files


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


def open_files(files: Files, options: dict[str, Any] | None = None, link: str = "") -> None:
    """Read files as one survey and make it the session's; a failure is kept to be shown.

    A survey is found again by the digest of what was read, never by a name: two files called export.csv
    are two surveys. Visitors with the same file share what was read of it. A file of the same columns as one
    whose reading was changed before is read the same way.
    """
    st.session_state["as_before"] = False
    written = json.dumps(options or {}, sort_keys=True)
    digest = _digest(files)
    changed = "." + hashlib.sha256(written.encode()).hexdigest()[:8] if options else ""
    link = link or digest + changed
    try:
        taken = _held(link)
    except _GoneError:
        found = _read(files, options or {})
        if isinstance(found, Failed):
            st.session_state["failed"] = found
            return
        taken = Opened(found, digest, written, link)
        _hold(taken)
    _keep(digest, files)
    remembered = st.session_state.get("mappings", {}).get(taken.survey.columns)
    if options is None and remembered:
        open_files(files, remembered)
        st.session_state["as_before"] = True
        return
    st.session_state.pop("failed", None)
    st.session_state["opened"] = taken


def drop(uploads: Iterable[UploadedFile]) -> None:
    """Let go of the bytes of an upload, which Streamlit holds for as long as the visitor stays."""
    context = get_script_run_ctx()
    remove = getattr(context and context.uploaded_file_mgr, "remove_file", None)
    if context and remove:
        for upload in uploads:
            remove(session_id=context.session_id, file_id=upload.file_id)


def change_mapping(options: dict[str, Any]) -> None:
    """Read the same files again under another mapping, scale or repeats policy."""
    trouble = failed()
    here = st.session_state.get("opened")
    files = trouble.files if trouble else here.files if here else None
    if not files:
        return
    open_files(files, options)
    if failed() is None:
        columns = st.session_state["opened"].survey.columns
        st.session_state["mappings"] = {**st.session_state.get("mappings", {}), columns: options}


def dismiss() -> None:
    """Let go of a file that could not be read and go back to the survey that is open."""
    st.session_state.pop("failed", None)


def forget() -> None:
    """Close the survey and go back to the start; the filters go with it, and what was being worked out of it."""
    background.leave()
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
        st.session_state["opened"] = _held(link)
    except _GoneError:
        st.session_state["link_gone"] = True


def _held(link: str) -> Opened:
    """The survey that this server holds under a link, for a reload, a shared link or the same file again."""
    with _LOCK:
        if link not in _HELD:
            raise _GoneError
        return _HELD[link]


def _hold(taken: Opened) -> None:
    with _LOCK, suppress(ValueError):  # it alone is larger than all that is held
        _HELD[taken.link] = taken


def _keep(digest: str, files: Files) -> None:
    if sum(len(data) for _, data in files) <= _LARGEST_FILE:
        with _LOCK:
            _FILES[digest] = files


def _read(files: Files, options: dict[str, Any]) -> Survey | Failed:
    from nps_core import NPSError, read_surveys  # noqa: PLC0415 - see the imports

    place = st.empty()
    try:
        with place.container():
            bar = st.progress(0.0, "Reading …")
            return read_surveys(
                files, progress=lambda stage, share: bar.progress(min(1.0, share), stage), **options
            )
    except NPSError as error:
        return Failed(error, files)
    except Exception:
        # A defect of ours. The visitor keeps the app and is told so in words; the log has the traceback.
        logging.getLogger("nps_dashboard").exception("reading failed")
        return Failed(_unexpected(files), files)
    finally:
        place.empty()


def _unexpected(files: Files) -> NPSError:
    from nps_core import NPSError  # noqa: PLC0415 - see the imports

    names = ", ".join(name for name, _ in files)
    return NPSError(
        f"“{names}” could not be read, and this program does not know why.",
        hint="Saving it as CSV (UTF-8) from a spreadsheet often helps.",
    )


def _digest(files: Files) -> str:
    whole = hashlib.sha256()
    for name, data in files:
        whole.update(hashlib.sha256(name.encode()).digest() + hashlib.sha256(data).digest())
    return whole.hexdigest()
