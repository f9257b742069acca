"""A response whose id stands in several rows is one response."""

import csv
import io

import pytest

from nps_core.reading import read_survey

ASKED = "How likely are you to recommend us?"
COUNT = 40


def read(header, rows):
    out = io.StringIO()
    csv.writer(out).writerows([header, *rows])
    return read_survey(out.getvalue().encode(), name="x.csv")


def response(place):
    return [f"R{place}", f"2026-03-{place % 28 + 1:02d}", place * 7 % 11, f"said by number {place}"]


HEADER = ["Response ID", "Date", ASKED, "Why?"]


@pytest.mark.parametrize(
    "header", ["Response ID", "responseId", "Submission ID", "Antwort-ID", "ID de réponse"]
)
def test_a_row_a_topic_is_one_response(header):
    rows = [
        [*response(place), topic]
        for place in range(COUNT)
        for topic in ("Price", "Speed", "Help")[: place % 3 + 1]
    ]
    survey = read([header, *HEADER[1:], "Topic"], rows)
    assert survey.responses["score"].tolist() == [place * 7 % 11 for place in range(COUNT)]
    assert (survey.rows.read, survey.rows.kept) == (len(rows), COUNT)
    assert [(part.reason, part.count) for part in survey.rows.left_out] == [("repeated", len(rows) - COUNT)]
    said = f"“{header}” says that {len(rows) - COUNT} rows are of responses that stand above them; each response counts once."
    assert said in survey.doubt_texts


def test_two_exports_that_overlap_count_each_response_once():
    rows = [response(place) for place in (*range(25), *range(15, COUNT))]
    survey = read(HEADER, rows)
    assert survey.rows.kept == COUNT
    assert survey.rows.left_out[0].examples[0] == (27, str(15 * 7 % 11))


@pytest.mark.parametrize(
    "header",
    ["Customer ID", "Account ID", "Survey ID", "Respondent ID"],
    ids=["customer", "account", "survey", "person"],
)
def test_a_person_may_answer_the_same_twice(header):
    rows = [response(place) for place in (*range(25), *range(15, COUNT))]
    assert read([header, *HEADER[1:]], rows).rows.kept == len(rows)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_an_id_that_stands_for_other_answers_is_none_of_a_response(place):
    rows = [response(number) for number in range(COUNT)]
    again = [
        [*row[:place], *response(number + 5)[place : place + 1], *row[place + 1 :]]
        for number, row in enumerate(rows)
    ]
    assert read(HEADER, rows + again).rows.kept == 2 * COUNT


def test_waves_side_by_side_repeat_no_response():
    rows = [[f"R{place}", place % 11, place % 11] for place in range(COUNT)]
    assert read(["Response ID", "NPS 2024", "NPS 2025"], rows).rows.kept == 2 * COUNT


def test_rows_without_an_id_stay():
    rows = [["" if place % 2 else f"R{place}", "2026-03-01", 9, ""] for place in range(COUNT)]
    assert read(HEADER, rows).rows.kept == COUNT


def test_the_latest_of_each_respondent_is_told_beside_it():
    rows = [
        [*response(place), f"a{place % 10}@x.org", topic]
        for place in range(COUNT)
        for topic in ("Price", "Speed")
    ]
    out = io.StringIO()
    csv.writer(out).writerows([[*HEADER, "Email", "Topic"], *rows])
    survey = read_survey(out.getvalue().encode(), name="x.csv", repeats="latest")
    assert survey.rows.kept == 10
    assert sum(dict(survey.repeat_counts)["all"]) == COUNT


@pytest.mark.parametrize(("clock", "kept"), [(" 10:15:0{}", COUNT), ("", COUNT * 2)])
def test_the_same_person_in_the_same_second_is_one_response(clock, kept):
    rows = [
        [
            f"a{place}@x.org",
            f"2026-03-{place % 28 + 1:02d}{clock.format(place % 10)}",
            place % 11,
            "fine by me",
            topic,
        ]
        for place in range(COUNT)
        for topic in ("Price", "Speed")
    ]
    assert read(["Email", "Date", ASKED, "Why?", "Topic"], rows).rows.kept == kept
