"""The PDF: a page a part with the story's own figures, text that stays text, and a word where typst is missing."""

import html
import importlib
import re
import shutil
import subprocess

import pytest
from stories import BAD, bad, frame_of, hostile, told, usual

from nps_core import ReportError
from nps_core.charts.draw.text_width import MORE
from nps_core.report.formats import write_report
from nps_core.report.pdf import pdf, report_to_typst

pytest.importorskip("typst")


@pytest.fixture
def pages(tmp_path):
    """`pages(data)`: the text of each page, on one line."""
    if shutil.which("pdftotext") is None:
        pytest.skip("needs poppler's pdftotext")

    def read(data):
        (tmp_path / "made.pdf").write_bytes(data)
        command = [shutil.which("pdftotext"), "-layout", tmp_path / "made.pdf", "-"]
        text = subprocess.run(command, check=True, capture_output=True)
        return [" ".join(page.split()) for page in text.stdout.decode("utf-8").split("\f")[:-1]]

    return read


def svg_texts(svg):
    return {html.unescape(text) for text in re.findall(r"<text[^>]*>([^<]*)</text>", svg)}


def test_every_part_is_a_page_with_its_figures(pages):
    story = usual()
    read = pages(pdf(story))
    assert len(read) > len(story.parts)
    for part, text in zip(story.parts, read, strict=False):
        assert part.title in text
        for said in (*part.big, *(bullet for bullet in part.bullets if not part.quotes)):
            assert said in text
        for quote in part.quotes:
            assert " ".join(quote.text.split()[:3]) in text
        for head, cells in part.chart.columns if part.chart else ():
            assert all(cell in text for cell in (head, *cells))


def test_figures_are_those_of_the_story():
    story = usual()
    for part, made in zip(story.parts, report_to_typst(story)["parts"], strict=True):
        assert made["big"] == list(part.big)
        if part.chart:
            shown = svg_texts(made["svgs"][0])
            assert {cell for _, cells in part.chart.columns for cell in cells if cell} <= shown
            assert {label for one in part.chart.series for label in one.labels if label} - {"<1%"} <= shown
        if made["table"]:
            assert made["table"]["cells"] == part.table.words()[: len(made["table"]["cells"])]


def test_comments_are_masked():
    assert "jo.doe@example.com" not in str(report_to_typst(usual()))


@pytest.mark.parametrize("name", BAD)
def test_surveys_that_lack_or_overdo_something(name, pages):
    """Each part keeps to its page, and what is cut there stands whole among the notes."""
    story = bad(name)
    made = report_to_typst(story)
    read = pages(pdf(story))
    notes = {sentence for note in made["notes"] for sentence in note["sentences"]}
    for place, (part, own) in enumerate(zip(story.parts, made["parts"], strict=True)):
        first = own["title"].removesuffix(MORE).split()[0]
        assert first in read[place], part.key
        assert own["title"] == part.title or part.title in notes
        assert (
            set(own["bullets"]) >= set(part.bullets)
            or set(part.bullets) - set(own["bullets"]) <= notes
            or part.quotes
        )
    assert any(page.startswith("Method and notes") for page in read[len(story.parts) : len(story.parts) + 1])


def test_hostile_text_is_text(shared, pages):
    data = pdf(hostile(shared))
    assert not re.search(rb"/(URI|JavaScript|JS|Launch|SubmitForm)\b", data)
    read = pages(data)
    assert any("=1+1" in page for page in read)
    markup = '#import "x" $x^2$ *bold* _it_ <label> @ref \\ `raw`'
    own = told(frame_of(60, Plan=[markup, "Pro"] * 30), themes=False)
    assert any('#import "x" $x^2$ *bold*' in page for page in pages(pdf(own)))


def test_without_typst_it_says_how_to_get_it(monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    with pytest.raises(ReportError, match=r"pip install 'nps-dashboard\[pdf\]'"):
        write_report(usual(), "pdf")
