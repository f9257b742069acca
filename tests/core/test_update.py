"""Updates that keep the hand: what somebody changed in last quarter's deck stays, and all else is this quarter's."""

import datetime as dt
import io
from copy import deepcopy
from functools import cache

import numpy as np
import pandas as pd
import pytest
import templates
from lxml import etree
from pptx import Presentation
from pptx.util import Pt
from surveys import survey_of

from nps_core import Filters, build_report
from nps_core.report.deck import deck
from nps_core.report.fingerprint import all_shapes, series_of, words_in
from nps_core.scope import Scope

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
KEYS = ["answer", "summary", "score", "trend", "segments: Plan", "segments: Region", "distribution", "rows"]
QUARTERS = (
    Filters(since=dt.date(2026, 4, 1), until=dt.date(2026, 6, 30)),
    Filters(since=dt.date(2026, 7, 1), until=dt.date(2026, 9, 30)),
)


@cache
def survey():
    """Two years, a plan that scores low in one quarter and a region that does so in the next."""
    rng = np.random.default_rng(21)
    n = 2400
    plan, region = rng.choice(["Pro", "Starter", "Team"], n), rng.choice(["North", "South"], n)
    date = np.datetime64("2024-10-01") + rng.integers(0, 729, n)
    low = np.where(date < np.datetime64("2026-07-01"), plan == "Starter", region == "South")
    score = np.where(low, rng.integers(0, 9, n), rng.integers(6, 11, n))
    return survey_of(pd.DataFrame({"score": score, "date": date, "Plan": plan, "Region": region}))


@cache
def told(quarter, keys=tuple(KEYS)):
    return build_report(Scope(survey(), QUARTERS[quarter]), slides=list(keys))


@cache
def fresh(quarter, template=None):
    return deck(told(quarter), template() if template else None).data


def opened(data):
    return Presentation(io.BytesIO(data))


def saved(made):
    return templates.saved(made)


def shape_of(slide, name):
    return next(one for one in all_shapes(slide.shapes) if one.name == name)


def said(made):
    return [
        [
            (one.name, [words_in(p) for p in one._element.iter(f"{A}p")])
            for one in all_shapes(slide.shapes)
            if one.name.startswith("nps:")
        ]
        for slide in made.slides
    ]


def drawn(made):
    return [
        {
            one.name: etree.tostring(one.chart._chartSpace, method="c14n")
            for one in slide.shapes
            if one.has_chart
        }
        for slide in made.slides
    ]


def places(made):
    return [
        [(one.name, one.left, one.top, one.width, one.height) for one in slide.shapes]
        for slide in made.slides
    ]


def notes(made):
    return [slide.notes_slide.notes_text_frame.text for slide in made.slides]


def test_a_deck_that_nobody_touched_is_as_one_made_anew():
    updated = deck(told(1), fresh(0))
    mine, new = opened(updated.data), opened(fresh(1))
    assert said(mine) == said(new)
    assert places(mine) == places(new)
    assert notes(mine) == notes(new)
    for one, other in zip(drawn(mine), drawn(new), strict=True):
        assert one.keys() == other.keys()
    assert not [line for line in updated.doubts if not line.startswith("Updated")]


def test_the_same_input_makes_the_same_bytes_and_an_update_of_an_update_changes_nothing():
    assert deck(told(1)).data == fresh(1)
    once = deck(told(1), edited()).data
    assert deck(told(1), once).data == once


@cache
def edited():
    """Last quarter's deck after a person had it: twelve edits of the kinds that people make."""
    made = opened(fresh(0))
    trend, plan, region = made.slides[3], made.slides[4], made.slides[5]
    chart = shape_of(trend, "nps:trend")
    chart.left, chart.top = chart.left + Pt(30), chart.top + Pt(12)  # moved
    chart.width = chart.width - Pt(40)  # resized
    series = series_of(chart)["NPS"]
    next(series.find(f"{C}spPr").iter(f"{A}schemeClr")).set("val", "accent5")  # recoloured
    chart.chart.has_title = True
    chart.chart.chart_title.text_frame.text = "Our own title of the chart"  # retitled
    shape_of(plan, "nps:segments: Plan title").text_frame.paragraphs[0].runs[
        0
    ].text = "Starter needs us"  # title
    text = shape_of(trend, "nps:trend text").text_frame
    text.paragraphs[0].runs[0].text = "Sheer luck"  # text
    frame = region.notes_slide.notes_text_frame
    frame.text = f"Ask Kim about this\n{frame.text}"  # notes
    own = made.slides.add_slide(made.slides[3].slide_layout)  # a slide added
    own.shapes.title.text = "Our agenda"
    callout = plan.shapes.add_textbox(Pt(600), Pt(400), Pt(200), Pt(40))  # a callout
    callout.text_frame.text = "Look here"
    _duplicate(made, 2)
    numbers = made.slides._sldIdLst
    gone = list(numbers)[6]  # "distribution" deleted
    made.part.drop_rel(gone.rId)
    numbers.remove(gone)
    numbers.insert(1, list(numbers)[-2])  # our agenda moved to the second place
    return saved(made)


