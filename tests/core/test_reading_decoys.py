"""Columns that look like the score and are not: the right one is taken, or none."""

import pytest

from nps_core.errors import NoNPSQuestion
from nps_core.reading import read_survey

SCORES = [9, 10, 8, 3, 7, 10, 9, 6, 0, 9, 10, 5, 8, 9, 10, 7, 2, 9, 10, 1]
OTHER = [place * 7 % 11 for place in range(20)]
PLACES = range(20)
ASKED = "How likely are you to recommend us?"


def table(columns, name="export.csv"):
    rows = zip(*columns.values(), strict=True)
    lines = [",".join(columns), *(",".join(map(str, row)) for row in rows)]
    return read_survey("\n".join(lines).encode(), name=name)


def worth(low, middle, high):
    return [high if score > 8 else middle if score > 6 else low for score in SCORES]


@pytest.mark.parametrize(
    ("decoys", "score"),
    [
        ({"Tenure (0-10 years)": OTHER}, "Score"),
        ({"How satisfied are you? (0-10)": OTHER, "Rating": OTHER}, "NPS"),
        ({"How easy was it to recommend a product? (1-7)": [place % 7 + 1 for place in PLACES]}, ASKED),
        ({"How likely are you to recommend us as a place to work?": OTHER}, ASKED),
        ({"Previous NPS score": OTHER}, "NPS score"),
        ({"Last NPS": OTHER}, "Current NPS"),
        ({"NPS target": [8] * 20}, "NPS"),
        ({"nps_question_id": [place % 3 + 7 for place in PLACES]}, "nps_rating"),
        ({"nps_id": OTHER}, "nps"),
        ({"Recommended by (count)": OTHER, "Products recommended": OTHER}, "score"),
        ({"Rank the features: recommend engine": [place % 5 + 1 for place in PLACES]}, "NPS"),
        ({"NPS average of the team": OTHER}, "NPS answer"),
        ({"Would you recommend us? (yes/no)": ["Yes", "No"] * 10}, "NPS"),
        ({"NPS_promoter": worth(0, 0, 1), "NPS_detractor": worth(1, 0, 0)}, "NPS_score"),
        ({"NPS value": worth(-100, 0, 100)}, "Score"),
        ({"NPS": worth(-1, 0, 1)}, "Rating"),
        ({"Account NPS": [20, -10, 35, 50, 12] * 4}, "Score"),
        ({"Quiz score": OTHER, "Health score": OTHER}, "NPS"),
    ],
)
def test_the_score_is_taken_and_no_decoy_before_it(decoys, score):
    survey = table({**decoys, score: SCORES})
    assert survey.mapping.score == score
    assert list(survey.responses["score"]) == SCORES


MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
SMALL = [2, 5, 3, 4, 2, 8, 5, 1, 4, 7, 10, 9]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"Month": MONTHS, "NPS": SMALL, "Responses": range(301, 313)}, "counts responses"),
        ({"Team": "ABCDEFGHIJKL", "NPS": SMALL, "n": [40 + 3 * one for one in SMALL]}, "counts responses"),
        ({"Country": MONTHS, "Promoters": SMALL, "Detractors": SMALL[::-1], "NPS": SMALL}, "count responses"),
        ({"Score": range(11), "Count": [3, 1, 2, 1, 4, 6, 8, 20, 30, 25, 40]}, "ready-made"),
        ({"NPS score": range(10, -1, -1), "Share": [30, 20, 10, 9, 8, 7, 6, 4, 3, 2, 1]}, "ready-made"),
        ({"Month": MONTHS, "Average NPS": SMALL}, "No NPS question"),
        ({"Date": MONTHS, "NPS server": [f"nps-{place % 3}" for place in range(12)]}, "words and no scores"),
        ({"Date": MONTHS, "NPS contribution": [-100, 0, 100] * 4}, "the group as a number"),
        ({"Date": MONTHS, "Health score": SMALL}, "No NPS question"),
    ],
)
def test_ready_made_figures_and_other_scores_are_refused(columns, says):
    with pytest.raises(NoNPSQuestion, match=says):
        table(columns)


def test_low_scores_with_a_zero_are_scores_and_a_doubt_says_so():
    low = [0, 3, 6, 5, 2, 0, 6, 1, 4, 3, 2, 6]
    survey = table({"Score": low, "Comment": [f"too slow for us {place}" for place in range(12)]})
    assert (survey.scale.high, list(survey.responses["score"])) == (10, low)
    assert any("really 0-10" in doubt for doubt in survey.doubt_texts)
    asked = table({ASKED: [min(one, 5) for one in low]})
    assert (asked.scale.high, asked.scale.promoter_from) == (10, 9)
    with pytest.raises(NoNPSQuestion):
        table({"Score": [1, 3, 5, 5, 2, 1, 5, 1, 4, 3, 2, 5]})
