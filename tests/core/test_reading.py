"""read_survey and read_surveys: roles, scales, dates, repeats, the row account, and how to overrule them."""

import hashlib
import io
import time
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from nps_core.counts.index import index_of
from nps_core.errors import MappingError, NoNPSQuestion
from nps_core.reading import read_survey, read_surveys
from nps_core.reading.dates import DMY, MDY, read_dates
from nps_core.reading.overrides import Options
from nps_core.reading.scores import cut_offs, parse_scale, read_score
from nps_core.reading.several import join
from nps_core.reading.tables import Column
from nps_core.reading.typed import ordered
from nps_core.survey import GROUPS, RESERVED, Mapping


def table(header, *rows):
    return "\n".join([header, *rows]).encode()


SMALL = table(
    "Submitted at,Email,Company,Score,Comment,Plan,Role,CSAT",
    "2026-01-05,a@x.example,Acme,10,Great,Pro,champion,5",
    "2026-01-06,b@x.example,Acme,6,Slow,Free,end user,3",
    "2026-02-07,a@x.example,Beta,9,,Pro,champion,4",
    "2026-05-08,a@x.example,Beta,3,-,,champion,1",
    "2026-05-08,c@x.example,Beta,,blank,Pro,end user,",
    "2026-05-09,d@x.example,Beta,11,eleven,Pro,end user,2",
    "2026-05-10,e@x.example,Beta,often,word,Pro,end user,2",
)


def test_responses_have_the_columns_that_every_survey_has():
    survey = read_survey(SMALL, name="small.csv")
    frame = survey.responses
    assert tuple(frame.columns[: len(RESERVED)]) == RESERVED
    assert list(frame["group"].cat.categories) == list(GROUPS)
    assert frame["group"].cat.ordered
    assert frame["group"].notna().all()
    assert str(frame["score"].dtype) == "Int8"
    assert str(frame["row"].dtype) == "int64"
    assert frame["date"].dtype.kind == "M"
    assert list(frame["score"]) == [10, 6, 9, 3]
    assert [None if pd.isna(comment) else comment for comment in frame["comment"]] == [
        "Great",
        "Slow",
        None,
        None,
    ]
    assert frame["Plan"].isna().tolist() == [False, False, False, True]
    assert frame["CSAT"].tolist() == [5, 3, 4, 1]


def test_roles():
    mapping = read_survey(SMALL, name="small.csv").mapping
    assert (mapping.score, mapping.reason, mapping.date) == ("Score", "Comment", "Submitted at")
    assert (mapping.respondent, mapping.account, mapping.persona) == ("Email", "Company", "Role")
    assert mapping.attributes == ("Plan", "Role")
    assert mapping.csat == ("CSAT",)


def test_row_account_says_what_stood_there():
    survey = read_survey(SMALL, name="small.csv")
    assert (survey.rows.read, survey.rows.kept) == (7, 4)
    left = {part.reason: (part.count, part.examples[0]) for part in survey.rows.left_out}
    assert left == {"no score": (1, (6, "")), "out of range": (1, (7, "11")), "unreadable": (1, (8, "often"))}
    assert survey.left_out[["row", "why", "Email"]].to_numpy().tolist() == [
        [6, "no score", "c@x.example"],
        [7, "out of range", "d@x.example"],
        [8, "unreadable", "e@x.example"],
    ]


@pytest.mark.parametrize(
    ("repeats", "kept"), [("all", [10, 6, 9, 3]), ("latest", [6, 3]), ("latest per period", [6, 9, 3])]
)
def test_repeats(repeats, kept):
    survey = read_survey(SMALL, name="small.csv", repeats=repeats)
    assert list(survey.responses["score"]) == kept
    assert survey.rows.read == 7
    assert survey.repeats == repeats


def test_the_digest_tells_apart_all_that_changes_the_reading():
    readings = [
        read_survey(SMALL, name="a.csv"),
        read_survey(SMALL, name="b.csv", repeats="latest"),
        read_survey(SMALL, name="b.csv", scale="0-10"),
        read_survey(SMALL, name="b.csv", mapping={"reason": None}),
        read_survey(SMALL + b"\n", name="a.csv"),
    ]
    assert len({survey.digest for survey in readings}) == 5
    assert read_survey(SMALL, name="other.csv").digest == readings[0].digest
    assert len(readings[0].digest) == len(hashlib.sha256().hexdigest())


