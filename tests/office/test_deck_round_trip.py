"""Decks through LibreOffice: it opens them, draws every slide, and nothing in them runs or leads outside."""

import json
import re
import zipfile

import formulas
import pandas as pd
import pytest
import templates
import test_update
from surveys import survey_of
from test_deck import HOSTILE, assert_inert, hostile_survey, told

from nps_core import build_report
from nps_core.report.builder import slide_choices
from nps_core.report.deck import deck
from nps_core.scope import Scope
from nps_core.themes import find_themes


def strings(shared):
    """Every hostile string of the reference files."""
    file = shared / "csv" / "hostile_strings.json"
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def hostile_deck(shared, tmp_path_factory):
    texts = [text.encode("utf-8", "ignore").decode() for text in strings(shared)]
    survey = hostile_survey([*texts, *HOSTILE])
    themes = find_themes(survey.responses["comment"].tolist(), k=3)
    keys = [choice.key for choice in slide_choices(survey)]
    data = deck(build_report(Scope(survey), themes=themes, slides=keys, mask=False)).data
    assert_inert(data)
    file = tmp_path_factory.mktemp("made") / "hostile.pptx"
    file.write_bytes(data)
    return file


def test_hostile_strings_come_back_inert(hostile_deck, convert):
    """0 formulas of a text and 0 outside links, in the deck as LibreOffice writes it and in its charts."""
    flat = convert(hostile_deck, "odp")
    with zipfile.ZipFile(flat) as package:
        parts = [name for name in package.namelist() if name.endswith("content.xml")]
        assert len(parts) > 3  # the slides and the charts
        for name in parts:
            text = package.read(name).decode("utf-8")
            assert not formulas.others(text), name
            assert not re.search(
                r'xlink:href="(?!\.|#|Object|Pictures|ObjectReplacements|")[a-z+]+:', text
            ), name
    again = convert(flat, "pptx")
    with zipfile.ZipFile(again) as package:
        for name in package.namelist():
            if name.endswith(".rels"):
                assert b'TargetMode="External"' not in package.read(name), name


def test_the_sheets_of_charts_come_back_without_formulas_of_a_text(hostile_deck, convert, tmp_path):
    with zipfile.ZipFile(hostile_deck) as package:
        books = [name for name in package.namelist() if name.endswith(".xlsx")]
        assert len(books) >= 4
        files = [tmp_path / f"book{number}.xlsx" for number in range(len(books))]
        for name, file in zip(books, files, strict=True):
            file.write_bytes(package.read(name))
    folder = convert(files[0], "fods", *files[1:]).parent
    for name, file in zip(books, files, strict=True):
        flat = (folder / f"{file.stem}.fods").read_text(encoding="utf-8")
        assert not formulas.others(flat), name
        assert "xlink:href" not in flat, name


@pytest.mark.parametrize("template", [None, templates.dark, templates.serif, templates.odd])
def test_every_slide_is_drawn(template, convert, tmp_path):
    file = tmp_path / "deck.pptx"
    one = told("usual")
    file.write_bytes(deck(one, template and template()).data)
    pdf = convert(file, "pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page[^s]", pdf)) == len(one.parts)


def test_a_survey_of_formulas_alone_makes_a_deck(convert, tmp_path):
    survey = survey_of(
        pd.DataFrame({"score": [10, 3] * 20, "=A1": ["=1+1", "@x"] * 20, "date": ["2026-01-05"] * 40})
    )
    file = tmp_path / "formulas.pptx"
    file.write_bytes(deck(build_report(Scope(survey), slides=["score", "segments: =A1"])).data)
    assert convert(file, "pdf").stat().st_size > 1000


def test_what_a_hand_did_is_kept_through_libreoffice_too(convert, tmp_path):
    """It rounds places, renames placeholders and throws the data of charts away: the edits are known all the same."""
    file = tmp_path / "edited.pptx"
    file.write_bytes(test_update.edited())
    updated = deck(test_update.told(1), convert(file, "pptx").read_bytes())
    made, new = (test_update.opened(data) for data in (updated.data, test_update.fresh(1)))
    titles = [slide.shapes.title.text_frame.text for slide in made.slides]
    assert titles[1] == "Our agenda"
    assert titles[5] == "Starter needs us"
    chart, fresh = (test_update.shape_of(slide, "nps:trend") for slide in (made.slides[4], new.slides[3]))
    assert chart.chart.chart_title.text_frame.text == "Our own title of the chart"
    assert test_update.values(chart) == test_update.values(fresh)
    assert any("data sheet" in line for line in updated.doubts)
    assert not {text for slide in test_update.said(made) for _, lines in slide for text in lines} & {
        text
        for slide in test_update.said(test_update.opened(test_update.fresh(0)))
        for _, lines in slide
        for text in lines
        if "Q2 2026: " in text
    }
