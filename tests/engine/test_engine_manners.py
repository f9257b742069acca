"""What a table is asked, and what it is not: reading only, in time, as the viewer may see it, its troubles in words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import sqlite3
import subprocess
import sys
import time
from hashlib import md5
from pathlib import Path

import duckdb
import numpy as np
import pytest
import sqlalchemy as sa

from nps_core import Filters, ReportError, Scope, Viewer, build_report, nps_of, read_survey, write_report
from nps_core.__main__ import main
from nps_core.engine import connect, database
from nps_core.engine.opening import open_database
from nps_core.errors import AccessError, EngineError, MappingError, NoNPSQuestion
from nps_core.filters import ACCOUNT, NO_VALUE
from nps_core.follow_ups.ranking import kinds_of
from nps_core.seen import seen_by
from tests.engine.conftest import placed
from tests.engine.tables import SCORE, in_duckdb, in_sqlite, responses


@pytest.fixture
def fresh(place, frame, request, tmp_path):
    """A table of this test's own, on the same engine."""
    own = placed(place.kind, frame.head(300), request, tmp_path)
    yield own
    if place.kind == "postgresql":  # the others' table is of the same name
        placed(place.kind, frame, request, tmp_path)


def executed(address, *statements):
    """What an administrator does beside us."""
    if address.startswith("postgresql:"):
        engine = sa.create_engine(
            address.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool
        )
        with engine.begin() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
    elif address.startswith("sqlite:"):
        with sqlite3.connect(address.removeprefix("sqlite:///")) as connection:
            for statement in statements:
                connection.execute(statement)
        connection.close()
    else:
        with duckdb.connect(address.removeprefix("duckdb:///")) as connection:
            for statement in statements:
                connection.execute(statement)


def closed(survey):
    survey.elsewhere.source.database.close()


def test_a_table_is_never_written_to(place, frame):
    own = open_database(place.address)
    assert "Plan" in own.columns("responses")
    rows = sa.table("responses", sa.column("Plan"))
    for statement in (sa.insert(rows).values(Plan="x"), sa.delete(rows), sa.update(rows).values(Plan="x")):
        with pytest.raises(EngineError):
            own.all(statement)
    assert own.all(sa.select(sa.func.count()).select_from(rows)) == [(len(frame),)]
    own.close()


def test_nothing_but_the_folder_can_be_read_and_nobody_can_change_that(tmp_path, frame):
    (tmp_path / "secret.csv").write_text("a,b\n1,2\n")
    own = open_database(in_duckdb(frame.head(50), tmp_path).address)
    beside = str(tmp_path / "secret.csv")
    for statement in (
        sa.select(sa.func.count()).select_from(sa.func.read_csv(beside)),
        sa.select(sa.func.count()).select_from(sa.func.read_text("/etc/hostname")),
    ):
        with pytest.raises(EngineError):
            own.all(statement)
    for setting in ("SET enable_external_access = true", "SET lock_configuration = false"):
        with pytest.raises(duckdb.Error):
            own._connection.cursor().execute(setting)
    own.close()


def test_what_leaves_names_nobody(of_file, place):
    """Accounts and respondents are digests made on the engine, with a salt that is another one each time."""
    survey = connect(place.address, "responses")
    salt = survey.elsewhere.source.columns.salt
    here, there = Scope(of_file).counts.by(ACCOUNT), Scope(survey).counts.by(ACCOUNT)
    named = dict(zip(here.labels, here.counts.tolist(), strict=True))
    hidden = dict(zip(there.labels, there.counts.tolist(), strict=True))
    assert hidden == {
        name
        if name == "(no value)"
        else md5((salt + name).encode(), usedforsecurity=False).hexdigest(): counts
        for name, counts in named.items()
    }
    assert not set(survey.responses["account"].dropna()) & set(of_file.responses["account"])
    assert not set(survey.responses["respondent"].dropna()) & set(of_file.responses["respondent"])
    # An account can be looked at all the same.
    pick = next(name for name in there.labels if hidden[name] == named[here.labels[0]])
    assert Scope(survey).with_attribute(ACCOUNT, [pick]).n == sum(hidden[pick])
    assert survey.preview.empty
    assert survey.left_out.empty
    other = connect(place.address, "responses")
    assert other.elsewhere.source.columns.salt != salt
    assert other.digest != survey.digest
    closed(survey)
    closed(other)


