"""Roles by login, logins that were ended, and the audit: on both databases, and by the command."""

from __future__ import annotations

import datetime as dt
import json
import random
from dataclasses import replace

import pytest
import sqlalchemy as sa
from exports import survey_of

from nps_core.__main__ import main
from nps_core.errors import AccessError, WorkspaceError
from nps_core.filters import Filters
from nps_core.viewer import Viewer
from nps_core.workspace import Workspace, audit, roles, tables
from nps_core.workspace.database import reading, writing

ISSUER, OTHER = "https://login.firm.example", "https://other.example"
EUROPE = Viewer("Vic", "viewer", Filters().with_attribute("Region", ["EU", "UK"]), ("names", "e-mails"), 5)
ROWS = [
    ("ana@a.example", "2026-01-05", "Acme", "Pro", 9, "fine"),
    ("ben@b.example", "2026-01-06", "Bolt", "Free", 2, "slow"),
]


def give(workspace, subject, viewer, issuer=ISSUER):
    roles.give_role(workspace.engine, roles.Person(issuer, subject, viewer))


def acting(workspace, actor):
    return replace(workspace, engine=audit.acting(workspace.engine, actor))


def test_a_role_comes_back_as_it_was_given(workspace):
    assert roles.people(workspace.engine) == ()
    give(workspace, "vic", EUROPE)
    give(workspace, "ana", Viewer("Ana", "admin"))
    assert [one.viewer for one in roles.people(workspace.engine)] == [Viewer("Ana", "admin"), EUROPE]
    assert roles.viewer_of(workspace.engine, ISSUER, "vic") == EUROPE
    give(workspace, "vic", Viewer("Vic", "editor"))
    assert roles.viewer_of(workspace.engine, ISSUER, "vic") == Viewer("Vic", "editor")
    # The same subject of another issuer is somebody else; so is one that is written otherwise.
    for issuer, subject in ((OTHER, "vic"), (ISSUER, "Vic"), (ISSUER, "vic "), (ISSUER, "v%")):
        assert roles.viewer_of(workspace.engine, issuer, subject) is None
    roles.take_role(workspace.engine, ISSUER, "vic")
    assert roles.viewer_of(workspace.engine, ISSUER, "vic") is None
    with pytest.raises(AccessError, match="Nobody has a role"):
        roles.take_role(workspace.engine, ISSUER, "vic")


@pytest.mark.parametrize(("issuer", "subject"), [("", "vic"), (ISSUER, ""), (ISSUER, "v" * 301)])
def test_a_role_of_nobody_is_refused(workspace, issuer, subject):
    with pytest.raises(AccessError, match="subject of an issuer"):
        give(workspace, subject, EUROPE, issuer)
    assert roles.people(workspace.engine) == ()


def test_the_last_admin_stays_where_admins_are_at_work(workspace):
    give(workspace, "ana", Viewer("Ana", "admin"))
    by_ana = acting(workspace, audit.Actor("Ana", ISSUER, "ana"))
    with pytest.raises(AccessError, match="last admin"):
        roles.take_role(by_ana.engine, ISSUER, "ana")
    with pytest.raises(AccessError, match="last admin"):
        give(by_ana, "ana", Viewer("Ana", "viewer"))
    assert roles.viewer_of(workspace.engine, ISSUER, "ana").role == "admin"
    give(by_ana, "ben", Viewer("Ben", "admin"))
    roles.take_role(by_ana.engine, ISSUER, "ana")
    assert [one.subject for one in roles.people(workspace.engine)] == ["ben"]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("role", "owner"),
        ("filters", "not JSON"),
        ("filters", '{"group": ["fans"]}'),
        ("filters", '{"since": ["yesterday"]}'),
        ("filters", "[]"),
        ("masks", '["cats"]'),
        ("masks", "{}"),
        ("smallest", -1),
        ("role", "editor"),  # with filters, which only viewers have
    ],
)
def test_a_role_that_cannot_be_read_shows_nothing_rather_than_all(workspace, column, text):
    give(workspace, "vic", EUROPE)
    with writing(workspace.engine) as connection:
        connection.execute(sa.update(tables.person).values({column: text}))
    with pytest.raises(WorkspaceError, match="nothing is shown"):
        roles.viewer_of(workspace.engine, ISSUER, "vic")


