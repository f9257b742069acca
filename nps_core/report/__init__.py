"""Bytes out: what is taken away from the dashboard."""

from nps_core.charts.table import Table
from nps_core.report.formats import FORMATS, Format, build, read_template
from nps_core.report.mask import mask
from nps_core.report.story import Made, Part, Quote, Story
from nps_core.report.tables import filtered_responses, safe_csv
from nps_core.report.telling import SlideChoice, slide_choices, story, usual_slides

__all__ = [
    "FORMATS",
    "Format",
    "Made",
    "Part",
    "Quote",
    "SlideChoice",
    "Story",
    "Table",
    "build",
    "filtered_responses",
    "mask",
    "read_template",
    "safe_csv",
    "slide_choices",
    "story",
    "usual_slides",
]
