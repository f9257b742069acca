"""The deck: native charts with the app's numbers, nothing beside the slide, nothing cut unsaid, nothing that runs."""

import datetime as dt
import io
import itertools
import re
import zipfile
from functools import cache
from pathlib import Path

import formulas
import numpy as np
import openpyxl
import pandas as pd
import pytest
import templates
from PIL import ImageFont
from pptx import Presentation
from surveys import survey_of

import nps_core
from nps_core import Filters, ReportError, build_report
from nps_core.charts.draw.text_width import cut, fit, width, wrap
from nps_core.charts.spec import GROUP_COLOURS
from nps_core.formatting import format_interval, format_nps
from nps_core.report.builder import slide_choices
from nps_core.report.deck import deck
from nps_core.report.formats import read_template
from nps_core.report.template import open_template
from nps_core.scope import Scope
from nps_core.score.estimate import shares
from nps_core.themes import find_themes

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
EMU = 12700
TEMPLATES = (
    None,
    templates.dark,
    templates.serif,
    templates.odd,
    templates.untitled,
    templates.with_picture_ground,
)


@cache
def usual():
    """A survey of two years with three plans, personas and comments."""
    rng = np.random.default_rng(5)
    n = 1500
    plan = rng.choice(["Pro", "Starter", "Team"], n)
    score = np.where(plan == "Starter", rng.integers(0, 9, n), rng.integers(6, 11, n))
    said = np.array(
        [
            "the price is far too high for us",
            "support answers quickly and helps us",
            "the export is slow on large files",
        ]
    )
    frame = pd.DataFrame(
        {
            "score": score,
            "date": np.datetime64("2024-10-01") + rng.integers(0, 720, n),
            "Plan": plan,
            "Persona": rng.choice(["Decision maker", "End user", "Champion"], n),
            "comment": said[rng.integers(0, 3, n)],
        }
    )
    made = survey_of(frame)
    mapping = nps_core.Mapping(
        score="score", reason="comment", attributes=("Plan", "Persona"), persona="Persona"
    )
    return nps_core.Survey(**{**made.__dict__, "mapping": mapping})


@cache
def hard():
    """Sixty segments with names of 200 characters, Arabic, Hebrew, Chinese, Korean, and a question for a name."""
    rng = np.random.default_rng(6)
    n = 2400
    which = rng.integers(0, 60, n)
    long = "A name that goes on and on " * 8
    names = np.array([f"{long[:197]}{place:03}" for place in range(60)])
    frame = pd.DataFrame({
        "score": np.clip(rng.integers(0, 11, n) + (which > 30), 0, 10),
        "date": np.datetime64("2026-04-02") + rng.integers(0, 80, n),
        "Which of these, asked at the very end of the survey, describes your company best: please pick one?":
            names[which],
        "Land": np.array(["شركة الاتصالات السعودية للخدمات المتكاملة والحلول", "מדינת ישראל"])[rng.integers(0, 2, n)],
        "会社": np.array(["株式会社東京エレクトロニクス研究開発センター本部第一事業部", "북경 지사"])[rng.integers(0, 2, n)],
        "comment": np.array(["الخدمة ممتازة جدا والدعم سريع للغاية", "サポートの対応がとても早くて助かりました。",
                             "slow export " * 60])[rng.integers(0, 3, n)],
    })  # fmt: skip
    return survey_of(frame)


@cache
def single():
    """One period, no attributes, few responses."""
    return survey_of(pd.DataFrame({"score": [10, 9, 3, 8] * 5, "date": ["2026-04-07"] * 20}))


@cache
def told(which):
    survey = {"usual": usual, "hard": hard, "single": single}[which]()
    comments = survey.responses["comment"]
    themes = find_themes(comments.tolist(), k=3) if comments.notna().any() else None
    keys = [choice.key for choice in slide_choices(survey)]
    return build_report(
        Scope(survey),
        themes=themes,
        slides=keys,
        aims=[nps_core.Target("A target with quite a long name for one", 30)],
        actions=[nps_core.Action(dt.date(2026, 4, 20), "An intervention with a long name as well"), *MANY],
    )


