"""What stands before Streamlit's server: whom it answers, and how browsers are to treat what it sends.

`app.py` hands `MIDDLEWARE` to `st.App`; each request passes through it before Streamlit sees it.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from streamlit import file_util
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

from pages.ui.downloads import Keeper
from pages.ui.text import as_html
from pages.ui.uploads import Gate

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_FORBIDDEN, _BROKEN = 403, 500
_REFUSED = (
    "This server does not answer to the name or the page that this request came by. "
    "Its names stand in server.allowedHosts, and a proxy has to pass the header Host on as it came."
)


class Guard:
    """Refuse requests by a foreign name or from a foreign page, and add the security headers to every answer.

    The header Host has to be one of `server.allowedHosts`, against other names that are pointed at this address
    (DNS rebinding). The header Origin, where there is one, has to be of the same host and port: for any other one
    Streamlit would ask an outside service for its own address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let Streamlit do it."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            if _is_own(Headers(scope=scope)):
                await self.app(scope, receive, send)
            else:
                await receive()  # a handshake is refused after its first message only
                await send({"type": "websocket.close", "code": 1008})
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                MutableHeaders(scope=message).update(security_headers())
            await send(message)

        if not _is_own(Headers(scope=scope)):
            await PlainTextResponse(_REFUSED, _FORBIDDEN)(scope, receive, send_with_headers)
            return
        try:
            await self.app(scope, receive, send_with_headers)
        except Exception:
            # Starlette answers a defect outside of all middleware, where these headers would be missing.
            if not started:
                await PlainTextResponse("Internal Server Error", _BROKEN)(scope, receive, send_with_headers)
            raise


def _is_own(headers: Headers) -> bool:
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or len(origins) > 1 or not is_host_allowed(hosts[0]):
        return False
    try:
        return not origins or urlsplit(origins[0]).netloc == hosts[0]
    except ValueError:
        return False


@cache
def security_headers() -> dict[str, str]:
    """The headers of every answer; the policy names what Streamlit's own page needs, and no other server."""
    policy = {
        "default-src": "'none'",
        # Streamlit decodes its messages with WebAssembly, and imports the code of a component from a blob.
        "script-src": f"'self' 'wasm-unsafe-eval' blob: {_inline_script_hashes()}",
        # Streamlit writes its styles into the page.
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "X-Content-Type-Options": "nosniff",
        # The address of a page opens its survey: no other server may learn it.
        "Referrer-Policy": "no-referrer",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def _inline_script_hashes() -> str:
    """The digests by which the policy knows the scripts within Streamlit's page; another version has others."""
    page = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    scripts = (part.partition("</script>")[0] for part in page.split("<script>")[1:])
    digests = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


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


MIDDLEWARE = (Middleware(Guard), Middleware(Keeper), Middleware(Gate), Middleware(Shell))
