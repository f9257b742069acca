"""Every kind of chart in every renderer: of nothing, of one mark, of very many, with names that overdo it."""

import io
import re
import xml.etree.ElementTree as ET
import zipfile

import formulas
import openpyxl
import pandas as pd
import plotly.graph_objects as go
import pptx
import pytest
from stories import told

from nps_core.charts.axes import Axis, points_axis
from nps_core.charts.draw.plotly import picture, plotly_figure
from nps_core.charts.draw.svg import natural_height, svg
from nps_core.charts.spec import GROUP_ORDER, KINDS, LEVEL_LINES, Cell, Chart, Mark, Panel, Series, names_of
from nps_core.report.formats import write_report
from nps_core.report.model import Part

LONG = (
    "Which of these statements says best how your team works with it today, and how will it in a year from"
    " now? " * 2
)
HOSTILE = '<b>=1+1</b> & "%{x}" ]]> ${7*7}'
NAMES = {
    "nothing": [],
    "one": ["One"],
    "three hundred": [f"Name {place}" for place in range(300)],
    "names of 200 characters": [f"{place} {LONG}"[:200] for place in range(3)],
    "hostile names": [HOSTILE, f"{HOSTILE}.", "\x00\u202e"],
}


def chart_of(kind, names):
    """A chart of a kind with these rows or columns, named as results name them."""
    names = names_of(names)
    size = len(names)
    values = tuple(float(place % 90 - 45) for place in range(size))
    low, high = (tuple(value + by for value in values) for by in (-9.0, 9.0))
    colours = tuple("accent" if place % 2 else "quiet" for place in range(size)) or ("quiet",)
    words = tuple(f"{value:.0f}" for value in values)
    score = Series(
        "NPS",
        values,
        low,
        high,
        colours,
        words,
        tuple(f"{name}: {word}" for name, word in zip(names, words, strict=True)),
    )
    own = {"series": (score,), "axis": points_axis([*low, *high])}
    positive = tuple(abs(value) + 1 for value in values)
    if kind == "groups":
        own = {
            "series": tuple(
                Series(f"{group}s", (100 / 3,) * size, colours=(group,), labels=("33%",) * size)
                for group in GROUP_ORDER
            ),
            "axis": Axis(0, 100, "percent"),
        }
    elif kind == "bars":
        own = {
            "series": tuple(
                Series(f"{group}s", positive, colours=(group,), labels=words) for group in GROUP_ORDER
            ),
            "axis": Axis(0, 300, "responses"),
        }
        own["panels"] = (
            Panel("Effect", (score,), points_axis(values)),
            Panel("Trend", tuple(Series(name, (0.1, None, 0.3)) for name in names), ends=("▲",) * size),
        )
    elif kind == "columns":
        own = {
            "series": (Series("responses", positive, colours=colours, labels=words),),
            "axis": Axis(0, 100, "responses"),
        }
    elif kind == "lengths":
        own = {
            "series": (
                Series(
                    "spread",
                    positive,
                    tuple(one - 1 for one in positive),
                    tuple(one + 1 for one in positive),
                    colours,
                    words,
                ),
            ),
            "axis": Axis(0, 100, "size"),
        }
    elif kind == "steps":
        own["series"] = (score, Series("start", (0.0,) * size))
    elif kind == "plane":
        own["series"] = (score, Series("share", tuple(place / 300 for place in range(size))))
        own |= {
            "across": Axis(0, 1, "share"),
            "corners": (LONG, HOSTILE, "less", "more") if size > 1 else None,
        }
    elif kind == "cells":
        heads = names[: 8 if size < 100 else 3]  # plotly checks each cell for a while
        own = {
            "heads": tuple(heads),
            "cells": tuple(
                tuple(Cell("+9", ("+1 to +17", "n 40"), place % 2) for place in range(len(heads)))
                for _ in names
            ),
            "shades": (("quiet", 0.1), ("accent", 0.5)),
        }
    elif kind == "strip":
        own = {"series": (Series("NPS", (34.0,), (27.0,), (42.0,)),), "axis": Axis(-100, 100)}
        names = ("All responses",)
    beside = (
        ("figures", tuple(f"n {place}" for place in range(len(names))))
        if kind not in {"strip", "cells"}
        else None
    )
    return Chart(
        kind=kind,
        name=f"test-{kind}",
        title=f"A chart of {size}",
        subtitle="all",
        origin="Source: test.csv.",
        alt=f"A chart of {size} marks.",
        rows=lambda: pd.DataFrame({"name": list(names), "value": range(len(names))}),
        n=float(size),
        categories=tuple(names),
        dates=tuple(str(day)[:10] for day in pd.date_range("2001-01-01", periods=size)),
        named=tuple(range(0, size, max(1, size // 8))),
        columns=(beside,) if beside else (),
        asides=beside[1] if beside else (),
        **own,
    )


def marked(chart):
    """A chart with three hundred marks, as far as its kind has any."""
    levels = [Mark("aim", f"Target {place} {HOSTILE}", place / 4, place / 4) for place in range(100)]
    days = [
        Mark(kind, HOSTILE, place / 50, place / 50 + 1, "2001-01-02", "2001-01-09")
        for kind in ("action", "alert", *LEVEL_LINES)
        for place in range(100)
    ]
    return chart.with_marks([*levels, *(days if chart.kind == "line" else [])], holding=[-80.0, 80.0])


CASES = [
    *((kind, what, chart_of(kind, names)) for kind in KINDS for what, names in NAMES.items()),
    *(
        (kind, "300 marks", marked(chart_of(kind, NAMES["three hundred"])))
        for kind in ("line", "dots", "strip")
    ),
]
EACH = pytest.mark.parametrize(
    "chart", [chart for *_, chart in CASES], ids=[f"{kind}, {what}" for kind, what, _ in CASES]
)


@EACH
def test_plotly_accepts_it(chart):
    figure = plotly_figure(chart)
    built = go.Figure(figure.to_dict())  # checked by plotly, as the app's own figures are not
    assert built.layout.height
    assert "nan" not in str(figure.to_json()).lower().replace("nan%", "")
    assert picture(chart).layout.title.text
    shown = (
        " ".join(note.text for note in built.layout.annotations)
        + str(built.layout.xaxis.ticktext)
        + str(built.layout.yaxis.ticktext)
    )
    assert "<b>=1" not in shown
    for trace in built.data:
        assert "%{x}" not in (trace.hovertemplate or "")


@EACH
def test_svg_holds_it(chart):
    small = chart.at_most(14)
    root = ET.fromstring(svg(small, 880))  # noqa: S314 - our own text
    tall = natural_height(small)
    assert root.get("viewBox") == f"0 0 880 {tall:g}"
    for node in root.iter():
        assert node.tag.partition("}")[2] in {"svg", "rect", "path", "circle", "text"}
        assert not re.search(r"nan|inf", "".join(node.attrib.values()))
    texts = [node.text for node in root.iter() if node.tag.endswith("text")]
    if chart.kind != "line" and len(chart.categories) == 1:
        assert texts


@pytest.fixture(scope="module")
def files():
    """All cases as the parts of one report, as a deck and as a workbook."""
    whole = told(pd.DataFrame({"score": [0, 5, 7, 9, 10] * 8}))
    parts = tuple(
        Part(
            key=f"chart: {number + 1}",
            title=chart.title,
            subtitle="all",
            chart=chart.at_most(14),
            alt=chart.alt,
            source=chart.source,
        )
        for number, (*_, chart) in enumerate(CASES)
    )
    from dataclasses import replace

    story = replace(whole, parts=parts)
    return parts, write_report(story, "pptx").data, write_report(story, "xlsx").data


def test_each_is_a_native_chart_or_a_table_with_shades_on_its_slide(files):
    parts, deck, _ = files
    slides = list(pptx.Presentation(io.BytesIO(deck)).slides)
    assert len(slides) == len(parts)
    for part, slide in zip(parts, slides, strict=True):
        shape = next(shape for shape in slide.shapes if shape.name == f"nps:{part.key}")
        assert shape.has_table if part.chart.kind == "cells" else shape.has_chart, part.key
        if part.chart.kind == "cells" and part.chart.cells:
            assert b"solidFill" in ET.tostring(ET.fromstring(shape.table._tbl.xml))  # noqa: S314


def test_each_is_a_native_chart_or_shaded_cells_on_its_sheet(files):
    parts, _, data = files
    book = openpyxl.load_workbook(io.BytesIO(data))
    for part in parts:
        sheet = book[f"Chart {part.key.removeprefix('chart: ')}"]
        if part.chart.kind == "cells":
            grounds = {
                cell.fill.fgColor.rgb for row in sheet.iter_rows() for cell in row if cell.fill.fill_type
            }
            assert len(grounds) == len({cell.shade for cells in part.chart.cells for cell in cells})
        else:
            assert len(sheet._charts) == 1, part.key
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        sheets = [packed.read(name).decode() for name in packed.namelist() if "worksheets/sheet" in name]
        assert not [found for text in sheets for found in formulas.others(text)]


def test_a_chart_keeps_its_largest_rows_and_says_so():
    chart = chart_of("dots", NAMES["three hundred"])
    from dataclasses import replace

    weighed = replace(chart, weights=tuple(map(float, range(300))), rows_are="segments")
    assert weighed.at_most(300) is weighed
    few = weighed.at_most(14).at_most(14)
    assert few.categories == chart.categories[-14:]
    assert few.source == "Source: test.csv. The 14 largest of 300 segments are drawn."
    assert chart.at_most(14).source == "Source: test.csv. The first 14 of 300 rows are drawn."
    assert (
        chart_of("steps", NAMES["three hundred"]).at_most(14).categories == chart.categories
    )  # they have to add up


def test_the_digest_is_that_of_what_is_said_and_drawn():
    one, same = (chart_of("dots", ["a", "b"]) for _ in range(2))
    assert one.digest == same.digest
    assert one.digest != marked(one).digest
    assert one.digest != chart_of("dots", ["a", "c"]).digest
