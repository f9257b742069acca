"""Text tables: dialects, encodings, damage, and what is never lost on the way."""

import csv
import datetime as dt
import io
import json
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.errors import NoNPSQuestion, NPSError
from nps_core.reading import read_survey, read_tables


def rows_of(table):
    return [list(row) for row in table.head(10**6)]


def one_table(data):
    return read_tables(data, "table.csv")[0]


def unify(value):
    """The reference's line ends went when its files were checked in; the cells themselves did not."""
    return json.loads(json.dumps(value).replace("\\r\\n", "\\n"))


def test_csv_spectrum(shared):
    good = 0
    for path in sorted((shared / "csv" / "spectrum" / "csvs").glob("*.csv")):
        wanted = json.loads((shared / "csv" / "spectrum" / "json" / f"{path.stem}.json").read_text())
        table = one_table(path.read_bytes())
        got = [dict(zip(table.names, row, strict=True)) for row in rows_of(table)]
        assert unify(got) == unify(wanted), path.name
        good += 1
    assert good == 11


def test_csv_test_data(shared):
    good = 0
    for path in sorted((shared / "csv" / "test-data" / "json").glob("*.json")):
        wanted = json.loads(path.read_text())
        if not wanted or isinstance(wanted[0], dict):
            wanted = [
                [*(wanted[0] if wanted else ["foo", "bar", "baz"])],
                *(list(row.values()) for row in wanted),
            ]
        # A blank record is no row.
        wanted = [row for row in wanted if "".join(row).strip()]
        assert loaded((shared / "csv" / "test-data" / "csv" / f"{path.stem}.csv").read_bytes()) == wanted, (
            path.name
        )
        good += 1
    assert good == 18


@pytest.fixture(scope="session")
def pollock(shared):
    with tarfile.open(shared / "csv" / "pollock" / "pollock.tar.xz") as archive:
        files = {
            member.name.removeprefix("./"): archive.extractfile(member).read()
            for member in archive
            if member.isfile()
        }
    polluted = {
        name.split("/")[-1]: data for name, data in files.items() if "csv/" in name and "clean/" not in name
    }
    clean = {name.split("/")[-1]: data for name, data in files.items() if "clean/" in name}
    return polluted, clean


def loaded(data):
    try:
        table = one_table(data)
    except NPSError:
        return []
    return ([list(table.names)] if table.header_rows else []) + rows_of(table)


def test_pollock_files_load_as_their_clean_counterpart(pollock):
    polluted, clean = pollock
    files = [name for name in polluted if name.startswith(("file_", "source"))]
    wrong = [
        name
        for name in files
        if loaded(polluted[name]) != list(csv.reader(io.StringIO(clean[name].decode(), newline="")))
    ]
    assert len(files) == 22
    # Blanks set the cells apart there, and also stand within cells that are not quoted: no reading is right.
    assert wrong == ["file_field_delimiter_0x20.csv"]


def test_pollock_damaged_rows_are_read_or_reported(pollock):
    polluted, _ = pollock
    damaged = sorted(name for name in polluted if name.startswith("row_"))
    assert len(damaged) == 2268
    for name in damaged:
        table = one_table(polluted[name])
        assert len(table) + len(table.problems) == 83, name


def test_an_unclosed_quote_is_said_with_its_line_and_takes_no_row_with_it():
    lines = ["score,comment,plan", *(f"{place % 11},fine {place},Pro" for place in range(50))]
    lines[20] = '9,"I forgot to close this,Pro'
    survey = read_survey("\n".join(lines).encode(), name="x.csv")
    assert survey.rows.kept == 50
    assert survey.responses["comment"][19] == '"I forgot to close this'
    assert any("line 21" in doubt for doubt in survey.doubt_texts)


def test_an_unclosed_quote_before_a_quoted_cell_takes_no_row_with_it():
    lines = ["score,comment,plan", *(f'{place % 11},"fine, {place}",Pro' for place in range(50))]
    lines[20] = '9,"open,Pro'
    survey = read_survey("\n".join(lines).encode(), name="x.csv")
    assert survey.rows.kept == 50
    assert list(survey.responses["comment"][[18, 20]]) == ["fine, 18", "fine, 20"]


