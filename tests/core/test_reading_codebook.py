"""Question texts on a sheet of their own belong to the columns that they name."""

import pytest
from test_reading_beside import book

from nps_core.errors import NoNPSQuestion

COUNT = 40
DATA = [["resp", "date", "Q1", "Q2", "Q3"]] + [
    [
        f"r{place}",
        f"2026-03-{place % 28 + 1:02d}",
        place * 7 % 11,
        f"said by number {place} of them",
        ("DE", "FR")[place % 2],
    ]
    for place in range(COUNT)
]
TEXTS = [["Q1", "How likely are you to recommend us?"], ["Q2", "What is the main reason?"], ["Q3", "Country"]]


@pytest.mark.parametrize("first", ["Codebook", "Data"])
@pytest.mark.parametrize("columns", ["Variable, Label", "No, Variable, Type, Question text", "none"])
def test_texts_of_a_codebook_tell_the_columns(first, columns):
    rows = {
        "Variable, Label": [["Variable", "Label"], *TEXTS],
        "No, Variable, Type, Question text": [
            ["No", "Variable", "Type", "Question text"],
            *([place, name, "open", text] for place, (name, text) in enumerate(TEXTS, start=1)),
        ],
        "none": TEXTS,
    }[columns]
    sheets = {"Codebook": rows, "Data": DATA}
    survey = book(**(sheets if first == "Codebook" else dict(reversed(sheets.items()))))
    assert (survey.mapping.score, survey.mapping.reason, survey.mapping.date) == ("Q1", "Q2", "date")
    assert survey.mapping.attributes == ("Q3",)
    assert survey.labels["Q1"] == "How likely are you to recommend us?"
    assert survey.rows.kept == COUNT
    assert "The question texts are those of the sheet “Codebook”." in survey.doubt_texts


def test_a_sheet_that_names_but_a_few_columns_is_no_codebook():
    with pytest.raises(NoNPSQuestion):
        book(
            Notes=[
                ["Who", "What"],
                ["Q1", "How likely are you to recommend us?"],
                ["Ann", "checks it"],
                ["Bob", "sends it"],
            ],
            Data=DATA,
        )


def test_figures_of_each_column_are_no_question_texts():
    figures = [["Column", "Mean"], *([name, place + 0.5] for place, (name, _) in enumerate(TEXTS))]
    with pytest.raises(NoNPSQuestion):
        book(Figures=figures, Data=DATA)
