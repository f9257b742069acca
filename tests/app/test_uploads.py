"""Uploads before Streamlit has them: room is found first, and what cannot be taken is told in words."""

from __future__ import annotations

import asyncio
import errno
import sys
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from pages.ui import open_surveys, uploads, visitors
from pages.ui.memory_budget import Shelf

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "benchmarks"))
import visitor as protocol

BODY = b'--x\r\nContent-Disposition: form-data; name="file"; filename="my survey.csv"\r\n\r\nabc\r\n--x--\r\n'


class Streamlit:
    """What takes an upload behind the gate."""

    def __init__(self, error: BaseException | None = None) -> None:
        self.error, self.bodies, self.lengths = error, [], []

    async def __call__(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body += message["body"]
            more = message["more_body"]
            if self.error and b"abc" in body:
                raise self.error
        self.bodies.append(body)
        self.lengths.append(int(dict(scope["headers"])[b"content-length"]))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})


@pytest.fixture
def someone(monkeypatch):
    monkeypatch.setattr(open_surveys, "SHELF", Shelf(1_000, 600, 100, 3600))
    made = visitors.Visitor("somebody")
    visitors._ALL.add(made)
    return made


def send(app, file_id: str, body: bytes = BODY, *, method: str = "PUT", session: str = "somebody", more=()):
    """Upload in three pieces; gives the status, and whether all pieces were heard."""
    pieces = [body[:20], body[20:90], body[90:]]
    answers: list = []

    async def receive():
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def answer(message):
        answers.append(message)

    scope = {
        "type": "http",
        "method": method,
        "path": f"/_stcore/upload_file/{session}/{file_id}",
        "headers": [(b"content-length", b"%d" % len(body)), *more],
    }
    asyncio.run(uploads.Gate(app)(scope, receive, answer))
    return answers[0]["status"], not pieces


def test_an_upload_for_which_there_is_room_goes_through_and_counts(someone):
    app = Streamlit()
    assert send(app, "first") == (204, True)
    assert app.bodies == [BODY]
    assert open_surveys.SHELF.looked_at_by(someone) == len(BODY)
    assert uploads.refusal("first") is None
    uploads.let_go("first")
    assert open_surveys.SHELF.bytes == 0


def test_an_upload_without_room_arrives_empty_and_says_why(someone):
    app = Streamlit()
    for number in range(8):
        assert send(app, f"one of many {number}") == (204, True)
    taken = [number for number in range(8) if uploads.refusal(f"one of many {number}") is None]
    assert len(taken) == 600 // len(BODY)
    assert open_surveys.SHELF.looked_at_by(someone) <= 600
    message, hint = uploads.refusal("one of many 7")
    assert message.startswith("“my survey.csv” could not be taken: this server holds as much as it can")
    assert "Close a survey" in hint
    assert b"abc" not in app.bodies[-1]
    assert b'filename="refused"' in app.bodies[-1]
    assert app.lengths[-1] == len(app.bodies[-1])
    send(app, "one of many 0", method="DELETE")  # what is taken back makes room
    send(app, "once more")
    assert uploads.refusal("once more") is None


def test_who_is_gone_leaves_the_room_of_their_uploads(someone, monkeypatch):
    send(Streamlit(), "left behind")
    monkeypatch.setattr(visitors.Visitor, "here", lambda self: self is not someone)
    open_surveys.SHELF.left = 0
    open_surveys.SHELF.trim()
    assert open_surveys.SHELF.bytes == 0


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.usefixtures("someone")
def test_a_full_disk_is_told_in_words(caplog, code):
    app = Streamlit(OSError(code, "no"))
    assert send(app, f"full {code}") == (204, True)
    assert "the temporary folder of this server is full" in uploads.refusal(f"full {code}")[0]
    assert b"abc" not in app.bodies[-1]
    assert open_surveys.SHELF.bytes == 0
    assert "an upload could not be taken" in caplog.text


@pytest.mark.parametrize("error", [ClientDisconnect(), asyncio.CancelledError(), ValueError("no form")])
@pytest.mark.usefixtures("someone")
def test_an_upload_that_is_broken_off_gives_its_room_back(error):
    with pytest.raises(type(error)):
        send(Streamlit(error), f"broken off {error!r}")
    assert open_surveys.SHELF.bytes == 0


@pytest.mark.usefixtures("someone")
def test_an_upload_that_streamlit_refuses_gives_its_room_back():
    async def refuse(scope, receive, send):
        await PlainTextResponse("Unexpected number of files", 400)(scope, receive, send)

    assert send(refuse, "no file")[0] == 400
    assert open_surveys.SHELF.bytes == 0


@pytest.mark.parametrize("session", ["nobody", ""])
@pytest.mark.usefixtures("someone")
def test_who_has_seen_no_page_uploads_nothing(session):
    app = Streamlit()
    send(app, "strange", session=session or "%00")
    assert b"abc" not in app.bodies[-1]


SCRIPT = """
import resource
from starlette.middleware import Middleware
import streamlit as st
from pages.ui.uploads import Gate
{before}
app = st.App({script!r}, middleware=[Middleware(Gate)])
"""
CSV = b"Score,Comment\n" + b"10,love it\n3,too slow and far too expensive for what it does\n" * 60_000


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ("", "NPS is 0"),
        (
            "resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, 1_500_000))",
            "temporary folder of this server is full",
        ),
        (
            "from pages.ui import open_surveys; open_surveys.SHELF.most = 2_000_000",
            "could not be taken: this server holds",
        ),
    ],
    ids=["room", "no disk", "no memory"],
)
def test_the_page_says_so_in_a_running_server(tmp_path, before, said):
    script = tmp_path / "gated.py"
    script.write_text(SCRIPT.format(before=before, script=str(protocol.ROOT / "app.py")), encoding="utf-8")
    with protocol.running(script) as server:
        one = protocol.Visitor(server)
        one.upload("my survey.csv", CSV)
        one.wait_for(said)
        assert ("There is no room for this survey now" in one.html) == bool(before)
        if before:
            assert "“my survey.csv”" in one.html
        one.close()


def test_a_message_larger_than_any_of_a_page_is_not_held():
    sent = []

    def pieces():
        for number in range(100):
            sent.append(number)
            yield bytes(1_000_000)

    with protocol.running() as server:
        address = f"ws://localhost:{server.port}/_stcore/stream"
        with (
            connect(address, subprotocols=["streamlit"]) as one,  # type: ignore[list-item]
            pytest.raises(ConnectionClosed),
        ):
            one.send(pieces())
    assert len(sent) < 50
