"""Decks on real templates as LibreOffice draws them: no word beside its box, none too faint for its ground."""

from __future__ import annotations

import re
import shutil
import subprocess

import numpy as np
import pytest
import saved_decks
from PIL import Image

DPI = 144
LARGE = 17.5  # points on a slide 540 points high, from which 3:1 is enough
NEAR = 3.0  # points that letters may reach beyond their box
SLACK = 0.25  # of contrast: edges of letters are mixed with the ground
SMALLEST = 2  # letters of a word that is measured: dots, signs and keys of legends are mixed with the ground


@pytest.mark.parametrize(
    "on", [on for on in saved_decks.names() if on in {*saved_decks.FIRMS, "base", "serif"}]
)
def test_every_word_stands_in_its_box_and_can_be_read(convert, tmp_path, on):
    file = tmp_path / "deck.pptx"
    file.write_bytes(saved_decks.saved("sample", on))
    pdf = convert(file, "pdf")
    subprocess.run([shutil.which("pdftoppm"), "-r", str(DPI), str(pdf), str(tmp_path / "page")], check=True)
    pages = sorted(tmp_path.glob("page-*.ppm"))
    deck = saved_decks.opened(file.read_bytes())
    assert len(pages) == len(deck.slides) == len(list(words(pdf)))
    seen, upright = 0, saved_decks.look(on).upright
    for slide, page, (high, said) in zip(deck.slides, pages, words(pdf), strict=True):
        ours = [box for shape, box in saved_decks.boxes(slide.shapes) if not saved_decks.foot(shape)]
        holders = (slide.slide_layout.shapes, slide.slide_layout.slide_master.shapes)
        others = [box for one in (*holders, slide.placeholders) for shape, box in saved_decks.boxes(one)]
        scale = deck.slide_height / saved_decks.EMU / high
        pixels = np.asarray(Image.open(page).convert("RGB"))
        for text, (left, top, right, bottom) in said:
            middle = ((left + right) / 2 * scale, (top + bottom) / 2 * scale)
            if not any(within(middle, box) for box in ours):
                # Words that are the template's own, such as those of its logos, may stand as it has them.
                assert any(within(middle, box, 2 * NEAR) for box in others), (page.name, text)
                continue
            # A letter of a title that is read upwards may stand across the edge of its band.
            if sum(map(str.isalnum, text)) < SMALLEST or (
                upright and within(middle, next(saved_decks.boxes([slide.shapes.title]))[1])
            ):
                continue
            seen += 1
            size = (bottom - top) / 1.16 * 540 / high
            drawn = pixels[
                int(top * DPI / 72) : int(bottom * DPI / 72) + 1,
                int(left * DPI / 72) : int(right * DPI / 72) + 1,
            ]
            least = 3.0 if size >= LARGE else 4.5
            assert contrast_in(drawn.reshape(-1, 3).astype(int)) >= least - SLACK, (page.name, text, size)
    assert seen > 300


def words(pdf):
    """Of each page its height and its words with their places, in points."""
    out = subprocess.run(
        [shutil.which("pdftotext"), "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True
    ).stdout
    for high, page in re.findall(r'<page width="[\d.]+" height="([\d.]+)">(.*?)</page>', out, re.DOTALL):
        found = re.findall(
            r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>', page
        )
        yield float(high), [(text, tuple(map(float, box))) for *box, text in found]


def within(point, box, near=NEAR):
    return box[0] - near <= point[0] <= box[2] + near and box[1] - near <= point[1] <= box[3] + near


def contrast_in(pixels):
    """The contrast between the commonest colour in a place and what is least like it."""
    near = pixels // 4 @ (64 * 64, 64, 1)  # one number for colours that look alike
    ground = pixels[np.argmax(near == np.bincount(near).argmax())] // 4 * 4 + 2
    apart = np.abs(pixels - ground).sum(axis=1)
    ink = np.median(pixels[apart >= np.quantile(apart, 0.985)], axis=0)
    light = sorted((luminance(colour) for colour in (ground, ink)), reverse=True)
    return (light[0] + 0.05) / (light[1] + 0.05)


def luminance(colour):
    parts = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in colour / 255]
    return float(np.dot((0.2126, 0.7152, 0.0722), parts))
