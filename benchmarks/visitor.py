"""A visitor without a browser: speaks Streamlit's own protocol with a running app, and counts what comes back.

The app runs as a process of its own, as `make run` starts it, but without the token that guards uploads against
other sites. What the visitor has seen before is never announced to the server, so each message comes whole.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
LARGEST = 200_000_000  # bytes of one message


class Server:
    """A running app: its address, and what its process needs."""

    def __init__(self, process: subprocess.Popen[bytes], port: int) -> None:
        self.process = process
        self.port = port

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far, of all threads."""
        parts = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / TICKS

    @property
    def megabytes(self) -> float:
        """Memory in use (resident)."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * PAGE / 1e6

    @property
    def threads(self) -> int:
        """How many threads there are."""
        return sum(1 for _ in Path(f"/proc/{self.process.pid}/task").iterdir())


@contextmanager
def running(script: str | Path = "app.py", *options: str) -> Iterator[Server]:
    """Start a Streamlit app on a free port of this machine, and end it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = [
        f"--server.port={port}",
        "--server.headless=true",
        "--server.address=localhost",
        "--server.fileWatcherType=none",
        "--server.enableXsrfProtection=false",
        "--browser.gatherUsageStats=false",
        *options,
    ]
    command = [sys.executable, "-m", "streamlit", "run", str(script), *settings]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield Server(process, port)
    finally:
        process.terminate()
        process.wait(timeout=20)


