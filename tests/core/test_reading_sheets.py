"""A large sheet, taken apart as it passes the gate, ends at the same survey as one that the usual parser reads."""

import io
import zipfile
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_reading_gate import BOMBS, LINKS, OPEN, SHEET, TYPES, workbook
from test_reading_paths import HEADER, assert_same, read

from nps_core.errors import RefusedFile
from nps_core.reading import archive, read_survey, sheet_table, sources
from nps_core.reading.sheet import SheetScan

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<?xml version="1.0"?><workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{{epoch}}'
    '<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
PARTS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="rId3" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
)
STYLES = (
    f'<?xml version="1.0"?><styleSheet xmlns="{MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm"/></numFmts>'
    '<cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="46"/></cellXfs></styleSheet>'
)
STRINGS = [
    *HEADER,
    "Pro",
    "Free",
    "007",
    "9",
    "10",
    "NA",
    "",
    " ",
    "Größe & <b>",
    "a\nb",
    "2026-01-05",
    "N/A",
    "日本",
]
SHARED = (
    f'<?xml version="1.0"?><sst xmlns="{MAIN}">'
    + "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in STRINGS)
    + "<si><r><t>rich </t></r><r><rPr><b/></rPr><t>text</t></r></si></sst>"
)


def shared(text):
    return f' t="s"><v>{STRINGS.index(text)}</v></c>'


SCORES = [f"><v>{value}</v></c>" for value in ("0", "7", "9", "10", "10.0", "1E1", "9.5", "11", "-0", "")]
SCORES += [shared("9"), shared("10"), shared(""), shared("NA"), ' s="1"/>', ""]
REASONS = [shared(text) for text in STRINGS[len(HEADER) :]] + [
    f' t="s"><v>{len(STRINGS)}</v></c>',
    ' s="0" t="inlineStr"><is><t xml:space="preserve"> in line </t></is></c>',
    ' t="str"><f>A1&amp;"x"</f><v>of a &amp; formula</v></c>',
    ' t="b"><v>1</v></c>',
    ' t="e"><v>#N/A</v></c>',
    "><v>1234567890123456789</v></c>",
    "><v>0.1</v></c>",
    "/>",
    "></c>",
    "",
]
DATES = [
    f' s="{style}"><v>{value}</v></c>'
    for style in (1, 2, 3)
    for value in ("45292", "45292.75", "0.5", "-1", "60")
]
DATES += [' s="1" t="n"><v>46000</v></c>', ' t="d"><v>2026-01-02T10:00:00</v></c>', shared("2026-01-05"), ""]
KINDS = (
    SCORES,
    REASONS,
    DATES,
    [shared("Pro"), shared("Free"), shared(" "), shared("日本"), ""],
    [*REASONS[:6], ""],
)
ODD = (
    "",
    "<!-- said -->",
    "\n",
    '<c r="A1"><v>9</v></c>',
    "<c><v>3</v></c>",
    '<x:c r="Z9"><v>1</v></c>',
    '<c r="b99"><v>1</v></c>',
    "<c r='Y1'><v>1</v></c>",
    '<c r="ZZ1" t="inlineStr"><is><r><rPr><color rgb="0"/></rPr><t>rich</t></r></is></c>',
)


def name_of(column):
    return f"{chr(64 + column // 26) if column >= 26 else ''}{chr(65 + column % 26)}"


@st.composite
def sheets(draw):
    """The rows of a sheet, as XML: a survey somewhere on it, with blank rows and notes beside it."""
    across, down = draw(st.sampled_from([0, 0, 0, 1, 25])), draw(st.sampled_from([1, 1, 1, 3]))
    attributes = draw(st.sampled_from(["", ' spans="1:5"', ' ht="15" customFormat="false"']))
    rows = [[shared(name) for name in HEADER]]
    rows += [[draw(st.sampled_from(kind)) for kind in KINDS] for _ in range(draw(st.integers(3, 30)))]
    extra = draw(st.sampled_from(["nothing", "nothing", "blank", "header", "note", "far note", "title"]))
    place = draw(st.integers(1, len(rows) - 1))
    if extra == "blank":
        rows.insert(place, [""] * 5)
    elif extra == "header":
        rows.insert(place, rows[0])
    elif extra == "note":
        rows[place] = [*rows[place], shared("NA")]
    elif extra == "far note":
        rows[place] = [*rows[place], "", "", shared("Pro")]
    elif extra == "title":
        rows.insert(0, [shared("Pro")])
    odd = draw(st.sampled_from(["", "", "", *ODD]))
    written = []
    for number, row in enumerate(rows, start=down):
        cells = "".join(
            f'<c r="{name_of(across + column)}{number}"{form}' for column, form in enumerate(row) if form
        )
        more = odd if number == down + place else ""
        if cells or more or draw(st.booleans()):
            written.append(f'<row r="{number}"{attributes}>{cells}{more}</row>')
    return "".join(written), draw(st.sampled_from(["", '<workbookPr date1904="1"/>']))