def test_quotes_within_a_comment_of_several_lines_stay():
    data = b'score,comment,plan\n9,"He said "wow"\nand left",Pro\n3,"bad",Free\n'
    survey = read_survey(data, name="x.csv")
    assert list(survey.responses["comment"]) == ['He said "wow"\nand left', "bad"]


def test_a_long_row_is_mended_where_only_one_way_fits_and_reported_elsewhere():
    rows = [f"{place % 11},fine {place},2026-01-{place % 28 + 1:02d}" for place in range(40)]
    rows[7] = "9,good, but dear,2026-01-09"
    survey = read_survey(("score,comment,date\n" + "\n".join(rows)).encode(), name="x.csv")
    assert survey.rows.kept == 40
    assert survey.responses["comment"][7] == "good, but dear"
    assert any("record 9" in doubt for doubt in survey.doubt_texts)


def test_a_row_whose_cells_slipped_is_reported_and_not_read_wrongly():
    rows = [f"2026-01-{place % 28 + 1:02d},{place % 11},{place % 7},fine" for place in range(40)]
    rows[7] = "9,3,fine"
    survey = read_survey(("date,score,visits,comment\n" + "\n".join(rows)).encode(), name="x.csv")
    assert (survey.rows.read, survey.rows.kept) == (40, 39)
    assert [(part.reason, part.count, part.examples[0][0]) for part in survey.rows.left_out] == [
        ("unreadable", 1, 9)
    ]


def test_text_stays_text():
    header = "score,account,region,name,id,comment"
    rows = [
        "9,007,NA,None,1234567890123456789,NA",
        "3,007,EU,null,1234567890123456788,-",
        "8,010,NA,nan,1234567890123456787,so so",
    ]
    survey = read_survey("\n".join([header, *rows * 4]).encode(), name="x.csv")
    assert set(survey.responses["account"]) == {"007", "010"}
    assert set(survey.responses["region"].cat.categories) == {"NA", "EU"}
    assert survey.responses["region"].isna().sum() == 0
    assert set(survey.preview["id"]) >= {"1234567890123456789"}
    assert survey.responses["comment"].notna().sum() == 4


def test_blank_is_never_zero():
    survey = read_survey(b"score,comment\n0,a\n,b\n10,c\nNA,d\n-,e\n", name="x.csv")
    assert list(survey.responses["score"]) == [0, 10]
    assert {part.reason: part.count for part in survey.rows.left_out} == {"no score": 3}


def test_hostile_strings_come_back_unchanged(shared):
    strings = [
        text for text in json.loads((shared / "csv" / "hostile_strings.json").read_text()) if text.strip()
    ]
    out = io.StringIO()
    csv.writer(out).writerows([["score", "comment", "plan"], *([9, "x" + text, "Pro"] for text in strings)])
    survey = read_survey(out.getvalue().encode("utf-8", "surrogatepass"), name="x.csv")
    assert list(survey.responses["comment"]) == ["x" + text for text in strings]


def test_sep_line_and_encodings():
    text = "sep=;\nscore;comment\n9;Très bien\n3;Größe\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"):
        survey = read_survey(text.encode(encoding), name="x.csv")
        assert list(survey.responses["comment"]) == ["Très bien", "Größe"], encoding


@pytest.mark.parametrize("mark", ["", "\r", '"', "§", "'"])
def test_a_sep_line_that_names_no_usual_delimiter_stops_nobody(mark):
    lines = [f"sep={mark}", "score,comment", *(f"{place % 11},fine {place}" for place in range(30))]
    if mark == "§":
        lines[1:] = [line.replace(",", mark) for line in lines[1:]]
    try:
        assert read_survey("\r\n".join(lines).encode(), name="x.csv").rows.kept == 30
    except NoNPSQuestion as error:
        assert mark == "'"  # as it was asked for, there is one column
        assert "x.csv" in error.message  # noqa: PT017 - what is refused is refused by name


def test_two_code_pages_in_one_file():
    lines = ["score,comment", *("9,Très bien",) * 8]
    data = b"\n".join([line.encode() for line in lines] + ["3,Größe".encode("cp1252")])
    survey = read_survey(data, name="x.csv")
    assert list(survey.responses["comment"]) == ["Très bien"] * 8 + ["Größe"]
    assert any("not UTF-8" in doubt for doubt in survey.doubt_texts)


