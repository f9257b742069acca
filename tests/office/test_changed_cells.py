"""What somebody changes in a visible cell is what a chart draws: checked in LibreOffice, kind by kind."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile

import pytest
from lxml import etree
from stories import usual
from test_chart_kinds import chart_of

from nps_core.charts.draw.pptx import chart_xml
from nps_core.charts.draw.pptx_parts import Style
from nps_core.report.cells import Book
from nps_core.report.workbook import workbook

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MARK = 12.5
"""What is typed into a cell."""


def typed(sheet: bytes, cell: str, value: float = MARK) -> bytes:
    """A sheet with a value typed into a cell: what was computed before is gone, so that it is computed anew."""
    root = etree.fromstring(sheet)
    for one in root.iter(f"{S}c"):
        if one.get("r") == cell:
            assert one.find(f"{S}f") is None, "a cell that is seen holds a figure"
            one.find(f"{S}v").text = repr(value)
        if one.find(f"{S}f") is not None:
            one.remove(one.find(f"{S}v"))
    return etree.tostring(root)


def copied(data: bytes, changed: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as copy:
        for name in package.namelist():
            copy.writestr(name, changed.get(name, package.read(name)))
    return out.getvalue()


def columns(text: str) -> dict[str, list[str]]:
    heads, *rows = [line.split(";") for line in text.strip().split("\n")]
    return {head: [row[place] for row in rows] for place, head in enumerate(heads)}


@pytest.mark.parametrize("kind", ["dots", "strip", "line", "lengths", "plane", "steps"])
def test_what_helps_to_draw_on_a_slide_follows_the_cells_that_are_seen(convert, tmp_path, kind):
    _, sheet = chart_xml(chart_of(kind, ["one", "two", "three"]), Style())
    data = sheet.xlsx()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        book = package.read("xl/worksheets/sheet1.xml")
    changed = copied(data, {"xl/worksheets/sheet1.xml": typed(book, "B2")})
    (tmp_path / "sheet.xlsx").write_bytes(changed)
    flat = etree.parse(str(convert(tmp_path / "sheet.xlsx", "fods")))
    found = values_in(flat)
    name = sheet.columns[1].head
    value, low, high = (float(found[at][0]) for at in (1, 2, 3))
    assert value == MARK
    heads = [column.head for column in sheet.columns]
    drawn = {head: [own for own in found[place] if own] for place, head in enumerate(heads)}
    if kind in {"line", "lengths", "plane"}:
        assert float(drawn[f"{name} less from"][0]) == pytest.approx(MARK - low)
        assert float(drawn[f"to less {name}"][0]) == pytest.approx(high - MARK)
    if kind in {"dots", "strip", "plane"}:
        assert MARK in {
            float(own) for head in heads if re.fullmatch(r"dots \d+", head) for own in drawn[head]
        }
    if kind == "steps":
        start = float(drawn[heads[heads.index("row") - 1]][0])
        assert MARK + start in [
            float(own) for head in heads if re.fullmatch(r"step \d+", head) for own in drawn[head]
        ]


def values_in(flat) -> list[list[str]]:
    """The columns of the first sheet of a flat document, without the heads."""
    table, office = (
        "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}",
        "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}",
    )
    rows = []
    for row in next(flat.iter(f"{table}table")).iter(f"{table}table-row"):
        cells: list[str] = []
        for cell in row.iter(f"{table}table-cell"):
            cells += [cell.get(f"{office}value", "")] * min(
                60, int(cell.get(f"{table}number-columns-repeated", "1"))
            )
        rows.append(cells + [""] * 60)
    return [list(column) for column in zip(*(row[:60] for row in rows[1:]), strict=True)]


def test_every_chart_of_a_workbook_draws_what_is_typed_into_its_cells(convert, tmp_path):
    """The values within each chart of the document that LibreOffice writes, error bars among them."""
    data = workbook(usual())
    changed, kinds = {}, {}
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        sheets = sheet_files(package)
        for name in package.namelist():
            if not re.search(r"charts/chart\d+\.xml", name):
                continue
            chart = etree.fromstring(package.read(name))
            series = chart.find(f".//{C}ser")
            place = series.find(
                f"{C}val//{C}f" if series.find(f"{C}val") is not None else f"{C}yVal//{C}f"
            ).text
            sheet, _, cells = place.rpartition("!")
            file = sheets[sheet.strip("'").replace("''", "'")]
            changed[file] = typed(changed.get(file, package.read(file)), cells.split(":")[0].replace("$", ""))
            kinds[name] = series.find(f"{C}errBars") is not None
    (tmp_path / "book.xlsx").write_bytes(copied(data, changed))
    assert len(kinds) >= 6
    assert any(kinds.values())
    with zipfile.ZipFile(convert(tmp_path / "book.xlsx", "ods")) as package:
        drawn = [
            package.read(name).decode()
            for name in package.namelist()
            if re.fullmatch(r"Object \d+/content.xml", name)
        ]
    assert len(drawn) == len(kinds)
    for text in drawn:
        assert f'office:value="{MARK}"' in text


def sheet_files(package) -> dict[str, str]:
    """Where each sheet of a workbook stands in its package."""
    space = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    book, relations = (
        etree.fromstring(package.read(f"xl/{name}")) for name in ("workbook.xml", "_rels/workbook.xml.rels")
    )
    places = {one.get("Id"): f"xl/{one.get('Target')}" for one in relations}
    return {one.get("name"): places[one.get(space)] for one in book.iter(f"{S}sheet")}


def test_a_figure_that_is_typed_over_is_written_as_the_app_writes_it(convert, tmp_path):
    """0.3 as "0" and 40 as "+40" in one and the same cell: its format goes by its value."""
    book = Book()
    sheet = book.sheet("figures")
    told = [
        ("points", 0.3),
        ("points", -0.3),
        ("points", 40.0),
        ("points", -7.2),
        ("share", 0.004),
        ("share", 0.0),
    ]
    told += [("share", 0.5), ("percent", 0.2), ("percent", 12.0), ("p", 0.0004), ("p", 0.25)]
    for row, (kind, value) in enumerate(told):
        book.cell(sheet, row, 0, value, kind)
    (tmp_path / "figures.xlsx").write_bytes(book.done())
    pdf = convert(tmp_path / "figures.xlsx", "pdf")
    done = subprocess.run(
        [shutil.which("pdftotext"), str(pdf), "-"], capture_output=True, text=True, check=True
    )
    shown = done.stdout.split()
    assert shown == ["0", "0", "+40", "−7", "<1%", "0%", "50%", "<1%", "12%", "<0.001", "0.250"]
