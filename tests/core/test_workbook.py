"""The workbook: the story's own figures in typed cells, native charts that draw them, and text that stays text."""

import io
import re
import zipfile
from xml.etree import ElementTree as ET

import formulas
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from stories import BAD, bad, frame_of, hostile, told, usual

from nps_core import Filters, Target, filtered_responses, overview, read_survey
from nps_core import build_report as tell
from nps_core.charts.draw.ranges import block_of
from nps_core.report import cells
from nps_core.report.cells import fitted, style_of
from nps_core.report.workbook import sheet_name, workbook
from nps_core.scope import Scope

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture(scope="module")
def story():
    return usual()


@pytest.fixture(scope="module")
def book(story):
    return workbook(story)


def grids(data):
    """The cells of each sheet, as a spreadsheet program types them."""
    opened = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {
        name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in opened.sheet_names
    }


def xml_of(data, pattern):
    with zipfile.ZipFile(io.BytesIO(data)) as files:
        return {
            name: ET.fromstring(files.read(name))  # noqa: S314 - our own file
            for name in files.namelist()
            if re.search(pattern, name)
        }


def charts_of(data):
    return list(xml_of(data, r"charts/chart\d+\.xml").values())


def numbers_at(all_grids, reference):
    """What stands at a reference such as 'Plan'!$B$5:$B$7."""
    sheet, _, cells_there = reference.rpartition("!")
    grid = all_grids[sheet.strip("'").replace("''", "'")]
    found = re.fullmatch(r"\$([A-Z]+)\$(\d+)(?::\$([A-Z]+)\$(\d+))?", cells_there)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    last = int(found[4] or found[2])
    return [grid[row][column - 1] for row in range(int(found[2]) - 1, last)]


def same(found, expected):
    """Whether cells hold these figures, to the 16 digits that a workbook keeps; an empty one for None."""
    pairs = zip(found, expected, strict=True)
    return all(
        cell == "" if value is None else cell == pytest.approx(value, rel=1e-14, abs=1e-12)
        for cell, value in pairs
    )


def test_every_part_has_its_sheet(story, book):
    names = list(grids(book))
    assert names[0] == "Summary"
    assert names[-2:] == ["Responses", "Method"]
    assert names[1:-2] == [
        sheet_name(part.key) for part in story.parts if part.key not in ("answer", "score")
    ]


def test_every_figure_of_a_part_stands_in_its_sheet(story, book):
    found = grids(book)
    for part in story.parts:
        if part.key in {"answer", "score"} or part.table is None:
            continue
        grid = found[sheet_name(part.key)]
        assert grid[0][0] == part.title
        top = next(
            row for row, line in enumerate(grid) if tuple(line[: len(part.table.heads)]) == part.table.heads
        )
        for own, line in zip(part.table.rows, grid[top + 1 :], strict=False):
            for cell, there, kind in zip(own, line, part.table.kinds, strict=False):
                if kind == "flag":
                    assert there == ("yes" if cell else "no")
                elif cell is None:
                    assert there == ""
                elif kind == "text":
                    assert there == cell
                else:
                    assert there == pytest.approx(cell, rel=1e-14)


def test_charts_are_native_and_draw_their_cells(story, book):
    """Each series, name and error bar of each chart is a reference, and the cells there are the chart's figures."""
    found = grids(book)
    parts = [part for part in story.parts if part.chart]
    drawn = charts_of(book)
    # The groups stand on the first sheet, which is written last: match charts with parts by their titles.
    titled = {}
    for chart in drawn:
        title = chart.find(f"{CHART}chart/{CHART}title").find(f".//{CHART}f").text
        titled.setdefault(numbers_at(found, title)[0], []).append(chart)
    for part in parts:
        chart = titled[part.title].pop(0)
        by_name = {}
        for series in chart.iter(f"{CHART}ser"):
            name = numbers_at(found, series.find(f"{CHART}tx//{CHART}f").text)[0]
            by_name[name] = series
        block = block_of(part.chart)
        for own in block.series:
            series = by_name[block.table.heads[own.values]]  # noqa: PD011 - no frame
            values = numbers_at(found, series.find(f"{CHART}val//{CHART}f").text)
            assert same(values, own.series.values)
            names = numbers_at(found, series.find(f"{CHART}cat//{CHART}f").text)
            assert [f"{name:.0f}" if isinstance(name, float) else name for name in names] == list(
                part.chart.categories
            )
            bars = series.find(f"{CHART}errBars")
            assert (bars is not None) == bool(own.series.low)
            if bars is None:
                continue
            for side, sign, ends in (("plus", 1, own.series.high), ("minus", -1, own.series.low)):
                lengths = numbers_at(found, bars.find(f"{CHART}{side}//{CHART}f").text)
                for value, length, end in zip(values, lengths, ends, strict=True):
                    assert end is None or value + sign * length == pytest.approx(end)
    assert not any(titled.values())
    assert xml_of(book, r"media/") == {}


