"""Folders of Parquet files: divided ones, broken files in them, and names that are patterns elsewhere."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from nps_core import Scope
from nps_core.engine import connect
from nps_core.engine.opening import open_database
from nps_core.errors import EngineError
from nps_core.filters import NO_VALUE
from tests.engine.tables import SCORE

PATTERNS = ("a[b]c", "a[1", "a]b", "a*c", "[abc]", "**", "a{b,c}", "{", "a'b", "50%20#", "[!a]c", "a?c")


def rows_of(database, table):
    database.columns(table)
    return database.rows_about(table)


@pytest.mark.parametrize(
    ("engine", "name"),
    [
        *(("duckdb", name) for name in PATTERNS),
        *(pytest.param("spark", name, marks=pytest.mark.spark) for name in ("a[b]{c,*d}", "[!a]?c")),
    ],
)
def test_a_name_that_would_be_a_pattern_is_a_name(tmp_path, frame, engine, name):
    """Of a file, of a folder, of a divided one, and of what holds them; nothing that the pattern would fit is read."""
    whole = tmp_path / name
    for sizes, place in ((1, tmp_path / "abc"), (2, whole)):
        for rows, folder, file in (
            (10, place, name),
            (20, place / "?" / "Part=1", "?"),
            (30, place / f"of {name}", name),
            (40, place / "x" / "Part=1", "x"),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            frame.head(rows * sizes).to_parquet(folder / f"{file}.parquet")
    database = open_database(f"{engine}:///{quote(str(whole))}")
    assert {table: rows_of(database, table) for table in ("?", f"of {name}", "x")} == {
        "?": 40,
        f"of {name}": 60,
        "x": 80,
    }
    assert rows_of(database, name) == 20
    database.close()


def test_a_folder_that_is_divided_by_values_is_one_table(tmp_path, frame):
    """As Spark and others write it; and a column that came later is blank before."""
    whole = frame.assign(Quarter=[f"Q{1 + place % 3}" for place in range(len(frame))])
    for quarter, part in whole.groupby("Quarter"):
        folder = tmp_path / "responses" / f"Quarter={quarter}"
        folder.mkdir(parents=True)
        gone = ["Quarter", "Paying"] if quarter == "Q1" else ["Quarter"]
        part.drop(columns=gone).to_parquet(folder / "part-0.parquet")
    survey = connect(f"duckdb:///{tmp_path}", "responses")
    blank = frame["Paying"].isna() | (whole["Quarter"] == "Q1")
    here = frame[SCORE].notna()
    assert survey.rows.read == len(frame)
    for name, values in (("Quarter", whole["Quarter"]), ("Paying", frame["Paying"].mask(blank, NO_VALUE))):
        table = Scope(survey).counts.by(name)
        told = dict(zip(table.labels, table.counts.sum(axis=1).tolist(), strict=True))
        assert told == values[here].value_counts().to_dict()
    survey.elsewhere.source.database.close()
    with pytest.raises(EngineError, match="no table"):
        connect(f"duckdb:///{tmp_path}", "Quarter=Q1")


def test_a_file_that_is_broken_hides_no_other(tmp_path, frame):
    place = tmp_path / "a'b"
    place.mkdir()
    frame.to_parquet(place / "responses.parquet")
    (place / "broken.parquet").write_bytes(b"PAR1 and no more")
    survey = connect(f"duckdb:///{place}", "responses")
    assert survey.rows.read == len(frame)
    survey.elsewhere.source.database.close()
    with pytest.raises(EngineError, match="no table “broken”"):
        connect(f"duckdb:///{place}", "broken")
    with pytest.raises(EngineError, match="is not a database"):
        connect(f"duckdb:///{place / 'responses.parquet'}", "responses")