def test_path_and_bytes_read_alike(tmp_path):
    path = tmp_path / "small.csv"
    path.write_bytes(SMALL)
    from_path, from_bytes = read_survey(path), read_survey(SMALL, name="small.csv")
    assert from_path.name == "small.csv"
    assert from_path.digest == from_bytes.digest
    assert from_path.responses.equals(from_bytes.responses)


def test_mapping_overrules_and_a_column_has_one_role():
    survey = read_survey(
        SMALL, name="x.csv", mapping={"reason": "Plan", "date": None, "attributes": ["Company"]}
    )
    assert survey.mapping.reason == "Plan"
    assert survey.mapping.date is None
    assert survey.responses["date"].isna().all()
    assert survey.mapping.attributes == ("Company",)
    assert list(survey.responses["Company"].cat.categories) == ["Acme", "Beta"]
    assert read_survey(SMALL, name="x.csv", mapping={"account": "Plan"}).mapping.attributes == ("Role",)


def test_a_whole_mapping_is_taken_as_it_is():
    survey = read_survey(SMALL, name="x.csv", mapping=Mapping(score="score", attributes=("Plan",)))
    assert survey.mapping == Mapping(score="Score", attributes=("Plan",))


def test_mapping_names_what_is_there_when_it_names_what_is_not():
    with pytest.raises(MappingError, match="“Punkte” as score") as caught:
        read_survey(SMALL, name="x.csv", mapping={"score": "Punkte"})
    assert "“Score”" in caught.value.hint
    with pytest.raises(MappingError, match="no role “mood”"):
        read_survey(SMALL, name="x.csv", mapping={"mood": "Plan"})
    with pytest.raises(MappingError, match="is not a scale"):
        read_survey(SMALL, name="x.csv", scale="five")
    with pytest.raises(MappingError, match="no policy"):
        read_survey(SMALL, name="x.csv", repeats="newest")


def test_a_reserved_header_gets_another_name():
    data = table(
        "Score,group,date,comment", "9,A,2026-01-01,one", "3,B,2026-01-02,two", "8,A,2026-01-03,three"
    )
    survey = read_survey(data, name="x.csv", mapping={"attributes": ["group", "date"], "date": None})
    assert survey.mapping.attributes == ("group (column)", "date (column)")
    assert list(survey.responses["group (column)"]) == ["A", "B", "A"]
    assert list(survey.responses["group"]) == ["promoter", "detractor", "passive"]


def test_a_forced_score_column_is_read_and_counted():
    data = table("Mood,Plan", *(f"{value},Pro" for value in ["1", "2", "3", "4", "5", "x"] * 5))
    with pytest.raises(NoNPSQuestion) as caught:
        read_survey(data, name="mood.csv")
    assert caught.value.columns == ("Mood", "Plan")
    assert caught.value.preview[0] == ("1", "Pro")
    survey = read_survey(data, name="mood.csv", mapping={"score": "Mood"}, scale="1-5")
    assert survey.rows.kept == 25
    assert survey.responses["group"].value_counts().to_dict() == {
        "detractor": 15,
        "passive": 5,
        "promoter": 5,
    }


def test_scales_are_said():
    seven = read_survey(
        table("Would you recommend us?", *(str(place % 7 + 1) for place in range(70))), name="x.csv"
    )
    assert (seven.scale.name, seven.scale.detractor_to, seven.scale.promoter_from) == ("1-7", 4, 6)
    assert any("1-7" in doubt for doubt in seven.doubt_texts)
    ten = read_survey(
        table("Would you recommend us? (1-10)", *(str(place % 10 + 1) for place in range(70))), name="x.csv"
    )
    assert ten.scale.name == "1-10"
    percent = read_survey(
        table("Likelihood to recommend", *(f"{place % 11 * 10}%" for place in range(66))), name="x.csv"
    )
    assert sorted(percent.responses["score"].unique()) == list(range(11))
    assert any("divided by ten" in doubt for doubt in percent.doubt_texts)


def test_flags_aggregates_and_words_are_refused():
    for cells, says in (
        (["0", "1"] * 20, "0 and 1"),
        (["61", "64", "58"] * 9, "ready-made"),
        (["Yes", "No"] * 9, "words"),
    ):
        with pytest.raises(NoNPSQuestion, match=says):
            read_survey(
                table("Would you recommend us?,Rating", *(f"{cell},7" for cell in cells)), name="x.csv"
            )


def test_forty_columns_without_scores():
    header = ",".join(f"Question {place}" for place in range(40))
    with pytest.raises(NoNPSQuestion, match="40 columns"):
        read_survey(table(header, *(",".join(["maybe"] * 40) for _ in range(5))), name="wide.csv")


