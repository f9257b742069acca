"""A response whose id stands in several rows is one response."""

import csv
import datetime as dt
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
    said = (
        f"“{header}” says that {len(rows) - COUNT} rows are of responses that stand above them; each response"
        " counts once."
    )
    assert said in survey.doubt_texts


def test_two_exports_that_overlap_count_each_response_once():
    rows = [response(place) for place in (*range(25), *range(15, COUNT))]
    survey = read(HEADER, rows)
    assert survey.rows.kept == COUNT
    assert survey.rows.left_out[0].examples[0] == (27, str(15 * 7 % 11))


@pytest.mark.parametrize("header", ["Customer ID", "Account ID", "Ticket", "Case Number", "Vorgang"])
def test_the_same_text_on_the_same_day_is_one_response_however_the_id_is_called(header):
    rows = [response(place) for place in (*range(25), *range(15, COUNT))]
    assert read([header, *HEADER[1:]], rows).rows.kept == COUNT


@pytest.mark.parametrize("header", ["Customer ID", "Respondent ID", "Email"])
def test_a_person_may_give_the_same_score_twice_a_day(header):
    rows = [
        [
            f"R{place}@x.org",
            f"2026-03-{place % 28 + 1:02d}",
            place * 7 % 11,
            f"about visit {place} in shop {shop}",
        ]
        for place in range(COUNT)
        for shop in range(2)
    ]
    assert read([header, *HEADER[1:]], rows).rows.kept == len(rows)


def test_a_row_a_tag_of_a_ticket_is_one_response_also_where_each_has_a_text_of_its_own():
    rows = [
        [f"T-{place}", f"2026-03-{place % 28 + 1:02d}", place * 7 % 11, f"number {place} on {tag}", tag]
        for place in range(COUNT)
        for tag in ("Price", "Speed")[: place % 2 + 1]
    ]
    survey = read(["Ticket", *HEADER[1:], "Tag"], rows)
    assert (survey.rows.read, survey.rows.kept) == (len(rows), COUNT)
    (left_out,) = survey.rows.left_out
    scores = [row[2] for row in rows]
    every = 100 * (sum(one > 8 for one in scores) - sum(one < 7 for one in scores)) / len(rows)
    assert survey.rows.nps_with(left_out) == pytest.approx(every)
    assert [doubt.nps_could_be for doubt in survey.doubts] == [pytest.approx(every)]


@pytest.mark.parametrize("place", [1, 2])
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


@pytest.mark.parametrize("clock", [" 10:15:0{}", ""])
def test_a_row_a_topic_of_a_person_is_one_response(clock):
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
    assert read(["Email", "Date", ASKED, "Why?", "Topic"], rows).rows.kept == COUNT


def clicks(seconds, scores, more=()):
    start = dt.datetime(2026, 3, 1, 9, 0, 7)  # noqa: DTZ001
    return [
        [f"a{place}@x.org", str(start + dt.timedelta(hours=place, seconds=seconds * turn)), score, "", *more]
        for place in range(COUNT)
        for turn, score in enumerate(scores if place % 4 == 0 else scores[-1:])
    ]


@pytest.mark.parametrize("scores", [(9, 9), (3, 9), (1, 5, 10)])
def test_of_the_answers_within_one_showing_the_last_counts(scores):
    survey = read(["Email", "Date", ASKED, "Why?"], clicks(20, scores))
    assert survey.responses["score"].tolist() == [scores[-1]] * COUNT
    assert any(
        text.endswith("of each showing of the survey the last answer counts.") for text in survey.doubt_texts
    )


def test_the_same_person_may_answer_again_after_a_while():
    rows = clicks(1200, (3, 9))
    assert read(["Email", "Date", ASKED, "Why?"], rows).rows.kept == len(rows)


def test_what_the_tool_numbers_apart_is_counted_apart():
    rows = [[f"S{place}", *row] for place, row in enumerate(clicks(20, (3, 9)))]
    assert read(["Submission ID", "Email", "Date", ASKED, "Why?"], rows).rows.kept == len(rows)


def test_the_same_person_is_asked_about_several_things_at_once():
    rows = [[*row[:4], f"Service {place % 2}"] for place, row in enumerate(clicks(20, (3, 9)))]
    assert read(["Email", "Date", ASKED, "Why?", "Touchpoint"], rows).rows.kept == len(rows)
