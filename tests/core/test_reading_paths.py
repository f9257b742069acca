"""The quick way through a large file and the careful way through any file end at the same survey."""

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nps_core.errors import ReadError
from nps_core.reading import bulk, read_survey, sources, stream
from nps_core.reading.repeats import POLICIES

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
def quick(monkeypatch):
    """Reads any text the quick way, in small pieces; counts how many were not given up."""
    taken = []

    def read_large(*args):
        table, digest = bulk.read_large(*args)
        taken.append(table is not None)
        return table, digest

    def choose(piece):
        monkeypatch.setattr(sources, "LARGE", 1)
        monkeypatch.setattr(stream, "PIECE", piece)
        monkeypatch.setattr(sources, "read_large", read_large)

    choose.taken = taken
    choose.leave = monkeypatch.undo
    return choose


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    texts(),
    st.integers(1, 300),
    st.sampled_from(["utf-8", "cp1252", "utf-16", "cp932", "mixed"]),
    st.sampled_from(POLICIES),
)
def test_any_text_reads_alike_the_quick_and_the_careful_way(quick, text, piece, encoding, repeats):
    data = mixed(text) if encoding == "mixed" else text.encode(encoding, "replace")
    careful = read(data, repeats)
    quick(max(piece, 220))
    try:
        assert_same(read(data, repeats), careful)
    finally:
        quick.leave()


def test_a_clean_text_is_read_the_quick_way(quick):
    rows = [
        f'{place % 11},"said ""{place}"",\nand more",2026-01-02,P{place % 3},a{place}@b.de'
        for place in range(300)
    ]
    for end in ("\n", "\r\n"):
        data = ("\ufeff" + end.join([",".join(HEADER), *rows])).encode()
        careful = read(data)
        quick(500)
        assert_same(read(data), careful)
        assert quick.taken.pop()
        quick.leave()


@pytest.mark.parametrize("way", ["quick", "careful"])
def test_rows_left_out_are_those_of_the_file_cell_by_cell(quick, way):
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
    if way == "quick":
        quick(500)
    survey = read(data, "latest")
    if way == "quick":
        assert quick.taken.pop()
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


def test_a_header_that_comes_again_in_every_other_line_is_read_column_by_column(quick, monkeypatch):
    header = ",".join(HEADER)
    rows = [f"{place % 11}, said {place} ,2026-01-{place % 28 + 1:02d},P{place % 3}," for place in range(300)]
    lines = [header, rows[0], *(line for row in rows[1:] for line in (header, row)), ",,,,", ""]
    for end in ("\n", "\r\n"):
        data = end.join(lines).encode()
        careful = read(data)
        assert careful.rows.read == 300
        assert careful.doubts[0] == "The header comes again in record 3; the 299 rows below it were added."
        quick(500)
        with monkeypatch.context() as patch:
            patch.setattr("nps_core.reading.body.Again.is_header", _counted(asked := []))
            assert_same(read(data), careful)
        assert quick.taken.pop()
        assert len(asked) == 0  # no row is compared by itself, however often the header comes
        quick.leave()


def _counted(asked):
    def is_header(_, row):
        asked.append(row)
        return False

    return is_header


def test_a_table_that_comes_again_or_another_one_is_left_to_the_careful_way(quick):
    header = ",".join(HEADER)
    rows = [f"{place % 11},said {place},2026-01-{place % 28 + 1:02d},P{place % 3}," for place in range(200)]
    other = ",".join(HEADER[:3]) + ",Region,Phone"
    for again in (
        [header, *rows],
        [header, *rows[:185], *(f"1,new {i},,," for i in range(15))],
        [other, *rows],
    ):
        data = "\n".join([header, *rows, *again]).encode()
        careful = read(data)
        quick(500)
        assert_same(read(data), careful)
        quick.leave()


def test_a_large_text_of_other_headers_upon_headers_is_refused(quick, monkeypatch):
    monkeypatch.setattr(bulk, "_CAREFULLY", 2_000)
    rows = [f"{place % 11},said {place},2026-01-{place % 28 + 1:02d},P{place % 3}," for place in range(1_100)]
    other = ",".join([HEADER[1], HEADER[0], *HEADER[2:]])
    data = "\n".join([",".join(HEADER), rows[0], *(line for row in rows for line in (other, row))]).encode()
    quick(500)
    said = read(data)
    assert said.startswith("In “x.csv” the header, or one like it, comes again in 1,100 rows")


def test_a_header_at_the_end_has_no_rows_below_it(quick):
    header = ",".join(HEADER)
    data = "\n".join(
        [header, *(f"{place},said {place},2026-01-03,Pro," for place in range(9)), header]
    ).encode()
    careful = read(data)
    assert careful.doubts[0] == "The header comes again in record 11; no row stands below it."
    quick(500)
    assert_same(read(data), careful)


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
def test_a_byte_order_mark_that_stands_twice_is_no_part_of_a_name(quick, codec):
    rows = [f"{place % 11},said {place},2026-01-03,Pro," for place in range(300)]
    data = "\n".join([f'\ufeff\ufeff"{HEADER[0]}",{",".join(HEADER[1:])}', *rows]).encode(codec)
    careful = read(data)
    assert careful.mapping.score == HEADER[0]
    quick(500)
    assert_same(read(data), careful)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_of_two_encodings_is_written_anew_for_the_quick_way(quick, end, monkeypatch):
    rows = [
        f'{place % 11},"Très cher – {place}, größer",2026-01-{place % 28 + 1:02d},P{place % 3},'
        for place in range(700)
    ]
    data = mixed(end.join([",".join(HEADER), *rows]))
    careful = read(data)
    quick(501)
    with monkeypatch.context() as patch:
        patch.setattr(sources, "_read_mended", lambda *_: pytest.fail("the text was written anew as a whole"))
        assert_same(read(data), careful)
    assert quick.taken.pop()
    assert careful.responses["comment"].iloc[[0, 1]].tolist() == [
        "Très cher – 0, größer",
        "Très cher – 1, größer",
    ]
    assert (
        careful.doubts[0]
        == "Of 700 lines with special letters, 233 are not UTF-8; those were read as Windows-1252."
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("codec", WRITTEN)
def test_a_text_of_another_encoding_is_written_anew_for_the_quick_way(quick, codec, end, monkeypatch):
    comment = WRITTEN[codec]
    rows = [
        f'{place % 11},"{comment}, {place}",2026-01-{place % 28 + 1:02d},P{place % 3},'
        for place in range(700)
    ]
    rows[33] += ",,"
    text = end.join([",".join(HEADER), *rows])
    data = text.encode(codec)
    careful = read(data)
    quick(501)  # within letters of several bytes, and within their halves
    with monkeypatch.context() as patch:
        patch.setattr(sources, "_read_mended", lambda *_: pytest.fail("the text was written anew as a whole"))
        assert_same(read(data), careful)
    assert quick.taken.pop()
    assert careful.responses["comment"].iloc[1] == f"{comment}, 1"