MANY = [
    nps_core.Action(
        dt.date(2026, 4, 1) + dt.timedelta(place), "What was done, at length, " * 4, said="Slow, " * 50
    )
    for place in range(8)
]
"""As many and as long as the register takes them; more than a slide holds."""


@cache
def made(which, template=None):
    return Presentation(io.BytesIO(deck(told(which), template and template()).data))


def all_decks():
    return [
        pytest.param(which, template, id=f"{which}-{template.__name__ if template else 'base'}")
        for which, template in itertools.product(("usual", "hard", "single"), TEMPLATES)
    ]


def boxes(slide):
    """The places of a slide's shapes, without those that hold nothing."""
    for shape in slide.shapes:
        if shape.has_text_frame and not shape.text_frame.text.strip() and shape.is_placeholder:
            continue
        yield (
            shape,
            (
                shape.left / EMU,
                shape.top / EMU,
                (shape.left + shape.width) / EMU,
                (shape.top + shape.height) / EMU,
            ),
        )


@pytest.mark.parametrize(("which", "template"), all_decks())
def test_nothing_leaves_the_slide_and_nothing_overlaps(which, template):
    built = made(which, template)
    wide, high = built.slide_width / EMU, built.slide_height / EMU
    assert len(built.slides) == len(told(which).parts)
    for number, slide in enumerate(built.slides, 1):
        found = list(boxes(slide))
        for shape, (left, top, right, bottom) in found:
            assert left >= -0.1, (number, shape.name)
            assert top >= -0.1, (number, shape.name)
            assert right <= wide + 0.1, (number, shape.name)
            assert bottom <= high + 0.1, (number, shape.name)
        for (one, a), (other, b) in itertools.combinations(found, 2):
            if {one.name.rpartition(" ")[0], other.name.rpartition(" ")[0]} & {"nps:quotes group"}:
                continue  # the bar at the side of a quote
            wide_both = min(a[2], b[2]) - max(a[0], b[0])
            high_both = min(a[3], b[3]) - max(a[1], b[1])
            assert min(wide_both, high_both) <= 0.5, (number, one.name, other.name)


LAST_OF_LIBERATION = 0x52F  # Latin, Greek and Cyrillic
LIBERATION = Path("/usr/share/fonts/truetype/liberation")


INTER = Path(__file__).parents[2] / "nps_core" / "report" / "fonts"


@cache
def font(bold):
    file = LIBERATION / f"LiberationSans-{'Bold' if bold else 'Regular'}.ttf"
    return (
        ImageFont.truetype(str(file), 1000, layout_engine=ImageFont.Layout.BASIC) if file.exists() else None
    )


def drawn_width(text, size, *, bold):
    """The width of a line as the font itself has it, without what it has no picture of."""
    own = font(bold)
    if own is None or any(ord(char) > LAST_OF_LIBERATION and char not in "–—…“”’−≥≤■" for char in text):
        return width(text, size, bold=bold)
    return own.getlength(text) * size / 1000


def lines_of(frame, room):
    """The lines of a text frame, by the widths of the font, and their height."""
    height = 0.0
    for paragraph in frame.paragraphs:
        runs = [run for run in paragraph.runs if run.text]
        size = max((run.font.size.pt for run in runs if run.font.size), default=0)
        if not size:
            continue
        bold = any(run.font.bold for run in runs)
        lines = wrap("".join(run.text for run in runs), room * 1.002, size, bold=bold)
        assert all(drawn_width(line, size, bold=bold) <= room * 1.01 for line in lines if " " in line), lines
        height += len(lines) * size * 1.17 + (paragraph.space_before.pt if paragraph.space_before else 0)
    return height


