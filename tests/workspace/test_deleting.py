"""Delete means gone: from the rows, the blobs, the log, the backups made after; and a receipt says so without a name."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from exports import HEADS, Q1, Q2, survey_of

from nps_core.errors import WaveError, WorkspaceError
from nps_core.report.recipe import Recipe, write_recipe
from nps_core.workspace import Receipt, Retention, Workspace, tables

BO = "bo@two.example"
SAID = ("The import fails every week", "The import works again", "bo@two.example", "BO@TWO.EXAMPLE")
HEADS_6 = (*HEADS, "Status")


def rows_with_bo():
    """Responses, a row that is left out and a mention, all of Bo; and Bo's address as a value of an attribute."""
    first = [(*row, "completed") for row in Q1]
    partial = (BO, "2026-02-01 09:00:00", "Two", "Team", "", "Bo was asked and did not finish", "partial")
    mention = (
        "cy@two.example",
        "2026-03-02 10:00:00",
        "Two",
        "Pro",
        "8",
        "Ask Bo@Two.example, he knows",
        "completed",
    )
    return [*first, partial, mention]


def kept_with_bo(workspace):
    kept = workspace.keep(
        survey_of(rows_with_bo(), "q1.csv", HEADS_6), "Customers", settings={"aim": [f'["{BO}"]']}
    )
    workspace.add_wave(kept, survey_of(Q2))
    workspace.save_recipe(kept, "Mine", write_recipe(Recipe(name="Mine", view={"text": [BO]})))
    return workspace.find(kept.link)


def all_text(workspace) -> str:
    """All that the workspace holds, unpacked: every column of every table, and every cell of every wave."""
    found = []
    with workspace.engine.connect() as connection:
        for table in tables.metadata.sorted_tables:
            columns = [column for column in table.c if column.name != "data"]
            found += [str(tuple(row)) for row in connection.execute(sa.select(*columns))]
    for kept in workspace.surveys():
        survey = workspace.open_survey(kept)
        for frame in (survey.responses, survey.left_out, survey.silent):
            if frame is not None:
                found.append(frame.to_csv())
                found += [
                    str(list(frame[name].cat.categories)) for name in frame if hasattr(frame[name], "cat")
                ]
    return "\n".join(found)


def chunks(workspace) -> list[bytes]:
    with workspace.engine.connect() as connection:
        return list(connection.execute(sa.select(tables.chunk.c.data)).scalars())


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_respondent_is_found_by_id_or_address_and_never_by_a_part_of_it(workspace):
    kept = kept_with_bo(workspace)
    found = workspace.find_respondent(kept, "  Bo@TWO.example ")
    assert (found.waves, found.n, found.left_out, found.mentions) == (
        (("Q1 2026", 1), ("Q2 2026", 1)),
        2,
        1,
        1,
    )
    assert found.sentence == (
        "2 responses in Q1 2026, Q2 2026; 1 row that was left out; 1 row of people who did not answer;"
        " 1 mention of the address in what others wrote"
    )
    for nobody in ("bo", "two.example", "", "  ", "xbo@two.example"):
        assert not workspace.find_respondent(kept, nobody)
        with pytest.raises(WaveError, match="Nobody"):
            workspace.erase_respondent(kept, nobody)


def test_an_erased_respondent_is_nowhere_and_the_others_are_all_there(workspace):
    kept = kept_with_bo(workspace)
    before = workspace.open_survey(kept)
    assert all(text.lower() in all_text(workspace).lower() for text in SAID)
    receipt = workspace.erase_respondent(kept, BO.upper(), "Ana")
    after = workspace.open_survey(kept)
    stays = before.responses[before.responses["respondent"] != BO].reset_index(drop=True)
    for name in ("respondent", "score", "date", "account", "row"):
        pd.testing.assert_series_equal(after.responses[name], stays[name])
    assert (after.rows.read, after.rows.kept) == (before.rows.read - 3, before.rows.kept - 2)
    assert after.responses["comment"].dropna().tolist()[2] == "Ask [erased], he knows"
    assert [(part.reason, part.count) for part in after.rows.left_out] == []
    held = all_text(workspace).lower()
    assert not [text for text in (*SAID, "did not finish") if text.lower() in held]
    assert (receipt.responses, receipt.left_out, receipt.mentions, receipt.by) == (2, 1, 1, "Ana")
    assert workspace.settings(kept) == {"aim": ['["[erased]"]']}
    assert workspace.receipts(kept) == (receipt,)
    assert workspace.find(kept.link).n == 6
    assert workspace.check() == ()