def test_a_login_that_was_ended_stays_so_until_it_is_too_old(workspace):
    now = dt.datetime.now(tz=dt.UTC)
    roles.end_login(workspace.engine, "a", now + dt.timedelta(hours=1))
    roles.end_login(workspace.engine, "a", now + dt.timedelta(hours=1))
    roles.end_login(workspace.engine, "old", now - dt.timedelta(hours=1))
    assert roles.is_ended(workspace.engine, "a")
    assert not roles.is_ended(workspace.engine, "b")
    roles.end_login(workspace.engine, "b", now + dt.timedelta(hours=1))
    with reading(workspace.engine) as connection:
        assert {row.digest for row in connection.execute(sa.select(tables.ended_login))} == {"a", "b"}


def test_every_change_is_written_down_with_it_or_not_made(workspace):
    give(workspace, "eda", Viewer("Eda", "editor"))
    own = acting(workspace, audit.Actor("Eda", ISSUER, "eda"))
    kept = own.keep(survey_of(ROWS, "q1.csv"), "Customers")
    wave = own.add_wave(kept, survey_of([(*ROWS[0][:1], "2026-05-05", *ROWS[0][2:])], "q2.csv"))
    own.rename_wave(own.find(kept.link), wave, "Spring")
    own.undo(own.find(kept.link))
    own.rename(own.find(kept.link), "Clients")
    own.save_settings(own.find(kept.link), {"aim": ["x"]})
    own.erase_respondent(own.find(kept.link), "ben@b.example")
    own.delete_survey(own.find(kept.link))
    told = [(entry.event, entry.about) for entry in reversed(audit.entries(workspace.engine))]
    assert told == [
        ("kept", "Customers"),
        ("kept", "Customers"),
        ("changed", "Customers"),
        ("deleted", "Customers"),
        ("changed", "Clients"),
        ("changed", "Clients"),
        ("deleted", "Clients"),
        ("deleted", "Clients"),
    ]
    cells = [str(cell) for row in ROWS for cell in row if isinstance(cell, str)]
    assert not [cell for cell in cells if cell in repr(audit.entries(workspace.engine))]
    assert audit.entries(workspace.engine)[0].sentence == "Eda deleted “Clients”"


def test_a_role_taken_in_the_middle_of_it_stops_a_change(workspace):
    give(workspace, "eda", Viewer("Eda", "editor"))
    own = acting(workspace, audit.Actor("Eda", ISSUER, "eda"))
    kept = own.keep(survey_of(ROWS, "q1.csv"), "Customers")
    for viewer in (Viewer("Eda", "viewer"), None):
        give(workspace, "eda", viewer) if viewer else roles.take_role(workspace.engine, ISSUER, "eda")
        with pytest.raises(AccessError, match="not change it"):
            own.rename(kept, "Mine")
        with pytest.raises(AccessError, match="not change it"):
            own.keep(survey_of(ROWS, "q9.csv"), "Another")
        with pytest.raises(AccessError, match="not change it"):
            own.delete_survey(kept)
    assert [one.name for one in workspace.surveys()] == ["Customers"]
    assert workspace.receipts() == ()


def test_a_login_that_was_ended_changes_nothing_any_more(workspace):
    give(workspace, "eda", Viewer("Eda", "editor"))
    own = acting(workspace, audit.Actor("Eda", ISSUER, "eda", "this login"))
    kept = own.keep(survey_of(ROWS, "q1.csv"), "Customers")
    roles.end_login(own.engine, "this login", dt.datetime.now(tz=dt.UTC) + dt.timedelta(hours=1))
    with pytest.raises(AccessError, match="not change it"):
        own.rename(kept, "Mine")
    another = acting(workspace, audit.Actor("Eda", ISSUER, "eda", "the next one"))
    assert another.rename(kept, "Ours").name == "Ours"