def test_one_response():
    survey = read_survey(b"score,comment\n9,fine\n", name="one.csv")
    assert (survey.rows.read, survey.rows.kept) == (1, 1)


def test_all_comments_blank():
    survey = read_survey(table("score,comment", *("9," for _ in range(12))), name="x.csv")
    assert survey.mapping.reason == "comment"
    assert survey.responses["comment"].isna().all()
    assert any("blank throughout" in doubt for doubt in survey.doubt_texts)


def test_dates_that_cannot_be_read_are_kept_without_and_counted():
    data = table("date,score", *(f"{word},9" for word in ["2026-01-01", "soon", "31.31.2026", "later"]))
    survey = read_survey(data, name="x.csv")
    assert survey.rows.kept == 4
    assert survey.responses["date"].notna().sum() == 1
    assert any("3 of 4 dates" in doubt and "“soon”" in doubt for doubt in survey.doubt_texts)


def days(cells, **more):
    codes = np.arange(len(cells))
    return read_dates(codes, cells, **more)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("2026-03-31", "2026-03-31T00:00"),
        ("2026-03-31T23:59:00+02:00", "2026-03-31T23:59"),
        ("2026/01/05 9:00:00 AM GMT+1", "2026-01-05T09:00"),
        ("8/20/25 12:51:45", "2025-08-20T12:51:45"),
        ("25.01.2026 09:00", "2026-01-25T09:00"),
        ("Friday, 9 October 2020", "2020-10-09T00:00"),
        ("Oct 9, 2020 3:05 PM", "2020-10-09T15:05"),
        ("Dec.20", "2020-12-01T00:00"),
        ("3 de mayo de 2024", "2024-05-03T00:00"),
        ("9. März 2024", "2024-03-09T00:00"),
        ("2026年3月31日", "2026-03-31T00:00"),
        ("20260331", "2026-03-31T00:00"),
        ("Q3 2025", "2025-07-01T00:00"),
        ("1767600000", "2026-01-05T08:00"),
        ("1767600000000", "2026-01-05T08:00"),
        ("46027", "2026-01-05T00:00"),
        ("46027.5", "2026-01-05T12:00"),
    ],
)
def test_each_spelling_of_a_date(cell, wanted):
    assert days([cell]).moments[0] == np.datetime64(wanted)


@pytest.mark.parametrize("cell", ["soon", "13", "2024-20", "99/99/2026", "Total", "30.02.2026", "1.5"])
def test_what_is_no_date(cell):
    found = days([cell])
    assert np.isnat(found.moments[0])
    assert list(found.unread) == [0]


def test_the_order_of_day_and_month_is_told_by_the_whole_column():
    assert days(["01/02/2026", "25/02/2026"]).moments[0] == np.datetime64("2026-02-01")
    assert days(["01/02/2026", "02/25/2026"]).moments[0] == np.datetime64("2026-01-02")
    open_ = days(["03/04/2026", "05/06/2026", "02/03/2026"])
    assert open_.doubt
    assert days(["03/04/2026", "05/06/2026", "02/03/2026"], hint=DMY).order == DMY
    assert days(["01/02/2026", "01/03/2026"]).order == DMY  # the first of each month
    assert MDY in open_.doubt


def test_two_styles_in_one_column_follow_their_neighbours():
    cells = [
        "13/01/2026",
        "02/01/2026",
        "03/01/2026",
        "14/01/2026",
        "01/15/2026",
        "01/05/2026",
        "01/06/2026",
        "01/16/2026",
    ]
    found = days(cells)
    assert [str(day)[:10] for day in found.moments] == [
        "2026-01-13",
        "2026-01-02",
        "2026-01-03",
        "2026-01-14",
        "2026-01-15",
        "2026-01-05",
        "2026-01-06",
        "2026-01-16",
    ]
    assert "two styles" in found.doubt


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"]))
def test_year_first_dates_are_read_back(day, style):
    if 1954 < day.year < 2100:
        assert days([day.strftime(style)]).moments[0] == np.datetime64(day)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("10", 10),
        ("10,0", 10),
        ("9.0", 9),
        ("10/10", 10),
        ("8 / 10", 8),
        ("9 out of 10", 9),
        ("10 - Extremely likely", 10),
        ("0 - Nada provável", 0),
        ("Extremely likely (10)", 10),
        ("10 (very likely)", 10),
        ("7点", 7),
        ("-1", -1),
        ("99", 99),
        ("-2147483648", -2147483648),
        ("★★★★", 4),
        ("8 stars", 8),
        ("ten", 10),
        ("８", 8),
    ],
)
def test_each_spelling_of_a_score(cell, value):
    assert read_score(cell).value == value


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        ("Promotor", 2),
        ("Promoteur", 2),
        ("Detrator", 0),
        ("Neutro", 1),
        ("passives", 1),
        ("Promoter (9-10)", 2),
    ],
)
def test_each_group_word(cell, group):
    assert read_score(cell).group == group


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "-", "null"])
def test_no_answer(cell):
    assert read_score(cell).blank


