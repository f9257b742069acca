"""The sample survey: made by its script, and telling the story that its README tells."""

import csv
import datetime as dt
import math
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[2] / "data"
SCORE = "How likely are you to recommend Kestwick to a friend or colleague?"
REASON = "What is the main reason for your score?"
REDESIGN = "2026-04-01"


@pytest.fixture(scope="module")
def rows():
    with (DATA / "sample_survey.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def counted(rows):
    return [row for row in rows if row["Status"] == "completed" and row[SCORE]]


def nps(rows):
    scores = [int(row[SCORE]) for row in rows]
    return 100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)


def gap(rows, column, *values):
    """The NPS of some values of a column less that of the rest, and how many standard errors that is."""
    inside = [row for row in rows if row[column] in values]
    outside = [row for row in rows if row[column] not in values]
    difference = nps(inside) - nps(outside)
    return difference, difference / math.sqrt(error_squared(inside) + error_squared(outside))


def error_squared(rows):
    """The squared standard error of an NPS: (share that is not passive - (NPS / 100)^2) / n, in points."""
    certain = sum(int(row[SCORE]) not in (7, 8) for row in rows) / len(rows)
    return 1e4 * (certain - (nps(rows) / 100) ** 2) / len(rows)


def before(rows):
    return [row for row in rows if row["Submitted at"] < REDESIGN]


def after(rows):
    return [row for row in rows if row["Submitted at"] >= REDESIGN]


def quarter(row):
    moment = dt.datetime.fromisoformat(row["Submitted at"])
    return f"Q{(moment.month + 2) // 3} {moment.year}"


def words_of(comment):
    return re.sub(r"\W+", " ", comment.casefold()).split()


def test_the_script_writes_the_file_again_byte_for_byte(tmp_path):
    target = tmp_path / "again.csv"
    subprocess.run([sys.executable, DATA / "make_sample.py", target], check=True, timeout=30)
    assert target.read_bytes() == (DATA / "sample_survey.csv").read_bytes()


def test_rows_over_eight_quarters(rows, counted):
    assert len(rows) == 3024
    assert sum(row["Status"] == "partial" for row in rows) == 14
    assert sum(not row[SCORE] for row in rows) == 10
    assert len(counted) == 3000
    quarters = Counter(quarter(row) for row in rows)
    assert list(quarters) == [
        *("Q4 2024", "Q1 2025", "Q2 2025", "Q3 2025"),
        *("Q4 2025", "Q1 2026", "Q2 2026", "Q3 2026"),
    ]
    assert min(quarters.values()) > 300
    assert {int(row[SCORE]) for row in counted} == set(range(11))


