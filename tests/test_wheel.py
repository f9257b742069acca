"""What `pip install` brings: the wheel, apart from the checkout, used from an empty directory."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

from nps_core.dashboard import streamlit_command

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[1]
BIN = "Scripts" if os.name == "nt" else "bin"


class Installed(NamedTuple):
    packages: Path
    commands: Path


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Installed:
    """An environment with the wheel and the dependencies of the one that runs the tests, but no checkout."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False, symlinks=os.name != "nt")
    python = home / BIN / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(python),
        "install",
        "--no-deps",
        "--no-index",
        str(wheel),
    ]
    subprocess.run(pip, check=True, capture_output=True)
    # Folders that a .pth file names are searched; .pth files in them (of an editable install) are not read.
    of_tests = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    (packages / "dependencies.pth").write_text("\n".join(of_tests), encoding="utf-8")
    return Installed(packages, home / BIN)


@pytest.fixture
def empty(tmp_path) -> Path:
    """A directory with nothing of ours; a module of somebody else's in it must not be imported."""
    (tmp_path / "pandas.py").write_text("raise SystemExit('not this one')", encoding="utf-8")
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    """Nothing that points at the checkout, and none of the settings of whoever runs the tests."""
    of_tests = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STREAMLIT"))
    }
    return {**of_tests, "HOME": str(home), "USERPROFILE": str(home), "NPS_READINGS": "off"}


def test_two_names_at_the_top_and_nothing_but_the_product(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {
        "nps_core",
        "nps_dashboard",
    }
    pages = [file.relative_to(ROOT) for file in (ROOT / "pages").rglob("*.py")]
    assert {f"nps_dashboard/{page.as_posix()}" for page in pages} <= set(names)
    assert "nps_core/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or "tests" in name or "secrets" in name]
    for kind in ("*.ttf", "*.woff2", "*.css", "*.js", "*.typ", "*.toml", "*.j2"):
        of_the_core = [file.relative_to(ROOT).as_posix() for file in (ROOT / "nps_core").rglob(kind)]
        assert set(of_the_core) <= set(names)


def test_the_command_line_answers_from_an_empty_directory(installed, empty):
    sample = installed.packages / "nps_dashboard" / "data" / "sample_survey.csv"
    answers = [
        subprocess.run(
            [*command, "summary", str(sample), "--json"],
            cwd=empty,
            env=environment(empty),
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for command in ([installed.commands / "nps"], [installed.commands / "python", "-P", "-m", "nps_core"])
    ]
    assert answers[0] == answers[1]
    here = [sys.executable, "-m", "nps_core", "summary", str(ROOT / "data" / "sample_survey.csv"), "--json"]
    told = subprocess.run(here, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    assert json.loads(answers[0]) == json.loads(told)


def test_a_workspace_is_made_from_an_empty_directory(installed, empty):
    """The steps that make its tables come with the wheel."""
    sample = installed.packages / "nps_dashboard" / "data" / "sample_survey.csv"
    answers = [
        subprocess.run(
            [installed.commands / "nps", "workspace", *action, "--workspace", empty / "workspace.sqlite"],
            cwd=empty,
            env=environment(empty),
            check=True,
            capture_output=True,
            text=True,
            encoding="utf-8",
        ).stdout
        for action in (["keep", sample, "--name", "Sample"], ["list"])
    ]
    assert "3,000 responses kept." in answers[0]
    assert answers[1].startswith("Sample  1 wave  3,000 responses")


@contextmanager
def served(command: list[str], where: Path) -> Iterator[int]:
    """The port of an app that is started with that command in that directory."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = [f"--server.port={port}", "--server.fileWatcherType=none"]
    with (where / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [*command, *arguments], cwd=where, env=environment(where), stdout=log, stderr=subprocess.STDOUT
        )
    try:
        for _ in range(600):
            assert process.poll() is None, (where / "log.txt").read_text()
            try:
                if urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=5).status == 200:
                    break
            except OSError:
                time.sleep(0.1)
        else:
            pytest.fail((where / "log.txt").read_text())
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def first_run(port: int) -> tuple[ForwardMsg, str]:
    """What Streamlit tells a new browser of its settings, and all that the first run of the page sends."""
    with connect(
        f"ws://localhost:{port}/_stcore/stream", subprotocols=["streamlit"], max_size=None
    ) as browser:
        browser.send(BackMsg(rerun_script=ClientState()).SerializeToString())
        session, sent = None, []
        while True:
            message = ForwardMsg.FromString(browser.recv(timeout=60))
            sent.append(str(message))
            if message.WhichOneof("type") == "new_session":
                session = message.new_session
            if message.WhichOneof("type") == "script_finished":
                assert message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
                return session, "".join(sent)


def test_the_app_starts_from_an_empty_directory_as_it_does_in_the_checkout(installed, empty):
    with served([str(installed.commands / "nps-dashboard")], empty) as port:
        session, page = first_run(port)
        assert "Open the sample survey" in page
        assert "Traceback" not in page
        address = f"http://localhost:{port}"
        with urllib.request.urlopen(address) as answer:
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        with urllib.request.urlopen(f"{address}/app/static/inter-latin.woff2") as answer:
            assert answer.read() == (ROOT / "static" / "inter-latin.woff2").read_bytes()
        foreign = urllib.request.Request(address, headers={"Host": "elsewhere.example"})
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(foreign)
        with socket.socket() as from_elsewhere:
            assert from_elsewhere.connect_ex(("127.0.0.2", port)) != 0  # only localhost is listened at

    checkout = empty / "elsewhere"
    checkout.mkdir()
    with served(streamlit_command([]), checkout) as port:
        here, _ = first_run(port)
    assert session.custom_theme == here.custom_theme
    assert session.custom_theme.body_font.startswith("Inter")
    assert session.config == here.config
    assert session.config.disable_data_export


def test_the_starter_brings_no_streamlit_into_the_library():
    code = "import sys, nps_core.dashboard, nps_core.__main__; print('streamlit' in sys.modules)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "False"