def test_intervals_know_of_accounts_under_pseudonyms(of_file, place):
    survey = connect(place.address, "responses")
    assert nps_of(Scope(survey)).sentence == nps_of(Scope(of_file)).sentence
    closed(survey)


def test_a_viewers_filters_are_in_every_statement(of_file, of_table, asked):
    viewer = Viewer(role="viewer", filters=Filters(attributes=(("Plan", ("Pro",)),)))
    asked = asked(of_table)
    here, there = Scope(of_file, viewer=viewer), Scope(of_table, viewer=viewer)
    assert nps_of(there).sentence == nps_of(here).sentence
    assert there.n == there.total == here.total < Scope(of_file).n
    assert [*there.survey.responses["Plan"].cat.categories] == ["Pro"]
    assert there.counts.by("Region").counts.tolist() == here.counts.by("Region").counts.tolist()
    assert there.counts.by(ACCOUNT).counts.tolist() == here.counts.by(ACCOUNT).counts.tolist()
    assert len(asked) > 3
    for statement in asked.values():
        compiled = statement.compile()
        bound = [
            part
            for value in compiled.params.values()
            for part in (value if isinstance(value, list) else [value])
        ]
        assert '"Plan" IN' in str(compiled)
        assert "Pro" in bound
    with pytest.raises(AccessError):
        seen_by(of_table, Viewer(role="viewer", masks=("names",)))


def test_comments_are_a_sample_whose_share_is_said(of_file, place):
    survey = connect(place.address, "responses", comments=200)
    commented = of_file.responses[of_file.responses["comment"].notna()]
    taken = survey.responses
    assert len(taken) == 200
    assert f"{len(taken):,} of {len(commented):,} comments" in survey.doubts[0].text
    share = f"{len(taken) / len(commented):.0%} of all comments"
    assert share in survey.sampled
    assert not of_file.sampled
    part = seen_by(survey, Viewer(role="viewer", filters=Filters(attributes=(("Plan", ("Pro",)),))))
    assert not part.doubts
    assert share in part.seen.notes[0]
    assert not seen_by(survey, Viewer(role="viewer", smallest=5)).sampled
    shares = taken["group"].value_counts(normalize=True) - commented["group"].value_counts(normalize=True)
    assert shares.abs().max() < 0.02
    assert set(taken["comment"]) <= set(commented["comment"])
    again = connect(place.address, "responses", comments=0)
    assert again.responses.empty
    assert not again.has_comments
    assert nps_of(Scope(again)).sentence == nps_of(Scope(of_file)).sentence
    closed(survey)
    closed(again)


def test_only_spark_counts_themes_in_every_comment(tmp_path, frame, capsys):
    address = in_duckdb(frame.head(50), tmp_path).address
    with pytest.raises(EngineError, match="runs no Python"):
        connect(address, "responses", all_comments=True)
    assert main(["summary", address, "--table", "responses", "--all-comments"]) == 2
    assert "runs no Python" in capsys.readouterr().err
    own = open_database(address)
    with pytest.raises(EngineError, match="runs no Python"):
        own.with_column(sa.select(sa.literal(1)), len)


