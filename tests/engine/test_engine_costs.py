"""What asking a table costs: few statements, seconds told beforehand, and a question before what takes long."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import time

import duckdb
import numpy as np
import pytest

from nps_core import Filters, Scope, connect, nps_of, overview
from nps_core.__main__ import main
from nps_core.engine import connection, look_at
from nps_core.engine.answers import Answers
from nps_core.engine.columns import Cells
from nps_core.engine.cost import Kind, Pace, Size, Work, cost_words
from nps_core.errors import CostError
from nps_core.filters import ACCOUNT, NO_VALUE
from tests.engine.tables import REGIONS

MADE = """
CREATE TABLE responses AS
SELECT (h % 11)::TINYINT AS score,
    DATE '2025-01-01' + ((h >> 5) % 400)::INTEGER AS answered_on,
    ['Free', 'Pro', 'Team'][1 + (h >> 14) % 3] AS plan,
    'office ' || (h >> 17) % 40 AS office,
    'account ' || (h >> 23) % 5000 AS account,
    CASE WHEN i % 10 = 0 THEN 'It took ' || (h >> 40) % 977 || ' minutes' END AS comment
FROM (SELECT range AS i, (hash(range) >> 1)::BIGINT AS h FROM range(600000))
"""
"""600,000 responses of 5,000 accounts, each answering on some of 400 days; a tenth of them say something."""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "large.duckdb"
    with duckdb.connect(str(path)) as database:
        database.execute(MADE)
    return f"duckdb:///{path}"


def closed(survey):
    survey.elsewhere.source.database.close()


def pseudonym(account):
    return hashlib.md5(f"salt{account}".encode(), usedforsecurity=False).hexdigest()


def test_a_page_that_searches_or_picks_accounts_is_one_statement(of_file, place, asked):
    """Each row is looked at once: for every column, and by account by period, attribute and satisfaction."""
    survey = connect(place.address, "responses", salt="salt")
    accounts = sorted(of_file.responses["account"].value_counts().index[:8])
    overview(Scope(survey))  # who there is, and the cube
    nps_of(
        Scope(survey, Filters().with_attribute(ACCOUNT, [pseudonym(accounts[0])]))
    )  # and who respondents are
    for text, since, names in (
        ("slow", None, ()),
        ("été", dt.date(2025, 2, 1), ()),
        ("", None, accounts[1:2]),
        ("", dt.date(2025, 2, 1), accounts[1:8]),
        ("slow", None, accounts[2:3]),
    ):
        seen = asked(survey)
        filters = Filters(text=text, since=since)
        here = overview(Scope(of_file, filters.with_attribute(ACCOUNT, names)))
        scope = Scope(survey, filters.with_attribute(ACCOUNT, map(pseudonym, names)))
        there = overview(scope)
        assert (there.title, there.sentences) == (here.title, here.sentences)
        assert len(seen) == 1
        assert overview(scope).title == there.title
        assert scope.seconds == 0
        assert len(seen) == 1
    closed(survey)


def test_what_an_answer_holds_is_not_asked_for_again(of_file, place, asked):
    survey = connect(place.address, "responses", show_names=True)
    whole = Scope(survey, Filters(text="slow"))
    whole.counts.ahead(("Plan", "Region"), period="month")
    whole.counts.ahead(())
    seen = asked(survey)
    narrower = [
        Filters(text="slow").with_attribute("Plan", ["Pro"]),
        Filters(text="slow", groups=("detractor",)).with_attribute("Region", [REGIONS[3], NO_VALUE]),
        Filters(text="slow", since=dt.date(2025, 3, 1), until=dt.date(2025, 5, 31)),
        Filters(text="slow", until=dt.date(2025, 3, 31)).with_attribute("Plan", ["Free", NO_VALUE]),
    ]
    for filters in narrower:
        here, there = (Scope(one, filters).counts for one in (of_file, survey))
        assert there.groups() == here.groups()
        assert there.by("Region").counts.tolist() == here.by("Region").counts.tolist()
        for cells in ({}, {"attribute": "Plan"}, {"attribute": ("Plan", "Region")}):
            one, other = (counts.clustered("account", **cells) for counts in (here, there))
            assert other.labels == one.labels
            assert other.counts.tolist() == one.counts.tolist()
            assert sorted(other.net.tolist()) == sorted(one.net.tolist())
    assert not seen
    # A day within a month, and another search, are not in it.
    for filters in (Filters(text="slow", since=dt.date(2025, 3, 2)), Filters(text="export")):
        here, there = (Scope(one, filters).counts for one in (of_file, survey))
        assert there.by("Plan").counts.tolist() == here.by("Plan").counts.tolist()
    assert len(seen) == 2
    closed(survey)


def test_counts_for_which_there_is_no_room_are_asked_for_one_by_one(of_file, of_table, monkeypatch, asked):
    """Neither kept nor in one answer: the same figures all the same."""
    monkeypatch.setattr("nps_core.engine.answers.KEPT_CELLS", 1)
    monkeypatch.setattr("nps_core.engine.responses.MOST_CELLS", 1)
    filters = Filters(text="slow", until=dt.date(2025, 6, 3))
    seen = asked(of_table)
    here, there = (overview(Scope(one, filters)) for one in (of_file, of_table))
    assert (there.title, there.sentences) == (here.title, here.sentences)
    assert len(seen) > 4


def test_answers_are_kept_up_to_so_many_cells(monkeypatch):
    monkeypatch.setattr("nps_core.engine.answers.KEPT_CELLS", 10)
    kept = Answers(lambda _: ())
    for n in range(4):
        kept.keep((), (f"key {n}",), Cells((np.arange(4),), np.ones((4, 3), dtype=np.int64)))
    assert [kept.find((), (f"key {n}",)) is not None for n in range(4)] == [False, False, True, True]


def test_seconds_are_told_within_a_factor_of_three(large, monkeypatch):
    """Of pages that were never asked for, by what the first page took; and nothing of what is known here.

    In seconds of this process's own, which DuckDB is part of: however busy the machine is.
    """
    monkeypatch.setattr("nps_core.engine.source.monotonic", time.process_time)
    survey = connect(large, "responses")
    overview(survey)
    assert Scope(survey).seconds == 0
    ratios = []
    for filters in (
        Filters().with_attribute("plan", ["Pro"]),
        Filters(since=dt.date(2025, 9, 1)),
        Filters(text="took 9"),
        Filters(text="took 1").with_attribute("plan", ["Free", "Team"]),
        Filters().with_attribute("office", ["office 3"]),
    ):
        scope = Scope(survey, filters)
        told, began = scope.seconds, time.process_time()
        overview(scope)
        ratios.append(told / (time.process_time() - began))
        assert scope.seconds == 0
    assert 1 / 3 < np.median(ratios) < 3, ratios
    closed(survey)


def test_a_pace_is_that_of_the_latest_statement_of_a_kind():
    pace = Pace("t", 1_000_000)
    who, search = (Work(Kind(*kind), 1_000) for kind in ((True, False, False), (False, True, False)))
    pace.took(who, 8 * who.seconds(1_000_000))
    assert pace.seconds(who) == pytest.approx(8 * who.seconds(1_000_000))
    assert pace.seconds(search) == pytest.approx(8 * search.seconds(1_000_000))  # the only one that is known
    pace.took(search, 2 * search.seconds(1_000_000))
    pace.took(who, 3 * who.seconds(1_000_000))
    assert pace.seconds(who) == pytest.approx(3 * who.seconds(1_000_000))
    assert pace.seconds(search) == pytest.approx(2 * search.seconds(1_000_000))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "1 s"), (14, "10 s"), (38, "40 s"), (96, "100 s"), (130, "2 min"), (3_000, "50 min")],
)
def test_seconds_are_told_as_the_estimate_that_they_are(seconds, words):
    assert cost_words("Customers", seconds) == f"This asks “Customers” for about {words}."


def test_what_takes_longer_than_is_allowed_is_refused_before_it_is_asked(large, asked):
    survey = connect(large, "responses", name="Customers", most_seconds=1e-6)
    assert Scope(survey).n == 600_000  # the cube has it
    seen = asked(survey)
    for filters in (Filters(text="took"), Filters().with_attribute("plan", ["Pro"])):
        with pytest.raises(CostError, match=r"This asks “Customers” for about \d+ s") as caught:
            nps_of(Scope(survey, filters))
        assert caught.value.seconds > 0
    assert not seen
    survey.elsewhere.allow_all()
    assert nps_of(Scope(survey, Filters(text="took"))).n == 60_000
    closed(survey)


def test_how_large_a_table_is_is_known_before_it_is_looked_at(place, frame):
    found = look_at(place.address, "responses")
    assert (found.columns, found.is_much) == (len(frame.columns), False)
    # A server knows it about, by how large the table is.
    about = 5 if place.kind == "postgresql" else 1
    assert len(frame) / about <= found.rows <= len(frame) * about
    assert f"{found.columns} columns" in found.words
    much = Size("t", 150_000_000, 8)
    assert much.is_much
    assert much.words.startswith("“t” has about 150,000,000 rows and 8 columns;")
    assert not Size("t", None, 8).is_much
    assert "an unknown number of rows" in Size("t", None, 8).words


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize("command", ["summary", "report"])
def test_the_command_asks_before_what_takes_long(large, monkeypatch, capsys, tmp_path, command):
    """On a terminal; elsewhere it is refused, unless somebody said so beforehand."""
    to = tmp_path / "report.html"
    asked = {
        "summary": ["summary", large, "--table", "responses"],
        "report": ["report", large, "--table", "responses", "--to", str(to), "--quiet", "--no-themes"],
    }[command]
    monkeypatch.setattr("nps_core.__main__.ASK_SECONDS", 1e-6)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))  # no terminal
    assert main(asked) == 2
    told = capsys.readouterr()
    assert re.search(r"This asks “responses” for about \d+ s\. Add --yes to ask all the same\.", told.err)
    assert not told.out
    for answer, code in (("y\n", 0), ("n\n", 2), ("", 2)):
        monkeypatch.setattr("sys.stdin", Terminal(answer))
        assert main(asked) == code
        told = capsys.readouterr()
        assert re.match(r"This asks “responses” for about \d+ s\. Go on\? \[y/N\] ", told.err)
        assert bool(told.out) == (code == 0)
    assert main([*asked, "--yes"]) == 0
    assert "Go on" not in capsys.readouterr().err


def test_the_command_asks_before_a_large_table_is_connected(large, monkeypatch, capsys):
    monkeypatch.setattr("nps_core.engine.cost._MUCH", 1_000)
    monkeypatch.setattr(connection, "find_meaning", lambda *_: pytest.fail("it was looked at"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["summary", large, "--table", "responses"]) == 2
    told = capsys.readouterr().err
    assert "“responses” has about 600,000 rows and 6 columns" in told
    assert "up to 12 statements" in told
    assert "--yes" in told
