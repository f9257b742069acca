"""Spark alone: the session of a platform, days in whatever zone it has, names, files that go, and what it writes."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from nps_core import Filters, Scope, count_themes, find_survey_themes
from nps_core.engine import connect
from nps_core.engine.opening import open_database
from nps_core.errors import EngineError
from nps_core.themes.in_survey import comments_of
from tests.engine.tables import SCORE, as_survey, in_spark, responses

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample_survey.csv"

pytestmark = pytest.mark.spark


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    """A session as a platform has it, with another zone and without ANSI, and a table of its catalogue."""
    folder = tmp_path_factory.mktemp("catalogue")
    in_spark(responses(50), folder)
    open_database(f"spark:///{folder}")
    from pyspark.sql import SparkSession

    session = SparkSession.builder.getOrCreate()
    session.conf.set("spark.sql.session.timeZone", "America/Los_Angeles")
    session.conf.set("spark.sql.ansi.enabled", "false")
    session.sql(f"CREATE DATABASE crm LOCATION '{folder}/crm'")
    yield session
    session.sql("DROP DATABASE crm CASCADE")
    session.conf.unset("spark.sql.session.timeZone")
    session.conf.unset("spark.sql.ansi.enabled")


MOMENTS = [
    dt.datetime(2026, 3, 1, 23, 59, 59, tzinfo=dt.UTC),  # a Sunday
    dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 3, 8, 10, 30, tzinfo=dt.UTC),  # when clocks change in California
    dt.datetime(2026, 3, 31, 23, 59, tzinfo=dt.UTC),
    dt.datetime(2026, 4, 1, 0, 0, tzinfo=dt.UTC),
    None,
]


@pytest.mark.parametrize("kind", ["zoned", "naive", "date", "text"])
def test_days_are_those_of_utc_whatever_the_session_says(platform, tmp_path, kind):
    moments = {
        "zoned": pa.array(MOMENTS, pa.timestamp("us", "UTC")),
        "naive": pa.array([one and one.replace(tzinfo=None) for one in MOMENTS], pa.timestamp("us")),
        "date": pa.array([one and one.date() for one in MOMENTS], pa.date32()),
        "text": pa.array([one and one.isoformat() for one in MOMENTS]),
    }[kind]
    times = 20
    table = pa.table(
        {
            SCORE: pa.array([*range(5, 11)] * times),
            "Date": pa.chunked_array([moments] * times),
            "Plan": pa.array(["Free", "Pro", None] * 2 * times),
        }
    )
    pq.write_table(table, tmp_path / "moments.parquet")
    platform.read.parquet(f"file://{tmp_path}/moments.parquet").write.saveAsTable("crm.moments")
    try:
        survey = connect("spark:", "crm.moments", mapping={"date": "Date"})
        counts = Scope(survey).counts
        days = [one.date() for one in MOMENTS if one]
        assert (counts.undated, counts.span) == (times, (days[0], days[-1]))
        for period, first in (
            ("day", lambda day: day),
            ("week", lambda day: day - dt.timedelta(days=day.weekday())),
            ("month", lambda day: day.replace(day=1)),
        ):
            starts, found = counts.by_period_and(period, "Plan")[0::2]
            told = dict(zip(starts.tolist(), found.sum(axis=(1, 2)).tolist(), strict=True))
            assert {day: n for day, n in told.items() if n} == {
                start: times * [first(day) for day in days].count(start) for start in map(first, days)
            }
    finally:
        platform.sql("DROP TABLE crm.moments")


def test_the_session_of_a_platform_stays_as_it_is(platform):
    open_database("spark:")
    assert platform.conf.get("spark.sql.session.timeZone") == "America/Los_Angeles"
    assert platform.conf.get("spark.sql.ansi.enabled") == "false"


def test_what_is_no_table_of_the_catalogue_is_none_though_spark_would_read_it(platform, tmp_path, frame):
    secret = tmp_path / "secret.csv"
    for file in (secret, tmp_path / "secret"):
        file.write_text("a,b\n1,2\n")
    assert platform.table(f"csv.`{secret}`").count() == 2
    place = in_spark(frame.head(50), tmp_path / "own")
    for address in ("spark:", place.address):
        own = open_database(address)
        # The second has a dot too many for Spark's own catalogue, which is not asked further.
        for name in (f"csv.{tmp_path}/secret", f"csv.{secret}", "nothing", "crm.nothing", "a`; SELECT 1"):
            with pytest.raises(EngineError, match=r"has no table|could not answer"):
                own.columns(name)
    platform.range(3).write.saveAsTable("crm.other")
    assert "other" in open_database("spark:")._session.catalog.listTables("crm")[0].name
    with pytest.raises(EngineError, match="has no table"):
        open_database(place.address).columns("crm.other")


def test_a_file_that_goes_is_told_without_a_value_and_the_next_question_works(tmp_path, frame, capfd):
    place = in_spark(frame.head(300), tmp_path)
    survey = connect(place.address, "responses")
    files = [*(tmp_path / "responses").iterdir()]
    for file in files:
        file.rename(tmp_path / f"{file.name}.away")
    with pytest.raises(EngineError, match="changed meanwhile"):
        _ = Scope(survey, Filters(text="secret word")).n
    for file in files:
        (tmp_path / f"{file.name}.away").rename(file)
    assert Scope(survey, Filters(text="slow")).n
    told = capfd.readouterr()
    assert "secret word" not in told.out + told.err
    assert str(tmp_path) not in told.out + told.err


def test_a_value_that_does_not_fit_is_told_without_it(tmp_path, capfd):
    pd.DataFrame({"a": ["joe.s3cret"]}).to_parquet(tmp_path / "t.parquet")
    own = open_database(f"spark:///{tmp_path}")
    own.columns("t")
    table = sa.table("t", sa.column("a"))
    with pytest.raises(EngineError, match="do not fit") as caught:
        own.all(sa.select(sa.cast(table.c.a, sa.Integer)))
    with pytest.raises(EngineError, match="no such table"):
        own.all(sa.select(sa.column("joe")).select_from(table))
    with pytest.raises(EngineError, match="do not fit"):
        own.all(sa.select(sa.func.date_add(sa.literal(dt.date(9999, 12, 31)), 1)))
    told = capfd.readouterr()
    assert not re.search("joe|s3cret", str(caught.value) + told.out + told.err)


def test_columns_of_lists_are_not_looked_at(tmp_path):
    table = pa.table({"score": [1, 2], "tags": [["a"], ["b"]], "raw": [b"1", b"2"]})
    pq.write_table(table, tmp_path / "t.parquet")
    assert open_database(f"spark:///{tmp_path}").columns("t") == {"score": "other"}


def test_java_that_is_not_there_is_told(monkeypatch, tmp_path):
    from pyspark.errors import PySparkRuntimeError
    from pyspark.sql import SparkSession

    def without_java(_):
        raise PySparkRuntimeError(errorClass="JAVA_GATEWAY_EXITED", messageParameters={})

    monkeypatch.setattr(SparkSession.Builder, "getOrCreate", without_java)
    monkeypatch.setattr(SparkSession, "getActiveSession", lambda: None)
    with pytest.raises(EngineError, match="Java"):
        open_database(f"spark:///{tmp_path}")


DIES = """
import sys
import sqlalchemy as sa
from nps_core.engine.opening import open_database
from nps_core.errors import EngineError
from pyspark import SparkContext

