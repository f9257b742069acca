"""Respondents, invitations and questions in tables of their own are joined to the answers.

Only where an id leaves no doubt.
"""

import csv
import io

import pytest
import xlsxwriter

from nps_core.errors import NoNPSQuestion
from nps_core.reading import read_survey, read_surveys

ASKED = "How likely are you to recommend us?"
COUNT = 60
SCORES = [place * 7 % 11 for place in range(COUNT)]
ANSWERS = [["Response ID", "Email", ASKED, "Why?"]] + [
    [f"R{place}", f"p{place * 3}@example.org", score, f"because of number {place}"]
    for place, score in enumerate(SCORES)
]
PEOPLE = [["Email", "Plan"]] + [
    [f"p{place}@example.org", ("Pro", "Free")[place % 2]] for place in range(3 * COUNT)
]
INVITED = [[*PEOPLE[0], "Sent at"]] + [
    [*row, f"2026-03-{place % 28 + 1:02d}"] for place, row in enumerate(PEOPLE[1:])
]


def as_csv(rows):
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def files(**tables):
    return [(f"{title}.csv", as_csv(rows)) for title, rows in tables.items()]


def book(**sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for title, rows in sheets.items():
            sheet = made.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return read_survey(out.getvalue(), name="x.xlsx")


@pytest.mark.parametrize("order", [1, -1])
def test_those_who_were_invited_and_did_not_answer_are_rows_without_a_score(order):
    survey = read_surveys(files(invitations=INVITED, answers=ANSWERS)[::order])
    assert survey.responses["score"].tolist() == SCORES
    assert survey.responses["Plan"].tolist() == [("Pro", "Free")[place * 3 % 2] for place in range(COUNT)]
    assert (survey.rows.read, survey.rows.kept) == (3 * COUNT, COUNT)
    assert [(part.reason, part.count) for part in survey.rows.left_out] == [("no score", 2 * COUNT)]
    assert (survey.invited_known, len(survey.silent)) == (True, 2 * COUNT)
    assert "it knows 60 of 60 answers, and 120 who gave none." in " ".join(survey.doubt_texts)


def test_people_who_were_not_invited_are_no_rows():
    survey = read_surveys(files(people=PEOPLE, answers=ANSWERS))
    assert (survey.rows.read, survey.rows.kept) == (COUNT, COUNT)
    assert survey.attributes == ("Plan",)


def test_roles_can_be_chosen_of_files_that_belong_together():
    survey = read_surveys(
        files(invitations=INVITED, answers=ANSWERS), mapping={"score": ASKED, "account": "Plan"}
    )
    assert survey.mapping.account == "Plan"


def test_the_parent_of_a_group_gives_its_date_and_region():
    parent = [["_index", "_uuid", "submitted", "region"]] + [
        [place + 1, f"u-{place}", f"2026-03-{place % 28 + 1:02d}", ("North", "South")[place % 2]]
        for place in range(COUNT)
    ]
    group = [["nps", "why", "_parent_index", "_submission__uuid"]] + [
        [score, f"because of number {place}", place + 1, f"u-{place}"] for place, score in enumerate(SCORES)
    ]
    survey = book(survey=parent, group_nps=group)
    assert survey.responses["score"].tolist() == SCORES
    assert (survey.mapping.date, survey.attributes) == ("submitted", ("region",))


def test_questions_and_answers_and_responses_are_three_tables_of_one_survey():
    questions = [["question_id", "text"], [1, ASKED], [2, "Why?"], [3, "How satisfied are you?"]]
    answers = [["response_id", "question_id", "answer"]] + [
        [f"R{place}", number, answer]
        for place, score in enumerate(SCORES)
        for number, answer in ((1, score), (2, f"because of number {place}"), (3, place % 5 + 1))
    ]
    responses = [["response_id", "date"]] + [
        [f"R{place}", f"2026-03-{place % 28 + 1:02d}"] for place in range(COUNT)
    ]
    survey = read_surveys(files(questions=questions, answers=answers, responses=responses))
    assert survey.responses["score"].tolist() == SCORES
    assert survey.responses["date"].notna().all()
    assert (survey.mapping.reason, survey.rows.kept) == ("Why?", COUNT)


@pytest.mark.parametrize(
    "other",
    [
        [["Email", "Plan"]] + [["p0@example.org", "Pro"]] * 3,
        [["Email", "Plan"]] + [[f"q{place}@example.org", "Pro"] for place in range(COUNT)],
        [["Colour", "Shape"], ["red", "round"], ["blue", "square"]],
    ],
    ids=["twice the same id", "other people", "no id"],
)
def test_what_leaves_a_doubt_is_not_joined(other):
    with pytest.raises(NoNPSQuestion):
        read_surveys(files(other=other, answers=ANSWERS))
    survey = book(other=other, answers=ANSWERS)
    assert survey.responses["score"].tolist() == SCORES
    assert any("“other”" in doubt for doubt in survey.doubt_texts)


def test_another_survey_of_the_same_people_is_not_joined():
    before = [["Email", "Overall score"]] + [
        [f"p{place}@example.org", place % 11] for place in range(3 * COUNT)
    ]
    survey = book(before=before, answers=ANSWERS)
    assert survey.rows.read == COUNT
    assert "Overall score" not in survey.columns
