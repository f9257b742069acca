"""Decks and workbooks as they are saved, of real surveys on real templates, each made once for all that looks
at them."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import templates
from pptx import Presentation

from nps_core import Scope, build_report, find_survey_themes, read_survey, write_report
from nps_core.report.template import open_template
from nps_core.report.template_theme import colours_of, grounds_of, theme_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SURVEYS = {
    "sample": ROOT / "data" / "sample_survey.csv",
    "insurer": SHARED / "surveys" / "real" / "insurer_cx_items.csv",
    "university": SHARED / "surveys" / "real" / "es_university_1to7.xlsx",
    "loans": SHARED / "surveys" / "real" / "tally_phone_loans.xlsx",
    "hr": SHARED / "surveys" / "real" / "hr_saas_dmy.csv",
}
OWN = {"base": None, "dark": templates.dark, "serif": templates.serif, "odd": templates.odd}
FIRMS = {
    "mid blue": "mid_blue_ground.potx",
    "bars": "university_bars.potx",
    "logos": "conference_logos_dark.pptx",
    "two masters": "libreoffice_two_masters.pptx",
    "no title only": "pitchbook_no_title_only.potx",
}
"""Templates without named places."""

NAMED = "named_places.pptx"
EMU = 12700


def there() -> dict[str, Path]:
    """The surveys that are here: those beside the checkout need not be."""
    return {name: file for name, file in SURVEYS.items() if file.exists()}


def template(name: str) -> bytes | None:
    """The bytes of a template, None for the base."""
    if name in OWN:
        make = OWN[name]
        return None if make is None else make()
    return (SHARED / "templates" / FIRMS.get(name, name)).read_bytes()


def names() -> list[str]:
    """The templates that are here."""
    return [*OWN, *(name for name, file in FIRMS.items() if (SHARED / "templates" / file).exists())]


@cache
def told(survey: str):
    """The usual report of a survey."""
    found = read_survey(SURVEYS[survey])
    themes = find_survey_themes(found) if found.has_comments else None
    return build_report(Scope(found), themes=themes)


@cache
def saved(survey: str, on: str) -> bytes:
    """The usual deck of a survey on a template."""
    return write_report(told(survey), "pptx", template(on)).data


def boxes(shapes) -> Iterator[tuple[object, tuple[float, float, float, float]]]:
    """Shapes with their left, top, right and bottom in points."""
    for shape in shapes:
        if None not in (shape.left, shape.top, shape.width, shape.height):
            x, y, w, h = (side / EMU for side in (shape.left, shape.top, shape.width, shape.height))
            yield shape, (x, y, x + w, y + h)


def foot(shape) -> bool:
    """Whether a shape is the template's own foot of a slide."""
    return shape.is_placeholder and shape._element.ph.get("type") in {"dt", "ftr", "sldNum"}


def opened(data: bytes):
    """A deck read again."""
    return Presentation(io.BytesIO(data))


def look(on: str):
    """What a template is understood as."""
    return open_template(template(on))[1]


def grounds(look):
    """The colours behind the slides of a look."""
    colours = colours_of(look.layout.slide_master)
    return grounds_of(look.layout, colours, theme_of(look.layout.slide_master))
