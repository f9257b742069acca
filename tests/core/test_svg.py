"""Charts as SVG: every figure inside the picture, text inert, and only what a picture needs."""

import dataclasses
import re
from xml.etree import ElementTree as ET

import pytest
from stories import ARABIC, BAD, bad, hostile, usual

from nps_core.charts.axes import Axis
from nps_core.charts.draw.svg import natural_height, svg
from nps_core.charts.draw.svg_canvas import Canvas, ticks
from nps_core.charts.draw.text_width import width

ALLOWED = {"svg", "rect", "path", "circle", "text"}
NUMBER = r"-?\d+(?:\.\d+)?"


def drawn(chart, wide=880):
    return ET.fromstring(svg(chart, wide))  # noqa: S314 - our own text


def charts(story):
    return [chart for part in story.parts for chart in (part.chart, part.strip) if chart]


def check(chart):
    root = drawn(chart)
    for node in root.iter():
        assert node.tag.partition("}")[2] in ALLOWED
        assert "nan" not in "".join(node.attrib.values())
        if node.tag.endswith("text"):
            wide = width(
                node.text or "", float(node.get("font-size")), bold=node.get("font-weight") is not None
            )
            before = wide * {"start": 0.0, "middle": 0.5, "end": 1.0}[node.get("text-anchor", "start")]
            assert float(node.get("x")) - before >= -2, node.text
            assert float(node.get("x")) - before + wide <= 882, node.text
            assert 0 < float(node.get("y")) <= natural_height(chart)
        if node.tag.endswith("rect"):
            assert float(node.get("x")) >= -1
            assert float(node.get("x")) + float(node.get("width")) <= 882
            assert float(node.get("y")) + float(node.get("height")) <= natural_height(chart) + 1


def test_nothing_leaves_the_picture():
    for chart in charts(usual()):
        check(chart)


@pytest.mark.parametrize("name", BAD)
def test_nor_for_surveys_that_lack_or_overdo_something(name):
    for chart in charts(bad(name)):
        check(chart)


def test_hostile_text_is_text(shared):
    for chart in charts(hostile(shared)):
        check(chart)


def test_the_figures_beside_the_rows_are_written():
    for chart in charts(usual()):
        texts = {node.text for node in drawn(chart).iter() if node.tag.endswith("text")}
        for head, cells in chart.columns:
            assert {head, *(cell for cell in cells if cell)} <= texts


def test_dots_stand_where_their_values_are():
    chart = next(chart for chart in charts(usual()) if chart.kind == "dots")
    dots = [float(node.get("cx")) for node in drawn(chart).iter() if node.tag.endswith("circle")]
    values = list(chart.series[0].values)
    assert len(dots) == len(values)
    scale = (max(dots) - min(dots)) / (max(values) - min(values))
    for dot, value in zip(dots, values, strict=True):
        assert dot - dots[0] == pytest.approx(scale * (value - values[0]), abs=0.2)
    lines = re.findall(
        rf'<path d="M({NUMBER}) {NUMBER}L({NUMBER}) {NUMBER}" stroke="#[0-9a-f]+" stroke-width="2"',
        svg(chart, 880),
    )
    for (start, end), low, high in zip(lines, chart.series[0].low, chart.series[0].high, strict=True):
        assert float(end) - float(start) == pytest.approx(scale * (high - low), abs=0.2)


def test_a_gap_is_no_line():
    drawn = next(chart for chart in charts(usual()) if chart.kind == "line")
    chart = dataclasses.replace(drawn, marks=())  # the levels of its story are lines too
    score = chart.series[0]
    gap = {
        name: (*getattr(score, name)[:3], None, *getattr(score, name)[4:])
        for name in ("values", "low", "high")
    }
    holed = dataclasses.replace(chart, series=(dataclasses.replace(score, **gap), *chart.series[1:]))
    assert svg(chart, 880).count('stroke-width="2.2"') == 1
    assert svg(holed, 880).count('stroke-width="2.2"') == 2
    check(holed)


def test_a_name_that_reads_from_the_right_is_cut_on_its_left():
    chart = next(chart for chart in charts(bad("right to left, Chinese")) if ARABIC in chart.categories)
    canvas = Canvas(chart, 880, 200, 13)
    assert canvas.short(ARABIC, 120).endswith("…\u200f")
    assert canvas.short("Customers of the Middle East", 120).endswith("…")
    assert canvas.short(ARABIC, 900) == ARABIC


def test_ticks_are_round():
    assert ticks(Axis(20, 70), 6) == [20, 30, 40, 50, 60, 70]
    assert ticks(Axis(-11.3, 8.7), 5) == [-10, -5, 0, 5]
    assert ticks(Axis(3, 3), 5) == [3]