def test_the_address_of_a_cluster_is_not_taken_and_spark_that_is_not_there_is_told(monkeypatch, tmp_path):
    with pytest.raises(EngineError, match="cluster") as caught:
        connect("spark://joe@host:7077/x", "responses")
    assert "joe" not in str(caught.value)
    with pytest.raises(EngineError, match="no file or folder"):
        connect(f"spark:///{tmp_path}/nowhere", "responses")
    (tmp_path / "a.file").write_text("")
    with pytest.raises(EngineError, match="not a folder"):
        connect(f"spark:///{tmp_path}/a.file", "responses")
    for module in ("pyspark", "pyspark.testing.utils", "pyspark.sql"):
        monkeypatch.setitem(__import__("sys").modules, module, None)
    for address in ("spark:", f"spark:///{tmp_path}"):
        with pytest.raises(EngineError, match=r"nps-dashboard\[spark\]") as missing:
            connect(address, "responses")
        assert "not installed" in str(missing.value)


def test_a_report_of_a_table_says_what_that_of_the_file_says(of_file, of_table):
    slides = ["answer", "score", "trend", "segments: Plan", "distribution", "roles"]
    here, there = (build_report(Scope(survey), slides=slides) for survey in (of_file, of_table))
    assert [part.title for part in there.parts] == [part.title for part in here.parts]
    for one, other in zip(here.parts, there.parts, strict=True):
        assert (one.table is None) == (other.table is None)
        if one.table is not None:
            assert other.table.heads == one.table.heads
            for left, right in zip(one.table.rows, other.table.rows, strict=True):
                assert right == pytest.approx(left, nan_ok=True)
    assert all("as of" in part.source for part in there.parts if part.source)
    assert write_report(there, "xlsx", None).data
    with pytest.raises(EngineError, match="weighted"):
        Scope(of_table).counts.weighted(np.ones(len(of_table.responses)))
    assert kinds_of(Scope(of_table)) == ()


