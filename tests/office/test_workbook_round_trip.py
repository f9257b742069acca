"""LibreOffice opens the workbook and saves it again: nothing in it has become a formula or a link."""

import re
import zipfile

import formulas
import pytest
from stories import hostile, usual

from nps_core.report.workbook import workbook


@pytest.fixture(scope="module")
def file(shared, tmp_path_factory):
    made = tmp_path_factory.mktemp("made") / "hostile.xlsx"
    made.write_bytes(workbook(hostile(shared)))
    return made


def texts(file, pattern):
    with zipfile.ZipFile(file) as files:
        return {
            name: files.read(name).decode("utf-8") for name in files.namelist() if re.search(pattern, name)
        }


def test_as_xlsx(convert, file):
    again = convert(file, "xlsx")
    sheets = texts(again, r"worksheets/sheet\d+\.xml")
    assert len(sheets) > 8
    for text in sheets.values():
        assert not formulas.others(text)
        assert "<hyperlink" not in text
    assert all('TargetMode="External"' not in text for text in texts(again, r"\.rels$").values())


def test_as_ods(convert, file):
    content = texts(convert(file, "ods"), r"^content\.xml$")["content.xml"]
    assert content.count("<table:table ") > 8
    assert not formulas.others(content)
    assert 'xlink:href="http' not in content
    assert "<text:a " not in content


def test_charts_stay_charts(convert, tmp_path):
    made = tmp_path / "usual.xlsx"
    story = usual()
    made.write_bytes(workbook(story))
    charts = texts(convert(made, "xlsx"), r"charts/chart\d+\.xml")
    assert len(charts) == sum(part.chart is not None for part in story.parts)
    assert any("<c:errBars>" in text for text in charts.values())
