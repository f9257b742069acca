"""Files that are not what their name says: read where they hold a table, else called what they are."""

import gzip
import io
import zipfile

import pytest

from nps_core.errors import ReadError, RefusedFile, UnreadableFile
from nps_core.reading import read_survey, source

ASKED = "How likely are you to recommend us?"
ROWS = [("Date", ASKED, "Why?")] + [
    (f"2026-01-{place + 1:02d}", str(score), f"note {place} & more <b> “ä”")
    for place, score in enumerate([9, 10, 3, 7, 0, 8])
]
SCORES = [9, 10, 3, 7, 0, 8]


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def html(rows=ROWS, cell="td"):
    lines = ["<tr>" + "".join(f"<{cell}>{escaped(one)}</{cell}>" for one in row) + "</tr>" for row in rows]
    return "<table border=1>" + "\n".join(lines) + "</table>"


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><meta charset='utf-8'><title>x</title></head><body>{}</body></html>",
        "{}",
        "\n <!DOCTYPE html><html><style>td {{ x: y }}</style><body><p>Report</p>{}<p>Bye</p></body></html>",
        (
            "<?xml version='1.0'?><html xmlns:x='urn:schemas-microsoft-com:office:excel'><script>var"
            " a='<td>';</script>{}</html>"
        ),
        "<div><table><tr><td>Menu</td><td>{}</td></tr></table></div>",
    ],
)
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_html_table_called_xls_is_read(page, codec):
    if codec == "utf-16":
        page = page.replace("utf-8", "utf-16")
    survey = read_survey(page.format(html()).encode(codec), name="export.xls")
    assert list(survey.responses["score"]) == SCORES
    assert list(survey.responses["comment"]) == [row[2] for row in ROWS[1:]]
    assert survey.layout == "plain table (table in a web page)"


def test_unclosed_cells_and_spans_are_read_as_a_browser_shows_them():
    rows = "".join(f"<tr><td>{day}<td>{score}<td>{note}" for day, score, note in ROWS[1:3])
    head = f"<tr><th colspan=3>Report of the year<tr><th>Date<th>{ASKED}<th>Why?"
    over = "<tr><td rowspan=2>2026-02-01</td><td>7</td><td>x</td></tr><tr><td>8</td><td>y</td></tr>"
    survey = read_survey(f"<table>{head}{rows}{over}".encode(), name="x.html")
    assert list(survey.responses["score"]) == [9, 10, 7, 8]
    assert survey.responses["date"].notna().tolist() == [True, True, True, False]


def test_xml_spreadsheet_2003_is_read_with_its_gaps():
    cells = [
        "".join(
            f'<Cell ss:Index="{place * 2 + 1}"><Data ss:Type="String">{escaped(one)}</Data></Cell>'
            for place, one in enumerate(row)
        )
        for row in ROWS
    ]
    rows = "".join(f'<Row ss:Index="{place + 2}">{row}</Row>' for place, row in enumerate(cells))
    book = (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook'
        ' xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet'
        f' ss:Name="Answers"><Table>{rows}</Table></Worksheet></Workbook>'
    )
    survey = read_survey(book.encode(), name="export.xls")
    assert list(survey.responses["score"]) == SCORES
    assert survey.layout == "plain table (XML spreadsheet)"
    assert survey.responses["row"].tolist() == [3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(
    "page",
    [
        "<table><tr><td>9</td></tr><tr><td>" + "x" * (source.MAX_FIELD + 1) + "</td></tr></table>",
        "<table><tr><td>9</td></tr><tr>" + "<td>1</td>" * (source.MAX_COLUMNS + 1) + "</tr></table>",
        "<table><tr><td colspan=999999999>x</td></tr></table>",
        "<table><tr><td ss:MergeAcross='999999999'>x</td></tr></table>",
        "<Workbook><Table><Row ss:Index='999999999'><Cell><Data>9</Data></Cell></Row></Table></Workbook>",
    ],
)
def test_absurd_pages_are_refused(page):
    with pytest.raises(RefusedFile):
        read_survey(page.encode(), name="x.xls")


def test_entities_are_letters_and_nothing_else():
    page = '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>' + html(
        [("Date", ASKED, "Why?"), ("2026-01-01", "9", "&a;&b;"), ("2026-01-02", "8", "x")]
    ).replace("&amp;", "&")
    assert list(read_survey(page.encode(), name="x.html").responses["comment"]) == ["&a;&b;", "x"]


def packed(**parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return out.getvalue()


CSV = "\n".join(",".join(row) for row in ROWS).encode()


@pytest.mark.parametrize(
    ("data", "says", "hint"),
    [
        (gzip.compress(CSV), "a gzip archive", "Unpack"),
        (packed(export_csv=CSV), "an archive with “export.csv” in it", "Unpack"),
        (packed(a_csv=CSV, b_csv=CSV), "“a.csv” and 1 more", "Unpack"),
        (packed(word__document_xml=b"<w/>"), "a Word document", "spreadsheet"),
        (packed(Index__Document_iwa=b"x"), "a Numbers document", "Numbers"),
        (
            b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
            "a password",
            "without a password",
        ),
        (b'[{"score": 9}, {"score": 3}]', "is JSON", "CSV"),
        (b'{"score": 9}\n{"score": 3}\n', "is JSON", "CSV"),
        (b"<!DOCTYPE html><html><body><p>Please log in</p></body></html>", "without a table", "CSV"),
        (b"<?xml version='1.0'?><feed><entry>9</entry></feed>", "without a table", "CSV"),
    ],
)
def test_what_is_no_table_says_what_to_do(data, says, hint):
    with pytest.raises(UnreadableFile, match=says) as caught:
        read_survey(data, name="export.xls")
    assert hint in str(caught.value.hint)


def test_a_question_that_begins_with_markup_is_text():
    text = f"<p>{ASKED}</p>,Why?\n9,fine\n3,slow\n"
    assert list(read_survey(text.encode(), name="x.csv").responses["score"]) == [9, 3]


@pytest.mark.parametrize("cut", range(10, 400, 13))
def test_a_page_cut_off_anywhere_gives_rows_or_a_sentence(cut):
    try:
        survey = read_survey(html().encode()[:cut], name="x.xls")
    except ReadError:
        return
    assert survey.rows.kept <= len(SCORES)
