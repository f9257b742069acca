"""A text reads alike in whatever pieces, encoding and line ends it comes.

And cell by cell as the csv module reads it.
"""

import csv
import io
import re

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from nps_core.errors import ReadError, RefusedFile, UnreadableFile
from nps_core.reading import body, read_survey, read_tables, repair, source, text
from nps_core.reading.encoding import decode
from nps_core.reading.repair import Repair
from nps_core.reading.repeats import POLICIES
from nps_core.reading.source import find_dialect

SCORES = st.sampled_from(["0", "3", "7", "9", "10", "", "NA", "n/a", "11", "ten", " 8 ", "9.5"])
LETTERS = st.lists(
    st.sampled_from([*"ab ,;\n\"'é語\u3000\u00a0-N/", "\r\n", "long words "]), max_size=12
).map("".join)
COMMENTS = st.one_of(
    LETTERS, st.sampled_from(["", "N/A", " n/a", "-", "none given", "なし", "\u3000", "Null", "no"])
)
DATES = st.sampled_from(["2026-01-03", "2026-02-28", "", "31.12.2025", "03/04/2026", "2026-01-03 10:00"])
PLANS = st.sampled_from(["Pro", "Free", "Basic", "", " Pro", "NA", "日本"])
WHO = st.sampled_from(["a@b.de", "c@d.fr", "anonymous", "", "\u00a0", "Anonym", "e@f.com"])
HEADER = [
    "How likely are you to recommend us?",
    "What is the main reason for your score?",
    "Date",
    "Plan",
    "Email",
]


DAMAGE = {
    "cut": lambda line: line[: len(line) // 2 + 1],
    "one cell": lambda line: line[:1],
    "more": lambda line: [*line, "x"],
    "more, but blank": lambda line: [*line, "", " "],
    "a blank line": lambda _: [""],
    "white cells": lambda _: [" "] * 5,
    "a stray quote": lambda line: [*line[:1], 'a "b" c', *line[2:]],
    "a bare return": lambda line: [*line[:1], "a\rb", *line[2:]],
    "the header again": lambda _: HEADER,
    "part of the header": lambda _: HEADER[:3],
}


@st.composite
def texts(draw):
    """A survey as CSV, some of its records damaged."""
    rows = draw(st.lists(st.tuples(SCORES, COMMENTS, DATES, PLANS, WHO).map(list), min_size=3, max_size=40))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [[f'"{name}"' if draw(st.booleans()) else name for name in HEADER]]
    always = draw(st.booleans())
    lines += [[quoted(cell, always=always) for cell in row] for row in rows]
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(1, len(lines) - 1))
        lines[place] = DAMAGE[draw(st.sampled_from(sorted(DAMAGE)))](lines[place])
    text = end.join(",".join(line) for line in lines) + draw(st.sampled_from(["", end, end + end]))
    return draw(st.sampled_from(["", "\ufeff"])) + text


def quoted(cell, *, always):
    return '"' + cell.replace('"', '""') + '"' if always or any(mark in cell for mark in ',"\n\r') else cell


def mixed(text):
    """A text that is UTF-8 in two lines of three and Windows-1252 in the others."""
    lines = text.split("\n")
    return b"\n".join(
        line.encode("utf-8" if place % 3 else "cp1252", "replace") for place, line in enumerate(lines)
    )


def read(data, repeats="all"):
    try:
        return read_survey(data, name="x.csv", repeats=repeats)
    except ReadError as error:
        return str(error)


def assert_same(one, other):
    if isinstance(one, str) or isinstance(other, str):
        assert one == other
        return
    pd.testing.assert_frame_equal(one.responses, other.responses)
    pd.testing.assert_frame_equal(one.left_out, other.left_out)
    pd.testing.assert_frame_equal(one.preview, other.preview)
    for name in ("digest", "mapping", "scale", "rows", "layout", "doubts", "measures", "columns"):
        assert getattr(one, name) == getattr(other, name), name


