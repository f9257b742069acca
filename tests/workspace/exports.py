"""Small exports of a survey tool, and what is read of them."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd

from nps_core import read_survey

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample_survey.csv"
HEADS = ("Respondent", "Submitted at", "Account", "Plan", "Score", "Comment")
Q1 = (
    ("ana@one.example", "2026-01-05 09:12:00", "One", "Pro", "9", "Quick answers from support"),
    ("bo@two.example", "2026-01-17 10:00:00", "Two", "Team", "3", "The import fails every week"),
    ("cy@two.example", "2026-02-11 16:40:00", "Two", "Pro", "7", ""),
    ("di@one.example", "2026-03-30 08:05:00", "One", "Team", "10", "Love the reports"),
)
Q2 = (
    ("ana@one.example", "2026-04-02 09:00:00", "One", "Pro", "10", "Even quicker now"),
    ("bo@two.example", "2026-05-20 11:30:00", "Two", "Team", "6", "The import works again"),
    ("eve@six.example", "2026-06-28 12:00:00", "Six", "Free", "8", "Fine so far"),
)


def export(rows, heads=HEADS) -> bytes:
    out = io.StringIO()
    pd.DataFrame(list(rows), columns=list(heads)).to_csv(out, index=False)
    return out.getvalue().encode()


def survey_of(rows, name="export.csv", heads=HEADS, **options):
    return read_survey(export(rows, heads), name=name, **options)


def sample(first="2000", last="2100", name="sample.csv"):
    """The responses of the sample survey that were given from one moment to another."""
    whole = pd.read_csv(SAMPLE, dtype=str, keep_default_na=False)
    days = whole["Submitted at"]
    part = whole[(days >= first) & (days < last)]
    return read_survey(part.to_csv(index=False).encode(), name=name)
