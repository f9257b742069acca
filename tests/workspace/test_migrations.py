"""Up and down on data; what a newer version wrote, and what is none of ours, is refused and left as it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from exports import Q1, survey_of

from nps_core.workspace import Workspace, WorkspaceError, database, tables

ROOT = Path(__file__).resolve().parents[2]


def steps() -> list[str]:
    """The revisions, the oldest first."""
    config = Config()
    config.set_main_option("script_location", str(database._MIGRATIONS))
    return [step.revision for step in reversed(list(ScriptDirectory.from_config(config).walk_revisions()))]


def test_the_newest_step_is_known_without_alembic():
    assert steps()[-1] == database.HEAD
    assert steps() == sorted(steps())


def test_the_steps_make_the_tables_that_the_code_knows(workspace):
    with workspace.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_server_default": True})
        assert compare_metadata(context, tables.metadata) == []


def test_every_step_goes_up_and_down_with_data_in_it(where):
    workspace = Workspace.open(where)
    kept = workspace.keep(survey_of(Q1), "Customers", settings={"aim": ["x"]})
    for revision in reversed(["base", *steps()[:-1]]):
        with database.writing(workspace.engine) as connection:
            database.run_migrations(connection, revision)
            assert (MigrationContext.configure(connection).get_current_revision() or "base") == revision
        left = sa.inspect(workspace.engine).get_table_names()
        assert (revision == "base") == (left == ["alembic_version"])
        workspace = Workspace.open(where)
    assert workspace.surveys() == ()  # below the first step there is nothing to keep anything in
    again = workspace.keep(survey_of(Q1), "Customers", link=kept.link)
    assert workspace.open_survey(again).rows.kept == 4
    assert workspace.check() == ()


def test_opening_again_changes_nothing_and_needs_no_alembic(where):
    kept = Workspace.open(where).keep(survey_of(Q1), "Customers")
    code = (
        "import sys; from nps_core.workspace import Workspace; w = Workspace.open(sys.argv[1]);"
        "print(w.surveys()[0].link, 'alembic' in sys.modules)"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, where], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert out.stdout.split() == [kept.link, "False"]


def test_a_newer_version_is_refused_and_left_as_it_is(where):
    workspace = Workspace.open(where)
    workspace.keep(survey_of(Q1), "Customers")
    with workspace.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
        connection.exec_driver_sql("ALTER TABLE survey ADD COLUMN colour TEXT")
    with pytest.raises(WorkspaceError, match="newer version") as told:
        Workspace.open(where)
    assert "Update the program" in told.value.hint
    with workspace.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one() == "9999"
        assert connection.exec_driver_sql("SELECT name FROM survey").scalar_one() == "Customers"


def test_a_database_of_something_else_is_refused_and_left_as_it_is(where):
    engine = database.engine_of(where)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id INTEGER)")
    with pytest.raises(WorkspaceError, match="no workspace"):
        Workspace.open(where)
    assert sa.inspect(engine).get_table_names() == ["orders"]
    engine.dispose()


def test_many_that_open_a_new_workspace_at_once_make_it_once(where):
    code = "import sys; from nps_core.workspace import Workspace; Workspace.open(sys.argv[1]).surveys()"
    command = [sys.executable, "-c", code, where]
    running = [subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(process.communicate()[1], process.returncode) for process in running] == [(b"", 0)] * 3
    assert Workspace.open(where).check() == ()