@pytest.fixture
def in_pieces(monkeypatch):
    """Reads any text in pieces of so many bytes."""

    def choose(piece, dialect=None):
        monkeypatch.setattr(text, "PIECE", piece)
        if dialect is not None:  # which the first piece tells, where it is not of a few letters only
            monkeypatch.setattr(text, "find_dialect", lambda _: dialect)

    choose.leave = monkeypatch.undo
    return choose


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts(),
    st.integers(1, 300),
    st.sampled_from(["utf-8", "cp1252", "utf-16", "cp932", "mixed"]),
    st.sampled_from(POLICIES),
)
@example(  # a byte order mark in several pieces
    "\ufeffHow likely are you to recommend us?,Why?,Plan\n0,a\rb,Pro\n0,,Pro\n0,,Pro", 1, "utf-8", POLICIES[0]
)
def test_any_text_reads_alike_in_pieces_of_any_size(in_pieces, written, piece, encoding, repeats):
    data = mixed(written) if encoding == "mixed" else written.encode(encoding, "replace")
    whole = read(data, repeats)
    dialect = find_dialect(decode(data))
    in_pieces(piece, dialect)
    try:
        assert_same(read(data, repeats), whole)
    finally:
        in_pieces.leave()


CELLS = st.lists(
    st.sampled_from([*"ab ,;\n\"'é語\u3000\u00a0-/0", "\r\n", "\r", "NA", "words "]), max_size=8
).map("".join)


@st.composite
def records(draw):
    """A text with sound quoting and records of any width, most of them of one."""
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=3, max_size=30))
    for _ in range(draw(st.integers(0, 2))):
        rows[draw(st.integers(1, len(rows) - 1))] = draw(st.lists(CELLS, max_size=width + 2))
    out = io.StringIO()
    quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
    end = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    header = [f"name {place}" for place in range(width)]
    csv.writer(out, quoting=quoting, lineterminator=end).writerows([header, *[["1"] * width] * 3, *rows])
    return out.getvalue()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(records(), st.integers(40, 400))
def test_a_sound_text_is_read_cell_by_cell_as_the_csv_module_reads_it(in_pieces, written, piece):
    wanted = [row for row in csv.reader(io.StringIO(written, newline="")) if "".join(row).strip()]
    in_pieces(piece)
    try:
        (table,) = read_tables(written.encode(), "x.csv")
    finally:
        in_pieces.leave()
    whole = {tuple(row) for row in wanted[table.header_rows :] if len(row) == len(table.names)}
    cells = list(zip(*(column.values() for column in table.columns), strict=True))
    assert whole <= set(cells)
    assert len(cells) + len(table.problems) == len(wanted) - table.header_rows


@settings(max_examples=200, deadline=None)
@given(records())
def test_a_sound_text_is_the_same_once_it_is_mended(written):
    written = re.sub(
        r"\r(?!\n)", "", written
    )  # a bare return ends a record there, and none in a damaged text
    dialect = find_dialect(written)
    wanted = list(csv.reader(io.StringIO(written, newline=""), delimiter=dialect.delimiter))
    mending = Repair(written, dialect, "x.csv")
    mended = b"".join(mending.records()).decode()
    found = list(csv.reader(io.StringIO(mended, newline=""), delimiter=mending.delimiter))
    if not mending.mended and dialect.quote == '"':
        assert found == wanted


def test_quotes_delimiters_and_line_ends_within_comments_stay():
    rows = [
        f'{place % 11},"said ""{place}"",\nand more",2026-01-02,P{place % 3},a{place}@b.de'
        for place in range(300)
    ]
    for end in ("\n", "\r\n"):
        survey = read(("\ufeff" + end.join([",".join(HEADER), *rows])).encode())
        assert survey.rows.kept == 300
        assert survey.responses["comment"].iloc[299] == 'said "299",\nand more'


