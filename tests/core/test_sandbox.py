"""A file that kills what opens it kills a worker, and nobody else notices."""

import io
import os
import random
import signal
import subprocess
import sys
import time
import zipfile
from contextlib import nullcontext
from pathlib import Path
from threading import Thread

import hostile
import pandas as pd
import psutil
import pyreadstat
import pytest
import templates
import xlsxwriter
from pptx import Presentation

from nps_core.errors import NPSError, RefusedFile, ReportError, UnreadableFile
from nps_core.reading import read_survey, sandbox
from nps_core.reading.worker import receive, send
from nps_core.report.formats import read_template

ROOT = Path(__file__).resolve().parents[2]
CAUSES = (
    "asks for more memory than",
    "takes longer to open than",
    "from corner to corner",
    "could not be opened as",
    "is locked with a password",
    "holds any cells",
    "without a table",
    "has a cell of",
    "columns or more",
    "is empty",
    "No NPS question found",
    "not a table",
    "not a single row of answers",
)
"""What may be said of a file that is not read."""

TEMPLATE_CAUSES = (
    "could not be read as a PowerPoint file",
    "asks for more memory than",
    "takes longer to open than",
    "is locked with a password",
    "larger than a template may be",
    "holds macros",
    "no slide layout",
)
"""What may be said of a template that is not used."""


def honest(rows=500):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["How likely are you to recommend us?", "Why?"])
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [row % 11, f"note {row}"])
    return out.getvalue()


def own_workers():
    return [child for child in psutil.Process().children() if "worker.py" in " ".join(child.cmdline())]


SOON = {True: 2, False: 20}
"""Seconds of CPU that do for a hostile file: what takes longer takes any time."""


@pytest.mark.parametrize("name", hostile.FILES)
def test_a_hostile_file_is_answered_in_words_and_the_next_one_is_read(monkeypatch, name):
    monkeypatch.setattr(sandbox, "SECONDS", SOON)
    with pytest.raises(NPSError) as caught:
        read_survey(hostile.FILES[name](0), name=name)
    assert name in caught.value.message
    assert any(cause in caught.value.message for cause in CAUSES), caught.value.message
    assert caught.value.hint
    assert len(read_survey(honest(), name="next.xlsx").responses) == 500


MEASURED = """
import sys
sys.path[:0] = [{here!r}, {root!r}]
from pages.ui.upkeep import give_back, tell_allocators
tell_allocators()
import hostile, psutil
from nps_core.errors import NPSError
from nps_core.reading import read_survey, sandbox
sandbox.SECONDS = {soon!r}

def held(name):
    try:
        read_survey(hostile.FILES[name](0), name=name)
    except NPSError:
        pass
    give_back()
    return psutil.Process().memory_info().rss

held({first!r})
before = held({first!r})
print(max(held(name) for name in {names!r}) - before)
"""