def test_without_an_actor_nothing_is_written_down(workspace):
    kept = workspace.keep(survey_of(ROWS, "q1.csv"), "Customers")
    workspace.delete_survey(kept)
    audit.note(workspace.engine, "opened", "Customers")
    assert audit.entries(workspace.engine) == ()


def test_roles_and_audit_come_with_a_backup(workspace, tmp_path):
    give(workspace, "vic", EUROPE)
    audit.note(acting(workspace, audit.Actor("Vic", ISSUER, "vic")).engine, "opened", "Customers")
    workspace.backup(tmp_path / "backup.sqlite")
    restored = Workspace.restore(tmp_path / "backup.sqlite", tmp_path / "new.sqlite")
    assert roles.viewer_of(restored.engine, ISSUER, "vic") == EUROPE
    assert audit.entries(restored.engine) == audit.entries(workspace.engine)


def test_the_command_gives_lists_and_takes_roles(tmp_path, capsys):
    where = ["--workspace", str(tmp_path / "w.sqlite")]
    who = ["--issuer", ISSUER, "--subject", "8f3a"]
    assert main(["workspace", "roles", *where, *who, "--role", "admin", "--name", "Ana"]) == 0
    assert capsys.readouterr().out.split() == ["Ana", "admin", "all", "8f3a", ISSUER]
    viewer = ["--issuer", ISSUER, "--subject", "11c2", "--role", "viewer", "--name", "Vic"]
    more = ["--filter", "Region=EU", "--filter", "Region=UK", "--mask", "names"]
    assert main(["workspace", "roles", *where, *viewer, *more]) == 0
    assert "Region: EU or UK; names masked" in capsys.readouterr().out
    assert main(["workspace", "roles", *where, *viewer, "--filter", "Region"]) == 2
    assert "is no filter" in capsys.readouterr().err
    assert main(["workspace", "roles", *where, *viewer, "--smallest", "5"]) == 0
    assert "no group smaller than 5" in capsys.readouterr().out
    assert main(["workspace", "roles", *where, *viewer, "--smallest", "1"]) == 2
    assert "no smallest group" in capsys.readouterr().err
    assert main(["workspace", "roles", *where, *who, "--none"]) == 0
    assert "Ana" not in capsys.readouterr().out
    assert main(["workspace", "audit", *where]) == 0
    assert capsys.readouterr().out == ""


def test_a_command_takes_a_viewer(tmp_path, capsys):
    where = ["--workspace", str(tmp_path / "w.sqlite")]
    file = tmp_path / "all.csv"
    lines = [
        "Score,Comment,Region,Email",
        *(f"{n % 11},note{n:02} said,{'EU' if n % 2 else 'US'},u{n}@a.example" for n in range(60)),
    ]
    file.write_text("\n".join([*lines, "x,secret,US,gone@a.example"]))
    person = ["--issuer", ISSUER, "--subject", "11c2", "--role", "viewer", "--name", "Vic"]
    main(["workspace", "roles", *where, *person, "--filter", "Region=EU", "--mask", "e-mails"])
    capsys.readouterr()
    asked = [str(file), *where, "--as", "Vic"]
    assert main(["summary", *asked]) == 0
    text = capsys.readouterr().out
    assert "Rows: 30 responses, a part of the survey" in text
    assert main(["summary", *asked, "--json"]) == 0
    text += capsys.readouterr().out
    made = tmp_path / "vic.html"
    assert main(["report", *asked, "--to", str(made), "--quiet", "--unmasked"]) == 0
    text += capsys.readouterr().out + made.read_text()
    hidden = [f"note{n:02}" for n in range(0, 60, 2)]
    assert not [word for word in ("secret", "gone@", "a.example", *hidden) if word in text]
    assert "30 responses, a part of the survey" in made.read_text()
    # What they may not see is answered as what does not exist.
    assert main(["report", *asked, "--to", str(made), "--filter", "Region=US"]) == 2
    assert main(["report", *asked, "--to", str(made), "--filter", "Region=Mars"]) == 2
    us, mars = capsys.readouterr().err.strip().splitlines()
    assert us.replace("US", "Mars") == mars
    assert main(["summary", str(file), *where, "--as", "Nobody"]) == 2
    assert "Nobody has a role" in capsys.readouterr().err