@pytest.mark.parametrize("which", ["usual", "hard", "single"])
def test_every_text_fits_its_place(which):
    for number, slide in enumerate(made(which).slides, 1):
        for shape in slide.shapes:
            if shape.has_text_frame:
                room, high = shape.width / EMU, shape.height / EMU
                assert lines_of(shape.text_frame, room) <= high + 1, (
                    number,
                    shape.name,
                    shape.text_frame.text,
                )
            if getattr(shape, "has_table", False):
                for row in shape.table.rows:
                    for cell, column in zip(row.cells, shape.table.columns, strict=True):
                        assert lines_of(cell.text_frame, column.width / EMU) <= row.height / EMU + 0.5, (
                            number,
                            cell.text_frame.text,
                        )


@pytest.mark.parametrize(("which", "template"), all_decks())
def test_charts_are_native_and_there_are_no_pictures(which, template):
    built = made(which, template)
    charts = 0
    for slide in built.slides:
        for shape in slide.shapes:
            assert shape.shape_type != 13  # a picture
            charts += bool(getattr(shape, "has_chart", False))
    assert charts >= sum(part.chart is not None for part in told(which).parts)


def chart_frames(built):
    for slide in built.slides:
        for shape in slide.shapes:
            if getattr(shape, "has_chart", False):
                yield slide, shape


def numbers_of(reference):
    """The cached values of a reference of a chart, with what its formula names."""
    count = int(reference.find(f".//{C}ptCount").get("val"))
    values = [None] * count
    for point in reference.iter(f"{C}pt"):
        values[int(point.get("idx"))] = point.find(f"{C}v").text
    return reference.find(f"{C}f").text, values


@pytest.mark.parametrize("which", ["usual", "hard", "single"])
def test_the_data_sheet_of_each_chart_is_what_it_draws(which):
    for _, shape in chart_frames(made(which)):
        book = openpyxl.load_workbook(
            io.BytesIO(shape.chart.part.chart_workbook.xlsx_part.blob), data_only=True
        )
        assert book.sheetnames == ["nps"]
        for reference in shape.chart._chartSpace.iter(f"{C}numRef", f"{C}strRef"):
            formula, values = numbers_of(reference)
            cells = book["nps"][formula.partition("!")[2].replace("$", "")]
            flat = [cell[0].value for cell in cells] if isinstance(cells, tuple) else [cells.value]
            assert len(flat) == len(values)
            for cell, value in zip(flat, values, strict=True):
                if isinstance(cell, int | float):
                    assert float(value) == pytest.approx(cell, abs=1e-9)
                else:
                    assert (cell or None) == (value or None)


def named(built, name):
    return next(shape for slide in built.slides for shape in slide.shapes if shape.name == name)


def column_of(chart, head):
    """A column of the data sheet by its head."""
    book = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))["nps"]
    place = next(cell.column for cell in book[1] if cell.value == head)
    return [book.cell(row, place).value for row in range(2, book.max_row + 1)]


def test_numbers_are_the_apps():
    """Each figure on a slide beside what the functions that the pages call give."""
    survey, built = usual(), made("usual")
    found = nps_core.overview(nps_core.Scope(survey))
    score = found.estimate
    text = named(built, "nps:score").text_frame if named(built, "nps:score").has_text_frame else None
    assert text is not None
    assert [line.text for line in text.paragraphs] == [
        format_nps(score.nps),
        f"{format_interval(score.low, score.high)} with 95% certainty",
        f"n {score.n:,}",
    ]
    percents = dict(zip(("promoter", "passive", "detractor"), shares(*score.groups), strict=True))
    for group, share in percents.items():
        assert named(built, f"nps:score {group}s").text_frame.paragraphs[0].text == f"{share}%"
    trend = named(built, "nps:trend").chart
    for head, values in (
        ("NPS", found.trend.estimate.nps),
        ("NPS: 95% from", found.trend.estimate.low),
        ("NPS: 95% to", found.trend.estimate.high),
        ("responses", found.trend.estimate.n),
    ):
        np.testing.assert_allclose(
            np.array(column_of(trend, head), dtype=float), np.asarray(values, dtype=float), rtol=1e-12
        )
    rows = nps_core.find_segments(nps_core.Scope(survey), "Plan").rows()
    figures = named(built, "nps:segments: Plan figures").table
    for row, segment in enumerate(rows, 1):
        cells = [cell.text_frame.text for cell in figures.rows[row].cells]
        assert cells == [
            format_nps(segment.estimate.nps),
            format_interval(segment.estimate.low, segment.estimate.high),
            f"{segment.n:,}",
        ]
    titles = [slide.shapes.title.text_frame.text for slide in built.slides]
    notes = built.slides[0].notes_slide.notes_text_frame.text
    assert found.title in notes
    assert found.trend.title in titles


