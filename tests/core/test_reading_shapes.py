"""Tables of other shapes: a column for each answer, totals below, lines above, a mark for what is not complete."""

import pytest

from nps_core.reading import read_survey

SCORES = [9, 10, 8, 3, 7, 10, 9, 6, 0, 9, 10, 5, 8, 9, 10, 7, 2, 9, 10, 1, 4]
ASKED = "How likely are you to recommend us?"


def csv_of(*lines):
    return "\n".join(",".join(map(str, line)) for line in lines).encode()


def read(*lines, name="export.csv"):
    return read_survey(csv_of(*lines), name=name)


def groups(survey):
    return survey.responses["group"].value_counts().reindex(["promoter", "passive", "detractor"]).tolist()


def ticked(score, tick, blank):
    return [tick if score == place else blank for place in range(11)]


@pytest.mark.parametrize(
    ("header", "tick", "blank"),
    [
        ([f"NPS {place}" for place in range(11)], 1, 0),
        ([f"{ASKED} [{place}]" for place in range(11)], "Y", ""),
        ([f"recommend_{place}" for place in range(11)], "TRUE", "FALSE"),
    ],
)
def test_a_column_for_each_score_becomes_one_column(header, tick, blank):
    survey = read(["Plan", *header], *(["Pro", *ticked(score, tick, blank)] for score in SCORES))
    assert list(survey.responses["score"]) == SCORES
    assert any("a column for each of its 11 answers" in doubt for doubt in survey.doubt_texts)


def test_surveymonkey_with_a_column_for_each_choice():
    first = ["Respondent ID", "Collector ID", "Start Date", "End Date", ASKED, *[""] * 10, "Why?"]
    choices = ["Not at all likely - 0", *map(str, range(1, 10)), "Extremely likely - 10"]
    rows = [
        [
            place + 100,
            1,
            "01/20/2026",
            "01/20/2026",
            *[c if s == n else "" for n, c in enumerate(choices)],
            f"because {place}",
        ]
        for place, s in enumerate(SCORES)
    ]
    survey = read(first, ["", "", "", "", *choices, "Open-Ended Response"], *rows)
    assert list(survey.responses["score"]) == SCORES
    assert (survey.mapping.score, survey.mapping.reason, survey.rows.read) == (ASKED, "Why?", len(SCORES))


def test_two_ticks_are_no_answer_and_are_counted():
    rows = [["Pro", *ticked(score, 1, 0)] for score in SCORES * 5]
    rows[3][1:4] = [1, 1, 0]
    survey = read(["Plan", *(f"NPS {place}" for place in range(11))], *rows)
    assert [(part.reason, part.count) for part in survey.rows.left_out] == [("unreadable", 1)]
    assert survey.rows.left_out[0].examples == ((5, "several"),)


def test_a_flag_for_each_group_is_read_as_the_group():
    rows = [[f"no {place}", int(s > 8), int(6 < s < 9), int(s < 7)] for place, s in enumerate(SCORES)]
    survey = read(["Name", "Is promoter", "Is passive", "Is detractor"], *rows)
    assert survey.scale.words
    assert groups(survey) == [10, 4, 7]


@pytest.mark.parametrize(
    "footer",
    [
        [["Average", 8, ""]],
        [["Total", 21, ""], ["Average", 7, ""]],
        [["", "", ""], ["Mittelwert:", "7", ""], ["Median", "8", ""], ["NPS", "5", ""]],
        [["Moyenne", 7, ""]],
        [["平均", 7, ""]],
    ],
)
def test_totals_below_the_responses_are_none(footer):
    rows = [[f"2026-01-{place + 1:02d}", score, f"note {place}"] for place, score in enumerate(SCORES)]
    survey = read(["Date", "NPS", "Comment"], *rows, *footer)
    assert list(survey.responses["score"]) == SCORES
    filled = [line for line in footer if any(line)]
    assert (survey.rows.read, survey.rows.left_out[0].count) == (len(SCORES) + len(filled), len(filled))
    assert "is a total" in survey.rows.left_out[0].examples[0][1]


def test_a_company_called_total_is_a_response():
    rows = [[f"Company {place}", score, f"note {place}"] for place, score in enumerate(SCORES)]
    survey = read(["Company", "NPS", "Comment"], *rows, ["Total", 10, "great fuel"])
    assert len(survey.responses) == len(SCORES) + 1


def test_one_column_of_scores_a_month_is_a_wave_a_month():
    rows = [[f"c{place}", score, score, ""] for place, score in enumerate(SCORES)]
    survey = read(["Customer", "NPS Jan 2025", "NPS Feb 2025", "NPS 2025-03"], *rows)
    months = survey.responses["date"].dt.strftime("%Y-%m").value_counts()
    assert months.to_dict() == {"2025-01": len(SCORES), "2025-02": len(SCORES)}


def test_a_preamble_as_wide_as_the_table_is_no_header():
    rows = [[f"2026-01-{place + 1:02d}", score, f"note {place}", "Pro"] for place, score in enumerate(SCORES)]
    survey = read(
        ["Report", "", "", ""],
        ["from", "2026-01-01", "to", "2026-03-31"],
        ["Filter", "none", "", ""],
        ["Date", "Score", "Comment", "Plan"],
        *rows,
    )
    assert (survey.mapping.date, survey.mapping.score, len(survey.responses)) == (
        "Date",
        "Score",
        len(SCORES),
    )


def test_redcap_and_limesurvey_say_what_is_not_complete():
    rows = [[place + 1, "", "2026-01-05", score, 2 if place else 0] for place, score in enumerate(SCORES)]
    redcap = read(["record_id", "redcap_survey_identifier", "nps_timestamp", "nps", "nps_complete"], *rows)
    assert [(part.reason, part.count) for part in redcap.rows.left_out] == [("partial", 1)]
    header = [
        "Antwort ID",
        "Datum Abgeschickt",
        "Letzte Seite",
        "Start-Sprache",
        "Würden Sie uns weiterempfehlen?",
    ]
    rows = [
        [place + 1, "2026-01-05 10:00:00" if place else "", 3, "de", score]
        for place, score in enumerate(SCORES)
    ]
    lime = read(header, *rows)
    assert lime.layout.startswith("LimeSurvey")
    assert [(part.reason, part.count) for part in lime.rows.left_out] == [("partial", 1)]