@pytest.mark.parametrize(
    "cell", ["18-24", "10 years", "3 jours", "2026-01-05", "very likely", "nps-3", "1 2", "$5"]
)
def test_what_is_no_score(cell):
    read = read_score(cell)
    assert read.group is None
    assert not read.blank
    assert read.value is None


def test_scales_are_parsed():
    assert parse_scale("1-7:3/6").promoter_from == 6
    assert parse_scale("0-10") == parse_scale("0 – 10")
    for wrong in ("7-1", "1-7:6/3", "1-7:0/9", "ten"):
        with pytest.raises(MappingError):
            parse_scale(wrong)


def test_cut_offs():
    assert cut_offs([(1, 0), (3, 0), (4, 1), (5, 1), (6, 2)]) == (3, 6)
    assert cut_offs([(1, 0), (9, 0), (8, 2)]) is None


@pytest.mark.parametrize(
    "values",
    [
        ["under 18", "18-24", "25-34", "65+"],
        ["January", "February", "December"],
        ["Low", "Medium", "High"],
        ["2", "10", "100"],
        ["Q4 2025", "Q1 2026", "Q2 2026"],
        ["onboarding", "adoption", "renewal"],
        ["1-10", "11-50", "51-200", "201-500", "1,000+"],
        ["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"],
        ["Mon", "Tue", "Sun"],
    ],
)
def test_natural_order(values):
    assert ordered(dict.fromkeys(reversed(values), 1)) == values


def test_other_values_are_ordered_by_how_often_they_occur():
    assert ordered({"Team 7": 1, "Sales": 5, "Acme": 5}) == ["Acme", "Sales", "Team 7"]


def test_several_files_are_one_survey():
    first = table("Score,Comment,Plan", "9,good,Pro", "3,bad,Free", "10,fine,Pro")
    second = table("Plan,Region,Score", "Pro,EU,8", "Free,US,", "Pro,EU,2", "Pro,US,10")
    survey = read_surveys([("a.csv", first), ("b.csv", second)])
    assert list(survey.responses["source"]) == ["a.csv"] * 3 + ["b.csv"] * 3
    assert (survey.rows.read, survey.rows.kept) == (7, 6)
    assert set(survey.attributes) == {"Plan", "Region", "source"}
    assert survey.responses["Region"].isna().sum() == 3
    assert survey.responses["group"].notna().all()


def test_of_several_files_each_role_is_that_of_the_first_that_has_it():
    first = table(
        "Score,Plan,Overall satisfaction", *(f"{place % 11},Pro,{place % 5 + 1}" for place in range(22))
    )
    second = table(
        "Score,Date,Comment,Ease of use (CES)",
        *(f"{place % 11},2026-01-05,fine {place},{place % 7 + 1}" for place in range(22)),
    )
    survey = read_surveys([("a.csv", first), ("b.csv", second)])
    mapping = survey.mapping
    assert (mapping.date, mapping.reason, mapping.csat, mapping.ces) == (
        "Date",
        "Comment",
        ("Overall satisfaction",),
        ("Ease of use (CES)",),
    )
    assert {measure.column for measure in survey.measures} == {*mapping.csat, *mapping.ces}


def test_what_is_an_attribute_in_one_file_and_a_measure_in_another_is_an_attribute_of_all():
    rows = [f"{place % 11},{place % 5 + 1}" for place in range(22)]
    one = read_survey(table("Score,Overall satisfaction", *rows), name="a.csv")
    other = read_survey(
        table("Score,Overall satisfaction", *rows),
        name="b.csv",
        mapping={"csat": [], "attributes": ["Overall satisfaction"]},
    )
    assert one.mapping.csat
    assert other.attributes
    survey = join([one, other], Options())
    assert survey.mapping.csat == survey.measures == ()
    values = survey.responses["Overall satisfaction"]
    assert list(values.cat.categories) == ["1", "2", "3", "4", "5"]
    assert values.notna().all()
    assert index_of(survey).select().n == 44


