"""Saved decks and workbooks held against the schemas of Office, and measured: nothing meets anything on a slide."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

import pytest
import saved_decks
from openxml_audit import OpenXmlValidator

from nps_core import write_report
from nps_core.charts.spec import COLOURS
from nps_core.report.template_theme import contrast

GROUND, HAIR = 0.3, 3.0  # of the slide, what is a ground; points of a hair line


@pytest.fixture(scope="module")
def audit(tmp_path_factory):
    """`audit(data, "pptx")`: what the strict schemas have against a file, counted."""
    validator, folder = OpenXmlValidator(max_errors=0), tmp_path_factory.mktemp("audited")

    def run(data, ending):
        file = folder / f"file.{ending}"
        file.write_bytes(data)
        found = Counter(error.description for error in validator.validate(file).errors)
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            found.update(f"{name} twice" for name, count in Counter(package.namelist()).items() if count > 1)
        return found

    return run


MATRIX = [(survey, on) for survey in saved_decks.there() for on in saved_decks.names()]


def test_the_audit_finds_what_is_wrong(audit):
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved_decks.saved("sample", "base"))) as package,
        zipfile.ZipFile(data, "w") as copy,
    ):
        for name in package.namelist():
            copy.writestr(name, package.read(name).replace(b"<p:cSld>", b"<p:cSld><p:oops/>", 1))
    assert audit(data.getvalue(), "pptx")


@pytest.mark.parametrize(("survey", "on"), MATRIX)
def test_a_deck_is_valid_beside_what_its_template_had(audit, survey, on):
    own = saved_decks.template(on)
    assert not audit(saved_decks.saved(survey, on), "pptx") - (audit(own, "pptx") if own else Counter())


def test_a_filled_deck_is_valid_beside_what_it_had(audit, shared):
    own = (shared / "templates" / saved_decks.NAMED).read_bytes()
    assert not audit(write_report(saved_decks.told("sample"), "pptx", own).data, "pptx") - audit(own, "pptx")


def test_an_updated_deck_is_valid(audit):
    again = write_report(saved_decks.told("sample"), "pptx", saved_decks.saved("sample", "dark")).data
    assert not audit(again, "pptx")


def test_the_sheets_within_a_deck_are_valid(audit):
    with zipfile.ZipFile(io.BytesIO(saved_decks.saved("sample", "base"))) as package:
        sheets = [package.read(name) for name in package.namelist() if name.endswith(".xlsx")]
    assert len(sheets) >= 8
    for sheet in sheets:
        assert not audit(sheet, "xlsx")


@pytest.mark.parametrize("survey", saved_decks.there())
def test_a_workbook_is_valid(audit, survey):
    data = write_report(saved_decks.told(survey), "xlsx").data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert any("chart" in name for name in package.namelist())
    assert not audit(data, "xlsx")


@pytest.mark.parametrize(("survey", "on"), MATRIX)
def test_nothing_of_ours_meets_what_the_template_draws_or_each_other(survey, on):
    deck = saved_decks.opened(saved_decks.saved(survey, on))
    wide, high = deck.slide_width / saved_decks.EMU, deck.slide_height / saved_decks.EMU
    upright = saved_decks.look(on).upright  # titles in a band stand on it
    for number, slide in enumerate(deck.slides, 1):
        ours = [(shape, box) for shape, box in saved_decks.boxes(slide.shapes) if not saved_decks.foot(shape)]
        theirs = [box for box in drawn(slide) if box_size(box) < GROUND * wide * high and thin(box) > HAIR]
        for place, (shape, box) in enumerate(ours):
            assert box[0] > -1 < box[1], (number, shape.name)
            assert box[2] < wide + 1, (number, shape.name)
            assert box[3] < high + 1, (number, shape.name)
            if not (upright and shape.is_placeholder):
                assert not [other for other in theirs if meet(box, other)], (number, shape.name)
            assert not [one.name for one, other in ours[place + 1 :] if meet(box, other)], (
                number,
                shape.name,
            )


def drawn(slide):
    """What layout and master draw themselves, parts of groups one by one; not what is as faint as a ground."""
    layout = slide.slide_layout
    holders = [layout] if layout._element.get("showMasterSp") == "0" else [layout, layout.slide_master]
    for holder in holders:
        yield from parts_of(holder.shapes)


def parts_of(shapes):
    for shape, box in saved_decks.boxes(shapes):
        if shape.is_placeholder:
            continue
        if not hasattr(shape, "shapes"):
            strength = [int(one.get("val")) for one in shape._element.xpath("./p:spPr//a:alpha")]
            if not strength or max(strength) > 20_000:
                yield box
            continue
        inner = shape._element.xpath("./p:grpSpPr/a:xfrm")[0]  # groups of these templates keep their scale
        assert (inner.chExt.cx, inner.chExt.cy, inner.chOff.x, inner.chOff.y) == (
            shape.width,
            shape.height,
            shape.left,
            shape.top,
        )
        yield from parts_of(shape.shapes)


def box_size(box):
    return (box[2] - box[0]) * (box[3] - box[1])


def thin(box):
    return min(box[2] - box[0], box[3] - box[1])


def meet(one, other):
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1 and high > 1


@pytest.mark.parametrize("on", saved_decks.names())
def test_what_charts_are_painted_with_is_told_from_the_ground(on):
    """Bars, dots and lines of the saved charts: 3:1 with each ground, or what their colour has on white."""
    look, checked = saved_decks.look(on), 0
    grounds = saved_decks.grounds(look)
    with zipfile.ZipFile(io.BytesIO(saved_decks.saved("sample", on))) as package:
        for name in package.namelist():
            if not name.startswith("ppt/charts/chart"):
                continue
            for paint, words in re.findall(
                r'<c:ser>(?:(?!<c:dPt>|</c:ser>).)*?<c:spPr><a:solidFill><a:srgbClr val="(\w+)"/></a:solidFill></c:spPr>'
                r"((?:(?!</c:ser>).)*)</c:ser>",
                package.read(name).decode(),
                re.DOTALL,
            ):
                checked += 1
                own = f"#{paint.lower()}"
                least = min(3.0, contrast(own, ("#ffffff",))) if own in COLOURS.values() else 3.0
                assert contrast(own, grounds) >= least - 0.01, (name, own)
                for written in re.findall(r'<a:rPr[^>]*><a:solidFill><a:srgbClr val="(\w+)"/>', words)[:1]:
                    assert contrast(f"#{written}", (own,)) >= 3.0, (name, own, written)
    assert checked >= 4


def test_what_is_expected_of_each_template_holds(shared):
    """The words of the manifest beside the templates, where they can be read from the file."""
    assert (shared / "templates" / "manifest.json").exists()
    layouts = {on: saved_decks.look(on) for on in saved_decks.FIRMS}
    narrow = layouts["no title only"]
    assert narrow.layout.name in {"Heading Only", "Blank"}
    assert narrow.body.w * narrow.body.h >= 0.6 * narrow.width * narrow.height
    for slide in saved_decks.opened(saved_decks.saved("sample", "no title only")).slides:
        assert (slide.shapes.title.left, slide.shapes.title.width) == (
            678 * saved_decks.EMU,
            42 * saved_decks.EMU,
        )
        assert not slide.shapes.title.text_frame.text.endswith("…")
    first, *others = saved_decks.opened(saved_decks.saved("sample", "bars")).slides
    assert first.slide_layout == first.part.package.presentation_part.presentation.slide_layouts.get_by_name(
        layouts["bars"].cover.name
    )
    said = [
        one.text_frame.text
        for slide in others
        for one in slide.placeholders
        if one._element.ph.get("type") == "ftr"
    ]
    assert len(said) == len(others)
    assert set(said) == {layouts["bars"].footer} != {""}
    with zipfile.ZipFile(io.BytesIO(saved_decks.saved("sample", "two masters"))) as package:
        assert len(set(package.namelist())) == len(package.namelist())
