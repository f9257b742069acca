"""What stands before Streamlit's uploads: each has room before it is taken, and one that has none is told in words.

Streamlit takes whatever comes, first into a temporary file and then into memory, and holds it until a page has read
it; where the disk is full it breaks the connection. An upload that cannot be taken arrives as an empty file instead,
and why is kept for the page that finds it (`refusal`).
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from cachetools import LRUCache

from pages.ui import open_surveys, visitors
from pages.ui.memory_budget import FullError

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PATH = re.compile(r"/_stcore/upload_file/(?P<session>[^/]+)/(?P<file>[^/]+)$")
_NAME = re.compile(rb'filename="([^"\r\n]{1,300})"')
_FULL = (
    "“{}” could not be taken: this server holds as much as it can, or as much as one visitor may use.",
    "Close a survey that you no longer need, or try again later.",
)
_NO_DISK = (
    "“{}” could not be taken: the temporary folder of this server is full.",
    "Ask whoever runs the server to free some disk space, then drop the file in again.",
)
_REFUSALS: LRUCache[str, tuple[str, str]] = LRUCache(1_000)
_BOUNDARY = b"nothing"
_EMPTY = (
    b'--%b\r\nContent-Disposition: form-data; name="file"; filename="refused"\r\n'
    b"Content-Type: application/octet-stream\r\n\r\n\r\n--%b--\r\n" % (_BOUNDARY, _BOUNDARY)
)


def refusal(file_id: str) -> tuple[str, str] | None:
    """Why an upload was not taken, and what to do; None for one that was."""
    return _REFUSALS.get(file_id)


def no_room(name: str) -> tuple[str, str]:
    """That there is no room for a file, and what to do."""
    what, hint = _FULL
    return what.format(name), hint


def let_go(file_id: str) -> None:
    """Note that an upload is held by Streamlit no longer."""
    open_surveys.SHELF.drop(_room_of(file_id))


class Gate:
    """Takes an upload only where there is room for it; for the middleware of `st.App`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let an upload through, or an empty file in its place."""
        match = _PATH.search(scope["path"]) if scope["type"] == "http" else None
        if match is None or scope["method"] not in {"PUT", "DELETE"}:
            await self.app(scope, receive, send)
        elif scope["method"] == "DELETE":
            let_go(match["file"])
            await self.app(scope, receive, send)
        else:
            await self._put(match["session"], match["file"], scope, receive, send)

    async def _put(self, session_id: str, file_id: str, scope: Scope, receive: Receive, send: Send) -> None:
        (why, hint), over, taken, name = _FULL, False, False, b""

        async def listen() -> Message:
            nonlocal over, name
            message = await receive()
            over = not message.get("more_body", False)
            if not name and (found := _NAME.search(message.get("body", b"")[:2_000])):
                name = found[1]
            return message

        async def answer(message: Message) -> None:
            nonlocal taken
            taken = taken or HTTPStatus.OK <= message.get("status", 0) < HTTPStatus.BAD_REQUEST
            await send(message)

        if _has_room(session_id, file_id, scope):
            try:
                await self.app(scope, listen, answer)
            except OSError:
                logging.getLogger("nps_dashboard").exception("an upload could not be taken")
                why, hint = _NO_DISK
            else:
                return
            finally:
                if not taken:  # broken off by the browser, or no upload at all
                    let_go(file_id)
        while not over:  # a browser hears no answer before all is sent
            await listen()
        _REFUSALS[file_id] = why.format(name.decode(errors="replace") or "The file"), hint
        await self.app(_with_headers(scope), _nothing, send)


def _has_room(session_id: str, file_id: str, scope: Scope) -> bool:
    length = dict(scope["headers"]).get(b"content-length", b"")
    visitor = visitors.of_session(session_id)
    if visitor is None or not length.isdigit():
        return False
    try:
        open_surveys.SHELF.reserve(_room_of(file_id), int(length), visitor)
    except FullError:
        return False
    return True


def _room_of(file_id: str) -> tuple[str]:
    # Each of a kind of its own: of one kind a visitor looks at one thing at a time.
    return (f"upload {file_id}",)


def _with_headers(scope: Scope) -> Scope:
    """The request, with the headers of the empty file."""
    gone = {b"content-length", b"content-type", b"transfer-encoding"}
    headers = [(name, value) for name, value in scope["headers"] if name not in gone]
    headers.append((b"content-type", b"multipart/form-data; boundary=%b" % _BOUNDARY))
    headers.append((b"content-length", b"%d" % len(_EMPTY)))
    return {**scope, "headers": headers}


async def _nothing() -> Message:
    return {"type": "http.request", "body": _EMPTY, "more_body": False}
