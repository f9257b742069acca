"""Locked, read-only, full, lost, damaged: clear words, and nothing lost."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from exports import Q1, Q2, sample, survey_of

from nps_core.workspace import StaleError, Workspace, WorkspaceError, place

ROOT = Path(__file__).resolve().parents[2]


def test_ten_writers_lose_nothing(where):
    """Each adds forty values to four surveys; who was too late looks again, and is never told that it is locked."""
    workspace = Workspace.open(where)
    surveys = [workspace.keep(survey_of(Q1), f"Survey {place}") for place in range(4)]

    def write(writer: int) -> None:
        own = Workspace.open(where)
        for turn in range(40):
            while True:
                now = own.find(surveys[(writer + turn) % 4].link)
                settings = own.settings(now)
                settings.setdefault(f"see.w{writer}", []).append(str(turn))
                try:
                    own.save_settings(now, settings)
                    break
                except StaleError:
                    continue

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(10)))
    found = [text for kept in surveys for texts in workspace.settings(kept).values() for text in texts]
    assert sorted(found) == sorted(str(turn) for turn in range(40) for _ in range(10))
    assert sum(workspace.find(kept.link).version - 1 for kept in surveys) == 400


def test_somebody_who_writes_for_long_is_told_of(tmp_path, monkeypatch):
    monkeypatch.setattr("nps_core.workspace.database._WAIT_MS", 50)
    workspace = Workspace.open(tmp_path / "workspace.sqlite")
    kept = workspace.keep(survey_of(Q1), "Customers")
    writer = sqlite3.connect(tmp_path / "workspace.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    with pytest.raises(WorkspaceError, match="Somebody else is writing") as told:
        workspace.keep(survey_of(Q2))
    assert workspace.open_survey(kept).rows.kept == 4  # who reads is not disturbed
    writer.close()
    assert "Try again" in told.value.hint
    assert workspace.surveys() == (kept,)


# A process that may not write: root may write to every file. All is imported before it becomes nobody, who may not
# read what Python brings.
READ_ONLY = """
import os, sys
from nps_core import read_survey
from nps_core.workspace import Workspace, WorkspaceError
survey = read_survey(b"score,comment\\n9,Great\\n", name="q2.csv")
own = Workspace.open(sys.argv[2])
own.open_survey(own.keep(survey))
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    workspace = Workspace.open(sys.argv[1])
    print(workspace.open_survey(workspace.surveys()[0]).rows.kept)
    workspace.keep(survey)
except WorkspaceError as error:
    print(error)
"""


@pytest.mark.skipif(os.name == "nt", reason="needs the rights of Unix")
@pytest.mark.parametrize(
    ("rights", "told"),
    [
        (0o777, ["4", "The workspace “workspace.sqlite” may not be written to."]),
        (0o555, ["The workspace “workspace.sqlite” may not be written to."]),
    ],
)
def test_a_file_that_may_not_be_written_is_told_of(tmp_path, rights, told):
    """Where its folder may be written to, the file is read all the same."""
    with tempfile.TemporaryDirectory() as name:  # the folders of pytest are closed to others
        folder, file = Path(name), Path(name, "workspace.sqlite")
        Workspace.open(file).keep(survey_of(Q1), "Customers")
        file.chmod(0o444)
        folder.chmod(rights)
        command = [sys.executable, "-c", READ_ONLY, str(file), str(tmp_path / "own.sqlite")]
        out = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
        folder.chmod(0o700)
    lines = out.stdout.splitlines()
    assert len(lines) == len(told), out.stderr
    assert all(line.startswith(begins) for line, begins in zip(lines, told, strict=True)), lines


FULL = """
import resource, signal, sys
from nps_core import read_survey
from nps_core.workspace import Workspace, WorkspaceError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
file, survey = sys.argv[1], read_survey(sys.argv[2])
workspace = Workspace.open(file)
first = workspace.surveys()[0]
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
for limit in (20_000, 70_000, 120_000, 170_000, 220_000, 270_000, 320_000, 900_000):
    for action in (lambda: workspace.add_wave(first, survey), lambda: workspace.keep(survey)):
        before, told = workspace.surveys(), "done"
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
        try:
            action()
        except WorkspaceError as error:
            told = error.message
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        print(limit, told, workspace.surveys() == before, workspace.check())
    if told == "done":
        break