def test_every_slide_says_the_filters_n_and_the_period():
    filters = Filters(since=dt.date(2025, 1, 1), until=dt.date(2026, 6, 30)).with_attribute(
        "Plan", ["Pro", "Team"]
    )
    one = build_report(Scope(usual(), filters))
    for slide, part in zip(Presentation(io.BytesIO(deck(one).data)).slides, one.parts, strict=True):
        text = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert "Plan: Pro or Team" in text, part.key
        assert re.search(r"20(25|26)", text), part.key
        assert re.search(r"[\d,]+ of [\d,]+ responses|n [\d,]+", text), part.key


def test_intervals_are_drawn_wherever_there_is_a_score():
    for _, shape in chart_frames(made("usual")):
        space = shape.chart._chartSpace
        heads = [
            cell.text
            for cell in space.iter(f"{C}v")
            if not re.fullmatch(r"-?[\d.]+(e-?\d+)?", cell.text or "")
        ]
        if shape.name == "nps:trend":
            assert space.find(f".//{C}errBars") is not None
        elif shape.name.startswith(("nps:segments", "nps:why")) or shape.name == "nps:score interval":
            assert any(head.startswith("interval ") for head in heads), shape.name


def test_axes_hold_the_whole_interval():
    """Programs do not stretch an axis to what error bars reach."""
    for part in told("usual").parts:
        if part.chart and part.chart.axis.unit == "points":
            chart = named(made("usual"), f"nps:{part.key}").chart._chartSpace
            scaling = chart.find(f".//{C}valAx/{C}scaling")
            low, high = (float(scaling.find(f"{C}{end}").get("val")) for end in ("min", "max"))
            ends = [
                value for one in part.chart.series for value in (*one.low, *one.high) if value is not None
            ]
            assert low <= min(ends)
            assert max(ends) <= high


def test_charts_have_alt_text_and_notes_have_the_method_and_all_that_was_cut():
    built = made("hard")
    for _, shape in chart_frames(built):
        assert len(shape._element.nvGraphicFramePr.cNvPr.get("descr", "")) > 20, shape.name
    for slide, part in zip(built.slides, told("hard").parts, strict=True):
        notes = slide.notes_slide.notes_text_frame.text
        assert part.title in notes
        assert "Method" in notes
        for note in part.notes:
            assert note in notes
        for quote in part.quotes:
            assert quote.text in notes
    notes = next(
        slide.notes_slide.notes_text_frame.text
        for slide, part in zip(built.slides, told("hard").parts, strict=True)
        if part.key.startswith("segments: Which")
    )
    assert notes.count("A name that goes on and on A name") >= 60


def test_what_does_not_fit_is_cut_with_an_ellipsis():
    table = named(
        made("hard"),
        next(
            f"nps:{part.key} names" for part in told("hard").parts if part.key.startswith("segments: Which")
        ),
    ).table
    cells = [row.cells[0].text_frame.text for row in table.rows][1:]
    assert all(cell.endswith("…") for cell in cells)