def _duplicate(made, place):
    """A copy of a slide as PowerPoint makes it, but that the chart parts are shared."""
    source = made.slides[place]
    copy = made.slides.add_slide(source.slide_layout)
    for one in list(copy.shapes):
        one._element.getparent().remove(one._element)
    ids = {}
    for relation in source.part.rels.values():
        if "chart" in relation.reltype:
            ids[relation.rId] = copy.part.relate_to(relation.target_part, relation.reltype)
    for one in source.shapes:
        own = deepcopy(one._element)
        for holder in own.iter(f"{C}chart"):
            key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
            holder.set(key, ids[holder.get(key)])
        copy.shapes._spTree.append(own)
    copy.notes_slide.notes_text_frame.text = source.notes_slide.notes_text_frame.text


def test_twelve_edits_are_kept_and_every_figure_is_new():
    updated = deck(told(1), edited())
    made, new, before = opened(updated.data), opened(fresh(1)), opened(edited())
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert titles[1] == "Our agenda"  # added, and where it was put
    assert len(made.slides) == len(before.slides) == len(KEYS) + 1  # one added, one copied, one deleted
    trend, plan, region = made.slides[4], made.slides[5], made.slides[6]
    chart, old = shape_of(trend, "nps:trend"), shape_of(before.slides[4], "nps:trend")
    assert [chart.left, chart.top, chart.width] == [old.left, old.top, old.width]
    assert chart.chart.chart_title.text_frame.text == "Our own title of the chart"
    series = series_of(chart)["NPS"]
    assert next(series.find(f"{C}spPr").iter(f"{A}schemeClr")).get("val") == "accent5"
    assert shape_of(plan, "nps:segments: Plan title").text_frame.text == "Starter needs us"
    assert shape_of(trend, "nps:trend text").text_frame.paragraphs[0].text == "Sheer luck"
    assert region.notes_slide.notes_text_frame.text.startswith("Ask Kim about this\n")
    assert "Look here" in [one.text_frame.text for one in plan.shapes if one.has_text_frame]
    for slide, other in ((trend, new.slides[3]), (plan, new.slides[4]), (made.slides[3], new.slides[2])):
        for one in other.shapes:
            if one.has_chart:
                mine = (
                    shape_of(slide, one.name)
                    if one.name != "nps:score"
                    else next(own for own in slide.shapes if own.has_chart and own.name == one.name)
                )
                assert values(mine) == values(one)
    assert said(made)[8] == said(made)[3]  # the copy follows as well
    lines = updated.doubts
    assert lines[0].startswith("May no longer be true: ")
    assert any("Starter needs us" in line and "the report now says" in line for line in lines)
    assert any("“distribution”" in line and line.startswith("Taken out by hand") for line in lines)
    assert any("Ask Kim" in line for line in lines)


def values(shape):
    """All figures of a chart: values, error bars and their cells."""
    return [
        [value.text for value in cache.iter(f"{C}v")]
        for cache in shape.chart._chartSpace.iter(f"{C}numCache")
    ]


def test_figures_of_last_time_stand_only_where_the_list_says_so():
    updated = deck(told(1), edited())
    old, new = (
        {
            text
            for slide in said(opened(data))
            for _, lines in slide
            for text in lines
            if any(map(str.isdigit, text))
        }
        for data in (fresh(0), fresh(1))
    )
    stale = old - new
    left = {text for slide in said(opened(updated.data)) for _, lines in slide for text in lines} & stale
    assert not {text for text in left if not any(text[:60] in line for line in updated.doubts)}