def test_a_large_text_with_one_unclosed_quote_loses_no_row():
    rows = ["score,comment,plan", *(f'{place % 11},"fine, {place}",Pro' for place in range(3000))]
    rows[2000] = '9,"open, and never closed,Pro'
    rows[2001] = '9,"open and never closed,Pro'
    rows[1000:1000] = ["", ""]  # blank records are no rows, and the others keep their numbers
    survey = read_survey("\n".join(rows).encode("cp1252"), name="x.csv")
    assert survey.rows.read == survey.rows.kept == 3000
    assert survey.responses["row"].tolist() == [*range(2, 1001), *range(1003, 3004)]
    assert survey.responses["comment"].iloc[[1999, 2000, 2001]].tolist() == [
        '"open, and never closed',
        '"open and never closed',
        "fine, 2001",
    ]
    assert any("line 2,003" in doubt for doubt in survey.doubt_texts)


def test_a_typed_backslash_before_a_doubled_quote_is_no_escape():
    rows = "".join(f"{score},fine,EU\n" for score in range(11))
    data = f'recommend us,reason,region\n{rows}7,"the \\"" sign",EU\n'.encode()
    assert read_survey(data, name="x.csv").responses["comment"].iloc[-1] == 'the \\" sign'


def test_an_unclosed_quote_that_a_later_cell_closes_swallows_no_row():
    rows = "".join(f"{score},fine,Pro\n" for score in range(11))
    damaged = '10,"good but slow,Pro\n9,fine,Pro\n8,fine,Pro\n7,", and slow",Free\n'
    survey = read_survey(f"recommend us,comment,plan\n{rows}{damaged}{rows}".encode(), name="x.csv")
    assert survey.rows.read == 26
    assert survey.rows.kept >= 24  # the two damaged rows may be reported, those between are whole
    assert list(survey.responses["score"])[11:].count(9) >= 2
    assert any("line 13" in doubt for doubt in survey.doubt_texts) or survey.rows.kept == 26


CELL = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30).map(
    lambda text: "w " + text + " e"
)


@st.composite
def exports(draw):
    """A random survey with the random dialect, encoding and layout that it is written in."""
    answers = draw(
        st.lists(
            st.tuples(
                st.integers(0, 10),
                CELL,
                st.sampled_from(["NA", "EU", "007", "Pro Plus"]),
                st.dates(dt.date(1971, 1, 1), dt.date(2068, 12, 31)),
            ),
            min_size=12,
            max_size=40,
        )
    )
    # One 10 tells that the scale is 0-10, and another day that dates vary.
    return [(10, "w e", "EU", answers[0][3] + dt.timedelta(days=1)), *answers], {
        "delimiter": draw(st.sampled_from([",", ";", "\t", "|"])),
        "encoding": draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        "end": draw(st.sampled_from(["\n", "\r\n"])),
        "titles": draw(st.integers(0, 2)),
        "spelling": draw(st.sampled_from(["{}", "{},0", "{}/10", "{} - said"])),
        "order": draw(st.permutations(range(4))),
        "day": draw(st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d %B %Y"])),
    }


@settings(max_examples=60, deadline=None)
@given(exports())
def test_random_surveys_in_random_dialects_are_read_back_unchanged(export):
    answers, how = export
    header = ["How likely are you to recommend us?", "What is the reason?", "Region", "Response date"]
    table = [
        [how["spelling"].format(score), comment, region, day.strftime(how["day"])]
        for score, comment, region, day in answers
    ]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=how["delimiter"], quoting=how["quoting"], lineterminator=how["end"])
    writer.writerows([["Survey report"], ["Exported today"]][: how["titles"]])
    writer.writerows([[row[place] for place in how["order"]] for row in [header, *table]])
    survey = read_survey(out.getvalue().encode(how["encoding"]), name="x.csv")
    assert list(survey.responses["score"]) == [score for score, *_ in answers]
    assert list(survey.responses["comment"]) == [comment for _, comment, *_ in answers]
    assert list(survey.responses["date"].dt.date) == [day for *_, day in answers]
    if "Region" in survey.responses:
        assert list(survey.responses["Region"]) == [region for *_, region, _ in answers]