def test_text_that_reads_from_the_right_is_told_so():
    part = next(part for part in told("hard").parts if part.key == "segments: Land")
    table = named(made("hard"), f"nps:{part.key} names").table
    paragraph = table.rows[1].cells[0].text_frame.paragraphs[0]
    assert paragraph._p.pPr.get("rtl") == "1"


def test_the_group_colours_are_those_of_the_app():
    charts = {shape.name: shape.chart._chartSpace for _, shape in chart_frames(made("usual", templates.dark))}
    space = charts["nps:score"]
    colours = [
        element.get("val")
        for series in space.iter(f"{C}ser")
        for element in series.find(f"{C}spPr").iter()
        if element.tag.endswith("srgbClr")
    ]
    assert colours == [GROUP_COLOURS[group][1:].upper() for group in ("detractor", "passive", "promoter")]


def test_what_is_beyond_chance_has_the_templates_own_accent():
    charts = {shape.name: shape.chart._chartSpace for _, shape in chart_frames(made("usual", templates.odd))}
    used = {
        element.get("val")
        for element in charts["nps:segments: Plan"].iter()
        if element.tag.endswith("schemeClr")
    }
    assert "accent2" in used  # the first accent of that template is a grey
    assert "accent1" not in used


def package_of(data):
    return zipfile.ZipFile(io.BytesIO(data))


def hostile_survey(strings):
    """A survey whose every text is hostile: names of columns, values, comments, accounts."""
    texts = [text for text in strings if text.strip()]
    n = len(texts)
    frame = pd.DataFrame({
        "score": [10, 9, 8, 3, 0, 7] * (n // 6) + [10] * (n % 6),
        "date": ["2026-01-10", "2026-04-10"] * (n // 2) + ["2026-04-11"] * (n % 2),
        "=cmd|' /C calc'!A0": (texts[:12] * n)[:n],
        "@SUM(1+1)*cmd": (["=1+1", "+1", "-1", "@x", '=HYPERLINK("http://evil.example","x")'] * n)[:n],
        "comment": texts, "account": texts,
    })  # fmt: skip
    return survey_of(frame)


HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "<script>alert(1)</script>",
    "]]>",
    "&amp;",
    "http://evil.example/x",
    '=HYPERLINK("http://evil.example")',
    "'; DROP TABLE",
    "{{7*7}}",
    "\x00\x1b",
    "\u202etxt",
    "${x}",
    "%s%n",
    "nps:score",
] * 6


def assert_inert(data):
    """No relation leads outside, and no cell of an embedded workbook holds a formula."""
    package = package_of(data)
    for name in package.namelist():
        if name.endswith(".rels"):
            assert b'TargetMode="External"' not in package.read(name), name
        if name.endswith(".xlsx"):
            inner = package_of(package.read(name))
            assert not any(n.endswith(".rels") and b"External" in inner.read(n) for n in inner.namelist())
            for sheet in (n for n in inner.namelist() if n.startswith("xl/worksheets/")):
                assert not formulas.others(inner.read(sheet).decode())
                assert b"<f " not in inner.read(sheet)
                assert b"<hyperlink" not in inner.read(sheet)
        if name.startswith("ppt/slides/"):
            assert b"hlinkClick" not in package.read(name)


def test_hostile_text_is_inert():
    survey = hostile_survey(HOSTILE)
    themes = find_themes(survey.responses["comment"].tolist(), k=2)
    keys = [choice.key for choice in slide_choices(survey)]
    did = [nps_core.Action(dt.date(2026, 4, 1), text, said=text) for text in HOSTILE[:8]]
    told = build_report(Scope(survey), themes=themes, slides=keys, actions=did)
    assert "actions" in [part.key for part in told.parts]
    assert_inert(deck(told).data)


@pytest.mark.parametrize("template", [templates.dark, templates.serif])
def test_a_template_gives_its_look_and_loses_its_sample_slides(template):
    built = made("usual", template)
    assert "Sample slide" not in " ".join(
        shape.text_frame.text for slide in built.slides for shape in slide.shapes if shape.has_text_frame
    )
    own, _ = open_template(template())
    assert (built.slide_width, built.slide_height) == (own.slide_width, own.slide_height)
    theme = built.slide_master.part.part_related_by(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/theme"
    ).blob
    assert (b"Century Gothic" if template is templates.dark else b"Georgia") in theme
    # What a sample slide alone used is gone with it.
    assert len(
        [
            name
            for name in package_of(deck(told("usual"), template()).data).namelist()
            if re.fullmatch(r"ppt/slides/slide\d+\.xml", name)
        ]
    ) == len(told("usual").parts)


def test_a_potx_becomes_a_deck():
    data = deck(told("single"), templates.serif()).data
    types = package_of(data).read("[Content_Types].xml")
    assert b"presentation.main+xml" in types
    assert b"template.main+xml" not in types


def test_a_template_without_a_layout_for_titles_is_used_and_said_so():
    assert "no layout with a title" in " ".join(read_template(templates.untitled()).doubts)
    assert read_template(templates.dark()).doubts == ()
    assert "no layout with a title" in " ".join(deck(told("single"), templates.untitled()).doubts)


def test_text_can_be_read_on_a_ground_that_was_painted_over():
    slide = made("single", templates.with_picture_ground).slides[1]
    title = slide.shapes.title.text_frame.paragraphs[0].runs[0]
    assert str(title.font.color.rgb) == "FFFFFF"


def broken_zip():
    good = templates.dark()
    return good[: len(good) // 2]


def no_layouts():
    out = io.BytesIO()
    with package_of(templates.dark()) as package, zipfile.ZipFile(out, "w") as copy:
        for part in package.infolist():
            if "slideLayout" not in part.filename:
                copy.writestr(part, package.read(part))
    return out.getvalue()


def with_macros():
    out = io.BytesIO()
    with package_of(templates.dark()) as package, zipfile.ZipFile(out, "w") as copy:
        for part in package.infolist():
            copy.writestr(part, package.read(part))
        copy.writestr("ppt/vbaProject.bin", b"macro")
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a deck",
        b"PK\x03\x04 torn",
        b"\xd0\xcf\x11\xe0 old",
        broken_zip(),
        no_layouts(),
        with_macros(),
    ],
    ids=["empty", "text", "torn", "old", "half", "no layouts", "macros"],
)
def test_a_template_that_is_none_is_refused_in_words(data):
    with pytest.raises(ReportError) as caught:
        deck(told("single"), data)
    assert caught.value.hint


