"""Exports of tools that nobody had shown the reader: each rule that they asked for, by files of its kind."""

import csv
import datetime as dt
import io
import random
import time
import zipfile

import openpyxl
import pytest

from nps_core.errors import NoNPSQuestion, UnreadableFile
from nps_core.reading import read_survey

ASKED = "How likely are you to recommend us?"
COUNT = 60
SCORES = [place * 7 % 11 for place in range(COUNT)]
WHY = [f"because of number {place}" for place in range(COUNT)]


day = dt.datetime.fromisoformat


def read(columns, name="export.csv", **asked):
    out = io.StringIO()
    csv.writer(out).writerows([list(columns), *zip(*columns.values(), strict=True)])
    return read_survey(out.getvalue().encode(), name=name, **asked)


def workbook(**sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def moments(cells, header="Response date"):
    survey = read({header: cells, ASKED: SCORES[: len(cells)]})
    assert survey.mapping.date == header
    return [moment.to_pydatetime() for moment in survey.responses["date"]]


# Dates


@pytest.mark.parametrize("cell", ["0001-01-01", "0001-01-01T00:00:00", "9999-12-31", "1753-01-01"])
def test_days_that_stand_for_none_are_none_in_a_file(cell):
    """What databases and .NET write where no day is known; the others are read as before."""
    survey = read(
        {"Response date": [cell if place % 9 == 0 else "2025-01-31" for place in range(COUNT)], ASKED: SCORES}
    )
    days = survey.responses["date"].dropna()
    assert set(days.dt.strftime("%Y-%m-%d")) == {"2025-01-31"}
    assert len(days) == COUNT - 7


@pytest.mark.parametrize(
    "cell",
    [
        "2025/01/31 3:12:05 午後 GMT+9",
        "2025/01/31 3:12:05 下午 GMT+8",
        "31/1/2025 3:12:05 μ.μ.",
        "2025-01-31 15:12:05 America/New_York",
        "2025年1月31日 星期五 15:12:05",
        "2025/01/31 3:12:05 م غرينتش+2",
        "31/01/2025 3:12:05 CH",
        "2025/01/31 3:12:05 अपराह्न GMT+5:30",
        "31.1.2025 г. 15:12:05 ч.",
        "2025-01-31 15:12:05 +0000 UTC",
        "2025-01-31T15:12:05.000Z[UTC]",
        "15:12:05 31/01/2025",
        "Fri 31/01/2025 15:12:05",
        "20250131 151205",
        '="31.01.2025 15:12:05"',
    ],
)
def test_what_google_and_others_write_around_the_time_is_read(cell):
    found = moments([cell, cell.replace("12:05", "13:05").replace("1205", "1305")] * 12)
    assert found == [day("2025-01-31 15:12:05"), day("2025-01-31 15:13:05")] * 12


@pytest.mark.parametrize(
    ("cell", "first"),
    [
        ("KW 05/2025", day("2025-01-27")),
        ("CW 5 2025", day("2025-01-27")),
        ("2025 Semaine 05", day("2025-01-27")),
        ("02/2025", day("2025-02-01")),
        ("202502", day("2025-02-01")),
    ],
)
def test_weeks_and_months_are_dates(cell, first):
    assert moments([cell, "", ""] * 12)[0] == first


@pytest.mark.parametrize("cell", ["13/2025", "KW 54/2025", "202513", "5/1825"])
def test_no_week_and_no_month_is_none(cell):
    survey = read({"Response date": [cell] * COUNT, ASKED: SCORES})
    assert survey.responses["date"].isna().all()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("order", ["%y/%m/%d", "%d/%m/%y", "%m/%d/%y"])
def test_a_year_of_two_digits_stands_where_the_numbers_are_closest(order, seed):
    made = random.Random(seed)  # noqa: S311 - the same days each time
    days = sorted(day("2022-01-01") + dt.timedelta(days=made.randrange(1200)) for _ in range(COUNT))
    assert moments([day.strftime(order) for day in days]) == days


def test_numbers_of_responses_are_no_days_of_excel():
    sent = [f"{1 + place % 28:02}/03/2025 10:00" for place in range(COUNT)]
    survey = read({"Submission Id": range(45_000, 45_000 + COUNT), "Submitted Time": sent, ASKED: SCORES})
    assert survey.mapping.date == "Submitted Time"


def test_when_an_email_was_sent_is_nobody_s_address():
    sent = [f"2025-{1 + place % 12:02}-{1 + place % 28:02}" for place in range(COUNT)]
    people = [f"p{place}@firm.example" for place in range(COUNT)]
    survey = read({"date_email_sent": sent, "email_customer": people, ASKED: SCORES})
    assert survey.mapping.respondent == "email_customer"


# Sheets


def sheet(part, count=20):
    head = ["Date", "Customer", ASKED, "Reason"]
    start = day(f"2025-{part:02}-01 09:00")
    return [
        head,
        *(
            [start + dt.timedelta(hours=place), f"Firm {place}", SCORES[place], f"{part}: {WHY[place]}"]
            for place in range(count)
        ),
    ]


SUMMARY = [["Part", "NPS", "Responses"], ["One", 20, 20], ["Two", 30, 20]]


@pytest.mark.parametrize("titles", [("Januar", "Februar"), ("KW 1", "KW 2"), ("Germany", "France")])
@pytest.mark.parametrize("first", [True, False], ids=["summary first", "summary last"])
def test_sheets_of_one_form_are_one_table_also_beside_a_summary(titles, first):
    parts = dict(zip(titles, (sheet(1), sheet(2)), strict=True))
    sheets = {"Summary": SUMMARY} | parts if first else parts | {"Summary": SUMMARY}
    survey = read_survey(workbook(**sheets), name="year.xlsx")
    assert survey.responses["score"].tolist() == SCORES[:20] * 2
    assert survey.responses["sheet"].value_counts().to_dict() == dict.fromkeys(titles, 20)
    assert "2 sheets hold the same columns; their rows were put under one another." in survey.doubt_texts
    assert f"Only “{', '.join(titles)}” was read; the workbook also has “Summary”." in survey.doubt_texts


def test_a_selection_on_a_sheet_of_its_own_is_counted_once():
    everything = sheet(1)
    low = [everything[0], *(row for row in everything[1:] if row[2] < 7)]
    survey = read_survey(workbook(All=everything, Detractors=low), name="year.xlsx")
    assert survey.rows.kept == 20
    assert "Only “All” was read; the workbook also has “Detractors”." in survey.doubt_texts


def test_sheets_that_nothing_tells_apart_are_not_put_together():
    rows = [["Score", "NPS group"], *([score, ""] for score in SCORES)]
    assert read_survey(workbook(Raw=rows, Clean=rows), name="nps.xlsx").rows.kept == COUNT


def test_words_of_the_header_are_no_cells_of_a_workbook():
    head = [[ASKED, *[""] * 10, "Status"], ["Not likely - 0", *range(1, 10), "Very likely - 10", ""]]
    names = ["Not likely - 0", *map(str, range(1, 10)), "Very likely - 10"]
    # In the second column of the header the cell is blank, and so is every one below it.
    rows = [
        [names[score] if score == place else "" for place in range(11)] + ["Completed"]
        for score in SCORES
        if score != 1
    ]
    ids = [[["Respondent", "Start"], ["", ""]][place] + row for place, row in enumerate(head)]
    below = [[str(1000 + place), "2025-01-31", *row] for place, row in enumerate(rows)]
    survey = read_survey(workbook(Sheet=[*ids, *below]), name="export.xlsx")
    assert survey.responses["score"].tolist() == [score for score in SCORES if score != 1]
    assert [word.word for word in survey.rows.status_words] == ["Completed"]


def test_a_note_below_the_totals_hides_none_of_them():
    rows = [["Nr.", "Date", ASKED, "Why", "Site"]]
    rows += [[place + 1, day("2025-01-31"), SCORES[place], WHY[place], "Graz"] for place in range(COUNT)]
    rows += [[], ["Mittelwert", None, 7.6], ["NPS", None, 17], ["Source: our own survey"]]
    survey = read_survey(workbook(Data=rows), name="export.xlsx")
    assert survey.responses["score"].tolist() == SCORES
    assert {part.reason: part.count for part in survey.rows.left_out}["total"] == 2


def merged(rows, *spans):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for span in spans:
        book.active.merge_cells(span)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("left", [0, 1], ids=["from A", "from B"])
def test_each_row_has_the_name_that_is_merged_over_it(left):
    rows = [["Customers", None, "Answers"], ["Account", "Tier", "Date", ASKED, "Why"]]
    for place in range(COUNT):
        first = place % 3 == 0
        account, tier = (f"Firm {place // 3}", "abc"[place // 3 % 3]) if first else (None, None)
        rows.append([account, tier, day("2025-01-31"), SCORES[place], WHY[place]])
    at = {name: "ABCDEF"[place + left] for place, name in enumerate(["Account", "Tier"])}
    spans = [f"{at['Account']}1:{at['Tier']}1"]
    spans += [f"{at[name]}{row}:{at[name]}{row + 2}" for name in at for row in range(3, COUNT + 3, 3)]
    survey = read_survey(merged([[*[None] * left, *row] for row in rows], *spans), name="accounts.xlsx")
    assert survey.responses["score"].tolist() == SCORES
    assert survey.responses["account"].tolist() == [f"Firm {place // 3}" for place in range(COUNT)]
    assert survey.responses["Tier"].tolist() == ["abc"[place // 3 % 3] for place in range(COUNT)]
    said = "Cells of “Account”, “Tier” are merged over several rows; each of these rows was given what they hold."
    assert said in survey.doubt_texts


def test_a_score_merged_over_several_rows_is_one_answer():
    rows = [["Contact", ASKED], *([f"Contact {place}", SCORES[place]] for place in range(COUNT))]
    rows[2][1] = rows[3][1] = None
    survey = read_survey(merged(rows, "B2:B4"), name="contacts.xlsx")
    assert survey.responses["score"].tolist() == [SCORES[0], *SCORES[3:]]
    assert {part.reason: part.count for part in survey.rows.left_out} == {"no score": 2}


def test_cells_merged_again_and_again_cost_nothing():
    data = merged(
        [["Region", ASKED], *(["EMEA" if not place else None, 9] for place in range(2000))], "A2:A2001"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            text = old.read(part)
            new.writestr(
                part, text.replace(b'<mergeCell ref="A2:A2001"/>', b'<mergeCell ref="A2:A2001"/>' * 100_000)
            )
    begun = time.process_time()
    survey = read_survey(out.getvalue(), name="regions.xlsx")
    assert time.process_time() - begun < 1
    assert survey.rows.kept == 2000


def test_an_average_right_below_the_header_is_no_response():
    rows = [["Nr.", "Date", ASKED, "Why", "Site"], ["Average", None, 7.6]]
    rows += [[place + 1, day("2025-01-31"), SCORES[place], WHY[place], "Graz"] for place in range(COUNT)]
    survey = read_survey(workbook(Data=rows), name="export.xlsx")
    assert survey.responses["score"].tolist() == SCORES
    assert {part.reason: part.count for part in survey.rows.left_out} == {"total": 1}


@pytest.mark.parametrize("title", ["Metric", "Question", "Type"])
def test_a_summary_beside_the_table_leaves_no_response_out(title):
    beside = [["NPS", 22], ["CSAT", 80], ["Responses", COUNT]] + [[None, None]] * COUNT
    rows = [["Date", ASKED, "Why", None, title, "Answer"]]
    rows += [[day("2025-01-31"), SCORES[place], WHY[place], None, *beside[place]] for place in range(COUNT)]
    assert read_survey(workbook(Data=rows), name="x.xlsx").responses["score"].tolist() == SCORES


@pytest.mark.parametrize("header", ["question,answer", "type,score", "Score,Why"])
def test_a_header_alone_is_no_table_whatever_it_says(header):
    with pytest.raises(UnreadableFile, match="not a single row of answers"):
        read_survey(f"{header}\n".encode(), name="header.csv")


def test_months_alone_are_waves_of_what_the_title_names():
    months = [day(f"2025-{month:02}-01") for month in (1, 2, 3)]
    rows = [["NPS by client (0-10)"], ["Client", "Segment", *months]]
    rows += [[f"Client {place}", "ab"[place % 2], *SCORES[place : place + 3]] for place in range(40)]
    survey = read_survey(workbook(Sheet1=rows), name="tracker.xlsx")
    assert survey.rows.kept == 120
    assert survey.responses["date"].dt.month.value_counts().to_dict() == {1: 40, 2: 40, 3: 40}
    few = [rows[0], rows[1], *([*row[:2], *(score % 4 for score in row[2:])] for row in rows[2:])]
    with pytest.raises(NoNPSQuestion):  # counts of responses
        read_survey(workbook(Sheet1=few), name="tracker.xlsx")


# Scores


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ([place % 6 * 10 for place in range(COUNT)], "ready-made figures"),
        ([place % 11 / 10 for place in range(COUNT)], "holds fractions"),
    ],
)
def test_round_figures_and_fractions_are_no_answers(cells, says):
    with pytest.raises(NoNPSQuestion, match=says):
        read({"Date": [f"2025-01-{1 + place % 28:02}" for place in range(COUNT)], "NPS": cells})


@pytest.mark.parametrize(
    ("ends", "top"),
    [
        ("1 = auf jeden Fall, 6 = auf keinen Fall", 6),
        ("from 1 (very likely) to 10 (not at all likely)", 10),
        ("1 = definitely, 4 = unlikely", 4),
    ],
)
def test_any_top_of_a_scale_may_be_its_worst_answer(ends, top):
    survey = read({f"Would you recommend us? ({ends})": [1 + place % top for place in range(COUNT)]})
    assert f"calls {top} the worst answer" in survey.doubts[0].text


@pytest.mark.parametrize("ends", ["0 - 10 (not likely - very likely)", "0 = unlikely, 10 = likely"])
def test_the_worst_answer_at_the_lower_end_is_no_doubt(ends):
    survey = read({f"Would you recommend us? {ends}": SCORES})
    assert not any("worst answer" in text for text in survey.doubt_texts)


@pytest.mark.parametrize("words", ["{} ({})", "{}({})"])
def test_ranges_behind_words_are_groups(words):
    bands = [("Not likely", "0-6"), ("Neutral", "7-8"), ("Very likely", "9-10")]
    survey = read({"Id": range(COUNT), ASKED: [words.format(*bands[place % 3]) for place in range(COUNT)]})
    assert survey.responses["group"].value_counts().tolist() == [20, 20, 20]


@pytest.mark.parametrize("spelling", ["[{}]", '="{}"', '["{}"]'])
def test_an_answer_in_brackets_or_kept_from_a_spreadsheet_program_is_one(spelling):
    assert read({ASKED: [spelling.format(score) for score in SCORES]}).responses["score"].tolist() == SCORES


def test_groups_that_contradict_the_cut_offs_are_a_doubt_and_a_score_that_nobody_gave_is_none():
    def groups_of(scores, passive, promoter):
        return ["Promoter" if s >= promoter else "Passive" if s >= passive else "Detractor" for s in scores]

    survey = read({ASKED: SCORES, "Group": groups_of(SCORES, 6, 8)})
    assert survey.doubts[0].text.startswith(
        "“Group” draws the lines elsewhere (detractors to 5, promoters from 8)"
    )
    assert survey.doubts[0].nps_could_be is not None
    rare = [score for score in SCORES if score not in (6, 9)]
    assert read({ASKED: rare, "Group": groups_of(rare, 7, 9)}).doubts == ()


def test_a_score_that_nothing_calls_nps_is_the_heaviest_doubt():
    columns = {"Title": WHY, "Rating": SCORES}
    assert read(columns).doubts[0].moves == float("inf")
    assert read(columns, name="nps_2025.csv").doubts[0].moves < 1


# Which rows are responses, and which columns segments


@pytest.mark.parametrize(
    ("header", "good", "bad", "reason"),
    [
        ("Survey Status", "Completed", "Not Completed", "partial"),
        ("Bearbeitungsstatus", "vollständig", "Testlauf", "preview or test"),
        ("Interviewstatus", "vollständig", "abgebrochen", "partial"),
        ("Duplicate", "0", "1", "excluded by the source"),
        ("Is duplicate", "FALSE", "TRUE", "excluded by the source"),
        ("Doublon", "non", "oui", "excluded by the source"),
        ("Duplikat", "nein", "ja", "excluded by the source"),
    ],
)
def test_rows_that_the_tool_marks_are_left_out(header, good, bad, reason):
    marks = [bad if place % 10 == 3 else good for place in range(COUNT)]
    survey = read({header: marks, ASKED: SCORES, "Why?": WHY})
    assert {part.reason: part.count for part in survey.rows.left_out} == {reason: 6}
    assert header not in survey.mapping.attributes


@pytest.mark.parametrize("header", ["Tags", "Response labels", "Etiquetas"])
@pytest.mark.parametrize("tag", ["test", "vip, Test", "renewal;internal test", '["spam","de"]'])
def test_rows_that_a_tag_calls_tests_count_and_are_told(header, tag):
    tags = [tag if place < 5 else "vip, renewal" if place % 2 else "" for place in range(COUNT)]
    columns = {header: tags, ASKED: SCORES, "Comment": WHY}
    survey = read(columns)
    assert survey.rows.kept == COUNT
    assert [doubt.text for doubt in survey.doubts if header in doubt.text and "(5)" in doubt.text]
    assert read(columns, mapping={"status": header}).rows.kept == COUNT - 5


def test_tags_that_speak_of_no_test_are_no_doubt():
    tags = ["vip, contest" if place % 2 else "payment declined; testing team" for place in range(COUNT)]
    assert not [doubt for doubt in read({"Tags": tags, ASKED: SCORES}).doubts if "Tags" in doubt.text]


def test_the_codes_of_unipark_are_known_and_an_unknown_one_is_a_doubt():
    codes = [("22", "37", "31", "32", "31", "32")[place % 6] for place in range(COUNT)]
    columns = {"lfdn": range(COUNT), "dispcode": codes, "v_nps": SCORES, "v_why": WHY}
    survey = read(columns)
    counts = {part.reason: part.count for part in survey.rows.left_out}
    assert counts == {"partial": 10, "excluded by the source": 10}
    assert survey.doubts == ()
    columns["dispcode"] = [code.replace("37", "58") for code in codes]
    assert any("“58” (10)" in text for text in read(columns).doubt_texts)


MADE = {
    "as a figure": lambda score: 100 if score > 8 else 0 if score > 6 else -100,
    "as a colour": lambda score: "green" if score > 8 else "amber" if score > 6 else "red",
    "as a flag": lambda score: "yes" if score < 7 else "no",
}


@pytest.mark.parametrize("made", MADE.values(), ids=MADE)
def test_what_was_made_from_the_score_is_no_segment(made):
    columns = {"Region": ["EMEA", "APAC", "LATAM"] * 20, "Result": [made(score) for score in SCORES]}
    survey = read({**columns, ASKED: SCORES})
    assert survey.mapping.attributes == ("Region",)
    use = next(use for use in survey.column_uses if use.column == "Result")
    assert use.state == "could be used"
    # One answer that does not follow, and it is an attribute of its own.
    columns["Result"][0] = made(10 - SCORES[0])
    assert "Result" in read({**columns, ASKED: SCORES}).mapping.attributes


@pytest.mark.parametrize(
    ("header", "segments"), [("Category", ()), ("Previous category", ("Previous category",))]
)
def test_group_words_are_no_segment_though_some_contradict_the_score(header, segments):
    words = [("Detractor", "Passive", "Promoter")[(score > 6) + (score > 8)] for score in SCORES]
    words[:4] = ["Promoter", "Detractor", "Promoter", "Passive"]
    assert read({header: words, ASKED: SCORES}).mapping.attributes == segments


def test_other_questions_on_a_scale_to_ten_are_no_segments():
    other = [(place * 3 + place // 11) % 11 for place in range(COUNT)]
    survey = read({ASKED: SCORES, "Agent knowledge (0-10)": other, "Open tickets": other, "Why?": WHY})
    assert survey.mapping.attributes == ("Open tickets",)


def test_totals_of_counts_are_no_segments():
    head = ["Month", "Detractor", "Passive", "Promoter", "Grand Total"]
    rows = [["Jan", 12, 20, 44, 76], ["Feb", 10, 25, 40, 75], ["Grand Total", 22, 45, 84, 151]]
    survey = read_survey(workbook(Pivot=[head, *rows]), name="pivot.xlsx")
    assert survey.rows.kept == 151
    assert survey.mapping.attributes == ("Month",)


@pytest.mark.parametrize("head", [b"<stata_dta><header>", b"r\x02\x01\x00", b"s\x01\x01\x00"])
def test_a_stata_file_is_called_one(head):
    with pytest.raises(UnreadableFile, match="is a Stata file"):
        read_survey(head + b"\x00" * 400 + b"nps\n10\n9\n", name="survey.dta")
