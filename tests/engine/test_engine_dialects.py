"""What is asked of engines that are not here: the text of the statements, and that every value is bound."""

from __future__ import annotations

import datetime as dt
import re
from importlib import import_module
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from nps_core import Filters
from nps_core.engine.columns import Columns, Values
from nps_core.engine.opening import open_database
from nps_core.engine.source import Source
from nps_core.errors import EngineError
from nps_core.filters import ACCOUNT

HOSTILE = "x'); DROP TABLE responses; --"

# Compiling for BigQuery changes a statement, so each engine gets one of its own.
DIALECTS = {
    "snowflake": ("snowflake.sqlalchemy.snowdialect", "SnowflakeDialect"),
    "bigquery": ("sqlalchemy_bigquery", "BigQueryDialect"),
    "databricks": ("databricks.sqlalchemy", "DatabricksDialect"),
    "postgresql": ("sqlalchemy.dialects.postgresql", "dialect"),
    "sqlite": ("sqlalchemy.dialects.sqlite", "dialect"),
}

FIRST_OF_WEEK = {  # of Snowflake's weeks the session says when they begin
    "snowflake": "CAST(date_trunc('week', CASE WHEN (CAST(responses.\"Date\" AS DATE) BETWEEN",
    "bigquery": "THEN CAST(`responses`.`Date` AS DATE) END, ISOWEEK)",
    "databricks": "CAST(date_trunc('week', CASE WHEN (CAST(responses.`Date` AS DATE) BETWEEN",
    "postgresql": "CAST(date_trunc('week', CASE WHEN (CAST(responses.\"Date\" AS DATE) BETWEEN",
    "sqlite": 'date(CASE WHEN (date(substr(responses."Date", ',
}


def dialect_of(kind):
    """As a driver has it: its marks of values too."""
    module, name = DIALECTS[kind]
    made = getattr(import_module(module), name)
    return made() if kind == "postgresql" else made(dbapi=made.import_dbapi())


@pytest.fixture(params=DIALECTS)
def dialect(request):
    return request.param, dialect_of(request.param)


def source_on(kind):
    plans = Values(("Free", HOSTILE, "(no value)"), {"Free": 0, HOSTILE: 1, None: 2})
    columns = Columns(
        sa.table("responses", *map(sa.column, ("Score", "Date", "Plan", "Account", "Comment"))),
        score="Score",
        groups={score: 0 if score < 7 else 1 if score < 9 else 2 for score in range(11)},
        scores={score: score for score in range(11)},
        coded={"Plan": ("Plan", plans)},
        date="Date",
        account="Account",
        comment="Comment",
        salt="a secret",
    )
    return Source(SimpleNamespace(kind=kind, name="warehouse"), columns)


def compiled(kind, dialect, filters, keys):
    statement = source_on(kind).statement((filters,), keys)
    return statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})


def test_values_are_bound_and_never_written_into_the_text(dialect):
    kind, own = dialect
    filters = Filters(
        since=dt.date(2026, 1, 1), until=dt.date(2026, 3, 31), groups=("detractor",), text="100%_'"
    ).with_attribute("Plan", [HOSTILE, "(no value)"])
    found = compiled(kind, own, filters, ("Plan", ("unit", "account")))
    text = str(found)
    given = [
        one for bound in found.params.values() for one in (bound if isinstance(bound, list) else [bound])
    ]
    assert "DROP" not in text
    assert "a secret" not in text
    assert HOSTILE in given
    assert "a secret" in given
    assert ("100\\%\\_'" if kind == "bigquery" else "100/%/_'") in given
    assert (dt.date(2026, 1, 1) in given) == (kind != "sqlite")
    assert text.count("GROUP BY") == 1
    assert "IS NULL" in text
    assert "md5(" in text.lower()
    assert ("to_hex(" in text.lower()) == (kind == "bigquery")


def test_periods_are_those_of_a_calendar_whose_weeks_begin_on_monday(dialect):
    kind, own = dialect
    text = str(compiled(kind, own, Filters(), (("date", "week"),)))
    assert FIRST_OF_WEEK[kind] in text


SETS = (("Plan", ("unit", "account")), (("unit", "account"), ("date", "month")))


def test_several_counts_are_one_statement(dialect):
    """With the name of each account made a pseudonym after the counting; two engines look at them once for each count."""
    kind, own = dialect
    statement = source_on(kind).statement((Filters(text="slow"),), *SETS)
    text = " ".join(str(statement.compile(dialect=own, compile_kwargs={"render_postcompile": True})).split())
    if kind in ("sqlite", "postgresql"):
        assert text.count("GROUP BY") == 2
        assert "UNION ALL" in text
        assert "GROUPING" not in text
    else:
        (by,) = re.findall(r"GROUP BY (.*?\)\))", text)
        assert re.fullmatch(r"GROUPING SETS\(\((\S+), (\S+)\), \(\2, \S+\)\)", by, re.IGNORECASE), by
        assert text.count("FROM responses") + text.count("FROM `responses`") == 1
        assert len(re.findall(r"grouping\(", text, re.IGNORECASE)) == 4
    assert text.lower().index("md5(") < text.index("FROM")  # of what was grouped