def test_named_places_are_filled_in_place():
    survey = usual()
    keys = read_template(templates.named()).keys
    assert keys == ("trend", "nonsense", "segments: Plan")
    one = build_report(Scope(survey), slides=["score", "trend", "segments: Plan"])
    filled = deck(one, templates.named())
    built = Presentation(io.BytesIO(filled.data))
    assert len(built.slides) == 2  # the agenda stays
    texts = {shape.name: shape.text_frame.text for shape in built.slides[0].shapes if shape.has_text_frame}
    score = nps_core.overview(nps_core.Scope(survey)).estimate
    assert texts["nps:score"] == format_nps(score.nps)
    assert texts["nps:interval"] == format_interval(score.low, score.high)
    assert texts["nps:n"] == f"{score.n:,}"
    assert texts["nps:filters"] == "all responses"
    assert texts["nps:period"] == one.period
    run = named(built, "nps:score").text_frame.paragraphs[0].runs[0]
    assert (run.font.size.pt, run.font.bold) == (24, True)
    chart = named(built, "nps:trend").chart
    found = nps_core.overview(nps_core.Scope(survey)).trend
    assert list(chart.plots[0].categories) == list(found.labels)
    assert chart.plots[0].series[0].values == pytest.approx(tuple(found.estimate.nps))  # noqa: PD011 - no frame
    assert chart.chart_type == 51  # the firm's own kind of chart
    table = named(built, "nps:segments: Plan").table
    assert table.cell(1, 1).text_frame.text == format_nps(
        nps_core.find_segments(nps_core.Scope(survey), "Plan").rows()[0].estimate.nps
    )
    said = " ".join(filled.doubts)
    assert "nps:nonsense" in said
    assert texts["nps:nonsense"] == "–"
    assert "no room for 1 more row" in said
    assert "last quarter" not in " ".join(texts.values())


