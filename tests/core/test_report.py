"""CSV taken away: nothing in it can become a formula, and nothing is lost."""

import csv
import io

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from nps_core.report.tables import safe_csv

STARTS = ("=", "+", "-", "@", "\t", "\r")


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_formulas_are_text_and_numbers_stay_numbers():
    table = pd.DataFrame(
        {"comment": ["=1+1", "-2+3", "@SUM(A1)", " =x", "fine", None], "nps": [-7.5, 3.0, 0, 1, 2, np.nan]}
    )
    rows = read(safe_csv(table))
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'-2+3", "'@SUM(A1)", "' =x", "fine", ""]
    assert [row[1] for row in rows[1:]] == ["-7.5", "3", "0", "1", "2", ""]


def test_headers_are_made_safe_too():
    assert read(safe_csv(pd.DataFrame({"=cmd()": [1]})))[0] == ["'=cmd()"]


def test_decimals_stand_behind_a_comma_where_asked_and_every_cell_is_read_again():
    table = pd.DataFrame({"a; b": ["x;y", 'say "1,5"'], "nps": [44.07894736842106, -7.0], "n": [3, 4]})
    text = safe_csv(table, comma=True, digits=6).decode("utf-8-sig")
    assert text == '"a; b";"nps";"n"\n"x;y";44,0789;3\n"say ""1,5""";-7;4\n'
    assert pd.read_csv(io.StringIO(text), sep=";", decimal=",")["nps"].tolist() == [44.0789, -7.0]


def test_digits_of_a_file_come_back_and_computed_ones_are_as_many_as_are_shown():
    values = [1.23456789, 2 / 3, 1e-7, 12_345_678.25, 2.0**60, float("inf"), np.nan]
    own = [row[0] for row in read(safe_csv(pd.DataFrame({"x": values})))[1:]]
    assert [float(text or "nan") for text in own[:-1]] == values[:-1]
    shown = [row[0] for row in read(safe_csv(pd.DataFrame({"x": values}), digits=6))[1:]]
    assert shown == ["1.23457", "0.666667", "1e-07", "12345678", "1152921504606846976", "inf", ""]


def test_columns_of_one_name_are_written_as_the_others():
    table = pd.DataFrame([["=1+1", 2.0], ["=2", 3.5]], columns=["x", "x"])
    assert read(safe_csv(table)) == [["x", "x"], ["'=1+1", "2"], ["'=2", "3.5"]]


def test_text_types_of_pandas():
    table = pd.DataFrame(
        {
            "category": pd.Categorical(["=a", None, "b"]),
            "day": pd.to_datetime(["2026-03-03", None, "2026-03-05"]),
            "score": pd.array([1, None, 3], dtype="Int8"),
            "flag": [True, False, True],
        }
    )
    assert read(safe_csv(table))[1:] == [
        ["'=a", "2026-03-03 00:00:00", "1", "True"],
        ["", "", "", "False"],
        ["b", "2026-03-05 00:00:00", "3", "True"],
    ]


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00")), min_size=1, max_size=20))
def test_every_text_comes_back_and_none_starts_a_formula(texts):
    rows = [row[0] for row in read(safe_csv(pd.DataFrame({"text": texts, "n": range(len(texts))})))[1:]]
    assert len(rows) == len(texts)
    for text, row in zip(texts, rows, strict=True):
        assert row in (text, "'" + text)
        assert not row.lstrip(" ").startswith(STARTS)