def book(rows, epoch):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", TYPES)
        parts.writestr("_rels/.rels", LINKS.format(kind="officeDocument", target="xl/workbook.xml"))
        parts.writestr("xl/workbook.xml", BOOK.format(epoch=epoch))
        parts.writestr("xl/_rels/workbook.xml.rels", PARTS)
        parts.writestr("xl/sharedStrings.xml", SHARED)
        parts.writestr("xl/styles.xml", STYLES)
        parts.writestr(SHEET, OPEN.decode() + rows + "</sheetData><mergeCells/></worksheet>")
    return out.getvalue()


@pytest.fixture
def quick(monkeypatch):
    """Takes any sheet apart, in small pieces; counts how many cells."""

    def choose(piece):
        monkeypatch.setattr(archive, "LARGE_SHEET", 0)
        monkeypatch.setattr(archive, "_CHUNK", piece)

    choose.leave = monkeypatch.undo
    return choose


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sheets(), st.integers(20, 2000))
def test_any_sheet_reads_alike_taken_apart_and_parsed(quick, sheet, piece):
    data = book(*sheet)
    careful = read(data)
    quick(piece)
    try:
        assert_same(read(data), careful)
    finally:
        quick.leave()


def test_the_usual_sheet_is_taken_apart(quick, monkeypatch):
    rows = [[shared(name) for name in HEADER]]
    rows += [
        [SCORES[place % 4], REASONS[place % 9], DATES[place % 5], shared("Pro"), REASONS[1]]
        for place in range(99)
    ]
    xml = "".join(
        f'<row r="{number}">'
        + "".join(f'<c r="{name_of(column)}{number}"{form}' for column, form in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, start=1)
    )
    data = book(xml, "")
    careful = read(data)
    quick(700)
    for asked in (sources, sheet_table):
        monkeypatch.setattr(asked, "to_tables", None)  # not to be asked
    assert_same(read(data), careful)
    assert len(careful.responses) == 99


@pytest.mark.parametrize("bomb", [name for name in BOMBS if BOMBS[name].startswith(b"PK")])
def test_a_bomb_is_refused_though_its_sheet_is_taken_apart(quick, bomb):
    quick(900_000)
    with pytest.raises(RefusedFile):
        read_survey(BOMBS[bomb], name="bomb.xlsx")


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2" r="XFD1048576"><v>1</v></c>',
        '<c r="A2"><v>1</v></c><v:c r="XFD1048576"><v>1</v></v:c>',
        '<c r="A2"><v>1<c r="XFD1048576"/></v></c>',
        '<c r="A2"><v>1</v></row><row r="1048576"></c>',
        '<c r="A2"><v>1</v></c></row><row r="3" r="1048576"><c r="A3"><v>1</v></c>',
        '<c r="A2"><is><t>1</t></is></c></sheetData><sheetData><row r="9"><c r="XFD9"/></row>',
        '<c r="A2" x="1&quot; r=&quot;XFD1048576"><v>1</v></c>',
        '<c r="B2"><v>1</v></c><c r="A2"><v>1</v></c>',
        '<c r="A3"><v>1</v></c>',
        '<c r="A2"><![CDATA[<c r="XFD9"/>]]></c>',
    ],
)
def test_what_no_program_writes_is_left_to_the_usual_parser(cell):
    scan = SheetScan()
    scan.feed(
        OPEN
        + b'<row r="1"><c r="A1"><v>9</v></c></row><row r="2">'
        + cell.encode()
        + b"</row></sheetData></worksheet>"
    )
    found = scan.scanned()
    assert found is None or (b'<row r="3" r=' in cell.encode() and len(found.forms) == 2)


def test_workbook_builder_writes_what_is_taken_apart():
    with zipfile.ZipFile(io.BytesIO(workbook([b'<row r="1"><c r="A1"><v>9</v></c></row>']))) as parts:
        scan = SheetScan()
        scan.feed(parts.read(SHEET))
    assert scan.scanned() is not None
