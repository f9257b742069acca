"""CSV taken away: nothing in it can become a formula, and nothing is lost."""

import csv
import io

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from nps_core.report import safe_csv

STARTS = ("=", "+", "-", "@", "\t", "\r")


def read(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_formulas_are_text_and_numbers_stay_numbers():
    table = pd.DataFrame(
        {"comment": ["=1+1", "-2+3", "@SUM(A1)", " =x", "fine", None], "nps": [-7.5, 3.0, 0, 1, 2, np.nan]}
    )
    rows = read(safe_csv(table))
    assert [row[0] for row in rows[1:]] == ["'=1+1", "'-2+3", "'@SUM(A1)", "' =x", "fine", ""]
    assert [row[1] for row in rows[1:]] == ["-7.5", "3.0", "0.0", "1.0", "2.0", ""]


def test_headers_are_made_safe_too():
    assert read(safe_csv(pd.DataFrame({"=cmd()": [1]})))[0] == ["'=cmd()"]


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
