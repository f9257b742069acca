"""What the reader says and takes for granted in small cases: one row, a header twice, comments of one word."""

import pytest

from nps_core.errors import NoNPSQuestion
from nps_core.reading import read_survey, read_tables


def read(*lines):
    return read_survey("\n".join(lines).encode(), name="x.csv")


ROWS = [f"{place % 11},said {place} of them,P{place % 3},2026-01-{place % 28 + 1:02d}" for place in range(40)]
HEADER = "Score,Why?,Plan,Date"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (
            ["9,short"],
            "1 record is shorter than the header; its missing cells were taken as blank (record 42).",
        ),
        (
            ["9,short", "8,short"],
            (
                "2 records are shorter than the header; their missing cells were taken as blank (the first is"
                " record 42)."
            ),
        ),
        (["9,a,b,Pro,2026-01-02"], "1 record holds an unquoted delimiter and was mended (record 42)."),
        (
            [HEADER, ROWS[3].replace("3,", "9,", 1)],
            "The header comes again in record 42; the row below it was added.",
        ),
        (['9,"said "twice"" here,P1,2026-01-03'], "1 record was read in spite of damaged quoting (line 42: "),
    ],
)
def test_one_record_is_spoken_of_as_one(rows, said):
    if "unquoted" in said:
        lines = [row.replace(f",P{place % 3},", f",{place % 3},") for place, row in enumerate(ROWS)]
        survey = read(HEADER, *lines, rows[0].replace("Pro", "2"))
    else:
        survey = read(HEADER, *ROWS, *rows)
    assert any(doubt.startswith(said) for doubt in survey.doubt_texts), survey.doubt_texts


def test_a_date_that_cannot_be_read_is_spoken_of_as_one():
    survey = read(HEADER, *ROWS, "9,fine,P1,soon")
    said = (
        "1 of 41 dates in “Date” could not be read, “soon” in row 42; that response is kept, without a date."
    )
    assert said in survey.doubt_texts


@pytest.mark.parametrize("times", [2, 3])
def test_a_header_written_twice_at_the_top_is_one_header(times):
    survey = read(*[HEADER] * times, *ROWS)
    assert survey.columns == ("Score", "Why?", "Plan", "Date")
    assert survey.mapping.score == "Score"
    assert survey.mapping.attributes == ("Plan",)
    assert survey.rows.read == survey.rows.kept == 40
    assert survey.responses["row"].tolist() == list(range(times + 1, 41 + times))


def test_a_header_written_twice_in_a_table_that_is_no_survey_stays_as_it_stands():
    data = b"DATE,TIME\nDATE,TIME\n2020-01-01,10:00\n2020-01-02,11:00\n"
    assert read_tables(data, "x.csv")[0].names == ("DATE DATE", "TIME TIME")
    with pytest.raises(NoNPSQuestion):
        read_survey(data, name="x.csv")


@pytest.mark.parametrize(
    "header", ["Comment", "Comments", "Kommentar", "Comentário", "NPS Comment", "コメント", "Verbatim"]
)
@pytest.mark.parametrize("cells", [["good", "bad", "ok", ""], ["👍", "👎", "😡", ""]])
def test_a_column_called_comment_is_the_reason_however_short_its_texts(header, cells):
    rows = [f"{place % 11},{cells[place % 4]},P{place % 3}" for place in range(80)]
    survey = read(f"Score,{header},Plan", *rows)
    assert survey.mapping.reason == header
    assert survey.mapping.attributes == ("Plan",)
    assert survey.responses["comment"].notna().sum() == 60


@pytest.mark.parametrize("header", ["Comment type", "Feedback category", "Review status", "Message type"])
def test_a_column_that_sorts_comments_is_none(header):
    rows = [f"{place % 11},{('idea', 'bug', 'praise')[place % 3]},P{place % 3}" for place in range(80)]
    survey = read(f"Score,{header},Plan", *rows)
    assert survey.mapping.reason is None
    assert header in survey.mapping.attributes


def test_longer_texts_win_over_a_column_called_comment():
    rows = [f"{place % 11},ok,it was number {place} of the many that I had seen" for place in range(80)]
    assert read("Score,Comment,Feedback", *rows).mapping.reason == "Feedback"


@pytest.mark.parametrize(
    "header", ["NPS comment", "Why would you recommend us?", "What would make you recommend us? (text)"]
)
def test_a_comment_about_recommending_does_not_stand_in_the_way_of_the_score(header):
    rows = [f"{place % 11},it was number {place} of the many that I had seen" for place in range(80)]
    survey = read(f"Score,{header}", *rows)
    assert (survey.mapping.score, survey.mapping.reason) == ("Score", header)


def test_a_recommend_question_answered_in_words_still_stands_in_the_way_of_another_score():
    rows = [f"{place % 11},{('Yes', 'No')[place % 2]}" for place in range(80)]
    with pytest.raises(NoNPSQuestion):
        read("Score,Would you recommend us?", *rows)