def test_several_files_on_different_scales_are_not_mixed():
    five = table("Would you recommend us?", *(str(place % 5 + 1) for place in range(50)))
    with pytest.raises(MappingError, match="on the scale"):
        read_surveys([("a.csv", SMALL), ("b.csv", five)])


@pytest.mark.parametrize("header", ["Score", "How likely are you to recommend us?"])
def test_a_file_of_low_scores_is_read_as_its_neighbour_of_the_same_columns(header):
    high = table(f"{header},Comment", *(f"{place % 11},text {place}" for place in range(22)))
    low = table(f"{header},Comment", *(f"{place % 5 + 1},text {place}" for place in range(20)))
    for files in ([("a.csv", high), ("b.csv", low)], [("b.csv", low), ("a.csv", high)]):
        survey = read_surveys(files)
        assert (survey.scale.name, len(survey.responses)) == ("0-10", 42)
        assert survey.responses["group"].value_counts()["detractor"] == 14 + 20
        assert any("as in “a.csv”" in doubt for doubt in survey.doubt_texts)
    with pytest.raises((NoNPSQuestion, MappingError)):
        read_surveys([("a.csv", high), ("c.csv", table("Grade,Text", *["3,x"] * 12))])


def test_repeats_are_found_across_files():
    survey = read_surveys([("a.csv", SMALL), ("b.csv", SMALL)], repeats="latest")
    assert survey.rows.kept == 2
    assert survey.rows.read == 14


def test_a_column_of_ids_in_many_pieces_is_encoded_as_quickly_as_in_one():
    """Their dictionary is one: to go through it once a piece took most of the time of a million rows."""
    ids = pa.array([f"person{place}@firm.example" for place in range(60_000)], pa.large_string())

    def used(pieces: int) -> float:
        step = len(ids) // pieces
        text = pa.chunked_array([ids.slice(start, step) for start in range(0, len(ids), step)])
        took = []
        for _ in range(3):
            begin = time.process_time()
            codes, distinct = Column("id", text).encoded
            took.append(time.process_time() - begin)
            assert distinct == ids.to_pylist()
            assert codes.tolist() == list(range(len(ids)))
        return min(took)

    assert used(300) < 10 * used(1)


def test_progress_is_told():
    told = []
    read_survey(SMALL, name="x.csv", progress=lambda step, share: told.append((step, share)))
    assert told[-1][1] == 1.0
    assert [share for _, share in told] == sorted(share for _, share in told)


@pytest.mark.parametrize("kind", ["text", "workbook"])
def test_progress_moves_while_a_large_file_is_read(kind, monkeypatch):
    monkeypatch.setattr("nps_core.reading.text.PIECE", 100_000)
    monkeypatch.setattr("nps_core.reading.sandbox._LOOK", 0.01)
    rows = [(place % 11, f"{place} " + "words " * 20, f"P{place % 3}") for place in range(40_000)]
    if kind == "text":
        data = "\n".join(["score,comment,plan", *(f"{a},{b},{c}" for a, b, c in rows)]).encode()
    else:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet()
            for place, row in enumerate([("score", "comment", "plan"), *rows]):
                sheet.write_row(place, 0, row)
        data = out.getvalue()
    told = []
    survey = read_survey(data, name="x", progress=lambda step, share: told.append((step, share)))
    assert len(survey.responses) == 40_000
    shares = [share for step, share in told if step == "Reading the cells"]
    assert len({round(share, 1) for share in shares}) >= 4
    assert [share for _, share in told] == sorted(share for _, share in told)
    assert max(next_one - one for one, next_one in pairwise(shares)) < 0.5


def test_an_attribute_of_nothing_but_spellings_of_no_answer_is_read():
    rows = [(place % 11, ("NA", "N/A")[place % 2]) for place in range(40)]
    survey = read_survey(
        table("score,region", *(f"{score},{region}" for score, region in rows)), name="x.csv"
    )
    assert len(survey.responses) == 40


def test_the_answers_to_a_second_recommend_question_are_no_segments():
    rows = "".join(f"{score},{10 - score},Pro\n{score},{score},Free\n" for score in range(11))
    head = "Would you recommend our company?,Would you recommend our support?,Plan\n"
    survey = read_survey((head + rows).encode(), name="two.csv")
    assert survey.mapping.score == "Would you recommend our company?"
    assert survey.mapping.attributes == ("Plan",)
    (choice,) = [one for one in survey.choices if one.role == "score"]
    assert [one.column for one in choice.candidates][1:] == ["Would you recommend our support?"]
