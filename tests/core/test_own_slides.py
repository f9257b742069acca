"""Slides of one's own: a section, or a title with lines of text; drawn as typed, and kept by an update."""

from __future__ import annotations

import io
from itertools import pairwise

import pytest
from pptx import Presentation

from nps_core import Filters, Scope, build_report, read_survey, write_report
from nps_core.errors import ReportError
from nps_core.report.model import LONGEST_OWN, MOST_OWN_LINES
from nps_core.report.pdf import report_to_typst
from nps_core.report.recipe import Recipe, fit_recipe, read_recipe, write_recipe
from tests.core import saved_decks

SECTION, TEXT = "own: a1", "own: b2"
SLIDES = ["answer", SECTION, "score", TEXT, "rows"]
WORDS = {
    SECTION: "Where we stand",
    TEXT: "What we do next\nA guided first week\n\n  Support within <b>four</b> hours  ",
}
LINES = ("A guided first week", "Support within <b>four</b> hours")


@pytest.fixture(scope="module")
def survey():
    return read_survey("data/sample_survey.csv")


def made(survey, titles=WORDS, slides=SLIDES, template=None, filters=None):
    told = build_report(Scope(survey, filters or Filters()), slides=slides, titles=titles)
    return write_report(told, "pptx", template)


def opened(data):
    return Presentation(io.BytesIO(data))


def texts(slide):
    return [
        shape.text_frame.text
        for shape in slide.shapes
        if shape.has_text_frame and shape.text_frame.text.strip()
    ]


def test_the_first_line_is_the_title_and_the_others_stand_under_it(survey):
    told = build_report(Scope(survey), slides=[SECTION, TEXT, "own: c3"], titles=WORDS)
    section, text, none = told.parts
    assert (section.title, section.bullets, section.opens_section) == ("Where we stand", (), True)
    assert (text.title, text.bullets, text.opens_section) == ("What we do next", LINES, False)
    assert (none.title, none.bullets) == ("Untitled", ())
    assert not told.left_out
    long = build_report(Scope(survey), slides=[TEXT], titles={TEXT: "Title\n" + "line\n" * 40}).parts[0]
    assert len(long.bullets) == MOST_OWN_LINES


def test_they_stand_in_their_order_in_the_deck_with_their_words_alone(survey):
    slides = list(opened(made(survey).data).slides)
    assert len(slides) == len(SLIDES)
    section, text = slides[1], slides[3]
    assert texts(section)[0] == "Where we stand"
    assert {"What we do next", "\n".join(LINES)} <= set(texts(text))
    assert "Method" not in text.notes_slide.notes_text_frame.text
    for slide in (section, text):
        # An empty place would show its prompt.
        assert all(
            one.text_frame.text
            for one in slide.placeholders
            if one.placeholder_format.type not in {13, 15, 16}
        )


@pytest.mark.parametrize("on", saved_decks.FIRMS)
def test_on_a_firms_template_they_keep_to_the_slide(survey, on):
    deck = opened(made(survey, template=saved_decks.template(on)).data)
    for slide in list(deck.slides)[1:4:2]:
        own = [shape for shape in slide.shapes if shape.name.startswith("nps:own: ")]
        assert own
        for shape in own:
            assert 0 <= shape.left <= shape.left + shape.width <= deck.slide_width
            assert 0 <= shape.top <= shape.top + shape.height <= deck.slide_height
        for one, other in pairwise(sorted(own, key=lambda shape: shape.top)):
            apart = one.left + one.width <= other.left or other.left + other.width <= one.left
            assert apart or one.top + one.height <= other.top + 12700


def test_page_and_pdf_have_them_as_text(survey):
    told = build_report(Scope(survey), slides=SLIDES, titles=WORDS)
    page = write_report(told, "html").data.decode()
    assert ">Where we stand</h2>" in page
    assert "Support within &lt;b&gt;four&lt;/b&gt; hours" in page
    kinds = [(part["kind"], part["title"], part["bullets"]) for part in report_to_typst(told)["parts"]]
    assert kinds[1] == ("section", "Where we stand", [])
    assert kinds[3] == (TEXT, "What we do next", list(LINES))
    assert write_report(told, "pdf").data.startswith(b"%PDF")
    assert write_report(told, "xlsx").data  # which has figures alone


def test_a_recipe_keeps_them_for_any_survey(survey):
    recipe = Recipe("Quarterly", slides=tuple(SLIDES), titles={**WORDS, "score": "Still well"})
    again = read_recipe(write_recipe(recipe))
    fitted = fit_recipe(again, survey)
    assert (fitted.slides, fitted.titles, fitted.left_out) == (tuple(SLIDES), dict(recipe.titles), ())
    hostile = Recipe(
        slides=("own: \x01", "own: a/b"), titles={"own: \x01": "x", "own: a/b": "x", TEXT: "x" * 9_000}
    )
    fitted = fit_recipe(read_recipe(write_recipe(hostile)), survey)
    assert (fitted.slides, len(fitted.left_out)) == ((), 2)
    assert fitted.titles == {TEXT: "x" * LONGEST_OWN}
    with pytest.raises(ReportError, match="no slide"):
        build_report(Scope(survey), slides=["own: a/b"])


@pytest.mark.parametrize("asked", [SLIDES, ["answer", "score", "rows"]])
def test_an_update_leaves_what_a_hand_did_to_them(survey, asked):
    """Whether the report asks for them again or not; one that nobody touched stays too."""
    deck = opened(made(survey).data)
    slide = deck.slides[3]
    shape = next(one for one in slide.shapes if one.has_text_frame and LINES[0] in one.text_frame.text)
    shape.text_frame.paragraphs[0].runs[0].text = "Written by hand"
    kept = io.BytesIO()
    deck.save(kept)
    pro = Filters().with_attribute("Plan", ["Enterprise"])
    done = made(survey, slides=asked, template=kept.getvalue(), filters=pro)
    after = opened(done.data)
    assert [texts(one)[0] for one in after.slides][1] == "Where we stand"
    assert any("Written by hand" in text for text in texts(after.slides[3]))
    assert len(after.slides) == len(SLIDES)
    assert not any("taken out" in doubt or "of last time" in doubt for doubt in done.doubts)
    twice = made(survey, slides=asked, template=done.data, filters=pro)
    assert twice.data == done.data


def test_untouched_they_follow_the_words_of_the_plan(survey):
    done = made(survey, titles={**WORDS, SECTION: "Another part"}, template=made(survey).data)
    assert texts(opened(done.data).slides[1])[0] == "Another part"