def test_an_address_within_another_one_is_not_masked(workspace):
    """Nor is one that only begins or ends alike; each mention of the address itself is."""
    said = (
        "jim-bo@two.example and x.bo@two.example, bo@two.example.org",
        "Write to BO@two.example. Or <bo@two.example>,bo@two.example",
    )
    rows = [
        *Q1,
        *((f"p{place}@x.example", "2026-03-03", "One", "Pro", "9", text) for place, text in enumerate(said)),
    ]
    kept = workspace.keep(survey_of(rows))
    assert workspace.find_respondent(kept, BO).mentions == 1
    workspace.erase_respondent(kept, BO)
    comments = workspace.open_survey(kept).responses["comment"].tolist()
    assert comments[-2:] == [said[0], "Write to [erased]. Or <[erased]>,[erased]"]


def test_an_id_is_erased_as_a_whole_one(workspace):
    """No. 1 is not No. 11, and a 1 in a setting is no person."""
    rows = [(f"{number}", f"2026-01-{number:02}", "One", "Pro", "9", "") for number in range(1, 12)]
    heads = ("Respondent ID", *HEADS[1:])
    kept = workspace.keep(
        survey_of(rows, heads=heads), settings={"see.place": ["1", "11"], "aim": ['["1", 40.1]']}
    )
    assert workspace.find_respondent(kept, "1").n == 1
    workspace.erase_respondent(kept, "1")
    assert workspace.open_survey(kept).responses["respondent"].tolist() == [str(n) for n in range(2, 12)]
    assert workspace.settings(kept) == {"see.place": ["[erased]", "11"], "aim": ['["1", 40.1]']}


def test_a_value_that_only_the_erased_person_had_is_no_value_any_more(workspace):
    """The values of an attribute stand apart from its rows."""
    rows = [("bo@two.example", "2026-01-02", "Two", "Bo's own plan", "3", ""), *Q1]
    kept = workspace.keep(survey_of(rows))
    assert "Bo's own plan" in all_text(workspace)
    workspace.erase_respondent(kept, BO)
    assert "Bo's own plan" not in all_text(workspace)


def test_a_doubt_does_not_quote_an_erased_cell(workspace):
    rows = [("bo@two.example", "2026-01-02", "Two", "Pro", "Bo says ten", ""), *Q1]
    survey = survey_of(rows, mapping={"score": "Score"}, scale="0-10")
    quoting = [doubt for doubt in survey.doubt_texts if "Bo says ten" in doubt]
    kept = workspace.keep(survey)
    assert quoting or "Bo says ten" in all_text(workspace)
    workspace.erase_respondent(kept, BO)
    assert "Bo says" not in all_text(workspace)


def test_the_last_response_of_a_wave_may_go(workspace):
    kept = workspace.keep(survey_of(Q1[:1], mapping={"respondent": "Respondent", "score": "Score"}))
    workspace.add_wave(kept, survey_of(Q2))
    workspace.erase_respondent(kept, "ana@one.example")
    kept = workspace.find(kept.link)
    assert [wave.figures.n for wave in kept.waves] == [0, 2]
    assert workspace.open_survey(kept).rows.kept == 2
    assert workspace.open_survey(kept, [kept.waves[0].id]).rows.kept == 0
    assert workspace.check() == ()


def test_nothing_of_them_is_left_on_the_disk(tmp_path):
    """SQLite: the file, its log, and a backup made after; the packed bytes that held them as well as their text."""
    workspace = Workspace.open(tmp_path / "workspace.sqlite")
    kept = kept_with_bo(workspace)
    with sqlite3.connect(
        tmp_path / "workspace.sqlite"
    ) as reader:  # keeps the log from being emptied by itself
        reader.execute("SELECT 1").fetchone()
        held = chunks(workspace)
        assert b"bo@two.example" in on_disk(tmp_path)
        assert all(chunk[40:90] in on_disk(tmp_path) for chunk in held)
        workspace.erase_respondent(kept, BO)
        workspace.backup(tmp_path / "after.sqlite")
        disk = on_disk(tmp_path).lower()
        assert not [text for text in SAID if text.lower().encode() in disk]
        stay = chunks(workspace)
        disk = on_disk(tmp_path)
        gone = [chunk for chunk in held if chunk not in stay]
        assert gone
        assert not [chunk for chunk in gone if chunk[40:90] in disk or chunk[-90:-40] in disk]
    reader.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["after.sqlite", "workspace.sqlite"]


@pytest.mark.postgres
@pytest.mark.skipif(os.name == "nt", reason="looks into the files of the server")
def test_nothing_of_them_is_left_in_the_tables_of_postgresql(server):
    """Its write-ahead log (pg_wal) is the administrator's and is not looked at."""
    engine = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    workspace = Workspace.open(server)
    kept = kept_with_bo(workspace)
    held = chunks(workspace)

    def disk() -> bytes:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
            folder = connection.exec_driver_sql("SHOW data_directory").scalar_one()
        return on_disk(Path(folder) / "base")

    assert b"bo@two.example" in disk()
    assert all(chunk[40:90] in disk() for chunk in held)
    workspace.erase_respondent(kept, BO)
    after, stay = disk(), chunks(workspace)
    assert not [text for text in SAID if text.lower().encode() in after.lower()]
    gone = [chunk for chunk in held if chunk not in stay]
    assert gone
    assert not [chunk for chunk in gone if chunk[40:90] in after]