def test_what_needs_the_responses_themselves_is_refused(of_table):
    from nps_core import filtered_responses

    with pytest.raises(ReportError, match="stay where they are"):
        filtered_responses(Scope(of_table))


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nonsense", "cannot be read"),
        ("duckdb:////nowhere/at/all.duckdb", "no file or folder"),
        ("sqlite:////nowhere/at/all.db", "no file or folder"),
        ("postgresql://joe:s3cret@127.0.0.1:1/x", "holds a password"),
        ("postgresql://joe@127.0.0.1:1/x", "cannot be reached"),
        ("nosuchengine://joe@host/x", "not installed"),
        ("env:NPS_NO_SUCH_VARIABLE", "no variable"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_without_it(address, said):
    with pytest.raises(EngineError, match=said) as caught:
        connect(address, "responses")
    for secret in ("s3cret", "joe"):
        assert secret not in str(caught.value)


def test_a_password_comes_by_the_environment_and_shows_nowhere(monkeypatch, capsys):
    monkeypatch.setenv("NPS_TEST_DB", "postgresql://joe:s3cret@127.0.0.1:1/x")
    assert main(["summary", "env:NPS_TEST_DB", "--table", "responses"]) == 2
    told = capsys.readouterr()
    assert "cannot be reached" in told.err
    assert "s3cret" not in told.err + told.out
    assert "joe" not in told.err + told.out


def test_a_file_that_is_no_database_is_told(tmp_path):
    for kind in ("duckdb", "sqlite"):
        (tmp_path / "some.file").write_bytes(b"score,comment\n" * 200)
        with pytest.raises(EngineError, match=r"some\.file"):
            connect(f"{kind}:///{tmp_path / 'some.file'}", "responses")


def test_a_table_that_is_not_there_is_answered_with_those_that_are(of_table, place):
    for name in ("nothing", 'responses"; DROP TABLE responses; --', "other.responses"):
        with pytest.raises(EngineError, match="has no"):
            connect(place.address, name)
    assert Scope(of_table).n > 0


def test_a_table_that_goes_meanwhile_is_told_and_the_next_question_works(fresh):
    if fresh.kind == "duckdb":
        pytest.skip("DuckDB lets nobody change a file that somebody reads")
    if fresh.kind == "spark":
        pytest.skip("files are not renamed in SQL: see test_engine_spark.py")
    survey = connect(fresh.address, "responses")
    picked = Filters(text="slow")
    assert Scope(survey, picked).n
    executed(fresh.address, "ALTER TABLE responses RENAME TO elsewhere")
    with pytest.raises(EngineError, match="no such table"):
        _ = Scope(survey, Filters(text="export")).n
    executed(fresh.address, "ALTER TABLE elsewhere RENAME TO responses")
    assert Scope(survey, Filters(text="export")).n
    executed(fresh.address, """UPDATE responses SET "Plan" = 'Platinum' WHERE "Plan" = 'Pro'""")
    with pytest.raises(EngineError, match="refresh"):
        Scope(survey, Filters(text="it")).counts.by("Plan")
    closed(survey)


def test_what_takes_too_long_is_stopped(place):
    own = open_database(place.address, timeout=0.3)
    many = sa.select(sa.literal(0).label("n")).cte(recursive=True)
    many = many.union_all(sa.select(many.c.n + 1).where(many.c.n < 10**9))
    endless = sa.select(sa.func.sum(many.c.n))
    if place.kind == "spark":  # it refuses a recursion of more than 100 steps
        one, other = (sa.func.range(10**6).table_valued("id", name=name) for name in "ab")
        endless = sa.select(sa.func.sum(one.c.id % 7 * other.c.id % 3)).select_from(
            one.join(other, sa.true())
        )
    began = time.monotonic()
    with pytest.raises(EngineError, match="longer"):
        own.all(endless)
    assert time.monotonic() - began < (60 if place.kind == "spark" else 10)
    if place.kind == "spark":  # to look at its files takes longer than that
        own = open_database(place.address)
    assert own.columns("responses")  # the next question works
    own.close()


@pytest.mark.postgres
def test_a_role_without_the_right_to_read_is_told(frame, request, tmp_path):
    place = placed("postgresql", frame, request, tmp_path)
    executed(place.address, "DROP ROLE IF EXISTS nobody", "CREATE ROLE nobody LOGIN")
    with pytest.raises(EngineError, match="may not read"):
        connect(place.address.replace("nps@", "nobody@"), "responses")


@pytest.mark.postgres
def test_a_servers_own_row_policies_hold(frame, request, tmp_path):
    place = placed("postgresql", frame, request, tmp_path)
    executed(
        place.address,
        "DROP OWNED BY clerk" if _has_role(place.address, "clerk") else "SELECT 1",
        "DROP ROLE IF EXISTS clerk",
        "CREATE ROLE clerk LOGIN",
        "GRANT SELECT ON responses TO clerk",
        "ALTER TABLE responses ENABLE ROW LEVEL SECURITY",
        """CREATE POLICY mine ON responses FOR SELECT TO clerk USING ("Plan" <> 'Free')""",
    )
    survey = connect(place.address.replace("nps@", "clerk@"), "responses")
    assert set(Scope(survey).counts.by("Plan").labels) == {"Pro", "Team"}
    assert survey.rows.read == frame["Plan"].isin(["Pro", "Team"]).sum()
    closed(survey)


@pytest.mark.postgres
def test_the_role_that_the_docs_make_reads_what_its_policy_lets_it_and_writes_nothing(
    frame, request, tmp_path
):
    place = placed("postgresql", frame, request, tmp_path)
    text = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
    statements = text.partition("```sql\n")[2].partition("```")[0].split(";\n")[:-1]
    assert len(statements) == 7
    for leave in (
        ("DROP OWNED BY nps_reader", "DROP ROLE nps_reader") if _has_role(place.address, "nps_reader") else ()
    ):
        executed(place.address, leave)
    executed(place.address, *statements)
    address = place.address.replace("nps@", "nps_reader@")
    survey = connect(address, "public.responses")
    assert survey.rows.read == (frame["Region"] == "EU").sum()
    closed(survey)
    with pytest.raises(sa.exc.DBAPIError, match=r"read-only|permission denied"):
        executed(address, "DELETE FROM public.responses")


def _has_role(address, name):
    engine = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"), poolclass=sa.NullPool)
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT 1 FROM pg_roles WHERE rolname = '{name}'").first()  # noqa: S608


def test_a_table_without_the_question_is_refused_as_a_file_is(tmp_path):
    frame = responses(200).drop(columns=[SCORE])
    with pytest.raises(NoNPSQuestion):
        connect(in_sqlite(frame.rename(columns={frame.columns[7]: "Seats"}), tmp_path).address, "responses")


def test_dates_as_text_are_read_where_they_begin_with_a_day(tmp_path, frame):
    texts = frame.assign(Date=frame["Date"].map(lambda day: day and f"{day}T10:00:00Z"))
    texts.loc[texts.index[:2], "Date"] = ["2026-02-30", "soon"]
    whole = read_survey(texts.to_csv(index=False).encode(), name="t.csv", mapping={"date": "Date"})
    for into in (in_duckdb, in_sqlite):
        survey = connect(into(texts, tmp_path).address, "responses", mapping={"date": "Date"})
        here, there = Scope(whole).counts, Scope(survey).counts
        assert there.by_period("month")[1].tolist() == here.by_period("month")[1].tolist()
        assert (there.undated, there.span) == (here.undated, here.span)
        said = [doubt.text for doubt in survey.doubts if "could not be read" in doubt.text]
        assert said == ["2 dates in “Date” could not be read; their responses are kept, without a date."]
        closed(survey)


@pytest.mark.parametrize("dates", ["31/12/2025", 20251231])
def test_dates_that_are_none_are_refused_in_words(tmp_path, frame, dates):
    texts = frame.assign(Date=dates)
    for into in (in_duckdb, in_sqlite):
        with pytest.raises(MappingError, match="Date"):
            connect(into(texts, tmp_path / into.__name__).address, "responses", mapping={"date": "Date"})


def test_words_of_a_status_leave_rows_out_as_in_a_file(tmp_path, frame):
    marked = frame.assign(
        Status=np.resize(["complete", "complete", "partial", "spam", "test", None], len(frame))
    )
    of_file = read_survey(marked.to_csv(index=False).encode(), name="responses.csv")
    survey = connect(in_duckdb(marked, tmp_path).address, "responses")
    counted = [(part.reason, part.count, part.groups) for part in survey.rows.left_out]
    assert counted == [(part.reason, part.count, part.groups) for part in of_file.rows.left_out]
    assert len(counted) > 2
    assert Scope(survey).counts.groups() == Scope(of_file).counts.groups()
    closed(survey)


def test_the_command_tells_of_a_table_what_it_tells_of_its_export(place, frame, tmp_path, capsys):
    export = tmp_path / "responses.csv"
    export.write_text(frame.to_csv(index=False))
    assert main(["summary", str(export)]) == 0
    of_file = capsys.readouterr().out.splitlines()
    assert main(["summary", place.address, "--table", "responses", "--yes"]) == 0
    of_table = capsys.readouterr().out.splitlines()
    assert of_table[1].startswith("Source: responses, as of ")
    skip = ("Layout", "responses", "Source", "Counting", "Doubt")
    assert [line for line in of_table if not line.startswith(skip)] == [
        line for line in of_file if not line.startswith(skip)
    ]
    assert main(["summary", place.address, "--table", "responses", "--repeats", "latest"]) == 2
    assert "--repeats" in capsys.readouterr().err


def test_the_command_writes_a_report_of_a_table(place, tmp_path):
    to = tmp_path / "report.html"
    asked = [
        "report",
        place.address,
        "--table",
        "responses",
        "--to",
        str(to),
        "--filter",
        "Plan=Pro",
        "--yes",
    ]
    assert main([*asked, "--no-themes", "--quiet"]) == 0
    text = to.read_text(encoding="utf-8")
    assert "as of" in text
    assert "Plan: Pro" in text


def test_no_answer_is_larger_than_can_be_held(of_table, monkeypatch):
    monkeypatch.setattr("nps_core.engine.source.MOST_CELLS", 10)
    with pytest.raises(EngineError, match="more combinations"):
        Scope(of_table, Filters(text="slow")).counts.by_period("day")


def test_too_many_accounts_to_make_intervals_by_are_told(place, monkeypatch):
    for module in ("source", "responses", "connection"):
        monkeypatch.setattr(f"nps_core.engine.{module}.MOST_CLUSTERS", 10)
    survey = connect(place.address, "responses")
    assert Scope(survey).counts.unit is None
    assert any("count as independent" in doubt.text for doubt in survey.doubts)
    assert nps_of(Scope(survey)).unit == "response"
    closed(survey)


def test_a_driver_that_is_not_there_is_told(monkeypatch, tmp_path, frame):
    address = in_duckdb(frame.head(20), tmp_path).address
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(EngineError, match=r"nps-dashboard\[duckdb\]"):
        connect(address, "responses")


def test_every_word_of_an_engine_has_its_own_words():
    """Whatever else it says, its text is not shown: it may hold a value."""
    with pytest.raises(EngineError) as caught, database.in_words("the place"):
        raise sqlite3.OperationalError("near 'Ann Smith': syntax error")
    assert "Ann" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert list(csv.reader(io.StringIO(caught.value.hint)))


def test_a_file_that_took_the_place_of_another_is_the_one_that_is_read(frame, tmp_path):
    """While the former is still open: DuckDB itself gives what it holds under the same name."""
    for into in (in_duckdb, in_sqlite):
        before = into(frame.head(500), tmp_path / into.__name__).address
        first = connect(before, "responses")
        after = into(frame, tmp_path / f"{into.__name__}.new").address
        path = Path(after.partition("///")[2])
        path.replace(before.partition("///")[2])
        second = connect(before, "responses")
        assert (first.rows.read, second.rows.read) == (500, len(frame))


def test_what_is_no_number_is_a_blank(tmp_path):
    """NaN is not equal to itself, and engines have it in columns of floating point."""
    path = tmp_path / "floats.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""CREATE TABLE responses AS SELECT
            CASE WHEN i % 10 = 0 THEN 'NaN'::DOUBLE ELSE (i % 11)::DOUBLE END AS "{SCORE}",
            CASE WHEN i % 7 = 0 THEN 'NaN'::DOUBLE ELSE (i % 3)::DOUBLE END AS "Seats"
            FROM range(700) AS t(i)"""  # noqa: S608 - a header of ours
        )
    kept = [place for place in range(700) if place % 10]
    seats = [NO_VALUE if place % 7 == 0 else str(place % 3) for place in kept]
    survey = connect(f"duckdb:///{path}", "responses", mapping={"attributes": ["Seats"]})
    table = Scope(survey).counts.by("Seats")
    assert table.labels == ("0", "1", "2", NO_VALUE)
    assert table.counts.sum(axis=1).tolist() == [seats.count(label) for label in table.labels]
    for asked in (NO_VALUE, "1"):
        assert Scope(survey).with_attribute("Seats", [asked]).n == seats.count(asked)
    closed(survey)


def test_the_day_of_a_moment_in_text_is_the_one_that_is_written(tmp_path):
    """As in a file, whatever zone stands behind it."""
    written = [f"2025-03-{1 + place % 28:02}T23:30:00-05:00" for place in range(300)]
    frame = responses(300).assign(Date=written)
    of_file = Scope(read_survey(frame.to_csv(index=False).encode(), name="t.csv", mapping={"date": "Date"}))
    for into in (in_duckdb, in_sqlite):
        survey = connect(into(frame, tmp_path / into.__name__).address, "responses", mapping={"date": "Date"})
        for one, other in zip(
            of_file.counts.by_period("day"), Scope(survey).counts.by_period("day"), strict=True
        ):
            np.testing.assert_array_equal(other, one)
        closed(survey)


SPAN = """
from nps_core import Scope
from nps_core.engine import connect
print(*Scope(connect("duckdb:///{path}", "responses")).counts.span)
"""


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_the_days_of_moments_in_duckdb_are_those_of_utc_wherever_it_runs(tmp_path, zone):
    path = tmp_path / "zoned.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""CREATE TABLE responses AS SELECT (i % 11)::INTEGER AS "{SCORE}",
            TIMESTAMPTZ '2025-03-31 00:30:00+00' + INTERVAL (i * 23) HOUR AS "Date"
            FROM range(200) AS t(i)"""  # noqa: S608 - a header of ours
        )
    done = subprocess.run(
        [sys.executable, "-c", SPAN.format(path=path)],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["2025-03-31", "2025-10-07"]


@pytest.mark.parametrize("unknown", ["9999-12-31", "0001-01-01", "infinity", "-infinity"])
@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMP"])
def test_days_that_stand_for_none_are_none(tmp_path, kind, unknown):
    """As in a file: no survey lasts eight thousand years."""
    path = tmp_path / "unknown.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""CREATE TABLE responses AS SELECT (i % 11)::INTEGER AS "{SCORE}",
            CASE WHEN i % 9 = 0 THEN '{unknown}'::{kind} ELSE DATE '2025-01-01' + (i % 90)::INTEGER END AS "Date"
            FROM range(900) AS t(i)"""  # noqa: S608 - ours
        )
    survey = connect(f"duckdb:///{path}", "responses")
    whole = Scope(survey)
    assert (whole.counts.undated, whole.counts.span) == (100, (dt.date(2025, 1, 2), dt.date(2025, 3, 31)))
    for filters in (Filters(since=dt.date(2025, 1, 1)), Filters(until=dt.date(2025, 12, 31))):
        assert Scope(survey, filters).n == 800
    assert [
        doubt.text for doubt in survey.doubts if doubt.text.startswith("100 dates in “Date” could not be")
    ]
    closed(survey)


def test_a_column_of_lists_is_left_out(tmp_path):
    path = tmp_path / "nested.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            f"""CREATE TABLE responses AS SELECT (i % 11)::INTEGER AS "{SCORE}", ['a', 'b', 'c'][1 + i % 3] AS "Plan",
            [i % 3] AS "Tags", {{'a': i % 3}} AS "Custom", MAP {{'k': i % 3}} AS "More", INTERVAL (i % 3) DAY AS "Wait",
            (['list', 'map'][1 + i % 2])::ENUM('list', 'map') AS "Kind", TIME '10:00:00' AS "At"
            FROM range(900) AS t(i)"""  # noqa: S608 - ours
        )
    survey = connect(f"duckdb:///{path}", "responses")
    assert survey.attributes == ("Plan", "Kind")
    assert Scope(survey).counts.by("Kind").labels[:2] == ("list", "map")
    closed(survey)


def test_dates_that_nobody_chose_and_that_cannot_be_read_are_left_out(tmp_path, frame):
    """The score can be told without them; SQLite knows of no type."""
    for into in (in_duckdb, in_sqlite):
        texts = frame.assign(Date=[f"{1 + place % 28}/12/2025" for place in range(len(frame))])
        survey = connect(into(texts, tmp_path / into.__name__).address, "responses")
        assert (survey.mapping.date, Scope(survey).counts.span) == (None, None)
        assert any("not used as the date" in doubt.text for doubt in survey.doubts)
        assert Scope(survey).n == frame[SCORE].notna().sum()
        closed(survey)


def test_a_column_of_no_type_in_sqlite_may_hold_dates(tmp_path):
    with sqlite3.connect(tmp_path / "bare.db") as connection:
        connection.execute(f'CREATE TABLE responses ("{SCORE}", "Date")')
        rows = [(place % 11, f"2025-03-{1 + place % 28:02}") for place in range(300)]
        connection.executemany("INSERT INTO responses VALUES (?, ?)", rows)
    connection.close()
    survey = connect(f"sqlite:///{tmp_path / 'bare.db'}", "responses")
    assert Scope(survey).counts.span == (dt.date(2025, 3, 1), dt.date(2025, 3, 28))
