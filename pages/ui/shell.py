"""The page that a browser gets first: Streamlit's own, with the look of this app in it from the first paint on.

A style that comes with a run arrives after what it styles has been painted, and moves it. The parts of Streamlit that
a page draws are fetched one by one as each is first drawn; named in the page, they are on their way beforehand.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from streamlit import file_util

from pages.ui.text import as_html

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PARTS = (
    "Html",
    "Button",
    "ButtonGroup",
    "Checkbox",
    "PageLink",
    "MenuButton",
    "FileUploader",
    "Selectbox",
    "Progress",
    "BidiComponent",
    "TextInput",
    "TextArea",
    "NumberInput",
    "DateInput",
    "Multiselect",
    "DownloadButton",
)
"""What pages draw, by the names of the scripts that draw it; a name that another version does not have is left out.

Not plotly's: it takes most of a second to be read, in which no figure would come on screen.
"""

_ICON = "/favicon.png"
_REPEATED = (b"if-none-match", b"if-modified-since", b"accept-encoding")


class Shell:
    """Adds the style and the scripts to Streamlit's page; for the middleware of `st.App`."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through; a page is sent as a whole, with what is added to it."""
        if scope["type"] == "http" and scope["path"].endswith(_ICON):
            # `st.set_page_config` would import numpy and Pillow before it looks at the address of an icon.
            scope = {**scope, "path": f"{scope['path'].removesuffix(_ICON)}/app/static/icon.png"}
        if scope["type"] != "http" or "text/html" not in Headers(scope=scope).get("accept", ""):
            await self.app(scope, receive, send)
            return
        start: Message | None = None
        page = b""

        async def add(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start":
                if Headers(scope=message).get("content-type", "").startswith("text/html"):
                    start = message
                    return
            elif start is not None:
                page += message.get("body", b"")
                if message.get("more_body"):
                    return
                for old, new in _changes():
                    page = page.replace(old, new)
                headers = MutableHeaders(scope=start)
                headers["content-length"] = str(len(page))
                for name in ("etag", "last-modified"):
                    del headers[name]
                await send(start)
                message = {**message, "body": page}
            await send(message)

        # Asked for whole: a browser may have kept the page without what is added.
        headers = [(name, value) for name, value in scope["headers"] if name not in _REPEATED]
        await self.app({**scope, "headers": headers}, receive, add)


@cache
def _changes() -> tuple[tuple[bytes, bytes], ...]:
    """What of Streamlit's page gives way to what."""
    folder = Path(file_util.get_static_dir(), "static", "js")
    scripts = [file.name for part in _PARTS for file in sorted(folder.glob(f"{part}.*.js"))]
    ahead = (
        '<link rel="preload" as="font" type="font/woff2" crossorigin href="./app/static/inter-latin.woff2">',
        *(f'<link rel="modulepreload" crossorigin href="./static/js/{as_html(name)}">' for name in scripts),
    )
    style = Path(__file__).with_name("style.css").read_bytes()
    return (
        (b"<title>Streamlit</title>", b"<title>NPS dashboard</title>"),
        (b"</head>", "".join(ahead).encode() + b"</head>"),
        # At the end: of two rules of one weight the later holds, and Streamlit's stand in the head.
        (b"</body>", b"<style>" + style + b"</style></body>"),
    )
