"""What a score is, and what a person may choose instead.

A score is asked for a recommendation, on a scale that the answers prove.
"""

import csv
import io

import openpyxl
import pytest

from nps_core.errors import MappingError, NoNPSQuestion
from nps_core.reading import read_survey

ASKED = "How likely are you to recommend us?"
COUNT = 80
SCORES = [place * 7 % 11 for place in range(COUNT)]
WHY = [f"because of number {place}" for place in range(COUNT)]


def read(columns, **asked):
    out = io.StringIO()
    csv.writer(out).writerows([list(columns), *zip(*columns.values(), strict=True)])
    return read_survey(out.getvalue().encode(), name="export.csv", **asked)


@pytest.mark.parametrize(
    "header",
    ["Score", "Overall score", "Your rating (0-10)", "survey_score", "Nota", "Bewertung", "likelihood_score"],
)
def test_a_short_header_that_says_score_and_nothing_else_is_one(header):
    assert read({header: SCORES, "Why?": WHY}).responses["score"].tolist() == SCORES


@pytest.mark.parametrize(
    "header", ["Food rating", "Manager score", "Rate the cleanliness from 0 to 10", "Note du repas"]
)
def test_one_side_of_a_thing_is_none_and_can_be_chosen_all_the_same(header):
    columns = {header: SCORES, "Comment": WHY}
    with pytest.raises(NoNPSQuestion) as refused:
        read(columns)
    assert f"“{header}” holds whole numbers from 0 to 10" in refused.value.hint
    assert read(columns, mapping={"score": header}).responses["score"].tolist() == SCORES


def test_a_rating_of_the_whole_is_read_where_a_why_follows_and_where_none_does_it_is_not():
    asked = "How would you rate the event overall?"
    survey = read({asked: SCORES, "Why did you give this score?": WHY})
    assert survey.mapping.score == asked
    assert survey.doubts[0].text.startswith("No question asks for a recommendation")
    with pytest.raises(NoNPSQuestion):
        read({asked: SCORES, "Plan": ["Pro", "Free"] * 40})


def test_a_handful_of_groups_proves_nothing_beside_many_answers():
    few = ["10", "8", "3", "9"] + [""] * (COUNT - 4)
    group = ["Promoter", "Passive", "Detractor", "Promoter"] + [""] * (COUNT - 4)
    assert read({"Score A": few, ASKED: SCORES, "Group": group, "Why?": WHY}).mapping.score == ASKED


def test_a_blank_question_is_no_reason_to_refuse_another_score():
    assert read({ASKED: [""] * COUNT, "Score": SCORES, "Why?": WHY}).mapping.score == "Score"


def test_the_choices_by_their_number_are_one_less_and_a_scale_that_is_typed_holds():
    codes = [score + 1 for score in SCORES]
    for asked in ({}, {"scale": "0-10"}):
        assert read({ASKED: codes, "Why?": WHY}, **asked).responses["score"].tolist() == SCORES
    typed = read({ASKED: codes, "Why?": WHY}, scale="1-11")
    assert typed.responses["score"].tolist() == codes
    assert (typed.scale.detractor_to, typed.scale.promoter_from) == (7, 10)
    of_ten = read({f"{ASKED} (1 to 10)": codes, "Why?": WHY})
    assert (of_ten.scale.name, of_ten.responses["score"].max()) == ("1-10", 10)


def test_decimals_are_of_the_group_below_and_low_ones_of_no_other_scale():
    tenths = [round(score * 0.9 + 0.5, 1) for score in SCORES]
    survey = read({ASKED: tenths, "Why?": WHY})
    assert survey.scale.name == "0-10"
    assert survey.responses["score"].tolist() == [int(score) for score in tenths]
    rounded = [int(score + 0.5) for score in tenths]
    expected = 100 * (sum(one > 8 for one in rounded) - sum(one < 7 for one in rounded)) / COUNT
    assert survey.doubts[0].nps_could_be == pytest.approx(expected)


def test_a_column_without_a_single_score_is_refused_by_what_it_holds():
    words = ["Very likely", "Likely", "Never", "Not likely"] * 20
    with pytest.raises(MappingError, match="holds words and no scores"):
        read({ASKED: words, "Why?": WHY}, mapping={"score": ASKED})


@pytest.mark.parametrize("chosen", ["NPS 2024", "nps 2024", "2024"])
def test_one_wave_of_several_is_read_alone(chosen):
    columns = {
        "Customer": range(COUNT),
        "NPS 2023": SCORES[::-1],
        "Why 2023": WHY[::-1],
        "NPS 2024": SCORES,
        "Why 2024": WHY,
    }
    survey = read(columns, mapping={"score": chosen})
    assert survey.responses["score"].tolist() == SCORES
    assert survey.responses["comment"].tolist() == WHY


def test_formulas_without_values_are_not_called_blank_answers():
    book = openpyxl.Workbook()
    book.active.append(["Raw", "NPS"])
    for place, score in enumerate(SCORES, start=2):
        book.active.append([score, f"=A{place}"])
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(NoNPSQuestion) as refused:
        read_survey(out.getvalue(), name="x.xlsx")
    assert "no stored values" in refused.value.hint


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("≤ six", "16 of 80 answers could not be read (“≤ six”)"),
        ("77", "16 of 80 answers are outside the scale 0-10 (“77”)"),
    ],
)
def test_many_answers_that_are_no_scores_are_a_doubt(cell, says):
    cells = [cell if place % 5 == 0 else score for place, score in enumerate(SCORES)]
    survey = read({ASKED: cells, "Why?": WHY})
    assert survey.rows.kept == COUNT * 4 // 5
    assert survey.doubts[0].text.startswith(says)
    assert survey.doubts[0].moves > 0