"""


@pytest.mark.skipif(os.name == "nt", reason="needs the limits of Unix")
def test_a_full_disk_loses_nothing(tmp_path):
    """A limit on the size of a file stands for the end of the disk; wherever it falls, it is all or nothing."""
    file = tmp_path / "workspace.sqlite"
    workspace = Workspace.open(file)
    kept = workspace.keep(survey_of(Q1), "Customers")
    command = [sys.executable, "-c", FULL, str(file), str(ROOT / "data" / "sample_survey.csv")]
    out = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert out.returncode == 0, out.stderr
    lines = [line.split(" ", 1)[1] for line in out.stdout.splitlines()]
    full = "The disk of the workspace “workspace.sqlite” is full; nothing was written. True ()"
    assert set(lines[:2]) == {full}
    assert set(lines) == {full, "done False ()"}
    assert workspace.open_survey(kept, [kept.waves[0].id]).rows.kept == 4


@pytest.mark.postgres
@pytest.mark.parametrize("action", ["keep", "add", "erase", "settings", "undo"])
def test_a_connection_that_fails_at_each_statement_in_turn_loses_nothing(server, action):
    """The server ends the session before the first statement, before the second, and so on, until it is done."""
    engine = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    workspace = Workspace.open(server)
    kept = workspace.keep(survey_of(Q1), "Customers")
    if action == "undo":
        workspace.add_wave(kept, survey_of(Q2))
        kept = workspace.find(kept.link)
    actions = {
        "keep": lambda: workspace.keep(survey_of(Q2)),
        "add": lambda: workspace.add_wave(kept, survey_of(((*Q1[1][:4], "5", Q1[1][5]), *Q2))),
        "erase": lambda: workspace.erase_respondent(kept, "bo@two.example"),
        "settings": lambda: workspace.save_settings(kept, {"aim": ["x"]}),
        "undo": lambda: workspace.undo(kept),
    }
    turn, lost = [0, 0], []

    def cut(connection: sa.Connection, *_: object) -> None:
        turn[0] += 1
        if turn[0] == turn[1]:
            own = connection.connection.dbapi_connection.info.backend_pid
            with engine.begin() as other:
                other.exec_driver_sql(f"SELECT pg_terminate_backend({own}, 5000)")

    sa.event.listen(workspace.engine, "before_cursor_execute", cut)
    for statement in range(1, 60):
        turn[:] = [0, 0]
        before = workspace.surveys()
        turn[:] = [0, statement]
        try:
            actions[action]()
        except WorkspaceError as error:
            lost.append("was lost" in error.message)
        else:
            break
        turn[:] = [0, 0]
        after = workspace.surveys()
        # Only the cleaning after an erasure comes when it is written.
        if after != before:
            assert action in {"erase", "undo"}
            assert workspace.find(kept.link).n == 3 if action == "erase" else 4
            break
    turn[:] = [0, 0]
    assert len(lost) > 3
    assert all(lost)
    assert workspace.check() == ()


def test_a_server_that_is_not_there_is_told_of_without_its_password():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(WorkspaceError, match="cannot be reached") as told:
        Workspace.open(f"postgresql://nps:secret@127.0.0.1:{port}/nps")
    assert "secret" not in str(told.value)
    assert "nps:***@" in str(told.value)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://nps@localhost:port/nps", "cannot be read"),
        ("postgresql://[", "cannot be reached"),
        ("mysql://nps@localhost/nps", "no kind that is known"),
    ],
)
def test_an_address_that_is_none_is_told_of(address, told):
    with pytest.raises(WorkspaceError, match=told):
        Workspace.open(address)


def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(tmp_path):
    file = tmp_path / "survey.csv"
    file.write_bytes(b"score,comment\n" + b"9,Great\n" * 2000)
    with pytest.raises(WorkspaceError, match="no workspace"):
        Workspace.open(file)
    assert file.read_bytes() == b"score,comment\n" + b"9,Great\n" * 2000
    with pytest.raises(WorkspaceError, match="cannot be opened"):
        Workspace.open(tmp_path)


def test_a_damaged_file_is_told_of(tmp_path):
    file = tmp_path / "workspace.sqlite"
    workspace = Workspace.open(file)
    kept = workspace.keep(sample(), "Customers")
    data = bytearray(file.read_bytes())
    middle = data.index(b"PAR1") + 2000  # within a chunk, whose digest tells
    data[middle : middle + 40] = b"\0" * 40
    file.write_bytes(data)
    with pytest.raises(WorkspaceError, match="stored damaged"):
        workspace.open_survey(kept)
    assert any("is damaged" in problem for problem in workspace.check())
    assert any("cannot be opened" in problem for problem in workspace.check())
    file.write_bytes(data[: len(data) // 2])
    assert any("damaged" in problem for problem in workspace.check())


@pytest.mark.parametrize(
    ("named", "found"),
    [("off", None), (" OFF ", None), ("/srv/nps.sqlite", "/srv/nps.sqlite"), ("", "workspace.sqlite")],
)
def test_the_usual_place(monkeypatch, named, found):
    monkeypatch.setenv(place.VARIABLE, named)
    told = place.usual_place()
    assert told == found if found is None else str(told).endswith(found)


def test_whether_there_is_a_workspace_is_told_without_opening_it(tmp_path):
    assert not place.is_there(None)
    assert not place.is_there(tmp_path / "workspace.sqlite")
    assert not (tmp_path / "workspace.sqlite").exists()
    Workspace.open(tmp_path / "workspace.sqlite")
    assert place.is_there(tmp_path / "workspace.sqlite")
    assert place.is_there("postgresql://nps@nowhere/nps")


def test_a_new_file_and_its_folder_are_for_its_owner_alone(tmp_path):
    Workspace.open(tmp_path / "new" / "workspace.sqlite")
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "workspace.sqlite").stat().st_mode & 0o077 == 0
