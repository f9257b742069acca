"""The preview is the slide: what stands on each slide of five decks stands in its preview, word by word."""

import html
import io
import re
import sys
from pathlib import Path

import pytest
from pptx import Presentation

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "core"))

from nps_core import Scope, build_report, find_survey_themes, read_survey, write_report

ROOT = Path(__file__).resolve().parents[2]
REAL = ROOT.parent / "shared" / "surveys" / "real"
FILES = ["insurer_cx_items.csv", "hr_saas_dmy.csv", "es_university_1to7.xlsx", "web_feedback_800.csv"]
DRAWN = re.compile(r" (?:names|figures|key|corner \d|responses|promoters?|passives?|detractors?)$")
"""What belongs to a chart: the preview's own chart has it."""


def plain(text):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def words_of(slide, part):
    """The words of a slide, a text each: its boxes, and its table where that is no part of a chart."""
    for shape in slide.shapes:
        if DRAWN.search(shape.name) or (shape.is_placeholder and "Number" in shape.name):
            continue
        if shape.has_text_frame:
            yield from (text for text in map(plain, shape.text_frame.text.split("\n")) if text)
        elif shape.has_table and part.chart is None:
            yield from (plain(cell.text) for row in shape.table.rows for cell in row.cells if cell.text)


def stands_in(text, seen):
    """Whether a text is there, as far as the slide had room for it."""
    # On screen an interval is a band, or a line, where a slide has bars.
    drawn = text.replace("Pale bars:", "Band:").replace("Bars: 95%", "Lines: 95%")
    kept = re.sub(r"…$", "", drawn.strip("“”"))
    return kept.rstrip("”… ") in seen


def check(app, name, data):
    app.upload(name, data).go("report")
    survey = read_survey(data, name=name)
    themes = find_survey_themes(survey) if survey.has_comments else None
    keys = [button.key for button in app.at.button if (button.key or "").startswith("report.pick.")]
    told = build_report(Scope(survey), themes=themes)
    slides = Presentation(io.BytesIO(write_report(told, "pptx").data)).slides
    shown = 0
    for key in keys:
        app.at.button(key=key).click().run()
        assert app.fine(), key
        if not app.at.text_area:
            continue  # so few comments earn no theme, and it is said
        title = app.at.text_area[0].value
        at = next(place for place, part in enumerate(told.parts) if part.title == title)
        while told.parts[at].key in seen_of(app):
            at += 1
        seen_of(app).add(told.parts[at].key)
        seen = " ".join((title, plain(app.html)))
        missing = [text for text in words_of(slides[at], told.parts[at]) if not stands_in(text, seen)]
        assert not missing, (key, title, missing)
        shown += 1
    assert shown == len(told.parts)


def seen_of(app):
    """The parts of one survey that were looked at: two may have one title."""
    if not hasattr(app, "seen"):
        app.seen = set()
    return app.seen


@pytest.mark.parametrize("name", FILES)
def test_each_slide_of_a_real_survey_says_what_its_preview_says(app, shared, name):
    check(app, name, (shared / "surveys" / "real" / name).read_bytes())


def test_each_slide_of_a_small_survey_says_what_its_preview_says(app, small):
    check(app, "export.csv", small)