class Visitor:
    """One session: opens the app, uploads, turns a widget, and keeps the last state of all widgets."""

    def __init__(self, server: Server, query: str = "") -> None:
        self._server = server
        self._open = ExitStack()
        self._socket = self._open.enter_context(
            connect(
                f"ws://localhost:{server.port}/_stcore/stream", subprotocols=["streamlit"], max_size=LARGEST
            )  # type: ignore[list-item]
        )
        self.states: dict[str, WidgetState] = {}
        self.pages: dict[str, str] = {}
        self.boxes: dict[str, str] = {}  # popovers by their label
        self.offered: dict[str, tuple[str, list[str]]] = {}  # values by their attribute
        self.elements: dict[tuple[int, ...], ForwardMsg] = {}
        self.query, self.page, self.session, self.bytes = query, "", "", 0
        self.auto = ""  # the part of the page that asks to be drawn again by itself
        self._keeps = False  # whether a run draws a part of the page only
        self._answer: ForwardMsg | None = None
        self.run()

    def ask(self, fragment: str = "") -> None:
        """Ask for a rerun of the page, or of a part of it, and wait for nothing, as somebody who clicks on does."""
        message = BackMsg()
        message.rerun_script.fragment_id = fragment
        message.rerun_script.is_auto_rerun = bool(fragment)
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.widget_states.widgets.extend(self.states.values())
        self._socket.send(message.SerializeToString())

    def settle(self) -> None:
        """Wait until no run is over for a second: the server may have left out some of those that were asked for."""
        while self._read("script_finished", wait=1.0) is not None:
            pass

    def run(self, *, settle: bool = False) -> int:
        """Rerun the page (and, on request, wait for the runs that it asks for).

        Gives the bytes that the server sent.
        """
        self.ask()
        self.bytes = 0
        self._finish()
        # A run that asks for another one (after an upload) starts it at once.
        if settle:
            self.settle()
        for state in self.states.values():  # a click is over once it was seen
            if state.WhichOneof("value") == "trigger_value":
                state.trigger_value = False
        return self.bytes

    def poll(self) -> None:
        """Draw again the part of the page that shows progress, as the page in a browser does by itself."""
        self._keeps = True
        self.ask(self.auto)
        self._finish()

    def click(self, label: str) -> int:
        """Click a button."""
        self._state(self._widget("button", label)).trigger_value = True
        return self.run()

    def upload(self, name: str, data: bytes) -> int:
        """Drop a file on the first uploader of the page."""
        asked = BackMsg()
        asked.file_urls_request.request_id = uuid.uuid4().hex
        asked.file_urls_request.file_names.append(name)
        asked.file_urls_request.session_id = self.session
        self._socket.send(asked.SerializeToString())
        while not self._read("file_urls_response"):
            pass
        assert self._answer is not None
        urls = self._answer.file_urls_response.file_urls[0]
        _put(f"http://localhost:{self._server.port}{urls.upload_url}", name, data)
        state = self._state(self._widget("file_uploader"))
        info = state.file_uploader_state_value.uploaded_file_info.add()
        info.name, info.size, info.file_id = name, len(data), urls.file_id
        info.file_urls.CopyFrom(urls)
        sent = self.run(settle=True)
        self.offered.clear()
        del self.states[state.id]
        return sent

    def pick(self, attribute: str, *values: str) -> int:
        """Filter by values of an attribute."""
        self.turn(attribute, *values)
        return self.run()

    def turn(self, attribute: str, *values: str) -> None:
        """Filter by values of an attribute, to be sent with the next run; the filters stay open from then on."""
        if attribute not in self.offered:
            self.offered[attribute] = self._offered(attribute)
        widget, offered = self.offered[attribute]
        field = self._state(widget).string_array_value
        field.data[:] = [next(own for own in offered if _plain(own).startswith(value)) for value in values]
        field.SetInParent()

    def _offered(self, attribute: str) -> tuple[str, list[str]]:
        """The widget that has the values of an attribute, and these as they stand in it."""
        if "Filter" in self.boxes:  # a page of one widget has none
            self._state(self.boxes["Filter"]).bool_value = True
            self.run()
            by = self._element("button_group", "Filter by")
            asked = next(own.content for own in by.options if _plain(own.content) == attribute)
            self._state(by.id).string_array_value.data[:] = [asked]
            self.run()
        for kind in ("button_group", "multiselect"):
            with suppress(LookupError):
                there = self._element(kind, attribute)
        return there.id, [getattr(own, "content", own) for own in there.options]

    def go(self, page: str) -> int:
        """Open another page, by its place in the address."""
        self.page = self.pages[page]
        return self.run()

    def hear(self, data: bytes) -> None:
        """Each message as it comes; for who wants to look into it."""

    def close(self) -> None:
        """Leave, as a closed tab does."""
        self._open.close()

    def has(self, text: str) -> bool:
        """Whether the page has this text in its own HTML."""
        return any(text in message.delta.new_element.html.body for message in self.elements.values())

    def shows(self, kind: str) -> bool:
        """Whether the page has an element of a kind."""
        return any(message.delta.new_element.WhichOneof("type") == kind for message in self.elements.values())

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Wait until the page has this text: the server may be slow to begin a run that it was asked for."""
        end = time.monotonic() + seconds
        while not self.has(text):
            assert time.monotonic() < end, f"{text!r} did not come; there is {self.html[-300:]!r}"
            self._read("script_finished", wait=1.0)

    @property
    def html(self) -> str:
        """The page's own HTML."""
        return "\n".join(message.delta.new_element.html.body for message in self.elements.values())

    def _widget(self, kind: str, label: str = "") -> str:
        return str(self._element(kind, label).id)

    def _element(self, kind: str, label: str = "") -> Any:  # noqa: ANN401 - protobuf has no types
        for message in self.elements.values():
            element = message.delta.new_element
            if element.WhichOneof("type") == kind and (
                not label or _plain(getattr(element, kind).label) == label
            ):
                return getattr(element, kind)
        raise LookupError(f"no {kind} {label!r} on the page")

    def _state(self, widget: str) -> WidgetState:
        if widget not in self.states:
            self.states[widget] = BackMsg().rerun_script.widget_states.widgets.add()
            self.states[widget].id = widget
        return self.states[widget]

    def _finish(self) -> None:
        """Read until the run is over, and the one that it may ask for."""
        while True:
            while not self._read("script_finished"):
                pass
            assert self._answer is not None
            self._keeps = False
            if self._answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return

    def _read(self, wanted: str, wait: float = 120) -> bool | None:
        try:
            data = self._socket.recv(timeout=wait)
        except TimeoutError:
            if wait > 1:
                raise
            return None
        assert isinstance(data, bytes)
        self.bytes += len(data)
        self.hear(data)
        message = ForwardMsg.FromString(data)
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self.session = message.new_session.initialize.session_id
            self.page = message.new_session.page_script_hash  # an address of earlier versions leads on
            if not self._keeps:
                self.elements.clear()
                self.auto = ""
        elif kind == "auto_rerun":
            self.auto = message.auto_rerun.fragment_id
        elif kind == "navigation":
            self.pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.add_block.HasField("popover"):
            self.boxes[message.delta.add_block.popover.label] = message.delta.add_block.popover.id
        elif kind == "delta" and message.delta.HasField("new_element"):
            self.elements[tuple(message.metadata.delta_path)] = message
        self._answer = message
        return kind == wanted


def _plain(label: str) -> str:
    """A label as it is read: without what keeps it from being markdown."""
    return label.replace("\\", "")


def _put(address: str, name: str, data: bytes) -> None:
    line = uuid.uuid4().hex
    head = (
        f'--{line}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type:'
        " text/csv\r\n\r\n"
    )
    body = head.encode() + data + f"\r\n--{line}--\r\n".encode()
    request = urllib.request.Request(address, body, method="PUT")  # noqa: S310 - this machine
    request.add_header("Content-Type", f"multipart/form-data; boundary={line}")
    urllib.request.urlopen(request, timeout=120).close()  # noqa: S310


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the app did not start")