def test_a_target_is_a_line_of_the_chart():
    own = told(frame_of(), aims=[Target("Board", 30.0)], actions=())
    chart = next(one for one in charts_of(workbook(own)) if one.find(f".//{CHART}lineChart") is not None)
    assert len(list(chart.iter(f"{CHART}ser"))) == 4  # score, level of the story, target, responses


def test_a_title_that_is_too_long_for_a_chart_stands_over_its_sheet():
    own = told(frame_of(), titles={"trend": "What one may write into a title has no end; " * 4})
    data = workbook(own)
    assert any(len(part.title) > 150 for part in own.parts if part.chart)
    grid = grids(data)
    for part in own.parts:
        if part.chart and part.key != "score":
            assert part.title in {sheet[0][0] for sheet in grid.values()}
    titled = [chart for chart in charts_of(data) if chart.find(f"{CHART}chart/{CHART}title") is not None]
    assert len(titled) == sum(len(part.title) <= 90 for part in own.parts if part.chart)


def test_charts_can_be_heard(story, book):
    drawings = xml_of(book, r"drawings/drawing\d+\.xml")
    said = [
        node.get("descr") for one in drawings.values() for node in one.iter() if node.tag.endswith("cNvPr")
    ]
    assert sorted(said) == sorted(part.alt for part in story.parts if part.chart)


def test_the_first_sheet_says_score_interval_n_filters_and_period():
    own = told(frame_of(), filters=Filters(attributes=(("Plan", ("Pro", "Team")),)))
    grid = grids(workbook(own))["Summary"]
    rows = {line[0]: line[1] for line in grid[::-1] if line[0]}
    score = overview(own.scope).estimate
    shown = [rows["NPS"], rows["95% interval from"], rows["95% interval to"]]
    assert same(shown, [score.nps, score.low, score.high])
    assert (rows["Responses"], rows["of all in the survey"]) == (score.n, 900)
    assert rows["Filters"] == "Plan: Pro or Team"
    assert re.fullmatch(r"\d+ \w+ 2024 to \d+ \w+ 2026", rows["Period"])
    assert {"Responses", "Plan", "Trend", "Method"} <= set(rows)


def test_responses_are_typed_and_masked(story, book):
    heads, *rows = grids(book)["Responses"]
    frame = story.scope.survey.responses
    assert heads[:5] == ["row", "score", "group", "date", "comment"]
    assert len(rows) == len(frame)
    assert [row[1] for row in rows] == frame["score"].tolist()
    assert [pd.Timestamp(row[3]) for row in rows] == frame["date"].tolist()
    assert [row[heads.index("Plan")] for row in rows] == frame["Plan"].tolist()
    assert rows[0][4] == "write to [e-mail] or call [phone] about the price"
    open_story = told(frame_of(50, comment=["jo.doe@example.com"] * 50), mask=False, themes=False)
    assert grids(workbook(open_story))["Responses"][1][4] == "jo.doe@example.com"


def test_responses_carry_their_themes_as_the_csv_does(story, book):
    heads, *rows = grids(book)["Responses"]
    found = [row[heads.index("themes")] for row in rows]
    assert found == filtered_responses(story.scope, story.themes)["themes"].tolist()
    assert len(found) == len(rows)
    assert "themes" not in grids(workbook(told(frame_of(50), themes=False)))["Responses"][0]