def test_a_receipt_names_nobody(workspace):
    kept = kept_with_bo(workspace)
    receipt = workspace.erase_respondent(kept, BO, "Ana\nof support")
    assert receipt.by == "Ana of support"
    assert receipt.sentence.endswith(
        "Ana of support erased one respondent from “Customers”: 2 responses in Q1 2026, Q2 2026; 1 row that was left"
        " out; 1 row of people who did not answer; 1 mention of the address in what others wrote."
    )
    assert "bo@" not in receipt.text().lower()
    assert "Responses, with their comments: 2\n" in receipt.text()


def test_a_wave_is_deleted_and_the_only_one_is_not(workspace):
    kept = kept_with_bo(workspace)
    receipt = workspace.delete_wave(kept, kept.waves[0], "Ana")
    assert (receipt.what, receipt.waves, receipt.responses, receipt.left_out) == ("wave", ("Q1 2026",), 5, 1)
    kept = workspace.find(kept.link)
    assert [wave.name for wave in kept.waves] == ["Q2 2026"]
    assert "fails every week" not in all_text(workspace)
    with pytest.raises(WaveError, match="whole survey"):
        workspace.delete_wave(kept, kept.waves[0])
    workspace.add_wave(kept, survey_of(Q1))
    assert workspace.find(kept.link).n == 7


def test_an_id_is_never_given_twice(workspace):
    """A screen that holds the id of a wave that is gone must not delete another one."""
    kept = workspace.keep(survey_of(Q1))
    wave = workspace.add_wave(kept, survey_of(Q2))
    workspace.delete_wave(kept, wave)
    assert workspace.add_wave(kept, survey_of(Q2)).id > wave.id
    with pytest.raises(WorkspaceError, match="no longer"):
        workspace.delete_wave(kept, wave)
    workspace.delete_survey(kept)
    assert workspace.keep(survey_of(Q1)).id > kept.id


def test_a_deleted_survey_leaves_its_receipts_alone(workspace):
    kept = kept_with_bo(workspace)
    other = workspace.keep(survey_of(Q1), "Partners")
    workspace.erase_respondent(kept, "eve@six.example")
    receipt = workspace.delete_survey(kept, "Ana")
    assert (receipt.what, receipt.responses, receipt.waves) == ("survey", 7, ("Q1 2026", "Q2 2026"))
    assert workspace.surveys() == (other,)
    assert workspace.find(kept.link) is None
    assert [one.what for one in workspace.receipts()] == ["survey", "respondent"]
    with workspace.engine.connect() as connection:
        for table in (tables.wave, tables.recipe):
            asked = sa.select(sa.func.count()).select_from(table)
            assert connection.execute(asked).scalar_one() == (table is tables.wave)


TODAY = dt.date(2026, 12, 1)


def test_old_comments_go_and_their_scores_stay(workspace):
    kept = kept_with_bo(workspace)
    rule = Retention(comments=8)  # what was said before 1 April
    workspace.set_retention(kept, rule)
    assert workspace.retention(kept) == rule
    due = workspace.due(kept, rule, TODAY)
    assert due.counted == "4 comments in Q1 2026; 1 row that was left out"
    (receipt,) = workspace.apply_retention(TODAY, "cron")
    assert (receipt.what, receipt.comments, receipt.left_out, receipt.by) == ("comments", 4, 1, "cron")
    opened = workspace.open_survey(kept)
    assert opened.rows.kept == 8
    assert opened.responses["comment"].dropna().tolist() == [row[5] for row in Q2]
    assert "fails every week" not in all_text(workspace)
    assert "did not finish" not in all_text(workspace)
    assert workspace.apply_retention(TODAY) == ()
    assert workspace.due(kept, rule, TODAY) is None


def test_old_responses_go_whole(workspace):
    kept = kept_with_bo(workspace)
    workspace.set_retention(kept, Retention(comments=1, responses=9))  # before 1 March, of nine months
    (receipt,) = workspace.apply_retention(TODAY)
    assert (receipt.what, receipt.responses, receipt.comments, receipt.left_out) == ("responses", 3, 5, 1)
    opened = workspace.open_survey(kept)
    assert opened.responses["date"].min() == pd.Timestamp("2026-03-02 10:00:00")
    assert opened.rows.read == opened.rows.kept == 5
    assert not opened.has_comments