def test_of_hostile_files_nothing_stays():
    """In a process as the app's: what another one's allocators keep of what was freed is theirs to say."""
    names = list(hostile.FILES)
    script = MEASURED.format(
        here=str(ROOT / "tests" / "core"), root=str(ROOT), soon=SOON, first=names[0], names=names
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 50e6


def test_a_file_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(sandbox, "SECONDS", {True: 1, False: 1})
    with pytest.raises(RefusedFile, match="takes longer to open than the 1 seconds"):
        read_survey(hostile.names_of_one_sheet(1), name="names.xlsx")


def test_where_the_system_sets_no_limits_the_parent_ends_the_worker(monkeypatch):
    monkeypatch.setattr(sandbox, "LIMITED", False)
    monkeypatch.setattr(sandbox, "_LOOK", 0.02)
    monkeypatch.setattr(sandbox, "MEMORY", {True: 300 << 20, False: 300 << 20})
    with pytest.raises(RefusedFile, match="asks for more memory"):
        read_survey(hostile.inflating_cells(0), name="big.xlsx")
    monkeypatch.setattr(sandbox, "MEMORY", {True: 1 << 30, False: 1 << 30})
    monkeypatch.setattr(sandbox, "SECONDS", {True: 1, False: 1})
    with pytest.raises(RefusedFile, match="takes longer"):
        read_survey(hostile.names_of_one_sheet(1), name="names.xlsx")


def test_a_neighbour_goes_on_while_others_die():
    found, data = [], honest(60_000)
    reader = Thread(target=lambda: found.append(len(read_survey(data, name="long.xlsx").responses)))
    reader.start()
    for _ in range(3):
        with pytest.raises(RefusedFile):
            read_survey(hostile.corner(0), name="bomb.xlsx")
    reader.join()
    assert found == [60_000]


def test_workers_are_kept_and_are_bounded():
    read_survey(honest(), name="a.xlsx")
    first = {child.pid for child in own_workers()}
    threads = [Thread(target=read_survey, args=(honest(),), kwargs={"name": "b.xlsx"}) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = {child.pid for child in own_workers()}
    assert first & after, "a worker is kept for the next file"
    assert len(after) <= sandbox.WORKERS + sandbox.DECKS


def test_a_worker_ends_after_so_many_jobs(monkeypatch):
    monkeypatch.setattr(sandbox, "_JOBS", 3)
    seen = set()
    for _ in range(7):
        read_survey(honest(20), name="a.xlsx")
        seen |= {child.pid for child in own_workers()}
    assert len(seen) >= 3


def test_a_worker_that_called_a_file_damaged_reads_the_next_one():
    read_survey(honest(), name="a.xlsx")
    before = {child.pid for child in own_workers()}
    with pytest.raises(UnreadableFile):
        read_survey(honest()[:2_000], name="half.xlsx")
    assert {child.pid for child in own_workers()} == before


@pytest.mark.skipif(not sandbox.LIMITED, reason="the system keeps no limits")
def test_between_two_jobs_a_worker_has_no_limits():
    read_survey(honest(), name="a.xlsx")
    for worker in own_workers():
        for what in (psutil.RLIMIT_CPU, psutil.RLIMIT_AS):
            soft, hard = worker.rlimit(what)
            assert soft == hard


@pytest.mark.skipif(os.name != "posix", reason="priorities and groups of POSIX")
def test_a_worker_stands_behind_what_started_it_and_hears_no_interrupt():
    read_survey(honest(), name="a.xlsx")
    for worker in own_workers():
        assert worker.nice() > psutil.Process().nice()
        assert os.getpgid(worker.pid) != os.getpgid(0)
        assert os.getsid(worker.pid) == os.getsid(0), "a session of its own would have a share of its own"


def test_a_workbook_is_read_without_pandas_in_the_worker():
    command = [sys.executable, "-I", "-X", "importtime", str(Path(sandbox.__file__).with_name("worker.py"))]
    asked = io.BytesIO()
    send(asked, {"job": "workbook", "memory": 8 << 30, "seconds": 60, "cells": 1_000_000}, [honest()])
    done = subprocess.run(command, input=asked.getvalue(), capture_output=True, check=True, timeout=60)
    facts, tables = receive(io.BytesIO(done.stdout), 8 << 30)
    assert facts["facts"]["sheets"] == [{"title": "Sheet1", "merged": []}]
    assert tables
    loaded = [line.rpartition("|")[2].strip() for line in done.stderr.decode().splitlines()]
    assert any(name.startswith("pyarrow.") for name in loaded)
    assert not any(name.startswith("pandas.") for name in loaded)


def test_leaving_ends_the_work():
    class LeftError(Exception):
        pass

    def leave(_stage, share):
        if share > 0:
            raise LeftError

    before = {child.pid for child in own_workers()}
    with pytest.raises(LeftError):
        read_survey(hostile.names_of_one_sheet(1), name="names.xlsx", progress=leave)
    busy = [child for child in own_workers() if child.pid in before and child.cpu_percent(0.3) > 50]
    assert not busy


def test_what_a_worker_answers_is_checked(monkeypatch):
    class Liar:
        tired = False

        def ask(self, *_):
            return {"facts": {"sheets": [{"title": "S"}]}}, [b"no Arrow stream at all"]

    class Pool:
        def worker(self, _loads):
            return nullcontext(Liar())

    monkeypatch.setattr(sandbox, "_READERS", Pool())
    with pytest.raises(UnreadableFile, match="could not be opened as a workbook"):
        read_survey(honest(), name="a.xlsx")


SCRIPT = """
import sys, time
import nps_core, psutil
print(len(nps_core.read_survey(sys.argv[1]).responses), flush=True)
print(*[child.pid for child in psutil.Process().children()], flush=True)
if len(sys.argv) > 2:
    time.sleep(60)
"""


def gone(pids):
    for _ in range(100):
        if not any(psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie" for pid in pids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("end", ["by itself", signal.SIGTERM, signal.SIGKILL])
def test_a_plain_script_reads_a_workbook_and_leaves_no_worker(tmp_path, end):
    path = tmp_path / "a.xlsx"
    path.write_bytes(honest())
    script = tmp_path / "script.py"  # without a guard, as anybody writes it
    script.write_text(SCRIPT)
    command = [sys.executable, str(script), str(path), *(["stay"] if end != "by itself" else [])]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert process.stdout.readline().strip() == "500", "the script ran once, not once more in each worker"
    pids = [int(pid) for pid in process.stdout.readline().split()]
    assert pids
    if end != "by itself":
        process.send_signal(end)
    process.communicate(timeout=30)
    assert gone(pids)


def flipped(data, seed):
    """The data with some bytes changed, some of them near the beginning, where the structure stands."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    out = bytearray(data)
    for _ in range(chance.choice([1, 3, 20])):
        place = chance.randrange(min(len(out), chance.choice([512, 4096, len(out)])))
        out[place] = chance.randrange(256)
    return bytes(out)


def samples(folder):
    """A sound file of each kind that goes through the sandbox."""
    out = {
        "a.xlsx": honest(40),
        "a.xls": hostile.xls(
            hostile.label(0, 0, "NPS") + b"".join(hostile.number(row, 0, row % 11) for row in range(1, 40))
        ),
    }
    cell = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="{}"/></table:table-row>'
    )
    head = (
        "<table:table-row><table:table-cell"
        ' office:value-type="string"><text:p>NPS</text:p></table:table-cell></table:table-row>'
    )
    out["a.ods"] = hostile.ods(head + "".join(cell.format(row % 11) for row in range(40)))
    frame = pd.DataFrame(
        {"nps": [float(row % 11) for row in range(40)], "why": [f"note {row}" for row in range(40)]}
    )
    pyreadstat.write_sav(frame, folder / "a.sav")
    out["a.sav"] = (folder / "a.sav").read_bytes()
    return out


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods", "a.sav"])
def test_flipped_bytes_are_read_or_answered_in_words(name, tmp_path):
    sound = samples(tmp_path)[name]
    assert len(read_survey(sound, name=name).responses) >= 39
    for seed in range(40):
        message = complaint_of(read_survey, flipped(sound, seed), name=name)
        assert not message or (name in message and any(cause in message for cause in CAUSES)), message
        assert "Error" not in message


def complaint_of(function, *arguments, **options):
    """What is said of bad input; empty where it is taken."""
    try:
        function(*arguments, **options)
    except NPSError as error:
        return error.message
    return ""


def test_a_template_that_is_a_bomb_or_locked_is_answered_in_words(monkeypatch):
    with monkeypatch.context() as less:
        less.setattr(sandbox, "DECK_MEMORY", 1_500 << 20)
        with pytest.raises(ReportError, match="asks for more memory than"):
            read_template(hostile.template(1))
    sound = io.BytesIO()
    Presentation().save(sound)
    assert read_template(sound.getvalue()).keys == ()
    with pytest.raises(ReportError, match="locked with a password"):
        read_template(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    out = io.BytesIO(sound.getvalue())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr("ppt/vbaProject.bin", b"x")
    with pytest.raises(ReportError, match="macros"):
        read_template(out.getvalue())
    encrypted = bytearray(sound.getvalue())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = encrypted.find(mark)
        while place >= 0:
            encrypted[place + flags] |= 1
            place = encrypted.find(mark, place + 1)
    with pytest.raises(ReportError, match="locked with a password"):
        read_template(bytes(encrypted))


@pytest.mark.parametrize("within", [False, True], ids=["the file", "its parts"])
def test_a_template_with_flipped_bytes_is_taken_or_answered_with_a_cause(within):
    sound = templates.dark()
    for seed in range(60):
        message = complaint_of(read_template, (flipped_within if within else flipped)(sound, seed))
        assert not message or any(cause in message for cause in TEMPLATE_CAUSES), message


def flipped_within(data, seed):
    """An archive with some bytes of some of its parts changed, so that what unpacks it finds nothing wrong."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = set(random.Random(seed).sample(names, 2))  # noqa: S311 - no secret
        for name in names:
            part = old.read(name)
            new.writestr(name, flipped(part, seed) if name in hit and part else part)
    return out.getvalue()
