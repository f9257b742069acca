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


@pytest.mark.parametrize(
    "header",
    [
        "How important is a friend's recommendation when you choose a bank? (0-10)",
        "How satisfied are you with our recommendations? (0-10)",
        "How many people did you recommend us to?",
        "Did your doctor recommend exercise? On how many days?",
        "How likely are you to be recommended for promotion?",
        "Wie wichtig ist Ihnen die Empfehlung eines Freundes? (0-10)",
        "¿Qué importancia tiene la recomendación de un amigo? (0-10)",
    ],
)
def test_a_question_about_recommendations_that_asks_for_none_is_refused_and_named(header):
    with pytest.raises(NoNPSQuestion) as refused:
        read({header: SCORES, "Comment": WHY})
    assert header in refused.value.hint


@pytest.mark.parametrize(
    "header",
    [
        "Customer satisfaction survey - recommendation (0-10)",
        "After the help that you got: would you recommend us?",
        "How satisfied are you, and how likely are you to recommend us?",
    ],
)
def test_a_recommendation_beside_other_words_is_still_asked_for(header):
    assert read({header: SCORES, "Comment": WHY}).mapping.score == header


def test_a_scale_whose_top_is_the_worst_answer_is_the_heaviest_doubt():
    header = f"{ASKED} (0 = extremely likely, 10 = not at all likely)"
    assert "calls 10 the worst answer" in read({header: SCORES}).doubts[0].text
    usual = f"{ASKED} (0 = not at all likely, 10 = extremely likely)"
    assert not any("worst" in doubt.text for doubt in read({usual: SCORES}).doubts)


def test_groups_that_a_spreadsheet_took_for_days_are_said_to_be_read_as_groups():
    bands = ["0-6", "08-Jul", "10-Sep"] * 20
    survey = read({"NPS range": bands})
    assert survey.rows.groups == (20, 20, 20)
    assert any("“10-Sep” as promoter" in doubt.text for doubt in survey.doubts)


def test_the_groups_as_a_code_beside_the_score_are_no_rival():
    code = [1 if score < 7 else 2 if score < 9 else 3 for score in SCORES]
    survey = read({"Q1_NPS_GROUP": code, "Q1_NPS": SCORES, "Why?": WHY})
    assert survey.mapping.score == "Q1_NPS"
    assert not any("could be it as well" in doubt.text for doubt in survey.doubts)


def test_the_proof_of_choice_numbers_does_not_call_them_scores():
    survey = read({ASKED: [score + 1 for score in SCORES], "Why?": WHY})
    told = next(use.sentence for use in survey.column_uses if use.column == ASKED)
    assert "1 to 11" in told
    assert "whole numbers from 0 to 10" not in told
