"""The register as it is kept: by several people at once, without whom was erased, and moved there by the migration."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from exports import Q1, survey_of

from nps_core import Scope
from nps_core.errors import AccessError, FollowUpError, StaleError, WorkspaceError
from nps_core.filters import Filters
from nps_core.follow_ups.register import find_outcomes
from nps_core.trends.actions import Action
from nps_core.viewer import Viewer
from nps_core.workspace import Workspace, database, register, roles
from nps_core.workspace.audit import Actor, acting

BO = "bo@two.example"
DAY = dt.date(2026, 3, 1)
NEW = Action(DAY, "")


def save(workspace, kept, was=NEW, by="Ann", **changes):
    return register.save(workspace.engine, kept, was, {"name": "New desk", **changes}, by)


def all_of(workspace, kept, **more):
    return register.actions(workspace.engine, kept, **more)


def test_what_is_written_down_is_read_by_its_day(workspace, kept):
    late = save(workspace, kept, day=dt.date(2026, 5, 1), theme="Support", status="planned")
    early = save(workspace, kept, touched=("Plan", ("Pro", "Team")), said="Slow", owner="Ann")
    assert (early.id, early.version, early.status) == (late.id + 1, 1, "done")
    assert all_of(workspace, kept) == (early, late)
    again = save(workspace, kept, late, status="done")
    assert (again.id, again.version, again.theme, again.day) == (late.id, 2, "Support", dt.date(2026, 5, 1))
    register.delete(workspace.engine, kept, again)
    assert all_of(workspace, kept) == (early,)


def test_the_second_of_two_is_told_and_overwrites_nothing(workspace, kept):
    seen = save(workspace, kept)
    first = save(workspace, kept, seen, owner="Ann")
    with pytest.raises(StaleError, match="meanwhile"):
        save(workspace, kept, seen, owner="Bo")
    with pytest.raises(StaleError):
        register.delete(workspace.engine, kept, seen)
    assert all_of(workspace, kept) == (first,)
    register.delete(workspace.engine, kept, first)
    with pytest.raises(StaleError):
        save(workspace, kept, first, owner="Bo")
    assert all_of(workspace, kept) == ()


def test_of_many_that_change_one_at_once_one_is_written(workspace, kept):
    seen = save(workspace, kept)

    def change(number):
        try:
            return save(workspace, kept, seen, owner=f"owner {number}")
        except StaleError:
            return None

    with ThreadPoolExecutor(8) as pool:
        found = [one for one in pool.map(change, range(16)) if one is not None]
    assert len(found) == 1
    assert all_of(workspace, kept) == tuple(found)


def test_what_cannot_be_is_not_written(workspace, kept):
    for told in ({"name": ""}, {"status": "open"}, {"day": None}):
        with pytest.raises(FollowUpError):
            save(workspace, kept, **told)
    assert all_of(workspace, kept) == ()
    workspace.delete_survey(kept)
    with pytest.raises(WorkspaceError, match="no longer"):
        save(workspace, kept)


@pytest.mark.parametrize(
    "viewer",
    [
        Viewer("Vi", "viewer", Filters().with_attribute("Plan", ["Pro"])),
        Viewer("Vi", "viewer", masks=("names",)),
        Viewer("Vi", "viewer", smallest=5),
    ],
)
def test_who_sees_a_part_reads_nothing(workspace, kept, viewer):
    one = save(workspace, kept)
    assert all_of(workspace, kept, viewer=viewer) == ()
    assert all_of(workspace, kept, viewer=Viewer("Vi", "viewer")) == (one,)


def test_who_may_only_look_changes_nothing(workspace, kept):
    one = save(workspace, kept)
    engine = acting(workspace.engine, Actor("Vi", "issuer", "vi"))
    roles.give_role(workspace.engine, roles.Person("issuer", "root", Viewer("Root")))
    roles.give_role(workspace.engine, roles.Person("issuer", "vi", Viewer("Vi", "viewer", Filters())))
    with pytest.raises(AccessError):
        register.save(engine, kept, one, {"owner": "Vi"}, "Vi")
    with pytest.raises(AccessError):
        register.delete(engine, kept, one)
    assert all_of(workspace, kept) == (one,)


def test_who_is_erased_is_masked_in_what_others_wrote(workspace, kept):
    told = {"name": f"Called {BO.upper()}", "said": f"{BO} and bo@two.example.org", "owner": BO}
    save(workspace, kept, by=BO, touched=("Mail", (BO, "other")), **told)
    save(workspace, kept, name="Theme", theme=f"{BO} asked")
    workspace.erase_respondent(kept, BO)
    first, second = all_of(workspace, kept)
    assert first.name == "Called [erased]"
    assert first.said == "[erased] and bo@two.example.org"
    assert (first.owner, first.touched) == ("[erased]", ("Mail", ("[erased]", "other")))
    assert second.theme == "[erased] asked"
    with workspace.engine.connect() as connection:
        rows = str(connection.exec_driver_sql("SELECT * FROM action").all()).lower()
    assert BO not in rows.replace("bo@two.example.org", "")


def test_an_undone_wave_leaves_the_register_and_nothing_to_compare(workspace, kept):
    one = save(workspace, kept, day=dt.date(2026, 4, 10))
    before = find_outcomes(Scope(workspace.open_survey(kept)), [one])
    assert before[0].found is not None
    workspace.undo(kept)
    assert all_of(workspace, kept) == (one,)
    now = workspace.find(kept.link)
    (after,) = find_outcomes(Scope(workspace.open_survey(now)), [one])
    assert "no responses from" in after.since


def test_backups_have_the_register_and_a_deleted_survey_has_none(workspace, kept, tmp_path):
    one = save(workspace, kept)
    workspace.backup(tmp_path / "backup.sqlite")
    again = Workspace.open(tmp_path / "backup.sqlite")
    assert all_of(again, again.find(kept.link)) == (one,)
    workspace.delete_survey(kept)
    with workspace.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM action").scalar_one() == 0


LINES = [
    Action(DAY, "New desk", ("Plan", ("Pro", "Team"))).to_text(),
    Action(dt.date(2026, 4, 1), "ü “quoted”").to_text(),
    "[oops",
    '["2026-13-01", "x"]',
]


def test_interventions_move_into_the_register_and_back(where):
    workspace = Workspace.open(where)
    kept = workspace.keep(survey_of(Q1), "Customers", settings={"aim": ["x"]})
    with database.writing(workspace.engine) as connection:
        database.run_migrations(connection, "0003")
        connection.exec_driver_sql("UPDATE survey SET settings = '{}'")
    older = database.engine_of(where)
    with older.begin() as connection:
        told = json.dumps({"aim": ["x"], "did": LINES}).replace("'", "''").replace("%", "%%")
        connection.exec_driver_sql(f"UPDATE survey SET settings = '{told}'")  # noqa: S608 - our own
    older.dispose()
    workspace = Workspace.open(where)
    kept = workspace.find(kept.link)
    assert [(one.day, one.name, one.touched, one.status) for one in all_of(workspace, kept)] == [
        (DAY, "New desk", ("Plan", ("Pro", "Team")), "done"),
        (dt.date(2026, 4, 1), "ü “quoted”", None, "done"),
    ]
    assert workspace.settings(kept) == {"aim": ["x"], "did": LINES[2:]}  # what cannot be read is not lost
    with database.writing(workspace.engine) as connection:
        database.run_migrations(connection, "0003")
    with database.reading(workspace.engine) as connection:
        back = json.loads(connection.exec_driver_sql("SELECT settings FROM survey").scalar_one())
    assert back == {"aim": ["x"], "did": [*LINES[2:], *LINES[:2]]}


def test_what_stood_in_a_link_is_taken_over(workspace, kept):
    register.take_over(workspace.engine, kept, [Action(DAY, "", ("Plan", ("Pro",))), Action(DAY, "b")], "Ann")
    assert [(one.name, one.touched) for one in all_of(workspace, kept)] == [
        ("Intervention", ("Plan", ("Pro",))),
        ("b", None),
    ]
