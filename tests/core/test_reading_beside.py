"""Comments on another sheet are joined to their scores where an id leaves no doubt, and otherwise not."""

import io

import pytest
import xlsxwriter

from nps_core.reading import read_survey

ASKED = "How likely are you to recommend us?"
COUNT = 30
SCORES = [["Response ID", ASKED, "Plan"]] + [
    [f"R{place:03d}", place % 11, ("Pro", "Free")[place % 2]] for place in range(COUNT)
]
COMMENTS = [["Response ID", "Why?"]] + [
    [f"R{place:03d}", f"said by number {place} of them all"] for place in reversed(range(0, COUNT, 2))
]


def book(**sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        for title, rows in sheets.items():
            sheet = made.add_worksheet(title)
            for place, row in enumerate(rows):
                sheet.write_row(place, 0, row)
    return read_survey(out.getvalue(), name="x.xlsx")


@pytest.mark.parametrize("title", ["Response ID", "Respondent number", "E-mail", "response_id"])
def test_comments_are_joined_by_the_id_of_the_response(title):
    survey = book(Scores=[[title, *SCORES[0][1:]], *SCORES[1:]], Comments=[[title, "Why?"], *COMMENTS[1:]])
    said = [None if place % 2 else f"said by number {place} of them all" for place in range(COUNT)]
    assert (
        survey.responses["comment"].astype(object).where(survey.responses["comment"].notna(), None).tolist()
        == said
    )
    assert survey.rows.read == survey.rows.kept == COUNT
    assert survey.mapping.reason == "Why?"
    note = f"The comments of the sheet “Comments” were joined to their scores by “{title}”: 15 of 15."
    assert note in survey.doubt_texts
    assert not any("was read" in doubt for doubt in survey.doubt_texts)


def test_comments_without_a_score_are_counted_and_a_sheet_that_is_not_read_is_named():
    lost = [["X1", "said by somebody without any score"]]
    survey = book(Scores=SCORES, Comments=COMMENTS + lost, Plans=[["Plan", "Price"], ["Pro", 5], ["Free", 0]])
    assert (
        "The comments of the sheet “Comments” were joined to their scores by “Response ID”: 15 of 16; "
        "the others have no score on the sheet “Scores” and were not read."
    ) in survey.doubt_texts
    assert "Of the workbook not read: “Plans”." in survey.doubt_texts
    assert survey.rows.read == COUNT


NUMBERED = ["ID", "Why?"]


@pytest.mark.parametrize(
    "sheets",
    [
        {"Scores": SCORES, "Comments": [*COMMENTS, COMMENTS[1]]},
        {"Scores": [*SCORES, SCORES[1]], "Comments": COMMENTS},
        {
            "Scores": SCORES,
            "Comments": [*COMMENTS, *([f"X{place}", "said by somebody else"] for place in range(2))],
        },
        {"Scores": SCORES, "Comments": COMMENTS, "More": COMMENTS},
        {"Scores": [["ID", *SCORES[0][1:]], *SCORES[1:]], "Comments": [NUMBERED, *COMMENTS[1:]]},
        {"Scores": SCORES, "Comments": [["Respondent ID", "Why?"], *COMMENTS[1:]]},
    ],
    ids=["a comment twice", "a score twice", "two in 17 unknown", "two sheets", "whose id", "another id"],
)
def test_comments_are_not_joined_where_there_is_a_doubt(sheets):
    survey = book(**sheets)
    assert survey.responses["comment"].isna().all()
    assert survey.mapping.reason is None
    assert any(doubt.startswith("Only “Scores” was read") for doubt in survey.doubt_texts)


def test_scores_with_comments_of_their_own_keep_them():
    rows = [[*SCORES[0], "Comment"], *([*row, "said beside the score itself"] for row in SCORES[1:])]
    survey = book(Scores=rows, Comments=COMMENTS)
    assert set(survey.responses["comment"]) == {"said beside the score itself"}


def beside(*columns):
    """A sheet of comments with further columns, each a header and how its cell is made of the row's place."""
    rows = [["Customer ID", *(header for header, _ in columns), "Comment"]]
    return rows + [
        [f"R{place:03d}", *(cell(place) for _, cell in columns), f"said by number {place} of them all"]
        for place in range(COUNT)
    ]


CUSTOMERS = [["Customer ID", "Date", ASKED]] + [
    [f"R{place:03d}", f"2026-03-{place % 9 + 1:02d}", place % 11] for place in range(COUNT)
]


@pytest.mark.parametrize(
    "column",
    [
        ("How satisfied are you with support?", lambda place: place % 5 + 1),
        ("Score", lambda place: (place + 3) % 11),
        ("Date", lambda place: f"2025-11-{place % 9 + 1:02d}"),
        ("Opened at", lambda place: f"2025-11-{place % 9 + 1:02d}"),
        ("Ticket ID", lambda place: f"T{place * 7}"),
    ],
    ids=["of another question", "of another score", "of another day", "of an unknown day", "of a ticket"],
)
def test_what_the_same_people_said_at_another_time_is_not_joined(column):
    survey = book(Scores=CUSTOMERS, Other=beside(column))
    assert survey.responses["comment"].isna().all()
    assert any(doubt.startswith("Only “Scores” was read") for doubt in survey.doubt_texts)


@pytest.mark.parametrize(
    "column",
    [
        (ASKED, lambda place: place % 11),
        ("Date", lambda place: f"2026-03-{place % 9 + 1:02d}"),
        ("Sentiment", lambda place: ("positive", "negative")[place % 2]),
    ],
    ids=["score", "date", "sentiment"],
)
def test_a_sheet_of_comments_may_say_the_same_of_a_response_once_more(column):
    survey = book(Scores=CUSTOMERS, Other=beside(column))
    assert survey.responses["comment"].tolist() == [
        f"said by number {place} of them all" for place in range(COUNT)
    ]


def counted(title, many, shift=0):
    return [[title, "Why?"]] + [
        [place + 1, f"said by number {place + shift} of them all"] for place in range(many)
    ]


@pytest.mark.parametrize(
    ("title", "many", "taken"),
    [
        ("Response ID", COUNT // 2, 0),
        ("Respondent No", COUNT // 2, 0),
        ("Respondent No", COUNT, 0),
        ("Response ID", COUNT, COUNT),
    ],
)
def test_numbers_that_only_count_the_rows_of_a_sheet_join_nothing(title, many, taken):
    scores = [[title, ASKED]] + [[place + 1, place % 11] for place in range(COUNT)]
    survey = book(Scores=scores, Comments=counted(title, many))
    assert survey.responses["comment"].notna().sum() == taken


@pytest.mark.parametrize(
    "title", ["ID de la respuesta", "Antwort-ID", "Teilnehmernummer", "ID de réponse", "回答ID", "Record ID"]
)
def test_ids_are_known_in_other_languages(title):
    rows = [[title, *SCORES[0][1:]], *SCORES[1:]]
    survey = book(Scores=rows, Comments=[[title, "Why?"], *COMMENTS[1:]])
    assert survey.responses["comment"].notna().sum() == len(COMMENTS) - 1


def test_addresses_are_the_same_in_capitals():
    scores = [["Email", ASKED]] + [[f"p{place}@x.org", place % 11] for place in range(COUNT)]
    said = [["Email", "Why?"]] + [
        [f"P{place}@X.org ", f"said by number {place} of them all"] for place in range(COUNT)
    ]
    assert book(Scores=scores, Comments=said).responses["comment"].notna().all()
