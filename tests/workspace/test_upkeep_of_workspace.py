"""Backup, restore and check: one file, of either kind into either kind, whole or not at all."""

from __future__ import annotations

import datetime as dt
import sqlite3

import pytest
import sqlalchemy as sa
from exports import Q1, Q2, sample, survey_of

from nps_core.follow_ups.follow_up import FollowUp
from nps_core.follow_ups.relationship import Relationship
from nps_core.report.recipe import Recipe, write_recipe
from nps_core.trends.actions import Action
from nps_core.viewer import Viewer
from nps_core.workspace import (
    Retention,
    Workspace,
    WorkspaceError,
    audit,
    follow_ups,
    register,
    relationship,
    roles,
    tables,
)


def filled(workspace: Workspace) -> Workspace:
    """A workspace with something in every table."""
    kept = workspace.keep(survey_of(Q1), "Customers", settings={"aim": ["x"]})
    workspace.keep(sample(last="2025"), "Partners")
    workspace.erase_respondent(kept, "cy@two.example", "Ana")
    workspace.add_wave(kept, survey_of(((*Q1[1][:4], "5", Q1[1][5]), *Q2)))
    workspace.save_recipe(kept, "Mine", write_recipe(Recipe(name="Mine")))
    workspace.set_retention(kept, Retention(comments=24))
    bo = FollowUp("respondent", "bo@one.example", workspace.find(kept.link).waves[0].id)
    follow_ups.save(workspace.engine, kept, [(bo, {"owner": "Ann"})], "Ann")
    relationship.save(workspace.engine, kept, Relationship("respondent", bo.who), {"score": 4}, "Ann")
    register.save(workspace.engine, kept, Action(dt.date(2026, 2, 1), ""), {"name": "Four hours"}, "Ann")
    roles.give_role(workspace.engine, roles.Person("https://id.example", "ana", Viewer("Ana", "admin")))
    audit.note(audit.acting(workspace.engine, audit.Actor("Ana")), "opened", "Customers")
    roles.end_login(workspace.engine, "0" * 64, dt.datetime(2100, 1, 1, tzinfo=dt.UTC))
    return workspace


def rows(workspace: Workspace) -> dict[str, list]:
    with workspace.engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))))
            for table in tables.metadata.sorted_tables
        }


def test_a_backup_is_restored_with_all_there_is(workspace, tmp_path):
    before = rows(filled(workspace))
    assert all(before.values())
    workspace.backup(tmp_path / "friday.sqlite")
    again = Workspace.restore(tmp_path / "friday.sqlite", tmp_path / "again.sqlite")
    assert rows(again) == before == rows(workspace)
    assert again.check() == ()
    assert again.surveys() == workspace.surveys()
    # What was added last can be taken back there, too.
    kept = again.surveys()[1]
    assert again.undo(kept).name == "Q2 2026"


def test_a_backup_of_a_file_is_restored_into_a_server_which_counts_on(where, tmp_path):
    """The way from one file to PostgreSQL, and back: no id is given twice after it."""
    source = filled(Workspace.open(tmp_path / "source.sqlite"))
    source.backup(tmp_path / "friday.sqlite")
    target = Workspace.restore(tmp_path / "friday.sqlite", where)
    assert rows(target) == rows(source)
    newest = target.keep(survey_of(Q2), "New")
    assert newest.id > max(kept.id for kept in source.surveys())
    assert target.check() == ()


def test_a_backup_is_one_file_that_is_left_as_it_is(workspace, tmp_path):
    filled(workspace)
    folder = tmp_path / "backups"
    workspace.backup(folder / "friday.sqlite")
    assert [path.name for path in folder.iterdir()] == ["friday.sqlite"]
    data = (folder / "friday.sqlite").read_bytes()
    Workspace.restore(folder / "friday.sqlite", tmp_path / "again.sqlite")
    assert (folder / "friday.sqlite").read_bytes() == data
    assert [path.name for path in folder.iterdir()] == ["friday.sqlite"]
    with pytest.raises(WorkspaceError, match="there already"):
        workspace.backup(folder / "friday.sqlite")
    assert (folder / "friday.sqlite").read_bytes() == data


def test_what_holds_something_is_not_restored_over(workspace, tmp_path):
    before = rows(filled(workspace))
    workspace.backup(tmp_path / "friday.sqlite")
    with pytest.raises(WorkspaceError, match="holds something already"):
        Workspace.restore(tmp_path / "friday.sqlite", tmp_path / "friday.sqlite")
    other = Workspace.open(tmp_path / "other.sqlite")
    other.keep(survey_of(Q2), "Mine")
    with pytest.raises(WorkspaceError, match="holds something already"):
        Workspace.restore(tmp_path / "friday.sqlite", tmp_path / "other.sqlite")
    assert [kept.name for kept in other.surveys()] == ["Mine"]
    assert rows(workspace) == before


def test_what_is_no_backup_is_refused_and_nothing_is_restored(tmp_path):
    (tmp_path / "notes.txt").write_text("hello " * 1000)
    with sqlite3.connect(tmp_path / "orders.sqlite") as other:
        other.execute("CREATE TABLE orders (id INTEGER)")
    other.close()
    for name in ("notes.txt", "orders.sqlite"):
        with pytest.raises(WorkspaceError, match="no workspace"):
            Workspace.restore(tmp_path / name, tmp_path / "again.sqlite")
    with pytest.raises(WorkspaceError, match="There is no file"):
        Workspace.restore(tmp_path / "nowhere.sqlite", tmp_path / "again.sqlite")
    assert Workspace.open(tmp_path / "again.sqlite").surveys() == ()


def test_a_backup_that_breaks_off_leaves_nothing(workspace, tmp_path, monkeypatch):
    filled(workspace)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("nps_core.workspace.upkeep._copy", full)
    with pytest.raises(WorkspaceError, match="is full"):
        workspace.backup(tmp_path / "backups" / "friday.sqlite")
    assert list((tmp_path / "backups").iterdir()) == []


DAMAGE = {
    "a chunk that is missing": lambda: sa.delete(tables.chunk).where(tables.chunk.c.part == "responses"),
    "a chunk that is another": lambda: sa.update(tables.chunk).values(data=b"PAR1"),
    "an account that does not add up": lambda: sa.update(tables.wave).values(
        figures=sa.func.replace(tables.wave.c.figures, '"n":', '"n":1')
    ),
    "settings that are none": lambda: sa.update(tables.survey).values(settings="[]"),
    "a rule that is none": lambda: sa.update(tables.survey).values(retention='{"comments": "soon"}'),
    "a recipe that is none": lambda: sa.update(tables.recipe).values(text="{}"),
    "a wave that is none": lambda: sa.update(tables.wave).values(about="{}"),
    "figures that are none": lambda: sa.update(tables.wave).values(figures="{}"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_check_tells_what_is_damaged(workspace, damage):
    filled(workspace)
    assert workspace.check() == ()
    with workspace.engine.begin() as connection:
        connection.execute(DAMAGE[damage]())
    problems = workspace.check()
    assert problems
    assert all(problem.endswith(".") for problem in problems)
