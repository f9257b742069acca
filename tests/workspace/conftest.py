"""A workspace on SQLite and one on a real PostgreSQL server, so that every test holds for both."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from nps_core.workspace import Workspace
from tests.workspace.exports import Q1, Q2, survey_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

IN_CI = os.environ.get("CI") == "true"


def binaries() -> Path | None:
    """The folder with the programs of PostgreSQL; Debian keeps them apart from the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[4]))
    on_path = shutil.which("initdb")
    return found[-1].parent if found else Path(on_path).parent if on_path else None


@contextmanager
def running_server() -> Iterator[str]:
    """The address of a PostgreSQL server of our own on loopback, with a database that is empty."""
    with controlled_server() as (address, _):
        yield address


@contextmanager
def controlled_server() -> Iterator[tuple[str, Callable[[str], None]]]:
    """The same, and what ends it as a power cut would ("stop"), and has it run again ("start")."""
    programs = binaries()
    assert programs is not None
    # It refuses to run as root; and the folders of pytest are closed to others.
    as_user = {"user": "postgres"} if os.getuid() == 0 else {}
    home = Path(tempfile.mkdtemp(prefix="nps-postgres-"))
    if as_user:
        shutil.chown(home, as_user["user"])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    data, log = home / "data", home / "log"
    settings = f"-c listen_addresses=127.0.0.1 -c unix_socket_directories= -p {port} -c fsync=off"
    control = [str(programs / "pg_ctl"), "-D", str(data), "-w", "-l", str(log)]

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, cwd=home, **as_user)

    def order(what: str) -> None:
        run(*control, *{"start": ("-o", settings), "stop": ("-m", "immediate")}[what], what)

    run(str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "nps", "-E", "UTF8", "--no-sync")
    try:
        order("start")
        yield f"postgresql://nps@127.0.0.1:{port}/postgres", order
    finally:
        order("stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    if binaries() is None:
        if IN_CI:
            pytest.fail("PostgreSQL is not installed; in CI it must be")
        pytest.skip("needs PostgreSQL, which is not installed here")
    with running_server() as address:
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def where(request, tmp_path) -> str:
    """A place without anything in it yet."""
    if request.param == "sqlite":
        return str(tmp_path / "workspace.sqlite")
    address: str = request.getfixturevalue("server")
    engine = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    return address


@pytest.fixture
def workspace(where) -> Workspace:
    return Workspace.open(where)


@pytest.fixture
def kept(workspace):
    """A survey of two waves."""
    first = workspace.keep(survey_of(Q1), "Customers")
    workspace.add_wave(first, survey_of(Q2, "q2.csv"))
    return workspace.find(first.link)
