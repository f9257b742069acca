"""A sheet is read column by column where it can be: that ends at the same table as row by row."""

import io

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from nps_core.reading import read_survey
from nps_core.reading.workbook import Sheet, read_workbook, tables_of

HEADER = ["Response", "How likely are you to recommend us?", "Why?", "Date", "Plan"]
VALUES = (
    ["1", "2", "3", "77"],
    ["0", "7", "9", "10", "10.0", "9.5", "11", "", " "],
    ["Good", "a\nb", "", "N/A", "Größe & <b>", "1234567890123456789", HEADER[2]],
    ["2026-01-05", "2026-01-06 10:00:00", "46000", "", "yesterday"],
    ["Pro", "Free", " ", "日本", "", "TRUE"],
)


@st.composite
def sheets(draw):
    """The cells of a sheet: a survey somewhere on it, with blank rows, notes or a title; and the rows of the survey."""
    rows = [[draw(st.sampled_from(kind)) for kind in VALUES] for _ in range(draw(st.integers(12, 30)))]
    written = [HEADER, *rows]
    place = draw(st.integers(2, len(rows)))
    extra = draw(st.sampled_from(["", "", "blank", "note", "far note", "title", "header"]))
    if extra == "blank":
        written.insert(place, [])
    elif extra == "note":
        written[place] = [*written[place], "a note"]
    elif extra == "far note":
        written[place] = [*written[place], "", "", "a note"]
    elif extra == "title":
        written.insert(0, ["Report of the year"])
    elif extra == "header":
        written.insert(place, HEADER)
    written = [[]] * draw(st.sampled_from([0, 0, 2])) + written
    width = max(map(len, written))
    return rows, [[*row, *[""] * (width - len(row))] for row in written]


def columns(rows, *, coded):
    arrays = [pa.array(column, pa.large_string()) for column in zip(*rows, strict=True)]
    return [pa.chunked_array([array.dictionary_encode() if coded else array]) for array in arrays]


def stripped(rows):
    return [tuple(cell.strip() for cell in row) for row in rows]


@settings(max_examples=200, deadline=None)
@given(sheets(), st.booleans())
def test_every_row_of_any_sheet_is_a_row_of_its_table_or_a_problem(sheet, coded):
    rows, written = sheet
    (table,) = tables_of(Sheet("S", "workbook", columns(written, coded=coded)), "x.xlsx")
    assert table.names == tuple(HEADER)
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    # Rows below a second header that stand above it, too, are told one by one.
    assert stripped(table.head(len(table))) == stripped(filled[: len(table)])
    assert len(table) + len(table.problems) == len(filled)
    for number, row in zip(table.numbers.tolist(), table.head(len(table)), strict=True):
        assert stripped([written[number - 1][: len(HEADER)]]) == stripped([row])


def test_cells_are_read_as_their_owner_sees_them():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet, hidden = book.add_worksheet(), book.add_worksheet("Hidden")
        hidden.write_row(0, 0, ["score", "comment"])
        hidden.write_row(1, 0, [0, "not to be read"])
        hidden.hide()
        day, clock = (book.add_format({"num_format": form}) for form in ("yyyy-mm-dd", "hh:mm:ss"))
        sheet.write_row(2, 1, ["Score", "Day", "Hour", "Seats", "Active", "Code", "Region"])
        for row, (score, code) in enumerate([(9, "007"), (10, "_x"), (3, "1e5"), (0, " a ")], start=3):
            sheet.write(row, 1, score)
            sheet.write(row, 2, 45292 + row, day)
            sheet.write(row, 3, 0.4375, clock)
            sheet.write(row, 4, 1234567890)
            sheet.write(row, 5, bool(row % 2))
            sheet.write(row, 6, code)
            sheet.write_formula(row, 7, "=NA()", None, "#N/A")
    (table,) = read_workbook(out.getvalue(), "x.xlsx")
    assert table.numbers.tolist() == [4, 5, 6, 7]
    assert {column.name: column.values() for column in table.columns} == {
        "Score": ["9", "10", "3", "0"],
        "Day": ["2024-01-04", "2024-01-05", "2024-01-06", "2024-01-07"],
        "Hour": ["10:30:00"] * 4,
        "Seats": ["1234567890"] * 4,
        "Active": ["TRUE", "FALSE", "TRUE", "FALSE"],
        "Code": ["007", "_x", "1e5", " a "],
        "Region": [""] * 4,
    }


@pytest.mark.parametrize("name", ["Sheet & <more>", "Tabelle „1“", "日本"])
def test_a_hidden_sheet_is_not_read_whatever_its_name(name):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        shown, hidden = book.add_worksheet("Shown"), book.add_worksheet(name)
        for sheet, score in ((shown, 9), (hidden, 0)):
            sheet.write_column(0, 0, ["How likely are you to recommend us?", *[score] * 5])
        hidden.very_hidden()
    assert read_survey(out.getvalue(), name="x.xlsx").responses["score"].tolist() == [9] * 5