def test_accounts_are_many_and_heavy_tailed(rows):
    sizes = Counter(row["Account"] for row in rows)
    assert 200 <= len(sizes) <= 240
    largest = sum(size for _, size in sizes.most_common(len(sizes) // 10))
    assert 0.35 < largest / len(rows) < 0.6
    assert sum(size <= 2 for size in sizes.values()) >= 20


def test_people_come_again_but_not_within_a_quarter_and_stay_who_they_are(rows):
    waves = Counter((row["Respondent"], quarter(row)) for row in rows)
    assert max(waves.values()) == 1
    visits = Counter(row["Respondent"] for row in rows)
    assert sum(count > 1 for count in visits.values()) > 500
    lasting = ("Account", "Persona", "Plan", "Region", "Age group")
    assert len({(row["Respondent"], *(row[name] for name in lasting)) for row in rows}) == len(visits)
    assert all(mail.endswith(".example") for mail in visits)


def test_nps_is_45_in_the_year_before_the_redesign_and_55_after_it(counted):
    year_before = [row for row in before(counted) if row["Submitted at"] >= "2025-04-01"]
    assert nps(year_before) == pytest.approx(45, abs=1)
    assert nps(before(counted)) == pytest.approx(45, abs=1)
    assert nps(after(counted)) == pytest.approx(55, abs=1)


def test_the_25_to_34_year_olds_lag_before_the_redesign_and_not_after(counted):
    difference, errors = gap(before(counted), "Age group", "25-34")
    assert difference < -25
    assert errors < -6
    difference, errors = gap(after(counted), "Age group", "25-34")
    assert abs(difference) < 6
    assert abs(errors) < 1


def test_the_other_ages_stay_level(counted):
    others = [row for row in counted if row["Age group"] != "25-34"]
    assert nps(after(others)) == pytest.approx(nps(before(others)), abs=4)
    for age in ("18-24", "35-44", "45-54", "55+"):
        assert abs(gap(others, "Age group", age)[1]) < 2


def test_starter_and_onboarding_are_quietly_weaker(counted):
    for column, value in (("Plan", "Starter"), ("Phase", "Onboarding")):
        difference, errors = gap(counted, column, value)
        assert -22 < difference < -8
        assert errors < -3.2


def test_the_outage_shows_in_one_region_for_one_quarter(counted):
    gaps = {
        name: gap([row for row in counted if quarter(row) == name], "Region", "APAC")
        for name in {quarter(row) for row in counted}
    }
    difference, errors = gaps.pop("Q3 2025")
    assert difference < -30
    assert errors < -3
    assert all(errors > -1.65 for _, errors in gaps.values())


@pytest.mark.parametrize("column", ["Persona", "Touchpoint", "Region"])
def test_what_has_no_cause_does_not_stand_out(counted, column):
    quiet = [row for row in counted if not (row["Region"] == "APAC" and quarter(row) == "Q3 2025")]
    for value in {row[column] for row in quiet}:
        assert abs(gap(quiet, column, value)[1]) < 2


def test_a_quarter_or_more_left_no_comment(counted):
    blank = sum(not row[REASON] for row in counted) / len(counted)
    assert 0.25 < blank < 0.30


def test_hardly_a_comment_is_told_twice(counted):
    told = [" ".join(words_of(row[REASON])) for row in counted if len(words_of(row[REASON])) >= 3]
    assert len(told) > 1500
    assert 1 - len(set(told)) / len(told) < 0.03


def test_comments_fit_who_wrote_them(counted):
    def share(rows, words):
        said = [row[REASON] for row in rows if row[REASON]]
        return sum(bool(re.search(words, text, re.IGNORECASE)) for text in said) / len(said)

    unhappy = [row for row in counted if int(row[SCORE]) <= 8]
    old_interface = r"interface|menu|clicks?\b|\bUI\b|design|clumsy|clunky|dated|screens|mobile|\bapp\b|phone"
    young = [row for row in before(unhappy) if row["Age group"] == "25-34"]
    older = [row for row in before(unhappy) if row["Age group"] != "25-34"]
    assert share(young, old_interface) > 0.35
    assert share(young, old_interface) > 2 * share(older, old_interface)

    deciders = [row for row in unhappy if row["Persona"] == "Decision maker"]
    users = [row for row in unhappy if row["Persona"] == "End user"]
    price = r"pric|expensive|cost|seats?\b|licen[cs]e"
    assert share(deciders, price) > 3 * share(users, price)

    assert share(before(counted), r"redesign|new (interface|design|screens|layout|look)") < 0.01
    assert share(after(counted), r"redesign|new (interface|design|screens|layout|look)") > 0.08

    outage = [row for row in counted if re.search(r"\boutage\b|July", row[REASON])]
    assert len(outage) >= 8
    assert {(row["Region"], quarter(row)) for row in outage} == {("APAC", "Q3 2025")}


def test_the_blemishes_that_a_reader_must_survive(rows):
    comments = [row[REASON] for row in rows]
    assert sum(row["Region"] == "NA" for row in rows) > 500
    assert sum("\n" in text for text in comments) > 20
    assert sum('"' in text for text in comments) > 5
    assert sum(text.startswith("=") for text in comments) >= 2
    assert sum(text.startswith("- ") and "\n- " in text for text in comments) >= 2
    assert sum(bool(re.search(r"[\w.]+@[\w-]+\.example", text)) for text in comments) >= 3
    assert sum(bool(re.search(r"555-01\d\d|7946 0\d{3}|1632 960", text)) for text in comments) >= 3
    foreign = r"\b(der|die|und|ist|est|une?|les|très|muy|el|una|nos)\b"
    assert sum(bool(re.search(foreign, text.casefold())) for text in comments) > 30
    assert {"n/a", "-"} <= {text.casefold() for text in comments}


def test_every_measure_is_on_its_scale_with_some_left_blank(rows):
    for column, high in ((-3, 5), (-2, 5), (-1, 7)):
        values = Counter(list(row.values())[column] for row in rows)
        blank = values.pop("") / len(rows)
        assert 0.05 < blank < 0.30
        assert set(values) == {str(value) for value in range(1, high + 1)}