@pytest.mark.parametrize("piece", [500, 900_000])
def test_rows_left_out_are_those_of_the_file_cell_by_cell(in_pieces, piece):
    rows = [
        [
            str(place % 11) if place % 7 else "soon",
            f"said {place}, é 語" if place % 3 else "",
            "2026-01-02",
            f"P{place % 3}",
            f"a{place % 20}@b.de",
        ]
        for place in range(300)
    ]
    rows[40] = ["9", "cut", "2026-01-02"]
    rows[41] = [*rows[41], "one more"]
    data = "\n".join(",".join(quoted(cell, always=False) for cell in row) for row in [HEADER, *rows]).encode()
    in_pieces(piece)
    survey = read(data, "latest")
    assert survey.rows.kept == 21  # of twenty people the last, and one without a name
    assert len(survey.left_out) == 279
    for left in survey.left_out.itertuples(index=False):
        row, why, *cells = left
        whole = [*rows[row - 2], "", ""][:5]
        assert [cell or "" for cell in cells] == whole
        assert why == ("unreadable" if row == 43 or whole[0] == "soon" else "repeated")
    assert {part.reason: part.count for part in survey.rows.left_out} == survey.left_out[
        "why"
    ].value_counts().to_dict()
    for part in survey.rows.left_out:
        first = survey.left_out[survey.left_out["why"] == part.reason].head(5)
        assert {row for row, _ in part.examples} <= {*first["row"], 43}


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_header_that_comes_again_in_every_other_line_stands_above_further_rows(in_pieces, end):
    header = ",".join(HEADER)
    rows = [f"{place % 11}, said {place} ,2026-01-{place % 28 + 1:02d},P{place % 3}," for place in range(300)]
    lines = [header, rows[0], *(line for row in rows[1:] for line in (header, row)), ",,,,", ""]
    in_pieces(500)
    survey = read(end.join(lines).encode())
    assert survey.rows.read == survey.rows.kept == 300
    assert survey.doubt_texts[0] == "The header comes again in record 3; the 299 rows below it were added."
    assert survey.responses["row"].tolist() == list(range(2, 601, 2))
    assert survey.responses["score"].tolist() == [place % 11 for place in range(300)]


HEADER_LINE = ",".join(HEADER)
BODY = [f"{place % 11},said {place},2026-01-{place % 28 + 1:02d},P{place % 3}," for place in range(200)]
OTHER = ",".join(HEADER[:3]) + ",Region,Phone"


@pytest.mark.parametrize(
    ("again", "reasons", "says"),
    [
        ([HEADER_LINE, *BODY], {"repeated": 200}, "its 200 rows below it were not read"),
        (
            [HEADER_LINE, *BODY[:185], *(f"1,new {place},,," for place in range(15))],
            {"repeated": 185, "unreadable": 15},
            "its 200 rows below it were not read",
        ),
        (
            [OTHER, *BODY[:120], "9"],
            {"repeated": 120, "unreadable": 1},
            "its 121 rows below it were not read",
        ),
        ([OTHER, *(f"9,other {place}" for place in range(7))], {"unreadable": 7}, "its 7 rows below it"),
        ([HEADER_LINE + ", ", "9,short", "8,b,,P1,,x", ""], {"unreadable": 1}, "the row below it was added"),
        (["Date,Plan,Email", "9,short"], {"unreadable": 1}, "its row below it was not read"),
    ],
)
def test_what_stands_below_a_second_header_is_accounted_for(in_pieces, again, reasons, says):
    in_pieces(500)
    survey = read("\n".join([HEADER_LINE, *BODY, *again]).encode())
    assert {part.reason: part.count for part in survey.rows.left_out} == reasons
    assert "in record 202; " in survey.doubt_texts[0]
    assert says in survey.doubt_texts[0]


