"""Files to take away. With a login, the address of one opens for whom it was made, for an hour, and is written down.

Streamlit gives a file to whoever has its address, without a look at who asks. `Keeper` stands before that: it knows for
which login a file was made, and lets nothing else through.
"""

from __future__ import annotations

import hashlib
import re
from functools import partial
from http import HTTPStatus
from threading import Lock
from typing import TYPE_CHECKING, Literal

import streamlit as st
from cachetools import TTLCache
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from streamlit import runtime

from nps_core.errors import AccessError, WorkspaceError
from pages.ui import login

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from streamlit.runtime.memory_media_file_storage import MemoryFile

LASTS = 3600
"""Seconds for which the address of a file opens: from the click that made it, or from when its page was drawn last."""

_PATH = re.compile(r"/media/(?P<file>[^/]+)\Z")
_MOST = 10_000  # files whose addresses open at once; of the oldest the page has to be drawn again
_GIVEN: TTLCache[tuple[str, str, str], Callable[[str], None]] = TTLCache(_MOST, LASTS)
_LOCK = Lock()

_REFUSED = "This file was not made for you, or its address has expired: open its page again and download it from there."


def button(
    label: str,
    data: bytes | str | Callable[[], bytes | str],
    file: str,
    mime: str,
    key: str,
    kind: Literal["primary", "secondary", "tertiary"] = "secondary",
    hint: str | None = None,
) -> None:
    """A button that downloads a file: of ready bytes, or of what makes them once they are asked for."""
    keep = partial(_keep, login.checker(login.of_survey()), login.digest(), file)
    st.download_button(
        label,
        (lambda: keep(data())) if callable(data) else keep(data),
        file_name=file,
        mime=mime,
        key=key,
        help=hint,
        type=kind,
        icon=":material/table:" if mime == "text/csv" else ":material/download:",
        on_click="ignore",
    )


class Keeper:
    """Lets a file through to whom it was made for; for the middleware of `st.App`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it in words."""
        found = _PATH.search(scope["path"]) if scope["type"] == "http" else None
        # Whatever Streamlit would find by this name is looked at; what it would not is a font of its own, or nothing.
        held = runtime.get_instance().media_file_mgr.read_file(found["file"]) if found else None
        if held is not None and login.is_on():
            request = Request(scope)
            # Streamlit's page fetches a file beforehand, to see whether it is there: that is no export, and needs no
            # content.
            is_look = request.method == "HEAD" or request.headers.get("sec-fetch-mode") == "cors"
            try:
                await run_in_threadpool(_check, held, request, "" if is_look else "exported")
            except WorkspaceError:  # why is nobody's business who only has an address
                await PlainTextResponse(_REFUSED, HTTPStatus.FORBIDDEN)(scope, receive, send)
                return
            if is_look:
                await Response()(scope, receive, send)
                return
            send = _unstored(send)
        await self.app(scope, receive, send)


def _unstored(send: Send) -> Send:
    """What sends an answer that no browser and no proxy gives out again by itself."""

    async def send_unstored(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message)["Cache-Control"] = "no-store"
        await send(message)

    return send_unstored


def _keep(check: Callable[[str], None], who: str, file: str, data: bytes | str) -> bytes:
    """The bytes of a file, which are known from now on as those of a login."""
    content = data.encode() if isinstance(data, str) else data
    if who:
        with _LOCK:
            _GIVEN[_digest(content), file, who] = check
    return content


def _check(held: MemoryFile, request: Request, event: str) -> None:
    """See that a file was made for whoever asks, that they still see the same; and write down an event, if any.

    Raises
    ------
    AccessError
        It was not, or they do not.
    WorkspaceError
        It cannot be read who they are, or not written down.
    """
    who = login.of_request(request).digest
    with _LOCK:
        check = _GIVEN.get((_digest(held.content), held.filename or "", who))
    if check is None:
        raise AccessError(_REFUSED)
    check(event)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