def test_without_its_names_a_deck_is_known_by_what_it_says():
    made = opened(edited())
    for slide in made.slides:
        for place, one in enumerate(slide.shapes):
            one.name = f"Google Shape;{place};p3"
    updated = deck(told(1), saved(made))
    again = opened(updated.data)
    assert shape_of(again.slides[5], "nps:segments: Plan title").text_frame.text == "Starter needs us"
    assert said(again)[3] == said(opened(deck(told(1), edited()).data))[3]


def test_a_bold_word_stays_bold_and_a_cell_that_was_written_over_stays():
    made = opened(fresh(0))
    run = shape_of(made.slides[3], "nps:trend subtitle").text_frame.paragraphs[0].runs[0]
    first, rest = run.text.split(" ", 1)
    other = deepcopy(run._r)
    run.text, run.font.bold = first, True
    run._r.addnext(other)
    other.find(f"{A}t").text = f" {rest}"
    table = shape_of(made.slides[1], "nps:summary").table
    table.cell(1, 2).text_frame.text = "Call them"
    updated = opened(deck(told(1), saved(made)).data)
    frame = shape_of(updated.slides[3], "nps:trend subtitle").text_frame
    assert frame.text == shape_of(opened(fresh(1)).slides[3], "nps:trend subtitle").text_frame.text
    assert frame.paragraphs[0].runs[0].font.bold
    assert shape_of(updated.slides[1], "nps:summary").table.cell(1, 2).text_frame.text == "Call them"


def test_a_workbook_with_a_sheet_of_its_own_keeps_it():
    import openpyxl

    made = opened(fresh(0))
    part = shape_of(made.slides[3], "nps:trend").chart.part.chart_workbook
    book = openpyxl.load_workbook(io.BytesIO(part.xlsx_part.blob))
    book.create_sheet("ours")["A1"] = "=nps!B2"
    out = io.BytesIO()
    book.save(out)
    part.update_from_xlsx_blob(out.getvalue())
    updated = opened(deck(told(1), saved(made)).data)
    books = [
        openpyxl.load_workbook(
            io.BytesIO(shape_of(one.slides[3], "nps:trend").chart.part.chart_workbook.xlsx_part.blob)
        )
        for one in (updated, opened(fresh(1)))
    ]
    assert books[0]["ours"]["A1"].value == "=nps!B2"
    assert [[cell.value for cell in row] for row in books[0]["nps"]] == [
        [cell.value for cell in row] for row in books[1]["nps"]
    ]


def test_what_a_person_deleted_does_not_live_on_in_the_record():
    made = opened(fresh(0))
    blobs = [part.blob for part in made.part.package.iter_parts() if b"<record" in part.blob]
    assert len(blobs) == 1
    title = made.slides[3].shapes.title.text_frame.text
    assert title.encode() not in blobs[0]


@pytest.mark.parametrize("template", [templates.dark, templates.serif], ids=["dark", "serif"])
def test_a_deck_on_a_firms_template_is_updated_too(template):
    made = opened(fresh(0, template))
    made.slides[4].shapes.title.text_frame.paragraphs[0].runs[0].text = "Starter needs us"
    updated = opened(deck(told(1), saved(made)).data)
    assert updated.slides[4].shapes.title.text_frame.text == "Starter needs us"
    other = opened(fresh(1, template))
    assert [said(updated)[place] for place in (0, 1, 2, 3, 5, 6, 7)] == [
        said(other)[place] for place in (0, 1, 2, 3, 5, 6, 7)
    ]


def test_the_notes_and_the_words_of_a_firms_own_deck_stay():
    made = opened(templates.named())
    slide = next(one for one in made.slides if any(own.name.startswith("nps:") for own in one.shapes))
    slide.notes_slide.notes_text_frame.text = "Say hello first"
    once = deck(told(0), saved(made))
    first = opened(once.data)
    place = [one.slide_id for one in made.slides].index(slide.slide_id)
    assert first.slides[place].notes_slide.notes_text_frame.text.startswith("Say hello first\n")
    box = next(
        own for own in first.slides[place].shapes if own.name.startswith("nps:") and own.has_text_frame
    )
    box.text_frame.paragraphs[0].runs[0].text = "Ours"
    second = deck(told(1), saved(first))
    mine = opened(second.data).slides[place]
    assert shape_of(mine, box.name).text_frame.text == "Ours"
    assert mine.notes_slide.notes_text_frame.text.count("Say hello first") == 1
    assert any("“Ours”" in line for line in second.doubts)