def test_last_quarters_deck_becomes_this_quarters():
    before = build_report(
        Scope(usual(), Filters(until=dt.date(2025, 12, 31))),
        compare="previous",
        slides=["answer", "score", "trend", "segments: Plan", "change", "rows"],
    )
    now = build_report(Scope(usual()), slides=["answer", "score", "trend", "segments: Plan", "rows"])
    old = Presentation(io.BytesIO(deck(before).data))
    note = old.slides[2].shapes.add_textbox(0, 0, 914400, 300000)
    note.text_frame.text = "Our own remark"
    filled = deck(now, templates.saved(old))
    built, fresh = (Presentation(io.BytesIO(data)) for data in (filled.data, deck(now).data))
    assert len(built.slides) == 5  # the slide of a part that this report does not have is gone, not stale
    assert "change" in " ".join(filled.doubts)
    for slide, other in zip(built.slides, fresh.slides, strict=True):
        texts = [
            {
                shape.name: shape.text_frame.text
                for shape in one.shapes
                if shape.has_text_frame and shape.name.startswith("nps:")
            }
            for one in (slide, other)
        ]
        assert texts[0] == texts[1]
    assert "Our own remark" in [
        shape.text_frame.text for shape in built.slides[2].shapes if shape.has_text_frame
    ]


def test_progress_is_told_and_ends():
    seen = []
    deck(told("single"), progress=lambda stage, share: seen.append((stage, share)))
    assert [share for _, share in seen] == sorted(share for _, share in seen)
    assert seen[-1][1] == 1.0


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize(
    "text",
    [
        "The NPS was +54 in Q3 2026",
        "Age group: 25-34 & others (n 1,204)",
        "1,111,111 of 11,111,111 responses",
        "PRESS RELEASE FOR EUROPE, REPEATED",
        "Illinois will still fill little hills",
        "Für Österreich überprüft: Größe und Qualität",
        "Część użytkowników zgłosiła błąd łączności",
        "Поддержка отвечает очень медленно",
        "ЖЕЛЕЗНЫЕ ДОРОГИ МОСКВЫ",
        "Η υποστήριξη απαντά πολύ αργά",
    ],
)
def test_no_text_is_measured_narrower_than_arial_or_inter_draw_it(text, bold):
    inter = ImageFont.truetype(INTER / f"Inter-{'SemiBold' if bold else 'Regular'}.ttf", 1000)
    latin = all(ord(char) < 256 for char in text)  # all that this file has
    drawn = [own.getlength(text) / 1000 * 20 for own in (font(bold), inter if latin else None) if own]
    if not drawn:
        pytest.skip("needs Liberation Sans, which is not installed here")
    assert max(drawn) * 0.98 <= width(text, 20, bold=bold) <= max(drawn) * 1.25


def test_text_is_wrapped_cut_and_fitted():
    assert wrap("one two three", 30, 10) == ["one", "two", "three"]
    assert cut("short", 100, 10) == "short"
    assert wrap("漢字漢字漢字", 30, 10) == ["漢字漢", "字漢字"]
    assert "".join(wrap("x" * 50, 40, 10)) == "x" * 50
    assert fit("abc", (100, 100), (40, 20)) == (40, "abc")
    size, text = fit("many words " * 50, (100, 30), (20, 12))
    assert size == 12
    assert text.endswith("…")
    assert len(wrap(text, 100, 12)) <= 2


def test_notes_and_properties_name_nobody():
    built = Presentation(io.BytesIO(deck(told("single")).data))
    assert built.core_properties.author == ""
    assert built.core_properties.title == "test.csv"