def test_addresses_alone_are_left_out_when_masked():
    own = told(frame_of(60, respondent=[f"u{n}@example.com" for n in range(60)]), themes=False)
    found = grids(workbook(own))
    assert "respondent" not in found["Responses"][0]
    assert any("addresses are left out" in str(line[1]) for line in found["Summary"])


def test_filters_hold_for_the_rows():
    own = told(frame_of(), filters=Filters(attributes=(("Plan", ("Pro",)),)))
    heads, *rows = grids(workbook(own))["Responses"]
    assert {row[heads.index("Plan")] for row in rows} == {"Pro"}
    assert len(rows) == (own.scope.survey.responses["Plan"] == "Pro").sum()


def test_rows_left_out_have_their_reasons(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("Score,Plan\n" + "9,Pro\n" * 30 + ",=1+1\n99,Pro\n", encoding="utf-8")
    survey = read_survey(file)
    found = grids(workbook(tell(Scope(survey))))
    heads, *rows = found["Left out"]
    assert heads[:2] == ["row", "why"]
    assert [row[1] for row in rows] == survey.left_out["why"].tolist()
    assert len(rows) == survey.rows.read - survey.rows.kept > 0


def test_heads_are_frozen_and_filtered(book):
    for sheet in xml_of(book, r"worksheets/sheet\d+\.xml").values():
        has_table = sheet.find(f"{MAIN}autoFilter") is not None
        frozen = sheet.find(f".//{MAIN}pane")
        assert (frozen is not None and frozen.get("state") == "frozen") or not has_table


def test_hostile_text_is_text(shared):
    data = workbook(hostile(shared))
    sheets = xml_of(data, r"worksheets/sheet\d+\.xml")
    told = [node.text for sheet in sheets.values() for node in sheet.iter(f"{MAIN}f")]
    assert not [formula for formula in told if not formulas.OWN.fullmatch(formula)]
    assert not [node for sheet in sheets.values() for node in sheet.iter(f"{MAIN}hyperlink")]
    for name, rels in xml_of(data, r"\.rels$").items():
        assert not [node for node in rels if node.get("TargetMode") == "External"], name
    for chart in charts_of(data):
        for formula in chart.iter(f"{CHART}f"):
            assert re.fullmatch(r"('(?:[^']|'')+'|[\w.]+)!\$[A-Z]+\$\d+(:\$[A-Z]+\$\d+)?", formula.text)
    heads, *rows = grids(data)["Responses"]
    assert "=1+1" in {row[heads.index("account")] for row in rows}


@pytest.mark.parametrize("name", BAD)
def test_surveys_that_lack_or_overdo_something(name):
    own = bad(name)
    found = grids(workbook(own))
    assert all(len(sheet) <= 31 for sheet in found)
    assert len({sheet.casefold() for sheet in found}) == len(found)
    for part in own.parts:  # what is too long for a slide is whole here
        if part.key.startswith("segments: ") and part.table:
            texts = {cell for grid in found.values() for line in grid for cell in line}
            assert {row[0] for row in part.table.rows} <= texts


def test_the_same_for_large_surveys(story, book, monkeypatch):
    """Rows that go to disk as they are written give the same cells."""
    monkeypatch.setattr("nps_core.report.workbook.LEAN_FROM", 1)
    assert grids(workbook(story)) == grids(book)


def test_more_responses_than_a_sheet_has_rows(story, monkeypatch):
    monkeypatch.setattr("nps_core.report.workbook.MOST_ROWS", 101)
    found = grids(workbook(story))
    assert len(found["Responses"]) == 101
    assert any(
        "Here are the first 100: a sheet has no more rows" in str(line[1]) for line in found["Summary"]
    )


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(1, 2000))
def test_texts_fit_a_cell(text, times):
    kept = fitted(text * times)
    assert len(kept.encode("utf-16-le")) // 2 <= cells.LONGEST_TEXT


def test_counts_of_weighted_responses_have_a_decimal():
    assert [style_of(value, "count") for value in (3.0, 3.5)] == ["count", "parts"]
    assert style_of(np.float64(0.0001), "p") == "p"