@pytest.mark.parametrize(("day", "left"), [("2026-06-30", 4), ("2026-07-05", 4), ("2026-07-06", 3)])
def test_a_month_ends_on_its_day(workspace, day, left):
    """Six months after 5 January is 5 July: on that day it stays, on the next it goes."""
    kept = workspace.keep(survey_of(Q1))
    workspace.set_retention(kept, Retention(responses=6))
    workspace.apply_retention(dt.date.fromisoformat(day))
    assert workspace.find(kept.link).n == left


def test_what_has_no_date_is_as_old_as_its_wave(workspace):
    rows = [("x@y.example", "", "One", "Pro", "9", "Undated"), *Q1]
    kept = workspace.keep(survey_of(rows))
    workspace.set_retention(kept, Retention(comments=6))
    added = kept.waves[0].added.date()
    workspace.apply_retention(added)
    assert "Undated" in workspace.open_survey(kept).responses["comment"].tolist()
    workspace.apply_retention(added + dt.timedelta(days=200))
    assert not workspace.open_survey(kept).has_comments


def test_what_went_by_the_rule_does_not_come_back_with_the_next_file(workspace):
    """The tool exports all there is: what is too old is taken out before it is compared, and is no change."""
    kept = workspace.keep(survey_of(Q1))
    workspace.set_retention(kept, Retention(comments=1, responses=None))
    workspace.apply_retention(dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=10_000))
    workspace.set_retention(kept, Retention(comments=1))
    fresh = dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d 00:00:01")
    old = [(row[0], row[1].replace("2026", "2016"), *row[2:]) for row in Q1]
    kept = workspace.keep(survey_of(old))
    workspace.set_retention(kept, Retention(comments=1))
    workspace.apply_retention(dt.datetime.now(tz=dt.UTC).date())
    preview = workspace.preview(kept, survey_of([*old, ("z@z.example", fresh, "Z", "Pro", "9", "Now")]))
    assert (preview.new.count, preview.repeated.count, preview.changed.count) == (1, 4, 0)
    workspace.add_wave(kept, survey_of([*old, ("z@z.example", fresh, "Z", "Pro", "9", "Now")]))
    assert workspace.open_survey(kept).responses["comment"].dropna().tolist() == ["Now"]


def test_a_rule_of_no_months_is_refused(workspace):
    kept = workspace.keep(survey_of(Q1))
    for rule in (Retention(comments=0), Retention(responses=-1)):
        with pytest.raises(WorkspaceError, match="at least one"):
            workspace.set_retention(kept, rule)
    assert not workspace.retention(kept)
    assert workspace.retention(kept).sentence == "All is kept for ever."
    assert Retention(24, 60).sentence == "Comments go after 24 months, whole responses go after 60 months."


def test_a_reader_that_stays_is_told_of_and_nothing_is_lost(tmp_path, monkeypatch):
    """The rows are gone; only the log could not be emptied, which is said."""
    monkeypatch.setattr("nps_core.workspace.database._WAIT_MS", 50)
    workspace = Workspace.open(tmp_path / "workspace.sqlite")
    kept = kept_with_bo(workspace)
    reader = sqlite3.connect(tmp_path / "workspace.sqlite", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM wave").fetchone()
    with pytest.raises(WorkspaceError, match="others are reading"):
        workspace.erase_respondent(kept, BO)
    reader.close()
    assert not workspace.find_respondent(kept, BO)
    workspace.erase_respondent(kept, "eve@six.example")
    assert b"bo@two" not in on_disk(tmp_path)


@pytest.mark.postgres
def test_a_reader_of_postgresql_that_stays_is_told_of(server, monkeypatch):
    monkeypatch.setattr("nps_core.workspace.database._WAIT_MS", 50)
    engine = sa.create_engine(server.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    workspace = Workspace.open(server)
    kept = kept_with_bo(workspace)
    with engine.connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM wave")
        with pytest.raises(WorkspaceError, match="others are reading"):
            workspace.erase_respondent(kept, BO)
    assert not workspace.find_respondent(kept, BO)
    workspace.erase_respondent(kept, "eve@six.example")


@pytest.mark.parametrize("rule", [Retention(responses=9), Retention(comments=8)])
def test_a_doubt_quotes_nothing_that_went_by_a_rule(workspace, rule):
    rows = [("x@y.example", "2026-01-02", "Two", "Pro", "Bo says ten", "Bo says so"), *Q1]
    kept = workspace.keep(survey_of(rows, mapping={"score": "Score"}, scale="0-10"))
    assert "Bo says" in all_text(workspace)
    workspace.set_retention(kept, rule)
    workspace.apply_retention(TODAY)
    assert "Bo says" not in all_text(workspace)


def test_a_receipt_is_read_as_it_was_written(workspace):
    kept = kept_with_bo(workspace)
    written = workspace.erase_respondent(kept, BO)
    (read,) = workspace.receipts()
    assert isinstance(read, Receipt)
    assert read == written