REGIONS, PLANS = ("EU", "US", "APAC"), ("Pro", "Team")


def test_random_commands_as_random_viewers_tell_what_a_file_cut_before_holds(tmp_path, capsys):
    """Which rows may be told is worked out from the rows themselves; each names itself by a word of its own."""
    draw = random.Random(29)  # noqa: S311 - no secret
    rows = [
        (draw.randint(0, 10), f"note{n:03} said", draw.choice(REGIONS), draw.choice(PLANS))
        for n in range(240)
    ]
    file, where = tmp_path / "all.csv", ["--workspace", str(tmp_path / "w.sqlite")]
    lines = ["Score,Comment,Region,Plan,Team,Email"]
    for n, (score, comment, region, plan) in enumerate(rows):
        lines.append(f"{score},{comment},{region},{plan},{region} {plan} team,u{n}@a.example")
    file.write_text("\n".join(lines))
    person = ["--issuer", ISSUER, "--subject", "11c2", "--role", "viewer", "--name", "Vic"]
    made = tmp_path / "vic.html"
    told_of = 0
    for _ in range(40):
        regions, plans = draw.sample(REGIONS, draw.randint(1, 2)), draw.sample(PLANS, draw.randint(1, 2))
        limits = [f"Region={value}" for value in regions] + [f"Plan={value}" for value in plans]
        mask = draw.choice(([], ["--mask", "e-mails"]))
        assert (
            main(
                [
                    "workspace",
                    "roles",
                    *where,
                    *person,
                    *(a for one in limits for a in ("--filter", one)),
                    *mask,
                ]
            )
            == 0
        )
        capsys.readouterr()
        asked = draw.choice(([], ["--filter", f"Region={draw.choice(REGIONS)}"]))
        made.unlink(missing_ok=True)
        command = draw.choice(("summary", "json", "report"))
        if command == "report":
            done = main(
                [
                    "report",
                    str(file),
                    *where,
                    "--as",
                    "Vic",
                    "--to",
                    str(made),
                    "--quiet",
                    "--unmasked",
                    *asked,
                ]
            )
        else:
            asked = []
            done = main(
                ["summary", str(file), *where, "--as", "Vic", *(["--json"] if command == "json" else [])]
            )
        out = capsys.readouterr()
        visible = [row for row in rows if row[2] in regions and row[3] in plans]
        shown = [row for row in visible if not asked or f"Region={row[2]}" == asked[1]]
        assert done == (0 if shown else 2)
        text = out.out + out.err + (made.read_text() if made.exists() else "")
        hidden = {row[1].split()[0] for row in rows if row not in visible}
        hidden |= {
            f"{region} {plan} team"
            for region in REGIONS
            for plan in PLANS
            if region not in regions or plan not in plans
        }
        assert not [word for word in hidden if word in text], (command, limits, asked)
        if shown and command != "report":
            promoters, detractors = (sum(test(row[0]) for row in shown) for test in ((9).__le__, (6).__ge__))
            nps = 100 * (promoters - detractors) / len(shown)
            found = json.loads(out.out)["nps"] if command == "json" else None
            assert found is None or found == pytest.approx(nps, abs=0.051), out.out[:300]
            assert f"{len(shown)}" in out.out
        told_of += bool(shown)
    assert told_of > 25