def test_a_second_table_of_millions_of_rows_is_refused(monkeypatch):
    monkeypatch.setattr(body, "MOST_GIVEN_UP", 150)
    with pytest.raises(RefusedFile, match="a table of its own begins in record 202"):
        read_survey("\n".join([HEADER_LINE, *BODY, OTHER, *BODY]).encode(), name="x.csv")


def test_a_header_at_the_end_has_no_rows_below_it():
    survey = read("\n".join([HEADER_LINE, *BODY[:9], HEADER_LINE]).encode())
    assert survey.doubt_texts[0] == "The header comes again in record 11; no row stands below it."


WRITTEN = {
    "utf-16": "l’été était très cher, mais agréable — 評判",
    "utf-16-le": "l’été était très cher, mais agréable — 評判",
    "utf-16-be": "l’été était très cher, mais agréable — 評判",
    "utf-32": "l’été était très cher, mais agréable",
    "cp1252": "l’été était très cher, mais agréable – très bien",
    "latin-1": "l'été était très cher, mais agréable \x81 oui",
    "cp1250": "obsługa była bardzo miła, ale długo czekałem na odpowiedź, proszę o więcej",
    "cp932": "とても使いやすいですが、値段が高いと思います",
    "euc_jp": "とても使いやすいですが、値段が高いと思います",
    "cp1251": "Очень удобный сервис, но слишком дорого и поддержка отвечает медленно",
    "utf-8": "l’été était très cher",
}


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le"])
def test_a_byte_order_mark_that_stands_twice_is_no_part_of_a_name(in_pieces, codec):
    rows = [f"{place % 11},said {place},2026-01-03,Pro," for place in range(300)]
    data = "\n".join([f'\ufeff\ufeff"{HEADER[0]}",{",".join(HEADER[1:])}', *rows]).encode(codec)
    in_pieces(500)
    survey = read(data)
    assert survey.mapping.score == HEADER[0]
    assert survey.rows.kept == 300


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_of_two_encodings_is_read_line_by_line(in_pieces, end):
    rows = [
        f'{place % 11},"Très cher – {place}, größer",2026-01-{place % 28 + 1:02d},P{place % 3},'
        for place in range(700)
    ]
    in_pieces(501)
    survey = read(mixed(end.join([",".join(HEADER), *rows])))
    assert survey.responses["comment"].tolist() == [f"Très cher – {place}, größer" for place in range(700)]
    assert (
        survey.doubt_texts[0]
        == "Of 700 lines with special letters, 233 are not UTF-8; those were read as Windows-1252."
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", WRITTEN)
def test_a_text_of_another_encoding_reads_alike_in_pieces(in_pieces, codec, end):
    comment = WRITTEN[codec]
    rows = [
        f'{place % 11},"{comment}, {place}",2026-01-{place % 28 + 1:02d},P{place % 3},'
        for place in range(700)
    ]
    rows[33] += ",,"
    in_pieces(501)  # within letters of several bytes, and within their halves
    survey = read(end.join([",".join(HEADER), *rows]).encode(codec))
    assert survey.responses["comment"].tolist() == [f"{comment}, {place}" for place in range(700)]


def test_a_letter_that_is_no_utf8_far_below_the_head_changes_no_other(in_pieces):
    rows = [f"{place % 11},said {place},2026-01-{place % 28 + 1:02d},P{place % 3}," for place in range(700)]
    rows[600] = "9,très cher,2026-01-03,Pro,,,".encode("cp1252").decode("latin-1")
    in_pieces(500)
    survey = read("\n".join([",".join(HEADER), *rows]).encode("latin-1"))
    assert survey.rows.kept == 700
    assert survey.responses["comment"].iloc[600] == "très cher"


NOTHING = {
    "only delimiters": ",,,,\n",
    "semicolons": ";;;\n",
    "bars": "|||\r\n",
    "only quotation marks": '"\n',
    "doubled ones": '""\n',
    "quoted nothing": '"","",""\n',
    "zero letters": "\x00,\x00\n",
    "blanks between delimiters": " , , \n",
}


@pytest.mark.parametrize("codec", ["utf-8", "utf-16"])
@pytest.mark.parametrize("lines", [1, 50, 3_000])
@pytest.mark.parametrize("kind", NOTHING)
def test_a_text_of_nothing_is_called_that(kind, lines, codec):
    says = (
        "“x.csv” (is empty|holds nothing but delimiters|has . columns? and not a single row)"
        "|No cell in the first 60 rows of “x.csv” holds anything"
    )
    with pytest.raises(UnreadableFile, match=says):
        read_survey((NOTHING[kind] * lines).encode(codec), name="x.csv")


ABSURD = {
    "one line": ("a" * 120_000, "cell of 1[0-9]{2},000 bytes"),
    "one line of words": ("word," * 120_000, "columns or more"),
    "one quoted line": ('score,why\n9,"' + "a, b\n" * 60_000 + '"\n', "cell of 300,000 bytes"),
    "one doubled mark after the other": ('score,why\n9,"' + '""' * 120_000 + '"\n', "cell of 120,000 bytes"),
    "one line far below": ("score,why\n" + "9,fine\n" * 50_000 + "8," + "a" * 120_000 + "\n", "cell of 120,000 bytes"),
    "one line of a shorter record": ("score,why,plan\n" + "9,fine,Pro\n" * 500 + "8," + "a" * 120_000,
                                     "cell of 120,000 bytes"),
    "more rows than any survey": ("score,why\n" + "9,fine\n" * 30_001, "more than 30,000 rows"),
    "more uneven rows": ("score,why\n" + "9,fine\n" * 300 + "9\n" * 2_001, "more or fewer cells"),
    "more damaged rows": ("score,why\n" + '9,"a "b" c"\n' * 2_001, "more than 2,000 records with damaged quoting"),
    "more rows of an unusual kind": ("score, why\n" + "9, fine\n" * 4_001, "more than 4,000 records whose quoting"),
    "a mark that is never closed": ('score,why\n9,"' + "a,b\n" * 50_000, "No NPS question"),
}  # fmt: skip


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "latin-1"])
@pytest.mark.parametrize("kind", ABSURD)
def test_an_absurd_text_is_refused_in_words(kind, codec, monkeypatch):
    written, says = ABSURD[kind]
    monkeypatch.setattr(text, "MAX_RECORD", 150_000)
    monkeypatch.setattr(source, "MAX_RECORDS", 30_000 if "rows" in says else source.MAX_RECORDS)
    monkeypatch.setattr(source, "MAX_UNEVEN", 2_000)
    monkeypatch.setattr(repair, "MOST_MENDED", 2_000)
    monkeypatch.setattr(repair, "MOST_CAREFUL", 4_000)
    with pytest.raises(ReadError, match=says) as caught:
        read_survey(written.encode(codec), name="x.csv")
    assert "x.csv" in caught.value.message
    assert caught.value.hint


def test_a_row_far_wider_than_the_others_is_left_out_and_said():
    rows = [*BODY[:50], "9," * 2_500, *BODY[50:]]
    survey = read("\n".join([HEADER_LINE, *rows]).encode())
    assert (survey.rows.read, survey.rows.kept) == (201, 200)
    assert [(part.reason, part.examples[0][0]) for part in survey.rows.left_out] == [("unreadable", 52)]


@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
def test_however_many_rows_are_cut_off_none_is_lost(share, in_pieces):
    cut = [
        line.removesuffix(",") if place % 100 < share * 100 else line for place, line in enumerate(BODY * 10)
    ]
    in_pieces(500)
    survey = read("\n".join([HEADER_LINE, *cut]).encode())
    assert survey.rows.kept == 2_000
    assert survey.responses["row"].tolist() == list(range(2, 2_002))