def rows(database):
    try:
        database.columns("responses")
        return len(database.all(sa.select(sa.column("Plan")).select_from(sa.table("responses"))))
    except EngineError as error:
        return error.message

before = open_database(sys.argv[1])
print(rows(before))
for _ in range(2):
    SparkContext._gateway.proc.kill()
    SparkContext._gateway.proc.wait()
    print(rows(before))
    after = open_database(sys.argv[1])
    print(rows(after), rows(before))
    before.close()
    print(rows(after))
    before = after
"""


def test_where_java_died_connecting_again_starts_another(tmp_path, frame):
    """What was open says so, and stays in nobody's way; in a process of its own, whose Java can be killed."""
    place = in_spark(frame.head(50), tmp_path / "crm")
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", DIES, place.address],
        capture_output=True,
        text=True,
        check=False,
    )
    lost = "“crm” cannot be reached."
    assert ran.stdout.splitlines() == ["50", *[lost, f"50 {lost}", "50"] * 2], ran.stderr


def test_themes_are_counted_in_every_comment_where_python_runs(tmp_path):
    """What Spark tells of each comment is what is told of it here, and the figures are those of the file."""
    frame = pd.read_csv(SAMPLE)
    address = in_spark(frame, tmp_path).address
    survey = connect(address, "responses", comments=600, all_comments=True)
    own = survey.elsewhere.source.database._session.sparkContext
    assert own.pythonExec == sys.executable  # whatever "python3" is where it was started from
    assert len(survey.responses) < 700
    assert any("NPS are of all comments" in doubt.text for doubt in survey.doubts)
    themes = find_survey_themes(survey)
    assert themes.k > 5
    of_file = as_survey(frame)
    carried = themes.carried_to(comments_of(of_file))
    plain = Filters()
    for filters in (plain, Filters(groups=("detractor",)), Filters(text="support")):
        here, there = (
            count_themes(Scope(of_file, filters), carried),
            count_themes(Scope(survey, filters), themes),
        )
        assert (there.commented, there.uncoded) == (here.commented, here.uncoded)
        assert [row.number for row in there] == [row.number for row in here]
        for one, other in zip(here, there, strict=True):
            counts = ("n", "promoters", "passives", "detractors", "accounts")
            assert [getattr(other, name) for name in counts] == [getattr(one, name) for name in counts]
            figures = ("share", "nps", "low", "high", "effect", "effect_low", "effect_high", "nps_without")
            assert [getattr(other, name) for name in figures] == pytest.approx(
                [getattr(one, name) for name in figures], nan_ok=True
            )
    assert there.commented < count_themes(Scope(survey), themes).commented
    assert survey.elsewhere.source.database._made
    survey.elsewhere.source.database.close()
    assert not survey.elsewhere.source.database._made
