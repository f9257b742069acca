"""`nps workspace ...`: what a terminal and a nightly job do with what is kept."""

from __future__ import annotations

import pytest
from exports import Q1, Q2, export

from nps_core.__main__ import main
from nps_core.workspace import Workspace, place


@pytest.fixture
def run(where, monkeypatch, capsys):
    """Run an action; (exit code, stdout, stderr)."""
    monkeypatch.setenv(place.VARIABLE, where)

    def action(*arguments: object) -> tuple[int, str, str]:
        code = main(["workspace", *map(str, arguments)])
        told = capsys.readouterr()
        return code, told.out, told.err

    return action


@pytest.fixture
def folder(tmp_path):
    """Years of exports, and what lies beside them."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "b.csv").write_bytes(export(Q1))
    (exports / "a.csv").write_bytes(export([*Q1[:1], *Q2]))
    (exports / "notes.txt").write_text("call Bo")
    (exports / ".hidden").write_text("x")
    return exports


def test_a_folder_of_exports_becomes_the_waves_of_one_survey(run, folder, where):
    code, out, err = run("import", folder, "--name", "Customers", "--by", "Ana")
    assert code == 2  # one file is none
    lines = out.splitlines()
    assert lines[0].startswith("notes.txt: not read.")
    assert "b.csv: Q1 2026; score “Score” (0-10); 4 rows read, 4 kept" in lines
    assert "b.csv: 4 responses kept." in lines
    told = next(line for line in lines if line.startswith("a.csv: 3"))
    assert told.startswith(
        "a.csv: 3 responses are new. 1 response is kept already and will not be stored twice."
    )
    (kept,) = Workspace.open(where).surveys()
    assert [(wave.name, wave.by, wave.figures.n) for wave in kept.waves] == [
        ("Q1 2026", "Ana", 4),
        ("Q2 2026", "Ana", 3),
    ]
    assert lines[-1] == f"Customers: {kept.link}"
    assert err == ""
    # Broken off and started again, it goes on where it was.
    code, out, err = run("import", folder, "--to", kept.link)
    assert code == 2
    assert err.count("already, as the wave") == 2
    assert Workspace.open(where).find(kept.link) == kept


def test_a_look_keeps_nothing(run, folder, where):
    code, out, _ = run("import", folder, "--look")
    assert (code, "a.csv: Q2 2026" in out) == (0, False)
    assert "a.csv: Jan to Jun 2026" in out or "a.csv: a" in out
    assert Workspace.open(where).surveys() == ()


def test_surveys_and_waves_are_listed(run, folder):
    run("keep", folder / "b.csv", "--name", "Customers")
    run("keep", folder / "a.csv", "--to", "customers", "--by", "Bo")
    code, out, _ = run("list")
    assert code == 0
    assert out.split("  ")[:4] == ["Customers", "2 waves", "7 responses", "28 Jun 2026"]
    _, out, _ = run("waves", "Customers")
    first, second = out.splitlines()
    assert first.startswith("Q1 2026  NPS +25 (")
    assert "4 responses  5 Jan 2026 to 30 Mar 2026  added" in first
    assert second.endswith("by Bo")


def test_erasing_is_looked_at_first(run, folder, where):
    run("keep", folder / "b.csv", "--name", "Customers")
    code, out, _ = run("erase", "Customers", "BO@two.example")
    assert (code, out) == (
        0,
        "“Customers” holds: 1 response in Q1 2026\nNothing was deleted; add --yes to delete it.\n",
    )
    assert Workspace.open(where).surveys()[0].n == 4
    code, out, _ = run("erase", "Customers", "bo@two.example", "--yes", "--by", "Ana")
    assert code == 0
    assert "Ana erased one respondent from “Customers”: 1 response in Q1 2026." in out
    assert "bo@" not in out
    assert Workspace.open(where).surveys()[0].n == 3
    code, _, err = run("erase", "Customers", "bo@two.example", "--yes")
    assert code == 2
    assert "Nobody in “Customers”" in err


def test_a_wave_and_a_survey_are_deleted(run, folder, where):
    run("import", folder, "--name", "Customers")
    code, _, err = run("delete", "Customers", "--wave", "Q9")
    assert (code, "Its waves are “Q1 2026”, “Q2 2026”." in err) == (2, True)
    _, out, _ = run("delete", "Customers", "--wave", "q1 2026")
    assert out.startswith("“Q1 2026” of “Customers” holds 4 responses.")
    assert "deleted a wave" in run("delete", "Customers", "--wave", "Q1 2026", "--yes")[1]
    assert run("delete", "Customers")[1].startswith("“Customers” holds 3 responses in 1 wave.")
    assert "deleted “Customers”" in run("delete", "Customers", "--yes")[1]
    assert Workspace.open(where).surveys() == ()
    assert run("list")[1] == ""


def test_retention_is_set_said_and_carried_out(run, folder):
    run("keep", folder / "b.csv", "--name", "Customers")
    assert run("retention", "Customers")[1] == "Customers: All is kept for ever.\n"
    _, out, _ = run("retention", "Customers", "--comments", 3, "--today", "2026-05-01")
    assert out == "Customers: Comments go after 3 months. Too old today: 2 comments in Q1 2026.\n"
    _, out, _ = run("retention", "--apply", "--today", "2026-05-01")
    assert out.endswith(
        "somebody took old comments out of “Customers” by its retention rule: 2 comments in Q1 2026.\n"
    )
    assert run("retention", "--apply", "--today", "2026-05-01")[1] == ""
    assert run("retention", "Customers", "--none")[1] == "Customers: All is kept for ever.\n"
    assert run("retention", "Customers", "--today", "May")[0] == 2


def test_backup_restore_and_check_are_one_command_each(run, folder, tmp_path):
    run("keep", folder / "b.csv", "--name", "Customers")
    assert run("backup", tmp_path / "friday.sqlite")[:2] == (0, f"{tmp_path / 'friday.sqlite'}\n")
    code, out, _ = run("restore", tmp_path / "friday.sqlite", "--workspace", tmp_path / "again.sqlite")
    assert (code, out) == (0, "Restored into “again.sqlite”.\n")
    assert run("list", "--workspace", tmp_path / "again.sqlite")[1].startswith("Customers")
    code, out, _ = run("check")
    assert (code, out.endswith("is sound.\n")) == (0, True)
    damaged = Workspace.open(tmp_path / "again.sqlite")
    with damaged.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE chunk SET data = ''")
    code, out, _ = run("check", "--workspace", tmp_path / "again.sqlite")
    assert (code, "cannot be opened" in out) == (2, True)


def test_what_is_not_there_is_told(run, folder, monkeypatch, tmp_path):
    run("keep", folder / "b.csv", "--name", "Customers")
    run("keep", folder / "a.csv", "--name", "Customers")
    assert "Several surveys have the link or name “customers”. Use the link" in run("waves", "customers")[2]
    assert "There are: “Customers”, “Customers”." in run("waves", "Partners")[2]
    assert "There is no workspace at" in run("list", "--workspace", tmp_path / "none.sqlite")[2]
    assert not (tmp_path / "none.sqlite").exists()
    (tmp_path / "empty").mkdir()
    assert "There is no file in" in run("import", tmp_path / "empty")[2]
    assert "nowhere: No such file or directory." in run("import", tmp_path / "nowhere")[2]
    monkeypatch.setenv(place.VARIABLE, "off")
    code, _, err = run("list")
    assert (code, "turns the workspace off" in err) == (2, True)