def test_an_account_that_was_picked_is_looked_up_among_the_accounts(dialect):
    """The pseudonym of each is made once, and not for every response."""
    kind, own = dialect
    source = source_on(kind)
    source._kept_names = lambda _: Values(("f00", "(no value)"), {"f00": 0, None: 1})
    statement = source.statement((Filters().with_attribute(ACCOUNT, ["f00"]),), ("Plan",))
    text = " ".join(str(statement.compile(dialect=own, compile_kwargs={"render_postcompile": True})).split())
    assert re.search(r"Account.? IN \(SELECT \S+ FROM \(SELECT DISTINCT", text)


def test_a_statement_is_made_anew_for_each_engine():
    source = source_on("bigquery")
    one, other = (source.statement((), ("Plan",)) for _ in range(2))
    assert one is not other
    before = str(other)
    one.compile(dialect=dialect_of("bigquery"))
    assert str(other) == before == str(source.statement((), ("Plan",)))


def test_the_whole_statement_of_one_engine():
    """One text is enough to be read by people; the others are looked at in parts."""
    own = dialect_of("snowflake")
    text = " ".join(str(compiled("snowflake", own, Filters(groups=("promoter",)), ("Plan",))).split())
    assert text.startswith(
        "SELECT anon_1.k0, count(*) AS n, count(CASE WHEN (anon_1.score IN (%(score_1_1)s, %(score_1_2)s)) THEN"
    )
    assert 'FROM (SELECT responses."Score" AS score, responses."Plan" AS k0 FROM responses WHERE' in text
    assert text.endswith("GROUP BY anon_1.k0 LIMIT %(param_3)s")


ADDRESSES = {
    "snowflake": "snowflake://joe@account/crm/public",
    "databricks": "databricks://token@host?http_path=/x&catalog=main&schema=crm",
}


def test_a_session_has_a_limit_days_of_utc_and_weeks_from_monday(monkeypatch):
    given = {}
    make = sa.create_engine

    def watched(url, *, connect_args, **further):
        given[url.get_backend_name()] = connect_args
        return make(url, connect_args=connect_args, **further)

    monkeypatch.setattr(sa, "create_engine", watched)
    for address in ADDRESSES.values():
        open_database(address, timeout=7.5)
    assert given == {
        "snowflake": {
            "session_parameters": {"TIMEZONE": "UTC", "WEEK_START": 1, "STATEMENT_TIMEOUT_IN_SECONDS": 8}
        },
        # Its weeks always begin on Monday, as Spark's do.
        "databricks": {
            "session_configuration": {"TIMEZONE": "UTC", "ANSI_MODE": "true", "STATEMENT_TIMEOUT": "8"}
        },
    }


@pytest.fixture
def sent(monkeypatch):
    """What is sent to BigQuery, which answers that it takes too long."""
    from google.api_core.exceptions import Cancelled
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery

    found = []

    def client_of(*, default_query_job_config, **_):
        client = bigquery.Client(
            "project", AnonymousCredentials(), default_query_job_config=default_query_job_config
        )

        def answer(*_, data, **_further):
            found.append(data)
            raise Cancelled("Job execution was cancelled: Job timed out after 7 sec joe@example.com")

        client._connection.api_request = answer
        client._ensure_bqstorage_client = lambda *_: None
        return client

    monkeypatch.setattr("sqlalchemy_bigquery._helpers.create_bigquery_client", client_of)
    return found


@pytest.mark.parametrize("address", ["bigquery://project/crm", "bigquery://project"])
def test_bigquery_is_told_how_long_a_statement_may_take(sent, address):
    own = open_database(f"{address}?maximum_bytes_billed=5", timeout=7.5)
    for _ in range(2):
        with pytest.raises(EngineError, match="took longer than a statement may take") as caught:
            own.all(sa.select(sa.literal(1)))
        assert "joe" not in str(caught.value)
    assert [(one["jobTimeoutMs"], one["maximumBytesBilled"]) for one in sent] == [("7500", "5")] * 2
    with pytest.raises(EngineError, match="longer"):
        open_database(address, timeout=1).all(sa.select(sa.literal(1)))
    assert sent[-1]["jobTimeoutMs"] == "1000"


def test_credentials_that_are_not_there_are_told(monkeypatch, tmp_path):
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "secret.json"))
    with pytest.raises(EngineError) as caught:
        open_database("bigquery://project/crm")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("name", ["a`b", 'a"b'])
def test_a_name_that_a_dialect_would_not_quote_is_refused(monkeypatch, name):
    """Databricks puts the name of a column into those of its values, BigQuery leaves a backtick as it is."""
    found = SimpleNamespace(
        get_table_names=lambda _: ["responses"],
        get_view_names=lambda _: [],
        get_columns=lambda *_: [{"name": name, "type": "STRING"}],
    )
    monkeypatch.setattr(sa, "inspect", lambda _: found)
    with pytest.raises(EngineError, match="quotation mark"):
        open_database(ADDRESSES["databricks"]).columns("responses")
